"""Compare names that people type: of persons, roles and projects."""

import unicodedata
from functools import lru_cache

SIGNS = "+#*=<>@%$^~|"  # may be all that differs, as in C++ and C#


@lru_cache(maxsize=4096)  # several checks need the name of each of many voices
def plain(name: str) -> str:
    """Return a name or role in lower case, with spaces for hyphens and underscores.

    A letter with an accent may be one character or two.
    """
    # A regular expression would take twice as long, and a portfolio has many names.
    name = name if name.isascii() else unicodedata.normalize("NFKC", name)
    return " ".join(name.casefold().replace("_", " ").replace("-", " ").split())


@lru_cache(maxsize=4096)
def plain_project(name: str) -> str:
    """Return a project's name without case, accents and punctuation.

    An accent is a mark on a Latin or Greek letter. In other scripts a mark makes
    another letter, or is a vowel.
    """
    folded = unicodedata.normalize("NFKD", name).casefold()
    kept, base = [], " "
    for each in unicodedata.normalize("NFKD", folded):
        if _is_kept(each) or not _is_mark(each):
            base = each
            kept.append(each if _is_kept(each) else " ")
        elif not (unicodedata.combining(each) and _drops_marks(base)):
            kept.append(each)
    words = unicodedata.normalize("NFKC", "".join(kept))
    return " ".join(words.split()) or name.strip()


def _is_mark(letter: str) -> bool:
    return unicodedata.category(letter).startswith("M")


def _is_kept(letter: str) -> bool:
    return letter.isalnum() or letter in SIGNS


def _drops_marks(base: str) -> bool:
    """Return whether a mark after ``base`` is an accent or part of punctuation."""
    is_accented = unicodedata.name(base, "").startswith(("LATIN ", "GREEK "))
    return is_accented or not _is_kept(base)
