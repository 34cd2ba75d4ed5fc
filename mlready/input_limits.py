"""Limits on the size of input, which no real input reaches."""

LIMIT = 1024 * 1024  # most bytes of an input file, or of standard input
TABLE_LIMIT = 16 * LIMIT  # most bytes of a tracker's export
DEPTH = 64  # most nesting levels of a document
LONGEST_LINE = 600  # most characters of a background line, and of a text of a step
LONGEST_TEXT = 10_000  # most characters of a text typed in an interview
