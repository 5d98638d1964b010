from __future__ import annotations

from dataclasses import replace

import pytest

from collectbench.model.diagnosis import Rest
from collectbench.model.reason import Advice
from collectbench.model.sample import Status
from collectbench.render.formats import render
from collectbench.render.parts.layout import display_width
from collectbench.render.parts.options import RenderOptions


def show(document, **options):
    return render(document, "text", RenderOptions(**options))


@pytest.fixture
def text_of(make):
    """The text of a diagnosis of one target."""

    def text(*findings, width=200, verbose=False, top=5, **changes):
        document = make.diagnosis(make.environment, make.diagnosed(*findings, **changes))
        return show(document, width=width, verbose=verbose, top=top)

    return text


@pytest.mark.parametrize("width", [80, 120])
def test_no_line_is_wider_than_the_terminal_but_a_place(documents, width):
    lines = show(documents["diagnosis"], width=width).splitlines()
    assert max(map(display_width, lines)) <= width


def test_findings_after_the_first_ones_are_counted_with_their_seconds(documents):
    text = show(documents["diagnosis"], top=5)
    assert "\n5. " in text
    assert "\n6. " not in text
    assert "\n2 more findings: 300 ms\n" in text
    assert "\n2 more findings" not in show(documents["diagnosis"], top=5, verbose=True)


def test_the_seconds_of_all_findings_and_of_the_rest_are_the_traced_round(documents):
    target = documents["diagnosis"].targets[0]
    seconds = [finding.estimated_saving_s for finding in target.findings] + [row.seconds for row in target.rest]
    assert sum(seconds) == pytest.approx(target.traced_wall_s)


def test_a_budget_stands_beside_the_time_that_is_left(make, text_of):
    text = text_of(make.finding("gc-passes", "gc", 7.45), budget_s=5.0)
    assert "This one brings the suite from 13.7 s to about 6.85 s (budget 5.00 s): it saves 7.45 s of 14.9 s" in text


def test_an_upper_limit_makes_the_total_one(make, text_of):
    text = text_of(make.finding("gc-passes", "gc", 1.0), make.finding("schema-build", "Model", 1.0, bound=True))
    assert "to 11.9 s at best: they save at most 2.00 s of 14.9 s (13 %)." in text


def test_without_a_timed_round_only_the_traced_one_is_named(make, text_of):
    text = text_of(make.finding("gc-passes", "gc", 1.49), wall_s=None)
    assert "no round was timed" in text
    assert "This one saves 1.49 s of 14.9 s (10 %)." in text


def test_shares_are_of_the_seconds_that_did_not_queue(make, text_of):
    text = text_of(make.finding("gc-passes", "gc", 1.0), traced_wall_s=14.0, queued_s=4.0, wall_s=12.0)
    assert "traced round: 14.0 s (2.00 s more than the timed one), 4.00 s of it waiting for a processor." in text
    assert "\n1. 1.00 s (10 %)  gc-passes  gc\n" in text
    assert "from 12.0 s to about 10.8 s: it saves 1.00 s of 10.0 s (10 %)." in text


def test_a_finding_below_the_noise_is_a_note_that_names_its_subject(make, text_of):
    found = make.finding(
        "non-test-class", "TestHelper", 0.002, "a.py:1", "b.py:1", title="a helper class has a test's name"
    )
    text = text_of(found)
    assert "nothing to save" in text
    assert "note: non-test-class TestHelper: a.py:1 and 1 more place: a helper class has a test's name" in text


def test_a_long_subject_has_lines_of_its_own(make, text_of):
    subject = "tests/deep/test_distance.py::TestDistance::test_use_bounds_on_off_consistency"
    text = text_of(make.finding("parametrize-explosion", subject, 1.0, bound=True), width=80)
    assert f"\n1. at most 1.00 s (6.7 %)  parametrize-explosion\n   {subject}\n" in text


def test_a_line_that_saves_nothing_alone_is_said_to(make, text_of):
    found = make.finding("shared-import", "a", 1.0, "a.py:1", "b.py:1", saving_alone_s=0.0)
    assert "note: changing one of these lines alone saves nothing, all of them 1.00 s" in text_of(found)


def test_a_small_suite_has_nothing_to_save(documents):
    assert "\nnothing to save: no cause costs enough to be listed\n" in show(documents["clean_diagnosis"])


def test_a_target_that_was_not_collected_is_not_said_to_be_clean(text_of):
    text = text_of(status=Status.FAILED, message="conftest.py: ImportError", counts=None)
    assert "failed: conftest.py: ImportError" in text
    assert "nothing to save" not in text


def test_one_place_more_than_the_limit_is_shown_and_not_counted(make, text_of):
    places = [f"tests/test_{number}.py:1" for number in range(7)]
    six, seven = make.finding("shared-import", "a", 1.0, *places[:6]), make.finding("shared-import", "a", 1.0, *places)
    assert "tests/test_5.py:1" in text_of(six)
    assert "and 2 more places" in text_of(seven)
    assert "tests/test_6.py:1" in text_of(seven, verbose=True)


def test_a_place_begins_where_the_reader_stands(make):
    found = make.finding("heavy-import", "a", 1.0, "tests/test_a.py:1", "<site-packages>/a.py:2", "/b.py:3")
    text = show(make.diagnosis(make.environment, make.diagnosed(found)), local_prefix="../")
    assert "   ../tests/test_a.py:1\n" in text
    assert "   <site-packages>/a.py:2\n" in text
    assert "   /b.py:3\n" in text


def test_a_change_that_two_findings_share_is_shown_once(documents):
    text = show(documents["diagnosis"])
    assert text.count("gc.freeze()") == 1
    assert "the same change as in 1" in text


def test_the_three_largest_parts_are_never_summed_up(text_of):
    rest = [Rest(name=f"part {number}", seconds=0.01 * number, reason="small") for number in range(6)]
    text = text_of(rest=(Rest(name="all", seconds=14.75, reason="large"), *rest))
    assert "  part 5: small" in text
    assert "  part 4: small" in text
    assert "4 others: part 3, part 2, part 1, part 0" in text


def test_the_next_commands_can_be_pasted(documents):
    steps = (Advice("about the first finding", "collectbench diagnose --explain gc-passes"),)
    text = show(documents["diagnosis"], next_steps=steps)
    assert text.endswith("\nabout the first finding:\n  collectbench diagnose --explain gc-passes\n")


def test_colour_changes_nothing_but_the_colour(documents):
    coloured = show(documents["diagnosis"], color=True)
    assert "\x1b[" in coloured
    plain = show(documents["diagnosis"])
    assert [line.replace("\x1b[0m", "") for line in coloured.splitlines() if "\x1b[" not in line] <= plain.splitlines()


def test_a_second_target_has_findings_of_its_own(make):
    first = make.diagnosed(make.finding("gc-passes", "gc", 1.0), name="tests/a")
    document = make.diagnosis(make.environment, first, replace(first, name="tests/b"))
    assert show(document).count("\n1. 1.00 s (6.7 %)  gc-passes  gc\n") == 2


def test_a_command_that_no_shell_could_read_is_shown_as_it_is(make, text_of):
    assert "     pytest -k 'it\n" in text_of(make.finding("gc-passes", "gc", 1.0, command="pytest -k 'it"))
