"""skip-probe, module-logger, first-caller and schema-build: lines of module bodies with a cause of their own."""

from __future__ import annotations

import pytest

from collectbench.causes.first_caller import CAUSE as FIRST_CALLER
from collectbench.causes.module_level_compute import CAUSE as COMPUTE
from collectbench.causes.module_logger import CAUSE as LOGGER
from collectbench.causes.schema_build import CAUSE as SCHEMA
from collectbench.causes.skip_probe import CAUSE as PROBE
from collectbench.model.trace import Event
from made_evidence import evidence, file_of, findings, imported, ran

BODY = "tests/test_a.py:{} <module>"
ONCE = """\
from functools import lru_cache

@lru_cache(maxsize=None)
def settings():
    return load()

def plain():
    return load()
"""
USES = "from once import plain, settings\n\nVALUE = settings()\nOTHER = plain()\n\ndef test_it():\n    settings()\n"
PYDANTIC = "/venv/site-packages/pydantic/main.py:80 __new__"


def made(text: str, *stacks, files=None, **fields):
    frames = fields.pop("imports", (imported(0, -1, "test_a", 2.0),))
    return evidence(imports=frames, stacks=stacks, files={file_of("test_a"): text, **(files or {})}, **fields)


@pytest.mark.parametrize(
    "text",
    [
        "@pytest.mark.skipif(not probe(), reason='no device')\ndef test_it(): ...\n",
        "pytestmark = pytest.mark.skipif(not probe(), reason='no device')\n",
        "pytestmark = [mark, pytest.mark.skipif(not probe(), reason='no device')]\n",
    ],
    ids=["decorator", "pytestmark", "list"],
)
def test_a_slow_condition_is_found_also_if_it_starts_a_process(text) -> None:
    process = Event(kind="os.system", detail="nvidia-smi", path="/project/gpu.py", line=3, count=1, during=0)
    about = made(text, ran(0, 0.6, BODY.format(1), "gpu.py:3 probe"), events=(process,))
    (found,) = findings(PROBE, about)
    assert [(each.path, each.line) for each in found.locations] == [("tests/test_a.py", 1), ("gpu.py", 3)]
    assert "os.system nvidia-smi in gpu.py:3" in found.evidence


def test_another_mark_is_no_condition() -> None:
    text = "@pytest.mark.usefixtures(names())\ndef test_it(): ...\n"
    assert not findings(PROBE, made(text, ran(0, 0.6, BODY.format(1), "gpu.py:3 names")))


def test_a_logger_that_loads_a_configuration_is_found() -> None:
    about = made("log = get_logger(__name__)\n", ran(0, 0.6, BODY.format(1), "app/logs.py:9 get_logger"))
    (found,) = findings(LOGGER, about)
    assert (found.subject, found.locations[0].line) == ("tests/test_a.py:1", 1)


@pytest.mark.parametrize("text", ["catalog = build()\n", "table = get_logger()\n", "build()\n"])
def test_what_is_not_called_a_logger_is_a_computation(text) -> None:
    about = made(text, ran(0, 0.6, BODY.format(1), "app/logs.py:9 build"))
    assert [len(findings(cause, about)) for cause in (LOGGER, COMPUTE)] == [0, 1]


def test_a_cached_function_with_several_callers_is_found_at_its_definition() -> None:
    frames = (imported(0, -1, "test_a"), imported(1, -1, "test_b"), imported(2, -1, "once", 0.1))
    files = {file_of("test_b"): USES, "/project/once.py": ONCE}
    run = ran(0, 0.6, BODY.format(3), "once.py:5 settings", "app.py:3 load")
    (found,) = findings(FIRST_CALLER, made(USES, run, imports=frames, files=files))
    places = [f"{each.path}:{each.line}" for each in found.locations]
    assert (found.subject, places) == ("settings()", ["once.py:4", "tests/test_a.py:3", "tests/test_b.py:3"])
    assert (found.estimated_saving_s, found.saving_alone_s) == (pytest.approx(0.6), 0.0)


@pytest.mark.parametrize(
    ("frames", "line", "function"),
    [
        ((imported(0, -1, "test_a"),), 3, "settings"),
        ((imported(0, -1, "test_a"), imported(1, -1, "test_b")), 4, "plain"),
    ],
    ids=["one caller", "not cached"],
)
def test_the_line_itself_is_found_if_moving_it_saves_its_time(frames, line, function) -> None:
    inner = f"once.py:{5 if function == 'settings' else 8} {function}"
    files = {file_of("test_b"): USES, "/project/once.py": ONCE}
    about = made(USES, ran(0, 0.6, BODY.format(line), inner), imports=frames, files=files)
    assert [len(findings(cause, about)) for cause in (FIRST_CALLER, COMPUTE)] == [0, 1]


def test_models_of_several_modules_are_one_finding_of_their_library() -> None:
    frames = (imported(0, -1, "app.models"), imported(1, -1, "app.api"))
    stacks = [ran(0, 0.1, f"app/models.py:{line} <module>", PYDANTIC) for line in (1, 5, 9)]
    stacks.append(ran(1, 0.2, "app/api.py:3 <module>", PYDANTIC))
    (found,) = findings(SCHEMA, evidence(imports=frames, stacks=stacks))
    assert found.estimated_saving_s == pytest.approx(0.5)
    assert (found.subject, found.bound) == ("pydantic in app.api, app.models", True)
    assert "defer_build" in found.fix


def test_a_library_that_validates_data_in_a_function_is_no_line_of_a_body() -> None:
    run = ran(0, 0.6, "tests/conftest.py:3 pytest_configure", PYDANTIC, hook=3)
    assert not findings(SCHEMA, made("", run))
