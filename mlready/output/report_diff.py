"""Compute a unified diff of two documents in bounded time."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import Match, SequenceMatcher
from itertools import takewhile

CONTEXT = 3  # equal lines shown before and after a difference, as in diff -u
# How many pairs of equal lines are compared; after that, the remaining lines are shown
# as replaced. Comparing two million pairs takes about a second, but two documents of
# 120,000 lines can have 10^10 pairs.
MOST_PAIRS = 2_000_000
NO_NEWLINE = r"\ No newline at end of file"


class _BoundedMatcher(SequenceMatcher[str]):
    """A SequenceMatcher that stops after comparing ``MOST_PAIRS`` pairs of lines."""

    def __init__(self, old: Sequence[str], new: Sequence[str]) -> None:
        super().__init__(None, old, new)
        self._old, self._pairs = old, 0
        # SequenceMatcher documents its attribute ``b2j``, but typeshed lacks it.
        self._places: Mapping[str, list[int]] = vars(self)["b2j"]

    def find_longest_match(
        self, alo: int = 0, ahi: int | None = None, blo: int = 0, bhi: int | None = None
    ) -> Match:
        lines = self._old[alo:ahi]
        self._pairs += sum(1 + len(self._places.get(line, ())) for line in lines)
        if self._pairs > MOST_PAIRS:
            return Match(alo, blo, 0)
        return super().find_longest_match(alo, ahi, blo, bhi)


def unified_diff(
    old: Sequence[str], new: Sequence[str], old_name: str, new_name: str
) -> Iterator[str]:
    """Yield the lines of a unified diff of two lists of lines.

    Each line must end with a newline, except the last line of a list.
    """
    start, end = _equal_ends(old, new)
    start, end = max(start - CONTEXT, 0), max(end - CONTEXT, 0)
    old, new = old[start : len(old) - end], new[start : len(new) - end]
    yield from (f"--- {old_name}", f"+++ {new_name}")
    for group in _BoundedMatcher(old, new).get_grouped_opcodes(CONTEXT):
        (_, i1, _, j1, _), (_, _, i2, _, j2) = group[0], group[-1]
        yield f"@@ -{_range(start, i1, i2)} +{_range(start, j1, j2)} @@"
        for tag, i1, i2, j1, j2 in group:
            if tag == "equal":
                yield from _lines(" ", old[i1:i2])
            else:
                yield from _lines("-", old[i1:i2])
                yield from _lines("+", new[j1:j2])


def _equal_ends(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    """Return how many lines are equal at the start and at the end of two documents."""
    start = _equal(zip(old, new, strict=False))
    rest = slice(start, None)
    return start, _equal(zip(reversed(old[rest]), reversed(new[rest]), strict=False))


def _equal(pairs: Iterable[tuple[str, str]]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _range(before: int, start: int, end: int) -> str:
    """Return the line range of a hunk in the notation of a unified diff."""
    length = end - start
    # ``before`` lines at the start of the document were not compared.
    first = before + start + (1 if length else 0)
    return f"{first}" if length == 1 else f"{first},{length}"


def _lines(sign: str, lines: Sequence[str]) -> Iterator[str]:
    for line in lines:
        yield sign + line.removesuffix("\n")
        if not line.endswith("\n"):
            yield NO_NEWLINE
