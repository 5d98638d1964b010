"""Traced rounds in real child processes: the records of the trace, which the tests must not notice."""

from __future__ import annotations

import importlib.util
import re
import signal
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from collectbench.model.trace import Edge, ImportFrame, Trace

COLLECT = ("--collect-only", "-q", "--continue-on-collection-errors", "-p", "no:cacheprovider")
BURN = "import time\nend = time.process_time() + {}\nwhile time.process_time() < end: pass\n"
TEST = "def test(): pass\n"

COUNTING_CLOCK = """\
import time
now_ns = [10**9]
def clock_gettime_ns(clock):
    now_ns[0] += 1000
    return now_ns[0]
def burn(seconds):
    now_ns[0] += int(seconds * 1e9)
time.clock_gettime_ns, time.burn = clock_gettime_ns, burn
"""
"""A clock that counts: each reading adds a microsecond, `time.burn` adds any time, and a busy machine adds nothing."""


@pytest.fixture
def counting_clock(write) -> dict[str, str]:
    """An environment in which the probe reads COUNTING_CLOCK."""
    write("clock/sitecustomize.py", COUNTING_CLOCK)
    return {"PYTHONPATH": "clock"}


def frames_of(trace: Trace, module: str) -> list[ImportFrame]:
    return [frame for frame in trace.imports if frame.module == module]


def frame_of(trace: Trace, module: str) -> ImportFrame:
    (frame,) = frames_of(trace, module)
    return frame


def edges_to(trace: Trace, name: str) -> list[Edge]:
    return [edge for edge in trace.edges if edge.name == name]


# --- times ---


def test_all_self_times_add_up_to_the_time_of_the_trace(traced, write, root) -> None:
    write(
        "conftest.py",
        "import atexit, time\n"
        "@atexit.register\n"
        "def note():\n"
        "    with open('end', 'w') as file: file.write(str(time.clock_gettime_ns(time.CLOCK_MONOTONIC)))\n"
        "def pytest_collection_modifyitems():\n"
        "    import burnt_in_a_hook\n",
    )
    write("test_a.py", f"import burnt\n{BURN.format(0.1)}{TEST}")
    write("burnt.py", f"import deeper\n{BURN.format(0.1)}import gc\ngc.collect()\n")
    write("deeper.py", BURN.format(0.1))
    write("burnt_in_a_hook.py", BURN.format(0.1))
    trace = traced()
    end_ns = int((root / "end").read_text())
    frames = [*trace.imports, *trace.collectors, *trace.plugins]
    parts_s = [
        *(frame.self_s for frame in frames),
        *(hook.self_s for hook in trace.hooks),
        *(gc_pass.duration_s for gc_pass in trace.gc if gc_pass.begin_s < end_ns / 1e9),  # Python's last ones are later
    ]
    stamps = traced.last.report.stamps
    assert trace.complete
    assert trace.lost == ()
    assert trace.gc
    assert min(parts_s) >= 0
    assert trace.root_self_s > 0
    total_s = sum(parts_s) + trace.root_self_s
    assert (stamps["finish"] - stamps["pytest-import-begin"]) / 1e9 < total_s < (end_ns - stamps["runner"]) / 1e9


def test_a_frame_includes_inner_frames_and_its_parts(traced, write, root) -> None:
    write("test_a.py", f"import burnt\n{TEST}")
    write("burnt.py", f"import deeper\n{BURN.format(0.1)}")
    write("deeper.py", BURN.format(0.1))
    trace = traced()
    test, burnt, deeper = (frame_of(trace, name) for name in ("test_a", "burnt", "deeper"))
    assert (burnt.parent, deeper.parent) == (test.index, burnt.index)
    assert test.begin_s < burnt.begin_s < deeper.begin_s < deeper.end_s < burnt.end_s < test.end_s
    whole_s, inner_s = burnt.end_s - burnt.begin_s, deeper.end_s - deeper.begin_s
    assert whole_s / 4 < burnt.self_s <= whole_s - inner_s + 1e-6  # both burn the same CPU time
    assert test.self_s <= test.end_s - test.begin_s - whole_s + 1e-6
    assert all(0 < part < frame.self_s for frame in (burnt, deeper) for part in (frame.find_s, frame.compile_s))
    assert burnt.path == str(root / "burnt.py")


def test_bytecode_is_missed_once_and_then_hit(traced, write) -> None:
    write("test_a.py", f"import alpha\n{TEST}")
    write("alpha.py", "")
    first, second = traced(), traced()
    assert [frame_of(first, name).bytecode for name in ("test_a", "alpha")] == ["rewritten", "miss"]
    assert [frame_of(second, name).bytecode for name in ("test_a", "alpha")] == ["hit", "hit"]
    assert frame_of(second, "alpha").compile_s == 0
    assert frame_of(second, "alpha").read_s > 0


# --- import statements ---

STATEMENTS = """\
import os
import importlib
import pytest
importlib.import_module("alpha")
pytest.importorskip("beta")
if True:
    from os import (
        path,
    )
import os.path as again
from pack import inner
importlib.import_module(".other", "pack")
def test(): pass
"""


