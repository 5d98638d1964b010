"""pytest starts where the user is, as `python -m pytest` there would; names and paths are relative to its rootdir."""

from __future__ import annotations

import json
import subprocess
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from collectbench.store.baselines import load_run

TWO_TESTS = "import app\nopen('data/a.json').close()\ndef test_one(): pass\ndef test_two(): pass\n"
SERVICES = {
    "pytest.ini": "[pytest]\ntestpaths = services\n",
    "conftest.py": "ROOT = 1\n",
    "services/api/conftest.py": "import app\n",
    "services/api/app.py": "",
    "services/api/data/a.json": "{}\n",
    "services/api/tests/test_api.py": TWO_TESTS,
    "services/api/tests/old/test_old.py": "def test_old(): pass\n",
    "services/web/conftest.py": "",
    "services/web/tests/test_web.py": "def test_web(): pass\n",
}
IN_API = "services/api"


@pytest.fixture
def services(write_suite) -> Path:
    """A repository of two services; the tests of one open a file, and import a module, where they are started."""
    return write_suite(SERVICES)


def digest(ids: list[str]) -> str:
    return sha256("".join(f"{i}\n" for i in sorted(ids)).encode()).hexdigest()


def results(done: Any) -> dict[str, Any]:
    """The results of a run on stdout, by name, and the suite's."""
    assert done.returncode == 0, done.stderr
    run = json.loads(done.stdout)
    return {target["name"]: target for target in (*run["targets"], *([run["suite"]] if run["suite"] else []))}


def test_in_a_folder_below_the_rootdir_the_same_tests_are_found_as_by_pytest(
    run_cli, services, plain_python, node_ids
) -> None:
    options = ("--python", plain_python, "--rounds", "1", "--warmup", "0", "--format", "json")
    found = results(run_cli("baseline", *options, cwd=services / IN_API))
    everything = node_ids(plain_python, services / IN_API)
    assert everything == [
        "services/api/tests/old/test_old.py::test_old",
        "services/api/tests/test_api.py::test_one",
        "services/api/tests/test_api.py::test_two",
    ]
    assert {name: result["paths"] for name, result in found.items()} == {
        "services/api/tests": ["services/api/tests"], "suite": [],
    }  # fmt: skip
    assert {result["nodeids_sha256"] for result in found.values()} == {digest(everything)}
    assert {result["status"] for result in found.values()} == {"ok"}
    stored = load_run(services / "baselines" / "main.json")
    assert stored.suite is not None
    assert "services/api/conftest.py" in {site.path for site in stored.suite.imports}
    assert not (services / IN_API / ".pytest_cache").exists()


PLACES = {
    "all of a service": (IN_API, (), ()),
    "a folder of it": (IN_API, ("tests/old",), ()),
    "a file of it": (IN_API, ("tests/test_api.py",), ()),
    "a folder beside it": (IN_API, ("../web/tests",), ()),
    "the folder itself": (IN_API, (".",), ()),
    "a folder between": ("services", ("web",), ()),
    "a folder ignored from here": (IN_API, (), ("--ignore=tests/old",)),
    "another rootdir, which is here": (IN_API, (), ("--rootdir=.",)),
    "another rootdir, which is above": (IN_API, (), ("--rootdir", "..")),
    "a configuration file below": (".", ("services/web",), ("-c", "services/api/own.ini")),
    "a configuration file above": (IN_API, (), ("-c", "../../pytest.ini")),
}


REPEATED = ("a file of it", "the folder itself", "another rootdir, which is here")
"""Places whose way is that of others: a path below, one that is no other, a rootdir that is given."""


@pytest.mark.parametrize(
    ("folder", "targets", "arguments"),
    [
        pytest.param(*place, id=name, marks=[pytest.mark.long] if name in REPEATED else [])
        for name, place in PLACES.items()
    ],
)
def test_the_node_ids_are_those_of_pytest_in_the_same_place(
    run_cli, services, quick, node_ids, folder, targets, arguments
) -> None:
    (services / IN_API / "own.ini").write_text("[pytest]\npython_functions = test_w*\n")
    cwd = services / folder
    done = run_cli("baseline", *targets, "--depth", "0", *quick, "--format", "json", "--", *arguments, cwd=cwd)
    (result,) = results(done).values()
    expected = node_ids(quick[1], cwd, *arguments, *targets)
    assert expected
    assert (result["counts"]["items"], result["nodeids_sha256"]) == (len(expected), digest(expected))
    assert not Path(result["name"]).is_absolute()


