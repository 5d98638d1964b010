"""The session of pairs, over a launcher and a clock that follow a script."""

from __future__ import annotations

import os
import signal
from collections import Counter
from dataclasses import replace
from itertools import count

import pytest

from collectbench.judge.paired.figures import CPU, WAITS, Figure
from collectbench.judge.paired.panel import CPU_ALPHA, LOOKS, WAIT_ALPHA, Decision
from collectbench.judge.paired.scale import RelativeMargin, Scale
from collectbench.measure.machine.noise import Reading
from collectbench.measure.machine.reference_workload import workload_env
from collectbench.measure.process.interruption import signals_noted
from collectbench.measure.process.run_queue import Scheduled
from collectbench.measure.round.request import COLLECT_ONLY, RoundRequest
from collectbench.measure.round.user_tree import UserTree
from collectbench.measure.round.work import Work
from collectbench.measure.session.pace import Outlook
from collectbench.measure.session.paired_target import Arm, PairedPolicy, PairedTarget, Side, Timing
from collectbench.measure.session.pairs import MOST_PAIRS, SPOILT_PAIRS, PairedSession
from collectbench.model.errors import Interrupted
from collectbench.model.probe_files import REFERENCE_WORKLOAD
from collectbench.model.sample import RoundKind, Status
from collectbench.model.target import Limits, Target

BASE, HEAD = Side
UNCOUNTED = PairedPolicy(pairs=2, counted=0)


class Log:
    """An observer that remembers what began: target, side and kind of round; and the seconds that were expected."""

    def __init__(self) -> None:
        self.begun: list[tuple[str, str, RoundKind]] = []
        self.outlooks: list[Outlook] = []

    def begins(self, name, kind, outlook) -> None:
        target, side = name.removesuffix(")").split(" (")
        self.begun.append((target, side, kind))
        self.outlooks.append(outlook)

    @property
    def rests(self) -> list[float | None]:
        return [outlook.rest_s for outlook in self.outlooks]

    def ended(self, name, kind, finished) -> None:
        pass

    def timed(self) -> list[tuple[str, str]]:
        return [(target, side) for target, side, kind in self.begun if kind is RoundKind.TIMED]


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture
def benches(bench, tmp_path):
    """The bench of each side: both over the same script, each with a root of its own."""
    roots = {side: tmp_path / side.value for side in Side}
    for root in roots.values():
        root.mkdir()
    return {side: replace(bench, root=root, tree=UserTree(tmp_path / "work" / "kept")) for side, root in roots.items()}


@pytest.fixture
def session(benches, script, log):
    """Builds a session of some targets that both sides have; `only` names the side of those that one alone has."""

    def build(names="a", policy=UNCOUNTED, *, limits=None, only=None, on=benches, **changes) -> PairedSession:
        sides = {name: [(only or {}).get(name, "")] for name in names}
        requests = {
            name: RoundRequest(target=Target(name=name, paths=(name,), limits=limits or Limits())) for name in names
        }
        targets = {
            name: PairedTarget(
                name=name,
                arms={
                    side: Arm(bench=on[side], request=requests[name])
                    for side in Side
                    if sides[name][0] in ("", side.value)
                },
            )
            for name in names
        }
        values = {
            "targets": targets,
            "suite": None,
            "policy": policy,
            "seed": 7,
            "observer": log,
            "clock_ns": script.clock_ns,
        }
        return PairedSession(**values | changes)

    return build


def is_round(invocation) -> bool:
    return str(REFERENCE_WORKLOAD) not in invocation.argv


def side_of(invocation) -> str:
    return invocation.cwd.name


def rounds_on(script, side: str) -> list:
    return [call for call in script.calls if is_round(call) and side_of(call) == side]


def takes(**cpu_s):
    """An act that gives rounds of each side these CPU seconds, with a little noise that repeats."""
    numbers = count()

    def act(invocation, folder):
        return {"user_s": cpu_s[side_of(invocation)] * (1 + 0.01 * (next(numbers) % 3)), "system_s": 0.0}

    return lambda invocation, folder: act(invocation, folder) if is_round(invocation) else {"user_s": 0.1}