def test_every_import_names_its_file_and_line(traced, write, root) -> None:
    write("test_a.py", STATEMENTS)
    for name in ("alpha.py", "beta.py", "pack/__init__.py", "pack/other.py"):
        write(name, "")
    write("pack/inner.py", "from . import other\n")
    trace = traced()
    lines = {(edge.name, edge.fromlist): edge.line for edge in trace.edges if edge.path == str(root / "test_a.py")}
    assert lines["os", ()] == 1
    assert lines["alpha", ("*",)] == 4
    assert lines["beta", ("*",)] == 5
    assert lines["os", ("path",)] == 7
    assert lines["os.path", ()] == 10
    assert lines["pack", ("inner",)] == 11
    assert lines["pack.other", ("*",)] == 12
    (relative,) = (edge for edge in edges_to(trace, "") if edge.importer == "pack.inner")
    assert (relative.package, relative.level, relative.line) == ("pack", 1, 1)
    assert relative.during == frame_of(trace, "pack.inner").index
    assert {edge.importer for edge in edges_to(trace, "beta")} == {"test_a"}


def test_a_replaced_import_function_is_reported_and_lines_stay_right(traced, write, root) -> None:
    write(
        "conftest.py",
        "import builtins\noriginal = builtins.__import__\n"
        "def own(*args, **kwargs): return original(*args, **kwargs)\nbuiltins.__import__ = own\n",
    )
    write("test_a.py", f"\nimport alpha\n{TEST}")
    write("alpha.py", "")
    trace = traced()
    assert [(edge.path, edge.line) for edge in edges_to(trace, "alpha")] == [(str(root / "test_a.py"), 2)]
    assert any("replaced __import__" in text for text in trace.lost)


def test_an_import_by_a_bare_call_is_a_frame(traced, write) -> None:
    write("test_a.py", f"__import__('alpha')\n__import__('beta', None)\n{TEST}")
    write("alpha.py", "")
    write("beta.py", "")
    trace = traced()
    assert frame_of(trace, "alpha").parent == frame_of(trace, "beta").parent == frame_of(trace, "test_a").index
    assert [(edge.importer, edge.line) for name in ("alpha", "beta") for edge in edges_to(trace, name)] == [
        ("test_a", 1),
        ("test_a", 2),
    ]


def test_a_reload_is_a_frame_and_names_the_line_that_requested_it(traced, write, root) -> None:
    write("test_a.py", f"import importlib\nimport alpha\ndef again():\n    importlib.reload(alpha)\nagain()\n{TEST}")
    write("alpha.py", "import beta\n")
    write("beta.py", "")
    trace = traced()
    first, second = frames_of(trace, "alpha")
    assert first.parent == second.parent == frame_of(trace, "test_a").index
    assert first.path == second.path == str(root / "alpha.py")
    assert [(edge.line, edge.fromlist) for edge in edges_to(trace, "alpha")] == [(2, ()), (4, ("*",))]
    assert frame_of(trace, "beta").parent == first.index


BY_HAND = """\
import sys
from importlib import util
def load(name, path):
    spec = util.spec_from_file_location(name, path)
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
assert load("hand", "some/file.py").VALUE == 1
assert "hand" not in sys.modules
def test(): pass
"""


def test_a_file_that_is_loaded_by_hand_is_a_frame_and_names_the_line_that_loaded_it(traced, write, root) -> None:
    write("test_a.py", BY_HAND)
    write("some/file.py", f"import alpha\n{BURN.format(0.05)}VALUE = 1\n")
    write("alpha.py", "")
    trace = traced()
    hand = frame_of(trace, "hand")
    assert (hand.parent, hand.path) == (frame_of(trace, "test_a").index, str(root / "some" / "file.py"))
    assert hand.self_s >= 0.05
    assert frame_of(trace, "alpha").parent == hand.index
    assert [(edge.path, edge.line, edge.fromlist) for edge in edges_to(trace, "hand")] == [
        (str(root / "test_a.py"), 6, ("*",))
    ]


def test_a_call_of_import_with_a_list_of_names_has_its_line(traced, write) -> None:
    write("test_a.py", f"\n__import__('pack', globals(), locals(), ['alpha', 'beta'])\n{TEST}")
    for name in ("__init__", "alpha", "beta"):
        write(f"pack/{name}.py", "")
    trace = traced()
    (edge,) = edges_to(trace, "pack")
    assert (edge.importer, edge.line, edge.fromlist) == ("test_a", 2, ("alpha", "beta"))
    assert len(frames_of(trace, "pack.beta")) == 1


def test_requests_of_other_threads_belong_to_no_frame(traced, write, root) -> None:
    write(
        "test_a.py",
        "import threading\ndef work():\n    import alpha\nthread = threading.Thread(target=work)\nthread.start()\n"
        f"thread.join()\nimport beta\n{TEST}",
    )
    write("alpha.py", "import importlib\nimport beta\nimportlib.reload(beta)\n")
    write("beta.py", "")
    trace = traced()
    mine = {(Path(edge.path).name, edge.line): edge.during for edge in trace.edges if edge.path.startswith(f"{root}/")}
    assert [mine[where] for where in (("test_a.py", 3), ("alpha.py", 2))] == [-1, -1]
    assert mine["test_a.py", 7] == frame_of(trace, "test_a").index
    assert frames_of(trace, "alpha") == frames_of(trace, "beta") == []
    assert trace.lost == ("2 modules were imported by other threads; the trace does not hold their time",)


