"""The files of a scene while a change is made, with a list of what was done."""

from __future__ import annotations

import random
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from changed_trees.scene import Scene


@dataclass(slots=True, kw_only=True)
class Tree:
    """The files of a scene while a change is made. Paths are relative to the top of the repository.

    Attributes:
        scene: where they are.
        rng: decides what the change does.
        env: the environment of the commands that follow.
        ref: what they compare with.
        done: what was changed, a line each.
        near: targets that the change is likely to affect; they are compared first.
    """

    scene: Scene
    rng: random.Random
    env: dict[str, str]
    ref: str = "HEAD"
    done: list[str] = field(default_factory=list)
    near: list[str] = field(default_factory=list)

    def path(self, name: str) -> Path:
        """The absolute path."""
        return self.scene.repository / name

    def text(self, name: str) -> str:
        """The content of a file."""
        return self.path(name).read_bytes().decode()

    def write(self, name: str, content: str | bytes) -> None:
        """Write a file, with its directories."""
        self.done.append(f"write {name}")
        path = self.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)

    def append(self, name: str, text: str) -> None:
        """Add lines to a file."""
        old = self.text(name)
        self.write(name, f"{old}{'' if not old or old.endswith(chr(10)) else chr(10)}{text}")

    def remove(self, name: str) -> None:
        """Remove a file, a link or a directory."""
        self.done.append(f"remove {name}")
        path = self.path(name)
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()

    def rename(self, name: str, to: str) -> None:
        """Rename a file or a directory."""
        self.done.append(f"rename {name} to {to}")
        self.path(to).parent.mkdir(parents=True, exist_ok=True)
        self.path(name).rename(self.path(to))

    def link(self, name: str, to: str) -> None:
        """Make a symbolic link; `to` is its text."""
        self.done.append(f"link {name} to {to}")
        self.path(name).symlink_to(to)

    def variable(self, name: str, value: str | None) -> None:
        """Set an environment variable; None removes it."""
        self.done.append(f"set {name} to {value!r}")
        if value is None:
            self.env.pop(name, None)
        else:
            self.env[name] = value

    def git(self, *words: str, within: str = ".") -> str:
        """Run git, and note that."""
        self.done.append(f"git {' '.join(words)}" + ("" if within == "." else f" in {within}"))
        return self.scene.git(*words, within=within)

    def commit(self, message: str) -> None:
        """Commit all files."""
        self.done.append(f"commit {message!r}")
        self.scene.commit(message)

    def pick(self, *choices: str) -> str:
        """One of the choices."""
        return self.rng.choice(choices)

    def tracked(self, suffix: str = "") -> list[str]:
        """Regular files that git knows, without the baseline."""
        names = self.scene.git("ls-files", "-z").split("\0")[:-1]
        return [
            name
            for name in names
            if name.endswith(suffix)
            and "baselines/" not in name
            and self.path(name).is_file()
            and not self.path(name).is_symlink()
        ]

    def sources(self) -> list[str]:
        """Modules that hold no tests."""
        return [name for name in self.tracked(".py") if not name.rpartition("/")[2].startswith(("test_", "conftest"))]

    def tests(self) -> list[str]:
        """Files of tests."""
        return [name for name in self.tracked(".py") if name.rpartition("/")[2].startswith("test_")]

    def folders(self) -> list[str]:
        """Directories with files that git knows, below the one in which commands start."""
        top = f"{self.scene.start}/" if self.scene.start else ""
        return sorted({name.rpartition("/")[0] for name in self.tracked() if "/" in name.removeprefix(top)})
