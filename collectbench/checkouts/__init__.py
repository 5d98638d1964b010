"""Base and head of a repository as checkouts: git makes them, ignored files complete them, and they are removed."""
