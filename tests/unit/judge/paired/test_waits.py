"""The waits of a target, judged in pairs."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from collectbench.judge.paired.change import PairedTerms
from collectbench.judge.paired.figures import WAITS, figures
from collectbench.judge.paired.look import look
from collectbench.judge.paired.panel import LOOKS, Decision, Panel, Trial
from collectbench.judge.paired.waits import paired_waits
from collectbench.model.comparison import Verdict
from collectbench.model.run import WaitSite
from collectbench.model.sample import Noise
from collectbench.usecases.wording import word

(FIGURE,) = (figure for figure in figures(0.1) if figure.name == WAITS)
QUIET, BUSY = Noise(cpu_pressure=0.0), Noise(cpu_pressure=0.9)


@pytest.fixture
def sides(result, sample):
    """Builds two results of 0.5 s that wait for `base_s` and `head_s`, give or take 2 ms."""

    def build(base_s=0.0, head_s=0.0, pairs=10, *, base=None, head=None, sites=()):
        source, built = random.Random(5), []
        for waited_s, changes in ((base_s, base), (head_s, head)):
            waits = [waited_s + source.gauss(0, 0.002) for _ in range(pairs)]
            samples = tuple(
                replace(sample(0.5), **{"user_s": 0.4, "waited_s": wait_s, **(changes or {})}) for wait_s in waits
            )
            built.append(replace(result(), samples=samples))
        return built[0], replace(built[1], waits=sites)

    return build


def panel_of(base, head, *, targets=1, share=1.0, last=False) -> Panel:
    """The panel of these samples after all looks that their number allows."""
    pairs = tuple(map(FIGURE.pair, base.samples, head.samples))
    panel = FIGURE.panel(seed=1, share=share)
    panel = replace(panel, trials={name: Trial(name=name) for name in ("unit", *map(str, range(1, targets)))})
    for count in LOOKS:
        if len(pairs) >= count or last:
            trials = {
                name: trial if trial.decided else replace(trial, pairs=pairs[:count])
                for name, trial in panel.trials.items()
            }
            panel = look(replace(panel, trials=trials), last=last)
    return panel


def judged(base, head, **changes):
    return paired_waits(base, head, PairedTerms(panel=panel_of(base, head, **changes), margin_floor=0.1, word=word))


def test_a_new_wait_fails_at_the_first_look_and_names_its_line(sides) -> None:
    site = WaitSite(path="tests/conftest.py", line=3, waited_s=0.2)
    waits = judged(*sides(0.0, 0.2, sites=(site,)))
    assert (waits.verdict, waits.pairs) == (Verdict.FAIL, 10)
    assert waits.reason.startswith("waits +2")
    assert "10 pairs), over the margin of 50 ms, the least that counts: +200 ms at tests/conftest.py:3" in waits.reason
    assert waits.ci95_s[0] < 0.2 < waits.ci95_s[1] + 0.002
    assert waits.p_value == pytest.approx(0.5**10)


def test_a_wait_that_grows_fails_like_a_new_one(sides) -> None:
    assert judged(*sides(0.3, 0.5)).verdict is Verdict.FAIL


@pytest.mark.parametrize(("base_s", "head_s"), [(0.0, 0.0), (0.3, 0.3), (0.3, 0.0), (-0.1, -0.1)])
def test_waits_that_do_not_grow_pass_at_the_first_look(base_s, head_s, sides) -> None:
    waits = judged(*sides(base_s, head_s))
    assert (waits.verdict, waits.pairs) == (Verdict.PASS, 10)
    assert "within the margin of 50 ms" in waits.reason


@pytest.mark.parametrize(("targets", "share", "pairs"), [(1, 1.0, 10), (10, 1.0, 15), (1, 0.5, 15), (50, 0.5, 20)])
def test_waits_need_more_pairs_the_more_targets_share_the_error(targets, share, pairs, sides) -> None:
    base, head = sides(0.0, 0.2, 20)
    trial = panel_of(base, head, targets=targets, share=share).trials["unit"]
    assert (trial.decided, len(trial.pairs)) == (Decision.OVER, pairs)


def test_too_few_pairs_are_inconclusive_and_say_how_to_get_more(sides) -> None:
    waits = judged(*sides(0.0, 0.2, 3), last=True)
    assert (waits.verdict, waits.ci95_s, waits.minimum_detectable_s) == (Verdict.INCONCLUSIVE, None, None)
    assert "3 pairs cannot show growth of any size here; allow more time with --max-time" in waits.reason


def test_an_open_case_names_the_growth_that_would_have_been_detected(sides) -> None:
    base, _ = sides(0.0, 0.0, 20)
    head = replace(base, samples=tuple(replace(one, waited_s=0.1 * (i % 2)) for i, one in enumerate(base.samples)))
    waits = judged(base, head, last=True)
    assert waits.verdict is Verdict.INCONCLUSIVE
    assert "would have been detected" in waits.reason
    assert waits.minimum_detectable_s > waits.margin_s


def test_the_queueing_of_children_is_no_wait(sides) -> None:
    busy = {"threads_or_children": True, "noise": BUSY}
    waits = judged(*sides(0.0, 0.2, base={**busy, "noise": QUIET}, head=busy))
    assert waits.verdict is Verdict.INCONCLUSIVE
    assert "but the machine withheld that much more of the CPU" in waits.reason
    assert judged(*sides(0.0, 0.2, base=busy, head=busy)).verdict is Verdict.FAIL, "equally busy beside both"


@pytest.mark.parametrize(
    ("head_wall_s", "verdict"), [(0.5, Verdict.PASS), (0.8, Verdict.INCONCLUSIVE)], ids=["pass", "never fail"]
)
def test_without_the_figures_of_the_scheduler_a_bound_is_judged(head_wall_s, verdict, sides) -> None:
    waits = judged(*sides(base={"waited_s": None}, head={"waited_s": None, "wall_s": head_wall_s}))
    assert (waits.verdict, waits.exact) == (verdict, False)
    assert waits.reason.startswith("waits and queueing +")


def test_a_target_that_was_not_timed_has_no_waits(sides, result) -> None:
    terms = PairedTerms(panel=Panel(trials={}), margin_floor=0.1, word=word)
    assert paired_waits(result(), result(), terms) is None


def test_a_pair_in_which_the_machine_slept_is_spoilt(sample) -> None:
    asleep = sample(0.5, waited_s=0.0, noise=Noise(suspended_s=3.0))
    assert FIGURE.pair(sample(0.5, waited_s=0.0), asleep) is None
