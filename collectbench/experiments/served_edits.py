"""Serves what a codemod would write. Both arms serve the same files, so that serving costs both of them the same."""

from __future__ import annotations

from collections.abc import Sequence

from collectbench.experiments.experiment import Arms, NotTestableError, Setting
from collectbench.model.fixes import Edit
from collectbench.model.intervention import Intervention


def served_edits(edits: Sequence[Edit], setting: Setting) -> Arms:
    """Return the arms: base runs the sources after the edits, head those before them.

    Raises:
        NotTestableError: there are no edits, or one of them makes a new file, which nothing could serve.
    """
    if not edits:
        raise NotTestableError("there is nothing to rewrite")
    after, before = dict[str, bytes](), dict[str, bytes]()
    for edit in edits:
        if edit.before is None:
            raise NotTestableError(f"it takes a new file, {edit.path}")
        path = str((setting.root / edit.path).resolve())
        after[path], before[path] = edit.after, edit.before
    permits = tuple(permit for edit in edits for permit in edit.permits)
    return Arms(base=Intervention(served=after), head=Intervention(served=before), permits=permits, is_fix=True)
