"""Messages above a prompt, when the terminal has no room to show all of them whole.

A terminal scrolls them off from the top, so that the end of a message could stay alone.
"""

from typing import NamedTuple

from mlready.interview.text_wrapping import cut_lines, indented


class _Line(NamedTuple):
    text: str  # of one line, not wrapped
    is_new: bool  # whether it was printed after the last prompt
    is_needed: bool  # whether it is shown even above a prompt that fills the terminal
    in_short: str = ""  # shown if there is room for one line only; "" to cut ``text``


# The lines that can still be on the screen: a process has one terminal.
_printed: list[_Line] = []
# What only the next prompt shows, because it would look like news of a later one.
_once: list[_Line] = []


def note(text: str, *, needed: bool = False, in_short: str = "") -> None:
    """Record a message that was printed above the next prompt.

    If ``needed`` is true, the next prompt shows its beginning in any case; if it has
    only one line for it, ``in_short``, unless that is "".
    """
    lines = text.split("\n")
    short = "" if lines[1:] else in_short
    _printed.extend(
        _Line(each, is_new=True, is_needed=needed, in_short=short) for each in lines
    )


def note_once(text: str) -> None:
    """Record a message that is not printed, but stands above the next prompt only."""
    _once.append(_Line(text, is_new=True, is_needed=True))


def note_picture(text: str) -> None:
    """Record a picture that stays above the next prompt."""
    lines = text.split("\n")
    _printed.extend(_Line(each, is_new=False, is_needed=False) for each in lines)


def forget() -> None:
    """Forget all messages that were printed so far."""
    _printed.clear()
    _once.clear()


class Cover:
    """The messages that one prompt shows in place of those that it scrolls off."""

    def __init__(self) -> None:
        self._lines = [*_printed, *_once]
        self._once = [line for each in _once for line in _wrapped(each.text)]
        self._is_shown = False
        _once.clear()
        _printed[:] = [each._replace(is_new=False) for each in _printed]

    def lines(self, room: int, *, insists: bool) -> list[str]:
        """Return the lines to show above the prompt; none if no message is cut.

        Args:
            room: how many lines the prompt leaves free in the terminal.
            insists: whether to show a needed message even without room, and earlier
                messages if there is room.

        """
        taken = sum(len(_wrapped(each.text)) for each in self._lines)
        if taken > room and not self._is_shown:
            self._is_shown = True  # it has scrolled off and does not come back
            forget()
        if not self._is_shown:
            return self._once
        new = [each for each in self._lines if each.is_new]
        if room > 0:
            return _last_whole(self._lines if insists else new, room)
        needed = [each for each in new if each.is_needed]
        return _last_whole(needed[-1:], 1) if needed and insists else []


def _last_whole(lines: list[_Line], room: int) -> list[str]:
    """Return the last lines that fit; a new one is cut, an old one is left out."""
    shown: list[str] = []
    for line in reversed(lines):
        wrapped, left = _wrapped(line.text), room - len(shown)
        if len(wrapped) <= left:
            shown = [*wrapped, *shown]
            continue
        if line.is_new and left:
            short = line.in_short if left == 1 else ""
            shown = [*_wrapped(short or cut_lines(line.text, left)), *shown]
        break
    return [*[""] * (room - len(shown)), *shown]


def _wrapped(text: str) -> list[str]:
    return indented(text).split("\n")
