"""What docs/lint.md shows and says: its example, and what a configuration and comments accept."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from environments import ROOT

GUIDE = (ROOT / "docs" / "lint.md").read_text(encoding="utf-8")
CONFIG = '[tool.pytest.ini_options]\ntestpaths = ["tests"]\n'
ORDER = "class Order:\n    lines = []\n"
WITH_PATH = 'import sys\n\nsys.path.insert(0, "/home/ann/src")\n\n\ndef test_a(): ...\n'


def block(language: str, number: int = 0) -> str:
    """A fenced block of the guide."""
    return re.findall(rf"^```{language}\n(.*?)^```$", GUIDE, re.DOTALL | re.MULTILINE)[number]


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """The repository of the example."""
    packages = {"shop/__init__.py": "", "tests/__init__.py": "", "shop/orders.py": ORDER}
    return write(tmp_path, {"pyproject.toml": CONFIG, **packages, "tests/test_orders.py": block("python")})


def test_the_example_is_reported_as_the_guide_shows_it(run_cli, shop) -> None:
    command, _, shown = block("console").partition("\n")
    result = run_cli(*command.removeprefix("$ collectbench ").split(), cwd=shop)
    as_typed = re.sub(r"^  .* lint --record", "  collectbench lint --record", result.stdout, flags=re.MULTILINE)
    assert (result.returncode, as_typed, result.stderr) == (1, shown, "")


def test_the_readme_shows_a_part_of_it() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (shown,) = (part.partition("```")[0] for part in readme.split("```console\n$ collectbench lint\n")[1:])
    assert set(shown.splitlines()) - {"…"} <= set(block("console").splitlines())


def test_the_comments_of_the_guide_accept_the_violations(run_cli, shop) -> None:
    write(shop, {"tests/test_orders.py": block("python", 1).replace(", missing-module", "")})
    result = run_cli("lint", cwd=shop)
    assert (result.returncode, result.stdout) == (0, "4 files checked, no violation\n")


@pytest.mark.parametrize("pattern", ["tests/old", "tests/old/", "tests/old/*", "*/test_a.py"])
def test_excluded_files_are_not_checked(run_cli, tmp_path, pattern) -> None:
    config = f'{CONFIG}[tool.collectbench.lint]\nexclude = ["{pattern}"]\n'
    root = write(tmp_path, {"pyproject.toml": config, "tests/old/test_a.py": WITH_PATH, "tests/test_b.py": WITH_PATH})
    result = run_cli("lint", cwd=root)
    assert result.stdout.startswith("tests/test_b.py:3: host-path")
    assert "1 violation; 1 file checked" in result.stdout


def test_a_class_in_an_excluded_file_is_known_to_the_others(run_cli, tmp_path) -> None:
    config = f'{CONFIG}[tool.collectbench.lint]\nexclude = ["tests/base.py"]\n'
    base = "class Base:\n    def __init__(self): ...\n"
    test = "from tests.base import Base\n\n\nclass TestA(Base):\n    def test_a(self): ...\n"
    files = {"pyproject.toml": config, "tests/__init__.py": "", "tests/base.py": base, "tests/test_a.py": test}
    result = run_cli("lint", cwd=write(tmp_path, files))
    assert "tests/test_a.py:4: uncollected-tests" in result.stdout


def test_rules_can_be_ignored_in_some_files(run_cli, tmp_path) -> None:
    config = f'{CONFIG}[tool.collectbench.lint.per-file-ignores]\n"tests/old" = ["host-path"]\n'
    result = run_cli("lint", cwd=write(tmp_path, {"pyproject.toml": config, "tests/old/test_a.py": WITH_PATH}))
    assert (result.returncode, result.stdout) == (0, "1 file checked, no violation\n")


def test_what_is_recorded_stays_known_if_lines_move(run_cli, shop) -> None:
    recorded = run_cli("lint", "--record", "lint.json", cwd=shop)
    test = shop / "tests" / "test_orders.py"
    test.write_text("# a comment\n" + test.read_text())
    known = run_cli("lint", "--known", "lint.json", cwd=shop)
    assert (recorded.returncode, known.returncode) == (0, 0)
    assert "note: 4 known violations omitted" in known.stdout
    assert run_cli("lint", "--known", "none.json", cwd=shop).returncode == 6


def test_another_profile_under_the_same_name_is_read(run_cli, tmp_path) -> None:
    config = f'{CONFIG}[tool.collectbench.lint]\nheavy-profile = "profile.json"\n'
    profile = (ROOT / "tests" / "old_formats" / "profile-1.json").read_text()
    test = "import pandas\n\n\ndef test_a():\n    assert pandas\n"
    root = write(tmp_path, {"pyproject.toml": config, "tests/test_a.py": test, "profile.json": profile})
    assert "tests/test_a.py:1: heavy-import" in run_cli("lint", cwd=root).stdout
    (root / "profile.json").write_text(profile.replace('"pandas"', '"polars"'))
    assert run_cli("lint", cwd=root).stdout == "1 file checked, no violation\n"


def test_a_deleted_module_is_reported_where_it_is_imported(run_cli, shop) -> None:
    git = ("git", "-c", "user.name=a", "-c", "user.email=a@b", "-C", str(shop))
    for command in (("init", "-q"), ("add", "."), ("commit", "-qm", "all")):
        subprocess.run([*git, *command], check=True)
    assert run_cli("lint", "--changed", cwd=shop).stdout == "0 files checked, no violation\n"
    (shop / "shop" / "orders.py").unlink()
    shown = run_cli("lint", "--changed", cwd=shop).stdout
    assert "tests/test_orders.py:5: missing-module" in shown
