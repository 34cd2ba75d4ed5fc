"""Compare and convert line endings, which can differ between checkouts."""

import re
from collections import Counter

_ENDING = re.compile(rb"\r\n|\n|\r")


def same_lines(one: bytes, other: bytes) -> bool:
    """Return whether two documents are equal except for line endings."""
    return one == other or with_newlines(one) == with_newlines(other)


def with_newlines(data: bytes) -> bytes:
    """Return a document with each line ending replaced by a newline."""
    return _ENDING.sub(b"\n", data)


def with_endings_of(old: bytes, new: bytes) -> bytes:
    """Return ``new`` with the line endings of ``old``, if that has any.

    The first line ending of each document counts as its usual one. Other line endings
    of ``new`` are kept: they are inside the cells of a table.
    """
    before, after = _ENDING.search(old), _ENDING.search(new)
    return new.replace(after[0], before[0]) if before and after else new


def with_usual_ending_of(old: bytes, new: bytes) -> bytes:
    """Return ``new`` with newlines replaced by the most frequent ending of ``old``.

    ``old`` must have at least one line ending.
    """
    return new.replace(b"\n", Counter(_ENDING.findall(old)).most_common(1)[0][0])
