"""From the files of the probe to figures: pure functions."""
