from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from collectbench.checkouts.checkout import Checkout, Checkouts
from collectbench.checkouts.sharing import share_ignored
from collectbench.model.errors import CheckoutError

SO = "pkg/_speed.so"


def write(directory: Path, files: Mapping[str, str]) -> None:
    for path, text in files.items():
        (directory / path).parent.mkdir(parents=True, exist_ok=True)
        (directory / path).write_text(text)


@pytest.fixture
def checkouts(tmp_path) -> Checkouts:
    """The user's tree, in which an extension was built, and both checkouts, which lack it."""
    for name in ("tree", "base", "head"):
        write(tmp_path / name, {"pkg/__init__.py": name})
    write(tmp_path / "tree", {SO: "machine code"})
    os.utime(tmp_path / "tree" / SO, ns=(10**18, 10**18))
    base, head = (
        Checkout(label=label, commit="1", toplevel=tmp_path / label, root=tmp_path / label, env={})
        for label in ("base", "head")
    )
    return Checkouts(origin=tmp_path / "tree", base=base, head=head, dirty=False)


def test_a_file_that_collection_loads_and_the_checkouts_lack_is_copied_with_its_time(checkouts) -> None:
    loaded = [checkouts.origin / path for path in (SO, "pkg/__init__.py", SO)]
    assert share_ignored(checkouts, loaded) == (SO,)
    for checkout in checkouts.both:
        assert (checkout.toplevel / SO).read_text() == "machine code"
        assert (checkout.toplevel / SO).stat().st_mtime_ns == 10**18
        assert (checkout.toplevel / "pkg/__init__.py").read_text() == checkout.label


def test_caches_environments_and_deleted_files_are_not_copied(checkouts, tmp_path) -> None:
    left = (
        *("pkg/__pycache__/x.pyc", "old.pyc", ".pytest_cache/v/lastfailed", "x.egg-info/PKG-INFO", ".git/config"),
        *(".venv/pyvenv.cfg", ".venv/lib/x.py", "lib/site-packages/x.py", "python/os.py"),
    )
    write(checkouts.origin, dict.fromkeys(left, ""))
    write(tmp_path, {"elsewhere.py": ""})
    loaded = [*(checkouts.origin / path for path in (*left, "pkg", "gone.py")), tmp_path / "elsewhere.py"]
    assert share_ignored(checkouts, loaded, [checkouts.origin / "python"]) == ()


def test_a_file_behind_a_link_is_copied_to_the_path_of_the_link(checkouts, tmp_path) -> None:
    write(tmp_path, {"elsewhere/data.json": "{}"})
    (checkouts.origin / "data").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "link").symlink_to(checkouts.origin)
    assert share_ignored(checkouts, [checkouts.origin / "data/data.json", tmp_path / "link" / SO]) == (
        "data/data.json",
        SO,
    )
    assert (checkouts.base.toplevel / "data/data.json").read_text() == "{}"


def test_an_extension_whose_sources_changed_is_refused(checkouts) -> None:
    changed = replace(checkouts, changed=("pkg/_speed.c", "README.md"))
    with pytest.raises(CheckoutError) as caught:
        share_ignored(changed, [checkouts.origin / SO])
    assert f"  {SO} (pkg/_speed.c)\n" in str(caught.value)
    assert "save its baseline and compare with that" in str(caught.value)
    assert not (checkouts.head.toplevel / SO).exists()


def test_the_message_names_only_some_of_many_files(checkouts) -> None:
    files = [f"pkg/x{number}.so" for number in range(7)]
    write(checkouts.origin, dict.fromkeys(files, ""))
    with pytest.raises(CheckoutError) as caught:
        share_ignored(
            replace(checkouts, changed=tuple(f"{number}.c" for number in range(8))),
            [checkouts.origin / path for path in files],
        )
    assert "4.c, and 3 more)" in str(caught.value)
    assert "\nand 2 more\n" in str(caught.value)


def test_the_base_keeps_a_file_of_its_own(checkouts) -> None:
    write(checkouts.base.toplevel, {"pkg/table.py": "committed"})
    write(checkouts.origin, {"pkg/table.py": "generated"})
    of_base = replace(checkouts, changed=("pkg/table.py", "pkg/table.lark"))
    assert share_ignored(of_base, [checkouts.origin / "pkg/table.py"]) == ("pkg/table.py",)
    assert (checkouts.base.toplevel / "pkg/table.py").read_text() == "committed"
    assert (checkouts.head.toplevel / "pkg/table.py").read_text() == "generated"


def test_a_package_that_the_base_lacks_is_not_copied_there_in_part(checkouts) -> None:
    for directory in (checkouts.origin, checkouts.head.toplevel):
        write(directory, {"later/__init__.py": ""})
    write(checkouts.origin, {"later/_speed.so": ""})
    assert share_ignored(replace(checkouts, changed=("x.c",)), [checkouts.origin / "later/_speed.so"]) == (
        "later/_speed.so",
    )
    assert (checkouts.head.toplevel / "later/_speed.so").exists()
    assert not (checkouts.base.toplevel / "later").exists()


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
def test_a_changed_pyproject_counts_only_if_it_changes_the_build(before, after, shared, checkouts) -> None:
    for checkout, text in zip(checkouts.both, (before, after), strict=True):
        if text is not None:
            write(checkout.toplevel, {"pyproject.toml": text})
    changed = replace(checkouts, changed=("pyproject.toml",))
    if shared:
        assert share_ignored(changed, [checkouts.origin / SO]) == (SO,)
    else:
        with pytest.raises(CheckoutError, match="pyproject"):
            share_ignored(changed, [checkouts.origin / SO])
