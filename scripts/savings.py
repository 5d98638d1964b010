"""Holds what `profile` says that a changed import line would save against what it really saves.

Usage: .venv/bin/python scripts/savings.py [--python PYTHON] [--blocks N] [--lines N] [--seed N] [PACKAGE/FOLDER ...]

For each suite the installed package is copied into a temporary folder and traced there. The import lines that would
save at least 50 ms, alone or with all others that import the same module, are then taken out of further copies: the
names that they bind become an object that answers to everything. Where the same tests are collected afterwards, the
original and all its variants are measured in interleaved blocks, in random order within each block, and the original
is traced once in each block. Printed are the predicted saving (lower-half mean of what each of these traces predicts),
the measured one (difference of the lower-half means of wall time, 95 % bootstrap interval over blocks), and whether
they agree within 10 % or 30 ms. The figures that were published stand in docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import ast
import os
import random
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from collectbench.judge.statistics import lower_half_mean
from collectbench.measure.process.launch import launch
from collectbench.measure.round.bench import Bench
from collectbench.measure.round.request import RoundRequest
from collectbench.measure.round.round import Round, run_round
from collectbench.measure.round.user_tree import UserTree
from collectbench.model.costs import Profile
from collectbench.model.sample import RoundKind, Status
from collectbench.usecases.mistakes import Mistakes
from collectbench.usecases.profiling import profile_of
from collectbench.usecases.project import open_project
from collectbench.usecases.project_options import ProjectOptions
from pairs import difference, interval, machine

ROOT = Path(__file__).resolve().parent.parent
SUITES = (
    "networkx/algorithms", "networkx/drawing", "networkx/linalg", "networkx/readwrite",
    "sympy/core", "sympy/plotting", "sympy/utilities",
)  # fmt: skip
SMALLEST_S = 0.05
RELATIVE, ABSOLUTE_S = 0.10, 0.03
ABSENT = (
    'type("absent", (), {name: (lambda self, *args, **kwargs: self) for name in ("__getattr__", "__call__",'
    ' "__getitem__", "__add__", "__mul__", "__rmul__", "__truediv__", "__rtruediv__", "__neg__", "__pow__")})()'
)
"""Stands for what was imported: enough for what test modules do with it while they are imported."""

Place = tuple[str, int]


@dataclass(kw_only=True)
class Change:
    """Import lines of one module that are taken out together, and what came of it."""

    module: str
    kind: str
    places: tuple[Place, ...]
    walls_s: list[float] = field(default_factory=list)

    @property
    def where(self) -> str:
        """The first of the lines, and how many more there are."""
        path, line = self.places[0]
        return f"{path}:{line}" + (f" +{len(self.places) - 1}" if len(self.places) > 1 else "")

    def predicted_s(self, profile: Profile) -> float:
        """What a profile says that it would save."""
        cost = next(cost for cost in profile.imports if cost.module == self.module)
        if self.kind == "joint":
            return cost.saving_joint_s
        return max(line.saving_alone_s for line in cost.importers if (line.path, line.line) == self.places[0])


@dataclass(kw_only=True)
class Checked:
    """All changes of one suite, and the rounds of the original."""

    changes: list[Change]
    walls_s: list[float]
    profiles: list[Profile]


def main() -> int:
    """Check all suites; exit code 1 where a prediction does not hold."""
    options = parse()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # else pytest would rewrite every test file in every round
    print(machine())
    print(f"{options.blocks} interleaved blocks for each suite, seed {options.seed}\n")
    print("| suite | module | lines | | predicted | measured | 95 % interval | |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    held = checked = 0
    for suite in options.suites:
        found = check(suite, options)
        for change in found.changes:
            predicted_s = lower_half_mean([change.predicted_s(profile) for profile in found.profiles])
            saving_s = difference(found.walls_s, change.walls_s)
            low_s, high_s = interval(found.walls_s, change.walls_s, random.Random(options.seed), difference)
            holds = abs(saving_s - predicted_s) <= max(ABSOLUTE_S, RELATIVE * saving_s)
            held, checked = held + holds, checked + 1
            print(
                f"| {suite} | {change.module} | {change.where} | {change.kind} | {predicted_s:.3f} s "
                f"| {saving_s:.3f} s | {low_s:.3f} to {high_s:.3f} s | {'holds' if holds else 'OFF'} |",
                flush=True,
            )
    print(f"\n{held} of {checked} predictions hold within {RELATIVE:.0%} or {ABSOLUTE_S * 1000:.0f} ms")
    return held != checked or not checked


def check(suite: str, options: argparse.Namespace) -> Checked:
    """Take import lines out of copies of a suite, and measure those that collect the same tests as before."""
    package = suite.partition("/")[0]
    command = [options.python, "-c", f"import {package}; print({package}.__path__[0])"]
    installed = Path(subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip())
    with tempfile.TemporaryDirectory() as name:
        work = Path(name).resolve()
        (work / "kept").mkdir()
        copy_package(installed, work / "0")
        (work / "0" / "pytest.ini").write_text("[pytest]\n")
        original = Suite(work / "0", suite, options.python, work)
        traced = original.round(RoundKind.TRACED)
        variants: list[tuple[Change, Suite]] = []
        for change in candidates(original.profile([traced])):
            if len(variants) == options.lines:
                break
            copy = work / str(len(variants) + 1)
            copy_tree(work / "0", copy)
            if all(take_out(copy, place) for place in change.places):
                changed = Suite(copy, suite, options.python, work)
                if is_fair(traced, changed.round(RoundKind.TRACED), change):
                    variants.append((change, changed))
                    continue
            shutil.rmtree(copy)
            print(f"left out: {suite} {change.module} {change.where}: other tests without it", file=sys.stderr)
        timed, traces = measure(original, variants, options)
        walls_s = [each.sample.wall_s for each in timed]
        profiles = [original.profile([*timed, trace]) for trace in traces]
        return Checked(changes=[change for change, _ in variants], walls_s=walls_s, profiles=profiles)


def measure(
    original: Suite, variants: list[tuple[Change, Suite]], options: argparse.Namespace
) -> tuple[list[Round], list[Round]]:
    """The timed and the traced rounds of the original; the variants keep their wall times."""
    order = random.Random(options.seed)
    timed: list[Round] = []
    traces: list[Round] = []
    for block in range(options.blocks):
        steps = [*variants, (None, RoundKind.TIMED), (None, RoundKind.TRACED)]
        for what, how in order.sample(steps, len(steps)):
            if isinstance(how, Suite) and what is not None:
                what.walls_s.append(how.round(RoundKind.TIMED).sample.wall_s)
            elif isinstance(how, RoundKind):
                (timed if how is RoundKind.TIMED else traces).append(original.round(how))
        print(f"\r{original.target.name}: {block + 1} of {options.blocks} blocks", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return timed, traces


class Suite:
    """A copy of a package, whose tests are collected as collectbench does it."""

    def __init__(self, root: Path, path: str, python: str, work: Path) -> None:
        os.chdir(root)
        options = ProjectOptions(
            targets=(path,), pytest_args=("-p", "no:cacheprovider"), python=python, suite=False
        )  # fmt: skip
        self.project = open_project(options, Mistakes(), print)
        (self.target,) = self.project.plan.targets
        self.bench = Bench(
            python=self.project.python, root=root, env=self.project.env, work=work, timeout_s=600, launch=launch,
            tree=UserTree(work / "kept"),
        )  # fmt: skip
        self.round(RoundKind.WARMUP)

    def round(self, kind: RoundKind) -> Round:
        """One round; a timed one must collect."""
        done = run_round(self.bench, RoundRequest(target=self.target, kind=kind))
        if kind is RoundKind.TIMED and done.status is not Status.OK:
            sys.exit(f"{self.target.name}: {done.status.value}: {done.message}")
        return done

    def profile(self, rounds: list[Round]) -> Profile:
        """What `collectbench profile` makes of these rounds."""
        return profile_of(self.project, self.target, rounds)


def candidates(profile: Profile) -> list[Change]:
    """What could be taken out of the copy, what saves most first: single lines, and all lines of a module."""
    found: dict[tuple[Place, ...], tuple[float, Change]] = {}

    def add(saving_s: float, change: Change) -> None:
        if saving_s >= SMALLEST_S:
            found.setdefault(change.places, (saving_s, change))

    for cost in sorted(profile.imports, key=lambda cost: -cost.saving_joint_s):
        own = [line for line in cost.importers if not line.path.startswith(("<", "/"))]
        for line in own:
            places = ((line.path, line.line),)
            add(line.saving_alone_s, Change(module=cost.module, kind="alone", places=places))
        if len(own) == len(cost.importers) > 1:
            everywhere = tuple(sorted((line.path, line.line) for line in own))
            add(cost.saving_joint_s, Change(module=cost.module, kind="joint", places=everywhere))
    return [change for _, change in sorted(found.values(), key=lambda pair: -pair[0])]


def is_fair(original: Round, changed: Round, change: Change) -> bool:
    """Whether the same tests are collected, and the module is gone if all its lines are."""
    if changed.status is not Status.OK or changed.nodeids_sha256 != original.nodeids_sha256 or changed.trace is None:
        return False
    return change.kind == "alone" or change.module not in {frame.module for frame in changed.trace.imports}


def copy_package(installed: Path, folder: Path) -> None:
    """A package, and the shared libraries that its wheel has put beside it."""
    for source in (installed, installed.with_name(f"{installed.name}.libs")):
        if source.is_dir():
            copy_tree(source, folder / source.name)


def copy_tree(source: Path, target: Path) -> None:
    """A copy without bytecode. Its files are links to the same ones, since those of numpy and scipy are large."""
    try:
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"), copy_function=os.link)
    except (OSError, shutil.Error):  # another file system
        shutil.rmtree(target)
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))


def take_out(root: Path, place: Place) -> bool:
    """Replace the import at a line by names for something absent; whether there is such a line."""
    path, line = root / place[0], place[1]
    source = path.read_text(encoding="utf-8")
    tree = ast.parse(source)
    statements = [node for node in ast.walk(tree) if isinstance(node, ast.stmt) and is_import(node)]
    for node in statements:
        if node.lineno <= line <= (node.end_lineno or node.lineno):
            lines = source.splitlines(keepends=True)
            indent = " " * node.col_offset
            body = "; ".join(f"{name} = {ABSENT}" for name in bound_names(node)) or "pass"
            rest = ["\n"] * ((node.end_lineno or node.lineno) - node.lineno)
            lines[node.lineno - 1 : node.end_lineno] = [f"{indent}{body}\n", *rest]
            path.unlink()  # the other copies keep theirs
            path.write_text("".join(lines), encoding="utf-8")
            return True
    return False


def is_import(node: ast.stmt) -> bool:
    """Whether it is an import statement, or an assignment or expression that imports by a call."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        return True
    value = node.value if isinstance(node, ast.Assign | ast.Expr) else None
    called = value.func if isinstance(value, ast.Call) else None
    name = called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""
    return name in ("importorskip", "import_module", "__import__")


def bound_names(node: ast.stmt) -> list[str]:
    """The names that an import binds."""
    if isinstance(node, ast.Import):
        return [alias.asname or alias.name.partition(".")[0] for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [alias.asname or alias.name for alias in node.names]
    return [ast.unparse(target) for target in node.targets] if isinstance(node, ast.Assign) else []


def parse() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--python", default=str(ROOT / ".venvs" / "corpus" / "bin" / "python"))
    parser.add_argument("--blocks", type=int, default=12)
    parser.add_argument("--lines", type=int, default=4, help="changes of each suite")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("suites", nargs="*", default=SUITES, metavar="PACKAGE/FOLDER")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
