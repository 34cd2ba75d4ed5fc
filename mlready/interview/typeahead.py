"""Distinguish typed keys from a paste that arrives as key presses.

A person needs ``HAND_SECONDS`` for each key, but a paste arrives at once. So keys count
as typed if there was time to type all of them since the program last read.
"""

import math
import os
import re
import select
import sys
import time
from contextlib import suppress

from mlready.input_limits import LONGEST_TEXT

# A paste of one or two keys cannot be distinguished from keys typed fast. A pasted line
# cannot be distinguished from a typed text that arrives together with Enter, as slow
# connections and terminal multiplexers deliver such a text.

TOO_LONG = f"At most {LONGEST_TEXT:,} characters, please."
HAND_SECONDS = 0.005  # a hand needs longer for each key
QUIET_SECONDS = 0.1  # a paste has ended after this time without input
PIECE_SECONDS = 0.05  # longest time between two chunks of a paste
LONG_PASTE = 1024  # a paste of so many characters comes in several pieces
LONG_SECONDS = 0.5  # replaces both times then: nobody types so soon after it
LONGEST_SECONDS = 5.0  # longest time spent on reading the rest of a paste
AT_ONCE = 4  # most characters of lines that a busy computer delivers together
BEAT, RARE_BEAT = 0.01, 0.1  # seconds between two calls of ``beat``
ACTIVE_SECONDS = 30.0  # calls of ``beat`` become rarer after this time without input
STRAY_KEY = "Type a few words, or leave it empty to skip."
# If the line had a text.
STRAY_KEY_DELETES = "Type a few words; an empty line deletes what was there."
# An Enter that comes sooner after something was drawn was pressed before that.
REACTION_SECONDS = 0.25
# Another key that comes sooner after a text appears was typed before anybody read it.
LOOK_SECONDS = 0.7
EACH_SECONDS = 0.25  # longest time between two keys of a line that is typed ahead
LATE = 2.5  # the program was held up if a beat comes this many intervals late


class TypingPace:
    """Estimates how many keys somebody can have typed since the program last read.

    A waiting prompt calls ``beat`` regularly. If a call is late, the program was held
    up for a while, and somebody can have typed several keys in that time.
    """

    def __init__(self) -> None:
        self._read_at = time.monotonic()
        self._empty_at: float | None = None  # when nothing was pending, if it waits
        self._next_beat = math.inf  # seconds from ``_empty_at`` to the next beat

    def note_busy(self) -> None:
        """Record that the program does not wait for input now."""
        self._empty_at, self._next_beat = None, math.inf

    def note_waiting(self) -> None:
        """Record that the program now waits for input."""
        self._empty_at = None if has_pending_input() else time.monotonic()

    def beat(self) -> float:
        """Record that the program is running.

        Returns after how many seconds to call ``beat`` again.
        """
        now = time.monotonic()
        self._next_beat = BEAT if now - self._read_at < ACTIVE_SECONDS else RARE_BEAT
        if self._empty_at is not None and not has_pending_input():
            self._empty_at = now
        return self._next_beat

    def read(self) -> int:
        """Record a read; return how many keys can have been typed since the last."""
        now = time.monotonic()
        if self._empty_at is None:
            seconds = now - self._read_at
        else:
            late = now - self._empty_at > LATE * self._next_beat
            seconds = now - self._empty_at if late else 0
        self._read_at, self._empty_at = now, None
        return int(seconds / HAND_SECONDS)


class TypedLines:
    """Distinguishes typed lines from pasted lines.

    The terminal delivers whole lines, not single keys.
    """

    def __init__(self, typing_pace: TypingPace) -> None:
        self._pace = typing_pace
        self._known = 0  # characters that are pending, and were typed
        self._spare = 0  # further characters for which there was time

    def was_typed(self, line: str) -> bool:
        """Return whether ``line`` was typed, not pasted.

        A line after which no more input is pending counts as typed. A line with pending
        input after the line counts as typed if somebody had time to type both since the
        program last read. Call this once for each line, as soon as the line is read.
        """
        possible = self._pace.read()
        if not has_pending_input(HAND_SECONDS):
            self._known = self._spare = 0
            return True
        pending = pending_characters()
        new = max(len(line) + pending - self._known, 0)
        if not self._known and possible > AT_ONCE:
            new = pending  # the line itself can have been begun at any time before
        is_typed = new <= self._spare + possible + AT_ONCE
        self._known = pending if is_typed else 0
        self._spare = max(self._spare + possible - new, 0) if is_typed else 0
        return is_typed


def is_stray_key(text: str) -> bool:
    """Return whether a text looks like a key that was meant for another question."""
    # One character that is not ASCII can be a word or a name.
    return len(text) == 1 and text.isascii()


def says_nothing(text: str) -> bool:
    """Return whether a text is one letter or a bare number: no reason, no note."""
    return is_stray_key(text) or bool(re.fullmatch(r"\d[\d.,]*", text))


def wait_for_key(typing_pace: TypingPace) -> None:
    """Wait for input, and call ``typing_pace.beat`` regularly.

    On Windows and without a terminal, the function returns at once.
    """
    if sys.platform == "win32" or not os.isatty(0):
        return
    with suppress(OSError):  # the terminal may be closed
        while not select.select([0], [], [], typing_pace.beat())[0]:
            pass


def has_pending_input(within: float = 0) -> bool:
    """Return whether the terminal has input, or gets some within ``within`` seconds.

    On Windows, the result is always False.
    """
    # On Windows, ``select`` accepts only sockets, and raises an error.
    with suppress(OSError):
        return os.isatty(0) and bool(select.select([0], [], [], within)[0])
    return False


def pending_characters() -> int:
    """Return how many typed characters wait to be read.

    Only whole lines count, unless the terminal is in raw mode.
    """
    try:
        import fcntl
        import termios
    except ImportError:
        return 0
    with suppress(OSError):
        counted = fcntl.ioctl(0, termios.FIONREAD, bytes(4))
        return int.from_bytes(counted, sys.byteorder)
    return 0


def drain_paste(begun: int = 0) -> str:
    """Read and return the rest of a paste, until nothing arrives for a while.

    Args:
        begun: how many characters of the paste were read before.

    """
    rest, read_at = b"", time.monotonic()
    pasted_at = read_at  # when the last part was read that nobody can have typed
    end = read_at + LONGEST_SECONDS
    with suppress(OSError):  # the terminal may be closed
        while read_at < end:
            is_long = begun + len(rest) >= LONG_PASTE
            quiet = LONG_SECONDS if is_long else QUIET_SECONDS
            piece = LONG_SECONDS if is_long else PIECE_SECONDS
            if not has_pending_input(quiet):
                break
            now = time.monotonic()
            is_typed = 0 < pending_characters() <= (now - read_at) / HAND_SECONDS
            # Input shortly after a part of the paste belongs to the paste, too, because
            # systems write a long paste in pieces.
            if is_typed and now - pasted_at > piece:
                break
            if not (more := os.read(0, 1 << 16)):
                break
            rest += more
            read_at = time.monotonic()
            pasted_at = pasted_at if is_typed else read_at
    return rest.decode(errors="replace")
