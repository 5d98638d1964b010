"""The workflow of docs/history.md, whose shell steps keep records on a branch, also if two jobs push at once."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import yaml

from environments import ROOT

GUIDE = (ROOT / "docs" / "history.md").read_text("utf-8")
(WORKFLOW,) = re.findall(r"^```yaml\n(.*?)^```$", GUIDE, re.DOTALL | re.MULTILINE)
STEPS = {step["name"]: step["run"] for step in yaml.safe_load(WORKFLOW)["jobs"]["record"]["steps"] if "name" in step}


def test_two_jobs_that_push_at_the_same_time_both_keep_their_record(tmp_path, git_env) -> None:
    def git(*words: str, cwd: Path) -> str:
        identity = ("-c", "user.name=n", "-c", "user.email=e@example.org")
        return subprocess.run(
            ["git", *identity, *words], cwd=cwd, env=git_env, check=True, capture_output=True, text=True
        ).stdout

    def job(name: str) -> Path:
        git("clone", "-q", "origin.git", name, cwd=tmp_path)
        (tmp_path / f"{name}-temporary").mkdir()
        return tmp_path / name

    def step(start: str, clone: Path) -> None:
        (script,) = [text for title, text in STEPS.items() if title.startswith(start)]
        env = {**git_env, "RUNNER_TEMP": f"{clone}-temporary", "GITHUB_SHA": clone.name}
        command = ["bash", "-e", "-c", script]
        done = subprocess.run(command, cwd=clone, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr

    def record(clone: Path) -> None:
        file = Path(f"{clone}-temporary", "records", "history", "environment", f"{clone.name}.json")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(clone.name)

    git("init", "-q", "--bare", "-b", "main", "origin.git", cwd=tmp_path)
    first = job("first")
    (first / "code.py").write_text("")
    git("add", "--all", cwd=first)
    git("commit", "-q", "-m", "code", cwd=first)
    git("push", "-q", "origin", "HEAD:main", cwd=first)
    for names in (("first",), ("second", "third")):
        clones = [first if name == "first" else job(name) for name in names]
        for clone in clones:
            step("Check out", clone)
            record(clone)
        for clone in clones:
            step("Push", clone)
    files = git("ls-tree", "-r", "--name-only", "collection-history", cwd=tmp_path / "origin.git").split()
    assert files == [f"history/environment/{name}.json" for name in ("first", "second", "third")]
    assert git("ls-tree", "-r", "--name-only", "main", cwd=tmp_path / "origin.git").split() == ["code.py"]
