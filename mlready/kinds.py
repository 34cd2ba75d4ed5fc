"""The kind of document that a name tells, and how people's text is escaped for it."""

import re
from collections.abc import Callable
from pathlib import PurePath

from mlready.escape import for_html, for_markdown, for_terminal, for_xml

_TEMPLATE = (".j2", ".jinja", ".jinja2")
# What begins a block, here or in a wider Markdown (lists of pandoc, boxes of MkDocs).
_BEGINNING = re.compile(
    r"([-+=:%?/.)]|\(?(?:\d+|[ivxlcdm]+|[a-z])[.)](?=\s|$))", re.IGNORECASE
)


def escape_for(name: str) -> Callable[[str], str]:
    """Return what makes text harmless in a document of that name.

    Markdown where nothing is told: it is the strictest.
    """
    path = PurePath(name.lower())
    kind = PurePath(path.stem).suffix if path.suffix in _TEMPLATE else path.suffix
    return _KINDS.get(kind, for_terminal)


def anywhere_in_markdown(text: str) -> str:
    """Write text for Markdown so that it may also stand at the beginning of a line."""
    line = for_markdown(text)
    words = line.lstrip(" ")
    if begins := _BEGINNING.match(words):
        last = begins.end() - 1
        words = f"{words[:last]}\\{words[last:]}"
    return "&#32;" * (len(line) - len(line.lstrip(" "))) + words


_KINDS = {
    "": anywhere_in_markdown,
    ".md": anywhere_in_markdown,
    ".markdown": anywhere_in_markdown,
    ".mdx": anywhere_in_markdown,
    ".qmd": anywhere_in_markdown,
    ".htm": for_html,
    ".html": for_html,
    ".svg": for_xml,
    ".xhtml": for_xml,
    ".xml": for_xml,
}