def test_each_pair_is_one_round_of_each_side_and_bears_its_number(session, log) -> None:
    done = session("ab", PairedPolicy(pairs=3, counted=0))
    done.run()
    blocks = list(zip(log.timed()[::2], log.timed()[1::2], strict=True))
    assert all(first[0] == second[0] and {first[1], second[1]} == {"base", "head"} for first, second in blocks)
    for name in "ab":
        for side in Side:
            timed = done.result(name, side).timed()
            assert [sample.pair for sample in timed] == [0, 1, 2]


def test_targets_take_their_pairs_in_turn(session, log) -> None:
    session("abc", PairedPolicy(pairs=2, counted=0)).run()
    laps = [{name for name, _ in log.timed()[start : start + 6]} for start in (0, 6)]
    assert laps == [{*"abc"}, {*"abc"}]


def test_the_seed_decides_the_order_of_targets_and_the_coins(session, log) -> None:
    orders = []
    for seed in (1, 1, 2):
        log.begun.clear()
        session("abcd", PairedPolicy(pairs=4, counted=0), seed=seed).run()
        orders.append(log.timed())
    assert orders[0] == orders[1] != orders[2]
    first = Counter(side for _, side in orders[0][::2])
    assert min(first["base"], first["head"]) >= 3, "a coin decides which side comes first"


def test_the_reference_workload_runs_before_each_timed_round_and_no_other(session, script) -> None:
    done = session("a", PairedPolicy(pairs=2, counted=2))
    done.run()
    for side in Side:
        beside = [(sample.kind, sample.reference is not None) for sample in done.result("a", side).samples]
        assert set(beside) == {(RoundKind.WARMUP, False), (RoundKind.COUNTED, False), (RoundKind.TIMED, True)}
    positions = [index for index, call in enumerate(script.calls) if not is_round(call)]
    assert [is_round(script.calls[index + 1]) for index in positions] == [True] * 4
    assert done.panel.trials["a"].pairs[0].base_reference_s == pytest.approx(0.25)


def test_both_sides_have_the_reference_workload_in_the_same_environment(session, benches, script) -> None:
    differing = {side: replace(bench, env={"PYTHONPATH": str(bench.root)}) for side, bench in benches.items()}
    session("a", on=differing).run()
    first, *others = [call.env for call in script.calls if not is_round(call)]
    assert first == workload_env(os.environ)
    assert others == [first] * 3


def test_a_pair_without_the_reference_workload_still_counts(session, script) -> None:
    script.act = lambda invocation, folder: None if is_round(invocation) else {"exit_code": 1}
    done = session("a")
    done.run()
    assert [pair.base_reference_s for pair in done.panel.trials["a"].pairs] == [None, None]


def test_the_first_round_of_each_side_is_guarded(session, script) -> None:
    session("a", PairedPolicy(pairs=1, warmup=0, counted=0)).run()
    assert [call.argv[3] for call in script.calls if is_round(call)] == ["guarded", "guarded"]
    script.calls.clear()
    session("a", PairedPolicy(pairs=1, counted=2)).run()
    modes = [call.argv[3] for call in script.calls if is_round(call)]
    assert modes == ["guarded"] * 2 + ["counted"] * 4 + ["timed"] * 2


def test_rounds_that_are_there_already_are_not_taken_again(session, log) -> None:
    first = session("a", PairedPolicy(pairs=1, counted=2))
    first.run()
    kept = {key: rounds[:2] for key, rounds in first.rounds.items()}
    log.begun.clear()
    again = session("a", PairedPolicy(pairs=1, counted=2), rounds=kept)
    again.run()
    assert Counter(kind for _, _, kind in log.begun) == {RoundKind.COUNTED: 2, RoundKind.TIMED: 2}
    assert len(again.result("a", HEAD).samples) == 4


def test_without_warm_up_and_counters_all_targets_are_timed(session, log) -> None:
    done = session("ab", PairedPolicy(pairs=2, warmup=0, counted=0))
    done.run()
    assert {kind for _, _, kind in log.begun} == {RoundKind.TIMED}
    assert [len(trial.pairs) for trial in done.panel.trials.values()] == [2, 2]
    assert log.rests[0] is None, "nothing is known yet of what a round takes"


# Looks


def test_a_clear_case_is_decided_at_the_first_look(session, script) -> None:
    script.act = takes(base=1.0, head=1.0)
    done = session("a", PairedPolicy(counted=0))
    done.run()
    assert (len(done.panel.trials["a"].pairs), done.panel.trials["a"].decided) == (LOOKS[0], Decision.UNDER)


