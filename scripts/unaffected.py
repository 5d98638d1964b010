"""Whether targets that `compare --against` does not run are unaffected: changes at random, each compared twice.

Usage: .venv/bin/python scripts/unaffected.py [--changes N] [--seed N] [--subject NAME ...] [--targets N]
                                              [--only NUMBER ...] [--kind TEXT] [--python PYTHON]

Makes repositories in a temporary directory: a generated one whose small targets depend on all that a target can depend
on, and copies of networkx and sympy of which a few directories are targets. A baseline of each is measured and
committed. Then files, settings, variables and history are changed, one change at a time. `collectbench compare
--against` runs for the targets that the change is likely to affect and for some others; then it runs again with
`--full` for those that it called unaffected. Everything is put back after each change.

A target is *changed* if it exists on one side only, or if base and head differ in status, counts, ids, digest of loaded
files or a counter that repeats. *Wrong* are changed targets that were called unaffected, and those that were although
they start processes or do something else each time. *Unseen* are those of a target that only asks about files, which
docs/unaffected.md says that nobody can see: they are counted apart. *Outdated* are unaffected targets of which base and
head are the same, but collect other tests than the baseline says. Prints a table for each subject, with the share of
all its targets that need no round, and all that reproduces what is wrong: the number of a change and the seed decide
all of it. Exits with 1 if anything was wrong. The figures that were published stand in docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from itertools import islice
from pathlib import Path

from changed_trees.making import PACKAGES, Outline, make_generated, make_package
from changed_trees.scene import Scene
from changed_trees.table import Tally, report, table
from changed_trees.trial import Subject, Trial, prepare, take
from environments import python_of
from pairs import machine

SHARES = {"generated": 0.6, "networkx": 0.2, "sympy": 0.2}
"""The share of each subject in all changes: those of the generated repository are quick, and of the most kinds."""
PYTHONS = {"generated": ".venvs/3.12-pytest9", "networkx": ".demo", "sympy": ".venvs/corpus"}


def main() -> int:
    """Make the changes in each subject; the exit code."""
    options = parse()
    print(machine(), flush=True)
    wrong = 0
    for name in options.subjects:
        share = SHARES[name] / sum(SHARES[subject] for subject in options.subjects)
        with tempfile.TemporaryDirectory(prefix="unaffected-") as folder:
            subject = prepare(name, _scene(name, Path(os.path.realpath(folder)), options.python), options.seed)
            numbers = options.only or islice(subject.numbers(options.kind), round(share * options.changes))
            trials = _trials(subject, list(numbers), options)
        print(*table(name, trials), "", sep="\n", flush=True)
        wrong += sum(bool(trial.wrong) for trial in trials)
    return wrong > 0


def _scene(name: str, folder: Path, python: str) -> Scene:
    outline = Outline(folder=folder, python=python or os.fspath(python_of(PYTHONS[name]) or sys.executable))
    return make_generated(outline) if name not in PACKAGES else make_package(name, outline)


def _trials(subject: Subject, numbers: list[int], options: argparse.Namespace) -> list[Trial]:
    trials = []
    for number in numbers:
        trial = take(subject, number, most=options.targets)
        trials.append(trial)
        last = trial.refused.strip().rpartition("\n")[2]
        said = f"{subject.name} {number}, of {len(numbers)} changes: {trial.title}: {Tally.of([trial])} {last}"
        print(said.rstrip(), flush=True, file=sys.stderr)
        for line in report(subject, trial):
            print(line, flush=True)
    return trials


def parse() -> argparse.Namespace:
    """The options."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--changes", type=int, default=200, help="of all subjects together")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--subject", dest="subjects", action="append", choices=list(SHARES), help="this one alone")
    parser.add_argument(
        "--targets",
        type=int,
        default=6,
        metavar="N",
        help="compare N targets after each change; 0 for all [default: 6]",
    )
    parser.add_argument("--only", type=int, action="append", metavar="NUMBER", help="the change of this number alone")
    parser.add_argument("--kind", default="", metavar="TEXT", help="changes whose kind has this in its name")
    parser.add_argument("--python", default="", help="measure this interpreter")
    options = parser.parse_args()
    options.subjects = options.subjects or list(SHARES)
    return options


if __name__ == "__main__":
    sys.exit(main())
