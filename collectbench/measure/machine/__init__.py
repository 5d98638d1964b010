"""The machine: its sensors, settings, software and speed."""
