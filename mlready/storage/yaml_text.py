"""Write values as YAML text that every YAML parser reads unchanged."""

import json
import re
from collections.abc import Mapping

from mlready.escaping import YAML_WORDS

_PLAIN = r"[a-z_]+|0|[1-9][0-9]*"
_PLAIN_KEY = "[A-Za-z][A-Za-z0-9_-]*"
# Characters that JSON leaves unescaped, but YAML rejects, folds or hides.
_NEEDS_ESCAPE = (
    "[\x7f-\xa0\xad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff]"
)
# `json.dumps` would make an encoder for each text.
_quoted = json.JSONEncoder(ensure_ascii=False).encode


def scalar(value: str) -> str:
    """Return a text as YAML, in quotes if a parser might change the text."""
    if re.fullmatch(_PLAIN, value) and value not in YAML_WORDS:
        return value
    return re.sub(
        _NEEDS_ESCAPE, lambda found: f"\\u{ord(found[0]):04x}", _quoted(value)
    )


def key(name: str) -> str:
    """Return a name as a YAML key, in quotes if a parser might change the name."""
    is_plain = re.fullmatch(_PLAIN_KEY, name) and name.lower() not in YAML_WORDS
    return name if is_plain else scalar(name)


def number(value: float) -> str:
    """Return a number as YAML text, with at most three decimals."""
    return f"{value:.3f}".rstrip("0").rstrip(".")


def on_one_line(values: Mapping[str, str | float]) -> str:
    """Return a mapping of texts and numbers as YAML on one line, in braces."""
    pairs = [
        f"{key(name)}: {scalar(value) if isinstance(value, str) else number(value)}"
        for name, value in values.items()
    ]
    return f"{{{', '.join(pairs)}}}"
