"""Is a saving in collection saved, or only moved into the tests? In real processes."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from collectbench.experiments import Arms
from collectbench.measure.process.clock import now_ns
from collectbench.measure.process.launch import launch
from collectbench.measure.round.bench import Bench
from collectbench.measure.round.round import Round
from collectbench.measure.round.user_tree import UserTree
from collectbench.measure.session.pace import Outlook
from collectbench.model.diagnosis import Experiment
from collectbench.model.intervention import Intervention
from collectbench.model.sample import RoundKind
from collectbench.model.target import Target
from collectbench.usecases.proving.affected_tests import AffectedTests
from collectbench.usecases.proving.compared_tests import Means
from collectbench.usecases.proving.net import Nets
from tests.functional.conftest import write_files

BURN = "import time\nend = time.process_time() + 0.3\nwhile time.process_time() < end:\n    pass\nX = 1\n"

PROVEN = Experiment(
    intervention="x", pairs=7, saving_s=0.1, ci95=None, same_nodeids=True, same_errors=True, verdict="proven",
    base_walls_s=(0.1,), head_walls_s=(0.2,),
)  # fmt: skip


class Names:
    """Notes which rounds began."""

    def __init__(self) -> None:
        self.begun: list[str] = []

    def begins(self, name: str, kind: RoundKind, outlook: Outlook) -> None:
        self.begun.append(name)

    def ended(self, name: str, kind: RoundKind, finished: Round) -> None:
        pass


@pytest.fixture
def names() -> Names:
    return Names()


@pytest.fixture
def nets(tmp_path: Path, plain_env: Mapping[str, str], plain_python: str, names: Names) -> Callable[..., Nets]:
    """Makes what runs the tests with these ids in tmp_path/root: one pair, all of them."""
    work = tmp_path / "work"
    work.mkdir()

    def make(*nodeids: str, timeout_s: float = 60, **means: Any) -> Nets:
        root = tmp_path / "root"
        bench = Bench(
            python=(plain_python,),
            root=root,
            env=plain_env,
            work=work,
            timeout_s=timeout_s,
            launch=launch,
            tree=UserTree(work),
        )
        return Nets(
            means=Means(**{"bench": bench, "observer": names, "seed": 1, "pairs": 1, **means}),
            target=Target(name=".", paths=(".",), pytest_args=("-p", "no:cacheprovider")),
            nodeids=nodeids,
            tests=AffectedTests(ids_from=root, read_tree=lambda: pytest.fail("no source differs")),
        )

    return make


def with_variable(**env: str) -> Arms:
    return Arms(base=Intervention(env=env))


@pytest.mark.long
def test_a_deferred_import_is_moved_by_a_full_run_and_saved_by_one_without_its_user(
    run_cli, write_suite, plain_python
) -> None:
    root = write_suite(
        {
            "pytest.ini": "[pytest]\n",
            "heavy.py": BURN,
            "test_a.py": "import heavy\n\n\ndef test_uses_it():\n    assert heavy.X == 1\n",
            "test_b.py": "import heavy\n\n\ndef test_other():\n    pass\n\n\ndef unused():\n    return heavy.X\n",
        }
    )
    command = ("diagnose", "--try", "imports-deferred=heavy", "--net", "--python", plain_python)
    result = run_cli(*command, "--quiet", "--output", "kept.json", "--output", "kept.txt", cwd=root, timeout=600)
    assert (result.returncode, result.stderr) == (0, "")
    (target,) = json.loads((root / "kept.json").read_text(encoding="utf-8"))["targets"]
    (experiment,) = target["experiments"]
    net = experiment["net"]
    assert (experiment["verdict"], net["verdict"], net["tests"]) == ("proven", "moved", 2)
    assert net["full_run_s"] < experiment["saving_s"] / 2
    assert (net["moved_into"], net["file"]) == ("test_a.py::test_uses_it", "test_b.py")
    assert net["one_file_s"] > experiment["saving_s"] / 2
    assert len(net["base_walls_s"]) == len(net["head_walls_s"]) == net["pairs"]
    assert [each["workers"] for each in net["workers"]] == [2, 4, 8]
    assert all(each["least_s"] < each["most_s"] for each in net["workers"])
    text = " ".join((root / "kept.txt").read_text(encoding="utf-8").split())
    assert "moved into test_a.py::test_uses_it, the first that uses it; a full run gains no more" in text
    assert experiment["command"].endswith(" --net --try imports-deferred=heavy")


def test_tests_that_end_differently_refute_an_experiment(nets, tmp_path, names) -> None:
    source = "import os\ndef test_a(): assert 'BROKEN' not in os.environ\ndef test_b(): assert 0\n"
    write_files(tmp_path / "root", {"pytest.ini": "[pytest]\n", "test_a.py": source})
    arms = with_variable(BROKEN="1")
    experiment = nets("test_a.py::test_a", "test_a.py::test_b").added(PROVEN, arms)
    assert (experiment.verdict, experiment.net) == ("refuted", None)
    assert experiment.reason.startswith("tests end differently: test_a.py::test_a: passed -> failed (")
    assert len(names.begun) == 6  # each arm ran three times: it could have been flaky


def test_a_test_that_passes_now_and_then_is_named_and_refutes_nothing(nets, tmp_path, names) -> None:
    state = tmp_path / "state"
    source = (
        f"import pathlib\nSTATE = pathlib.Path({str(state)!r})\ndef test_a():\n"
        "    runs = int(STATE.read_text()) if STATE.exists() else 0\n    STATE.write_text(str(runs + 1))\n"
        "    assert runs != 1\n"
    )
    write_files(tmp_path / "root", {"pytest.ini": "[pytest]\n", "test_a.py": source})
    experiment = nets("test_a.py::test_a").added(PROVEN, with_variable(X="1"))
    assert experiment.verdict == "proven"
    assert experiment.net is not None
    assert (experiment.net.flaky, experiment.net.pairs, experiment.net.tests) == (("test_a.py::test_a",), 1, 1)
    assert len(names.begun) == 6  # both arms ran twice before the pair


@pytest.mark.parametrize(
    ("body", "variable", "verdict", "reason"),
    [
        ("os._exit(3)", "BASE", "refuted", "tests end differently: the process ended with exit code 3 while running"),
        ("os._exit(3)", "PATH", "proven", "the tests do not come to their end: the process ended with exit code 3"),
        ("time.sleep(60)", "BASE", "proven", "the tests do not come to their end: not finished after"),
    ],
    ids=["a crash with the intervention", "a crash in any case", "it hangs"],
)
def test_tests_that_do_not_come_to_their_end(
    nets, tmp_path, body: str, variable: str, verdict: str, reason: str
) -> None:
    source = f"import os, time\ndef test_a():\n    if {variable!r} in os.environ:\n        {body}\n"
    write_files(tmp_path / "root", {"pytest.ini": "[pytest]\n", "test_a.py": source})
    timeout_s = 3 if "sleep" in body else 60
    experiment = nets("test_a.py::test_a", timeout_s=timeout_s).added(PROVEN, with_variable(BASE="1"))
    assert experiment.verdict == verdict
    told = experiment.reason if experiment.net is None else experiment.net.reason
    assert told.startswith(reason)


def test_without_time_for_the_fewest_pairs_nothing_is_measured(nets, tmp_path, names) -> None:
    write_files(tmp_path / "root", {"pytest.ini": "[pytest]\n", "test_a.py": "def test_a(): pass\n"})
    over = nets("test_a.py::test_a", deadline_ns=now_ns()).added(PROVEN, with_variable(X="1"))
    assert over.net is not None
    assert (over.net.verdict, names.begun) == ("inconclusive", [])
    assert over.net.reason == "no time was left for its first pair"
    short = nets("test_a.py::test_a", deadline_ns=now_ns() + 60 * 10**9, pairs=9999).added(PROVEN, with_variable(X="1"))
    assert short.net is not None
    assert short.net.reason.startswith("9999 pairs of the tests take about ")
    assert len(names.begun) == 2


def test_an_intervention_without_effect_on_the_tests_measures_nothing(nets, tmp_path) -> None:
    write_files(tmp_path / "root", {"pytest.ini": "[pytest]\n", "test_a.py": "def test_a(): pass\n"})
    arms = Arms(base=Intervention(actions=(("absent", "terminal"),)))
    experiment = nets("test_a.py::test_a").added(PROVEN, arms)
    assert experiment.net is not None
    assert experiment.net.reason == "it had no effect: the plugin is still loaded"


def test_other_tests_that_end_differently_in_a_run_of_one_file_refute_an_experiment(nets, tmp_path) -> None:
    """Alone, the second file lacks what the first one sets."""
    files = {
        "pytest.ini": "[pytest]\n",
        "test_a.py": "import os\nos.environ['READY'] = '1'\ndef test_a(): pass\n",
        "test_b.py": "import os\ndef test_b(): assert 'BASE' not in os.environ or 'READY' in os.environ\n",
    }
    write_files(tmp_path / "root", files)
    experiment = nets("test_b.py::test_b", "test_a.py::test_a").added(PROVEN, with_variable(BASE="1"))
    assert experiment.verdict == "refuted"
    assert experiment.reason.endswith(", in a run of test_b.py alone")


def test_what_is_not_proven_has_no_net(nets, names) -> None:
    refuted = replace(PROVEN, verdict="refuted")
    assert nets().added(refuted, with_variable(X="1")) == refuted
    assert names.begun == []


def test_a_crash_in_a_later_run_ends_the_pairs(nets, tmp_path) -> None:
    source = (
        f"import os, pathlib\nSTATE = pathlib.Path({str(tmp_path / 'state')!r})\ndef test_a():\n"
        "    runs = int(STATE.read_text()) if STATE.exists() else 0\n    STATE.write_text(str(runs + 1))\n"
        "    if runs > 2 and 'BASE' in os.environ:\n        os._exit(3)\n"
    )
    write_files(tmp_path / "root", {"pytest.ini": "[pytest]\n", "test_a.py": source})
    experiment = nets("test_a.py::test_a", pairs=3).added(PROVEN, with_variable(BASE="1"))
    assert experiment.verdict == "refuted"
    assert experiment.reason.startswith("tests end differently: the process ended with exit code 3")


@pytest.mark.parametrize(
    ("body", "reason"),
    [("pass", ""), ("'READY' in os.environ or os._exit(3)", "the tests do not come to their end")],
    ids=["it ends", "it crashes"],
)
def test_a_file_is_measured_alone_beside_the_full_run_if_its_tests_end(nets, tmp_path, body: str, reason: str) -> None:
    files = {
        "pytest.ini": "[pytest]\n",
        "test_a.py": "import os\nos.environ['READY'] = '1'\ndef test_a(): pass\n",
        "test_b.py": f"import os\ndef test_b(): {body}\n",
    }
    write_files(tmp_path / "root", files)
    net = nets("test_b.py::test_b", "test_a.py::test_a").added(PROVEN, with_variable(X="1")).net
    assert net is not None
    assert (net.pairs, net.tests, net.file, net.one_file_pairs) == (1, 2, "test_b.py", 0 if reason else 1)
    assert (net.one_file_s is None) is bool(reason)
    assert net.one_file_reason.partition(":")[0] == reason
