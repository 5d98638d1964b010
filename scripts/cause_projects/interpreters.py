"""The interpreter that owns the tests of a project, where it is not PYTHON itself."""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from pathlib import Path

from cause_projects.project import Planted

PATIENCE_S = 300


def interpreter_of(planted: Planted, python: str, folder: Path, *, alike: bool) -> str:
    """The command that starts the tests of a project in `folder`; writes the project's launcher.

    Raises:
        RuntimeError: a distribution cannot be installed.
    """
    if planted.requirements:
        python = environment_on(python, planted.requirements, folder.parent)
    text = planted.alike_launcher if alike and planted.alike_launcher is not None else planted.launcher
    if not text:
        return python
    program = folder / "bin" / "python"
    program.parent.mkdir()
    program.write_text(text.format(python=python), encoding="utf-8")
    program.chmod(0o755)
    return str(program)


@cache
def environment_on(python: str, requirements: tuple[str, ...], where: Path) -> str:
    """The interpreter of a new environment that has all that PYTHON's has, and the requirements.

    It is a directory in `where`. Other projects do not see it: each plugin costs time in each round.

    Raises:
        RuntimeError: pip cannot install them; its last words.
    """
    folder = where / "-".join(("environment", *requirements))
    _run(python, "-m", "venv", "--clear", "--without-pip", str(folder))
    paths = "import sysconfig; print(sysconfig.get_path('purelib'))"
    own, above = (_run(each, "-c", paths).strip() for each in (str(folder / "bin" / "python"), python))
    Path(own, "above.pth").write_text(f"{above}\n", encoding="utf-8")
    interpreter = str(folder / "bin" / "python")
    _run(sys.executable, "-m", "pip", "--python", interpreter, "install", "-qq", "--compile", *requirements)
    return interpreter


def _run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command[:4])} failed: {(done.stderr or done.stdout).strip()[-400:]}")
    return done.stdout
