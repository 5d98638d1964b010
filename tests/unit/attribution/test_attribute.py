from __future__ import annotations

import gc

import pytest

from collectbench.attribution.attribute import attribute
from collectbench.attribution.frame_costs import Calibration
from collectbench.model.costs import Origin
from collectbench.model.sample import RoundKind, Sample
from collectbench.model.trace import Event, Trace

SAMPLE = Sample(
    kind=RoundKind.TRACED, wall_s=12.0, user_s=0, system_s=0, peak_rss_bytes=0, exit_code=0, phases={"interpreter": 0.5}
)


@pytest.fixture
def trace(made) -> Trace:
    return Trace(
        complete=True,
        imports=(
            made.import_frame(0, -1, "pytest"),
            made.import_frame(2, 1, "tests.test_a", end_s=8.0),
            made.import_frame(3, 2, "heavy", end_s=7.0, self_s=1.5),
        ),
        collectors=(made.collector_frame(1, -1, "tests/test_a.py", end_s=9.0),),
        edges=(made.edge("tests.test_a", "heavy", 2, line=3),),
        events=(Event(kind="open", detail="/p/data.json", path="/p/conftest.py", line=4, count=1, during=2),),
    )


def test_an_attribution_holds_the_values_that_it_was_made_from(trace, places) -> None:
    attribution = attribute(trace, sample=SAMPLE, places=places)
    assert (attribution.trace, attribution.sample, attribution.places) == (trace, SAMPLE, places)


def test_an_attribution_leads_from_a_module_to_its_origin_its_statements_and_its_saving(trace, places) -> None:
    attribution = attribute(trace, sample=SAMPLE, places=places)
    heavy = attribution.modules.by_name["heavy"]
    (statement,) = [statement for statement in attribution.graph.statements if heavy in statement.needs]
    assert (statement.source, statement.line) == (attribution.modules.by_name["tests.test_a"], 3)
    assert attribution.origins[heavy] is Origin.THIRD_PARTY
    assert attribution.savings.of_modules[heavy].joint_s == attribution.graph.cost_s[heavy] == 1.5
    assert sum(share.seconds for share in attribution.shares) == pytest.approx(SAMPLE.wall_s)


def test_tracing_overhead_is_not_part_of_a_saving(trace, places) -> None:
    plain, corrected = (
        attribute(trace, sample=SAMPLE, places=places, calibration=Calibration(overhead_s=overhead_s))
        for overhead_s in (0.0, 1.0)
    )
    saving_s = [made.savings.of_modules[made.modules.by_name["heavy"]].joint_s for made in (plain, corrected)]
    assert saving_s[1] < saving_s[0]


@pytest.mark.parametrize("enabled", [True, False])
def test_attributing_leaves_the_garbage_collector_as_it_was(trace, places, enabled) -> None:
    was_enabled = gc.isenabled()
    try:
        (gc.enable if enabled else gc.disable)()
        attribute(trace, sample=SAMPLE, places=places)
        assert gc.isenabled() is enabled
    finally:
        (gc.enable if was_enabled else gc.disable)()
