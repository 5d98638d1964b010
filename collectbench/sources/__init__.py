"""Python source as values: what modules hold, what they import, and which module a name means. Runs nothing of it."""
