"""What the counted rounds of a target read, so that a later command can tell whether any of it has changed."""

from __future__ import annotations

from dataclasses import dataclass

MISSING = "missing"
"""The digest of a file or directory that does not exist, and of a variable that is not set."""

ALL_VARIABLES = "*"
"""Stands for all environment variables, in the inputs of code that iterates over them."""

CACHES = frozenset(
    """
    .benchmarks .coverage .git htmlcov .hypothesis .mypy_cache .nox .pytest_cache .ruff_cache .tox __pycache__
    """.split()  # noqa: SIM905 - a list would take ten lines
)
"""Names that tools make and remove beside the code. Neither side of a comparison has them, unless git tracks them."""

OF_OURS = ".json"
"""How the names of our own files end: baselines, and records of the history."""

SUFFIXES = (".dist-info", ".dylib", ".egg", ".egg-info", ".egg-link", ".pth", ".py", ".pyc", ".pyd", ".so", ".zip")
"""How the names of modules and of distributions end."""

CONFIGURATION = frozenset(
    "pytest.ini .pytest.ini pytest.toml .pytest.toml pyproject.toml tox.ini setup.cfg".split()  # noqa: SIM905 - a list
)
"""The files in which pytest looks for its configuration."""


def is_found_by_search(name: str, *, is_directory: bool) -> bool:
    """Return whether Python or pytest may look for an entry of a directory: a module, a package, a configuration."""
    return name.endswith(SUFFIXES) or name in CONFIGURATION or (is_directory and name.isidentifier())


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """The inputs of one target, each with a digest.

    Paths are relative to the rootdir, begin with `<site-packages>/` or `<stdlib>/`, or are absolute. Digests are the
    first 20 digits of SHA-256, or a word such as `missing`.

    Attributes:
        files: that were loaded as modules or opened for reading, each with the digest of its bytes.
        listed: directories that code listed, each with the digest of the names in it.
        directories: others: that pytest listed to collect, and all that hold one of the files, up to the top of the
            repository: code asks without a trace whether a name exists there. Likewise.
        searched: others in which Python looked for modules, each with the digest of the names that such a search finds
            (see `is_found_by_search`).
        variables: names of environment variables that Python code read, each with a keyed hash of 32 bits: enough to
            see a change, too little to guess a secret by.
        key: of these hashes.
        request: the digest of what was collected and how: paths, arguments of pytest, variables of the target.
    """

    files: dict[str, str]
    listed: dict[str, str]
    directories: dict[str, str]
    searched: dict[str, str]
    variables: dict[str, str]
    key: str
    request: str
