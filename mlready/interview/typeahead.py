"""Detect terminal input that has not been read yet: keys typed ahead, and pastes.

A terminal without bracketed paste sends a paste as key presses, all together or in
chunks in quick succession. Two cases cannot be detected. A chunk of a single key looks
like a typed key. One pasted line with its line end looks like an answer and Enter that
arrive together, as terminal multiplexers and slow connections deliver them.
"""

import os
import select
import time
from contextlib import suppress

from mlready.input_limits import LONGEST_TEXT

TOO_LONG = f"At most {LONGEST_TEXT:,} characters, please."
QUIET_SECONDS = 0.1  # a paste has ended after this time without input
PIECE_SECONDS = 0.05  # longest time between two chunks of a paste
LONGEST_SECONDS = 5.0  # longest time spent on reading the rest of a paste


def has_pending_input(within: float = 0) -> bool:
    """Return whether the terminal has input, or receives any within this many seconds.

    Always returns False on Windows, where ``select`` accepts only sockets.
    """
    with suppress(OSError):
        return os.isatty(0) and bool(select.select([0], [], [], within)[0])
    return False


def drain_paste() -> str:
    """Read and return the rest of a paste, until nothing arrives for QUIET_SECONDS."""
    rest, end = b"", time.monotonic() + LONGEST_SECONDS
    with suppress(OSError):  # the terminal may be closed
        while time.monotonic() < end and has_pending_input(QUIET_SECONDS):
            if not (more := os.read(0, 1 << 16)):
                break
            rest += more
    return rest.decode(errors="replace")
