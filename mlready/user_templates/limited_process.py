"""Do one piece of work in a process of its own, within limits of time and memory.

The process is given what it works on through its standard input, and nothing else of
ours: no environment but what says how names of files are written, and no open file.
Time is limited everywhere, memory on Linux only.
"""

import importlib
import os
import subprocess
import sys
from typing import Any, NamedTuple, NoReturn

from mlready import platform_support

_GRACE = 3  # seconds for a process to start and to end, and to say what it was at
KEPT = ("LANG", "LC_ALL", "LC_CTYPE", "SYSTEMROOT")
_OUT_OF_MEMORY, _LATE = 3, 4  # what a process ends with
_CRASHED = 256  # and what it ends with on Windows when it could not help it
# The very modules that this process has, wherever they come from.
_CHILD = (
    "import sys; sys.path[:] = sys.argv[4:];"
    "from mlready.user_templates import limited_process;"
    "limited_process.worker_main(*sys.argv[1:4])"
)


class Limits(NamedTuple):
    """How long in seconds, and how many bytes of memory more than at the start."""

    seconds: int = 10
    memory: int = 256 * 1024 * 1024


class TimeUpError(BaseException):
    """The time is over; no ``except Exception`` on the way can take it for its own."""


def run_limited(work: str, request: bytes, limits: Limits) -> bytes:
    """Return what the function ``module.name`` makes of a request.

    Raises TimeoutError or MemoryError where it reaches a limit. The function is told
    before, by LateError or MemoryError, so that it can say what it was at.
    """
    bounds = [str(limits.seconds), str(limits.memory)]
    command = [sys.executable, "-I", "-S", "-B", "-c", _CHILD, work, *bounds, *sys.path]
    try:
        child = subprocess.run(  # noqa: S603 - our own program, no shell
            command,
            input=request,
            capture_output=True,
            check=False,
            timeout=limits.seconds + _GRACE,
            env={name: os.environ[name] for name in KEPT if name in os.environ},
        )
    except subprocess.TimeoutExpired:
        raise TimeoutError from None
    if child.returncode:
        _explain(child.returncode, child.stderr)
    return child.stdout


def _explain(code: int, complaint: bytes) -> NoReturn:
    if code == _LATE or platform_support.is_out_of_time(code):
        raise TimeoutError
    # Killed, as a system without memory does it, or a stack that was too deep.
    if not 0 < code < _CRASHED or code == _OUT_OF_MEMORY or b"MemoryError" in complaint:
        raise MemoryError
    raise RuntimeError(complaint.decode(errors="replace"))


def worker_main(work: str, seconds: str, memory: str) -> None:
    """Be the process: load what the work needs, accept limits, work."""
    module, _, name = work.rpartition(".")
    function = getattr(importlib.import_module(module), name)
    request = sys.stdin.buffer.read()
    _accept(int(seconds), int(memory))
    try:
        answer = function(request)
    except MemoryError:
        os._exit(_OUT_OF_MEMORY)
    except TimeUpError:
        os._exit(_LATE)
    platform_support.stop_timer()
    sys.stdout.buffer.write(answer)


def _accept(seconds: int, memory: int) -> None:
    """Accept the limits; on Windows the clock of the parent is all there is."""
    platform_support.start_timer(seconds, _late)
    # Should the parent be gone, the process still comes to its end.
    platform_support.limit_resource("RLIMIT_CPU", seconds + _GRACE)
    platform_support.limit_resource("RLIMIT_CORE", 0)
    platform_support.limit_resource("RLIMIT_FSIZE", 0)  # no file can be written
    platform_support.limit_resource("RLIMIT_NPROC", 0)  # no process can be started
    if used := platform_support.memory_in_use():
        platform_support.limit_resource("RLIMIT_AS", used + memory)


def _late(*_: Any) -> NoReturn:
    raise TimeUpError
