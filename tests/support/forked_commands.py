"""Runs collectbench commands through tests/support/fork_server.py, which tells why and how they talk."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

AT_START = ("PYTHON", "LC_", "LANG", "FORCE_COLOR", "NO_COLOR")
"""Python and rich read these variables when they start."""


class ForkServer:
    """The client of fork_server.py, which starts at the first command."""

    def __init__(self, python: Sequence[str], env: Mapping[str, str]) -> None:
        self.command = [*python, str(Path(__file__).with_name("fork_server.py"))]
        self.env = env
        self.connection: socket.socket | None = None

    def _connect(self) -> socket.socket:
        ours, theirs = socket.socketpair()
        with theirs:
            command = [*self.command, str(theirs.fileno())]
            self.process = subprocess.Popen(command, env=self.env, pass_fds=[theirs.fileno()])
        return ours

    def run(
        self, arguments: Sequence[str], *, cwd: Path, env: Mapping[str, str], timeout: float
    ) -> subprocess.CompletedProcess[str]:
        """What `subprocess.run` does for `python -m collectbench`, without stdin and with captured text."""
        self.connection = connection = self.connection or self._connect()
        request = json.dumps({"arguments": arguments, "cwd": str(cwd), "env": dict(env)})
        with (
            Path(os.devnull).open("rb") as nothing,
            tempfile.TemporaryFile("w+") as out,
            tempfile.TemporaryFile("w+") as err,
            connection.makefile("r") as answers,
        ):
            socket.send_fds(connection, [f"{request}\n".encode()], [file.fileno() for file in (nothing, out, err)])
            pid = int(answers.readline())
            if not select.select([connection], [], [], timeout)[0]:
                os.kill(pid, signal.SIGKILL)
                answers.readline()
                raise subprocess.TimeoutExpired(list(arguments), timeout)
            code = int(answers.readline())
            out.seek(0)
            err.seek(0)
            return subprocess.CompletedProcess(list(arguments), code, out.read(), err.read())

    def close(self) -> None:
        if self.connection:
            self.connection.close()
            self.process.wait()
