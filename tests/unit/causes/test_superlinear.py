"""superlinear, and the steps that it looks at."""

from __future__ import annotations

from itertools import product

import pytest

from collectbench.attribution.parts import Part
from collectbench.attribution.stacks import SampledStack
from collectbench.causes import Evidence
from collectbench.causes.custom_collector import CAUSE as COLLECTOR
from collectbench.causes.ledger import settle
from collectbench.causes.slow_modifyitems import CAUSE as MODIFY
from collectbench.causes.steps import END, PYTEST, steps_of
from collectbench.causes.superlinear import CAUSE
from collectbench.causes.surroundings import Surroundings
from collectbench.model.subsets import Size, SubsetCosts
from made_evidence import PYTEST as PATH
from made_evidence import ROOT, calls, collected, evidence, findings, hooked, ran

CONFTEST = f"{ROOT}/conftest.py"
TEXT = "def pytest_collection_modifyitems(items):\n    for item in items:\n        items.index(item)\n"
SITE = "/venv/site-packages/pytest_slow.py"
WHOLE_S = 1.6
NOISE = (1.0, 1.04, 0.97, 1.01)
PLUGGY = "/venv/site-packages/pluggy/_callers.py:80 _multicall"


def grown(power, *, noise=(1.0, 1.0, 1.0, 1.0), others=1.0, **records) -> Evidence:
    """Evidence in which steps cost as in the whole at 400 items, and grow with that power of them.

    pytest itself and the end of the process grow with the power `others`.
    """
    whole = evidence(**records)
    steps = steps_of(whole.trace, whole.parts, whole.stacks, whole.is_project)

    def costs(size, lap):
        for step, own in steps.items():
            growth = (size / 4) ** (others if step in {PYTEST, END} else power)
            yield step, sum(own.values()) * growth * noise[(lap + size) % 4]

    subsets = tuple(
        SubsetCosts(size=size, lap=lap, items=100 * size, seconds=dict(costs(size, lap)))
        for lap, size in product(range(4), Size)
    )
    return evidence(**records, fields={"surroundings": Surroundings(subsets=subsets)})


def of_hook(power, path=CONFTEST, plugin=CONFTEST, name="pytest_collection_modifyitems", **fields) -> Evidence:
    hook = hooked(0, name, plugin, fields.pop("whole_s", WHOLE_S), path, 1)
    return grown(power, hooks=(hook,), files={CONFTEST: TEXT}, **fields)


def test_a_quadratic_hook_is_found_with_its_place_exponent_and_what_it_costs_beyond_linear_growth() -> None:
    (found,) = findings(CAUSE, of_hook(2))
    assert (found.subject, found.bound) == ("pytest_collection_modifyitems in conftest.py", True)
    assert found.estimated_saving_s == pytest.approx(WHOLE_S * 3 / 4)
    assert [(place.path, place.line) for place in found.locations] == [("conftest.py", 1)]
    assert found.evidence[0].startswith("100 ms for 100 items, 1.60 s for 400: grows with the power 2.00")


def test_a_linear_hook_is_not_found_with_noise_or_without() -> None:
    assert not findings(CAUSE, of_hook(1))
    assert not findings(CAUSE, of_hook(1, noise=NOISE))
    assert not findings(CAUSE, of_hook(1, noise=(1.0, 1.5, 0.9, 1.2)))


def test_growth_that_is_hardly_faster_or_unsure_is_not_found() -> None:
    assert not findings(CAUSE, of_hook(1.25))
    assert not findings(CAUSE, of_hook(1.4, noise=(1.0, 2.0, 0.6, 1.6)))


def test_growth_that_costs_little_is_not_found() -> None:
    assert not findings(CAUSE, of_hook(2, whole_s=0.2))  # 2 % of ten seconds


def test_nothing_is_found_without_rounds_on_subsets() -> None:
    hook = hooked(0, "pytest_collection_modifyitems", CONFTEST, WHOLE_S, CONFTEST, 1)
    assert not findings(CAUSE, evidence(hooks=(hook,)))


