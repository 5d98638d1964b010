"""Whether `fix heavy-import` saves what the profile says, with the same tests and the same outcomes.

Usage: .venv/bin/python scripts/fix_heavy.py [--python PYTHON] [--pairs N] [--modules N] [--seed N] [SUITE ...]
       .venv/bin/python scripts/fix_heavy.py --list [--python PYTHON] [--modules N] [SUITE ...]

SUITE is `generated`, a repository with 30 importers of one slow module, or PACKAGE/FOLDER of an installed package,
which is copied. Each copy is profiled. For the heaviest modules all of whose lines can be rewritten, a further copy is
rewritten by `collectbench fix heavy-import --only MODULE --apply --validate`. `collectbench verify` runs the tests of
the changed test files before and after; if other files change, those of the whole suite. Then original and changed copy
are collected in pairs, in random order within each pair. In the generated repository, 29 of the 30 files are rewritten
first. Printed are the saving that the profile promises, and the measured one: the difference of the lower-half means of
wall time without queueing, with the 95 % bootstrap interval over the pairs. `--list` prints the modules alone.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from collectbench.codemods import Choices
from collectbench.measure.round.round import Round
from collectbench.model.costs import Profile
from collectbench.model.sample import RoundKind
from collectbench.store.documents import to_document
from collectbench.usecases.fixing.options import FixOptions
from collectbench.usecases.fixing.rewriting import Rewrites, rewrites
from collectbench.usecases.linting.options import LintOptions
from pairs import difference, interval, machine
from savings import ROOT, Suite

SUITES = ("generated", "scipy/interpolate", "pandas/tests/plotting")
SMALLEST_S, MOST_IMPORTERS = 0.005, 20
"""Other modules are not tried."""
IMPORTERS = 30
ENGINE = """\
import time

_end = time.process_time() + 0.4
while time.process_time() < _end:
    pass


def double(x):
    return 2 * x
"""
FORMS = (
    ("import heavy", "heavy.double"),
    ("import heavy as hv  # slow", "hv.double"),
    ("from heavy import double", "double"),
)
TEST = """\
import pytest

{statement}


@pytest.fixture
def four():
    return {use}(2)


@pytest.mark.parametrize("x", range(20))
def test_double(x, four):
    assert {use}(x) == 2 * x
    assert four == 4
