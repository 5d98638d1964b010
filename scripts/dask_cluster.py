"""A real cluster of Dask for tests and scripts: a scheduler, and workers in processes of their own, each with a nanny.

As a program, it starts one and prints a line of JSON: the address of the scheduler. It ends when its stdin does.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

STARTS_WITHIN_S = 120


@contextmanager
def local_cluster(workers: int, env: Mapping[str, str]) -> Iterator[str]:
    """Yields the address of the scheduler of a LocalCluster with single-threaded workers that measure."""
    command = (sys.executable, str(Path(__file__)), str(workers))
    with subprocess.Popen(command, env=dict(env), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        if process.stdin is None or process.stdout is None:  # both are pipes
            return
        try:
            yield str(json.loads(process.stdout.readline())["address"])
        finally:
            process.stdin.close()
            process.wait(STARTS_WITHIN_S)


@contextmanager
def worker(address: str, name: str, env: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Starts one more worker, as a user would, without a nanny; ends it afterwards."""
    command = (
        *(sys.executable, "-m", "dask", "worker", address, "--name", name, "--nthreads", "1"),
        *("--resources", "bench=1", "--no-nanny", "--no-dashboard"),
    )
    with subprocess.Popen(command, env=dict(env), stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.terminate()
            process.wait(STARTS_WITHIN_S)


def _main(workers: int) -> None:
    from distributed import LocalCluster

    with LocalCluster(  # type: ignore[no-untyped-call]
        processes=True, n_workers=workers, threads_per_worker=1, resources={"bench": 1}, dashboard_address=None
    ) as cluster:
        sys.stdout.write(json.dumps({"address": cluster.scheduler_address}) + "\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    _main(int(sys.argv[1]))
