from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from collectbench.store.history_names import environment_name, record_path
from histories import ENVIRONMENT, record


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({}, "2x-amd-epyc_py3.11_pytest9.0"),
        ({"cpu_model": "AMD EPYC 7763 64-Core Processor"}, "2x-amd-epyc-7763_py3.11_pytest9.0"),
        (
            {"cpu_model": "Intel(R) Xeon(R) Platinum 8370C CPU @ 2.80GHz", "cpu_count": 4},
            "4x-intel-xeon-platinum-8370c_py3.11_pytest9.0",
        ),
        ({"cpu_model": "Apple M2 Pro", "python": "3.13.0rc2"}, "2x-apple-m2-pro_py3.13_pytest9.0"),
        ({"implementation": "PyPy", "pytest": "8.4.1.dev3+g123"}, "2x-amd-epyc_pypy3.11_pytest8.4"),
        ({"cpu_model": ""}, "2x-unknown_py3.11_pytest9.0"),
        ({"cpu_model": "../../x\0\n" + "y" * 300}, f"2x-x-{'y' * 38}_py3.11_pytest9.0"),
    ],
)
def test_an_environment_is_named_by_machine_python_and_pytest(changes, name):
    assert environment_name(replace(ENVIRONMENT, **changes)) == name


def test_an_upgrade_of_a_patch_release_stays_in_the_trend():
    upgraded = replace(ENVIRONMENT, python="3.11.9", pytest="9.0.9", distributions={"numpy": "2"}, platform="Linux-9")
    assert environment_name(upgraded) == environment_name(ENVIRONMENT)


def test_a_run_outside_of_git_has_a_name_too():
    path = record_path(record(commit=None, committed=None), Path("history"))
    assert path.name.startswith("20260101T010000Z-nocommit-")
