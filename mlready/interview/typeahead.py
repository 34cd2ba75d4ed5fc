"""Keys that were typed or pasted before the program reads them."""

import os
import select
import time
from contextlib import suppress

NO_PASTE = "Several lines at once are a paste, and no answer."
QUIET_SECONDS = 0.1  # a paste is over when nothing arrives for so long
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
