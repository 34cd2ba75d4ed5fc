"""System-specific functions: locks, flushing, signals, timers, resource limits.

Only this module uses modules and system calls that some operating systems lack.
"""

# Modules that some systems lack are imported in the functions that need them.
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
_FULL_FSYNC = 51  # macOS F_FULLFSYNC; fsync would leave data in the drive's cache
_RENAME_EXCHANGE = 2  # RENAME_EXCHANGE on Linux, RENAME_SWAP on macOS
_AT_FDCWD = -100  # AT_FDCWD: paths are relative to the working directory
# Attempts to replace a file that another program has open on Windows, 50 ms apart.
_REPLACE_TRIES = 20
# The offset of the byte to lock on Windows, after the end of the lock file's text:
# other processes cannot read a locked byte.
_LOCK_OFFSET = 1 << 30
_GET_FLAGS = 0x80086601  # FS_IOC_GETFLAGS, an ioctl of Linux
# The inode flags that users can set; the others describe how a file is stored.
_SETTABLE_FLAGS = 0x0283C0FF


class LocksUnsupportedError(OSError):
    """The operating system or the file system does not support file locks."""


def try_lock(handle: int) -> bool:
    """Lock an open file; return False if another process has locked the file.

    Raises:
        LocksUnsupportedError: the file system has no locks.
        OSError: locking failed for another reason.

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
    """Flush an open file to the disk, on macOS also from the cache of the drive."""
    if sys.platform == "darwin":
        # A network drive may not support F_FULLFSYNC.
        with suppress(ImportError, OSError):
            import fcntl

            fcntl.fcntl(handle, _FULL_FSYNC)
            return
    os.fsync(handle)


def flush_folder(folder: Path) -> bool:
    """Flush the list of files in a folder to the disk.

    Returns False if the system cannot do this. Raises OSError if the disk failed.
    """
    if os.name == "nt":
        return True  # Windows cannot open a folder, and need not flush it
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError as error:
        if error.errno in {errno.EACCES, errno.EPERM}:
            return False  # this folder can be written to, but not opened
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
    """Rename the file ``source`` to ``target``, replacing an existing file.

    On Windows, tries again for one second while another program has ``target`` open.
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
        return None  # this Python has no ctypes, or the C library lacks the function
    return lambda first, second: rename(
        _AT_FDCWD, first, _AT_FDCWD, second, _RENAME_EXCHANGE
    )


def longest_name(folder: Path) -> int:
    """Return how many bytes a file name in this folder may have."""
    try:
        return os.pathconf(folder, "PC_NAME_MAX")
    except (AttributeError, OSError, ValueError):
        return 255


def inode_flags(handle: int) -> int:
    """Return the flags of an open file, as set by chattr or chflags."""
    flags = getattr(os.fstat(handle), "st_flags", None)
    if flags is not None:  # the flags of macOS and BSD
        return int(flags)
    try:
        import fcntl

        data = fcntl.ioctl(handle, _GET_FLAGS, bytes(8))
    except (ImportError, OSError):  # the file system has no flags
        return 0
    return int.from_bytes(data[:4], sys.byteorder) & _SETTABLE_FLAGS


def host_name() -> str:
    """Return the name of this machine."""
    import platform

    return platform.node()


def user_name(number: int) -> str:
    """Return the name of the user with this id, or a text such as ``user 1000``."""
    try:
        import pwd

        return pwd.getpwuid(number).pw_name
    except (ImportError, KeyError):
        return f"user {number}"


def is_alive(process: int) -> bool:
    """Return whether a process with this id runs here; on Windows, always True."""
    if sys.platform == "win32":
        return True  # on Windows, os.kill would terminate the process
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True  # the process runs as another user
    return True


def is_closed_pipe(error: OSError) -> bool:
    """Return whether an error means that the reader closed the pipe."""
    # Windows reports a closed pipe as EINVAL.
    return isinstance(error, BrokenPipeError) or (
        sys.platform == "win32" and error.errno == errno.EINVAL
    )


def quote_for_shell(text: str) -> str:
    """Quote an argument, so that a user can paste it into the shell of this system.

    Unprintable text becomes ``$'...'``, which bash, zsh and ksh understand.
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
    """Install ``handler`` for the signals with these names, such as ``SIGHUP``.

    A name that this system does not know is ignored.
    """
    for name in names:
        if hasattr(signal, name):  # Windows lacks SIGHUP and SIGCONT
            signal.signal(getattr(signal, name), handler)


def wait_for_input(handle: int) -> None:
    """Wait until ``handle`` has input to read, while signal handlers run without delay.

    Returns at once on Windows, and outside the main thread.
    """
    if sys.platform == "win32":
        return  # on Windows, select accepts only sockets
    import select

    # If a signal arrived just before a blocking read, its handler would run only after
    # the read. So this also waits for a pipe to which Python writes at each signal.
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
        return  # signal handlers run only in the main thread
    finally:
        os.close(reader)
        os.close(writer)


@contextmanager
def terminal_modes_restored(*, echo: bool = True) -> Iterator[None]:
    """Restore the terminal modes at the end of a ``with`` block.

    With ``echo`` false, the terminal neither shows typed keys nor holds them until
    Enter. Raises OSError if the terminal is closed.
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
        # A second Ctrl-C must not interrupt restoring the terminal modes.
        handle_signals(signal.SIG_IGN, "SIGINT", "SIGTERM", "SIGHUP")
        raise
    finally:
        with suppress(termios.error):  # the terminal may be closed
            termios.tcsetattr(0, termios.TCSANOW, before)


def discard_typeahead() -> None:
    """Discard typed input that has not been read yet."""
    try:
        import termios
    except ImportError:
        return
    with suppress(OSError, ValueError, termios.error):
        termios.tcflush(0, termios.TCIFLUSH)


def has_timers() -> bool:
    """Return whether this system has timers that interrupt a process."""
    return sys.platform != "win32"


def start_timer(seconds: int, handler: Any) -> None:
    """Call ``handler`` after some seconds, if the system has timers."""
    if sys.platform != "win32":
        signal.signal(signal.SIGALRM, handler)
        signal.setitimer(signal.ITIMER_REAL, seconds)


def stop_timer() -> None:
    """Stop the timer that ``start_timer`` started."""
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_REAL, 0)


def is_out_of_time(exit_code: int) -> bool:
    """Return whether an exit code means that the limit on CPU time was reached."""
    return sys.platform != "win32" and exit_code == -signal.SIGXCPU


def limit_resource(name: str, most: int) -> None:
    """Limit a resource of this process, such as ``RLIMIT_CPU``, to ``most``.

    A lower hard limit stays. Does nothing if the system lacks this limit.
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
    """Return the size in bytes of this process's address space; None outside Linux."""
    if sys.platform != "linux":
        return None
    pages = int(Path("/proc/self/statm").read_bytes().split()[0])
    return pages * os.sysconf("SC_PAGE_SIZE")
