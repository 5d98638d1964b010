"""How the user's own project is installed: what sends an import to the user's tree, or to a copy of it."""

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
    """One way by which modules of the user's tree are found wherever a program starts.

    Attributes:
        file: the file among the installed packages that does it.
        roots: folders in the user's tree that it makes importable, or that hold what was copied.
        copies: installed files that are copies of files in the user's tree.
    """

    file: Path
    roots: tuple[Path, ...] = ()
    copies: frozenset[Path] = frozenset()


def find_installs(installed: Sequence[Path], origin: Path) -> tuple[Install, ...]:
    """All installs of what lies in the user's tree, `origin`, in the folders `installed`."""
    folders = [folder for folder in dict.fromkeys(installed) if folder.is_dir()]
    return tuple(install for folder in folders for install in (*_paths(folder, origin), *_copies(folder, origin)))


def _paths(folder: Path, origin: Path) -> Iterator[Install]:
    """Editable installs: files of the site module, with folders, or with code that is to be run (docs: site)."""
    for file in sorted(folder.glob("*.pth")):
        lines = _text(file).splitlines()
        roots = tuple(folder / line.strip() for line in lines if _is_root(line, folder / line.strip(), origin))
        hooks = [hook for line in lines for hook in _hooks(line, folder) if _speaks_of(origin, _text(hook))]
        if roots or hooks:
            yield Install(file=file, roots=(*roots, *(root for hook in hooks for root in _mapped(hook, origin))))


def _is_root(line: str, path: Path, origin: Path) -> bool:
    if not line.strip() or line.startswith(("#", "import ", "import\t")):
        return False
    return path.is_relative_to(origin) and path.is_dir() and not in_environment(path, origin)


def _hooks(line: str, folder: Path) -> Iterator[Path]:
    """The modules beside a .pth file that a line of it imports."""
    if not line.startswith(("import ", "import\t")):
        return
    for statement in _statements(line):
        if isinstance(statement, ast.Import):
            yield from (folder / f"{alias.name}.py" for alias in statement.names)


def _statements(code: str) -> list[ast.stmt]:
    """The statements of a file that Python may or may not be able to read."""
    try:
        return ast.parse(code).body
    except (SyntaxError, ValueError):
        return []


def _speaks_of(origin: Path, text: str) -> bool:
    """Whether a path in the user's tree stands in some code, not that of a neighbour whose name begins alike."""
    return any(f"{origin}{end}" in text for end in ("/", "'", '"'))


def _mapped(hook: Path, origin: Path) -> Iterator[Path]:
    """The folders that setuptools' finder makes importable: its MAPPING leads from packages to their folders."""
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
    """A dictionary of texts that is written out; empty where something else stands there."""
    try:
        mapping = ast.literal_eval(value) if value else {}
        return {str(key): str(place) for key, place in mapping.items()}
    except (ValueError, AttributeError):
        return {}


def _copies(folder: Path, origin: Path) -> Iterator[Install]:
    """Installs of a copy: pip notes in direct_url.json where it came from (PEP 610)."""
    for file in sorted(folder.glob("*.dist-info/direct_url.json")):
        source = _source(file)
        if source is None or not source.is_relative_to(origin):
            continue
        files = frozenset(path for path in _record(file.with_name("RECORD"), folder) if path.suffix != ".pyc")
        yield Install(file=file, roots=tuple(_layouts(source if source.is_dir() else origin)), copies=files)


def _source(file: Path) -> Path | None:
    """The folder or archive that was installed; None for an editable install, of which nothing was copied."""
    try:
        document = json.loads(_text(file))
        if document.get("dir_info", {}).get("editable"):
            return None
        url = urlsplit(document["url"])
    except (ValueError, KeyError, AttributeError, TypeError):
        return None
    return Path(unquote(url.path)) if url.scheme == "file" else None


def _layouts(source: Path) -> Iterable[Path]:
    """Where the modules of a project lie in practice: at its top or in one of a few folders."""
    folders = (source, *(source / name for name in ("src", "lib", "python")))
    return [folder for folder in folders if folder.is_dir()]


def _record(file: Path, folder: Path) -> Iterator[Path]:
    """The files of a distribution, from its RECORD (PEP 376), its metadata and scripts left out."""
    for row in csv.reader(_text(file).splitlines()):
        if row and not row[0].startswith(("..", "/")) and ".dist-info/" not in row[0]:
            yield folder / row[0]


def _text(file: Path) -> str:
    """The text of a file; empty where it cannot be read."""
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
