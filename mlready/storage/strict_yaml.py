"""Read YAML strictly, as plain text with the position of every value.

No value is converted: ``no``, ``12:30`` and ``1.10`` stay text; ``null`` and ``~`` are
no value, so an empty text. Anchors, tags, repeated
keys, several documents, deep nesting and large files are errors.
"""

import re
from typing import Any, NoReturn

import yaml

from mlready.errors import DocumentError, Problem
from mlready.input_limits import DEPTH, LIMIT
from mlready.storage.source_positions import Document, KeyPath, SourcePosition, Value

# PyYAML's parser in C, if installed, is twelve times as fast as its Python parser.
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
# Matches invalid characters: compiling a pattern of all valid ones would take 5 ms.
_UNREADABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_NULLS = {"~", "null", "Null", "NULL"}  # the words of YAML for no value
_DASHES = re.compile(r"-\S.*(?:\n+[ ]*-\S.*)+\s*")
_CURLY_QUOTES = re.compile("[\u2018-\u201f\xab\xbb]")
_SECOND_DOCUMENT = (
    "a second document begins here; keep one per file, and name each file"
)
_BEGINS_ANSWERS = ("questionnaire",)
_CONFLICT = re.compile(r"^(?:<{7}|={7}|>{7})(?: |$)", re.MULTILINE)


def read(data: bytes, file: str, problems: list[Problem] | None = None) -> Document:
    """Read a file that contains one YAML document.

    ``data`` is the content of the file, ``file`` its name in messages. An error that
    stops the parser, such as wrong syntax, raises DocumentError with all errors found.
    Other errors, such as a repeated key, are added to ``problems`` if nothing stops the
    parser. If ``problems`` is None, these errors raise DocumentError too.
    """
    text = _decoded(data, file)
    reader = _Reader(text, file)
    try:
        document = reader.document()
    except yaml.MarkedYAMLError as error:
        last = _problem_at(file, text, *_explained(text, error))
        raise DocumentError(*reader.problems, last) from None
    except DocumentError as error:
        raise DocumentError(*reader.problems, *error.problems) from None
    if problems is None and reader.problems:
        raise DocumentError(*reader.problems)
    (problems if problems is not None else []).extend(reader.problems)
    return document


def is_readable(data: bytes) -> bool:
    """Return whether a file is UTF-8 text, in the syntax of YAML, and not empty.

    A file that is too large to read counts as readable.
    """
    if len(data) > LIMIT:
        return True
    try:
        events = [*yaml.parse(_decoded(data, ""), Loader=_LOADER)]
    except (DocumentError, yaml.YAMLError):
        return False
    return any(isinstance(each, yaml.NodeEvent) for each in events)


def comment_lines(data: bytes, file: str) -> list[int]:
    """Return the numbers, from 1, of the lines in a YAML file that have a comment."""
    text = _decoded(data, file)
    outside = list(text)
    for event in yaml.parse(text, Loader=_LOADER):
        if isinstance(event, yaml.ScalarEvent):
            begin, end = (mark.index for mark in _marks(event))
            if event.style in {"|", ">"}:  # a comment may follow | or >
                begin += len(text[begin:end].partition("\n")[0])
            span = slice(begin, end)
            outside[span] = [sign if sign == "\n" else "." for sign in outside[span]]
    lines = "".join(outside).split("\n")
    # Every ``#`` outside texts begins a comment: after a bracket or a quote, libyaml
    # accepts a comment without a space before it.
    return [n for n, line in enumerate(lines, 1) if "#" in line]


