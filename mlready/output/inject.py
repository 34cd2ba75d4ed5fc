"""Insert reports into the marked blocks of a Markdown or MDX document.

A block is enclosed by two comments, ``<!-- mlready:begin for=sponsor -->`` and
``<!-- mlready:end -->`` (in MDX ``{/* mlready:begin */}``), each alone on its line, not
indented, and at the top level of the document. Every byte outside the blocks is kept.
Markers that are displayed to readers, as code or as text, are ignored. Documents are
processed as bytes, so their text may have any encoding that is compatible with ASCII.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePath
from typing import Any, NamedTuple

from mlready.errors import DocumentError, Problem, UsageError, did_you_mean
from mlready.escaping import shown_path
from mlready.output.line_endings import with_most_frequent_ending_of
from mlready.output.markdown_host import (
    Context,
    MarkerRole,
    code_lines,
    marker_contexts,
    mdx_marker_contexts,
)
from mlready.report.options import Diagrams, Reader

WORDS = ["begin", "end"]

Options = Mapping[str, Any]  # field of ReportRequest -> its value

# Maps the name of an option in a marker to the ReportRequest field that it sets, and to
# the allowed values of that field by their text in the marker.
_OPTIONS: dict[str, tuple[str, dict[str, Any]]] = {
    "for": ("reader", {str(reader): reader for reader in Reader}),
    "heading": ("heading", {str(level): level for level in range(1, 7)}),
    "explain": ("explain", {"yes": True, "no": False}),
    "diagrams": ("diagrams", {str(kind): kind for kind in Diagrams}),
}
_BOM = b"\xef\xbb\xbf"
_ENDING = re.compile(rb"\r\n|\n|\r")
_BLANK_REST = re.compile(rb"[ \t]*(?:[\r\n]|\Z)")


class Syntax(NamedTuple):
    """How comments are written and found in a kind of document: Markdown or MDX.

    ``adapt`` converts a report from Markdown to this kind of document.
    """

    opening: str
    closing: str
    contexts: Callable[[bytes, re.Pattern[bytes]], list[Context]]
    adapt: Callable[[str], str]

    def marker(self, word: str) -> str:
        """Return the begin or end marker as it is written in this kind of document."""
        return f"{self.opening} mlready:{word} {self.closing}"


def _for_mdx(text: str) -> str:
    """Convert a report from Markdown to MDX.

    HTML becomes JSX. The word ``import`` or ``export`` at the start of a line is
    escaped.
    """
    code = code_lines(text)
    return "\n".join(
        line if number in code else _mdx_line(line)
        for number, line in enumerate(text.split("\n"))
    )


def _mdx_line(line: str) -> str:
    line = line.replace("<br>", "<br />").replace("<!-- -->", "{/* */}")
    return re.sub(r"^[ie](?=(?:m|x)port\b)", lambda found: f"&#{ord(found[0])};", line)


MARKDOWN = Syntax("<!--", "-->", marker_contexts, str)
MDX = Syntax("{/*", "*/}", mdx_marker_contexts, _for_mdx)
# File suffixes that GitHub treats as Markdown, and those of Quarto and R Markdown.
SYNTAXES = {
    **dict.fromkeys(
        (".md", ".markdown", ".mdown", ".mdwn", ".mkd", ".mkdn", ".mkdown", ".qmd",
         ".rmd"),
        MARKDOWN,
    ),
    ".mdx": MDX,
}  # fmt: skip


def syntax_of(path: PurePath) -> Syntax:
    """Return the comment syntax of a document, chosen by its file name.

    Raises UsageError if the name has no suffix of a Markdown or MDX document.
    """
    if syntax := SYNTAXES.get(path.suffix.lower()):
        return syntax
    text = f"{shown_path(path)}: not a Markdown document by its name"
    raise UsageError(
        f"{text}; write the report to a file of its own with -o, and include that"
    )


class _Marker(NamedTuple):
    """A text that looks like a marker, such as ``<!-- mlready:begin -->``.

    ``line`` is the number of its line. ``line_start``, ``start`` and ``end`` are
    offsets in the document. ``closed`` says whether ``-->`` (in MDX ``*/}``) ends the
    marker on this line; ``alone`` says whether nothing else is on this line.
    """

    line: int
    line_start: int
    start: int
    end: int
    words: tuple[tuple[int, str], ...]  # each word with its offset in the document
    closed: bool
    alone: bool
    context: Context

    @property
    def word(self) -> str:
        """The first word of the marker: ``begin`` or ``end`` if the marker is valid."""
        return self.words[0][1] if self.words else ""

    @property
    def shown(self) -> bool:
        """Whether the marker is displayed to readers, as code or as text."""
        return self.context.role in {MarkerRole.CODE, MarkerRole.TEXT}

    @property
    def options(self) -> tuple[tuple[int, str], ...]:
        """The marker's words after the first, each with its offset in the document."""
        return self.words[1:]


class _Document(NamedTuple):
    """A document into which to insert reports, its name in messages, and its syntax."""

    data: bytes
    file: str
    syntax: Syntax


def inject_report(
    data: bytes,
    file: str,
    text_for: Callable[[Options], str],
    syntax: Syntax = MARKDOWN,
) -> bytes:
    """Return a copy of the document with a report inserted into each of its blocks.

    ``text_for`` returns the report for the options of a block. ``file`` is the name of
    the document in messages. Raises DocumentError with the positions of all invalid
    markers.
    """
    document = _Document(data, file, syntax)
    parts, done = [], 0
    for begin, end in _blocks(document):
        text = syntax.adapt(text_for(_options(begin)))
        parts += [data[done : begin.end], _framed(text, data[begin.end : end.start])]
        done = end.start
    return b"".join([*parts, data[done:]])


