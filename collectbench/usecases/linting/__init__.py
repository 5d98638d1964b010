"""Lint: finds the files, reads them, checks the rules, and leaves out what the user accepts."""
