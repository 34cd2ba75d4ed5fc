"""Describe what a command of a test did: its exit code, its output and its files."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple


class Done(NamedTuple):
    """Exit code, standard output and error output of a finished command."""

    code: int
    out: str
    err: str


Run = Callable[..., Done]


def contents(folder: Path) -> dict[str, bytes]:
    """Return the content of each file in a folder, by file name."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}
