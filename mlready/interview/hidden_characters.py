"""Show a line of text while the user edits it: hidden characters, and whole words."""

from collections.abc import Iterator, Sequence
from itertools import accumulate

from prompt_toolkit.formatted_text.utils import fragment_list_to_text
from prompt_toolkit.layout.processors import (
    Processor,
    Transformation,
    TransformationInput,
)
from prompt_toolkit.layout.utils import explode_text_fragments

from mlready.display_width import character_width, display_width
from mlready.escaping import for_terminal
from mlready.interview.text_wrapping import unbroken_parts

WIDE = 2  # columns of a wide character


class ShowHiddenCharacters(Processor):
    """Shows a symbol for each hidden character of the input line.

    Words that do not fit the end of a row begin on the next row. The text itself does
    not change.

    Args:
        indent: how many columns stay empty at the beginning of each row.

    """

    def __init__(self, indent: int = 0) -> None:
        self._indent = indent

    def apply_transformation(
        self, transformation_input: TransformationInput
    ) -> Transformation:
        """Return the input line with symbols in place of hidden characters."""
        fragments = explode_text_fragments(transformation_input.fragments)
        width = transformation_input.width - self._indent
        shown = with_whole_words(
            shown_characters(fragment_list_to_text(fragments)), width
        )
        starts = list(accumulate(map(len, shown), initial=0))

        def to_source(position: int) -> int:
            return max(n for n, start in enumerate(starts) if start <= position)

        def to_display(position: int) -> int:
            # The cursor can be after the last character of the line.
            beyond = max(position - len(shown), 0)
            return starts[position - beyond] + beyond

        return Transformation(
            [
                (style, text)
                for (style, _, *_), text in zip(fragments, shown, strict=True)
            ],
            source_to_display=to_display,
            display_to_source=to_source,
        )


def shown_characters(line: str) -> list[str]:
    """Return the text that the terminal shows for each character of a line."""
    shown, at, rest = for_terminal(line), 0, []
    for character in line:
        kept = shown.startswith(character, at)
        rest.append(character if kept else for_terminal(character))
        at += len(rest[-1])
    return rest


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
