"""What one process collected, file by file, and with which configuration: for comparing the parts with the suite."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """The tests of one round. Paths are relative to the rootdir, outside of it absolute.

    Attributes:
        files: for each file with tests, their number and the digest of their ids.
        inifile: the configuration file of pytest; empty if there is none.
        conftests: the loaded conftests, and whether each has a hook that sees all tests at once
            (`pytest_collection_modifyitems`): it may remove tests of other directories.
        rootdir: pytest's own, absolute. A configuration file below the project's root makes another one.
    """

    files: Mapping[str, tuple[int, str]]
    inifile: str = ""
    conftests: Mapping[str, bool] = field(default_factory=dict)
    rootdir: str = ""
