"""Makes the virtual environments that scripts/test and scripts/demo run in. Standard library only.

Usage: python3 scripts/environments.py [dev] [demo] [corpus] [peers] [detectors] [matrix] [lowest] [browser]

dev     .venv: collectbench with its development tools
demo    .demo: collectbench and the demo's corpus, no further pytest plugin
corpus  .venvs/corpus: hypothesis on top of .demo, which the conftests of sympy and pandas need
peers   .venvs/peers: the same with the profilers that scripts/peers.py compares with; scripts/test does not need it
detectors .venvs/detectors: the change detectors that scripts/history_steps.py compares with, and Otava's test data
matrix  .venvs/<minor>-pytest<major>: what a user's interpreter may look like
lowest  .venvs/lowest: collectbench with the lowest versions of everything that it allows
browser no environment: Chromium and its driver, from apt-get where this is root, for the tests of the HTML page

Each environment is stamped with what it was made from, and left alone while that is unchanged.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MINORS = ("3.9", "3.10", "3.11", "3.12", "3.13")
PYTEST_MAJORS = (7, 8, 9)
MATRIX = tuple(
    f"{minor}-pytest{major}"
    for minor in MINORS
    for major in PYTEST_MAJORS
    if (minor, major) != ("3.9", 9)  # pytest 9 needs Python 3.10
)
CORPUS_WITHOUT_CONFIGURATION = ("networkx", "sympy")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
NO_BROWSER = "chromium or chromedriver is missing; scripts/test installs them with apt-get where it is root"
CORPUS = ("networkx==3.6.1", "numpy", "scipy", "pandas", "sympy")
OTAVA = "apache-otava==0.8.0"
DETECTORS = (OTAVA, "ruptures==1.1.10")
PEERS = ("pytest-collect-profile==0.4.0", "pytest-perf-report==0.3.0", "pyinstrument==5.1.3")

_VENV_PIP = str(ROOT / ".venv" / "bin" / "python")
_STAMP = ".made-from"


@dataclass(frozen=True)
class Interpreter:
    """An interpreter that starts. `version` is the whole of sys.version."""

    path: str
    version: str

    @property
    def minor(self) -> str:
        """The version up to its minor part, such as `3.11`."""
        return ".".join(self.version.split(".")[:2])


def python_of(name: str) -> Path | None:
    """The interpreter of a finished environment (`.demo`, `.venvs/3.9-pytest7`); None where there is none."""
    folder = ROOT / name
    return folder / "bin" / "python" if (folder / _STAMP).is_file() else None


def ask(executable: str) -> Interpreter | None:
    """The interpreter behind an executable, outside of any venv it lies in; None where it does not start.

    pyenv puts launchers on PATH that fail for versions that are not selected, so existing is not enough.
    """
    question = "import sys; print(getattr(sys, '_base_executable', sys.executable)); print(sys.version)"
    answer = subprocess.run([executable, "-c", question], capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        return None
    path, version = answer.stdout.split("\n", 1)
    return Interpreter(path, version.strip())


def pyenv_root() -> Path:
    """Where pyenv keeps its versions, if it is used at all."""
    if shutil.which("pyenv") is None:
        return Path.home() / ".pyenv"
    answer = subprocess.run(["pyenv", "root"], capture_output=True, text=True, check=False)
    return Path(answer.stdout.strip() or Path.home() / ".pyenv")


def find(minor: str) -> Interpreter | None:
    """The first interpreter of that minor version: this one, on PATH, or among pyenv's versions."""
    candidates = [sys.executable] if minor == f"{sys.version_info[0]}.{sys.version_info[1]}" else []
    on_path = shutil.which(f"python{minor}")
    candidates += [on_path] if on_path else []
    candidates += map(str, sorted(pyenv_root().glob(f"versions/{minor}.*/bin/python{minor}")))
    return next(filter(None, map(ask, candidates)), None)


def at_least(minor: str, purpose: str) -> Interpreter:
    """The interpreter that runs this, or the newest of MINORS found, if it is not older than `minor`.

    Raises:
        SystemExit: there is none.
    """
    wanted = _as_tuple(minor)
    own = ask(sys.executable)
    if own is not None and _as_tuple(own.minor) >= wanted:
        return own
    newer = (find(other) for other in reversed(MINORS) if _as_tuple(other) >= wanted)
    found = next(filter(None, newer), None)
    if found is None:
        raise SystemExit(
            f"{purpose} needs Python {minor} or newer; python3 is {sys.version.split()[0]} "
            f"({sys.executable}) and no newer python3.x is on PATH. "
            "Install one, or put it in front of PATH as python3."
        )
    return found


def _as_tuple(minor: str) -> tuple[int, ...]:
    return tuple(map(int, minor.split(".")))


def make(name: str, interpreter: Interpreter, requirements: tuple[str, ...], pip: str | None = None) -> None:
    """Makes the environment `name` anew, unless it was made from the same things.

    `pip` is the interpreter whose pip installs; None for a pip of the environment's own.

    Raises:
        SystemExit: venv or pip failed; their words have been shown.
    """
    folder = ROOT / name
    ours = _project_metadata() if "-e" in requirements else ""
    made_from = "\n".join((interpreter.path, interpreter.version, *requirements, ours))
    digest = hashlib.sha256(made_from.encode()).hexdigest()
    stamp = folder / _STAMP
    if stamp.is_file() and stamp.read_text() == digest:
        return
    print(f"making {name} with Python {interpreter.version.split()[0]}", file=sys.stderr)
    stamp.unlink(missing_ok=True)
    python = str(folder / "bin" / "python")
    _run(interpreter.path, "-m", "venv", "--clear", *(["--without-pip"] if pip else []), str(folder))
    install = ("install", "-qq", "--disable-pip-version-check", *requirements)
    if pip:
        _run(pip, "-m", "pip", "--python", python, *install)
    else:
        _run(python, "-m", "pip", *install)
    stamp.write_text(digest)


