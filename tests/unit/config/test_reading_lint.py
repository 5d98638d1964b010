"""Reading `[tool.collectbench.lint]`, mistakes included."""

from __future__ import annotations

from pathlib import Path

import pytest

from collectbench.config import load_config
from collectbench.config.lint_keys import FORBIDDEN_IMPORT, LINT
from collectbench.model.errors import UsageError
from collectbench.model.lint_settings import ForbiddenImport, LintSettings

COMPLETE = """
[tool.collectbench.lint]
select = ["missing-module", "host-path", "unused-ignore"]
ignore = ["host-path"]
exclude = ["tests/data/*"]
heavy = ["pandas", "google.cloud"]
heavy-profile = "profiles/main.json"
heavy-threshold = "250ms"
min-statements = 8
min-similarity = "100%"

[tool.collectbench.lint.per-file-ignores]
"tests/old/*" = ["missing-name", "missing-module"]
"conftest.py" = []

[[tool.collectbench.lint.forbidden-imports]]
module = "pkg.old*.api"
replacement = "pkg.new"
reason = "it starts the application"
exceptions = ["tests/old/*"]
removed = true

[[tool.collectbench.lint.forbidden-imports]]
module = "requests"
"""


@pytest.fixture
def mistakes_of(tmp_path: Path):
    def read(text: str) -> list[str]:
        path = tmp_path / "collectbench.toml"
        path.write_text(text)
        with pytest.raises(UsageError) as caught:
            load_config(path)
        return [mistake.removeprefix(f"{path}: ") for mistake in caught.value.mistakes]

    return read


def test_every_key_reaches_its_field(tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text(COMPLETE)
    assert load_config(path).lint == LintSettings(
        select=("missing-module", "host-path", "unused-ignore"),
        ignore=("host-path",),
        exclude=("tests/data/*",),
        per_file_ignores={"tests/old/*": ("missing-name", "missing-module"), "conftest.py": ()},
        heavy=("pandas", "google.cloud"),
        heavy_profile="profiles/main.json",
        heavy_threshold_s=0.25,
        forbidden_imports=(
            ForbiddenImport(
                module="pkg.old*.api",
                replacement="pkg.new",
                reason="it starts the application",
                exceptions=("tests/old/*",),
                removed=True,
            ),
            ForbiddenImport(module="requests"),
        ),
        min_statements=8,
        min_similarity=1.0,
    )


def test_a_forbidden_import_knows_its_line(tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text(COMPLETE)
    lines = COMPLETE.splitlines()
    headers = [number for number, line in enumerate(lines, start=1) if line.startswith("[[")]
    assert [(each.file, each.line) for each in load_config(path).lint.forbidden_imports] == [
        ("pyproject.toml", header) for header in headers
    ]


@pytest.mark.parametrize(
    "text",
    [
        "\n[lint]\nforbidden-imports = [{module = 'a'}, {module = 'b'}]\n",
        "\n\n'lint'.\"forbidden-imports\" = [{module = 'a'}, {module = 'b'}]\n",
    ],
)
def test_forbidden_imports_in_one_line_have_that_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "collectbench.toml"
    path.write_text(text)
    assert [each.line for each in load_config(path).lint.forbidden_imports] == [3, 3]


@pytest.mark.parametrize(
    ("line", "mistake"),
    [
        ('select = "missing-module"', 'select: expected a list like ["missing-module"], got "missing-module"'),
        ('ignore = ["x", "mising-module"]', 'ignore: item 2: unknown rule "mising-module"; did you mean "missing-mod'),
        ('exclude = [""]', "exclude: item 1: expected a name or path, got an empty string"),
        ("per-file-ignores = []", "per-file-ignores: expected a table, got a list"),
        ('per-file-ignores = {"a*" = ["hostpath"]}', 'per-file-ignores: "a*": item 1: unknown rule "hostpath"; did'),
        ('heavy = ["pandas."]', 'heavy: item 1: expected the name of a module like "pkg.module", got "pandas."'),
        ("heavy-profile = 1", "heavy-profile: expected a string, got 1"),
        ("heavy-threshold = 0.1", 'heavy-threshold: expected a duration like "5s", got 0.1 without its unit'),
        ("min-statements = 0", "min-statements: expected an integer of at least 1, got 0"),
        ("min-similarity = 0.8", 'min-similarity: expected a percentage like "80%", got 0.8 without its unit'),
        ('min-similarity = "120%"', "min-similarity: '120%' is above 100%"),
        ('min-similarity = "0%"', "min-similarity: '0%' is not a percentage above 0"),
        ('forbidden-imports = ["x"]', "forbidden-imports.1: expected a table, got"),
        ("forbidden-imports = {}", "forbidden-imports: expected an array of tables, got a table"),
        ("forbidden-imports = [{}]", "forbidden-imports.1.module: missing; name what must not be imported"),
        ("forbidden-imports = [{module = 'a b'}]", "forbidden-imports.1.module: expected the name of a module like"),
        ("forbidden-imports = [{module = 'a', removed = 1}]", "forbidden-imports.1.removed: expected true or false, "),
    ],
)
def test_a_mistake_names_the_key_and_the_way_out(mistakes_of, line: str, mistake: str) -> None:
    assert f"lint.{mistake}" in mistakes_of(f"[lint]\n{line}\n")[-1]


def test_an_unknown_key_is_named_with_the_nearest_one(mistakes_of) -> None:
    assert mistakes_of("[lint]\nselects = []\nforbidden-imports = [{module = 'a', because = ''}]\n") == [
        'unknown key "selects" in [lint]; did you mean "select"?',
        'unknown key "because" in [lint.forbidden-imports.1]; known are ' + ", ".join(FORBIDDEN_IMPORT),
    ]


def test_all_mistakes_are_reported_at_once(mistakes_of) -> None:
    told = mistakes_of(
        "[lint]\nselect = ['xyz', 'zyx']\nper-file-ignores = {a = ['xyz'], ' ' = []}\nmin-statements = '5'\n"
        "forbidden-imports = [{module = 'a'}, {module = '*.'}, {replacement = ''}]\n"
    )
    assert [mistake.partition(": ")[0] for mistake in told] == [
        *("lint.select", "lint.select", "lint.per-file-ignores", "lint.per-file-ignores", "lint.min-statements"),
        *("lint.forbidden-imports.2.module", "lint.forbidden-imports.3.replacement"),
        "lint.forbidden-imports.3.module",
    ]


def test_the_example_in_the_guide_can_be_read(tmp_path: Path) -> None:
    guide = (Path(__file__).parents[3] / "docs" / "lint.md").read_text(encoding="utf-8")
    (example,) = (part.partition("```")[0] for part in guide.split("```toml\n") if "collectbench.lint]" in part)
    path = tmp_path / "pyproject.toml"
    path.write_text(example)
    assert all(key in example for key in (*LINT, *FORBIDDEN_IMPORT))
    assert load_config(path).lint.forbidden_imports[0].removed
