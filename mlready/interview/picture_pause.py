"""Wait after a picture until the team continues, and keep keys typed ahead.

A key that comes too soon for somebody to have looked at the picture ends the pause, and
is passed to the next question. A later key never answers a question that nobody has
read.
"""

import time
from collections.abc import Callable
from typing import Any

from prompt_toolkit.application import Application
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.layout import Layout, Window

from mlready.interview import hints, key_bindings
from mlready.interview.key_bindings import Controls, HintLine
from mlready.interview.screen import STYLE, hint_line
from mlready.interview.text_wrapping import wrap
from mlready.interview.typeahead import LOOK_SECONDS, REACTION_SECONDS, TypingPace

_ANSWERS = {*"0123456789dxy"}  # keys of answers to the next question


class _Seen:
    """How long the picture has been on the screen; ``clock`` returns seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._drawn: float | None = None

    def draw(self) -> None:
        """Record that the prompt was drawn, below the picture."""
        if self._drawn is None:
            self._drawn = self._clock()

    def longer_than(self, seconds: float) -> bool:
        """Return whether the prompt was drawn more than this many seconds ago."""
        return self._drawn is not None and self._clock() - self._drawn > seconds


def wait(pace: TypingPace, clock: Callable[[], float] = time.monotonic) -> None:
    """Wait for Enter or space; a key typed ahead is left for the next prompt.

    Args:
        pace: what is known about how fast keys are typed.
        clock: returns the time in seconds.

    """
    seen = _Seen(clock)
    line = hint_line(
        lambda: hints.MAY_LEAVE,
        # A question mark typed ahead asks for help with the next question.
        lambda: hints.PICTURE_HELP if seen.longer_than(LOOK_SECONDS) else "",
    )
    app: Application[Any] = Application(
        Layout(Window(height=0)), key_bindings=_bindings(seen, line), style=STYLE
    )
    app.after_render += lambda _: seen.draw()
    controls = Controls(lambda: wrap(hints.GO_ON, " "), line, answers=_ANSWERS)
    key_bindings.run(app, controls, pace)


def _bindings(seen: _Seen, line: HintLine) -> KeyBindings:
    bindings = KeyBindings()

    @bindings.add(" ")
    def _(event: KeyPressEvent) -> None:
        event.app.exit()

    @bindings.add("enter")
    def _(event: KeyPressEvent) -> None:
        event.app.exit()
        if not seen.longer_than(REACTION_SECONDS):
            _leave(event)

    @bindings.add("<any>")
    def _(event: KeyPressEvent) -> None:
        if seen.longer_than(LOOK_SECONDS):
            line.remark = hints.ONLY_GO_ON
        else:
            event.app.exit()
            _leave(event)

    return bindings


def _leave(event: KeyPressEvent) -> None:
    """Leave a key for the next prompt."""
    for key in reversed(event.key_sequence):
        event.key_processor.feed(key, first=True)
