"""What other files do with the names of a package, so that these have to be there from the start."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Iterator

from collectbench.codemods.exports.exports import Export, Package
from collectbench.sources.codebase import Codebase
from collectbench.sources.meanings import is_star
from collectbench.sources.modules import Found
from collectbench.sources.names import dotted
from collectbench.sources.outline import NEVER_AT_COLLECTION, Guard, Import
from collectbench.sources.statements import run_at_import

_NAMESPACE = re.compile(
    rb"\b(?:vars|getmembers(?:_static)?)\(\s*([A-Za-z_][\w.]*)|\b([A-Za-z_][\w.]*)\.__dict__", re.ASCII
)
_PROBING = frozenset({Guard.FALLBACK, Guard.SKIP, Guard.EXPECTED})
_PATCHED = re.compile(rb"""(?:patch\.object|patch\.multiple|setattr|delattr)\(\s*[\w.]+\s*,\s*["'](\w+)["']""")


def used_while_loading(codebase: Codebase, package: Package, loaded: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield names that a module uses of the package while this one imports it, each with the reason.

    `loaded` are the files that the package loads.
    """
    names = {each.name for each in package.exports}
    modules = {each.name for each in package.exports if not each.attribute}
    for path in sorted(loaded):
        outline = codebase.outline(path)
        aliases: dict[str, int] = {}
        for each in outline.imports if outline else ():
            if each.guard in NEVER_AT_COLLECTION:
                continue
            if _is_of(codebase, path, each, package):
                taken = names if is_star(each) else names.intersection(name for name, _ in each.names) - modules
                for name in taken:
                    yield name, f"{path}:{each.line} imports it from the half-made package"
            aliases.update(dict.fromkeys(_aliases(codebase, path, each, package), each.line))
        if aliases:
            yield from _attributes(codebase, path, aliases, names)


def _is_of(codebase: Codebase, path: str, each: Import, package: Package) -> bool:
    """Whether an import takes names of the package itself."""
    return bool(each.names) and codebase.file_of(path, each) == package.path


def _aliases(codebase: Codebase, path: str, each: Import, package: Package) -> Iterator[str]:
    """The dotted names by which a file can use the package after an import."""
    if not each.names:
        if each.bound and each.module == package.name:
            yield each.bound
        elif not each.bound and f"{package.name}.".startswith(f"{each.module.partition('.')[0]}."):
            yield package.name
        return
    for name, bound in each.names:
        inner = codebase.modules.locate(f"{each.module}.{name}".strip("."), each.level, path)
        if isinstance(inner, Found) and inner.path == package.path:
            yield bound


def _attributes(codebase: Codebase, path: str, aliases: dict[str, int], names: set[str]) -> Iterator[tuple[str, str]]:
    """The names that a module reads from the package while it is imported itself."""
    tree = codebase.outside(path)
    for run in run_at_import(tree) if tree else ():
        node = run.node
        if isinstance(node, ast.Attribute) and node.attr in names and dotted(node.value) in aliases:
            yield node.attr, f"{path}:{node.lineno} uses it of the half-made package"


def mentioned(codebase: Codebase, package: Package, names: Collection[str], files: Iterable[str]) -> bool:
    """Whether one of some files imports the package or one of these names from it, at any depth."""
    last = package.name.rpartition(".")[2]
    for path in files:
        for mention in codebase.facts[path].mentions:
            module, _, name = mention.partition(":")
            bare = module.strip(".").rpartition(".")[2]
            if bare in ("", last) and (not name or name == "*" or name in names):
                return True
    return False


def patched(codebase: Codebase, package: Package) -> dict[str, str]:
    """Return the names whose original a file patches in its own module, each with the reason.

    The first use of the name could be within such a patch: the package would keep the mock.
    """
    attributes = [each for each in package.exports if each.attribute]
    homes = {f"{codebase.modules.name_of(each.file)}.{each.attribute}": each for each in attributes}
    stems = {codebase.modules.stem_of(each.file) for each in package.exports}
    by_attribute: dict[str, list[Export]] = {}
    for each in homes.values():
        by_attribute.setdefault(each.attribute, []).append(each)
    found: dict[str, str] = {}
    for path in sorted(codebase.files_with(stems)):
        mentions = codebase.facts[path].mentions
        for mention in mentions:
            if mention.startswith("=") and (export := homes.get(mention[1:])) is not None:
                found.setdefault(export.name, _reason_of_patch(path, export))
        for attribute in _patched_objects(codebase, path):
            for export in by_attribute.get(attribute, ()):
                if _mentions(codebase, mentions, export):
                    found.setdefault(export.name, _reason_of_patch(path, export))
    return found


def _reason_of_patch(path: str, export: Export) -> str:
    return f"{path} patches {export.attribute} in {export.file}: a first use meanwhile would keep the mock"


def _patched_objects(codebase: Codebase, path: str) -> frozenset[str]:
    """The attributes that a file patches of objects."""
    try:
        source = codebase.read(path)
    except OSError:
        return frozenset()
    if b"patch." not in source and b"attr(" not in source:
        return frozenset()
    return frozenset(name.decode() for name in _PATCHED.findall(source))


def _mentions(codebase: Codebase, mentions: Iterable[str], export: Export) -> bool:
    """Whether a file names the module of an export."""
    stem = codebase.modules.stem_of(export.file)
    return any(stem in re.split(r"[.:=]", mention) for mention in mentions)


def probed(codebase: Codebase, package: Package) -> str:
    """Return which file and line finds out whether the package can be imported; empty if none does."""
    last = package.name.rpartition(".")[2]
    skips = re.compile(rb"""importorskip\(\s*["']""" + re.escape(package.name.encode()) + rb"""["']""")
    for path in sorted(codebase.files_with({last})):
        outline = codebase.outline(path)
        for each in outline.imports if outline else ():
            if each.guard in _PROBING and codebase.file_of(path, each) == package.path:
                return f"{path}:{each.line}"
        try:
            source = codebase.read(path)
        except OSError:
            continue
        if b"importorskip" in source and (match := skips.search(source)):
            line = source.count(b"\n", 0, match.start()) + 1
            return f"{path}:{line}"
    return ""


def namespace_read(codebase: Codebase, package: Package) -> str:
    """Return which file and line read all names of the package at once, as `vars` does; empty if none does."""
    last = package.name.rpartition(".")[2]
    for path in sorted({*codebase.files_with({last}), package.path}):
        try:
            source = codebase.read(path)
        except OSError:
            continue
        if b"__dict__" not in source and b"vars(" not in source and b"getmembers" not in source:
            continue
        outline = codebase.outline(path)
        aliases = {
            alias for each in (outline.imports if outline else ()) for alias in _aliases(codebase, path, each, package)
        }
        for match in _NAMESPACE.finditer(source):
            read = (match.group(1) or match.group(2)).decode()
            if read in aliases or read in (package.name, last):
                line = source.count(b"\n", 0, match.start()) + 1
                return f"{path}:{line}"
    return ""
