"""What it means if an action of the probe had no effect."""

from __future__ import annotations

CHECKS = frozenset({"absent", "present"})
"""Actions that change nothing, and tell whether another change took effect."""

NAMES = {
    "serve": "none of the changed files was loaded",
    "without-hook": "pytest registers no such implementation",
    "collector": "the garbage collector is already off",
    "absent": "the plugin is still loaded",
    "present": "there is no plugin of this name",
    "values": "the line was not reached again",
    "failures": "the module does not fail twice",
    "name-shared": "no file was imported under a second name",
    "finder-off": "no finder of this class was added",
    "module-lazy": "the module is no Python file, nothing imports it, or something of it is used while pytest collects",
    "models-deferred": "pydantic 2 was not imported",
    "start": "Python did not run it at its start",
    "exit-function-off": "the line registers no function for the end of the process",
    "thread-daemonic": "the line starts no thread that Python waits for",
    "option-off": "the option was off",
    "parameters-capped": "the function has one set of parameters",
    "ids-given": "no ids are equal, or pytest is older than 7.1",
}
"""By action, a clause."""
