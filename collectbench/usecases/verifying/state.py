"""The recorded state: its place, whether it can be compared with, and how a new one takes its place."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from collectbench.judge.verdicts import worst
from collectbench.judge.verification.environments import forbidding
from collectbench.model.errors import BaselineError, UsageError
from collectbench.model.reason import Action, Reason, Remedy
from collectbench.model.run import Environment
from collectbench.model.verification import Choice, Verification
from collectbench.store.baselines import baseline_path, is_missing, partial_path, require_regular
from collectbench.store.documents import VERIFICATION, to_document
from collectbench.store.files import read_document, write_atomically
from collectbench.store.layout import layout
from collectbench.store.locks import locked
from collectbench.usecases.feedback import Feedback
from collectbench.usecases.project import Project
from collectbench.usecases.verifying.options import chosen
from collectbench.usecases.wording import explain_error

DIRECTORY = "verify"
"""The directory of the states, in that of the baselines, whose names they have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StateSlot:
    """The place of a state; `is_usual` tells whether the user did not name it."""

    path: Path
    is_usual: bool

    @staticmethod
    def of(project: Project, file: Path | None) -> StateSlot:
        """The place that the user names, else `verify/<baseline>.json` in the directory of the baselines.

        Raises:
            UsageError: the configured name of the baseline is no file name.
        """
        if file is not None:
            return StateSlot(path=Path.cwd() / file, is_usual=False)
        return StateSlot(path=baseline_path(project.baseline_dir / DIRECTORY, project.config.baseline), is_usual=True)

    @property
    def partial(self) -> Path:
        """The file for the finished targets of an interrupted command."""
        if self.is_usual:
            return partial_path(self.path.parent, self.path.stem)
        return self.path.with_name(f"{self.path.stem}.partial{self.path.suffix}")

    @property
    def is_there(self) -> bool:
        """Whether there is a file, readable or not."""
        return not is_missing(self.path)

    def read(self) -> Verification:
        """Read the state.

        Raises:
            BaselineError: it is missing, damaged, or another document; says how to record one.
        """
        remedy = Remedy(action=Action.RECORD_OUTCOMES)
        if not self.is_there:
            raise BaselineError(Reason(fact=f"there is no recorded state: {shown(self.path)}", remedies=(remedy,)))
        require_regular(self.path)
        try:
            return read_document(self.path, VERIFICATION)
        except BaselineError as error:
            facts = (reason.fact for reason in error.reasons)
            ways = ("restore the file from version control", remedy)
            raise BaselineError(*(Reason(fact=fact, remedies=ways) for fact in facts)) from error

    def read_for(self, environment: Environment, *, allow_mismatch: bool) -> Verification:
        """Read the state for a comparison with outcomes of an environment.

        Raises:
            BaselineError: as `read`, or the environments differ in what matters.
        """
        state = self.read()
        differing = forbidding(state.environment, environment)
        if differing and not allow_mismatch:
            fact = f"{shown(self.path)} was recorded in another environment: {', '.join(differing)}"
            remedies = (Remedy(action=Action.ALLOW_MISMATCH), Remedy(action=Action.RECORD_OUTCOMES))
            raise BaselineError(Reason(fact=fact, remedies=remedies))
        return state

    def require_recordable(self, project: Project, choice: Choice) -> None:
        """Go on, unless a new state of the project must not take this place.

        Raises:
            UsageError: the directory does not exist and cannot be made.
            BaselineError: the present file is of another kind, of another environment, or holds more tests.
        """
        if not self.is_usual and not self.path.parent.is_dir():
            raise UsageError(f"--state {self.path}: give a file in a directory that exists")
        if not self.is_there:
            return
        state = self.read()
        differing = forbidding(state.environment, project.environment)
        if project.plan.is_subset and differing:
            fact = f"{shown(self.path)} holds the outcomes of another environment: {', '.join(differing)}"
            ways = ("record all targets", "give another file with --state FILE")
            raise BaselineError(Reason(fact=fact, remedies=ways))
        wanted = {target.name: chosen(target, choice) for target in project.plan.targets}
        if choice != Choice() and any(each.choice != wanted.get(each.name, each.choice) for each in state.targets):
            fact = f"{shown(self.path)} holds the outcomes of more tests than {choice}"
            raise BaselineError(Reason(fact=fact, remedies=("give another file with --state FILE", "remove that file")))

    def save(self, verification: Verification, *, keeps_others: bool) -> None:
        """Write a state; with `keeps_others`, the targets that it does not have stay in the file.

        Raises:
            BaselineError: the file cannot be written; what it held before is untouched.
        """
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with locked(self.path.parent):
                if keeps_others and self.is_there:
                    verification = merged(self.read(), verification)
                write_atomically(self.path, layout(to_document(verification)))
        except OSError as error:
            raise _unwritten(self.path, error) from error

    def save_partial(self, verification: Verification) -> Path:
        """Write the finished targets of an interrupted command beside the state; returns the file. Raises as `save`."""
        try:
            self.partial.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(self.partial, layout(to_document(verification)))
        except OSError as error:
            raise _unwritten(self.partial, error) from error
        return self.partial


def keep_finished(verification: Verification, slot: StateSlot, feedback: Feedback) -> None:
    """Keep the finished targets of an interrupted command, if there are any; an error is only reported."""
    if not verification.targets:
        return
    try:
        feedback.say(f"finished targets are kept in {shown(slot.save_partial(verification))}")
    except BaselineError as error:
        feedback.say(f"error: {explain_error(error)}")


def merged(existing: Verification, new: Verification) -> Verification:
    """A state with the targets of a new one in their places."""
    targets = {target.name: target for target in (*existing.targets, *new.targets)}
    return replace(
        new,
        targets=tuple(targets.values()),
        verdict=worst(target.verdict for target in targets.values()),
        notes=tuple(dict.fromkeys((*existing.notes, *new.notes))),
    )


def shown(path: Path) -> str:
    """A path, relative to the current directory if it lies in it."""
    cwd = Path.cwd()
    return str(path.relative_to(cwd) if path.is_relative_to(cwd) else path)


def _unwritten(path: Path, error: OSError) -> BaselineError:
    return BaselineError(f"{path} cannot be written: {error.strerror or error}; what it held before is untouched")
