"""Allow only one interview at a time on an answers file, using a lock file.

If the file system does not support locks, the process that created the lock file has
the lock.
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
    create,
    os_errors_reported,
    remove_temporary_files,
    resolve,
    sibling,
)

LOCK = ".lock"
# If the lock file is a link or a pipe, do not follow the link or wait for the pipe.
_FLAGS = (
    getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_BINARY", 0)
)
_LONGEST = 300  # most bytes read from a lock file
_HOLDER = re.compile(rb"([0-9]{1,9})\s+([!-~]{1,253})\s*")
_TRIES = 100  # retries: another process may remove the lock file meanwhile


class _Holder(NamedTuple):
    """The process id and machine in a lock file; 0 and "" if they are missing."""

    process: int
    host: str

    def __str__(self) -> str:
        return f"process {self.process} on {self.host}"


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Lock an answers file, and remove temporary files of earlier interviews.

    Raises StorageError if another interview has the lock, or if a save would fail.
    Warns if the file system does not support locks.
    """
    with os_errors_reported(path, "write"):
        target = resolve(path)
        lock = sibling(target, LOCK)
        handle = _acquire(path, lock)
    try:
        with os_errors_reported(path, "write"):
            remove_temporary_files(target)
        check_writable(path)
        yield
    finally:
        _release(lock, handle)


def _acquire(path: Path, lock: Path) -> int:
    """Get the lock for this process; return the open handle of the lock file."""
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
    """Open or create the lock file; return its handle and whether it was created."""
    with suppress(FileExistsError):
        return create(lock), True
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
        # Another user owns the lock file: opening it for reading is enough to lock it.
        try:
            return os.open(lock, os.O_RDONLY | _FLAGS)
        except PermissionError:
            raise _lock_of_another_user(path, lock) from None


def _is_ours(path: Path, lock: Path, handle: int, *, created: bool) -> bool:
    """Lock the lock file; return False if another process has removed that file."""
    try:
        free = platform_support.try_lock(handle)
    except platform_support.LocksUnsupportedError as error:
        return _is_ours_without_locks(path, lock, handle, error, created=created)
    except OSError as error:
        if error.errno == errno.EBADF:  # network drives may lock only writable files
            raise _lock_of_another_user(path, lock) from None
        raise
    if not free:
        raise _already_locked(path, _holder(handle))
    if os.fstat(handle).st_size and not _holder(handle).host:
        raise _not_a_lock(path, lock)  # this file belongs to another program
    return _is_open_file(lock, handle)


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
    raise StorageError(
        f"{_already_locked(path, holder)}; if that one is over, delete {lock}"
    )


def _remove_stale(lock: Path, handle: int) -> None:
    """Remove a lock file whose process has ended; ``handle`` is open on that file.

    The file is renamed before its removal. If the renamed file turns out to be a newer
    one of another process, the file gets its name back.
    """
    aside = lock.with_name(f"{lock.name}.{os.getpid()}")
    os.rename(lock, aside)  # noqa: PTH104 - the new name is unused
    if not _is_open_file(aside, handle):
        with suppress(OSError):
            os.link(aside, lock)
    aside.unlink()


def _is_open_file(path: Path, handle: int) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), path.lstat())
    except FileNotFoundError:
        return False


def _release(lock: Path, handle: int) -> None:
    """Release the lock, and remove the lock file if possible."""
    unlinked = False
    with suppress(OSError):
        # The lock file is removed before it is unlocked, so that no other process can
        # lock a removed file. One that another process created meanwhile is kept.
        if _is_open_file(lock, handle):
            lock.unlink()
        unlinked = True
    with suppress(OSError):
        os.close(handle)
    if not unlinked:
        with suppress(OSError):  # Windows cannot remove a file that is open
            lock.unlink()


def _write_holder(handle: int) -> None:
    """Write process id and machine to the lock file, if it is writable."""
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
        f"{path}: cannot write: {lock} exists but is not an interview lock; "
        "move it away"
    )


def _already_locked(path: Path, holder: _Holder) -> StorageError:
    who = f" ({holder})" if holder.host else ""
    return StorageError(f"{path}: another interview has this file open{who}")


def _lock_of_another_user(path: Path, lock: Path) -> StorageError:
    owner = platform_support.user_name(lock.lstat().st_uid)
    return StorageError(
        f"{path}: cannot tell whether another interview has this file open, because "
        f"{lock} belongs to {owner}; if none has, delete it"
    )
