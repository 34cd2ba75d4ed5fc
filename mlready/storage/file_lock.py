"""One interview at a time on a file, by a lock file beside it.

The lock is the system's own where it has one (``flock``). Where the file system has
none, as some network drives, the lock file itself is the lock: whoever can create it
holds it, and it says which process on which machine that is.
"""

import errno
import os
import re
import stat
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from mlready import platform_support
from mlready.errors import StorageError, StorageWarning
from mlready.storage.atomic_file import (
    check_writable,
    os_errors_reported,
    remove_drafts,
    resolve,
    sibling,
)

LOCK = ".lock"
# A link in the lock's place is not followed, and a pipe not waited for.
_FLAGS = (
    getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_BINARY", 0)
)
_LONGEST = 300  # bytes read of a lock file
_HOLDER = re.compile(rb"([0-9]{1,9})\s+([!-~]{1,253})\s*")
_TRIES = 100  # others may remove a lock file while we open it


class _Holder(NamedTuple):
    """The process that holds a lock; 0 and nothing where the lock file is empty."""

    process: int
    host: str

    def __str__(self) -> str:
        return f"process {self.process} on {self.host}"


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the file for one interview, and remove drafts that earlier ones left.

    Raises StorageError at once where another interview holds it, and where a save would
    be refused, so that this is known before the first question. Warns where the file
    system has no locks.
    """
    with os_errors_reported(path, "write"):
        target = resolve(path)
        lock = sibling(target, LOCK)
        handle = _acquire(path, lock)
    try:
        with os_errors_reported(path, "write"):
            remove_drafts(target)
        check_writable(path)
        yield
    finally:
        _release(lock, handle)


def _acquire(path: Path, lock: Path) -> int:
    """Return an open lock file that this process holds."""
    for _ in range(_TRIES):
        handle, created = _open(path, lock)
        try:
            if _is_ours(path, lock, handle, created=created):
                _write_holder(handle)
                return handle
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)
    raise OSError(errno.EAGAIN, os.strerror(errno.EAGAIN))


def _open(path: Path, lock: Path) -> tuple[int, bool]:
    """Open the lock file, making one where there is none; return whether it is new."""
    with suppress(FileExistsError):
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | _FLAGS
        return os.open(lock, flags, 0o666), True
    with suppress(FileNotFoundError):
        return _open_existing(path, lock), False
    return _open(path, lock)


def _open_existing(path: Path, lock: Path) -> int:
    status = lock.lstat()
    if not stat.S_ISREG(status.st_mode) or status.st_nlink > 1:
        raise _not_a_lock(path, lock)
    try:
        return os.open(lock, os.O_RDWR | _FLAGS)
    except PermissionError:
        # Somebody else's. It can still be locked where it can be read.
        try:
            return os.open(lock, os.O_RDONLY | _FLAGS)
        except PermissionError:
            raise _foreign(path, lock) from None


def _is_ours(path: Path, lock: Path, handle: int, *, created: bool) -> bool:
    """Return whether we hold the lock; False where the lock file was removed just now.

    Raises StorageError where another interview holds it.
    """
    try:
        free = platform_support.try_lock(handle)
    except platform_support.LocksUnsupportedError as error:
        return _is_ours_without_locks(path, lock, handle, error, created=created)
    except OSError as error:
        if error.errno == errno.EBADF:  # a network drive locks what may be written only
            raise _foreign(path, lock) from None
        raise
    if not free:
        raise _held(path, _holder(handle))
    if os.fstat(handle).st_size and not _holder(handle).host:
        raise _not_a_lock(path, lock)  # writing into it could destroy something
    return _is_at(lock, handle)


def _is_ours_without_locks(
    path: Path, lock: Path, handle: int, error: OSError, *, created: bool
) -> bool:
    if created:
        warnings.warn(
            f"{path}: its folder has no file locks ({(error.strerror or '').lower()}); "
            f"while {lock.name} exists, mlready refuses a second interview",
            StorageWarning,
            stacklevel=2,
        )
        return True
    holder = _holder(handle)
    if holder.host == _host() and not platform_support.is_alive(holder.process):
        _remove_stale(lock, handle)
        return False
    if not holder.host:
        raise StorageError(
            f"{path}: cannot tell whether another interview has this file open; "
            f"if none has, delete {lock}"
        )
    raise StorageError(f"{_held(path, holder)}; if that one is over, delete {lock}")


def _remove_stale(lock: Path, handle: int) -> None:
    """Remove the lock file that was read, unless another process has replaced it."""
    aside = lock.with_name(f"{lock.name}.{os.getpid()}")
    os.rename(lock, aside)  # noqa: PTH104 - nothing may be in its way
    if not _is_at(aside, handle):
        with suppress(OSError):
            os.link(aside, lock)
    aside.unlink()


def _is_at(path: Path, handle: int) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), path.lstat())
    except FileNotFoundError:
        return False


def _release(lock: Path, handle: int) -> None:
    """Let the lock go. One that stays is harmless: the next interview takes it over."""
    unlinked = False
    with suppress(OSError):
        # Removed while still held: whoever opens the name later makes a new file.
        lock.unlink()
        unlinked = True
    with suppress(OSError):
        os.close(handle)
    if not unlinked:
        with suppress(OSError):  # Windows removes no file that is open
            lock.unlink()


def _write_holder(handle: int) -> None:
    """Write who holds the lock into it, where it may be written."""
    with suppress(OSError):
        if os.fstat(handle).st_size:
            os.ftruncate(handle, 0)
        os.write(handle, f"{os.getpid()} {_host()}\n".encode())


def _holder(handle: int) -> _Holder:
    try:
        text = os.pread(handle, _LONGEST, 0) if hasattr(os, "pread") else b""
    except OSError:
        text = b""
    found = _HOLDER.fullmatch(text)
    return _Holder(int(found[1]), found[2].decode()) if found else _Holder(0, "")


def _host() -> str:
    name = platform_support.host_name().encode("ascii", "replace").decode()
    return "".join(name.split())[:253] or "this-machine"


def _not_a_lock(path: Path, lock: Path) -> StorageError:
    return StorageError(
        f"{path}: cannot write: {lock} is in the way, and is no lock of an interview; "
        "move it away"
    )


def _held(path: Path, holder: _Holder) -> StorageError:
    who = f" ({holder})" if holder.host else ""
    return StorageError(f"{path}: another interview has this file open{who}")


def _foreign(path: Path, lock: Path) -> StorageError:
    owner = platform_support.user_name(lock.lstat().st_uid)
    return StorageError(
        f"{path}: cannot tell whether another interview has this file open, because "
        f"{lock} belongs to {owner}; if none has, delete it"
    )
