"""Decides, and does nothing else: pure functions from what was measured to verdicts with reasons."""
