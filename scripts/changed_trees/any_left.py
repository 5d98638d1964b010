"""Changes of what tools leave behind, and of our own files, for any repository."""

from __future__ import annotations

from changed_trees.kind import Kind
from changed_trees.tree import Tree


def emptied_folder(tree: Tree) -> None:
    """A directory of which only ignored bytecode stays."""
    folder = tree.pick(*tree.folders())
    tree.write(f"{folder}/__pycache__/gone.cpython-3.pyc", "")
    for name in tree.tracked():
        if name.rpartition("/")[0] == folder:
            tree.remove(name)


def left_behind(tree: Tree) -> None:
    """What a tool left where commands start; git does not ignore it."""
    tree.write(_at_start(tree, tree.pick(".coverage", "htmlcov/index.html", ".benchmarks/0001.json")), "left\n")


def tracked_cache(tree: Tree) -> None:
    """The same, committed."""
    name = _at_start(tree, tree.pick(".coverage", "htmlcov/index.html", ".benchmarks/0001.json"))
    tree.write(name, "kept\n")
    tree.git("add", "--force", name)


def another_baseline(tree: Tree) -> None:
    """A second baseline, which git does not know."""
    tree.write(_at_start(tree, "baselines/other.json"), '{"kind": "collectbench.run"}\n')


def test_among_baselines(tree: Tree) -> None:
    """A file of tests in the directory of the baselines."""
    tree.write(_at_start(tree, "baselines/test_newly_added.py"), "def test_newly_added(): pass\n")


def _at_start(tree: Tree, name: str) -> str:
    return f"{tree.scene.start}/{name}".lstrip("/")


KINDS = (
    Kind(name="a folder of which bytecode stays", make=emptied_folder),
    Kind(name="what a tool left", make=left_behind, way="uncommitted"),
    Kind(name="a tracked cache", make=tracked_cache),
    Kind(name="another baseline", make=another_baseline, way="uncommitted"),
    Kind(name="a test among the baselines", make=test_among_baselines),
)
