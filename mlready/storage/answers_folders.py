"""Find the answers files in folders, with all folders within them."""

import re
from collections.abc import Iterable
from pathlib import Path

from mlready.errors import StorageError
from mlready.escaping import shown_path
from mlready.records import NamedTuple
from mlready.storage.atomic_file import os_errors_reported
from mlready.storage.standard_streams import identity

ENDINGS = (".yaml", ".yml")
# A YAML file without these keys is not meant as an answers file.
_KEYS = re.compile(rb"""^[\s{"']*(questionnaire|answers)["']?\s*:""", re.MULTILINE)


class FoundFile(NamedTuple):
    """A file to read: its path, and whether it was named itself, not in a folder."""

    path: str
    named: bool


class Found(NamedTuple):
    """The files to read, sorted by path, and an error for each unusable folder."""

    files: list[FoundFile]
    errors: list[StorageError]


def find_files(sources: Iterable[Path]) -> Found:
    """Return the answers files among the given files and in the given folders.

    In a folder only files whose name ends in .yaml or .yml count; hidden files and
    folders do not. Symbolic links are followed. A file or folder that is reached twice
    counts once, so that links in a circle end; of its paths, that of a named file
    counts, otherwise the one that comes first in the alphabet.
    """
    found, seen = Found([], []), set[tuple[int, int]]()
    folders = []
    for source in sorted(set(sources)):
        if source.is_dir():
            folders.append(source)
        elif _is_new(source, seen):
            found.files.append(FoundFile(str(source), named=True))
    for folder in folders:
        if _is_new(folder, seen) and not _search(folder, seen, found):
            text = f"{shown_path(folder)}: no answers file (*.yaml, *.yml) in it"
            found.errors.append(StorageError(text))
    found.files.sort()
    return found


def is_meant_as_answers(data: bytes) -> bool:
    """Return whether a YAML file seems to be an answers file, perhaps with mistakes."""
    return bool(_KEYS.search(data))


def _search(folder: Path, seen: set[tuple[int, int]], found: Found) -> bool:
    """Add the answers files in a folder, and return whether there was anything."""
    waiting, anything = [folder], False
    while waiting:
        here = waiting.pop()
        try:
            entries = _entries(here)
        except StorageError as error:
            found.errors.append(error)
            anything = True
            continue
        for path in entries:
            if path.is_dir():
                waiting += [path] if _is_new(path, seen) else []
            elif path.name.lower().endswith(ENDINGS):
                anything = True
                if _is_new(path, seen):
                    found.files.append(FoundFile(str(path), named=False))
    return anything


def _entries(folder: Path) -> list[Path]:
    """Return what is in a folder and not hidden, sorted by name."""
    with os_errors_reported(folder, "read"):
        return sorted(p for p in folder.iterdir() if not p.name.startswith("."))


def _is_new(path: Path, seen: set[tuple[int, int]]) -> bool:
    """Return whether a path leads to a file or folder that no path led to before."""
    found = identity(path)
    if found in seen:
        return False
    seen |= {found} if found else set()
    return True
