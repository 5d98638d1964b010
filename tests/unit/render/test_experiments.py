"""An experiment, and a final proof, in one sentence."""

from __future__ import annotations

from dataclasses import replace

import pytest

from collectbench.model.diagnosis import JOINT, Experiment, FinalProof
from collectbench.render.diagnosis.experiments import final_sentence, proof, proofs, target_proofs
from collectbench.render.formats import render
from collectbench.render.parts.options import RenderOptions

PROVEN = Experiment(
    intervention="plugin-off=cov",
    pairs=7,
    saving_s=0.61,
    ci95=(0.58, 0.64),
    same_nodeids=True,
    same_errors=True,
    verdict="proven",
    command="collectbench diagnose tests --try plugin-off=cov",
)
FINAL = FinalProof(
    files=("a.py", "b.py"),
    ratio=0.62,
    ci95=(0.6, 0.64),
    pairs=10,
    base_wall_s=1.61,
    head_wall_s=1.02,
    same_nodeids=True,
    verdict="proven",
)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, "proven: plugin-off=cov saves 610 ms (580 ms to 640 ms, 7 pairs), with the same tests and errors"),
        (
            {"bound": True, "ends": 50, "intervention": "collector-frozen"},
            (
                "proven: collector-frozen saves at most 610 ms (580 ms to 640 ms, 7 pairs), with the same tests and "
                "errors; all 50 rounds with it ended alike"
            ),
        ),
        (
            {"intervention": JOINT, "ci95": None},
            "proven: all proven interventions at once save 610 ms (7 pairs), with the same tests and errors",
        ),
        (
            {"verdict": "refuted", "reason": "the saving is less than 20 ms", "saving_s": 0.001, "ci95": (-0.01, 0.01)},
            "refuted: plugin-off=cov saves 1.0 ms (-10 ms to 10 ms, 7 pairs): the saving is less than 20 ms",
        ),
        (
            {"verdict": "inconclusive", "reason": "it had no effect", "pairs": 0, "ci95": None},
            "inconclusive: plugin-off=cov: it had no effect",
        ),
    ],
)
def test_an_experiment_is_one_sentence(changes, sentence) -> None:
    assert proof(replace(PROVEN, **changes)) == sentence


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {},
            (
                "proven: with 2 files edited in a worktree, CPU -38 % (-40 … -36 %, 10 pairs), 1.61 s -> 1.02 s, with "
                "the same tests"
            ),
        ),
        (
            {"ratio": None, "verdict": "inconclusive", "reasons": ("timeout",)},
            "inconclusive: with 2 files edited in a worktree: timeout",
        ),
        (
            {"ci95": None, "pairs": 1, "base_wall_s": None, "verdict": "inconclusive", "reasons": ("1 pair",)},
            "inconclusive: with 2 files edited in a worktree, CPU -38 % (1 pair): 1 pair",
        ),
    ],
)
def test_a_final_proof_is_one_sentence(changes, sentence) -> None:
    assert final_sentence(replace(FINAL, **changes)) == sentence


def show(document, name: str = "text", **options) -> str:
    return render(document, name, RenderOptions(**options))


def test_each_format_says_what_was_proven(make) -> None:
    found = replace(make.finding("heavy-import", "pandas", 0.6), experiment=PROVEN)
    target = replace(
        make.diagnosed(found), joint=replace(PROVEN, intervention=JOINT), final=FINAL, experiments=(PROVEN,)
    )
    document = make.diagnosis(make.environment, target)
    assert list(proofs(found.experiment)) == [("proof", proof(PROVEN))]
    assert list(proofs(make.finding("heavy-import", "pandas", 0.6).experiment)) == []
    assert len(list(target_proofs(target))) == 2
    for name in ("text", "markdown", "github"):
        text = " ".join(show(document, name, width=120).split())
        assert text.count("saves 610 ms") >= 2, name
        assert "at once save 610 ms" in text
        assert "in a worktree" in text
    assert PROVEN.command in show(document, width=120, verbose=True)
    assert PROVEN.command in show(document, "markdown")


