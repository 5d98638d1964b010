"""Who imports a module, as Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from collectbench.model.who import ImportedModule, WhoImports
from collectbench.render.formats.markdown.markup import join, table_lines, text
from collectbench.render.parts.options import RenderOptions
from collectbench.render.parts.who import cut_sentence, facts, headline, lines_table, surplus


def render(answer: WhoImports, options: RenderOptions) -> str:
    """Return each module with its lines, and those to change, ending in a newline."""
    return join([block for module in answer.modules for block in _blocks(module, options.top)])


def _blocks(module: ImportedModule, top: int) -> Iterator[list[str]]:
    yield [f"### {text(headline(module))}"]
    yield [" · ".join(map(text, facts(module)))]
    yield table_lines(lines_table(module.importers[:top], "imported at"))
    yield [text(surplus(module, top))]
    yield [f"**{text(cut_sentence(module))}**"]
    yield table_lines(lines_table(module.cut, "line"))
