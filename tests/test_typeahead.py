"""Telling typed keys from pasted keys by the time that there was to type them."""

import pytest

from mlready.interview import typeahead
from mlready.interview.typeahead import BEAT, HAND_SECONDS, TypingPace

KEYS = 8


class Terminal:
    """A clock, and whether input is pending."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.pending = False

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def terminal(monkeypatch):
    fake = Terminal()
    monkeypatch.setattr(typeahead, "time", fake)
    monkeypatch.setattr(typeahead, "has_pending_input", lambda: fake.pending)
    return fake


def test_keys_can_be_typed_while_the_program_works(terminal):
    pace = TypingPace()
    pace.work()
    terminal.now += (KEYS + 0.5) * HAND_SECONDS
    assert pace.read() == KEYS


def test_keys_that_arrived_before_the_program_waited_may_have_been_typed(terminal):
    pace = TypingPace()
    terminal.pending = True
    terminal.now += (KEYS + 0.5) * HAND_SECONDS
    pace.wait()
    assert pace.read() == KEYS


@pytest.mark.parametrize("seconds", [0.001, 5.0], ids=["at once", "after a pause"])
def test_keys_that_arrive_together_while_the_program_waits_were_not_typed(
    terminal, seconds
):
    pace = TypingPace()
    pace.wait()
    for _ in range(3):
        terminal.now += seconds
        pace.beat()
    terminal.now += BEAT / 2
    assert pace.read() == 0


def test_keys_can_be_typed_while_a_busy_computer_misses_timer_ticks(terminal):
    pace = TypingPace()
    pace.wait()
    pace.beat()
    terminal.now += (KEYS + 0.5) * HAND_SECONDS
    assert pace.read() == KEYS


def test_timer_slows_down_when_nobody_types(terminal):
    pace = TypingPace()
    pace.wait()
    often = pace.beat()
    terminal.now += 60
    assert pace.beat() > often
