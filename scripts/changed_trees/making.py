"""Makes the scenes: the generated repository, and copies of installed packages in repositories of their own."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from changed_trees import generated_files as generated
from changed_trees.scene import Scene

PACKAGES: Mapping[str, tuple[str, ...]] = {
    "networkx": ("classes", "drawing", "linalg", "readwrite", "utils", "algorithms/bipartite"),
    "sympy": ("algebras", "logic", "multipledispatch", "sets", "strategies", "unify"),
}
"""The directories of each package that are targets: their whole suites take too long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """What a scene is made of; the directory is still empty."""

    folder: Path
    python: str


def make_generated(outline: Outline) -> Scene:
    """The generated repository with its submodule, and the directories beside it; committed."""
    scene = Scene(
        folder=outline.folder,
        python=outline.python,
        start="service",
        python_path=generated.PYTHON_PATH,
        never=generated.NEVER,
        unseen=generated.UNSEEN,
    )
    _write(scene.repository, generated.files(scene.place / "outside"))
    _write(scene.repository, generated.IGNORED_FILES)
    for name, to in generated.LINKS.items():
        (scene.repository / name).symlink_to(to)
    compile_into(scene, "NAMES = ['sealed']\n", scene.repository / generated.SEALED)
    _write(scene.place / "library", generated.SUBMODULE)
    for within in ("../library", "."):
        scene.git("init", "--quiet", "--initial-branch", "main", within=within)
    scene.git("add", "--all", within="../library")
    scene.git("commit", "--quiet", "-m", "widgets", within="../library")
    scene.git("submodule", "--quiet", "add", str(scene.place / "library"), "vendor/widgets")
    scene.commit("a shop")
    return scene


def make_package(name: str, outline: Outline) -> Scene:
    """A repository with a copy of an installed package, some of whose directories are targets; committed."""
    scene = Scene(folder=outline.folder, python=outline.python)
    where = f"import {name}; print({name}.__path__[0])"
    shown = subprocess.run([outline.python, "-c", where], check=True, capture_output=True, text=True).stdout
    left_out = shutil.ignore_patterns("__pycache__", "pytest.ini")
    shutil.copytree(shown.strip(), scene.repository / name, ignore=left_out)
    targets = (
        f'[tool.collectbench.targets.{part.rpartition("/")[2]}]\npaths = ["{name}/{part}"]\n' for part in PACKAGES[name]
    )
    others = {
        "pytest.ini": "[pytest]\n",
        ".gitignore": "__pycache__/\n.pytest_cache/\n.hypothesis/\n*.local\n",
        "requirements.txt": "pytest\n",
        "baselines/README": "In each commit: one more entry of the rootdir is three more hook calls.\n",
        "docs/tools/render.py": "import json\n",
        "pyproject.toml": "\n".join(("[tool.collectbench]\nrounds = 1\n", *targets)),
        "../home/.keep": "",
    }
    _write(scene.repository, others)
    scene.git("init", "--quiet", "--initial-branch", "main")
    scene.commit(name)
    return scene


def compile_into(scene: Scene, source: str, target: Path, mode: str = "CHECKED_HASH") -> None:
    """Compile a module as the measured Python does; `mode` says how it is held against its source."""
    target.parent.mkdir(parents=True, exist_ok=True)
    work = scene.folder / "compiled.py"
    work.write_text(source)
    call = (
        "import py_compile, sys; "
        f"py_compile.compile(sys.argv[1], sys.argv[2], invalidation_mode=py_compile.PycInvalidationMode.{mode})"
    )
    subprocess.run([scene.python, "-S", "-c", call, str(work), str(target)], check=True)


def _write(top: Path, contents: Mapping[str, str | bytes]) -> None:
    for name, content in contents.items():
        path = top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
