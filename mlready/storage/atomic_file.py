"""Read files up to a size limit, and save them atomically.

A save writes a temporary file, which then replaces the real file behind all links
(``target``). A target that cannot be replaced is first copied and then overwritten.
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

TEMPORARY, COPY = ".mlready-draft", ".mlready-copy"
_CHUNK = 64 * 1024  # bytes per read: enough for most files; allocating 1 MiB is slow
# Errors when a file cannot be renamed: onto a mount point, across file systems, or in a
# folder where only a file's owner may remove it. Overwriting it may still be allowed.
_NOT_REPLACEABLE = frozenset({errno.EBUSY, errno.EXDEV, errno.EPERM, errno.EACCES})
_NO_HARD_LINKS = frozenset(
    {errno.EPERM, errno.EACCES, errno.EMLINK, *platform_support.UNSUPPORTED}
)
_OPEN = getattr(os, "O_NOFOLLOW", 0) | getattr(
    os, "O_BINARY", 0
)  # to open files whose names mlready chooses
_EXCHANGE_TRIES = 10
_SHORT = 100  # bytes of a file name that every file system allows
_SURELY_SHORT = 20  # characters of a name that with a suffix has at most _SHORT bytes

Digest = str | None  # None stands for a file that does not exist


class ReadableStream(Protocol):
    """A stream of bytes."""

    def read(self, size: int, /) -> bytes:
        """Return the next ``size`` bytes, or fewer at the end of the stream."""


class _ChangedError(Exception):
    """Another program has changed the file, so a save must not replace it."""


def read_bytes(path: Path, limit: int = LIMIT) -> bytes:
    """Return the content of a regular file, at most ``limit`` + 1 bytes.

    Raises StorageError if the file cannot be read, or if an interrupted save has left a
    backup copy.
    """
    with os_errors_reported(path, "read"):
        mode = path.lstat().st_mode
        is_link = stat.S_ISLNK(mode)
        if not stat.S_ISREG(path.stat().st_mode if is_link else mode):
            raise StorageError(f"{path}: not a regular file")
        # Only links are resolved: resolving a path takes longer than reading the file.
        if is_link:
            refuse_leftover_copy(path, resolve(path))
        elif _has_copy(path):
            refuse_leftover_copy(path, path.absolute())
        with path.open("rb") as stream:
            return bounded(stream, limit)


def exists(path: Path) -> bool:
    """Return whether a path exists, as a file or a folder."""
    with os_errors_reported(path, "read"):
        return path.exists()


def bounded(stream: ReadableStream, limit: int = LIMIT) -> bytes:
    """Read at most ``limit`` + 1 bytes, so that callers notice a longer stream."""
    start = stream.read(_CHUNK)
    return start if len(start) < _CHUNK else start + stream.read(limit + 1 - _CHUNK)


def digest(data: bytes) -> Digest:
    """Return the digest of a file's content."""
    import hashlib

    return hashlib.sha256(data).hexdigest()


def digest_of(path: Path) -> Digest:
    """Return the digest of a file's content; that of a missing file is None."""
    return digest(read_bytes(path)) if exists(path) else None


def save(path: Path, data: bytes, *, last: Digest) -> Digest:
    """Save data if the file still has the digest ``last``; return the new digest.

    Raises ConflictError if another program changed the file; the data is then in a new
    file. Raises StorageError if saving fails; then the file or its backup copy is
    complete.
    """
    versions = {last, digest(data)}
    with os_errors_reported(path, "write"):
        target = resolve(path)
        refuse_leftover_copy(path, target)
        try:
            _compare(target, versions)
            _write_target(path, target, data, versions)
        except _ChangedError:
            raise _conflict(path, target, data) from None
    return digest(data)


def write(path: Path, data: bytes) -> None:
    """Replace the content of a file completely or not at all.

    Unlike ``save``, ignores changes by other programs. Raises StorageError if the file
    cannot be written.
    """
    with os_errors_reported(path, "write"):
        _write_target(path, resolve(path), data, None)


def check_writable(path: Path) -> None:
    """Raise StorageError if a file cannot be saved.

    The file need not exist, but its folder must.
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
    """Return the absolute path of a file, with all links followed.

    Raises OSError if the links form a cycle.
    """
    target = Path(os.path.realpath(path))
    if target.is_symlink():  # the links form a cycle
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
    return target


def sibling(target: Path, suffix: str, dot: str = ".") -> Path:
    """Return the path of a file in the folder of ``target``.

    Its name is ``dot``, the name of ``target`` and ``suffix``, shortened if too long.
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


def remove_temporary_files(target: Path) -> None:
    """Remove temporary files that killed processes left next to ``target``.

    The caller must have locked ``target``.
    """
    begin, end = _temporary_name_parts(target)
    try:
        names = os.listdir(target.parent)  # noqa: PTH208 - names suffice
    except PermissionError:
        return  # saving can succeed in a folder that cannot be listed
    for name in names:
        middle = name[len(begin) : -len(end)]
        if name == f"{begin}{middle}{end}" and middle.isalnum():
            target.with_name(name).unlink(missing_ok=True)


