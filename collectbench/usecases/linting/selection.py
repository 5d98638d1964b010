"""Which rules are checked."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator

from collectbench.lint import RULES, Rule
from collectbench.model.errors import UsageError
from collectbench.model.lint_settings import LintSettings
from collectbench.usecases.linting.options import LintOptions


def selected_rules(options: LintOptions, settings: LintSettings) -> tuple[Rule, ...]:
    """Return the rules that the options select, else those of the settings, else all; without those that are ignored.

    Raises:
        UsageError: there is no rule of such a name; holds all mistakes.
    """
    mistakes = [*_unknown("--select", options.select), *_unknown("--ignore", options.ignore)]
    if mistakes:
        raise UsageError(*mistakes)
    selected = options.select or settings.select
    ignored = {*options.ignore, *(() if options.select else settings.ignore)}
    rules = tuple(rule for rule in RULES if (not selected or rule.id in selected) and rule.id not in ignored)
    if not rules:
        raise UsageError("no rule is left: every selected rule is ignored")
    return rules


def refuse_idle_rules(options: LintOptions, settings: LintSettings, heavy: Collection[str]) -> None:
    """Refuse rules that the user selects by name, and that nothing in the configuration gives anything to look for.

    Raises:
        UsageError: names each, and what to set.
    """
    missing = {
        "forbidden-import": "" if settings.forbidden_imports else "forbidden-imports in [tool.collectbench.lint]",
        **dict.fromkeys(
            ("heavy-import", "unused-import"),
            "" if heavy else "heavy or heavy-profile in [tool.collectbench.lint], or give --profile FILE",
        ),
    }
    mistakes = [
        f"--select {rule}: there is nothing to look for; set {keys}"
        for rule, keys in missing.items()
        if keys and rule in options.select
    ]
    if mistakes:
        raise UsageError(*mistakes)


def no_such_rule(option: str, name: str) -> str:
    """Return what is wrong with an option that names a rule that does not exist, and the nearest one."""
    known = [rule.id for rule in RULES]
    nearest = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean {nearest[0]}?" if nearest else f"the rules are {', '.join(known)}"
    return f"{option} {name}: there is no such rule; {hint}"


def _unknown(option: str, names: tuple[str, ...]) -> Iterator[str]:
    known = {rule.id for rule in RULES}
    return (no_such_rule(option, name) for name in names if name not in known)
