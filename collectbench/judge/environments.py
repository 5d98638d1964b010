"""How the environments of two runs differ: what forbids a comparison, and what merely explains it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collectbench.model.run import Environment

DIFFERENCES_SHOWN = 8
"""More than these are not read; after an upgrade of everything there are hundreds."""


class Weight(Enum):
    """What a difference means for a comparison of stored runs."""

    FORBIDS = "forbids"
    """Other work is done: neither times nor anything else of the change can be told from it."""
    FORBIDS_TIMES = "forbids times"
    """The same work takes another time."""
    SHOWN = "shown"
    """It may explain a change, and excuses none."""


class Subject(Enum):
    """What a difference is one of."""

    MACHINE = "machine"
    SOFTWARE = "software"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One field in which two environments differ, with both values; None where one side has no such thing."""

    what: str
    base: str | None
    head: str | None
    weight: Weight
    subject: Subject = Subject.SOFTWARE

    @property
    def words(self) -> str:
        """What differs, and both values, of runs at two times."""
        if self.base is None:
            return f"{self.what} {self.head} added"
        if self.head is None:
            return f"{self.what} {self.base} removed"
        return self.words_of("then", "now")

    def words_of(self, base: str, head: str) -> str:
        """The same, where the sides are called otherwise."""
        return f"{self.what} {self.base or 'unknown'} {base}, {self.head or 'unknown'} {head}"


def differences(base: Environment, head: Environment) -> tuple[Difference, ...]:
    """All differences, field by field: those that forbid, then those that are shown.

    Of Python the minor version matters, not the patch release. The CPU model matters because stored times
    were taken at another time, on what may be another machine. Distributions that are plugins are told as those;
    where one side did not list its distributions, as files of before schema 2, they are not compared.
    """
    found = (*_software(base, head), *_machine(base, head), *_settings(base, head))
    return tuple(sorted(found, key=lambda difference: difference.weight is Weight.SHOWN))


def mismatches(base: Environment, head: Environment) -> tuple[str, ...]:
    """The differences that make stored times incomparable, such as `pytest 8.3.5 then, 9.0.1 now`."""
    return tuple(each.words for each in differences(base, head) if each.weight is not Weight.SHOWN)


def same_work(base: Environment, head: Environment) -> bool:
    """Whether the same code does the same work in both, however long it takes."""
    return all(each.weight is not Weight.FORBIDS for each in differences(base, head))


def other_processor(base: Environment, head: Environment) -> bool:
    """Whether stored times of one say nothing about the other but in reference seconds."""
    return base.cpu_model != head.cpu_model


def shown_differences(base: Environment, head: Environment) -> tuple[str, ...]:
    """The differences that forbid nothing, a sentence each; of very many the first, and how many more there are."""
    words = [each.words for each in differences(base, head) if each.weight is Weight.SHOWN]
    rest = len(words) - DIFFERENCES_SHOWN
    more = (f"and {rest} more differences between the environments",) if rest > 0 else ()
    return (*words[:DIFFERENCES_SHOWN], *more)


def _software(base: Environment, head: Environment) -> Iterator[Difference]:
    minor = _minor(base.python) != _minor(head.python)
    yield from _field("Python", base.python, head.python, Weight.FORBIDS if minor else Weight.SHOWN)
    yield from _field("implementation", base.implementation, head.implementation, Weight.FORBIDS)
    yield from _field("pytest", base.pytest, head.pytest, Weight.FORBIDS)
    yield from _field("bytecode", base.bytecode, head.bytecode, Weight.FORBIDS)


def _machine(base: Environment, head: Environment) -> Iterator[Difference]:
    machine = Subject.MACHINE
    yield from _field("CPU", base.cpu_model, head.cpu_model, Weight.FORBIDS_TIMES, machine)
    yield from _field("number of CPUs", str(base.cpu_count), str(head.cpu_count), Weight.SHOWN, machine)
    yield from _field("platform", base.platform, head.platform, Weight.SHOWN, machine)


def _settings(base: Environment, head: Environment) -> Iterator[Difference]:
    """What is set and installed, by name."""
    for name in sorted(base.flags.keys() | head.flags.keys()):
        values = [side.flags.get(name, "unset") or "empty" for side in (base, head)]
        yield from _field(name, values[0], values[1], Weight.SHOWN)
    yield from _versions("plugin", base.plugins, head.plugins)
    if base.distributions and head.distributions:
        plugins = {_normalised(name) for name in (*base.plugins, *head.plugins, "pytest")}
        then, now = (
            {name: version for name, version in side.distributions.items() if name not in plugins}
            for side in (base, head)
        )
        yield from _versions("distribution", then, now)


def _field(what: str, then: str, now: str, weight: Weight, subject: Subject = Subject.SOFTWARE) -> Iterator[Difference]:
    if then != now:
        yield Difference(what=what, base=then, head=now, weight=weight, subject=subject)


def _versions(what: str, base: Mapping[str, str], head: Mapping[str, str]) -> Iterator[Difference]:
    """Distributions that came, went or changed their version, a sentence each by name."""
    for name in sorted(base.keys() | head.keys()):
        then, now = base.get(name), head.get(name)
        if then != now:
            yield Difference(what=f"{what} {name}", base=then, head=now, weight=Weight.SHOWN)


def _normalised(name: str) -> str:
    """A distribution's name as indexes write it, https://packaging.python.org/specifications/name-normalization."""
    return "-".join(part for part in name.lower().replace("_", "-").replace(".", "-").split("-") if part)


def _minor(version: str) -> list[str]:
    return version.split(".")[:2]
