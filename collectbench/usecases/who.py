"""Who imports a module: measured now, or as a stored profile has it."""

from __future__ import annotations

from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path

from collectbench.attribution.attribute import garbage_collector_paused
from collectbench.attribution.who import NEAREST, who_imports
from collectbench.judge.verdicts import WITHOUT_COLLECTION
from collectbench.model.costs import ImportCost, ModuleCut, Profile
from collectbench.model.errors import CollectionError, UsageError
from collectbench.model.sample import Status
from collectbench.model.who import ImportedModule, WhoImports
from collectbench.usecases.explained_rounds import attribution_of, traced_of
from collectbench.usecases.feedback import Feedback
from collectbench.usecases.measuring import measure_to_diagnose
from collectbench.usecases.project import Project
from collectbench.usecases.start_of_pytest import require_start_of_pytest


def measure_who(project: Project, name: str, feedback: Feedback) -> WhoImports:
    """Takes a traced round of the only target of the plan, and a timed one to know what tracing adds.

    Raises:
        Interrupted: a signal arrived.
        CollectionError: pytest does not start, or the traced round left no trace, or failed before such an import.
        UsageError: no such module was imported, or the interpreter cannot be started any more.
    """
    require_start_of_pytest(project)
    (target,) = project.plan.targets
    once = replace(project, settings=replace(project.settings, rounds=1))
    rounds = measure_to_diagnose(once, [target], feedback).rounds[target.name]
    traced, _ = traced_of(rounds)
    with garbage_collector_paused():
        answer = who_imports(attribution_of(project, target, rounds), name)
    return require_collection(answer, traced.status, traced.message)


def require_collection(answer: WhoImports, status: Status, message: str) -> WhoImports:
    """Returns the answer if it has a module.

    Raises:
        CollectionError: it has none, and collection failed, so that the module may be imported otherwise.
        UsageError: it has none.
    """
    if not answer.modules and status in WITHOUT_COLLECTION:
        raise CollectionError(f"--who {answer.name}: not imported before collection failed: {message or status.value}")
    return require_modules(answer)


def who_in(profile: Profile, file: Path, name: str) -> WhoImports:
    """Returns what a stored profile says. It has the lines to change for the modules that cost most.

    Raises:
        UsageError: no such module was imported.
    """
    cuts = {(cut.module, cut.path): cut for cut in profile.cuts}
    no_cut = f"{file} has them for the {len(cuts)} most expensive modules" if cuts else f"{file} has none"
    named = _named(profile.imports, name)
    modules = [_module(cost, cuts.get((cost.module, cost.path)), no_cut) for cost in named]
    nearest = get_close_matches(name, [cost.module for cost in profile.imports], n=NEAREST) if not named else []
    return require_modules(WhoImports(name=name, modules=tuple(modules), nearest=tuple(dict.fromkeys(nearest))))


def require_modules(answer: WhoImports) -> WhoImports:
    """Returns the answer if it has a module.

    Raises:
        UsageError: it has none.
    """
    if answer.modules:
        return answer
    hint = f"; did you mean {', '.join(answer.nearest)}?" if answer.nearest else ""
    raise UsageError(f"--who {answer.name}: no module of this name was imported{hint}")


def _named(imports: tuple[ImportCost, ...], name: str) -> list[ImportCost]:
    """Returns the modules of a name; of a name that only stands before dots, the outermost ones below it."""
    exact = [cost for cost in imports if cost.module == name]
    below = [] if exact else [cost for cost in imports if cost.module.startswith(f"{name}.")]
    depth = min((cost.module.count(".") for cost in below), default=0)
    return exact or [cost for cost in below if cost.module.count(".") == depth]


def _module(cost: ImportCost, cut: ModuleCut | None, no_cut: str) -> ImportedModule:
    why = "pytest needs it" if cost.floor else no_cut
    return ImportedModule(
        module=cost.module,
        path=cost.path,
        origin=cost.origin,
        self_s=cost.self_s,
        saving_joint_s=cost.saving_joint_s,
        importers=cost.importers,
        cut=() if cut is None else cut.lines,
        cut_saving_s=0.0 if cut is None else cut.saving_s,
        why_no_cut=why if cut is None else cut.why_none,
    )
