from __future__ import annotations

import os
import signal
from concurrent.futures import ThreadPoolExecutor

import pytest

from collectbench.measure.process.interruption import deferred, interruptible, raise_if_interrupted, signals_noted
from collectbench.model.errors import Interrupted


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGQUIT, signal.SIGHUP], ids=lambda number: number.name)
def test_a_signal_is_raised_at_the_next_check(number) -> None:
    with signals_noted():
        raise_if_interrupted()
        os.kill(os.getpid(), number)
        with pytest.raises(Interrupted, match=number.name):
            raise_if_interrupted()
    raise_if_interrupted()


def test_a_deferred_signal_is_raised_after_the_block() -> None:
    with signals_noted():
        with deferred():
            os.kill(os.getpid(), signal.SIGINT)
            with deferred():
                raise_if_interrupted()
            raise_if_interrupted()
        with pytest.raises(Interrupted, match="SIGINT"):
            raise_if_interrupted()


def test_other_threads_are_interrupted_while_one_defers() -> None:
    with signals_noted(), ThreadPoolExecutor(1) as pool, deferred():
        os.kill(os.getpid(), signal.SIGINT)
        with pytest.raises(Interrupted):
            pool.submit(raise_if_interrupted).result()


def test_a_signal_ends_work_that_only_computes_at_once() -> None:
    with signals_noted():
        with pytest.raises(Interrupted, match="SIGTERM"), interruptible():
            os.kill(os.getpid(), signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGTERM)


def test_an_earlier_signal_is_raised_before_work_begins() -> None:
    with signals_noted():
        os.kill(os.getpid(), signal.SIGINT)
        with pytest.raises(Interrupted, match="SIGINT"), interruptible():
            pytest.fail("began")


def test_a_second_signal_does_not_disturb_what_the_first_one_caused() -> None:
    with signals_noted():
        with deferred(), interruptible():
            os.kill(os.getpid(), signal.SIGINT)
            os.kill(os.getpid(), signal.SIGTERM)
        with pytest.raises(Interrupted, match="SIGINT"):
            raise_if_interrupted()
