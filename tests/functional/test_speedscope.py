"""The export for speedscope of a real run: valid by its published schema."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema

SCHEMA = Path(__file__).parents[1] / "schemas" / "speedscope.json"


def test_the_published_schema_accepts_a_real_run(run_cli, write_suite, plain_python) -> None:
    suite = write_suite(
        {
            "pytest.ini": "[pytest]\n",
            "tests/conftest.py": "import in_conftest\n",
            "tests/in_conftest.py": "",
            "tests/test_a.py": "import decimal\nclass TestA:\n    def test_one(self): pass\n",
        }
    )
    options = ("--python", plain_python, "--rounds", "1", "--warmup", "0", "--no-sampled", "--quiet")
    result = run_cli("profile", "tests", *options, "--format", "speedscope", cwd=suite)
    assert (result.returncode, result.stderr) == (0, "")
    data = json.loads(result.stdout)
    jsonschema.validate(data, json.loads(SCHEMA.read_text()))
    names = {frame["name"] for frame in data["shared"]["frames"]}
    assert {"in_conftest", "tests/test_a.py", "tests/test_a.py::TestA"} <= names
    assert len(data["profiles"][0]["events"]) > 100
