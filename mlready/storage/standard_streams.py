"""Read standard input up to a limit, and write documents to standard output."""

import errno
import io
import os
import sys
from contextlib import suppress
from pathlib import Path

from mlready.errors import StorageError
from mlready.platform_support import is_closed_pipe, wait_for_input
from mlready.storage.atomic_file import bounded


class _Input:
    """Standard input, with reads that a signal handler can interrupt at any time."""

    def __init__(self, handle: int) -> None:
        self.handle = handle

    def read(self, size: int = -1, /) -> bytes:
        """Return exactly ``size`` bytes, or fewer if the input ends."""
        pieces: list[bytes] = []
        while size > 0:
            wait_for_input(self.handle)
            piece = os.read(self.handle, size)
            if not piece:
                break
            pieces.append(piece)
            size -= len(piece)
        return b"".join(pieces)


def read_input() -> bytes:
    """Return the content of standard input, at most ``LIMIT`` + 1 bytes.

    Raises StorageError if standard input is closed or cannot be read.
    """
    if sys.stdin is None:
        raise StorageError("standard input is closed; name an answers file")
    try:
        return bounded(_Input(sys.stdin.fileno()))
    except io.UnsupportedOperation:
        return bounded(sys.stdin.buffer)  # sys.stdin is an object without a handle
    except OSError as error:
        raise StorageError(f"standard input: cannot read: {_reason(error)}") from error


def is_same(source: Path, output: Path) -> bool:
    """Return whether two paths lead to one file; the source ``-`` is standard input."""
    with suppress(OSError):
        read = os.fstat(0) if source == Path("-") else source.stat()
        return os.path.samestat(read, output.stat())
    return False


def identity(source: Path) -> tuple[int, int] | None:
    """Return the device and inode number of a file, None if there are none.

    The path ``-`` means standard input.
    """
    with suppress(OSError):
        found = os.fstat(0) if source == Path("-") else source.stat()
        return (found.st_dev, found.st_ino) if found.st_ino else None
    return None


def write_output(text: str) -> None:
    """Write a document to standard output as UTF-8.

    Raises StorageError if that fails, or OSError if the reader closed the pipe.
    """
    try:
        sys.stdout.buffer.write(text.encode(errors="backslashreplace"))
        sys.stdout.flush()
    except OSError as error:
        if is_closed_pipe(error):
            raise
        discard_output()
        raise as_storage_error(error) from error


def as_storage_error(error: OSError) -> StorageError:
    """Convert an OSError to a StorageError that names its file or standard output."""
    if error.filename is not None:
        return StorageError(f"{error.filename}: {_reason(error)}")
    if error.errno == errno.EBADF:
        return StorageError("standard output is closed")
    return StorageError(f"standard output: cannot write: {_reason(error)}")


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


def discard_output() -> None:
    """Redirect standard output to the null device, so that flushing it cannot fail."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
