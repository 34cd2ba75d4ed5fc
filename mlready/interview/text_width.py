"""Fit text to the width of the terminal and escape it for the terminal."""

import textwrap
from os import terminal_size
from shutil import get_terminal_size

from mlready.escaping import for_terminal

NARROWEST = 10
SMALL = terminal_size((60, 28))


def wrap(text: str, indent: str = "  ") -> str:
    """Break text at words to the width of the terminal, with an indent on each line."""
    width = max(get_terminal_size().columns - len(indent) - 2, NARROWEST)
    lines = [
        line
        for part in text.splitlines()
        for line in textwrap.wrap(for_terminal(part), width) or [""]
    ]
    return "\n".join(indent + line for line in lines)


def is_small_terminal() -> bool:
    """Return whether a full hint leaves too little room for a question."""
    size = get_terminal_size()
    return size.columns < SMALL.columns or size.lines < SMALL.lines


def truncate(text: str) -> str:
    """Return the text, cut to one line of a list."""
    width = max(get_terminal_size().columns - 6, NARROWEST)
    text = for_terminal(text)
    return text if len(text) <= width else f"{text[: width - 1]}…"
