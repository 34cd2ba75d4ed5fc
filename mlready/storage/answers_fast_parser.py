"""Read a file that is written the way mlready writes, line by line.

Such a file has three kinds of lines: a key and its text, the name of a block, and two
spaces deeper a key with its text or with a short mapping on the same line. That takes a
fraction of the time YAML takes, and YAML need not even be loaded. Anything else, sound
or not, is left to ``documents``, which knows all of YAML and names every mistake. What
both can read means the same to both.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from mlready.input_limits import LIMIT
from mlready.model.answers import EXPRESS, FULL

Entry = str | dict[str, str]
Block = dict[str, Entry]

_KEY = r"[A-Za-z][A-Za-z0-9_-]{0,63}"
_WORDS = r"\w[\w.+-]*+(?: [\w.+-]+)*+"
_TEXT = rf'({_WORDS}|"(?!")[^"\\]*+(?:\\["\\nt][^"\\]*)*+")'
_PAIR = re.compile(rf"({_KEY}): {_TEXT}", re.ASCII)
_ENTRY = re.compile(rf"  ({_KEY}): (?:{_TEXT}|\{{(.*)\}})", re.ASCII)
_TOP = re.compile(rf"({_KEY}):(?: (?:{_TEXT}|(\{{\}})))?", re.ASCII)
_SILENT = re.compile(" *(?:#.*)?")
PARTS, FREE = ("project", "profile", "answers"), "available"
TEXTS = ("na", "accepted", "note", "evidence", "by", "on")
_HEADER = {"questionnaire", "version", "scope", "next"}
_ANSWER = {"level", *TEXTS}
_LEVELS = {*"01234", "unknown", "?", ""}
_NUMBER = re.compile(r"([0-9]{1,6}(\.[0-9]{1,3})?)?")
_VERSION = re.compile("[0-9]{1,9}")


def read(data: bytes) -> dict[str, str | Block] | None:
    """Return what the file says, or None where it takes YAML to tell."""
    said: dict[str, str | Block] = {}
    block: Block | None = None
    for line in _lines(data):
        if entry := _ENTRY.fullmatch(line):
            if block is None or not _added(block, *entry.groups()):
                return None
        elif top := _TOP.fullmatch(line):
            key, text, empty = top.groups()
            if key in said:
                return None
            inside: Block = {}
            said[key] = _unquoted(text) if text else inside
            block = None if text or empty else inside
        elif not _SILENT.fullmatch(line):
            return None
    return said or None


def _lines(data: bytes) -> list[str]:
    """Return the lines, none where some of it YAML would refuse, fold or lose."""
    try:
        lines = data.decode().split("\n") if len(data) <= LIMIT else []
    except UnicodeDecodeError:
        return []
    return lines if "".join(lines).isprintable() else []


def _added(block: Block, key: str, text: str | None, pairs: str) -> bool:
    """Add an entry to the block; return whether all of it is understood."""
    if key in block:
        return False
    if text:
        block[key] = _unquoted(text)
        return True
    found = _PAIR.findall(pairs)
    block[key] = entry = {name: _unquoted(each) for name, each in found}
    return len(entry) == len(found) and ", ".join(map(": ".join, found)) == pairs


def _unquoted(text: str) -> str:
    if text[0] != '"':
        return text
    return json.loads(text) if "\\" in text else text[1:-1]


def is_well_formed(raw: Mapping[str, Any]) -> bool:
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
