"""Read files in one folder only; refuse paths and links that lead out of the folder.

Hidden files are refused, because many contain secrets. Files with several hard links
are refused, because another link may be outside the folder.
"""

import os
import stat
from pathlib import Path

from mlready.storage.atomic_file import bounded


class OutsideError(Exception):
    """Raised for a file that a template must not read."""


def read(folder: Path, name: str, *, named: str = "") -> bytes:
    """Return the content of a file, cut after ``LIMIT`` + 1 bytes.

    Args:
        folder: an absolute path without links.
        name: the path of the file from the folder.
        named: the path of the file that the user chose, or "". Only this file may be
            hidden or have several links.

    Raises:
        OutsideError: the template must not read the file.
        FileNotFoundError: there is no such file.

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
    """Return why a template must not read an open file, "" if reading is allowed."""
    if not stat.S_ISREG(status.st_mode):
        return "is not a regular file"
    if status.st_nlink > 1 and not chosen:
        return "is a hard link, which may belong to a file elsewhere; copy it instead"
    return ""


def _inside(folder: Path, name: str) -> tuple[str, ...]:
    """Resolve all links in a path; return the parts of the path below the folder."""
    steps = name.split("/")
    if {"", ".", ".."} & set(steps) or any(sign in name for sign in "\\:\0"):
        raise OutsideError("is not a name of a file in the folder")
    target = Path(os.path.realpath(folder.joinpath(*steps)))
    if not target.is_relative_to(folder) or target == folder:
        raise OutsideError("leads out of the folder")
    return target.relative_to(folder).parts


def opened(folder: Path, parts: tuple[str, ...]) -> int:
    """Open a file below a folder without following symbolic links; return a descriptor.

    ``parts`` are the components of the path below the folder. Raises OSError if a
    component has become a link.
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
