from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from collectbench.checkouts.checkout import Checkout, Checkouts
from collectbench.checkouts.foreign import OwnModules, import_roots, refusal, repaired, with_own_modules
from collectbench.checkouts.installs import Install
from collectbench.model.errors import UsageError
from collectbench.model.probe_files import RUNNER

PACKAGE = ("src/pkg/__init__.py", "src/pkg/sub/__init__.py", "src/pkg/sub/code.py")


def write(folder: Path, *paths: str) -> None:
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text("")


@pytest.fixture
def sides(tmp_path) -> Checkouts:
    """The user's tree and both sides, each with a package below src."""
    for name in ("tree", "base", "head"):
        write(tmp_path / name, *PACKAGE)
    base, head = (
        Checkout(label=label, commit="1", toplevel=tmp_path / label, root=tmp_path / label, env={})
        for label in ("base", "head")
    )
    return Checkouts(origin=tmp_path / "tree", base=base, head=head, head_commit="1", dirty=False)


def test_modules_of_the_users_tree_are_foreign(sides, tmp_path) -> None:
    origin = sides.origin
    write(
        origin, ".venv/pyvenv.cfg", ".venv/lib/site-packages/x.py", "python/lib/os.py", "x.egg-info/a.py", "shared.so"
    )
    (tmp_path / "link.py").symlink_to(origin / "src/pkg/sub/code.py")
    loaded = [
        *(origin / path for path in (*PACKAGE, ".venv/lib/site-packages/x.py", "python/lib/os.py", "x.egg-info/a.py")),
        *(origin / path for path in ("shared.so", "data.json", "src/pkg/__pycache__/code.cpython-311.pyc")),
        *(sides.head.toplevel / path for path in PACKAGE),
        tmp_path / "link.py",
        Path("/usr/lib/python3/os.py"),
    ]
    assert OwnModules(origin=RUNNER.parents[2]).foreign([RUNNER]) == ()  # our own probe, where we measure ourselves
    found = OwnModules.of(origin, [origin / "python"], ["shared.so"]).foreign(loaded)
    assert found == tuple(sorted(origin / path for path in PACKAGE))


def test_the_folder_around_a_package_is_its_root(sides) -> None:
    assert import_roots([sides.origin / PACKAGE[-1]], sides, ()) == ("src",)
    write(sides.origin, "loose.py")
    assert import_roots([sides.origin / path for path in ("loose.py", *PACKAGE)], sides, ()) == (".", "src")


def test_an_install_tells_the_root_of_a_package_without_init(sides) -> None:
    for folder in (sides.origin, *(side.toplevel for side in sides.both)):
        write(folder, "lib/namespace/code.py")
    foreign = [sides.origin / "lib/namespace/code.py"]
    installs = [Install(file=Path("/x.pth"), roots=(sides.origin, sides.origin / "lib"))]
    assert import_roots(foreign, sides, installs) == ("lib",)


def test_a_root_that_would_do_harm_is_left_out(sides) -> None:
    write(sides.origin, "made/code.py")
    assert import_roots([sides.origin / "made/code.py"], sides, ()) == ()  # the head has no such folder
    write(sides.base.toplevel, "src/types/__init__.py")
    assert import_roots([sides.origin / PACKAGE[-1]], sides, ()) == ()  # it would hide the standard library's
    (sides.base.toplevel / "src/types/__init__.py").unlink()
    assert import_roots([sides.origin / PACKAGE[-1]], sides, ()) == ("src",)
    write(sides.head.toplevel, "src/json.py")
    assert import_roots([sides.origin / PACKAGE[-1]], sides, ()) == ()


