"""Escape untrusted text for a terminal, for Markdown, for HTML and for XML.

Text from questionnaires and answers is data. Characters that control a terminal,
reorder a line, hide text, or begin a Markdown or HTML construct are made visible.

Sites that display Markdown also turn plain text into links, after they have parsed the
Markdown and resolved its character references. They search one text node at a time, so
an empty comment inside the text prevents a match. What is matched (sources read in
November 2026):

* GitHub: @name, @org/team, #1, GH-1, owner/repo#1, commit ids of 7 to 40 digits and
  :emoji: (docs.github.com, "Autolinked references and URLs"; filters of html-pipeline).
* GitLab: @name, #1, !1, $1, &1, ~label, %milestone, [kind:1], *iteration:1, ^alert#1,
  "://" after a scheme (docs.gitlab.com, "GitLab-specific references"; lib/banzai).
* pandoc: @key is a citation, :emoji: an image (pandoc.org/MANUAL, "Citation syntax",
  extension ``emoji``).
* cmark-gfm and markdown-it with linkify: URLs, www. and e-mail addresses.
"""

import re
import unicodedata
from collections.abc import Callable
from pathlib import PurePath

# Characters that control a terminal, change the direction of text, hide it, or are
# invisible themselves: soft hyphens, fillers, tags and variation selectors.
_HIDDEN_OR_CONTROL = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0"
    "\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_ZERO_WIDTH_JOINER = "\u200d"
