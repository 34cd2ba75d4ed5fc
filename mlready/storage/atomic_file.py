"""Read files within bounds, and save them so that nothing confirmed can be lost.

A save writes a new file beside the old one, flushes it to the disk, puts it in the old
one's place and flushes the folder: at every instant the name stands for a complete old
or a complete new version. A digest of what was last read or written tells whether
somebody else changed the file meanwhile.
"""

import errno
import itertools
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

from mlready.errors import ConflictError, StorageError
from mlready.input_limits import LIMIT

DRAFT = ".mlready-draft"
# Asking the system for room for all that may be takes longer than reading what is.
_USUAL = 64 * 1024

Digest = str | None  # None stands for a file that does not exist


def read_bytes(path: Path) -> bytes:
    """Return what a regular file holds, one byte more than may be read at most."""
    with _told(path, "read"):
        if not stat.S_ISREG(path.stat().st_mode):
            raise StorageError(f"{path}: not a regular file")
        with path.open("rb") as stream:
            return bounded(stream)


def exists(path: Path) -> bool:
    """Return whether there is a file of that name, whatever it is."""
    with _told(path, "read"):
        return path.exists()


def bounded(stream: BinaryIO) -> bytes:
    """Return at most one byte more than a document may have, which shows it is over."""
    start = stream.read(_USUAL)
    return start if len(start) < _USUAL else start + stream.read(LIMIT + 1 - _USUAL)


def digest(data: bytes) -> Digest:
    """Return what tells one version of a file from another."""
    import hashlib

    return hashlib.sha256(data).hexdigest()


def digest_of(path: Path) -> Digest:
    """Return the digest of the file as it is on disk now, None where there is none."""
    return digest(read_bytes(path)) if exists(path) else None


def save(path: Path, data: bytes, *, last: Digest) -> Digest:
    """Put data in the file's place, unless it is no longer the version ``last``.

    Returns the new digest. Raises StorageError, the file then being whole, and may be
    called again: a save that fails at its very end has put the data in place already.
    """
    if digest_of(path) not in {last, digest(data)}:
        with _told(path, "write"):
            target = _target(path)
        aside = _unused(target.with_name(f"{target.name}.conflict"))
        write(aside, data)
        raise ConflictError(
            f"{path}: changed on disk meanwhile, so it was not overwritten; "
            f"your version is in {aside}"
        )
    write(path, data)
    return digest(data)


def write(path: Path, data: bytes) -> None:
    """Write a file whole or not at all, following links and keeping its mode."""
    import tempfile

    with _told(path, "write"):
        target = _target(path)
        mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else None
        if target.exists() and not (target.is_file() and os.access(target, os.W_OK)):
            raise PermissionError(errno.EACCES, "it is not a file that may be written")
        handle, draft = tempfile.mkstemp(DRAFT, f".{target.name}.", target.parent)
        try:
            _fill(handle, data, mode)
            os.replace(draft, target)  # noqa: PTH105 - both ends are plain names here
        except BaseException:
            with suppress(OSError):
                os.unlink(draft)  # noqa: PTH108 - as above
            raise
        _flush_folder(target.parent)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the file for one interview, and leave no stray files of earlier ones.

    Raises StorageError at once where another interview holds it. Where the folder may
    not be written the same error comes now, before the first question.
    """
    import filelock

    with _told(path, "write"):
        target = _target(path)
        os.scandir(target.parent).close()  # the library would make a missing folder
        lock = filelock.FileLock(target.with_name(f".{target.name}.lock"), timeout=0)
    try:
        with _told(path, "write"):
            try:
                lock.acquire()
            except filelock.Timeout:
                text = f"{path}: another interview has this file open"
                raise StorageError(text) from None
            if target.exists() and not os.access(target, os.W_OK):
                raise StorageError(f"{path}: cannot write: it is read-only")
            _sweep(target)
        yield
    finally:
        if lock.is_locked:
            _let_go(lock)


def _let_go(lock: Any) -> None:
    # Nothing is lost by a lock that stays: the next interview takes it over.
    with suppress(OSError):
        # Unlinked while still held: whoever opens it later makes a new one.
        Path(lock.lock_file).unlink()
    with suppress(OSError):
        lock.release()


def _fill(handle: int, data: bytes, mode: int | None) -> None:
    with open(handle, "wb") as stream:
        stream.write(data)
        stream.flush()
        if os.name == "posix":
            os.fchmod(handle, 0o666 & ~_umask() if mode is None else mode)
        os.fsync(handle)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _flush_folder(folder: Path) -> None:
    if os.name != "posix":
        return  # Windows cannot open a folder, and needs no flush of one
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sweep(target: Path) -> None:
    """Remove drafts that a killed interview left; nobody else writes while we hold."""
    ours = re.compile(rf"\.{re.escape(target.name)}\.[^.]+{re.escape(DRAFT)}")
    for draft in target.parent.iterdir():
        if ours.fullmatch(draft.name):
            draft.unlink(missing_ok=True)


def _unused(path: Path) -> Path:
    """Return the path, numbered where an earlier conflict has the name already."""
    numbered = (path.with_name(f"{path.name}.{n}") for n in itertools.count(2))
    return next(each for each in itertools.chain([path], numbered) if not exists(each))


def _target(path: Path) -> Path:
    """Return the file itself where the path is a link to it."""
    target = Path(os.path.realpath(path))
    if target.is_symlink():  # what is still a link leads round in a circle
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
    return target


@contextmanager
def _told(path: Path, verb: str) -> Iterator[None]:
    """Say what could not be done with a file, whatever the system calls it."""
    try:
        yield
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        reason = f"{reason[:1].lower()}{reason[1:]}"
        raise StorageError(f"{path}: cannot {verb}: {reason}") from error
