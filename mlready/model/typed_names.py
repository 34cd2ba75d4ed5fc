"""Compare names that people type: of persons, roles and projects."""

import unicodedata
from functools import lru_cache

SIGNS = "+#*=<>@%$^~|"  # may be all that differs, as in C++ and C#


@lru_cache(maxsize=4096)  # each of many voices is compared with each other one
def plain(name: str) -> str:
    """Return a name or role in lower case, with spaces for hyphens and underscores.

    A letter with an accent may be one character or two.
    """
    # A regular expression would take twice as long, and a portfolio has many names.
    name = name if name.isascii() else unicodedata.normalize("NFKC", name)
    return " ".join(name.casefold().replace("_", " ").replace("-", " ").split())


@lru_cache(maxsize=4096)
def plain_project(name: str) -> str:
    """Return a project's name without case, accents and punctuation."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    words = "".join(
        # A vowel that is written as a mark of its own is a letter, no accent.
        each if each.isalnum() or each in SIGNS or _is_mark(each) else " "
        for each in letters
        if not unicodedata.combining(each)
    )
    return " ".join(words.split()) or name.strip()


def _is_mark(letter: str) -> bool:
    return unicodedata.category(letter).startswith("M")
