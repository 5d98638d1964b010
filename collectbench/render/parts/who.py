"""Who imports a module, in pieces that formats share."""

from __future__ import annotations

from collectbench.model.costs import Importer
from collectbench.model.units import format_duration
from collectbench.model.who import ImportedModule
from collectbench.render.parts.escape import printable
from collectbench.render.parts.quantities import MISSING, pluralize
from collectbench.render.parts.tables import Column, Table, places


def headline(module: ImportedModule) -> str:
    """Return a module with its cost: `pandas: 366 ms saved if no line imports it, 21 ms of it in its own code`."""
    joint, own = format_duration(module.saving_joint_s), format_duration(module.self_s)
    return f"{printable(module.module)}: {joint} saved if no line imports it; its own code takes {own}"


def facts(module: ImportedModule) -> list[str]:
    """Return where a module is, whose code it is, and the number of lines that import it, in pieces."""
    return [module.path or MISSING, module.origin.value, pluralize(len(module.importers), "line imports it", _MANY)]


_MANY = "lines import it"


def cut_sentence(module: ImportedModule) -> str:
    """Return what the lines below it are for, or why there are none."""
    if not module.cut:
        return f"no lines to change: {module.why_no_cut}"
    number = "change this line" if len(module.cut) == 1 else f"change these {len(module.cut)} lines"
    return f"{number}, and it is not loaded: {format_duration(module.cut_saving_s)} saved"


def lines_table(lines: tuple[Importer, ...], title: str) -> Table:
    """Return a row for each line, with what it saves alone."""
    return Table(
        labels=(places(title, map(_place, lines)),),
        columns=(Column(title="alone", cells=tuple(format_duration(line.saving_alone_s) for line in lines), drop=0),),
        parts=len(lines),
    )


def surplus(module: ImportedModule, top: int) -> str:
    """Return the number of importing lines after the first `top`; empty if there are none."""
    more = len(module.importers) - top
    return f"and {pluralize(more, 'more line')}" if more > 0 else ""


def _place(line: Importer) -> str:
    return f"{line.path}:{line.line}" if line.line else line.path
