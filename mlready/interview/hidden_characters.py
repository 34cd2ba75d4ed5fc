"""Show the hidden characters of a line of text while the user edits it."""

from itertools import accumulate

from prompt_toolkit.formatted_text.utils import fragment_list_to_text
from prompt_toolkit.layout.processors import (
    Processor,
    Transformation,
    TransformationInput,
)
from prompt_toolkit.layout.utils import explode_text_fragments

from mlready.escaping import for_terminal
from mlready.interview.line_wrapping import with_whole_words


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
