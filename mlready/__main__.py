"""Run mlready: the console script, and ``python -m mlready``."""

import gc
import sys


def main() -> None:
    """Answer ``--version`` at once; for all else, load the commands.

    Typer alone takes four times as long to load as the interpreter. A command is over
    before garbage would matter, so collecting is put off while everything loads and
    what is there by then is never looked at again.
    """
    if sys.argv[1:] == ["--version"]:
        from mlready import __version__

        print(__version__)  # noqa: T201 - before there is a cli
        return
    gc.disable()
    from mlready.cli import app

    gc.freeze()
    app()


if __name__ == "__main__":
    main()
