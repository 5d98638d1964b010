"""Whether waits are seen, and only waits: planted ones in small suites, on an idle and on a busy machine.

Usage: .venv/bin/python scripts/waits.py planted [--times N] [--load]
       .venv/bin/python scripts/waits.py record FILE [--laps N] [--load]
       .venv/bin/python scripts/waits.py replay FILE... [--draws N]

`planted` measures processes that wait for a known time. `record` takes rounds of a suite of less than a second and of
the same suite with one more wait: one round of each a lap, in random order. `replay` draws pairs from the laps, as
scripts/false_alarms.py does, and lets the gate of `compare --against` judge: each suite with itself, and with a wait,
alone and among ten targets. The figures that were published stand in docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from collectbench.judge.paired.figures import figures
from collectbench.judge.paired.look import look
from collectbench.judge.paired.panel import LOOKS, Decision, Panel, Trial
from collectbench.judge.statistics import median
from collectbench.measure.machine.reference_workload import run_reference
from collectbench.measure.process.launch import Invocation, launch
from collectbench.measure.round.bench import Bench
from collectbench.measure.round.request import RoundRequest
from collectbench.measure.round.round import run_round
from collectbench.measure.round.user_tree import UserTree
from collectbench.model.sample import Sample
from collectbench.model.target import Target
from collectbench.store.codec import decode, encode
from false_alarms import load
from pairs import children_env, machine

WAIT_S = 0.2
MODULE = "import unittest.mock\n\n\ndef test_a(): pass\n"
BURN = "end = time.thread_time() + {seconds}\n    while time.thread_time() < end:\n        pass"
THREAD = (
    f"import threading, time\ndef burn():\n    {BURN}\n"
    "thread = threading.Thread(target=burn)\nthread.start()\nthread.join()\n"
)
GIT = 'import subprocess\nfor _ in range(3):\n    subprocess.run(["git", "--version"])\n'
SOCKET = (
    "import socket\nours, theirs = socket.socketpair()\nours.settimeout({seconds})\n"
    "try:\n    ours.recv(1)\nexcept TimeoutError:\n    pass\nours.close()\ntheirs.close()\n"
)
SLEEP = "import time\ntime.sleep({seconds})\n"
SUITES: Mapping[str, Mapping[str, str]] = {
    "unchanged": {},
    "three git calls": {"conftest.py": GIT},
    "a busy thread": {"conftest.py": THREAD.format(seconds=0.1)},
    "an old wait": {"conftest.py": SLEEP.format(seconds=0.3)},
    "in a test module": {"test_b.py": SLEEP.format(seconds=WAIT_S) + MODULE},
    "in a conftest": {"conftest.py": SLEEP.format(seconds=WAIT_S)},
    "in an atexit handler": {"conftest.py": f"import atexit, time\natexit.register(time.sleep, {WAIT_S})\n"},
    "in a subprocess": {"conftest.py": f'import subprocess\nsubprocess.run(["sleep", "{WAIT_S}"])\n'},
    "in a socket's timeout": {"conftest.py": SOCKET.format(seconds=WAIT_S)},
    "an old wait that grows": {"conftest.py": SLEEP.format(seconds=0.3 + WAIT_S)},
}
ALIKE = ("unchanged", "three git calls", "a busy thread", "an old wait")
"""Suites that are compared with themselves."""

OTHERS = 9
"""Targets beside the one with a wait, where ten are compared."""

PLANTED = {
    "no wait": "pass",
    "20 ms": "import time; time.sleep(0.02)",
    "50 ms": "import time; time.sleep(0.05)",
    "300 ms": "import time; time.sleep(0.3)",
    "0.4 s of work in a thread": THREAD.format(seconds=0.4),
    "0.4 s of work in a child": (
        "import subprocess, sys\nsubprocess.run([sys.executable, '-S', '-c', 'import time\\nif True:\\n    "
        + BURN.format(seconds=0.4).replace("\n", "\\n")
        + "'])"
    ),
}


def base_of(name: str) -> str:
    """The suite that this one is compared with."""
    return "an old wait" if name == "an old wait that grows" else "unchanged"


def planted(times: int) -> None:
    """Print for each planted wait what was measured, in milliseconds."""
    print(f"{machine()}\n\n| planted | median | least | most |\n| --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as name:
        for what, code in PLANTED.items():
            invocation = Invocation(argv=(sys.executable, "-S", "-c", code), cwd=Path(name), env=children_env())
            waits_ms = []
            for _ in range(times):
                finished = launch(invocation, output=Path(name) / "output", timeout_s=60)
                if finished.main_thread is None:
                    sys.exit("this system does not tell waiting from queueing")
                wall_s = (finished.reaped_ns - finished.spawned_ns) / 1e9
                waited_s = wall_s - finished.main_thread.queued_ns / 1e9 - finished.user_s - finished.system_s
                waits_ms.append(1000 * waited_s)
            print(f"| {what} | {median(waits_ms):.1f} ms | {min(waits_ms):.1f} | {max(waits_ms):.1f} |")


def write_suite(root: Path, files: Mapping[str, str]) -> None:
    """Write the small suite with these files on top."""
    root.mkdir()
    (root / "pytest.ini").write_text("[pytest]\n")
    for name in ("test_a.py", "test_b.py", "test_c.py"):
        (root / name).write_text(files.get(name, MODULE))
    (root / "conftest.py").write_text(files.get("conftest.py", ""))


def record(file: Path, laps: int) -> None:
    """Take the rounds, and write after every lap what there is."""
    order, samples = random.Random(), {name: list[Sample]() for name in SUITES}
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        (work / "kept").mkdir()
        tree, target = UserTree(work / "kept"), Target(name="suite", paths=(".",))
        benches = {}
        for number, (name, files) in enumerate(SUITES.items()):
            write_suite(work / f"suite-{number}", files)
            benches[name] = Bench(
                python=(sys.executable,),
                root=work / f"suite-{number}",
                env=children_env(),
                work=work,
                timeout_s=300,
                launch=launch,
                tree=tree,
            )
        for lap in range(-1, laps):  # the first one warms the caches
            for name in order.sample(list(SUITES), len(SUITES)):
                reference = run_reference((sys.executable,), work, launch)
                sample = run_round(benches[name], RoundRequest(target=target)).sample
                if lap >= 0:
                    samples[name].append(replace(sample, reference=reference))
            file.write_text(
                json.dumps(
                    {
                        "machine": machine(),
                        "samples": encode(dict(zip(samples, map(tuple, samples.values()), strict=True))),
                    }
                )
            )
            print(f"\r{lap + 1} of {laps} laps", end="", file=sys.stderr, flush=True)


def read(file: Path) -> dict[str, list[Sample]]:
    """The rounds of each suite, lap after lap."""
    data = json.loads(file.read_text())["samples"]
    return {name: [decode(Sample, sample, where=name) for sample in samples] for name, samples in data.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the gate says of one target, and after how many pairs."""

    verdict: str
    pairs: int


