"""The paired test: is head larger than base by more than the margin?"""
