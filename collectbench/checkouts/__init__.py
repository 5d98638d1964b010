"""Base and head of a repository as checkouts of their own: made with git, complete, and removed again."""
