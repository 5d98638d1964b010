"""The inputs of a target: read after a round, and read again by a later command."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from collectbench.attribution.origins import Places
from collectbench.measure.round.inputs import InputReader, Seen, joined
from collectbench.measure.round.loaded import Digests, Loaded
from collectbench.model.inputs import Inputs, is_found_by_search


@pytest.fixture
def tree(tmp_path) -> Path:
    """A repository whose project lies below its top, and a directory of installed packages beside it."""
    for name in ("repo/.git/HEAD", "repo/shared/s.txt", "repo/app/pkg/a.py", "repo/app/tests/test_a.py"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    site = tmp_path / "site-packages"
    (site / "dep").mkdir(parents=True)
    (site / "dep" / "__init__.py").write_text("")
    (site / "editable.pth").write_text("/somewhere\n")
    return tmp_path


@pytest.fixture
def reader(tree) -> InputReader:
    return InputReader(
        places=Places(
            rootdir=str(tree / "repo/app"), site_packages=(str(tree / "no-packages"), str(tree / "site-packages"))
        ),
        top=str(tree / "repo"),
        own=frozenset([str(tree / "repo/app/baselines")]),
        env={"FAST": "1", "LC_ALL": "C", "SHLVL": "3"},
        request="r",
        key="0a",
    )


@pytest.fixture
def inputs(reader, tree) -> Inputs:
    app = tree / "repo/app"
    files = (app / "pkg/a.py", app / "config.json", tree / "repo/shared/s.txt", tree / "site-packages/dep/__init__.py")
    loaded = Loaded(
        files=tuple(map(str, files)),
        directories=(str(app / "cases"),),
        walked=(str(app / "tests"),),
        searched=(str(app / "missing"), str(app)),
    )
    return reader.read(loaded, ("FAST", "SLOW", "SHLVL"))


def again(reader: InputReader, inputs: Inputs) -> Inputs:
    return replace(reader, digests=Digests()).read_again(inputs, Seen())


def test_paths_do_not_depend_on_where_the_repository_and_the_packages_lie(inputs) -> None:
    assert sorted(inputs.files) == [
        "../shared/s.txt",
        "<site-packages>/dep/__init__.py",
        "<site-packages>/editable.pth",
        "config.json",
        "pkg/a.py",
    ]
    assert inputs.files["config.json"] == "missing"


def test_the_directories_that_hold_a_file_count_up_to_the_top_of_the_repository(inputs) -> None:
    assert sorted(inputs.directories) == [".", "..", "../shared", "pkg", "tests"]
    assert list(inputs.listed) == ["cases"]
    assert list(inputs.searched) == ["missing"]


@pytest.mark.parametrize("changed", ["site-packages", "no-packages"])
def test_two_directories_of_installed_packages_are_one_input(changed, reader, tree) -> None:
    (tree / "no-packages").mkdir()
    places = tuple(str(tree / name) for name in ("no-packages", "site-packages"))
    inputs = reader.read(Loaded(files=(), directories=(), walked=(), searched=places), ())
    assert list(inputs.searched) == ["<site-packages>"]
    assert again(reader, inputs) == inputs
    (tree / changed / "new.py").write_text("")
    assert again(reader, inputs).searched != inputs.searched


def test_our_own_files_are_no_input_although_pytest_lists_their_directory(reader, tree) -> None:
    ours = tree / "repo/app/baselines"
    ours.mkdir()
    listed = (str(ours), str(ours.parent))
    inputs = reader.read(Loaded(files=(), directories=listed, walked=listed, searched=()), ())
    (ours / "main.json").write_text('{"kind": "collectbench.run"}')
    assert again(reader, inputs) == inputs
    (ours / "data.json").write_text("{}")
    now = again(reader, inputs)
    assert all(now.listed[name] != inputs.listed[name] for name in ("baselines", "."))


def test_what_python_reads_itself_counts_and_what_shells_change_does_not(inputs) -> None:
    assert sorted(inputs.variables) == ["FAST", "LC_ALL", "SLOW"]
    assert inputs.variables["SLOW"] == "missing"
    assert len(inputs.variables["FAST"]) == 8


def test_the_hash_of_a_variable_depends_on_the_key(inputs, reader) -> None:
    other = replace(reader, key="0b").read(Loaded(files=(), directories=()), ("FAST",))
    assert other.variables["FAST"] != inputs.variables["FAST"]


def test_nothing_changed_is_read_as_nothing_changed(inputs, reader) -> None:
    assert again(reader, inputs) == inputs


def _write(path: str, text: str = "x"):
    def change(tree: Path) -> None:
        (tree / path).parent.mkdir(parents=True, exist_ok=True)
        (tree / path).write_text(text)

    return change


def _into_directory(tree: Path) -> None:
    (tree / "repo/app/tests/test_a.py").unlink()
    (tree / "repo/app/tests/test_a.py").mkdir()


CHANGES = {
    "a file": _write("repo/app/pkg/a.py"),
    "a file that was missing": _write("repo/app/config.json"),
    "a .pth file": _write("site-packages/editable.pth"),
    "a name in a collected directory": _write("repo/app/tests/notes.txt"),
    "a listed directory that was missing": _write("repo/app/cases/one.json"),
    "a file that became a directory": _into_directory,
    "a module in a directory above": _write("repo/app/conftest.py"),
    "a module at the top": _write("repo/setup.py"),
    "a directory at the top": _write("repo/lib/data.txt"),
    "a flag beside a file": _write("repo/app/pkg/fast.flag"),
    "a configuration file": _write("repo/app/tox.ini"),
    "a directory of sys.path that was missing": _write("repo/app/missing/mod.py"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_each_change_of_an_input_is_seen(change, inputs, reader, tree) -> None:
    change(tree)
    assert again(reader, inputs) != inputs


@pytest.mark.parametrize(
    "path",
    [
        "repo/app/pkg/__pycache__/a.pyc",
        "repo/app/tests/.pytest_cache/x",
        "repo/.git/index",
        "outside.py",
    ],
)
def test_names_that_nobody_looks_for_are_not_inputs(path, inputs, reader, tree) -> None:
    _write(path)(tree)
    assert again(reader, inputs) == inputs


@pytest.mark.parametrize("env", [{"FAST": "2"}, {}, {"FAST": "1", "SLOW": "1"}, {"FAST": "1", "LC_NUMERIC": "C"}])
def test_a_variable_that_was_read_is_seen_to_change(env, inputs, reader) -> None:
    assert again(replace(reader, env={"LC_ALL": "C", **env}), inputs) != inputs


def test_code_that_reads_all_variables_sees_each_new_one_but_those_of_shells(reader) -> None:
    everything = reader.read(Loaded(files=(), directories=()), ("",))
    assert "*" in everything.variables
    assert again(replace(reader, env={**reader.env, "NEW": ""}), everything) != everything
    assert again(replace(reader, env={**reader.env, "OLDPWD": "/"}), everything) == everything


def test_a_source_whose_bytecode_lies_in_a_directory_of_its_own_is_found(reader, tree) -> None:
    source = str(tree / "repo/app/pkg/a.py")
    prefixed = replace(reader, env={"PYTHONPYCACHEPREFIX": "/cache/"})
    read = prefixed.read(Loaded(files=(f"/cache{source}",), directories=()), ())
    assert "pkg/a.py" in read.files


def test_names_lead_to_inputs_also_without_links(reader, tree) -> None:
    app = tree / "repo/app"
    (app / "link").symlink_to("pkg")
    (app / "alias.py").symlink_to("pkg/a.py")
    names = reader.names_of(["link/a.py", "alias.py", "<site-packages>/dep/__init__.py"], Seen())
    assert names == {
        str(app / "link/a.py"): "link/a.py",
        str(app / "link"): "link/a.py",
        str(app / "pkg/a.py"): "alias.py",
        str(app / "alias.py"): "alias.py",
    }


def test_each_link_of_a_chain_leads_to_the_input(reader, tree) -> None:
    app = tree / "repo/app"
    (app / "real").mkdir()
    (app / "real/one.json").write_text("1")
    (app / "current").symlink_to("real")
    (app / "cases.json").symlink_to("current/one.json")
    places = ("cases.json", "current/one.json", "current", "real/one.json")
    assert reader.names_of(["cases.json"], Seen()) == {str(app / place): "cases.json" for place in places}
    (app / "circle").symlink_to("circle")
    assert str(app / "circle") in reader.names_of(["circle"], Seen())


def test_a_link_to_the_repository_leads_to_its_files_and_to_the_directories_beside_them(reader, tree) -> None:
    (tree / "elsewhere").symlink_to("repo")
    path = str(tree / "elsewhere/app/pkg/a.py")
    inputs = reader.read(Loaded(files=(path,), directories=()), ())
    assert str(tree / "repo/app/pkg/a.py") in reader.names_of(inputs.files, Seen())
    assert "pkg" in inputs.directories


def test_a_directory_that_cannot_be_listed_has_the_name_of_the_error(reader, tree, monkeypatch) -> None:
    def refuse(path):
        raise PermissionError

    monkeypatch.setattr(os, "scandir", refuse)
    read = reader.read(Loaded(files=(), directories=(str(tree),)), ())
    assert list(read.listed.values()) == ["PermissionError"]


def test_the_inputs_of_two_rounds_are_those_of_both(inputs) -> None:
    more = replace(inputs, files={"b.py": "1"}, variables={"NEW": "2"})
    both = joined([inputs, more])
    assert both is not None
    assert both.files == {**inputs.files, "b.py": "1"}
    assert both.variables == {**inputs.variables, "NEW": "2"}


@pytest.mark.parametrize("kind", ["files", "listed", "directories", "searched", "variables"])
def test_inputs_that_changed_between_rounds_or_are_unknown_for_one_are_unknown(kind, inputs) -> None:
    changed = replace(inputs, **{kind: dict.fromkeys(getattr(inputs, kind), "other")})
    assert joined([inputs, changed]) is None
    assert joined([inputs, None]) is None
    assert joined([]) is None


@pytest.mark.parametrize(
    ("name", "is_directory", "found"),
    [
        ("conftest.py", False, True),
        ("a.cpython-311.so", False, True),
        ("pkg-1.0.dist-info", True, True),
        ("pytest.ini", False, True),
        ("lib", True, True),
        ("LICENSE", False, False),
        ("README.md", False, False),
        ("my-notes", True, False),
    ],
)
def test_a_search_finds_modules_distributions_and_configuration(name, is_directory, found) -> None:
    assert is_found_by_search(name, is_directory=is_directory) is found
