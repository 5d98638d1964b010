from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from collectbench.checkouts.checkout import Checkout, Checkouts
from collectbench.checkouts.foreign import (
    OwnModules,
    foreign_problem,
    import_roots,
    with_import_roots,
    with_own_modules,
)
from collectbench.checkouts.installs import Install
from collectbench.model.errors import CheckoutError
from collectbench.model.probe_files import RUNNER

PACKAGE = ("src/pkg/__init__.py", "src/pkg/sub/__init__.py", "src/pkg/sub/code.py")


def write(directory: Path, *paths: str) -> None:
    for path in paths:
        (directory / path).parent.mkdir(parents=True, exist_ok=True)
        (directory / path).write_text("")


@pytest.fixture
def checkouts(tmp_path) -> Checkouts:
    """The user's tree and both checkouts, each with a package below src."""
    for name in ("tree", "base", "head"):
        write(tmp_path / name, *PACKAGE)
    base, head = (
        Checkout(label=label, commit="1", toplevel=tmp_path / label, root=tmp_path / label, env={})
        for label in ("base", "head")
    )
    return Checkouts(origin=tmp_path / "tree", base=base, head=head, dirty=False)


def test_modules_of_the_users_tree_are_foreign(checkouts, tmp_path) -> None:
    origin = checkouts.origin
    write(
        origin, ".venv/pyvenv.cfg", ".venv/lib/site-packages/x.py", "python/lib/os.py", "x.egg-info/a.py", "shared.so"
    )
    (tmp_path / "link.py").symlink_to(origin / "src/pkg/sub/code.py")
    loaded = [
        *(origin / path for path in (*PACKAGE, ".venv/lib/site-packages/x.py", "python/lib/os.py", "x.egg-info/a.py")),
        *(origin / path for path in ("shared.so", "data.json", "src/pkg/__pycache__/code.cpython-311.pyc")),
        *(checkouts.head.toplevel / path for path in PACKAGE),
        tmp_path / "link.py",
        Path("/usr/lib/python3/os.py"),
    ]
    assert OwnModules(origin=RUNNER.parents[2]).foreign([RUNNER]) == ()  # our own probe, where we measure ourselves
    foreign = OwnModules.of(origin, [origin / "python"], ["shared.so"]).foreign(loaded)
    assert foreign == tuple(sorted(origin / path for path in PACKAGE))


def test_the_directory_around_a_package_is_its_import_root(checkouts) -> None:
    assert import_roots([checkouts.origin / PACKAGE[-1]], checkouts, ()) == ("src",)
    write(checkouts.origin, "loose.py")
    assert import_roots([checkouts.origin / path for path in ("loose.py", *PACKAGE)], checkouts, ()) == (".", "src")


def test_an_install_names_the_import_root_of_a_package_without_init(checkouts) -> None:
    for top in (checkouts.origin, *(checkout.toplevel for checkout in checkouts.both)):
        write(top, "lib/namespace/code.py")
    foreign = [checkouts.origin / "lib/namespace/code.py"]
    installs = [Install(file=Path("/x.pth"), roots=(checkouts.origin, checkouts.origin / "lib"))]
    assert import_roots(foreign, checkouts, installs) == ("lib",)


def test_a_root_that_would_do_harm_is_omitted(checkouts) -> None:
    write(checkouts.origin, "made/code.py")
    assert import_roots([checkouts.origin / "made/code.py"], checkouts, ()) == ()  # the head has no such directory
    write(checkouts.base.toplevel, "src/types/__init__.py")
    assert import_roots([checkouts.origin / PACKAGE[-1]], checkouts, ()) == ()  # it would hide the standard library's
    (checkouts.base.toplevel / "src/types/__init__.py").unlink()
    assert import_roots([checkouts.origin / PACKAGE[-1]], checkouts, ()) == ("src",)
    write(checkouts.head.toplevel, "src/json.py")
    assert import_roots([checkouts.origin / PACKAGE[-1]], checkouts, ()) == ()


def test_a_checkout_replaces_an_installed_copy_if_it_has_all_modules_of_it(checkouts, tmp_path) -> None:
    site = tmp_path / "site-packages"
    copies = [site / "pkg/__init__.py", site / "pkg/sub/code.py", site / "pkg/data.json"]
    install = Install(
        file=site / "project-1.dist-info" / "direct_url.json",
        roots=(checkouts.origin, checkouts.origin / "src"),
        copies=frozenset(copies),
    )
    foreign = OwnModules(origin=checkouts.origin, installs=(install,)).foreign([*copies, site / "other.py"])
    assert foreign == tuple(copies[:2])
    assert import_roots(foreign, checkouts, [install]) == ("src",)
    (checkouts.head.toplevel / PACKAGE[-1]).unlink()  # removed after the copy was installed
    (checkouts.origin / PACKAGE[-1]).unlink()
    assert import_roots(foreign, checkouts, [install]) == ()
    write(checkouts.head.toplevel, PACKAGE[-1])
    built = Install(file=install.file, roots=install.roots, copies=install.copies | {site / "pkg/_speed.so"})
    assert import_roots(foreign, checkouts, [built]) == ()


