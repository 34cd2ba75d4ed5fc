"""Fill the marked blocks of a document, and leave every other byte as it is.

A block stands between two comments, ``<!-- mlready:begin for=sponsor -->`` and
``<!-- mlready:end -->``, each alone on its line and not indented. Shown as code, in a
fence or between backticks, they are text. All work is on bytes: what surrounds the
blocks may be of any encoding that leaves ASCII as it is.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from mlready.errors import DocumentError, Problem, did_you_mean
from mlready.output.code_spans import mask_code_spans
from mlready.report.options import Diagrams, Reader

WORDS = ["begin", "end"]
BEGIN, END = "<!-- mlready:begin -->", "<!-- mlready:end -->"

Options = Mapping[str, Any]  # by the names of the fields of a Request

# The name of each option in a marker, of what it sets, and the values it takes.
_OPTIONS: dict[str, tuple[str, dict[str, Any]]] = {
    "for": ("reader", {str(reader): reader for reader in Reader}),
    "heading": ("heading", {str(level): level for level in range(1, 7)}),
    "explain": ("explain", {"yes": True, "no": False}),
    "diagrams": ("diagrams", {str(kind): kind for kind in Diagrams}),
}
_BOM = b"\xef\xbb\xbf"
_MARKER = re.compile(rb"<!--[ \t]*mlready:(?P<said>[^\r\n]*?)(?P<close>-->|[\r\n]|\Z)")
_ENDING = re.compile(rb"\r\n|\n|\r")
# A fence may open in a list or a quotation; backticks after backticks are no fence.
_OPENS = re.compile(
    rb"[ \t]*(?P<within>(?:(?:>|(?:[-+*]|\d{1,9}[.)])[ \t])[ \t]*)*)"
    rb"(?P<run>`{3,}+(?![^\r\n]*`)|~{3,})"
)
_CLOSES = re.compile(rb"(?P<within>[ \t>]*)(?P<run>`{3,}|~{3,})\s*")


class _Line(NamedTuple):
    """A line, with the line on which the code or comment around it begins, or 0."""

    number: int
    start: int
    text: bytes
    code: int
    comment: int


class _Fence(NamedTuple):
    """What begins a piece of code: the signs, and the quotation or item around."""

    within: bytes = b""
    run: bytes = b""

    def left(self, text: bytes) -> bool:
        """Whether a line is outside the quotation or item, and so the code is over."""
        if b">" in self.within:
            return not text.lstrip(b" \t").startswith(b">")
        return bool(self.within) and not text.startswith((b" ", b"\t", b"\n", b"\r"))

    def closed(self, text: bytes) -> bool:
        """Whether a line ends the code."""
        found = _CLOSES.fullmatch(text)
        return bool(
            found
            and found["run"].startswith(self.run)
            and (b">" in found["within"]) == (b">" in self.within)
        )


class _Marker(NamedTuple):
    """A marker and what it says; start and end are where it stands in the bytes."""

    line: _Line
    start: int
    end: int
    word: str
    options: tuple[tuple[int, str], ...]  # each with its place in the line
    closed: bool

    @property
    def alone(self) -> bool:
        """Whether nothing else stands on its line."""
        after = self.line.text[self.end - self.line.start :]
        return self.start == self.line.start and not after.strip(b" \t\r\n")


def inject_report(data: bytes, file: str, text_for: Callable[[Options], str]) -> bytes:
    """Return the document with each block holding what ``text_for`` its options gives.

    ``file`` is the name used in messages. Raises DocumentError with the place of every
    marker that cannot be used.
    """
    parts, done = [], 0
    for begin, end in _blocks(data, file):
        text = text_for(_options(begin))
        parts += [data[done : begin.end], _framed(text, data[begin.end : end.start])]
        done = end.start
    return b"".join([*parts, data[done:]])


def _framed(text: str, before: bytes) -> bytes:
    """Return text with empty lines around, its lines ended as most were before."""
    ending = Counter(_ENDING.findall(before)).most_common(1)[0][0]
    return "\n\n{}\n\n".format(text.strip("\n")).encode().replace(b"\n", ending)


def _blocks(data: bytes, file: str) -> list[tuple[_Marker, _Marker]]:
    lines = list(_lines(data))
    every = [marker for line in lines for marker in _markers(line)]
    # Code that never ends was hardly meant to hold what follows.
    meant = {0, lines[-1].code}
    shown = [each for each in every if each.line.code not in meant]
    markers = [each for each in every if each.line.code in meant]
    problems = [each for marker in markers for each in _wrong(marker, file)]
    problems = problems or list(_unpaired(markers, shown, file))
    if problems:
        raise DocumentError(*problems)
    return list(zip(markers[::2], markers[1::2], strict=True))


def _options(begin: _Marker) -> Options:
    given = [option.partition("=") for _, option in begin.options]
    return {_OPTIONS[key][0]: _OPTIONS[key][1][value] for key, _, value in given}


def _wrong(marker: _Marker, file: str) -> Iterator[Problem]:
    """Yield what is wrong with a marker, whatever the others say."""
    if marker.line.code:
        text = f"this marker is text: it stands in code of line {marker.line.code}"
        yield _problem(marker, file, f"{text}, which never ends; end it")
    elif marker.line.comment:
        text = f"a comment that begins in line {marker.line.comment} holds this marker"
        yield _problem(marker, file, f"{text}; take it out")
    elif not marker.closed:
        yield _problem(marker, file, "this marker does not end on its line; add '-->'")
    elif not marker.alone:
        text = "a marker stands alone on its line and is not indented; move it"
        yield _problem(marker, file, f"{text}, or put it between backticks to show it")
    elif marker.word not in WORDS:
        near = did_you_mean(marker.word, WORDS)
        text = f"expected mlready:begin or mlready:end, found 'mlready:{marker.word}'"
        yield _problem(marker, file, f"{text}{near}")
    elif marker.word == "end" and marker.options:
        text = "options belong in the marker that begins the block; move them there"
        yield _problem(marker, file, text, marker.options[0][0])
    else:
        yield from _wrong_options(marker, file)


def _wrong_options(marker: _Marker, file: str) -> Iterator[Problem]:
    before: set[str] = set()
    for place, option in marker.options:
        if text := _wrong_option(option, before):
            yield _problem(marker, file, text, place)
        before.add(option.partition("=")[0])


def _wrong_option(option: str, before: set[str]) -> str:
    """Return what is wrong with an option after those, or nothing."""
    key, equals, value = option.partition("=")
    if not equals:
        return f"expected an option such as for=sponsor, found '{option}'"
    if key not in _OPTIONS:
        near = did_you_mean(key, list(_OPTIONS))
        near = near or f"; there are {', '.join(_OPTIONS)}"
        return f"there is no option '{key}'{near}"
    if key in before:
        return f"'{key}' is given twice"
    if value not in (values := _OPTIONS[key][1]):
        near = did_you_mean(value, list(values))
        return f"{key}: expected one of {', '.join(values)}, found '{value}'{near}"
    return ""


def _unpaired(
    markers: list[_Marker], shown: list[_Marker], file: str
) -> Iterator[Problem]:
    """Yield what is wrong with the order of the markers."""
    begun = None
    for marker in markers:
        if marker.word == "begin" and begun:
            text = f"a block begins inside the one of line {begun.line.number}"
            yield _problem(marker, file, f"{text}; end that one before it")
        elif marker.word == "end" and not begun:
            text = f"no block ends here; put '{BEGIN}' before it, or take it out"
            yield _problem(marker, file, text)
        begun = marker if marker.word == "begin" else None
    if begun:
        text = f"this block does not end; put '{END}' after it"
        yield _problem(begun, file, f"{text}{_hidden(shown, begun.line.number)}")
    elif not markers:
        text = f"no block to fill; put '{BEGIN}' and '{END}' where it belongs"
        yield Problem(file, 1, 1, f"{text}{_hidden(shown)}")


def _hidden(shown: list[_Marker], after: int = 0) -> str:
    """Return a clause on the first marker that is only shown, where there is one."""
    later = [marker.line for marker in shown if marker.line.number > after]
    text = "(the marker in line {0.number} is text: it stands in code of line {0.code})"
    return f" {text.format(later[0])}" if later else ""


def _problem(marker: _Marker, file: str, text: str, place: int = 0) -> Problem:
    place = place or marker.start - marker.line.start
    column = len(marker.line.text[:place].decode("utf-8", "replace")) + 1
    return Problem(file, marker.line.number, column, text)


def _markers(line: _Line) -> Iterator[_Marker]:
    for found in _MARKER.finditer(line.text if line.code else _plain(line.text)):
        words = [
            (found.start("said") + word.start(), word[0].decode(errors="replace"))
            for word in re.finditer(rb"[^ \t]+", found["said"])
        ]
        yield _Marker(
            line,
            line.start + found.start(),
            line.start + found.end(),
            words[0][1] if words else "",
            tuple(words[1:]),
            found["close"] == b"-->",
        )


def _plain(text: bytes) -> bytes:
    """Return a line with comments between backticks painted over."""
    if b"<!--" not in text:
        return text
    return mask_code_spans(text)


def _lines(data: bytes) -> Iterator[_Line]:
    """Yield the lines, and an empty one that stands for the end."""
    start = len(_BOM) if data.startswith(_BOM) else 0
    fence, code, comment = _Fence(), 0, 0
    for number, text in enumerate([*data[start:].splitlines(keepends=True), b""], 1):
        code = 0 if code and fence.left(text) else code
        yield _Line(number, start, text, code, comment)
        start += len(text)
        if code:
            code = 0 if fence.closed(text) else code
        elif not comment and (opens := _OPENS.match(text)):
            fence, code = _Fence(opens["within"], opens["run"]), number
        else:
            comment = _comment_after(_plain(text), number, comment)


def _comment_after(text: bytes, number: int, comment: int) -> int:
    """Return the line on which the comment begins that goes on after this one, or 0."""
    if comment and b"-->" not in text:
        return comment
    return number if text.rfind(b"<!--") > text.rfind(b"-->") else 0
