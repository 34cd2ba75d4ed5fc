"""Escape text of people for a terminal, for Markdown, for HTML and for XML.

Text from questionnaires and answers is data. What would steer a terminal, reorder a
line, hide text, or begin a construct of Markdown or HTML is shown, never obeyed.

Hosts also make links of plain text, after they have read the Markdown and resolved its
character references. Each looks at one stretch of text at a time, so an empty comment
within splits what it would find. Sources, read in November 2026:

* GitHub: @name, @org/team, #1, GH-1, owner/repo#1, commit ids of 7 to 40 digits and
  :emoji: (docs.github.com, "Autolinked references and URLs"; filters of html-pipeline).
* GitLab: @name, #1, !1, $1, &1, ~label, %milestone, [kind:1], *iteration:1, ^alert#1,
  "://" after a scheme (docs.gitlab.com, "GitLab-specific references"; lib/banzai).
* pandoc: @key is a citation, :emoji: a picture (pandoc.org/MANUAL, "Citation syntax",
  extension ``emoji``).
* cmark-gfm and markdown-it with linkify: URLs, www. and addresses of mail.
"""

import re
import unicodedata
from collections.abc import Callable
from pathlib import PurePath

# Control characters, and those that turn the direction of text, hide it, or are hidden
# themselves: soft hyphens, fillers, tags and variation selectors.
_STEERING = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0"
    "\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_ZERO_WIDTH_JOINER = "\u200d"