def test_in_a_folder_that_is_reached_through_a_link_pytest_starts_where_it_would(
    run_cli, services, quick, node_ids, tmp_path
) -> None:
    (tmp_path / "link").symlink_to(services / IN_API)
    done = run_cli("baseline", *quick, "--format", "json", cwd=tmp_path / "link")
    expected = node_ids(quick[1], tmp_path / "link")
    assert {name: result["nodeids_sha256"] for name, result in results(done).items()} == {
        "services/api/tests": digest(expected)
    }


def test_testpaths_of_the_rootdir_do_not_count_in_a_folder_below(run_cli, services, plain_python) -> None:
    (services / "pytest.ini").write_text("[pytest]\ntestpaths = services/web\n")
    (services / IN_API / "services" / "web").mkdir(parents=True)
    done = run_cli("targets", "--python", plain_python, "--format", "json", cwd=services / IN_API)
    assert [target["name"] for target in json.loads(done.stdout)["targets"]] == ["services/api/tests"]


def test_a_name_that_was_shown_is_a_target_in_the_same_place(run_cli, services, quick) -> None:
    done = run_cli("baseline", "services/api/tests", *quick, "--format", "json", cwd=services / IN_API)
    assert list(results(done)) == ["services/api/tests"]


def test_a_dry_run_shows_the_folder_and_paths_from_there(run_cli, services, plain_python, child_commands) -> None:
    done = run_cli("targets", "../web", "--dry-run", "--python", plain_python, cwd=services / IN_API)
    assert done.stdout.startswith(f"# in {services / IN_API}, ")
    assert child_commands(done.stdout)["services/web"][-1] == "../web"
    whole = run_cli("targets", "--dry-run", "--python", plain_python, cwd=services / IN_API)
    assert child_commands(whole.stdout)["suite"][-1] == "--continue-on-collection-errors"


def test_a_part_that_is_split_ignores_its_folders_from_there(run_cli, services, quick) -> None:
    done = run_cli("baseline", "tests", "--depth", "1", *quick, "--format", "json", cwd=services / IN_API)
    found = {name: result["counts"]["items"] for name, result in results(done).items()}
    assert found == {"services/api/tests/old": 1, "services/api/tests/*": 2}


def test_a_profile_of_a_folder_below_counts_all_files_of_the_rootdir_as_the_project(
    run_cli, services, plain_python
) -> None:
    (services / "conftest.py").write_text("import shared_by_all\nN = sum(range(3_000_000))\n")
    (services / "shared_by_all.py").write_text("print(open(__file__).read(0), end='')\n")
    options = ("--python", plain_python, "--rounds", "1", "--warmup", "0", "--format", "json")
    done = run_cli("profile", "tests", *options, cwd=services / IN_API)
    assert done.returncode == 0, done.stderr
    profile = json.loads(done.stdout)
    assert profile["target"] == "services/api/tests"
    origins = {module["path"]: module["origin"] for module in profile["imports"]}
    assert origins["services/api/app.py"] == origins["shared_by_all.py"] == "first-party"
    assert origins["services/api/tests/test_api.py"] == "test"
    assert "shared_by_all.py" in {event["path"] for event in profile["events"]}
    assert "conftest.py" in {line["path"] for line in profile["lines"]}


def test_files_that_tests_make_above_the_folder_are_removed(run_cli, services, quick) -> None:
    (services / "conftest.py").write_text("import pathlib\n(pathlib.Path(__file__).parent / 'made').mkdir()\n")
    results(run_cli("baseline", *quick, "--format", "json", cwd=services / IN_API))
    assert not (services / "made").exists()


