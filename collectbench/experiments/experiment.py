"""What an intervention is: a change to an invocation that tests one cause, and the two arms that it comes to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from collectbench.causes.evidence import Evidence
from collectbench.model.diagnosis import Finding
from collectbench.model.fixes import Edit, Permit
from collectbench.model.intervention import NOTHING, Intervention

OUTSIDE = ("<site-packages>", "<stdlib>")
"""How documents begin paths outside of the root."""


class NotTestableError(Exception):
    """There is no experiment; the message is a clause that says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What the arms of an experiment are made from.

    Attributes:
        root: the directory that paths are relative to.
        work: a directory of our own, for this experiment alone.
        addopts: the arguments for pytest in the user's configuration.
        pytest_args: those of the target.
        variables: the environment of the child.
        read: the content of a file by its absolute path.
        rewrite: the edits of a codemod for some names and files, as `fix` would make them.
        evidence: what the rounds of the target gave.
    """

    root: Path
    work: Path
    addopts: tuple[str, ...]
    pytest_args: tuple[str, ...]
    variables: dict[str, str]
    read: Callable[[Path], bytes]
    rewrite: Callable[[str, Sequence[str], Sequence[str]], Sequence[Edit]]
    evidence: Callable[[], Evidence]

    def resolved(self, path: str) -> Path:
        """Return the real path of a file as documents name it, `<site-packages>/…` and `<stdlib>/…` included."""
        name, _, rest = path.partition("/")
        if name in OUTSIDE:
            places = self.evidence().places
            roots = places.site_packages if name == OUTSIDE[0] else places.stdlib
            found = [there for root in roots if (there := Path(root, rest)).exists()]
            return (found or [Path(rest)])[0].resolve()
        return (self.root / path).resolve()


@dataclass(frozen=True, slots=True, kw_only=True)
class Arms:
    """The two arms of an experiment.

    Attributes:
        base: with the intervention.
        head: without it: nothing is changed, or what both arms have in common.
        permits: what may differ in what they collect.
        bound: whether a fix can save less than the intervention.
        is_fix: whether the sources of base are those that `fix` would write.
        risks_exit: whether extension modules may fail at the end of the process, so that many ends have to be seen.
    """

    base: Intervention
    head: Intervention = NOTHING
    permits: tuple[Permit, ...] = ()
    bound: bool = False
    is_fix: bool = False
    risks_exit: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of intervention.

    Attributes:
        id: as users write it after `--try`.
        doc: the documentation: the docstring of its module.
        causes: the ids of the causes that it tests.
        arms: makes the arms from an argument, which `arguments` made or the user typed.
        arguments: those for a finding, the best one first; none if the finding is not one for this kind.
        least: those causes whose estimate is a lower limit, so that a finding is tested even if it claims nothing.
        form: what the argument is; empty if there is none.
        joins: whether several arguments, with commas between them, are one intervention.
        extends: the id of the kind that this one contains and goes beyond; empty for none.
    """

    id: str
    doc: str
    arms: Callable[[str, Setting], Arms]
    causes: frozenset[str] = frozenset()
    arguments: Callable[[Finding], Sequence[str]] = lambda _: ("",)
    least: frozenset[str] = frozenset()
    form: str = ""
    joins: bool = False
    extends: str = ""

    @property
    def title(self) -> str:
        """The first sentence of the documentation."""
        return self.doc.strip().partition("\n")[0].rstrip(".")


def places(finding: Finding) -> tuple[str, ...]:
    """Return `path:line` of all locations that have a line."""
    return tuple(f"{each.path}:{each.line}" for each in finding.locations if each.line)


def first_place(finding: Finding) -> tuple[str, ...]:
    """Return `path:line` of the first location; nothing without one."""
    return places(finding)[:1]


def subject_of(finding: Finding) -> tuple[str, ...]:
    """Return the subject; nothing if it is empty."""
    return (finding.subject,) if finding.subject else ()


def place_of(text: str) -> tuple[str, int]:
    """Return path and line of `path:line`.

    Raises:
        NotTestableError: it is something else.
    """
    path, _, line = text.rpartition(":")
    if not path or not line.isdecimal():
        raise NotTestableError(f"{text or 'nothing'} is not PATH:LINE")
    return path, int(line)
