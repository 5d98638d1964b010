"""The CPU time and memory of `collectbench lint` on a large repository, beside those of ruff.

Usage: .venv/bin/python scripts/lint_speed.py [DIRECTORY] [--laps 5] [--seed 1] [--files 10000] [--megabytes 180]
       [--output FILE] [--only CASE ...]

DIRECTORY is a repository of scripts/lint_repository.py that was made with `--git`; without it, one is made and removed
afterwards. Each lap runs each case once, in random order, on the same files:

ruff      `ruff check --no-cache --isolated --select F401`
module    lint with an empty cache, which it fills, with the rules that read no bodies of functions
all       lint with an empty cache, with all rules
again     all rules, a second time, nothing changed
changed   all rules, `--changed HEAD`, ten files changed, with the cache of an earlier run

Prints the lower-half mean over laps of CPU time (user and system, children included), its ratio to ruff, both with
their range over laps, and the largest peak of memory of all processes together. --output keeps all samples as JSON.
The first lap warms the caches of the machine and does not count.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import sysconfig
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import lint_repository
from collectbench.judge.statistics import lower_half_mean
from collectbench.lint import RULES
from lint_tree.plan import Plan
from lint_tree.usage import Usage, use_of
from pairs import children_env, machine

CHANGED_FILES = 10
RUFF = "ruff"
IDLE = frozenset({"heavy-import", "unused-import"})
"""Rules that are refused without settings, which such a repository lacks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A command that is measured.

    Attributes:
        command: what runs in the repository.
        is_warm: whether the same rules have run there before, with the same cache.
        changed: how many files are changed since then.
    """

    command: Sequence[str]
    is_warm: bool = False
    changed: int = 0


def cases() -> dict[str, Case]:
    """Return the commands by name."""
    lint = (sys.executable, "-m", "collectbench", "lint", "--quiet")
    names = [rule.id for rule in RULES if not rule.in_functions and rule.id not in IDLE]
    shallow = [option for name in names for option in ("--select", name)]
    ruff = str(Path(sysconfig.get_path("scripts")) / "ruff")
    return {
        RUFF: Case(command=(ruff, "check", "--no-cache", "--isolated", "--select", "F401", "--quiet", ".")),
        "module": Case(command=(*lint, *shallow)),
        "all": Case(command=lint),
        "again": Case(command=lint, is_warm=True),
        "changed": Case(command=(*lint, "--changed", "HEAD"), is_warm=True, changed=CHANGED_FILES),
    }


def measure(case: Case, root: Path, source: random.Random) -> Usage:
    """Return what a command uses.

    Raises:
        SystemExit: it could not do its work.
    """
    with tempfile.TemporaryDirectory() as cache:
        env = children_env() | {"XDG_STATE_HOME": cache}
        if case.is_warm:
            use_of(cases()["all"].command, cwd=root, env=env)
        with changed_files(root, case.changed, source):
            usage = use_of(case.command, cwd=root, env=env)
    if usage.exit_code not in (0, 1):
        raise SystemExit(f"lint_speed.py: exit code {usage.exit_code}: {' '.join(case.command)}")
    return usage


@contextmanager
def changed_files(root: Path, count: int, source: random.Random) -> Iterator[None]:
    """Add a function to so many test files, and put them back afterwards."""
    files = sorted((root / "tests").rglob("test_*.py")) if count else []
    originals = {file: file.read_bytes() for file in source.sample(files, count)}
    try:
        for file, content in originals.items():
            file.write_bytes(content + b"\n\ndef test_added():\n    assert len('added') == 5\n")
        yield
    finally:
        for file, content in originals.items():
            file.write_bytes(content)


def in_laps(root: Path, options: argparse.Namespace) -> dict[str, list[Usage]]:
    """Return the usages of each case, one a lap, without the first lap."""
    source = random.Random(options.seed)
    chosen = {name: case for name, case in cases().items() if name == RUFF or name in options.only}
    samples: dict[str, list[Usage]] = defaultdict(list)
    for lap in range(options.laps + 1):
        for name, case in source.sample(list(chosen.items()), len(chosen)):
            usage = measure(case, root, source)
            print(f"lap {lap}: {name}: {usage.cpu_s:.2f} s", file=sys.stderr, flush=True)
            if lap:
                samples[name].append(usage)
    return {name: samples[name] for name in chosen}


def table(samples: dict[str, list[Usage]]) -> Iterator[str]:
    """Yield the lines of the table."""
    yield f"{'':10}{'CPU':>10}{'range':>18}{'to ruff':>10}{'range':>16}{'peak':>12}{'wall':>10}"
    ruff = [usage.cpu_s for usage in samples[RUFF]]
    for name, usages in samples.items():
        cpu = [usage.cpu_s for usage in usages]
        ratios = [one / base for one, base in zip(cpu, ruff, strict=True)]
        peak = max(usage.peak_bytes for usage in usages) / 2**20
        wall = lower_half_mean([usage.wall_s for usage in usages])
        ratio = lower_half_mean(cpu) / lower_half_mean(ruff)
        yield (
            f"{name:10}{lower_half_mean(cpu):8.2f} s{min(cpu):9.2f} to {max(cpu):5.2f}{ratio:10.2f}"
            f"{min(ratios):8.2f} to {max(ratios):4.2f}{peak:8.0f} MiB{wall:8.2f} s"
        )


def main() -> None:
    """Make or take a repository, measure, print."""
    options = parse()
    with tempfile.TemporaryDirectory() as name:
        root = options.directory
        if root is None:
            root = Path(name) / "tree"
            size = int(options.megabytes * 1e6)
            lint_repository.make(root, Plan(), seed=options.seed, files=options.files, size=size)
            lint_repository.commit(root)
        truth = lint_repository.read_truth(root)
        samples = in_laps(root, options)
    print(machine())
    print(f"{truth['files']} files, {truth['bytes'] / 1e6:.0f} MB, seed {truth['seed']}, {options.laps} laps")
    print("\n".join(table(samples)))
    if options.output:
        raw = {name: [usage.as_dict() for usage in usages] for name, usages in samples.items()}
        document = {"machine": machine(), "files": truth["files"], "bytes": truth["bytes"], "samples": raw}
        options.output.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


def parse() -> argparse.Namespace:
    """Return the options."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("directory", type=Path, nargs="?")
    parser.add_argument("--laps", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--megabytes", type=float, default=180)
    parser.add_argument("--output", type=Path)
    parser.add_argument("--only", nargs="*", choices=tuple(cases()), default=tuple(cases()))
    return parser.parse_args()


if __name__ == "__main__":
    main()
