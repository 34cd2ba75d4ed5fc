"""Find out how sites read a marker in Markdown or MDX: as a comment, code or text.

Sources: CommonMark 0.31 and GitHub's tables for Markdown; section 13.2.5 of the HTML
standard for HTML; https://mdxjs.com/docs/what-is-mdx/ for MDX.
"""

import itertools
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Any, NamedTuple

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token


class MarkerRole(StrEnum):
    """How a Markdown or MDX parser reads a marker."""

    COMMENT = "a comment at the top level of the document"
    NESTED = "a comment in a list or quotation"
    HELD = "part of another comment, of a tag or of HTML that is not Markdown"
    CODE = "shown in a block of code or in front matter"
    TEXT = "shown in a line, as code or as text"


class Context(NamedTuple):
    """How a parser reads a marker, such as ``<!-- mlready:end -->``, and where.

    ``line`` is the line on which the comment, tag or code around the marker begins.
    """

    role: MarkerRole
    line: int = 0  # from 1; 0 for the role TEXT


class _Piece(NamedTuple):
    """The HTML of a Markdown token, or one line of text of an MDX document."""

    line: int  # of the document, from 1; the token begins there
    level: int  # the nesting level of the token
    is_html_block: bool
    text: str


# A number inserted after each marker identifies the marker in the parser's output.
_NUMBERED = re.compile(r"mlready:\x02(\d+)\x02")
_ENDING = re.compile(r"\r\n|\n|\r")
_HTML_MARKER = re.compile(rf"<!--[ \t]*{_NUMBERED.pattern}")
_MDX_MARKER = re.compile(rf"\{{/\*[ \t]*{_NUMBERED.pattern}")
_MARKUP = re.compile(r"[<`\[\\{*_&]|  \n")  # characters that may start inline markup
_FENCES = {"---": ("---", "..."), "+++": ("+++",)}
# Starts of HTML blocks that an empty line does not end: they cannot have Markdown.
_HTML_ONLY = re.compile(
    r" *<(?:[!?]|(?:pre|script|style|textarea)(?![\w-]))", re.IGNORECASE
)
_HTML = re.compile(
    r"""
    <!-- (?: -?> | .*? (?: --!?> | \Z ) )
    | <(?P<text>script|style|textarea|title|xmp|iframe|noembed|noframes)(?=[\s/>])
        .*? (?: </(?P=text)(?=[\s/>]) | \Z )
    | <[!?] [^>]*+ | </ (?![a-z]) [^>]*+
    | </?[a-z] (?: =\s*+ (?: "[^"]*+(?:"|\Z) | '[^']*+(?:'|\Z) ) | [^>] )*+
    """,
    re.DOTALL | re.IGNORECASE | re.VERBOSE,
)
_MDX_COMMENT = re.compile(r"\{/\*.*?(?:\*/|\Z)", re.DOTALL)
_MDX_MODULE = re.compile(r"(?:im|ex)port\b")


def marker_contexts(data: bytes, marker: re.Pattern[bytes]) -> list[Context]:
    """Return how a Markdown parser reads each match of ``marker`` in a document.

    A match can be a comment or part of code, for example.

    Args:
        data: the document, without a byte order mark.
        marker: a pattern with two groups: the first ends with ``mlready:``, the second
            is the rest.

    """
    parser = MarkdownIt("commonmark", {"maxNesting": 100}).enable("table")
    return _contexts(data, marker, parser, _html_pieces, (_HTML, _HTML_MARKER))


def mdx_marker_contexts(data: bytes, marker: re.Pattern[bytes]) -> list[Context]:
    """Return how an MDX parser reads each match of ``marker`` in a document.

    The arguments are the same as in ``marker_contexts``.
    """
    parser = MarkdownIt("commonmark", {"maxNesting": 100}).enable("table")
    parser.disable(["code", "html_block"])
    parser.inline.ruler.enableOnly(["text", "newline", "escape", "backticks"])
    return _contexts(data, marker, parser, _mdx_pieces, (_MDX_COMMENT, _MDX_MARKER))


def code_lines(text: str) -> set[int]:
    """Return the indices, from 0, of the lines in code blocks."""
    tokens = MarkdownIt("commonmark").disable("inline").parse(text)
    code = [token for token in tokens if token.type in {"fence", "code_block"}]
    return {n for token in code for n in range(*(token.map or (0, 0)))}


def is_same_page(one: str, other: str) -> bool:
    """Return whether two Markdown documents are displayed as the same page.

    Spaces may differ, except in code.
    """
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    return _page_words(parser.render(one)) == _page_words(parser.render(other))


def _page_words(page: str) -> list[str]:
    """Return the words of an HTML page, with each code block as one word."""
    parts = re.split(r"(<pre>.*?</pre>)", page, flags=re.DOTALL)
    return [each for part in parts for each in _words(part)]


def _words(part: str) -> list[str]:
    return [part] if part.startswith("<pre>") else part.split()


