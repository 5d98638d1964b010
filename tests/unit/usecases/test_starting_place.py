from __future__ import annotations

from pathlib import Path

import pytest

from collectbench.config import Config
from collectbench.model.errors import UsageError
from collectbench.usecases.starting_place import refuse_paths_of_here, root_of_stored, start_note


@pytest.fixture
def places(tmp_path: Path) -> tuple[Config, Path]:
    """A configuration, and a directory below it; only the latter holds `api`, both hold `tests`."""
    here = tmp_path / "services"
    for path in (here / "api", here / "tests", tmp_path / "tests"):
        path.mkdir(parents=True)
    (here / "api" / "own.ini").write_text("")
    return Config(root=tmp_path, source=tmp_path / "collectbench.toml"), here


@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        (("-c", "api/own.ini"), "api/own.ini"),
        (("-capi/own.ini",), "api/own.ini"),
        (("--ignore=api",), "api"),
        (("--ignore", "api"), "api"),
        (("--rootdir=./api",), "./api"),
        (("-q", "api/own.ini::test_one"), "api/own.ini"),
    ],
)
def test_a_path_that_exists_only_here_is_refused(arguments, path, places) -> None:
    config, here = places
    with pytest.raises(UsageError) as caught:
        refuse_paths_of_here(arguments, config, here)
    assert str(caught.value) == (
        f"-- {path}: this path exists in the current directory, but pytest starts in {config.root}, the directory of "
        f"collectbench.toml, which has no such path; give services/{path.removeprefix('./')}"
    )


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(("--ignore=tests",), id="exists in both"),
        pytest.param(("--ignore=nowhere", "-c", "x" * 5000), id="exists nowhere"),
        pytest.param(("-k", "api", "-kapi", "-m", "api", "-p", "api", "--tb=api", "--api"), id="a word, not a path"),
        pytest.param(("-o", "api", "-vv", ""), id="other options"),
    ],
)
def test_other_arguments_are_left_alone(arguments, places) -> None:
    config, here = places
    refuse_paths_of_here(arguments, config, here)


def test_an_absolute_path_is_left_alone(places) -> None:
    config, here = places
    refuse_paths_of_here((str(here / "api"), f"--ignore={here / 'api'}"), config, here)


def test_all_paths_are_named_at_once(places) -> None:
    config, here = places
    with pytest.raises(UsageError) as caught:
        refuse_paths_of_here(("api", "--ignore=api", "--ignore=api/own.ini"), config, here)
    assert [mistake.partition(": ")[0] for mistake in caught.value.mistakes] == ["-- api", "-- api/own.ini"]


@pytest.mark.parametrize(
    ("cwd", "started_in", "root"),
    [
        ("/r/services/api", "services/api", "/r"),
        ("/r", "services/api", "/r"),
        ("/r/services", "services", "/r"),
        ("/api", "services/api", "/api"),
        ("/r/tests", ".", "/r/tests"),
        ("/r/tests", None, "/r/tests"),
        ("/r", "/r", "/r"),
    ],
)
def test_the_root_of_a_stored_run_is_known_where_it_was_measured(cwd, started_in, root) -> None:
    assert root_of_stored(Config(), started_in, Path(cwd)) == Path(root)
    assert root_of_stored(Config(root=Path("/c")), started_in, Path(cwd)) == Path("/c")


def test_where_the_user_stands_in_the_folder_of_the_configuration_nothing_is_said(places) -> None:
    config, here = places
    assert start_note(config, config.root) == start_note(Config(), here) == ""
    refuse_paths_of_here(("services", "--ignore=tests"), config, config.root)
    refuse_paths_of_here(("api",), Config(), here)
