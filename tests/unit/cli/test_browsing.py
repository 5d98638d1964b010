"""`--open`: which page is shown, and what is said where no browser starts."""

from __future__ import annotations

import shutil

import pytest

from collectbench.cli.browsing import open_page, with_page
from collectbench.cli.output import Outlets, Sink


@pytest.fixture
def outlets(tmp_path):
    return Outlets(format="text", sinks=(Sink(format="html", path=tmp_path / "a page.html"),))


def test_a_page_that_is_written_anyway_is_the_one_that_is_shown(outlets):
    assert with_page(outlets) is outlets


def test_without_one_a_page_is_written_to_a_folder_of_its_own(tmp_path):
    json = Sink(format="json", path=tmp_path / "a.json")
    kept, page = with_page(Outlets(format="text", sinks=(json,))).sinks
    try:
        assert kept == json
        assert page.format == "html"
        assert list(page.path.parent.iterdir()) == []
    finally:
        shutil.rmtree(page.path.parent)


def test_the_browser_gets_a_proper_address(outlets, tmp_path, capsys):
    shown = []
    open_page(outlets, lambda address: not shown.append(address))
    assert shown == [f"{tmp_path.as_uri()}/a%20page.html"]
    assert capsys.readouterr() == ("", "")


def test_without_a_browser_the_page_is_named(outlets, tmp_path, capsys):
    open_page(outlets, lambda _: False)
    assert capsys.readouterr().err == f"--open: no browser could be started; the page is {tmp_path / 'a page.html'}\n"
