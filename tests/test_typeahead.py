"""Keys count as typed if there was enough time to type them, otherwise as pasted."""

import math
from types import SimpleNamespace

import pytest

from mlready.interview import typeahead
from mlready.interview.typeahead import BEAT, HAND_SECONDS, TypedLines, TypingPace

KEYS = 8


class Terminal:
    """A simulated terminal: a clock, and whether input is pending."""

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


def test_keys_that_arrive_while_the_program_works_are_not_taken_for_a_paste(terminal):
    pace = TypingPace()
    pace.note_busy()
    terminal.now += (KEYS + 0.5) * HAND_SECONDS
    assert pace.read() == KEYS


def test_keys_that_arrive_before_the_program_waits_are_not_taken_for_a_paste(terminal):
    pace = TypingPace()
    terminal.pending = True
    terminal.now += (KEYS + 0.5) * HAND_SECONDS
    pace.note_waiting()
    assert pace.read() == KEYS


@pytest.mark.parametrize("seconds", [0.001, 5.0], ids=["at once", "after a pause"])
def test_keys_that_arrive_together_while_the_program_waits_are_taken_for_a_paste(
    terminal, seconds
):
    pace = TypingPace()
    pace.note_waiting()
    for _ in range(3):
        terminal.now += seconds
        pace.beat()
    terminal.now += BEAT / 2
    assert pace.read() == 0


def test_keys_are_not_taken_for_a_paste_if_a_busy_computer_misses_timer_ticks(terminal):
    pace = TypingPace()
    pace.note_waiting()
    pace.beat()
    terminal.now += (KEYS + 0.5) * HAND_SECONDS
    assert pace.read() == KEYS


class Lines:
    """A simulated terminal whose lines wait until a test calls ``read``."""

    def __init__(self, terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
        self.terminal = terminal
        self.pending: list[str] = []
        self.pace = TypingPace()
        self.lines = TypedLines(self.pace)
        pending = {
            "has_pending_input": lambda *_: bool(self.pending),
            "pending_characters": lambda: len("".join(self.pending)),
        }
        for name, function in pending.items():
            monkeypatch.setattr(typeahead, name, function)

    def arrive(self, *lines: str, seconds: float) -> None:
        """Let lines arrive while the waiting program is suspended for some seconds."""
        self.pace.note_waiting()
        self.pace.beat()
        self.terminal.now += seconds
        self.pending += lines

    def read(self) -> bool:
        """Read the next line; return False if the line is taken for a paste."""
        return self.lines.was_typed(self.pending.pop(0))


@pytest.fixture
def lines(terminal, monkeypatch):
    return Lines(terminal, monkeypatch)


TYPED = ("so says the log\n", "2\n", "bills, since May\n", "s\n")


def test_typed_lines_are_kept_if_a_busy_computer_delays_the_program(lines):
    after_first = len("".join(TYPED[1:]))
    lines.arrive(*TYPED, seconds=(after_first + 1) * HAND_SECONDS)
    assert [lines.read() for _ in TYPED] == [True] * len(TYPED)


def test_typed_line_is_kept_if_it_was_begun_while_the_program_was_suspended(lines):
    text = len("".join(TYPED))
    lines.arrive(*TYPED[:2], seconds=(text + 1) * HAND_SECONDS)
    assert lines.read()
    lines.pending += TYPED[2:]  # begun before the last read, and ended after it
    assert [lines.read() for _ in TYPED[1:]] == [True] * len(TYPED[1:])


def test_lines_that_arrive_together_while_the_program_waits_are_taken_for_a_paste(
    lines,
):
    lines.arrive(*TYPED, seconds=BEAT / 2)
    assert not lines.read()


def test_typing_pace_is_measured_less_often_while_nobody_types(terminal):
    pace = TypingPace()
    pace.note_waiting()
    often = pace.beat()
    terminal.now += 60
    assert pace.beat() > often


class Pieces:
    """A simulated terminal that gets pieces of text at set times of its clock."""

    def __init__(self, *pieces: tuple[float, str]) -> None:
        """Create the terminal; each piece is an arrival time in seconds, and a text."""
        self.now = 0.0
        self.pieces = [*pieces]

    def has_pending_input(self, within: float = 0) -> bool:
        due = self.pieces[0][0] if self.pieces else math.inf
        self.now = min(max(self.now, due), self.now + within)
        return due <= self.now

    def pending_characters(self) -> int:
        return len(self.pieces[0][1])

    def read(self, _file: int, _size: int) -> bytes:
        return self.pieces.pop(0)[1].encode()


@pytest.mark.parametrize(
    ("pieces", "pasted"),
    [
        pytest.param([(0, "2\r" * 9)], "2\r" * 9, id="one piece"),
        pytest.param(
            [(0, "2\r" * 9), (0.03, "2\r")], "2\r" * 10, id="a short piece soon after"
        ),
        pytest.param([(0, "2\r" * 9), (0.08, "2")], "2\r" * 9, id="a key later"),
        pytest.param(
            [(0, "2\r" * 512), (0.4, "2\r")], "2\r" * 513, id="a piece of a long paste"
        ),
        pytest.param(
            [(0, "2\r" * 512), (0.6, "2")], "2\r" * 512, id="a key after a long paste"
        ),
        pytest.param(
            [(0, "22"), (0.02, "3"), (0.04, "4"), (0.06, "1"), (0.08, "0")],
            "2234",
            id="keys typed after a paste",
        ),
    ],
)
def test_rest_of_a_paste_is_discarded_until_somebody_types(pieces, pasted, monkeypatch):
    terminal = Pieces(*pieces)
    monkeypatch.setattr(typeahead, "has_pending_input", terminal.has_pending_input)
    monkeypatch.setattr(typeahead, "pending_characters", terminal.pending_characters)
    monkeypatch.setattr(typeahead, "os", SimpleNamespace(read=terminal.read))
    clock = SimpleNamespace(monotonic=lambda: terminal.now)
    monkeypatch.setattr(typeahead, "time", clock)

    assert typeahead.drain_paste() == pasted
