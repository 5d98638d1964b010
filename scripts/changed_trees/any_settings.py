"""Changes of settings, of variables, and of what git thinks of files, for any repository."""

from __future__ import annotations

import os

from changed_trees.kind import RARE, Kind
from changed_trees.tree import Tree

SECTIONS = {
    "pytest.ini": "[pytest]\n",
    "tox.ini": "[pytest]\n",
    "setup.cfg": "[tool:pytest]\n",
    ".pytest.ini": "[pytest]\n",
}
OPTIONS = (
    "",
    "python_functions = test_* check_*\n",
    "python_files = test_*.py check_*.py\n",
    "addopts = -p no:doctest\n",
)


def settings_file(tree: Tree) -> None:
    """A configuration file of pytest where commands start, or above."""
    name = tree.pick(*SECTIONS)
    place = tree.pick(tree.scene.start or ".", ".", "..")
    tree.write(os.path.normpath(f"{place}/{name}"), SECTIONS[name] + tree.pick(*OPTIONS))


def empty_settings_file(tree: Tree) -> None:
    """An empty file that is a configuration by its name, or marks the rootdir."""
    place = tree.pick(tree.scene.start or ".", ".", *tree.folders())
    tree.write(os.path.normpath(f"{place}/{tree.pick('pytest.ini', '.pytest.ini', 'setup.py', 'tox.ini')}"), "")


def section_of_others(tree: Tree) -> None:
    """Settings of other tools in the file that also configures ours."""
    tree.append(f"{tree.scene.start}/pyproject.toml".lstrip("/"), "[tool.ruff]\nline-length = 100\n")


def requirements(tree: Tree) -> None:
    """One more requirement; nothing is installed."""
    tree.append("requirements.txt", "attrs\n")


def our_limit(tree: Tree) -> None:
    """A limit of a target."""
    name = f"{tree.scene.start}/pyproject.toml".lstrip("/")
    table = tree.pick(*[line for line in tree.text(name).splitlines() if line.startswith("[tool.collectbench.targets")])
    tree.write(
        name, tree.text(name).replace(f"{table}\n", f"{table}\n{tree.pick('min-items = 1', 'max-warnings = 0')}\n")
    )


def our_environment(tree: Tree) -> None:
    """A variable or a selection that a target gets."""
    name = f"{tree.scene.start}/pyproject.toml".lstrip("/")
    table = tree.pick(*[line for line in tree.text(name).splitlines() if line.startswith("[tool.collectbench.targets")])
    more = tree.pick('env = { SHOP_MODE = "fast" }', 'keywords = "not test_a"', 'markers = "not slow"')
    tree.write(name, tree.text(name).replace(f"{table}\n", f"{table}\n{more}\n"))


def unread_variable(tree: Tree) -> None:
    """A variable that no code asks for."""
    tree.variable(f"NOBODY_ASKS_{tree.rng.randrange(10)}", "1")


def pytest_variable(tree: Tree) -> None:
    """A variable that pytest reads."""
    tree.variable("PYTEST_ADDOPTS", tree.pick("-p no:doctest", "-p no:unittest", "-k test_a", "--import-mode=append"))


def python_variable(tree: Tree) -> None:
    """A variable that Python reads in C, with a change of a file: another order of sets may load other files."""
    name, value = tree.rng.choice(
        [("PYTHONHASHSEED", "7"), ("PYTHONOPTIMIZE", "1"), ("PYTHONUTF8", "0"), ("TZ", "EST5EDT")]
    )
    tree.variable(name, value)
    _change_some_file(tree)


def _change_some_file(tree: Tree) -> None:
    tree.append(tree.pick(*tree.sources()), f"import {tree.pick(*RARE)}\n")


def locale_variable(tree: Tree) -> None:
    """Variables of the terminal and of the locale."""
    tree.variable(
        *tree.rng.choice([("LC_ALL", "C"), ("LANG", "de_DE.UTF-8"), ("COLUMNS", "40"), ("NO_COLOR", "1"), ("CI", "1")])
    )


def unwatched_edit(tree: Tree) -> None:
    """An edit of a file that git was told not to look at."""
    name = tree.pick(*tree.tracked(".py"))
    tree.git("update-index", tree.pick("--assume-unchanged", "--skip-worktree"), name)
    tree.append(name, f"import {tree.pick(*RARE)}\n")


def staged_otherwise(tree: Tree) -> None:
    """The index holds an edit that the file has not."""
    name = tree.pick(*tree.tracked(".py"))
    old = tree.path(name).read_bytes()
    tree.append(name, f"import {tree.pick(*RARE)}\n")
    tree.git("add", name)
    tree.write(name, old)


def untracked_now(tree: Tree) -> None:
    """Git forgets a file that stays."""
    tree.git("rm", "--cached", "--quiet", tree.pick(*tree.tracked()))


