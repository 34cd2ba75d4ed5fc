"""Compare and convert line endings: one checkout may have LF, another CRLF."""

import re
from collections import Counter

_ENDING = rb"\r\n|\n|\r"


def same_lines(one: bytes, other: bytes) -> bool:
    """Return whether two documents are equal apart from their line endings."""
    return one == other or with_newlines(one) == with_newlines(other)


def with_newlines(data: bytes) -> bytes:
    """Return a document with each line ending replaced by a newline."""
    return re.sub(_ENDING, b"\n", data)


def with_endings_of(old: bytes, new: bytes) -> bytes:
    """Return ``new`` with the line ending of ``old``, such as CRLF in place of LF.

    A document's first line ending counts as the line ending of the document.
    """
    before, after = re.search(_ENDING, old), re.search(_ENDING, new)
    if not (before and after):
        return new
    kind, wanted = after[0], before[0]
    return re.sub(_ENDING, lambda each: wanted if each[0] == kind else each[0], new)


def with_most_frequent_ending_of(old: bytes, new: bytes) -> bytes:
    """Replace the newlines of ``new`` by the most frequent line ending of ``old``.

    ``old`` must have at least one line ending.
    """
    return new.replace(b"\n", Counter(re.findall(_ENDING, old)).most_common(1)[0][0])
