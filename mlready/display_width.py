"""Measure, pad and cut text by its width in terminal columns."""

import unicodedata
from functools import lru_cache

_WIDE = {"W", "F"}  # East Asian Width classes: wide and fullwidth
_NO_WIDTH = {"Mn", "Me", "Cf"}  # Unicode categories: combining marks and joiners


def display_width(text: str) -> int:
    """Return the width of a text in terminal columns.

    Source: Unicode Standard Annex 11, East Asian Width.
    """
    return len(text) if text.isascii() else sum(map(character_width, text))


@lru_cache(maxsize=4096)
def character_width(character: str) -> int:
    """Return the width of a character in terminal columns: 0, 1 or 2."""
    if unicodedata.category(character) in _NO_WIDTH:
        return 0
    return 1 + (unicodedata.east_asian_width(character) in _WIDE)


def pad(text: str, width: int) -> str:
    """Append spaces until a text fills ``width`` terminal columns."""
    return text + " " * (width - display_width(text))


def cut(text: str, width: int) -> str:
    """Cut off the end of a text to fit ``width`` terminal columns."""
    used = 0
    for index, character in enumerate(text):
        used += character_width(character)
        if used > width:
            return text[:index]
    return text
