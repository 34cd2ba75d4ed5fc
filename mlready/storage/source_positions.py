"""The content of an input file, with line and column of each part for messages."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from mlready.errors import Problem

KeyPath = tuple[str | int, ...]
Value = Any  # str, dict[str, Value] or list[Value]; mypy rejects this recursive type


class SourcePosition(NamedTuple):
    """The line and column where a value or key begins in a file, both from 1."""

    line: int
    column: int
    file: str = ""  # "" for the document's own file


class Document(NamedTuple):
    """The content of a file as texts, lists and mappings, with their positions."""

    file: str
    value: Value
    # path of a value, such as ("answers", "COL-01"), or of a key, with "" appended ->
    # position
    places: Mapping[KeyPath, SourcePosition]

    def problem(self, path: KeyPath, text: str, *, key: bool = False) -> Problem:
        """Return a problem at the value of a path; with ``key``, at the value's key.

        If the path has no position, the nearest enclosing part gives the position.
        """
        for end in range(len(path), -1, -1):
            place = self.places.get((*path[:end], "") if key else path[:end])
            place = place or self.places.get(path[:end])
            if place:
                file = place.file or self.file
                return Problem(file, place.line, place.column, text)
        return Problem(self.file, 1, 1, text)