class _Reader:
    """Builds a document from the events of the YAML parser."""

    def __init__(self, text: str, file: str) -> None:
        self.text = text
        self.file = file
        self.events = yaml.parse(text, Loader=_LOADER)
        self.places: dict[KeyPath, SourcePosition] = {}
        self.problems: list[Problem] = []

    def document(self) -> Document:
        event = self._next()
        while isinstance(event, yaml.StreamStartEvent | yaml.DocumentStartEvent):
            event = self._next()
        if isinstance(event, yaml.StreamEndEvent):
            _fail(
                self.file,
                None,
                "the file is empty; expected keys with values, such as 'name: Ana'",
            )
        value = self._value(event, ())
        self._next()
        if not isinstance(after := self._next(), yaml.StreamEndEvent):
            _fail(
                self.file,
                after.start_mark,
                _SECOND_DOCUMENT,
            )
        if not isinstance(value, dict):
            hint = _hint_on_colon(str(value))
            problem = f"expected keys with values, such as 'name: Ana'{hint}"
            _fail(self.file, event.start_mark, problem)
        return Document(self.file, value, self.places)

    def _next(self) -> Any:
        """Return the parser's next event; record an error for an anchor or a tag."""
        event: Any = next(self.events)
        anchor, tag = getattr(event, "anchor", None), getattr(event, "tag", None)
        if anchor:
            problem = (
                f"anchors and aliases ('{anchor}') are not read; write it out, or put "
                "a text that begins with & or * in quotes"
            )
            self._note(event, problem)
        if tag not in {None, "!"}:
            problem = (
                f"tags ('{tag}') are not read; leave it out, or put a text that "
                "begins with ! in quotes"
            )
            self._note(event, problem)
        return event

    def _note(self, event: Any, problem: str) -> None:
        self.problems.append(Problem(self.file, *_place(event.start_mark)[:2], problem))

    def _value(self, event: Any, path: KeyPath) -> Value:
        self.places[path] = _place(event.start_mark)
        if len(path) > DEPTH:
            _fail(self.file, event.start_mark, f"nested deeper than {DEPTH} levels")
        if isinstance(event, yaml.ScalarEvent):
            if not event.style and self._is_list_without_spaces(event):
                self._note(event, "a list item needs a space after its dash")
            is_null = not event.style and event.value in _NULLS
            return "" if is_null else event.value
        if isinstance(event, yaml.AliasEvent):
            return ""
        if isinstance(event, yaml.SequenceStartEvent):
            return self._list(path)
        return self._mapping(path)

    def _is_list_without_spaces(self, event: Any) -> bool:
        begin, end = (mark.index for mark in _marks(event))
        return bool(_DASHES.fullmatch(self.text, begin, end))

    def _list(self, path: KeyPath) -> list[Value]:
        values: list[Value] = []
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            values.append(self._value(event, (*path, len(values))))
        return values

    def _mapping(self, path: KeyPath) -> dict[str, Value]:
        values: dict[str, Value] = {}
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            key = self._key(event, path, values)
            self.places[(*path, key, "")] = _place(event.start_mark)
            values[key] = self._value(self._next(), (*path, key))
        return values

    def _key(self, event: Any, path: KeyPath, values: dict[str, Value]) -> str:
        if not isinstance(event, yaml.ScalarEvent) or not event.value:
            problem = "a key must be a word; if this is a text, put it in quotes"
            _fail(self.file, event.start_mark, problem)
        key = str(event.value)
        if not event.style and (mistake := _mistake_in_key(key)):
            self._note(event, mistake)
        if _CONTROL.search(key):
            self._note(event, "a key must not hold control characters")
        if key in values and (*path, key) == _BEGINS_ANSWERS:
            # Two files were joined, by a pipe for example.
            _fail(self.file, event.start_mark, _SECOND_DOCUMENT)
        if key in values:
            first = self.places[(*path, key, "")].line
            self._note(event, f"'{key}' is given twice; the first is in line {first}")
        return key


def _decoded(data: bytes, file: str) -> str:
    if len(data) > LIMIT:
        _fail(file, None, "larger than 1 MiB; an answers file is a few kilobytes")
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        good = data[: error.start].decode().removeprefix("\ufeff")
        _fail_at(file, good, len(good), "not UTF-8 text; save the file as UTF-8")
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    if conflict := _CONFLICT.search(text):
        _fail_at(file, text, conflict.start(), "a merge conflict; settle it first")
    if bad := _UNREADABLE.search(text):
        code = f"U+{ord(bad[0]):04X}"
        _fail_at(
            file,
            text,
            bad.start(),
            f"the character {code} is not allowed here; remove it",
        )
    return text


def _hint_on_colon(text: str) -> str:
    """Return a hint if a text looks like a key with its value, "" if not."""
    found = re.search(r"\w(\uff1a|:)(\xa0?)", text)
    return "; each key needs a colon (:) and a space after it" if found else ""


def _mistake_in_key(key: str) -> str:
    """Return a message about a mistake in an unquoted key, "" if there is none."""
    if "\xa0" in key:
        return "a no-break space stands where a space belongs; type it anew"
    if _CURLY_QUOTES.search(key):
        return 'curly quotes do not enclose a text; use straight ones (")'
    if re.fullmatch(r"[A-Za-z][\w-]*:\S+", key):
        return f"a space is missing after the colon of '{key}'; write 'key: text'"
    return ""


def _explained(text: str, error: yaml.MarkedYAMLError) -> tuple[int, str]:
    """Return the offset of a syntax error, and what is wrong there in plain words."""
    at = error.problem_mark or error.context_mark
    if at is None:
        return 0, f"not readable as YAML: {error.problem}"
    problem = str(error.problem or error.context)
    if "nesting depth" in problem:
        return at.index, f"nested deeper than {DEPTH} levels"
    from mlready.storage.yaml_mistakes import Failure, explain

    begun = (error.context_mark or at).index
    return explain(Failure(text, problem, error.context or "", at.index, begun))


def _marks(event: Any) -> tuple[Any, Any]:
    return event.start_mark, event.end_mark


def _place(mark: Any) -> SourcePosition:
    return (
        SourcePosition(mark.line + 1, mark.column + 1) if mark else SourcePosition(1, 1)
    )


def _fail(file: str, mark: Any, text: str) -> NoReturn:
    raise DocumentError(Problem(file, *_place(mark)[:2], text)) from None


def _fail_at(file: str, text: str, position: int, what: str) -> NoReturn:
    raise DocumentError(_problem_at(file, text, position, what)) from None


def _problem_at(file: str, text: str, position: int, what: str) -> Problem:
    before = text[:position]
    line, column = before.count("\n") + 1, position - before.rfind("\n")
    return Problem(file, line, column, what)
