"""How large what we read may be: far beyond any real file, never a whole memory."""

LIMIT = 1024 * 1024  # bytes of a file, or of standard input
DEPTH = 64  # levels of a document
