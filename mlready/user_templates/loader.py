"""Read files in one folder only; refuse paths and links that lead out of it.

Hidden files and folders (``.git``, ``.env``) are refused too, because they may contain
secrets. Files with more than one hard link are also refused, because another of the
links may be outside the folder.
"""

import os
import stat
from pathlib import Path

from mlready.storage.atomic_file import bounded


class OutsideError(Exception):
    """Raised for a file that is outside the folder, or that templates must not read."""


def read(folder: Path, name: str, *, named: str = "") -> bytes:
    """Return the content of a file, up to one byte more than the limit for input files.

    With the additional byte, the caller can tell that the file is too large. ``folder``
    must be an absolute path without links, ``name`` is the file's path from there.
    ``named`` is the file that the user gave on the command line, which may be hidden or
    have several hard links.

    Raises OutsideError or FileNotFoundError.
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
    if refusal := _refusal(os.fstat(handle), chosen=name == named):
        os.close(handle)
        raise OutsideError(refusal)
    with os.fdopen(handle, "rb") as stream:
        return bounded(stream)


def _refusal(status: os.stat_result, *, chosen: bool) -> str:
    """Return the reason why a template must not read an open file, or "" if it may.

    ``chosen`` is true for the file that the user gave on the command line.
    """
    if not stat.S_ISREG(status.st_mode):
        return "is not a regular file"
    if status.st_nlink > 1 and not chosen:
        return "is a hard link, which may belong to a file elsewhere; copy it instead"
    return ""


def _inside(folder: Path, name: str) -> tuple[str, ...]:
    """Resolve all links, then return the parts of the path from the folder to a file.

    Raises OutsideError if the file is not in the folder.
    """
    steps = name.split("/")
    if {"", ".", ".."} & set(steps) or any(sign in name for sign in "\\:\0"):
        raise OutsideError("is not a name of a file in the folder")
    target = Path(os.path.realpath(folder.joinpath(*steps)))
    if not target.is_relative_to(folder) or target == folder:
        raise OutsideError("leads out of the folder")
    return target.relative_to(folder).parts


def opened(folder: Path, parts: tuple[str, ...]) -> int:
    """Open a file below a folder, without following symbolic links.

    ``parts`` are the components of the file's path from ``folder`` on; they are opened
    one at a time.

    Returns the file descriptor. Raises OSError if another process has replaced a
    component with a link since the path was resolved.
    """
    if os.open not in os.supports_dir_fd:
        return os.open(
            folder.joinpath(*parts), os.O_RDONLY | getattr(os, "O_BINARY", 0)
        )
    handle = os.open(folder, os.O_RDONLY)
    for part in parts:
        try:
            # O_NONBLOCK: opening a named pipe must not wait for a writer.
            flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
            inner = os.open(part, flags, dir_fd=handle)
        finally:
            os.close(handle)
        handle = inner
    return handle
