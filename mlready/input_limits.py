"""Limits on input: larger than any real file, small enough for any memory."""

LIMIT = 1024 * 1024  # bytes of a file, or of standard input
DEPTH = 64  # nesting levels of a document
LONGEST_TEXT = 10_000  # characters of a text typed in an interview
