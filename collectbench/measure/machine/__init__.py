"""Reads the machine: its sensors, settings, software and speed."""
