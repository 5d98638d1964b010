"""Who imports a module, as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from collectbench.model.who import ImportedModule, WhoImports
from collectbench.render.formats.text.table_lines import table_lines
from collectbench.render.formats.text.terminal import BOLD, GREEN, flow, join_blocks, sentence, style
from collectbench.render.parts.options import RenderOptions
from collectbench.render.parts.who import cut_sentence, facts, headline, lines_table, surplus


def render(answer: WhoImports, options: RenderOptions) -> str:
    """Return each module with its lines, the largest saving first, and those to change, ending in a newline."""
    return join_blocks(block for module in answer.modules for block in _blocks(module, options))


def _blocks(module: ImportedModule, options: RenderOptions) -> Iterator[list[str]]:
    title = [style(line, BOLD, options) for line in sentence(headline(module), options.width)]
    yield [*title, *flow(facts(module), options.width)]
    shown = module.importers[: options.top]
    yield [*table_lines(lines_table(shown, "imported at"), options), *filter(None, [surplus(module, options.top)])]
    color = f"{BOLD};{GREEN}" if module.cut else ""
    cut = [style(line, color, options) for line in sentence(cut_sentence(module), options.width)]
    yield [*cut, *table_lines(lines_table(module.cut, "line"), options)]
