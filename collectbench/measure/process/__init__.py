"""Starts child processes, watches them, ends them and waits for their end."""
