"""Lets the workers of a crew measure all targets: each as a whole on one worker, again if that worker dies."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from collectbench.measure.process.interruption import deferred
from collectbench.model.errors import UsageError
from collectbench.usecases.fleet.archive import Archive
from collectbench.usecases.fleet.cluster import ClusterLostError, State, call
from collectbench.usecases.fleet.copies import (
    delete_copies,
    drop_worker,
    lose_copy,
    read_answer,
    renew_copies,
    see_unpacked,
    send_copies,
)
from collectbench.usecases.fleet.crew import WAIT_S, Crew
from collectbench.usecases.fleet.inspection import Facts
from collectbench.usecases.fleet.policy import Board, new_board
from collectbench.usecases.fleet.worker import Worker

MOST_DIED = 10
"""After so many workers that died while they unpacked the tree, and came back, no other one will do better."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a worker made of a target: the text of the document, its stderr, and the top of the tree there."""

    facts: Facts
    document: str
    said: str
    tree: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What is to be measured.

    Attributes:
        names: the targets.
        seconds: known wall seconds of a round by target: the longest comes first.
        order: makes the order for a target at the moment when it begins; None if the time limit is reached. It
            gets the board: as long as no worker has died, an order may do more than it has to.
        take: takes an answer; returns why it is not usable, empty if it is.
    """

    names: tuple[str, ...]
    seconds: Mapping[str, float]
    order: Callable[[str, Board], str | None]
    take: Callable[[str, Answer], str]


@dataclass(slots=True, kw_only=True)
class Session:
    """Targets on the workers of a crew. `progress` tells the user how far it is; notes are those of the crew."""

    crew: Crew
    archive: Archive
    progress: Callable[[str], None]
    _board: Board = field(default_factory=lambda: Board(waiting=()))
    _alone_since_s: float = 0.0
    _died_unpacking: int = 0

    def measure(self, work: Work) -> Board:
        """Let the workers measure all targets; returns where each of them is at the end.

        One that is neither finished nor crashed was not begun before the time limit.

        Raises:
            UsageError: no worker is left, or a target cannot be measured by any of them; says why.
            Interrupted: a signal arrived. `take` has got all answers that were there.
        """
        self._board = new_board(work.names, work.seconds)
        self._alone_since_s = self.crew.now_s()
        while not self._board.is_over:
            for worker in self.crew.look():
                self._count_death(worker)
            self.crew.admit_inspected()
            send_copies(self.crew, self.archive)
            see_unpacked(self.crew)
            self._see_measured(work)
            self._assign(work)
            renew_copies(self.crew)
            self._require_workers()
            if not self._board.is_over:
                self.crew.pause()
        return self._board

    def close(self) -> None:
        """Let each worker end what runs and delete its copy, and wait for that."""
        with deferred():
            delete_copies(self.crew)

    def _see_measured(self, work: Work) -> None:
        """Take the answers that are there."""
        for worker in list(self.crew.workers.values()):
            target = self._board.target_of(worker.address)
            if worker.measuring is None or target is None or (state := worker.measuring.state()) is State.RUNS:
                continue
            if state is State.LOST:
                raise ClusterLostError("--dask: the connection to the scheduler was lost, so measuring cannot go on")
            answer = read_answer(worker.measuring)
            worker.measuring = None
            if "lost" in answer:
                if answer.get("begun") is False:
                    self._board = self._board.returned(target)
                    lose_copy(self.crew, worker, str(answer["lost"]))
                else:
                    self._count_death(worker)
                    worker.lose_copy()  # it gets another one
            elif problem := _problem_with(answer, target, worker.facts, work):
                self._board = self._board.failed(target, f"{worker.facts.label}: {problem}")
                drop_worker(self.crew, worker, f"{target} cannot be measured there: {problem}")
            else:
                self._board = self._board.measured(target)
                worker.copies, self._died_unpacking = 1, 0
                done = f"{len(self._board.finished)} of {len(work.names)}"
                self.progress(f"{done}: {target} was measured by {worker.facts.label}")
        if names := self._board.hopeless:
            reasons = "\n  ".join(self._board.failures[names[0]])
            raise UsageError(f"--dask: no worker can measure {names[0]}:\n  {reasons}")

    def _assign(self, work: Work) -> None:
        """Give the next targets to the workers that are free."""
        for worker in [worker for worker in self.crew.workers.values() if worker.is_ready]:
            assigned = self._board.assigned([worker.address])
            target = assigned.target_of(worker.address)
            if target is None or target in self._board.running:
                continue
            order = work.order(target, self._board)
            if order is None:
                self._board = self._board.abandoned()
                return
            key = self.crew.new_key()
            self.progress(f"{worker.facts.label} measures {target}")
            worker.measuring = self.crew.cluster.submit(
                call("measure", self.crew.session, order, key), worker.address, key
            )
            self._board = assigned

    def _count_death(self, worker: Worker) -> None:
        """A worker is gone, or what it had is gone; if it measured a target, that goes back."""
        target = self._board.target_of(worker.address)
        if target is None:
            self._died_unpacking += worker.unpacking is not None
            return
        label = worker.facts.label
        self._board = self._board.died(target, f"{label} ({worker.address})")
        what = "is not measured again" if target in self._board.crashed else "is measured again as a whole"
        self.crew.say(f"note: worker {label} died while it measured {target}, which {what}")

    def _require_workers(self) -> None:
        """Go on, unless there has been no worker for a long time, or none that can measure."""
        if self._died_unpacking >= MOST_DIED and not self._board.running:
            raise UsageError(
                f"--dask: {MOST_DIED} workers died while they unpacked the tree; give them more memory, "
                "or a TMPDIR on a disk"
            )
        if not self.crew.is_empty or self._board.is_over:
            self._alone_since_s = self.crew.now_s()
        elif self.crew.is_hopeless or self.crew.now_s() - self._alone_since_s >= WAIT_S:
            raise self.crew.nobody()


def _problem_with(answer: Mapping[str, object], target: str, facts: Facts, work: Work) -> str:
    """Why an answer is not a measurement; empty if it is one, which is taken then."""
    if "error" in answer:
        return str(answer["error"])
    said, document = str(answer.get("said", "")).strip(), answer.get("document")
    if not isinstance(document, str):
        return said or f"the command ended with exit code {answer.get('exit_code')}, and wrote no document"
    return work.take(target, Answer(facts=facts, document=document, said=said, tree=str(answer.get("tree", ""))))
