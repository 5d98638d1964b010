from __future__ import annotations

from pathlib import Path

import pytest

from collectbench.discovery.config_files import shadowed

TABLES = {
    "pyproject.toml": "[tool.pytest.ini_options]\naddopts = '-q'\n",
    "tox.ini": "[pytest]\naddopts = -q --%s\n",
    "setup.cfg": "[metadata]\nname = x\n[tool:pytest]\naddopts = -q\n",
    ".pytest.ini": "[pytest]\n",
}


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).write_text(text)


@pytest.mark.parametrize(
    ("read", "expected"),
    [
        (
            "pytest.ini",
            [
                "[pytest] in .pytest.ini",
                "[tool.pytest.ini_options] in pyproject.toml",
                "[pytest] in tox.ini",
                "[tool:pytest] in setup.cfg",
            ],
        ),
        ("pyproject.toml", ["[pytest] in tox.ini", "[tool:pytest] in setup.cfg"]),
        ("setup.cfg", []),
        ("own.ini", []),
    ],
)
def test_the_tables_that_come_after_the_file_that_is_read_are_shadowed(read, expected, tmp_path) -> None:
    write(tmp_path, TABLES)
    assert list(shadowed(tmp_path / read)) == expected


def test_files_without_such_a_table_or_that_cannot_be_read_are_left_alone(tmp_path) -> None:
    write(tmp_path, {"pyproject.toml": "[tool.ruff]\nline-length = 1\n", "tox.ini": "[tox]\n", "setup.cfg": "no ini"})
    assert list(shadowed(tmp_path / "pytest.ini")) == []
    write(tmp_path, {"pyproject.toml": "[tool\n"})
    (tmp_path / "tox.ini").write_bytes(b"\xff")
    assert list(shadowed(tmp_path / "pytest.ini")) == []
    assert list(shadowed(None)) == []


def test_the_native_table_of_pytest_9_is_named(tmp_path) -> None:
    write(tmp_path, {"pyproject.toml": "[tool.pytest]\naddopts = ['-q']\n"})
    assert list(shadowed(tmp_path / "pytest.toml")) == ["[tool.pytest] in pyproject.toml"]
