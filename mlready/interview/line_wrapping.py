"""Wrap a line of text between words while the user types it."""

from collections.abc import Iterator, Sequence
from itertools import accumulate

from mlready.display_width import character_width, display_width
from mlready.interview.text_wrapping import unbroken_parts

WIDE = 2  # columns of a wide character


def with_whole_words(shown: Sequence[str], width: int) -> list[str]:
    """Return the characters of a line, with spaces at the ends of rows.

    The terminal breaks a line wherever a row is full. The spaces fill a row before a
    word that does not fit the row, so that the word begins on the next one. They are
    added to the character before the word, which keeps the cursor at its place.

    Args:
        shown: what the terminal shows for each character of the line.
        width: the columns of a row.

    """
    padded, column = [*shown], 0
    for start, end in _words(shown):
        text = "".join(shown[start:end])
        if start and 0 < column < width < column + _room_for(text):
            padded[start - 1] += " " * (width - column)
            column = 0
        for character in text:
            size = character_width(character)
            column = column + size if column + size <= width else size
    return padded


def _words(shown: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield where each part of a line that should not be broken begins and ends."""
    ends = {at: n for n, at in enumerate(accumulate(map(len, shown)), 1)}
    start = at = 0
    for part in unbroken_parts("".join(shown)):
        at += len(part)
        # Not within the symbol of a hidden character.
        if at in ends:
            yield start, ends[at]
            start = ends[at]


def _room_for(part: str) -> int:
    """Return how many columns a part of a line needs to stay on its row.

    One more than its width, for the space after a word or for the cursor. Between wide
    characters there is no space.
    """
    word = part.rstrip()
    between = not word or character_width(word[-1]) == WIDE
    return display_width(word) + (0 if between else 1)
