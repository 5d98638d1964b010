"""Runs each collectbench command as a fork of one process that has imported the package.

Most commands of the tests take less time than Python, typer, rich and coverage need to start. So does the end of
Python, which touches all memory that a fork shares: forks leave it out.

Usage, by forked_commands.py alone: `python fork_server.py DESCRIPTOR`, the descriptor of a Unix socket.
A request is a line of JSON (`arguments`, `cwd`, `env`) sent with the descriptors of stdin, stdout and stderr.
Two lines answer it: the pid, then the exit code as subprocess gives it. The server ends when the socket closes.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import pkgutil
import socket
import sys
import tempfile
import threading
from typing import Any, NoReturn

from typer.testing import CliRunner

import collectbench
from collectbench.__main__ import main
from collectbench.cli.app import app


def import_everything() -> None:
    """Imports our modules, apart from the probe of measured processes, and the libraries that they import late."""
    for module in pkgutil.walk_packages(collectbench.__path__, "collectbench."):
        if not module.name.startswith(("collectbench.probe", "collectbench.__main__")):
            importlib.import_module(module.name)
    for name in ("networkx", "tabulate"):
        importlib.import_module(name)
    CliRunner().invoke(app, ["baseline", "--help"])  # makes typer import its own late modules
    gc.freeze()  # forks then share the memory of all that was imported


def serve(connection: socket.socket) -> None:
    """Answers requests; returns in the fork of each request, where the command is to run."""
    while True:
        text, descriptors, *_ = socket.recv_fds(connection, 1 << 16, 3)
        if not text:
            sys.exit()
        while not text.endswith(b"\n"):
            text += connection.recv(1 << 16)
        pid = os.fork()
        if pid == 0:
            connection.close()
            become(json.loads(text), descriptors)
            return
        for descriptor in descriptors:
            os.close(descriptor)
        connection.sendall(f"{pid}\n".encode())
        _, status = os.waitpid(pid, 0)
        connection.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())


def become(request: dict[str, Any], descriptors: list[int]) -> None:
    """Gives this fork the streams, directory, environment and arguments of `python -m collectbench`."""
    for target, descriptor in enumerate(descriptors):
        os.dup2(descriptor, target)
        os.close(descriptor)
    os.chdir(request["cwd"])
    os.environ.clear()
    os.environ.update(request["env"])
    tempfile.tempdir = None  # it remembers TMPDIR
    sys.path[0] = os.getcwd()  # noqa: PTH109 - as python -m has it
    sys.argv[:] = [sys.modules[main.__module__].__file__, *request["arguments"]]  # as with `python -m collectbench`


def run_and_end(coverage: Any) -> NoReturn:
    """Runs the command, and ends as Python does, up to the point after which nobody sees a difference."""
    try:
        main()
    except SystemExit as end:
        code = int(end.code or 0)
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    if coverage:
        coverage.save()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


import_everything()
coverage = sys.modules["coverage"].Coverage.current() if "coverage" in sys.modules else None
if coverage:
    coverage.save()  # or else each fork would write it down once more
serve(socket.socket(fileno=int(sys.argv[1])))
run_and_end(coverage)
