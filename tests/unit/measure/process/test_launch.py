from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

from collectbench.measure.process.clock import now_ns
from collectbench.measure.process.interruption import raise_if_interrupted, signals_noted
from collectbench.measure.process.launch import STACK_SIGNAL, Finished, Invocation, launch
from collectbench.measure.process.sentinel import SENTINEL
from collectbench.model.errors import Interrupted

MIB = 2**20

TIMEOUTS_S = (1.0, 4.0, 16.0, 64.0)
"""Timeouts to try in turn until a child has come far enough before the timeout, which takes long on a busy machine."""


@pytest.fixture
def run(tmp_path, clean_env):
    """Runs Python code in a child; keywords go to `launch`."""

    def start(code: str, *arguments: object, timeout_s: float = 30.0, **options) -> Finished:
        argv = (sys.executable, "-S", "-c", code, *map(str, arguments))
        invocation = Invocation(argv=argv, cwd=tmp_path, env=clean_env)
        return launch(invocation, output=tmp_path / "output", timeout_s=timeout_s, **options)

    return start


@pytest.fixture(autouse=True)
def nothing_is_left():
    """Asserts that a test leaves no process and no file descriptor, apart from the sentinel, which stays."""
    SENTINEL.start()
    before, open_before = descendants(), open_descriptors()
    yield
    assert descendants() == before
    assert open_descriptors() == open_before


def descendants() -> set[int]:
    return {process.pid for process in psutil.Process().children(recursive=True)}


def open_descriptors() -> int:
    return psutil.Process().num_fds()


def is_alive(pid: int) -> bool:
    return psutil.pid_exists(pid)


def wall_s(finished: Finished) -> float:
    return (finished.reaped_ns - finished.spawned_ns) / 1e9


def test_a_child_runs_to_its_end_in_its_directory_with_its_environment(run, tmp_path, clean_env) -> None:
    before = now_ns()
    finished = run("import os, sys; print(os.getcwd(), dict(os.environ)); sys.stderr.write('!'); sys.exit(7)")
    after = now_ns()

    assert (finished.exit_code, finished.timed_out, finished.left_behind) == (7, False, ())
    assert before <= finished.spawned_ns < finished.reaped_ns <= after
    written = (tmp_path / "output").read_text()
    assert written.startswith(f"{tmp_path} ")
    assert "!" in written
    assert str(dict(clean_env)) in written


def test_stderr_goes_to_a_file_of_its_own_if_there_is_one(tmp_path, clean_env) -> None:
    argv = ("/bin/sh", "-c", "echo answer; echo complaint >&2")
    invocation = Invocation(argv=argv, cwd=tmp_path, env=clean_env, errors=tmp_path / "errors")
    launch(invocation, output=tmp_path / "output", timeout_s=30.0)
    assert [(tmp_path / name).read_text() for name in ("output", "errors")] == ["answer\n", "complaint\n"]


def test_a_child_has_no_input_and_a_session_of_its_own(run, tmp_path) -> None:
    run("import os, sys; print(repr(sys.stdin.read()), os.getsid(0) == os.getpid())")
    assert (tmp_path / "output").read_text() == "'' True\n"


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV, signal.SIGTERM])
def test_a_signal_shows_as_a_negative_exit_code(number, run) -> None:
    assert run(f"import os; os.kill(os.getpid(), {int(number)})").exit_code == -number


@pytest.mark.parametrize("argv", ["/no/such/program", "{directory}"])
def test_a_program_that_cannot_be_started_is_an_error(argv, tmp_path) -> None:
    invocation = Invocation(argv=(argv.format(directory=tmp_path),), cwd=tmp_path, env={})
    with pytest.raises(OSError, match=r"program|denied"):
        launch(invocation, output=tmp_path / "output", timeout_s=5)


def test_a_child_that_outlasts_the_timeout_is_ended(run) -> None:
    finished = run("import time; time.sleep(60)", timeout_s=0.3)
    assert (finished.exit_code, finished.timed_out) == (-signal.SIGTERM, True)
    assert wall_s(finished) >= 0.3


@pytest.fixture
def ignoring_sigterm():
    """Children ignore SIGTERM from their first moment on, since we do."""
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    yield
    signal.signal(signal.SIGTERM, before)


def test_a_child_that_ignores_sigterm_is_killed(ignoring_sigterm, run) -> None:
    finished = run("import time; time.sleep(60)", timeout_s=0.5)
    assert (finished.exit_code, finished.timed_out) == (-signal.SIGKILL, True)


