"""How large the input may be: far beyond any real file, well below any memory."""

LIMIT = 1024 * 1024  # bytes of a file, or of standard input
DEPTH = 64  # levels of a document
LONGEST_TEXT = 10_000  # characters of a text that is typed in an interview
