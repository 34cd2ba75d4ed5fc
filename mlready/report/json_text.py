"""Write plain data as JSON text that is safe to print on a terminal."""

import json
import re
from typing import Any

from mlready.escaping import for_terminal

_UNUSUAL = re.compile(r"[^\n -~]")


def json_text(data: Any) -> str:
    """Return plain data as JSON text.

    Characters that control a terminal are written as JSON escape sequences.
    """
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, indent=2)
    return _UNUSUAL.sub(_escape_sequence, text) + "\n"


def _escape_sequence(found: re.Match[str]) -> str:
    character = found[0]
    kept = for_terminal(character) == character and not (
        "\ud800" <= character <= "\udfff"
    )
    # A JSON escape sequence contains one UTF-16 code unit, not a whole character.
    halves = character.encode("utf-16-be", "surrogatepass")
    units = [halves[at : at + 2].hex() for at in range(0, len(halves), 2)]
    return character if kept else "".join(f"\\u{unit}" for unit in units)


def escape_asterisks(text: str) -> str:
    """Escape asterisks and backslashes, so that ``without_emphasis`` keeps them."""
    return re.sub(r"[\\*]", r"\\\g<0>", text)


def without_emphasis(text: str) -> str:
    """Remove the asterisks that mark emphasis; keep escaped asterisks."""
    return re.sub(r"\\(.)|\*", r"\1", text, flags=re.DOTALL)
