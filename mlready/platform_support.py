"""System-specific functions: locks, flushing, signals, timers, resource limits.

Every use of a module or call that only some systems have is in this module, so that
the rest of the program has one code path. Modules that exist on some systems only are
imported inside the functions that need them.
"""

import errno
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

# Errors that mean "not supported by this system or file system", not "failed".
UNSUPPORTED = frozenset(
    {errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOTSUP, errno.EINVAL}
)
_FULL_FSYNC = 51  # F_FULLFSYNC of macOS, whose fsync leaves data in the drive's cache
_RENAME_EXCHANGE = 2  # RENAME_EXCHANGE on Linux, RENAME_SWAP on macOS
_AT_FDCWD = -100  # paths are relative to the working directory
_REPLACE_TRIES = 20  # on Windows, 50 ms apart: another program may have it open
# The byte to lock on Windows: after the text of the file, so that it stays readable.
_LOCK_OFFSET = 1 << 30
_GET_FLAGS = 0x80086601  # FS_IOC_GETFLAGS of Linux
_SETTABLE_FLAGS = 0x0283C0FF  # users can set these; others say how a file is stored


class LocksUnsupportedError(OSError):
    """The system or the file system has no locks."""


def try_lock(handle: int) -> bool:
    """Lock an open file; return False if another process has locked it.

    Raises LocksUnsupportedError if the file system has no locks, OSError for other
    failures.
    """
    try:
        _lock(handle)
    except OSError as error:
        if error.errno in UNSUPPORTED:
            raise LocksUnsupportedError(*error.args) from error
        if error.errno in {errno.EACCES, errno.EAGAIN, errno.EDEADLK}:
            return False
        raise
    except ImportError as error:
        raise LocksUnsupportedError(errno.ENOSYS, "no locks here") from error
    return True