def finding_with(make, verdict: str, saving_s: float, estimate_s: float, subject: str):
    """A finding whose experiment ended so."""
    experiment = replace(PROVEN, verdict=verdict, saving_s=saving_s, reason="it is less than 30 ms")
    return replace(make.finding("heavy-import", subject, estimate_s), experiment=experiment)


def test_what_was_measured_ranks_the_findings_and_a_refuted_one_comes_last(make) -> None:
    target = make.diagnosed(
        finding_with(make, "refuted", 0.01, 0.9, "numpy"),
        finding_with(make, "proven", 0.2, 0.5, "pandas"),
        make.finding("heavy-import", "scipy", 0.3),
    )
    text = show(make.diagnosis(make.environment, target), width=120)
    assert [line for line in text.splitlines() if line[:2] in ("1.", "2.", "3.")] == [
        "1. 300 ms (2.0 %)  heavy-import  scipy",
        "2. 200 ms (1.3 %)  heavy-import  pandas",
        "3. refuted (estimate: 900 ms)  heavy-import  numpy",
    ]
    assert "The two not refuted" in text
    assert "they save 500 ms" in text
    table = show(make.diagnosis(make.environment, target), "markdown")
    assert "| refuted |" in " ".join(table.split())


def test_an_intervention_that_changes_what_is_collected_says_nothing_about_its_finding(make) -> None:
    found = finding_with(make, "refuted", 0.0, 0.9, "numpy")
    for change in ({"pairs": 0, "same_nodeids": False}, {"same_errors": False}, {"same_outcomes": False}):
        experiment = replace(found.experiment, **change)
        text = show(make.diagnosis(make.environment, make.diagnosed(replace(found, experiment=experiment))), width=120)
        assert "1. 900 ms (6.0 %)  heavy-import  numpy" in text
        assert "it saves 900 ms" in " ".join(text.split())


def test_a_proven_saving_counts_by_its_own_seconds_in_a_sum(make) -> None:
    """Of 1.5 s by itself, 0.5 s belong to no other finding; it saves 0.9 s instead of the 1.5 s."""
    proven = replace(finding_with(make, "proven", 0.9, 0.5, "pandas"), estimated_by_itself_s=1.5)
    assert proven.settled_saving_s == pytest.approx(0.3)
    target = make.diagnosed(make.finding("heavy-import", "scipy", 1.0), proven)
    assert "they save 1.30 s" in " ".join(show(make.diagnosis(make.environment, target)).split())


def test_what_is_proven_of_an_intervention_without_a_fix_is_an_upper_limit(make) -> None:
    found = finding_with(make, "proven", 0.4, 0.5, "pandas")
    target = make.diagnosed(replace(found, experiment=replace(found.experiment, bound=True)))
    text = " ".join(show(make.diagnosis(make.environment, target)).split())
    assert "1. at most 400 ms" in text
    assert "at best: it saves at most 400 ms" in text


def test_the_total_is_what_all_proven_interventions_saved_at_once(make) -> None:
    target = make.diagnosed(
        finding_with(make, "proven", 0.4, 0.5, "pandas"),
        finding_with(make, "proven", 0.3, 0.3, "numpy"),
        make.finding("heavy-import", "scipy", 0.1),
    )
    target = replace(target, joint=replace(PROVEN, intervention=JOINT, saving_s=0.6, head_walls_s=(1.9, 2.0, 2.1)))
    text = " ".join(show(make.diagnosis(make.environment, target), width=120).split())
    assert (
        "The two proven bring the suite from 2.00 s to about 1.40 s: at once they save 600 ms of 2.00 s (30 %). The "
        "others are not proven: 100 ms estimated."
    ) in text


def test_a_target_whose_findings_are_all_refuted_has_nothing_to_save(make) -> None:
    target = make.diagnosed(finding_with(make, "refuted", 0.01, 0.9, "numpy"))
    document = make.diagnosis(make.environment, target)
    assert "nothing to save: an experiment refutes each finding" in show(document)
    assert "::warning" not in show(document, "github")
