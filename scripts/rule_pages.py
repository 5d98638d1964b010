"""Writes the pages of the rules of lint, and the table of them, from the docstrings of the rules.

Usage: .venv/bin/python scripts/rule_pages.py [--check]

--check  write nothing; exit 1 if a page is not what its docstring says

The pages are docs/rules/<id>.md. The table is in docs/lint.md, between two comments.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

from collectbench.lint import RULES, Rule
from environments import ROOT

PAGES = ROOT / "docs" / "rules"
GUIDE = ROOT / "docs" / "lint.md"
BEGIN, END = "<!-- made by scripts/rule_pages.py -->", "<!-- end -->"

_SECTION = re.compile(r"^(\w[\w ]*):$", re.MULTILINE)


def page_of(rule: Rule) -> str:
    """The page of a rule, in Markdown."""
    first, *rest = _SECTION.split(rule.doc.strip() + "\n")
    sections = [f"## {title}\n\n{dedent(text).strip()}\n" for title, text in zip(rest[::2], rest[1::2], strict=True)]
    places = "[How to accept a violation](../lint.md#accept-violations) · [all rules](../lint.md#rules)\n"
    note = f"<!-- made by scripts/rule_pages.py from collectbench/lint/{rule.id.replace('-', '_')}.py -->\n"
    return "\n".join((f"# {rule.id}\n", f"{first.strip()}\n", *sections, places, note))


def table_of(rules: tuple[Rule, ...]) -> str:
    """The table of all rules: their names, and the first sentences of their pages."""
    rows = [f"| [{rule.id}](rules/{rule.id}.md) | {rule.title} |" for rule in rules]
    return "\n".join(("| rule | reports |", "| --- | --- |", *rows))


def guide_with(table: str, guide: str) -> str:
    """The guide with this table in it."""
    before, _, rest = guide.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{table}\n{END}{after}"


def expected() -> dict[Path, str]:
    """The text of each file that this script writes."""
    texts = {PAGES / f"{rule.id}.md": page_of(rule) for rule in RULES}
    texts[GUIDE] = guide_with(table_of(RULES), GUIDE.read_text(encoding="utf-8"))
    return texts


def outdated() -> Iterator[Path]:
    """The files that differ from what the docstrings say, and pages of rules that are gone."""
    texts = expected()
    for file, text in texts.items():
        if not file.is_file() or file.read_text(encoding="utf-8") != text:
            yield file
    yield from sorted(set(PAGES.glob("*.md")) - set(texts))


def main() -> int:
    """Write the files, or only say which ones differ."""
    files, texts = list(outdated()), expected()
    for file in files:
        name = file.relative_to(ROOT)
        if "--check" in sys.argv[1:]:
            print(f"{name}: not what the docstrings say; run scripts/rule_pages.py")
        elif file in texts:
            PAGES.mkdir(exist_ok=True)
            file.write_text(texts[file], encoding="utf-8")
            print(f"{name}: written")
        else:
            file.unlink()
            print(f"{name}: removed, as there is no such rule")
    return int("--check" in sys.argv[1:] and bool(files))


if __name__ == "__main__":
    sys.exit(main())
