"""Find out why pytest collection is slow and how to make it fast, and keep it fast."""

__version__ = "0.1.0"
