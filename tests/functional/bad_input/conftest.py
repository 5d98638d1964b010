"""Runs a command on bad input, and checks what holds for every input, before a row's own expectations."""

from __future__ import annotations

import json
import re
import subprocess
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

import environments

MARK = "COLLECTBENCH_TEST_MARK"  # all descendants inherit it, however they leave their session or their folder
BASELINES = "baselines"
OUR_FRAME = re.compile(rf'File "{re.escape(str(environments.ROOT))}/collectbench/(?!probe/)')


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a command said: to people, all blanks alike (`words`), and to programs (None where there is no result)."""

    exit_code: int
    words: str
    markdown: str
    document: dict[str, Any] | None

    @property
    def statuses(self) -> dict[str, str] | None:
        return self.document and {target["name"]: target["status"] for target in self.document["targets"]}


@dataclass(frozen=True, kw_only=True)
class Scene:
    """The files of a test, and the processes of its command."""

    folder: Path
    mark: str

    def tree(self) -> dict[Path, tuple[object, ...]]:
        """Every path with what it is, but for bytecode and baselines."""
        return {
            path.relative_to(self.folder): _state(path)
            for path in sorted(self.folder.rglob("*"))
            if not {"__pycache__", BASELINES} & set(path.relative_to(self.folder).parts)
        }

    def baselines(self) -> dict[str, bytes]:
        folders = [path for path in self.folder.rglob(BASELINES) if path.is_dir()]
        return {path.name: path.read_bytes() for folder in folders for path in folder.iterdir()}

    def processes(self) -> list[psutil.Process]:
        """Descendants of the command, wherever they went."""
        return [process for process in psutil.process_iter() if _environment(process).get(MARK) == self.mark]


def _state(path: Path) -> tuple[object, ...]:
    state = path.lstat()
    if path.is_symlink():
        return ("link", str(path.readlink()))
    if path.is_dir():
        return ("folder", state.st_mode)
    return ("file", state.st_mode, state.st_mtime_ns, path.read_bytes())


def _environment(process: psutil.Process) -> Mapping[str, str]:
    try:
        return process.environ()
    except (psutil.Error, OSError):  # over, a zombie, or another user's
        return {}


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    """Ends what a failing test leaves behind, so that the next one finds a quiet machine."""
    scene = Scene(folder=tmp_path, mark=uuid.uuid4().hex)
    yield scene
    for process in scene.processes():
        process.kill()


@pytest.fixture
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where results and temporary files go: outside of the tree that must not change."""
    folder = tmp_path_factory.mktemp("results")
    (folder / "tmp").mkdir()
    return folder


Attempt = Callable[..., Outcome]


@pytest.fixture
def quick_command(quick: tuple[str, ...], results: Path) -> Callable[..., list[str]]:
    """A command that measures once, with its result as JSON on stdout, as text and Markdown in files."""

    def build(command: str, *args: str) -> list[str]:
        outputs = [f"--output={kind}={results / kind}" for kind in ("text", "markdown")]
        python = [] if "--python" in args else list(quick[:2])
        rounds = quick[2:4] if command == "diagnose" else quick[2:]  # it has no warm-ups and counts nothing
        return [command, *python, *rounds, "--format", "json", *outputs, *args]

    return build


@pytest.fixture
def judge(scene: Scene, results: Path) -> Callable[..., Outcome]:
    """Checks a finished command: what it said, the tree, the baselines, and that neither process nor file is left."""

    def check(
        finished: subprocess.CompletedProcess[str],
        before: tuple[Mapping[Path, object], Mapping[str, bytes]],
        saved: Iterable[str],
        lost: Iterable[Path] = (),
    ) -> Outcome:
        text, markdown = (_read(results / kind) for kind in ("text", "markdown"))
        said = finished.stderr + text
        assert not OUR_FRAME.search(said), said
        for harmless in (said, markdown, finished.stdout):
            assert all(char.isprintable() or char == "\n" for char in harmless), ascii(harmless)
        document = json.loads(finished.stdout) if finished.stdout else None
        assert scene.processes() == []
        assert list((results / "tmp").iterdir()) == []
        lost_names = {path.relative_to(scene.folder) for path in lost}
        assert scene.tree() == {path: state for path, state in before[0].items() if path not in lost_names}
        after = scene.baselines()
        changed = {name for name in after.keys() | before[1].keys() if after.get(name) != before[1].get(name)}
        assert changed == set(saved)
        assert all(json.loads(after[name])["kind"] == "collectbench.run" for name in changed)
        return Outcome(
            exit_code=finished.returncode,
            words=" ".join(said.split()),
            markdown=markdown,
            document=document,
        )

    return check


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


@pytest.fixture
def attempt(
    run_cli: Callable[..., subprocess.CompletedProcess[str]],
    quick_command: Callable[..., list[str]],
    scene: Scene,
    results: Path,
    judge: Callable[..., Outcome],
) -> Attempt:
    """Runs a command in a folder. It may write the baselines `saved`; its tests delete the files `lost`."""

    def run(
        command: str,
        *args: str,
        cwd: Path,
        env: Mapping[str, str] | None = None,
        via: str | None = None,
        saved: Iterable[str] = (),
        lost: Iterable[Path] = (),
    ) -> Outcome:
        before = scene.tree(), scene.baselines()
        marked = {MARK: scene.mark, "TMPDIR": str(results / "tmp"), **(env or {})}
        finished = run_cli(*quick_command(command, *args), cwd=cwd, env=marked, via=via)
        return judge(finished, before, saved, lost)

    return run
