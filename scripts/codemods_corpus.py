"""Runs each codemod over copies of suites that nobody here wrote: networkx, sympy, scipy, pandas.

Usage: .venv/bin/python scripts/codemods_corpus.py [SUITE|DIRECTORY]... [--codemod ID]... [--reasons N]
       .venv/bin/python scripts/codemods_corpus.py [SUITE|DIRECTORY]... --keep DIRECTORY

A SUITE is one of the four (default: all), a DIRECTORY any other tree, which is copied as well. Each codemod rewrites
the tree as `collectbench fix` does, with a configuration that gives it something to do: slow modules, forbidden ones,
a home. It has to hold that

- no codemod raises, and each file that it writes parses;
- all other files keep their bytes;
- a second run on the result rewrites nothing;
- `--undo` restores every byte.

Prints for each codemod how many files it rewrites, what it leaves alone by reason, failures, and seconds, and each
thing that does not hold. The exit code is 1 if one does not. `--keep` says where the rewritten trees stay, one for each
codemod; then they are not restored.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import os
import re
import shutil
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from collectbench.cli.feedback import ConsoleFeedback
from collectbench.codemods import CODEMODS, Choices, Codemod
from collectbench.model.errors import Interrupted
from collectbench.usecases.fixing import applying, rewriting, undoing
from collectbench.usecases.fixing.options import FixOptions
from collectbench.usecases.fixing.rewriting import Rewrites
from collectbench.usecases.linting.options import LintOptions
from environments import ROOT

SUITES = ("networkx", "sympy", "scipy", "pandas")
HEAVY = ("numpy", "scipy", "pandas", "mpmath", "hypothesis", "matplotlib")
FORBIDDEN = {
    "networkx": {"networkx.utils.misc": "networkx.utils", "networkx.convert_matrix": "networkx"},
    "sympy": {"sympy.core.symbol": "sympy.core", "sympy.testing.pytest": "pytest"},
    "scipy": {"scipy._lib._array_api": "scipy._lib.array_api_extra", "numpy.testing": "scipy._lib._testutils"},
    "pandas": {"pandas._testing": "pandas.testing", "pandas.util._test_decorators": "pandas.util"},
}
"""Modules that many files of a suite import, with one that could replace each."""
WHOLE_PACKAGES = frozenset({"package-exports"})
"""Codemods that only rewrite files which are named."""
_PLACE = re.compile(r"`[^`]*`|\S*[/.]\w+\S*|'[^']*'|\b\d+\b")
"""What differs between two skips for the same reason."""


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What a codemod did to a tree.

    Attributes:
        edits: files that it rewrote.
        notes: what it told.
        reasons: of the places that it left alone, without names and lines.
        failures: files that it could not read or write.
        seconds: of wall time, reading the tree included.
        faults: what does not hold.
    """

    edits: int = 0
    notes: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    failures: int = 0
    seconds: float = 0.0
    faults: list[str] = field(default_factory=list)


