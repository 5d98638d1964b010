"""Plants each cause of slow collection in a small project and holds what `diagnose` finds against what was planted.

Usage: .venv/bin/python scripts/causes.py [--python PYTHON] [--busy N] [--keep DIRECTORY] [CAUSE]...

The projects are in scripts/cause_projects/; each comes with one that only looks alike. A project holds if its cause is
found with its subject, its place and its seconds (within 20 % and 60 ms, unless the finding is a bound), nothing else
claims over a quarter of that, and all seconds add up to the wall time with at most 3 % unaccounted. A look-alike holds
if this cause is not found. `--busy` keeps so many processors busy meanwhile. Prints a line for each; the exit code is
1 if one does not hold. PYTHON belongs to an environment with collectbench and no other plugin of pytest.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from cause_projects import PROJECTS, Planted

RELATIVE, ABSOLUTE_S = 0.20, 0.06
LARGEST_OTHER, MOST_UNACCOUNTED = 0.25, 0.03
OF_EVERY_PROJECT = {"gc-passes", "final-gc"}
PATIENCE_S = 300
BUSY = "while True: pass"


def diagnosed(python: str, folder: Path, planted: Planted) -> dict[str, Any]:
    """The diagnosis of the target `tests`; raises RuntimeError if there is none."""
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    command = [python, "-m", "collectbench", "diagnose", "tests", "--format", "json", "--no-progress"]
    command += planted.options
    command += ["--", *planted.args] if planted.args else []
    done = subprocess.run(
        command,
        cwd=folder,
        env=env | dict(planted.env),
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    try:
        (target,) = json.loads(done.stdout)["targets"]
    except (ValueError, KeyError):
        raise RuntimeError(f"no diagnosis (exit {done.returncode}): {done.stderr.strip()[-400:]}") from None
    return dict(target)


def faults(planted: Planted, target: dict[str, Any]) -> Iterator[str]:
    """What does not hold for the project with the cause."""
    findings = target["findings"]
    mine = [each for each in findings if each["cause"] == planted.cause and planted.subject in each["subject"]]
    if not mine:
        found = sorted(f"{each['cause']} {each['subject']}" for each in findings)
        yield f"not found; found: {', '.join(found) or 'nothing'}"
        return
    best = max(mine, key=lambda each: float(each["estimated_saving_s"]))
    places = [f"{place['path']}:{place['line']}" for each in mine for place in each["locations"]]
    if planted.place and planted.place not in places:
        yield f"place {planted.place} is not among {', '.join(places[:4]) or 'none'}"
    seconds = best["estimated_saving_s"]
    if planted.seconds is not None and not best["bound"] and not is_near(seconds, planted.seconds):
        yield f"estimate {seconds:.2f} s, planted {planted.seconds:.2f} s"
    if planted.alone is not None and not is_near(best["saving_alone_s"] or 0.0, planted.alone):
        yield f"one line alone: {best['saving_alone_s']} s, planted {planted.alone:.2f} s"
    for other in findings:
        claimed = other["estimated_saving_s"]
        is_large = claimed > max(LARGEST_OTHER * (planted.seconds or seconds), ABSOLUTE_S)
        if is_large and other not in mine and other["cause"] not in {*OF_EVERY_PROJECT, *planted.beside}:
            yield f"{other['cause']} {other['subject']} claims {claimed:.2f} s as well"


def is_near(found: float, planted: float) -> bool:
    """Whether an estimate is as good as it must be."""
    return abs(found - planted) <= RELATIVE * planted + ABSOLUTE_S


def faults_of_sum(target: dict[str, Any]) -> Iterator[str]:
    """Whether each second has one owner."""
    wall_s, rest = target["traced_wall_s"], {row["name"]: row["seconds"] for row in target["rest"]}
    total_s = sum(each["estimated_saving_s"] for each in target["findings"]) + sum(rest.values())
    if abs(total_s - wall_s) > 1e-6 * wall_s:
        yield f"findings and rows add up to {total_s:.3f} of {wall_s:.3f} s"
    if abs(rest.get("unaccounted", 0.0)) > MOST_UNACCOUNTED * wall_s:
        yield f"{rest['unaccounted']:.3f} of {wall_s:.3f} s are unaccounted"


def faults_of_alike(planted: Planted, target: dict[str, Any]) -> Iterator[str]:
    """What is found in the project that only looks like the cause."""
    for each in target["findings"]:
        if each["cause"] == planted.cause:
            yield f"found: {each['subject']} {each['estimated_saving_s']:.2f} s"


def checked(python: str, planted: Planted, where: Path, *, alike: bool) -> list[str]:
    """What does not hold for a project or its look-alike."""
    folder = where / f"{planted.cause}{'-alike' if alike else ''}"
    while folder.exists():
        folder = folder.with_name(f"{folder.name}-again")
    planted.write(folder, alike=alike)
    try:
        target = diagnosed(python, folder, planted)
    except (RuntimeError, subprocess.TimeoutExpired) as error:
        return [str(error)]
    of_cause = faults_of_alike(planted, target) if alike else faults(planted, target)
    return [*of_cause, *faults_of_sum(target)]


def main() -> int:
    """Check all projects, or those of the causes that are named."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--busy", type=int, default=0, metavar="N")
    parser.add_argument("--keep", type=Path, metavar="DIRECTORY")
    parser.add_argument("causes", nargs="*", metavar="CAUSE")
    options = parser.parse_args()
    chosen = [each for each in PROJECTS if not options.causes or each.cause in options.causes]
    held = count = 0
    with ExitStack() as stack:
        where = options.keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        for _ in range(options.busy):
            busy = stack.enter_context(subprocess.Popen([sys.executable, "-c", BUSY]))
            stack.callback(busy.kill)
        for planted in chosen:
            if missing := [name for name in planted.modules if importlib.util.find_spec(name) is None]:
                print(f"--   {planted.cause}: not tried without {', '.join(missing)}", flush=True)
                continue
            for alike in (False, True):
                wrong = checked(options.python, planted, where, alike=alike)
                held, count = held + (not wrong), count + 1
                name = f"{planted.cause}{' (alike)' if alike else ''}"
                print(f"{'FAIL' if wrong else 'ok  '} {name}: {'; '.join(wrong) or 'holds'}", flush=True)
    print(f"{held} of {count} projects hold")
    return int(held < count)


if __name__ == "__main__":
    sys.exit(main())
