from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectbench.measure.process.command_line import shorten

DEEP = "/a/deep/directory" * 10


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        ("", ""),
        ("/usr/bin/sleep 600", "/usr/bin/sleep 600"),
        ("/usr/bin/sleep 600 --seconds!", "/usr/bin/sleep 600 --seconds!"),
        (f"{DEEP}/bin/python -c pass", "python -c pass"),
        (f"{DEEP}/bin/python", "python"),
        (f"{DEEP}/bin/python -m server --port 8000", "python -m server --port 8000"),
        (f"{DEEP}/bin/python -m server --port 8000 --debug", "python …r --port 8000 --debug"),
        (f"/bin/sh {DEEP}/server.sh --port 1", "sh …ectory/server.sh --port 1"),
        ("x" * 40, "…" + "x" * 28),
        (f"{DEEP}/{'x' * 15} --port 8000 --host local", "…xxx --port 8000 --host local"),
    ],
)
def test_a_long_command_line_shows_its_program_and_its_end(command, shown) -> None:
    assert shorten(command, 29) == shown


@given(command=st.text("/ ab", max_size=60), length=st.integers(1, 60))
def test_a_command_line_never_takes_more_than_its_length(command, length) -> None:
    shown = shorten(command, length)
    assert len(shown) <= length
    assert command.endswith(shown.rpartition("…")[2])
