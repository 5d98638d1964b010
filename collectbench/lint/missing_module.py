"""A module of the project that does not exist.

What it detects:
    References to a module of the project that is not there: `import` and `from` at module level and in functions, under
    `TYPE_CHECKING` and in `try`, `import_module("…")`, and the strings of `patch("…")` and `monkeypatch.setattr("…")`.

    It is silent where the module may be there after all: compiled modules and stubs, files that git ignores or that
    the build makes, modules that are made at run time (`sys.modules`), packages with a `__path__` of their own,
    directories that some test puts on `sys.path`, and other packages of the same name among those installed. It is
    also silent where a missing module is intended: `except ImportError` with something instead, conditions on
    versions, systems or what is installed, and `pytest.raises(ImportError)`.

Why:
    In a function or a string, it is invisible to collection and fails only when the test runs. At module level, the
    whole file fails, after it has paid for all imports above the line. In `try` with `pass` or `pytest.skip`, the tests
    never run, and nobody notices.

Example:
    ```python
    def test_order():
        from shop.legacy.orders import Order  # shop/legacy was removed
    ```

Fix:
    Import the module that replaced it. The message names the `replacement` of the entry of
    `[[tool.collectbench.lint.forbidden-imports]]` that covers it, or else the module of the project that has its last
    name, if there is exactly one.

Options:
    `forbidden-imports`, for the replacement.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from collectbench.lint import absences
from collectbench.lint.forbidden_import import Entry
from collectbench.lint.rule import Evidence, Rule
from collectbench.model.lint import Violation


def check(evidence: Evidence) -> Iterator[Violation]:
    """Yield a violation for each reference."""
    entries = [Entry(given) for given in evidence.settings.forbidden_imports if given.replacement]
    for absence in absences.of_modules(evidence):
        yield Violation(
            rule=RULE.id,
            path=absence.path,
            line=absence.line,
            subject=absence.module,
            message=f"module {absence.module} does not exist"
            + ("" if absence.missing == absence.module else f": there is no {absence.missing}"),
            fix=_fix(evidence, entries, absence.module),
        )


def _fix(evidence: Evidence, entries: Sequence[Entry], module: str) -> str:
    """Name the replacement in the configuration, or the only module with the last name of the missing one."""
    configured = next((each.given.replacement for each in entries if each.forbids(module)), "")
    if configured:
        return f"use {configured}"
    names = evidence.codebase.modules.called(module.rpartition(".")[2])
    return f"import {names[0]} if that replaced it" if len(names) == 1 else ""


RULE = Rule(id="missing-module", doc=__doc__, in_tree=check, in_functions=True)
