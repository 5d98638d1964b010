"""The first configuration: rendered, added, and read again."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectbench.config import add_to_pyproject, load_config, render_targets_table
from collectbench.config.syntax import parse
from collectbench.model.errors import UsageError
from collectbench.model.target import Target


def target(name: str, *paths: str, ignored: tuple[str, ...] = ()) -> Target:
    return Target(name=name, paths=paths, ignored=ignored)


TABLE = render_targets_table([target("unit", "tests/unit")])

targets_of_any_name = st.lists(
    st.builds(lambda name, paths: target(name, *paths), st.text(), st.lists(st.text(), min_size=1)),
    unique_by=lambda target: target.name,
)


def test_the_table_looks_as_if_written_by_hand() -> None:
    targets = [target("unit", "tests/unit"), target("tests/ü", "tests/a.py", "tests/b.py")]
    assert render_targets_table(targets) == (
        "[tool.collectbench]\n"
        "\n"
        "[tool.collectbench.targets.unit]\n"
        'paths = ["tests/unit"]\n'
        "\n"
        '[tool.collectbench.targets."tests/ü"]\n'
        'paths = ["tests/a.py", "tests/b.py"]\n'
    )


def test_paths_of_other_targets_are_ignored_with_arguments_of_pytest() -> None:
    loose = target("tests/*", "tests", ignored=("tests/a", "tests/b c"))
    assert render_targets_table([loose]).endswith(
        '[tool.collectbench.targets."tests/*"]\n'
        'paths = ["tests"]\n'
        'pytest-args = ["--ignore=tests/a", "--ignore=tests/b c"]\n'
    )


@given(targets_of_any_name)
def test_any_names_and_paths_are_read_back_as_they_were(targets: list[Target]) -> None:
    tables = parse(render_targets_table(targets))["tool"]["collectbench"].get("targets", {})
    assert [target(name, *table["paths"]) for name, table in tables.items()] == targets


@given(targets_of_any_name, st.sampled_from(["\n", "\r\n"]))
def test_any_names_and_paths_can_be_added_whatever_the_line_ends(targets: list[Target], newline: str) -> None:
    before = f'[project]{newline}name = "x"{newline}'
    after = add_to_pyproject(before, render_targets_table(targets))
    assert after.startswith(before)
    assert after.count("\n") == after.count(newline)
    assert parse(after)["project"] == {"name": "x"}


def test_a_written_configuration_can_be_loaded(tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    name = 'a "quoted" \\ name 😀'
    path.write_text(render_targets_table([target(name, "tests/with\nnewline")]), encoding="utf-8")
    (read,) = load_config(path).targets
    assert (read.name, read.paths) == (name, ("tests/with\nnewline",))


def test_all_names_that_are_not_unicode_are_reported_at_once() -> None:
    with pytest.raises(UsageError) as caught:
        render_targets_table([target("caf\udce9", "tests/caf\udce9", "tests/fine"), target("fine", "tests")])
    assert [mistake.split(" is not Unicode")[0] for mistake in caught.value.mistakes] == [
        '"caf\\uDCE9"',
        '"tests/caf\\uDCE9"',
    ]


@pytest.mark.parametrize(
    ("before", "gap"),
    [
        ("", ""),
        ("[project]\n", "\n"),
        ("[project]", "\n\n"),
        ("[project]\n\n", ""),
        ("[project]\r\n", "\r\n"),
        ("[project]\r\nx = 1", "\r\n\r\n"),
        ("[project]\r\n\r\n", ""),
        ("[tool.other]\nx = 1 # no newline", "\n\n"),
        ('x = """\n[tool.collectbench]\n"""\n', "\n"),
        ("[[tool.uv.index]]\nx = nan\n", "\n"),
    ],
)
def test_the_table_follows_one_blank_line_after_the_untouched_text(before: str, gap: str) -> None:
    table = TABLE.replace("\n", "\r\n") if "\r\n" in before else TABLE
    assert add_to_pyproject(before, TABLE) == before + gap + table


@pytest.mark.parametrize(
    "text",
    [
        "[tool.collectbench]\n",
        "[tool.collectbench.targets.x]\n",
        "tool.collectbench.rounds = 3\n",
        "[tool]\ncollectbench = 5\n",
    ],
)
def test_an_existing_table_is_not_written_twice(text: str) -> None:
    with pytest.raises(UsageError, match="exists already"):
        add_to_pyproject(text, TABLE)


@pytest.mark.parametrize("text", ["tool = {x = 1}\n", "tool = 5\n", "[[tool]]\nx = 1\n"])
def test_a_file_that_cannot_take_the_table_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="a table cannot be added"):
        add_to_pyproject(text, TABLE)


def test_a_file_that_is_not_toml_is_refused_with_the_place() -> None:
    with pytest.raises(UsageError, match=r"pyproject\.toml: not valid TOML.*line 1"):
        add_to_pyproject("[project\n", TABLE)
