"""The filters, methods and global functions that user templates can use.

No filter here skips escaping, reads attributes of Python objects, or is random.
"""

from typing import Any

GLOBALS = ["range", "namespace"]
FILTERS = [
    "abs", "batch", "capitalize", "center", "count", "d", "default", "dictsort",
    "filesizeformat", "first", "float", "format", "groupby", "indent", "int", "items",
    "join", "last", "length", "list", "lower", "map", "max", "min", "reject",
    "rejectattr", "replace", "reverse", "round", "select", "selectattr", "slice",
    "sort", "string", "sum", "title", "tojson", "trim", "truncate", "unique", "upper",
    "urlencode", "wordcount", "wordwrap",
]  # fmt: skip
# Those filters that would convert a value of any type to text.
TEXT_FILTERS = [
    "capitalize", "center", "format", "indent", "join", "lower", "replace", "string",
    "title", "trim", "truncate", "upper", "urlencode", "wordcount", "wordwrap",
]  # fmt: skip
METHODS: dict[type, list[str]] = {
    str: [
        "capitalize", "count", "endswith", "find", "isalpha", "isdigit", "join",
        "lower", "lstrip", "removeprefix", "removesuffix", "replace", "rstrip", "split",
        "splitlines", "startswith", "strip", "title", "upper",
    ],
    dict: ["get", "items", "keys", "values"],
    list: ["count", "index"],
    # Only the groups that the filter groupby returns have "grouper" and "list".
    tuple: ["count", "index", "grouper", "list"],
}  # fmt: skip


def methods(value: Any) -> list[str]:
    """Return the names of the methods of ``value`` that a user template may call."""
    return next((few for kind, few in METHODS.items() if isinstance(value, kind)), [])
