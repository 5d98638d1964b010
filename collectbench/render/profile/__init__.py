"""The parts of a profile."""
