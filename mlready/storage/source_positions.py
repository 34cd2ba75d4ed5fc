"""The content of an input file, with line and column of each part for messages."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from mlready.errors import Problem
from mlready.records import NamedTuple

KeyPath = tuple[str | int, ...]
Value = Any  # str, dict[str, Value] or list[Value]; mypy rejects this recursive type


class SourcePosition(NamedTuple):
    """The line and column where a value or key begins in a file, both from 1.

    ``file`` is the name of the file if it is another one than that of the document.
    """

    line: int
    column: int
    file: str = ""


class Places(Protocol):
    """The positions of the parts of a document, by their paths (see Document)."""

    def get(self, path: KeyPath, /) -> SourcePosition | None:
        """Return the position of a part, None if it has none."""


class Document(NamedTuple):
    """The content of a file as texts, lists and mappings, with their positions.

    ``places`` maps the path of each value to its position, and the path of each key,
    with "" appended, to the position of the key.
    """

    file: str
    value: Value
    places: Places

    def problem(self, path: KeyPath, text: str, *, key: bool = False) -> Problem:
        """Return a problem at the position of the value, or the key, with this path.

        If the path has no position, uses the position of the nearest enclosing part.
        """
        for end in range(len(path), -1, -1):
            place = self.places.get((*path[:end], "") if key else path[:end])
            place = place or self.places.get(path[:end])
            if place:
                file = place.file or self.file
                return Problem(file, place.line, place.column, text)
        return Problem(self.file, 1, 1, text)


class LatePlaces:
    """Positions that are read only when the first of them is needed."""

    def __init__(self, read: Callable[[], Places]) -> None:
        self._read = read
        self._places: Places | None = None

    def get(self, path: KeyPath, /) -> SourcePosition | None:
        """Return the position of a part, None if it has none."""
        if self._places is None:
            self._places = self._read()
        return self._places.get(path)


Origin = tuple[Document, KeyPath]  # the document that a part is from, its path there


class MergedPlaces:
    """The positions of a document whose parts are from several documents.

    ``origins`` maps the paths of parts to where they are from. What is inside a part is
    from the same document, unless it has an origin of its own.
    """

    def __init__(self, origins: Mapping[KeyPath, Origin]) -> None:
        self._origins = origins

    def get(self, path: KeyPath, /) -> SourcePosition | None:
        """Return the position of a part, None if it has none."""
        for end in range(len(path), -1, -1):
            if origin := self._origins.get(path[:end]):
                document, source = origin
                place = document.places.get((*source, *path[end:]))
                return place and place._replace(file=place.file or document.file)
        return None
