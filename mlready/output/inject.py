"""Insert reports into the marked blocks of a Markdown or MDX document.

A block begins after the marker ``<!-- mlready:begin for=sponsor -->`` and ends before
the marker ``<!-- mlready:end -->`` (in MDX ``{/* mlready:end */}``). A block that
begins with ``<!-- mlready:begin compare -->`` is for a comparison. Everything outside
the blocks is kept.
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
# The commands that fill blocks, and the options of their markers. A marker can name its
# command; one that names none is for a report.
REPORT, COMPARE = "report", "compare"
_COMMANDS = {REPORT: [*_OPTIONS], COMPARE: ["heading"]}
_EXAMPLES = {REPORT: "for=sponsor", COMPARE: "heading=2"}
_BOM = b"\xef\xbb\xbf"
_ENDING = re.compile(rb"\r\n|\n|\r")
_BLANK_REST = re.compile(rb"[ \t]*(?:[\r\n]|\Z)")


class Syntax(NamedTuple):
    """How comments are written and found in Markdown or in MDX."""

    opening: str
    closing: str
    contexts: Callable[[bytes, re.Pattern[bytes]], list[Context]]
    adapt: Callable[[str], str]  # converts a report from Markdown

    def marker(self, word: str) -> str:
        """Return the marker with this word, such as ``<!-- mlready:end -->``."""
        return f"{self.opening} mlready:{word} {self.closing}"


def _for_mdx(text: str) -> str:
    """Convert a report from Markdown to MDX."""
    code = code_lines(text)
    return "\n".join(
        line if number in code else _mdx_line(line)
        for number, line in enumerate(text.split("\n"))
    )


def _mdx_line(line: str) -> str:
    line = line.replace("<br>", "<br />").replace("<!-- -->", "{/* */}")
    # At the start of a line, MDX would take "import" or "export" for code.
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
    """Return the comment syntax of a document, chosen by the suffix of the file name.

    Raises:
        UsageError: the suffix is not that of a Markdown or MDX document.

    """
    if syntax := SYNTAXES.get(path.suffix.lower()):
        return syntax
    text = f"{shown_path(path)}: not a Markdown document by its name"
    raise UsageError(
        f"{text}; write the report to a file of its own with -o, and include that"
    )


class _Marker(NamedTuple):
    """A marker in a document, such as ``<!-- mlready:begin -->``, valid or not."""

    line: int  # the line number, from 1
    line_start: int  # this offset and the next two are offsets in the document
    start: int
    end: int
    words: tuple[tuple[int, str], ...]  # each word with its offset in the document
    closed: bool  # whether ``-->`` (in MDX ``*/}``) follows on this line
    alone: bool  # whether nothing else is on this line
    context: Context

    @property
    def word(self) -> str:
        """The first word: ``begin`` or ``end`` in a valid marker."""
        return self.words[0][1] if self.words else ""

    @property
    def shown(self) -> bool:
        """Whether readers see the marker, as code or as text."""
        return self.context.role in {MarkerRole.CODE, MarkerRole.TEXT}

    @property
    def command(self) -> str:
        """The command that fills the block, which the second word can name."""
        return next((word for _, word in self.words[1:2] if word in _COMMANDS), REPORT)

    @property
    def options(self) -> tuple[tuple[int, str], ...]:
        """The words after that, each with its offset in the document."""
        named = any(word == self.command for _, word in self.words[1:2])
        return self.words[2:] if named else self.words[1:]


class _Document(NamedTuple):
    data: bytes  # in any encoding that is compatible with ASCII
    file: str  # the name in messages
    syntax: Syntax


def inject_report(
    data: bytes,
    file: str,
    text_for: Callable[[Options], str],
    syntax: Syntax = MARKDOWN,
    command: str = REPORT,
) -> bytes:
    """Return a copy of the document with each block of ``command`` filled.

    Args:
        data: the content of the document.
        file: the name of the document in messages.
        text_for: returns the text for the options of a block.
        syntax: the comment syntax of the document.
        command: the command that fills its blocks; those of others stay as they are.

    Raises:
        DocumentError: markers are invalid or missing; the error has the position of
            each problem.

    """
    document = _Document(data, file, syntax)
    parts, done = [], 0
    for begin, end in _blocks(document, command):
        text = syntax.adapt(text_for(_options(begin)))
        parts += [data[done : begin.end], _framed(text, data[begin.end : end.start])]
        done = end.start
    return b"".join([*parts, data[done:]])


def _framed(text: str, replaced: bytes) -> bytes:
    """Return ``text`` with empty lines around, and with the line ending of a block.

    ``replaced`` is the former content of the block. The line ending that is most
    frequent there counts.
    """
    framed = "\n\n{}\n\n".format(text.strip("\n"))
    return with_most_frequent_ending_of(replaced, framed.encode())


def _blocks(document: _Document, command: str) -> list[tuple[_Marker, _Marker]]:
    """Return the markers around each block of ``command``."""
    every = list(_markers(document))
    shown = [each for each in every if each.shown]
    markers = [each for each in every if not each.shown]
    problems = [
        each for marker in markers for each in _marker_problems(marker, document)
    ]
    problems = problems or list(_unpaired(markers, shown, document))
    if not problems and not any(each.command == command for each in markers[::2]):
        problems = [_nothing_to_fill(markers, shown, document, command)]
    if problems:
        raise DocumentError(*problems)
    pairs = zip(markers[::2], markers[1::2], strict=True)
    return [pair for pair in pairs if pair[0].command == command]


def _nothing_to_fill(
    markers: list[_Marker], shown: list[_Marker], document: _Document, command: str
) -> Problem:
    """Return the problem that a document has no block of ``command``."""
    marker = document.syntax.marker
    begin = marker("begin" if command == REPORT else f"begin {command}")
    text = f"no block to fill; put '{begin}' and '{marker('end')}' where it belongs"
    if markers:
        place = f"the block in line {markers[0].line}"
        clause = f" ({place} is for '{markers[0].command}')"
    else:
        clause = _shown_clause(shown)
    return Problem(document.file, 1, 1, f"{text}{clause}")


def _options(begin: _Marker) -> Options:
    given = [option.partition("=") for _, option in begin.options]
    return {_OPTIONS[key][0]: _OPTIONS[key][1][value] for key, _, value in given}


def _marker_problems(marker: _Marker, document: _Document) -> Iterator[Problem]:
    """Yield the problems of one marker, without regard to other markers."""
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
        if text := _option_error(option, before, marker.command):
            yield _problem(marker, document, text, place)
        before.add(option.partition("=")[0])


def _option_error(option: str, before: set[str], command: str) -> str:
    """Return what is wrong with an option, or "" if the option is valid.

    ``before`` has the names of the options that stand before this option. ``command``
    fills the block.
    """
    key, equals, value = option.partition("=")
    names = _COMMANDS[command]
    if option in _COMMANDS:
        return f"'{option}' stands once, directly after mlready:begin"
    if not equals:
        near = did_you_mean(option, [*_COMMANDS])
        example = _EXAMPLES[command]
        return f"expected an option such as {example}, found '{option}'{near}"
    if key not in names:
        near = did_you_mean(key, names)
        near = near or f"; there {'are' if names[1:] else 'is'} {', '.join(names)}"
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
    """Yield a problem for each begin marker without an end marker, and the reverse.

    ``shown`` are the markers that readers of the document see, for example in a code
    block. They begin and end no block, but a problem may mention one of these as a
    hint.
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


def _shown_clause(shown: list[_Marker], after: int = 0) -> str:
    """Return a hint on the first marker in a code block below line ``after``, or "".

    The hint says that this marker is only text, and so begins or ends no block.
    ``shown`` are all markers that readers of the document see. Front matter counts as a
    code block.
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
    """Yield all markers of a document, whether they are valid or not."""
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
