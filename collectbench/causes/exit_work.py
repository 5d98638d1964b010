"""Work is done after the summary, at the end of the process.

What it detects:
    Slow functions of the project or of a plugin that were registered with `atexit`. Threads that are not daemons, and
    processes of `multiprocessing`: Python waits for both at its end.

    The passes of the garbage collector at the end are `final-gc`. The time that Python needs to free objects cannot be
    saved.

Why it is slow:
    pytest has printed its summary, and the command still does not return. No phase of pytest shows this time.

Evidence:
    Samples taken after the session. The registered functions, each with the line that registered it, and the threads
    that still run, each with the line that started it.

Fix:
    Close pools, clients and threads in a fixture or in `pytest_unconfigure`. Start threads as daemons if they hold no
    data. Do not register work that the tests do not need.

Source:
    speaches#149, CIRISAgent#956.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from collectbench.attribution.parts import TEARDOWN
from collectbench.attribution.stacks import SampledStack
from collectbench.causes.candidate import Candidate, Claim
from collectbench.causes.cause import Cause
from collectbench.causes.evidence import Evidence
from collectbench.causes.line_candidates import locations
from collectbench.causes.running import is_pytest_path
from collectbench.model.registrations import ExitFunction
from collectbench.model.samples import Call

OF_PROCESSES = "_exit_function"
JOINS = frozenset(("_shutdown", "_python_exit", "_bootstrap", OF_PROCESSES))
"""Functions of the standard library in which Python waits for threads and processes; the last one begins the stack of
the thread that is waited for, which follows that of the main thread."""
FIX = "close it in a fixture or in pytest_unconfigure, or do not register it in test runs"
STARTS = frozenset(("os.fork", "os.posix_spawn", "subprocess.Popen"))
FIX_PROCESSES = "join or terminate the process in a fixture, or start it with daemon=True"
FIX_THREADS = "end the thread in a fixture, or start it with daemon=True if it holds no data"


def find(evidence: Evidence) -> Iterator[Candidate]:
    """Yields each function that runs at the end, and the threads that Python waits for."""
    by_function = defaultdict[tuple[str, str], list[SampledStack]](list)
    joining = list[SampledStack]()
    for stack in evidence.stacks_of.get(TEARDOWN, ()):
        first = _outermost(stack)
        if first is None:
            continue
        if first.function in JOINS and evidence.display(first.path).startswith("<stdlib>"):
            joining.append(stack)
        else:
            by_function[first.path, first.function].append(stack)
    for (path, function), stacks in by_function.items():
        yield _of_function(evidence, path, function, stacks)
    of_processes = [stack for stack in joining if stack.calls[-1].function == OF_PROCESSES]
    of_threads = [stack for stack in joining if stack.calls[-1].function != OF_PROCESSES]
    if of_processes:
        yield _of_processes(evidence, of_processes)
    if of_threads:
        yield _of_threads(evidence, of_threads)


def _outermost(stack: SampledStack) -> Call | None:
    """The function that Python calls at its end; None if pytest has not returned yet."""
    calls = [call for call in stack.calls if not call.path.startswith("<frozen ")]
    return None if not calls or any(is_pytest_path(call.path) for call in calls) else calls[-1]


def _of_function(evidence: Evidence, path: str, function: str, stacks: Sequence[SampledStack]) -> Candidate:
    registered = [each for each in evidence.trace.exit_functions if _is(each, path, function)]
    places = [(each.by_path, each.by_line) for each in registered if each.by_path]
    places += [(each.path, each.line) for each in registered if each.path]
    lines = [(call.path, call.line) for stack in stacks for call in stack.calls if evidence.is_project(call.path)]
    return Candidate(
        subject=f"{function}()",
        title="a function that is registered for the end of the process is slow",
        locations=locations(evidence, [*places, *dict.fromkeys(lines)]),
        evidence=("samples after the session",),
        fix=FIX,
        claims=_claims(stacks),
    )


def _is(each: ExitFunction, path: str, function: str) -> bool:
    return each.path == path and each.function.rpartition(".")[2] == function


def _of_threads(evidence: Evidence, stacks: Sequence[SampledStack]) -> Candidate:
    threads = [thread for thread in evidence.trace.living_threads if not thread.daemon]
    places = [(thread.by_path, thread.by_line) for thread in threads if thread.by_path]
    lines = [(path, line) for thread in threads for path, line, _ in thread.stack if evidence.is_project(path)]
    starts = [(start.path, start.line) for start in evidence.trace.thread_starts] if not places else []
    names = ", ".join(thread.name for thread in threads) or "threads"
    return Candidate(
        subject=names,
        title="Python waits for threads at the end of the process",
        locations=locations(evidence, [*places, *starts, *lines]),
        evidence=tuple(f"{thread.name} had not ended when pytest ended" for thread in threads[:3]),
        fix=FIX_THREADS,
        claims=_claims(stacks),
    )


def _of_processes(evidence: Evidence, stacks: Sequence[SampledStack]) -> Candidate:
    started = [event for event in evidence.trace.events if event.kind in STARTS]
    return Candidate(
        subject="processes",
        title="Python waits for processes at the end of the process",
        locations=locations(evidence, [(event.path, event.line) for event in started]),
        evidence=("samples in which multiprocessing joins its processes",),
        fix=FIX_PROCESSES,
        claims=_claims(stacks),
    )


def _claims(stacks: Sequence[SampledStack]) -> tuple[Claim, ...]:
    return (Claim(TEARDOWN, sum(stack.seconds for stack in stacks)),)


CAUSE = Cause(id="exit-work", doc=__doc__, find=find)
