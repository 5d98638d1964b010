"""Why pytest collection is slow, what a fix would save, and whether it stays fast."""

__version__ = "0.1.0"
