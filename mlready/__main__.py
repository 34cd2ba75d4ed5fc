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
    _fill_what_is_closed()
    if sys.argv[1:] == ["--version"]:
        from mlready import __version__

        try:
            print(__version__, flush=True)  # noqa: T201 - before there is a cli
        except OSError as error:
            _end(_not_written(error))
        return
    gc.disable()
    try:
        from mlready.cli.commands import run

        gc.freeze()
        run()
    except SystemExit as done:
        _end(done.code)
    except KeyboardInterrupt:  # before there was a command to see to it
        from mlready.errors import INTERRUPTED

        _end(INTERRUPTED)


def _fill_what_is_closed() -> None:
    """Put a stream of no use in the place of each standard stream that is closed.

    The next file to be opened would take that place, and be read or written by whoever
    means the stream. What is said on standard error is lost; to write a document to
    standard output fails.
    """
    if sys.stdin is None:
        os.open(os.devnull, os.O_WRONLY)
    if sys.stdout is None:
        sys.stdout = os.fdopen(os.open(os.devnull, os.O_RDONLY), "w")
    if sys.stderr is None:
        deaf = os.open(os.devnull, os.O_WRONLY)
        sys.stderr = os.fdopen(deaf, "w", errors="backslashreplace")


def _not_written(error: OSError) -> int:
    """Say what a command would say whose output cannot be written."""
    from mlready.errors import BROKEN_PIPE
    from mlready.storage.standard_streams import as_storage_error

    if isinstance(error, BrokenPipeError):
        return BROKEN_PIPE
    print(f"mlready: {as_storage_error(error)}", file=sys.stderr)  # noqa: T201 - as above
    return as_storage_error(error).exit_code


def _end(code: int | str | None) -> None:
    for stream in filter(None, (sys.stdout, sys.stderr)):
        try:  # contextlib would cost --version a quarter of its time
            stream.flush()
        except OSError:
            continue
    os._exit(code if isinstance(code, int) else int(bool(code)))


if __name__ == "__main__":
    main()
