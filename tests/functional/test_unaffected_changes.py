"""scripts/unaffected.py: its changes can be made and put back, and no target is spared wrongly after a few of them."""

from __future__ import annotations

import hashlib
import random
import subprocess
import sys

import pytest

import environments
from changed_trees.kind import WAYS
from changed_trees.making import Outline, make_generated
from changed_trees.scene import Scene
from changed_trees.tree import Tree
from changed_trees.trial import ANY, GENERATED

WITHOUT_COMMANDS = [kind for kind in (*ANY, *GENERATED) if "a baseline" not in kind.name]


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory, plain_python: str) -> Scene:
    """The generated repository, with an empty commit in the place of the baseline's."""
    made = make_generated(Outline(folder=tmp_path_factory.mktemp("scene"), python=plain_python))
    made.commit("a baseline")
    made.keep()
    return made


def state(scene: Scene) -> dict[str, str]:
    """What lies in the scene: the kind, the mode and the content of each file, also of git's."""
    found = {}
    for path in sorted(scene.place.rglob("*")):
        content = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
        target = path.readlink() if path.is_symlink() else ""
        mode = path.lstat().st_mode
        found[str(path.relative_to(scene.place))] = f"{mode} {target} {hashlib.sha256(content).hexdigest()}"
    return found


def made(scene: Scene, number: int, seed: int) -> Tree:
    kind = WITHOUT_COMMANDS[number]
    tree = Tree(scene=scene, rng=random.Random(f"{seed} {number}"), env=scene.env())
    kind.make(tree)
    return tree


@pytest.mark.long
def test_each_kind_of_change_can_be_made_and_put_back(scene: Scene) -> None:
    before, env = state(scene), scene.env()
    for number, kind in enumerate(WITHOUT_COMMANDS):
        tree = made(scene, number, seed=1)
        changed = state(scene) != before or tree.env != env
        assert changed == (kind.name not in ("nothing", "the times of all files")), kind.name
        assert bool(tree.done) == (kind.name != "nothing"), kind.name
        scene.restore()
        assert state(scene) == before, kind.name


@pytest.mark.parametrize("way", list(WAYS))
def test_each_way_leads_to_a_commit_that_can_be_compared_with(scene: Scene, way: str) -> None:
    tree = Tree(scene=scene, rng=random.Random(1), env=scene.env())
    head = scene.git("rev-parse", "HEAD")
    tree.append("README.md", "More.\n")
    WAYS[way][1](tree)
    in_ref = "More." in scene.git("show", f"{tree.ref.removesuffix('...')}:README.md")
    in_tree = "More." in tree.text("README.md")
    expected = {
        "on both sides": (True, True),
        "taken back": (True, False),
        "on REF's side": (True, False),
        "since the fork": (True, False),
    }
    try:
        assert (in_ref, in_tree) == expected.get(way, (False, True))
        assert head.strip() in scene.git("log", "--format=%H", tree.ref.removesuffix("..."), "HEAD")
    finally:
        scene.restore()


@pytest.mark.long
def test_no_target_is_spared_wrongly_after_a_few_changes(plain_python: str, clean_env: dict[str, str]) -> None:
    script = environments.ROOT / "scripts" / "unaffected.py"
    options = ("--changes", "5", "--subject", "generated", "--targets", "3", "--python", plain_python)
    done = subprocess.run(
        [sys.executable, str(script), *options], env=clean_env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    heads, *_, sums = [
        [cell.strip() for cell in line.split("|")[1:-1]] for line in done.stdout.splitlines() if line.startswith("|")
    ]
    figures = dict(zip(heads, sums, strict=True))
    assert (figures["changes"], figures["wrong"]) == ("5", "0")
    assert int(figures["spared"]) > 0, done.stdout
    assert int(figures["changed"]) > 0, done.stdout
