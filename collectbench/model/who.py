"""Who imports a module: its lines, its cost, and the few lines to change so that it is not loaded."""

from __future__ import annotations

from dataclasses import dataclass

from collectbench.model.costs import Importer, Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedModule:
    """One imported module with the modules below it.

    `self_s` is the time of its own code, `saving_joint_s` the saving if no line imports it. `importers` are all lines
    outside of it that import it, the largest saving first. `cut` are the lines and plugins of the smallest set without
    which it is not loaded (the path of a plugin is its name, the line is 0), and `cut_saving_s` what all of them save.
    If there is no such set, `why_no_cut` says why.
    """

    module: str
    path: str
    origin: Origin
    self_s: float
    saving_joint_s: float
    importers: tuple[Importer, ...]
    cut: tuple[Importer, ...]
    cut_saving_s: float
    why_no_cut: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WhoImports:
    """The answer for one name: the modules of this name, or the names nearest to it if no such module was imported."""

    name: str
    modules: tuple[ImportedModule, ...]
    nearest: tuple[str, ...] = ()
