"""Changes of what is in files, for any repository."""

from __future__ import annotations

from changed_trees.kind import RARE, Kind
from changed_trees.tree import Tree


def edit_source(tree: Tree) -> None:
    """One more import in a module."""
    tree.append(tree.pick(*tree.sources()), f"import {tree.pick(*RARE)}\n")


def edit_test(tree: Tree) -> None:
    """One more test in a file of tests."""
    tree.append(tree.pick(*tree.tests()), "def test_added(): pass\n")


def edit_conftest(tree: Tree) -> None:
    """One more import in a conftest."""
    conftests = tree.tracked("conftest.py")
    tree.append(tree.pick(*conftests), f"import {tree.pick(*RARE)}\n")


def edit_comment(tree: Tree) -> None:
    """A comment that does nothing."""
    tree.append(tree.pick(*tree.tracked(".py")), "# nothing  \n")


def unloaded(tree: Tree) -> None:
    """A file that no test loads."""
    name = tree.pick("docs/tools/render.py", "requirements.txt", "docs/new.md", "tools/new.py", ".editorconfig")
    tree.write(name, f"# {tree.rng.random()}\n")


def any_file(tree: Tree) -> None:
    """Bytes at the end of any file."""
    name = tree.pick(*tree.tracked())
    tree.write(name, tree.path(name).read_bytes() + b"\n")


def swapped_files(tree: Tree) -> None:
    """Two files swap their contents."""
    one, other = tree.rng.sample(tree.tracked(), 2)
    first, second = tree.path(one).read_bytes(), tree.path(other).read_bytes()
    tree.write(one, second)
    tree.write(other, first)


def mode_only(tree: Tree) -> None:
    """A file becomes executable."""
    name = tree.pick(*tree.tracked())
    tree.done.append(f"chmod +x {name}")
    tree.path(name).chmod(0o755)


def touched(tree: Tree) -> None:
    """All files get the present time, and keep their content."""
    tree.done.append("touch all files")
    for name in tree.tracked():
        tree.path(name).touch()


def line_ends(tree: Tree) -> None:
    """A file gets the line ends of Windows."""
    name = tree.pick(*(tree.tracked(".py") + tree.tracked(".txt")))
    tree.write(name, tree.path(name).read_bytes().replace(b"\n", b"\r\n"))


def stray_bytecode(tree: Tree) -> None:
    """A conftest.pyc and bytecode of nothing in __pycache__."""
    folder = tree.pick(*tree.folders())
    tree.write(f"{folder}/conftest.pyc", b"")
    tree.write(f"{folder}/__pycache__/stray.cpython-312.pyc", b"")


def nothing(tree: Tree) -> None:
    """No change at all."""


KINDS = (
    Kind(name="nothing", make=nothing, way="uncommitted"),
    Kind(name="a module", make=edit_source),
    Kind(name="a test file", make=edit_test),
    Kind(name="a conftest", make=edit_conftest),
    Kind(name="a comment", make=edit_comment),
    Kind(name="a file that nothing loads", make=unloaded),
    Kind(name="any file", make=any_file),
    Kind(name="two files swapped", make=swapped_files),
    Kind(name="the mode of a file", make=mode_only),
    Kind(name="the times of all files", make=touched),
    Kind(name="line ends", make=line_ends),
    Kind(name="stray bytecode", make=stray_bytecode),
)
