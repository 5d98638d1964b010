"""Writes the pages and tables of rules, causes, rewrites and interventions from their docstrings.

Usage: .venv/bin/python scripts/doc_pages.py [--check]

--check  write nothing; exit 1 if a page is not what its docstring says

The pages are docs/rules/<id>.md, docs/causes/<id>.md, docs/fixes/<id>.md and docs/interventions/<id>.md. The tables are
in docs/lint.md, docs/diagnose.md, docs/fix.md and docs/prove.md, each between two comments.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

from collectbench.causes import CAUSES, Cause
from collectbench.codemods import CODEMODS, Codemod
from collectbench.experiments import INTERVENTIONS, Kind
from collectbench.lint import RULES, Rule
from environments import ROOT

DOCS = ROOT / "docs"
MEASURED = "`collectbench compare --against main`"
BEGIN, END = "<!-- made by scripts/doc_pages.py -->", "<!-- end -->"

WITHOUT_SAVING = "It is a note on what is collected, and claims no time"
UNTESTED = {
    "bytecode-stale": "Only the first run after a checkout pays, so that runs in pairs cannot show it",
    "collection-errors": WITHOUT_SAVING,
    "duplicate-items": WITHOUT_SAVING,
    "fixture-scan": "To split a class or module is work on the tests, for which nothing can stand in a process",
    "lazy-without-effect": WITHOUT_SAVING,
    "process-restart": "What the first interpreter prepares for the second one is not known",
    "shadowed-config": WITHOUT_SAVING,
    "split-run-differs": WITHOUT_SAVING,
    "unstable-parameter": WITHOUT_SAVING,
    "xdist-multiplied": "It is the cost of further workers: `diagnose --workers` measures it",
}
"""Why no experiment tests a cause."""

_SECTION = re.compile(r"^(\w[\w ]*):$", re.MULTILINE)


Entry = Rule | Cause | Codemod | Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """Entries that have a page each, and a guide with the table of them.

    Attributes:
        folder: of the pages, below docs; its name is that of the entries.
        package: the directory of their modules.
        guide: the file with the table.
        links: the last line of each page.
        table: all of the table, in Markdown.
    """

    entries: Sequence[Entry]
    folder: str
    package: str
    guide: Path
    links: str
    table: str

    @property
    def pages(self) -> Path:
        """The directory of the pages."""
        return DOCS / self.folder

    def texts(self) -> dict[Path, str]:
        """The text of each file: the pages, and the guide."""
        texts = {self.pages / f"{entry.id}.md": self.page_of(entry) for entry in self.entries}
        texts[self.guide] = guide_with(self.table, self.guide.read_text(encoding="utf-8"))
        return texts

    def page_of(self, entry: Entry) -> str:
        """The page of an entry, in Markdown."""
        first, *rest = _SECTION.split(entry.doc.strip() + "\n")
        sections = [section(title, dedent(text)) for title, text in zip(rest[::2], rest[1::2], strict=True)]
        if isinstance(entry, Cause):
            sections.append(section("Proof", proof_of(entry)))
        if isinstance(entry, Kind) and entry.causes:
            names = ", ".join(f"[{cause}](../causes/{cause}.md)" for cause in sorted(entry.causes))
            sections.append(section("Tests", names))
        module = f"{self.package}/{entry.id.replace('-', '_')}.py"
        note = f"<!-- made by scripts/doc_pages.py from {module} -->\n"
        return "\n".join((f"# {entry.id}\n", f"{first.strip()}\n", *sections, f"{self.links}\n", note))


def section(title: str, text: str) -> str:
    """A section of a page."""
    return f"## {title}\n\n{text.strip()}\n"


def kinds_for(cause: Cause) -> list[Kind]:
    """The interventions that test a cause."""
    return [kind for kind in INTERVENTIONS if cause.id in kind.causes]


def proof_of(cause: Cause) -> str:
    """Which experiment proves the saving, and how to measure it without one."""
    links = " or ".join(f"[{kind.id}](../interventions/{kind.id}.md)" for kind in kinds_for(cause))
    if not links:
        why = UNTESTED[cause.id]
        return f"No experiment tests this cause. {why}. If the change saves time, {MEASURED} shows it."
    return f"`collectbench diagnose --prove` tests it with {links}."


def table_of_rules(rules: Sequence[Rule]) -> str:
    """The table of all rules: their names, and the first sentences of their pages."""
    rows = [f"| [{rule.id}](rules/{rule.id}.md) | {rule.title} |" for rule in rules]
    return "\n".join(("| rule | reports |", "| --- | --- |", *rows))


def table_of_causes(causes: Sequence[Cause]) -> str:
    """The table of all causes by name: the first sentences of their pages, and the experiments."""
    rows = [
        f"| [{cause.id}](causes/{cause.id}.md) | {cause.title} | "
        f"{', '.join(f'[{kind.id}](interventions/{kind.id}.md)' for kind in kinds_for(cause))} |"
        for cause in sorted(causes, key=lambda cause: cause.id)
    ]
    return "\n".join(("| cause | reports | tested by |", "| --- | --- | --- |", *rows))


def table_of_interventions(kinds: Sequence[Kind]) -> str:
    """The table of all interventions: what `--try` takes, and the first sentences of their pages."""
    rows = [
        f"| [{kind.id}](interventions/{kind.id}.md) | {f'`{kind.form}`' if kind.form else ''} | {kind.title} |"
        for kind in kinds
    ]
    return "\n".join(("| intervention | argument | in one arm |", "| --- | --- | --- |", *rows))


def table_of_fixes(codemods: Sequence[Codemod]) -> str:
    """The table of all rewrites: their names, and the first sentences of their pages."""
    rows = [f"| [{codemod.id}](fixes/{codemod.id}.md) | {codemod.title} |" for codemod in codemods]
    return "\n".join(("| RULE | rewrite |", "| --- | --- |", *rows))


OF_RULES = Catalogue(
    entries=RULES,
    folder="rules",
    package="collectbench/lint",
    guide=DOCS / "lint.md",
    links="[How to accept a violation](../lint.md#accept-violations) · [all rules](../lint.md#rules)",
    table=table_of_rules(RULES),
)
OF_CAUSES = Catalogue(
    entries=CAUSES,
    folder="causes",
    package="collectbench/causes",
    guide=DOCS / "diagnose.md",
    links="[How to read a diagnosis](../diagnose.md#how-to-read-it) · [all causes](../diagnose.md#causes)",
    table=table_of_causes(CAUSES),
)
OF_FIXES = Catalogue(
    entries=CODEMODS,
    folder="fixes",
    package="collectbench/codemods",
    guide=DOCS / "fix.md",
    links="[How to apply and undo it](../fix.md) · [all rewrites](../fix.md#rewrites)",
    table=table_of_fixes(CODEMODS),
)
OF_INTERVENTIONS = Catalogue(
    entries=INTERVENTIONS,
    folder="interventions",
    package="collectbench/experiments",
    guide=DOCS / "prove.md",
    links="[How an experiment is judged](../prove.md) · [all interventions](../prove.md#interventions)",
    table=table_of_interventions(INTERVENTIONS),
)
CATALOGUES = (OF_RULES, OF_CAUSES, OF_FIXES, OF_INTERVENTIONS)


def guide_with(table: str, guide: str) -> str:
    """The guide with this table in it."""
    before, _, rest = guide.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{table}\n{END}{after}"


def expected() -> dict[Path, str]:
    """The text of each file that this script writes."""
    return {file: text for catalogue in CATALOGUES for file, text in catalogue.texts().items()}


def outdated() -> Iterator[Path]:
    """The files that differ from what the docstrings say, and pages of entries that are gone."""
    texts = expected()
    for file, text in texts.items():
        if not file.is_file() or file.read_text(encoding="utf-8") != text:
            yield file
    present = {page for catalogue in CATALOGUES for page in catalogue.pages.glob("*.md")}
    yield from sorted(present - set(texts))


def main() -> int:
    """Write the files, or only say which ones differ."""
    files, texts = list(outdated()), expected()
    for file in files:
        name = file.relative_to(ROOT)
        if "--check" in sys.argv[1:]:
            print(f"{name}: not what the docstrings say; run scripts/doc_pages.py")
        elif file in texts:
            file.parent.mkdir(exist_ok=True)
            file.write_text(texts[file], encoding="utf-8")
            print(f"{name}: written")
        else:
            file.unlink()
            print(f"{name}: removed, as it belongs to no entry")
    return int("--check" in sys.argv[1:] and bool(files))


if __name__ == "__main__":
    sys.exit(main())
