"""Check the values of profile facts in an answers file."""

import re
from typing import Any, TypeGuard

from mlready.model.questionnaire import Fact


def is_whole(value: Any) -> TypeGuard[str]:
    """Return whether a value is the text of a whole number of at most nine digits."""
    return isinstance(value, str) and bool(re.fullmatch("[0-9]{1,9}", value))


def wanted_instead(fact: Fact, value: Any) -> str:
    """Return what is expected instead of a fact's value, "" if the value is valid.

    Also returns "" for an empty value, and for a value that is not text.
    """
    if not isinstance(value, str) or not value or value in fact.choices:
        return ""
    if not fact.choices:
        return "" if is_whole(value) else "a whole number"
    choices = list(fact.choices)
    return f"{', '.join(choices[:-1])} or {choices[-1]}"
