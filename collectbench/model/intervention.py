"""What one arm of an experiment does differently: data that the probe applies in the child. Files are never edited."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

Action = tuple[object, ...]
"""The name of an action of probe/intervention.py, and its arguments: strings, bytes, integers, and tuples of those."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Intervention:
    """A change to the rounds of an arm.

    Attributes:
        pytest_args: added behind those of the user.
        user_args: take the place of the target's own arguments; None for these.
        env: changes to the environment; None unsets a variable.
        actions: what the probe does before pytest starts.
        served: sources to run in place of files, by absolute path.
        paths: take the place of the target's own paths, relative to the root; None for these.
        python: the command that starts the interpreter, in place of the user's; None for that.
        python_args: further options of the interpreter.
    """

    pytest_args: tuple[str, ...] = ()
    user_args: tuple[str, ...] | None = None
    env: Mapping[str, str | None] = field(default_factory=dict)
    actions: tuple[Action, ...] = ()
    served: Mapping[str, bytes] = field(default_factory=dict)
    paths: tuple[str, ...] | None = None
    python: tuple[str, ...] | None = None
    python_args: tuple[str, ...] = ()


NOTHING = Intervention()


class ConflictError(Exception):
    """Two interventions change the same thing in two ways."""


def together(interventions: Iterable[Intervention]) -> Intervention:
    """All changes at once.

    Raises:
        ConflictError: two of them serve different sources for one file, set one variable to different values, or have
            different paths or interpreters.
    """
    whole = NOTHING
    for each in interventions:
        for mine, others in ((whole.served, each.served), (whole.env, each.env)):
            for key in mine.keys() & others.keys():
                if mine[key] != others[key]:
                    raise ConflictError(key)
        for one, other in ((whole.paths, each.paths), (whole.python, each.python)):
            if one is not None and other is not None and one != other:
                raise ConflictError(shlex.join(other))
        whole = Intervention(
            pytest_args=(*whole.pytest_args, *each.pytest_args),
            user_args=_narrower(whole.user_args, each.user_args),
            env={**whole.env, **each.env},
            actions=tuple(dict.fromkeys((*whole.actions, *each.actions))),
            served={**whole.served, **each.served},
            paths=each.paths if whole.paths is None else whole.paths,
            python=each.python if whole.python is None else whole.python,
            python_args=tuple(dict.fromkeys((*whole.python_args, *each.python_args))),
        )
    return whole


def _narrower(one: tuple[str, ...] | None, other: tuple[str, ...] | None) -> tuple[str, ...] | None:
    """The arguments that both keep."""
    if one is None or other is None:
        return other if one is None else one
    return tuple(argument for argument in one if argument in other)
