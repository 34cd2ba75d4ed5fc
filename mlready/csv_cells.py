"""Prevent spreadsheets from reading cells of a CSV table as formulas.

An apostrophe before ``=`` or a similar character makes a formula plain text. A program
that reads the table can restore the original text.
"""

import re

# Without it, spreadsheets do not detect UTF-8. A Python program that reads such a table
# should decode it as ``utf-8-sig``.
BYTE_ORDER_MARK = "\ufeff"
# Matches the beginning of a part of a cell that a spreadsheet could evaluate as a
# formula. Parts end at semicolons, tabs, bars and line breaks, because a spreadsheet
# may separate cells there and ignore quotes around a cell. Some spreadsheets skip
# blanks and quotes before a formula, and some accept fullwidth characters. A part with
# apostrophes before such a beginning gets one more, so that a program that reads the
# table can always remove one apostrophe.
_BEGIN = r"(?:\A|(?<=[;|\t\r\n]))"
_SIGN = r"""'*(?:[^\S;|\t\r\n]|["\0])*[=+@\uff1d\uff0b\uff0d\uff20-]"""
_FORMULA = re.compile(f"{_BEGIN}(?={_SIGN})")
_GUARDED = re.compile(f"{_BEGIN}'(?={_SIGN})")


def without_formulas(cell: str) -> str:
    """Put an apostrophe before each part of a cell that could be a formula."""
    return _FORMULA.sub("'", cell)


def original_text(cell: str) -> str:
    """Remove the apostrophes that ``without_formulas`` put into a cell."""
    return _GUARDED.sub("", cell)
