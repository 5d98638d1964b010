"""What functional tests share: small suites written on the spot, a plain interpreter, stored runs, repositories."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import environments
from collectbench.checkouts.checkout import Checkouts
from collectbench.checkouts.worktrees import both_checkouts
from collectbench.measure.process.interruption import signals_noted
from collectbench.measure.process.launch import Finished, Invocation

OURS = ("--collect-only", "-qq", "--maxfail=0", "--continue-on-collection-errors")

WriteSuite = Callable[[Mapping[str, str]], Path]
StoredRun = Callable[..., Path]


@pytest.fixture(scope="session")
def plain_python(request: pytest.FixtureRequest) -> str:
    """An interpreter with pytest and nothing else, since plugins slow every round; this one where there is none."""
    name: str = request.config.option.plain
    return str(environments.python_of(f".venvs/{name}") or sys.executable)


@pytest.fixture
def write_suite(tmp_path: Path) -> WriteSuite:
    """Writes files (path to text) into a folder named suite, and returns that."""

    return lambda files: write_files(tmp_path / "suite", files)


def write_files(root: Path, files: Mapping[str, str]) -> Path:
    """Writes files (path to text) into `root`, and returns that."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    return root


API_AND_CORE = {
    "pytest.ini": "[pytest]\ntestpaths = tests\n",
    "tests/test_loose.py": "def test_loose(): pass\n",
    "tests/api/test_api.py": "def test_one(): pass\ndef test_two(): pass\n",
    "tests/core/test_core.py": "import pytest\n@pytest.mark.parametrize('n', range(3))\ndef test_n(n): pass\n",
}


@pytest.fixture
def api_and_core(write_suite: WriteSuite) -> Path:
    """Six items: two in tests/api, three in tests/core, and one loose in tests."""
    return write_suite(API_AND_CORE)


@pytest.fixture(scope="session")
def measured_once(run_cli, quick, tmp_path_factory) -> Path:
    """A copy of api_and_core that `baseline` with the options `quick` has measured."""
    root = write_files(tmp_path_factory.mktemp("measured") / "suite", API_AND_CORE)
    done = run_cli("baseline", *quick, cwd=root)
    assert done.returncode == 0, done.stderr
    return root


@pytest.fixture
def with_baseline(api_and_core, measured_once) -> None:
    """Puts the baseline of `measured_once` into api_and_core, as if it had been measured there."""
    shutil.copytree(measured_once / "baselines", api_and_core / "baselines")


@pytest.fixture(scope="session")
def chromium(tmp_path_factory) -> Iterator[Any]:
    """A headless browser that keeps a log of its console and of its network."""
    from open_page import chromium as headless_chromium

    if not any(map(shutil.which, environments.BROWSERS)) or shutil.which("chromedriver") is None:
        pytest.skip(environments.NO_BROWSER)
    with headless_chromium(tmp_path_factory.mktemp("chromium")) as driver:
        yield driver


@pytest.fixture
def open_page(chromium, tmp_path) -> Iterator[Callable[..., Any]]:
    """Opens the page of a document. At the end, the console is empty and the page has requested nothing."""
    from collectbench.render.formats import render
    from collectbench.render.parts.options import RenderOptions
    from open_page import addresses
    from pages import Page

    chromium.get_log("browser")
    chromium.get_log("performance")

    def opening(document: Any, *, theme: str = "light", table: str = "table") -> Page:
        path = tmp_path / "page ü.html"
        path.write_text(render(document, "html", RenderOptions()), encoding="utf-8")
        return Page(chromium, path, theme, table)

    yield opening
    assert chromium.get_log("browser") == []
    asked_for = list(addresses(chromium))
    assert asked_for
    assert {address.partition(":")[0] for address in asked_for} <= {"file", "data"}