def draw(base: Sequence[Sample], head: Sequence[Sample], source: random.Random) -> list[tuple[Sample, Sample]]:
    """Pairs of neighbouring laps, so that no round is in two of them: base of the one, head of the other."""
    starts = range(source.randrange(2), len(base) - 1, 2)
    pairs = []
    for lap in sorted(source.sample(starts, min(LOOKS[-1], len(starts)))):
        one, other = source.sample((lap, lap + 1), 2)
        pairs.append((base[one], head[other]))
    return pairs


def judge(drawn: Mapping[str, Sequence[tuple[Sample, Sample]]], seed: int) -> dict[str, Outcome]:
    """What the gate makes of targets that are compared together, looking as it would while it measures."""
    panels: list[Panel] = []
    taken = dict.fromkeys(drawn, LOOKS[-1])
    for figure in figures():
        panel = replace(figure.panel(seed=seed, share=1.0), trials={name: Trial(name=name) for name in drawn})
        pairs = {name: [figure.pair(*samples) for samples in sampled] for name, sampled in drawn.items()}
        for count in LOOKS:
            for name in panel.live:
                known = tuple(pair for pair in pairs[name][:count] if pair is not None)
                panel = panel.with_trial(replace(panel.trials[name], pairs=known))
            panel = look(panel, last=count == LOOKS[-1])
            for name, trial in panel.trials.items():
                if trial.decided is Decision.OVER:
                    taken[name] = min(taken[name], count)
        panels.append(panel)
    decisions = {name: [panel.trials[name].decided for panel in panels] for name in drawn}
    return {name: Outcome(verdict=verdict_of(decided), pairs=taken[name]) for name, decided in decisions.items()}


