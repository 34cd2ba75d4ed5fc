"""Limits on input: larger than real input, small enough to fit into memory."""

LIMIT = 1024 * 1024  # bytes of a file, or of standard input
DEPTH = 64  # nesting levels of a document
LONGEST_TEXT = 10_000  # characters of a text typed in an interview
