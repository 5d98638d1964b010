"""action.yml, the hooks for pre-commit and the examples of two guides: valid, and true to the program."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
import typer
import yaml

from collectbench.cli.app import app
from collectbench.cli.outlets import parse_outlets
from collectbench.model.comparison import Comparison
from collectbench.model.costs import Profile
from collectbench.model.diagnosis import Diagnosis
from collectbench.model.full_report import FullReport
from collectbench.model.history import History
from collectbench.model.lint import LintReport
from collectbench.model.report import RunReport
from collectbench.model.verification import Verification
from collectbench.render.formats import FORMATS
from collectbench.render.formats.markdown.comment import MARKER
from environments import ROOT

SCHEMAS = ROOT / "tests" / "schemas"
GUIDE = "\n".join((ROOT / "docs" / name).read_text("utf-8") for name in ("ci.md", "history.md"))
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", GUIDE, re.DOTALL | re.MULTILINE)
COMMANDS = typer.main.get_command(app).commands
CALL = re.compile(r"(?<![\w@-])collectbench ([a-z]+(?: [^'\n]*)?)")
EXPRESSION = re.compile(r"\$\{\{.*?\}\}")
EXPRESSION_NAME = re.compile(r"\$\{\{ inputs\.([a-z-]+) \}\}")


def of_yaml(text: str) -> Any:
    """The data of a file as CI services read it: `on` is a word there, where YAML 1.1 takes it for a boolean."""
    data = yaml.safe_load(text)
    return {"on" if key is True else key: value for key, value in data.items()} if isinstance(data, dict) else data


EXAMPLES = [of_yaml(text) for language, text in BLOCKS if language == "yaml"]
WORKFLOWS = [data for data in EXAMPLES if "jobs" in data]
PIPELINES = [data for data in EXAMPLES if "jobs" not in data and "repos" not in data]
HOOK_CONFIGS = [data for data in EXAMPLES if "repos" in data]
ACTION = of_yaml((ROOT / "action.yml").read_text("utf-8"))
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))


def steps_of(workflow: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from (step for job in workflow["jobs"].values() for step in job["steps"])


OUR_STEPS = [
    step["with"] for workflow in WORKFLOWS for step in steps_of(workflow) if "/collectbench@" in step.get("uses", "")
]


def parse(words: list[str]) -> dict[str, Any]:
    """The parameters of a command line, as click itself reads it; options that do not exist end the test."""
    name, *arguments = words[: words.index("--")] if "--" in words else words
    return COMMANDS[name].make_context(name, arguments).params


def schema(name: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((SCHEMAS / name).read_text("utf-8"))
    return data


def calls() -> list[str]:
    """Every command line of ours in an example, lines that a backslash or YAML folds joined."""
    indented = re.findall(r"^    \S.*$", GUIDE, re.MULTILINE)
    texts = [*indented, *(text for language, text in BLOCKS if language != "yaml")]
    scripts = [line for pipeline in PIPELINES for job in pipeline.values() for line in job.get("script", ())]
    runs = [step["run"] for workflow in WORKFLOWS for step in steps_of(workflow) if "run" in step]
    return [found for text in (*texts, *scripts, *runs) for found in CALL.findall(text.replace("\\\n", " "))]


def test_each_kind_of_example_is_there() -> None:
    assert (len(WORKFLOWS), len(PIPELINES), len(HOOK_CONFIGS), len(OUR_STEPS)) == (11, 1, 1, 6)
    assert len(calls()) >= 4


def test_the_action_keeps_to_its_schema() -> None:
    jsonschema.validate(ACTION, schema("github-action.json"))


@pytest.mark.parametrize("workflow", WORKFLOWS)
def test_a_workflow_keeps_to_its_schema(workflow) -> None:
    jsonschema.validate(workflow, schema("github-workflow.json"))


@pytest.mark.parametrize("pipeline", PIPELINES)
def test_a_pipeline_keeps_to_the_schema_of_gitlab(pipeline) -> None:
    jsonschema.validate(pipeline, schema("gitlab-ci.json"))


def test_pre_commit_takes_the_hooks() -> None:
    command = [sys.executable, "-m", "pre_commit", "validate-manifest", ".pre-commit-hooks.yaml"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout + result.stderr) == (0, "")


@pytest.mark.parametrize("call", calls())
def test_a_command_line_in_the_guide_has_options_that_exist(call) -> None:
    params = parse(shlex.split(EXPRESSION.sub("1", call)))
    if params.get("output") and call.startswith("compare"):
        parse_outlets("text", params["output"], Comparison, verbose=False)


def test_the_hooks_call_commands_that_exist() -> None:
    for hook in HOOKS:
        program, *words = shlex.split(hook["entry"])
        used = [one for data in HOOK_CONFIGS for one in data["repos"][0]["hooks"] if one["id"] == hook["id"]]
        given = [one.get("args", []) for one in used]
        assert program == "collectbench"
        assert [parse([*words, *args]) for args in ([], *given)]


def test_an_example_gives_the_action_inputs_that_it_has() -> None:
    assert {name for inputs in OUR_STEPS for name in inputs} <= set(ACTION["inputs"])


@pytest.mark.parametrize("inputs", OUR_STEPS)
def test_what_an_example_makes_the_action_call_has_options_that_exist(inputs, call_of_the_action) -> None:
    assert parse(call_of_the_action(**{name: EXPRESSION.sub("1", text) for name, text in inputs.items()}))


def test_the_guide_names_every_format_with_the_commands_that_have_it() -> None:
    rows = re.findall(r"^\| (`[^|]*) \| [^|]* \| ([^|]*) \|$", GUIDE, re.MULTILINE)
    documented = {name: commands for names, commands in rows for name in re.findall("`([^`]+)`", names)}
    of = {
        RunReport: "`baseline`",
        Comparison: "`compare`",
        Diagnosis: "`diagnose`",
        LintReport: "`lint`",
        Verification: "`verify`",
        History: "`history`",
        Profile: "`profile`",
        FullReport: "`report`",
    }
    expected = {
        name: "everything"
        if len(format_.renderers) > len(of)
        else ", ".join(command for kind, command in of.items() if kind in format_.renderers)
        for name, format_ in FORMATS.items()
    }
    assert documented == {name: commands for name, commands in expected.items() if commands}


def test_a_bot_looks_for_the_line_that_is_written() -> None:
    scripts = [
        step["with"]["script"] for flow in WORKFLOWS for step in steps_of(flow) if "script" in step.get("with", {})
    ]
    assert len(scripts) == 2
    assert all(f"'{MARKER}'" in script for script in scripts)


# The script of the action, run by bash


@pytest.fixture
def call_of_the_action(tmp_path):
    """What the action calls collectbench with for some inputs: its script runs, with a recorder in place of that."""
    recorder = tmp_path / "collectbench" / "bin" / "collectbench"
    recorder.parent.mkdir(parents=True)
    recorder.write_text(
        f"#!{sys.executable}\nimport json, os, sys\n"
        "print(json.dumps([sys.argv[1:], [name for name in os.environ if name.startswith('COLLECTBENCH_')]]))\n"
    )
    recorder.chmod(0o755)
    step = ACTION["runs"]["steps"][-1]

    def call(**inputs: str) -> list[str]:
        given = {name: inputs.get(name, one["default"]) for name, one in ACTION["inputs"].items()}
        env = {name: given[EXPRESSION_NAME.fullmatch(value)[1]] for name, value in step["env"].items()}
        command = ["bash", "--noprofile", "--norc", "-euo", "pipefail", "-c", step["run"]]
        result = subprocess.run(
            command,
            cwd=tmp_path,
            env={"RUNNER_TEMP": str(tmp_path), **env},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (result.returncode, result.stderr) == (0, "")
        words, left = json.loads(result.stdout)
        assert left == []
        return words

    return call


def test_without_inputs_the_action_compares_as_configured(call_of_the_action) -> None:
    words = call_of_the_action()
    assert words == ["compare", "--format", "github", "--python=python"]
    assert parse(words)["format_"] == "github"


def test_every_input_reaches_its_option(call_of_the_action) -> None:
    words = call_of_the_action(
        **{
            "targets": "tests/api\n\ntests/a b\n",
            "against": "origin/main",
            "baseline": "main",
            "margin": "12%",
            "max-time": "10m",
            "output": "comment.md\njunit=a b.xml",
            "args": "--no-suite\n--rounds\n3",
            "pytest-args": "-p\nno:benchmark",
            "python": ".venv/bin/python",
        }
    )
    assert words[-3:] == ["--", "-p", "no:benchmark"]
    params = parse(words)
    assert params["targets"] == ["tests/api", "tests/a b"]
    assert params["output"] == ["comment.md", "junit=a b.xml"]
    names = ("against", "baseline", "margin", "max_time", "rounds", "suite", "python")
    expected = ["origin/main", "main", pytest.approx(0.12), 600, 3, False, ".venv/bin/python"]
    assert [params[name] for name in names] == expected


def test_no_input_is_run_by_the_shell(call_of_the_action, tmp_path) -> None:
    forged = "$(touch pwned)`touch pwned`; touch pwned\"'\\ *"
    words = call_of_the_action(**dict.fromkeys(("targets", "against", "output", "pytest-args"), forged))
    assert words[-4:] == [f"--output={forged}", forged, "--", forged]
    assert not (tmp_path / "pwned").exists()


def test_no_script_of_the_action_holds_an_expression() -> None:
    assert not [step["run"] for step in ACTION["runs"]["steps"] if "${{" in step["run"]]