def verdict_of(decided: Sequence[Decision | None]) -> str:
    """The verdict of a comparison of several figures."""
    if Decision.OVER in decided:
        return "fail"
    return "inconclusive" if None in decided else "pass"


def replay(files: Sequence[Path], draws: int) -> None:
    """Print the tables."""
    for file in files:
        samples = read(file)
        walls_s = [sample.unqueued_wall_s for sample in samples["unchanged"]]
        queued = median([sample.queued_s or 0.0 for sample in samples["unchanged"]])
        print(f"\n## {file.stem}: {len(walls_s)} laps; the unchanged suite takes {median(walls_s):.2f} s", end="")
        print(f" and queues for {queued:.2f} s\n{json.loads(file.read_text())['machine']}")
        print("\n| compared with itself | fail | inconclusive | pass |\n| --- | --- | --- | --- |")
        for name in ALIKE:
            found = Counter(one(samples[name], samples[name], seed).verdict for seed in range(draws))
            print(
                f"| {name} | " + " | ".join(str(found[verdict]) for verdict in ("fail", "inconclusive", "pass")) + " |"
            )
        print(f"\n| {WAIT_S * 1000:.0f} ms more | alone: fail within 10 pairs | one of ten: fail within 15 |")
        print("| --- | --- | --- |")
        for name in (name for name in SUITES if name not in ALIKE):
            base = samples[base_of(name)]
            alone = [one(base, samples[name], seed) for seed in range(draws)]
            among = [one_of_ten(base, samples[name], samples["unchanged"], seed) for seed in range(draws)]
            shares = [
                sum(outcome.verdict == "fail" and outcome.pairs <= most for outcome in outcomes)
                for outcomes, most in ((alone, LOOKS[0]), (among, LOOKS[1]))
            ]
            print(f"| {name} | {shares[0]} of {draws} | {shares[1]} of {draws} |")


def one(base: Sequence[Sample], head: Sequence[Sample], seed: int) -> Outcome:
    """The outcome of one comparison of one target."""
    return judge({"one": draw(base, head, random.Random(seed))}, seed)["one"]


def one_of_ten(base: Sequence[Sample], head: Sequence[Sample], other: Sequence[Sample], seed: int) -> Outcome:
    """The outcome of a target that is compared together with nine that did not change."""
    source = random.Random(seed)
    drawn = {"one": draw(base, head, source)}
    drawn |= {f"other {number}": draw(other, other, source) for number in range(OTHERS)}
    return judge(drawn, seed)["one"]


@contextmanager
def busy(processes: int) -> Iterator[None]:
    """Keep the machine busy in bursts meanwhile."""
    loads = [multiprocessing.Process(target=load, daemon=True) for _ in range(processes)]
    for process in loads:
        process.start()
    yield
    for process in loads:
        process.terminate()


def main() -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    planting, recording, replaying = map(commands.add_parser, ("planted", "record", "replay"))
    planting.add_argument("--times", type=int, default=20)
    recording.add_argument("file", type=Path)
    recording.add_argument("--laps", type=int, default=60)
    for measuring in (planting, recording):
        measuring.add_argument("--load", type=int, default=0, metavar="N", help="keep N processes busy meanwhile")
    replaying.add_argument("files", type=Path, nargs="+")
    replaying.add_argument("--draws", type=int, default=40, help="comparisons in each row")
    options = parser.parse_args()
    if options.command == "replay":
        replay(options.files, options.draws)
        return
    with busy(options.load):
        if options.command == "planted":
            planted(options.times)
        else:
            record(options.file, options.laps)


if __name__ == "__main__":
    main()
