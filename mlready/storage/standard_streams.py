"""Standard input and output, held to what files are held to: whole, or an error."""

import errno
import os
import sys
from contextlib import suppress
from pathlib import Path

from mlready.errors import StorageError
from mlready.storage.atomic_file import bounded


def read_input() -> bytes:
    """Return what comes on standard input, one byte more than may be read at most."""
    if sys.stdin is None:
        raise StorageError("standard input is closed; name an answers file")
    try:
        return bounded(sys.stdin.buffer)
    except OSError as error:
        raise StorageError(f"standard input: cannot read: {_reason(error)}") from error


def is_same(source: Path, output: Path) -> bool:
    """Return whether an output is the very file that is read, by whatever name."""
    with suppress(OSError):
        read = os.fstat(0) if source == Path("-") else source.stat()
        return os.path.samestat(read, output.stat())
    return False


def write_output(text: str) -> None:
    """Write a document to standard output, as UTF-8 whatever the locale.

    Raises StorageError where it cannot be written, and lets BrokenPipeError pass: who
    closes a pipe early has read enough.
    """
    try:
        sys.stdout.buffer.write(text.encode())
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        forget_output()
        raise as_storage_error(error) from error


def as_storage_error(error: OSError) -> StorageError:
    """Say what the system refused: with a file, or else with standard output."""
    if error.filename is not None:
        return StorageError(f"{error.filename}: {_reason(error)}")
    if error.errno == errno.EBADF:
        return StorageError("standard output is closed")
    return StorageError(f"standard output: cannot write: {_reason(error)}")


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


def forget_output() -> None:
    """Give what is still buffered nowhere to go, or Python complains at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
