"""What can be fixed, and the documentation of each rewrite."""

from __future__ import annotations

from collectbench.codemods import CODEMODS
from collectbench.usecases.fixing.rewriting import codemod_of


def listing() -> str:
    """Return a line for each codemod: its id and what it does."""
    width = max(len(codemod.id) for codemod in CODEMODS)
    return "\n".join(f"{codemod.id.ljust(width)}  {codemod.title}" for codemod in CODEMODS)


def explanation(name: str) -> str:
    """Return the documentation of a codemod.

    Raises:
        UsageError: there is none of that name.
    """
    codemod = codemod_of(name)
    return f"{codemod.id}: {codemod.doc.strip()}"
