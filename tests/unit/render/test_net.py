"""What is left of a saving, in one sentence."""

from __future__ import annotations

from dataclasses import replace

import pytest

from collectbench.model.diagnosis import Experiment
from collectbench.model.net import Net, WorkersNet
from collectbench.render.diagnosis.experiments import proof_lines, proofs
from collectbench.render.diagnosis.net import net_sentence

EXPERIMENT = Experiment(
    intervention="imports-deferred=heavy",
    pairs=7,
    saving_s=0.6,
    ci95=None,
    same_nodeids=True,
    same_errors=True,
    verdict="proven",
)
PARTLY = Net(
    verdict="saved",
    tests=9,
    pairs=7,
    full_run_s=0.41,
    ci95=(0.38, 0.44),
    moved_s=0.19,
    moved_into="tests/test_a.py::test_b",
)
ALL_OF_IT = "a full run gains no more, while --collect-only, editors and runs of other tests gain all of it"


@pytest.mark.parametrize(
    ("net", "sentence"),
    [
        (
            PARTLY,
            (
                "410 ms of 600 ms saved over a full run (380 ms to 440 ms, 7 pairs); "
                "190 ms moved into tests/test_a.py::test_b, the first that uses it"
            ),
        ),
        (
            replace(PARTLY, verdict="moved", full_run_s=-0.002, ci95=None, pairs=1, moved_s=0.602, moved_into=""),
            f"-2.0 ms of 600 ms saved over a full run (1 pair); 602 ms moved into the tests; {ALL_OF_IT}",
        ),
        (replace(PARTLY, moved_s=0.0), "410 ms of 600 ms saved over a full run (380 ms to 440 ms, 7 pairs)"),
        (
            replace(PARTLY, full_run_s=0.8, moved_s=-0.2, ci95=None),
            "800 ms saved over a full run (7 pairs); 200 ms of it since the tests take less, too",
        ),
        (
            replace(PARTLY, moved_s=0.0, ci95=None, file="tests/test_c.py", one_file_s=0.5, one_file_pairs=7),
            "410 ms of 600 ms saved over a full run (7 pairs); 500 ms saved by running tests/test_c.py alone (7 pairs)",
        ),
        (
            replace(PARTLY, moved_s=0.0, ci95=None, file="tests/test_c.py", one_file_reason="no time is left"),
            (
                "410 ms of 600 ms saved over a full run (7 pairs); "
                "running tests/test_c.py alone was not measured: no time is left"
            ),
        ),
        (
            replace(
                PARTLY,
                moved_s=0.0,
                ci95=None,
                workers=(
                    WorkersNet(workers=2, least_s=0.8, most_s=1.0),
                    WorkersNet(workers=4, least_s=2.0, most_s=2.0),
                ),
            ),
            (
                "410 ms of 600 ms saved over a full run (7 pairs); "
                "computed, not measured: 2, 4 workers of xdist save 800 ms to 1.00 s, 2.00 s together"
            ),
        ),
        (
            replace(PARTLY, moved_s=0.0, ci95=None, flaky=tuple("abcde")),
            "410 ms of 600 ms saved over a full run (7 pairs); flaky: a, b, c and 2 more",
        ),
        (
            Net(verdict="inconclusive", reason="it is not sure", pairs=7, full_run_s=0.3, ci95=(-0.1, 0.7)),
            "inconclusive, it is not sure: 300 ms of 600 ms saved over a full run (-100 ms to 700 ms, 7 pairs)",
        ),
        (Net(verdict="inconclusive", reason="no time is left"), "not measured: no time is left"),
    ],
    ids=[
        "partly",
        "moved",
        "saved",
        "more than saved",
        "one file",
        "no file",
        "workers",
        "flaky",
        "inconclusive",
        "unmeasured",
    ],
)
def test_a_net_says_what_a_full_run_saves_and_where_the_rest_has_gone(net: Net, sentence: str) -> None:
    assert net_sentence(EXPERIMENT, net) == sentence


def test_remembered_values_save_at_most_that_since_a_fixture_computes_them_again() -> None:
    bound = replace(EXPERIMENT, intervention="calls-remembered=tests/test_c.py:3", bound=True)
    net = replace(PARTLY, moved_s=0.0, ci95=None, file="tests/test_c.py", one_file_s=0.5, one_file_pairs=7)
    net = replace(net, workers=(WorkersNet(workers=2, least_s=0.8, most_s=0.8),))
    sentence = net_sentence(bound, net)
    assert sentence.endswith(
        "2 workers of xdist save at most 800 ms together; "
        "a fixture would pay it again in the first test that uses the value"
    )
    assert sentence.startswith("at most 410 ms of 600 ms saved over a full run")
    assert "; at most 500 ms saved by running tests/test_c.py alone" in sentence


def test_a_net_stands_on_a_line_of_its_own_below_the_proof() -> None:
    first, second = proof_lines(proofs(replace(EXPERIMENT, net=PARTLY)))
    assert first.startswith("proven: imports-deferred=heavy saves 600 ms")
    assert second.startswith("net: 410 ms of 600 ms saved over a full run")
    assert len(list(proofs(EXPERIMENT))) == 1
    assert list(proofs(None)) == []