def test_a_slower_head_fails(session, script) -> None:
    script.act = takes(base=1.0, head=1.5)
    done = session("a", PairedPolicy(counted=0))
    done.run()
    assert done.panel.trials["a"].decided is Decision.OVER
    assert not done.out_of_time


def test_a_decided_target_is_measured_no_more_while_others_go_on(session, script) -> None:
    exactly = takes(base=1.0, head=1.1)
    clearly = takes(base=1.0, head=1.0)
    script.act = lambda invocation, folder: (clearly if invocation.argv[-1] == "a" else exactly)(invocation, folder)
    done = session("ab", PairedPolicy(counted=0))
    done.run()
    assert {name: len(trial.pairs) for name, trial in done.panel.trials.items()} == {"a": LOOKS[0], "b": LOOKS[-1]}
    assert done.panel.trials["b"].decided is None
    assert done.panel.looks == len(LOOKS)


def test_a_fixed_number_of_pairs_is_taken_and_looked_at_once(session, script) -> None:
    script.act = takes(base=1.0, head=1.5)
    done = session("a", PairedPolicy(pairs=12, counted=0))
    done.run()
    assert (len(done.panel.trials["a"].pairs), done.panel.looks) == (12, 1)
    assert done.panel.trials["a"].decided is Decision.OVER


def test_more_time_allows_more_pairs_but_not_without_end(session, script) -> None:
    script.act = takes(base=1.0, head=1.1)
    done = session("a", PairedPolicy(counted=0, deadline_ns=script.now_ns + 10**12))
    done.run()
    assert len(done.panel.trials["a"].pairs) == MOST_PAIRS
    assert not done.out_of_time


def test_each_round_has_its_number_among_those_of_the_whole_command(session, log) -> None:
    session("ab", PairedPolicy(pairs=2, counted=0)).run()
    outlooks = log.outlooks
    assert [outlook.round for outlook in outlooks] == list(range(1, 13))
    assert outlooks[0].rounds == 2 * 2 + 2 * 2  # as long as nothing is known, half of the targets are expected in pairs
    assert {outlook.rounds for outlook in outlooks[4:]} == {12}


def test_the_observer_gets_the_seconds_until_the_next_look(session, log, script) -> None:
    session("a", PairedPolicy(counted=0)).run()
    timed = [rest for rest, (_, _, kind) in zip(log.rests, log.begun, strict=True) if kind is RoundKind.TIMED]
    assert timed[0] == pytest.approx(2 * LOOKS[0] * script.wall_s)
    assert log.rests[0] is None
    script.now_ns, deadline_ns = 0, 2 * 10**9
    log.outlooks.clear()
    session("a", PairedPolicy(counted=0, deadline_ns=deadline_ns)).run()
    assert max(filter(None, log.rests)) <= 2.0


# Which targets are timed


def test_a_target_that_is_the_same_on_both_sides_is_not_timed_unless_on_request(session, log) -> None:
    for full, timed in ((False, 0), (True, 2)):
        log.begun.clear()
        first = session("a", PairedPolicy(pairs=1, counted=2))
        first.run()
        work = Work(counters={"modules": 3}, loaded_sha256="0" * 64)
        alike = {key: [replace(round_, work=work) for round_ in rounds[:3]] for key, rounds in first.rounds.items()}
        log.begun.clear()
        done = session("a", PairedPolicy(pairs=1, counted=2, full=full), rounds=alike)
        done.run()
        assert len(log.timed()) == timed
        assert done.timing["a"] is (Timing.PAIRS if full else Timing.NONE)


def test_counted_rounds_that_disagree_are_followed_by_one_more(session, log) -> None:
    first = session("a", PairedPolicy(pairs=1, counted=2))
    first.run()
    numbers = count()
    kept = {
        (name, side): [
            replace(
                round_, work=Work(counters={"modules": next(numbers) if side is HEAD else 3}, loaded_sha256="0" * 64)
            )
            for round_ in rounds[:3]
        ]
        for (name, side), rounds in first.rounds.items()
    }
    log.begun.clear()
    session("a", PairedPolicy(pairs=1, counted=2), rounds=kept).run()
    assert [(side, kind) for _, side, kind in log.begun if kind is RoundKind.COUNTED] == [("head", RoundKind.COUNTED)]


