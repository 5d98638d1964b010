"""What the commands do, without their options and without printing: each use case is one function."""