def test_both_checkouts_get_a_file_that_the_build_of_a_copy_wrote_into_the_users_tree(checkouts, tmp_path) -> None:
    site = tmp_path / "site-packages"
    write(checkouts.origin, "src/pkg/_version.py")
    copies = frozenset(site / path.removeprefix("src/") for path in (*PACKAGE, "src/pkg/_version.py"))
    write(site, "project-1.dist-info/RECORD")
    (site / "project-1.dist-info/direct_url.json").write_text(f'{{"url": "{checkouts.origin.as_uri()}"}}')
    (site / "project-1.dist-info/RECORD").write_text("".join(f"{copy.relative_to(site)},,\n" for copy in copies))

    def loaded_by(checkout: Checkout) -> Iterable[Path]:
        own = "PYTHONPATH" in checkout.env and (checkout.toplevel / "src/pkg/_version.py").exists()
        return [checkout.toplevel / path for path in PACKAGE] if own else copies

    repaired = with_own_modules(checkouts, loaded_by, OwnModules.of(checkouts.origin, [site]))
    assert repaired.base.env == {"PYTHONPATH": str(checkouts.base.toplevel / "src")}


def test_both_checkouts_get_their_own_import_root_and_a_note_says_so(checkouts) -> None:
    repaired = with_import_roots(checkouts, ["src"])
    assert [checkout.env["PYTHONPATH"] for checkout in repaired.both] == [
        str(checkout.toplevel / "src") for checkout in checkouts.both
    ]
    (note,) = repaired.notes
    assert f"installed from {checkouts.origin}" in note
    assert with_import_roots(checkouts, ()) is checkouts


class Rounds:
    """Rounds that load the package; `places` takes a checkout and returns the directory that its modules come from."""

    def __init__(self, places: Callable[[Checkout], Path]) -> None:
        self.places = places
        self.labels: list[str] = []

    def __call__(self, checkout: Checkout) -> Iterable[Path]:
        self.labels.append(checkout.label)
        return [self.places(checkout) / path for path in PACKAGE]


def test_checkouts_that_find_their_own_modules_stay_as_they_are(checkouts) -> None:
    rounds = Rounds(lambda checkout: checkout.toplevel)
    assert with_own_modules(checkouts, rounds, OwnModules(origin=checkouts.origin)) is checkouts
    assert rounds.labels == ["base", "head"]


def test_checkouts_are_repaired_and_checked_again(checkouts) -> None:
    rounds = Rounds(lambda checkout: checkout.toplevel if "PYTHONPATH" in checkout.env else checkouts.origin)
    repaired = with_own_modules(checkouts, rounds, OwnModules(origin=checkouts.origin))
    assert repaired.head.env == {"PYTHONPATH": str(checkouts.head.toplevel / "src")}
    assert rounds.labels == ["base", "head", "base", "head"]


def test_checkouts_that_cannot_be_repaired_are_refused(checkouts) -> None:
    rounds = Rounds(lambda _: checkouts.origin)
    with pytest.raises(CheckoutError, match="the base and head loaded modules from outside their checkouts"):
        with_own_modules(checkouts, rounds, OwnModules(origin=checkouts.origin))
    assert rounds.labels == ["base", "head", "base", "head"]
    write(checkouts.head.toplevel, "src/json.py")
    rounds = Rounds(lambda checkout: checkouts.origin if checkout.label == "base" else checkout.toplevel)
    with pytest.raises(CheckoutError, match="the base loaded modules from outside its checkout"):
        with_own_modules(checkouts, rounds, OwnModules(origin=checkouts.origin))
    assert rounds.labels == ["base", "head"]


def test_the_message_about_foreign_modules_names_them_their_cause_and_the_ways_out() -> None:
    paths = [Path(f"/tree/{number}.py") for number in range(7)]
    text = str(foreign_problem({"head": paths}, [Install(file=Path("/site/x.pth"))]))
    assert "the head loaded modules from outside its checkout" in text
    assert "/tree/4.py and 2 more; the project is installed that way (/site/x.pth); " in text
    assert "pythonpath" in text
    assert "something puts your own tree on the path" in str(foreign_problem({"head": paths}, []))
