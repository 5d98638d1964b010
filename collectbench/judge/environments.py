"""How the environments of two runs differ: some differences forbid a comparison, others may explain a change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collectbench.model.run import Environment

DIFFERENCES_SHOWN = 8
"""Nobody reads more; after an upgrade of all packages there are hundreds."""


COSTLY = frozenset(
    """
    COVERAGE_CORE COVERAGE_PROCESS_CONFIG COVERAGE_PROCESS_START COV_CORE_SOURCE LINE_PROFILE PYTHONDEVMODE
    PYTHONDUMPREFS PYTHONMALLOC PYTHONMALLOCSTATS PYTHONPERFSUPPORT PYTHONPROFILEIMPORTTIME PYTHONTRACEMALLOC
    PYTHONVERBOSE PYTHON_PERF_JIT_SUPPORT
    """.split()  # noqa: SIM905 - a list would take fifteen lines
)
"""Variables that have Python, or a tool that a `.pth` file loads, trace, profile or check everything. To these, an
empty value is the same as none."""


class Weight(Enum):
    """What a difference means for a comparison of stored runs."""

    FORBIDS = "forbids"
    """The sides do different work: neither times nor counters can be compared."""
    FORBIDS_TIMES = "forbids times"
    """The same work takes a different time."""
    SHOWN = "shown"
    """It may explain a change, but does not excuse it."""


class DifferenceKind(Enum):
    """What a difference is about."""

    MACHINE = "machine"
    SOFTWARE = "software"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One field in which two environments differ, with both values; None if a side does not have the field."""

    what: str
    base: str | None
    head: str | None
    weight: Weight
    kind: DifferenceKind = DifferenceKind.SOFTWARE

    def describe(self) -> str:
        """A phrase such as `pytest 8.3.5 -> 9.0.1`, `plugin x 1.0 added` or `plugin x 1.0 removed`."""
        if self.base is None:
            return f"{self.what} {self.head} added"
        if self.head is None:
            return f"{self.what} {self.base} removed"
        return f"{self.what} {self.base or 'unknown'} -> {self.head or 'unknown'}"

    def describe_places(self, base: str, head: str) -> str:
        """A phrase such as `pytest 8.3.5 there, 9.0.1 here`, for sides that are two places rather than two times."""
        return f"{self.what} {self.base or 'unknown'} {base}, {self.head or 'unknown'} {head}"


def differences(base: Environment, head: Environment) -> tuple[Difference, ...]:
    """All differences, field by field: first those that forbid something, then those that are only shown.

    For Python the minor version matters, not the patch release. The CPU model matters because stored times were taken
    at another time, perhaps on another machine. Where pytest starts, and by which configuration file, is not compared
    if an older file does not say so. Distributions that are plugins are listed as plugins. Distributions are
    not compared if one side did not list them, as files before schema 2.
    """
    fields = (*_software(base, head), *_machine(base, head), *_tools(base, head), *_settings(base, head))
    return tuple(sorted(fields, key=lambda difference: difference.weight is Weight.SHOWN))


def mismatches(base: Environment, head: Environment) -> tuple[str, ...]:
    """The differences that make stored times incomparable, such as `pytest 8.3.5 -> 9.0.1`."""
    return tuple(
        difference.describe() for difference in differences(base, head) if difference.weight is not Weight.SHOWN
    )


def same_work(base: Environment, head: Environment) -> bool:
    """Whether the same code does the same work in both environments, even if it takes a different time."""
    return all(difference.weight is not Weight.FORBIDS for difference in differences(base, head))


def other_processor(base: Environment, head: Environment) -> bool:
    """Whether stored times can only be compared in reference seconds, since the CPU models differ."""
    return base.cpu_model != head.cpu_model


def shown_differences(base: Environment, head: Environment) -> tuple[str, ...]:
    """A phrase for each difference that forbids nothing: the first DIFFERENCES_SHOWN, then the number of the others."""
    shown = [difference.describe() for difference in differences(base, head) if difference.weight is Weight.SHOWN]
    rest = len(shown) - DIFFERENCES_SHOWN
    more = (f"and {rest} more differences between the environments",) if rest > 0 else ()
    return (*shown[:DIFFERENCES_SHOWN], *more)


def _software(base: Environment, head: Environment) -> Iterator[Difference]:
    minor = _minor(base.python) != _minor(head.python)
    yield from _field("Python", base.python, head.python, Weight.FORBIDS if minor else Weight.SHOWN)
    yield from _field("implementation", base.implementation, head.implementation, Weight.FORBIDS)
    yield from _field("pytest", base.pytest, head.pytest, Weight.FORBIDS)
    yield from _field("bytecode", base.bytecode, head.bytecode, Weight.FORBIDS)
    if base.started_in is not None and head.started_in is not None:
        yield from _field("directory in which pytest starts:", base.started_in, head.started_in, Weight.FORBIDS)
    if base.pytest_config is not None and head.pytest_config is not None:
        files = [side.pytest_config or "none" for side in (base, head)]
        yield from _field("configuration of pytest:", files[0], files[1], Weight.SHOWN)


def _machine(base: Environment, head: Environment) -> Iterator[Difference]:
    machine = DifferenceKind.MACHINE
    yield from _field("CPU", base.cpu_model, head.cpu_model, Weight.FORBIDS_TIMES, machine)
    yield from _field("number of CPUs", str(base.cpu_count), str(head.cpu_count), Weight.SHOWN, machine)
    yield from _field("platform", base.platform, head.platform, Weight.SHOWN, machine)


def _tools(base: Environment, head: Environment) -> Iterator[Difference]:
    """What watched the process. Files without this figure are taken for runs without such tools."""
    if head.tools is not None:
        values = [", ".join(side.tools or ()) or "none" for side in (base, head)]
        yield from _field("tracing or profiling", values[0], values[1], Weight.FORBIDS)


def _settings(base: Environment, head: Environment) -> Iterator[Difference]:
    """Environment variables, plugins and other distributions, by name."""
    for name in sorted(base.flags.keys() | head.flags.keys()):
        values = [side.flags.get(name, "unset") or ("unset" if name in COSTLY else "empty") for side in (base, head)]
        yield from _field(name, values[0], values[1], Weight.FORBIDS if name in COSTLY else Weight.SHOWN)
    yield from _versions("plugin", base.plugins, head.plugins)
    if base.distributions and head.distributions:
        plugins = {_normalised(name) for name in (*base.plugins, *head.plugins, "pytest")}
        base_others, head_others = (
            {name: version for name, version in side.distributions.items() if name not in plugins}
            for side in (base, head)
        )
        yield from _versions("distribution", base_others, head_others)


def _field(
    what: str, base: str, head: str, weight: Weight, kind: DifferenceKind = DifferenceKind.SOFTWARE
) -> Iterator[Difference]:
    if base != head:
        yield Difference(what=what, base=base, head=head, weight=weight, kind=kind)


def _versions(what: str, base: Mapping[str, str], head: Mapping[str, str]) -> Iterator[Difference]:
    """Distributions that were added, removed or changed their version, by name."""
    for name in sorted(base.keys() | head.keys()):
        if base.get(name) != head.get(name):
            yield Difference(what=f"{what} {name}", base=base.get(name), head=head.get(name), weight=Weight.SHOWN)


def _normalised(name: str) -> str:
    """A distribution's name in its normalised form, https://packaging.python.org/specifications/name-normalization."""
    return "-".join(part for part in name.lower().replace("_", "-").replace(".", "-").split("-") if part)


def _minor(version: str) -> list[str]:
    return version.split(".")[:2]