# --- odd modules ---


def test_failed_imports_say_how_they_failed(traced, write) -> None:
    write(
        "test_a.py",
        "try: import broken\nexcept ValueError: pass\ntry: import missing\nexcept ImportError: pass\n" + TEST,
    )
    write("broken.py", "raise ValueError")
    trace = traced()
    assert frame_of(trace, "broken").error == "ValueError"
    assert frame_of(trace, "missing").error == "ModuleNotFoundError"
    assert frame_of(trace, "test_a").error == ""
    assert trace.complete


RELOADS_ITSELF = """\
import importlib, sys
if not hasattr(sys, "reloaded"):
    sys.reloaded = True
    importlib.reload(sys.modules[__name__])
"""


ODD = {
    "circular": ({"one": "import two", "two": "import one"}, {"one": 1, "two": 1}),
    "reload": ({"one": "import two, importlib; importlib.reload(two)", "two": ""}, {"one": 1, "two": 2}),
    "reloads itself": ({"one": RELOADS_ITSELF}, {"one": 2}),
    "replaces itself": ({"one": "import sys, types; sys.modules[__name__] = types.ModuleType('other')"}, {"one": 1}),
    "dropped before": (
        {"one": "import sys; sys.modules.pop('two', None); import two", "two": ""},
        {"one": 1, "two": 1},
    ),
    "namespace": ({"one": "import space.inner", "space/inner": ""}, {"space": 1, "space.inner": 1}),
    "twice": ({"one": "import two, sys; del sys.modules['two']; import two", "two": ""}, {"one": 1, "two": 2}),
    "renames itself": ({"one": "__name__ = 'renamed'; import two", "two": ""}, {"one": 1, "two": 1}),
}
"""Modules, and how often they run if `one` is imported."""


def test_odd_modules_are_frames_as_often_as_they_run(traced, write) -> None:
    def of_case(number: int, text: str) -> str:
        """The text with names that no other case has."""
        return re.sub(r"\b(one|two|space)\b", rf"\1_{number}", text)

    for number, (files, _) in enumerate(ODD.values()):
        for name, text in files.items():
            write(f"{of_case(number, name)}.py", of_case(number, text))
        write(f"test_{number}.py", f"import one_{number}\n{TEST}")
    trace = traced()
    for number, (case, (_, frames)) in enumerate(ODD.items()):
        assert {name: len(frames_of(trace, of_case(number, name))) for name in frames} == frames, case
    assert (trace.complete, trace.lost) == (True, ())
    assert traced.last.ids == [f"test_{number}.py::test" for number in range(len(ODD))]


def test_a_module_that_deletes_itself_fails_as_it_does_without_us(traced, write) -> None:
    write("test_a.py", f"try: import one\nexcept KeyError: pass\n{TEST}")
    write("one.py", "import sys; del sys.modules[__name__]")
    trace = traced()
    assert (frame_of(trace, "one").error, frame_of(trace, "one").path) == ("KeyError", "")
    assert traced.last.ids == ["test_a.py::test"]


def test_a_module_from_a_zip_file_has_its_path(traced, write, root) -> None:
    with zipfile.ZipFile(root / "some.zip", "w") as archive:
        archive.writestr("zipped.py", "VALUE = 1")
    write("test_a.py", f"import sys; sys.path.insert(0, 'some.zip')\nimport zipped\n{TEST}")
    assert frame_of(traced(), "zipped").path.endswith("some.zip/zipped.py")


def test_an_extension_module_has_no_bytecode(traced, write) -> None:
    spec = importlib.util.find_spec("_lsprof")
    if spec is None or not (spec.origin or "").endswith(".so"):
        pytest.skip("this Python has it compiled in")
    write("test_a.py", f"import _lsprof\n{TEST}")
    frame = frame_of(traced(), "_lsprof")
    assert (frame.bytecode, frame.path) == ("", spec.origin)


def test_a_lazy_module_is_not_loaded_by_looking_at_it(traced, write, root) -> None:
    write(
        "test_a.py",
        "import importlib.util, sys\ndef lazily():\n    spec = importlib.util.find_spec('lazy')\n"
        "    spec.loader = importlib.util.LazyLoader(spec.loader)\n    module = importlib.util.module_from_spec(spec)\n"
        "    sys.modules['lazy'] = module\n    spec.loader.exec_module(module)\nlazily()\n" + TEST,
    )
    write("lazy.py", "open('loaded', 'w').close()")
    trace = traced()
    assert trace.complete
    assert not (root / "loaded").exists()
    assert traced.last.ids == ["test_a.py::test"]


