"""Change entries of a questionnaire's lists, and record where their parts are from."""

from collections.abc import Callable
from typing import Any

from mlready.storage.merged_places import Origin
from mlready.storage.source_positions import KeyPath

QUESTIONS = "questions"
BY_KEY = ("choices", "person")  # fields of an entry that are changed key by key
Raw = dict[str, Any]


class Entry:
    """An entry of a list, such as a section: its content, and where its parts are from.

    The origin of a part is the document that contains it, with its path there.
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

        ``origin`` is that document, with the path of the value there. The value of a
        field such as ``choices`` is a mapping, which is merged into the present one.
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
        """Remove elements of a list field, except those for which ``is_kept`` is true.

        ``key`` is the name of the field, which is removed if no element is left.
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
    """Return an ``Entry`` for each mapping in a list.

    ``origin`` is the document that contains the list, with its path there. ``lists``
    are the keys under which an entry itself contains lists of entries.
    """
    return [
        Entry(each, down(origin, n), lists)
        for n, each in enumerate(values)
        if isinstance(each, dict)
    ]


def down(origin: Origin, key: str | int) -> Origin:
    """Return the origin of an element of a part: its document, and its path there.

    ``origin`` is the origin of the part. ``key`` is the key or index of the element in
    it.
    """
    document, path = origin
    return document, (*path, key)