@pytest.mark.parametrize("side", ["base", "head"])
def test_a_target_that_one_side_lacks_is_warmed_up_there_and_not_timed(side, session, log) -> None:
    done = session("ab", only={"a": side})
    done.run()
    assert [(where, kind) for name, where, kind in log.begun if name == "a"] == [(side, RoundKind.WARMUP)]
    assert list(done.panel.trials) == ["b"]
    other = BASE if side == "head" else HEAD
    assert done.result("a", other) is None


def test_a_head_that_cannot_be_compared_is_timed_alone_where_it_has_a_budget(session, log) -> None:
    session("a", limits=Limits(budget_s=10.0), only={"a": "head"}).run()
    assert log.timed() == [("a", "head")] * 2, "two rounds under half of the budget decide it"
    log.begun.clear()
    session("a", limits=Limits(memory_budget_bytes=1), only={"a": "head"}).run()
    assert log.timed() == [("a", "head")] * 3


@pytest.mark.parametrize("side", ["base", "head"])
def test_a_side_that_fails_at_once_is_given_up_and_the_other_is_known(side, session, script, log) -> None:
    script.act = lambda invocation, folder: {"exit_code": -9} if side_of(invocation) == side else None
    done = session("a", PairedPolicy(pairs=2, counted=2))
    done.run()
    assert [kind for _, where, kind in log.begun if where == side] == [RoundKind.WARMUP]
    assert not log.timed()
    assert done.result("a", Side(side)).status is Status.CRASHED
    assert len(rounds_on(script, "head" if side == "base" else "base")) == 3


@pytest.mark.parametrize("side", ["base", "head"])
def test_a_side_that_fails_later_ends_the_pairs_of_its_target(side, session, script, log) -> None:
    def act(invocation, folder):
        late = len(rounds_on(script, side)) > 3
        return {"exit_code": -9} if late and is_round(invocation) and side_of(invocation) == side else None

    script.act = act
    done = session("a", PairedPolicy(counted=0), limits=Limits(budget_s=0.3))
    done.run()
    assert done.result("a", Side(side)).status is Status.CRASHED
    assert len(done.panel.trials["a"].pairs) == 2
    # The head has a budget that is not decided yet: it goes on alone, unless it is what fails.
    assert done.timing["a"] is (Timing.HEAD if side == "base" else Timing.NONE)
    assert len(done.result("a", HEAD).timed()) == (7 if side == "base" else 3)


# Disturbances


def sleeping(benches, rounds):
    """The benches on a machine that sleeps for half a minute in the rounds of these numbers."""
    readings = count()
    nothing = dict.fromkeys(("cpu_us", "memory_us", "io_us", "steal_s", "throttled_us"))

    def read() -> Reading:
        number, is_after = divmod(next(readings), 2)
        slept = sum(round_ < number + is_after for round_ in rounds)
        return Reading(load_1m=0.0, asleep_s=30.0 * slept, **nothing)

    return {side: replace(bench, read_noise=read) for side, bench in benches.items()}


def test_pairs_during_which_the_machine_slept_are_taken_again(session, benches) -> None:
    done = session("a", PairedPolicy(pairs=3, counted=0), on=sleeping(benches, [3]))
    done.run()
    assert len(done.panel.trials["a"].pairs) == 3
    timed = [sample for sample in done.result("a", HEAD).samples if sample.kind is RoundKind.TIMED]
    assert [sample.pair for sample in timed] == [0, 1, 2, 3]


def test_a_machine_that_sleeps_all_the_time_ends_the_pairs(session, benches) -> None:
    done = session("a", PairedPolicy(pairs=10, counted=0), on=sleeping(benches, range(100)))
    done.run()
    assert done.panel.trials["a"].pairs == ()
    assert done.timing["a"] is Timing.NONE
    assert len([round_ for round_ in done.rounds["a", HEAD] if round_.sample.pair is not None]) == SPOILT_PAIRS + 1


def test_a_clock_that_jumps_spoils_a_pair_and_no_more(session, script) -> None:
    def act(invocation, folder):
        jumps = is_round(invocation) and side_of(invocation) == "head" and len(rounds_on(script, "head")) == 3
        return {"user_s": -5.0} if jumps else None

    script.act = act
    done = session("a", PairedPolicy(pairs=3, counted=0))
    done.run()
    assert len(done.panel.trials["a"].pairs) == 3
    assert all(pair.base > 0 and pair.head > 0 for pair in done.panel.trials["a"].pairs)


# The deadline