def refuse_leftover_copy(path: Path, target: Path) -> None:
    """Raise StorageError if an interrupted save has left a backup copy of the file.

    A backup copy that equals the file is removed instead.
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


def _has_copy(path: Path) -> bool:
    name = path.name
    if len(name) > _SURELY_SHORT:
        return os.path.lexists(sibling(path, COPY))
    folder = str(path)[: -len(name)]  # joining paths would take three times as long
    return os.path.lexists(f"{folder}.{name}{COPY}")


@contextmanager
def os_errors_reported(path: Path, verb: str) -> Iterator[None]:
    """Convert an OSError or ValueError to a StorageError that names the file.

    ``verb`` says what failed, such as "read".
    """
    try:
        yield
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        reason = f"{reason[:1].lower()}{reason[1:]}"
        # After "--" on a command line, an option is read as the name of a file.
        looks_like_option = str(path).startswith("-") and str(path) != "-"
        hint = "; options stand before --" if looks_like_option else ""
        raise StorageError(f"{path}: cannot {verb}: {reason}{hint}") from error


def _write_target(
    path: Path, target: Path, data: bytes, versions: set[Digest] | None
) -> None:
    """Replace the content of ``target`` by ``data``; ``path`` is for error messages.

    If ``versions`` is not None, a target whose digest is not among them is refused.
    """
    refuse_leftover_copy(path, target)
    if target.exists():
        _require_writable(target)
    handle, temporary = _create_temporary(target, private=target.exists())
    try:
        with open(handle, "wb") as stream:  # noqa: PTH123 - opens a handle
            replaceable = _can_replace(target, handle)
            if replaceable:
                _write_and_flush(stream, data)
        replaced = replaceable and _replace_by_temporary(temporary, target, versions)
    except BaseException:
        _remove(temporary)
        raise
    if not replaced:
        _remove(temporary)
        _overwrite(path, target, data, versions)
    if not platform_support.flush_folder(target.parent):
        warnings.warn(
            f"{path}: written, but this system cannot say whether it would survive "
            "a power cut",
            StorageWarning,
            stacklevel=2,
        )


def _remove(path: Path) -> None:
    with suppress(OSError):  # an error here must not hide the original one
        path.unlink()


def _require_writable(target: Path) -> None:
    if not (target.is_file() and os.access(target, os.W_OK)):
        raise PermissionError(errno.EACCES, "it is not a file that may be written")


def _temporary_name_parts(target: Path) -> tuple[str, str]:
    """Return the texts before and after the random number in temporary file names."""
    name = sibling(target, f".{'0' * 8}{TEMPORARY}").name
    end = len(TEMPORARY)
    return name[: -end - 8], name[-end:]


def _create_temporary(target: Path, *, private: bool = True) -> tuple[int, Path]:
    """Create an empty temporary file; if ``private``, only its owner can read it."""
    begin, end = _temporary_name_parts(target)
    while True:
        temporary = target.with_name(f"{begin}{os.urandom(4).hex()}{end}")
        with suppress(FileExistsError):
            return create(temporary, 0o600 if private else 0o666), temporary


def create(path: Path, mode: int = 0o666) -> int:
    """Create a file with the permissions ``mode``, and return the open handle.

    The umask can remove permissions, except the owner's to read and write. Raises
    FileExistsError if the path exists.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | _OPEN, mode)
    try:
        given = stat.S_IMODE(os.fstat(handle).st_mode)
    except OSError:
        os.close(handle)
        _remove(path)
        raise
    if given & 0o600 != 0o600 and hasattr(os, "fchmod"):  # noqa: PLR2004 - owner may read and write
        with suppress(OSError):  # some file systems have the same mode for all files
            os.fchmod(handle, given | 0o600)
    return handle


def _can_replace(target: Path, temporary: int) -> bool:
    """Return whether the file with the handle ``temporary`` can replace ``target``.

    First copies the metadata of ``target``, such as the owner, to the temporary file.
    The result is False if the metadata cannot be copied, or if ``target`` has several
    hard links.
    """
    from mlready.storage.file_metadata import copy_metadata

    if not target.exists():
        return True
    handle = os.open(target, os.O_WRONLY | _OPEN)
    try:
        # A target with several hard links is not replaced, because the other links
        # would still have the old content.
        return os.fstat(handle).st_nlink == 1 and copy_metadata(handle, temporary)
    finally:
        os.close(handle)


def _write_and_flush(stream: BinaryIO, data: bytes) -> None:
    stream.write(data)
    stream.flush()
    platform_support.flush_file(stream.fileno())


