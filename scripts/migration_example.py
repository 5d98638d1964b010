"""Whether each command of docs/migration.md ends as the document says, and prints what the document shows.

Usage: python scripts/migration_example.py [DIRECTORY] [--document FILE]

Makes the example repository in DIRECTORY, which must be empty or missing (by default a temporary one), and follows the
document in its order: a `toml` block is added to pyproject.toml, a `diff` block is applied with `git apply`, and the
commands of a `console` block run. A command ends with 0, or with what `(exit code N)` says below its output. Its output
must have the lines that the block shows, apart from numbers and line breaks; `…` stands for omitted lines. The outputs
of `console timed` blocks depend on the machine: only their exit codes are compared. Exits with 1 if anything differs.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from environments import ROOT
from migration_shop.repository import files

DOCUMENT = ROOT / "docs" / "migration.md"
_BLOCK = re.compile(r"^```(console|toml|diff)( timed)?\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_EXIT_CODE = re.compile(r"^\(exit code (\d+)\)\n", re.MULTILINE)
_NAME = {"NAME": "Ann", "EMAIL": "ann@example.org"}
_TIMEOUT_S = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One command of the document, or a change by hand.

    Attributes:
        command: as a shell reads it.
        given: its input.
        shown: what the document shows of its output; None if that depends on the machine.
        exit_code: what the document says.
    """

    command: str
    given: str = ""
    shown: str | None = ""
    exit_code: int = 0


def steps(document: str) -> Iterator[Step]:
    """Yield the steps of a document, in its order."""
    for kind, timed, text in _BLOCK.findall(document):
        if kind == "toml":
            yield Step(command="cat >> pyproject.toml", given=f"\n{text}")
        elif kind == "diff":
            yield Step(command="git apply", given=text)
        else:
            yield from _commands(text, is_timed=bool(timed))


def _commands(text: str, *, is_timed: bool) -> Iterator[Step]:
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, shown = part.partition("\n")
        code = _EXIT_CODE.search(shown)
        yield Step(
            command=command,
            shown=None if is_timed else _EXIT_CODE.sub("", shown),
            exit_code=int(code[1]) if code else 0,
        )


def is_shown(shown: str, real: str) -> bool:
    """Return whether an output has all parts that the document shows, in this order."""
    text, position = _without_numbers(real), 0
    for part in shown.split("…"):
        wanted = _without_numbers(part)
        found = text.find(wanted, position)
        if found < 0:
            return False
        position = found + len(wanted)
    return True


def _without_numbers(text: str) -> str:
    """Without what differs from run to run: numbers, the unit of a duration, widths of columns, line breaks."""
    text = re.sub(r"-{2,}", "-", re.sub(r"\d[\d,.:]*", "#", text))
    text = re.sub(r"(# m )?# m?s\b", "# s", text)
    return " ".join(text.split())


def make(directory: Path, env: Mapping[str, str]) -> None:
    """Write the example repository, and commit it.

    Raises:
        SystemExit: the directory is not empty.
    """
    directory.mkdir(parents=True, exist_ok=True)
    if any(directory.iterdir()):
        raise SystemExit(f"migration_example.py: {directory} is not empty")
    for path, text in files().items():
        (directory / path).parent.mkdir(parents=True, exist_ok=True)
        (directory / path).write_text(text, encoding="utf-8")
    for command in ("init", "-q", "-b", "main"), ("add", "."), ("commit", "-qm", "The shop"):
        subprocess.run(["git", *command], cwd=directory, env=env, check=True)


def environment(state: str) -> dict[str, str]:
    """Return that of all commands: our own collectbench first, plain pytest, bytecode written, nothing of this user."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "GIT_", "PYTEST"))}
    git = {f"GIT_{role}_{part}": value for role in ("AUTHOR", "COMMITTER") for part, value in _NAME.items()}
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))
    own = {"PATH": path, "XDG_STATE_HOME": state, "COLUMNS": "80", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    return kept | git | own | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}


def follow(document: str, directory: Path, env: Mapping[str, str]) -> Iterator[tuple[str, bool]]:
    """Run all steps; yields of each what it printed, and whether it ended as the document says."""
    for step in steps(document):
        begin = time.perf_counter()
        result = subprocess.run(
            ["sh", "-c", step.command],
            cwd=directory,
            env=env,
            input=step.given,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=_TIMEOUT_S,
        )
        wall_s = time.perf_counter() - begin
        mistakes = []
        if result.returncode != step.exit_code:
            mistakes.append(f"NOT: exit code {result.returncode}, the document says {step.exit_code}\n")
        if step.shown is not None and not is_shown(step.shown, result.stdout):
            mistakes.append(f"NOT: the document shows\n{step.shown}")
        code = f"(exit code {result.returncode})\n" if result.returncode else ""
        yield f"$ {step.command}\n{result.stdout}{code}# {wall_s:.1f} s\n{''.join(mistakes)}", not mistakes


def main() -> None:
    """Make the repository, follow the document, and print what happens."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("directory", type=Path, nargs="?", help="of the repository [default: a temporary one]")
    parser.add_argument("--document", type=Path, default=DOCUMENT)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        env = environment(f"{work}/state")
        directory = options.directory or Path(work) / "shop"
        make(directory, env)
        differing = 0
        for text, is_right in follow(options.document.read_text(encoding="utf-8"), directory, env):
            print(text, flush=True)
            differing += not is_right
    print(f"{differing} steps differ from the document" if differing else "all steps are as the document says")
    sys.exit(differing > 0)


if __name__ == "__main__":
    main()