"""


@dataclass(frozen=True, kw_only=True)
class Case:
    """A rewrite of a copy: of which module, in which files, and what the profile says that it saves."""

    module: str
    paths: tuple[str, ...]
    expected_s: float
    edited: tuple[str, ...]
    note: str


def main() -> int:
    """Check all suites; exit code 1 if ids or outcomes differ."""
    options = parse()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # else pytest would rewrite every test file in every round
    print(machine())
    if options.list:
        return sum(listed(suite, options) for suite in options.suites) == 0
    print(f"{options.pairs} interleaved pairs for each rewrite, seed {options.seed}\n")
    print("| suite | module | files | promised | measured | 95 % interval | ids and errors | outcomes |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    held = [same for suite in options.suites for same in check(suite, options)]
    return not all(held)


def listed(suite: str, options: argparse.Namespace) -> int:
    """Print the modules that would be rewritten, and return their number."""
    with tempfile.TemporaryDirectory() as name:
        profile, document, _ = profiled(suite, Path(name).resolve(), options)
        found = [*cases(suite, profile, document, options)]
    for case in found:
        print(f"{suite}: {case.module}, {case.expected_s:.3f} s, {', '.join(case.edited)}", flush=True)
    return len(found)


def profiled(suite: str, work: Path, options: argparse.Namespace) -> tuple[Profile, Path, Suite]:
    """A copy of a suite in the folder `work`, its profile and the stored one."""
    os.environ["XDG_STATE_HOME"] = str(work / "state")
    (work / "kept").mkdir()
    original = Suite(work / "0", make(suite, work / "0", options.python), options.python, work)
    profile = original.profile([original.round(RoundKind.TRACED)])
    document = work / "profile.json"
    document.write_text(json.dumps(to_document(profile)))
    return profile, document, original


def check(suite: str, options: argparse.Namespace) -> Iterator[bool]:
    """Rewrite copies of a suite, and yield whether ids and outcomes are the same after each rewrite."""
    with tempfile.TemporaryDirectory() as name:
        work, path = Path(name).resolve(), target(suite)
        profile, document, original = profiled(suite, work, options)
        for number, case in enumerate([*cases(suite, profile, document, options)], start=1):
            copy = work / str(number)
            shutil.copytree(work / "0", copy)
            state, tests = work / f"{number}.json", tests_of(case, path)
            collectbench(work / "0", "verify", *tests, "--record", "--state", str(state), "--python", options.python)
            fixed = collectbench(
                copy, "fix", "heavy-import", *case.paths, "--only", case.module, "--profile", str(document),
                "--apply", "--validate", "--partial", "--python", options.python,
            )  # fmt: skip
            verified = collectbench(copy, "verify", *tests, "--state", str(state), "--python", options.python)
            changed = Suite(copy, path, options.python, work)
            base, head, same = measure(original, changed, options)
            saving_s = difference(base, head)
            low_s, high_s = interval(base, head, random.Random(options.seed), difference)
            outcomes = verified.stdout.strip().splitlines()[-1:] or [verified.stderr.strip()[-200:]]
            print(
                f"| {suite} | {case.module} | {len(case.edited)} | {case.expected_s:.3f} s | {saving_s:.3f} s "
                f"| {low_s:.3f} to {high_s:.3f} s | {'the same' if same else 'DIFFERENT'} "
                f"| {'the same' if verified.returncode == 0 else 'DIFFERENT'}: {outcomes[0]} |",
                flush=True,
            )
            print(f"{suite}: {case.note}", file=sys.stderr)
            shutil.rmtree(copy)
            yield same and fixed.returncode == 0 and verified.returncode == 0


def cases(suite: str, profile: Profile, document: Path, options: argparse.Namespace) -> Iterator[Case]:
    """What to rewrite: the heaviest modules for which all lines can be."""
    if suite == "generated":
        files = tuple(f"tests/test_{number:02}.py" for number in range(IMPORTERS - 1))
        yield case_of("heavy", files, rewritten(("heavy",), document, files), 0.0)
        yield case_of("heavy", (), rewritten(("heavy",), document, ()), joint_s(profile, "heavy"))
        return
    seen: set[tuple[str, ...]] = set()
    candidates = [
        cost.module
        for cost in sorted(profile.imports, key=lambda cost: -cost.saving_joint_s)
        if not cost.floor and cost.saving_joint_s >= SMALLEST_S and len(cost.importers) <= MOST_IMPORTERS
    ]
    for note in rewritten(tuple(candidates), document, ()).notes:
        module = note.text.partition(":")[0].partition(" ")[0]
        if len(seen) == options.modules or "nothing imports it any more" not in note.text:
            continue
        case = case_of(module, (), rewritten((module,), document, ()), joint_s(profile, module))
        if case.edited not in seen:
            seen.add(case.edited)
            yield case


def case_of(module: str, paths: tuple[str, ...], found: Rewrites, expected_s: float) -> Case:
    """A case with the files that would be edited, and the note about them."""
    edited = tuple(edit.path for edit in found.edits)
    return Case(module=module, paths=paths, expected_s=expected_s, edited=edited, note=found.notes[0].text)


def rewritten(modules: tuple[str, ...], document: Path, paths: tuple[str, ...]) -> Rewrites:
    """What `fix heavy-import` would do in the current directory."""
    options = FixOptions(
        codemod="heavy-import",
        tree=LintOptions(paths=paths, profile=document),
        choices=Choices(names=modules, partial=bool(paths)),
    )
    return rewrites(options, lambda *_: None)


def joint_s(profile: Profile, module: str) -> float:
    """What the profile says that a module costs: that of its cut if it has one."""
    cut = next((cut.saving_s for cut in profile.cuts if cut.module == module and cut.lines), None)
    return cut or max(cost.saving_joint_s for cost in profile.imports if cost.module == module)


def tests_of(case: Case, target: str) -> Sequence[str]:
    """The changed test files; the whole suite if other files have changed."""
    tests = [path for path in case.edited if path.rpartition("/")[2].startswith("test_")]
    return tests if len(tests) == len(case.edited) else [target]


def measure(original: Suite, changed: Suite, options: argparse.Namespace) -> tuple[list[float], list[float], bool]:
    """Seconds of the original and of the changed copy, and whether ids and errors were the same in all rounds."""
    order, base, head = random.Random(options.seed), list[Round](), list[Round]()
    for _ in range(options.pairs):
        for suite, rounds in order.sample([(original, base), (changed, head)], 2):
            os.chdir(suite.bench.root)
            rounds.append(suite.round(RoundKind.TIMED))
    collected = {(each.nodeids_sha256, each.counts.errors if each.counts else 0) for each in (*base, *head)}
    return [*map(seconds, base)], [*map(seconds, head)], len(collected) == 1


def seconds(done: Round) -> float:
    """Wall time without the time in the queue for a processor."""
    return done.sample.wall_s - (done.sample.queued_s or 0.0)


def collectbench(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a directory."""
    command = [sys.executable, "-m", "collectbench", *words, "--no-progress"]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)


def target(suite: str) -> str:
    """The path of a suite's target."""
    return "tests" if suite == "generated" else suite


def make(suite: str, root: Path, python: str) -> str:
    """Make the original of a suite, and return the path of its target."""
    if suite == "generated":
        generate(root)
        return target(suite)
    package = suite.partition("/")[0]
    command = [python, "-c", f"import {package}; print({package}.__path__[0])"]
    installed = Path(subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip())
    root.mkdir()
    for source in (installed, installed.with_name(f"{installed.name}.libs")):
        if source.is_dir():
            shutil.copytree(source, root / source.name, ignore=shutil.ignore_patterns("__pycache__"))
    (root / "pytest.ini").write_text(f"[pytest]\ntestpaths = {suite}\n")
    return target(suite)


def generate(root: Path) -> None:
    """Write the repository with one slow module and its importers."""
    (root / "tests").mkdir(parents=True)
    (root / "heavy").mkdir()
    (root / "heavy" / "__init__.py").write_text("from heavy.engine import *\n")
    (root / "heavy" / "engine.py").write_text(ENGINE)
    (root / "pytest.ini").write_text("[pytest]\ntestpaths = tests\n")
    for number in range(IMPORTERS):
        statement, use = FORMS[number % len(FORMS)]
        (root / "tests" / f"test_{number:02}.py").write_text(TEST.format(statement=statement, use=use))


def parse() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--python", default=str(ROOT / ".venvs" / "corpus" / "bin" / "python"))
    parser.add_argument("--pairs", type=int, default=10)
    parser.add_argument("--modules", type=int, default=3, help="of each suite")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--list", action="store_true", help="only print what would be rewritten")
    parser.add_argument("suites", nargs="*", default=SUITES, metavar="SUITE")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
