"""`collectbench lint` as a process: its exit codes, options and formats, its cache, and trees that are not as usual."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import lint_repository
from lint_tree.check import compare
from lint_tree.plan import Plan

SUITE = {
    "pytest.ini": "[pytest]\ntestpaths = tests\n",
    "shop/__init__.py": "",
    "shop/orders.py": "class Order: ...\n",
    "tests/__init__.py": "",
    "tests/test_clean.py": "from shop.orders import Order\ndef test_one(): Order()\n",
    "tests/test_orders.py": (
        "from shop import gone\n\n\nclass TestOrders:\n    def __init__(self): ...\n    def test_one(self): ...\n"
    ),
}
GONE = ("missing-name", "tests/test_orders.py", 1)
SKIPPED = ("uncollected-tests", "tests/test_orders.py", 4)
Found = tuple[str, str, int]
Lint = Callable[..., tuple[int, list[Found]]]


@pytest.fixture
def suite(write_suite) -> Path:
    """A tree with two violations in one file."""
    return write_suite(SUITE)


@pytest.fixture
def report(run_cli) -> Callable[..., tuple[int, dict[str, Any]]]:
    """Runs lint and returns the exit code and the document."""

    def run(*args: str | Path, cwd: Path, **more: Any) -> tuple[int, dict[str, Any]]:
        result = run_cli("lint", *args, "--format", "json", cwd=cwd, **more)
        assert result.stderr == ""
        return result.returncode, json.loads(result.stdout)

    return run


@pytest.fixture
def lint(report) -> Lint:
    """Runs lint and returns the exit code and the rule, path and line of each violation."""

    def run(*args: str | Path, cwd: Path, **more: Any) -> tuple[int, list[Found]]:
        code, document = report(*args, cwd=cwd, **more)
        return code, found_in(document)

    return run


def found_in(document: dict[str, Any]) -> list[Found]:
    return [(each["rule"], each["path"], each["line"]) for each in document["violations"]]


def write(root: Path, path: str, text: str) -> Path:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def files_of(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


# Exit codes and output


def test_violations_end_with_1_and_the_text_names_lines_rules_and_fixes(run_cli, suite) -> None:
    result = run_cli("lint", cwd=suite)
    assert (result.returncode, result.stderr) == (1, "")
    assert "tests/test_orders.py:1: missing-name  module shop has no gone\n" in result.stdout
    assert "tests/test_orders.py:4: uncollected-tests  1 test of TestOrders never runs:" in result.stdout
    assert "fix: turn __init__ into a fixture or setup_method" in result.stdout
    assert result.stdout.endswith("2 violations; 5 files checked, 4 comply (80.0 %)\n")


def test_the_document_keeps_to_its_schema(run_cli, report, suite) -> None:
    code, document = report(cwd=suite)
    jsonschema.validate(document, json.loads(run_cli("schema", "lint", cwd=suite).stdout))
    assert (code, found_in(document)) == (1, [GONE, SKIPPED])
    assert document["summary"]["by_rule"]["missing-name"] == 1
    assert document["summary"]["by_rule"]["missing-module"] == 0
    assert (document["summary"]["files"], document["summary"]["compliant_percent"]) == (5, 80.0)


def test_a_tree_without_violations_ends_with_0(lint, suite) -> None:
    (suite / "tests" / "test_orders.py").unlink()
    assert lint(cwd=suite) == (0, [])


def test_an_empty_directory_has_no_violations(lint, tmp_path) -> None:
    assert lint(cwd=tmp_path) == (0, [])


def test_several_formats_are_written_in_one_go(run_cli, suite, tmp_path) -> None:
    outputs = ("--output", f"sarif={tmp_path / 'a.sarif'}", "--output", f"gitlab={tmp_path / 'a.json'}")
    result = run_cli("lint", *outputs, "--format", "github", cwd=suite)
    assert result.returncode == 1
    assert "file=tests/test_orders.py,line=4" in result.stdout
    assert json.loads((tmp_path / "a.sarif").read_text())["version"] == "2.1.0"
    assert len(json.loads((tmp_path / "a.json").read_text())) == 2


def test_nothing_is_written_into_the_tree(run_cli, suite) -> None:
    before = files_of(suite)
    for _ in range(2):
        run_cli("lint", cwd=suite)
    assert files_of(suite) == before


def test_mistakes_end_with_2_and_are_told_all_at_once(run_cli, suite) -> None:
    result = run_cli("lint", "--select", "uncollected-test,host-path", "--ignore", "zzz", cwd=suite)
    assert (result.returncode, result.stdout) == (2, "")
    first, second = result.stderr.splitlines()
    assert first == "error: --select uncollected-test: there is no such rule; did you mean uncollected-tests?"
    assert second.startswith("error: --ignore zzz: there is no such rule; the rules are uncollected-tests, ")


def test_a_path_that_does_not_exist_is_refused(run_cli, suite) -> None:
    result = run_cli("lint", "tests", "nothing", "never.py", cwd=suite)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.splitlines() == [
        f"error: {path}: no such file or directory" for path in ("nothing", "never.py")
    ]


def test_an_unknown_format_is_refused(run_cli, suite) -> None:
    result = run_cli("lint", "--format", "html", cwd=suite)
    assert (result.returncode, result.stdout) == (2, "")
    assert "only for collectbench profile" in result.stderr


def test_a_rule_explains_itself(run_cli, suite) -> None:
    result = run_cli("lint", "--explain", "missing-module", cwd=suite)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith("missing-module: A module of the project that does not exist.\n\nWhat it detects:")
    assert "did you mean missing-module?" in run_cli("lint", "--explain", "missing-modul", cwd=suite).stderr
    unlike = run_cli("lint", "--explain", "zzz", cwd=suite)
    assert (unlike.returncode, "the rules are" in unlike.stderr) == (2, True)


# Which rules and files


def test_rules_are_selected_and_ignored(lint, suite) -> None:
    assert lint("--select", "missing-name,host-path", cwd=suite) == (1, [GONE])
    assert lint("--select", "missing-name", "--select", "uncollected-tests", cwd=suite) == (1, [GONE, SKIPPED])
    assert lint("--ignore", "missing-name", cwd=suite) == (1, [SKIPPED])
    assert lint("--select", "host-path", cwd=suite) == (0, [])


def test_no_rule_left_is_a_mistake(run_cli, suite) -> None:
    result = run_cli("lint", "--select", "host-path", "--ignore", "host-path", cwd=suite)
    assert (result.returncode, result.stderr) == (2, "error: no rule is left: every selected rule is ignored\n")


def test_the_configuration_selects_and_options_come_before_it(lint, suite) -> None:
    write(suite, "collectbench.toml", "[lint]\nselect = ['missing-name', 'host-path']\nignore = ['missing-name']\n")
    assert lint(cwd=suite) == (0, [])
    assert lint("--select", "missing-name", cwd=suite) == (1, [GONE])


def test_another_configuration_is_read(lint, suite) -> None:
    write(suite, "other.toml", "[lint]\nignore = ['missing-name']\n")
    assert lint("--config", "other.toml", cwd=suite) == (1, [SKIPPED])


def test_a_mistake_in_the_configuration_ends_with_2(run_cli, suite) -> None:
    write(suite, "collectbench.toml", "[lint]\nselect = ['missing-nam']\n")
    result = run_cli("lint", cwd=suite)
    assert (result.returncode, "missing-name" in result.stderr) == (2, True)


@pytest.mark.parametrize("pattern", ["tests/test_orders.py", "tests/test_o*", "tests", "tests/", "*orders.py"])
def test_excluded_files_are_not_checked(report, suite, pattern) -> None:
    write(suite, "collectbench.toml", f"[lint]\nexclude = ['{pattern}']\n")
    code, document = report(cwd=suite)
    assert (code, found_in(document)) == (0, [])
    assert document["summary"]["files"] < 5
    assert report("tests/test_orders.py", cwd=suite)[0] == 0


def test_an_excluded_module_still_exists(lint, suite) -> None:
    write(suite, "shop/gone.py", "def (: ...\n")
    write(suite, "collectbench.toml", "[lint]\nexclude = ['shop']\n")
    assert lint(cwd=suite) == (1, [SKIPPED])


@pytest.mark.parametrize("pattern", ["tests/test_orders.py", "tests/test_o*", "tests", "tests/", "*orders.py"])
def test_rules_are_ignored_by_file(report, suite, pattern) -> None:
    write(suite, "collectbench.toml", f"[lint.per-file-ignores]\n'{pattern}' = ['missing-name']\n")
    code, document = report(cwd=suite)
    assert (code, found_in(document), document["summary"]["files"]) == (1, [SKIPPED], 5)


def test_comments_accept_violations_and_unused_ones_are_reported(lint, suite) -> None:
    write(
        suite,
        "tests/test_orders.py",
        "from shop import gone  # collectbench: ignore[missing-name]\n"
        "# collectbench: ignore[uncollected-tests, host-path]\n"
        "class TestOrders:\n    def __init__(self): ...\n    def test_one(self): ...\n"
        "# collectbench: ignore\n"
        "A = '# collectbench: ignore[host-path]'\n",
    )
    unused = [("unused-ignore", "tests/test_orders.py", line) for line in (2, 6)]
    assert lint(cwd=suite) == (1, unused)
    assert lint("--ignore", "unused-ignore", cwd=suite) == (0, [])
    assert lint("--select", "missing-name,unused-ignore", cwd=suite) == (1, unused[1:])


def test_only_the_given_files_and_directories_are_checked(lint, suite) -> None:
    write(suite, "shop/test_more.py", "from shop import gone\n")
    assert lint("shop", cwd=suite) == (1, [("missing-name", "shop/test_more.py", 1)])
    assert lint("tests/test_clean.py", cwd=suite) == (0, [])
    assert lint("tests/test_orders.py", "shop", cwd=suite)[1] == [
        ("missing-name", "shop/test_more.py", 1),
        GONE,
        SKIPPED,
    ]
    assert lint(suite / "tests", cwd=suite.parent) == (1, [GONE, SKIPPED])


def test_paths_are_relative_to_the_rootdir_in_a_subdirectory_too(lint, suite) -> None:
    assert lint(cwd=suite / "tests") == lint(cwd=suite) == (1, [GONE, SKIPPED])
    assert lint("test_orders.py", cwd=suite / "tests") == (1, [GONE, SKIPPED])
    assert lint(".", cwd=suite / "shop") == (0, [])


def test_the_directory_of_the_configuration_is_the_root(lint, suite) -> None:
    write(suite.parent, "collectbench.toml", "[lint]\nignore = ['missing-name']\n")
    rule, path, line = SKIPPED
    assert lint(cwd=suite) == (1, [(rule, f"suite/{path}", line)])


def test_an_installed_package_is_checked_by_its_path(lint, suite) -> None:
    site = suite / ".venv" / "lib" / "python3.12" / "site-packages"
    write(suite, ".venv/pyvenv.cfg", "")
    write(site, "pack/__init__.py", "def f():\n    from pack.gone import name\n    from .kept import other\n")
    write(site, "pack/kept.py", "")
    assert {rule for rule, _, _ in lint(cwd=suite)[1]} == {"missing-name", "uncollected-tests"}
    code, found = lint(site / "pack", "--select", "missing-module,missing-name", cwd=suite)
    assert (code, [(rule, line) for rule, _, line in found]) == (1, [("missing-module", 2), ("missing-name", 3)])


def test_packages_of_another_interpreter_are_seen(lint, suite) -> None:
    write(suite, "tests/test_orders.py", "import shop.plugin\n")
    other = suite.parent / "other"
    write(other, "bin/python", "").chmod(0o755)
    write(other, "lib/python3.12/site-packages/shop/plugin.py", "")
    gone = ("missing-module", "tests/test_orders.py", 1)
    assert lint(cwd=suite) == (1, [gone])
    assert lint("--python", other / "bin" / "python", cwd=suite) == (0, [])
    path = f"{other / 'bin'}:{os.environ['PATH']}"
    assert lint("--python", "python", cwd=suite, env={"PATH": path}) == (0, [])


def test_an_interpreter_that_does_not_exist_is_a_mistake(run_cli, suite) -> None:
    result = run_cli("lint", "--python", "nowhere/python", cwd=suite)
    assert (result.returncode, result.stdout) == (2, "")
    assert "nowhere/python" in result.stderr


# Known violations


def test_recorded_violations_are_known_and_their_lines_may_move(run_cli, report, suite, tmp_path) -> None:
    known = tmp_path / "known.json"
    assert report("--record", known, cwd=suite)[0] == 0
    assert len(json.loads(known.read_text())["violations"]) == 2
    orders = suite / "tests" / "test_orders.py"
    orders.write_text("import os\n\n" + orders.read_text())
    code, document = report("--known", known, cwd=suite)
    assert (code, found_in(document), document["known"]) == (0, [], 2)
    assert "note: 2 known violations omitted\n" in run_cli("lint", "--known", known, cwd=suite).stdout


def test_a_second_copy_of_a_known_violation_is_new(report, suite, tmp_path) -> None:
    known = tmp_path / "known.json"
    report("--record", known, cwd=suite)
    orders = suite / "tests" / "test_orders.py"
    orders.write_text(orders.read_text() + "from shop import gone\n")
    code, document = report("--known", known, cwd=suite)
    assert (code, found_in(document), document["known"]) == (1, [("missing-name", "tests/test_orders.py", 7)], 2)
    assert document["summary"]["by_rule"]["missing-name"] == 1


def test_a_violation_in_another_file_is_new(lint, suite, tmp_path) -> None:
    known = tmp_path / "known.json"
    lint("--record", known, cwd=suite)
    write(suite, "tests/test_more.py", "from shop import gone\n")
    assert lint("--known", known, cwd=suite) == (1, [("missing-name", "tests/test_more.py", 1)])


def test_record_with_known_writes_all_and_shows_the_new_ones(lint, suite, tmp_path) -> None:
    known = tmp_path / "known.json"
    lint("--select", "missing-name", "--record", known, cwd=suite)
    assert lint("--known", known, "--record", known, cwd=suite) == (0, [SKIPPED])
    assert lint("--known", known, cwd=suite) == (0, [])


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (None, "does not exist"),
        ("{", "is not JSON or was cut off"),
        ('{"kind": "collectbench.run", "schema": 1}', "run"),
        ('{"kind": "collectbench.lint", "schema": 99}', "schema"),
        ('{"kind": "collectbench.lint", "schema": 1}', "violations"),
    ],
)
def test_a_record_that_cannot_be_used_ends_with_6(run_cli, suite, text, why) -> None:
    if text is not None:
        write(suite, "known.json", text)
    result = run_cli("lint", "--known", "known.json", cwd=suite)
    assert (result.returncode, result.stdout) == (6, "")
    assert result.stderr.startswith("error: --known known.json")
    assert why in result.stderr
    assert "lint --record known.json" in result.stderr


def test_a_record_that_cannot_be_written_is_told(run_cli, suite) -> None:
    result = run_cli("lint", "--record", "nowhere/known.json", cwd=suite)
    assert result.returncode == 2
    assert "--record nowhere/known.json: cannot be written" in result.stderr


def test_expected_violations_decide_the_other_way_round(lint, suite) -> None:
    assert lint("--expect-violations", cwd=suite) == (0, [GONE, SKIPPED])
    assert lint("--expect-violations", "--select", "host-path", cwd=suite) == (1, [])


# What has changed


@pytest.fixture
def changed(repo) -> Any:
    """A repository with the suite as its last commit, without violations that a change made."""
    for path, text in SUITE.items():
        repo.write(path, text)
    repo.commit("suite")
    return repo


def test_without_changes_nothing_is_checked(report, changed) -> None:
    code, document = report("--changed", cwd=changed.root)
    assert (code, found_in(document), document["summary"]["files"]) == (0, [], 0)


def test_changed_and_untracked_files_are_checked(lint, changed) -> None:
    changed.write("tests/test_orders.py", SUITE["tests/test_orders.py"] + "# changed\n")
    changed.write("tests/test_new.py", "from shop import lost\n")
    assert lint("--changed", cwd=changed.root) == (1, [("missing-name", "tests/test_new.py", 1), GONE, SKIPPED])


def test_a_change_since_a_branch_is_checked(lint, changed) -> None:
    changed.git("checkout", "-q", "-b", "work")
    changed.write("tests/test_new.py", "from shop import lost\n")
    changed.commit("new")
    lost = ("missing-name", "tests/test_new.py", 1)
    assert lint("--changed", cwd=changed.root) == (0, [])
    assert lint("--changed", "main", cwd=changed.root) == (1, [lost])
    assert lint("--changed=main", cwd=changed.root) == (1, [lost])


def test_changed_before_a_path_means_since_head(lint, changed) -> None:
    changed.write("tests/test_new.py", "from shop import lost\n")
    changed.write("shop/test_new.py", "from shop import lost\n")
    assert lint("--changed", "tests", cwd=changed.root) == (1, [("missing-name", "tests/test_new.py", 1)])


@pytest.mark.parametrize("way", ["removed", "renamed", "deleted"])
def test_files_that_a_change_harms_are_checked_for_rules_over_several_files(lint, changed, way) -> None:
    if way == "removed":
        changed.write("shop/orders.py", "")
    elif way == "renamed":
        (changed.root / "shop" / "orders.py").rename(changed.root / "shop" / "order.py")
    else:
        changed.git("rm", "-q", "shop/orders.py")
    rule = "missing-name" if way == "removed" else "missing-module"
    assert lint("--changed", cwd=changed.root) == (1, [(rule, "tests/test_clean.py", 1)])


def test_changes_are_those_below_the_root_in_a_subdirectory_too(lint, changed) -> None:
    changed.write("tests/test_new.py", "from shop import lost\n")
    assert lint("--changed", cwd=changed.root / "shop") == (1, [("missing-name", "tests/test_new.py", 1)])


def test_changes_outside_of_git_cannot_be_listed(run_cli, suite) -> None:
    result = run_cli("lint", "--changed", cwd=suite)
    assert (result.returncode, result.stdout) == (2, "")
    assert "the changes cannot be listed" in result.stderr
    assert "check all files" in result.stderr


def test_an_unknown_commit_is_refused(run_cli, changed) -> None:
    result = run_cli("lint", "--changed", "nonsense", cwd=changed.root)
    assert (result.returncode, result.stdout, "nonsense" in result.stderr) == (2, "", True)


def test_files_that_git_ignores_are_not_checked_and_may_be_there_once(lint, changed) -> None:
    changed.write(".gitignore", "made/\nshop/gone.py\n")
    changed.write("made/test_a.py", "from shop import lost\n")
    assert lint(cwd=changed.root) == (1, [GONE, SKIPPED]), "a name of a package is no module"
    changed.write("tests/test_orders.py", "import shop.gone\nfrom shop.lost import name\n")
    assert lint(cwd=changed.root) == (1, [("missing-module", "tests/test_orders.py", 2)])


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("def f():\n    import shop.orders\n", "missing-module"),
        ("def f():\n    from shop import orders\n", "missing-name"),
        ("def f():\n    from shop.orders import *\n", "missing-module"),
        ("@patch('shop.orders.Order')\ndef test_a(order): ...\n", "missing-module"),
        ("@patch('shop.orders')\ndef test_a(orders): ...\n", "missing-name"),
        ("import importlib\nimportlib.import_module('shop.orders')\n", "missing-module"),
    ],
)
def test_a_deleted_module_is_missed_in_each_form(lint, changed, text, rule) -> None:
    changed.write("tests/test_clean.py", text)
    changed.write("tests/test_other.py", "from shop.other import orders\n@patch('other.order')\ndef test_a(): ...\n")
    changed.write("shop/other.py", "orders = 1\n")
    changed.write("shop/relative.py", "from . import orders\nfrom .orders import Order\n")
    changed.commit("more")
    (changed.root / "shop" / "orders.py").unlink()
    found = lint("--changed", "--select", "missing-module,missing-name", cwd=changed.root)[1]
    assert [(each[0], each[1]) for each in found] == [
        ("missing-name", "shop/relative.py"),
        ("missing-module", "shop/relative.py"),
        (rule, "tests/test_clean.py"),
    ]


# Heavy imports


@pytest.fixture
def heavy(write_suite) -> Path:
    """Imports of json in a test file: one that is used, and one that is not."""
    text = "import json\nimport json.tool\nfrom csv import reader\n\n\ndef test_one():\n    reader\n    json.tool\n"
    unused = "import json\nimport csv\nif x:\n    import json.decoder as decoder\ndef test_two(): ...\n"
    return write_suite({"pytest.ini": "[pytest]\n", "test_a.py": text, "test_b.py": unused, "conftest.py": ""})


def test_a_heavy_module_that_is_imported_from_its_package_may_be_unused_too(lint, write_suite) -> None:
    root = write_suite(
        {
            "collectbench.toml": "[lint]\nheavy = ['shop.engine']\n",
            "shop/__init__.py": "",
            "shop/engine.py": "",
            "tests/test_a.py": "from shop import engine\n\n\ndef test_a(): ...\n",
        }
    )
    assert lint("--select", "unused-import", cwd=root) == (1, [("unused-import", "tests/test_a.py", 1)])


def test_heavy_modules_are_those_that_the_configuration_names(lint, heavy) -> None:
    assert lint(cwd=heavy) == (0, [])
    write(heavy, "collectbench.toml", "[lint]\nheavy = ['json']\n")
    imports = [("heavy-import", "test_a.py", 1), ("heavy-import", "test_a.py", 2)]
    imports += [("heavy-import", "test_b.py", 1), ("heavy-import", "test_b.py", 4)]
    unused = [("unused-import", "test_b.py", 1), ("unused-import", "test_b.py", 4)]
    code, found = lint("--select", "heavy-import,unused-import", cwd=heavy)
    assert (code, found) == (1, sorted(imports + unused, key=lambda each: (each[1], each[2], each[0])))
    assert lint("--select", "unused-import", "test_a.py", cwd=heavy) == (0, [])


def test_heavy_modules_are_those_that_a_profile_measured(lint, heavy) -> None:
    profile = json.loads((Path(__file__).parents[1] / "old_formats" / "profile-1.json").read_text())
    module = next(each for each in profile["imports"] if each["module"] == "pandas")
    names = {"json": 0.3, "json.tool": 0.2, "csv": 0.001}
    profile["imports"] = [{**module, "module": name, "inclusive_s": seconds} for name, seconds in names.items()]
    profile["imports"].append({**module, "module": "re", "origin": "stdlib"})
    write(heavy, "profile.json", json.dumps(profile))
    expected = [("heavy-import", "test_a.py", 1), ("heavy-import", "test_a.py", 2)]
    expected += [("heavy-import", "test_b.py", 1), ("heavy-import", "test_b.py", 4)]
    assert lint("--profile", "profile.json", "--select", "heavy-import", cwd=heavy) == (1, expected)
    write(heavy, "collectbench.toml", "[lint]\nheavy-profile = 'profile.json'\nheavy-threshold = '1ms'\n")
    found = lint("--select", "heavy-import", cwd=heavy)[1]
    assert found == sorted([*expected, ("heavy-import", "test_a.py", 3), ("heavy-import", "test_b.py", 2)],
                           key=lambda each: each[1:])  # fmt: skip


@pytest.mark.parametrize(
    ("text", "why"), [(None, "profile.json"), ("{", "is not JSON"), ('{"kind": "x"}', "this is a x")]
)
def test_a_profile_that_cannot_be_read_is_a_mistake(run_cli, heavy, text, why) -> None:
    if text is not None:
        write(heavy, "profile.json", text)
    result = run_cli("lint", "--profile", "profile.json", cwd=heavy)
    assert (result.returncode, result.stdout) == (2, "")
    assert why in result.stderr


# Processes and the cache


@pytest.fixture
def many(write_suite) -> Path:
    """More files than one process reads."""
    files = {f"tests/part{number}/test_{number}.py": "from shop import gone\n" for number in range(210)}
    return write_suite(SUITE | files)


def test_more_processes_report_the_same(lint, many) -> None:
    once = lint("--jobs", "1", "--no-cache", cwd=many)
    assert len(once[1]) == 212
    assert lint("--jobs", "2", "--no-cache", cwd=many) == once
    assert lint("-j", "2", cwd=many) == once


def test_the_second_run_reports_the_same(report, suite) -> None:
    first, second, without = report(cwd=suite), report(cwd=suite), report("--no-cache", cwd=suite)
    for _, document in (first, second, without):
        document.pop("created")
        document.pop("hints", None)  # which repeat the options
    assert first == second == without


CHANGES: dict[str, tuple[Callable[[Path], object], list[Found]]] = {
    "an edit": (lambda root: write(root, "tests/test_orders.py", "\nfrom shop import gone\n"), [(*GONE[:2], 2)]),
    "an edit of a module": (lambda root: write(root, "shop/__init__.py", "gone = 1\n"), [SKIPPED]),
    "a new module": (lambda root: write(root, "shop/gone.py", ""), [SKIPPED]),
    "a new package": (lambda root: write(root, "shop/gone/__init__.py", ""), [SKIPPED]),
    "a new compiled module": (lambda root: write(root, "shop/gone.cpython-312.so", ""), [SKIPPED]),
    "a new stub": (lambda root: write(root, "shop/gone.pyi", ""), [SKIPPED]),
    "a new configuration": (
        lambda root: write(root, "collectbench.toml", "[lint]\nignore=['missing-name']"),
        [SKIPPED],
    ),
    "another pattern": (lambda root: write(root, "pytest.ini", "[pytest]\npython_files = check_*.py\n"), [GONE]),
    "a deleted file": (lambda root: (root / "tests" / "test_orders.py").unlink(), []),
    "a touched file": (lambda root: os.utime(root / "tests" / "test_orders.py"), [GONE, SKIPPED]),
    "a renamed file": (
        lambda root: (root / "tests" / "test_orders.py").rename(root / "tests" / "test_other.py"),
        [("missing-name", "tests/test_other.py", 1), ("uncollected-tests", "tests/test_other.py", 4)],
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_run_with_a_cache_notices(lint, suite, change) -> None:
    act, expected = CHANGES[change]
    assert lint(cwd=suite) == (1, [GONE, SKIPPED])
    act(suite)
    found = lint(cwd=suite)[1]
    assert [each for each in found if each[1] == "tests/test_orders.py" or "other" in each[1]] == expected
    assert lint("--no-cache", cwd=suite)[1] == found


def test_the_cache_holds_for_one_choice_of_rules_and_files(lint, suite) -> None:
    assert lint("--select", "uncollected-tests", cwd=suite) == (1, [SKIPPED])
    assert lint(cwd=suite) == (1, [GONE, SKIPPED])
    assert lint("tests/test_clean.py", cwd=suite) == (0, [])
    assert lint("--ignore", "uncollected-tests", cwd=suite) == (1, [GONE])


DAMAGES = {
    "empty": lambda content: b"",
    "cut off": lambda content: content[: len(content) // 2],
    "other data": lambda _: b"\xff" * 100,
    "a number": lambda _: b"i\x01\x00\x00\x00",
    "a changed byte": lambda content: content[:-40] + bytes([content[-40] ^ 0xFF]) + content[-39:],
}


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("name", ["lint.cache", "lint-report.cache"])
def test_a_damaged_cache_is_ignored(lint, suite, tmp_path, name, damage) -> None:
    env = {"XDG_STATE_HOME": str(tmp_path / "state")}
    lint(cwd=suite, env=env)
    (file,) = (tmp_path / "state").rglob(name)
    file.write_bytes(DAMAGES[damage](file.read_bytes()))
    if name == "lint.cache":  # else nobody asks for it
        next((tmp_path / "state").rglob("lint-report.cache")).unlink()
    assert lint(cwd=suite, env=env) == (1, [GONE, SKIPPED])


def test_without_a_home_there_is_no_cache(lint, suite) -> None:
    assert lint(cwd=suite, env={"XDG_STATE_HOME": "", "HOME": ""}) == (1, [GONE, SKIPPED])


def test_a_cache_that_cannot_be_written_is_none(lint, suite, tmp_path) -> None:
    write(tmp_path, "state", "a file")
    assert lint(cwd=suite, env={"XDG_STATE_HOME": str(tmp_path / "state")}) == (1, [GONE, SKIPPED])


# Trees that are not as usual


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"def (:\n", "line 1: invalid syntax"),
        (b"name = '\xff'\n", "utf-8"),
        (b"# coding: nonsense\n", "nonsense"),
        (b"name = 1\x00\n", "null"),
        (b"x = " + b"(" * 5000 + b")" * 5000 + b"\n", ""),
    ],
    ids=["syntax", "not-utf-8", "unknown-coding", "nul", "deep"],
)
def test_a_file_that_cannot_be_read_is_named_and_ends_with_1(run_cli, suite, content, why) -> None:
    (suite / "tests" / "test_orders.py").unlink()
    (suite / "tests" / "test_bad.py").write_bytes(content)
    result = run_cli("lint", cwd=suite)
    assert (result.returncode, result.stderr) == (1, "")
    assert "note: 1 file was not checked\n  tests/test_bad.py: " in result.stdout
    assert why.lower() in result.stdout.lower()


def test_a_mistake_in_the_body_of_a_function_goes_unnoticed(lint, suite) -> None:
    write(suite, "tests/test_bad.py", "def f():\n    return )\n")
    assert lint("tests/test_bad.py", cwd=suite) == (0, [])


def test_encodings_are_those_that_files_declare(lint, suite) -> None:
    (suite / "tests" / "test_a.py").write_bytes(
        "# coding: latin-1\ndef f():\n    name = 'é'\n    from shop import gone\n".encode("latin-1")
    )
    (suite / "tests" / "test_b.py").write_bytes(b"\xef\xbb\xbffrom shop import gone\n")
    (suite / "tests" / "test_c.py").write_bytes(b"import os\r\nfrom shop import gone\r\n")
    lines = [(path, line) for rule, path, line in lint(cwd=suite)[1] if rule == "missing-name"]
    assert lines[:3] == [("tests/test_a.py", 4), ("tests/test_b.py", 1), ("tests/test_c.py", 2)]


@pytest.mark.parametrize(
    "name", ["test_a b.py", "test_a\nb.py", "test_-é.py", "test_\udcff.py", "test_'\".py", "test_[x].py"]
)
def test_odd_names_are_read_and_shown(run_cli, suite, name) -> None:
    (suite / "tests" / name).write_text("from shop import gone\n")
    assert run_cli("lint", cwd=suite).returncode == 1
    for _ in range(2):
        result = run_cli("lint", "--format", "json", cwd=suite)
        assert (result.returncode, result.stderr) == (1, "")
        assert len(json.loads(result.stdout)["violations"]) == 3


def test_links_are_not_followed_and_may_go_in_circles(lint, suite) -> None:
    (suite / "tests" / "loop").symlink_to(suite)
    (suite / "tests" / "test_link.py").symlink_to(suite / "tests" / "test_orders.py")
    (suite / "tests" / "test_nowhere.py").symlink_to(suite / "nowhere.py")
    assert lint(cwd=suite) == (1, [GONE, SKIPPED])


def test_a_pipe_and_a_directory_with_the_names_of_modules_are_not_read(lint, suite) -> None:
    os.mkfifo(suite / "tests" / "test_pipe.py")
    (suite / "tests" / "test_directory.py").mkdir()
    assert lint(cwd=suite) == (1, [GONE, SKIPPED])


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_what_may_not_be_read_is_named(run_cli, suite) -> None:
    (suite / "tests" / "test_clean.py").chmod(0)
    result = run_cli("lint", cwd=suite)
    assert (result.returncode, "test_clean.py: it cannot be read" in result.stdout) == (1, True)


def test_environments_are_skipped(lint, suite) -> None:
    write(suite, "env/pyvenv.cfg", "")
    write(suite, "env/lib/test_a.py", "from shop import gone\n")
    write(suite, "node_modules/test_a.py", "from shop import gone\n")
    assert lint(cwd=suite) == (1, [GONE, SKIPPED])


# The promise


@pytest.fixture(scope="module")
def generated(tmp_path_factory) -> Path:
    """A repository with violations and look-alikes of each kind."""
    root = tmp_path_factory.mktemp("generated") / "tree"
    lint_repository.make(root, replace(Plan().scaled(0.2), handful=6), files=160, size=700_000)
    return root


def test_the_classes_that_lint_names_are_those_that_pytest_warns_about(report, generated, plain_env) -> None:
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", "--assert=plain"]
    collected = subprocess.run(command, cwd=generated, env=plain_env, capture_output=True, text=True, check=False)
    warned = re.findall(r"cannot collect test class '(\w+)' .*\(from: ([^)]+)\)", collected.stdout)
    _, document = report("--select", "uncollected-tests,non-test-class", cwd=generated)
    named = [
        (each["subject"], each["path"])
        for each in document["violations"]
        if each["rule"] == "non-test-class" or "pytest skips a class" in each["message"]
    ]
    assert len(warned) > 20
    assert sorted(named) == sorted(warned)


def test_all_that_is_planted_is_reported_and_nothing_else(report, generated) -> None:
    truth = lint_repository.read_truth(generated)
    code, document = report(cwd=generated)
    assert code == 1
    comparisons = compare(truth, document["violations"])
    wrong = {rule: one for rule, one in comparisons.items() if one.missed or one.false or one.misled}
    assert not wrong
