"""From the user's options to the edits of a codemod. Nothing is written."""

from __future__ import annotations

import difflib
import gc
import os
from dataclasses import dataclass, replace
from pathlib import Path

from collectbench.checkouts.git import Git, git_in
from collectbench.codemods import CODEMODS, Choices, Codemod, Request
from collectbench.lint import RULES
from collectbench.measure.process.interruption import interruptible, signals_noted
from collectbench.measure.process.launch import launch
from collectbench.measure.process.temporary import temporary_directory
from collectbench.model.costs import Profile
from collectbench.model.errors import BaselineError, UsageError
from collectbench.model.fixes import Edit, Failure, Note, Skip
from collectbench.sources.codebase import Codebase
from collectbench.store.documents import PROFILE
from collectbench.store.edits.files import Files, RefusedError
from collectbench.store.files import read_document
from collectbench.usecases.fixing.options import FixOptions
from collectbench.usecases.linting.lint import examine
from collectbench.usecases.linting.place import Place, find_place
from collectbench.usecases.linting.reading import OnRead

_OPTIONS = {"to": "--to", "names": "--only", "rename": "--rename", "unsafe": "--unsafe", "partial": "--partial"}
"""The options that fill the fields of `Choices`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewrites:
    """What a codemod would do.

    Attributes:
        codemod: which one.
        root: absolute; paths are relative to it.
        edits: of files that may be written, by path.
        skips: places that are left alone, by path and line.
        failures: files that cannot be read or must not be written, by path.
        notes: in the order of the codemod.
        test_files: those that pytest collects.
        codebase: the tree without the edits.
    """

    codemod: Codemod
    root: Path
    edits: tuple[Edit, ...]
    skips: tuple[Skip, ...]
    failures: tuple[Failure, ...]
    notes: tuple[Note, ...]
    test_files: frozenset[str]
    codebase: Codebase


def codemod_of(name: str) -> Codemod:
    """Return the codemod of that id.

    Raises:
        UsageError: there is none; names the nearest one.
    """
    by_id = {codemod.id: codemod for codemod in CODEMODS}
    if name in by_id:
        return by_id[name]
    nearest = difflib.get_close_matches(name, by_id, n=1)
    hint = f"did you mean {nearest[0]}?" if nearest else f"these can be rewritten: {', '.join(by_id)}"
    if any(rule.id == name for rule in RULES):
        raise UsageError(f"RULE {name}: this rule has no rewrite; collectbench lint --explain {name} says what to do")
    raise UsageError(f"RULE {name}: there is no such rule; {hint}")


def rewrites(options: FixOptions, on_read: OnRead) -> Rewrites:
    """Return what a codemod would do to the user's files.

    Raises:
        UsageError: mistakes in the options or the configuration, or the codemod has nothing to look for.
        Interrupted: a signal arrived.
    """
    codemod = codemod_of(options.codemod)
    _refuse_idle_choices(codemod, options.choices)
    gc.disable()  # facts have no cycles, and are many
    try:
        with signals_noted(), temporary_directory() as work:
            return _rewrites(options, codemod, git_in(Path.cwd(), os.environ, work, launch), on_read)
    finally:
        gc.enable()


def _rewrites(options: FixOptions, codemod: Codemod, git: Git, on_read: OnRead) -> Rewrites:
    tree = options.tree
    if tree.python is not None:
        from collectbench.measure.round.interpreter import resolve_python

        tree = replace(tree, python=resolve_python(tree.python, git.cwd)[0])
    place = find_place(tree, git)
    profile = _profile(options, codemod, place)
    rules = tuple(rule for rule in RULES if rule.id == codemod.id)
    examined = examine(tree, place, rules, on_read)
    _refuse_idle(codemod, examined.evidence.heavy, profile, options)
    request = Request(
        evidence=examined.evidence, violations=examined.violations, choices=options.choices, profile=profile
    )
    with interruptible():
        results = tuple(codemod.rewrite(request))
    files = Files(root=place.root)
    edits = [each for each in results if isinstance(each, Edit)]
    refused = {each.path: reason for each in edits if (reason := _refusal(files, each)) is not None}
    refused |= _without_needs(edits, refused)
    failures = [each for each in results if isinstance(each, Failure)]
    failures += [Failure(path=path, reason=reason) for path, reason in refused.items()]
    return Rewrites(
        codemod=codemod,
        root=place.root,
        edits=tuple(sorted((each for each in edits if each.path not in refused), key=lambda each: each.path)),
        skips=tuple(
            sorted(
                (each for each in results if isinstance(each, Skip)),
                key=lambda each: (each.path, each.line, each.subject),
            )
        ),
        failures=tuple(sorted(failures, key=lambda each: each.path)),
        notes=tuple(each for each in results if isinstance(each, Note)),
        test_files=place.collection.files,
        codebase=examined.evidence.codebase,
    )


def _profile(options: FixOptions, codemod: Codemod, place: Place) -> Profile | None:
    """The profile that the user names, else the one of the configuration if the codemod needs one."""
    configured = place.settings.heavy_profile if codemod.needs_profile else None
    file = options.profile or (place.root / configured if configured else None)
    if file is None:
        return None
    option = "--profile " if options.profile else ""
    try:
        return read_document(file, PROFILE)
    except BaselineError as error:
        raise UsageError(*(f"{option}{reason}" for reason in error.reasons)) from None
    except OSError as error:
        raise UsageError(f"{option}{file}: cannot be read: {error.strerror or error}") from None


def _refuse_idle_choices(codemod: Codemod, choices: Choices) -> None:
    """Refuse options that would do nothing in this rewrite.

    Raises:
        UsageError: names each, and the rewrites that have it.
    """
    default = Choices()
    idle = [name for name in _OPTIONS if name not in codemod.option_names]
    mistakes = []
    for name in idle:
        if getattr(choices, name) != getattr(default, name):
            having = ", ".join(each.id for each in CODEMODS if name in each.option_names)
            mistakes.append(f"{_OPTIONS[name]} does nothing in {codemod.id}: it is for {having}; omit it")
    if mistakes:
        raise UsageError(*mistakes)


def _refuse_idle(codemod: Codemod, heavy: object, profile: Profile | None, options: FixOptions) -> None:
    """Refuse a codemod about slow modules if nothing says which ones are slow."""
    if codemod.needs_profile and not heavy and profile is None and not options.choices.names:
        raise UsageError(
            f"RULE {codemod.id}: nothing says which modules are slow; give --profile FILE "
            "(collectbench profile --output profile.json writes one), "
            "or set heavy or heavy-profile in [tool.collectbench.lint]"
        )


def _refusal(files: Files, edit: Edit) -> str | None:
    """Why a file must not be written; None if it may be."""
    try:
        now = files.read(edit.path)
    except RefusedError as error:
        return str(error)
    except OSError as error:
        return f"it cannot be read: {error.strerror or error}"
    return None if now == edit.before else "it has changed meanwhile"


def _without_needs(edits: list[Edit], refused: dict[str, str]) -> dict[str, str]:
    """The edits that make no sense without those that are refused."""
    return {
        each.path: f"{need} cannot be written"
        for each in edits
        for need in each.needs
        if each.path not in refused and need in refused
    }
