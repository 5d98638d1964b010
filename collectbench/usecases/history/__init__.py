"""The history: runs are recorded in it, its trends are shown, old commits are measured for it."""
