"""The HTML page of a report: its data, section by section. All text is printable, all lists are bounded."""
