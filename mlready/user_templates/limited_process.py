"""Run a function in a subprocess with limits on time and memory.

The subprocess gets its input through standard input only: it inherits no open files,
and only the environment variables listed in ``KEPT``. Time is limited on all systems,
memory on Linux only.
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
    """The limits on time and memory of a subprocess.

    ``seconds`` is how long the function may run. ``memory`` is the number of bytes that
    the subprocess may use in addition to those in use when the function starts.
    """

    seconds: int = 10
    memory: int = 256 * 1024 * 1024


class TimeUpError(BaseException):
    """Raised in the function at the time limit; not caught by ``except Exception``."""


def run_limited(work: str, request: bytes, limits: Limits) -> bytes:
    """Call a function in a subprocess and return its result.

    ``work`` is the name of the function, ``package.module.function``; ``request`` is
    its argument. At a limit, TimeUpError or MemoryError is first raised inside the
    function, which can still return a result. If it does not, TimeoutError or
    MemoryError is raised here; RuntimeError if the function fails otherwise.
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
    """Raise the error that the exit code of the subprocess means."""
    if code == _TIMED_OUT or platform_support.is_out_of_time(code):
        raise TimeoutError
    # If a signal killed the subprocess, its memory was used up or its stack overflowed.
    if not 0 < code < _CRASHED or code == _OUT_OF_MEMORY or b"MemoryError" in stderr:
        raise MemoryError
    raise RuntimeError(stderr.decode(errors="replace"))


def worker_main(work: str, seconds: str, memory: str) -> None:
    """In the subprocess: import a function, set the limits and call the function.

    ``work`` is the name of the function. The limits are ``seconds`` of time and
    ``memory`` in bytes (see ``Limits``).
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
    """Interrupt the function; end the subprocess if the function does not stop."""
    platform_support.start_timer(_GRACE, lambda *_: os._exit(_TIMED_OUT))
    raise TimeUpError
