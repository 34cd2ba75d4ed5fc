"""Change entries in the lists of a questionnaire, and record their origins.

An origin says from which document an entry or field is. It has two values: the
document, and the keys that lead to the entry or field in this document.
"""

from collections.abc import Callable
from typing import Any

from mlready.storage.merged_places import Origin
from mlready.storage.source_positions import KeyPath

QUESTIONS = "questions"
BY_KEY = ("choices", "person")  # fields of an entry that are changed key by key
Raw = dict[str, Any]


class Entry:
    """An entry of a list, such as a section, and from which document each field is.

    ``origin`` is the document and path of the whole entry. ``fields`` has the document
    and path of each field that was changed later. ``lists`` are the keys of fields with
    further entries, such as "questions".
    """

    def __init__(self, value: Raw, origin: Origin, lists: tuple[str, ...] = ()) -> None:
        self.value = {key: each for key, each in value.items() if key not in lists}
        self.origin = origin
        self.fields: dict[KeyPath, Origin] = {}
        self.lists = {
            key: entries(value[key], down(origin, key))
            for key in lists
            if isinstance(value.get(key), list)
        }

    @property
    def id(self) -> str:
        """The id of the entry."""
        return str(self.value.get("id"))

    def set(self, key: str, value: Any, origin: Origin) -> None:
        """Set a field of the entry to a value from another document.

        A mapping such as ``choices`` is merged into the present mapping.
        """
        if key in BY_KEY and isinstance(value, dict) and key in self.value:
            self.value[key] = {**self.value[key], **value}
            for name in value:
                self.fields[key, name] = down(origin, name)
            return
        self.lists.pop(key, None)
        if key == "items" and isinstance(value, list):
            self.lists[key] = entries(value, origin)
            return
        self.value[key] = value
        self.fields[key,] = origin

    def keep(self, key: str, is_kept: Callable[[Any], bool]) -> None:
        """Keep only the elements of a list field for which ``is_kept`` is true.

        Removes the field if no element is left.
        """
        if not isinstance(given := self.value.get(key), list):
            return
        origin = self.fields.pop((key,), down(self.origin, key))
        kept = [(n, each) for n, each in enumerate(given) if is_kept(each)]
        self.value[key] = [each for _, each in kept]
        self.fields[key,] = origin
        for to, (n, _) in enumerate(kept):
            self.fields[key, to] = down(origin, n)
        if not kept:
            del self.value[key]


def entries(
    values: list[Any], origin: Origin, lists: tuple[str, ...] = ()
) -> list[Entry]:
    """Return an ``Entry`` for each mapping in the list ``values``.

    ``origin`` is the document that contains ``values``, and the path of ``values`` in
    this document. ``lists`` are keys of a mapping, such as "questions". What a mapping
    has under these keys becomes entries in ``Entry.lists``.
    """
    return [
        Entry(each, down(origin, n), lists)
        for n, each in enumerate(values)
        if isinstance(each, dict)
    ]


def down(origin: Origin, key: str | int) -> Origin:
    """Return an origin with ``key`` added to its path."""
    document, path = origin
    return document, (*path, key)
