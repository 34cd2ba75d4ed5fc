"""Shift the levels of the headings of a Markdown document."""

import re

DEEPEST = 6

# Matches a fenced block of code, to leave it unchanged, or the ``#`` characters of a
# heading.
_FENCED_OR_HEADING = re.compile(
    r"""
    ^[ ]{0,3} (?P<fence> `{3,}(?![^\n]*`) | ~{3,} ) [^\n]*
        (?: .*? ^[ ]{0,3} (?P=fence) (?: `* | ~* ) [ \t]* $ | .* )
    | ^(?P<indent>[ ]{0,3}) (?P<signs>\#{1,6}) (?= [ \t] | $ )
    """,
    re.MULTILINE | re.DOTALL | re.VERBOSE,
)


def shift_headings(text: str, level: int) -> str:
    """Shift the headings of a Markdown text so that level 1 becomes ``level``.

    No heading gets deeper than level 6. The text must not contain code fences in lists
    or quotations.
    """

    def shifted(found: re.Match[str]) -> str:
        if found["fence"]:
            return found[0]
        depth = min(len(found["signs"]) + level - 1, DEEPEST)
        return f"{found['indent']}{'#' * depth}"

    return _FENCED_OR_HEADING.sub(shifted, text)
