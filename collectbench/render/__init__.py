"""Finished documents as text. Nothing is measured or decided here."""
