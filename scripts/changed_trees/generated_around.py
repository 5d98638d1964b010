"""Changes around the generated repository: variables, ignored files, files outside, distributions, the submodule."""

from __future__ import annotations

import os

from changed_trees.kind import RARE, Kind
from changed_trees.tree import Tree

TESTS = "service/tests"
WIDGETS = "vendor/widgets"
MADE = f"{TESTS}/outside/made/table.local"


def mode(tree: Tree) -> None:
    """A variable that a conftest reads, and a module that is loaded only with it."""
    tree.near.append("mode")
    tree.variable("SHOP_MODE", "fast")
    if tree.rng.random() < 0.8:
        tree.write(f"{TESTS}/mode/mode_fast.py", "NAMES = ['fast', 'faster']\n")


def one_of_all(tree: Tree) -> None:
    """A variable that only code sees which looks at all of them."""
    tree.near.append("everything")
    tree.variable("SHOP_NEW", "1")


def order_of_sets(tree: Tree) -> None:
    """Another order of sets, and an edit of the files that it may choose."""
    tree.near.append("hashed")
    tree.variable("PYTHONHASHSEED", str(tree.rng.randrange(1, 50)))
    for name in "abcd":
        tree.append(f"{TESTS}/hashed/{name}.txt", "more\n")


def time_zone(tree: Tree) -> None:
    """A variable that C code reads, and an edit of the file that it chooses."""
    tree.near.append("hashed")
    tree.variable("TZ", "EST5")
    tree.append(f"{TESTS}/hashed/EST.txt", "more\n")


def path_of_modules(tree: Tree) -> None:
    """PYTHONPATH: one entry more, one less, or another order."""
    entries = tree.env["PYTHONPATH"].split(os.pathsep)
    tree.near.extend(("names", "outside"))
    chosen = tree.rng.randrange(3)
    if chosen == 0:
        place = tree.pick("../more", "service/more")
        tree.write(f"{place}/speedups.py", "NAMES = ['more', 'names']\n")
        entries.insert(0, os.path.normpath(tree.path(place)))
    elif chosen == 1:
        entries.pop(tree.rng.randrange(len(entries)))
    else:
        entries.reverse()
    tree.variable("PYTHONPATH", os.pathsep.join(entries))


def file_outside(tree: Tree) -> None:
    """A file outside of the repository."""
    tree.near.append("outside")
    tree.write("../outside/settings.ini", tree.pick("a c\n", "a b c\n"))


def installed(tree: Tree) -> None:
    """A distribution on PYTHONPATH: another version, other metadata, another module."""
    tree.near.append("outside")
    folder = "../stubs/shop_stub-1.0.dist-info"
    chosen = tree.rng.randrange(4)
    if chosen == 0:
        tree.rename(folder, "../stubs/shop_stub-2.0.dist-info")
        folder = "../stubs/shop_stub-2.0.dist-info"
    if chosen < 2:
        tree.write(f"{folder}/METADATA", "Metadata-Version: 2.1\nName: shop-stub\nVersion: 2.0\n")
    elif chosen == 2:
        tree.write("../stubs/shop_stub.py", "NAMES = ['stub', 'more']\n")
    else:
        tree.write("../stubs/other-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: other\nVersion: 1.0\n")


def plugin(tree: Tree) -> None:
    """A new plugin of pytest, installed on PYTHONPATH."""
    tree.near.append("lone")
    tree.write("../stubs/shop_plugin.py", f"import {tree.pick(*RARE)}\n")
    folder = "../stubs/shop_plugin-1.0.dist-info"
    tree.write(f"{folder}/METADATA", "Metadata-Version: 2.1\nName: shop-plugin\nVersion: 1.0\n")
    tree.write(f"{folder}/entry_points.txt", "[pytest11]\nshop = shop_plugin\n")


def ignored_content(tree: Tree) -> None:
    """The content of a file that git ignores, or the file is gone."""
    tree.near.append("outside")
    if tree.rng.random() < 0.7:
        tree.write(MADE, tree.pick("made again\n", "mode\n"))
    else:
        tree.remove(MADE)


def no_longer_ignored(tree: Tree) -> None:
    """A file that was ignored is only untracked now: head alone has it."""
    tree.near.append("outside")
    tree.write(".gitignore", tree.text(".gitignore").replace("*.local\n", tree.pick("", "*.local\n!table.local\n")))


def added_though_ignored(tree: Tree) -> None:
    """A file that git ignores is committed nevertheless."""
    tree.near.append("outside")
    if tree.rng.random() < 0.5:
        tree.write(MADE, "made later\n")
    tree.git("add", "--force", MADE)


