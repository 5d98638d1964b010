from __future__ import annotations

import pytest

from collectbench.model.errors import Advice, CheckoutError, Problem, Remedy, UsageError
from collectbench.usecases.paired.checkout_errors import checkout_errors_name_the_option
from collectbench.usecases.remedies import explain_error


def test_each_problem_of_a_checkout_names_the_option_and_the_ref() -> None:
    problem = Problem(fact="git cannot be started", ways_out=(Advice(remedy=Remedy.COMPARE_WITH_BASELINE),))
    with pytest.raises(UsageError) as caught, checkout_errors_name_the_option("main"):
        raise CheckoutError(problem, "this directory could not be deleted")
    assert not isinstance(caught.value, CheckoutError)
    assert explain_error(caught.value) == (
        "--against main: git cannot be started; compare with a stored baseline (--baseline)\n"
        "--against main: this directory could not be deleted"
    )


def test_an_empty_ref_is_visible_in_the_message() -> None:
    with pytest.raises(UsageError, match=r"^--against '': it is not a ref$"), checkout_errors_name_the_option(""):
        raise CheckoutError("it is not a ref")


def test_other_mistakes_pass_unchanged() -> None:
    with pytest.raises(UsageError, match=r"^--python: not there$"), checkout_errors_name_the_option("main"):
        raise UsageError("--python: not there")
