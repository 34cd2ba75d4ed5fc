"""Escape untrusted text for a terminal, for Markdown, for HTML and for XML.

Control characters and hidden characters become visible. Nothing in a text acts as
markup or as a link.
"""

import re
import unicodedata
from collections.abc import Callable
from pathlib import PurePath

# Most patterns are not compiled here, which would take longer than everything else that
# is needed to print a help text, but when a text first needs them; `re` keeps them.

# Characters that control a terminal, change the direction of text, hide it, or are
# invisible themselves: soft hyphens, fillers, tags and variation selectors.
_HIDDEN_OR_CONTROL = (
    "[\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0"
    "\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_ZERO_WIDTH_JOINER = "\u200d"
_JOINERS = "\u200c\u200d"
_VIRAMA = 9  # combining class of a virama, which joins two consonants
_ARABIC_MARKS = "".join(map(chr, [*range(0x64B, 0x660), 0x670]))
_OTHER_JOINING = "[\u07ca-\u07ea\u1820-\u18aa\U0001e900-\U0001e943]"
_EMOJI = (
    "[\u203c\u2049\u2122\u2139\u2194-\u21aa\u231a-\u23ff\u24c2\u25aa-\u27bf\u2934\u2935"
    "\u2b05-\u2b55\u3030\u303d\u3297\u3299\xa9\xae\U0001f000-\U0001faff]"
)
_EMOJI_END = rf"{_EMOJI}\ufe0f?\Z"
_FLAG = (  # the flags of England, Scotland and Wales, made of tag characters
    "\U0001f3f4\U000e0067\U000e0062(?:\U000e0065\U000e006e\U000e0067"
    "|\U000e0073\U000e0063\U000e0074|\U000e0077\U000e006c\U000e0073)\U000e007f"
)
_SELECTORS = "[\ufe00-\ufe0d]"
_IDEOGRAPH_SELECTORS = "[\U000e0100-\U000e01ef]"
_IDEOGRAPH = "[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
_HAS_VARIANTS = (  # characters that have standardized variants
    f"[\u2205-\u2a2c\u1000-\u109f\ua840-\ua877\u3001\u3002\uff01-\uff1f]|{_IDEOGRAPH}"
)
_MONGOLIAN = "[\u1807\u180a\u1820-\u18aa]"
_MONGOLIAN_SELECTORS = "\u180b\u180c\u180d\u180e\u180f"
# Characters that Markdown escapes with a backslash. The dot before two letters is one
# of them, because markdown-it would turn train.py into a link: .py is a domain. One
# underscore between two letters or digits is not: it never begins or ends emphasis.
_AFTER_BACKSLASH = r"[\\`*\[\]|#!]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|\.(?=[^\W\d_]{2})"
# Characters escaped with a character reference (``&#64;``), because some Markdown
# parsers do not accept a backslash before them. Unescaped, a URL scheme, two slashes,
# www. or @ would start a link, and a template engine would expand braces.
_AS_REFERENCE = (
    r"[~$^@{}]|(?<=[A-Za-z]):(?=//)|/(?=/)|(?<=[wW]{3})\.|\A\s+|(?<!\s)\s+\Z"
)
# Sites that display Markdown also turn plain text into links, after they have parsed
# the Markdown and resolved its character references. They search one text node at a
# time, so an empty HTML comment inside the text prevents a match. Each site or parser
# looks for these patterns (sources read in November 2026):
#
# * GitHub: @name, @org/team, #1, GH-1, owner/repo#1, commit ids of 7 to 40 digits and
#   :emoji: (docs.github.com, "Autolinked references and URLs"; filters of
#   html-pipeline).
# * GitLab: @name, #1, !1, $1, &1, ~label, %milestone, [kind:1], *iteration:1, ^alert#1,
#   "://" after a scheme (docs.gitlab.com, "GitLab-specific references"; lib/banzai).
# * pandoc: @key is a citation, :emoji: an image (pandoc.org/MANUAL, "Citation syntax",
#   extension ``emoji``).
# * cmark-gfm and markdown-it with linkify: URLs, www. and e-mail addresses.
SPLIT = "<!-- -->"
# Where SPLIT, an empty comment, is inserted into text so that a site does not turn it
# into a link, an emoji or a mention.
_SPLIT_POINT = r"""
    (?<=@)(?=\S) | (?<=[\#!$&])(?=\d) | (?<=[~%^])(?=["\w]) | (?<=[\[*])(?=\w+:)
    | (?<=\bGH-)(?=\d) | (?<=:)(?=//|[\w+-]+:)
    """
_COMMIT = r"(?i)(?<![^\W_])[0-9a-f]{7,}(?![^\W_])"
_COMMIT_PREFIX = ".{6}(?=.)"  # six hex digits are too short for a commit id
# Matches most texts that need no Markdown escapes, so that they skip the slow steps. It
# reads each character once, which takes a quarter of the time of searching the text for
# everything that must be escaped.
_NEEDS_NO_ESCAPES = re.compile(
    r"""(?![ ][ ]|[ ]*\Z)
    (?:
        [0-9a-fA-F]{0,6}+  # seven could be a commit id
        (?:
            [g-zG-Z ,;'"()?=+]++
            | (?<![wW]{3})\.(?![a-zA-Z]{2})
            | :(?![\w+-]+:)
            | %(?!["\w])
            | -(?!\d) | (?<![gG][hH])-
        )
    )*+
    [0-9a-fA-F]{0,6}+(?<![ ][ ])""",
    re.VERBOSE,
)
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
# Asterisks are escaped in HTML too: the unescaped ones mark emphasis by mlready.
_MARKUP = str.maketrans({**_ENTITIES, '"': "&quot;", "'": "&#39;", "*": "&#42;"})
# Characters that XML does not allow: surrogates and noncharacters.
_NO_XML = "[\ud800-\udfff\ufffe\uffff]"
_TEMPLATE = (".j2", ".jinja", ".jinja2")
# Text that starts a block, such as a list, in Markdown, pandoc or MkDocs.
_BLOCK_START = re.compile(
    r"([-+=:%/]|\?(?=\?)|\(?(?:\d+|[ivxlcdm]+|[a-z])[.)](?=\s|$))", re.IGNORECASE
)


# Words that YAML parsers read as true, false or null unless quoted, even as keys.
YAML_WORDS = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})


