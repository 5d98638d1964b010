"""The work of `collectbench fix`: finds edits, writes them so that they can be undone, and takes harmful ones back."""