def test_a_copy_is_replaced_by_the_side_that_has_all_its_modules(sides, tmp_path) -> None:
    site = tmp_path / "site-packages"
    copies = [site / "pkg/__init__.py", site / "pkg/sub/code.py", site / "pkg/data.json"]
    install = Install(
        file=site / "project-1.dist-info" / "direct_url.json",
        roots=(sides.origin, sides.origin / "src"),
        copies=frozenset(copies),
    )
    foreign = OwnModules(origin=sides.origin, installs=(install,)).foreign([*copies, site / "other.py"])
    assert foreign == tuple(copies[:2])
    assert import_roots(foreign, sides, [install]) == ("src",)
    (sides.head.toplevel / PACKAGE[-1]).unlink()  # removed since, while the copy is of before
    (sides.origin / PACKAGE[-1]).unlink()
    assert import_roots(foreign, sides, [install]) == ()
    write(sides.head.toplevel, PACKAGE[-1])
    built = Install(file=install.file, roots=install.roots, copies=install.copies | {site / "pkg/_speed.so"})
    assert import_roots(foreign, sides, [built]) == ()


def test_what_the_build_of_a_copy_wrote_into_the_users_tree_serves_both_sides(sides, tmp_path) -> None:
    site = tmp_path / "site-packages"
    write(sides.origin, "src/pkg/_version.py")
    copies = frozenset(site / path.removeprefix("src/") for path in (*PACKAGE, "src/pkg/_version.py"))
    write(site, "project-1.dist-info/RECORD")
    (site / "project-1.dist-info/direct_url.json").write_text(f'{{"url": "{sides.origin.as_uri()}"}}')
    (site / "project-1.dist-info/RECORD").write_text("".join(f"{copy.relative_to(site)},,\n" for copy in copies))

    def look(side: Checkout) -> Iterable[Path]:
        own = "PYTHONPATH" in side.env and (side.toplevel / "src/pkg/_version.py").exists()
        return [side.toplevel / path for path in PACKAGE] if own else copies

    mended = with_own_modules(sides, look, OwnModules.of(sides.origin, [site]))
    assert mended.base.env == {"PYTHONPATH": str(sides.base.toplevel / "src")}


def test_both_sides_get_their_counterpart_and_the_reader_is_told(sides) -> None:
    mended = repaired(sides, ["src"])
    assert [side.env["PYTHONPATH"] for side in mended.both] == [str(side.toplevel / "src") for side in sides.both]
    (note,) = mended.notes
    assert f"installed from {sides.origin}" in note
    assert repaired(sides, ()) is sides


class Look:
    """Rounds that load the package from `places`: given a side, which folder its modules come from."""

    def __init__(self, places: Callable[[Checkout], Path]) -> None:
        self.places = places
        self.seen: list[str] = []

    def __call__(self, side: Checkout) -> Iterable[Path]:
        self.seen.append(side.label)
        return [self.places(side) / path for path in PACKAGE]


def test_sides_that_find_their_own_modules_stay_as_they_are(sides) -> None:
    look = Look(lambda side: side.toplevel)
    assert with_own_modules(sides, look, OwnModules(origin=sides.origin)) is sides
    assert look.seen == ["base", "head"]


def test_sides_are_mended_and_looked_at_again(sides) -> None:
    look = Look(lambda side: side.toplevel if "PYTHONPATH" in side.env else sides.origin)
    mended = with_own_modules(sides, look, OwnModules(origin=sides.origin))
    assert mended.head.env == {"PYTHONPATH": str(sides.head.toplevel / "src")}
    assert look.seen == ["base", "head", "base", "head"]


def test_sides_that_cannot_be_mended_are_refused(sides) -> None:
    look = Look(lambda _: sides.origin)
    with pytest.raises(UsageError, match="on the base and head side"):
        with_own_modules(sides, look, OwnModules(origin=sides.origin))
    assert look.seen == ["base", "head", "base", "head"]
    write(sides.head.toplevel, "src/json.py")
    look = Look(lambda side: sides.origin if side.label == "base" else side.toplevel)
    with pytest.raises(UsageError, match="on the base side"):
        with_own_modules(sides, look, OwnModules(origin=sides.origin))
    assert look.seen == ["base", "head"]


def test_a_refusal_names_the_modules_what_sends_them_and_the_way_out() -> None:
    paths = [Path(f"/tree/{number}.py") for number in range(7)]
    text = refusal({"head": paths}, [Install(file=Path("/site/x.pth"))])
    assert "on the head side" in text
    assert "/tree/4.py and 2 more. That is how the project is installed (/site/x.pth)." in text
    assert "pythonpath" in text
    assert "Something puts that tree on the path." in refusal({"head": paths}, [])
