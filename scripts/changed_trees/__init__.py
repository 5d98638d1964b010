"""The parts of `scripts/unaffected.py`: repositories to compare in, changes to make in them, and what rows tell."""
