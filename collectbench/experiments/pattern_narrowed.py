"""A pattern of `python_files` that only fits files with tests.

What it changes:
    `-o python_files=…`: the other patterns of the configuration, and in place of this one those of pytest's own that it
    contains, and the names of other files that it fits and that have tests.

Shows:
    What pytest spends on files without tests.
"""

from __future__ import annotations

import shlex
from fnmatch import fnmatch
from posixpath import basename

from collectbench.causes.broad_python_files import USUAL
from collectbench.causes.collected_files import items_by_file
from collectbench.experiments.experiment import Arms, Kind, NotTestableError, Setting
from collectbench.model.diagnosis import Finding
from collectbench.model.intervention import Intervention


def arguments(finding: Finding) -> tuple[str, ...]:
    """Return the pattern."""
    return (finding.subject.partition(" ")[2],)


def arms(pattern: str, setting: Setting) -> Arms:
    """Return the arms for a pattern.

    Raises:
        NotTestableError: the configuration has no such pattern.
    """
    evidence = setting.evidence()
    patterns = evidence.inspection.patterns
    if pattern not in patterns:
        raise NotTestableError(f"python_files has no pattern {pattern}")
    usual = (each for each in USUAL if fnmatch(each.replace("*", "x"), pattern))
    kept = [*dict.fromkeys((*usual, *(each for each in patterns if each != pattern)))]
    with_tests = (basename(file) for file, count in items_by_file(evidence).items() if count)
    named = dict.fromkeys(name for name in with_tests if not any(fnmatch(name, each) for each in kept))
    narrowed = f"python_files={shlex.join((*kept, *named))}"
    return Arms(base=Intervention(pytest_args=("-o", narrowed)))


INTERVENTION = Kind(
    id="pattern-narrowed",
    doc=__doc__,
    causes=frozenset({"broad-python-files"}),
    arguments=arguments,
    arms=arms,
    form="PATTERN",
)
