"""A unittest class works in `__init__`, which pytest calls while it collects.

What it detects:
    Time in `__init__` or `__new__` of a class of the project that pytest instantiates because it is a
    `unittest.TestCase`.

    Not reported: classes that only store values there, `setUp` and `setUpClass`.

Why it is slow:
    pytest makes an instance of each such class to find its fixtures and test methods. Each class that inherits the
    `__init__` pays again.

Evidence:
    Samples in which pytest's collector for unittest runs code of the project.

Fix:
    Move the work to `setUp` or `setUpClass`, which only run with the tests:

    ```python
    class OrderTest(unittest.TestCase):
        @classmethod
        def setUpClass(cls):
            super().setUpClass()
            cls.schema = load_schema()
    ```

Source:
    `inspect.stack()` in the `__init__` of 21 classes: 6 % of one repository's collection.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator

from collectbench.causes.amounts import counted
from collectbench.causes.body_lines import claims_of
from collectbench.causes.candidate import Candidate
from collectbench.causes.cause import Cause
from collectbench.causes.evidence import Evidence
from collectbench.causes.hooks import slow_lines
from collectbench.causes.line_candidates import locations
from collectbench.causes.running import Running

CONSTRUCTORS = frozenset(("__init__", "__new__", "__call__"))
UNITTEST = ("/_pytest/unittest.py", "/unittest/")
NEAR = 3
"""How many calls around the constructor belong to the one that makes the instance."""
FIX = "move the work to setUp or setUpClass"


def find(evidence: Evidence) -> Iterator[Candidate]:
    """Yields each class whose constructor works."""
    by_class = defaultdict[tuple[str, str], list[Running]](list)
    for run in evidence.runs:
        if run.entry.function in CONSTRUCTORS and _is_for_unittest(run):
            by_class[run.entry.path, _class_around(evidence, run)].append(run)
    for (_, name), runs in by_class.items():
        entries = [(run.entry.path, run.entry.line) for run in sorted(runs, key=lambda run: -run.seconds)]
        collectors = {run.frame for run in runs}
        yield Candidate(
            subject=name,
            title="__init__ of a unittest class works while pytest collects",
            locations=locations(evidence, [*dict.fromkeys(entries), *slow_lines(runs)]),
            evidence=(f"samples in {counted(len(collectors), 'collector')}",),
            fix=FIX,
            claims=claims_of(runs),
        )


def _is_for_unittest(run: Running) -> bool:
    return any(part in call.path for call in run.callers[:NEAR] for part in UNITTEST)


def _class_around(evidence: Evidence, run: Running) -> str:
    around = evidence.sources.around(run.entry.path, run.entry.line)
    return next((node.name for node in reversed(around) if isinstance(node, ast.ClassDef)), run.entry.function)


CAUSE = Cause(id="testcase-init", doc=__doc__, find=find)