def _lock(handle: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        os.lseek(handle, _LOCK_OFFSET, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def flush_file(handle: int) -> None:
    """Flush an open file to the disk, on macOS also from the drive's own cache."""
    if sys.platform == "darwin":
        with suppress(ImportError, OSError):  # a network drive may not support it
            import fcntl

            fcntl.fcntl(handle, _FULL_FSYNC)
            return
    os.fsync(handle)


def flush_folder(folder: Path) -> bool:
    """Flush the entries of a folder to the disk.

    Returns False if the system cannot confirm that. Raises OSError if the disk failed.
    """
    if os.name == "nt":
        return True  # Windows can neither open nor need to flush a folder
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError as error:
        if error.errno in {errno.EACCES, errno.EPERM}:
            return False  # the folder is writable but cannot be opened
        raise
    try:
        flush_file(handle)
    except OSError as error:
        if error.errno in UNSUPPORTED | {errno.EACCES, errno.EPERM, errno.EBADF}:
            return False
        raise
    finally:
        os.close(handle)
    return True


def replace_file(source: Path, target: Path) -> None:
    """Rename a file to the name of another one, which it replaces.

    Windows refuses that while another program has the target open; the rename is tried
    again for a second.
    """
    for left in reversed(range(_REPLACE_TRIES if sys.platform == "win32" else 1)):
        try:
            os.replace(source, target)  # noqa: PTH105 - the only call that replaces files
        except PermissionError:
            if not left:
                raise
            time.sleep(0.05)
        else:
            return


def exchange_files(first: Path, second: Path) -> bool:
    """Exchange the names of two files atomically; return False if unsupported.

    Raises OSError if the exchange fails, for example on a mount point.
    """
    call = _exchange_call()
    if call is None:
        return False
    if call(os.fsencode(first), os.fsencode(second)) == 0:
        return True
    import ctypes

    number = ctypes.get_errno()
    if number in UNSUPPORTED:
        return False
    raise OSError(number, os.strerror(number))


def _exchange_call() -> Callable[[bytes, bytes], int] | None:
    try:
        import ctypes

        library = ctypes.CDLL(None, use_errno=True)
        if sys.platform == "darwin":
            swap = library.renamex_np
            return lambda first, second: swap(first, second, _RENAME_EXCHANGE)
        rename = library.renameat2
    except (ImportError, OSError, AttributeError, TypeError):
        return None  # Python without ctypes, or a C library without the call
    return lambda first, second: rename(
        _AT_FDCWD, first, _AT_FDCWD, second, _RENAME_EXCHANGE
    )


def longest_name(folder: Path) -> int:
    """Return the maximum length of a file name in this folder, in bytes."""
    try:
        return os.pathconf(folder, "PC_NAME_MAX")
    except (AttributeError, OSError, ValueError):
        return 255


def inode_flags(handle: int) -> int:
    """Return the flags of an open file that a user can set, as by chattr or chflags."""
    flags = getattr(os.fstat(handle), "st_flags", None)
    if flags is not None:  # macOS and BSD
        return int(flags)
    try:
        import fcntl

        data = fcntl.ioctl(handle, _GET_FLAGS, bytes(8))
    except (ImportError, OSError):  # a file system without flags
        return 0
    return int.from_bytes(data[:4], sys.byteorder) & _SETTABLE_FLAGS


def host_name() -> str:
    """Return the name of this machine."""
    import platform

    return platform.node()


def user_name(number: int) -> str:
    """Return the name of the user with this id, ``user ID`` if it has none."""
    try:
        import pwd

        return pwd.getpwuid(number).pw_name
    except (ImportError, KeyError):
        return f"user {number}"


def is_alive(process: int) -> bool:
    """Return whether a process with this id runs on this machine."""
    if sys.platform == "win32":
        return True  # os.kill would terminate it on Windows
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True  # the process runs as another user
    return True


def is_closed_pipe(error: OSError) -> bool:
    """Return whether a write failed because the reader closed the pipe.

    Windows reports this as EINVAL.
    """
    return isinstance(error, BrokenPipeError) or (
        sys.platform == "win32" and error.errno == errno.EINVAL
    )


def quote_for_shell(text: str) -> str:
    """Quote an argument for the shell of this system, so that it can be pasted there.

    Bytes that are not UTF-8 and control characters are written as hexadecimal escapes
    between $' and ', which bash, zsh and ksh read.
    """
    if sys.platform == "win32":
        safe = text and not set(text) & set(" \t&()[]{}^=;!'+,`~%\"")
        return text if safe else '"' + text.replace('"', '""') + '"'
    if text.isprintable():
        import shlex

        return shlex.quote(text)
    return "$'" + "".join(map(_ansi_c_quoted, text)) + "'"


def _ansi_c_quoted(character: str) -> str:
    if character in "\\'":
        return f"\\{character}"
    if character.isprintable():
        return character
    return "".join(f"\\x{byte:02x}" for byte in os.fsencode(character))


def handle_signals(handler: Any, *names: str) -> None:
    """Install a signal handler for each of these signals that the system has."""
    for name in names:
        if hasattr(signal, name):  # Windows has no SIGHUP and no SIGCONT
            signal.signal(getattr(signal, name), handler)


def wait_for_input(handle: int) -> None:
    """Wait until a read would not block; let signal handlers run without delay.

    Python runs signal handlers between bytecode instructions. If a signal arrived just
    before a blocking read, its handler would run only after the read. So this waits
    for the input and for a pipe to which Python writes a byte at each signal.
    """
    if sys.platform == "win32":
        return  # select accepts sockets only
    import select

    reader, writer = os.pipe()
    try:
        os.set_blocking(writer, False)
        before = signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        try:
            while handle not in select.select([handle, reader], [], [])[0]:
                os.read(reader, 1)
        finally:
            signal.set_wakeup_fd(before)
    except ValueError:
        return  # only the main thread runs signal handlers
    finally:
        os.close(reader)
        os.close(writer)


@contextmanager
def terminal_modes_restored(*, echo: bool = True) -> Iterator[None]:
    """Restore the present modes of the terminal at the end of a ``with`` block.

    Without ``echo`` the terminal neither shows typed keys nor buffers them by line, so
    that keys typed between two prompts reach the next one unchanged. Raises OSError if
    the terminal is closed already.
    """
    try:
        import termios
    except ImportError:
        yield
        return
    try:
        before, modes = termios.tcgetattr(0), termios.tcgetattr(0)
        if not echo:
            modes[3] &= ~(termios.ECHO | termios.ICANON)
            termios.tcsetattr(0, termios.TCSANOW, modes)
    except termios.error as error:
        raise OSError(*error.args) from error
    try:
        yield
    except BaseException:
        # A second Ctrl-C must not interrupt restoring the modes.
        handle_signals(signal.SIG_IGN, "SIGINT", "SIGTERM", "SIGHUP")
        raise
    finally:
        with suppress(termios.error):  # the terminal is closed
            termios.tcsetattr(0, termios.TCSANOW, before)


def discard_typeahead() -> None:
    """Discard typed input that has not been read, if the system supports that."""
    try:
        import termios
    except ImportError:
        return
    with suppress(OSError, ValueError, termios.error):
        termios.tcflush(0, termios.TCIFLUSH)


def has_timers() -> bool:
    """Return whether the system can interrupt a process by a timer."""
    return sys.platform != "win32"


def start_timer(seconds: int, handler: Any) -> None:
    """Call ``handler`` as a signal handler after ``seconds``, if there are timers."""
    if sys.platform != "win32":
        signal.signal(signal.SIGALRM, handler)
        signal.setitimer(signal.ITIMER_REAL, seconds)


def stop_timer() -> None:
    """Stop the timer that ``start_timer`` started."""
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_REAL, 0)


def is_out_of_time(exit_code: int) -> bool:
    """Return whether a process was killed because it used up its processor time."""
    return sys.platform != "win32" and exit_code == -signal.SIGXCPU


def limit_resource(name: str, most: int) -> None:
    """Lower a resource limit of this process, such as ``RLIMIT_CPU``; never raise it.

    Does nothing if the system has no such limit.
    """
    try:
        import resource
    except ImportError:
        return
    kind = getattr(resource, name, None)
    if kind is None:
        return
    hard = resource.getrlimit(kind)[1]
    least = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(kind, (least, least))


def memory_in_use() -> int | None:
    """Return the address space of this process in bytes; None outside Linux."""
    if sys.platform != "linux":
        return None
    pages = int(Path("/proc/self/statm").read_bytes().split()[0])
    return pages * os.sysconf("SC_PAGE_SIZE")
