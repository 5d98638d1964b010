"""Files are filtered by `collect_ignore_glob` after pytest has visited them.

What it detects:
    A conftest with `collect_ignore_glob`, if pytest spends time on comparing paths with the patterns, or on directories
    in which the patterns ignore all files.

Why it is slow:
    pytest lists each directory and asks for each path in it, one by one, whether a pattern fits. A directory that an
    option ignores is not entered at all.

Evidence:
    Samples of `pytest_ignore_collect` that compare patterns, the collectors of directories that stay empty, and the
    line of the conftest that sets the patterns. A directory may hold other files, so the saving is an upper limit.

Fix:
    Name whole directories: `--ignore` in `addopts`, `norecursedirs`, or `collect_ignore`.

Source:
    openpilot#37977.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from posixpath import dirname

from collectbench.attribution.origins import is_below
from collectbench.causes.amounts import counted
from collectbench.causes.body_lines import claims_of
from collectbench.causes.called_by_pytest import in_pytest
from collectbench.causes.candidate import Candidate
from collectbench.causes.cause import Cause
from collectbench.causes.collectors import claims_on_collectors
from collectbench.causes.evidence import Evidence
from collectbench.causes.line_candidates import locations
from collectbench.causes.traversal import OF_DIRECTORIES

NAME, HOOK = "collect_ignore_glob", frozenset(("pytest_ignore_collect",))
COMPARES = "/fnmatch.py"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A conftest that sets patterns: its path, the line, and the directories that the patterns begin with."""

    path: str
    line: int
    patterns: tuple[str, ...]

    @property
    def directories(self) -> tuple[str, ...]:
        """The absolute directories in which a pattern ignores everything that it fits."""
        fixed = (pattern[: pattern.find("*")] if "*" in pattern else pattern for pattern in self.patterns)
        names = (dirname(prefix) for prefix in fixed if "/" in prefix)
        return tuple(name if name.startswith("/") else f"{dirname(self.path)}/{name}" for name in names)


def find(evidence: Evidence) -> Iterator[Candidate]:
    """Yields the patterns of all conftests as one candidate."""
    conftests = [frame.name for frame in evidence.trace.plugins if frame.kind == "conftest"]
    settings = [setting for path in conftests for setting in settings_in(evidence.sources.tree(path), path)]
    if not settings:
        return
    walked = set(_walked(evidence, [each for setting in settings for each in setting.directories]))
    compared = [
        whole
        for _, whole in in_pytest(evidence, HOOK)
        if whole.frame not in walked and any(call.path.endswith(COMPARES) for call in whole.calls)
    ]
    patterns = [pattern for setting in settings for pattern in setting.patterns]
    yield Candidate(
        subject=", ".join(patterns) or NAME,
        title="collect_ignore_glob filters files that pytest has visited already",
        locations=locations(evidence, [(setting.path, setting.line) for setting in settings]),
        evidence=(f"pytest enters {counted(len(walked), 'directory', 'directories')} that the patterns empty",),
        fix="ignore whole directories: --ignore in addopts, or norecursedirs",
        claims=(*claims_on_collectors(evidence, walked), *claims_of(compared)),
        bound=True,
    )


def settings_in(tree: ast.Module | None, path: str) -> Iterator[Setting]:
    """Yields the patterns that a conftest assigns or adds at its outermost level."""
    for node in tree.body if tree is not None else ():
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if any(isinstance(target, ast.Name) and target.id == NAME for target in targets):
            texts = (each.value for each in ast.walk(node) if isinstance(each, ast.Constant))
            patterns = tuple(text for text in texts if isinstance(text, str))
            yield Setting(path=path, line=node.lineno, patterns=patterns)


def _walked(evidence: Evidence, directories: list[str]) -> Iterator[int]:
    """The directories in or below these in which nothing is collected."""
    for _, frame in evidence.collectors():
        path = evidence.file_of(frame.nodeid)
        if frame.type in OF_DIRECTORIES and not frame.items and any(is_below(path, each) for each in directories):
            yield frame.index


CAUSE = Cause(id="ignore-glob-walk", doc=__doc__, find=find)
