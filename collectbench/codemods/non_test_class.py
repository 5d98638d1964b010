"""Marks helper classes with the name of a test class as no tests, or renames them.

What it does:
    Adds `__test__ = False` to the class, after its docstring. pytest then collects it no more, and warns no more. In a
    dataclass, a NamedTuple, an Enum or a class of pydantic it is no field and no member, since it has no annotation
    and two underscores on each side. A class that inherits it from another one needs none of its own.

    If classes are to be renamed, the class loses the part of its name that makes pytest take it for a test:
    `TestClient` becomes `Client`. All uses follow: in its file, in files that import it, in strings of `patch` and in
    `__all__`. Comments and docstrings stay as they are.

Left alone:
    A class with a subclass that holds tests: it would inherit the mark, and its tests would never run. A class that
    sets `__test__` itself, a TypedDict, a Protocol. A class that cannot be renamed surely, such as one whose name
    stands in a string that may mean anything, is named with the line and keeps its name.

Example:
    ```python
    class TestClient:
        __test__ = False

        def __init__(self, url):
            self.url = url
    ```
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import partial

import libcst
from libcst.metadata import MetadataWrapper, PositionProvider

from collectbench.codemods.classes.class_names import Renaming
from collectbench.codemods.classes.non_test_flag import FlagObjections, with_flag
from collectbench.codemods.codemod import Codemod, Request
from collectbench.codemods.syntax import edit_of
from collectbench.lint.lineage import Lineages
from collectbench.model.fixes import Effect, Permit, Result, Skip
from collectbench.model.lint import Violation
from collectbench.sources.meanings import Definition


def rewrite(request: Request) -> Iterator[Result]:
    """Yield an edit for each file that defines such classes; with `rename`, for each that uses them."""
    lineages = Lineages(evidence=request.evidence)
    wanted = set(request.choices.names)
    found = {
        definition.place: definition
        for violation in request.violations
        if not wanted or violation.subject in wanted
        if (definition := _definition(lineages, violation)) is not None
    }
    if request.choices.rename:
        yield from Renaming(lineages).results(tuple(found.values()))
    else:
        yield from _marks(lineages, found)


def _definition(lineages: Lineages, violation: Violation) -> Definition | None:
    for definition in lineages.definitions(violation.path):
        if definition.name == violation.subject and definition.place[1] == violation.line:
            return definition
    return None


def _marks(lineages: Lineages, found: Mapping[tuple[str, int], Definition]) -> Iterator[Result]:
    objections = FlagObjections(lineages)
    refused = {place: reason for place, each in found.items() if (reason := objections.to(each)) is not None}
    marked = {place: each for place, each in found.items() if place not in refused}
    lines: dict[str, set[int]] = defaultdict(set)
    gone: dict[str, set[str]] = defaultdict(set)
    for place, definition in found.items():
        bases = [each for each in lineages.of(definition).classes[1:] if each.place in marked]
        if bases:  # it inherits the mark, and can lose its warning only together with the base
            gone[bases[-1].path].add(definition.name)
        elif place in marked:
            lines[definition.path].add(place[1])
            gone[definition.path].add(definition.name)
        else:
            yield Skip(path=place[0], line=place[1], subject=definition.name, reason=refused[place])
    for path, own in lines.items():
        # A warning names the file that imports the class, which may be another one.
        permits = tuple(Permit(effect=Effect.WARNING_GONE, path="", subject=name) for name in sorted(gone[path]))
        source = lineages.evidence.codebase.read(path)
        edit = edit_of(path, source, partial(_marked, lines=own), permits=permits)
        if edit is not None:
            yield edit


def _marked(module: libcst.Module, lines: set[int]) -> libcst.Module:
    wrapper = MetadataWrapper(module, unsafe_skip_copy=True)
    return wrapper.visit(_Marker(lines))


class _Marker(libcst.CSTTransformer):
    """Adds the mark to the classes at some lines."""

    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self, lines: set[int]) -> None:
        super().__init__()
        self._lines = lines

    def leave_ClassDef(self, original_node: libcst.ClassDef, updated_node: libcst.ClassDef) -> libcst.ClassDef:  # noqa: N802 - LibCST's name
        line = self.get_metadata(PositionProvider, original_node.name).start.line
        return with_flag(updated_node) if line in self._lines else updated_node


CODEMOD = Codemod(id="non-test-class", doc=__doc__, rewrite=rewrite, option_names=frozenset({"names", "rename"}))
