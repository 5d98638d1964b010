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
COMPARED = "networkx"
SECONDS = {"profile": 22, "compare": 92}
"""How long each step takes, on two quiet cores."""


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
    show = ("--from", PROFILE) if is_known else (".", "--rounds", "1", "--no-sampled")
    collectbench("profile", *show, "--top", "3", "--output", PROFILE)
    say(f"changed in the copy: {change()}")
    collectbench("compare", "--against", "HEAD", COMPARED, "--rounds", "7", "--output", COMPARISON)
    collectbench("report", COMPARISON, PROFILE, "--format", "text", "--output", PAGE)
    say(f"{time.monotonic() - begun:.0f} s; the page: {STORY / PAGE}")


def prepare() -> None:
    """Make the repository if there is none, and take back the changes of an earlier run."""
    if not (STORY / ".git").is_dir():
        shutil.rmtree(STORY, ignore_errors=True)
        installed = Path(sysconfig.get_path("purelib")) / "networkx"
        shutil.copytree(installed, STORY / "networkx", ignore=shutil.ignore_patterns("__pycache__"))
        (STORY / "pytest.ini").write_text("[pytest]\ntestpaths = networkx\n")
        (STORY / "networkx" / "pytest.ini").unlink(missing_ok=True)  # made for scripts/test
        (STORY / ".gitignore").write_text("__pycache__/\n*.json\n*.html\n")
        git("init", "--quiet", "--initial-branch", "main")
        git("add", "--all")
        git("commit", "--quiet", "--message", "networkx as it is installed")
    git("checkout", "--quiet", "--force", "main")


def change() -> str:
    """Add the lines that the first finding with lines to add has, to the file that it names; returns what was done."""
    findings = json.loads((STORY / PROFILE).read_text(encoding="utf-8"))["findings"]
    for finding in findings:
        lines = finding["diff"].splitlines()
        if lines and all(line.startswith("+") for line in lines) and finding["locations"]:
            path = finding["locations"][0]["path"]
            with (STORY / path).open("a", encoding="utf-8") as file:
                file.writelines(f"{line[1:]}\n" for line in ("+", "+", *lines))
            return f"{path}: {len(lines)} lines added, as {finding['cause']} says"
    return "nothing: no finding has lines to add"


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
