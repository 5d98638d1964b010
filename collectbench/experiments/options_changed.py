"""Other arguments for pytest.

What it changes:
    The arguments that are given, behind those of the user: `--try "options-changed=-o python_files=test_*.py"`.

Shows:
    What an option or a setting costs.
"""

from __future__ import annotations

import shlex

from collectbench.experiments.experiment import Arms, Kind, NotTestableError, Setting
from collectbench.model.intervention import Intervention

OPTIONS = {
    "assert-rewriting": "--assert=plain",
    "coverage-tracing": "--no-cov",
    "filterwarnings-import": "-o filterwarnings=",
}
"""What to add for some causes."""
BOUNDS = frozenset({"--assert=plain"})
"""Changes that no fix makes: they show what could be saved at most."""


def arms(text: str, _: Setting) -> Arms:
    """Return the arms for some arguments.

    Raises:
        NotTestableError: there are none.
    """
    try:
        arguments = tuple(shlex.split(text))
    except ValueError as error:
        raise NotTestableError(f"{text}: {error}") from None
    if not arguments:
        raise NotTestableError("no arguments for pytest are given")
    return Arms(base=Intervention(pytest_args=arguments), bound=text in BOUNDS)


INTERVENTION = Kind(
    id="options-changed",
    doc=__doc__,
    causes=frozenset(OPTIONS),
    argument=lambda finding: OPTIONS[finding.cause],
    arms=arms,
    form="ARGUMENTS",
)
