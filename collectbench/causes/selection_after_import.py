"""Options such as `-k`, `-m` and `--lf` select tests only after pytest has imported all files.

What it detects:
    Test modules of which such an option in addopts or on the command line selects nothing.

Why it is slow:
    pytest collects all files that it is given, and deselects items afterwards. Only paths avoid imports.

Evidence:
    The deselected items of each file in the traced round, and the imports that only files without a selected item need.

Fix:
    Pass the paths of the tests as well, or keep such tests in a directory of their own.

Source:
    pytest#2114, pytest#8093.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from posixpath import dirname

from collectbench.attribution.modules import Module
from collectbench.causes.candidate import Candidate, claims_on
from collectbench.causes.cause import Cause
from collectbench.causes.collected_files import items_by_file, modules_at
from collectbench.causes.evidence import Evidence
from collectbench.causes.import_claims import claims_on_modules, not_loaded_unless_imported
from collectbench.causes.options import configured_at, values_of

_FLAGS = ("--lf", "--last-failed")
FEW = 5
"""So many paths fit into a command that a reader may paste."""


def find(evidence: Evidence) -> Iterator[Candidate]:
    """Yields one candidate for all modules without a selected item."""
    selection = _selection(evidence.arguments)
    items, deselected = items_by_file(evidence), dict(evidence.trace.deselected)
    empty = {file for file, count in deselected.items() if count >= items.get(file, count + 1)}
    if not selection or not empty:
        return
    roots = modules_at(evidence, {evidence.file_of(file) for file in empty})
    saved = not_loaded_unless_imported(evidence, roots)
    only = sum(isinstance(each, Module) for each in saved)
    collectors = (part for part, each in evidence.collectors() if each.nodeid.partition("::")[0] in empty)
    selected = sorted(file for file, count in items.items() if count > deselected.get(file, 0))
    paths = _few(selected)
    yield Candidate(
        subject=shlex.join(selection),
        title=f"{shlex.join(selection)} selects nothing of {len(empty):,} of {len(items):,} files that are imported",
        evidence=(f"{only:,} modules are imported only for files such as {min(empty)}",),
        locations=configured_at(evidence, shlex.join(selection)) or configured_at(evidence, selection[0]),
        fix="pass the paths of the selected tests, too",
        claims=(*claims_on(collectors), *claims_on_modules(evidence, saved)),
        command=shlex.join(["python", "-m", "pytest", *selection, *paths]) if paths else "",
    )


def _selection(arguments: Sequence[str]) -> tuple[str, ...]:
    """The options that select, as they could be written in a command; the last of each counts."""
    found: list[str] = []
    for name in ("-k", "-m"):
        values = [value for value in values_of(arguments, name) if value]
        found += [name, values[-1]] if values else []
    found += ["--lf"] if any(flag in arguments for flag in _FLAGS) else []
    return tuple(found)


def _few(files: Sequence[str]) -> Sequence[str]:
    """The files, or their directories; nothing if both are many."""
    directories = sorted({dirname(file) or "." for file in files})
    return files if len(files) <= FEW else directories if len(directories) <= FEW and "." not in directories else ()


CAUSE = Cause(id="selection-after-import", doc=__doc__, find=find)