def test_what_the_hook_would_cost_if_it_were_linear_stays_with_its_own_cause() -> None:
    about = of_hook(2)
    found = settle([(each, list(each.find(about))) for each in (CAUSE, MODIFY)], about.parts, about.smallest_s).findings
    assert [each.cause for each in found] == ["superlinear", "slow-modifyitems"]
    assert sum(each.estimated_saving_s for each in found) == pytest.approx(WHOLE_S)


@pytest.mark.parametrize(
    ("path", "plugin", "fix"),
    [
        (SITE, "slow", "upgrade the plugin"),
        (f"{PATH}/python.py", "python", "upgrade pytest"),
        ("", "slow.c", "upgrade the plugin"),
    ],
)
def test_the_fix_depends_on_whose_hook_it_is(path, plugin, fix) -> None:
    (found,) = findings(CAUSE, of_hook(2, path=path, plugin=plugin, name="pytest_itemcollected"))
    assert found.fix.startswith(fix)


def test_the_function_with_most_samples_is_named() -> None:
    run = ran(-1, 1.0, "conftest.py:3 pytest_collection_modifyitems", hook=0, by=PLUGGY)
    (found,) = findings(CAUSE, of_hook(2, stacks=(run,)))
    assert found.evidence[1:] == ("most samples are in pytest_collection_modifyitems()",)


@pytest.mark.parametrize(
    ("class_path", "fix"),
    [(CONFTEST, "go through"), (SITE, "upgrade the plugin"), ("", "upgrade pytest")],
)
def test_collectors_of_a_class_are_one_step(class_path, fix) -> None:
    frames = tuple(collected(n, -1, f"{n}.case", 0.5, type="CaseFile", class_path=class_path) for n in range(3))
    about = grown(2, collectors=frames, files={CONFTEST: "\nclass CaseFile:\n    pass\n"})
    (found,) = findings(CAUSE, about)
    assert (found.subject, found.estimated_saving_s) == ("collector CaseFile", pytest.approx(1.5 * 3 / 4))
    assert found.fix.startswith(fix)
    if class_path == CONFTEST:
        assert [(place.path, place.line) for place in found.locations] == [("conftest.py", 2)]
        rest = settle([(each, list(each.find(about))) for each in (CAUSE, COLLECTOR)], about.parts, 0.02).findings
        assert [each.cause for each in rest] == ["superlinear", "custom-collector"]


def test_pytest_itself_and_the_end_of_the_process_are_steps() -> None:
    found = {each.subject: each for each in findings(CAUSE, grown(2, others=2, root_self_s=2.0))}
    assert found["pytest itself"].estimated_saving_s == pytest.approx(1.5)
    assert found["the end of the process"].estimated_saving_s == pytest.approx(8 * 3 / 4)


def test_seconds_in_a_hook_of_pytest_that_other_causes_own_are_not_of_that_step() -> None:
    hook = hooked(0, "pytest_make_collect_report", "runner", 2.0, f"{PATH}/runner.py", 3)
    frame = collected(1, -1, "a.case", 0.1, type="CaseFile", class_path=CONFTEST)

    def stack(seconds, *texts, frame=-1):
        return SampledStack(part=Part("hook", 0), calls=calls(PLUGGY, *texts), seconds=seconds, frame=frame)

    about = evidence(
        hooks=(hook,),
        collectors=(frame,),
        stacks=(
            stack(0.5, "conftest.py:4 collect", frame=1),
            stack(0.3, f"{PATH}/python.py:1 _idval", "app.py:1 name"),
            stack(0.2, f"{PATH}/python.py:1 make_unique_parameterset_ids"),
            stack(0.4, f"{PATH}/nodes.py:1 collect"),
        ),
    )
    steps = {
        step.name or step.kind: sum(own.values())
        for step, own in steps_of(about.trace, about.parts, about.stacks, about.is_project).items()
    }
    assert steps["pytest_make_collect_report"] == pytest.approx(1.0)
    assert steps["CaseFile"] == pytest.approx(0.6)
    assert {PYTEST.kind, END.kind} <= steps.keys()