def test_imports_of_other_threads_are_reported_as_lost(traced, write) -> None:
    write(
        "test_a.py",
        "import threading\nthread = threading.Thread(target=__import__, args=('alpha',))\nthread.start()\n"
        f"thread.join()\n{TEST}",
    )
    write("alpha.py", "class A:\n    def __init__(self): self.itself = self\nfor _ in range(5000): A()\n")
    trace = traced()
    assert any("1 modules were imported by other threads" in text for text in trace.lost)
    assert frames_of(trace, "alpha") == []


def test_imports_at_the_limit_of_recursion_leave_a_whole_trace(traced, write) -> None:
    write(
        "test_a.py",
        f"def deeper():\n    import alpha\n    deeper()\ntry: deeper()\nexcept RecursionError: pass\n{TEST}",
    )
    write("alpha.py", "")
    trace = traced()
    assert trace.complete
    assert traced.last.ids == ["test_a.py::test"]
    assert frames_of(trace, "test_a")


AT_THE_LIMIT = """\
import sys
def at(depth, name):
    if depth:
        return at(depth - 1, name)
    __import__(name, globals())
depth, frame = 0, sys._getframe()
while frame:
    depth, frame = depth + 1, frame.f_back
for left in range(70):
    try:
        at(sys.getrecursionlimit() - depth - left, f"alpha{left}")
    except RecursionError:
        pass
with open("loaded", "w") as file:
    file.write(" ".join(name for name in sys.modules if name.startswith("alpha")))
def test(): pass
"""


def test_a_trace_at_the_limit_of_recursion_is_whole_or_says_what_is_missing(traced, write, root) -> None:
    """Also if the limit is reached while the probe records a frame or a statement."""
    write("test_a.py", AT_THE_LIMIT)
    for left in range(70):
        write(f"alpha{left}.py", "")
    trace = traced()
    loaded = set((root / "loaded").read_text().split())
    frames = {frame.module: frame for frame in trace.imports if frame.module.startswith("alpha")}
    assert trace.complete
    assert 0 < len(loaded) < 70
    assert loaded == {name for name, frame in frames.items() if not frame.error}
    assert all("RecursionError" in frame.error for frame in frames.values() if frame.error)
    assert all(text.endswith(" are missing from the trace") for text in trace.lost)
    assert all(frame.self_s >= 0 for frame in trace.imports)


def test_a_chain_of_imports_too_deep_for_python_fails_in_it_alone(traced, write) -> None:
    write("test_a.py", f"try: import deep0\nexcept RecursionError: pass\n{TEST}")
    for depth in range(300):
        write(f"deep{depth}.py", f"import deep{depth + 1}\n")
    trace = traced()
    chain = [frame for frame in trace.imports if frame.module.startswith("deep")]
    assert trace.complete
    assert len(chain) > 20
    assert {frame.error for frame in chain} == {"RecursionError"}
    assert frame_of(trace, "test_a").error == ""
    assert traced.last.ids == ["test_a.py::test"]


FINDER = """\
import importlib.abc
import importlib.util
import sys
class Made(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path=None, target=None):
        return importlib.util.spec_from_loader(name, self) if name == "made" else None
    def create_module(self, spec):
        return None
    def exec_module(self, module):
        import alpha
        module.VALUE = 1
class Old(Made):
    def find_spec(self, name, path=None, target=None):
        spec = importlib.util.find_spec("alpha") if name == "borrowed" else None
        return spec and importlib.util.spec_from_file_location(name, spec.origin)
sys.meta_path[:0] = [Made(), Old()]
"""


def test_modules_from_finders_and_loaders_of_the_tests_are_frames(traced, write, root) -> None:
    write("conftest.py", FINDER)
    write("test_a.py", f"import made\nimport borrowed\nassert made.VALUE\n{TEST}")
    write("alpha.py", "")
    trace = traced()
    assert [(frame_of(trace, name).path, frame_of(trace, name).bytecode) for name in ("made", "borrowed")] == [
        ("", ""),
        (str(root / "alpha.py"), "hit"),
    ]
    assert frame_of(trace, "alpha").parent == frame_of(trace, "made").index
    assert [edge.line for name in ("made", "borrowed") for edge in edges_to(trace, name)] == [1, 2]
    assert trace.lost == ()


def test_a_lazy_module_is_a_frame_when_it_is_used(traced, write) -> None:
    write(
        "test_a.py",
        "import importlib.util, sys\ndef lazily():\n    spec = importlib.util.find_spec('lazy')\n"
        "    spec.loader = importlib.util.LazyLoader(spec.loader)\n    module = importlib.util.module_from_spec(spec)\n"
        "    sys.modules['lazy'] = module\n    spec.loader.exec_module(module)\n    return module\n"
        f"assert lazily().VALUE == 1\n{TEST}",
    )
    write("lazy.py", f"{BURN.format(0.05)}VALUE = 1\n")
    trace = traced()
    assert frame_of(trace, "lazy").self_s >= 0.05
    assert frame_of(trace, "lazy").parent == frame_of(trace, "test_a").index
    assert [edge.line for edge in edges_to(trace, "lazy")] == [9]


