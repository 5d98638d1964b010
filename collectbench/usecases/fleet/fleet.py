"""`--dask`: measures a project, or compares it with a commit, on the workers of a cluster.

Each worker runs the same commands as one machine would, for a part of the plan that is one target. So there is one way
to measure, and one way to put parts together: that of `merge`.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from collectbench import __version__
from collectbench.discovery import SUITE
from collectbench.discovery.shards import digest_of, parts_of
from collectbench.measure.process.clock import now_ns
from collectbench.measure.process.interruption import signals_noted
from collectbench.measure.process.launch import launch
from collectbench.measure.process.os_errors import explain_os_errors
from collectbench.measure.process.temporary import temporary_directory
from collectbench.model.units import format_size
from collectbench.usecases.feedback import Feedback
from collectbench.usecases.fleet.cluster import Cluster
from collectbench.usecases.fleet.crew import Crew
from collectbench.usecases.fleet.inspection import Facts, Needs, expected_environment
from collectbench.usecases.fleet.on_dask import DaskCluster
from collectbench.usecases.fleet.options import FleetOptions
from collectbench.usecases.fleet.orders import Command, Limits, Place, order, place_of
from collectbench.usecases.fleet.packing import packed_tree
from collectbench.usecases.fleet.parts import Division, Here
from collectbench.usecases.fleet.policy import Board
from collectbench.usecases.fleet.session import Answer, Session, Work
from collectbench.usecases.fleet.worker import Clock
from collectbench.usecases.project import Project
from collectbench.usecases.shard_lengths import committed_seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """Workers that are ready to measure a project.

    Attributes:
        project: the project, with the environment that the workers' runs will have.
        session: the workers.
        place: the tree as they have it.
        options: of the user.
        feedback: takes messages.
    """

    project: Project
    session: Session
    place: Place
    options: FleetOptions
    feedback: Feedback

    @property
    def here(self) -> Here:
        """What documents of this machine hold."""
        environment = self.project.environment
        return Here(origin=self.place.origin, settings=self.project.settings, flags=environment.flags)

    def division(self, names: tuple[str, ...]) -> tuple[Division, Mapping[str, float]]:
        """The plan of these targets, divided so that each part is one of them; and how long they take, if known."""
        project = self.project
        baseline = project.root / project.config.baseline_dir / f"{project.config.baseline}.json"
        seconds = committed_seconds(baseline, project.root, project.env, launch)
        parts = parts_of(names, len(names), seconds)
        return Division(names=names, parts=tuple(name for (name,) in parts), digest=digest_of(parts)), seconds

    def run(self, command: Command, names: tuple[str, ...], take: Callable[[str, Answer, Division], str]) -> Board:
        """Let the workers run a command for each target; `take` gets the answers, see `Work`.

        Raises:
            UsageError: no worker is left, or none can measure a target; says why.
            Interrupted: a signal arrived.
        """
        shown = ("--show-output",) if self.options.show_output else ()
        command = replace(command, options=(*command.options, *shown))
        with signals_noted():
            division, seconds = self.division(names)

            def new_order(name: str, board: Board) -> str | None:
                rest_s = self._rest_s()
                if rest_s is not None and rest_s <= 0:
                    return None
                warmup = self._warmup(division) if command.warms_up and name != SUITE and not board.deaths else None
                limits = Limits(rest_s=rest_s, pin=self.options.pin)
                return order(self.project, self.place, command, division.part(name), limits, warmup)

            def take_and_show(name: str, answer: Answer) -> str:
                problem = take(name, answer, division)
                if not problem and answer.said:
                    said = answer.said.replace(answer.tree, str(self.place.origin))
                    self.feedback.say(f"{name}, measured by {answer.facts.label}:\n{said}")
                return problem

            work = Work(names=names, seconds=seconds, order=new_order, take=take_and_show)
            return self.session.measure(work)

    def _warmup(self, division: Division) -> tuple[Command, str] | None:
        """The command that collects everything once before a worker measures its first target; None if needless.

        One machine takes the warm-up rounds of all targets before it counts the work of any. So each target finds the
        bytecode of the others, and pytest passes by their directories. A tree that was collected before has both.
        """
        if self.session.archive.was_collected or SUITE not in division.names:
            return None
        once = ("--rounds", "1", "--warmup", "0", "--no-counters")
        return Command(name="baseline", options=once), division.part(SUITE)

    def _rest_s(self) -> float | None:
        """Seconds that are left of the time limit; None without one."""
        limit_s = self.project.settings.max_time_s
        return None if limit_s is None else limit_s - (now_ns() - self.project.request.begun_ns) / 1e9


@contextmanager
def ready_fleet(
    project: Project,
    options: FleetOptions,
    feedback: Feedback,
    *,
    base: str | None = None,
    connect: Callable[[str], Cluster] = DaskCluster,
    clock: Clock = Clock(),  # noqa: B008 - it has no state
) -> Iterator[Fleet]:
    """Yield workers that can measure the project. At the end, nothing is left on any of them.

    Args:
        project: what is measured.
        options: where the workers are.
        feedback: takes messages and progress.
        base: a commit that the workers need beside HEAD, by its full name.
        connect: joins the cluster at an address.
        clock: tells the time.

    Raises:
        UsageError: no scheduler answers, the tree cannot be packed, or no worker can take part; says why.
        Interrupted: a signal arrived.
    """
    with ExitStack() as held:
        cluster = connect(options.address)  # first: a wrong address is noticed at once
        held.callback(cluster.close)
        with explain_os_errors(project.python[0]), signals_noted():
            work = held.enter_context(temporary_directory())
            archive = packed_tree(project, base, work)
            place = place_of(project, archive.origin)
        feedback.tell_progress(
            f"the workers get {archive.files} files in {format_size(archive.file.stat().st_size)}; waiting for workers"
        )
        crew = Crew(
            cluster=cluster,
            needs=Needs(collectbench=__version__, bytes=archive.needed_bytes, git=archive.has_repository),
            here=_facts_of(project),
            python="" if project.request.options.python is None else project.python[0],
            say=feedback.say,
            clock=clock,
        )
        session = Session(crew=crew, archive=archive, progress=feedback.tell_progress)
        try:
            with signals_noted():
                facts = crew.gather()
            feedback.tell_progress(f"workers that take part: {len(crew.workers)}")
            expected = replace(project, environment=expected_environment(project.environment, facts))
            yield Fleet(project=expected, session=session, place=place, options=options, feedback=feedback)
        finally:
            with signals_noted():
                session.close()


def keep_file(name: str) -> Path:
    """Return a file in a new directory outside of the tree, for what was measured before the command had to end."""
    return Path(tempfile.mkdtemp(prefix="collectbench-kept-")) / name


def _facts_of(project: Project) -> Facts:
    """What a worker on this machine, with this interpreter, would say."""
    environment = project.environment
    return Facts(
        label="this machine",
        python=environment.python,
        implementation=environment.implementation,
        distributions=environment.distributions,
        collectbench=__version__,
        git="",
        free_bytes=sys.maxsize,
        temporary="",
        platform=environment.platform,
        cpu_model=environment.cpu_model,
        cpu_count=environment.cpu_count,
    )
