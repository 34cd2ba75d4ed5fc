"""Run mlready, and let one call of a file function fail or kill the program.

    python tests/faults/shim.py LOG CALL NTH DOES [arguments of mlready]

DOES happens at the NTH call of the function CALL: ``signal=KILL``, or an error such as
``error=EIO``. LOG gets one line per call, in the format of strace. ``injected.py`` uses
this where strace cannot trace.
"""

import builtins
import errno
import io
import os
import signal
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

PATCHED = (
    "open", "close", "fsync", "replace", "unlink", "fchmod", "access", "stat", "lstat",
    "scandir", "listdir", "link", "fchown",
)  # fmt: skip


class Watched:
    """Counts and logs the calls of file functions such as ``os.replace``.

    One of the calls, the ``nth`` of the function ``name``, kills the program or fails.
    """

    def __init__(self, log: TextIO, name: str, nth: int, does: str) -> None:
        self.log = log
        self.fault = (name, nth)
        self.does = does
        self.made: Counter[str] = Counter()
        self.paths: dict[object, object] = {}

    def wrap(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function that calls ``call``, and counts and logs these calls.

        At the call chosen for the fault, it kills the program or raises an OSError.
        """

        def watched(*args: Any, **kwargs: Any) -> Any:
            self.made[name] += 1
            where = [self.paths.get(each, each) for each in args]
            self.log.write(f"{name}({', '.join(map(str, where))})\n")
            if (name, self.made[name]) == self.fault:
                self._fail()
            result = call(*args, **kwargs)
            if name == "open":
                self.paths[result] = args[0]
            return result

        return watched

    def _fail(self) -> None:
        self.log.flush()
        if self.does.startswith("signal="):
            os.kill(os.getpid(), signal.SIGKILL)
        number = getattr(errno, self.does.removeprefix("error="))
        raise OSError(number, os.strerror(number))


def main() -> None:
    """Run mlready with file functions, such as ``os.replace``, that log each call.

    One call, which the command line names, fails or kills the program.
    """
    path, name, nth, does, *arguments = sys.argv[1:]
    log = Path(path).open("w", buffering=1, encoding="utf-8")  # noqa: SIM115 - open until exit
    watched = Watched(log, name, int(nth), does)
    for each in PATCHED:
        setattr(os, each, watched.wrap(each, getattr(os, each)))
    io.open = builtins.open = watched.wrap("fopen", io.open)
    sys.argv[1:] = arguments
    from mlready.__main__ import main as mlready

    mlready()


if __name__ == "__main__":
    main()
