"""Measuring on the workers of a Dask cluster: one target with all its rounds, or all its pairs, per worker."""
