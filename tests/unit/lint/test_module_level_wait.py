"""module-level-wait: what it reports, and what it leaves alone."""

from __future__ import annotations

import pytest

from collectbench.lint.module_level_wait import RULE
from lint_texts import cases, lines_of

REPORTS = cases(
    sleep="import time\ntime.sleep(1)\n",
    imported_function="from time import sleep as nap\nnap(DELAY)\n",
    alias="import time\nnap = time.sleep\nnap(1)\n",
    loop="import time\nwhile not ready():\n    time.sleep(0.1)\n",
    class_body="import time\nclass TestA:\n    time.sleep(1)\n",
    coroutine="import asyncio\nasyncio.run(asyncio.sleep(1))\n",
    loop_of_events="import asyncio\nasyncio.new_event_loop().run_until_complete(asyncio.sleep(1))\n",
    trio="import trio\ntrio.run(trio.sleep, 1)\n",
    event="from threading import Event\nEvent().wait(1)\n",
    event_in_variable="import threading\nready = threading.Event()\nready.wait(timeout=1)\n",
    thread="import threading\nworker = threading.Thread()\nworker.start()\nworker.join()\n",
    lock="from filelock import FileLock\nFileLock('x').acquire(timeout=5)\n",
    lock_in_with="from filelock import FileLock\nwith FileLock('x'):\n    X = 1\n",
    lock_in_variable="import filelock\nlock = filelock.FileLock('x')\nwith lock:\n    X = 1\n",
)
LEAVES_ALONE = cases(
    function="import time\ndef test_a():\n    time.sleep(1)\n",
    lambda_="import time\nX = lambda: time.sleep(1)\n",
    zero="import time\ntime.sleep(0)\n",
    coroutine_of_zero="import asyncio\nasyncio.run(asyncio.sleep(0))\n",
    coroutine_that_nobody_runs="import asyncio\nX = asyncio.sleep(1)\n",
    own_function="def sleep(x): ...\nsleep(1)\n",
    own_module="from shop import time\ntime.sleep(1)\n",
    reference="import time\nX = time.sleep\n",
    main="import time\nif __name__ == '__main__':\n    time.sleep(1)\n",
    opted_in="import os, time\nif os.getenv('SLOW'):\n    time.sleep(1)\n",
    other_wait="from shop import Event\nEvent().wait()\n",
    join_of_strings="X = ', '.join(['a'])\n",
    join_of_paths="import os.path\nX = os.path.join('a', 'b')\n",
    lock_that_nobody_takes="from filelock import FileLock\nlock = FileLock('x')\n",
    other_lock="import threading\nwith threading.Lock():\n    X = 1\n",
)


@pytest.mark.parametrize("text", REPORTS)
def test_it_reports(text: str) -> None:
    assert len(lines_of(RULE, text)) == 1


@pytest.mark.parametrize("text", LEAVES_ALONE)
def test_it_leaves_alone(text: str) -> None:
    assert lines_of(RULE, text) == []
