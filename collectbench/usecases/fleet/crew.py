"""The workers of a cluster that take part in a command: found, inspected, and refused by name if they differ."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

from collectbench.measure.process.interruption import interruptible
from collectbench.model.errors import UsageError
from collectbench.usecases.fleet.cluster import HOW_TO_START, Cluster, Pending, State, inspect
from collectbench.usecases.fleet.inspection import Facts, Needs, lacks, largest_group, read_facts, why_other
from collectbench.usecases.fleet.worker import Clock, Worker

WAIT_S = 60.0
"""How long a command waits for a worker if there is none."""
SETTLE_S = 1.0
"""Workers that join within this time of each other choose together whose software counts."""
LOOK_S, PAUSE_S = 1.0, 0.1
"""How often the scheduler is asked who is there, and how often tasks are looked at."""


@dataclass(slots=True, kw_only=True)
class Crew:
    """The workers that take part in a command.

    Attributes:
        cluster: the cluster.
        needs: what a worker needs to take part.
        here: what a worker on this machine would say: decides between groups of workers that are as large.
        python: the interpreter that owns the tests; empty for the workers' own.
        say: tells the user something that matters.
        clock: tells the time.
        session: names this command on the workers.
        workers: those that take part, by address.
        leaving: those that took part and are to delete their copies.
        dismissed: those of them that were not told yet.
        renewed_s: when the workers last heard that this command lives.
        notes: what a reader of the figures has to know about the workers.
    """

    cluster: Cluster
    needs: Needs
    here: Facts
    python: str = ""
    say: Callable[[str], None]
    clock: Clock = field(default_factory=Clock)
    session: str = field(default_factory=lambda: uuid.uuid4().hex)
    workers: dict[str, Worker] = field(default_factory=dict)
    leaving: list[Worker] = field(default_factory=list)
    dismissed: list[Worker] = field(default_factory=list)
    renewed_s: float = float("-inf")
    notes: list[str] = field(default_factory=list)
    _chosen: Facts | None = None
    _inspecting: dict[str, tuple[str, Pending]] = field(default_factory=dict)
    _found: dict[str, Facts] = field(default_factory=dict)
    _refused: set[str] = field(default_factory=set)
    _looked_s: float = float("-inf")
    _joined_s: float = float("-inf")
    _number_of_tasks: int = 0

    def gather(self) -> Facts:
        """Wait for workers, inspect them, and choose those that take part; returns the facts about one of them.

        Raises:
            UsageError: no worker declares that it measures, or none can take part; says what to do.
            Interrupted: a signal arrived.
        """
        begun_s = self.now_s()
        while self.now_s() - begun_s < WAIT_S:
            self.look()
            self._found |= self._inspected()
            is_settled = not self._inspecting and self.now_s() - self._joined_s >= SETTLE_S
            if is_settled and (self._found or self._refused):
                break
            self.pause()
        found, self._found = self._found, {}
        able = {address: facts for address, facts in found.items() if not self._lacks(address, facts)}
        if not able:
            raise self.nobody()
        self._chosen = largest_group(list(able.values()), self.here)
        for address, facts in able.items():
            self._admit(address, facts, self._chosen)
        return self._chosen

    def look(self) -> list[Worker]:
        """Ask the scheduler from time to time who is there; returns those that took part and are gone.

        Raises:
            ClusterLostError: the scheduler does not answer.
        """
        if self.now_s() - self._looked_s < LOOK_S:
            return []
        self._looked_s = self.now_s()
        members = self.cluster.members()
        gone = [self.workers.pop(address) for address in [*self.workers] if address not in members]
        for address in [address for address in self._inspecting if address not in members]:
            del self._inspecting[address]
        self._refused &= members.keys()  # another one may get the address of one that has left
        for address in [address for address in self._found if address not in members]:
            del self._found[address]
        known = {*self.workers, *self._inspecting, *self._refused, *self._found}
        for member in members.values():
            if member.measures and member.address not in known:
                task = self.cluster.submit(inspect(self.python), member.address, self.new_key())
                self._inspecting[member.address] = (member.name, task)
                self._joined_s = self.now_s()
        for worker in gone:
            self.cluster.cancel(worker.tasks)
        return gone

    def admit_inspected(self) -> None:
        """Let the workers take part that have joined later and are like the others."""
        for address, facts in self._inspected().items():
            if not self._lacks(address, facts):
                self._admit(address, facts, self._chosen or facts)

    def set_aside(self, worker: Worker, reason: str) -> None:
        """Let a worker take part no longer."""
        self.workers.pop(worker.address, None)
        self._refuse(worker.address, worker.facts.label, reason)

    @property
    def is_empty(self) -> bool:
        """Whether nobody takes part, and nobody is being inspected."""
        return not self.workers and not self._inspecting

    @property
    def is_hopeless(self) -> bool:
        """Whether each worker that is there was refused."""
        return self.is_empty and bool(self._refused)

    @property
    def inspections(self) -> tuple[Pending, ...]:
        """The inspections that run."""
        return tuple(task for _, task in self._inspecting.values())

    def nobody(self) -> UsageError:
        """Why nobody takes part, and what to do."""
        if self.notes:
            return UsageError("--dask: no worker can take part:\n  " + "\n  ".join(self.notes))
        if self._inspecting:
            names = ", ".join(name for name, _ in self._inspecting.values())
            return UsageError(f"--dask: all workers were busy for {WAIT_S:.0f} s ({names}); try again later")
        return UsageError(
            f"--dask: for {WAIT_S:.0f} s there was no worker that declares the resource bench=1; start one:\n"
            f"  {HOW_TO_START}"
        )

    def new_key(self) -> str:
        """A name for a new task that no other task of the cluster has."""
        self._number_of_tasks += 1
        return f"collectbench-{self.session}-{self._number_of_tasks}"

    def now_s(self) -> float:
        """The time in seconds."""
        return self.clock.now_s()

    def pause(self) -> None:
        """Let some time pass.

        Raises:
            Interrupted: a signal arrived.
        """
        with interruptible():
            self.clock.sleep(PAUSE_S)

    def _inspected(self) -> dict[str, Facts]:
        """The facts about workers that have just been inspected. One that could not be inspected is refused."""
        found = {}
        for address, (name, task) in list(self._inspecting.items()):
            state = task.state()
            if state is State.RUNS:
                continue
            del self._inspecting[address]
            text = task.result() or "its answer was lost"
            try:
                found[address] = read_facts(text if state is State.DONE else "", name)
            except ValueError:
                self._refuse(address, f"{name} at {address}", f"it cannot be inspected ({text[:200]})")
        return found

    def _lacks(self, address: str, facts: Facts) -> bool:
        """Whether a worker lacks something, and is refused."""
        return self._refuse_if(address, facts, lacks(facts, self.needs))

    def _admit(self, address: str, facts: Facts, chosen: Facts) -> None:
        if not self._refuse_if(address, facts, why_other(facts, chosen)):
            self.workers[address] = Worker(address=address, facts=facts)

    def _refuse_if(self, address: str, facts: Facts, reason: str) -> bool:
        if reason:
            self._refuse(address, facts.label, reason)
        return bool(reason)

    def _refuse(self, address: str, label: str, reason: str) -> None:
        self._refused.add(address)
        note = f"worker {label} takes no part: {reason}"
        if note not in self.notes:
            self.notes.append(note)
            self.say(f"note: {note}")