@pytest.fixture
def configured(services) -> Path:
    """The same with a configuration at the top, and a configuration of pytest in one service."""
    (services / "collectbench.toml").write_text("[targets.web]\npaths = ['services/web']\n")
    (services / IN_API / "own.ini").write_text("[pytest]\n")
    return services


def test_a_configured_project_starts_in_the_folder_of_its_configuration_and_says_so(
    run_cli, configured, quick, child_commands
) -> None:
    note = f"note: pytest starts in {configured}, the directory of collectbench.toml\n"
    there = "import os\nopen('services/web/conftest.py').close()\nassert os.environ['PWD'] == os.getcwd()\n"
    (configured / "services" / "web" / "conftest.py").write_text(there)
    here = configured / IN_API
    done = run_cli("baseline", *quick, "--format", "json", cwd=here, env={"PWD": str(here)})
    assert list(results(done)) == ["web"]
    assert note in done.stderr
    shown = run_cli("targets", "tests", "--dry-run", *quick[:2], cwd=configured / IN_API)
    assert shown.stderr == note
    assert shown.stdout.startswith(f"# in {configured}, ")
    assert child_commands(shown.stdout)["services/api/tests"][-1] == "services/api/tests"
    assert run_cli("targets", *quick[:2], "--quiet", cwd=configured / IN_API).stderr == ""
    assert run_cli("targets", *quick[:2], cwd=configured).stderr == ""


def test_a_path_for_pytest_that_only_the_current_folder_has_is_refused(run_cli, configured, quick) -> None:
    refused = run_cli("baseline", *quick, "--", "-c", "own.ini", cwd=configured / IN_API)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "-- own.ini: this path exists in the current directory, but pytest starts in" in refused.stderr
    assert "give services/api/own.ini" in refused.stderr
    done = run_cli("targets", *quick[:2], "--", "-c", "services/api/own.ini", cwd=configured / IN_API)
    assert done.returncode == 0, done.stderr


def environment_of(file: Path) -> dict[str, Any]:
    return json.loads(file.read_text())["environment"]


def in_shell(command: str, cwd: Path) -> Path:
    """The folder in which a shell is after a command."""
    done = subprocess.run(["sh", "-c", f"{command} && pwd -P"], cwd=cwd, capture_output=True, text=True, check=True)
    return Path(done.stdout.strip())


def test_a_baseline_of_another_folder_is_refused_with_the_way_there(run_cli, services, quick) -> None:
    api = services / IN_API
    options = (*quick, "--baseline-dir", services / "kept")
    assert run_cli("baseline", *options, cwd=api).returncode == 0
    stored = services / "kept" / "main.json"
    assert environment_of(stored)["started_in"] == "services/api"
    assert environment_of(stored)["pytest_config"] == "pytest.ini"
    before = stored.read_bytes()
    for command in ("compare", "baseline"):
        refused = run_cli(command, "services/api", *options, cwd=services)
        assert (refused.returncode, refused.stdout) == (6, "")
        assert "pytest was started in services/api for it, and here in the rootdir. Go there:" in refused.stderr
        (way,) = [line for line in refused.stderr.splitlines() if line.startswith("  cd ")]
        assert in_shell(way, services) == api
    assert stored.read_bytes() == before
    assert run_cli("compare", *options, "--margin", "10000%", cwd=api).returncode == 0
    allowed = run_cli("compare", "services/api/tests", *options, "--allow-mismatch", "--format", "json", cwd=services)
    assert "directory in which pytest starts: services/api -> ." in " ".join(json.loads(allowed.stdout)["notes"])

    assert run_cli("baseline", *options, "--force", cwd=services).returncode == 0
    assert environment_of(stored)["started_in"] == "."
    refused = run_cli("compare", *options, cwd=api)
    assert refused.returncode == 6
    (way,) = [line for line in refused.stderr.splitlines() if line.startswith("  cd ")]
    assert in_shell(way, api) == services

    head = services / "head.json"
    head.write_bytes(before)
    both = run_cli("compare", stored, head, cwd=services)
    assert (both.returncode, both.stdout) == (6, "")
    assert "pytest was started in the rootdir for it, and here in services/api; record the baseline" in both.stderr


