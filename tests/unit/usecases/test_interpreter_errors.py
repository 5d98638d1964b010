from __future__ import annotations

import pytest

from collectbench.model.errors import InterpreterError, UsageError
from collectbench.usecases.interpreter_errors import interpreter_errors_name_the_option


def test_an_error_of_the_interpreter_names_the_option_that_chooses_it() -> None:
    message = "bin/python: no such program"
    with pytest.raises(UsageError, match=f"^--python {message}$") as caught, interpreter_errors_name_the_option():
        raise InterpreterError(message)
    assert not isinstance(caught.value, InterpreterError)


def test_other_mistakes_pass_unchanged() -> None:
    with pytest.raises(UsageError, match=r"^measuring cannot go on$"), interpreter_errors_name_the_option():
        raise UsageError("measuring cannot go on")
