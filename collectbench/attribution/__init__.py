"""From what the probe wrote down to figures: pure functions."""
