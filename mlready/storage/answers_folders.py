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
    """A file to read."""

    path: str
    named: bool  # the user named the file; False if it was found in a folder


class Unread(NamedTuple):
    """A path that leads to no answers: an unusable folder, or nothing at all."""

    path: str
    error: StorageError


class Found(NamedTuple):
    """The files to read, sorted by path, and the paths that lead to no answers."""

    files: list[FoundFile]
    unread: list[Unread]


def find_files(sources: Iterable[Path]) -> Found:
    """Return the given files, and the answers files in the given folders.

    In folders, only visible files that end in .yaml or .yml count. Links are followed.
    Each file is returned once, even if several paths lead to it.
    """
    found, seen = Found([], []), set[tuple[int, int]]()
    folders = []
    for source in sorted(set(map(str, sources))):
        if Path(source).is_dir():
            folders.append(source)
        elif error := _missing(source):
            found.unread.append(Unread(source, error))
        elif _is_new(source, seen):
            found.files.append(FoundFile(source, named=True))
    for folder in folders:
        if _is_new(folder, seen) and not _search(folder, seen, found):
            text = f"{for_terminal(folder)}: no answers file (*.yaml, *.yml) in it"
            found.unread.append(Unread(folder, StorageError(text)))
    found.files.sort()
    return found


def _missing(path: str) -> StorageError | None:
    """Return the error for a path that leads to nothing, else None."""
    try:
        with os_errors_reported(Path(path), "read"):
            Path(path).lstat()
    except StorageError as error:
        return error
    return None


def is_meant_as_answers(data: bytes) -> bool:
    """Return whether a YAML file looks like an answers file, valid or not.

    A file that cannot be read does: what it was meant as is not known.
    """
    if _KEYS.search(data):
        return True
    from mlready.storage import strict_yaml

    return not strict_yaml.is_readable(data)


def _search(folder: str, seen: set[tuple[int, int]], found: Found) -> bool:
    """Add a folder's YAML files, and an error for each unreadable folder, to ``found``.

    Returns False if there are neither YAML files nor errors.
    """
    waiting, anything = [folder], False
    while waiting:
        here = waiting.pop()
        try:
            entries = _entries(here)
        except StorageError as error:
            found.unread.append(Unread(here, error))
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
    """Return the visible paths in a folder, and whether each is a folder."""
    # The paths are texts, because ``Path`` would take most of the time.
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
    """Add a file or folder to ``seen``; return False for one that was added before."""
    try:
        found = os.stat(path)  # noqa: PTH116 - Path would take most of the time
    except (OSError, ValueError):
        return True  # reading it will report the error
    key = (found.st_dev, found.st_ino)
    if found.st_ino and key in seen:
        return False
    seen.add(key)
    return True
