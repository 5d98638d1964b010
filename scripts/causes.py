"""Plants each cause of slow collection in a small project and holds what `diagnose` finds against what was planted.

Usage: .venv/bin/python scripts/causes.py [--prove] [--python PYTHON] [--busy N] [--keep DIRECTORY] [CAUSE]...

The projects are in scripts/cause_projects/; each comes with one that only looks alike. A project holds if its cause is
found with its subject, its place and its seconds (within 20 % and 60 ms; a finding that is an upper limit may have
more, and one that is a lower limit less), nothing else claims over a quarter of that, and all seconds add up to the
wall time with at most 3 % unaccounted. A look-alike holds if this cause is not found. `--busy` keeps so many processors
busy meanwhile. Prints a line for each; the exit code is 1 if one does not hold. PYTHON belongs to an environment with
collectbench and no other plugin of pytest. Where a cause needs one, pip installs it into a further environment.

With `--prove`, the projects get the experiment on their cause instead, and the look-alikes are left out. A project
holds if its cause is proven, if no intervention tests it, or if `unproven` says why it cannot be proven there.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import math
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cause_projects import PROJECTS, Planted
from cause_projects.interpreters import interpreter_of
from cause_projects.proofs import HEADING, OPTIONS, PROVEN, Proof, proof_of, row

RELATIVE, ABSOLUTE_S = 0.20, 0.06
LARGEST_OTHER, MOST_UNACCOUNTED = 0.25, 0.03
OF_EVERY_PROJECT = {"gc-passes", "final-gc"}
PATIENCE_S = 300
NOT_PASSED_ON = {"PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX", "CI", "COVERAGE_CORE"}
BUSY = "while True: pass"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A project on disk: its directory, the interpreter with collectbench and that of the tests, and its variables."""

    planted: Planted
    folder: Path
    python: str
    interpreter: str
    env: dict[str, str]

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command in the project."""
        return subprocess.run(
            command,
            cwd=self.folder,
            env=self.env,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )

    def planted_s(self) -> float | None:
        """The seconds that were planted; raises RuntimeError if they cannot be measured."""
        if not self.planted.measured:
            return self.planted.seconds
        done = self.run(self.interpreter, "-c", self.planted.measured)
        try:
            return float(done.stdout)
        except ValueError:
            raise RuntimeError(f"the planted seconds are unknown: {done.stderr.strip()[-400:]}") from None

    def diagnosed(self, *options: str) -> dict[str, Any]:
        """The diagnosis of the target `tests`, with more options; raises RuntimeError if there is none."""
        command = [self.python, "-m", "collectbench", "diagnose", "tests", "--format", "json", "--no-progress"]
        command += ["--python", self.interpreter] if self.interpreter != self.python else []
        command += [*self.planted.options, *options]
        command += ["--", *self.planted.args] if self.planted.args else []
        done = self.run(*command)
        try:
            (target,) = json.loads(done.stdout)["targets"]
        except (ValueError, KeyError):
            raise RuntimeError(f"no diagnosis (exit {done.returncode}): {done.stderr.strip()[-400:]}") from None
        return dict(target)


def written(python: str, planted: Planted, where: Path, *, alike: bool) -> Written:
    """The project or its look-alike in a new directory; raises RuntimeError if it lacks a distribution."""
    folder = where / f"{planted.cause}{'-alike' if alike else ''}"
    while folder.exists():
        folder = folder.with_name(f"{folder.name}-again")
    planted.write(folder, alike=alike)
    interpreter = interpreter_of(planted, python, folder, alike=alike)
    env = {name: value for name, value in os.environ.items() if name not in NOT_PASSED_ON}
    env |= planted.alike_env if alike and planted.alike_env is not None else planted.env
    project = Written(planted=planted, folder=folder, python=python, interpreter=interpreter, env=env)
    if alike and planted.runs_alike_before:
        project.run(interpreter, "-m", "pytest", "--collect-only", "-q", "tests")
    return project


def faults(planted: Planted, planted_s: float | None, target: dict[str, Any]) -> Iterator[str]:
    """What does not hold for the project with the cause."""
    findings = target["findings"]
    mine = [each for each in findings if each["cause"] == planted.cause and planted.subject in each["subject"]]
    if not mine:
        found = sorted(f"{each['cause']} {each['subject']}" for each in findings)
        yield f"not found; found: {', '.join(found) or 'nothing'}"
        return
    best = max(mine, key=lambda each: float(each["estimated_saving_s"]))
    places = [f"{place['path']}:{place['line']}" for each in mine for place in each["locations"]]
    if planted.place and planted.place not in places:
        yield f"place {planted.place} is not among {', '.join(places[:4]) or 'none'}"
    seconds = said_s(planted, best) if planted.said else best["estimated_saving_s"]
    is_limit = best["bound"] if seconds > (planted_s or 0.0) else planted.is_least
    if planted_s is not None and not is_near(seconds, planted_s) and not is_limit:
        yield f"estimate {seconds:.2f} s, planted {planted_s:.2f} s"
    if planted.alone is not None and not is_near(best["saving_alone_s"] or 0.0, planted.alone):
        yield f"one line alone: {best['saving_alone_s']} s, planted {planted.alone:.2f} s"
    for other in findings:
        claimed = other["estimated_saving_s"]
        is_large = claimed > max(LARGEST_OTHER * (planted_s or seconds), ABSOLUTE_S)
        if is_large and other not in mine and other["cause"] not in {*OF_EVERY_PROJECT, *planted.beside}:
            yield f"{other['cause']} {other['subject']} claims {claimed:.2f} s as well"


def said_s(planted: Planted, finding: dict[str, Any]) -> float:
    """The seconds in the evidence of a finding; NaN, which is near nothing, if it has none."""
    matches = (re.search(planted.said, line) for line in finding["evidence"])
    return next((float(match[1]) for match in matches if match), math.nan)


def is_near(found: float, planted: float) -> bool:
    """Whether an estimate is as good as it must be."""
    return abs(found - planted) <= RELATIVE * planted + ABSOLUTE_S


def faults_of_sum(target: dict[str, Any]) -> Iterator[str]:
    """Whether each second has one owner."""
    wall_s, rest = target["traced_wall_s"], {row["name"]: row["seconds"] for row in target["rest"]}
    total_s = sum(each["estimated_saving_s"] for each in target["findings"]) + sum(rest.values())
    if abs(total_s - wall_s) > 1e-6 * wall_s:
        yield f"findings and rows add up to {total_s:.3f} of {wall_s:.3f} s"
    if abs(rest.get("unaccounted", 0.0)) > MOST_UNACCOUNTED * wall_s:
        yield f"{rest['unaccounted']:.3f} of {wall_s:.3f} s are unaccounted"


def faults_of_alike(planted: Planted, target: dict[str, Any]) -> Iterator[str]:
    """What is found in the project that only looks like the cause."""
    for each in target["findings"]:
        is_usual = planted.cause in OF_EVERY_PROJECT and each["estimated_saving_s"] <= ABSOLUTE_S
        if each["cause"] == planted.cause and not is_usual:
            yield f"found: {each['subject']} {each['estimated_saving_s']:.2f} s"


def checked(python: str, planted: Planted, where: Path, *, alike: bool) -> list[str]:
    """What does not hold for a project or its look-alike."""
    try:
        project = written(python, planted, where, alike=alike)
        planted_s = None if alike else project.planted_s()
        target = project.diagnosed()
    except (RuntimeError, subprocess.TimeoutExpired) as error:
        return [str(error)]
    of_cause = faults_of_alike(planted, target) if alike else faults(planted, planted_s, target)
    return [*of_cause, *faults_of_sum(target)]


def lines_of_checks(options: argparse.Namespace, chosen: Sequence[Planted], where: Path) -> Iterator[tuple[bool, str]]:
    """Whether each project and each look-alike holds, and the line that says so."""
    for planted in chosen:
        for alike in (False, True):
            wrong = checked(options.python, planted, where, alike=alike)
            name = f"{planted.cause}{' (alike)' if alike else ''}"
            yield not wrong, f"{'FAIL' if wrong else 'ok  '} {name}: {'; '.join(wrong) or 'holds'}"


def lines_of_proofs(options: argparse.Namespace, chosen: Sequence[Planted], where: Path) -> Iterator[tuple[bool, str]]:
    """Whether each project holds with its experiment, and the line that says so."""
    proven = set[str]()
    print(row(*HEADING), flush=True)
    for planted in chosen:
        try:
            project = written(options.python, planted, where, alike=False)
            proof = proof_of(planted, project.diagnosed(*OPTIONS, "--select", planted.cause))
        except (RuntimeError, subprocess.TimeoutExpired) as error:
            proof = Proof(planted=planted, reason=str(error))
        proven |= {planted.cause} if proof.verdict == PROVEN else set()
        yield proof.holds, proof.row
    print(f"{len(proven)} of {len({planted.cause for planted in chosen})} causes are proven")


def main() -> int:
    """Check all projects, or those of the causes that are named."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--prove", action="store_true")
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--busy", type=int, default=0, metavar="N")
    parser.add_argument("--keep", type=Path, metavar="DIRECTORY")
    parser.add_argument("causes", nargs="*", metavar="CAUSE")
    options = parser.parse_args()
    chosen = list[Planted]()
    for planted in PROJECTS:
        if options.causes and planted.cause not in options.causes:
            continue
        if missing := [name for name in planted.modules if importlib.util.find_spec(name) is None]:
            print(f"--   {planted.cause}: not tried without {', '.join(missing)}", flush=True)
        else:
            chosen.append(planted)
    held = count = 0
    with ExitStack() as stack:
        where = options.keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        for _ in range(options.busy):
            busy = stack.enter_context(subprocess.Popen([sys.executable, "-c", BUSY]))
            stack.callback(busy.kill)
        for holds, line in (lines_of_proofs if options.prove else lines_of_checks)(options, chosen, where):
            held, count = held + holds, count + 1
            print(line, flush=True)
    print(f"{held} of {count} projects hold")
    return int(held < count)


if __name__ == "__main__":
    sys.exit(main())
