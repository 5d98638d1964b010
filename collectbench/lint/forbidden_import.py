"""An import of a module that the configuration forbids.

What it detects:
    References to a forbidden module or one below it, in all Python files: `import` and `from` at module level and in
    functions, `import_module("…")`, and the strings of `patch("…")` and `monkeypatch.setattr("…")`. Each entry may name
    a replacement, a reason, and paths that may import it (`exceptions`). The files of the forbidden module itself and
    of its replacement may import it, and so may a test that expects its absence: `with pytest.raises(ImportError)`.

    Two more checks keep the entries true: a replacement that is a module of the project has to exist, and a module with
    `removed = true` must not come back. Their violations are reported at the configuration.

    For imports alone, TID251 of ruff (`banned-api`) does the same without strings and without the two checks.

Why:
    While a module is being replaced, copied tests bring the old one back. A reference in a string or a function fails
    only when the test runs.

Example:
    ```python
    from shop.legacy import Order


    def test_order():
        assert Order()
    ```

Fix:
    Import the replacement, which the message names. A module below the forbidden one has its replacement at the same
    place below, or else in the replacement itself. `collectbench fix forbidden-import` rewrites it.

Options:
    A table for each module, `*` matches any characters:

    ```toml
    [[tool.collectbench.lint.forbidden-imports]]
    module = "shop.legacy"
    replacement = "shop.orders"
    reason = "it is removed in May"
    exceptions = ["tests/migration/*"]
    removed = false
    ```
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from collectbench.lint.heavy_modules import package_of
from collectbench.lint.path_patterns import matches
from collectbench.lint.rule import Evidence, Rule
from collectbench.model.lint import Violation
from collectbench.model.lint_settings import ForbiddenImport
from collectbench.sources.codebase import Codebase
from collectbench.sources.modules import Found, Missing
from collectbench.sources.names import absolute
from collectbench.sources.outline import Guard
from collectbench.sources.references import STAR, Form, Reference


class Entry:
    """One entry of the configuration, ready to be compared with names. `given` is the entry."""

    def __init__(self, given: ForbiddenImport) -> None:
        """Compile the patterns."""
        self.given = given
        self._pattern = _pattern(given.module)
        self._replacement = _pattern(given.replacement) if given.replacement else None

    def forbids(self, module: str) -> bool:
        """Whether a name is the forbidden module, or below it."""
        return self._pattern.match(module) is not None

    def forbidden_part(self, name: str) -> str | None:
        """Return the part of a name that is the forbidden module; None if it is another."""
        match = self._pattern.match(name)
        return match.group().removesuffix(".") if match else None

    def allows(self, path: str, own_name: str) -> bool:
        """Whether a file may import it; `own_name` is the dotted name of the file."""
        if self.forbids(own_name) or (self._replacement is not None and self._replacement.match(own_name)):
            return True
        return any(matches(path, pattern) for pattern in self.given.exceptions)


def _pattern(module: str) -> re.Pattern[str]:
    """Matches a module that may hold `*`, and the modules below it."""
    return re.compile(".*".join(map(re.escape, module.split("*"))) + r"(?:\.|$)")


def check(evidence: Evidence) -> Iterator[Violation]:
    """Yield a violation for each reference, and for each entry that does not hold any more."""
    entries = [Entry(given) for given in evidence.settings.forbidden_imports]
    for entry in entries:
        yield from _untrue(entry, evidence.codebase)
    for path in sorted(evidence.focus & evidence.codebase.facts.keys()) if entries else ():
        own_name = evidence.codebase.modules.name_of(path)
        applying = [entry for entry in entries if not entry.allows(path, own_name)]
        package = package_of(evidence.codebase.modules, path)
        mentioned = {
            mention
            for mention, names in mentions_of(evidence.codebase, path, package)
            if any(entry.forbids(name) for entry in applying for name in names)
        }
        if mentioned:
            references = evidence.codebase.references(path, mentioned)
            yield from _violations(references, path, package, applying)


def mentions_of(codebase: Codebase, path: str, package: str) -> Iterator[tuple[str, list[str]]]:
    """Yield all that a file may refer to, each with its absolute names."""
    for mention in codebase.facts[path].mentions:
        written, _, name = mention.removeprefix("=").partition(":")
        plain = written.lstrip(".")
        yield mention, _names(plain, len(written) - len(plain), name, package)


def _names(module: str, level: int, name: str, package: str) -> list[str]:
    """The names of the modules that a reference may load: what is imported from a package may be a module too."""
    base = absolute(module, level, package)
    if base is None:
        return []
    return [base] if name in ("", STAR) else [base, f"{base}.{name}"]


def _violations(
    references: Iterable[Reference], path: str, package: str, entries: Iterable[Entry]
) -> Iterator[Violation]:
    reported = set[tuple[int, str]]()
    for reference in references:
        if reference.guard == Guard.EXPECTED:
            continue
        for name in _names(reference.module, reference.level, reference.name, package):
            entry = next((entry for entry in entries if entry.forbids(name)), None)
            if entry is None:
                continue
            if (reference.line, name) not in reported:
                reported.add((reference.line, name))
                yield _violation(path, reference, name, entry.given)
            break


def _violation(path: str, reference: Reference, name: str, entry: ForbiddenImport) -> Violation:
    where = " in a string" if reference.form == Form.PATCH else ""
    return Violation(
        rule=RULE.id,
        path=path,
        line=reference.line,
        subject=name,
        group=entry.module,
        message=f"{name}{where} is forbidden" + (f": {entry.reason}" if entry.reason else ""),
        fix=f"use {entry.replacement}" if entry.replacement else "",
    )


def _untrue(entry: Entry, codebase: Codebase) -> Iterator[Violation]:
    """What an entry says of the project and is not so."""
    given = entry.given
    if given.replacement and _is_missing(given.replacement, codebase):
        yield _at_entry(given, given.replacement, f"{given.replacement}, which replaces {given.module}, does not exist")
    if given.removed:
        names = sorted({name for name in map(codebase.modules.name_of, codebase.facts) if entry.forbids(name)})
        if names:
            yield _at_entry(given, given.module, f"{names[0]} exists, but the configuration says that it was removed")


def _is_missing(name: str, codebase: Codebase) -> bool:
    """Whether a name is surely neither a module of the project nor something in one."""
    location = codebase.modules.locate(name)
    if not isinstance(location, Missing) or codebase.is_made(location.name):
        return False
    last = location.name.rpartition(".")[2]
    base = f"{location.directory}/{last}" if location.directory else last
    if codebase.generated([f"{base}.py", f"{base}/__init__.py"]):
        return False
    parent = codebase.modules.locate(location.name.rpartition(".")[0]) if "." in location.name else location
    if isinstance(parent, Found) and parent.path is not None:
        facts = codebase.facts.get(parent.path)
        return facts is not None and not facts.changes_path and codebase.has_name(parent.path, last) is False
    return True


def _at_entry(given: ForbiddenImport, subject: str, message: str) -> Violation:
    return Violation(
        rule=RULE.id, path=given.file, line=given.line, subject=subject, group=given.module, message=message
    )


RULE = Rule(id="forbidden-import", doc=__doc__, in_tree=check, in_functions=True)
