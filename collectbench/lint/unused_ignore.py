"""A comment that silences nothing.

What it detects:
    A comment `# collectbench: ignore[rule]` in a line where that rule reports nothing, one that names a rule that does
    not exist, and one that names none. A comment alone in its line is about the next line. Rules that were not checked
    are not judged.

Why:
    The comment says that something is wrong and accepted. If it is not, readers are misled, and the next violation in
    that line goes unnoticed.

Example:
    ```python
    import json  # collectbench: ignore[heavy-import]
    ```

Fix:
    Remove the comment, or the rule from it.

Options:
    None.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Iterator, Mapping

from collectbench.lint.rule import Rule
from collectbench.model.lint import Violation
from collectbench.sources.facts import Ignore


def apply_ignores(
    violations: Iterable[Violation],
    ignores: Mapping[str, tuple[Ignore, ...]],
    checked: Collection[str],
    known: Collection[str],
) -> Iterator[Violation]:
    """Yield the violations that no comment silences, and one for each comment that silences nothing.

    Args:
        violations: of all files.
        ignores: by file, its comments.
        checked: the rules that were checked.
        known: all rules.
    """
    used = set[tuple[str, int, str]]()
    for violation in violations:
        silencing = [
            each
            for each in ignores.get(violation.path, ())
            if violation.rule in each.rules and violation.line == each.line + each.is_alone
        ]
        used.update((violation.path, each.line, violation.rule) for each in silencing)
        if not silencing:
            yield violation
    if RULE.id not in checked:
        return
    for path, comments in ignores.items():
        for comment in comments:
            for problem, subject in _problems(path, comment, used, checked, known):
                yield Violation(
                    rule=RULE.id, path=path, line=comment.line, subject=subject, message=problem, fix="remove it"
                )


def _problems(
    path: str, comment: Ignore, used: Collection[tuple[str, int, str]], checked: Collection[str], known: Collection[str]
) -> Iterator[tuple[str, str]]:
    if not comment.rules:
        yield "the comment names no rule, so it silences nothing: write ignore[rule]", ""
    for rule in comment.rules:
        if rule not in known:
            nearest = difflib.get_close_matches(rule, known, n=1)
            yield f"there is no rule {rule}" + (f"; did you mean {nearest[0]}?" if nearest else ""), rule
        elif rule in checked and (path, comment.line, rule) not in used:
            yield f"{rule} reports nothing here, so the comment silences nothing", rule


RULE = Rule(id="unused-ignore", doc=__doc__)