def test_a_baseline_that_does_not_say_where_pytest_was_started_is_compared(run_cli, services, quick, tmp_path) -> None:
    options = (*quick, "--baseline-dir", tmp_path / "kept", "--margin", "10000%")
    assert run_cli("baseline", *options[:-2], cwd=services).returncode == 0
    file = tmp_path / "kept" / "main.json"
    document = json.loads(file.read_text())
    del document["environment"]["started_in"], document["environment"]["pytest_config"]
    file.write_text(json.dumps(document))
    assert run_cli("compare", "services/api", *options, cwd=services / "services").returncode == 0


def test_after_a_configuration_moved_the_start_no_way_back_is_shown(run_cli, services, quick, tmp_path) -> None:
    options = (*quick, "--baseline-dir", tmp_path / "kept")
    assert run_cli("baseline", *options, cwd=services / IN_API).returncode == 0
    (services / "collectbench.toml").write_text("baseline = 'main'\n")
    refused = run_cli("compare", *options, cwd=services / IN_API)
    assert refused.returncode == 6
    assert "  cd " not in refused.stderr
    assert "here in the rootdir; record the baseline again" in refused.stderr


def test_a_module_is_a_target_under_pyargs(run_cli, services, quick, node_ids, child_commands) -> None:
    for package in ("pkg", "pkg/sub"):
        (services / IN_API / package).mkdir()
        (services / IN_API / package / "__init__.py").write_text("")
    (services / IN_API / "pkg" / "sub" / "test_sub.py").write_text("def test_sub(): pass\n")
    api = services / IN_API
    done = run_cli("baseline", "pkg.sub", *quick, "--format", "json", "--", "--pyargs", cwd=api)
    found = results(done)
    expected = node_ids(quick[1], api, "--pyargs", "pkg.sub")
    assert expected == ["services/api/pkg/sub/test_sub.py::test_sub"]
    assert {name: (result["paths"], result["nodeids_sha256"]) for name, result in found.items()} == {
        "pkg.sub": (["services/api/pkg/sub"], digest(expected))
    }
    shown = run_cli("targets", "pkg.sub", "--dry-run", *quick[:2], "--", "--pyargs", cwd=api)
    assert child_commands(shown.stdout)["pkg.sub"][-1] == "pkg.sub"
    refused = run_cli("baseline", "pkg.sub", *quick, cwd=api)
    assert refused.returncode == 2
    assert "pkg.sub: neither a configured target nor a path that exists" in refused.stderr
    assert "--pyargs" in refused.stderr


def test_a_configuration_of_pytest_that_another_one_shadows_is_hinted_at(run_cli, services, quick) -> None:
    (services / "pyproject.toml").write_text("[tool.pytest.ini_options]\naddopts = '-x'\n")
    done = run_cli("baseline", *quick, "--format", "json", "--output", "text=shown", cwd=services / IN_API)
    run = json.loads(done.stdout)
    assert run["environment"]["pytest_config"] == "pytest.ini"
    hint = "pytest ignores [tool.pytest.ini_options] in pyproject.toml, since it reads only pytest.ini beside it"
    assert [note.partition(":")[0] for note in run["notes"] if "ignores" in note] == [hint]
    shown = " ".join((services / IN_API / "shown").read_text().split())
    assert hint in shown
    assert f"pytest {run['environment']['pytest']} (pytest.ini) · started in services/api · 0 plugins" in shown


def test_in_a_configured_folder_below_the_rootdir_test_files_are_recognised(run_cli, services, plain_python) -> None:
    (services / IN_API / "collectbench.toml").write_text("")
    options = ("--python", plain_python, "--rounds", "1", "--warmup", "0", "--no-sampled", "--format", "json")
    done = run_cli("profile", "tests", *options, cwd=services / IN_API)
    assert done.returncode == 0, done.stderr
    profile = json.loads(done.stdout)
    assert profile["target"] == "tests"
    origins = {module["path"]: module["origin"] for module in profile["imports"]}
    assert (origins["app.py"], origins["tests/test_api.py"]) == ("first-party", "test")
