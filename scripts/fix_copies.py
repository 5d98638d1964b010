"""Whether `collectbench fix duplicate-class` moves equal copies of a class, and these alone, in a repository of copies.

Usage: python scripts/fix_copies.py DIRECTORY [--seed 1] [--scale 1.0]

Makes a repository of test files in DIRECTORY, which must be empty or missing: 52 copies of a helper class in 8 variants
(31, 8, 4, 3, 2, 2, 1 and 1; most differ in a mark, comments, docstrings and the order of methods alone), 222 copies in
comments and strings, and 40 near copies. Real pytest collects and runs it before and after: the node ids and outcomes
are to be the same, the warnings of what moved are to be gone. `fix non-test-class` then marks what is left, and
`fix --undo` is to restore each byte. Exits with 1 if anything of this does not hold.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random

from lint_repository import commit
from lint_tree.copies import HELPER, VARIANTS, text_of
from lint_tree.plan import Plan
from lint_tree.prose import Prose
from lint_tree.skeleton import Tree
from pairs import children_env

NEAR = 40
PACKAGES = 12
FIRST_HOME, SECOND_HOME = "tests.support.api", "tests.support.accepting_api"
CONFIGURATION = """\
[project]
name = "shop"
version = "1"

[tool.pytest.ini_options]
testpaths = ["tests"]
markers = ["api", "slow", "integration", "smoke"]
"""
USE = """\
def test_{name}_is_asked(path):
    helper = {helper}("http://shop")
    assert helper.get(path, limit={n})["status"] == {status}
    assert helper.last_call() == ("GET", path, "limit={n}")


class Test{camel}:
    @pytest.fixture
    def helper(self):
        return {helper}(retries={n})

    @pytest.mark.parametrize("user", ["admin", "guest"])
    def test_login(self, helper, user):
        assert helper.login(user) == f"token-{{user}}"

    def test_calls_are_counted(self, helper):
        helper.post("/orders", {{"id": {n}}})
        assert len(helper.calls) == 1
"""
WITHOUT_USE = """\
def test_{name}_is_told(path):
    if {n} % 3 == 0:
        pytest.skip("not here")
    assert json.loads(json.dumps({{"path": path}})) == {{"path": path}}


@pytest.mark.xfail(reason="nobody knows")
def test_{name}_fails():
    assert {n} < 0
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """What a repository holds: files by what is in them.

    Attributes:
        by_letter: files with a live copy, by the letter that equal variants share.
        near: files with a near copy.
        texts: how many copies stand in comments and strings.
    """

    by_letter: Mapping[str, tuple[str, ...]]
    near: tuple[str, ...]
    texts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What pytest says about a repository.

    Attributes:
        nodeids: in the order of collection.
        outcomes: of each test.
        warned: files with a class that pytest cannot collect.
    """

    nodeids: tuple[str, ...]
    outcomes: Mapping[str, str]
    warned: frozenset[str]


def make(directory: Path, plan: Plan, near: int, seed: int) -> Planted:
    """Make the repository, with a commit; the same arguments make the same bytes."""
    directory.mkdir(parents=True, exist_ok=True)
    if any(directory.iterdir()):
        raise SystemExit(f"fix_copies.py: {directory} is not empty")
    rng = Random(seed)
    tree = Tree(rng=rng, prose=Prose(rng))
    kinds = [(letter, number) for number, letter in enumerate(each.equal for each in VARIANTS)]
    live = [kind for kind, count in zip(kinds, plan.variants, strict=True) for _ in range(count)]
    contents = [*live, *(("near", index) for index in range(near)), *(("none", 0) for _ in range(len(live) + near))]
    rng.shuffle(contents)
    by_kind: dict[str, list[str]] = {}
    files: dict[str, str] = {}
    for index, (letter, number) in enumerate(contents):
        path = f"tests/area_{index % PACKAGES}/test_part_{index}.py"
        files[path] = _test_file(tree, letter, number, index)
        by_kind.setdefault(letter, []).append(path)
    for index in range(plan.copies_in_text):
        path = sorted(files)[index * 7 % len(files)]
        files[path] += f"\n\n{_in_text(tree, index)}"
    for area in range(PACKAGES):
        files[f"tests/area_{area}/__init__.py"] = ""
    files |= {"tests/__init__.py": "", "pyproject.toml": CONFIGURATION, ".gitignore": "__pycache__/\n.pytest_cache/\n"}
    files["tests/conftest.py"] = 'import pytest\n\n\n@pytest.fixture\ndef path():\n    return "/orders"\n'
    for path, text in files.items():
        (directory / path).parent.mkdir(parents=True, exist_ok=True)
        (directory / path).write_text(text, encoding="utf-8")
    commit(directory)
    near_files = tuple(sorted(by_kind.pop("near", ())))
    by_kind.pop("none")
    letters = {letter: tuple(sorted(paths)) for letter, paths in by_kind.items()}
    return Planted(by_letter=letters, near=near_files, texts=plan.copies_in_text)


def _test_file(tree: Tree, letter: str, number: int, index: int) -> str:
    rng, prose = tree.rng, tree.prose
    names = {"name": f"part_{index}", "camel": f"Part{index}", "n": index}
    doc = f'"""{prose.sentence().capitalize()}."""\n\n' if rng.random() < 0.3 else ""
    parts = ["import json\n\nimport pytest\n"]
    status = 200
    if letter != "none":
        variant = VARIANTS[0 if letter == "near" else number]
        text = text_of(tree, variant)
        status = 202 if variant.changed else 200
        if letter == "near":
            status = 300 + number
            text = text.replace("status = 200", f"status = {status}")
        use = USE.format(helper=HELPER, status=status if rng.random() < 0.9 else 0, **names)
        parts += [text, use]
    if letter == "none" or rng.random() < 0.5:
        parts.append(WITHOUT_USE.format(**names))
    return doc + "\n\n".join(parts)


def _in_text(tree: Tree, index: int) -> str:
    text = text_of(tree, VARIANTS[index % len(VARIANTS)])
    if index % 3:
        return "".join(f"# {line}\n" if line else "#\n" for line in text.splitlines())
    escaped = text.replace('"""', "'''")
    return f'OLD_HELPER_{index} = r"""\n{escaped}"""\n'