class Escaped(str):
    """Text that is already escaped."""

    __slots__ = ()


def for_terminal(text: str) -> str:
    """Replace hidden characters and control characters by visible symbols.

    Hidden characters that shape letters or emoji stay.
    """
    if text.isascii() and text.isprintable():  # most texts
        return text
    return re.sub(_HIDDEN_OR_CONTROL, _shown_unless_needed, text)


def for_terminal_line(text: str) -> str:
    """Put a text on one line, then escape the text as ``for_terminal`` does."""
    # Spaces at the start and the end are kept, because templates print separators such
    # as ", " through this function too.
    return for_terminal(re.sub(r"\s+", " ", text))


def for_markdown(text: str) -> str:
    """Escape text, so that every Markdown parser shows exactly its characters.

    Line breaks become ``<br>``, so that the text fits into a table cell. Use
    ``for_markdown_anywhere`` at the start of a line.
    """
    if text and not _NEEDS_NO_ESCAPES.fullmatch(text):
        lines = re.split(r"\r\n|[\n\r]", text.strip("\r\n"))
        text = "<br>".join(_markdown_line(line) for line in lines)
    if begins := _BLOCK_START.match(text):
        last = begins.end() - 1
        # Python-Markdown, which MkDocs uses, takes a backslash before these signs only.
        sign = f"\\{text[last]}" if text[last] in "-+.)" else f"&#{ord(text[last])};"
        return f"{text[:last]}{sign}{text[last + 1 :]}"
    return text


def for_markdown_without_tables(text: str) -> str:
    """Escape text as ``for_markdown`` does, but leave "|" unescaped.

    Use this only in a document in which no table can begin.
    """
    return re.sub(r"(?<!\\)((?:\\\\)*)\\\|", r"\1|", for_markdown(text))


def for_html(text: str) -> str:
    """Escape text for HTML, also for quoted attributes.

    Line breaks become ``&#10;``, so that the text stays on one line.
    """
    if text.isascii() and text.isprintable():  # most texts
        return text.translate(_MARKUP)
    lines = re.split(r"\r\n|[\n\r]", text)
    return "&#10;".join(_html_line(line) for line in lines)


def for_xml(text: str) -> str:
    """Escape text as ``for_html`` does, and replace characters that XML forbids."""
    return re.sub(_NO_XML, lambda found: _symbol_of(found[0]), for_html(text))


def _html_line(line: str) -> str:
    text = "\t".join(for_terminal(part) for part in line.split("\t"))
    return text.translate(_MARKUP)


