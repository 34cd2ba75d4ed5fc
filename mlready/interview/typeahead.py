"""Tell keys that somebody typed from a paste that arrives as key presses.

Most terminals mark a paste. From the others, typed and pasted keys look the same, and
nothing says when a key was pressed. What is known is how long the program did not read:
a hand needs HAND_SECONDS for each key, a paste arrives at once. So keys that arrive
together were typed if there was enough time for all of them before they were read.

Two cases cannot be told apart. A paste of one or two keys looks like keys typed fast.
One pasted line with its line end looks like a text and Enter that arrive together, as
terminal multiplexers and slow connections deliver them.
"""

import os
import select
import sys
import time
from contextlib import suppress

from mlready.input_limits import LONGEST_TEXT

TOO_LONG = f"At most {LONGEST_TEXT:,} characters, please."
HAND_SECONDS = 0.005  # a hand needs longer for each key
QUIET_SECONDS = 0.1  # a paste has ended after this time without input
PIECE_SECONDS = 0.05  # longest time between two chunks of a paste
LONGEST_SECONDS = 5.0  # longest time spent on reading the rest of a paste


class TypingPace:
    """Counts how many keys somebody can have typed since the program last read.

    While the program waits for input, it reads each typed key alone. While it saves or
    draws, keys pile up.
    """

    def __init__(self) -> None:
        self._read_at = time.monotonic()
        self._waiting = False
        self._keys = 0

    def work(self) -> None:
        """Record that the program does something else than wait for input."""
        self._waiting = False

    def wait(self) -> None:
        """Record that the program waits for input from now on."""
        self._keys, self._waiting = self._most() if has_pending_input() else 0, True

    def read(self) -> int:
        """Record that the program reads; return how many keys can have been typed."""
        keys = self._keys if self._waiting else self._most()
        self._read_at, self._waiting = time.monotonic(), False
        return keys

    def _most(self) -> int:
        return int((time.monotonic() - self._read_at) / HAND_SECONDS)


def has_pending_input(within: float = 0) -> bool:
    """Return whether the terminal has input, or receives any within this many seconds.

    Always returns False on Windows, where ``select`` accepts only sockets.
    """
    with suppress(OSError):
        return os.isatty(0) and bool(select.select([0], [], [], within)[0])
    return False


def pending_characters() -> int:
    """Return how many characters of whole lines, or in raw mode of any, are pending."""
    try:
        import fcntl
        import termios
    except ImportError:
        return 0
    with suppress(OSError):
        counted = fcntl.ioctl(0, termios.FIONREAD, bytes(4))
        return int.from_bytes(counted, sys.byteorder)
    return 0


def drain_paste() -> str:
    """Read and return the rest of a paste, until nothing arrives for QUIET_SECONDS."""
    rest, end = b"", time.monotonic() + LONGEST_SECONDS
    with suppress(OSError):  # the terminal may be closed
        while time.monotonic() < end and has_pending_input(QUIET_SECONDS):
            if not (more := os.read(0, 1 << 16)):
                break
            rest += more
    return rest.decode(errors="replace")
