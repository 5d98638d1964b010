"""Outcomes of tests in, changes and verdicts out."""
