"""Diagnosing: rounds, evidence, causes, and one ranked list of findings."""
