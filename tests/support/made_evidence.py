"""Hand-made evidence, for tests of causes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from collectbench.attribution.attribute import attribute
from collectbench.attribution.origins import Places
from collectbench.attribution.parts import Part, parts_of
from collectbench.attribution.stacks import SampledStack
from collectbench.causes import Candidate, Cause, Evidence
from collectbench.causes.ledger import settle
from collectbench.causes.sources import SourceFiles
from collectbench.model.diagnosis import Finding
from collectbench.model.inspection import Inspection
from collectbench.model.run import Environment
from collectbench.model.sample import RoundKind, Sample
from collectbench.model.samples import Call
from collectbench.model.trace import CollectorFrame, Edge, HookTotal, ImportFrame, PluginFrame, Trace
from collectbench.model.wait_log import StackWait, WaitLog

ROOT = "/project"
PLACES = Places(
    rootdir=ROOT, targets=(f"{ROOT}/tests",), stdlib=("/usr/lib/python3",), site_packages=("/venv/site-packages",)
)
INSPECTION = Inspection(
    python="3.11.8", implementation="cpython", pytest="9.0.1", complete=True, rootdir=Path(ROOT), plugins={}
)
ENVIRONMENT = Environment(
    python="3.11.8",
    implementation="cpython",
    pytest="9.0.1",
    plugins={},
    platform="linux",
    cpu_model="",
    cpu_count=2,
    bytecode="written",
    flags={},
)


def file_of(module: str) -> str:
    """The file of a module: those that begin with `test` lie in tests, those with `lib` are installed."""
    path = module.replace(".", "/") + ".py"
    if module.startswith("lib"):
        return f"/venv/site-packages/{path}"
    return f"{ROOT}/tests/{path}" if module.startswith(("test", "conftest")) else f"{ROOT}/{path}"


def imported(index: int, parent: int, module: str, self_s: float = 1.0, **fields: object) -> ImportFrame:
    """An import that takes a second of its own; it begins at the second of its number."""
    usual = {
        "path": file_of(module),
        "begin_s": float(index),
        "end_s": index + self_s,
        "find_s": 0.0,
        "read_s": 0.0,
        "compile_s": 0.0,
        "bytecode": "hit",
    }
    return ImportFrame(index=index, parent=parent, module=module, self_s=self_s, **{**usual, **fields})


def collected(index: int, parent: int, nodeid: str, self_s: float = 0.1, **fields: object) -> CollectorFrame:
    """A collector that takes a tenth of a second of its own and returns three items."""
    usual = {"type": "Module", "begin_s": float(index), "end_s": index + self_s, "items": 3}
    return CollectorFrame(index=index, parent=parent, nodeid=nodeid, self_s=self_s, **{**usual, **fields})


def loaded(index: int, kind: str, name: str, self_s: float = 0.1, **fields: object) -> PluginFrame:
    """The loading of a plugin or conftest that takes a tenth of a second of its own."""
    usual = {"parent": -1, "begin_s": float(index), "end_s": index + 2.0}
    return PluginFrame(index=index, kind=kind, name=name, self_s=self_s, **{**usual, **fields})


def statement(importer: str, name: str, during: int, line: int = 1, **fields: object) -> Edge:
    """`import name` in a line of `importer`."""
    usual = {"package": "", "path": file_of(importer), "level": 0, "fromlist": ()}
    return Edge(importer=importer, name=name, during=during, line=line, **{**usual, **fields})


IMPORTING = "<frozen importlib._bootstrap>:241 _call_with_frames_removed"
PYTEST = "/venv/site-packages/_pytest"
_CALL = re.compile(r"(.*):(\d+) (\S+)")


def calls(*texts: str) -> tuple[Call, ...]:
    """A stack as samples have it, the innermost first, from texts `path:line function`, the outermost first."""
    parts = [_CALL.fullmatch(text).groups() for text in texts]
    return tuple(
        Call(path if path.startswith(("/", "<")) else f"{ROOT}/{path}", int(line), function)
        for path, line, function in reversed(parts)
    )


def ran(frame: int, seconds: float, *texts: str, hook: int = -1, by: str = IMPORTING) -> SampledStack:
    """A sampled stack in a frame of the trace, or in a hook within it: `by` called what ran."""
    part = Part("frame", frame) if hook < 0 else Part("hook", hook)
    return SampledStack(part=part, calls=calls(by, *texts), seconds=seconds, frame=frame)


def waited(seconds: float, *texts: str) -> StackWait:
    """A wait in a stack that the import of a module called."""
    stack = calls(*texts)
    return StackWait(frames=(*((path, line) for path, line, _ in stack), ("<import>", 0)), waited_s=seconds)


def hooked(
    number: int, hook: str, plugin: str, self_s: float, path: str = "", line: int = 0, **fields: int
) -> HookTotal:
    """All calls of an implementation of a hook; by default, one call."""
    return HookTotal(
        hook=hook, plugin=plugin, self_s=self_s, path=path, line=line, number=number, **{"calls": 1, **fields}
    )


def evidence(
    *,
    files: Mapping[str, str] | None = None,
    wall_s: float = 10.0,
    phases: Mapping[str, float] | None = None,
    stacks: Iterable[SampledStack] = (),
    waits: WaitLog = (),
    environment: Environment = ENVIRONMENT,
    inspection: Inspection = INSPECTION,
    fields: Mapping[str, object] | None = None,
    **records: object,
) -> Evidence:
    """Evidence with the given records of the trace, `files` by absolute path, and `fields` of the evidence itself."""
    sample = Sample(
        kind=RoundKind.TRACED,
        wall_s=wall_s,
        user_s=0.0,
        system_s=0.0,
        peak_rss_bytes=0,
        exit_code=0,
        phases=dict(phases or {}),
    )
    trace = Trace(complete=True, **records)

    def read(path: str) -> bytes:
        try:
            return (files or {})[path].encode()
        except KeyError:
            raise FileNotFoundError(path) from None

    return Evidence(
        attribution=attribute(trace, sample=sample, places=PLACES, waits=waits),
        parts=parts_of(trace, sample),
        inspection=inspection,
        environment=environment,
        sources=SourceFiles(read=read),
        stacks=tuple(stacks),
        **(fields or {}),
    )


def candidates(cause: Cause, about: Evidence) -> list[Candidate]:
    """All that a cause finds."""
    return list(cause.find(about))


def findings(cause: Cause, about: Evidence) -> tuple[Finding, ...]:
    """The findings of a cause alone, in the order of its candidates."""
    return tuple(settle([(cause, candidates(cause, about))], about.parts, about.smallest_s).findings)
