"""`--format` and `--output`: where the result of a command goes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from collectbench.cli.output import Outlets, Sink
from collectbench.model.comparison import Comparison
from collectbench.model.costs import Profile
from collectbench.model.diagnosis import Diagnosis
from collectbench.model.errors import UsageError
from collectbench.model.fixes import FixReport, Undone
from collectbench.model.full_report import FullReport
from collectbench.model.history import History
from collectbench.model.lint import LintReport
from collectbench.model.report import RunReport
from collectbench.model.target import TargetList
from collectbench.model.verification import Verification
from collectbench.model.who import WhoImports
from collectbench.render.formats import FORMATS, format_of_file, formats_for
from collectbench.render.parts.options import TOP

COMMANDS = {
    TargetList: "targets",
    RunReport: "baseline",
    Comparison: "compare",
    Profile: "profile",
    WhoImports: "profile --who",
    Diagnosis: "diagnose",
    LintReport: "lint",
    FixReport: "fix",
    Undone: "fix --undo",
    Verification: "verify",
    FullReport: "report",
    History: "history",
}
"""The command that shows each document."""


def parse_outlets(
    format_name: str, outputs: Sequence[str] | None, document_type: type, *, verbose: bool, top: int = TOP
) -> Outlets:
    """The outlets of `--format` and `--output [FORMAT=]FILE`. Without a format, the file's name decides.

    Raises:
        UsageError: a format is unknown or cannot show such a document; a file's directory does not exist.
    """
    known = formats_for(document_type)
    mistakes = [] if format_name in known else [f"--format {format_name}: {_why_not(format_name, known)}"]
    sinks = []
    for output in outputs or ():
        head, equals, tail = output.partition("=")
        named = bool(equals) and (head in FORMATS or ("/" not in head and "." not in head))
        path = Path(tail if named else output)
        chosen = head if named else format_of_file(path.name) or format_name
        if chosen not in known:
            mistakes.append(f"--output {output}: format {chosen}: {_why_not(chosen, known)}")
        elif not path.name or path.is_dir() or not path.parent.is_dir():
            mistakes.append(f"--output {output}: give a file in a directory that exists")
        sinks.append(Sink(format=chosen, path=path))
    if mistakes:
        raise UsageError(*mistakes)
    return Outlets(format=format_name, sinks=tuple(sinks), verbose=verbose, top=top)


def _why_not(format_name: str, known: Sequence[str]) -> str:
    if format_name in FORMATS:
        *first, last = [COMMANDS[kind] for kind in COMMANDS if kind in FORMATS[format_name].renderers]
        commands = f"{', '.join(first)} and {last}" if first else last
        return f"only for collectbench {commands}; there are {', '.join(known)}"
    return f"unknown; there are {', '.join(known)}"
