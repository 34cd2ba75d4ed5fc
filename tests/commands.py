"""The result of a command that a test runs, and the files in a folder."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple


class Done(NamedTuple):
    """The exit code, standard output and error output of a finished command."""

    code: int
    out: str
    err: str


Run = Callable[..., Done]


def contents(folder: Path) -> dict[str, bytes]:
    """Return the content of each file in a folder, by file name."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}