def _contexts(
    data: bytes,
    marker: re.Pattern[bytes],
    parser: MarkdownIt,
    pieces_of: Callable[[MarkdownIt, list[Token]], Iterator[_Piece]],
    patterns: tuple[re.Pattern[str], re.Pattern[str]],
) -> list[Context]:
    numbers = itertools.count()
    marked = marker.sub(
        lambda found: b"%s\x02%d\x02%s" % (found[1], next(numbers), found[2]),
        data.replace(b"\x02", b"?"),
    )
    contexts = [Context(MarkerRole.TEXT)] * next(numbers)
    lines = _ENDING.split(marked.decode(errors="replace"))
    before = _front_matter(lines)
    _set_contexts(contexts, "\n".join(lines[:before]), Context(MarkerRole.CODE, 1))
    source, env = "\n" * before + "\n".join(lines[before:]), dict[str, Any]()
    tokens = parser.disable("inline").parse(source, env)
    for token in tokens:
        if token.type == "inline":
            token.children = _children(parser, token.content, env)
        elif token.type in {"fence", "code_block"}:
            _set_contexts(
                contexts, token.content, Context(MarkerRole.CODE, _first_line(token))
            )
    _set_comment_contexts(contexts, list(pieces_of(parser, tokens)), *patterns)
    return contexts


def _set_contexts(contexts: list[Context], text: str, context: Context) -> None:
    """Set the context of each marker in ``text``, a part of the document.

    ``contexts`` has an entry for each marker of the document; ``context`` is the new
    entry. An example of a marker is ``<!-- mlready:end -->``.
    """
    for number in _NUMBERED.findall(text):
        contexts[int(number)] = context


def _first_line(token: Token) -> int:
    return token.map[0] + 1 if token.map else 1


def _front_matter(lines: list[str]) -> int:
    """Return how many lines of YAML or TOML front matter a document has."""
    closings = _FENCES.get(lines[0].rstrip(" \t"), ())
    for number, line in enumerate(lines[1:], 2):
        if line.rstrip(" \t") in closings:
            return number
    return 0


def _set_comment_contexts(
    contexts: list[Context],
    pieces: list[_Piece],
    construct: re.Pattern[str],  # a comment or tag, perhaps in several pieces
    marker: re.Pattern[str],  # a marker with the start of its comment
) -> None:
    """Set the context of each marker that is a comment, or is in a comment or tag.

    An example of a marker is ``<!-- mlready:end -->``. ``contexts`` has an entry for
    each marker of the document. ``pieces`` are the parts of the document in which to
    look. ``construct`` matches a comment or tag, ``marker`` matches a marker.
    """
    starts, size = [], 0
    for piece in pieces:
        starts.append(size)
        size += len(piece.text)
    page = "".join(piece.text for piece in pieces)
    newlines = [found.start() for found in re.finditer("\n", page)]
    for found in construct.finditer(page):
        if numbers := marker.findall(found[0]):
            piece = pieces[at := bisect_right(starts, found.start()) - 1]
            row = bisect_left(newlines, found.start()) - bisect_left(
                newlines, starts[at]
            )
            for number in numbers:
                contexts[int(number)] = Context(MarkerRole.HELD, piece.line + row)
            if own := marker.match(found[0]):
                contexts[int(own[1])] = _comment_context(piece, row)


def _comment_context(piece: _Piece, row: int) -> Context:
    """Return how a parser reads a comment that is a marker.

    The comment begins in line ``row``, from 0, of ``piece``, a part of the document.
    """
    if piece.is_html_block and row and _HTML_ONLY.match(piece.text):
        return Context(MarkerRole.HELD, piece.line)
    return Context(
        MarkerRole.NESTED if piece.level else MarkerRole.COMMENT, piece.line + row
    )


def _html_pieces(parser: MarkdownIt, tokens: list[Token]) -> Iterator[_Piece]:
    """Render each token as HTML."""
    renderer, env, line = RendererHTML(), dict[str, Any](), 1
    for number, token in enumerate(tokens):
        line = _first_line(token) if token.map else line
        if token.type == "inline":
            text = renderer.renderInline(token.children or [], parser.options, env)
        elif rule := renderer.rules.get(token.type):
            text = rule(tokens, number, parser.options, env)
        else:
            text = renderer.renderToken(tokens, number, parser.options, env)
        level = token.level - (token.type == "inline")
        yield _Piece(line, level, token.type == "html_block", text)


def _mdx_pieces(_: MarkdownIt, tokens: list[Token]) -> Iterator[_Piece]:
    """Yield the text in which an MDX parser looks for comments, line by line."""
    for token in tokens:
        if token.type == "inline" and not _MDX_MODULE.match(token.content):
            yield from _mdx_lines(token)


def _mdx_lines(token: Token) -> Iterator[_Piece]:
    line, tags = _first_line(token), 0
    for child in token.children or []:
        if child.type == "text" and tags <= 0:
            yield _Piece(line, token.level - 1, is_html_block=False, text=child.content)
        tags += child.content.count("<") - child.content.count(">")
        line += child.type == "softbreak"
    yield _Piece(line, 0, is_html_block=False, text="\n")


def _children(parser: MarkdownIt, text: str, env: dict[str, Any]) -> list[Token]:
    """Return the inline tokens of a paragraph."""
    if not _MARKUP.search(text):
        return [Token("text", "", 0, content=text)]
    children: list[Token] = []
    parser.inline.parse(text, parser, env, children)
    return children
