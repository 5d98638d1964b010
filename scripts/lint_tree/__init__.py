"""The parts of the generator `scripts/lint_repository.py`: words, text, the skeleton of a tree, and what is planted."""
