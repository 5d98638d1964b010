"""Causes by their ids: the selected ones, and the documentation of one."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from collectbench.causes import CAUSES, Cause, superlinear
from collectbench.experiments import INTERVENTIONS, Kind
from collectbench.model.errors import UsageError
from collectbench.usecases.diagnosing.scaling import Scaling


def explanation(name: str) -> str:
    """Returns the page of a cause, or of an intervention.

    Raises:
        UsageError: there is neither.
    """
    entries: tuple[Cause | Kind, ...] = (*CAUSES, *INTERVENTIONS)
    for entry in entries:
        if entry.id == name:
            return f"{entry.id}: {entry.doc.strip()}"
    raise UsageError(no_such_cause("--explain", name))


def selected_causes(select: Sequence[str], ignore: Sequence[str], scaling: Scaling = Scaling.OFF) -> frozenset[str]:
    """Returns the ids of the causes to look for: the selected ones, or all, without the ignored ones.

    Raises:
        UsageError: a name is not that of a cause, no cause is left, or `scaling` is of no use or missing.
    """
    known = [cause.id for cause in CAUSES]
    mistakes = [
        no_such_cause(option, name)
        for option, names in (("--select", select), ("--ignore", ignore))
        for name in names
        if name not in known
    ]
    if mistakes:
        raise UsageError(*mistakes)
    causes = frozenset(select or known) - frozenset(ignore)
    if not causes:
        raise UsageError("--ignore: no cause is left to look for; name fewer")
    if scaling is Scaling.ON and superlinear.CAUSE.id not in causes:
        raise UsageError(f"--scaling: its only cause, {superlinear.CAUSE.id}, is not selected; omit --scaling")
    if scaling is Scaling.OFF and superlinear.CAUSE.id in select:
        raise UsageError(f"--select {superlinear.CAUSE.id}: it needs more rounds; add --scaling")
    return causes


def no_such_cause(option: str, name: str) -> str:
    """Returns the message about an unknown cause."""
    known = [cause.id for cause in CAUSES]
    nearest = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean {nearest[0]}?" if nearest else f"the causes are {', '.join(known)}"
    return f"{option} {name}: there is no such cause; {hint}"
