"""The entry point of ``mlready`` and of ``python -m mlready``."""

import gc
import os
import sys


def main() -> None:
    """Run the command given on the command line."""
    _replace_closed_streams()
    # Importing Typer takes four times as long as starting Python.
    if sys.argv[1:] == ["--version"]:
        from mlready import __version__

        try:
            print(__version__, flush=True)  # noqa: T201 - the cli module is not loaded
        except OSError as error:
            _exit_process(_report_write_error(error))
        return
    gc.disable()  # no command runs long enough to need garbage collection
    try:
        from mlready.cli.commands import run

        gc.freeze()
        run()
    except SystemExit as ended:
        _exit_process(ended.code)
    except KeyboardInterrupt:  # Ctrl-C during imports
        from mlready.errors import ExitCode

        _exit_process(ExitCode.INTERRUPTED)


def _replace_closed_streams() -> None:
    """Replace each closed standard stream by the null device."""
    # Otherwise the next file to be opened would get the number of the closed stream,
    # and would be read or written in place of the stream.
    if sys.stdin is None:
        os.open(os.devnull, os.O_WRONLY)
    if sys.stdout is None:  # opened for reading, so that writing a document still fails
        sys.stdout = os.fdopen(os.open(os.devnull, os.O_RDONLY), "w")
    if sys.stderr is None:
        sink = os.open(os.devnull, os.O_WRONLY)
        sys.stderr = os.fdopen(sink, "w", errors="backslashreplace")


def _report_write_error(error: OSError) -> int:
    """Print why standard output could not be written; return the exit code."""
    from mlready.errors import ExitCode
    from mlready.platform_support import is_closed_pipe
    from mlready.storage.standard_streams import as_storage_error

    if is_closed_pipe(error):
        return ExitCode.BROKEN_PIPE
    print(f"mlready: {as_storage_error(error)}", file=sys.stderr)  # noqa: T201 - cli not loaded
    return as_storage_error(error).exit_code


def _exit_process(code: int | str | None) -> None:
    for stream in filter(None, (sys.stdout, sys.stderr)):
        try:  # importing contextlib.suppress would slow down --version
            stream.flush()
        except OSError:
            continue
    # The usual shutdown takes half as long as starting the interpreter.
    os._exit(code if isinstance(code, int) else int(bool(code)))


if __name__ == "__main__":
    main()
