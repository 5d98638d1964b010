"""A name that a module of the project does not have.

What it detects:
    `from module import name`, and the strings of `patch("module.name")` and `monkeypatch.setattr("module.name", …)`,
    where the module is one of the project and binds no such name. Attributes of classes are not looked at.

    It is silent if names may come in a way that cannot be read: `__getattr__`, `globals()`, `exec`, star imports from
    outside of the project, and `patch(…, create=True)`.

Why:
    In a function or a string it is invisible to collection and fails only when the test runs.

Example:
    ```python
    @patch("shop.orders.send_mail")  # shop/orders.py does not import or define send_mail any more
    def test_order(send_mail): ...
    ```

Fix:
    Use the name that replaced it; for `patch`, name the module in which the name is looked up.

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
    for absence in absences.of_names(evidence):
        yield Violation(
            rule=RULE.id,
            path=absence.path,
            line=absence.line,
            subject=f"{absence.module}.{absence.missing}",
            message=f"module {absence.module} has no {absence.missing}",
        )


RULE = Rule(id="missing-name", doc=__doc__, in_tree=check, in_functions=True)
