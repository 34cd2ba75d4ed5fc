"""Run mlready many times without starting Python each time.

A server process imports the libraries once, and runs each command in a copy of itself
(a fork). Tests of what happens while Python starts must start a process of their own.

Run as a program, this file is the server process.
"""

import contextlib
import gc
import importlib
import json
import os
import pkgutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any, Self

from tests.commands import Done

STREAMS = 3  # standard input, output and error
SIZE = 4  # bytes of a number that is sent


class Program:
    """A server process that runs ``mlready`` in forks, with the variables ``env``."""

    def __init__(self, env: Mapping[str, str] | None = None) -> None:
        self._ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, __file__, str(theirs.fileno())],
                env={**os.environ, **(env or {})},
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._ours.close()
        self._process.wait()

    def run(
        self,
        *args: str,
        input: bytes = b"",  # noqa: A002 - the name that subprocess.run has
        stdin: Any = None,
        stdout: Any = None,
        stderr: Any = None,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
    ) -> Done:
        """Run ``mlready`` with arguments; return its exit code and what it printed.

        ``input`` is what the program reads. ``stdin``, ``stdout`` and ``stderr`` are
        files or file descriptors to use as its streams; their content is not returned.
        ``env`` replaces the whole environment.
        """
        with contextlib.ExitStack() as files:
            given, out, err = (
                files.enter_context(tempfile.TemporaryFile()) for _ in range(STREAMS)
            )
            given.write(input)
            given.seek(0)
            streams = [
                used if used is not None else own
                for used, own in ((stdin, given), (stdout, out), (stderr, err))
            ]
            request = {"args": args, "env": dict(env or os.environ)}
            request["cwd"] = str(cwd or Path.cwd())
            code = self._ask(request, [_number(each) for each in streams])
            return Done(code, _content(out), _content(err))

    def _ask(self, request: dict[str, Any], streams: list[int]) -> int:
        text = json.dumps(request).encode()  # with paths that are not UTF-8 as \udcff
        self._ours.sendall(len(text).to_bytes(SIZE) + text)
        socket.send_fds(self._ours, [b"."], streams)
        return int.from_bytes(_received(self._ours, SIZE), signed=True)


def _number(stream: Any) -> int:
    return stream if isinstance(stream, int) else stream.fileno()


def _content(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode()


def _received(connection: socket.socket, length: int) -> bytes:
    data = b""
    while len(data) < length:
        more = connection.recv(length - len(data))
        if not more:
            raise EOFError
        data += more
    return data


def _serve(connection: socket.socket) -> None:
    """Run a fork for each request, until the tests close the connection."""
    while True:
        try:
            length = int.from_bytes(_received(connection, SIZE))
        except EOFError:
            return
        request = json.loads(_received(connection, length))
        _, streams, _, _ = socket.recv_fds(connection, 1, STREAMS)
        child = os.fork()
        if not child:
            connection.close()
            _become(request, streams)
        for each in streams:
            os.close(each)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        connection.sendall(code.to_bytes(SIZE, signed=True))


def _become(request: dict[str, Any], streams: list[int]) -> None:
    """Give this process the streams, folder and variables of a request; run mlready."""
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(request["cwd"])
    os.environ.clear()
    os.environ.update(request["env"])
    program = importlib.import_module("mlready.__main__")
    sys.modules["__main__"] = program  # so usage messages name the program
    sys.argv = [str(program.__file__), *request["args"]]
    program.main()
    sys.stdout.flush()
    os._exit(0)


def _warm_up() -> None:
    """Import all modules that commands import, once for all forks."""
    import mlready
    from mlready.resources import bundled

    for module in pkgutil.walk_packages(mlready.__path__, "mlready."):
        if not module.name.startswith(("mlready.interview.", "mlready.compiled")):
            importlib.import_module(module.name)
    importlib.import_module("jsonschema_rs")
    from mlready.report.templating import environment

    for path in bundled("templates").glob("[!_]*.j2"):
        environment().get_template(path.name)
    gc.freeze()


if __name__ == "__main__":
    _warm_up()
    with socket.socket(fileno=int(sys.argv[1])) as tests:
        _serve(tests)
