"""Read standard input within bounds, and write documents to standard output whole."""

import errno
import io
import os
import sys
from contextlib import suppress
from pathlib import Path

from mlready.errors import StorageError
from mlready.storage.atomic_file import bounded


class _Input:
    """Standard input, of which a read can be interrupted at any instant."""

    def __init__(self, handle: int) -> None:
        self.handle = handle

    def read(self, size: int = -1, /) -> bytes:
        """Return exactly so many bytes, or fewer where the input ends."""
        from mlready.platform_support import wait_for_input

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
    """Return standard input, at most one byte more than the limit.

    Raises StorageError where it is closed or cannot be read.
    """
    if sys.stdin is None:
        raise StorageError("standard input is closed; name an answers file")
    try:
        return bounded(_Input(sys.stdin.fileno()))
    except io.UnsupportedOperation:
        return bounded(sys.stdin.buffer)  # a stand-in for standard input
    except OSError as error:
        raise StorageError(f"standard input: cannot read: {_reason(error)}") from error


def is_same(source: Path, output: Path) -> bool:
    """Return whether an output is the file that is read, under any name."""
    with suppress(OSError):
        read = os.fstat(0) if source == Path("-") else source.stat()
        return os.path.samestat(read, output.stat())
    return False


def write_output(text: str) -> None:
    """Write a document to standard output, as UTF-8 in any locale.

    Bytes of a file name that are not UTF-8 are escaped. Raises
    StorageError where it cannot be written, and the OSError itself where the reader of
    a pipe has gone.
    """
    from mlready.platform_support import is_closed_pipe

    try:
        sys.stdout.buffer.write(text.encode(errors="backslashreplace"))
        sys.stdout.flush()
    except OSError as error:
        if is_closed_pipe(error):
            raise
        discard_output()
        raise as_storage_error(error) from error


def as_storage_error(error: OSError) -> StorageError:
    """Return the error as one of a file, or else of standard output."""
    if error.filename is not None:
        return StorageError(f"{error.filename}: {_reason(error)}")
    if error.errno == errno.EBADF:
        return StorageError("standard output is closed")
    return StorageError(f"standard output: cannot write: {_reason(error)}")


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


def discard_output() -> None:
    """Redirect standard output to the null device; Python would flush it at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
