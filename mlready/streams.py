"""Standard input and output, held to what files are held to: whole, or an error."""

import os
import sys
from contextlib import suppress
from pathlib import Path

from mlready.errors import StorageError
from mlready.files import bounded


def read_input() -> bytes:
    """Return what comes on standard input, one byte more than may be read at most."""
    if sys.stdin is None:
        raise StorageError("standard input is closed; name an answers file")
    return bounded(sys.stdin.buffer)


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
    if sys.stdout is None:
        raise StorageError("standard output is closed")
    try:
        sys.stdout.buffer.write(text.encode())
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        forget_output()
        reason = (error.strerror or str(error)).lower()
        raise StorageError(f"standard output: cannot write: {reason}") from error


def forget_output() -> None:
    """Give what is still buffered nowhere to go, or Python complains at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
