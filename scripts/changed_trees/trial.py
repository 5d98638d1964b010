"""One change: made, compared twice, and put back."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count

from changed_trees import any_contents, any_left, any_names, any_settings, generated_around, generated_data
from changed_trees.kind import WAYS, Kind, choose_way
from changed_trees.rows import Result, results_of, sides_of, unaffected_in, visible_differences
from changed_trees.scene import Scene
from changed_trees.tree import Tree

ANY = (*any_contents.KINDS, *any_left.KINDS, *any_names.KINDS, *any_settings.KINDS)
GENERATED = (*generated_data.KINDS, *generated_around.KINDS)
SECOND = 0.15
"""The share of changes with a second kind on top."""
WITH_SUITE = 0.2
"""The share of comparisons with the suite, for subjects that have one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A scene with its baseline, and the results of that by target."""

    name: str
    scene: Scene
    seed: int
    kinds: tuple[Kind, ...]
    baseline: Mapping[str, Result]

    @property
    def has_suite(self) -> bool:
        """Whether the suite was measured."""
        return not self.scene.never

    def kind(self, number: int) -> Kind:
        """The kind of a change: all kinds come before one comes again."""
        lap, place = divmod(number, len(self.kinds))
        order = list(self.kinds)
        random.Random(f"{self.seed} {self.name} {lap}").shuffle(order)
        return order[place]

    def numbers(self, text: str) -> Iterator[int]:
        """The numbers of all changes whose kind has a text in its name; there is no end of them, unless none has it."""
        if any(text in kind.name for kind in self.kinds):
            yield from (number for number in count() if text in self.kind(number).name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What came of one change.

    Attributes:
        number: of the change.
        kind: of the change.
        title: what was done in short.
        done: what was done, a line each.
        targets: how many were compared.
        all_targets: how many there are, with the suite.
        all_spared: how many of all need no round, whether they were compared or not.
        spared: targets that were not run, and are the same.
        useless: targets that were run and are the same.
        changed: targets that were run and changed.
        wrong: why it was wrong that a target was not run, by name.
        unseen: targets that were not run and changed by what no round can see.
        outdated: what is no longer as the baseline says, by the name of the target.
        refused: what the command says that was refused; empty if none was.
        difference: between REF and the working tree, as git shows it.
    """

    number: int
    kind: str
    title: str
    done: tuple[str, ...]
    targets: int = 0
    all_targets: int = 0
    all_spared: int = 0
    spared: tuple[str, ...] = ()
    useless: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    wrong: Mapping[str, str]
    unseen: tuple[str, ...] = ()
    outdated: Mapping[str, str]
    refused: str = ""
    difference: str = ""

    @property
    def remarkable(self) -> bool:
        """Whether a reader has to look at it."""
        return bool(self.wrong or self.outdated)


def prepare(name: str, scene: Scene, seed: int) -> Subject:
    """Measure the baseline of a committed scene, and commit that.

    Raises:
        RuntimeError: the command was refused.
    """
    kinds = (*ANY, *GENERATED) if scene.never else ANY
    subject = Subject(name=name, scene=scene, seed=seed, kinds=kinds, baseline={})
    words = () if subject.has_suite else ("--no-suite",)
    answer = scene.command("baseline", *words, env=scene.env())
    if answer.document is None:
        raise RuntimeError(answer.errors)
    scene.commit("a baseline")
    scene.keep()
    return replace(subject, baseline=results_of(answer.document))


