"""JSON in and out: kinds of documents with schema versions, upgrades, atomic files, baselines by name."""
