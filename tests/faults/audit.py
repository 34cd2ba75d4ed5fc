"""Run mlready and record what it does to files, processes and the network.

    python -B tests/faults/audit.py RECORD run report answers.yaml -o report.md

RECORD is an existing file or pipe. Each distinct audit event
(https://docs.python.org/3/library/audit_events.html) that does more than read or
compute adds a line of JSON. What to run follows RECORD:

* ``run`` is the program with its arguments;
* ``bug`` is the program with an unexpected error;
* ``worker`` is the process that renders a template.
"""

import json
import os
import socket
import sys
from typing import Any, NoReturn

# Prefixes of audit events of reading, importing and introspection.
HARMLESS = (
    "builtins.", "code.__new__", "compile", "cpython.", "exec", "gc.", "import",
    "marshal.", "object.__", "os.listdir", "os.scandir", "pathlib.", "sys.",
    # Each file that tempfile opens also causes an "open" event, which is recorded.
    "tempfile.",
    # Terminal size and modes, file locks, waiting for a child process.
    "fcntl.", "time.sleep",
)  # fmt: skip
# Starting a process causes the first event in newer Pythons, the second in older ones.
SAME = {"os.posix_spawn": "subprocess.Popen"}
NAMELESS = getattr(os, "O_TMPFILE", 0)
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def harmless(event: str, arguments: tuple[Any, ...]) -> bool:
    """Return whether an audit event only reads or computes."""
    match event, arguments:
        case "open", (int(), *_):
            return True  # a file descriptor: the file was recorded when it was opened
        case "open", (_, _, int(flags)):
            # The operating system deletes a file without a name when it is closed.
            nameless = NAMELESS and flags & NAMELESS == NAMELESS
            return bool(nameless or not flags & WRITES)
        case "os.mkdir", (path, *_):
            return os.path.isdir(path)  # noqa: PTH112 - pathlib has events of its own
        case _:
            return event.startswith(HARMLESS)


def names(event: str, arguments: tuple[Any, ...]) -> list[str]:
    """Return which file, program or address an audit event affects."""
    match event, arguments:
        case "open", (path, *_):
            return [os.fsdecode(path)]
        case "socket.__new__", (_, family, *_):
            return [socket.AddressFamily(family).name]
        case (("subprocess.Popen" | "os.posix_spawn"), (_, command, *_)):
            # Python's options and the function that the worker process runs, but not
            # the path of the module.
            return [os.fsdecode(each) for each in (*command[1:5], *command[6:7])]
        case _:
            texts = [each for each in arguments if isinstance(each, (str, bytes))]
            return [os.fsdecode(each) for each in texts]


def record(place: str) -> None:
    """Append each distinct audit event of this process to the file at ``place``."""
    handle = os.open(place, os.O_WRONLY | os.O_APPEND)
    written = set()

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if harmless(event, arguments):
            return
        line = json.dumps([SAME.get(event, event), *names(event, arguments)])
        if line not in written:
            written.add(line)
            os.write(handle, f"{line}\n".encode())

    sys.addaudithook(hook)


def bug(*_: Any) -> NoReturn:
    """Raise an error whose message contains characters that must not be printed."""
    raise ZeroDivisionError("an escape \x1b and half a \ud83d")


def main(place: str, what: str, *arguments: str) -> None:
    """Run mlready, or its process that renders a template; record the audit events.

    ``place`` is the file for the audit events. ``what`` is "run" for mlready, "bug" for
    mlready with an unexpected error, or "worker" for the process.
    """
    record(place)
    if what == "worker":
        from mlready.user_templates.limited_process import worker_main

        worker_main(*arguments)
        return
    if what == "bug":
        from mlready.assessment import assess

        assess.assess = bug  # type: ignore[assignment] # bug never returns
    from mlready import __main__ as program

    sys.argv = ["mlready", *arguments]
    program.main()


if __name__ == "__main__":
    main(*sys.argv[1:])
