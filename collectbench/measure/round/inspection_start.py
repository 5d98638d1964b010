"""How the start of an interpreter and its pytest ended, and why they cannot be used: each message blames the cause."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from collectbench.attribution.outcome import Ending, outcome
from collectbench.measure.process.launch import Finished
from collectbench.measure.process.output import fatal_stack, gist
from collectbench.measure.round.probe_report import ProbeReport
from collectbench.model.errors import CollectionError, InterpreterError

OLDEST_PYTHON, OLDEST_PYTEST = (3, 9), 7

LINES_SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """One start of an interpreter with the probe, for an inspection.

    Attributes:
        python: the program.
        cwd: the directory in which it was started.
        report: the probe's report.
        finished: the process.
        timeout_s: the time that it had.
        output: what it printed.
        stack: of its main thread when the time was over.
    """

    python: str
    cwd: Path
    report: ProbeReport
    finished: Finished
    timeout_s: float
    output: str
    stack: str

    @property
    def last_lines(self) -> str:
        """The end of the output, without blank lines."""
        lines = [line.rstrip() for line in self.output.splitlines() if line.strip()]
        return "\n".join(lines[-LINES_SHOWN:])

    @property
    def was_ended(self) -> bool:
        """Whether it did not end by itself: the time was over, or a signal arrived."""
        return self.finished.timed_out or self.finished.exit_code < 0

    @property
    def end(self) -> str:
        """How it ended, in one sentence, as of a round."""
        facts = self.report.facts
        ending = Ending(
            exit_code=self.finished.exit_code,
            timed_out_after_s=self.timeout_s if self.finished.timed_out else None,
            reached=frozenset(self.report.stamps),
            done=self.report.done is not None or "raised" in facts,
            counted=False,
            items=0,
            errors=0,
            failed_conftests=(),
            gist=gist(self.output),
            raised=facts.get("raised", ""),
            exit_stack=facts.get("exited", ""),
            replaced=self.report.replaced,
            stack=self.stack or fatal_stack(self.output),
        )
        return outcome(ending, str(self.cwd))[1]


def refuse_unusable(start: Start) -> None:
    """Do nothing if this is Python with a pytest that can be measured.

    Raises:
        InterpreterError: it is not, or it was ended before that was known.
        CollectionError: a file in the current directory hides pytest.
    """
    _check_python(start)
    _check_that_nothing_hides_pytest(start)
    _check_pytest(start)


def _check_python(start: Start) -> None:
    if "python" not in start.report.facts:
        raise InterpreterError(f"{start.python}: {_why_no_python(start)}\n{start.last_lines}".rstrip())
    version = str(start.report.facts["python"][0])
    if tuple(int(part) for part in version.split(".")[:2]) < OLDEST_PYTHON:
        raise InterpreterError(
            f"{start.python}: Python {version} is too old; {_dotted(OLDEST_PYTHON)} or newer is needed."
        )


def _why_no_python(start: Start) -> str:
    """Why the probe did not get to its second statement."""
    if start.was_ended:
        return f"{start.end}."
    if "SyntaxError" in start.output or "ImportError" in start.output:  # of the probe, in an older Python
        return f"this is not Python {_dotted(OLDEST_PYTHON)} or newer."
    return (
        f"Python ended with exit code {start.finished.exit_code} before it ran a script, as with a sitecustomize.py or "
        f".pth file that exits. `{start.python} -c 'print(1)'` must print 1."
    )


def _check_that_nothing_hides_pytest(start: Start) -> None:
    for path in (start.cwd / "pytest.py", start.cwd / "pytest" / "__init__.py"):
        if path.exists() and not _is_real_pytest(start.report):
            raise CollectionError(
                f"{path}: this file hides pytest, `python -m pytest` runs it instead. "
                "Rename it, or set PYTHONSAFEPATH=1."
            )
    hiding = None if "pytest" in start.report.facts else _file_that_hides_a_standard_module(start)
    if hiding is not None:
        raise CollectionError(
            f"{hiding}: this file hides the standard library's module {hiding.stem}, so `python -m pytest` "
            f"does not start here ({gist(start.last_lines)}). "
            "Rename it, or set PYTHONSAFEPATH=1 (Python 3.11 or newer)."
        )


def _check_pytest(start: Start) -> None:
    facts, python = start.report.facts, start.python
    if "pytest" not in facts and (start.was_ended or not {"exited", "replaced"}.isdisjoint(facts)):
        raise InterpreterError(f"{python}: {start.end}\n{start.last_lines}".rstrip())
    if "pytest" not in facts:
        is_missing = "No module named 'pytest'" in start.output
        problem = "has no pytest" if is_missing else "cannot import pytest"
        raise InterpreterError(
            f"{python}: this interpreter {problem}. Give the interpreter that runs your tests, "
            f"or install pytest: {python} -m pip install pytest" + ("" if is_missing else f"\n{start.last_lines}")
        )
    version = str(facts["pytest"][0])
    major = version.partition(".")[0]
    if not major.isdigit() or int(major) < OLDEST_PYTEST:
        raise InterpreterError(
            f"{python}: pytest {version or 'of unknown version'} cannot be measured; "
            f"{OLDEST_PYTEST} or newer is needed: {python} -m pip install --upgrade pytest"
        )


def _file_that_hides_a_standard_module(start: Start) -> Path | None:
    """The file in the directory, first on the import path, that has a standard module's name and is in the error."""
    files = (path for path in sorted(start.cwd.glob("*.py")) if path.stem in sys.stdlib_module_names)
    output = start.last_lines
    return next((path for path in files if str(path) in output or f"'{path.stem}'" in output), None)


def _is_real_pytest(report: ProbeReport) -> bool:
    version_and_path = report.facts.get("pytest")
    return isinstance(version_and_path, tuple) and bool(version_and_path[0])


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))
