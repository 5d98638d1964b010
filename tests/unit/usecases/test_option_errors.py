from __future__ import annotations

import pytest

from collectbench.model.errors import CheckoutError, InterpreterError, UsageError
from collectbench.model.reason import Action, Reason, Remedy
from collectbench.usecases.option_errors import naming_the_option
from collectbench.usecases.wording import explain_error


def test_each_reason_of_an_error_begins_with_the_option_that_caused_it() -> None:
    reason = Reason(fact="git cannot be started", remedies=(Remedy(action=Action.COMPARE_WITH_BASELINE),))
    with pytest.raises(UsageError) as caught, naming_the_option("--against main: ", CheckoutError):
        raise CheckoutError(reason, "this directory could not be deleted")
    assert not isinstance(caught.value, CheckoutError)
    assert explain_error(caught.value) == (
        "--against main: git cannot be started; compare with a stored baseline (--baseline)\n"
        "--against main: this directory could not be deleted"
    )


def test_other_mistakes_pass_unchanged() -> None:
    with (
        pytest.raises(UsageError, match=r"^--python: not there$"),
        naming_the_option("--against main: ", CheckoutError),
    ):
        raise UsageError("--python: not there")


def test_an_error_of_the_interpreter_names_the_option_that_chooses_it() -> None:
    with (
        pytest.raises(UsageError, match=r"^--python bin/python: no such program$"),
        naming_the_option("--python ", InterpreterError),
    ):
        raise InterpreterError("bin/python: no such program")
