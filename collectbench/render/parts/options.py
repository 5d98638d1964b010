"""The choices that a reader has about a rendering; each format uses those that concern it."""

from __future__ import annotations

from dataclasses import dataclass

from collectbench.model.reason import Advice

TOP = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderOptions:
    """How to show a document.

    Attributes:
        width: columns of the terminal.
        color: whether the text has ANSI styles.
        verbose: whether targets that pass give their reasons too.
        top: the most rows that a table of a profile has; the most findings of a target.
        profile_hint: tells where to see all rows of a profile, in the words of the caller; empty for no such line.
        path_prefix: leads from the root of the repository to the rootdir that paths are relative to: empty, or
            directories that end in `/`.
        local_prefix: likewise from the directory of the reader: with it, paths in a terminal can be opened.
        next_steps: commands that may follow, in the words of the caller.
        for_terminal: whether a terminal shows the text: then characters that steer it are escaped in a diff too. A
            diff for a file or a pipe keeps them, or it could not be applied.
    """

    width: int = 80
    color: bool = False
    verbose: bool = False
    top: int = TOP
    profile_hint: str = ""
    path_prefix: str = ""
    local_prefix: str = ""
    next_steps: tuple[Advice, ...] = ()
    for_terminal: bool = False
