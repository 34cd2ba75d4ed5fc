"""Tell without the schema whether an answers file is well formed, as most are."""

import re
from collections.abc import Mapping
from typing import Any

from mlready.answers import EXPRESS, FULL

PARTS, FREE = ("project", "profile", "answers"), "available"
TEXTS = ("na", "accepted", "note", "evidence", "by", "on")
_HEADER = {"questionnaire", "version", "scope", "next"}
_ANSWER = {"level", *TEXTS}
_LEVELS = {*"01234", "unknown", "?", ""}
_NUMBER = re.compile(r"([0-9]{1,6}(\.[0-9]{1,3})?)?")
_VERSION = re.compile("[0-9]{1,9}")


def is_plain(raw: Mapping[str, Any]) -> bool:
    """Return whether a file is so plainly well formed that no schema need tell.

    Loading the schema's checker takes as long as the interpreter, and most files are
    fine. What is not plain is not yet wrong: then the schema decides, and explains.
    """
    parts = [raw.get(part, {}) for part in PARTS]
    if not all(isinstance(part, dict) for part in parts):
        return False
    project, profile, answers = parts
    rest = {key: value for key, value in raw.items() if key not in PARTS}
    facts = {key: value for key, value in profile.items() if key != FREE}
    free = profile.get(FREE, {})
    return (
        {"questionnaire", "version"} <= rest.keys() <= _HEADER
        and all(_is_texts(part) for part in (rest, project, facts, free))
        and project.keys() <= {"name", "slice"}
        and bool(_VERSION.fullmatch(rest["version"]))
        and rest.get("scope", FULL) in {EXPRESS, FULL}
        and all(_NUMBER.fullmatch(people) for people in free.values())
        and all(_is_plain_answer(answer) for answer in answers.values())
    )


def _is_plain_answer(answer: Any) -> bool:
    if isinstance(answer, str):
        return answer in _LEVELS
    return (
        _is_texts(answer)
        and answer.keys() <= _ANSWER
        and answer.get("level", "") in _LEVELS
        and not {"level", "na"} <= answer.keys()
    )


def _is_texts(value: Any) -> bool:
    """Return whether this is a mapping of nothing but texts."""
    return isinstance(value, dict) and all(isinstance(v, str) for v in value.values())
