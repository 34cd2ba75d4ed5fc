"""What a document says, and where each part of it is, for problems to name."""

from typing import Any, NamedTuple

from mlready.errors import Problem

KeyPath = tuple[str | int, ...]
Value = Any  # str, or dict[str, Value], or list[Value]: a recursive type mypy dislikes


class SourcePosition(NamedTuple):
    """Where something begins; both count from 1."""

    line: int
    column: int


class Document(NamedTuple):
    """What a file says: text, lists and mappings of text, and where each part is.

    ``places`` has the place of each value under its path, and of each key under the
    path followed by the key and an empty text.
    """

    file: str
    value: Value
    places: dict[KeyPath, SourcePosition]

    def problem(self, path: KeyPath, text: str, *, key: bool = False) -> Problem:
        """Return a problem at the value of that path, or at its key."""
        for end in range(len(path), -1, -1):
            place = self.places.get((*path[:end], "") if key else path[:end])
            place = place or self.places.get(path[:end])
            if place:
                return Problem(self.file, *place, text)
        return Problem(self.file, 1, 1, text)
