"""Shards of one run, merged into a run and saved as a baseline; parts of one comparison, merged and judged again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from collectbench.config import Config
from collectbench.model.comparison import Comparison
from collectbench.model.errors import BaselineError
from collectbench.model.reason import Reason
from collectbench.model.run import Run
from collectbench.store.documents import COMPARISON, RUN, Kind
from collectbench.store.files import kind_of_file, read_document
from collectbench.store.shards import Part, merge_shards
from collectbench.usecases.baseline_slot import BaselineSlot, Saved
from collectbench.usecases.comparing import Judged, with_costs
from collectbench.usecases.configuration import read_config
from collectbench.usecases.merged_comparison import ComparedPart, judge_parts, merge_comparisons
from collectbench.usecases.mistakes import Mistakes
from collectbench.usecases.starting_place import root_of_stored

__all__ = ["ComparedPart", "Merged", "are_comparisons", "merge_comparison_files", "merge_comparisons", "merge_files"]

T = TypeVar("T", Run, Comparison)


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """The run that one machine would have recorded; its paths are relative to `root`."""

    run: Run
    root: Path
    config: Config

    def save(self, name: str | None, baseline_dir: Path | None, *, force: bool) -> Saved:
        """Save it as a baseline; None stands for the configured name and directory.

        Raises:
            UsageError: as `BaselineSlot.open`.
            BaselineError: as `BaselineSlot.open` and `BaselineSlot.save`.
        """
        directory = Path.cwd() / (baseline_dir or self.root / self.config.baseline_dir)
        name = self.config.baseline if name is None else name
        return BaselineSlot.for_run(self.run, directory, name, force=force).save(self.run)


def are_comparisons(files: Sequence[Path]) -> bool:
    """Whether the first file holds a comparison. False if it cannot be read: merging says why."""
    try:
        return kind_of_file(files[0]) == COMPARISON.name
    except BaselineError:
        return False


def merge_files(files: Sequence[Path], config_file: Path | None, mistakes: Mistakes, *, allow_mismatch: bool) -> Merged:
    """Merge the files of all shards of one run.

    Raises:
        UsageError: the mistakes so far and those of the configuration.
        BaselineError: a file is missing or unreadable, or the files are not the shards of one run.
    """
    config = _configuration(config_file, mistakes)
    runs = _read(files, RUN)
    parts = [Part(name=str(file), run=run) for file, run in zip(files, runs, strict=True)]
    run = merge_shards(parts, allow_mismatch=allow_mismatch)
    return Merged(run=run, root=root_of_stored(config, run.environment.started_in, Path.cwd()), config=config)


def merge_comparison_files(
    files: Sequence[Path], config_file: Path | None, mistakes: Mistakes, *, allow_mismatch: bool
) -> Judged:
    """Merge the files of all parts of one paired comparison, and judge it as a whole.

    Raises:
        UsageError: the mistakes so far and those of the configuration.
        BaselineError: a file is missing or unreadable, or the files are not the parts of one comparison.
    """
    config = _configuration(config_file, mistakes)
    comparisons = _read(files, COMPARISON)
    parts = [ComparedPart(name=str(file), comparison=each) for file, each in zip(files, comparisons, strict=True)]
    comparison, head = judge_parts(parts, allow_mismatch=allow_mismatch)
    root = root_of_stored(config, head.environment.started_in, Path.cwd())
    return Judged(comparison=with_costs(comparison, config), run=head, root=root)


def _configuration(config_file: Path | None, mistakes: Mistakes) -> Config:
    config = mistakes.attempt(lambda: read_config(config_file, Path.cwd()), otherwise=Config())
    mistakes.raise_all()
    return config


def _read(files: Sequence[Path], kind: Kind[T]) -> list[T]:
    """The documents in the files, all of that kind.

    Raises:
        BaselineError: a file is missing, damaged, or of another kind; if it is the other one that can be merged, the
            message names both files.
    """
    nouns = {RUN.name: "a run", COMPARISON.name: "a comparison"}
    for file in files:
        other = kind_of_file(file)
        if other in nouns and other != kind.name:
            raise BaselineError(
                Reason(
                    f"{files[0]} is {nouns[kind.name]}, but {file} is {nouns[other]}",
                    ("merge files of one kind: the shards of a run, or those of a comparison",),
                )
            )
    return [read_document(file, kind) for file in files]
