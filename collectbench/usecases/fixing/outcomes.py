"""Runs the tests that edits can affect before and after, and finds those whose outcome got worse."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from collectbench.judge.verification.changes import changes_of, missing_of, with_reruns
from collectbench.judge.verification.recorded import Recorded
from collectbench.judge.verification.run import TargetRun
from collectbench.model.fixes import Difference, Edit, Effect
from collectbench.model.verification import Choice, Outcome, OutcomeChange
from collectbench.usecases.fixing.batches import Harm

Run = Callable[[Sequence[str], Recorded], TargetRun]
"""Runs the tests of some files, and those again whose outcome differs from the recorded one."""


@dataclass(kw_only=True)
class Outcomes:
    """The outcomes before the first edit, and the harm that edits do to them.

    Attributes:
        run: runs tests now. Paths are those of edits.
        tests_of: the test files that changes of some files can affect.
        place: of a path in a node id, as the path of an edit.
        before: the outcomes without the edits.
    """

    run: Run
    tests_of: Callable[[Collection[str]], frozenset[str]]
    place: Callable[[str], str]
    before: Recorded = field(default_factory=Recorded)
    _harmless: set[str] = field(default_factory=set)

    def record(self, edits: Sequence[Edit]) -> None:
        """Run the tests that these edits can affect, which are not in the files yet.

        Raises:
            Interrupted: a signal arrived.
        """
        files = sorted(self.tests_of([edit.path for edit in edits]))
        if not files:
            return
        run = self.run(files, Recorded())
        outcomes = {case.nodeid: case.outcome for case in run.cases if case.outcome is not Outcome.NOT_RUN}
        self.before = Recorded(outcomes=outcomes, choices=(Choice(),), errors=run.errors)

    def harm_of(self, edits: Sequence[Edit]) -> tuple[Harm, ...]:
        """Return the tests that fail, end otherwise or are gone with these edits; those that pass now are no harm.

        Only the tests of edits run that were not yet found harmless.

        Raises:
            Interrupted: a signal arrived.
        """
        new = [edit for edit in edits if edit.path not in self._harmless]
        files = sorted(self.tests_of([edit.path for edit in new]))
        if files:
            recorded = self._of(frozenset(files))
            harm = self._harm(self.run(files, recorded), recorded, edits)
            if harm:
                return harm
        self._harmless.update(edit.path for edit in new)
        return ()

    def _of(self, files: frozenset[str]) -> Recorded:
        outcomes = {
            nodeid: outcome for nodeid, outcome in self.before.outcomes.items() if self._file_of(nodeid) in files
        }
        return Recorded(outcomes=outcomes, choices=self.before.choices, errors=self.before.errors)

    def _file_of(self, nodeid: str) -> str:
        return self.place(nodeid.partition("::")[0])

    def _harm(self, run: TargetRun, recorded: Recorded, edits: Sequence[Edit]) -> tuple[Harm, ...]:
        cases, _ = with_reruns(recorded.outcomes, run.cases, run.reruns)
        changes = changes_of(recorded.outcomes, cases)
        missing = missing_of(recorded.outcomes, {case.nodeid for case in cases})
        permits = [permit for edit in edits for permit in edit.permits]
        lost = [each for each in missing if not self._as_lost(each).is_permitted(permits)]
        unrun = [case.nodeid for case in cases if case.outcome is Outcome.NOT_RUN and case.nodeid in recorded.outcomes]
        return (
            *(self._named("newly failing", each.nodeid, each.message) for each in changes.newly_failing),
            *(self._named(f"{_word(each.before)} -> {_word(each.now)}", each.nodeid) for each in changes.changed),
            *(self._named("not run any more", nodeid) for nodeid in (*(each.nodeid for each in lost), *unrun)),
        )

    def _as_lost(self, change: OutcomeChange) -> Difference:
        return Difference(effect=Effect.ID_LOST, path=self._file_of(change.nodeid), text=change.nodeid)

    def _named(self, what: str, nodeid: str, message: str = "") -> Harm:
        return Harm(text=f"{what}: {nodeid}" + (f" ({message})" if message else ""), path=self._file_of(nodeid))


def _word(outcome: Outcome | None) -> str:
    return outcome.value if outcome else "nothing"