def _replace_by_temporary(
    temporary: Path, target: Path, versions: set[Digest] | None
) -> bool:
    """Replace ``target`` with a temporary file; return False if that is impossible.

    The digest of ``target`` must be in ``versions``, unless ``versions`` is None.
    """
    try:
        if versions is None:
            platform_support.replace_file(temporary, target)
        elif target.exists():
            _exchange(temporary, target, versions)
            _remove(temporary)
        else:
            _link_new(temporary, target, versions)
            _remove(temporary)
    except OSError as error:
        if error.errno in _NOT_REPLACEABLE and target.exists():
            return False
        raise
    return True


def _exchange(temporary: Path, target: Path, versions: set[Digest]) -> None:
    """Exchange both files; undo this if another program changed ``target``.

    An unchanged ``target`` has a digest in ``versions``.
    """
    ours = digest(temporary.read_bytes())
    if not platform_support.exchange_files(temporary, target):
        _compare(target, versions)
        platform_support.replace_file(temporary, target)
        return
    if digest_of(temporary) in versions:
        return
    for _ in range(_EXCHANGE_TRIES):  # repeats if other programs save meanwhile
        platform_support.exchange_files(temporary, target)
        if digest_of(temporary) == ours:
            break
    raise _ChangedError


def _link_new(temporary: Path, target: Path, versions: set[Digest]) -> None:
    """Create ``target`` from a temporary file, as a hard link if possible.

    ``versions`` has the digests that ``target`` may have, None for a missing file.
    Raises _ChangedError if ``target`` exists, or if ``versions`` does not contain None.
    """
    if None not in versions:
        raise _ChangedError
    try:
        os.link(temporary, target)
    except FileExistsError:
        raise _ChangedError from None
    except OSError as error:
        if error.errno not in _NO_HARD_LINKS:
            raise
        _compare(target, {None})
        platform_support.replace_file(temporary, target)


def _compare(target: Path, versions: set[Digest]) -> None:
    if digest_of(target) not in versions:
        raise _ChangedError


def _overwrite(
    path: Path, target: Path, data: bytes, versions: set[Digest] | None
) -> None:
    """Overwrite ``target`` in place, and keep a backup copy of ``target`` meanwhile.

    The digest of ``target`` must be in ``versions``, unless ``versions`` is None.
    """
    handle = os.open(target, os.O_RDWR | _OPEN)
    with open(handle, "r+b", buffering=0) as stream:  # noqa: PTH123 - opens a handle
        old = _unchanged(stream, versions)
        copy = make_copy(target, old)
        try:
            _unchanged(stream, versions)
        except BaseException:
            copy.unlink()
            raise
        try:
            _write_over(stream, data)
            copy.unlink()  # a copy that differs from the file would block the next save
        except BaseException:
            _restore(path, stream, old, copy)
            raise
        same = os.path.samestat(os.fstat(stream.fileno()), target.stat())
    if versions is not None and not same:
        raise _ChangedError  # another program has replaced the file


def _unchanged(stream: BinaryIO, versions: set[Digest] | None) -> bytes:
    stream.seek(0)
    old = stream.read()
    if versions is not None and digest(old[: LIMIT + 1]) not in versions:
        raise _ChangedError
    return old


def make_copy(target: Path, old: bytes) -> Path:
    """Write the old content to a backup copy next to ``target``; return its path."""
    copy = sibling(target, COPY)
    handle, temporary = _create_temporary(target)
    try:
        with open(handle, "wb") as stream:  # noqa: PTH123 - opens a handle
            _write_and_flush(stream, old)
        platform_support.replace_file(temporary, copy)
    except BaseException:
        _remove(temporary)
        raise
    platform_support.flush_folder(target.parent)
    return copy


def _write_over(stream: BinaryIO, data: bytes) -> None:
    stream.seek(0)
    rest = memoryview(data)
    while rest:
        rest = rest[stream.write(rest) :]
    stream.truncate()
    platform_support.flush_file(stream.fileno())


def _restore(path: Path, stream: BinaryIO, old: bytes, copy: Path) -> None:
    """After a failure, write the old content again; if this fails, keep the backup."""
    try:
        _write_over(stream, old)
    except OSError as error:
        raise StorageError(
            f"{path}: cannot write: {error.strerror}; it may be incomplete, and the "
            f"version before is in {copy}"
        ) from error
    with suppress(OSError):  # a copy that equals the file is removed by the next save
        copy.unlink()


def _conflict(path: Path, target: Path, data: bytes) -> ConflictError:
    """Save the data to a new file; return an error that names this file."""
    number = 1
    while True:
        suffix = ".conflict" if number == 1 else f".conflict.{number}"
        aside = sibling(target, suffix, dot="")
        with suppress(FileExistsError):
            handle = create(aside)
            break
        number += 1
    try:
        with open(handle, "wb") as stream:  # noqa: PTH123 - opens a handle
            _write_and_flush(stream, data)
    except BaseException:
        aside.unlink()
        raise
    return ConflictError(
        f"{path}: changed on disk meanwhile, so it was not overwritten; "
        f"your version is in {aside}"
    )
