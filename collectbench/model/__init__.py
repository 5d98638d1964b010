"""Value objects that all rooms share: frozen, without behaviour beyond their own arithmetic."""
