"""Shards of one run, merged into a run and saved as a baseline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from collectbench.config import Config
from collectbench.model.run import Run
from collectbench.store.baselines import load_run
from collectbench.store.shards import Part, merge_shards
from collectbench.usecases.baseline_slot import BaselineSlot, Saved
from collectbench.usecases.configuration import read_config
from collectbench.usecases.mistakes import Mistakes
from collectbench.usecases.starting_place import root_of_stored


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


def merge_files(files: Sequence[Path], config_file: Path | None, mistakes: Mistakes, *, allow_mismatch: bool) -> Merged:
    """Merge the files of all shards of one run.

    Raises:
        UsageError: the mistakes so far and those of the configuration.
        BaselineError: a file is missing or unreadable, or the files are not the shards of one run.
    """
    config = mistakes.attempt(lambda: read_config(config_file, Path.cwd()), otherwise=Config())
    mistakes.raise_all()
    parts = [Part(name=str(file), run=load_run(file)) for file in files]
    run = merge_shards(parts, allow_mismatch=allow_mismatch)
    return Merged(run=run, root=root_of_stored(config, run.environment.started_in, Path.cwd()), config=config)
