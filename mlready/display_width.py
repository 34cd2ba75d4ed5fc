"""Measure, pad and cut text by its width in terminal columns."""

import unicodedata
from functools import lru_cache

_WIDE = {"W", "F"}  # East Asian Width: wide and fullwidth characters
_NO_WIDTH = {"Mn", "Me", "Cf"}  # combining marks, and format characters such as joiners


def display_width(text: str) -> int:
    """Return the width of a text in columns.

    A wide character counts 2, a combining mark 0, any other character 1.

    Source: Unicode Standard Annex 11, East Asian Width.
    """
    return len(text) if text.isascii() else sum(map(character_width, text))


@lru_cache(maxsize=4096)
def character_width(character: str) -> int:
    """Return the width of a character: 0, 1 or 2 columns."""
    if unicodedata.category(character) in _NO_WIDTH:
        return 0
    return 1 + (unicodedata.east_asian_width(character) in _WIDE)


def pad(text: str, width: int) -> str:
    """Pad a text with spaces on the right to at least ``width`` columns."""
    return text + " " * (width - display_width(text))


def cut(text: str, width: int) -> str:
    """Return the longest prefix of a text that fits into ``width`` columns."""
    used = 0
    for index, character in enumerate(text):
        used += character_width(character)
        if used > width:
            return text[:index]
    return text
