"""Changes of which files there are, for any repository."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from changed_trees.kind import RARE, Kind
from changed_trees.tree import Tree

USUAL = ("csv", "fractions", "getpass", "gzip", "random", "shlex", "statistics", "textwrap")
"""Modules that pytest or a suite loads."""
CONFTEST = "import {0}\n\ndef pytest_configure(config):\n    pass\n"


def new_test(tree: Tree) -> None:
    """A new file of tests beside others."""
    folder = tree.pick(*{name.rpartition("/")[0] for name in tree.tests()})
    tree.write(f"{folder}/test_newly_added.py", "def test_newly_added(): pass\n")


def new_module(tree: Tree) -> None:
    """A new module that nobody imports, in any directory."""
    tree.write(f"{tree.pick(*tree.folders())}/newly_added_{tree.rng.randrange(100)}.py", "import wave\n")


def new_conftest(tree: Tree) -> None:
    """A conftest in or above a directory of tests."""
    lacking = [name for name in _ancestors(tree) if not tree.path(f"{name}/conftest.py").exists()]
    tree.write(os.path.normpath(f"{tree.pick(*lacking)}/conftest.py"), CONFTEST.format(tree.pick(*RARE)))


def new_init(tree: Tree) -> None:
    """A directory becomes a package."""
    lacking = [name for name in _ancestors(tree) if not tree.path(f"{name}/__init__.py").exists()]
    tree.write(os.path.normpath(f"{tree.pick(*lacking)}/__init__.py"), f"import {tree.pick(*RARE)}\n")


def _ancestors(tree: Tree) -> list[str]:
    """All directories with tests, and those above them; the top is a dot."""
    found = {"."}
    for name in tree.tests():
        parts = name.split("/")[:-1]
        found.update("/".join(parts[:count]) for count in range(1, len(parts) + 1))
    return sorted(found)


def lost_init(tree: Tree) -> None:
    """A package loses its __init__.py; without one, a file of tests is lost."""
    packages = tree.tracked("__init__.py")
    tree.remove(tree.pick(*(packages or tree.tests())))


def shadowed_library(tree: Tree) -> None:
    """A copy of a module of the standard library, where commands start: it comes first on the path."""
    name = tree.pick(*USUAL)
    library = tree.scene.ask_python("import os; print(os.path.dirname(os.__file__))")
    target = f"{tree.scene.start}/{name}.py".lstrip("/")
    tree.write(target, (Path(library) / f"{name}.py").read_bytes() + b"\nimport sched\n")


def package_for_module(tree: Tree) -> None:
    """A package of the same name beside a module: it comes first."""
    name = tree.pick(*[name for name in tree.sources() if not name.endswith("__init__.py")])
    tree.write(f"{name.removesuffix('.py')}/__init__.py", tree.text(name) + f"\nimport {tree.pick(*RARE)}\n")


def broken_extension(tree: Tree) -> None:
    """An extension module beside a module: it comes first, and cannot be loaded."""
    name = tree.pick(*[name for name in tree.sources() if not name.endswith("__init__.py")])
    tree.write(f"{name.removesuffix('.py')}.abi3.so", b"\x7fELF")


def renamed_folder(tree: Tree) -> None:
    """A directory gets another name."""
    name = tree.pick(*tree.folders())
    tree.rename(name, f"{name}_renamed")


def deleted_folder(tree: Tree) -> None:
    """A directory is gone."""
    tree.remove(tree.pick(*tree.folders()))


def new_folder(tree: Tree) -> None:
    """A copy of a directory beside it."""
    name = tree.pick(*tree.folders())
    tree.done.append(f"copy {name}")
    shutil.copytree(tree.path(name), tree.path(f"{name}_copy"), symlinks=True)


def empty_folder(tree: Tree) -> None:
    """A new directory without files, which git does not store."""
    tree.done.append("make an empty directory")
    tree.path(f"{tree.pick(*tree.folders())}/empty").mkdir()


def deleted_file(tree: Tree) -> None:
    """A file is gone."""
    tree.remove(tree.pick(*tree.tracked()))


def file_becomes_folder(tree: Tree) -> None:
    """A directory takes the name of a file."""
    name = tree.pick(*tree.tracked())
    tree.remove(name)
    tree.write(f"{name}/inside.txt", "inside\n")


def swapped_folders(tree: Tree) -> None:
    """Two directories beside each other swap their names."""
    folders = tree.folders()
    pairs = [
        (one, other) for one in folders for other in folders
        if one < other and one.rpartition("/")[0] == other.rpartition("/")[0]
    ]  # fmt: skip
    one, other = tree.rng.choice(pairs)
    tree.rename(one, f"{one}.swapped")
    tree.rename(other, one)
    tree.rename(f"{one}.swapped", other)


def link_for_file(tree: Tree) -> None:
    """A link to an equal file takes the place of a file."""
    name = tree.pick(*tree.tracked())
    up = "../" * name.count("/")
    tree.rename(name, f"moved/{name}")
    tree.link(name, f"{up}moved/{name}")


def link_for_folder(tree: Tree) -> None:
    """A link to an equal directory takes the place of a directory."""
    name = tree.pick(*tree.folders())
    up = "../" * name.count("/")
    tree.rename(name, f"moved/{name}")
    tree.link(name, f"{up}moved/{name}")


def other_case(tree: Tree) -> None:
    """A name in other case."""
    name = tree.pick(*tree.tracked())
    folder, slash, last = name.rpartition("/")
    tree.rename(name, f"{folder}{slash}{last.swapcase()}")


KINDS = (
    Kind(name="a new test file", make=new_test),
    Kind(name="a new module", make=new_module),
    Kind(name="a new conftest", make=new_conftest),
    Kind(name="a new __init__.py", make=new_init),
    Kind(name="a lost __init__.py", make=lost_init),
    Kind(name="a module that shadows", make=shadowed_library),
    Kind(name="a package beside a module", make=package_for_module),
    Kind(name="an extension beside a module", make=broken_extension),
    Kind(name="a renamed folder", make=renamed_folder),
    Kind(name="a deleted folder", make=deleted_folder),
    Kind(name="a copied folder", make=new_folder),
    Kind(name="an empty folder", make=empty_folder),
    Kind(name="a deleted file", make=deleted_file),
    Kind(name="a folder for a file", make=file_becomes_folder),
    Kind(name="two folders swapped", make=swapped_folders),
    Kind(name="a link for a file", make=link_for_file),
    Kind(name="a link for a folder", make=link_for_folder),
    Kind(name="a name in other case", make=other_case),
)
