"""Show the pyramid and the advice until the team continues.

A key pressed too soon to be meant for the picture is not used, unless the key is space:
the next question is not the one that the team expected when it pressed the key.
"""

import math
import re
import time
from collections.abc import Callable
from shutil import get_terminal_size
from typing import Any

from prompt_toolkit.application import Application, get_app
from prompt_toolkit.filters import Condition, is_done
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.layout import ConditionalContainer, HSplit, Layout, Window
from prompt_toolkit.layout.controls import FormattedTextControl

from mlready.interview import hints, key_bindings, messages_above
from mlready.interview.key_bindings import Controls, HintLine
from mlready.interview.screen import STYLE, hint_line
from mlready.interview.text_wrapping import (
    PROMPT_LINES,
    advice_forms,
    fit_picture,
    fit_pyramid,
    indented,
    reason_in,
    wrap,
)
from mlready.interview.typeahead import LOOK_SECONDS, REACTION_SECONDS, TypingPace

_ANSWERS = {*"0123456789dxy"}  # keys of answers to the next question


class _Seen:
    """Measures how long the picture is on the screen."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._drawn: float | None = None
        self._refused = -math.inf

    def refuse(self) -> None:
        """Record that a key was not used; Enter or space after it belong to it."""
        self._refused = self._clock()

    def draw(self) -> None:
        """Record that the picture is drawn; only the first call counts."""
        if self._drawn is None:
            self._drawn = self._clock()

    def longer_than(self, seconds: float) -> bool:
        return self._drawn is not None and self._clock() - self._drawn > seconds

    def goes_on_typing(self) -> bool:
        """Return whether a key follows so soon on a key that was not used."""
        return self._clock() - self._refused < LOOK_SECONDS


def show(
    picture: str, typing_pace: TypingPace, clock: Callable[[], float] = time.monotonic
) -> None:
    """Show a picture, and wait for Enter or space; the picture stays on the screen.

    A key typed ahead is not used, and a message says so.

    Args:
        picture: pyramid, legend and advice, with blank lines between them.
        typing_pace: tells typed keys from a paste.
        clock: returns the time in seconds.

    """
    seen = _Seen(clock)
    line: HintLine = hint_line(lambda: hints.MAY_LEAVE, lambda: explanation(picture))

    def shown() -> str:
        return _shown_picture(picture, explained=_explains(line))

    _pause(shown, _go_on(line), line, _bindings(seen, line), seen, typing_pace)
    messages_above.note_picture(fit_picture(picture))


def show_message(
    text: str,
    typing_pace: TypingPace,
    clock: Callable[[], float] = time.monotonic,
    *,
    go_on: str = hints.GO_TO_LIST,
) -> None:
    """Show a message before the list of all answers, and wait for Enter or space.

    Keys typed ahead are discarded. ``go_on`` says what comes next.
    """
    seen = _Seen(clock)
    line: HintLine = hint_line(lambda: hints.MAY_LEAVE)
    row, bindings = _go_on(line, go_on), _bindings_of_message(seen, line)
    _pause(lambda: _alone(text), row, line, bindings, seen, typing_pace)


def _alone(text: str) -> str:
    """Return a message below so many blank lines that nothing else is on the screen.

    The message was also printed above, where its end would still be visible.
    """
    room = get_terminal_size().lines - PROMPT_LINES
    free = room - indented(text).count("\n") - 1
    return "\n" * free + text


def _pause(  # noqa: PLR0913, PLR0917 - the parts of a pause
    shown: Callable[[], str],
    go_on: ConditionalContainer,
    line: HintLine,
    bindings: KeyBindings,
    seen: _Seen,
    typing_pace: TypingPace,
) -> None:
    app: Application[Any] = Application(
        Layout(HSplit([go_on])), key_bindings=bindings, style=STYLE
    )
    app.after_render += lambda _: seen.draw()
    controls = Controls(lambda: indented(shown()), line, answers=_ANSWERS, stays=True)
    key_bindings.run(app, controls, typing_pace)


def _go_on(line: HintLine, text: str = hints.GO_ON) -> ConditionalContainer:
    """Return the row that says how to go on.

    It is hidden while an explanation or a message is shown.
    """
    window = Window(
        FormattedTextControl(lambda: [("class:question", wrap(text, " "))]),
        dont_extend_height=True,
        wrap_lines=True,
    )
    hides = Condition(lambda: line.showing_help or bool(line.message))
    return ConditionalContainer(window, ~is_done & ~hides)


def _explains(line: HintLine) -> bool:
    return line.showing_help and not get_app().is_done


def _shown_picture(picture: str, *, explained: bool) -> str:
    """Return the picture, shortened to fit the terminal.

    If ``explained`` is true, an explanation of the picture stands below. If both have
    no room together, the result is only the pyramid.
    """
    fitted = fit_picture(picture)
    if not explained:
        return fitted
    shown = f"{indented(fitted)}\n{wrap(explanation(picture))}"
    lines = shown.count("\n") + 1
    room = get_terminal_size().lines
    return fitted if lines <= room else fit_pyramid(picture.partition("\n\n")[0])


def explanation(picture: str) -> str:
    """Return what the signs in the picture mean, as far as the terminal shows them."""
    forms, fitted = advice_forms(picture.rpartition("\n\n")[2]), fit_picture(picture)
    # Advice for which the terminal has no room follows the signs.
    left_out = [] if any(each in fitted for each in forms) else forms[-1:]
    waits = hints.WAITING in fitted
    signs = hints.PICTURE if waits else hints.PICTURE.replace(hints.WAITS, "")
    return "\n".join([*_meaning(picture), signs, *left_out, hints.PICTURE_KEYS])


def _meaning(picture: str) -> list[str]:
    """Return what the mark of the first layer means, and why; [] if none is marked."""
    pyramid, _, legend = picture.partition("\n\n")
    rows = re.findall(r"^>.* (\S+)$", pyramid, re.MULTILINE)
    reason = reason_in(legend.partition("\n")[0]) or hints.LOWEST
    return [hints.MARKS[row].format(reason) for row in rows if row in hints.MARKS]


def _bindings(seen: _Seen, line: HintLine) -> KeyBindings:
    bindings = KeyBindings()

    def refuse(message: str) -> None:
        line.message = message
        seen.refuse()

    @bindings.add(" ")
    def _(event: KeyPressEvent) -> None:
        if seen.goes_on_typing():
            refuse(hints.TOO_SOON)
        else:
            event.app.exit()

    @bindings.add("enter")
    def _(event: KeyPressEvent) -> None:
        if seen.goes_on_typing() or not seen.longer_than(REACTION_SECONDS):
            refuse(hints.TOO_SOON)
        else:
            event.app.exit()

    @bindings.add("<any>")
    def _(_: KeyPressEvent) -> None:
        is_late = seen.longer_than(LOOK_SECONDS)
        refuse(hints.ONLY_GO_ON if is_late else hints.TOO_SOON)

    return bindings


def _bindings_of_message(seen: _Seen, line: HintLine) -> KeyBindings:
    bindings = KeyBindings()

    @bindings.add("enter")
    @bindings.add(" ")
    def _(event: KeyPressEvent) -> None:
        if seen.longer_than(REACTION_SECONDS):  # else it was meant for a prompt before
            event.app.exit()

    @bindings.add("<any>")
    def _(_: KeyPressEvent) -> None:
        line.message = hints.ONLY_ENTER

    return bindings
