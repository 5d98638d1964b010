"""An experiment in one sentence: what it proved, how sure that is, and why it proved nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from collectbench.model.diagnosis import JOINT, PROVEN, Experiment, FinalProof, TargetDiagnosis
from collectbench.model.units import format_duration, format_ratio
from collectbench.render.diagnosis.net import net_sentence
from collectbench.render.parts.quantities import pluralize, ratio_span

_VERBS = {JOINT: "save"}


def proof(experiment: Experiment) -> str:
    """Return the verdict, the saving with its interval, and the reason if it is not proven; raw.

    `proven: plugin-off=cov saves 0.61 s (0.58 s to 0.64 s, 7 pairs), with the same tests and errors`.
    """
    name = experiment.intervention
    if not experiment.pairs:
        return f"{experiment.verdict}: {name}: {experiment.reason}"
    is_proven = experiment.verdict == PROVEN
    limit = "at most " if experiment.bound and is_proven else ""
    saved = f"{name} {_VERBS.get(name, 'saves')} {limit}{format_duration(experiment.saving_s)} ({_extent(experiment)})"
    return (
        f"proven: {saved}, {_collected(experiment)}"
        if is_proven
        else f"{experiment.verdict}: {saved}: {experiment.reason}"
    )


def _extent(experiment: Experiment) -> str:
    pairs = pluralize(experiment.pairs, "pair")
    if experiment.ci95 is None:
        return pairs
    low_s, high_s = experiment.ci95
    return f"{format_duration(low_s)} to {format_duration(high_s)}, {pairs}"


def _collected(experiment: Experiment) -> str:
    if experiment.same_nodeids and experiment.same_errors:
        ends = f"; all {experiment.ends} rounds with it ended alike" if experiment.ends else ""
        return f"with the same tests and errors{ends}"
    return "with other tests or errors"


def final_sentence(final: FinalProof) -> str:
    """Return what the comparison in worktrees showed: `proven: with 2 files edited in a worktree, CPU -38 % (…)`."""
    files = pluralize(len(final.files), "file")
    head = f"{final.verdict}: with {files} edited in a worktree"
    if final.ratio is None:
        return f"{head}: {'; '.join(final.reasons) or 'nothing was timed'}"
    pairs = pluralize(final.pairs, "pair")
    extent = pairs
    if final.ci95 is not None:
        extent = f"{ratio_span(*final.ci95)}, {pairs}"
    walls = ""
    if final.base_wall_s is not None and final.head_wall_s is not None:
        walls = f", {format_duration(final.base_wall_s)} -> {format_duration(final.head_wall_s)}"
    reasons = f": {'; '.join(final.reasons)}" if final.reasons else ", with the same tests"
    return f"{head}, CPU {format_ratio(final.ratio)} ({extent}){walls}{reasons}"


def proofs(experiment: Experiment | None) -> Iterator[tuple[str, str]]:
    """Yield what an experiment showed, each with its label: `proof`, and `net` if tests ran; nothing for None."""
    if experiment is not None:
        yield "proof", proof(experiment)
        if experiment.net is not None:
            yield "net", net_sentence(experiment, experiment.net)


def target_proofs(target: TargetDiagnosis) -> Iterator[tuple[str, str]]:
    """Yield what was proven about the whole target, with labels: by all interventions at once, and in worktrees."""
    yield from proofs(target.joint)
    if target.final is not None:
        yield "proof", final_sentence(target.final)


def proof_lines(found: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Yield each proof as a line of its own. It begins with its verdict; others begin with their label."""
    return (words if label == "proof" else f"{label}: {words}" for label, words in found)
