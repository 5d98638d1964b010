"""A diagnosis in pieces that several formats share."""