@pytest.mark.long
def test_twenty_thousand_modules_are_twenty_thousand_frames(traced, root) -> None:
    package = root / "many"
    package.mkdir()
    names = [f"m{number}" for number in range(20_000)]
    for name in ("__init__", *names):
        (package / f"{name}.py").touch()
    (root / "test_a.py").write_text("".join(f"import many.{name}\n" for name in names) + TEST)
    trace = traced(env={"PYTHONDONTWRITEBYTECODE": "1"})
    frames = [frame for frame in trace.imports if frame.module.startswith("many.")]
    assert (trace.complete, trace.lost) == (True, ())
    assert [frame.module for frame in frames] == [f"many.{name}" for name in names]
    lines = {edge.name: edge.line for edge in trace.edges}
    assert (lines["many.m0"], lines["many.m19999"]) == (1, 20_000)
    assert {frame.parent for frame in frames} == {frame_of(trace, "test_a").index}


def test_paths_with_any_letters_are_recorded_exactly(traced, write, root) -> None:
    write("dír\t/test_日.py", f"import möd\n{TEST}")
    write("dír\t/möd.py", "")
    trace = traced()
    assert frame_of(trace, "möd").path == str(root / "dír\t" / "möd.py")
    assert [edge.path for edge in edges_to(trace, "möd")] == [str(root / "dír\t" / "test_日.py")]
    assert "dír\t/test_日.py" in {collector.nodeid for collector in trace.collectors}


# --- the end ---


@pytest.mark.parametrize(("code", "exit_code"), [("os._exit(3)", 3), ("os.kill(os.getpid(), 9)", -signal.SIGKILL)])
def test_a_process_that_ends_at_once_leaves_its_earlier_records(code, exit_code, traced, write) -> None:
    write("test_a.py", f"import alpha\n{TEST}")
    write("alpha.py", "")
    write("test_b.py", "import ends\n")
    write("ends.py", f"import os\n{code}\n")
    trace = traced()
    assert traced.last.exit_code == exit_code
    assert not trace.complete
    assert trace.importing == ("test_b", "ends")
    assert frame_of(trace, "_pytest.config").error == ""
    assert [edge.line for edge in edges_to(trace, "alpha")] == [1]
    assert "sys" in trace.preloaded


def test_running_imports_can_be_read_from_outside(traced, write, tmp_path) -> None:
    write("test_a.py", f"import alpha\n{TEST}")
    now = tmp_path / "round" / "now"
    write("alpha.py", f"shown = open({str(now)!r}).read()\nopen('shown', 'w').write(shown)\n")
    traced()
    shown = (tmp_path / "root" / "shown").read_text()
    assert (shown.rstrip(" "), len(shown)) == ("\ttest_a\talpha", 1024)
    assert now.read_text().strip() == ""


def test_if_names_do_not_fit_the_last_ones_are_whole(traced, write) -> None:
    names = [f"{'日' * 70}{number}" for number in range(4)]
    for name, within in zip(["test_a", *names], names, strict=False):
        write(f"{name}.py", f"import {within}\n")
    write(f"{names[-1]}.py", "import os\nos._exit(3)\n")
    assert traced().importing == tuple(names[-2:])


def test_a_fork_does_not_show_its_imports(traced, write, root, tmp_path) -> None:
    now = str(tmp_path / "round" / "now")
    write("test_a.py", f"import os\nif os.fork() == 0:\n    import alpha\nos.wait()\nimport beta\n{TEST}")
    write("alpha.py", f"import os\nopen('shown', 'w').write(open({now!r}).read())\nos._exit(0)\n")
    write("beta.py", "")
    trace = traced()
    assert (root / "shown").read_text().strip() == "test_a"
    assert (trace.complete, trace.lost, frames_of(trace, "alpha")) == (True, (), [])
    assert len(frames_of(trace, "beta")) == 1


LOOKS = """\
import os, sys
low = sorted(number for number in map(int, os.listdir("/proc/self/fd")) if number < 200)
with open("descriptors", "a") as file:
    print(low, os.open(os.devnull, os.O_RDONLY), "mmap" in sys.modules, file=file)
def test(): pass
"""


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs /proc")
@pytest.mark.parametrize("number", [0, signal.SIGUSR1])
def test_tests_find_the_low_descriptors_and_no_module_of_ours(number, traced, probe, write, root) -> None:
    write("test_a.py", LOOKS)
    probe(*COLLECT, mode="timed", number=number)
    traced(number=number)
    timed, with_trace = (root / "descriptors").read_text().splitlines()
    assert timed == with_trace


@pytest.mark.parametrize("allowed", [40, 128])
def test_with_few_descriptors_running_imports_are_not_shown_and_the_trace_is_complete(
    allowed, traced, write, tmp_path
) -> None:
    write(
        "limit/sitecustomize.py",
        f"import resource\nresource.setrlimit(resource.RLIMIT_NOFILE, ({allowed}, {allowed}))\n",
    )
    write("test_a.py", f"import alpha\n{TEST}")
    write("alpha.py", "")
    trace = traced(env={"PYTHONPATH": "limit"})
    assert (traced.last.exit_code, traced.last.ids) == (0, ["test_a.py::test"])
    assert (trace.complete, trace.lost) == (True, ())
    assert len(frames_of(trace, "alpha")) == 1
    assert (tmp_path / "round" / "now").read_text() == " " * 1024