def take(subject: Subject, number: int, *, most: int) -> Trial:
    """Make the change of that number, compare, compare the unaffected targets in full, and put everything back.

    `most` is how many targets are compared: those that the change is likely to affect, then others; 0 for all.
    """
    rng = random.Random(f"{subject.seed} {subject.name} {number}")
    tree = Tree(scene=subject.scene, rng=rng, env=subject.scene.env())
    kind = subject.kind(number)
    trial = Trial(number=number, kind=kind.name, title=kind.name, done=(), wrong={}, outdated={})
    try:
        way = _change(subject, kind, tree)
        with_suite = subject.has_suite and rng.random() < WITH_SUITE
        trial = replace(
            trial,
            title=f"{kind.name}, {way}",
            done=(*tree.done, f"way: {way}; REF is {tree.ref}"),
            difference=subject.scene.git("diff", "--stat", "--submodule=short", tree.ref.removesuffix("..."), "--"),
        )
        return _compared(subject, tree, trial, [] if with_suite else _targets(subject, tree, most))
    except RuntimeError as error:  # git, or the command that measures another baseline
        return replace(trial, refused=str(error))
    finally:
        subject.scene.restore()


def _change(subject: Subject, kind: Kind, tree: Tree) -> str:
    """Make the change, sometimes another one on top, and bring it into the history; returns the way."""
    kind.make(tree)
    way = kind.way or choose_way(tree)
    if not kind.way and tree.rng.random() < SECOND:
        second = tree.rng.choice([other for other in subject.kinds if not other.way])
        try:
            second.make(tree)
        except (OSError, IndexError, RuntimeError, UnicodeDecodeError) as error:  # the first one took what it needs
            tree.done.append(f"{second.name} on top: not possible ({error})")
        else:
            tree.done.append(f"{second.name} on top")
    WAYS[way][1](tree)
    return way


def _targets(subject: Subject, tree: Tree, most: int) -> list[str]:
    """The targets to name on the command line; none for all targets, with the suite."""
    names = [name for name in subject.baseline if name != "suite"]
    tree.rng.shuffle(names)
    return list(dict.fromkeys((*tree.near, *names)))[: most or None]


def _compared(subject: Subject, tree: Tree, trial: Trial, names: Sequence[str]) -> Trial:
    first = subject.scene.command("compare", *names, "--against", tree.ref, env=tree.env)
    if first.document is None:
        return replace(trial, refused=first.errors)
    unaffected, sides = unaffected_in(first.document), sides_of(first.document)
    measured = {name: each for name, each in sides.items() if name not in unaffected}
    trial = replace(
        trial,
        targets=len(sides.keys() | unaffected.keys()),
        all_targets=len(subject.baseline),
        all_spared=subject.scene.spared(tree.ref, tree.env),
        useless=tuple(name for name, each in measured.items() if not each.differences),
        changed=tuple(name for name, each in measured.items() if each.differences),
        wrong=dict.fromkeys(unaffected.keys() & subject.scene.never, "must be measured each time"),
    )
    return _checked(subject, tree, trial, list(unaffected)) if unaffected else trial


def _checked(subject: Subject, tree: Tree, trial: Trial, unaffected: Sequence[str]) -> Trial:
    """Compare the unaffected targets in full."""
    names = [] if "suite" in unaffected else unaffected
    full = subject.scene.command("compare", *names, "--against", tree.ref, "--full", env=tree.env)
    if full.document is None:
        refused = dict.fromkeys(unaffected, f"--full is refused: {full.errors.strip()}")
        return replace(trial, wrong={**trial.wrong, **refused}, refused=full.errors)
    sides = sides_of(full.document)
    wrong = {
        name: "; ".join(sides[name].differences) if name in sides else "--full does not know it"
        for name in unaffected
        if name not in sides or sides[name].differences
    }
    spared = tuple(name for name in unaffected if name not in wrong)
    unseen = wrong.keys() & subject.scene.unseen
    outdated = {name: _since(subject.baseline.get(name), sides[name].base) for name in spared}
    return replace(
        trial,
        spared=spared,
        wrong={**trial.wrong, **{name: why for name, why in wrong.items() if name not in unseen}},
        unseen=tuple(unseen),
        outdated={name: why for name, why in outdated.items() if why},
    )


def _since(baseline: Result | None, now: Result | None) -> str:
    return "" if baseline is None or now is None else "; ".join(visible_differences(baseline, now))
