"""Where an interpreter keeps installed packages, found without running it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path


def site_directories(executable: Path | None) -> Iterator[Path]:
    """Yield the directories of installed packages of an interpreter, and those that their `.pth` files add.

    None stands for the running interpreter. Nothing is run: another one is looked at as a virtual environment.
    """
    if executable is None:
        import site
        import sysconfig

        paths = sysconfig.get_paths()
        found = dict.fromkeys((paths["purelib"], paths["platlib"], *site.getsitepackages()))
        directories = [Path(each) for each in found]
    else:
        home = executable.parent.parent
        directories = sorted(home.glob("lib/python3*/site-packages"))
    for directory in directories:
        yield directory
        for file in sorted(directory.glob("*.pth")):
            try:
                lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
            except OSError:
                continue
            for line in map(str.strip, lines):
                if line and not line.startswith(("#", "import ", "import\t")) and (directory / line).is_dir():
                    yield directory / line