def test_a_trace_survives_closed_descriptors_and_forks(traced, write) -> None:
    write(
        "test_a.py",
        f"import os\nos.closerange(30, 256)\nif os.fork():\n    os.wait()\nimport alpha\n{TEST}",
    )
    write("alpha.py", "")
    trace = traced()
    assert (trace.complete, trace.lost) == (True, ())
    assert len(frames_of(trace, "alpha")) == 1


# --- conftests, plugins, collectors, hooks ---


def test_conftests_of_one_name_have_each_their_own_import_lines(traced, write, root) -> None:
    write("conftest.py", "import alpha\n")
    write("sub/conftest.py", "\nimport alpha\n")
    write("alpha.py", "")
    write("sub/test_b.py", "def test(): pass\n")
    edges = edges_to(traced(), "alpha")
    assert [(edge.path, edge.line) for edge in edges] == [
        (str(root / "conftest.py"), 1),
        (str(root / "sub" / "conftest.py"), 2),
    ]


def test_conftests_and_plugins_are_frames_around_their_imports(traced, write, root) -> None:
    write("conftest.py", "import alpha\n")
    write("alpha.py", "")
    write("own.py", "import beta\n")
    write("beta.py", "")
    write("sub/conftest.py", "")
    write("sub/test_a.py", TEST)
    trace = traced(*COLLECT, "-p", "own")
    by_name = {(plugin.kind, plugin.name): plugin for plugin in trace.plugins}
    assert len(by_name) == len(trace.plugins)
    parents = {frame.index: frame.parent for frame in trace.imports}
    assert parents[frame_of(trace, "alpha").parent] == by_name["conftest", str(root / "conftest.py")].index
    assert parents[frame_of(trace, "beta").parent] == by_name["plugin", "own"].index
    assert ("conftest", str(root / "sub" / "conftest.py")) in by_name


def test_collectors_have_the_number_of_their_items(traced, write) -> None:
    write("test_a.py", "class TestA:\n    def test_one(self): pass\n    def test_two(self): pass\ndef test(): pass\n")
    write("test_b.py", "raise ValueError")
    trace = traced()
    items = {(collector.type, collector.nodeid): collector.items for collector in trace.collectors}
    assert items["Module", "test_a.py"] == 2
    assert items["Class", "test_a.py::TestA"] == 2
    assert items["Module", "test_b.py"] == 0
    (module,) = (collector for collector in trace.collectors if collector.nodeid == "test_a.py")
    assert frame_of(trace, "test_a").parent == module.index


HOOKS = f"""\
from time import burn
import pytest
class Registered:
    def pytest_collection_modifyitems(self):
        burn(0.1)
        raise ValueError
def pytest_configure(config):
    config.pluginmanager.register(Registered(), "registered")
    config.pluginmanager.set_blocked("blocked")
    config.pluginmanager.register(Registered(), "blocked")
class Old:
    @pytest.hookimpl(hookwrapper=True, trylast=True)
    def pytest_pycollect_makemodule(self):
        burn(0.1)
        yield
        burn(0.1)
def pytest_sessionstart(session):
    session.config.pluginmanager.register(Old(), "old")
@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems():
    try:
        yield
    except ValueError:
        burn(0.05)
{TEST}"""


def test_each_implementation_of_a_hook_has_its_own_time(traced, write, root, counting_clock) -> None:
    write("conftest.py", HOOKS)
    write("test_a.py", TEST)
    hooks = {(total.hook, total.plugin): total for total in traced(env=counting_clock).hooks}
    wrapper = hooks["pytest_collection_modifyitems", str(root / "conftest.py")]
    assert 0.05 <= wrapper.self_s < 0.051
    assert wrapper.calls == 2
    assert 0.1 <= hooks["pytest_collection_modifyitems", "registered"].self_s < 0.101
    assert 0.2 <= hooks["pytest_pycollect_makemodule", "old"].self_s < 0.201
    assert hooks["pytest_pycollect_makemodule", "old"].calls == 2
    assert not any("ollectbench" in plugin for _, plugin in hooks)
    assert traced.last.ids == ["test_a.py::test"]


def test_a_plugin_without_a_name_has_that_of_its_class(traced, write) -> None:
    write(
        "conftest.py",
        "class Watcher:\n"
        "    def pytest_sessionstart(self, session): pass\n"
        "def pytest_configure(config):\n"
        "    config.pluginmanager.register(Watcher())\n"
        "    config.pluginmanager.register(Watcher())\n"
        "    config.pluginmanager.register(watcher := Watcher(), name=repr(watcher))\n",
    )
    write("test_a.py", "def test(): pass\n")
    calls = {total.plugin: total.calls for total in traced().hooks if total.hook == "pytest_sessionstart"}
    assert calls["conftest.Watcher"] == 3
    assert not [plugin for plugin in calls if plugin.isdigit() or " at 0x" in plugin]


