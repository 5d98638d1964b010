"""What is known about a target besides its traced round: configuration, tools, other rounds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from collectbench.attribution.parts import Part
from collectbench.attribution.unstable_ids import UnstableIds
from collectbench.model.interpreter_start import InterpreterStart
from collectbench.model.restart import Restart
from collectbench.model.subsets import SubsetCosts
from collectbench.model.trace import Trace


@dataclass(frozen=True, slots=True, kw_only=True)
class WarmUp:
    """The trace of a round that compiled modules, and the seconds of each of its parts, without queueing."""

    trace: Trace
    parts: Mapping[Part, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """Facts that the trace does not hold.

    Attributes:
        tools: what watched the process when collection began, such as `coverage (sys.settrace)`; none of ours.
        settings: what the configuration file tells pytest, as it is written there.
        hidden: tables that pytest would read if the configuration file were not there: file name and table.
        configured: configuration files below the rootdir that pytest reads if it gets only paths below them; absolute.
        warm_up: an earlier round that compiled modules; None if no round compiled any.
        unwritable: the directories of modules whose `__pycache__` cannot be written.
        restarts: replacements of the process by pytest again.
        start: what Python runs before its first statement; None if that takes no time worth to measure.
        nodeids: those of the traced round, in pytest's order.
        unstable: test functions whose ids differ from round to round.
        subsets: the costs of rounds on subsets of the files; none if they were not asked for, or not all were taken.
    """

    tools: tuple[str, ...] = ()
    settings: Mapping[str, object] = field(default_factory=dict)
    hidden: tuple[tuple[str, str], ...] = ()
    configured: tuple[str, ...] = ()
    warm_up: WarmUp | None = None
    unwritable: frozenset[str] = frozenset()
    restarts: tuple[Restart, ...] = ()
    start: InterpreterStart | None = None
    nodeids: tuple[str, ...] = ()
    unstable: tuple[UnstableIds, ...] = ()
    subsets: tuple[SubsetCosts, ...] = ()
