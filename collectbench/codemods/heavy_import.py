"""Moves imports of slow modules into the functions that use them.

What it does:
    An import statement at module level goes to the beginning of each outermost function that uses one of its names:
    tests, fixtures, methods and helpers. Names that only annotations use, which nothing evaluates, are imported under
    `if TYPE_CHECKING:`. A statement of several names is divided if only some of them lead to the slow module.

    A module is loaded until the last line is gone that leads to it. So the lines come in sets: from a profile, the
    fewest without which the module is not loaded, or else all lines of the project that lead to it. By default, lines
    are rewritten only if the whole set can be. Files that are no tests are rewritten too, if they are in the set.

    With a profile, the modules are those that cost most in it, and what is said about seconds was measured there.
    Without one, they are those in the option `heavy`, and the lines are those in test files, in conftests and in what
    these import of the project.

Left alone:
    A line is left alone, and with it all others of its set, where something needs the module while the file is
    imported, or reads the names of the file from outside:

    - names in base classes, decorators, default values, arguments of `parametrize`, class bodies, and other code that
      runs at import; in functions that such code calls, and in hooks that pytest calls while it collects;
    - annotations that are evaluated: all without `from __future__ import annotations`; with it those of fields in
      classes with bases or decorators, those of functions with decorators that may read them, and all in files that use
      pydantic, FastAPI, SQLAlchemy, attrs, `get_type_hints` and the like;
    - names in `__all__`, names that other files import, read or patch here, and names that are bound again;
    - tests and fixtures that are imported by name, and imports that the file does not use at all: they may register
      something;
    - text that is evaluated: `eval`, conditions of `skipif`, examples in docstrings;
    - functions that tests replace where they come from: a later import would bring the replacement;
    - imports in `try` and `if`, star imports, and `importorskip`, which decides whether tests are skipped.

    What an import warns about, its time and its memory are then part of the first test that runs it. Where a test
    replaces the clock, files or modules in the same function, that is said.

Example:
    ```python
    import pandas as pd


    def test_frame():
        assert pd.DataFrame().empty
    ```

    becomes

    ```python
    def test_frame():
        import pandas as pd

        assert pd.DataFrame().empty
    ```
"""

from __future__ import annotations

from collections.abc import Iterator

from collectbench.codemods.codemod import Codemod, Request
from collectbench.codemods.deferral.deferred_cuts import CutResult, Deferrals
from collectbench.codemods.deferral.import_cuts import Unknown, new_lines, profiled_cuts, static_cut
from collectbench.codemods.deferral.profiled_imports import ImportCut, Line, ProfiledImports
from collectbench.lint.rule import Evidence
from collectbench.model.costs import Profile
from collectbench.model.fixes import Note, Result, Skip
from collectbench.model.units import format_duration

_NAMED = 3
"""So many lines of a set are named in a note."""


def rewrite(request: Request) -> Iterator[Result]:
    """Yield an edit for each file with lines of complete sets, skips for lines that stay, and what each set saves."""
    graph = None if request.profile is None else ProfiledImports(request.profile, request.evidence.codebase)
    deferrals = Deferrals(request)
    found: list[CutResult] = []
    for ways in _ways(request, graph):
        if isinstance(ways, Unknown):
            hint = f"; did you mean {', '.join(ways.nearest)}?" if ways.nearest else ""
            yield Note(text=f"{ways.module}: nothing imports a module of this name{hint}")
        else:
            results = [deferrals.tried(cut) for cut in ways]
            found.append(next((each for each in results if each.is_done or each.is_complete), results[0]))
    edits = deferrals.edits(found, partial=request.choices.partial)
    gone = {} if graph is None else graph.not_loaded_without(_complete_lines(edits.results))
    open_results = [each for each in edits.results if each.is_complete or each.cut.module not in gone]
    yield from edits.edits
    yield from _skips(open_results)
    yield from _notes(request, open_results, sum(gone.values()))
    yield from edits.risks


def _ways(request: Request, graph: ProfiledImports | None) -> Iterator[tuple[ImportCut, ...] | Unknown]:
    evidence, names = request.evidence, request.choices.names
    if request.profile is not None and graph is not None:
        by_settings = [module for module, seconds in evidence.heavy.items() if seconds is None]
        yield from profiled_cuts(request.profile, graph, names, by_settings)
        return
    for module in names or evidence.heavy:
        cut = static_cut(evidence, module)
        if cut.lines:
            yield (cut,)
        elif names:
            yield Unknown(module=module, nearest=())