def ignored_now(tree: Tree) -> None:
    """Git forgets a file that stays, and ignores it."""
    name = tree.pick(*tree.tracked())
    tree.append(".gitignore", f"/{name}\n")
    tree.git("rm", "--cached", "--quiet", name)


def intended(tree: Tree) -> None:
    """A new file of which git only knows that it is to come."""
    folder = tree.pick(*{name.rpartition("/")[0] for name in tree.tests()})
    tree.write(f"{folder}/test_intended.py", "def test_intended(): pass\n")
    tree.git("add", "--intent-to-add", f"{folder}/test_intended.py")


def ignored_new(tree: Tree) -> None:
    """A new conftest or module that git ignores, by a file in the tree or in .git."""
    folder = tree.pick(*{name.rpartition("/")[0] for name in tree.tests()})
    name = f"{folder}/{tree.pick('conftest.py', 'test_ignored.py')}"
    rule = f"/{name}\n"
    if tree.rng.random() < 0.5:
        tree.write(".git/info/exclude", rule)
    else:
        tree.append(".gitignore", rule)
    old = tree.text(name) if tree.path(name).exists() else ""
    tree.write(name, f"{old}\nimport {tree.pick(*RARE)}\n")


def same_size_and_time(tree: Tree) -> None:
    """An edit that keeps size and time of a file, and git looks at nothing else."""
    tree.git("config", "core.checkStat", "minimal")
    tree.git("config", "core.trustctime", "false")
    tree.git("update-index", "-q", "--refresh")
    names = [name for name in tree.tests() if "def test" in tree.text(name)]
    path = tree.path(tree.pick(*names))
    state = path.stat()
    tree.done.append(f"edit {path} in place, with the same size and time")
    with path.open("r+b") as file:
        content = file.read().replace(b"def test", b"def tset", 1)
        file.seek(0)
        file.write(content)
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))


def attributes(tree: Tree) -> None:
    """Line ends of checked-out files by attributes: no stored file changes."""
    tree.write(".gitattributes", f"*{tree.pick('.py', '.txt', '.csv', '.json')} text eol=crlf\n")


def crlf_setting(tree: Tree) -> None:
    """Line ends of checked-out files by git's configuration."""
    tree.git("config", "core.autocrlf", "true")


def widened(tree: Tree) -> None:
    """Both sides load a module that the baseline did not; head alone has changed it."""
    name = tree.pick(*tree.tests())
    folder = name.rpartition("/")[0]
    tree.write(f"{folder}/newly_loaded.py", "import sched\n")
    tree.append(name, _loading("newly_loaded.py"))
    tree.commit("both sides load one more module")
    tree.append(f"{folder}/newly_loaded.py", "import wave\n")


def narrowed(tree: Tree) -> None:
    """The commit of REF loads more than the baseline; the working tree took that back, and changes what REF loads."""
    name = tree.pick(*tree.tests())
    folder = name.rpartition("/")[0]
    old = tree.path(name).read_bytes()
    tree.write(f"{folder}/newly_loaded.py", "import sched\n")
    tree.append(name, _loading("newly_loaded.py"))
    tree.commit("REF loads one more module")
    tree.write(name, old)


def _loading(file: str) -> str:
    """A statement that runs another file beside this one, whatever the path of modules is."""
    return f"import runpy, os\nrunpy.run_path(os.path.join(os.path.dirname(__file__), {file!r}))\n"


KINDS = (
    Kind(name="a configuration of pytest", make=settings_file),
    Kind(name="an empty configuration", make=empty_settings_file),
    Kind(name="settings of other tools", make=section_of_others),
    Kind(name="requirements", make=requirements),
    Kind(name="a limit", make=our_limit),
    Kind(name="a setting of a target", make=our_environment),
    Kind(name="a variable that nobody reads", make=unread_variable, way="uncommitted"),
    Kind(name="a variable of pytest", make=pytest_variable, way="uncommitted"),
    Kind(name="a variable of Python and a module", make=python_variable),
    Kind(name="a variable of the terminal", make=locale_variable, way="uncommitted"),
    Kind(name="an edit that git is not to see", make=unwatched_edit, way="uncommitted"),
    Kind(name="an index that differs from the file", make=staged_otherwise, way="uncommitted"),
    Kind(name="a file that git forgets", make=untracked_now, way="uncommitted"),
    Kind(name="a file that git forgets and ignores", make=ignored_now, way="uncommitted"),
    Kind(name="a file to be added", make=intended, way="uncommitted"),
    Kind(name="a new file that git ignores", make=ignored_new),
    Kind(name="an edit of the same size and time", make=same_size_and_time, way="uncommitted"),
    Kind(name="attributes of git", make=attributes),
    Kind(name="settings of git", make=crlf_setting, way="uncommitted"),
    Kind(name="more loaded since the baseline", make=widened, way="uncommitted"),
    Kind(name="less loaded than in REF", make=narrowed, way="uncommitted"),
)
