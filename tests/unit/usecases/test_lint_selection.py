from __future__ import annotations

import pytest

from collectbench.lint import RULES
from collectbench.model.errors import UsageError
from collectbench.model.lint_settings import ForbiddenImport, LintSettings
from collectbench.usecases.linting.options import LintOptions
from collectbench.usecases.linting.selection import refuse_idle_rules, selected_rules


def ids(options: LintOptions, settings: LintSettings | None = None) -> list[str]:
    return [rule.id for rule in selected_rules(options, settings or LintSettings())]


def test_without_a_choice_all_rules_are_checked() -> None:
    assert ids(LintOptions()) == [rule.id for rule in RULES]


def test_the_options_choose_before_the_settings() -> None:
    settings = LintSettings(select=("missing-module",), ignore=("host-path",))
    assert ids(LintOptions(), settings) == ["missing-module"]
    assert ids(LintOptions(select=("host-path",)), settings) == ["host-path"]


def test_ignored_rules_of_options_and_settings_add_up() -> None:
    left = ids(LintOptions(ignore=("missing-name",)), LintSettings(ignore=("host-path",)))
    assert not {"missing-name", "host-path"} & set(left)
    assert len(left) == len(RULES) - 2


def test_unknown_rules_are_named_all_at_once_with_the_nearest_known_one() -> None:
    with pytest.raises(UsageError) as error:
        ids(LintOptions(select=("missing-modul",), ignore=("xyz",)))
    first, second = map(str, error.value.reasons)
    assert first == "--select missing-modul: there is no such rule; did you mean missing-module?"
    assert second.startswith("--ignore xyz: there is no such rule; the rules are uncollected-tests, ")


def test_to_ignore_everything_that_is_selected_is_refused() -> None:
    with pytest.raises(UsageError, match="no rule is left"):
        ids(LintOptions(select=("host-path",), ignore=("host-path",)))


@pytest.mark.parametrize("rule", ["heavy-import", "unused-import", "forbidden-import"])
def test_a_rule_that_has_nothing_to_look_for_is_refused_if_it_is_selected_by_name(rule: str) -> None:
    refuse_idle_rules(LintOptions(), LintSettings(), {})
    with pytest.raises(UsageError, match=f"--select {rule}: there is nothing to look for; set "):
        refuse_idle_rules(LintOptions(select=(rule,)), LintSettings(), {})


def test_a_rule_that_the_settings_give_something_to_look_for_is_accepted() -> None:
    options = LintOptions(select=("heavy-import", "unused-import", "forbidden-import"))
    refuse_idle_rules(
        options, LintSettings(forbidden_imports=(ForbiddenImport(module="shop.legacy"),)), {"pandas": None}
    )
