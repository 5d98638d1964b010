"""Reading a configuration file, mistakes included."""

from __future__ import annotations

from pathlib import Path

import pytest

from collectbench.config import Config, load_config
from collectbench.model.cost import CostSettings
from collectbench.model.errors import UsageError
from collectbench.model.lint_settings import LintSettings
from collectbench.model.reason import Action, Remedy
from collectbench.model.target import Limits, Target

OWN_TABLE = "[tool.collectbench]\n"

COMPLETE = """
baseline = "nightly"
baseline-dir = "perf/baselines"
history-dir = "perf/history"
rounds = 7
timeout = "5m"
pytest-args = ["-p", "no:randomly"]
suite-budget = "45s"

[targets.mission-critical]
paths = ["tests/mission_critical", "/opt/shared/tests"]
budget = "5s"
goal = "3s"
goal-reduction = "85%"
memory-budget = "512MiB"
max-warnings = 0
max-collection-warnings = 2
warning-reduction = "80%"
max-errors = 1
min-items = 100
pytest-args = ["-m", ""]
env = {DEBUG = "1"}

[targets."tests/einfach ü"]
paths = ["tests/*"]

[lint]
select = ["missing-module"]

[cost]
runs-per-day = 200
workers = 4
price-per-minute = 0.008
currency = "EUR"
"""


def written(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def mistakes_of(path: Path) -> tuple[str, ...]:
    with pytest.raises(UsageError) as caught:
        load_config(path)
    return caught.value.mistakes


def test_every_key_of_the_contract_reaches_its_field(tmp_path: Path) -> None:
    path = written(tmp_path / "collectbench.toml", COMPLETE)
    limits = Limits(
        budget_s=5.0,
        goal_s=3.0,
        goal_reduction=0.85,
        memory_budget_bytes=512 * 2**20,
        max_warnings=0,
        max_collection_warnings=2,
        warning_reduction=0.8,
        max_errors=1,
        min_items=100,
    )
    assert load_config(path) == Config(
        root=tmp_path,
        source=path,
        baseline="nightly",
        baseline_dir="perf/baselines",
        history_dir="perf/history",
        rounds=7,
        timeout_s=300.0,
        pytest_args=("-p", "no:randomly"),
        suite_budget_s=45.0,
        targets=(
            Target(
                name="mission-critical",
                paths=("tests/mission_critical", "/opt/shared/tests"),
                pytest_args=("-m", ""),
                env={"DEBUG": "1"},
                limits=limits,
            ),
            Target(name="tests/einfach ü", paths=("tests/*",)),
        ),
        lint=LintSettings(select=("missing-module",)),
        cost=CostSettings(runs_per_day=200.0, workers=4, price_per_minute=0.008, currency="EUR"),
    )


def test_both_files_hold_the_same_keys(tmp_path: Path) -> None:
    own = written(tmp_path / "a" / "collectbench.toml", 'rounds = "auto"\n[targets.x]\npaths = ["t"]\n')
    shared = written(
        tmp_path / "b" / "pyproject.toml",
        OWN_TABLE + 'rounds = "auto"\n[tool.collectbench.targets.x]\npaths = ["t"]\n',
    )
    first, second = load_config(own), load_config(shared)
    assert first.rounds is second.rounds is None
    assert first.targets == second.targets == (Target(name="x", paths=("t",)),)


def test_an_empty_file_means_the_defaults(tmp_path: Path) -> None:
    path = written(tmp_path / "collectbench.toml", "")
    assert load_config(path) == Config(root=tmp_path, source=path)


def test_the_root_is_the_directory_of_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path / "ci" / "bench.toml", "rounds = 3\n")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    config = load_config(Path("../ci/bench.toml"))
    assert (config.root, config.source, config.rounds) == (tmp_path / "ci", tmp_path / "ci" / "bench.toml", 3)


