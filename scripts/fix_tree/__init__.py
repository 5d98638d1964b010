"""A repository whose modules have moved, for scripts/fix_modules.py."""
