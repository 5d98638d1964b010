"""The cost of reading and attributing a trace as large as those of the largest suites.

Run with: .venv/bin/python -m pytest tests/benchmarks   (not part of scripts/test; needs pytest-benchmark)
"""

from __future__ import annotations

import random
import tracemalloc
from collections.abc import Callable
from time import process_time

import pytest

from collectbench.attribution.attribute import attribute
from collectbench.attribution.origins import Places
from collectbench.attribution.profile_document import Subject, profile
from collectbench.attribution.trace_file import HEADER, parse_trace
from collectbench.model.costs import Profile
from collectbench.model.run import Environment, Tool
from collectbench.model.sample import RoundKind, Sample, Status

MODULES, EDGES_OF_ONE, TESTS = 5000, 12, 200
GROWTH = 20.0
"""Ten times as much may take this much longer, as in test_growth.py."""
PEAK_BYTES = 300 * 2**20

SITE = "/env/lib/python3.11/site-packages"
PLACES = Places(rootdir="/p", targets=("/p/tests",), stdlib=("/usr/lib/python3.11",), site_packages=(SITE,))
SAMPLE = Sample(kind=RoundKind.TRACED, wall_s=60.0, user_s=0.0, system_s=0.0, peak_rss_bytes=0, exit_code=0, phases={})
SUBJECT = Subject(
    tool=Tool(name="collectbench", version="0"),
    created="2026-01-02T03:04:05Z",
    environment=Environment(
        python="3.11.7",
        implementation="cpython",
        pytest="9.0.1",
        plugins={},
        platform="Linux",
        cpu_model="A processor",
        cpu_count=2,
        bytecode="written",
        flags={},
    ),
    target="tests",
    status=Status.OK,
    message="",
    wall_s=60.0,
    counts=None,
)


def trace_lines(modules: int) -> list[str]:
    """Test modules at the top, below them packages of twenty modules; each imports three new ones, and nine others.

    Half of the others are of the same package, a tenth anywhere, so that there are circles.
    """
    source = random.Random(1)
    tests = TESTS * modules // MODULES
    names = [f"tests.test_{n}" for n in range(tests)]
    names += [f"pkg{n // 20}.part{n % 20}" if n % 20 else f"pkg{n // 20}" for n in range(modules - tests)]
    lines = [HEADER]
    for number, name in enumerate(names):
        top = number < tests
        index, parent = 2 * number + 1, 2 * number if top else 2 * ((number - tests) // 3) + 1
        path = f"/p/{name.replace('.', '/')}.py" if top else f"{SITE}/{name.replace('.', '/')}.py"
        begin, end = 10**6 * number, 10**6 * (number + 1)
        own = source.randrange(10**6)
        lines.append(f"I\t{index}\t{parent}\t{name}\t{path}\t{begin}\t{end}\t{own}\t0\t0\t0\thit\t\n")
        if top:
            lines.append(f"C\t{2 * number}\t-1\ttests/test_{number}.py\tModule\t{begin}\t{end}\t1000\t5\n")
        wanted = [tests + 3 * number + child for child in range(3)]
        wanted += [number // 20 * 20 + source.randrange(20) for _ in range(5)]
        wanted += [number + source.randrange(400) for _ in range(3)] + [source.randrange(modules)]
        for line, other in enumerate(wanted[:EDGES_OF_ONE], 1):
            package, _, last = names[other % modules].rpartition(".")
            lines.append(f"E\t{name}\t{path}\t{line}\t\t{package or last}\t0\t{last if package else 'x'}\t{index}\n")
    return [*lines, "R\t1000\n", f"Z\t{modules + tests}\t{modules * EDGES_OF_ONE}\n"]


def attributing(modules: int) -> Callable[[], Profile]:
    """Everything from the lines of the trace to the profile."""
    lines = trace_lines(modules)
    return lambda: profile(attribute(parse_trace(lines, 0), sample=SAMPLE, places=PLACES), SUBJECT)


def test_attributing_five_thousand_modules_and_sixty_thousand_statements(benchmark) -> None:
    profiled = benchmark.pedantic(attributing(MODULES), rounds=3, warmup_rounds=1)
    assert len(profiled.imports) == MODULES
    assert not profiled.notes


def test_ten_times_the_modules_take_at_most_twenty_times_the_time() -> None:
    small, large = (min(cpu_s(work) for _ in range(3)) for work in (attributing(MODULES // 10), attributing(MODULES)))
    assert large <= GROWTH * small


def test_the_memory_stays_under_300_mebibytes() -> None:
    work = attributing(MODULES)
    tracemalloc.start()
    try:
        work()
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak_bytes < PEAK_BYTES


def cpu_s(work: Callable[[], object]) -> float:
    """The CPU time of one call."""
    begin = process_time()
    work()
    return process_time() - begin


@pytest.mark.parametrize("modules", [500, MODULES])
def test_the_generated_trace_is_complete(modules) -> None:
    trace = parse_trace(trace_lines(modules), 0)
    assert (trace.complete, trace.lost, len(trace.edges)) == (True, (), modules * EDGES_OF_ONE)
