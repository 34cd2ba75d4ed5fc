"""Where a line of Markdown is code between backticks, which shows what it holds."""

import re
from collections.abc import Iterator

_BACKTICKS = re.compile(b"`+")


def mask_code_spans(line: bytes) -> bytes:
    """Return the line with its code spans, backticks and all, painted over."""
    parts, end = [], 0
    for start, after in _spans(line):
        parts += [line[end:start], b"`" * (after - start)]
        end = after
    return b"".join([*parts, line[end:]])


def _spans(line: bytes) -> Iterator[tuple[int, int]]:
    """Yield where each span begins and ends: at the next backticks of equal number."""
    runs = [found.span() for found in _BACKTICKS.finditer(line)]
    closing: dict[int, int] = {}
    latest: dict[int, int] = {}
    for n in range(len(runs) - 1, -1, -1):
        length = runs[n][1] - runs[n][0]
        closing[n] = latest.get(length, 0)
        latest[length] = n
    n = 0
    while n < len(runs):
        if closes := closing[n]:
            yield runs[n][0], runs[closes][1]
        n = (closes or n) + 1
