"""An import of a slow module that nothing uses.

What it detects:
    Imports of heavy modules (see heavy-import) at module level of test files that pytest collects and of conftests, if
    F401 of ruff reports them as unused. ruff heeds its comments `noqa` here, and no configuration.

    It is silent about what may be a fixture, which pytest uses by its name, and about imports in `try` and in
    conditions, which find out whether a module is there. ruff reports unused imports of all other modules.

Why:
    The file pays for the import, and gets nothing for it.

Example:
    ```python
    import pandas


    def test_sum():
        assert 1 + 1 == 2
    ```

Fix:
    Remove the line, or have `ruff check --select F401 --fix` remove it.

Options:
    Those of heavy-import.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from collectbench.lint.heavy_modules import collected_files, heavy_part, package_of
from collectbench.lint.rule import Evidence, Rule
from collectbench.model.lint import Violation
from collectbench.sources.meanings import Definition, External
from collectbench.sources.modules import Found
from collectbench.sources.names import absolute
from collectbench.sources.outline import Guard, Import, Outline

_MAY_HOLD_FIXTURES = re.compile(r"pytest|fixture|plugin|testing|conftest")


def check(evidence: Evidence) -> Iterator[Violation]:
    """Yield a violation for each unused import of a heavy module."""
    for path in collected_files(evidence) if evidence.unused else ():
        outline = evidence.codebase.outline(path)
        package = package_of(evidence.codebase.modules, path)
        for line, written in evidence.unused.get(path, ()) if outline else ():
            plain = written.lstrip(".")
            name = absolute(plain, len(written) - len(plain), package)
            heavy = heavy_part(name or "", evidence.heavy)
            each = _statement(outline, line, written) if outline else None
            if (
                heavy is None
                or each is None
                or each.guard != Guard.NONE
                or _may_be_fixture(evidence, path, each, plain)
            ):
                continue
            yield Violation(
                rule=RULE.id,
                path=path,
                line=line,
                subject=written,
                group=heavy,
                message=f"{written} is imported and not used, and {heavy} is slow to import",
                fix="remove the line",
            )


def _statement(outline: Outline, line: int, written: str) -> Import | None:
    """The import statement that imports a name in a line; it may begin some lines above."""
    found = None
    for each in outline.imports:
        base = "." * each.level + each.module
        names = [f"{base}{'' if base.endswith('.') else '.'}{name}" for name, _ in each.names] or [each.module]
        if each.line <= line and written in names:
            found = each
    return found


def _may_be_fixture(evidence: Evidence, path: str, each: Import, written: str) -> bool:
    bound = next((bound for name, bound in each.names if written == f"{each.module}.{name}".strip(".")), None)
    if bound is None:
        return False  # `import a.b`: modules are no fixtures
    codebase = evidence.codebase
    package = codebase.file_of(path, each)
    name = written.rpartition(".")[2]
    outline = codebase.outline(package) if package is not None else None
    is_module = isinstance(codebase.modules.locate(written.lstrip("."), each.level, path), Found)
    if is_module and outline is not None and name not in outline.bindings:
        return False  # a module of the package, which binds nothing else of that name
    meaning = codebase.meaning(path, bound)
    if isinstance(meaning, Definition):
        decorators = meaning.function.decorators if meaning.function else ()
        return any("fixture" in decorator or decorator == "?" for decorator in decorators)
    return not isinstance(meaning, External) or _MAY_HOLD_FIXTURES.search(meaning.name) is not None


RULE = Rule(id="unused-import", doc=__doc__, in_tree=check)
