"""The arms of each intervention, from a finding or from what the user typed."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from collectbench.causes import CAUSES, skipped_import
from collectbench.causes.surroundings import Surroundings
from collectbench.experiments import INTERVENTIONS, NotTestableError, Setting
from collectbench.model.diagnosis import Finding, Location
from collectbench.model.fixes import Edit, Effect, Permit
from collectbench.model.intervention import NOTHING, Intervention
from collectbench.model.registrations import RepeatedIds
from imported_sources import SITE, Project
from made_evidence import INSPECTION, ROOT, collected, evidence, imported
from made_evidence import findings as findings_of

BY_ID = {kind.id: kind for kind in INTERVENTIONS}
MODIFY = "pytest_collection_modifyitems"
MakeSetting = Callable[..., Setting]


def finding(cause: str, subject: str = "", *places: str, **changes: object) -> Finding:
    locations = [Location(path=path, line=int(line)) for path, _, line in (each.rpartition(":") for each in places)]
    found = Finding(
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
    return replace(found, **changes)


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
            "evidence": evidence,
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
    ("kind", "found", "arguments"),
    [
        ("imports-deferred", finding("heavy-import", "pandas", "tests/test_a.py:3"), ["pandas"]),
        ("imports-deferred", finding("plugin-import", "mine: pandas", "mine.py:3"), ["pandas"]),
        ("imports-deferred", finding("plugin-import", "cov"), []),
        ("imports-deferred", finding("plugin-import", "slow", "pytest.ini:2"), []),
        ("plugin-off", finding("plugin-import", "cov"), ["cov"]),
        ("plugin-off", finding("plugin-import", "mine: pandas"), []),
        ("plugin-off", finding("plugin-chain", "mine: pandas"), ["mine"]),
        ("plugin-off", finding("plugin-hooks", "pytest_itemcollected in conftest.py", "conftest.py:3"), []),
        ("hook-off", finding("slow-modifyitems", f"{MODIFY} in c.py", "c.py:3", "c.py:4"), [f"{MODIFY}@c.py:3"]),
        ("hook-off", finding("slow-modifyitems", f"{MODIFY} in c.py"), []),
        (
            "hook-off",
            finding("plugin-hooks", "pytest_itemcollected in c.py", "c.py:3"),
            ["pytest_itemcollected@c.py:3"],
        ),
        ("hook-off", finding("plugin-hooks", "cov", "c.py:3"), []),
        ("hook-off", finding("superlinear", "pytest itself"), []),
        ("wait-skipped", finding("module-level-wait", "x", "a.py:3"), ["a.py:3"]),
        ("calls-remembered", finding("module-level-io", "x", "a.py:3", "b.py:4"), ["a.py:3"]),
        ("calls-remembered", finding("custom-collector", "X", "c.py:0", "c.py:9", "d.py:4"), ["c.py:9", "d.py:4"]),
        ("calls-remembered", finding("slow-ids", "<lambda>()", "a.py:3"), ["a.py:3"]),
        ("calls-remembered", finding("first-caller", "f()", "f.py:3", "a.py:1", "b.py:1"), ["a.py:1,b.py:1"]),
        ("calls-remembered", finding("first-caller", "f()", *(f"f.py:{line}" for line in range(1, 21))), []),
        ("path-ignored", finding("traversal", "tests/data"), ["tests/data"]),
        ("path-ignored", finding("failing-file", "test_a.py", "test_a.py:3"), ["test_a.py"]),
        ("path-ignored", finding("failing-file", "2 files", "test_a.py:3", "test_b.py:3"), []),
        ("exports-lazy", finding("package-exports", "kit", "kit/__init__.py:1"), ["kit/__init__.py"]),
        ("exports-lazy", finding("package-exports", "kit", "test_a.py:1"), []),
        ("options-changed", finding("assert-rewriting"), ["--assert=plain"]),
        ("options-changed", finding("coverage-tracing", command="python -m pytest --no-cov"), ["--no-cov"]),
        ("options-changed", finding("coverage-tracing"), []),
        ("options-changed", finding("long-sys-path", "test directories"), ["--import-mode=importlib"]),
        ("options-changed", finding("long-sys-path", "pythonpath"), []),
        ("search-path-pruned", finding("long-sys-path", "test directories"), []),
        ("search-path-pruned", finding("long-sys-path", "pythonpath"), [""]),
        ("classes-unmarked", finding("non-test-class", "TestHelper"), ["TestHelper"]),
        ("collector-unfrozen", finding("gc-passes"), [""]),
        ("collector-frozen-longer", finding("final-gc"), [""]),
        ("module-lazy", finding("shared-import", "pandas", "a.py:3", "b.py:4"), ["pandas"]),
        ("exit-function-off", finding("exit-work", "close()", "c.py:6"), ["c.py:6"]),
        ("exit-function-off", finding("exit-work", "Thread-1", "c.py:6"), []),
        ("thread-daemonic", finding("exit-work", "Thread-1", "c.py:6"), ["c.py:6"]),
        ("thread-daemonic", finding("exit-work", "close()", "c.py:6"), []),
        ("thread-daemonic", finding("exit-work", "processes", "c.py:6"), []),
        ("name-shared", finding("double-import", "app.models = src.app.models"), ["app.models:src.app.models"]),
        ("pattern-narrowed", finding("broad-python-files", "python_files *.py"), ["*.py"]),
        (
            "launcher-skipped",
            finding("launcher", "bin/python", command="'/my env/python' -m pytest"),
            ["/my env/python"],
        ),
        (
            "start-line-off",
            finding("interpreter-start", "x.pth", "<site-packages>/x.pth:2"),
            ["<site-packages>/x.pth:2"],
        ),
        ("start-line-off", finding("interpreter-start", "s", "start/sitecustomize.py:0"), ["start/sitecustomize.py"]),
        ("models-deferred", finding("schema-build", "pydantic in app"), [""]),
        ("models-deferred", finding("schema-build", "attrs in app"), []),
    ],
)
def test_a_finding_gives_the_arguments(kind, found, arguments) -> None:
    assert list(BY_ID[kind].arguments(found)) == arguments


def test_the_title_of_a_file_that_is_skipped_names_the_module() -> None:
    """It is the title that the cause gives."""
    path = "tests/test_a.py"
    project = Project(
        files={f"{SITE}/heavy.py": "", path: "import heavy\n"}, cost_s={f"{SITE}/heavy.py": 2.0}, tests=(path,)
    )
    about = project.evidence(collectors=[collected(0, -1, path)], skipped=((path, 3),))
    (real,) = findings_of(skipped_import.CAUSE, about)
    assert real.subject == path
    assert BY_ID["imports-deferred"].arguments(real) == ("heavy",)


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


def test_the_arms_of_the_collector_are_compared_with_the_project_and_the_end_of_the_process_by_itself(setting) -> None:
    arms = {kind: BY_ID[f"collector-{kind}"].arms("", setting()) for kind in ("paused", "unfrozen", "frozen")}
    assert [each.head for each in arms.values()] == [NOTHING] * 3
    longer = BY_ID["collector-frozen-longer"].arms("", setting())
    assert (longer.base, longer.head) == (arms["frozen"].base, arms["unfrozen"].base)
    assert longer.risks_exit
    assert arms["frozen"].risks_exit
    assert BY_ID["collector-frozen-longer"].extends == "collector-unfrozen"


def test_only_changes_that_no_fix_makes_are_bounds(setting) -> None:
    assert BY_ID["hook-off"].arms("pytest_x@c.py:3", setting()).bound
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
    assert arms.head == Intervention(actions=(("present", "slow"),))


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
        ("path-ignored", "missing"),
        ("name-shared", "app.models"),
        ("name-shared", "app:app"),
        ("exit-function-off", "close()"),
        ("thread-daemonic", "c.py"),
        ("launcher-skipped", "/missing/python"),
        ("start-line-off", "missing.pth:1"),
        ("start-line-off", "c.py"),
        ("start-line-off", "c.pth:2"),
        ("parameters-capped", "test_a.py"),
        ("pattern-narrowed", "*.py"),
        ("paths-selected", ""),
        ("search-path-pruned", ""),
        ("hook-off", "c.py:3"),
        ("hook-off", "pytest_generate_tests@c.py"),
        ("wait-skipped", "c.py"),
        ("wait-skipped", "missing.py:3"),
        ("options-changed", "'"),
        ("options-changed", " "),
    ],
)
def test_an_argument_of_another_form_is_no_experiment(setting, tmp_path, kind, argument) -> None:
    (tmp_path / "c.pth").write_text("one\n")
    with pytest.raises(NotTestableError):
        BY_ID[kind].arms(argument, setting())


def test_a_file_that_fails_may_be_missing_among_the_errors_and_a_directory_may_not(setting, tmp_path) -> None:
    (tmp_path / "test_bad.py").touch()
    (tmp_path / "data").mkdir()
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


def test_paths_outside_of_the_root_are_found_where_documents_say(setting, tmp_path) -> None:
    installed = tmp_path / "site"
    installed.mkdir()
    (installed / "plug.py").touch()
    about = evidence()
    places = replace(about.places, site_packages=("/missing", str(installed)), stdlib=("/usr/lib/python3",))
    about = replace(about, attribution=replace(about.attribution, places=places))
    made = setting(evidence=lambda: about)
    assert made.resolved("<site-packages>/plug.py") == installed.resolve() / "plug.py"
    assert made.resolved("/elsewhere/a.py") == Path("/elsewhere/a.py")
    assert made.resolved("a.py") == tmp_path.resolve() / "a.py"
    assert made.resolved("<stdlib>/missing.py").name == "missing.py"


def test_several_paths_are_ignored_at_once_and_one_with_a_comma_is_one(setting, tmp_path) -> None:
    for name in ("data", "more", "a,b"):
        (tmp_path / name).mkdir()
    ignored = BY_ID["path-ignored"].arms("data,more", setting())
    assert ignored.base.pytest_args == (f"--ignore={tmp_path / 'data'}", f"--ignore={tmp_path / 'more'}")
    assert BY_ID["path-ignored"].arms("a,b", setting()).base.pytest_args == (f"--ignore={tmp_path / 'a,b'}",)


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        ('collect_ignore_glob = ["generated/*", "old/**/x_*.py", "*_skip.py"]', ["tests/generated,tests/old"]),
        ('collect_ignore_glob = ["*_skip.py"]', []),
        ("collect_ignore_glob = [", []),
    ],
)
def test_the_directories_that_patterns_begin_with_are_ignored(text, arguments) -> None:
    there = Location(path="tests/conftest.py", line=1, text=text)
    found = finding("ignore-glob-walk", locations=(there,))
    assert list(BY_ID["path-ignored"].arguments(found)) == arguments


def test_several_lines_are_remembered_at_once(setting, tmp_path) -> None:
    (tmp_path / "a.py").write_text("X = f()\nY = g()\n")
    (tmp_path / "b.py").write_text("Z = h()\n")
    arms = BY_ID["calls-remembered"].arms("a.py:1,a.py:2,b.py:1", setting())
    a, b = (arms.base.served[str(tmp_path.resolve() / name)].decode() for name in ("a.py", "b.py"))
    assert [f"__collectbench_put__({number}, " in text for number, text in ((0, a), (1, a), (2, b))] == [True] * 3
    assert arms.head.served[str(tmp_path.resolve() / "b.py")] == b"Z = h()\n"


def test_waits_and_calls_have_values_of_their_own(setting, tmp_path) -> None:
    """So that both go together: each has numbers from 0."""
    (tmp_path / "a.py").write_text("X = f()\n")
    texts = [
        BY_ID[kind].arms("a.py:1", setting()).base.served[str(tmp_path.resolve() / "a.py")]
        for kind in ("wait-skipped", "calls-remembered")
    ]
    assert [b"__collectbench_get_wait__(0)" in text for text in texts] == [True, False]


def test_doctests_may_go_and_tests_of_the_same_files_may_not(setting) -> None:
    collectors = [
        collected(0, -1, "app.py", type="DoctestModule"),
        collected(1, -1, "test_a.py", type="DoctestModule"),
        collected(2, -1, "test_a.py"),
    ]
    arms = BY_ID["doctests-off"].arms("", setting(evidence=lambda: evidence(collectors=collectors)))
    assert arms.bound
    assert arms.permits == (
        Permit(effect=Effect.ID_LOST, path="app.py"),
        Permit(effect=Effect.ERROR_GONE, path="app.py"),
        Permit(effect=Effect.ID_LOST, path="test_a.py", subject="test_a."),
    )


def test_a_narrow_pattern_still_fits_each_file_with_tests(setting) -> None:
    collectors = [collected(0, -1, "tests/check_a.py"), collected(1, -1, "tests/test_b.py")]
    collectors.append(collected(2, -1, "tests/support.py", items=0))
    inspection = replace(INSPECTION, patterns=("*.py", "spec_*.py"))
    about = evidence(collectors=collectors, inspection=inspection)
    arms = BY_ID["pattern-narrowed"].arms("*.py", setting(evidence=lambda: about))
    assert arms.base.pytest_args == ("-o", "python_files='test_*.py' '*_test.py' 'spec_*.py' check_a.py")
    arms = BY_ID["pattern-narrowed"].arms("spec_*.py", setting(evidence=lambda: about))
    assert arms.base.pytest_args == ("-o", "python_files='*.py'")


def test_the_files_with_a_selected_test_take_the_place_of_the_paths(setting) -> None:
    collectors = [collected(number, -1, f"tests/test_{name}.py") for number, name in enumerate("abc")]
    deselected = (("tests/test_a.py", 3), ("tests/test_b.py", 1))
    about = evidence(collectors=collectors, deselected=deselected)
    arms = BY_ID["paths-selected"].arms("", setting(root=Path(ROOT), evidence=lambda: about))
    assert arms.base == Intervention(paths=("tests/test_b.py", "tests/test_c.py"))


@pytest.mark.parametrize(
    ("names", "prefixes"),
    [
        ("app.models:src.app.models", ("", "src")),
        ("src.app.models:app.models", ("", "src")),
        ("conftest:tests.conftest", ("", "tests")),
        ("one.app.models:two.app.models", ("one", "two")),
        ("a:b", ("a", "b")),
    ],
)
def test_two_names_of_a_module_tell_the_packages_that_differ(setting, names, prefixes) -> None:
    assert BY_ID["name-shared"].arms(names, setting()).base.actions == (("name-shared", *prefixes),)


def test_only_directories_with_a_module_that_was_loaded_stay_in_the_search_path(setting, tmp_path) -> None:
    imports = [
        imported(0, -1, "a.b", path=str(tmp_path / "first" / "a" / "b.py")),
        imported(1, -1, "c", path=str(tmp_path / "second" / "c" / "__init__.py")),
        imported(2, -1, "built_in", path=""),
    ]
    settings = Surroundings(settings={"pythonpath": ["unused", "first", "."]})
    inspection = replace(INSPECTION, inifile=tmp_path / "pytest.ini")
    about = evidence(imports=imports, inspection=inspection, fields={"surroundings": settings})
    variables = {"PYTHONPATH": os.pathsep.join(("unused", str(tmp_path / "second")))}
    arms = BY_ID["search-path-pruned"].arms("", setting(evidence=lambda: about, variables=variables))
    assert arms.base == Intervention(
        pytest_args=("-o", "pythonpath=first"), env={"PYTHONPATH": str(tmp_path / "second")}
    )
    as_text = replace(about, surroundings=Surroundings(settings={"pythonpath": "first unused"}))
    arms = BY_ID["search-path-pruned"].arms("", setting(evidence=lambda: as_text))
    assert arms.base == Intervention(pytest_args=("-o", "pythonpath=first"))


def test_one_set_of_parameters_is_a_bound_with_other_ids(setting) -> None:
    arms = BY_ID["parameters-capped"].arms("test_a.py::TestIt::test_many", setting())
    assert arms.base.actions == (("parameters-capped", "test_a.py::TestIt::test_many"),)
    assert arms.permits == (Permit(effect=Effect.ID_LOST, path="test_a.py", subject="::TestIt::test_many["),)
    assert arms.bound


def test_ids_of_their_own_are_lost_and_gained_for_the_tests_with_equal_ones(setting) -> None:
    repeated = RepeatedIds(nodeid="test_a.py::test_many", ids=9, repeated=9, example="same")
    arms = BY_ID["ids-given"].arms("", setting(evidence=lambda: evidence(repeated_ids=(repeated,))))
    assert arms.permits == tuple(
        Permit(effect=effect, path="test_a.py", subject="::test_many[") for effect in (Effect.ID_LOST, Effect.ID_GAINED)
    )


def test_both_arms_start_python_in_the_same_way_but_for_one_line(setting, tmp_path) -> None:
    (tmp_path / "x.pth").write_text("path\n import heavy \n")
    arms = BY_ID["start-line-off"].arms("x.pth:2", setting())
    assert arms.base == Intervention(python_args=("-S",), actions=(("start", "import heavy"),))
    assert arms.head == Intervention(python_args=("-S",), actions=(("start", ""),))
    arms = BY_ID["start-line-off"].arms("start/sitecustomize.py", setting())
    assert arms.base.actions == (("start", "sitecustomize"),)


def test_the_interpreter_itself_takes_the_place_of_the_launcher(setting, tmp_path) -> None:
    program = tmp_path / "python"
    program.touch(mode=0o755)
    assert BY_ID["launcher-skipped"].arms(str(program), setting()).base == Intervention(python=(str(program),))


@pytest.mark.parametrize(
    ("kind", "argument", "action"),
    [
        ("failures-remembered", "broken", ("failures", "broken")),
        ("finder-off", "conftest.Finder", ("finder-off", "conftest.Finder")),
        ("models-deferred", "", ("models-deferred",)),
    ],
)
def test_some_are_one_action_of_the_process(setting, kind, argument, action) -> None:
    arms = BY_ID[kind].arms(argument, setting())
    assert (arms.base, arms.head, arms.bound) == (Intervention(actions=(action,)), NOTHING, False)


@pytest.mark.parametrize("kind", ["exit-function-off", "thread-daemonic"])
def test_lines_are_found_by_the_real_path_of_their_file(setting, tmp_path, kind) -> None:
    there = str(tmp_path.resolve() / "c.py")
    assert BY_ID[kind].arms("c.py:6", setting()).base.actions == ((kind, there, 6),)
