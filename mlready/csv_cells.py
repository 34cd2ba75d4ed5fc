"""Keep cells of a CSV table from being read as formulas; restore the original text.

A spreadsheet evaluates a cell that begins with a character such as ``=`` as a formula.
A spreadsheet may also separate cells at a semicolon, a tab or a bar instead of the
comma, and then ignores quotes around a cell. So each cell is split into parts at these
separators and at line breaks. A part that begins like a formula gets an apostrophe in
front, which makes it text. If it has apostrophes in front already, it gets one more. So
the original text is restored by removing one apostrophe in front of each formula.
"""

import re

# Without it, spreadsheets do not detect UTF-8. A Python program that reads such a table
# should decode it as ``utf-8-sig``.
BYTE_ORDER_MARK = "\ufeff"
# Matches the beginning of a part of a cell that a spreadsheet could evaluate as a
# formula. Some spreadsheets skip blanks and quotes before a formula, and some accept
# fullwidth characters. A part with apostrophes before such a beginning gets one more,
# so that a program that reads the table can always remove one apostrophe.
_BEGIN = r"(?:\A|(?<=[;|\t\r\n]))"
_SIGN = r"""'*(?:[^\S;|\t\r\n]|["\0])*[=+@\uff1d\uff0b\uff0d\uff20-]"""
_FORMULA = re.compile(f"{_BEGIN}(?={_SIGN})")
_GUARDED = re.compile(f"{_BEGIN}'(?={_SIGN})")


def without_formulas(cell: str) -> str:
    """Return a cell's text with an apostrophe before each part that could be a formula.

    Args:
        cell: any text.

    """
    return _FORMULA.sub("'", cell)


def original_text(cell: str) -> str:
    """Return the original text of a cell that ``without_formulas`` returned.

    Args:
        cell: the text of a cell of a table.

    """
    return _GUARDED.sub("", cell)
