"""The content of a document, and the position of each part for error messages."""

from typing import Any, NamedTuple

from mlready.errors import Problem

KeyPath = tuple[str | int, ...]
Value = Any  # str, dict[str, Value] or list[Value]; mypy rejects that type here


class SourcePosition(NamedTuple):
    """Line and column of the start of a value or key; both count from 1."""

    line: int
    column: int


class Document(NamedTuple):
    """The content of a file as texts, lists and mappings, with their positions.

    ``places`` maps the path of each value to its position, and the path of each key,
    with "" appended, to the position of the key.
    """

    file: str
    value: Value
    places: dict[KeyPath, SourcePosition]

    def problem(self, path: KeyPath, text: str, *, key: bool = False) -> Problem:
        """Return a problem located at the value with that path, or at its key.

        If the part has no position, uses that of the nearest enclosing part.
        """
        for end in range(len(path), -1, -1):
            place = self.places.get((*path[:end], "") if key else path[:end])
            place = place or self.places.get(path[:end])
            if place:
                return Problem(self.file, *place, text)
        return Problem(self.file, 1, 1, text)
