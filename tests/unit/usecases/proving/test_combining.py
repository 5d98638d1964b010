"""All proven interventions at once."""

from __future__ import annotations

from pathlib import Path

from collectbench.experiments import INTERVENTIONS, Arms, NotTestableError, Setting
from collectbench.model.diagnosis import Experiment
from collectbench.model.fixes import Edit
from collectbench.model.intervention import Intervention
from collectbench.usecases.proving.combining import Tried, combined
from collectbench.usecases.proving.options import Attempt
from made_evidence import evidence

BY_ID = {kind.id: kind for kind in INTERVENTIONS}


def setting(edits: dict[tuple[str, ...], list[Edit]] | None = None) -> Setting:
    def rewrite(codemod, names, paths) -> list[Edit]:
        if edits is None or tuple(names) not in edits:
            raise NotTestableError("none")
        return edits[tuple(names)]

    root = Path("/root")
    return Setting(
        root=root,
        work=root,
        addopts=(),
        pytest_args=(),
        variables={},
        read=Path.read_bytes,
        rewrite=rewrite,
        evidence=evidence,
    )


def tried(kind: str, argument: str = "", arms: Arms | None = None) -> Tried:
    attempt = Attempt(kind=BY_ID[kind], argument=argument)
    experiment = Experiment(
        intervention=attempt.text,
        pairs=7,
        saving_s=1.0,
        ci95=None,
        same_nodeids=True,
        same_errors=True,
        verdict="proven",
    )
    return Tried(attempt=attempt, experiment=experiment, arms=arms or BY_ID[kind].arms(argument, setting()))


def served(source: bytes, **changes) -> Arms:
    return Arms(
        base=Intervention(served={"/root/a.py": source}), head=Intervention(served={"/root/a.py": b"old"}), **changes
    )


def test_freezing_for_good_contains_freezing_for_a_while_and_is_compared_with_the_project_as_it_is() -> None:
    whole = combined([tried("collector-unfrozen"), tried("collector-frozen-longer")], setting())
    assert whole.arms.base.actions == (("collector", "frozen"),)
    assert whole.arms.head == Intervention()
    assert whole.arms.risks_exit


def test_several_modules_are_deferred_by_one_rewrite_since_their_lines_may_be_in_one_file() -> None:
    edit = Edit(path="a.py", before=b"old", after=b"both")
    whole = combined(
        [tried("imports-deferred", "x", served(b"x")), tried("imports-deferred", "y", served(b"y"))],
        setting({("x", "y"): [edit]}),
    )
    assert whole.arms.base.served == {"/root/a.py": b"both"}
    assert whole.fixes == {"/root/a.py": b"both"}
    assert whole.left_out == ()


def test_if_they_cannot_be_deferred_at_once_the_second_is_left_out() -> None:
    whole = combined(
        [
            tried("imports-deferred", "x", served(b"x", is_fix=True, bound=True)),
            tried("imports-deferred", "y", served(b"y", is_fix=True)),
        ],
        setting(),
    )
    assert whole.arms.base.served == {"/root/a.py": b"x"}
    assert whole.left_out == ("imports-deferred=y",)
    assert whole.arms.bound


def test_only_sources_that_a_fix_would_write_are_fixes() -> None:
    whole = combined([tried("wait-skipped", "a.py:1", served(b"waits")), tried("plugin-off", "cov")], setting())
    assert whole.fixes == {}
    assert whole.arms.base.served == {"/root/a.py": b"waits"}
    assert whole.arms.head.served == {"/root/a.py": b"old"}
    assert whole.arms.base.pytest_args == ("-p", "no:cov")
