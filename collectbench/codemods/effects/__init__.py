"""What an import does besides binding names, and what it loads."""
