"""A small project with a planted cause of slow collection, and one that only looks alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

SECONDS = 0.6
"""What a cause costs, unless its project says otherwise."""

BURNER = '''
def burn(seconds):
    """Use the processor for that long; other processes do not shorten it."""
    from time import thread_time

    end = thread_time() + seconds
    while thread_time() < end:
        pass
'''
INI = '[tool.pytest.ini_options]\ntestpaths = ["tests"]\npythonpath = ["."]\n'
PLAIN = "".join(f"def test_{number}():\n    assert {number} == {number}\n\n" for number in range(5))
HEAVY = f"from burner import burn\n\nburn({SECONDS})\nVALUE = 1\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """A project, as the text of its files by their path, and the truth about it.

    Attributes:
        cause: its id.
        files: with the cause; they are added to six plain test modules.
        alike: files that look like it and cost nothing, or not for this cause.
        subject: is part of the subject of the finding.
        place: `path:line` of one of its locations; empty if it has none.
        seconds: what was planted; None if it depends on the machine.
        measured: a program that PYTHON runs in the project before; it prints the planted seconds.
        is_least: whether the cause says that it finds at least a part of the planted seconds.
        said: a pattern; its group in the evidence has the seconds, where the finding is a note that saves 0.
        alone: what changing one of several lines saves; None if nothing is claimed.
        beside: causes that are in the project as well, and may be found with any seconds.
        ini: added to the section of pytest.
        alike_ini: likewise, of the look-alike; None for the same.
        env: environment variables.
        alike_env: likewise, of the look-alike; None for the same.
        args: of pytest.
        options: of `diagnose`.
        launcher: the text of a program that starts the interpreter of the tests; `{python}` is its path.
        alike_launcher: likewise, of the look-alike; None for the same.
        runs_alike_before: whether pytest collects the look-alike once before.
        modules: distributions without which the project cannot be tried.
        requirements: distributions that are installed beside those of PYTHON.
        unproven: why no experiment can prove the cause here; empty if one has to.
    """

    cause: str
    files: Mapping[str, str] = field(default_factory=dict)
    alike: Mapping[str, str] = field(default_factory=dict)
    subject: str = ""
    place: str = ""
    seconds: float | None = SECONDS
    measured: str = ""
    is_least: bool = False
    said: str = ""
    alone: float | None = None
    beside: tuple[str, ...] = ()
    ini: str = ""
    alike_ini: str | None = None
    env: Mapping[str, str] = field(default_factory=dict)
    alike_env: Mapping[str, str] | None = None
    args: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    launcher: str = ""
    alike_launcher: str | None = None
    runs_alike_before: bool = False
    modules: tuple[str, ...] = ()
    requirements: tuple[str, ...] = ()
    unproven: str = ""

    def write(self, root: Path, *, alike: bool) -> None:
        """Write the project, or its look-alike, into a new directory."""
        ini = self.alike_ini if alike and self.alike_ini is not None else self.ini
        plain = {f"tests/test_plain_{number}.py": PLAIN for number in range(6)}
        files = {"pyproject.toml": _with(ini), "burner.py": BURNER, **plain, **(self.alike if alike else self.files)}
        for name, text in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        (root / ".git").mkdir()  # ends the walk upwards of pytest and others


def distribution(name: str, entry_points: str) -> dict[str, str]:
    """The files that make a module in the rootdir an installed plugin: Python finds them on its path."""
    folder = f"{name}-1.0.dist-info"
    return {
        f"{folder}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
        f"{folder}/entry_points.txt": f"[pytest11]\n{entry_points}\n",
    }


def _with(ini: str) -> str:
    """The configuration of pytest with more lines, which may replace the path."""
    return (INI.replace('pythonpath = ["."]\n', "") if ini.startswith("pythonpath") else INI) + ini
