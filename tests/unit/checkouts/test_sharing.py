from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from collectbench.checkouts.checkout import Checkout, Checkouts
from collectbench.checkouts.sharing import share_ignored
from collectbench.model.errors import UsageError

SO = "pkg/_speed.so"


def write(folder: Path, files: Mapping[str, str]) -> None:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)


@pytest.fixture
def sides(tmp_path) -> Checkouts:
    """The user's tree, in which an extension was built, and both sides, which lack that."""
    for name in ("tree", "base", "head"):
        write(tmp_path / name, {"pkg/__init__.py": name})
    write(tmp_path / "tree", {SO: "machine code"})
    os.utime(tmp_path / "tree" / SO, ns=(10**18, 10**18))
    base, head = (
        Checkout(label=label, commit="1", toplevel=tmp_path / label, root=tmp_path / label, env={})
        for label in ("base", "head")
    )
    return Checkouts(origin=tmp_path / "tree", base=base, head=head, head_commit="1", dirty=False)


def test_what_collection_loads_and_the_sides_lack_is_copied_with_its_time(sides) -> None:
    loaded = [sides.origin / path for path in (SO, "pkg/__init__.py", SO)]
    assert share_ignored(sides, loaded) == (SO,)
    for side in sides.both:
        assert (side.toplevel / SO).read_text() == "machine code"
        assert (side.toplevel / SO).stat().st_mtime_ns == 10**18
        assert (side.toplevel / "pkg/__init__.py").read_text() == side.label


def test_caches_environments_and_what_is_gone_stay_where_they_are(sides, tmp_path) -> None:
    left = (
        *("pkg/__pycache__/x.pyc", "old.pyc", ".pytest_cache/v/lastfailed", "x.egg-info/PKG-INFO", ".git/config"),
        *(".venv/pyvenv.cfg", ".venv/lib/x.py", "lib/site-packages/x.py", "python/os.py"),
    )
    write(sides.origin, dict.fromkeys(left, ""))
    write(tmp_path, {"elsewhere.py": ""})
    loaded = [*(sides.origin / path for path in (*left, "pkg", "gone.py")), tmp_path / "elsewhere.py"]
    assert share_ignored(sides, loaded, [sides.origin / "python"]) == ()


def test_a_file_behind_a_link_is_copied_to_where_it_is_looked_for(sides, tmp_path) -> None:
    write(tmp_path, {"elsewhere/data.json": "{}"})
    (sides.origin / "data").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "link").symlink_to(sides.origin)
    assert share_ignored(sides, [sides.origin / "data/data.json", tmp_path / "link" / SO]) == ("data/data.json", SO)
    assert (sides.base.toplevel / "data/data.json").read_text() == "{}"


def test_an_extension_whose_sources_changed_is_refused(sides) -> None:
    changed = replace(sides, changed=("pkg/_speed.c", "README.md"))
    with pytest.raises(UsageError) as caught:
        share_ignored(changed, [sides.origin / SO])
    assert f"  {SO} (pkg/_speed.c)\n" in str(caught.value)
    assert "--baseline" in str(caught.value)
    assert not (sides.head.toplevel / SO).exists()


def test_a_refusal_names_only_some_of_many_files(sides) -> None:
    files = [f"pkg/x{number}.so" for number in range(7)]
    write(sides.origin, dict.fromkeys(files, ""))
    with pytest.raises(UsageError) as caught:
        share_ignored(
            replace(sides, changed=tuple(f"{number}.c" for number in range(8))), [sides.origin / path for path in files]
        )
    assert "4.c, and 3 more)" in str(caught.value)
    assert "\nand 2 more\n" in str(caught.value)


def test_the_base_keeps_a_file_of_its_own(sides) -> None:
    write(sides.base.toplevel, {"pkg/table.py": "committed"})
    write(sides.origin, {"pkg/table.py": "generated"})
    of_base = replace(sides, changed=("pkg/table.py", "pkg/table.lark"))
    assert share_ignored(of_base, [sides.origin / "pkg/table.py"]) == ("pkg/table.py",)
    assert (sides.base.toplevel / "pkg/table.py").read_text() == "committed"
    assert (sides.head.toplevel / "pkg/table.py").read_text() == "generated"


def test_a_package_that_the_base_lacks_is_not_put_there_in_part(sides) -> None:
    for folder in (sides.origin, sides.head.toplevel):
        write(folder, {"later/__init__.py": ""})
    write(sides.origin, {"later/_speed.so": ""})
    assert share_ignored(replace(sides, changed=("x.c",)), [sides.origin / "later/_speed.so"]) == ("later/_speed.so",)
    assert (sides.head.toplevel / "later/_speed.so").exists()
    assert not (sides.base.toplevel / "later").exists()


BUILD = '[build-system]\nrequires = ["setuptools"]\n[tool.setuptools]\npackages = ["pkg"]\n'


@pytest.mark.parametrize(
    ("before", "after", "shared"),
    [
        (BUILD, BUILD + '[project]\nname = "x"\n', True),
        (BUILD, BUILD.replace("setuptools", "hatchling"), False),
        (BUILD, BUILD.replace('"pkg"', '"src"'), False),
        (BUILD, "no TOML", False),
        ("", None, False),
    ],
)
def test_a_pyproject_counts_where_it_says_something_else_about_building(before, after, shared, sides) -> None:
    for side, text in zip(sides.both, (before, after), strict=True):
        if text is not None:
            write(side.toplevel, {"pyproject.toml": text})
    changed = replace(sides, changed=("pyproject.toml",))
    if shared:
        assert share_ignored(changed, [sides.origin / SO]) == (SO,)
    else:
        with pytest.raises(UsageError, match="pyproject"):
            share_ignored(changed, [sides.origin / SO])
