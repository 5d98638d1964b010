"""The work of `collectbench lint`: from the user's options to a report."""

from __future__ import annotations

import gc
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from collectbench.checkouts.changes import changes_since
from collectbench.checkouts.git import git_in
from collectbench.checkouts.ignored import ignored_by_git
from collectbench.lint import RULES, Evidence, Rule, unused_ignore
from collectbench.lint.checking import FileCheck
from collectbench.lint.path_patterns import matches
from collectbench.measure.process.interruption import interruptible, signals_noted
from collectbench.measure.process.launch import launch
from collectbench.measure.process.temporary import temporary_directory
from collectbench.model.errors import CheckoutError
from collectbench.model.lint import LintReport, Unreadable, Violation, summarize
from collectbench.model.lint_settings import LintSettings
from collectbench.sources.codebase import Codebase
from collectbench.sources.modules import Modules
from collectbench.sources.site import site_directories
from collectbench.store.documents import LINT, from_document, to_document
from collectbench.store.lint_cache import LintCache, load_report, save_report, signature_of
from collectbench.usecases.linting import kept
from collectbench.usecases.linting.changes import ChangedFocus, changed_focus
from collectbench.usecases.linting.heavy import heavy_modules, unused_imports
from collectbench.usecases.linting.options import LintOptions
from collectbench.usecases.linting.place import Place, find_place
from collectbench.usecases.linting.reading import OnRead, Reading, read_tree
from collectbench.usecases.linting.selection import refuse_idle_rules, selected_rules
from collectbench.usecases.option_errors import naming_the_option
from collectbench.usecases.origin import TOOL, now

_WITH_RUFF = "unused-import"


@dataclass(frozen=True, slots=True, kw_only=True)
class Linted:
    """A report, and the directory that its paths are relative to."""

    report: LintReport
    root: Path


def lint(options: LintOptions, on_read: OnRead) -> Linted:
    """Check the rules; returns all violations, also those that are known.

    Raises:
        UsageError: mistakes in the options or the configuration; a path does not exist; git does not know
            what has changed.
        Interrupted: a signal arrived.
    """
    gc.disable()  # facts have no cycles, and are many
    try:
        with signals_noted(), temporary_directory() as work:
            if options.python is not None:
                from collectbench.measure.round.interpreter import resolve_python  # nothing else of it is needed

                options = replace(options, python=resolve_python(options.python, Path.cwd())[0])
            place = find_place(options, git_in(Path.cwd(), os.environ, work, launch))
            return Linted(report=_lint(options, place, on_read), root=place.root)
    finally:
        gc.enable()


def _lint(options: LintOptions, place: Place, on_read: OnRead) -> LintReport:
    rules = selected_rules(options, place.settings)
    heavy = heavy_modules(place.settings, options.profile, place.root)
    refuse_idle_rules(options, place.settings, heavy)
    with naming_the_option(f"--changed {options.changed or repr(options.changed)}: ", CheckoutError):
        changes = None if options.changed is None else changes_since(place.git, options.changed)
    check = FileCheck(
        rules=RULES,
        settings=place.settings,
        with_mentions=changes is not None or any(rule.in_functions for rule in rules),
    )
    directory = kept.cache_directory(place.root) if options.use_cache else None
    signatures = {path: signature_of(f"{place.root}/{path}") for path in place.files}
    key = kept.key_of_report(options, place, rules, signatures, changes)
    if (text := load_report(directory, key)) is not None:
        return replace(from_document(json.loads(text), LINT), created=now())
    cache = LintCache.load(directory, kept.key_of_files(check), kept.name_of_cache(check))
    with interruptible():
        jobs = options.jobs or os.cpu_count() or 1
        reading = read_tree(place.root, signatures, place.collection, check, cache, jobs, on_read)
    codebase = _codebase(options, place, reading)
    with interruptible():
        focus = changed_focus(codebase, changes) if changes else ChangedFocus(changed=frozenset(codebase.facts))
    evidence = _evidence(place, codebase, focus, heavy, rules)
    with interruptible():
        violations = _violations(evidence, rules, reading, focus)
    report = _report(rules, violations, reading, evidence.focus)
    kept.keep(cache, reading)
    save_report(
        directory, key, json.dumps(to_document(report)), (f"{place.root / each}" for each in codebase.modules.probed)
    )
    return report


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """A tree as rules see it, and what some of them find there."""

    evidence: Evidence
    violations: tuple[Violation, ...]