def _markdown_line(line: str) -> str:
    text = for_terminal(line.replace("\t", " "))
    text = re.sub(
        _COMMIT, lambda found: re.sub(_COMMIT_PREFIX, "\\g<0>\0", found[0]), text
    )
    # for_terminal has replaced any \0 in the text.
    text = re.sub(_SPLIT_POINT, "\0", text, flags=re.IGNORECASE | re.VERBOSE)
    text = re.sub("[&<>]", lambda found: _ENTITIES[found[0]], text)
    text = re.sub(_AFTER_BACKSLASH, r"\\\g<0>", text)
    # Markdown reads two trailing spaces as a line break, and drops spaces at both ends.
    text = re.sub(_AS_REFERENCE, lambda found: _as_references(found[0]), text)
    return text.replace("\0", SPLIT)


def _as_references(text: str) -> str:
    """Replace each character by a reference, such as ``&#64;``."""
    return "".join(f"&#{ord(character)};" for character in text)


def _shown_unless_needed(found: re.Match[str]) -> str:
    """Keep a hidden character that the text needs; replace any other by a symbol."""
    character, at = found[0], found.start()
    before, after = found.string[max(at - 8, 0) : at], found.string[at + 1 : at + 2]
    flags = re.compile(_FLAG).finditer(found.string, max(at - 6, 0), at + 6)
    in_flag = any(flag.start() < at < flag.end() for flag in flags)
    return (
        character
        if in_flag or _is_needed(character, before, after)
        else _symbol_of(character)
    )


def _is_needed(character: str, before: str, after: str) -> bool:
    """Return whether the text around a hidden character needs the character.

    Sources: for joiners RFC 5892, appendix A, and Unicode technical standard 51; for
    variation selectors StandardizedVariants.txt and Unicode technical standard 37.
    """
    last = before[-1:]
    if character == _ZERO_WIDTH_JOINER and re.match(_EMOJI, after):
        return bool(re.search(_EMOJI_END, before))
    if character in _JOINERS:
        return _joins_letters(character, before, after)
    if character in "\ufe0e\ufe0f":
        keycap = last in {*"#*0123456789"} and after == "\u20e3"
        return keycap or bool(re.match(_EMOJI, last))
    if re.match(_SELECTORS, character):
        return bool(re.match(_HAS_VARIANTS, last))
    if re.match(_IDEOGRAPH_SELECTORS, character):
        return bool(re.match(_IDEOGRAPH, last))
    return character in _MONGOLIAN_SELECTORS and bool(re.match(_MONGOLIAN, last))


def _joins_letters(character: str, before: str, after: str) -> bool:
    """Return whether a joiner changes the form of the letters beside the joiner."""
    last, letters = before[-1:], before.rstrip(_ARABIC_MARKS)
    if last and unicodedata.combining(last) == _VIRAMA:
        return True
    if after and unicodedata.combining(after) == _VIRAMA:
        return character == _ZERO_WIDTH_JOINER and last.isalpha()
    sides = [_is_joining(letters[-1:]), _is_joining(after)]
    return all(sides) or (character == _ZERO_WIDTH_JOINER and any(sides))


def _is_joining(letter: str) -> bool:
    """Return whether the script of a letter joins letters, as Arabic does."""
    return bool(letter) and (
        unicodedata.bidirectional(letter) == "AL"
        or bool(re.match(_OTHER_JOINING, letter))
    )


def _symbol_of(character: str) -> str:
    code = ord(character)
    if code < 0x20:  # noqa: PLR2004 - symbols for 0 to 31 start at U+2400
        return chr(0x2400 + code)
    return "␡" if code == 0x7F else f"⟨U+{code:04X}⟩"  # noqa: PLR2004 - the delete character


def for_yaml_key(name: str) -> str:
    """Return a name as a YAML key, quoted if YAML would not read the name as text.

    The name must consist of letters, digits, hyphens and underscores.
    """
    return f'"{name}"' if name.lower() in YAML_WORDS else name


def escape_for(name: str) -> Callable[[str], str]:
    """Return the function that escapes text for a document with this file name.

    A name without a suffix means Markdown; an unknown suffix means a terminal.
    """
    path = PurePath(name.lower())
    kind = PurePath(path.stem).suffix if path.suffix in _TEMPLATE else path.suffix
    return _KINDS.get(kind, for_terminal)


def for_markdown_anywhere(text: str) -> str:
    """Escape text for any place in Markdown, also for the start of a line."""
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
    """Return a file path for messages, with hidden characters replaced by symbols."""
    return for_terminal(str(path))
