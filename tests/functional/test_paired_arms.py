"""A pair whose arms differ in one argument of pytest, with real rounds."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from collectbench.judge.paired.figures import Figure
from collectbench.judge.paired.panel import ALPHA, Decision
from collectbench.judge.paired.scale import Scale
from collectbench.measure.process.launch import launch
from collectbench.measure.round.bench import Bench
from collectbench.measure.round.request import COLLECT_ONLY, RoundRequest
from collectbench.measure.round.user_tree import UserTree
from collectbench.measure.session.paired_target import Arm, PairedPolicy, PairedTarget, Side
from collectbench.measure.session.pairs import PairedSession
from collectbench.model.target import Target

ENOUGH_TO_DECIDE = 7
"""The smallest number of pairs that can be over: half to the seventh power is less than the error of 1 %."""


class Silent:
    """An observer that shows nothing."""

    def begins(self, name, kind, outlook) -> None:
        pass

    def ended(self, name, kind, finished) -> None:
        pass


@pytest.fixture
def arm_with(write_suite, plain_python, tmp_path) -> Callable[..., Arm]:
    """Builds an arm over a suite with a module that sleeps while it is imported."""
    root = write_suite(
        {
            "pytest.ini": "[pytest]\n",
            "tests/test_quick.py": "def test_one(): pass\n",
            "tests/test_slow.py": "import time\ntime.sleep(0.4)\ndef test_two(): pass\n",
        }
    )

    def build(work: Path, *pytest_args: str) -> Arm:
        (work / "kept").mkdir(parents=True)
        bench = Bench(
            python=(plain_python,),
            root=root,
            env={key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"},
            work=work,
            timeout_s=120,
            launch=launch,
            tree=UserTree(work / "kept"),
        )
        request = RoundRequest(target=Target(name="tests", paths=("tests",)))
        return Arm(bench=bench, request=replace(request, pytest_args=(*COLLECT_ONLY, *pytest_args)))

    return build


@pytest.mark.long
def test_an_argument_that_skips_a_slow_module_is_seen_in_wall_time(arm_with, tmp_path) -> None:
    arms = {
        Side.BASE: arm_with(tmp_path / "base", "--ignore=tests/test_slow.py"),
        Side.HEAD: arm_with(tmp_path / "head"),
    }
    session = PairedSession(
        targets={"tests": PairedTarget(name="tests", arms=arms)},
        suite=None,
        policy=PairedPolicy(pairs=ENOUGH_TO_DECIDE, warmup=1, counted=0),
        seed=1,
        observer=Silent(),
        figures=(
            Figure(
                name="wall",
                of=lambda sample: sample.wall_s,
                scale=Scale.DIFFERENCE,
                margin=lambda pairs: max(0.02 * min(pair.base for pair in pairs), 0.02),
                alpha=ALPHA,
            ),
        ),
    )
    session.run()
    trial = session.panel.trials["tests"]
    assert (len(trial.pairs), trial.contaminated) == (ENOUGH_TO_DECIDE, False)
    assert trial.decided is Decision.OVER
    items = {side: session.result("tests", side).counts.items for side in Side}
    assert items == {Side.BASE: 1, Side.HEAD: 2}
