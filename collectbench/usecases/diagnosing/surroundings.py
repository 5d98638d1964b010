"""What is known about a target besides its traced round."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from collectbench.attribution.parts import parts_of
from collectbench.attribution.unstable_ids import UnstableIds, unstable_ids
from collectbench.causes.bytecode_reading import COMPILED
from collectbench.causes.surroundings import Surroundings, WarmUp
from collectbench.discovery.config_files import CONFIG_NAMES, shadowed_files, table_in
from collectbench.measure.machine.environment import can_be_filled
from collectbench.measure.round.round import Round
from collectbench.model.inspection import Inspection
from collectbench.model.interpreter_start import InterpreterStart
from collectbench.model.sample import RoundKind
from collectbench.model.subsets import SubsetCosts
from collectbench.model.trace import Trace


def surroundings_of(
    inspection: Inspection,
    rounds: Sequence[Round],
    traced: Round,
    start: InterpreterStart | None,
    subsets: Sequence[SubsetCosts] = (),
) -> Surroundings:
    """Returns what is known besides the `traced` round, which is one of the rounds."""
    trace = traced.trace
    tools = sorted({tool for round_ in rounds for tool in round_.tools})
    return Surroundings(
        tools=tuple(tools),
        settings=_settings(inspection.inifile),
        hidden=tuple(shadowed_files(inspection.inifile)),
        configured=() if trace is None else tuple(_configured(trace, inspection.rootdir)),
        warm_up=_warm_up(rounds, traced),
        unwritable=frozenset[str]() if trace is None else _unwritable(trace, inspection.pycache_prefix),
        restarts=traced.restarts,
        start=start,
        nodeids=traced.nodeids,
        unstable=_unstable(rounds, traced),
        subsets=tuple(subsets),
    )


def _settings(inifile: Path | None) -> Mapping[str, object]:
    if inifile is None or inifile.name not in CONFIG_NAMES:
        return {}
    try:
        table = table_in(inifile)
    except (OSError, ValueError):
        return {}
    return {} if table is None else table.values


def _warm_up(rounds: Sequence[Round], traced: Round) -> WarmUp | None:
    for each in rounds:
        if each.sample.kind is RoundKind.TRACED and each is not traced and each.compiled and each.trace is not None:
            return WarmUp(trace=each.trace, parts=parts_of(each.trace, each.sample))
    return None


def _unstable(rounds: Sequence[Round], traced: Round) -> tuple[UnstableIds, ...]:
    """The functions whose ids differ between the traced round and another one."""
    others = (each for each in rounds if each.nodeids_sha256 not in (None, traced.nodeids_sha256))
    found = {unstable.nodeid: unstable for each in others for unstable in unstable_ids(traced.nodeids, each.nodeids)}
    return tuple(found.values())


def _unwritable(trace: Trace, prefix: str) -> frozenset[str]:
    if prefix:
        return frozenset()
    directories = {os.path.dirname(frame.path) for frame in trace.imports if frame.bytecode in COMPILED}  # noqa: PTH120
    return frozenset(each for each in directories if each and not can_be_filled(Path(each, "__pycache__")))


def _configured(trace: Trace, rootdir: Path) -> Iterator[str]:
    """The configuration files in directories between the rootdir and the collected files."""
    for directory in sorted(_directories_below(rootdir, (collector.nodeid for collector in trace.collectors))):
        for name in CONFIG_NAMES:
            file = directory / name
            try:
                if file.is_file() and table_in(file) is not None:
                    yield str(file)
                    break
            except (OSError, ValueError):
                continue


def _directories_below(rootdir: Path, nodeids: Iterable[str]) -> set[Path]:
    files = {nodeid.partition("::")[0] for nodeid in nodeids}
    names = {parent for file in files if file.endswith(".py") for parent in Path(file).parents}
    return {rootdir / name for name in names if str(name) != "."}
