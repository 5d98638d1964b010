"""The arms of each intervention, from a finding or from what the user typed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from collectbench.causes import CAUSES
from collectbench.experiments import INTERVENTIONS, NotTestableError, Setting
from collectbench.model.diagnosis import Finding, Location
from collectbench.model.fixes import Edit, Effect, Permit
from collectbench.model.intervention import NOTHING, Intervention

BY_ID = {kind.id: kind for kind in INTERVENTIONS}
MakeSetting = Callable[..., Setting]


def finding(cause: str, subject: str = "", *places: str) -> Finding:
    locations = [Location(path=path, line=int(line)) for path, _, line in (each.rpartition(":") for each in places)]
    return Finding(
        cause=cause,
        subject=subject,
        title="",
        evidence=(),
        locations=tuple(locations),
        estimated_saving_s=1.0,
        saving_alone_s=None,
        bound=False,
        fix="",
    )


@pytest.fixture
def setting(tmp_path: Path) -> MakeSetting:
    """Makes the setting of an experiment in a project at tmp_path; `edits` are those of each codemod."""

    def make(edits: Sequence[Edit] = (), **changes) -> Setting:
        (tmp_path / "work").mkdir(exist_ok=True)
        values = {
            "root": tmp_path,
            "work": tmp_path / "work",
            "addopts": (),
            "pytest_args": (),
            "variables": {},
            "read": Path.read_bytes,
            "rewrite": lambda codemod, names, paths: edits,
        }
        return Setting(**{**values, **changes})

    return make


def test_each_file_of_an_intervention_is_listed_once() -> None:
    folder = Path(__file__).parents[3] / "collectbench" / "experiments"
    with_kind = {path.stem for path in folder.glob("*.py") if "INTERVENTION = Kind(" in path.read_text()}
    assert {kind.id.replace("-", "_") for kind in INTERVENTIONS} == with_kind
    assert len(BY_ID) == len(INTERVENTIONS)


def test_each_tested_cause_exists_and_each_kind_documents_what_it_changes_and_shows() -> None:
    known = {cause.id for cause in CAUSES}
    for kind in INTERVENTIONS:
        assert kind.causes <= known, kind.id
        assert "What it changes:" in kind.doc
        assert "Shows:" in kind.doc
        assert kind.title


@pytest.mark.parametrize(
    ("kind", "found", "argument"),
    [
        ("imports-deferred", finding("heavy-import", "pandas", "tests/test_a.py:3"), "pandas"),
        ("imports-deferred", finding("plugin-import", "mine: pandas", "mine.py:3"), "pandas"),
        ("imports-deferred", finding("plugin-import", "cov"), None),
        ("imports-deferred", finding("plugin-import", "slow", "pytest.ini:2"), None),
        ("plugin-off", finding("plugin-import", "cov"), "cov"),
        ("plugin-off", finding("plugin-import", "mine: pandas"), None),
        ("hook-off", finding("slow-modifyitems", "x", "c.py:3"), "pytest_collection_modifyitems@c.py:3"),
        ("hook-off", finding("slow-modifyitems", "x"), None),
        ("wait-skipped", finding("module-level-wait", "x", "a.py:3"), "a.py:3"),
        ("path-ignored", finding("traversal", "tests/data"), "tests/data"),
        ("exports-lazy", finding("package-exports", "kit", "kit/__init__.py:1"), "kit/__init__.py"),
        ("exports-lazy", finding("package-exports", "kit", "test_a.py:1"), None),
        ("options-changed", finding("assert-rewriting"), "--assert=plain"),
        ("classes-unmarked", finding("non-test-class", "TestHelper"), "TestHelper"),
        ("collector-paused", finding("gc-passes"), ""),
    ],
)
def test_a_finding_gives_the_argument(kind, found, argument) -> None:
    assert BY_ID[kind].argument(found) == argument


@pytest.mark.parametrize(
    ("kind", "argument", "base"),
    [
        ("collector-paused", "", Intervention(actions=(("collector", "kept"),))),
        ("collector-frozen", "", Intervention(actions=(("collector", "frozen"),))),
        ("collector-unfrozen", "", Intervention(actions=(("collector", "unfrozen"),))),
        ("tracebacks-native", "", Intervention(pytest_args=("--tb=native",))),
        ("autoload-off", "", Intervention(env={"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"})),
        ("options-changed", "-o 'python_files=a b'", Intervention(pytest_args=("-o", "python_files=a b"))),
    ],
)
def test_some_are_the_same_in_every_project(setting, kind, argument, base) -> None:
    assert BY_ID[kind].arms(argument, setting()).base == base


def test_freezing_is_compared_with_a_collector_that_is_off_while_collecting(setting) -> None:
    assert BY_ID["collector-frozen"].arms("", setting()).head == BY_ID["collector-paused"].arms("", setting()).base
    assert BY_ID["collector-frozen"].extends == "collector-paused"
    assert BY_ID["collector-unfrozen"].arms("", setting()).head == NOTHING


def test_only_changes_that_no_fix_makes_are_bounds(setting) -> None:
    assert BY_ID["options-changed"].arms("--assert=plain", setting()).bound
    assert not BY_ID["options-changed"].arms("-o filterwarnings=", setting()).bound


def test_both_arms_serve_the_same_files(setting, tmp_path) -> None:
    permit = Permit(effect=Effect.WARNING_GONE, path="")
    edit = Edit(path="tests/test_a.py", before=b"old", after=b"new", permits=(permit,))
    for kind in ("imports-deferred", "exports-lazy", "classes-unmarked"):
        arms = BY_ID[kind].arms("x", setting([edit]))
        there = str(tmp_path / "tests" / "test_a.py")
        assert arms.base == Intervention(served={there: b"new"})
        assert arms.head == Intervention(served={there: b"old"})
        assert arms.permits == (permit,)


def test_several_modules_are_deferred_at_once(setting) -> None:
    asked = []

    def rewrite(codemod, names, paths):
        asked.append((codemod, tuple(names), tuple(paths)))
        return [Edit(path="a.py", before=b"", after=b"x")]

    BY_ID["imports-deferred"].arms("pandas,scipy", setting(rewrite=rewrite))
    assert asked == [("heavy-import", ("pandas", "scipy"), ())]


@pytest.mark.parametrize("edits", [(), (Edit(path="new.py", before=None, after=b"x"),)], ids=["none", "a new file"])
def test_edits_that_cannot_be_served_are_no_experiment(setting, edits) -> None:
    with pytest.raises(NotTestableError):
        BY_ID["imports-deferred"].arms("x", setting(edits))


def test_a_plugin_is_blocked_and_taken_out_wherever_it_is_named(setting) -> None:
    arms = BY_ID["plugin-off"].arms(
        "slow",
        setting(
            addopts=("-p", "slow", "-q", "-pslow", "-p"),
            pytest_args=("-p", "slow", "-p", "other"),
            variables={"PYTEST_ADDOPTS": "-p slow -v", "PYTEST_PLUGINS": "slow"},
        ),
    )
    assert arms.base == Intervention(
        pytest_args=("-o", "addopts=-q -p", "-p", "no:slow"),
        user_args=("-p", "other"),
        env={"PYTEST_ADDOPTS": "-v", "PYTEST_PLUGINS": None},
        actions=(("absent", "slow"),),
    )


def test_an_installed_plugin_is_only_blocked(setting) -> None:
    arms = BY_ID["plugin-off"].arms("cov", setting(addopts=("-q",), variables={"PYTEST_ADDOPTS": "'"}))
    assert arms.base.pytest_args == ("-p", "no:cov")
    assert arms.base.env == {}


def test_a_hook_is_found_by_the_real_path_of_its_file(setting, tmp_path) -> None:
    arms = BY_ID["hook-off"].arms("pytest_generate_tests@c.py:3", setting())
    assert arms.base.actions == (("without-hook", "pytest_generate_tests", str(tmp_path.resolve() / "c.py"), 3),)


@pytest.mark.parametrize(
    ("kind", "argument"),
    [
        ("hook-off", "c.py:3"),
        ("hook-off", "pytest_generate_tests@c.py"),
        ("wait-skipped", "c.py"),
        ("wait-skipped", "missing.py:3"),
        ("options-changed", "'"),
        ("options-changed", " "),
    ],
)
def test_an_argument_of_another_form_is_no_experiment(setting, kind, argument) -> None:
    with pytest.raises(NotTestableError):
        BY_ID[kind].arms(argument, setting())


def test_a_file_that_fails_may_be_missing_among_the_errors_and_a_directory_may_not(setting, tmp_path) -> None:
    (tmp_path / "test_bad.py").touch()
    ignored = BY_ID["path-ignored"].arms("test_bad.py", setting())
    assert ignored.base.pytest_args == (f"--ignore={tmp_path / 'test_bad.py'}",)
    assert ignored.permits == (Permit(effect=Effect.ERROR_GONE, path="test_bad.py"),)
    assert ignored.bound
    assert BY_ID["path-ignored"].arms("data", setting()).permits == ()


def test_bytecode_goes_to_a_directory_of_its_own(setting, tmp_path) -> None:
    arms = BY_ID["bytecode-kept"].arms("", setting())
    assert arms.base.env == {
        "PYTHONDONTWRITEBYTECODE": None,
        "PYTHONPYCACHEPREFIX": str(tmp_path / "work" / "bytecode"),
    }
