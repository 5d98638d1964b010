"""What the interpreter that owns the tests, and its pytest, say about themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """What pytest said about itself and its configuration, up to the point where conftests would be loaded.

    Paths are absolute. `complete` is False where pytest stopped before, as with a plugin that is missing: then the
    configuration is unknown, and `pytest_output` holds what pytest printed.
    """

    python: str
    implementation: str
    pytest: str
    complete: bool
    pytest_output: str = ""
    rootdir: Path
    inifile: Path | None = None
    testpaths: tuple[str, ...] = ()
    stdlib: tuple[str, ...] = ()
    installed: tuple[str, ...] = ()
    """Folders of the standard library, and of installed packages."""
    addopts: tuple[str, ...] = ()
    """The arguments that the configuration file adds."""
    arguments: tuple[str, ...] = ()
    """Positional arguments in addopts; values of options that a conftest defines may be among them."""
    patterns: tuple[str, ...] = ("test_*.py", "*_test.py")
    norecursedirs: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    ignore_glob: tuple[str, ...] = ()
    cache_dir: Path | None = None
    """Where pytest keeps its cache; None where it keeps none."""
    pyargs: bool = False
    in_virtualenv: bool = False
    custom_collectors: bool = False
    plugins: Mapping[str, str]
    distributions: Mapping[str, str] = field(default_factory=dict)
    """All that is installed, by normalised name."""
    bytecode_disabled: bool = False
    pycache_prefix: str = ""