_JOINERS = "\u200c\u200d"
_VIRAMA = 9  # the canonical combining class of marks that join two consonants
_ARABIC_MARKS = "".join(map(chr, [*range(0x64B, 0x660), 0x670]))
_OTHER_JOINING = re.compile("[\u07ca-\u07ea\u1820-\u18aa\U0001e900-\U0001e943]")
_EMOJI = re.compile(
    "[\u203c\u2049\u2122\u2139\u2194-\u21aa\u231a-\u23ff\u24c2\u25aa-\u27bf\u2934\u2935"
    "\u2b05-\u2b55\u3030\u303d\u3297\u3299\xa9\xae\U0001f000-\U0001faff]"
)
_EMOJI_END = re.compile(rf"{_EMOJI.pattern}\ufe0f?\Z")
_FLAG = re.compile(  # flags of England, Scotland and Wales: sequences of tags
    "\U0001f3f4\U000e0067\U000e0062(?:\U000e0065\U000e006e\U000e0067"
    "|\U000e0073\U000e0063\U000e0074|\U000e0077\U000e006c\U000e0073)\U000e007f"
)
_SELECTORS = re.compile("[\ufe00-\ufe0d]")
_IDEOGRAPH_SELECTORS = re.compile("[\U000e0100-\U000e01ef]")
_IDEOGRAPH = re.compile(
    "[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
_HAS_VARIANTS = re.compile(  # mathematics, Myanmar, Phags-pa, wide punctuation
    f"[\u2205-\u2a2c\u1000-\u109f\ua840-\ua877\u3001\u3002\uff01-\uff1f]|{_IDEOGRAPH.pattern}"
)
_MONGOLIAN = re.compile("[\u1807\u180a\u1820-\u18aa]")
_MONGOLIAN_SELECTORS = "\u180b\u180c\u180d\u180e\u180f"
# Characters escaped by a backslash. Also a dot before two letters: markdown-it would
# make train.py a link, as .py is a domain.
_AFTER_BACKSLASH = re.compile(r"[\\`*_\[\]|#!]|\.(?=[^\W\d_]{2})")
# Characters escaped by a character reference, which every Markdown parser accepts; not
# every one accepts a backslash before these. A scheme, two slashes, www. or @ would
# become a link, and template engines that run before the parser would expand braces.
_AS_REFERENCE = re.compile(
    r"[~$^@{}]|(?<=[A-Za-z]):(?=//)|/(?=/)|(?<=[wW]{3})\.|\A\s+|(?<!\s)\s+\Z"
)
SPLIT = "<!-- -->"
# Where to insert SPLIT into text that would become a link, an emoji or a mention.
_SPLIT_POINT = re.compile(
    r"""
    (?<=@)(?=\S) | (?<=[\#!$&])(?=\d) | (?<=[~%^])(?=["\w]) | (?<=[\[*])(?=\w+:)
    | (?<=\bGH-)(?=\d) | (?<=:)(?=//|[\w+-]+:)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_COMMIT = re.compile(r"(?<![^\W_])[0-9a-f]{7,}(?![^\W_])", re.IGNORECASE)
_COMMIT_PREFIX = re.compile(".{6}(?=.)")  # six digits are too few for a commit id
# Matches most texts that need no escaping, to skip the slower steps.
_NEEDS_NO_ESCAPES = re.compile(
    r"(?!.*www\.|.*\.[a-z]{2}|.*:[\w+-]+:|.*%[\"\w]|.*gh-\d|.*[0-9a-f]{7}"
    r"|  |.*  $| *$)[a-z0-9 ,.;:'\"()?=%+-]*",
    re.IGNORECASE,
)
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
# Asterisks too: an asterisk that is not escaped is emphasis added by mlready.
_MARKUP = {**_ENTITIES, '"': "&quot;", "'": "&#39;", "*": "&#42;"}
# Characters that XML does not allow: surrogates and noncharacters.
_NO_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")
_TEMPLATE = (".j2", ".jinja", ".jinja2")
# Starts of blocks in Markdown and its extensions (pandoc lists, MkDocs admonitions).
_BLOCK_START = re.compile(
    r"([-+=:%/]|\?(?=\?)|\(?(?:\d+|[ivxlcdm]+|[a-z])[.)](?=\s|$))", re.IGNORECASE
)


# Words that a YAML parser reads as truth values or null, in keys too, unless quoted.
YAML_WORDS = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})


class Escaped(str):
    """Text that is already escaped for the document it is written to."""

    __slots__ = ()


def for_terminal(text: str) -> str:
    """Return text with hidden and control characters made visible."""
    return _HIDDEN_OR_CONTROL.sub(_shown_unless_needed, text)


def for_markdown(text: str) -> str:
    """Escape text so that every Markdown parser shows exactly its characters.

    Lines are joined by ``<br>``, so it fits in a table cell. It may begin a line of the
    document unless it begins with spaces; for those see for_markdown_anywhere.
    """
    if not _NEEDS_NO_ESCAPES.fullmatch(text):
        lines = re.split(r"\r\n|[\n\r]", text.strip("\r\n"))
        text = "<br>".join(_markdown_line(line) for line in lines)
    if begins := _BLOCK_START.match(text):
        last = begins.end() - 1
        return f"{text[:last]}\\{text[last:]}"
    return text


def for_html(text: str) -> str:
    """Escape text so that HTML shows exactly its characters, in attributes too.

    Line breaks become ``&#10;``, so the text stays on one line of the document.
    """
    lines = re.split(r"\r\n|[\n\r]", text)
    return "&#10;".join(_html_line(line) for line in lines)


def for_xml(text: str) -> str:
    """Escape text as for HTML; characters that XML does not allow are made visible."""
    return _NO_XML.sub(lambda found: _visible(found[0]), for_html(text))


def _html_line(line: str) -> str:
    text = "\t".join(for_terminal(part) for part in line.split("\t"))
    return re.sub("[&<>\"'*]", lambda found: _MARKUP[found[0]], text)


def _markdown_line(line: str) -> str:
    text = for_terminal(line.replace("\t", " "))
    text = _COMMIT.sub(lambda found: _COMMIT_PREFIX.sub("\\g<0>\0", found[0]), text)
    text = _SPLIT_POINT.sub("\0", text)  # text has no \0: for_terminal replaced it
    text = re.sub("[&<>]", lambda found: _ENTITIES[found[0]], text)
    text = _AFTER_BACKSLASH.sub(r"\\\g<0>", text)
    # Trailing spaces would break the line; parsers drop spaces at both ends.
    text = _AS_REFERENCE.sub(lambda found: _references(found[0]), text)
    return text.replace("\0", SPLIT)


def _references(text: str) -> str:
    return "".join(f"&#{ord(character)};" for character in text)


def _shown_unless_needed(found: re.Match[str]) -> str:
    character, at = found[0], found.start()
    before, after = found.string[max(at - 8, 0) : at], found.string[at + 1 : at + 2]
    flags = _FLAG.finditer(found.string, max(at - 6, 0), at + 6)
    in_flag = any(flag.start() < at < flag.end() for flag in flags)
    return (
        character
        if in_flag or _is_needed(character, before, after)
        else _visible(character)
    )


def _is_needed(character: str, before: str, after: str) -> bool:
    """Return whether a writing system or an emoji needs a hidden character here.

    ``before`` and ``after`` are the texts around it.

    Joiners follow RFC 5892, appendix A, and Unicode technical standard 51; selectors
    follow StandardizedVariants.txt and technical standard 37.
    """
    last = before[-1:]
    if character == _ZERO_WIDTH_JOINER and _EMOJI.match(after):
        return bool(_EMOJI_END.search(before))
    if character in _JOINERS:
        return _joins_letters(character, before, after)
    if character in "\ufe0e\ufe0f":
        keycap = last in {*"#*0123456789"} and after == "\u20e3"
        return keycap or bool(_EMOJI.match(last))
    if _SELECTORS.match(character):
        return bool(_HAS_VARIANTS.match(last))
    if _IDEOGRAPH_SELECTORS.match(character):
        return bool(_IDEOGRAPH.match(last))
    return character in _MONGOLIAN_SELECTORS and bool(_MONGOLIAN.match(last))


def _joins_letters(character: str, before: str, after: str) -> bool:
    """Return whether a joiner changes the form of the letters next to it."""
    last, letters = before[-1:], before.rstrip(_ARABIC_MARKS)
    if last and unicodedata.combining(last) == _VIRAMA:
        return True
    if after and unicodedata.combining(after) == _VIRAMA:
        return character == _ZERO_WIDTH_JOINER and last.isalpha()
    sides = [_is_joining(letters[-1:]), _is_joining(after)]
    return all(sides) or (character == _ZERO_WIDTH_JOINER and any(sides))


def _is_joining(letter: str) -> bool:
    """Return whether a letter is of a script that joins letters, such as Arabic."""
    return bool(letter) and (
        unicodedata.bidirectional(letter) == "AL" or bool(_OTHER_JOINING.match(letter))
    )


def _visible(character: str) -> str:
    code = ord(character)
    if code < 0x20:  # noqa: PLR2004 - pictures of C0 start at U+2400
        return chr(0x2400 + code)
    return "␡" if code == 0x7F else f"⟨U+{code:04X}⟩"  # noqa: PLR2004 - delete


def for_yaml_key(name: str) -> str:
    """Return a name as a YAML key, quoted if a parser would not read it as text.

    The name must consist of letters, digits, hyphens and underscores.
    """
    return f'"{name}"' if name.lower() in YAML_WORDS else name


def escape_for(name: str) -> Callable[[str], str]:
    """Return the function that escapes text for a document with this file name.

    A name without a suffix gets the function for Markdown, the strictest one.
    """
    path = PurePath(name.lower())
    kind = PurePath(path.stem).suffix if path.suffix in _TEMPLATE else path.suffix
    return _KINDS.get(kind, for_terminal)


def for_markdown_anywhere(text: str) -> str:
    """Escape text like for_markdown, and keep its leading spaces visible."""
    words = text.lstrip(" ")
    return "&#32;" * (len(text) - len(words)) + for_markdown(words)


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
    """Return a path escaped for a terminal."""
    return for_terminal(str(path))
