"""Read files within bounds, and save them so that nothing confirmed can be lost.

A save writes a draft beside the file, flushes it to the disk, puts it in the file's
place and flushes the folder: at every instant the name leads to a complete old or a
complete new version. Where a draft cannot take the file's place (a mount point, a hard
link, an owner or attributes that it cannot have) the file is overwritten instead, with
a complete copy beside it until that is done.

A digest of what was last read or written tells whether somebody else changed the file
meanwhile. It is compared with the very version that a save has replaced.
"""

import errno
import os
import stat
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Protocol

from mlready import platform_support
from mlready.errors import ConflictError, StorageError, StorageWarning
from mlready.input_limits import LIMIT

DRAFT, COPY = ".mlready-draft", ".mlready-copy"
_CHUNK = 64 * 1024  # most files end here; asking for 1 MiB of memory takes longer
# Raised by a rename onto a mount point, across file systems, or in a folder where only
# the owner of a file may remove it. Writing to the file may still be allowed.
_NOT_REPLACEABLE = frozenset({errno.EBUSY, errno.EXDEV, errno.EPERM, errno.EACCES})
_NO_HARD_LINKS = frozenset(
    {errno.EPERM, errno.EACCES, errno.EMLINK, *platform_support.UNSUPPORTED}
)
_OPEN = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)  # for our own names
_EXCHANGE_TRIES = 10
_SHORT = 100  # bytes of a name that every file system allows

Digest = str | None  # None stands for a file that does not exist


class Readable(Protocol):
    """A stream of bytes."""

    def read(self, size: int = -1, /) -> bytes:
        """Return so many bytes, or fewer at the end."""


class _ChangedError(Exception):
    """The file is no longer one of the versions that a save may replace."""


def read_bytes(path: Path, limit: int = LIMIT) -> bytes:
    """Return the content of a regular file, at most one byte more than ``limit``.

    Raises StorageError for what cannot be read, and where an earlier save was cut off.
    """
    with os_errors_reported(path, "read"):
        if not stat.S_ISREG(path.stat().st_mode):
            raise StorageError(f"{path}: not a regular file")
        # Resolving a path takes longer than reading a file, and only links need it.
        target = resolve(path) if path.is_symlink() else path.absolute()
        refuse_leftover_copy(path, target)
        with path.open("rb") as stream:
            return bounded(stream, limit)


def exists(path: Path) -> bool:
    """Return whether there is a file of that name, whatever its type."""
    with os_errors_reported(path, "read"):
        return path.exists()


def bounded(stream: Readable, limit: int = LIMIT) -> bytes:
    """Return at most one byte more than the limit, which shows that it is exceeded."""
    start = stream.read(_CHUNK)
    return start if len(start) < _CHUNK else start + stream.read(limit + 1 - _CHUNK)


def digest(data: bytes) -> Digest:
    """Return a digest by which versions of a file are told apart."""
    import hashlib

    return hashlib.sha256(data).hexdigest()


def digest_of(path: Path) -> Digest:
    """Return the digest of the file as it is on disk now, None where there is none."""
    return digest(read_bytes(path)) if exists(path) else None


def save(path: Path, data: bytes, *, last: Digest) -> Digest:
    """Write data to the file, unless it is no longer the version ``last``.

    Returns the new digest. Raises ConflictError where somebody else changed the file,
    and StorageError for other failures, the file then being whole. May be called again:
    a save that fails at its very end has put the data in place already.
    """
    versions = {last, digest(data)}
    with os_errors_reported(path, "write"):
        target = resolve(path)
        refuse_leftover_copy(path, target)
        try:
            _compare(target, versions)
            _put(path, target, data, versions)
        except _ChangedError:
            raise _conflict(path, target, data) from None
    return digest(data)


def write(path: Path, data: bytes) -> None:
    """Write a file whole or not at all, following links, keeping owner and mode.

    Raises StorageError for what cannot be written.
    """
    with os_errors_reported(path, "write"):
        _put(path, resolve(path), data, None)


