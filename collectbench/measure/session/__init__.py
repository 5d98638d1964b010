"""Many rounds, in laps or in pairs: their order, their deadline, and their end."""
