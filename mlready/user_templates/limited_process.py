"""Run a function in a subprocess with limits on time and memory.

Memory is limited on Linux only. The subprocess inherits no open files, and only the
environment variables in ``KEPT``.
"""

import importlib
import os
import subprocess
import sys
from typing import Any, NamedTuple, NoReturn

from mlready import platform_support

# Seconds allowed in addition to the time limit: first for starting the subprocess on a
# busy machine, second for the interrupted function to report its position.
_START, _GRACE = 60, 3
KEPT = ("LANG", "LC_ALL", "LC_CTYPE", "SYSTEMROOT")
_OUT_OF_MEMORY, _TIMED_OUT = 3, 4  # exit codes of the subprocess
_CRASHED = 256  # on Windows, crashed processes have this exit code or a higher one
# The subprocess gets the search path of this one, to import the same modules.
_CHILD = (
    "import sys; sys.path[:] = sys.argv[4:];"
    "from mlready.user_templates import limited_process;"
    "limited_process.worker_main(*sys.argv[1:4])"
)


class Limits(NamedTuple):
    """The limits on time and memory of a subprocess."""

    seconds: int = 10  # how long the function may run
    memory: int = 256 * 1024 * 1024  # bytes beyond those in use at the start


# Not an Exception, so that ``except Exception`` in the function does not catch it.
class TimeUpError(BaseException):
    """Raised at the time limit, inside the function that ``run_limited`` calls."""


def run_limited(work: str, request: bytes, limits: Limits) -> bytes:
    """Call a function in a subprocess with the argument ``request``; return the result.

    ``work`` is the name of the function, as ``package.module.function``. At a limit,
    the function gets TimeUpError or MemoryError, and can still return a result.

    Raises:
        TimeoutError: the function did not end in time.
        MemoryError: the function needed too much memory.
        RuntimeError: the function failed for another reason.

    """
    bounds = [str(limits.seconds), str(limits.memory)]
    command = [sys.executable, "-I", "-S", "-B", "-c", _CHILD, work, *bounds, *sys.path]
    try:
        child = subprocess.run(  # noqa: S603 - runs only mlready's code
            command,
            input=request,
            capture_output=True,
            check=False,
            timeout=limits.seconds + _GRACE + _time_to_start(),
            env={name: os.environ[name] for name in KEPT if name in os.environ},
        )
    except subprocess.TimeoutExpired:
        raise TimeoutError from None
    if child.returncode:
        _explain(child.returncode, child.stderr)
    return child.stdout


def _time_to_start() -> int:
    # On systems without timers, this timeout is the only time limit of the subprocess.
    return _START if platform_support.has_timers() else 0


def _explain(code: int, stderr: bytes) -> NoReturn:
    """Raise the error for an exit code of the subprocess."""
    if code == _TIMED_OUT or platform_support.is_out_of_time(code):
        raise TimeoutError
    # If a signal killed the subprocess, its memory was used up or its stack overflowed.
    if not 0 < code < _CRASHED or code == _OUT_OF_MEMORY or b"MemoryError" in stderr:
        raise MemoryError
    raise RuntimeError(stderr.decode(errors="replace"))


def worker_main(work: str, seconds: str, memory: str) -> None:
    """In the subprocess, set the limits and call a function.

    Args:
        work: the name of the function, as ``package.module.function``.
        seconds: the time limit.
        memory: the memory limit in bytes.

    """
    module, _, name = work.rpartition(".")
    function = getattr(importlib.import_module(module), name)
    request = sys.stdin.buffer.read()
    _set_limits(int(seconds), int(memory))
    try:
        answer = function(request)
    except MemoryError:
        os._exit(_OUT_OF_MEMORY)
    except TimeUpError:
        os._exit(_TIMED_OUT)
    platform_support.stop_timer()
    sys.stdout.buffer.write(answer)


def _set_limits(seconds: int, memory: int) -> None:
    platform_support.start_timer(seconds, _time_up)
    # The limit on CPU time also stops C code, which a timer cannot interrupt.
    platform_support.limit_resource("RLIMIT_CPU", seconds + _GRACE)
    platform_support.limit_resource("RLIMIT_CORE", 0)
    platform_support.limit_resource("RLIMIT_FSIZE", 0)  # forbids writing files
    platform_support.limit_resource("RLIMIT_NPROC", 0)  # forbids starting processes
    if used := platform_support.memory_in_use():
        platform_support.limit_resource("RLIMIT_AS", used + memory)


def _time_up(*_: Any) -> NoReturn:
    """Raise TimeUpError in the function that ``run_limited`` calls.

    The subprocess ends if that function goes on for ``_GRACE`` seconds.
    """
    platform_support.start_timer(_GRACE, lambda *_: os._exit(_TIMED_OUT))
    raise TimeUpError
