from __future__ import annotations

from collectbench.attribution.fault_stack import Call, hanging_stack, responsible_call

WORKER = 'Thread 0x2 (most recent call first):\n  File "/p/pool.py", line 8 in poll\n  File "/lib/t.py", line 1 in run'
WATCHER = 'Thread 0x3 (most recent call first):\n  File "<frozen importlib._bootstrap> of collectbench", line 98 in run'
LOOPING = 'Current thread 0x1 (most recent call first):\n  File "/p/test_a.py", line 7 in loops'
WAITING = 'Current thread 0x1 (most recent call first):\n  File "/lib/threading.py", line 1583 in _shutdown'


def test_a_process_hangs_where_its_main_thread_is() -> None:
    assert hanging_stack(f"{WATCHER}\n\n{WORKER}\n\n{LOOPING}\n") == LOOPING
    assert hanging_stack(f"{LOOPING}\n") == LOOPING
    assert hanging_stack("") == ""


def test_a_process_that_waits_for_a_thread_at_its_end_hangs_where_that_thread_is() -> None:
    stack = hanging_stack(f"{WATCHER}\n\n{WORKER}\n\n{WAITING}\n")
    assert stack == WORKER
    assert responsible_call(stack, "/p") == Call("/p/pool.py", 8, "poll")


def test_code_that_the_sampler_has_just_interrupted_hangs_where_it_was() -> None:
    title, calls = LOOPING.split("\n", 1)
    handler = '  File "<frozen importlib._bootstrap> of collectbench", line 66 in interrupt'
    assert hanging_stack(f"{WATCHER}\n\n{title}\n{handler}\n{calls}\n") == LOOPING


def test_without_another_thread_the_end_of_python_is_the_place() -> None:
    assert hanging_stack(f"{WATCHER}\n\n{WAITING}") == WAITING


def test_a_call_of_an_installed_package_within_the_project_is_not_the_projects() -> None:
    stack = 'File "/p/.venv/lib/site-packages/x.py", line 3 in x\nFile "/p/a.py", line 5 in a'
    assert responsible_call(stack, "/p/") == Call("/p/a.py", 5, "a")
    assert responsible_call("", "/p") is None
