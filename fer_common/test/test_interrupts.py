# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""One Ctrl-C that arrives twice is one; a second one, later, does not wait."""

import os
import signal

import pytest

from fer_common.interrupts import SAME_S, Interrupts


@pytest.fixture
def signals():
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize(("later", "again"), [(0.0, False), (SAME_S * 0.99, False), (SAME_S, True), (60.0, True)])
def test_within_a_second_it_is_one(later, again):
    now = [5.0]
    interrupts = Interrupts(lambda: now[0])
    assert not interrupts.asked
    interrupts.ask()
    assert (interrupts.asked, interrupts.again) == (True, False)
    now[0] += later
    interrupts.ask()
    assert interrupts.again is again


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_each_signal_is_heeded_and_at_last_none(signals, number):
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    now = [5.0]
    interrupts = Interrupts(lambda: now[0])
    interrupts.heed()
    os.kill(os.getpid(), number)
    assert (interrupts.asked, interrupts.again) == (True, False)
    interrupts.ignore()
    now[0] += 2 * SAME_S
    os.kill(os.getpid(), number)
    assert interrupts.again is False


def test_after_nohup_a_closed_terminal_is_nothing(signals):
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    interrupts = Interrupts()
    interrupts.heed()
    os.kill(os.getpid(), signal.SIGHUP)
    assert not interrupts.asked


def test_a_signal_within_a_signals_handler_is_taken(signals):
    """The clock stands for any moment of the handler's."""
    calls = []

    def clock():
        calls.append(None)
        if len(calls) == 1:
            os.kill(os.getpid(), signal.SIGTERM)
        return 5.0

    interrupts = Interrupts(clock)
    interrupts.heed()
    os.kill(os.getpid(), signal.SIGINT)
    assert len(calls) == 2
    assert (interrupts.asked, interrupts.again) == (True, False)
