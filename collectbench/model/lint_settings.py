"""What the user has set for lint, and what is known of how pytest collects, read without running it."""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class ForbiddenImport:
    """A module that must not be imported.

    Attributes:
        module: its dotted name; it stands for the modules below it too. `*` in it matches any characters.
        replacement: the module to import instead; None if there is none.
        reason: why, in the user's words.
        exceptions: patterns of paths that may import it.
        removed: whether the module itself must not be there any more.
        file: the configuration that holds the entry, relative to its own directory.
        line: of the entry in it, from 1.
    """

    module: str
    replacement: str | None = None
    reason: str = ""
    exceptions: tuple[str, ...] = ()
    removed: bool = False
    file: str = field(default="pyproject.toml", compare=False)
    line: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class LintSettings:
    """The table `[tool.collectbench.lint]`.

    Attributes:
        select: the rules to check; empty for all.
        ignore: the rules not to check.
        exclude: patterns of paths that are not checked.
        per_file_ignores: by pattern of paths, the rules that are not checked there.
        heavy: modules whose import is slow; each stands for the modules below it too.
        heavy_profile: a stored profile that measured how long imports take; None for no profile.
        heavy_threshold_s: from how many seconds on a measured import is heavy.
        forbidden_imports: what must not be imported.
        min_statements: the fewest statements of a class that counts as a copy.
        min_similarity: from which similarity on a class is a near copy, 0 to 1.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    per_file_ignores: dict[str, tuple[str, ...]] = field(default_factory=dict)
    heavy: tuple[str, ...] = ()
    heavy_profile: str | None = None
    heavy_threshold_s: float = 0.1
    forbidden_imports: tuple[ForbiddenImport, ...] = ()
    min_statements: int = 5
    min_similarity: float = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """What pytest would collect, as far as its configuration and the names of files tell.

    Attributes:
        files: test files that pytest collects, relative to the root.
        tests: all files that lie where tests belong, whether pytest collects them or not: below the test paths.
        excluded: those of `tests` that the configuration leaves out on purpose: by `norecursedirs`, `--ignore` and
            `collect_ignore`, or as a part of a virtual environment.
        class_names: `python_classes`, prefixes or patterns.
        function_names: `python_functions`, likewise.
        unsure: those of `files` that a conftest may leave out when it runs: by a hook, or by a list that it computes.
        is_custom: whether a conftest or a plugin of the project has hooks that make items or collectors, so that names
            do not decide.
        with_imported: whether pytest collects tests where they are imported, too.
        hidden_configurations: pairs of a configuration of pytest that is not read, and the one that hides it.
        file_names: `python_files`, patterns of names, or of paths if they have a `/`.
        search: directories that `pythonpath` puts on `sys.path`, relative to the root.
        import_mode: how pytest imports test files.
    """

    files: frozenset[str]
    tests: frozenset[str]
    excluded: frozenset[str] = frozenset()
    class_names: tuple[str, ...] = ("Test",)
    function_names: tuple[str, ...] = ("test",)
    unsure: frozenset[str] = frozenset()
    is_custom: bool = False
    with_imported: bool = True
    hidden_configurations: tuple[tuple[str, str], ...] = ()
    file_names: tuple[str, ...] = ("test_*.py", "*_test.py")
    search: tuple[str, ...] = ()
    import_mode: str = "prepend"

    def is_file_name(self, path: str) -> bool:
        """Whether pytest would collect a file at this path, if it entered its directory."""
        name = path.rpartition("/")[2]
        return any(fnmatch.fnmatch(path if "/" in each else name, each) for each in self.file_names)

    def is_class_name(self, name: str) -> bool:
        """Whether pytest collects classes of that name."""
        return _matches(name, self.class_names)

    def is_test_name(self, name: str) -> bool:
        """Whether pytest collects functions of that name."""
        return _matches(name, self.function_names)


def _matches(name: str, options: tuple[str, ...]) -> bool:
    """As pytest does in `_matches_prefix_or_glob_option`: a prefix, or a pattern if it has special characters."""
    for option in options:
        if name.startswith(option):
            return True
        if any(mark in option for mark in "*?[") and fnmatch.fnmatch(name, option):
            return True
    return False