@pytest.mark.parametrize("allowed_s", [0.0, 0.1, 0.3, 1.0, 2.2, 5.0, 10.0])
def test_the_deadline_is_overrun_by_one_round_at_most(allowed_s, session, script) -> None:
    began_ns = script.now_ns
    done = session("abcde", PairedPolicy(deadline_ns=began_ns + int(allowed_s * 1e9)))
    done.run()
    # A timed round comes with the reference workload, which takes as long here.
    assert (script.now_ns - began_ns) / 1e9 <= allowed_s + 2 * script.wall_s
    assert done.out_of_time


def test_preparing_takes_half_of_the_time_once_something_can_be_timed(session, script, log) -> None:
    began_ns = script.now_ns
    done = session("abcdefgh", PairedPolicy(counted=0, deadline_ns=began_ns + 4 * 10**9))  # eight warm-ups of 0.5 s
    done.run()
    assert done.out_of_time
    prepared = [name for name, _, kind in log.begun if kind is RoundKind.WARMUP]
    assert sorted(set(prepared)) == [*"abcde"]
    assert {name for name, _ in log.timed()} <= set(prepared)
    assert log.timed()
    assert done.result("h", HEAD) is None


def test_a_deadline_while_the_first_target_is_prepared_leaves_no_pair(session, script) -> None:
    done = session("ab", PairedPolicy(counted=2, deadline_ns=script.now_ns + 10**9))
    done.run()
    assert done.out_of_time
    assert not done.panel.trials
    assert done.timing == {}


def test_half_a_pair_counts_for_nothing(session, script) -> None:
    done = session("a", PairedPolicy(counted=0, deadline_ns=script.now_ns + int(1.9e9)))  # 2 warm-ups, 2.8 timed rounds
    done.run()
    assert done.out_of_time
    assert len(done.panel.trials["a"].pairs) == 1
    assert len(done.rounds["a", BASE]) + len(done.rounds["a", HEAD]) == 5


# Ctrl-C


def test_an_interrupted_session_keeps_its_finished_rounds_and_judges_them(session, script) -> None:
    def act(invocation, folder):
        if len(script.calls) == 12:
            os.kill(os.getpid(), signal.SIGINT)

    script.act = act
    done = session("a", PairedPolicy(pairs=9, counted=0))
    with signals_noted(), pytest.raises(Interrupted, match="SIGINT"):
        done.run()
    assert len(script.calls) == 12
    assert len(done.panel.trials["a"].pairs) == 2
    assert done.panel.looks == 1
    assert not done.out_of_time


def test_a_signal_in_the_last_round_is_raised_as_well(session, script) -> None:
    def act(invocation, folder):
        if len(script.calls) == 6:
            os.kill(os.getpid(), signal.SIGTERM)

    script.act = act
    done = session("a", PairedPolicy(pairs=1, counted=0))
    with signals_noted(), pytest.raises(Interrupted, match="SIGTERM"):
        done.run()
    assert len(done.panel.trials["a"].pairs) == 1


@pytest.mark.parametrize(
    ("names", "suite", "whole", "share"),
    [
        ("ab", None, "", 1),
        ("ab", None, "abcd", 1 / 2),
        ("ab", "s", "abcds", 1 / 4),
        ("s", "s", "abs", 1 / 2),
        ("sab", "s", "sabcd", 1 / 4),
    ],
)
def test_the_parts_of_a_comparison_share_the_error(session, names, suite, whole, share) -> None:
    done = session(names, suite=suite, all_names=tuple(whole))
    done.run()
    shares = {figure: panel.alpha for figure, panel in done.panels.items()}
    assert shares == pytest.approx({CPU: CPU_ALPHA * share, WAITS: WAIT_ALPHA * share}), (
        "of the last group, that of the targets unless there is none"
    )


# Arms that differ, and other figures


@pytest.fixture
def arms_that_differ(bench, script):
    """A target whose head has one argument of pytest more than its base, and takes longer with it."""

    def build(head_wall_s: float) -> dict[str, PairedTarget]:
        def act(invocation, folder):
            wall_s = head_wall_s if "--slowly" in invocation.argv else 0.2
            return {"reaped_ns": int(wall_s * 1e9)} if is_round(invocation) else None

        script.act = act
        request = RoundRequest(target=Target(name="a", paths=("a",)))
        slow = replace(request, pytest_args=(*COLLECT_ONLY, "--slowly"))
        arms = {BASE: Arm(bench=bench, request=request), HEAD: Arm(bench=bench, request=slow)}
        return {"a": PairedTarget(name="a", arms=arms)}

    return build


