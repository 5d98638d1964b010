"""One round: from the request to what was observed."""
