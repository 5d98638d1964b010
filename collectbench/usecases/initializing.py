"""The first configuration: the targets that are there, written down."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from collectbench.config import add_to_pyproject, find_config, render_targets_table
from collectbench.discovery import discovered_plan
from collectbench.discovery.rules import Rules
from collectbench.measure.process.interruption import signals_noted
from collectbench.model.errors import CollectionError, UsageError
from collectbench.model.reason import Action, Reason, Remedy
from collectbench.model.target import Target
from collectbench.store.files import write_atomically
from collectbench.usecases.mistakes import Mistakes
from collectbench.usecases.project import Project, open_project, settle
from collectbench.usecases.project_options import ProjectOptions
from collectbench.usecases.recovery import Say

SHARED = "pyproject.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewConfig:
    """A configuration that is not written yet: its table, its file, and the whole text of that."""

    targets: tuple[Target, ...]
    table: str
    path: Path
    text: str

    def write(self) -> None:
        """Write the file.

        Raises:
            UsageError: it cannot be written.
        """
        try:
            write_atomically(self.path, self.text)
        except OSError as error:
            raise UsageError(f"{self.path}: cannot be written: {error.strerror or error}") from error


def new_config(options: ProjectOptions, file: Path | None, say: Say) -> NewConfig:
    """The configuration for the project around the current directory, to be written to `file` or the usual one.

    `say` tells what a killed command had left.

    Raises:
        UsageError: there is a configuration already, pytest does not start here, there are no tests, or `file` cannot
            take the table.
    """
    existing = find_config(Path.cwd())
    if existing is not None:
        remedies = ("edit it", Remedy(action=Action.SHOW_TARGETS))
        raise UsageError(Reason(f"{existing}: there is a configuration already", remedies))
    project = _in_its_root(open_project(options, Mistakes(), say))
    targets = _targets(project, options.depth)
    table = render_targets_table(targets)
    path, text = _file(project.root, file, table)
    return NewConfig(targets=targets, table=table, path=path, text=text)


def _in_its_root(project: Project) -> Project:
    """The project as it is in its rootdir: pytest will start there, since the file is there."""
    if project.start == project.root:
        return project
    with signals_noted():
        return settle(project.request, project.root, project.env)


def _targets(project: Project, depth: int | None) -> tuple[Target, ...]:
    """The targets of the whole rootdir, also if the command runs in a directory below: the file is for all of it.

    Raises:
        CollectionError: pytest does not start there.
        UsageError: there are no tests.
    """
    root, inspection = project.root, project.inspection
    if not inspection.complete:
        raise CollectionError(
            f"pytest does not start in {root}, so its tests cannot be found: {inspection.why_incomplete}\n"
            f"{inspection.pytest_output}"
        )
    targets = discovered_plan(root, root, inspection, 1 if depth is None else depth).targets
    paths = [root / path for target in targets for path in target.paths]
    rules = Rules(root, inspection)
    if not inspection.custom_collectors and not any(path.is_file() or rules.has_tests(path) for path in paths):
        patterns = ", ".join(inspection.patterns)
        raise UsageError(f"there are no test files ({patterns}) in {root}; start this where your tests are")
    return targets


def _file(root: Path, file: Path | None, table: str) -> tuple[Path, str]:
    """The file to write, and its whole text.

    Raises:
        UsageError: the file is in another directory, exists already, or cannot take the table.
    """
    shared = root / SHARED
    path = (Path.cwd() / file) if file else (shared if shared.is_file() else root / "collectbench.toml")
    if path.parent.resolve() != root.resolve():
        raise UsageError(f"--config {file}: give a file in {root}, which its paths are relative to")
    if path.name == SHARED:
        return path, add_to_pyproject(_text(path) if path.exists() else "", table)
    if path.exists():
        raise UsageError(f"--config {file}: this file exists already; remove it, or give another name")
    return path, table.replace("[tool.collectbench]\n\n", "").replace("[tool.collectbench.", "[")


def _text(path: Path) -> str:
    """The text of a file, with its own line ends.

    Raises:
        UsageError: it cannot be read.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return file.read()
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: not UTF-8, which TOML must be (byte {error.start})") from error
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror or error}") from error
