"""Find levels of a question whose texts repeat the text of another level."""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

ALIKE = 0.8  # the least similarity of two spellings of a word
SHORTEST, LONGEST = 4, 40  # lengths of such words: "all" and "ill" differ
_AS_BEFORE = re.compile(r"as [0-4]\b[\s,;:]*(and |but |with )?")
_FILL_WORDS = {
    "a", "an", "the", "is", "are", "was", "be", "been", "it", "its", "of", "to", "in",
    "on", "at", "and",
}  # fmt: skip


def repeated_levels(levels: Sequence[str]) -> Iterator[tuple[int, int, bool]]:
    """Yield the pairs of levels whose texts say the same, the higher level first.

    The third value is True for the same words, False for nearly the same words.
    """
    words = [_words(level) for level in levels]
    for high in range(len(levels)):
        for low in range(high):
            if words[high] == words[low]:
                yield high, low, True
                break
            if _are_alike(words[high], words[low]):
                yield high, low, False
                break


def _words(level: str) -> list[str]:
    text = " ".join(level.casefold().split())
    return re.findall(r"\w+", _AS_BEFORE.sub("", text, count=1))


def _are_alike(some: list[str], others: list[str]) -> bool:
    first, second = (
        sorted(word for word in words if word not in _FILL_WORDS)
        for words in (some, others)
    )
    if len(first) != len(second) or not first:
        return False
    return all(map(_is_same_word, first, second))


def _is_same_word(one: str, other: str) -> bool:
    if one == other:
        return True
    lengths = (len(one), len(other))
    if min(lengths) < SHORTEST or max(lengths) > LONGEST or not (one + other).isalpha():
        return False
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= ALIKE
