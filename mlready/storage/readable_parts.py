"""Extract the valid parts of a questionnaire that has schema errors.

Another module then looks for unknown ids in the valid parts. An id that a skipped part
defines is not unknown. Any text in a skipped part may be such an id, so all texts in
skipped parts are recorded.
"""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from mlready.storage.source_positions import Document, KeyPath, SourcePosition, Value


class _Text(NamedTuple):
    pattern: str = ""


class _List(NamedTuple):
    of: Any


class _Table(NamedTuple):
    """A mapping whose keys are ids chosen by the author of the questionnaire."""

    of: Any


class _Whole(NamedTuple):
    """A list or mapping with ``least`` or more entries, all of which must be valid."""

    of: _List | _Table
    least: int


class _Record(NamedTuple):
    """A mapping with fixed keys."""

    needed: Mapping[str, Any]  # if one is missing or invalid, the mapping is skipped
    optional: Mapping[str, Any]  # if one is invalid, only this key is skipped
    # if one is invalid, the mapping is skipped
    vital: Mapping[str, Any] = MappingProxyType({})


class _OneOrMany(NamedTuple):
    """A text or a list of texts."""


class Readable(NamedTuple):
    """The valid parts of a document."""

    document: Document
    lost: frozenset[str]  # all texts and keys in skipped parts; each may be an id
    # the kinds, such as "fact", of which a skipped part may define an unreadable id
    unknown_kinds: frozenset[str]
    is_complete: bool  # no part was skipped


_TEXT, _WHOLE, _NUMBER = _Text(), _Text(r"\d+"), _Text(r"\d+(\.\d+)?")
_TEXTS = _List(_TEXT)
_CONDITION = _Whole(_Table(_Whole(_TEXTS, 1)), 1)
_CHOICES = _Whole(_Table(_TEXT), 2)
_HISTORY = {"was": _OneOrMany(), "changed": _WHOLE}
_ASKED = {"when": _CONDITION, "roles": _TEXTS, "remedy": _TEXT}
_QUESTION = _Record(
    {"id": _TEXT},
    {**_ASKED, **_HISTORY, "wordings": _List(_Record({"when": _CONDITION}, _ASKED))},
)
_LAYER = _Record(
    {"id": _TEXT, "role": _TEXT, "sections": _TEXTS},
    {
        "stands": _TEXT,
        "live_when": _CONDITION,
        "or_roles": _TEXTS,
        "role_by": _Table(_Table(_TEXT)),
        "remedy_by": _Table(_Table(_TEXT)),
        "person": _Table(_TEXT),
    },
)
_GROUPS = _List(_Record({"items": _List(_Record({"questions": _TEXTS}, {}))}, {}))
_PATTERNS = _List(
    _Record(
        {"id": _TEXT, "when": _CONDITION},
        {"one_of": _CONDITION, "says_if": _Table(_TEXT)},
    )
)
_PARTS: dict[str, Any] = {
    "version": _WHOLE,
    "constants": _Record(
        {"holds": _NUMBER, "locks_below": _NUMBER, "blocks_below": _NUMBER}, {}
    ),
    "roles": _Table(_Record({}, {"available": _TEXT})),
    "remedies": _Table(_TEXT),
    "profile": _List(
        _Record(
            {"id": _TEXT, "assumed": _TEXT},
            _HISTORY,
            {"choices": _CHOICES, "when": _CONDITION},
        )
    ),
    "background": _List(_Record({"id": _TEXT}, {"after": _TEXT})),
    "layers": _List(_LAYER),
    "sections": _List(
        _Record({"id": _TEXT, "questions": _List(_QUESTION)}, {"when": _CONDITION})
    ),
    "checklist": _GROUPS,
    "boxes": _GROUPS,
    "exposure": _TEXTS,
    "patterns": _PATTERNS,
    "contradictions": _PATTERNS,
    "in_short": _List(_Record({"question": _TEXT}, {"when": _CONDITION})),
    "layers_in_short": _List(
        _Record({"layer": _TEXT}, {"when": _CONDITION, "post": _Table(_TEXT)})
    ),
    "without": _TEXTS,
}
_REQUIRED = (
    "version", "constants", "roles", "remedies", "profile", "layers", "sections",
    "checklist",
)  # fmt: skip
# The kinds of ids defined in each part; a role also defines the fact free.ROLE.
_DEFINES = {
    "roles": {"role", "fact"},
    "remedies": {"remedy"},
    "profile": {"fact"},
    "layers": {"layer"},
    "sections": {"section", "question"},
}


class _UnreadableError(Exception):
    """A value in the questionnaire does not have the structure that the checks need."""


class _At(NamedTuple):
    """The path of a value in the file, and its path in the copy of the valid parts."""

    here: KeyPath  # the keys that lead to the value in the file
    to: KeyPath  # the keys that lead to the value in the copy

    def down(self, here: str | int, to: str | int) -> "_At":
        return _At((*self.here, here), (*self.to, to))


