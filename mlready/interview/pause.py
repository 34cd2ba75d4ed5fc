"""Wait after a picture until the team continues, and keep keys typed ahead.

Keys for the next question end the pause, and are passed to that question.
"""

import time
from typing import Any

from prompt_toolkit.application import Application
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.layout import Layout, Window

from mlready.interview import hints, key_bindings
from mlready.interview.key_bindings import Controls
from mlready.interview.screen import STYLE, hint_line
from mlready.interview.text_wrapping import wrap
from mlready.interview.typeahead import REACTION_SECONDS, TypingPace

_ANSWERS = {*"0123456789dxy"}  # keys of answers to the next question


def wait(pace: TypingPace) -> None:
    """Wait for Enter or space; any other key is left for the next prompt.

    An Enter that comes too soon for somebody to have seen the picture is left as well.
    """
    drawn: list[float] = []
    app: Application[Any] = Application(
        Layout(Window(height=0)), key_bindings=_bindings(drawn), style=STYLE
    )
    app.after_render += lambda _: drawn.append(time.monotonic())
    controls = Controls(
        lambda: wrap(hints.GO_ON, " "),
        hint_line(lambda: hints.MAY_LEAVE),
        answers=_ANSWERS,
    )
    key_bindings.run(app, controls, pace)


def _bindings(drawn: list[float]) -> KeyBindings:
    """Return the bindings; ``drawn`` are the times at which the prompt was drawn."""
    bindings = KeyBindings()

    @bindings.add(" ")
    def _(event: KeyPressEvent) -> None:
        event.app.exit()

    @bindings.add("enter")
    @bindings.add("<any>")
    def _(event: KeyPressEvent) -> None:
        event.app.exit()
        is_seen = drawn and time.monotonic() - drawn[0] > REACTION_SECONDS
        if event.data != "\r" or not is_seen:
            for key in reversed(event.key_sequence):
                event.key_processor.feed(key, first=True)

    return bindings