def test_a_child_that_is_stopped_is_killed(tmp_path, clean_env) -> None:
    invocation = Invocation(argv=("/bin/sh", "-c", "kill -STOP $$"), cwd=tmp_path, env=clean_env)
    for timeout_s in TIMEOUTS_S:
        finished = launch(invocation, output=tmp_path / "output", timeout_s=timeout_s)
        if finished.exit_code != -signal.SIGTERM:  # a child that has not stopped yet still ends by SIGTERM
            break
    assert (finished.exit_code, finished.timed_out) == (-signal.SIGKILL, True)


def test_a_child_that_hangs_is_asked_for_its_stack_before_it_is_ended(run, tmp_path) -> None:
    code = (
        "import faulthandler, sys, time\n"
        "stack = open(sys.argv[1], 'w')\n"
        "faulthandler.register(int(sys.argv[2]), file=stack, all_threads=False)\n"
        "open('ready', 'w').close()\n"
        "def hangs(): time.sleep(60)\n"
        "hangs()\n"
    )
    stack = tmp_path / "stack"
    asked = []

    def is_written() -> bool:
        asked.append(1)
        return stack.exists() and "<module>" in stack.read_text()

    for timeout_s in TIMEOUTS_S:
        finished = run(code, stack, int(STACK_SIGNAL), timeout_s=timeout_s, on_hang=is_written)
        if (tmp_path / "ready").exists():
            break

    assert finished.timed_out
    assert "in hangs" in stack.read_text()
    assert asked


def test_a_child_that_cannot_write_its_stack_is_ended_anyway(run) -> None:
    finished = run("import time; time.sleep(60)", timeout_s=0.2, on_hang=lambda: False)
    assert finished.timed_out
    assert finished.exit_code < 0


def test_a_fork_that_goes_on_is_ended_and_named(run, tmp_path) -> None:
    code = "import os, sys, time\npid = os.fork()\nif not pid: time.sleep(60)\nprint(pid)"
    finished = run(code)
    assert finished.exit_code == 0
    assert len(finished.left_behind) == 1
    assert "time.sleep(60)" in finished.left_behind[0]
    assert not is_alive(int((tmp_path / "output").read_text()))


