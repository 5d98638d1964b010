"""The documentation of a rule."""

from __future__ import annotations

from collectbench.lint import RULES
from collectbench.model.errors import UsageError
from collectbench.usecases.linting.selection import no_such_rule


def explanation(name: str) -> str:
    """Return the page of a rule.

    Raises:
        UsageError: there is no such rule.
    """
    for rule in RULES:
        if rule.id == name:
            return f"{rule.id}: {rule.doc.strip()}"
    raise UsageError(no_such_rule("--explain", name))
