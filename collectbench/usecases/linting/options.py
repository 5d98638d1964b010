"""What the user says about lint."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class LintOptions:
    """What the user says about lint.

    Attributes:
        paths: the files and directories to check; empty for all.
        select: the rules to check; empty for those of the configuration.
        ignore: further rules not to check.
        changed: the commit since which files changed that are to be checked; None for all files.
        profile: a stored profile that says which imports are slow.
        jobs: processes at the same time; None for one per processor.
        config_file: the configuration to read; None to look for one.
        python: the interpreter that owns the tests; None for the running one.
        use_cache: whether to read and write the cache.
    """

    paths: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    changed: str | None = None
    profile: Path | None = None
    jobs: int | None = None
    config_file: Path | None = None
    python: str | None = None
    use_cache: bool = True
