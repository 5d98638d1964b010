"""Facts about the interpreter that owns the tests and about its pytest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """What pytest reported about itself and its configuration, up to the point where it would load conftests.

    Paths are absolute. `complete` is False if pytest stopped before, as with a missing plugin: then the
    configuration is unknown, `pytest_output` holds what pytest printed, and `why_incomplete` says it in one sentence.
    """

    python: str
    implementation: str
    pytest: str
    complete: bool
    pytest_output: str = ""
    why_incomplete: str = ""
    was_late: bool = False
    """Whether it is incomplete since the time that it had was over."""
    rootdir: Path
    inifile: Path | None = None
    testpaths: tuple[str, ...] = ()
    stdlib: tuple[str, ...] = ()
    installed: tuple[str, ...] = ()
    """Directories of the standard library, and of installed packages."""
    addopts: tuple[str, ...] = ()
    """The arguments that the configuration file adds."""
    arguments: tuple[str, ...] = ()
    """Positional arguments in addopts; values of options that a conftest defines may be among them."""
    patterns: tuple[str, ...] = ("test_*.py", "*_test.py")
    norecursedirs: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    ignore_glob: tuple[str, ...] = ()
    cache_dir: Path | None = None
    """Where pytest keeps its cache; None if it does not keep one."""
    pyargs: bool = False
    modules: Mapping[str, str] = field(default_factory=dict)
    """With `pyargs`, the file or directory of each requested module that Python finds."""
    in_virtualenv: bool = False
    custom_collectors: bool = False
    plugins: Mapping[str, str]
    distributions: Mapping[str, str] = field(default_factory=dict)
    """Versions of all installed distributions, by normalised name."""
    bytecode_disabled: bool = False
    pycache_prefix: str = ""
