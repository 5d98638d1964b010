"""`verify`: the recorded state, the runs of all targets, and what follows from both."""
