"""What scripts/migration_example.py takes from a document, and when an output is as it shows."""

from __future__ import annotations

import subprocess
import sys

import pytest

from migration_example import DOCUMENT, environment, follow, is_shown, steps

TEXT = """\
```toml
[tool.a]
```

```console
$ echo one
one
$ false
(exit code 1)
```

```yaml
a: 1
```

```console timed
$ date
Monday
```
"""


def test_blocks_become_steps_in_their_order() -> None:
    found = [(step.command, step.given, step.shown, step.exit_code) for step in steps(TEXT)]
    assert found == [
        ("cat >> pyproject.toml", "\n[tool.a]\n", "", 0),
        ("echo one", "", "one\n", 0),
        ("false", "", "", 1),
        ("date", "", None, 0),
    ]


@pytest.mark.parametrize(
    ("shown", "real", "expected"),
    [
        ("a 1\n…\nc\n", "a 2\nb\nc\n", True),
        ("took 932 ms\n", "took 1.2 s\n", True),
        ("took 932 ms\n", "took 1 m 02 s\n", True),
        ("two words\n", "two\n  words\n", True),
        ("name   n\n----  --\n", "name    n\n-----  ---\n", True),
        ("c\n…\na\n", "a\nc\n", False),
        ("passed\n", "failed\n", False),
    ],
)
def test_numbers_and_line_breaks_may_differ_and_nothing_else(shown: str, real: str, expected: bool) -> None:
    assert is_shown(shown, real) is expected


def test_a_step_that_differs_is_found(tmp_path) -> None:
    env = environment(str(tmp_path))
    document = "```console\n$ echo one\ntwo\n$ exit 3\n$ exit 4\n(exit code 4)\n```\n"
    found = list(follow(document, tmp_path, env))
    assert [is_right for _, is_right in found] == [False, False, True]
    assert "NOT: the document shows\ntwo" in found[0][0]
    assert "NOT: exit code 3, the document says 0" in found[1][0]


def test_the_guide_goes_the_whole_road() -> None:
    commands = [step.command for step in steps(DOCUMENT.read_text(encoding="utf-8"))]
    used = {command.split()[1] for command in commands if command.startswith("collectbench ")}
    assert used == {"targets", "baseline", "verify", "lint", "diagnose", "profile", "fix", "compare", "report"}
    assert {"git apply", "cat >> pyproject.toml"} <= set(commands)


def test_a_directory_with_files_is_refused(tmp_path) -> None:
    (tmp_path / "kept").write_text("")
    script = DOCUMENT.parent.parent / "scripts" / "migration_example.py"
    command = [sys.executable, str(script), str(tmp_path)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert "is not empty" in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]