def _complete_lines(results: list[CutResult]) -> set[Line]:
    return {line for each in results if each.is_complete for line in each.cut.lines}


def _skips(results: list[CutResult]) -> Iterator[Result]:
    """The lines that stay, each once."""
    seen: set[tuple[str, int]] = set()
    for result in results:
        for line, reason in result.refused:
            if line not in seen:
                seen.add(line)
                yield Skip(path=line.path, line=line.line, subject=result.cut.module, reason=reason)


def _notes(request: Request, results: list[CutResult], all_s: float) -> Iterator[Note]:
    """What each set of lines saves, with all modules that have the same set, and what all of them save."""
    groups: dict[tuple[object, ...], list[CutResult]] = {}
    for each in results:
        groups.setdefault((each.cut.lines, each.is_complete, each.cut.blocked), []).append(each)
    for same in groups.values():
        first = max(same, key=lambda each: each.cut.saving_s or 0.0)
        more = (
            f" (and {len(same) - 1} more module{'' if len(same) == 2 else 's'} with the same lines)"
            if len(same) > 1
            else ""
        )
        yield Note(text=f"{first.cut.module}{more}: {_said(request, first)}")
        if first.is_complete and request.profile is not None:
            yield from _unmeasured(request.evidence, request.profile, first.cut.module)
    if all_s and sum(each[0].is_complete for each in groups.values()) > 1:
        yield Note(text=f"all these edits together: about {format_duration(all_s)} saved, as the profile measured")


def _said(request: Request, result: CutResult) -> str:
    cut, done, left = result.cut, len(result.deferred), len(result.todo) - len(result.deferred)
    if cut.blocked and not cut.lines:
        return f"{cut.blocked}: there is nothing to rewrite"
    if not result.todo:
        return "the lines that the profile names do not import it any more: profile again"
    if result.is_complete:
        return _saved(request, cut, done)
    saving = "0 s" if cut.saving_s is None else f"0 s of about {format_duration(cut.saving_s)}"
    rest = _left(result, left, cut.blocked, "more " if done else "")
    if not done:
        return f"{rest}, {'which cannot' if left == 1 else 'none of which can'} be rewritten: {saving} saved"
    if request.choices.partial:
        return f"{_lines(done)} rewritten; {rest}: {saving} saved so far"
    return f"{_lines(done)} could be rewritten, but {rest}: {saving} saved, so none of them is"


def _saved(request: Request, cut: ImportCut, done: int) -> str:
    after = f"{_lines(done)} rewritten; after {'this edit' if done == 1 else 'these edits'} nothing imports it any more"
    if cut.saving_s is None or request.profile is None:
        return f"{after} in the files of the project. What that saves was not measured: collectbench profile tells"
    return f"{after}: about {format_duration(cut.saving_s)} saved, as the profile of {request.profile.target} measured"


def _left(result: CutResult, count: int, blocked: str, more: str) -> str:
    """The lines that still import a module, the first of them by name, and what else does."""
    if not count:
        return blocked
    named = ", ".join(f"{line.path}:{line.line}" for line in result.left[:_NAMED])
    others = ", …" if count > _NAMED else ""
    also = f", and {blocked}" if blocked else ""
    return f"{_lines(count, more)} {'imports' if count == 1 else 'import'} it ({named}{others}){also}"


def _unmeasured(evidence: Evidence, profile: Profile, module: str) -> Iterator[Note]:
    """Lines that the profile does not know."""
    if lines := new_lines(evidence, profile, module):
        where = f"in files that the profile of {profile.target} did not load, such as {lines[0].path}:{lines[0].line}"
        verb = "imports" if len(lines) == 1 else "import"
        yield Note(text=f"{module}: {_lines(len(lines))} {where}, {verb} it too: a run of these saves nothing")


def _lines(count: int, more: str = "") -> str:
    return f"{count} {more}line{'' if count == 1 else 's'}"


CODEMOD = Codemod(
    id="heavy-import",
    doc=__doc__,
    rewrite=rewrite,
    option_names=frozenset({"names", "partial"}),
    needs_profile=True,
)
