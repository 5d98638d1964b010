"""What a session needs of a cluster: its workers, and how they are made to do something. `on_dask.py` is the real one.

Functions travel as text, and only Python's own `eval` is pickled. So the scheduler, which unpickles what is submitted,
need not have collectbench; a worker can say which version it has before anything of ours is imported; and versions of
Python may differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Protocol

from collectbench.model.errors import UsageError

RESOURCE = "bench"
"""What a worker declares so that it measures, one target at a time."""

PATIENCE_S = 60.0
"""How long an answer of workers or of the scheduler may take."""

QUICK_S = 5.0
"""The same where no answer is needed, or where the question is asked again."""

TASKS = "collectbench.usecases.fleet.task"
FACTS = Path(__file__).with_name("facts_program.py")

HOW_TO_START = "dask worker ADDRESS --nthreads 1 --resources bench=1"


class ClusterLostError(UsageError):
    """The connection to the scheduler is lost."""


class State(Enum):
    """What became of a task."""

    RUNS = "runs"
    DONE = "done"
    FAILED = "failed"
    KILLED = "killed"
    """The scheduler has given it up, since workers died."""
    LOST = "lost"
    """Cancelled, or the connection to the scheduler was lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A worker: its address, its name, and whether it declares that it measures."""

    address: str
    name: str
    measures: bool


class Pending(Protocol):
    """A task that was submitted."""

    def state(self) -> State:
        """What became of it until now."""

    def result(self) -> str:
        """Its text if it is done; else the error in one line. It may have been lost meanwhile: then empty."""


class Cluster(Protocol):
    """What a session needs of a cluster."""

    def members(self) -> Mapping[str, Member]:
        """The workers that are there now, by address.

        Raises:
            ClusterLostError: the scheduler does not answer.
        """

    def submit(self, expression: str, address: str, key: str) -> Pending:
        """Let one worker compute an expression, with its resource for one measurement, beside nothing else."""

    def tell(
        self, expression: str, addresses: Sequence[str], chunk: bytes = b"", patience_s: float = PATIENCE_S
    ) -> Mapping[str, object]:
        """Let workers compute an expression at once, also while they measure; it must be quick.

        `chunk` is a name in it; without one, `worker` is the worker's address. Returns the values by address; an
        exception if a worker has none after `patience_s` seconds. With a chunk, all of them have none then.
        """

    def cancel(self, tasks: Iterable[Pending]) -> None:
        """Withdraw tasks. Those that run notice it."""

    def close(self) -> None:
        """Leave the cluster."""


def call(function: str, *arguments: str) -> str:
    """An expression that calls a function of `task.py` on a worker."""
    return f"__import__('importlib').import_module({TASKS!r}).{function}{_listed(arguments)}"


def begin_copy(session: str) -> str:
    """An expression that hands the address of each worker to `begin` of `task.py`."""
    return f"__import__('importlib').import_module({TASKS!r}).begin({session!r}, worker)"


def receive_chunk(session: str) -> str:
    """An expression that hands `chunk` to `receive` of `task.py`."""
    return f"__import__('importlib').import_module({TASKS!r}).receive({session!r}, chunk)"


def inspect(python: str) -> str:
    """An expression whose value are the facts about a worker in JSON, see `facts_program`; it needs nothing of ours."""
    source = FACTS.read_text(encoding="utf-8")
    return f"(lambda space: exec({source!r}, space) or space['facts']({python!r}, {source!r}))({{}})"


def first_line(error: BaseException) -> str:
    """What an error says in one line; its name if it says nothing."""
    return str(error).partition("\n")[0] or type(error).__name__


def _listed(arguments: Sequence[str]) -> str:
    return f"({', '.join(map(repr, arguments))})"
