"""A comparison of two commits, measured in interleaved pairs."""