@pytest.mark.parametrize(
    ("head_wall_s", "decision"), [(0.5, Decision.OVER), (0.2, Decision.UNDER), (0.1, Decision.UNDER)]
)
@pytest.mark.parametrize(
    ("scale", "margin"), [(Scale.DIFFERENCE, lambda pairs: 0.1), (Scale.LOG_RATIO, RelativeMargin())]
)
def test_arms_that_differ_in_one_argument_of_pytest_are_judged_by_wall_time(
    head_wall_s, decision, scale, margin, session, arms_that_differ, script
) -> None:
    targets = arms_that_differ(head_wall_s)
    wall = Figure(name="wall", of=lambda sample: sample.wall_s, scale=scale, margin=margin)
    done = session("a", PairedPolicy(counted=0), targets=targets, figures=(wall,))
    done.run()
    assert done.panel.trials["a"].decided is decision
    assert {(pair.base, pair.head) for pair in done.panel.trials["a"].pairs} == {(0.2, head_wall_s)}
    with_argument = [call for call in script.calls if "--slowly" in call.argv]
    assert len(with_argument) == len(done.rounds["a", HEAD])


def test_figures_of_zero_make_pairs_on_the_scale_of_differences(session) -> None:
    zero = Figure(name="zero", of=lambda sample: 0.0, scale=Scale.DIFFERENCE, margin=lambda pairs: 0.1)
    done = session("a", figures=(zero,))
    done.run()
    assert [(pair.base, pair.head) for pair in done.panel.trials["a"].pairs] == [(0.0, 0.0)] * 2
    ratios = session("a", figures=(replace(zero, scale=Scale.LOG_RATIO),))
    ratios.run()
    assert ratios.panel.trials["a"].pairs == ()


def test_each_arm_puts_its_own_tree_back(session, benches, script, tmp_path) -> None:
    trees = {side: UserTree(tmp_path / "work" / "kept") for side in Side}
    own = {side: replace(bench, tree=trees[side]) for side, bench in benches.items()}

    def act(invocation, folder):
        if is_round(invocation):
            new = invocation.cwd / "new"
            new.write_text("")
            (folder / "tree").write_text(f"made {(str(new), '')!a}\n")

    script.act = act
    done = session("ab", on=own)
    done.run()
    assert not [bench.root / "new" for bench in own.values() if (bench.root / "new").exists()]
    trees[HEAD].notes = ("x was changed",)
    assert (done.notes_on_tree(BASE), done.notes_on_tree(HEAD)) == ((), ("x was changed",))


# Waits


def waits_for(head_s: float):
    """An act after which rounds of head wait for this long and work as long as those of base."""

    def act(invocation, folder):
        wall_s = 0.5 + (head_s if side_of(invocation) == "head" else 0.0)
        main_thread = Scheduled(running_ns=400_000_000, queued_ns=100_000_000)
        cpu = {"user_s": 0.3, "system_s": 0.1, "main_thread": main_thread}
        return {**cpu, "reaped_ns": int(wall_s * 1e9)} if is_round(invocation) else {"user_s": 0.1}

    return act


def test_a_wait_fails_although_the_cpu_time_is_the_same(session, script) -> None:
    script.act = waits_for(0.2)
    done = session("a", PairedPolicy(counted=0))
    done.run()
    assert {name: panel.trials["a"].decided for name, panel in done.panels.items()} == {
        CPU: Decision.UNDER,
        WAITS: Decision.OVER,
    }
    assert [len(panel.trials["a"].pairs) for panel in done.panels.values()] == [LOOKS[0], LOOKS[0]]


def test_a_figure_that_is_decided_keeps_its_pairs_while_the_other_takes_more(session, script) -> None:
    alternate = count()

    def act(invocation, folder):
        is_head = is_round(invocation) and side_of(invocation) == "head"
        return waits_for(0.12 * (next(alternate) % 2) if is_head else 0.0)(invocation, folder)

    script.act = act
    done = session("a", PairedPolicy(counted=0))
    done.run()
    taken = {name: (len(panel.trials["a"].pairs), panel.trials["a"].decided) for name, panel in done.panels.items()}
    assert taken == {CPU: (LOOKS[0], Decision.UNDER), WAITS: (LOOKS[-1], None)}