def _framed(text: str, before: bytes) -> bytes:
    """Return the new content of a block, with an empty line before and after it.

    ``before`` is the old content; its most frequent line ending is used.
    """
    framed = "\n\n{}\n\n".format(text.strip("\n"))
    return with_most_frequent_ending_of(before, framed.encode())


def _blocks(document: _Document) -> list[tuple[_Marker, _Marker]]:
    every = list(_markers(document))
    shown = [each for each in every if each.shown]
    markers = [each for each in every if not each.shown]
    problems = [
        each for marker in markers for each in _marker_problems(marker, document)
    ]
    problems = problems or list(_unpaired(markers, shown, document))
    if problems:
        raise DocumentError(*problems)
    return list(zip(markers[::2], markers[1::2], strict=True))


def _options(begin: _Marker) -> Options:
    given = [option.partition("=") for _, option in begin.options]
    return {_OPTIONS[key][0]: _OPTIONS[key][1][value] for key, _, value in given}


def _marker_problems(marker: _Marker, document: _Document) -> Iterator[Problem]:
    """Yield the problems of one marker that do not depend on the other markers."""
    if marker.context.role == MarkerRole.HELD:
        text = f"a comment or HTML that begins in line {marker.context.line} holds"
        yield _problem(marker, document, f"{text} this marker; take it out")
    elif marker.context.role == MarkerRole.NESTED:
        text = "this marker stands in a list or quotation; move it out, to the left"
        yield _problem(marker, document, f"{text} margin after an empty line")
    elif not marker.closed:
        text = "this marker does not end on its line; add"
        yield _problem(marker, document, f"{text} '{document.syntax.closing}'")
    elif not marker.alone:
        text = "a marker stands alone on its line and is not indented; move it"
        text = f"{text}, or put it between backticks to show it"
        yield _problem(marker, document, text)
    elif marker.word not in WORDS:
        near = did_you_mean(marker.word, WORDS)
        text = f"expected mlready:begin or mlready:end, found 'mlready:{marker.word}'"
        yield _problem(marker, document, f"{text}{near}")
    elif marker.word == "end" and marker.options:
        text = "options belong in the marker that begins the block; move them there"
        yield _problem(marker, document, text, marker.options[0][0])
    else:
        yield from _option_problems(marker, document)


def _option_problems(marker: _Marker, document: _Document) -> Iterator[Problem]:
    before: set[str] = set()
    for place, option in marker.options:
        if text := _option_error(option, before):
            yield _problem(marker, document, text, place)
        before.add(option.partition("=")[0])


def _option_error(option: str, before: set[str]) -> str:
    """Return what is wrong with an option in a marker, or "" if the option is valid.

    ``before`` are the names of the options that precede this one in the marker.
    """
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
    markers: list[_Marker], shown: list[_Marker], document: _Document
) -> Iterator[Problem]:
    """Yield a problem for each begin marker or end marker without its counterpart.

    ``markers`` are those in comments, ``shown`` those displayed to readers.
    """
    begin, end = map(document.syntax.marker, WORDS)
    begun = None
    for marker in markers:
        if marker.word == "begin" and begun:
            text = f"a block begins inside the one of line {begun.line}"
            yield _problem(marker, document, f"{text}; end that one before it")
        elif marker.word == "end" and not begun:
            text = f"no block ends here; put '{begin}' before it, or take it out"
            yield _problem(marker, document, text)
        begun = marker if marker.word == "begin" else None
    if begun:
        text = f"this block does not end; put '{end}' after it"
        yield _problem(begun, document, f"{text}{_shown_clause(shown, begun.line)}")
    elif not markers:
        text = f"no block to fill; put '{begin}' and '{end}' where it belongs"
        yield Problem(document.file, 1, 1, f"{text}{_shown_clause(shown)}")


def _shown_clause(shown: list[_Marker], after: int = 0) -> str:
    """Return a clause for an error message about a marker ignored in a code block.

    The clause names the first marker in ``shown`` that is in a code block below the
    line ``after``. Returns "" if there is no such marker.
    """
    for marker in shown:
        if marker.line > after and marker.context.role == MarkerRole.CODE:
            place = f"it stands in code of line {marker.context.line}"
            return f" (the marker in line {marker.line} is text: {place})"
    return ""


def _problem(
    marker: _Marker, document: _Document, text: str, place: int | None = None
) -> Problem:
    place = marker.start if place is None else place
    before = document.data[marker.line_start : place].decode(errors="replace")
    return Problem(document.file, marker.line, len(before) + 1, text)


def _markers(document: _Document) -> Iterator[_Marker]:
    """Yield all texts of a document that look like markers, each with its context."""
    data, opening = document.data, re.escape(document.syntax.opening.encode())
    closing = re.escape(document.syntax.closing.encode())
    marker = re.compile(
        rb"(%s[ \t]*mlready:)((?P<said>[^\r\n]*?)(?P<close>%s|(?=[\r\n])|\Z))"
        % (opening, closing)
    )
    bom = len(_BOM) if data.startswith(_BOM) else 0
    starts = [bom, *(found.end() for found in _ENDING.finditer(data))]
    contexts = document.syntax.contexts(data[bom:], marker)
    for found, context in zip(marker.finditer(data), contexts, strict=True):
        line = bisect_right(starts, found.start())
        words = re.compile(rb"[^ \t]+").finditer(data, *found.span("said"))
        yield _Marker(
            line,
            starts[line - 1],
            found.start(),
            found.end(),
            tuple((word.start(), word[0].decode(errors="replace")) for word in words),
            closed=bool(found["close"]),
            alone=found.start() == starts[line - 1]
            and bool(_BLANK_REST.match(data, found.end())),
            context=context,
        )
