"""Make people's text harmless where it is shown: in a terminal, in Markdown, in HTML.

Text from questionnaires and answers is data. What would steer a terminal, reorder a
line or begin a construct of Markdown or HTML is shown, never obeyed.
"""

import re
from collections.abc import Callable
from pathlib import PurePath

# Control characters, and those that turn the direction of text, hide it, or are hidden
# themselves: soft hyphens, fillers, and tags, which can spell a whole unseen text.
_STEERING = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e00ff"
    "\U000e01f0-\U000e0fff]"
)
# A dot before two letters too: markdown-it takes train.py for a site in Paraguay.
_MARKDOWN = re.compile(r"[\\`*_\[\]|#!]|\.(?=[^\W\d_]{2})")
# Not every reader lets a backslash take these, but all know character references. A
# scheme, two slashes, a www. or an @ make a link of their own; braces are taken by
# whatever fills in templates before the Markdown is read.
_REFERRED = re.compile(
    r"[~$^@{}]|(?<=[A-Za-z]):(?=//)|/(?=/)|(?<=[wW]{3})\.|\A\s+|(?<!\s)\s+\Z"
)
# GitHub looks for addresses of people when all references are resolved already, in
# each stretch of text: a comment, which nobody sees, makes it two. After mailto: and
# xmpp: it takes an address that names nobody.
_ADDRESS = re.compile(r"(?<=[A-Za-z0-9.+_:-])@")
# One look tells that most text needs nothing at all.
_HARMLESS = re.compile(
    r"(?!.*www\.|.*\.[a-z]{2}|  |.*  $| *$)[a-z0-9 ,.;:'\"()?=%+-]*", re.IGNORECASE
)
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
# An asterisk too: those that are left are our own marks of emphasis.
_MARKUP = {**_ENTITIES, '"': "&quot;", "'": "&#39;", "*": "&#42;"}
# What XML has no way to write: halves of characters, and what never is one.
_NO_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")
_TEMPLATE = (".j2", ".jinja", ".jinja2")
# What begins a block, here or in a wider Markdown (lists of pandoc, boxes of MkDocs).
_BEGINNING = re.compile(
    r"([-+=:%?/.)]|\(?(?:\d+|[ivxlcdm]+|[a-z])[.)](?=\s|$))", re.IGNORECASE
)


class Escaped(str):
    """Text that is already escaped for its document."""

    __slots__ = ()


def for_terminal(text: str) -> str:
    """Show what would steer the terminal as a visible sign; keep all other text."""
    return _STEERING.sub(lambda found: _visible(found[0]), text)


def for_markdown(text: str) -> str:
    """Write text so that every Markdown reader shows just these characters in a line.

    Lines become ``<br>``, so it fits in a table cell; it must not stand at the very
    beginning of a line of the document.
    """
    if _HARMLESS.fullmatch(text):
        return text
    lines = re.split(r"\r\n|[\n\r]", text.strip("\r\n"))
    return "<br>".join(_markdown_line(line) for line in lines)


def for_html(text: str) -> str:
    """Write text so that HTML shows just these characters, in attributes too.

    A line ends with ``&#10;``: the text never begins a line of the document.
    """
    lines = re.split(r"\r\n|[\n\r]", text)
    return "&#10;".join(_html_line(line) for line in lines)


def for_xml(text: str) -> str:
    """Write text as for HTML; what XML cannot hold is shown as a visible sign."""
    return _NO_XML.sub(lambda found: _visible(found[0]), for_html(text))


def _html_line(line: str) -> str:
    text = "\t".join(for_terminal(part) for part in line.split("\t"))
    return re.sub("[&<>\"'*]", lambda found: _MARKUP[found[0]], text)


def _markdown_line(line: str) -> str:
    text = for_terminal(line.replace("\t", " "))
    text = re.sub("[&<>]", lambda found: _ENTITIES[found[0]], text)
    text = _MARKDOWN.sub(r"\\\g<0>", text)
    text = _ADDRESS.sub("<!-- -->@", text)
    # Spaces at the end of a line would break it; at both ends readers drop them.
    return _REFERRED.sub(lambda found: _references(found[0]), text)


def _references(text: str) -> str:
    return "".join(f"&#{ord(sign)};" for sign in text)


def _visible(character: str) -> str:
    code = ord(character)
    if code < 0x20:  # noqa: PLR2004 - the signs for C0 begin at U+2400
        return chr(0x2400 + code)
    return "␡" if code == 0x7F else f"⟨U+{code:04X}⟩"  # noqa: PLR2004 - delete


def escape_for(name: str) -> Callable[[str], str]:
    """Return what makes text harmless in a document of that name.

    Markdown where nothing is told: it is the strictest.
    """
    path = PurePath(name.lower())
    kind = PurePath(path.stem).suffix if path.suffix in _TEMPLATE else path.suffix
    return _KINDS.get(kind, for_terminal)


def for_markdown_anywhere(text: str) -> str:
    """Write text for Markdown so that it may also stand at the beginning of a line."""
    line = for_markdown(text)
    words = line.lstrip(" ")
    if begins := _BEGINNING.match(words):
        last = begins.end() - 1
        words = f"{words[:last]}\\{words[last:]}"
    return "&#32;" * (len(line) - len(line.lstrip(" "))) + words


_KINDS = {
    "": for_markdown_anywhere,
    ".md": for_markdown_anywhere,
    ".markdown": for_markdown_anywhere,
    ".mdx": for_markdown_anywhere,
    ".qmd": for_markdown_anywhere,
    ".htm": for_html,
    ".html": for_html,
    ".svg": for_xml,
    ".xhtml": for_xml,
    ".xml": for_xml,
}


def shown_path(path: PurePath) -> str:
    """Return a path as it may be shown on a terminal."""
    return for_terminal(str(path))
