"""Checks violations of lint against a real collection and real imports, on suites that nobody here wrote.

Usage: .venv/bin/python scripts/lint_precision.py [SUITE|DIRECTORY]... [--keep DIRECTORY] [--confirmed]
       .venv/bin/python scripts/lint_precision.py SUITE|DIRECTORY --report FILE

A SUITE is networkx, sympy, scipy or pandas (default: all), a DIRECTORY any other, whose tests `--python` can import. A
suite is laid out as its repository is: the package in the directory that has the configuration. `--keep` says where it
stays, so that the next run need not compile it. Prints for each suite and rule how many violations pytest or an import
confirms, how many are false, and how many cannot be checked, and each false one. The exit code is 1 if one is false, or
if a suite cannot be collected. What confirms a violation is in scripts/lint_reality.py and scripts/lint_imports.py.
`--report` takes the violations from a document of `collectbench lint --format json` instead of running lint.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from environments import ROOT, python_of

RULES_OF_COLLECTION = ("uncollected-tests", "non-test-class", "duplicate-items")
RULES_OF_IMPORTS = ("missing-module", "missing-name")
RULES = (*RULES_OF_COLLECTION, *RULES_OF_IMPORTS)
SUITES = ("networkx", "sympy", "scipy", "pandas")
REALITY = Path(__file__).resolve().parent / "lint_reality.py"
CONFIRMED, FALSE, UNCHECKED, ASK_ALONE = "confirmed", "false", "not checkable", "ask alone"
VERDICTS = (CONFIRMED, FALSE, UNCHECKED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A violation, and what pytest or an import says about it."""

    rule: str
    path: str
    line: int
    subject: str
    message: str
    verdict: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """A directory to check, and the interpreter that its tests need."""

    name: str
    directory: Path
    python: Path


