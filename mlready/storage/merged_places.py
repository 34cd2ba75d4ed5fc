"""Look up the positions of the parts of a document.

``LazyPlaces`` reads the positions when the first one is needed. ``MergedPlaces`` finds
the positions in the documents from which the parts come.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cache

from mlready.storage.source_positions import Document, KeyPath, SourcePosition


class LazyPlaces(Mapping[KeyPath, SourcePosition]):
    """The positions of a document's parts, not read before one of them is needed."""

    def __init__(self, read: Callable[[], Mapping[KeyPath, SourcePosition]]) -> None:
        self._read = cache(read)

    def __getitem__(self, path: KeyPath) -> SourcePosition:
        return self._read()[path]

    def __iter__(self) -> Iterator[KeyPath]:
        return iter(self._read())

    def __len__(self) -> int:
        return len(self._read())


Origin = tuple[Document, KeyPath]  # the document that a part is from, its path there


class MergedPlaces(Mapping[KeyPath, SourcePosition]):
    """The positions of the parts of a document that was merged from several files.

    A position is in the file that a part is from. ``origins`` maps the path of a part
    in the merged document to two values: the document that the part is from, and the
    path of the part in that document.
    """

    def __init__(self, origins: Mapping[KeyPath, Origin]) -> None:
        self._origins = origins

    def __getitem__(self, path: KeyPath) -> SourcePosition:
        for end in range(len(path), -1, -1):
            if origin := self._origins.get(path[:end]):
                document, source = origin
                place = document.places[*source, *path[end:]]
                return place._replace(file=place.file or document.file)
        raise KeyError(path)

    def __iter__(self) -> Iterator[KeyPath]:
        return iter(self._origins)

    def __len__(self) -> int:
        return len(self._origins)
