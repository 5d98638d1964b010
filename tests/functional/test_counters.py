"""Work counters as commands record and judge them: exact, told by the line that changed them, without any timing."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

MODULES = 80
"""Of the third-party package: more than anybody would overlook, and more than a tenth of what is imported anyway."""


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    """A folder of installed packages, with one that imports all its modules."""
    fat = tmp_path / "env" / "lib" / "python3" / "site-packages" / "fat"
    fat.mkdir(parents=True)
    numbers = range(MODULES - 1)
    (fat / "__init__.py").write_text("".join(f"import fat.part_{number}\n" for number in numbers))
    for number in numbers:
        (fat / f"part_{number}.py").write_text("x = 1\n")
    return fat.parent


@pytest.fixture
def measured(run_cli, plain_python):
    """Runs a command that counts, with as few timed rounds as can be."""

    def run(command: str, root: Path, *args: str, **env: str) -> tuple[Any, str]:
        options = ("--python", plain_python, "--rounds", "1", "--warmup", "0", "--no-suite", *args)
        done = run_cli(command, *options, "--format", "json", "--output", f"text={root}.txt", cwd=root, env=env)
        assert done.stdout, done.stderr
        return json.loads(done.stdout), " ".join(Path(f"{root}.txt").read_text().split())

    return run


def only(document: dict[str, Any]) -> dict[str, Any]:
    (target,) = document["targets"]
    return target


def test_one_import_of_a_third_party_package_is_told_by_its_line_without_any_timing(
    measured, write_suite, packages
) -> None:
    tests = {"tests/api/conftest.py": "import json\n", "tests/api/test_a.py": "def test_a(): pass\n"}
    root = write_suite({"pytest.ini": "[pytest]\ntestpaths = tests\n", **tests})
    env = {"PYTHONPATH": str(packages)}
    run, _ = measured("baseline", root, **env)
    (root / "tests" / "api" / "conftest.py").write_text("import json\n\n\nimport fat\n")
    comparison, text = measured("compare", root, **env)
    before, after = only(run)["counters"]["modules"], only(comparison)["counters"]["modules"]["head"]
    assert after - before == MODULES
    counter = only(comparison)["counters"]["modules"]
    assert (counter["base"], counter["stable"]) == (before, True)
    assert {(new["path"], new["line"]) for new in counter["new_imports"]} == {("tests/api/conftest.py", 4)}
    assert len(counter["new_imports"]) == MODULES
    figures = rf"\+80 modules \({before} -> {after}\)"
    time = r"( in about [\d.]+ m?s)?"  # short imports have none
    said = rf"{figures}, imported at tests/api/conftest\.py:4{time} \(fat\): over the 10 % margin"
    assert re.search(f"fail: tests/api: {said}", " ".join(text.split()))
    assert only(comparison)["change"]["verdict"] == "inconclusive"  # one round tells nothing about time
    assert only(comparison)["verdict"] == comparison["verdict"] == "fail"


HASHED = "for name in {'alpha', 'beta', 'gamma', 'delta', 'epsilon', 'zeta'}:\n    __import__(name)\n    break\n"


def test_threads_forks_and_the_order_of_sets_do_not_keep_counters_from_repeating(measured, write_suite) -> None:
    names = ("alpha", "beta", "gamma", "delta", "epsilon", "zeta")
    root = write_suite(
        {
            "pytest.ini": "[pytest]\npythonpath = .\n",
            # Each has another number of modules behind it, and which one comes first depends on the hashes of strings.
            **{f"{name}.py": "".join(f"import {name}_{n}\n" for n in range(i)) for i, name in enumerate(names)},
            **{f"{name}_{n}.py": "" for i, name in enumerate(names) for n in range(i)},
            "tests/test_it.py": (
                "import os, threading\n"
                f"{HASHED}"
                "thread = threading.Thread(target=lambda: open(__file__).close())\nthread.start()\nthread.join()\n"
                "child = os.fork()\n"
                "if not child: [open(__file__).close() for _ in range(9)], os._exit(0)\n"
                "os.waitpid(child, 0)\n"
                "def test_it(): pass\n"
            ),
        }
    )
    results = [only(measured("baseline", root, "tests", "--force")[0]) for _ in range(2)]
    assert [result["unstable"] for result in results] == [[], []]
    assert results[0]["counters"] == results[1]["counters"]
    assert results[0]["imports"] == results[1]["imports"]
    assert results[0]["loaded_sha256"] == results[1]["loaded_sha256"]
    assert results[0]["counters"]["subprocesses"] == 1


def test_what_differs_from_round_to_round_is_marked_and_decides_nothing(measured, write_suite, tmp_path) -> None:
    turns = tmp_path / "turns"
    turns.write_text("")
    # Each round imports as many modules more as there were rounds before, which is as good as by chance.
    body = f"turn = len(open({str(turns)!r}).read())\nopen({str(turns)!r}, 'a').write('x')\n"
    body += "for n in range(40 * turn): __import__('m%d' % n)\ndef test_it(): pass\n"
    root = write_suite({"pytest.ini": "[pytest]\n", "test_it.py": body, **{f"m{n}.py": "" for n in range(400)}})
    run, _ = measured("baseline", root)
    assert "modules" in only(run)["unstable"]
    assert only(run)["loaded_sha256"] is None
    comparison, text = measured("compare", root)
    counter = only(comparison)["counters"]["modules"]
    assert counter["head"] > 1.1 * counter["base"]
    assert not counter["stable"]
    assert only(comparison)["verdict"] == "inconclusive"
    assert "not judged, since it differs from round to round" in text


def test_test_files_that_are_rewritten_each_time_are_counted(measured, api_and_core) -> None:
    run, _ = measured("baseline", api_and_core, "tests", PYTHONDONTWRITEBYTECODE="1")
    assert only(run)["counters"]["rewritten"] == 3
    run, _ = measured("baseline", api_and_core, "tests", "--force")
    assert only(run)["counters"]["rewritten"] == 0


def test_the_same_files_in_another_folder_have_the_same_digest(measured, api_and_core, tmp_path) -> None:
    before = only(measured("baseline", api_and_core, "tests")[0])["loaded_sha256"]
    other = tmp_path / "other"
    api_and_core.rename(other)
    assert before is not None
    assert only(measured("baseline", other, "tests", "--force")[0])["loaded_sha256"] == before


def test_a_target_that_cannot_be_collected_is_not_counted(measured, write_suite) -> None:
    root = write_suite({"pytest.ini": "[pytest]\n", "conftest.py": "raise RuntimeError\n", "test_a.py": "x = 1\n"})
    run, _ = measured("baseline", root)
    assert [sample["kind"] for sample in only(run)["samples"]] == ["timed"]
    assert only(run)["counters"] is None


def test_a_dry_run_shows_the_counted_command_with_its_hash_seed(run_cli, api_and_core, plain_python) -> None:
    shown = run_cli("baseline", "tests/api", "--python", plain_python, "--no-suite", "--dry-run", cwd=api_and_core)
    *_, title, command = shown.stdout.splitlines()
    assert title == "# 'tests/api', counted: for exact work counters"
    assert command.startswith("PYTHONHASHSEED=0 ")
    assert " counted " in command
