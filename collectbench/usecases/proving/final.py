"""The final proof: the very diff of the proven fixes in one of two worktrees, compared as `compare --against` does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from collectbench.checkouts.git import git_in
from collectbench.judge.final_proof import final_proof
from collectbench.measure.process.launch import launch
from collectbench.measure.process.temporary import temporary_directory
from collectbench.model.diagnosis import Diagnosis
from collectbench.model.errors import UsageError
from collectbench.usecases.comparing import Terms
from collectbench.usecases.feedback import Feedback
from collectbench.usecases.paired.against import judge_against
from collectbench.usecases.project import Project, ProjectRequest

OPTION = "--worktree"


def with_final_proof(
    project: Project, diagnosis: Diagnosis, sources: Mapping[str, bytes], feedback: Feedback, pairs: int | None = None
) -> Diagnosis:
    """Return the diagnosis with the final proof of each target.

    `sources` are those of the proven fixes by absolute path; without any, a note says so. `pairs` is their exact
    number; None for as many as decide.

    Raises:
        UsageError: the project is in no git repository, or the two trees cannot be compared.
        Interrupted: a signal arrived. The worktrees are gone.
    """
    if not sources:
        note = f"{OPTION}: no proven finding has a fix that can be written, so nothing was compared"
        return replace(diagnosis, notes=(*diagnosis.notes, note))
    top = toplevel(project)
    edits = {Path(path).relative_to(top).as_posix(): content for path, content in sources.items()}
    measured = replace(project, request=_with_pairs(project.request, pairs))
    judged = judge_against(measured, "HEAD", Terms(full=True), feedback, edits, OPTION)
    compared = {each.name: each for each in judged.comparison.targets}
    if judged.comparison.suite is not None:
        compared[judged.comparison.suite.name] = judged.comparison.suite
    targets = [
        replace(target, final=final_proof(compared[target.name], sorted(edits))) if target.name in compared else target
        for target in diagnosis.targets
    ]
    return replace(diagnosis, targets=tuple(targets), notes=(*diagnosis.notes, *judged.comparison.notes))


def _with_pairs(request: ProjectRequest, pairs: int | None) -> ProjectRequest:
    """The request, whose rounds were those of a diagnosis."""
    measure = replace(request.options.measure, rounds=pairs)
    return replace(request, options=replace(request.options, measure=measure))


def toplevel(project: Project) -> Path:
    """Return the top of the user's working tree, without symbolic links.

    Raises:
        UsageError: the project is in no git repository.
    """
    with temporary_directory() as work:
        answer = git_in(project.root, project.env, work, launch).run("rev-parse", "--show-toplevel")
    if not answer.ok:
        raise UsageError(f"{OPTION}: {project.root} is in no git repository, so there is no worktree; omit it")
    return Path(answer.line).resolve()
