"""Find the answers files in folders and their subfolders."""

import os
import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from mlready.errors import StorageError
from mlready.escaping import for_terminal
from mlready.storage.atomic_file import os_errors_reported

ENDINGS = (".yaml", ".yml")
# A YAML file without these keys is not meant as an answers file.
_KEYS = re.compile(rb"""^[\s{"']*(questionnaire|answers)["']?\s*:""", re.MULTILINE)


class FoundFile(NamedTuple):
    """A file to read: its path, and whether the user named it.

    A file that was not named was found in a folder.
    """

    path: str
    named: bool


class Found(NamedTuple):
    """The files to read, sorted by path, and an error for each unusable folder."""

    files: list[FoundFile]
    errors: list[StorageError]


def find_files(sources: Iterable[Path]) -> Found:
    """Return the answers files among the given files and in the given folders.

    In a folder, only files whose name ends in .yaml or .yml count; hidden files and
    folders do not. Symbolic links are followed. A file or folder that several paths
    lead to is returned only once, so circular links are harmless. A file that the user
    named keeps the path that the user gave.
    """
    found, seen = Found([], []), set[tuple[int, int]]()
    folders = []
    for source in sorted(set(map(str, sources))):
        if Path(source).is_dir():
            folders.append(source)
        elif _is_new(source, seen):
            found.files.append(FoundFile(source, named=True))
    for folder in folders:
        if _is_new(folder, seen) and not _search(folder, seen, found):
            text = f"{for_terminal(folder)}: no answers file (*.yaml, *.yml) in it"
            found.errors.append(StorageError(text))
    found.files.sort()
    return found


def is_meant_as_answers(data: bytes) -> bool:
    """Return whether a YAML file seems to be an answers file, even with mistakes."""
    return bool(_KEYS.search(data))


def _search(folder: str, seen: set[tuple[int, int]], found: Found) -> bool:
    """Add the YAML files in a folder and its subfolders to ``found``.

    Returns whether there are any. If a folder cannot be read, adds its error and
    returns True. ``seen`` are the files and folders found earlier; files in ``seen``
    are not added again, new files and folders are added to it.
    """
    waiting, anything = [folder], False
    while waiting:
        here = waiting.pop()
        try:
            entries = _entries(here)
        except StorageError as error:
            found.errors.append(error)
            anything = True
            continue
        for path, is_folder in entries:
            if is_folder:
                waiting += [path] if _is_new(path, seen) else []
            elif path.lower().endswith(ENDINGS):
                anything = True
                if _is_new(path, seen):
                    found.files.append(FoundFile(path, named=False))
    return anything


def _entries(folder: str) -> list[tuple[str, bool]]:
    """Return the paths in a folder that are not hidden, and whether each is a folder.

    Paths are texts here, because ``Path`` would take most of the time.
    """
    with os_errors_reported(Path(folder), "read"), os.scandir(folder) as entries:
        return sorted(
            (entry.path, _is_folder(entry))
            for entry in entries
            if not entry.name.startswith(".")
        )


def _is_folder(entry: os.DirEntry[str]) -> bool:
    with suppress(OSError):  # such as a link to itself; reading it reports the error
        return entry.is_dir()
    return False


def _is_new(path: str, seen: set[tuple[int, int]]) -> bool:
    """Return whether a path leads to a new file or folder; add it to ``seen``."""
    try:
        found = os.stat(path)  # noqa: PTH116 - Path would take most of the time
    except (OSError, ValueError):
        return True  # reading it will report the error
    key = (found.st_dev, found.st_ino)
    if found.st_ino and key in seen:
        return False
    seen.add(key)
    return True