def test_a_wrapper_that_yields_twice_fails_in_pluggys_words(traced, write, probe) -> None:
    write(
        "conftest.py",
        "import pytest\n@pytest.hookimpl(wrapper=True)\ndef pytest_collection_modifyitems():\n    yield\n    yield\n",
    )
    write("test_a.py", TEST)
    traced()
    assert "wrap_controller at 'pytest_collection_modifyitems'" in traced.last.output
    assert "second yield" in traced.last.output


HOOKS_AT_PLACES = """\
import functools
def decorated(function):
    @functools.wraps(function)
    def around(config):
        return function(config)
    return around
@decorated
def pytest_configure(config):
    config.pluginmanager.register(Methods(), "methods")
class Methods:
    def pytest_sessionstart(self, session): pass
"""


def test_each_implementation_of_a_hook_has_its_own_number_and_place(traced, write, root) -> None:
    write("conftest.py", HOOKS_AT_PLACES)
    write("test_a.py", TEST)
    hooks = traced().hooks
    assert len({total.number for total in hooks}) == len(hooks)
    places = {(total.hook, total.line) for total in hooks if total.path == str(root / "conftest.py")}
    assert places == {("pytest_configure", 7), ("pytest_sessionstart", 11)}


def test_hooks_that_other_threads_call_are_not_timed(traced, write) -> None:
    write(
        "conftest.py",
        "import threading\ndef pytest_markeval_namespace(config): return {}\n"
        "def pytest_collection_finish(session):\n"
        "    call = session.config.hook.pytest_markeval_namespace\n"
        "    thread = threading.Thread(target=call, kwargs={'config': session.config})\n"
        "    thread.start()\n    thread.join()\n",
    )
    write("test_a.py", TEST)
    hooks = {total.hook for total in traced().hooks}
    assert "pytest_collection_finish" in hooks
    assert "pytest_markeval_namespace" not in hooks


# --- test functions ---

FUNCTIONS = f"""\
import pytest, time
def burning(value):
    time.burn(0.05)
    return "slow"
@pytest.mark.parametrize("value", range(30))
def test_many(value): pass
@pytest.mark.parametrize("value", [1], ids=burning)
def test_slow_ids(value): pass
def test_generated(generated): pass
class TestA:
    @pytest.mark.parametrize("value", "ab")
    def test_method(self, value): pass
    def test_single(self): pass
{TEST}"""
GENERATE = """\
import gc, time
class Garbage:
    def __init__(self): self.itself = self
    def __del__(self): time.burn(0.1)
def pytest_generate_tests(metafunc):
    if "generated" in metafunc.fixturenames:
        metafunc.parametrize("generated", [1, 2])
        for _ in range(50):
            Garbage()
            gc.collect()
"""


@pytest.fixture
def functions(traced, counting_clock) -> Callable[[], dict[str, tuple[int, float]]]:
    """Items and seconds by node id; `read.trace` is the trace."""

    def read() -> dict[str, tuple[int, float]]:
        read.trace = trace = traced(env=counting_clock)  # type: ignore[attr-defined]
        return {function.nodeid: (function.items, function.inclusive_s) for function in trace.parametrizations}

    return read


def test_only_functions_that_become_several_items_or_take_long_are_recorded(functions, write) -> None:
    write("conftest.py", GENERATE)
    write("test_a.py", FUNCTIONS)
    recorded = functions()
    assert {nodeid: items for nodeid, (items, _) in recorded.items()} == {
        "test_a.py::test_many": 30,
        "test_a.py::test_slow_ids": 1,
        "test_a.py::test_generated": 2,
        "test_a.py::TestA::test_method": 2,
    }
    assert 0.05 <= recorded["test_a.py::test_slow_ids"][1] < 0.051


def test_garbage_collections_are_not_part_of_the_time_of_a_function(functions, write) -> None:
    write("conftest.py", GENERATE)
    write("test_a.py", "def test_generated(generated): pass\n")
    (_, inclusive_s) = functions()["test_a.py::test_generated"]
    full_passes_s = [gc_pass.duration_s for gc_pass in functions.trace.gc if gc_pass.generation == 2]
    assert len(full_passes_s) >= 50
    assert sum(full_passes_s) >= 50 * 0.1
    assert 0 < inclusive_s < 0.01


def test_pytest_reports_a_failed_parametrization_as_without_us(traced, probe, write) -> None:
    write("test_a.py", "import pytest\n@pytest.mark.parametrize('other', [1, 2])\ndef test_a(one): pass\n")
    trace = traced()
    plain = probe(*COLLECT, mode="timed")
    assert trace.parametrizations == ()
    assert "function uses no argument 'other'" in traced.last.output
    assert (traced.last.exit_code, traced.last.ids) == (plain.exit_code, plain.ids)


# --- events and warnings ---

