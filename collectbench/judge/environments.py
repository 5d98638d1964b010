"""How the environments of two runs differ: what forbids a comparison, and what merely explains it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collectbench.model.run import Environment


def mismatches(base: Environment, head: Environment) -> tuple[str, ...]:
    """The differences that make stored times incomparable, such as `pytest 8.3.5 then, 9.0.1 now`.

    Of Python the minor version matters, not the patch release. The CPU model matters because stored times
    were taken at another time, on what may be another machine.
    """
    matters = (
        ("Python", base.python, head.python, _minor(base.python) != _minor(head.python)),
        (
            "implementation",
            base.implementation,
            head.implementation,
            base.implementation != head.implementation,
        ),
        ("pytest", base.pytest, head.pytest, base.pytest != head.pytest),
        ("bytecode", base.bytecode, head.bytecode, base.bytecode != head.bytecode),
        ("CPU", base.cpu_model, head.cpu_model, base.cpu_model != head.cpu_model),
    )
    return tuple(
        f"{what} {then or 'unknown'} then, {now or 'unknown'} now" for what, then, now, differs in matters if differs
    )


def plugin_changes(base: Environment, head: Environment) -> tuple[str, ...]:
    """Plugins that came, went or changed their version, a sentence each by name: shown, not an excuse."""
    changes = []
    for name in sorted(base.plugins.keys() | head.plugins.keys()):
        then, now = base.plugins.get(name), head.plugins.get(name)
        if then is None:
            changes.append(f"plugin {name} {now} added")
        elif now is None:
            changes.append(f"plugin {name} {then} removed")
        elif then != now:
            changes.append(f"plugin {name} {then} then, {now} now")
    return tuple(changes)


def _minor(version: str) -> list[str]:
    return version.split(".")[:2]
