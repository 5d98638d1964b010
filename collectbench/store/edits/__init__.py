"""Rewrites of the user's files: each is written whole or not at all, and a journal can bring the old bytes back."""
