"""Input that the terminal holds ready: keys typed ahead, and pastes.

A terminal that does not mark a paste sends it as keys, many at once, or in pieces that
follow each other quickly. A piece of one single key cannot be told from a key that was
pressed, nor one pasted line with its line end from an answer and Enter that arrive
together, as multiplexers and slow connections deliver them.
"""

import os
import select
import time
from contextlib import suppress

from mlready.input_limits import LONGEST_TEXT

TOO_LONG = f"At most {LONGEST_TEXT:,} characters, please."
QUIET_SECONDS = 0.1  # a paste is over when nothing arrives for so long
PIECE_SECONDS = 0.05  # the pieces of a paste follow each other within that
LONGEST_SECONDS = 5.0  # to read one paste


def has_pending_input(within: float = 0) -> bool:
    """Return whether the terminal has input ready, or has some within so many seconds.

    Always False on Windows, where ``select`` takes sockets only.
    """
    with suppress(OSError):
        return os.isatty(0) and bool(select.select([0], [], [], within)[0])
    return False


def drain_paste() -> str:
    """Read the rest of a paste, until nothing arrives for QUIET_SECONDS."""
    rest, end = b"", time.monotonic() + LONGEST_SECONDS
    with suppress(OSError):  # the terminal may go away
        while time.monotonic() < end and has_pending_input(QUIET_SECONDS):
            if not (more := os.read(0, 1 << 16)):
                break
            rest += more
    return rest.decode(errors="replace")