@pytest.mark.parametrize(
    ("line", "mistake"),
    [
        ("baseline = 5", "baseline: expected a string, got 5"),
        ('baseline = "a\\u0000"', 'baseline: "a\\u0000" contains a NUL character'),
        ('baseline = ""', "baseline: expected a name or path, got an empty string"),
        ('baseline-dir = " "', "baseline-dir: expected a name or path, got an empty"),
        ('rounds = "many"', 'rounds: expected "auto" or an integer of at least 1, got "many"'),
        ("rounds = 0", "rounds: expected"),
        ("rounds = true", 'rounds: expected "auto" or an integer of at least 1, got true'),
        ("rounds = 3.0", "got 3.0"),
        ("rounds = 0x" + "f" * 5000, "got an integer beyond 64 bits"),
        ("timeout = 300", 'timeout: expected a duration like "5s", got 300 without its unit'),
        ("timeout = false", 'timeout: expected a duration like "5s", got false'),
        ("timeout = 12:00:00", "got a date or time"),
        ('timeout = "5 minutes"', "timeout: '5 minutes' is not a duration; write it like"),
        ('pytest-args = "-x"', 'pytest-args: expected a list like ["-m", "not slow"], got "-x"'),
        ('pytest-args = ["a\\u0000"]', 'item 1: "a\\u0000" contains a NUL character'),
        ("suite-budget = []", "suite-budget: expected a duration"),
        ("targets = []", "targets: expected a table, got a list"),
        ("lint = 1", "lint: expected a table, got 1"),
        ("cost = 1", "cost: expected a table, got 1"),
        ("cost = {}", "cost.runs-per-day: missing; say how often the tests run in a day, like 200"),
        ('cost.runs-per-day = "many"', 'cost.runs-per-day: expected a number above 0 like 200, got "many"'),
        ("cost.runs-per-day = 0", "cost.runs-per-day: expected a number above 0 like 200, got 0"),
        ("cost.runs-per-day = inf", "cost.runs-per-day: expected a number above 0 like 200, got inf"),
        ("cost.runs-per-day = true", "cost.runs-per-day: expected a number above 0 like 200, got true"),
        ("cost = {runs-per-day = 1, workers = 0}", "cost.workers: expected an integer of at least 1, got 0"),
        ("cost = {runs-per-day = 1, price-per-minute = 2}", "cost.currency: missing; name that of price-per-minute"),
        ('cost = {runs-per-day = 1, currency = " "}', 'cost.currency: expected a word like "EUR", got " "'),
        ("cost = {runs-per-day = 1, worker = 2}", 'unknown key "worker" in [cost]; did you mean "workers"?'),
        ("targets.x = 1", "targets.x: expected a table, got 1"),
        ("targets.x = {}", "targets.x.paths: missing; name what to collect"),
        ("targets.x.paths = []", "targets.x.paths: the list is empty"),
        ('targets.x.paths = ["t", 3]', "targets.x.paths: item 2: expected a string, got 3"),
        ('targets.x.paths = [""]', "targets.x.paths: item 1: expected a name or path"),
        ('targets."".paths = ["t"]', 'targets."": a target\'s name must be neither empty nor padded'),
        ('targets." x".paths = ["t"]', "neither empty nor padded with blanks"),
        ('targets."\\u001b[2J".paths = ["t"]', 'targets."\\u001B[2J": a target\'s name must not contain'),
        ('targets."--help".paths = ["t"]', "targets.--help: a target's name must not begin with"),
        ('targets.suite.paths = ["t"]', 'targets.suite: "suite" is reserved'),
        ("round = 1", 'unknown key "round" at the top of the file; did you mean "rounds"?'),
    ],
)
def test_a_mistake_names_file_and_key_and_the_way_out(tmp_path: Path, line: str, mistake: str) -> None:
    path = written(tmp_path / "collectbench.toml", line + "\n")
    (told,) = mistakes_of(path)
    assert told.startswith(f"{path}: ")
    assert mistake in told
    assert told.isprintable()


