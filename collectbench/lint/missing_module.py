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
    Import the module that replaced it. The message names it where exactly one module of the project has that name.

Options:
    None.
"""

from __future__ import annotations

from collections.abc import Iterator

from collectbench.lint import absences
from collectbench.lint.rule import Evidence, Rule
from collectbench.model.lint import Violation


def check(evidence: Evidence) -> Iterator[Violation]:
    """Yield a violation for each reference."""
    for absence in absences.of_modules(evidence):
        names = evidence.codebase.modules.called(absence.module.rpartition(".")[2])
        suggestion = names[0] if len(names) == 1 else None
        yield Violation(
            rule=RULE.id,
            path=absence.path,
            line=absence.line,
            subject=absence.module,
            message=f"module {absence.module} does not exist"
            + ("" if absence.missing == absence.module else f": there is no {absence.missing}"),
            fix=f"import {suggestion} if that replaced it" if suggestion else "",
        )


RULE = Rule(id="missing-module", doc=__doc__, in_tree=check, in_functions=True)
