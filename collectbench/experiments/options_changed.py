"""Other arguments for pytest.

What it changes:
    The arguments that are given, behind those of the user: `--try "options-changed=-o python_files=test_*.py"`.

Shows:
    What an option or a setting costs.
"""

from __future__ import annotations

import shlex

from collectbench.experiments.experiment import Arms, Kind, NotTestableError, Setting
from collectbench.model.diagnosis import Finding
from collectbench.model.intervention import Intervention

OPTIONS = {
    "assert-rewriting": "--assert=plain",
    "coverage-tracing": "--no-cov",
    "filterwarnings-import": "-o filterwarnings=",
    "long-sys-path": "--import-mode=importlib",
}
"""What to add for some causes."""
TO_ADD_NOTHING = "test directories"
"""The subject of a long search path that pytest itself makes long."""
BOUNDS = frozenset({"--assert=plain"})
"""Changes that no fix makes: they show what could be saved at most."""


def arguments(finding: Finding) -> tuple[str, ...]:
    """Return what to add; nothing if these arguments do not change what the finding is about."""
    is_without_plugin = finding.cause == "coverage-tracing" and not finding.command
    is_named = finding.cause == "long-sys-path" and finding.subject != TO_ADD_NOTHING
    return () if is_without_plugin or is_named else (OPTIONS[finding.cause],)


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
    arguments=arguments,
    least=frozenset({"coverage-tracing"}),
    arms=arms,
    form="ARGUMENTS",
)
