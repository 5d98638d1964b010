"""The options of pytest in its arguments, and the line of the configuration file that holds a text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from collectbench.causes.evidence import Evidence
from collectbench.model.diagnosis import Location


def values_of(arguments: Sequence[str], *names: str) -> tuple[str, ...]:
    """Returns the values of an option under any of its names: `-n 4`, `-n4`, `--name 4` and `--name=4`."""
    return tuple(_values(arguments, names))


def _values(arguments: Sequence[str], names: Sequence[str]) -> Iterator[str]:
    rest = iter(arguments)
    for argument in rest:
        if argument in names:
            yield next(rest, "")
            continue
        for name in names:
            if name.startswith("--") and argument.startswith(f"{name}="):
                yield argument[len(name) + 1 :]
            elif not name.startswith("--") and argument.startswith(name) and not argument.startswith("--"):
                yield argument[len(name) :]


def configured_at(evidence: Evidence, text: str) -> tuple[Location, ...]:
    """Returns the first line of pytest's configuration file that holds a text; nothing if none does."""
    inifile = evidence.inspection.inifile
    if inifile is None:
        return ()
    lines = evidence.sources.lines(str(inifile))
    numbers = (number for number, line in enumerate(lines, 1) if text in line and not line.lstrip().startswith("#"))
    return tuple(evidence.location(str(inifile), number) for number in [*numbers][:1])