def check_writable(path: Path) -> None:
    """Raise StorageError where a save to this file would fail; change nothing.

    Links are followed. The file need not exist, but its folder must.
    """
    with os_errors_reported(path, "write"):
        target = resolve(path)
        refuse_leftover_copy(path, target)
        if target.exists():
            if target.is_file() and not os.access(target, os.W_OK):
                raise StorageError(f"{path}: cannot write: it is read-only")
            _require_writable(target)
            os.close(os.open(target, os.O_WRONLY | _OPEN))
        if not stat.S_ISDIR(target.parent.stat().st_mode):
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
        if not os.access(target.parent, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def resolve(path: Path) -> Path:
    """Return the file itself where the path is a link to it."""
    target = Path(os.path.realpath(path))
    if target.is_symlink():  # links in a circle are left as they are
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
    return target


def sibling(target: Path, suffix: str, dot: str = ".") -> Path:
    """Return the path of a file of ours beside the target, for this target alone.

    A name that would be longer than the folder allows is cut, and told apart by a
    digest.
    """
    name = f"{dot}{target.name}{suffix}"
    length = len(os.fsencode(name))
    if length <= _SHORT:
        return target.with_name(name)
    most = platform_support.longest_name(target.parent)
    if length <= most:
        return target.with_name(name)
    mark = f"~{str(digest(os.fsencode(target.name)))[:16]}{suffix}"
    stem = f"{dot}{target.name}"
    while len(os.fsencode(stem + mark)) > most:
        stem = stem[:-1]
    return target.with_name(stem + mark)


def remove_drafts(target: Path) -> None:
    """Remove drafts that a killed process left; the caller holds the lock."""
    begin, end = _draft_parts(target)
    try:
        names = os.listdir(target.parent)  # noqa: PTH208 - names are all it needs
    except PermissionError:
        return  # files can be saved in a folder that may not be listed
    for name in names:
        middle = name[len(begin) : -len(end)]
        if name == f"{begin}{middle}{end}" and middle.isalnum():
            target.with_name(name).unlink(missing_ok=True)


def refuse_leftover_copy(path: Path, target: Path) -> None:
    """Raise StorageError where an interrupted save has left a copy of the file.

    A copy that is the same as the file is removed: nothing was cut off.
    """
    copy = sibling(target, COPY)
    if not os.path.lexists(copy):
        return
    if copy.is_file() and target.is_file() and copy.read_bytes() == target.read_bytes():
        with suppress(OSError):
            copy.unlink()
        return
    raise StorageError(
        f"{path}: a save was interrupted, so this file may be incomplete; the version "
        f"before it is in {copy}. Keep the right one under the name {path.name}, "
        "delete the copy, and run the same command again"
    )


@contextmanager
def os_errors_reported(path: Path, verb: str) -> Iterator[None]:
    """Raise StorageError for what the system refuses, naming the file."""
    try:
        yield
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        reason = f"{reason[:1].lower()}{reason[1:]}"
        raise StorageError(f"{path}: cannot {verb}: {reason}") from error


def _put(path: Path, target: Path, data: bytes, versions: set[Digest] | None) -> None:
    """Write the target by whichever way keeps what the system knows of it."""
    refuse_leftover_copy(path, target)
    if target.exists():
        _require_writable(target)
    handle, draft = _create_draft(target, private=target.exists())
    try:
        with open(handle, "wb") as stream:  # noqa: PTH123 - a handle has no path
            replaceable = _like(target, handle)
            if replaceable:
                _fill(stream, data)
        replaced = replaceable and _replaced(draft, target, versions)
    except BaseException:
        _remove(draft)
        raise
    if not replaced:
        _remove(draft)
        _overwrite(path, target, data, versions)
    if not platform_support.flush_folder(target.parent):
        warnings.warn(
            f"{path}: written, but this system cannot say whether it would survive "
            "a power cut",
            StorageWarning,
            stacklevel=2,
        )


def _remove(draft: Path) -> None:
    with suppress(OSError):  # it must not hide why it is no longer needed
        draft.unlink(missing_ok=True)


def _require_writable(target: Path) -> None:
    if not (target.is_file() and os.access(target, os.W_OK)):
        raise PermissionError(errno.EACCES, "it is not a file that may be written")


def _draft_parts(target: Path) -> tuple[str, str]:
    """Return what the name of a draft begins and ends with; between is a number."""
    name = sibling(target, f".{'0' * 8}{DRAFT}").name
    end = len(DRAFT)
    return name[: -end - 8], name[-end:]


def _create_draft(target: Path, *, private: bool = True) -> tuple[int, Path]:
    """Create an empty draft beside the target; private: for nobody but its owner.

    A draft for a new file has the mode, the group and the access list that the system
    gives to any new file in that folder.
    """
    begin, end = _draft_parts(target)
    while True:
        draft = target.with_name(f"{begin}{os.urandom(4).hex()}{end}")
        with suppress(FileExistsError):
            flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | _OPEN
            return os.open(draft, flags, 0o600 if private else 0o666), draft


def _like(target: Path, draft: int) -> bool:
    """Return whether a draft can stand in for the target, having its metadata now."""
    from mlready.storage.file_metadata import copy_metadata

    if not target.exists():
        return True
    handle = os.open(target, os.O_WRONLY | _OPEN)
    try:
        # A draft in its place would leave the other names of the file behind.
        return os.fstat(handle).st_nlink == 1 and copy_metadata(handle, draft)
    finally:
        os.close(handle)


def _fill(stream: BinaryIO, data: bytes) -> None:
    stream.write(data)
    stream.flush()
    platform_support.flush_file(stream.fileno())


def _replaced(draft: Path, target: Path, versions: set[Digest] | None) -> bool:
    """Put the draft in the target's place; return False where it must be overwritten.

    Raises _ChangedError where the target is none of the versions by now.
    """
    try:
        if versions is None:
            platform_support.replace_file(draft, target)
        elif target.exists():
            _exchange(draft, target, versions)
            _remove(draft)
        else:
            _link(draft, target, versions)
            _remove(draft)
    except OSError as error:
        if error.errno in _NOT_REPLACEABLE and target.exists():
            return False
        raise
    return True


def _exchange(draft: Path, target: Path, versions: set[Digest]) -> None:
    """Exchange draft and target, and look at what came out before it is deleted."""
    ours = digest(draft.read_bytes())
    if not platform_support.exchange_files(draft, target):
        _compare(target, versions)
        platform_support.replace_file(draft, target)
        return
    if digest_of(draft) in versions:
        return
    for _ in range(_EXCHANGE_TRIES):  # once, unless somebody saves yet again meanwhile
        platform_support.exchange_files(draft, target)
        if digest_of(draft) == ours:
            break
    raise _ChangedError


def _link(draft: Path, target: Path, versions: set[Digest]) -> None:
    """Give the draft the name of a file that is not there yet."""
    if None not in versions:
        raise _ChangedError
    try:
        os.link(draft, target)
    except FileExistsError:
        raise _ChangedError from None
    except OSError as error:
        if error.errno not in _NO_HARD_LINKS:
            raise
        _compare(target, {None})
        platform_support.replace_file(draft, target)


def _compare(target: Path, versions: set[Digest]) -> None:
    if digest_of(target) not in versions:
        raise _ChangedError


def _overwrite(
    path: Path, target: Path, data: bytes, versions: set[Digest] | None
) -> None:
    """Write to the file itself, with a copy beside it until that is done."""
    handle = os.open(target, os.O_RDWR | _OPEN)
    with open(handle, "r+b", buffering=0) as stream:  # noqa: PTH123 - as above
        old = _unchanged(stream, versions)
        copy = make_copy(target, old)
        try:
            _unchanged(stream, versions)
        except BaseException:
            copy.unlink()
            raise
        try:
            _write_over(stream, data)
        except BaseException:
            _restore(path, stream, old, copy)
            raise
        copy.unlink()
        same = os.path.samestat(os.fstat(stream.fileno()), target.stat())
    if versions is not None and not same:
        raise _ChangedError  # somebody put another file in its place meanwhile


def _unchanged(stream: BinaryIO, versions: set[Digest] | None) -> bytes:
    stream.seek(0)
    old = stream.read()
    if versions is not None and digest(old[: LIMIT + 1]) not in versions:
        raise _ChangedError
    return old


def make_copy(target: Path, old: bytes) -> Path:
    """Put a complete copy beside the file, on the disk before this returns."""
    copy = sibling(target, COPY)
    handle, draft = _create_draft(target)
    try:
        with open(handle, "wb") as stream:  # noqa: PTH123 - a handle has no path
            _fill(stream, old)
        platform_support.replace_file(draft, copy)
    except BaseException:
        _remove(draft)
        raise
    platform_support.flush_folder(target.parent)
    return copy


def _write_over(stream: BinaryIO, data: bytes) -> None:
    stream.seek(0)
    rest = memoryview(data)
    while rest:
        rest = rest[stream.write(rest) :]
    stream.truncate(len(data))
    platform_support.flush_file(stream.fileno())


def _restore(path: Path, stream: BinaryIO, old: bytes, copy: Path) -> None:
    """Undo an overwrite that failed; keep the copy where that fails too."""
    try:
        _write_over(stream, old)
        copy.unlink()
    except OSError as error:
        raise StorageError(
            f"{path}: cannot write: {error.strerror}; it may be incomplete, and the "
            f"version before is in {copy}"
        ) from error


def _conflict(path: Path, target: Path, data: bytes) -> ConflictError:
    """Write our version beside the file, and return an error that names it."""
    number = 1
    while True:
        suffix = ".conflict" if number == 1 else f".conflict.{number}"
        aside = sibling(target, suffix, dot="")
        with suppress(FileExistsError):
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _OPEN
            handle = os.open(aside, flags, 0o666)
            break
        number += 1
    try:
        with open(handle, "wb") as stream:  # noqa: PTH123 - as above
            _fill(stream, data)
    except BaseException:
        aside.unlink()
        raise
    return ConflictError(
        f"{path}: changed on disk meanwhile, so it was not overwritten; "
        f"your version is in {aside}"
    )