def ignored_modules(tree: Tree) -> None:
    """Ignored modules that come first, or that pytest looks for."""
    tree.near.extend(("names", "cases", "lone"))
    name = tree.pick(
        "service/gen/py/late.py", "service/lib/speedups.py", f"{TESTS}/conftest.py", f"{TESTS}/lone/conftest.py"
    )
    tree.write(".git/info/exclude", f"/{name}\n")
    tree.write(name, "import sched\nNAMES = ['ignored', 'names']\n")


def widgets_edited(tree: Tree) -> None:
    """A file of the submodule, not committed there."""
    tree.near.append("widgets")
    name, content = tree.rng.choice(
        [
            ("widgets/shapes.json", '["round"]\n'),
            ("widgets/shapes.py", "import sched\nNAMES = ['shape']\n"),
            ("json.py", "import sched\nloads = eval\n"),
            ("widgets/json.py", ""),
            ("README.md", "More widgets.\n"),
        ]
    )
    if tree.rng.random() < 0.5:
        tree.git("config", "submodule.vendor/widgets.ignore", "all")
    tree.write(f"{WIDGETS}/{name}", content)


def widgets_committed(tree: Tree) -> None:
    """Another commit of the submodule."""
    widgets_edited(tree)
    tree.git("add", "--all", within=WIDGETS)
    tree.git("commit", "--quiet", "-m", "more", within=WIDGETS)


def widgets_gone(tree: Tree) -> None:
    """The submodule is no longer checked out."""
    tree.near.append("widgets")
    tree.git("submodule", "--quiet", "deinit", "--force", WIDGETS)


def dirty_baseline(tree: Tree) -> None:
    """The baseline of a target was taken with changes that no commit has; they stay, or are taken back."""
    target, name = tree.rng.choice([("cases", f"{TESTS}/cases/cases/c.json"), ("lone", f"{TESTS}/lone/test_more.py")])
    tree.near.append(target)
    tree.write(name, "def test_more(): pass\n")
    answer = tree.scene.command("baseline", target, env=tree.env)
    if answer.document is None:
        raise RuntimeError(answer.errors)
    tree.git("add", "service/baselines")
    tree.git("commit", "--quiet", "-m", "a baseline of a dirty tree")
    if tree.rng.random() < 0.5:
        tree.remove(name)
    elif tree.rng.random() < 0.5:
        tree.commit("what the baseline had measured")


def other_baseline(tree: Tree) -> None:
    """The baseline of a target was taken with other options."""
    target = tree.pick("lone", "ignoring")
    tree.near.append(target)
    tree.scene.command("baseline", target, env={**tree.env, "PYTEST_ADDOPTS": "-p no:doctest"})
    tree.commit("a baseline with other options")
    tree.append(f"{TESTS}/lone/test_lone.py", "def test_two(): pass\n")


def rewritten_history(tree: Tree) -> None:
    """The commit of the baseline is no longer part of the history."""
    tree.near.append("cases")
    tree.git("checkout", "--quiet", "--orphan", "other")
    tree.write(f"{TESTS}/cases/cases/c.json", "3\n")
    tree.commit("a history without the commit of the baseline")
    tree.git("branch", "--quiet", "-D", "main")
    if tree.rng.random() < 0.5:
        tree.remove(f"{TESTS}/cases/cases/c.json")


KINDS = (
    Kind(name="a variable that a conftest reads", make=mode),
    Kind(name="one of all variables", make=one_of_all, way="uncommitted"),
    Kind(name="the order of sets", make=order_of_sets),
    Kind(name="the time zone", make=time_zone),
    Kind(name="PYTHONPATH", make=path_of_modules),
    Kind(name="a file outside of the repository", make=file_outside, way="uncommitted"),
    Kind(name="an installed distribution", make=installed, way="uncommitted"),
    Kind(name="a new plugin", make=plugin, way="uncommitted"),
    Kind(name="an ignored file", make=ignored_content, way="uncommitted"),
    Kind(name="no longer ignored", make=no_longer_ignored),
    Kind(name="added though ignored", make=added_though_ignored),
    Kind(name="ignored modules", make=ignored_modules, way="uncommitted"),
    Kind(name="files of a submodule", make=widgets_edited),
    Kind(name="a commit of a submodule", make=widgets_committed),
    Kind(name="a submodule that is gone", make=widgets_gone, way="uncommitted"),
    Kind(name="a baseline of a dirty tree", make=dirty_baseline, way="uncommitted"),
    Kind(name="a baseline with other options", make=other_baseline, way="uncommitted"),
    Kind(name="another history", make=rewritten_history, way="uncommitted"),
)
