"""Imports on their way into the functions that use them, and what keeps them where they are."""
