"""A cluster that exists in memory alone: workers that tell facts, take copies and answer orders at once or later."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from collectbench.usecases.fleet.cluster import ClusterLostError, Member, Pending, State

DONE = {"exit_code": 0, "document": "{}", "said": "", "tree": "/there"}


@dataclass
class Task:
    """A task that is over after `lasts_s`, unless something else becomes of it."""

    cluster: FakeCluster
    text: str
    lasts_s: float = 0.0
    begun_s: float = 0.0
    fate: State | None = None

    def state(self) -> State:
        if self.fate is not None:
            return self.fate
        return State.DONE if self.cluster.clock_s - self.begun_s >= self.lasts_s else State.RUNS

    def result(self) -> str:
        return self.text


@dataclass
class FakeCluster:
    """Workers by address, each with the facts that it tells. `measure` answers orders."""

    workers: dict[str, dict[str, object]]
    measure: Callable[[str, str], Task | Mapping[str, object]] = lambda address, order: DONE
    without_resource: frozenset[str] = frozenset()
    clock_s: float = 0.0
    telling_s: float = 0.0
    each_look: Callable[[], None] = lambda: None
    told: list[tuple[str, str]] = field(default_factory=list)
    received: dict[str, bytes] = field(default_factory=dict)
    cancelled: list[Pending] = field(default_factory=list)
    failing: dict[tuple[str, str], object] = field(default_factory=dict)
    orders: list[tuple[str, str]] = field(default_factory=list)
    copies: set[str] = field(default_factory=set)
    is_closed: bool = False
    is_lost: bool = False

    def members(self) -> Mapping[str, Member]:
        if self.is_lost:
            raise ClusterLostError("gone")
        self.each_look()
        return {
            address: Member(address=address, name=address[0], measures=address not in self.without_resource)
            for address in self.workers
        }

    def submit(self, expression: str, address: str, key: str) -> Pending:
        if "facts_program" in expression or "lambda space" in expression:
            return Task(self, json.dumps(self.workers[address]), begun_s=self.clock_s)
        if ".unpack(" in expression:
            answer = self.failing.get((address, "unpack"), {"unpacked": "/there"})
            answer = answer.pop(0) if isinstance(answer, list) else answer
            return Task(self, json.dumps(answer), begun_s=self.clock_s)
        match = re.search(r"\.measure\('[^']*', '([^']*)', '([^']*)'\)", expression)
        assert match is not None
        assert match[2] == key
        self.orders.append((address, match[1]))
        found = self.measure(address, match[1])
        if isinstance(found, Task):
            return replace(found, begun_s=self.clock_s)
        return Task(self, json.dumps(found), lasts_s=1.0, begun_s=self.clock_s)

    def tell(
        self, expression: str, addresses: Sequence[str], chunk: bytes = b"", patience_s: float = 60.0
    ) -> Mapping[str, object]:
        match = re.search(r"task'\)\.(\w+)\(", expression)
        assert match is not None
        self.clock_s += self.telling_s
        return {address: self._tell(match[1], address, chunk) for address in addresses}

    def _tell(self, word: str, address: str, chunk: bytes) -> object:
        self.told.append((word, address))
        if (address, word) in self.failing:
            return self.failing[address, word]
        if address not in self.workers:
            return OSError("no such worker")
        if word == "begin":
            self.copies.add(address)
            self.received.pop(address, None)
        elif word == "receive":
            self.received[address] = self.received.get(address, b"") + chunk
            return len(self.received[address])
        elif word == "stop":
            self.copies.discard(address)
        elif word == "renew":
            return address in self.copies
        elif word == "is_gone":
            return address not in self.copies
        return None

    def cancel(self, tasks: Iterable[Pending]) -> None:
        self.cancelled += tasks

    def close(self) -> None:
        self.is_closed = True

    def sleep(self, seconds: float) -> None:
        self.clock_s += seconds


def facts_of(**changes: object) -> dict[str, object]:
    return {
        "python": "3.11.7",
        "implementation": "CPython",
        "distributions": {"pytest": "8.3.5"},
        "collectbench": "1.0",
        "git": "2.39",
        "free_bytes": 2**40,
        "temporary": "/tmp",
        "platform": "Linux",
        "cpu_model": "Model A",
        "cpu_count": 2,
        "host": "host",
        "error": "",
        **changes,
    }
