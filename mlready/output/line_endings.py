"""Line endings of documents: versions differ in them from one checkout to the next."""

import re
from collections import Counter

_ENDING = re.compile(rb"\r\n|\n|\r")


def same_lines(one: bytes, other: bytes) -> bool:
    """Return whether two documents are equal but for their line endings."""
    return one == other or with_newlines(one) == with_newlines(other)


def with_newlines(data: bytes) -> bytes:
    """Return a document with a newline at the end of each line."""
    return _ENDING.sub(b"\n", data)


def with_endings_of(old: bytes, new: bytes) -> bytes:
    """Return ``new`` with the line ending that ``old`` has first, if it has any.

    Only endings like the first one of ``new`` change: those within the cells of a table
    stay as they are.
    """
    before, after = _ENDING.search(old), _ENDING.search(new)
    return new.replace(after[0], before[0]) if before and after else new


def with_usual_ending_of(old: bytes, new: bytes) -> bytes:
    """Return ``new``, whose lines end with newlines, with the usual ending of ``old``.

    ``old`` must have one.
    """
    return new.replace(b"\n", Counter(_ENDING.findall(old)).most_common(1)[0][0])