def readable_parts(document: Document) -> Readable:
    """Return the parts of a questionnaire that have no schema errors."""
    reader = _Reader(document)
    value = reader.record(document.value, _Record({}, _PARTS), _At((), ()))
    missing = [key for key in _REQUIRED if key not in value]
    for key in missing:
        value[key] = [] if isinstance(_PARTS[key], _List) else {}
        reader.unknown_kinds |= _DEFINES.get(key, set())
    return Readable(
        Document(document.file, value, reader.places),
        frozenset(reader.lost),
        frozenset(reader.unknown_kinds),
        is_complete=not missing and not reader.has_lost_any,
    )


class _Reader:
    """Copies the valid parts of a document, and their positions in the file."""

    def __init__(self, document: Document) -> None:
        self._from = document.places
        self.places: dict[KeyPath, SourcePosition] = {}
        self.lost: set[str] = set()
        self.unknown_kinds: set[str] = set()
        self.has_lost_any = False

    def record(self, value: Value, shape: _Record, at: _At) -> dict[str, Value]:
        """Copy the valid parts of a mapping.

        Raises _UnreadableError if the mapping must be skipped (see ``_Record``).
        """
        if not isinstance(value, dict):
            raise _UnreadableError
        vital = {key: part for key, part in shape.vital.items() if key in value}
        copy = {
            key: self._value(value.get(key), part, at.down(key, key))
            for key, part in {**shape.needed, **vital}.items()
        }
        for key, part in shape.optional.items():
            if key in value:
                self._try(copy, key, value[key], part, at.down(key, key))
        return copy

    def _value(self, value: Value, shape: Any, at: _At) -> Value:
        copy: Value
        match shape:
            case _Record():
                copy = self.record(value, shape, at)
            case _Text():
                copy = _text(value, shape)
            case _Whole():
                copy = self._value(value, shape.of, at)
                if len(copy) < max(shape.least, len(value)):
                    raise _UnreadableError
            case _:
                copy = self._collection(value, shape, at)
        for end in ((), ("",)):
            if place := self._from.get((*at.here, *end)):
                self.places[(*at.to, *end)] = place
        return copy

    def _collection(self, value: Value, shape: Any, at: _At) -> Value:
        copy: dict[Any, Value] = {}
        match shape:
            case _List() if isinstance(value, list):
                for n, part in enumerate(value):
                    to = len(copy)
                    self._try(copy, to, part, shape.of, at.down(n, to))
                return list(copy.values())
            case _Table() if isinstance(value, dict):
                for key, part in value.items():
                    if key.strip():
                        self._try(copy, key, part, shape.of, at.down(key, key))
                return copy
            case _OneOrMany():
                part = _TEXTS if isinstance(value, list) else _TEXT
                return self._value(value, part, at)
            case _:
                raise _UnreadableError

    def _try(
        self, copy: dict[Any, Value], key: str | int, value: Value, shape: Any, at: _At
    ) -> None:
        """Copy ``value`` to ``copy[key]`` if ``value`` is valid.

        ``shape`` is the valid structure, and ``at`` the path of ``value``. All texts in
        an invalid value are added to ``self.lost``, because each may be an id. If the
        id of an invalid value cannot be read, the kind of id, such as "fact", is added
        to ``self.unknown_kinds``.
        """
        try:
            copy[key] = self._value(value, shape, at)
        except _UnreadableError:
            self.has_lost_any = True
            self.lost.update(_texts_and_keys([key, value]))
            if _lacks_an_id(value, at.here):
                self.unknown_kinds |= _DEFINES[str(at.here[0])]


def _text(value: Value, shape: _Text) -> str:
    if not isinstance(value, str) or not re.fullmatch(
        shape.pattern or ".*", value, re.DOTALL
    ):
        raise _UnreadableError
    return value


def _lacks_an_id(value: Value, path: KeyPath) -> bool:
    """Return whether an invalid fact, question or section has no readable id.

    Also true of a section in which a question has no readable id. ``path`` leads to
    ``value``. A valid part may refer to an id that cannot be read here, so a reference
    that seems wrong may be right.
    """
    match path:
        case ("profile", _) | ("sections", _, "questions", _):
            return not _has_id(value)
        case ("sections", _):
            questions = value.get("questions") if _has_id(value) else None
            return not isinstance(questions, list) or not all(map(_has_id, questions))
        case _:
            return False


def _has_id(value: Value) -> bool:
    return isinstance(value, dict) and isinstance(value.get("id"), str)


def _texts_and_keys(value: Value) -> Iterator[str]:
    """Yield every text and key in an invalid value.

    Each may be an id to which a valid part of the questionnaire refers.
    """
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from value
        for part in value.values():
            yield from _texts_and_keys(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts_and_keys(part)