DAEMON = """
import os, sys, time
how, path = sys.argv[1:]
if os.fork():
    while how == "stays" and not os.path.exists(path + ".done"): time.sleep(0.01)
    os._exit(0)
os.setsid()
middle = os.getpid()
if os.fork():
    os._exit(0)
os.chdir("/")
while os.getppid() == middle: time.sleep(0.01)
with open(path, "w") as file:
    file.write(str(os.getpid()))
os.rename(path, path + ".done")
time.sleep(60)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux hands orphans to a subreaper")
@pytest.mark.parametrize("parent", ["stays", "leaves"])
def test_a_daemon_that_left_its_session_is_ended_and_named(parent, run, tmp_path) -> None:
    finished = run(DAEMON, parent, tmp_path / "pid")
    # A parent that leaves may end long before the process in the middle does, which is then ended as well.
    assert len(finished.left_behind) in ([1] if parent == "stays" else [1, 2])
    assert "os.setsid()" in finished.left_behind[-1]
    if parent == "stays":
        assert not is_alive(int((tmp_path / "pid.done").read_text()))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux hands orphans to a subreaper")
def test_children_that_end_with_a_timeout_are_not_named(run, tmp_path) -> None:
    code = "import subprocess, time\nsubprocess.Popen(['sleep', '60'], start_new_session=True)\ntime.sleep(60)"
    finished = run(code, timeout_s=1.0)
    assert (finished.timed_out, finished.left_behind) == (True, ())


FORKS = """
import os, sys, time
tally = os.open(sys.argv[1], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
for _ in range(3): os.fork()
os.write(tally, b"x")
while os.getpid() != os.getsid(0) or os.fstat(tally).st_size < 8: time.sleep(0.01)
"""


def test_a_whole_tree_of_forks_is_ended(run, tmp_path) -> None:
    finished = run(FORKS, tmp_path / "forks")
    assert len(finished.left_behind) == 7


def test_zombies_are_reaped_and_not_named(run) -> None:
    orphan = "if not os.fork():\n    if not os.fork(): time.sleep(0.05)\n    os._exit(0)\n"
    awaited = (
        "os.close(end)\nos.wait()\nassert not os.read(begin, 1)\ntime.sleep(0.1)\n"  # the pipe ends with the orphan
    )
    finished = run(f"import os, time\nbegin, end = os.pipe()\n{orphan}{awaited}")
    assert (finished.exit_code, finished.left_behind) == (0, ())


def test_other_children_of_ours_are_not_ended(run) -> None:
    other = subprocess.Popen([sys.executable, "-S", "-c", "import time; time.sleep(60)"])
    try:
        assert run("pass").left_behind == ()
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


BYSTANDER = """
while [ ! -e go ]; do sleep 0.02; done
sleep 60 &
echo $! >worker
mv worker worker.done
"""
MEETS_BYSTANDER = """
import os, sys, time
open("go", "w").close()
while not os.path.exists("worker.done"): time.sleep(0.01)
worker = open("worker.done").read().strip()
def is_orphan(): return open(f"/proc/{worker}/stat").read().split()[3] == str(os.getppid())
while sys.argv[1] == "orphan" and not is_orphan(): time.sleep(0.01)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux hands orphans to a subreaper")
@pytest.mark.parametrize("own_session", [False, True])
@pytest.mark.parametrize("worker", ["child", "orphan"])
def test_forks_of_other_processes_are_not_ended(worker, own_session, run, tmp_path) -> None:
    script = BYSTANDER + ("wait\n" if worker == "child" else "")
    with subprocess.Popen(["/bin/sh", "-c", script], cwd=tmp_path, start_new_session=own_session) as bystander:
        try:
            left_behind = run(MEETS_BYSTANDER, worker).left_behind
            forked = psutil.Process(int((tmp_path / "worker.done").read_text()))
            assert left_behind == ()
            assert forked.status() != psutil.STATUS_ZOMBIE
            forked.kill()
            forked.wait()
        finally:
            bystander.kill()


def test_children_that_run_at_the_same_time_do_not_end_each_other(tmp_path, clean_env) -> None:
    def run_one(number: int) -> Finished:
        code = f"import os, time; time.sleep({0.02 * (number % 5)}); os._exit({number})"
        invocation = Invocation(argv=(sys.executable, "-S", "-c", code), cwd=tmp_path, env=clean_env)
        return launch(invocation, output=tmp_path / str(number), timeout_s=30)

    with ThreadPoolExecutor(max_workers=4) as pool:
        finished = list(pool.map(run_one, range(16)))

    assert [child.exit_code for child in finished] == list(range(16))
    assert {child.left_behind for child in finished} == {()}


WAITS = """
import os, time
open("waits", "w").close()
while not os.path.exists("go"): time.sleep(0.01)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux hands orphans to a subreaper")
def test_a_daemon_of_one_of_several_children_is_ended_with_the_last(tmp_path, clean_env) -> None:
    def run_one(code: str, *arguments: str) -> Finished:
        argv = (sys.executable, "-S", "-c", code, *arguments)
        invocation = Invocation(argv=argv, cwd=tmp_path, env=clean_env)
        return launch(invocation, output=tmp_path / f"out{len(code)}", timeout_s=30)

    with ThreadPoolExecutor(max_workers=2) as pool:
        waits = pool.submit(run_one, WAITS)
        while not (tmp_path / "waits").exists():
            assert not waits.done()
            time.sleep(0.01)
        makes = pool.submit(run_one, DAEMON, "stays", str(tmp_path / "pid")).result()
        (tmp_path / "go").touch()
        named = makes.left_behind + waits.result().left_behind

    assert any("os.setsid()" in command for command in named)
    assert not is_alive(int((tmp_path / "pid.done").read_text()))


SPENT_S = 0.6
SPENDS = f"""
import os, time
if os.fork():
    os.wait()
else:
    while time.process_time() < {SPENT_S}: pass
"""


def test_cpu_time_counts_grandchildren_that_were_waited_for(run) -> None:
    finished = run(SPENDS)
    assert finished.user_s + finished.system_s > 0.98 * SPENT_S


def test_context_switches_are_counted(run) -> None:
    assert run("import time\nfor _ in range(50): time.sleep(0.001)").voluntary_switches >= 50


BRIEFLY, A_WHILE = 0.5, 1.0
"""Seconds in which memory is looked at, every 20 ms: on a busy machine some looks come late."""
ALLOCATE = f"import time; data = b'x' * {{size}}; time.sleep({A_WHILE})"


def test_the_peak_is_that_of_the_child_though_we_are_larger(run) -> None:
    ballast = b"x" * (300 * MIB)  # touched, so that a fork of ours is large
    small = run(f"import time; time.sleep({BRIEFLY})")
    large = run(ALLOCATE.format(size=80 * MIB))
    assert len(ballast) == 300 * MIB
    assert 0 < small.peak_rss_bytes < 60 * MIB
    assert 0.9 * 80 * MIB < large.peak_rss_bytes - small.peak_rss_bytes < 1.3 * 80 * MIB


def test_the_peak_includes_grandchildren(run) -> None:
    small = run(f"import time; time.sleep({BRIEFLY})")
    code = f"import subprocess, sys\nsubprocess.run([sys.executable, '-S', '-c', {ALLOCATE.format(size=80 * MIB)!r}])"
    large = run(code)
    assert 0.9 * 80 * MIB < large.peak_rss_bytes - small.peak_rss_bytes < 1.7 * 80 * MIB


LARGE_FROM_SMALL = """
import sys
from pathlib import Path
from collectbench.measure.process.launch import Invocation, launch
code = "data = b'x' * (300 * 2**20)"
finished = launch(
    Invocation(argv=(sys.executable, "-S", "-c", code), cwd=Path.cwd(), env={}), output=Path("out"), timeout_s=30
)
print(finished.peak_rss_bytes)
"""


def test_a_peak_between_two_looks_is_known_from_the_system(tmp_path, clean_env, measured_python) -> None:
    # The shell forks the small process, which would else have our own size as its maximum.
    (tmp_path / "small.py").write_text(LARGE_FROM_SMALL)
    shell = ["/bin/sh", "-c", '"$@"; exit $?', "sh", *measured_python, "small.py"]
    done = subprocess.run(shell, cwd=tmp_path, env=clean_env, capture_output=True, text=True, check=True)
    assert 0.95 * 300 * MIB < int(done.stdout) < 1.3 * 300 * MIB


def test_the_timeline_rises_with_the_memory(run) -> None:
    finished = run(f"import time; time.sleep({A_WHILE}); data = b'x' * (80 * 2**20); time.sleep({A_WHILE})")
    times = [at for at, _ in finished.timeline]
    sizes = [size for _, size in finished.timeline]
    assert times == sorted(times)
    assert 0 <= times[0] <= times[-1] <= wall_s(finished)
    assert max(sizes) > 3 * sizes[0]


# --- signals ---


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_child_and_interrupts(number, run) -> None:
    with signals_noted():
        threading.Timer(0.3, os.kill, (os.getpid(), number)).start()
        with pytest.raises(Interrupted, match=signal.Signals(number).name):
            run("import time; time.sleep(60)")
    raise_if_interrupted()  # the signal is forgotten


def test_the_first_of_several_signals_counts() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with signals_noted():
        raise_if_interrupted()
        os.kill(os.getpid(), signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGINT)
        with pytest.raises(Interrupted, match="SIGTERM"):
            raise_if_interrupted()
    assert signal.getsignal(signal.SIGTERM) is before


def test_children_in_other_threads_are_interrupted_too(tmp_path, clean_env) -> None:
    def run_one(number: int) -> Finished:
        invocation = Invocation(argv=("/bin/sleep", "60"), cwd=tmp_path, env=clean_env)
        return launch(invocation, output=tmp_path / str(number), timeout_s=90)

    with signals_noted(), ThreadPoolExecutor(max_workers=2) as pool:
        futures = [pool.submit(run_one, number) for number in range(2)]
        time.sleep(0.3)
        os.kill(os.getpid(), signal.SIGINT)
        assert [type(future.exception(timeout=30)) for future in futures] == [Interrupted, Interrupted]


IGNORING = """
import signal, sys
from pathlib import Path
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
from collectbench.measure.process.launch import Invocation, launch
invocation = Invocation(argv=("/bin/sh", "-c", "exit 7"), cwd=Path.cwd(), env={})
print(launch(invocation, output=Path("out"), timeout_s=30).exit_code)
"""


def test_the_exit_code_is_known_though_the_caller_ignores_children(tmp_path, clean_env, measured_python) -> None:
    (tmp_path / "caller.py").write_text(IGNORING)
    argv = [*measured_python, "caller.py"]
    done = subprocess.run(argv, cwd=tmp_path, env=clean_env, capture_output=True, text=True, check=True)
    assert done.stdout == "7\n"


BURN = "import time\nend = time.thread_time() + 0.3\nwhile time.thread_time() < end: pass\n"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells the time in the run queue")
@pytest.mark.parametrize(
    ("code", "waits"),
    [
        ("import time; time.sleep(0.3)", True),
        ("import atexit, time; atexit.register(time.sleep, 0.3)", True),
        ("import subprocess, sys; subprocess.run([sys.executable, '-S', '-c', 'import time; time.sleep(0.3)'])", True),
        (BURN, False),
    ],
    ids=["sleep", "atexit", "subprocess", "own work"],
)
def test_a_wait_is_told_from_work_and_from_the_run_queue(run, code: str, *, waits: bool) -> None:
    finished = run(code)
    assert finished.main_thread is not None
    cpu_s = finished.user_s + finished.system_s
    waited_s = wall_s(finished) - finished.main_thread.queued_ns / 1e9 - cpu_s
    assert (waited_s > 0.29) is waits


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells the time in the run queue")
def test_the_main_thread_is_told_from_the_rest_of_the_tree(run) -> None:
    finished = run(f"import threading\nthreading.Thread(target=exec, args=({BURN!r}, {{}})).start()")
    assert finished.main_thread is not None
    assert finished.main_thread.running_ns / 1e9 < 0.2
    assert finished.user_s + finished.system_s > 0.3
