"""An import of a module that is slow to import.

What it detects:
    Imports outside of functions, in test files that pytest collects and in conftests, of modules that are heavy: those
    in the option `heavy`, and those whose import took at least `heavy-threshold` in the profile that `heavy-profile`
    names. A module stands for those below it too. Imports under `TYPE_CHECKING` are not reported, nor are those of a
    package in which the test file lies: whoever imports the file imports the package.

    Without one of both options, the rule finds nothing. For a fixed list of modules, TID253 of ruff
    (`banned-module-level-imports`) does the same without measured times, in all files.

Why:
    Each run that collects the file pays for the import, also one that selects other tests. A conftest pays in every
    run. In a function, only those tests pay that need it.

Example:
    ```python
    import pandas


    def test_frame():
        assert pandas.DataFrame().empty
    ```

Fix:
    Import it in the tests and fixtures that need it:

    ```python
    def test_frame():
        import pandas

        assert pandas.DataFrame().empty
    ```

    This saves something only if no other file imports the module anyway. `collectbench profile` shows how much the
    line alone saves, and how much all lines together that import the module.

Options:
    `heavy = ["pandas"]`, `heavy-profile = "profile.json"` and `heavy-threshold = "100ms"` in
    `[tool.collectbench.lint]`.
"""

from __future__ import annotations

from collections.abc import Iterator

from collectbench.lint.heavy_modules import collected_files, heavy_imports
from collectbench.lint.rule import Evidence, Rule
from collectbench.model.lint import Violation
from collectbench.model.units import format_duration


def check(evidence: Evidence) -> Iterator[Violation]:
    """Yield a violation for each import of a heavy module."""
    if not evidence.heavy:
        return
    for path in collected_files(evidence):
        for found in heavy_imports(evidence, path):
            seconds = evidence.heavy[found.heavy]
            cost = f"takes {format_duration(seconds)} to import" if seconds is not None else "is slow to import"
            yield Violation(
                rule=RULE.id,
                path=path,
                line=found.statement.line,
                subject=found.module,
                group=found.heavy,
                message=f"{found.heavy} {cost}",
                fix="import it in the tests and fixtures that need it",
            )


RULE = Rule(id="heavy-import", doc=__doc__, in_tree=check)