@pytest.fixture
def narrow(chromium) -> Iterator[None]:
    """As wide as a telephone."""
    size = {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": False}
    chromium.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    yield
    chromium.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


@pytest.fixture(scope="session")
def takes_our_folder() -> str:
    """A conftest that changes its own file, and removes the folder in which the old one is to be kept: of all that can
    go wrong with files of ours, this goes wrong for root as well.
    """
    return (
        "import os, pathlib, shutil\n"
        "for folder in list(pathlib.Path(os.environ['TMPDIR']).rglob('kept-*')):\n"
        "    shutil.rmtree(folder)\n"
        "with open(__file__, 'a') as file:\n"
        "    file.write('# touched\\n')\n"
    )


@pytest.fixture(scope="session")
def quick(plain_python: str) -> tuple[str, ...]:
    """Options where the number of rounds does not matter: one round of each target, nothing else."""
    return ("--python", plain_python, "--rounds", "1", "--warmup", "0", "--no-counters", "--no-suite")


@pytest.fixture(scope="session")
def child_commands() -> Callable[[str], dict[str, list[str]]]:
    """Reads the output of --dry-run: by target name, the words of its command."""

    def read(text: str) -> dict[str, list[str]]:
        lines = text.splitlines()[1:]  # the first one says where
        return {
            name.removeprefix("# ").strip("'"): shlex.split(command)
            for name, command in zip(lines[::2], lines[1::2], strict=True)
        }

    return read


@pytest.fixture(scope="session")
def node_ids() -> Callable[..., list[str]]:
    """The sorted node ids that `python -m pytest ARGS` itself prints in a folder."""

    def collect(python: str, cwd: Path, *args: str) -> list[str]:
        command = [python, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", *args]
        result = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
        return sorted(line for line in result.stdout.splitlines() if "::" in line)

    return collect


@pytest.fixture
def stored_run(tmp_path: Path) -> StoredRun:
    """Writes a run as `baseline` would have, from the CPU seconds of each target's rounds; returns the file.

    `counts` replaces the counts of single targets, `environment` entries of the environment, `limits` are those of
    the configuration that it was made with.
    """

    def store(
        name: str,
        targets: Mapping[str, Sequence[float]],
        *,
        counts: Mapping[str, Mapping[str, int]] | None = None,
        environment: Mapping[str, Any] | None = None,
        limits: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> Path:
        document = {
            "kind": "collectbench.run",
            "schema": 1,
            "tool": {"name": "collectbench", "version": "0.1.0"},
            "created": "2026-01-02T03:04:05Z",
            "environment": {
                "python": "3.11.7",
                "implementation": "cpython",
                "pytest": "9.0.1",
                "plugins": {},
                "platform": "Linux",
                "cpu_model": "A processor",
                "cpu_count": 2,
                "bytecode": "written",
                "flags": {},
                **(environment or {}),
            },
            "commit": None,
            "dirty": None,
            "config": {"limits": dict(limits or {})},
            "targets": [_target(target, cpus_s, (counts or {}).get(target, {})) for target, cpus_s in targets.items()],
            "suite": None,
        }
        path = tmp_path / f"{name}.json"
        path.write_text(json.dumps(document))
        return path

    return store


def _target(name: str, cpus_s: Sequence[float], counts: Mapping[str, int]) -> dict[str, Any]:
    return {
        "name": name,
        "paths": [name],
        "status": "ok",
        "counts": {"items": 10, "files": 2, "errors": 0, "warnings": 0, "collection_warnings": 0, **counts},
        "nodeids_sha256": "0" * 64,
        "wall_s": _summary(cpus_s),
        "cpu_s": _summary(cpus_s),
        "peak_rss_bytes": _summary([50_000_000] * len(cpus_s)),
        "samples": [
            {
                "kind": "timed",
                "wall_s": cpu_s,
                "user_s": cpu_s,
                "system_s": 0.0,
                "peak_rss_bytes": 50_000_000,
                "exit_code": 0,
                "phases": {},
            }
            for cpu_s in cpus_s
        ],
    }


def _summary(values: Sequence[float]) -> dict[str, Any]:
    ordered = sorted(values)
    return {"median": ordered[len(ordered) // 2], "min": ordered[0], "max": ordered[-1], "ci95": None}


IDENTITY = ("-c", "user.name=n", "-c", "user.email=e@example.org")


class Repo:
    """A repository with two commits in a folder whose name has spaces, and a place for our own files beside it."""

    def __init__(self, folder: Path, env: dict[str, str]) -> None:
        self.env = env
        self.root = folder / "a repository"
        self.work = folder / "work"
        self.root.mkdir(parents=True)
        self.work.mkdir(exist_ok=True)
        self.git("init", "-q", "-b", "main")
        self.write("tests/test_a.py", "def test_a(): pass\n")
        self.write("module.py", "VALUE = 1\n")
        self.write(".gitignore", "*.ignored\n.venv/\n")
        self.commit("first")
        self.write("module.py", "VALUE = 2\n")
        self.commit("second")

    def git(self, *words: str, cwd: Path | None = None) -> str:
        done = subprocess.run(
            ["git", *IDENTITY, *words],
            cwd=cwd or self.root,
            env={**self.env, "GIT_OPTIONAL_LOCKS": "0"},
            capture_output=True,
            check=True,
        )
        return os.fsdecode(done.stdout).strip()

    def write(self, path: str, text: str) -> Path:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file

    def commit(self, message: str) -> str:
        self.git("add", "--all")
        self.git("commit", "-q", "-m", message)
        return self.git("rev-parse", "HEAD")

    @staticmethod
    def plainly(invocation: Invocation, *, output: Path, timeout_s: float, **_: object) -> Finished:
        """A launcher without sessions, memory and signals, since those take longer than git does."""
        with output.open("wb") as sink, (invocation.errors or output).open("ab") as errors:
            env = dict(invocation.env)
            done = subprocess.run(
                invocation.argv,
                cwd=invocation.cwd,
                env=env,
                input=invocation.input.read_bytes() if invocation.input else None,
                stdout=sink,
                stderr=errors,
                timeout=timeout_s,
                check=False,
            )
        figures = ("user_s", "system_s", "peak_rss_bytes", "voluntary_switches", "involuntary_switches")
        nothing = dict.fromkeys(figures, 0)
        return Finished(spawned_ns=0, reaped_ns=0, exit_code=done.returncode, timed_out=False, **nothing)

    @contextmanager
    def checkouts(self, ref: str = "HEAD~1", root: str = ".", **options) -> Iterator[Checkouts]:
        start = options.pop("start", self.plainly)
        env, edits, own = options.pop("env", self.env), options.pop("edits", None), options.pop("own", ())
        with signals_noted(), both_checkouts(ref, self.root / root, env, self.work, start, edits, own=own) as checkouts:
            yield checkouts

    def state(self) -> dict[str, object]:
        """All that a user could miss: status, worktrees, stashes, refs, logs, the index, configuration, objects, files.

        Bytecode is not among it, which every run of pytest writes.
        """
        if not (self.root / ".git").exists():
            return {}
        folder = self.root / self.git("rev-parse", "--git-dir")
        common = self.root / self.git("rev-parse", "--git-common-dir")
        questions = ("status --porcelain --ignored", "worktree list --porcelain", "stash list", "for-each-ref")
        logs = {path: path.read_bytes() for path in sorted((common / "logs").rglob("*")) if path.is_file()}
        index = folder / "index"
        files = (path.relative_to(self.root) for path in self.root.rglob("*"))
        answers = {question: self.git(*question.split()).splitlines() for question in questions}
        return {
            **{question: [line for line in lines if "__pycache__" not in line] for question, lines in answers.items()},
            "logs": logs,
            "index": index.read_bytes() if index.exists() else None,
            "config": (common / "config").read_bytes(),
            "objects": sorted(path for path in common.rglob("*") if "objects" in path.parts and path.is_file()),
            "files": sorted(path for path in files if not {".git", "__pycache__"} & set(path.parts)),
            "ours": sorted(self.work.iterdir()),
        }


@pytest.fixture(scope="session")
def git_env(clean_env) -> dict[str, str]:
    """The environment of a user without a name, whose machine says nothing of git."""
    quiet = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_CEILING_DIRECTORIES": "/tmp"}
    unwanted = ("GIT_", "EMAIL", "PYTHONPATH")
    return {**{name: value for name, value in clean_env.items() if not name.startswith(unwanted)}, **quiet}


@pytest.fixture(scope="session")
def template(tmp_path_factory, git_env) -> Path:
    folder = tmp_path_factory.mktemp("template")
    Repo(folder, git_env)
    return folder


@pytest.fixture(scope="session")
def template_with_submodule(tmp_path_factory, git_env) -> Path:
    """The same with `library`, a submodule that has another one in it, each with a file code.py."""
    folder = tmp_path_factory.mktemp("submodules")
    allowed = ("-c", "protocol.file.allow=always", "submodule", "-q")
    inner, library, outer = (Repo(folder / name, git_env) for name in ("inner", "library", "outer"))
    inner.write("code.py", "# inner\n")
    inner.commit("code")
    library.write("code.py", "# library\n")
    library.git(*allowed, "add", str(inner.root), "inner")
    library.commit("code")
    outer.git(*allowed, "add", str(library.root), "library")
    outer.git(*allowed, "update", "--init", "--recursive")
    outer.commit("with a submodule")
    return folder / "outer"


def copied(template: Path, folder: Path, env: dict[str, str]) -> Repo:
    made = Repo.__new__(Repo)
    made.env, made.root, made.work = env, folder / "a repository", folder / "work"
    shutil.copytree(template, folder, symlinks=True, dirs_exist_ok=True)
    made.git("update-index", "-q", "--refresh")
    return made


@pytest.fixture(scope="session", name="copied")
def _copied() -> Callable[[Path, Path, dict[str, str]], Repo]:
    return copied


@pytest.fixture
def repo(template, tmp_path, git_env) -> Repo:
    """A copy of the repository, of a test's own."""
    return copied(template, tmp_path, git_env)


@pytest.fixture
def repo_with_submodule(template_with_submodule, tmp_path, git_env) -> Repo:
    return copied(template_with_submodule, tmp_path, git_env)