def examine(options: LintOptions, place: Place, rules: tuple[Rule, ...], on_read: OnRead) -> Examined:
    """Read a tree whole, with what functions and strings refer to, and check some rules.

    Raises:
        UsageError: the profile cannot be read, or ruff is missing.
        Interrupted: a signal arrived.
    """
    heavy = heavy_modules(place.settings, options.profile, place.root)
    check = FileCheck(rules=RULES, settings=place.settings, with_mentions=True)
    directory = kept.cache_directory(place.root) if options.use_cache else None
    signatures = {path: signature_of(f"{place.root}/{path}") for path in place.files}
    cache = LintCache.load(directory, kept.key_of_files(check), kept.name_of_cache(check))
    with interruptible():
        jobs = options.jobs or os.cpu_count() or 1
        reading = read_tree(place.root, signatures, place.collection, check, cache, jobs, on_read)
    codebase = _codebase(options, place, reading)
    focus = ChangedFocus(changed=frozenset(codebase.facts))
    evidence = _evidence(place, codebase, focus, heavy, rules)
    with interruptible():
        violations = _violations(evidence, rules, reading, focus)
    kept.keep(cache, reading)
    return Examined(evidence=evidence, violations=violations)


def _codebase(options: LintOptions, place: Place, reading: Reading) -> Codebase:
    return Codebase(
        modules=Modules(
            root=place.root,
            paths=tuple(reading),
            search=place.search,
            site=tuple(site_directories(Path(options.python) if options.python else None)),
            package=place.package,
        ),
        facts=reading,
        read=lambda path: _read(f"{place.root}/{path}"),
        generated=lambda paths: set(ignored_by_git(place.git, paths)),
        is_shared=lambda path: path not in place.collection.files,
        complete=reading.complete,
        is_read=reading.is_read,
        files_with=reading.files_with,
        unread_with=reading.deferred_with,
    )


def _read(path: str) -> bytes:
    """The bytes of a regular file: to read a pipe could take forever."""
    if signature_of(path) is None:
        raise OSError(f"{path} is not a regular file")
    return Path(path).read_bytes()


def _evidence(
    place: Place, codebase: Codebase, focus: ChangedFocus, heavy: dict[str, float | None], rules: tuple[Rule, ...]
) -> Evidence:
    evidence = Evidence(
        codebase=codebase,
        collection=place.collection,
        settings=place.settings,
        focus=place.asked & (focus.changed | focus.importers),
        heavy=heavy,
    )
    if evidence.heavy and any(rule.id == _WITH_RUFF for rule in rules):
        return replace(evidence, unused=unused_imports(evidence, place.root))
    return evidence


def _violations(
    evidence: Evidence, rules: tuple[Rule, ...], reading: Reading, focus: ChangedFocus
) -> tuple[Violation, ...]:
    found = _found(evidence, rules, reading, focus)
    return tuple(sorted(found, key=lambda each: (each.path, each.line, each.rule, each.message)))


def _found(evidence: Evidence, rules: tuple[Rule, ...], reading: Reading, focus: ChangedFocus) -> Iterator[Violation]:
    """The violations of all rules that no comment and no setting silences."""
    checked = {rule.id for rule in rules}
    own = sorted(evidence.focus & focus.changed & frozenset(reading.read()))
    violations = [each for path in own for each in reading.violations(path) if each.rule in checked]
    for rule in rules:
        if rule.in_tree is not None:
            violations.extend(rule.in_tree(evidence))
    ignores = {path: facts.ignores for path in own if (facts := reading[path]).ignores}
    ignores |= {each.path: reading[each.path].ignores for each in violations if each.path in reading}
    for violation in unused_ignore.apply_ignores(violations, ignores, checked, {rule.id for rule in RULES}):
        if not _is_excused(violation, evidence.settings):
            yield violation


def _is_excused(violation: Violation, settings: LintSettings) -> bool:
    patterns = (pattern for pattern, rules in settings.per_file_ignores.items() if violation.rule in rules)
    return any(matches(violation.path, pattern) for pattern in patterns)


def _report(
    rules: tuple[Rule, ...], violations: tuple[Violation, ...], reading: Reading, focus: frozenset[str]
) -> LintReport:
    read = sorted(focus & frozenset(reading.read()))
    problems = {path: reading[path].problem for path in read if reading[path].problem}
    return LintReport(
        tool=TOOL,
        created=now(),
        violations=violations,
        summary=summarize(len(focus) - len(problems), [rule.id for rule in rules], violations),
        unreadable=tuple(Unreadable(path=path, message=why) for path, why in problems.items()),
    )
