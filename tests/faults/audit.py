"""Run mlready and record whatever it does beyond reading and computing.

    python -B tests/faults/audit.py RECORD run report answers.yaml -o report.md

RECORD, a file or a pipe that is there, gets a line of JSON for each thing, once: what
Python calls it (https://docs.python.org/3/library/audit_events.html) and the names in
it. The hook is there before anything of mlready is loaded, and cannot be taken away.
``run`` is the program; ``bug`` is the same with a bug in it; ``apart`` is the process
of a template, with its request on standard input. tests/test_security.py says what each
command may do.
"""

import json
import os
import socket
import sys
from typing import Any, NoReturn

# Reading, and what Python does to load a module and to look at itself.
HARMLESS = (
    "builtins.", "code.__new__", "compile", "cpython.", "exec", "gc.", "import",
    "marshal.", "object.__", "os.listdir", "os.scandir", "pathlib.", "sys.",
    # What is opened for it is told as such.
    "tempfile.",
    # A terminal is asked for its size and its modes, a lock is held, a child awaited.
    "fcntl.", "time.sleep",
)  # fmt: skip
SAME = {"os.posix_spawn": "subprocess.Popen"}  # how newer Pythons carry it out
NAMELESS = getattr(os, "O_TMPFILE", 0)
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def harmless(event: str, arguments: tuple[Any, ...]) -> bool:
    """Return whether something is only looked at, or comes to nothing."""
    match event, arguments:
        case "open", (int(), *_):
            return True  # open already, and told then
        case "open", (_, _, int(flags)):
            gone = NAMELESS and flags & NAMELESS == NAMELESS  # once it is closed
            return bool(gone or not flags & WRITES)
        case "os.mkdir", (path, *_):
            return os.path.isdir(path)  # noqa: PTH112 - pathlib is no plain look
        case _:
            return event.startswith(HARMLESS)


def names(event: str, arguments: tuple[Any, ...]) -> list[str]:
    """Return the names in what happens."""
    match event, arguments:
        case "open", (path, *_):
            return [os.fsdecode(path)]
        case "socket.__new__", (_, family, *_):
            return [socket.AddressFamily(family).name]
        case (("subprocess.Popen" | "os.posix_spawn"), (_, command, *_)):
            # The switches of what is run, and its work; not where modules are found.
            return [os.fsdecode(each) for each in (*command[1:5], *command[6:7])]
        case _:
            texts = [each for each in arguments if isinstance(each, (str, bytes))]
            return [os.fsdecode(each) for each in texts]


def record(place: str) -> None:
    """Record from now on, as long as the process lives."""
    handle = os.open(place, os.O_WRONLY | os.O_APPEND)
    told = set()

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if harmless(event, arguments):
            return
        line = json.dumps([SAME.get(event, event), *names(event, arguments)])
        if line not in told:
            told.add(line)
            os.write(handle, f"{line}\n".encode())

    sys.addaudithook(hook)


def bug(*_: Any) -> NoReturn:
    """Be a bug."""
    raise ZeroDivisionError("nobody thought of \x1b and half a \ud83d")


def main(place: str, what: str, *arguments: str) -> None:
    """Do what is asked for, and record it."""
    record(place)
    if what == "apart":
        from mlready.user_templates.limited_process import worker_main

        worker_main(*arguments)
        return
    if what == "bug":
        from mlready.assessment import assess

        assess.assess = bug  # type: ignore[assignment] # it is one
    from mlready import __main__ as program

    sys.argv = ["mlready", *arguments]
    program.main()


if __name__ == "__main__":
    main(*sys.argv[1:])
