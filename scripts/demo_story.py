"""A story of before and after on networkx's own tests: measure, diagnose, change, compare in pairs, make a page.

Usage: scripts/demo [--fresh]

Each step is a command of collectbench, shown as a user types it. It works in .demo/story, a repository with a copy of
networkx. The profile is kept there, so that the next run is quicker; --fresh measures it again.
"""

from __future__ import annotations

import argparse
import json
import shlex
import shutil
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STORY = ROOT / ".demo" / "story"
PROFILE, COMPARISON, PAGE = "profile.json", "comparison.json", "report.html"
COMPARED = ("networkx/algorithms", "networkx/classes")
SECONDS = {"profile": 20, "compare": 90}
"""How long each step takes, on two quiet cores."""
CHANGES = 2
"""How many findings with a diff are applied."""


def main() -> None:
    """Tell the story."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--fresh", action="store_true", help="measure the state before the change again")
    fresh: bool = parser.parse_args().fresh
    begun = time.monotonic()
    prepare()
    is_known = (STORY / PROFILE).is_file() and not fresh
    expected = sum(seconds for step, seconds in SECONDS.items() if not (is_known and step == "profile"))
    say(f"this takes about {expected} s on two quiet cores{', since the profile is kept' if is_known else ''}")
    show = ("--from", PROFILE) if is_known else (".", "--rounds", "1")
    collectbench("profile", *show, "--top", "3", "--output", PROFILE)
    changed = change()
    say(f"changed in the copy: {', '.join(changed)}" if changed else "no finding has a diff that could be applied")
    collectbench("compare", "--against", "HEAD", "--output", COMPARISON)
    collectbench("report", COMPARISON, PROFILE, "--format", "text", "--output", PAGE)
    say(f"{time.monotonic() - begun:.0f} s; the page: {STORY / PAGE}")


def prepare() -> None:
    """Make the repository if there is none, and take back the changes of an earlier run."""
    if not (STORY / ".git").is_dir():
        shutil.rmtree(STORY, ignore_errors=True)
        installed = Path(sysconfig.get_path("purelib")) / "networkx"
        shutil.copytree(installed, STORY / "networkx", ignore=shutil.ignore_patterns("__pycache__"))
        (STORY / "pytest.ini").write_text("[pytest]\ntestpaths = networkx\n")
        (STORY / "collectbench.toml").write_text(
            "".join(f'[targets."{path}"]\npaths = ["{path}"]\n' for path in COMPARED)
        )
        (STORY / ".gitignore").write_text("__pycache__/\n*.json\n*.html\n")
        git("init", "--quiet", "--initial-branch", "main")
        git("add", "--all")
        git("commit", "--quiet", "--message", "networkx as it is installed")
    git("checkout", "--quiet", "--force", "main")


def change() -> list[str]:
    """Apply the diffs of the first findings that have one; returns what was applied."""
    findings = json.loads((STORY / PROFILE).read_text(encoding="utf-8"))["findings"]
    applied: list[str] = []
    diffs: set[str] = set()
    for finding in findings:
        diff = finding["diff"]
        if not diff or diff in diffs or len(applied) == CHANGES:
            continue
        done = subprocess.run(["git", "apply", "-"], cwd=STORY, input=diff, text=True, capture_output=True, check=False)
        if done.returncode == 0:
            diffs.add(diff)
            applied.append(f"{finding['cause']} {finding['subject']}")
    return applied


def collectbench(*arguments: str) -> None:
    """Run a command in the repository, and show it.

    Raises:
        SystemExit: it failed; its own words have been shown.
    """
    say(f"$ collectbench {shlex.join(arguments)}")
    command = [sys.executable, "-m", "collectbench", *arguments]
    code = subprocess.run(command, cwd=STORY, check=False).returncode
    if code not in (0, 1):  # 1: a verdict is fail, which is a part of the story
        raise SystemExit(code)


def git(*arguments: str) -> None:
    """Run git in the repository, as somebody who needs no configuration."""
    who = ("-c", "user.name=demo", "-c", "user.email=demo@localhost", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *who, *arguments], cwd=STORY, check=True)


def say(text: str) -> None:
    """Write a line at once."""
    print(f"scripts/demo: {text}" if not text.startswith("$") else f"\n{text}", flush=True)


if __name__ == "__main__":
    main()
