"""References to modules and names, in imports and in strings: found, and led to another module."""
