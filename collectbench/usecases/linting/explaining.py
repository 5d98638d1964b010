"""The documentation of a rule."""

from __future__ import annotations

import difflib

from collectbench.lint import RULES
from collectbench.model.errors import UsageError


def explanation(name: str) -> str:
    """Return the page of a rule.

    Raises:
        UsageError: there is no such rule.
    """
    for rule in RULES:
        if rule.id == name:
            return f"{rule.id}: {rule.doc.strip()}"
    known = [rule.id for rule in RULES]
    nearest = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean {nearest[0]}?" if nearest else f"the rules are {', '.join(known)}"
    raise UsageError(f"--explain {name}: there is no such rule; {hint}")