def _project_metadata() -> str:
    """What decides the installed metadata: the tables before the first tool's, and where the version is."""
    pyproject = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    version = (ROOT / "collectbench" / "__init__.py").read_text(encoding="utf-8")
    return pyproject.partition("\n[tool.")[0] + version


def _run(*command: str) -> None:
    if subprocess.run(command, cwd=ROOT, check=False).returncode != 0:
        raise SystemExit(f"failed: {' '.join(command)}")


def make_dev() -> None:
    """.venv; its pip also fills the matrix, which `--python` of pip 22.3 allows."""
    make(".venv", at_least("3.10", "collectbench"), ("-e", ".[dev]", "pip>=22.3"))


def make_demo() -> None:
    """.demo: every further pytest plugin would cost time in each measured round, so there is none."""
    make(".demo", at_least("3.11", "The demo (networkx 3.6.1)"), ("-e", ".", *CORPUS))
    # pytest looks for its configuration upwards, and .demo lies below our own pyproject.toml: without a file
    # that ends the search, these suites would run with our warnings as errors (86 items of networkx fewer).
    for package in CORPUS_WITHOUT_CONFIGURATION:
        for folder in (ROOT / ".demo").glob(f"lib/python*/site-packages/{package}"):
            (folder / "pytest.ini").write_text("[pytest]\n")


def make_corpus() -> None:
    """.venvs/corpus: apart from .demo because hypothesis is a pytest plugin."""
    _make_on_demo(".venvs/corpus", ("hypothesis",))


def make_peers() -> None:
    """.venvs/peers: apart from .venvs/corpus because every plugin costs time in each round of each target."""
    _make_on_demo(".venvs/peers", ("hypothesis", *PEERS))


def make_detectors() -> None:
    """.venvs/detectors, with the source distribution of apache-otava: its tests hold the histories."""
    make(".venvs/detectors", at_least("3.10", "apache-otava"), DETECTORS, pip=_VENV_PIP)
    folder = ROOT / ".venvs" / "detectors"
    if not list(folder.glob("apache*otava-*.tar.gz")):
        source = ("--no-deps", "--no-binary", ":all:", "-d", str(folder))
        _run(_VENV_PIP, "-m", "pip", "download", "-qq", "--disable-pip-version-check", *source, OTAVA)


def _make_on_demo(name: str, requirements: tuple[str, ...]) -> None:
    """An environment that also sees what .demo holds, to save space."""
    demo = python_of(".demo")
    interpreter = ask(str(demo)) if demo else None
    if interpreter is None:
        raise SystemExit(f"{name} needs .demo")
    make(name, interpreter, requirements, pip=str(demo))
    packages = next((ROOT / ".demo").glob("lib/python*/site-packages"))
    for folder in (ROOT / name).glob("lib/python*/site-packages"):
        (folder / "demo.pth").write_text(f"{packages}\n")


def make_matrix() -> None:
    """.venvs: each interpreter found with each pytest, and the oldest with pytest 6, which is refused."""
    found = {minor: interpreter for minor in MINORS if (interpreter := find(minor))}
    missing = [f"python{minor}" for minor in MINORS if minor not in found]
    if missing:
        print(f"not found, so not tested with: {', '.join(missing)}", file=sys.stderr)
    labels = [label for label in MATRIX if label.partition("-")[0] in found]
    labels += [f"{minor}-pytest6" for minor in list(found)[:1]]
    for label in labels:
        minor, _, major = label.partition("-pytest")
        make(f".venvs/{label}", found[minor], (f"pytest=={major}.*",), pip=_VENV_PIP)


def make_lowest() -> None:
    """.venvs/lowest: what the lower bounds in pyproject.toml promise to work."""
    interpreter = next(filter(None, map(find, MINORS[MINORS.index("3.10") :])))
    dependencies = (ROOT / "pyproject.toml").read_text(encoding="utf-8").partition("\ndependencies = [")[2]
    bounds = re.findall(r'"([\w-]+)>=([\w.]+)', dependencies.partition("\n]")[0])
    pins = [f"{name}=={version}" for name, version in bounds if name != "tomli" or interpreter.minor == "3.10"]
    make(".venvs/lowest", interpreter, ("-e", ".", *pins), pip=_VENV_PIP)


def install_browser() -> None:
    """Chromium and chromedriver, unless there are some: Debian's packages, since those two fit each other."""
    if any(map(shutil.which, BROWSERS)) and shutil.which("chromedriver"):
        return
    apt_get = shutil.which("apt-get")
    if apt_get is None or os.geteuid() != 0:
        raise SystemExit(
            f"no chromedriver, or none of {', '.join(BROWSERS)} on PATH, and only root with apt-get can install them: "
            "the tests of the HTML page are skipped"
        )
    os.environ["DEBIAN_FRONTEND"] = "noninteractive"
    _run(apt_get, "update", "-qq")
    _run(apt_get, "install", "-qq", "-y", "--no-install-recommends", "chromium", "chromium-driver")


_KINDS = {
    "dev": make_dev,
    "demo": make_demo,
    "corpus": make_corpus,
    "peers": make_peers,
    "detectors": make_detectors,
    "matrix": make_matrix,
    "lowest": make_lowest,
    "browser": install_browser,
}

if __name__ == "__main__":
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # pip should leave bytecode behind
    for kind in sys.argv[1:]:
        _KINDS[kind]()
