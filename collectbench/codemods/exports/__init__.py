"""Names that a package only passes on, and how they are loaded at their first use."""
