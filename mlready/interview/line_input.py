"""Read the lines that a team types, and print text, in a simple terminal."""

import re
import sys
import textwrap
from shutil import get_terminal_size

from mlready.input_limits import LONGEST_TEXT
from mlready.interview.text_wrapping import NARROWEST, break_line
from mlready.interview.typeahead import (
    TOO_LONG,
    TypedLines,
    TypingPace,
    drain_paste,
    wait_for_key,
)
from mlready.platform_support import discard_typeahead, wait_for_input

WIDTH = 72  # columns, at most
CONTINUED = "   "  # before the second line of a row, and further ones
IGNORED_LINES = (
    "Several lines at once are taken for a paste and ignored; type them one by one."
)


class LineInput:
    """Reads typed lines, and ignores pasted lines."""

    def __init__(self) -> None:
        self._pace = TypingPace()
        self._lines = TypedLines(self._pace)

    def read(self, hint: str) -> str:
        """Print ``hint``, and return the next typed line without control characters.

        Raises:
            EOFError: the input has ended.

        """
        while True:
            hint_lines = textwrap.fill(hint, _width(), break_on_hyphens=False)
            line = self._line(f"{hint_lines}: ")
            if not self._lines.was_typed(line):
                drain_paste()
                discard_typeahead()  # a last line without a line end
                print_lines(IGNORED_LINES)
            elif len(line) > LONGEST_TEXT:
                print_lines(TOO_LONG)
            else:
                return re.sub("[\x00-\x1f\x7f-\x9f\ud800-\udfff]", "", line).strip()

    def _line(self, prompt: str) -> str:
        print(prompt, end="", flush=True)  # noqa: T201 - prints to the terminal
        line = ""
        try:
            self._pace.note_waiting()
            wait_for_key(self._pace)
            wait_for_input(0)  # a Ctrl-C just before readline would not interrupt it
            line = sys.stdin.readline()  # ``input()`` fails on a NUL character
        finally:
            if not line:  # Ctrl-C or end of file leaves the cursor after the prompt
                print_lines("")
        if not line:
            raise EOFError
        return line


def _width() -> int:
    return max(min(get_terminal_size().columns - 1, WIDTH), NARROWEST)


def print_rows(*rows: str) -> None:
    """Print the rows of a list; further lines of a row are indented."""
    for row in rows:
        lines = break_line(row, _width() - len(CONTINUED))
        print(f"\n{CONTINUED}".join(lines))  # noqa: T201 - prints to the terminal


def print_lines(*lines: str) -> None:
    """Print lines, wrapped to the width of the terminal."""
    for line in lines:
        print("\n".join(break_line(line, _width())))  # noqa: T201 - prints to the terminal


def height(*lines: str) -> int:
    """Return how many lines of the terminal some printed lines take."""
    return sum(len(break_line(line, _width())) for line in lines)