def state_of(directory: Path, env: Mapping[str, str]) -> State:
    """Collect and run everything with plain pytest."""
    pytest = (sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q")
    collected = subprocess.run(
        [*pytest, "--collect-only"], cwd=directory, env=env, capture_output=True, text=True, check=False
    )
    warned = re.findall(r"cannot collect test class '\w+' .*\(from: ([^)]+)\)", collected.stdout)
    with tempfile.TemporaryDirectory() as work:
        report = Path(work) / "junit.xml"
        subprocess.run(
            [*pytest, f"--junitxml={report}"], cwd=directory, env=env, stdout=subprocess.DEVNULL, check=False
        )
        cases = list(ET.parse(report).iter("testcase"))  # noqa: S314 - pytest has just written it
    return State(
        nodeids=tuple(line for line in collected.stdout.splitlines() if "::" in line and " " not in line),
        outcomes={
            f"{case.get('classname')}::{case.get('name')}": " ".join(sorted(child.tag for child in case)) or "passed"
            for case in cases
        },
        warned=frozenset(warned),
    )


def bytes_of(directory: Path) -> dict[str, str]:
    """Return a digest of each file, without what git and Python write."""
    return {
        path.relative_to(directory).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(directory.rglob("*"))
        if path.is_file() and not {".git", "__pycache__", ".pytest_cache"} & set(path.parts)
    }


def fix(directory: Path, env: Mapping[str, str], *arguments: str) -> dict[str, object]:
    """Run `collectbench fix` and return its report."""
    command = [sys.executable, "-m", "collectbench", "fix", *arguments, "--quiet", "--format", "json"]
    result = subprocess.run(command, cwd=directory, env=env, stdout=subprocess.PIPE, text=True, check=False)
    if result.returncode not in (0, 1):
        raise SystemExit(f"fix_copies.py: {' '.join(command)} ended with exit code {result.returncode}")
    found: dict[str, object] = json.loads(result.stdout)
    return found


@dataclass(kw_only=True)
class Checks:
    """Prints each check, and remembers whether all hold."""

    ok: bool = True

    def that(self, claim: str, holds: bool) -> None:  # noqa: FBT001 - the result of a comparison
        """Note one."""
        print(f"{'ok' if holds else 'NOT'}: {claim}", flush=True)
        self.ok = self.ok and holds


def check(directory: Path, planted: Planted, env: Mapping[str, str]) -> bool:
    """Fix the repository step by step, compare, and undo; returns whether everything holds."""
    checks = Checks()
    original, before = bytes_of(directory), state_of(directory, env)
    copies = {path for paths in planted.by_letter.values() for path in paths}
    checks.that(
        f"{len(before.nodeids)} ids; {len(before.warned)} files warn, those with {len(copies)} copies and "
        f"{len(planted.near)} near copies",
        before.warned == copies | set(planted.near) and len(set(before.outcomes.values())) > 2,
    )
    moved = set[str]()
    for home, letter in (FIRST_HOME, "A"), (SECOND_HOME, "B"):
        previous = bytes_of(directory)
        fix(directory, env, "duplicate-class", "--to", home, "--apply", "--validate", "--allow-dirty")
        changed = _changed(previous, bytes_of(directory))
        equal = set(planted.by_letter[letter])
        made = {path for path in changed if path not in previous}
        checks.that(
            f"{len(equal)} files import the class from {home}: those with equal copies", changed - made == equal
        )
        checks.that(f"made: {', '.join(sorted(made))}", f"{home.replace('.', '/')}.py" in made)
        moved |= equal
        _same(checks, before, state_of(directory, env), before.warned - moved)
    texts = sum(path.read_text(encoding="utf-8").count(" def login(") for path in directory.rglob("test_*.py"))
    left = len(copies - moved) + len(planted.near) + planted.texts
    checks.that(f"{texts} texts of the class are left: near copies, a single one, comments and strings", texts == left)
    fix(directory, env, "non-test-class", "--apply", "--validate", "--allow-dirty")
    _same(checks, before, state_of(directory, env), frozenset())
    for _ in range(3):
        fix(directory, env, "--undo")
    checks.that("each byte is restored", bytes_of(directory) == original)
    return checks.ok


def _same(checks: Checks, before: State, after: State, warned: frozenset[str]) -> None:
    checks.that(f"the same {len(after.nodeids)} ids", after.nodeids == before.nodeids)
    checks.that(f"the same outcomes of {len(after.outcomes)} tests", after.outcomes == before.outcomes)
    checks.that(f"{len(after.warned)} files warn about a class that is no test", after.warned == warned)


def _changed(old: Mapping[str, str], new: Mapping[str, str]) -> set[str]:
    return {path for path in old.keys() | new.keys() if old.get(path) != new.get(path)}


def main() -> None:
    """Make the repository and check it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("directory", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--scale", type=float, default=1.0, help="of what is planted")
    options = parser.parse_args()
    plan = Plan() if options.scale == 1 else Plan().scaled(options.scale)
    planted = make(options.directory, plan, max(1, round(NEAR * options.scale)), options.seed)
    with tempfile.TemporaryDirectory() as state:
        env = children_env() | {"XDG_STATE_HOME": state}
        sys.exit(not check(options.directory, planted, env))


if __name__ == "__main__":
    main()
