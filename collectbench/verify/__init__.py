"""Runs the tests of targets: each target in a process of its own, changed tests again."""
