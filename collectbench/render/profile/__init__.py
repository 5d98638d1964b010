"""The contents of a profile, for any format."""
