"""Makes a report of stored documents. Nothing is measured."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from collectbench.model.costs import Profile
from collectbench.model.full_report import FullReport
from collectbench.usecases.configuration import read_config
from collectbench.usecases.handover import hand_over, judge
from collectbench.usecases.report_sources import read_sources


def full_report(files: Sequence[Path], config_file: Path | None) -> FullReport:
    """Return the report on stored documents.

    There are at most two runs, two lint reports, one comparison, one history, and any number of the others. A directory
    is a history.

    Raises:
        BaselineError: a file is missing, damaged, or of another kind.
        UsageError: too many documents of one kind, or the configuration has mistakes.
    """
    config = read_config(config_file, Path.cwd())
    sources = read_sources(files, config)
    judged = judge(sources, config)
    return FullReport(
        handover=hand_over(sources, judged),
        base=judged.base,
        head=judged.head,
        comparison=judged.comparison,
        profiles=_one_of_each_target(each.document for each in sources.profiles),
        diagnosis=sources.diagnoses[-1].document if sources.diagnoses else None,
        lint=sources.lint[-1].document if sources.lint else None,
        history=sources.histories[-1].document if sources.histories else None,
        verification=sources.verifications[-1].document if sources.verifications else None,
    )


def _one_of_each_target(profiles: Iterable[Profile]) -> tuple[Profile, ...]:
    """The latest profile of each target, the slowest first."""
    latest = {profile.target: profile for profile in profiles}
    return tuple(sorted(latest.values(), key=lambda profile: -profile.traced_wall_s))