_JOINERS = "\u200c\u200d"
_VIRAMA = 9  # the canonical combining class of signs that join two consonants
_ARABIC_MARKS = "".join(map(chr, [*range(0x64B, 0x660), 0x670]))
_OTHER_JOINING = re.compile("[\u07ca-\u07ea\u1820-\u18aa\U0001e900-\U0001e943]")
_EMOJI = re.compile(
    "[\u203c\u2049\u2122\u2139\u2194-\u21aa\u231a-\u23ff\u24c2\u25aa-\u27bf\u2934\u2935"
    "\u2b05-\u2b55\u3030\u303d\u3297\u3299\xa9\xae\U0001f000-\U0001faff]"
)
_EMOJI_END = re.compile(rf"{_EMOJI.pattern}\ufe0f?\Z")
_FLAG = re.compile(  # of England, Scotland or Wales, spelled in tags
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
# A dot before two letters too: markdown-it takes train.py for a site in Paraguay.
_MARKDOWN = re.compile(r"[\\`*_\[\]|#!]|\.(?=[^\W\d_]{2})")
# Not every reader lets a backslash take these, but all know character references. A
# scheme, two slashes, a www. or an @ make a link of their own; braces are taken by
# whatever fills in templates before the Markdown is read.
_REFERRED = re.compile(
    r"[~$^@{}]|(?<=[A-Za-z]):(?=//)|/(?=/)|(?<=[wW]{3})\.|\A\s+|(?<!\s)\s+\Z"
)
SPLIT = "<!-- -->"
# Where that splits what hosts would make a link, a picture or a mention of.
_REFERENCE = re.compile(
    r"""
    (?<=@)(?=\S) | (?<=[\#!$&])(?=\d) | (?<=[~%^])(?=["\w]) | (?<=[\[*])(?=\w+:)
    | (?<=\bGH-)(?=\d) | (?<=:)(?=//|[\w+-]+:)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_COMMIT = re.compile(r"(?<![^\W_])[0-9a-f]{7,}(?![^\W_])", re.IGNORECASE)
_SHORT = re.compile(".{6}(?=.)")  # digits that no host takes for a commit
# Most text needs no escaping, and this finds out at once.
_HARMLESS = re.compile(
    r"(?!.*www\.|.*\.[a-z]{2}|.*:[\w+-]+:|.*%[\"\w]|.*gh-\d|.*[0-9a-f]{7}"
    r"|  |.*  $| *$)[a-z0-9 ,.;:'\"()?=%+-]*",
    re.IGNORECASE,
)
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
# An asterisk too: those that are left are our own marks of emphasis.
_MARKUP = {**_ENTITIES, '"': "&quot;", "'": "&#39;", "*": "&#42;"}
# Characters that XML does not allow: surrogates and noncharacters.
_NO_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")
_TEMPLATE = (".j2", ".jinja", ".jinja2")
# What begins a block in Markdown or its extensions (lists of pandoc, boxes of MkDocs).
_BEGINNING = re.compile(
    r"([-+=:%/]|\?(?=\?)|\(?(?:\d+|[ivxlcdm]+|[a-z])[.)](?=\s|$))", re.IGNORECASE
)


class Escaped(str):
    """Text that is already escaped for its document."""

    __slots__ = ()


def for_terminal(text: str) -> str:
    """Return text with hidden and control characters made visible."""
    return _STEERING.sub(_shown_unless_needed, text)


def for_markdown(text: str) -> str:
    """Escape text so that every Markdown parser shows exactly its characters.

    Lines are joined by ``<br>``, so it fits in a table cell. It may begin a line of the
    document unless it begins with spaces; for those see for_markdown_anywhere.
    """
    if not _HARMLESS.fullmatch(text):
        lines = re.split(r"\r\n|[\n\r]", text.strip("\r\n"))
        text = "<br>".join(_markdown_line(line) for line in lines)
    if begins := _BEGINNING.match(text):
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
    text = _COMMIT.sub(lambda found: _SHORT.sub("\\g<0>\0", found[0]), text)
    text = _REFERENCE.sub("\0", text)  # which for_terminal has left nowhere
    text = re.sub("[&<>]", lambda found: _ENTITIES[found[0]], text)
    text = _MARKDOWN.sub(r"\\\g<0>", text)
    # Spaces at the end of a line would break it; at both ends readers drop them.
    text = _REFERRED.sub(lambda found: _references(found[0]), text)
    return text.replace("\0", SPLIT)


def _references(text: str) -> str:
    return "".join(f"&#{ord(sign)};" for sign in text)


def _shown_unless_needed(found: re.Match[str]) -> str:
    sign, at = found[0], found.start()
    before, after = found.string[max(at - 8, 0) : at], found.string[at + 1 : at + 2]
    flags = _FLAG.finditer(found.string, max(at - 6, 0), at + 6)
    in_flag = any(flag.start() < at < flag.end() for flag in flags)
    return sign if in_flag or _is_needed(sign, before, after) else _visible(sign)


def _is_needed(sign: str, before: str, after: str) -> bool:
    """Return whether a script or an emoji needs a hidden sign where it stands.

    Joiners follow RFC 5892, appendix A, and Unicode technical standard 51; selectors
    follow StandardizedVariants.txt and technical standard 37.
    """
    last = before[-1:]
    if sign == _ZERO_WIDTH_JOINER and _EMOJI.match(after):
        return bool(_EMOJI_END.search(before))
    if sign in _JOINERS:
        return _joins_letters(sign, before, after)
    if sign in "\ufe0e\ufe0f":
        keycap = last in {*"#*0123456789"} and after == "\u20e3"
        return keycap or bool(_EMOJI.match(last))
    if _SELECTORS.match(sign):
        return bool(_HAS_VARIANTS.match(last))
    if _IDEOGRAPH_SELECTORS.match(sign):
        return bool(_IDEOGRAPH.match(last))
    return sign in _MONGOLIAN_SELECTORS and bool(_MONGOLIAN.match(last))


def _joins_letters(sign: str, before: str, after: str) -> bool:
    """Return whether a joiner stands where letters change their form by it."""
    last, letters = before[-1:], before.rstrip(_ARABIC_MARKS)
    if last and unicodedata.combining(last) == _VIRAMA:
        return True
    if after and unicodedata.combining(after) == _VIRAMA:
        return sign == _ZERO_WIDTH_JOINER and last.isalpha()
    sides = [_is_joining(letters[-1:]), _is_joining(after)]
    return all(sides) or (sign == _ZERO_WIDTH_JOINER and any(sides))


def _is_joining(letter: str) -> bool:
    """Return whether a letter is of a script whose letters join, such as Arabic."""
    return bool(letter) and (
        unicodedata.bidirectional(letter) == "AL" or bool(_OTHER_JOINING.match(letter))
    )


def _visible(character: str) -> str:
    code = ord(character)
    if code < 0x20:  # noqa: PLR2004 - the signs for C0 begin at U+2400
        return chr(0x2400 + code)
    return "␡" if code == 0x7F else f"⟨U+{code:04X}⟩"  # noqa: PLR2004 - delete


def escape_for(name: str) -> Callable[[str], str]:
    """Return the function that escapes text for a document of that name.

    Without a suffix that is the one for Markdown, the strictest.
    """
    path = PurePath(name.lower())
    kind = PurePath(path.stem).suffix if path.suffix in _TEMPLATE else path.suffix
    return _KINDS.get(kind, for_terminal)


def for_markdown_anywhere(text: str) -> str:
    """Escape text for Markdown as for_markdown, and keep the spaces it begins with."""
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
