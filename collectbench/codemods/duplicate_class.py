"""Moves the equal copies of a helper class to one module, and imports it where they were.

What it does:
    Takes copies that the rule finds equal: but for comments, docstrings, the layout, the order of methods, and marks.
    The class is written to the module that you name, from the text that most copies have, with the imports and the
    definitions that it needs; if it is there already and equal, that one is used. Each file imports it under the name
    that it had in the file. Imports and definitions that only the copy used leave with it, if nobody can miss them:
    those of the standard library, of pytest, and those that the new module has.

    Marks of pytest stay behind, as they mean nothing on a helper. A class named like a test gets `__test__ = False`,
    so that pytest does not warn about it in each file that imports it.

    Without a module to move to, it lists the copies and writes nothing.

Left alone:
    Near copies; they are named, each with its similarity. A copy that something refers to by its place: a string of
    `patch`, or an import in another file. A copy that would behave in another way: the class keeps state, which files
    would share; a test changes it for good; it stands in a condition; it uses a name that means something else there;
    its file cannot import the new module for sure.

    The new module is refused if pytest collects it, if it has another class of that name, or if it lies outside of the
    tree. Assertions in it show no values, unless a conftest registers it: `pytest.register_assert_rewrite`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import takewhile

from collectbench.codemods.classes.class_copies import Copies, Copy
from collectbench.codemods.classes.class_moves import Move, Moves
from collectbench.codemods.classes.homes import NoHomeError, home_of, parse_home
from collectbench.codemods.codemod import Codemod, Request
from collectbench.lint.duplicate_class import is_near
from collectbench.lint.lineage import Lineages
from collectbench.model.fixes import Failure, Note, Result, Skip
from collectbench.model.lint import Violation

_SHOWN = 3


def rewrite(request: Request) -> Iterator[Result]:
    """Yield an edit for the new module and one for each file with a copy."""
    wanted = set(request.choices.names)
    violations = [each for each in request.violations if not wanted or each.subject in wanted]
    for each in filter(is_near, violations):
        reason = each.message.removeprefix(f"the class {each.subject} is ")
        yield Skip(path=each.path, line=each.line, subject=each.subject, reason=f"it is only {reason}")
    groups: dict[str, list[Violation]] = defaultdict(list)
    for each in violations:
        if not is_near(each) and each.group:
            groups[each.group].append(each)
    ordered = sorted(groups.values(), key=lambda group: (-len(group), group[0].subject, group[0].path))
    if not ordered:
        return
    if request.choices.to is None:
        yield from _listed(request, ordered)
    else:
        yield from _moved(request, ordered, request.choices.to)


def _moved(request: Request, groups: Sequence[Sequence[Violation]], to: str) -> Iterator[Result]:
    try:
        module, name = parse_home(to)
        home = home_of(request.evidence, module)
    except NoHomeError as error:
        yield Failure(path=to.partition(":")[0], reason=str(error))
        return
    lineages = Lineages(evidence=request.evidence)
    copies = Copies(lineages)
    moves = Moves(lineages, home)
    for group in groups:
        found: list[Copy] = []
        for each in group:
            if each.path == home.path:
                continue
            copy = copies.of(each)
            if isinstance(copy, Copy):
                found.append(copy)
            else:
                yield Skip(path=each.path, line=each.line, subject=each.subject, reason=copy)
        if found:
            yield from moves.plan(Move(name=name or group[0].subject, copies=tuple(found)))
    yield from moves.edits()


def _listed(request: Request, groups: Sequence[Sequence[Violation]]) -> Iterator[Result]:
    """Yield the copies that cannot move anywhere, and a note about the others."""
    copies = Copies(Lineages(evidence=request.evidence))
    movable = []
    for group in groups:
        found = {each: copies.of(each) for each in group}
        for each, copy in found.items():
            if isinstance(copy, str):
                yield Skip(path=each.path, line=each.line, subject=each.subject, reason=copy)
        able = [each for each, copy in found.items() if isinstance(copy, Copy)]
        if len(able) > 1:
            movable.append(able)
    if movable:
        yield _listing(request, movable)


def _listing(request: Request, groups: Sequence[Sequence[Violation]]) -> Note:
    """What there is to move, and the command for the group with most copies."""
    lines = ["name the module that they are to move to:"]
    for group in groups:
        first = ", ".join(each.path for each in group[:_SHOWN])
        more = f" and {len(group) - _SHOWN} more" if len(group) > _SHOWN else ""
        lines.append(f"  {group[0].subject}: {len(group)} copies, in {first}{more}")
    only = f" --only {groups[0][0].subject}" if len({group[0].subject for group in groups}) > 1 else ""
    lines.append(f"  collectbench fix duplicate-class --to {_proposal(request, groups[0])}{only}")
    return Note(text="\n".join(lines))


def _proposal(request: Request, group: Sequence[Violation]) -> str:
    """A module beside the copies: one that holds the class already, or a new one where all of them can import it."""
    modules, collected = request.evidence.codebase.modules, request.evidence.collection.files
    for each in group:
        if each.path not in collected and not each.path.endswith("conftest.py"):
            return modules.name_of(each.path)
    packages = [modules.name_of(each.path).split(".")[:-1] for each in group]
    common = [parts[0] for parts in takewhile(lambda parts: len(set(parts)) == 1, zip(*packages, strict=False))]
    top = ".".join([*common, ""]) if common else ""
    stems = ("support", "shared_classes", f"shared_{group[0].subject.lower()}")
    return next((f"{top}{stem}" for stem in stems if f"{top}{stem}" not in modules.called(stem)), f"{top}{stems[-1]}")


CODEMOD = Codemod(id="duplicate-class", doc=__doc__, rewrite=rewrite, option_names=frozenset({"to", "names"}))
