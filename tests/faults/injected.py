"""Make system calls on the files of a folder fail, or kill mlready at such a call.

The program strace does this in the kernel. If strace cannot trace, ``shim.py`` does the
same with functions of Python, but misses ``write`` and ``read``.
"""

import random
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple, TypeVar

SHIM = Path(__file__).with_name("shim.py")
# A call has a number among all calls of its kind, which include those on the terminal;
# how many of these there are depends on the time, so a run can miss the call.
TRIES = 3
# Programs that are started, and what asks whether a file is a terminal: it changes
# nothing, and most calls of its kind concern the terminal.
_LEFT_OUT = ("execve", "ioctl")
KILL = "signal=KILL"
# System calls on files that strace can make fail, in the syntax of strace: `?` marks
# the calls that some platforms lack.
TRACED = (
    "openat,?open,read,write,close,fsync,?fdatasync,?rename,?renameat,?renameat2,"
    "?unlink,unlinkat,fchmod,fchmodat,ftruncate,flock,fcntl,lseek,ioctl,mkdirat,?mkdir,"
    "linkat,?link,fchown,fgetxattr,flistxattr,fsetxattr,fremovexattr,"
    "newfstatat,?stat,?lstat,?statx,?access,faccessat,?faccessat2,readlinkat,?readlink,"
    "getdents64"
)
_CALL = re.compile(r"(\w+)\((.*)")


class Call(NamedTuple):
    """A system call of a program."""

    name: str
    nth: int  # from 1, among the calls with this name, whatever the file
    line: str  # the line about this call in the log


class Fault(NamedTuple):
    """What to do at a system call."""

    call: Call
    does: str  # ``KILL``, or an error such as ``error=EIO``


Item = TypeVar("Item")
Command = Callable[[Path, Fault | None], list[str]]


class Injector(NamedTuple):
    """A way to cause faults: the program strace, or ``shim.py``."""

    how: str  # in words
    # Returns a command line without arguments of mlready; without a fault, only logs.
    command: Command
    in_kernel: bool  # true for strace


def injector(*, shim: bool = False) -> Injector:
    """Return the injector that uses strace.

    If ``shim`` is true or strace cannot trace, return the one that uses ``shim.py``.
    """
    if not shim and _may_trace():
        return Injector("by strace, in the kernel", _traced, in_kernel=True)
    how = "by a shim within Python, which sees no reads and writes"
    return Injector(how, _shimmed, in_kernel=False)


def calls(log: Path, folder: Path) -> Iterator[Call]:
    """Yield each logged call on the folder or on a file in the folder."""
    made: Counter[str] = Counter()
    for line in log.read_text(errors="replace").splitlines():
        if found := _CALL.match(line):
            made[found[1]] += 1
            if str(folder) in found[2] and not found[1].startswith(_LEFT_OUT):
                yield Call(found[1], made[found[1]], line)


def evenly(items: Sequence[Item], number: int, seed: int) -> list[Item]:
    """Choose ``number`` items at random, spread evenly; 0 means all items."""
    if not 0 < number < len(items):
        return list(items)
    rng, edges = random.Random(seed), range(number + 1)
    bounds = pairwise(each * len(items) // number for each in edges)
    return [items[rng.randrange(low, high)] for low, high in bounds]


def _may_trace() -> bool:
    try:
        tried = subprocess.run(
            ["strace", "-qq", "-o", "/dev/null", "true"],
            check=False,
            capture_output=True,
        )
    except OSError:
        return False
    return tried.returncode == 0


def _traced(log: Path, fault: Fault | None) -> list[str]:
    names = fault.call.name if fault else TRACED
    inject = f"inject={names}:{fault.does}:when={fault.call.nth}" if fault else ""
    return [
        *("strace", "-qq", "-y", "-s", "8", "-o", str(log)),
        *("-e", f"trace={names}", *(["-e", inject] if inject else [])),
        *(sys.executable, "-m", "mlready"),
    ]


def _shimmed(log: Path, fault: Fault | None) -> list[str]:
    words = (
        [fault.call.name, str(fault.call.nth), fault.does] if fault else ["", "0", ""]
    )
    return [sys.executable, str(SHIM), str(log), *words]
