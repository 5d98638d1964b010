"""Which workers take part: those that say the same about their interpreters, and have what a measurement needs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from collectbench.judge.environments import DIFFERENCES_SHOWN, Difference, Weight
from collectbench.model.run import Environment
from collectbench.model.units import format_size

SPARE_BYTES = 64 * 2**20
"""What rounds may write beside the unpacked tree: bytecode, documents, caches."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a worker says about its interpreter and its machine.

    Attributes:
        label: how messages call the worker: its name, and its host if the name does not hold it.
        python: the version of the interpreter that owns the tests.
        implementation: of Python.
        distributions: the installed ones with their versions, by normalised name.
        collectbench: the version that the worker itself can import; empty without it.
        git: its version; empty without it.
        free_bytes: space in the directory for temporary files.
        temporary: that directory.
        platform: of the machine.
        cpu_model: likewise.
        cpu_count: the number of cores that the worker may use.
        error: why the interpreter could not be asked; empty if it could.
    """

    label: str
    python: str
    implementation: str
    distributions: Mapping[str, str]
    collectbench: str
    git: str
    free_bytes: int
    temporary: str
    platform: str
    cpu_model: str
    cpu_count: int
    error: str = ""

    @property
    def software(self) -> tuple[object, ...]:
        """What has to be equal on all workers that take part."""
        return self.python, self.implementation, tuple(sorted(self.distributions.items()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What a worker needs: this version of collectbench, so many bytes, and git if `git` is True."""

    collectbench: str
    bytes: int
    git: bool


def read_facts(text: str, name: str) -> Facts:
    """Return the facts that `facts_program` printed about the worker of that name.

    Raises:
        ValueError: the text is not of that form.
    """
    try:
        found = json.loads(text)
        host = found.pop("host")
        return Facts(label=name if host in name else f"{name} on {host}", **found)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ValueError(f"an unexpected answer: {text[:80]!r}") from error


def lacks(facts: Facts, needs: Needs) -> str:
    """Return what a worker lacks by itself, as a clause; empty if nothing."""
    if facts.error:
        return facts.error
    if not facts.collectbench:
        return f"collectbench is not installed there; install collectbench[fleet]=={needs.collectbench}"
    if facts.collectbench != needs.collectbench:
        return (
            f"collectbench {facts.collectbench} there, {needs.collectbench} here; "
            f"install collectbench[fleet]=={needs.collectbench} there"
        )
    if "pytest" not in facts.distributions:
        return "its interpreter has no pytest; install it there"
    if needs.git and not facts.git:
        return "git is not on its PATH; install it there"
    needed_bytes = needs.bytes + SPARE_BYTES
    if facts.free_bytes < needed_bytes:
        return (
            f"{format_size(facts.free_bytes)} are free in {facts.temporary}, and {format_size(needed_bytes)} are "
            "needed; free some space, or start it with another TMPDIR"
        )
    return ""


def largest_group(found: Sequence[Facts], here: Facts) -> Facts:
    """Return a member of the group of equal software that most workers belong to.

    If several are as large: that with the software of `here`, then that whose first label comes first.
    """
    sizes: dict[tuple[object, ...], int] = {}
    for facts in found:
        sizes[facts.software] = sizes.get(facts.software, 0) + 1
    return min(found, key=lambda facts: (-sizes[facts.software], facts.software != here.software, facts.label))


def why_other(facts: Facts, chosen: Facts) -> str:
    """Return how the software of a worker differs from that of the chosen group; empty if it does not."""
    found = list(_differences(facts, chosen))
    shown = [difference.describe_places("there", "on the others") for difference in found[:DIFFERENCES_SHOWN]]
    more = [f"and {len(found) - DIFFERENCES_SHOWN} more differences"] if len(found) > DIFFERENCES_SHOWN else []
    return "; ".join((*shown, *more))


def expected_environment(here: Environment, facts: Facts) -> Environment:
    """Return the environment that runs of a worker will most likely have: that of `here` with the worker's facts.

    It decides before measuring whether a run may replace a baseline; then that of the finished run decides.
    """
    plugins = {name: facts.distributions[name] for name in here.plugins if name in facts.distributions}
    return replace(
        here,
        python=facts.python,
        implementation=facts.implementation,
        pytest=facts.distributions.get("pytest", here.pytest),
        plugins=plugins,
        platform=facts.platform,
        cpu_model=facts.cpu_model,
        cpu_count=facts.cpu_count,
        distributions=dict(sorted(facts.distributions.items())),
    )


def _differences(facts: Facts, chosen: Facts) -> Iterator[Difference]:
    pairs = {
        "Python": (facts.python, chosen.python),
        "implementation": (facts.implementation, chosen.implementation),
        **{
            name: (facts.distributions.get(name), chosen.distributions.get(name))
            for name in sorted(facts.distributions.keys() | chosen.distributions.keys())
        },
    }
    for what, (there, others) in pairs.items():
        if there != others:
            yield Difference(what=what, base=there or "missing", head=others or "missing", weight=Weight.FORBIDS)