EVENTS = """\
import socket, sqlite3, subprocess, sys
for _ in range(3):
    open("data.txt", "a").close()
subprocess.run([sys.executable, "-S", "-c", ""])
with socket.socket() as one:
    one.settimeout(1)
    one.connect_ex(("127.0.0.1", 9))
sqlite3.connect(":memory:").close()
class Odd(list):
    def __str__(self): raise ValueError
sys.audit("os.listdir", Odd())
def test(): pass
"""


def test_events_name_the_line_of_the_project_that_caused_them(traced, write, root) -> None:
    write("test_a.py", EVENTS)
    trace = traced()
    mine = {
        (event.kind, event.line): (event.count, event.detail, event.during)
        for event in trace.events
        if event.path == str(root / "test_a.py")
    }
    during = frame_of(trace, "test_a").index
    assert mine["open", 3] == (3, "data.txt", during)
    assert mine["subprocess.Popen", 4][1].startswith(f"['{sys.executable}'")
    assert mine["socket.connect", 7] == (1, "('127.0.0.1', 9)", during)
    assert mine["sqlite3.connect", 8][1] == ":memory:"
    assert mine["os.listdir", 11] == (1, "", during)


KINDS = (
    ("urllib.Request", "http://127.0.0.1:9/a", "urllib.request.urlopen('http://127.0.0.1:9/a', timeout=1)"),
    ("ctypes.dlopen", "none.so", "ctypes.CDLL('none.so')"),
    ("socket.getaddrinfo", "localhost", "socket.getaddrinfo('localhost', 80)"),
    ("socket.gethostbyname", "localhost", "socket.gethostbyname('localhost')"),
    ("os.listdir", ".", "os.listdir('.')"),
    ("os.scandir", ".", "os.scandir('.').close()"),
    ("os.walk", ".", "list(os.walk('.'))"),
    ("glob.glob", "*.none", "glob.glob('*.none')"),
    ("os.system", "true", "os.system('true')"),
    ("os.posix_spawn", "/bin/true", "os.waitpid(os.posix_spawn('/bin/true', ['true'], {}), 0)"),
    ("subprocess.Popen", "['true']", "subprocess.run('true')"),
    ("sqlite3.connect", "some.db", "sqlite3.connect('some.db').close()"),
)
"""Events, how their detail begins, and code that causes them."""


def test_each_kind_of_event_names_the_outermost_line_of_the_project(traced, write, root) -> None:
    imports = "import ctypes, glob, os, socket, sqlite3, subprocess, urllib.request"
    helpers = [f"helper_{number}" for number in range(len(KINDS))]
    write("test_a.py", f"import {', '.join(helpers)}\n{TEST}")
    for helper, (_, _, code) in zip(helpers, KINDS, strict=True):
        write(f"{helper}.py", f"{imports}\ndef work():\n    {code}\ntry: work()\nexcept OSError: pass\n")
    found = traced().events
    for helper, (kind, detail, _) in zip(helpers, KINDS, strict=True):
        events = [event for event in found if event.kind == kind and event.path == str(root / f"{helper}.py")]
        assert {event.line for event in events} == {3}, kind
        assert events[0].detail.startswith(detail)


def test_a_fork_is_an_event_of_the_line_that_forks(traced, write, root) -> None:
    write("test_a.py", f"import os\nif os.fork() == 0:\n    os._exit(0)\nos.wait()\n{TEST}")
    forks = [(event.path, event.line, event.count) for event in traced().events if event.kind == "os.fork"]
    assert forks == [(str(root / "test_a.py"), 2, 1)]


def test_events_during_the_import_of_an_installed_module_have_no_line_of_the_project(traced, write) -> None:
    """Events that a call of it causes belong to the line that calls."""
    write("site-packages/installed.py", "import os\nos.listdir('.')\ndef work(): os.listdir('.')\n")
    write("test_a.py", f"import installed\ninstalled.work()\n{TEST}")
    events = traced(env={"PYTHONPATH": "site-packages"}).events
    assert [(Path(event.path).name, event.line) for event in events if event.kind == "os.listdir"] == [("test_a.py", 2)]


def test_warnings_point_at_the_same_lines_as_without_us(traced, probe, write, root) -> None:
    write("test_a.py", f"import os\nimport old\n{TEST}")
    write("old.py", "import warnings\nwarnings.warn('old is old', DeprecationWarning, stacklevel=2)\n")
    trace = traced()
    output = [re.sub(r"in \d.*s", "", probed.output) for probed in (traced.last, probe(*COLLECT, mode="timed"))]
    assert trace.warnings == (("DeprecationWarning", "old is old", str(root / "test_a.py"), 2),)
    assert output[0] == output[1]
    assert "test_a.py:2" in output[0]


def test_a_trace_that_cannot_be_written_does_not_stop_pytest(traced, write) -> None:
    """Likewise on a full disk."""
    write("conftest.py", "import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, (4000, 4000))\n")
    write("test_a.py", TEST)
    trace = traced(command=(sys.executable,))  # without coverage, which writes a file as well
    assert traced.last.exit_code == 0
    assert traced.last.ids == ["test_a.py::test"]
    assert "OSError" not in traced.last.output
    assert not trace.complete
