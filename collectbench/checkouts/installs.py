"""How the user's project is installed: which file sends an import to the user's tree, or to a copy of it."""

from __future__ import annotations

import ast
import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from collectbench.checkouts.checkout import in_environment


@dataclass(frozen=True, slots=True, kw_only=True)
class Install:
    """One way in which every program finds modules of the user's tree, wherever it starts.

    Attributes:
        file: the file among the installed packages that makes them importable.
        roots: directories in the user's tree that it makes importable, or that hold the originals of the copies.
        copies: installed files that are copies of files in the user's tree.
    """

    file: Path
    roots: tuple[Path, ...] = ()
    copies: frozenset[Path] = frozenset()


def find_installs(installed: Sequence[Path], origin: Path) -> tuple[Install, ...]:
    """Return all installs of projects in the user's tree, `origin`, that lie in the directories `installed`."""
    directories = [directory for directory in dict.fromkeys(installed) if directory.is_dir()]
    return tuple(
        install
        for directory in directories
        for install in (*_editable_installs(directory, origin), *_copies(directory, origin))
    )


def _editable_installs(site: Path, origin: Path) -> Iterator[Install]:
    """Editable installs: .pth files, whose lines are directories or code to run (docs: site)."""
    for file in sorted(site.glob("*.pth")):
        lines = _text(file).splitlines()
        roots = tuple(site / line.strip() for line in lines if _is_root(line, site / line.strip(), origin))
        hooks = [hook for line in lines for hook in _hooks(line, site) if _names_tree(_text(hook), origin)]
        if roots or hooks:
            yield Install(file=file, roots=(*roots, *(root for hook in hooks for root in _mapped(hook, origin))))


def _is_root(line: str, path: Path, origin: Path) -> bool:
    if not line.strip() or line.startswith(("#", "import ", "import\t")):
        return False
    return path.is_relative_to(origin) and path.is_dir() and not in_environment(path, origin)


def _hooks(line: str, site: Path) -> Iterator[Path]:
    """The modules beside a .pth file that a line of that file imports."""
    if not line.startswith(("import ", "import\t")):
        return
    for statement in _statements(line):
        if isinstance(statement, ast.Import):
            yield from (site / f"{alias.name}.py" for alias in statement.names)


def _statements(code: str) -> list[ast.stmt]:
    """The statements of a file; none if Python cannot parse it."""
    try:
        return ast.parse(code).body
    except (SyntaxError, ValueError):
        return []


def _names_tree(code: str, origin: Path) -> bool:
    """Whether code holds a path in the user's tree; a neighbour's path that begins with the same name is not one."""
    return any(f"{origin}{end}" in code for end in ("/", "'", '"'))


def _mapped(hook: Path, origin: Path) -> Iterator[Path]:
    """The directories that setuptools' finder makes importable: its MAPPING holds the directory of each package."""
    for statement in _statements(_text(hook)):
        if isinstance(statement, ast.Assign | ast.AnnAssign) and _names(statement) == ["MAPPING"]:
            for package, place in _literal(statement.value).items():
                names, parts = package.split("."), Path(place).parts
                if Path(place).is_relative_to(origin) and list(parts[-len(names) :]) == names:
                    yield Path(*parts[: -len(names)])


def _names(statement: ast.Assign | ast.AnnAssign) -> list[str]:
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    return [ast.unparse(target) for target in targets]


def _literal(value: ast.expr | None) -> dict[str, str]:
    """A literal dictionary of strings; empty for any other expression."""
    try:
        mapping = ast.literal_eval(value) if value else {}
        return {str(key): str(place) for key, place in mapping.items()}
    except (ValueError, AttributeError):
        return {}


def _copies(site: Path, origin: Path) -> Iterator[Install]:
    """Installs of a copy: pip records the source in direct_url.json (PEP 610)."""
    for file in sorted(site.glob("*.dist-info/direct_url.json")):
        source = _source(file)
        if source is None or not source.is_relative_to(origin):
            continue
        files = frozenset(path for path in _record(file.with_name("RECORD"), site) if path.suffix != ".pyc")
        yield Install(file=file, roots=tuple(_layouts(source if source.is_dir() else origin)), copies=files)


def _source(file: Path) -> Path | None:
    """The directory or archive that was installed; None for an editable install, which copies no files."""
    try:
        document = json.loads(_text(file))
        if document.get("dir_info", {}).get("editable"):
            return None
        url = urlsplit(document["url"])
    except (ValueError, KeyError, AttributeError, TypeError):
        return None
    return Path(unquote(url.path)) if url.scheme == "file" else None


def _layouts(source: Path) -> Iterable[Path]:
    """The directories in which a project usually has its modules: its top and a few below."""
    candidates = (source, *(source / name for name in ("src", "lib", "python")))
    return [directory for directory in candidates if directory.is_dir()]


def _record(file: Path, site: Path) -> Iterator[Path]:
    """The files of a distribution according to its RECORD (PEP 376), without metadata and scripts."""
    for row in csv.reader(_text(file).splitlines()):
        if row and not row[0].startswith(("..", "/")) and ".dist-info/" not in row[0]:
            yield site / row[0]


def _text(file: Path) -> str:
    """The text of a file; empty if it cannot be read."""
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
