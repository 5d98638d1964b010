"""Trees made of texts, and what a codemod makes of them."""

from __future__ import annotations

from textwrap import dedent
from typing import Any

from collectbench.codemods import Choices, Codemod, Request
from collectbench.lint import RULES
from collectbench.lint.unused_ignore import apply_ignores
from collectbench.model.costs import Profile
from collectbench.model.fixes import Edit, Failure, Note, Result, Skip
from lint_texts import evidence_of


def results_of(
    codemod: Codemod,
    texts: dict[str, str],
    *,
    choices: Choices | None = None,
    profile: Profile | None = None,
    **values: Any,
) -> tuple[Result, ...]:
    """Return what a codemod yields for a tree of these files. `values` replace those of the evidence."""
    evidence = evidence_of(texts, **values)
    rule = next((rule for rule in RULES if rule.id == codemod.id), None)
    found = rule.in_tree(evidence) if rule is not None and rule.in_tree is not None else ()
    ignores = {path: facts.ignores for path, facts in evidence.codebase.facts.items()}
    violations = apply_ignores(found, ignores, {codemod.id}, {codemod.id})
    request = Request(evidence=evidence, violations=tuple(violations), choices=choices or Choices(), profile=profile)
    return tuple(codemod.rewrite(request))


def rewritten_texts(codemod: Codemod, texts: dict[str, str], **values: Any) -> dict[str, str]:
    """Return the new text of each file that a codemod edits; fails if one edit or its second run is wrong.

    The second run is on the tree with all edits: it has to leave everything alone.
    """
    edits = [each for each in results_of(codemod, texts, **values) if isinstance(each, Edit)]
    assert len({each.path for each in edits}) == len(edits), "a file has two edits"
    for edit in edits:
        old = texts.get(edit.path)
        assert edit.before == (None if old is None else dedent(old).encode()), f"{edit.path}: not made from the file"
    after = {each.path: each.after.decode() for each in edits}
    again = [each.path for each in results_of(codemod, texts | after, **values) if isinstance(each, Edit)]
    assert not again, f"a second run edits again: {again}"
    return after


def skips_of(codemod: Codemod, texts: dict[str, str], **values: Any) -> list[tuple[str, int, str]]:
    """Return path, line and reason of each place that a codemod leaves alone, and path, 0 and reason of failures."""
    found = []
    for each in results_of(codemod, texts, **values):
        if isinstance(each, Skip):
            found.append((each.path, each.line, each.reason))
        elif isinstance(each, Failure):
            found.append((each.path, 0, each.reason))
    return found


def notes_of(codemod: Codemod, texts: dict[str, str], **values: Any) -> list[str]:
    """Return the notes of a codemod."""
    return [each.text for each in results_of(codemod, texts, **values) if isinstance(each, Note)]
