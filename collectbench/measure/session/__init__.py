"""Many rounds: which comes next, in laps or in pairs."""
