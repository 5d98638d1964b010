"""A large Python repository with planted violations, for `collectbench lint`.

Usage: python scripts/lint_repository.py DIRECTORY [--seed 1] [--files 10000] [--megabytes 180] [--scale 1.0] [--git]

Makes an application, its tests and a pyproject.toml in DIRECTORY, which must be empty or missing. The same options
make the same bytes. `--scale 0.1` plants a tenth of everything; `--git` makes a commit of it. DIRECTORY/truth.json,
which git ignores, has these lists and counts:

planted         what lint has to report: {"rule", "path", "line", "subject", "form", "first", "last"}: `line` has the
                name; the statement is on the lines from `first` to `last`
ignored         violations that a comment silences
lookalikes      lines that lint must not report; `form` is the kind, `rule` the rule that they could mislead
copies_in_text  where the helper class is in comments and strings
counts          how often each rule is planted
collection      what `pytest --collect-only` has to find: files with errors, and classes that it warns about
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

from lint_tree.assignment import choose_broken, missing_modules, missing_names
from lint_tree.classes import other_uncollected, uncollected, without_tests
from lint_tree.copies import copies
from lint_tree.handful import handful
from lint_tree.lookalikes import SPECIAL_FILES, lookalikes
from lint_tree.plan import Plan
from lint_tree.skeleton import Tree, grow, make_skeleton

SPREAD = 0.75
"""The deviation of the logarithm of sizes: one file in twenty has more than three times the median."""

Rows = dict[str, list[dict[str, object]]]


def make(
    directory: Path, plan: Plan, *, seed: int = 1, files: int = 10_000, size: int = 180_000_000
) -> dict[str, object]:
    """Make the tree and return what truth.json holds.

    Args:
        directory: empty or missing.
        plan: how much is planted.
        seed: of the random numbers.
        files: Python files, those with look-alikes included.
        size: bytes of all Python files, unless what is planted needs more.
    """
    rng = Random(seed)
    tree = make_skeleton(rng, files, SPECIAL_FILES + plan.unmatched + plan.handful)
    lookalikes(tree)
    choose_broken(tree, plan)
    if len(tree.whole()) < max(sum(plan.variants), plan.handful * 5 + 3):
        raise SystemExit(f"lint_repository.py: {files} files are too few for what is planted; try a smaller --scale")
    missing_modules(tree, plan)
    missing_names(tree, plan)
    uncollected(tree, plan)
    other_uncollected(tree, plan)
    without_tests(tree, plan)
    copies(tree, plan)
    handful(tree, plan)
    rows, written = _write(tree, directory, size)
    planted = rows["planted"]
    truth: dict[str, object] = {
        "seed": seed,
        "files": len(tree.drafts),
        "test_files": sum(path.startswith("tests/") for path in tree.drafts),
        "bytes": written,
        "counts": dict(sorted(Counter(str(row["rule"]) for row in planted).items())),
        "collection": _collection(tree, planted),
        **rows,
    }
    (directory / "truth.json").write_text(json.dumps(truth, indent=1) + "\n", encoding="utf-8")
    return truth


def read_truth(directory: Path) -> dict[str, Any]:
    """Return what truth.json holds."""
    found: dict[str, Any] = json.loads((directory / "truth.json").read_text(encoding="utf-8"))
    return found


def _collection(tree: Tree, planted: list[dict[str, object]]) -> dict[str, object]:
    """Return what pytest has to say about the tree."""
    classes = [
        {"path": row["path"], "line": row["line"], "class": row["subject"]}
        for row in planted
        if row["rule"] == "non-test-class" or (row["rule"] == "uncollected-tests" and "_" in str(row["form"]))
    ]
    return {"errors": sorted(draft.path for draft in tree.tests if draft.broken), "not_collected": classes}


def _write(tree: Tree, directory: Path, size: int) -> tuple[Rows, int]:
    """Fill the files up to their sizes and write them; return the rows of truth.json, and the bytes."""
    directory.mkdir(parents=True, exist_ok=True)
    if any(directory.iterdir()):
        raise SystemExit(f"lint_repository.py: {directory} is not empty")
    for path, text in tree.others.items():
        file = directory / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    modules = {module.draft.path: module for module in tree.modules}
    growing = {draft.path for draft in tree.tests} | set(modules)
    weights = {path: tree.rng.lognormvariate(0, SPREAD) for path in tree.drafts if path in growing}
    rows: Rows = {"planted": [], "ignored": [], "lookalikes": [], "copies_in_text": []}
    left, weight_left, written = size, sum(weights.values()), 0
    folders = set[Path]()
    for path, draft in sorted(tree.drafts.items()):
        if path in weights:
            # A file that became larger than it should takes from those that follow.
            draft.target = int(left * weights[path] / weight_left)
            weight_left -= weights[path]
            grow(tree, draft, modules.get(path))
            tree.rng.shuffle(draft.body)
        text, found = draft.render()
        for listed, more in found.items():
            rows[listed] += more
        file = directory / path
        if file.parent not in folders:
            file.parent.mkdir(parents=True, exist_ok=True)
            folders.add(file.parent)
        content = text.encode()
        file.write_bytes(content)
        left -= len(content)
        written += len(content)
    return rows, written


def commit(directory: Path) -> None:
    """Make a repository with one commit."""
    person: dict[str, str] = {}
    for who in ("AUTHOR", "COMMITTER"):
        person |= {f"GIT_{who}_NAME": "generator", f"GIT_{who}_EMAIL": "generator@example.com"}
        person[f"GIT_{who}_DATE"] = "2024-01-01T00:00:00Z"
    for command in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "--no-verify", "-m", "A tree"]):
        subprocess.run(
            ["git", "-c", "commit.gpgsign=false", "-c", "gc.auto=0", *command],
            cwd=directory,
            env={**os.environ, **person},
            check=True,
        )


def main() -> None:
    """Make the tree that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--megabytes", type=float, default=180)
    parser.add_argument("--scale", type=float, default=1.0, help="of what is planted")
    parser.add_argument("--git", action="store_true", help="commit the tree")
    options = parser.parse_args()
    plan = Plan() if options.scale == 1 else Plan().scaled(options.scale)
    size = int(options.megabytes * 1e6)
    truth = make(options.directory, plan, seed=options.seed, files=options.files, size=size)
    if options.git:
        commit(options.directory)
    print(f"{truth['files']} files, {truth['bytes']} bytes, planted: {json.dumps(truth['counts'])}")


if __name__ == "__main__":
    main()