@pytest.mark.parametrize(
    ("line", "mistake"),
    [
        ("budget = 5", 'budget: expected a duration like "5s", got 5'),
        ("goal-reduction = 85", 'expected a percentage like "85%", got 85 without'),
        ('goal-reduction = "200%"', "goal-reduction: '200%' is not"),
        ("memory-budget = 9", 'expected a size like "512MiB", got 9 without'),
        ("max-errors = -1", "max-errors: expected an integer of at least 0, got -1"),
        ("min-items = {}", "min-items: expected an integer of at least 0, got a table"),
        ("env = 1", "env: expected a table, got 1"),
        ("env = {A = 1}", 'expected a string for "A", got 1; put it in quotes'),
        ('env = {"A=B" = "1"}', '"A=B" cannot be the name of an environment variable'),
        ('env = {A = "\\u0000"}', 'the value of "A" contains a NUL character'),
        ("buget = 1", 'unknown key "buget" in [targets.x]; did you mean "budget"?'),
        ("zzz = 1", 'unknown key "zzz" in [targets.x]; known are paths, '),
    ],
)
def test_a_mistake_in_a_target_names_the_target_too(tmp_path: Path, line: str, mistake: str) -> None:
    path = written(tmp_path / "collectbench.toml", f'[targets.x]\npaths = ["t"]\n{line}\n')
    (told,) = mistakes_of(path)
    assert "targets.x" in told
    assert mistake in told


def test_all_mistakes_of_a_file_are_reported_at_once(tmp_path: Path) -> None:
    path = written(
        tmp_path / "pyproject.toml",
        OWN_TABLE
        + "round = 3\ntimeout = 5\n[tool.collectbench.targets.api]\n"
        + 'buget = "5s"\npaths = [1, ""]\nenv = {A = 1, B = 2}\n',
    )
    told = "\n".join(mistakes_of(path))
    assert told.count(f"{path}: ") == 7
    for mistake in (
        'unknown key "round" in [tool.collectbench]; did you mean "rounds"?',
        "timeout: ",
        'unknown key "buget" in [tool.collectbench.targets.api]; did you mean "budget"?',
        "targets.api.paths: item 1: ",
        "targets.api.paths: item 2: ",
        'targets.api.env: expected a string for "A"',
        'targets.api.env: expected a string for "B"',
    ):
        assert mistake in told


def test_a_value_in_place_of_a_table_is_named_in_full(tmp_path: Path) -> None:
    path = written(tmp_path / "pyproject.toml", "[tool]\ncollectbench = 5\n")
    assert mistakes_of(path) == (f"{path}: tool.collectbench: expected a table, got 5",)


def test_a_syntax_error_is_reported_with_line_and_column(tmp_path: Path) -> None:
    path = written(tmp_path / "collectbench.toml", "rounds = 3\ntimeout 5\n")
    (told,) = mistakes_of(path)
    assert told.startswith(f"{path}: not valid TOML: ")
    assert "line 2, column 9" in told


def test_a_file_that_is_nested_too_deeply_is_a_usage_error(tmp_path: Path) -> None:
    path = written(tmp_path / "collectbench.toml", "lint.x = " + "[" * 100_000)
    (told,) = mistakes_of(path)
    assert "not valid TOML" in told


def test_a_file_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    path = tmp_path / "collectbench.toml"
    path.write_bytes(b'baseline = "\xff"\n')
    assert mistakes_of(path) == (f"{path}: not UTF-8, which TOML must be (byte 12)",)


@pytest.mark.parametrize(("name", "reason"), [("missing.toml", "No such file"), (".", "Is a directory")])
def test_a_file_that_cannot_be_read_is_named_with_the_reason(tmp_path: Path, name: str, reason: str) -> None:
    (told,) = mistakes_of(tmp_path / name)
    assert told.startswith(f"{tmp_path / name}: cannot be read: ")
    assert reason in told


def test_a_pyproject_without_the_table_points_to_init(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        load_config(written(tmp_path / "pyproject.toml", "[project]\n"))
    (problem,) = caught.value.reasons
    assert problem.remedies == (Remedy(action=Action.WRITE_CONFIG),)
