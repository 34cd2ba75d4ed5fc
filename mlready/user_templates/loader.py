"""Read files that do not leave a folder, whatever names and links say.

What is hidden in the folder (``.git``, ``.env``) is out of bounds too: secrets live
there.
"""

import os
import stat
from pathlib import Path

from mlready.storage.atomic_file import bounded


class OutsideError(Exception):
    """A name that leads out of the folder, or to what may not be read in it."""


def read(folder: Path, name: str, *, named: str = "") -> bytes:
    """Return what the file holds, one byte more than a document may have at most.

    ``folder`` must be resolved. ``named`` is a file that may be hidden, since somebody
    chose it by its name. Raises OutsideError, or FileNotFoundError where there is none.
    """
    parts = _inside(folder, name)
    if name != named and any(part.startswith(".") for part in parts):
        raise OutsideError("is hidden, or a link to what is hidden")
    try:
        handle = opened(folder, parts)
    except FileNotFoundError:
        raise
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise OutsideError(f"cannot be read: {reason}") from error
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OutsideError("is not a regular file")
    with os.fdopen(handle, "rb") as stream:
        return bounded(stream)


def _inside(folder: Path, name: str) -> tuple[str, ...]:
    """Return the way from the folder to the file once all links are followed."""
    steps = name.split("/")
    if {"", ".", ".."} & set(steps) or any(sign in name for sign in "\\:\0"):
        raise OutsideError("is not a name of a file in the folder")
    target = Path(os.path.realpath(folder.joinpath(*steps)))
    if not target.is_relative_to(folder) or target == folder:
        raise OutsideError("leads out of the folder")
    return target.relative_to(folder).parts


def opened(folder: Path, parts: tuple[str, ...]) -> int:
    """Open a file step by step, so that no link put there meanwhile is followed.

    Raises OSError where there is one.
    """
    if os.open not in os.supports_dir_fd:
        return os.open(
            folder.joinpath(*parts), os.O_RDONLY | getattr(os, "O_BINARY", 0)
        )
    handle = os.open(folder, os.O_RDONLY)
    for part in parts:
        try:
            # A pipe that nobody writes to must not be waited for.
            flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
            inner = os.open(part, flags, dir_fd=handle)
        finally:
            os.close(handle)
        handle = inner
    return handle
