"""Make people's text harmless where it is shown: in a terminal and in Markdown.

Text from questionnaires and answers is data. What would steer a terminal, reorder a
line or begin a Markdown construct is shown, never obeyed.
"""

import re

# Control characters, and those that turn the direction of text or hide it.
_STEERING = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)
_MARKDOWN = re.compile(r"[\\`*_\[\]|~$#!^]")
# A scheme, a www. or an @ makes a link of its own in GitHub's Markdown.
_LINKING = re.compile(r"(?<=[A-Za-z]):(?=//)|(?<=[wW]{3})\.|@")
# One look tells that most text needs nothing at all.
_HARMLESS = re.compile(r"(?!.*www\.|.*  $| *$)[a-z0-9 ,.;:'\"()?=%+-]*", re.IGNORECASE)
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


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


def _markdown_line(line: str) -> str:
    text = for_terminal(line.replace("\t", " "))
    text = re.sub("[&<>]", lambda found: _ENTITIES[found[0]], text)
    text = _MARKDOWN.sub(r"\\\g<0>", text)
    text = _LINKING.sub(lambda found: f"&#{ord(found[0])};", text)
    # Spaces at the end of a line would break it.
    return re.sub(" +$", lambda found: "&#32;" * len(found[0]), text)


def _visible(character: str) -> str:
    code = ord(character)
    if code < 0x20:  # noqa: PLR2004 - the signs for C0 begin at U+2400
        return chr(0x2400 + code)
    return "␡" if code == 0x7F else f"⟨U+{code:04X}⟩"  # noqa: PLR2004 - delete
