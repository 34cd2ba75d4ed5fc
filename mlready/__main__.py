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

        try:
            print(__version__, flush=True)  # noqa: T201 - before there is a cli
        except OSError:
            _end(_not_written())
        return
    gc.disable()
    from mlready.cli import run

    gc.freeze()
    try:
        run()
    except SystemExit as done:
        _end(done.code)


def _not_written() -> int:
    """Say what a command would say whose output cannot be written."""
    from mlready.errors import StorageError

    error = sys.exc_info()[1]
    if isinstance(error, BrokenPipeError):
        return 141
    reason = str(getattr(error, "strerror", error)).lower()
    print(f"mlready: standard output: cannot write: {reason}", file=sys.stderr)  # noqa: T201 - as above
    return StorageError.exit_code


def _end(code: int | str | None) -> None:
    for stream in filter(None, (sys.stdout, sys.stderr)):
        try:  # contextlib would cost --version a quarter of its time
            stream.flush()
        except OSError:
            continue
    os._exit(code if isinstance(code, int) else int(bool(code)))


if __name__ == "__main__":
    main()
