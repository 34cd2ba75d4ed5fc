"""Run mlready: the console script, and ``python -m mlready``."""

import gc
import os
import sys


def main() -> None:
    """Answer ``--version`` at once; for all else, load the commands.

    Typer alone takes four times as long to load as the interpreter. A command is over
    before garbage would matter, so none is collected while everything loads; and once
    a command has said all it has to say, the process ends without taking the
    interpreter apart, which would take half as long again as starting it.
    """
    if sys.argv[1:] == ["--version"]:
        from mlready import __version__

        print(__version__)  # noqa: T201 - before there is a cli
        return
    gc.disable()
    from mlready.cli import app

    gc.freeze()
    try:
        app()
    except SystemExit as done:
        _end(done.code)


def _end(code: int | str | None) -> None:
    for stream in filter(None, (sys.stdout, sys.stderr)):
        try:  # contextlib would cost --version a quarter of its time
            stream.flush()
        except OSError:
            continue
    os._exit(code if isinstance(code, int) else int(bool(code)))


if __name__ == "__main__":
    main()