def ask(suite: Suite, mode: str, **questions: Any) -> tuple[list[Any], str]:
    """Run lint_reality.py in the suite's interpreter; its answers so far, and why it ended early (else empty)."""
    with tempfile.TemporaryDirectory() as name:
        asked, answers = Path(name, "questions.json"), Path(name, "answers")
        asked.write_text(json.dumps(questions), encoding="utf-8")
        unwanted = ("PYTEST_", "COVERAGE_", "PYTHONDONTWRITEBYTECODE")
        env = {name: value for name, value in os.environ.items() if not name.startswith(unwanted)}
        child = subprocess.run(
            [str(suite.python), str(REALITY), mode, str(asked), str(answers)],
            cwd=suite.directory,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
        lines = answers.read_text(encoding="utf-8").splitlines() if answers.is_file() else []
        last = " / ".join(child.stdout.strip().splitlines()[-2:])
        why = f"exit code {child.returncode}: {last}" if child.returncode else ""
        return [json.loads(line) for line in lines], why


def base_of(directory: Path, violations: Sequence[dict[str, Any]]) -> Path:
    """The directory that the paths of the violations are relative to: this one or the nearest above it.

    Raises:
        SystemExit: there is none.
    """
    for base in (directory, *directory.parents):
        if all((base / violation["path"]).is_file() for violation in violations):
            return base
    raise SystemExit(f"{directory}: no directory has all files of the violations, such as {violations[0]['path']}")


def check(suite: Suite, violations: Sequence[dict[str, Any]]) -> list[Checked]:
    """Ask pytest and Python about each violation of the rules that they can judge."""
    base = base_of(suite.directory, violations)
    asked = [{**violation, "file": str(base / violation["path"])} for violation in violations]
    collected = [violation for violation in asked if violation["rule"] in RULES_OF_COLLECTION]
    imported = [violation for violation in asked if violation["rule"] in RULES_OF_IMPORTS]
    answers, why = ask(suite, "collect", violations=collected, arguments=[])
    if why:
        raise SystemExit(f"{suite.name}: the collection failed: {why}")
    *answers, sys_path = answers
    alone = [violation for violation, answer in zip(collected, answers, strict=True) if answer[0] == ASK_ALONE]
    if alone:
        files = sorted({violation["file"] for violation in alone})
        second, why = ask(suite, "alone", violations=alone, arguments=files)
        rest = iter(second[:-1] if not why else [(UNCHECKED, why)] * len(alone))
        answers = [next(rest) if answer[0] == ASK_ALONE else answer for answer in answers]
    while len(answers) < len(collected) + len(imported):
        first = len(answers) - len(collected)
        more, why = ask(suite, "import", violations=imported[first:], sys_path=sys_path)
        answers += [*more, *([(UNCHECKED, f"the import ended the process: {why}")] if why else [])]
    return [
        Checked(
            **{name: violation[name] for name in ("rule", "path", "line", "subject", "message")},
            verdict=verdict,
            reason=reason,
        )
        for violation, (verdict, reason) in zip([*collected, *imported], answers, strict=True)
    ]


def lint(directory: Path) -> list[dict[str, Any]]:
    """The violations that `collectbench lint` reports.

    Raises:
        SystemExit: lint failed; its words have been shown.
    """
    program = Path(sys.executable).with_name("collectbench")  # `-m` would put the directory on sys.path
    command = [str(program), "lint", str(directory), "--format", "json", "--quiet"]
    child = subprocess.run(command, cwd=directory, stdout=subprocess.PIPE, text=True, check=False)
    if child.returncode not in {0, 1}:
        raise SystemExit(f"{' '.join(command)}: exit code {child.returncode}")
    return violations_of(child.stdout)


def violations_of(document: str) -> list[dict[str, Any]]:
    """The violations in a JSON document of lint, with the members that its codec may leave out."""
    found = json.loads(document)["violations"]
    return [{"subject": "", "group": None, "fix": "", **violation} for violation in found]


def laid_out(name: str, work: Path) -> Suite:
    """A suite of the corpus below `work`, as its repository has it; one that is there already stays.

    Raises:
        SystemExit: the corpus is missing.
    """
    python = python_of(".venvs/corpus")
    package = next((ROOT / ".demo").glob(f"lib/python*/site-packages/{name}"), None)
    if python is None or package is None:
        raise SystemExit(f"{name} is missing: run scripts/environments.py demo corpus")
    root = work.resolve() / name
    if not root.is_dir():
        # Bytecode that pytest has written keeps the paths of the files that it was made from.
        shutil.copytree(package, root / name, ignore=shutil.ignore_patterns("__pycache__"))
        if (libraries := package.with_name(f"{name}.libs")).is_dir():
            (root / libraries.name).symlink_to(libraries)
        inside = [root / name / file for file in ("pytest.ini", "pyproject.toml")]
        for file in filter(Path.is_file, inside):
            file.rename(root / file.name)
        if not any((root / file.name).is_file() for file in inside):
            (root / "pytest.ini").write_text("[pytest]\n")
    return Suite(name=name, directory=root, python=python)


def table(name: str, checked: Sequence[Checked], shown: Collection[str] = (FALSE,)) -> Iterator[str]:
    """The lines for a suite: a row for each rule, then violations with these verdicts, then why others have none."""
    counts = Counter((one.rule, one.verdict) for one in checked)
    yield f"{name:<20} {'violations':>10} " + " ".join(f"{verdict:>13}" for verdict in VERDICTS)
    for rule in RULES:
        row = [counts[rule, verdict] for verdict in VERDICTS]
        yield f"  {rule:<18} {sum(row):>10} " + " ".join(f"{count:>13}" for count in row)
    for one in checked:
        if one.verdict in shown:
            yield f"  {one.verdict}: {one.path}:{one.line}: {one.rule} ({one.subject}): {one.message}"
            yield f"    {'but' if one.verdict == FALSE else 'since'}: {one.reason}"
    why = defaultdict[str, list[Checked]](list)
    for one in checked:
        if one.verdict == UNCHECKED:
            why[one.reason].append(one)
    for reason, of in sorted(why.items(), key=lambda item: -len(item[1])):
        yield f"  not checkable: {len(of)}, such as {of[0].path}:{of[0].line} ({of[0].subject}): {reason}"


def main() -> int:
    """Check each suite."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("suites", nargs="*", default=SUITES, metavar="SUITE|DIRECTORY")
    parser.add_argument("--report", type=Path, help="a document of lint, instead of running it")
    parser.add_argument("--python", type=Path, default=Path(sys.executable), help="what the tests of DIRECTORY need")
    parser.add_argument("--keep", type=Path, metavar="DIRECTORY", help="where the suites stay, with their bytecode")
    parser.add_argument("--confirmed", action="store_true", help="print the confirmed violations too")
    asked = parser.parse_args()
    if asked.report and len(asked.suites) != 1:
        parser.error("--report needs one suite or directory")
    false = 0
    with tempfile.TemporaryDirectory() as folder:
        for name in asked.suites:
            if name in SUITES:
                suite = laid_out(name, asked.keep or Path(folder))
            else:
                suite = Suite(name=name, directory=Path(name).resolve(), python=asked.python.absolute())
            found = violations_of(asked.report.read_text()) if asked.report else lint(suite.directory)
            checked = check(suite, [one for one in found if one["rule"] in RULES])
            print(*table(name, checked, {FALSE, *([CONFIRMED] if asked.confirmed else [])}), sep="\n", flush=True)
            false += sum(one.verdict == FALSE for one in checked)
    return 1 if false else 0


if __name__ == "__main__":
    sys.exit(main())