def laid_out(name: str, work: Path) -> Path:
    """A copy of a suite or directory below `work`, with a configuration; returns its root.

    Raises:
        SystemExit: it is missing.
    """
    source = Path(name)
    if name in SUITES:
        found = next((ROOT / ".demo").glob(f"lib/python*/site-packages/{name}"), None)
        if found is None:
            raise SystemExit(f"{name} is missing: run scripts/environments.py demo")
        source = found
    elif not source.is_dir():
        raise SystemExit(f"{name} is not a directory, nor one of {', '.join(SUITES)}")
    root = work / source.resolve().name
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(
        source,
        root / source.resolve().name,
        ignore=shutil.ignore_patterns("__pycache__", ".git", ".venv*"),
        copy_function=_copied,
    )
    (root / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    (root / "collectbench.toml").write_text("\n".join(_configuration(root.name)), encoding="utf-8")
    return root


def _copied(source: str, target: str) -> None:
    """Copy a Python file; link others, such as compiled modules, which are only looked for."""
    if source.endswith(".py"):
        shutil.copyfile(source, target)
    else:
        Path(target).symlink_to(source)


def _configuration(name: str) -> Iterator[str]:
    yield "[lint]"
    yield f"heavy = [{', '.join(repr(each) for each in HEAVY if each != name)}]"
    for module, replacement in FORBIDDEN.get(name, {}).items():
        yield f'[[lint.forbidden-imports]]\nmodule = "{module}"\nreplacement = "{replacement}"'


SILENT = ConsoleFeedback(progress=False, verbose=False, all_output=False)


def options_for(codemod: Codemod, root: Path) -> FixOptions:
    """The options under which a codemod finds something to do."""
    inits = sorted(path.relative_to(root).as_posix() for path in root.rglob("__init__.py"))
    choices = Choices(
        to=f"{root.name}.corpus_home" if "to" in codemod.option_names else None,
        unsafe="unsafe" in codemod.option_names,
    )
    paths = tuple(inits) if codemod.id in WHOLE_PACKAGES else ()
    tree = LintOptions(paths=paths, use_cache=False, config_file=Path("collectbench.toml"))
    return FixOptions(codemod=codemod.id, tree=tree, choices=choices, allow_dirty=True)


def run(codemod: Codemod, root: Path, *, undoes: bool) -> Outcome:
    """Rewrite a tree twice, look at it after each step, and restore it."""
    outcome = Outcome()
    options = options_for(codemod, root)
    before = _hashes(root)
    begin = time.perf_counter()
    try:
        found = rewriting.rewrites(options, lambda *_: None)
        outcome.seconds = time.perf_counter() - begin
        _note_results(found, outcome)
        if found.edits:
            applied = applying.apply(options, found, SILENT)
            outcome.failures += len(applied.failures)
            outcome.edits = len(applied.kept)
            outcome.faults += _faults(found, root, before)
            again = rewriting.rewrites(options, lambda *_: None)
            outcome.faults += [f"{each.path}: a second run rewrites it again" for each in again.edits]
            if undoes:
                undoing.undo(found.root)
                changed = _different(before, _hashes(root))
                outcome.faults += [f"{path}: --undo does not restore it" for path in changed]
    except Interrupted:
        raise
    except Exception as error:  # noqa: BLE001 - a codemod that raises is what this script looks for
        outcome.faults.append("".join(traceback.format_exception(error)))
    return outcome


def _note_results(found: Rewrites, outcome: Outcome) -> None:
    outcome.failures = len(found.failures)
    outcome.notes = len(found.notes)
    outcome.reasons.update(_PLACE.sub("…", each.reason) for each in found.skips)


def _faults(found: Rewrites, root: Path, before: dict[str, str]) -> Iterator[str]:
    """What is wrong with a tree after its rewrite."""
    rewritten = {(found.root / each.path).relative_to(root).as_posix(): each.after for each in found.edits}
    for path in _different(before, _hashes(root)):
        if path not in rewritten:
            yield f"{path}: changed, without an edit"
    for path, after in rewritten.items():
        content = (root / path).read_bytes()
        if content != after:
            yield f"{path}: not what the edit says"
        try:
            ast.parse(content)
        except (SyntaxError, ValueError) as error:
            yield f"{path}: does not parse any more: {error}"


def _hashes(root: Path) -> dict[str, str]:
    files = (path for path in root.rglob("*") if path.is_file() and not path.is_symlink())
    return {path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def _different(before: dict[str, str], after: dict[str, str]) -> list[str]:
    return sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))


def rows(codemod: str, one: Outcome, shown: int) -> Iterator[str]:
    """The lines for a codemod: its figures, the most frequent reasons, and what does not hold."""
    left = one.reasons.total()
    yield f"  {codemod:<18} {one.edits:>7} {left:>10} {one.failures:>8} {one.notes:>6} {one.seconds:>8.1f}"
    for reason, count in one.reasons.most_common(shown):
        yield f"    {count:>6} {reason}"
    for fault in one.faults:
        yield f"    DOES NOT HOLD: {fault}"


def holds(name: str, work: Path, codemods: Sequence[Codemod], shown: int, *, keeps: bool) -> bool:
    """Run codemods over a suite, each on a fresh copy; whether everything holds."""
    print(f"{name:<20} {'files':>7} {'left alone':>10} {'failures':>8} {'notes':>6} {'seconds':>8}", flush=True)
    faults = 0
    for codemod in codemods:
        root = laid_out(name, work / codemod.id if keeps else work)
        here = Path.cwd()
        os.chdir(root)
        try:
            outcome = run(codemod, root, undoes=not keeps)
        finally:
            os.chdir(here)
        print("\n".join(rows(codemod.id, outcome, shown)), flush=True)
        faults += len(outcome.faults)
    return not faults


def main() -> int:
    """Check each suite."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("suites", nargs="*", default=SUITES, metavar="SUITE|DIRECTORY")
    known = [codemod.id for codemod in CODEMODS]
    parser.add_argument("--codemod", action="append", choices=known, help="only this one; may be repeated")
    parser.add_argument("--reasons", type=int, default=5, metavar="N", help="reasons to print for each [default: 5]")
    parser.add_argument("--keep", type=Path, metavar="DIRECTORY", help="where the rewritten trees stay")
    asked = parser.parse_args()
    codemods = [codemod for codemod in CODEMODS if not asked.codemod or codemod.id in asked.codemod]
    with tempfile.TemporaryDirectory(prefix="codemods-corpus-") as folder:
        os.environ["XDG_STATE_HOME"] = f"{folder}/state"  # the journals for --undo
        work = asked.keep.resolve() if asked.keep else Path(folder).resolve()
        answers = [holds(name, work, codemods, asked.reasons, keeps=bool(asked.keep)) for name in asked.suites]
    return 0 if all(answers) else 1


if __name__ == "__main__":
    sys.exit(main())
