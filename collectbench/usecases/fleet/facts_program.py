"""Says what an interpreter and its machine are. Workers get this file as text: they may lack collectbench.

Its only name that is used from outside is `facts`. It uses the standard library alone, in the syntax of Python 3.9.
"""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from importlib import metadata

PATIENCE_S = 60.0


def facts(python: str, source: str) -> str:
    """The facts about this machine and an interpreter, in JSON.

    `python` is the interpreter that owns the tests, empty for the one that runs this. `source` is the text of this
    file. Interpreters are asked in processes of their own, which start as measuring commands do: this one may find
    other modules in its working directory.
    """
    found = {
        "git": first_line(["git", "--version"]).replace("git version ", ""),
        "free_bytes": shutil.disk_usage(tempfile.gettempdir()).free,
        "temporary": tempfile.gettempdir(),
        "platform": platform.platform(),
        "cpu_model": cpu_model(),
        "cpu_count": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        "host": platform.node(),
        "error": "",
        **of_interpreter(),
    }
    for program, names in ((sys.executable, found.keys()), (python, ("python", "implementation", "distributions"))):
        if program:
            try:
                told = json.loads(output_of([program, "-c", source + "\nprint(json.dumps(of_interpreter()))"]))
                found.update({name: told[name] for name in names if name in told})
            except (OSError, ValueError, subprocess.SubprocessError) as error:
                found["error"] = f"{program} cannot be started: {getattr(error, 'strerror', None) or error}"
    return json.dumps(found)


def of_interpreter() -> dict[str, object]:
    """Version, implementation and installed distributions of this interpreter, and the collectbench that it has."""
    return {
        "python": platform.python_version(),
        "implementation": platform.python_implementation(),
        "distributions": distributions(),
        "collectbench": version_of("collectbench"),
    }


def distributions() -> dict[str, str]:
    """The version of each installed distribution by its normalised name; the first one on the path counts."""
    found: dict[str, str] = {}
    for distribution in metadata.distributions():
        name = distribution.metadata["Name"]
        if name:
            found.setdefault(re.sub(r"[-_.]+", "-", name).lower(), distribution.version or "")
    return found


def version_of(name: str) -> str:
    """The version of a module that this interpreter can import; empty without it."""
    try:
        return str(__import__(name).__version__)
    except Exception:  # noqa: BLE001 - whatever keeps it from being imported
        return ""


def cpu_model() -> str:
    """The name of the processor, as documents have it (`measure.machine.environment`)."""
    try:
        with open("/proc/cpuinfo", errors="replace") as lines:  # noqa: PTH123 - of any version
            for line in lines:
                key, _, value = line.partition(":")
                if key.strip() in ("model name", "Hardware", "cpu model"):
                    return value.strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def first_line(command: list[str]) -> str:
    """The first line that a command prints; empty if it cannot be started."""
    try:
        return output_of(command).partition("\n")[0]
    except (OSError, subprocess.SubprocessError):
        return ""


def output_of(command: list[str]) -> str:
    """What a command prints."""
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd="/",
        timeout=PATIENCE_S,
        check=True,
    )
    return done.stdout.decode("utf-8", "replace")
