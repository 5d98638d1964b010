"""The paths of the selected files given to pytest.

What it changes:
    pytest gets the files of which `-k`, `-m` or `--lf` selects a test, in place of the target's paths. The option
    stays.

Shows:
    What pytest spends on files of which nothing is selected.
"""

from __future__ import annotations

import os

from collectbench.causes.collected_files import items_by_file
from collectbench.experiments.experiment import Arms, Kind, NotTestableError, Setting
from collectbench.model.intervention import Intervention


def arms(_: str, setting: Setting) -> Arms:
    """Return the arms.

    Raises:
        NotTestableError: no file has a selected test, or all have.
    """
    evidence = setting.evidence()
    deselected = dict(evidence.trace.deselected)
    counts = items_by_file(evidence)
    selected = [file for file, count in counts.items() if count > deselected.get(file, 0)]
    if not selected or len(selected) == len(counts):
        raise NotTestableError(f"{len(selected)} of {len(counts)} files have a selected test")
    paths = tuple(os.path.relpath(evidence.file_of(file), setting.root) for file in selected)
    return Arms(base=Intervention(paths=paths))


INTERVENTION = Kind(id="paths-selected", doc=__doc__, causes=frozenset({"selection-after-import"}), arms=arms)
