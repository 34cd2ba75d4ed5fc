"""Parse an answers file in the usual layout, several times faster than YAML parsers.

``strict_yaml`` reads all other files. For a file that both can read, the results are
equal.
"""

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from mlready.input_limits import LIMIT, LONGEST_LINE
from mlready.model.answers import EXPRESS, FULL

Entry = str | dict[str, str]
Block = dict[str, Entry]

KEY = r"[A-Za-z][A-Za-z0-9_-]{0,63}"
# YAML takes the word null, outside quotes, for no value; ``strict_yaml`` reads that.
_WORDS = r"(?!(?:null|Null|NULL)(?:[,}\n]|\Z))\w[\w.+-]*+(?: [\w.+-]+)*+"
_QUOTED = r'(?!")[^"\\\n]*+(?:\\["\\nt][^"\\\n]*)*+'
_PAIR = re.compile(rf'({KEY}): (?:({_WORDS})|"({_QUOTED})")', re.ASCII)
_PAIRS = rf'{KEY}: (?:{_WORDS}|"{_QUOTED}")'
# Matches any line of a file in the usual layout, so that one call reads all lines.
_LINE = re.compile(
    rf'^(  )?({KEY}):(?: (?:({_WORDS})|"({_QUOTED})"|'
    rf"(\{{(?:{_PAIRS}(?:, {_PAIRS})*+)?\}})))?$|^ *(?:#.*)?$",
    re.ASCII | re.MULTILINE,
)
PARTS, FREE = ("project", "profile", "answers"), "available"
VOICE, VOICES, SAID = "voice", "voices", "said"
OF_ROLE = "available-"  # before a role: what voices said about its people available
OF_BACKGROUND = "background-"  # before an id: what voices said for this line
OF_VOICES = {VOICE, VOICES, SAID}
BACKGROUND, STEPS, INTERVIEW = "background", "steps", "interview"
OF_PLAN = {BACKGROUND, STEPS, INTERVIEW}
_OTHERS = {*PARTS, *OF_VOICES, *OF_PLAN}
# Maps each key of an answer in the file, except its level, to the ``Answer`` field that
# the key sets. Older files have `on` for the date. YAML 1.1 reads `on` as the value
# true, so an editor may have saved such a file with the key `true`.
TEXTS = {
    "na": "na",
    "accepted": "accepted",
    "note": "note",
    "evidence": "evidence",
    "by": "by",
    "date": "date",
    "on": "date",
    "true": "date",
}
_REASONS = ("na", "accepted")
ANSWER_DATES = ("date", "on", "true")
# Invisible characters that Unicode classifies as letters or symbols.
_FILLERS = "\u115f\u1160\u2800\u3164\uffa0"
EXTENDS = "extends"
_HEADER = {"questionnaire", "version", EXTENDS, "scope", "next", "ask"}
_BASES = "(?:[a-z][a-z0-9_]{0,63}-[0-9]{1,9}(?: (?!$)|$)){1,9}"
_ANSWER = {"level", *TEXTS}
LEVELS = {*"01234", "unknown", "?", ""}
NUMBER = re.compile(r"([0-9]{1,6}(\.[0-9]{1,3})?)?")
_VERSION = re.compile("[0-9]{1,9}")
_VOICE = {"name", "role", "present", "date", "drafted", "confirmed"}
_VOICE_ID = "v[1-9][0-9]{0,5}"
STEP_DATES = ("due", "done")
_TEXTS = ("what", "owner")
TIMES, _NUMBERS = ("start", "end"), ("minutes", "answers")
DATE = "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_TIME = f"({DATE} ([01][0-9]|2[0-3]):[0-5][0-9])?"
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def read(data: bytes) -> dict[str, str | Block] | None:
    """Return the content of an answers file, None if the file needs a YAML parser."""
    lines = _LINE.findall(text := _text(data))
    if len(lines) != text.count("\n") + 1:
        return None
    content: dict[str, Any] = {}
    block: dict[str, Any] | None = None
    for indent, key, words, quoted, pairs in lines:
        if not key:
            continue  # blank, or a comment
        into = block if indent else content
        if into is None or key in into:
            return None
        if entry := words or _mapping(pairs) or _unescaped(quoted):
            into[key] = entry
            block = into if indent else None
        elif not pairs and not indent:
            content[key] = block = {}
        elif pairs == "{}":
            into[key] = {}
            block = into if indent else None
        else:
            return None
    return content or None


def _text(data: bytes) -> str:
    """Decode a file; return "-" if the file needs a YAML parser."""
    try:
        text = data.decode() if len(data) <= LIMIT else "-"
    except UnicodeDecodeError:
        return "-"
    # YAML rejects or changes some characters, such as a tab in a plain text.
    return text if text.replace("\n", "").isprintable() else "-"


def _mapping(pairs: str) -> dict[str, str] | None:
    """Return the pairs between braces as a mapping; None if a key is repeated."""
    found = _PAIR.findall(pairs)
    entry = {name: words or quoted for name, words, quoted in found}
    if "\\" in pairs:
        entry = {name: _unescaped(each) for name, each in entry.items()}
    return entry if len(entry) == len(found) else None


def _unescaped(quoted: str) -> str:
    if quoted.count("\\") == quoted.count('\\"'):  # no other escapes, as in most texts
        return quoted.replace('\\"', '"')
    return str(json.loads(f'"{quoted}"'))


def is_well_formed(raw: Mapping[str, Any]) -> bool:
    """Return whether the content of an answers file is certainly valid.

    If the result is False, the caller must validate the content against the schema.
    """
    # Importing the schema library takes as long as starting Python.
    parts = [raw.get(part, {}) for part in PARTS]
    if not all(isinstance(part, dict) for part in parts):
        return False
    project, profile, answers = parts
    rest = {key: raw[key] for key in raw.keys() - _OTHERS}
    facts = {key: value for key, value in profile.items() if key != FREE}
    free = profile.get(FREE, {})
    return (
        {"questionnaire", "version"} <= rest.keys() <= _HEADER
        and all(_is_texts(part) for part in (rest, project, facts, free))
        and project.keys() <= {"name", "slice"}
        and bool(_VERSION.fullmatch(rest["version"]))
        and rest.get("scope", FULL) in {EXPRESS, FULL}
        and (not rest.get(EXTENDS) or bool(re.fullmatch(_BASES, rest[EXTENDS])))
        and all(NUMBER.fullmatch(people) for people in free.values())
        and {each for each in answers.values() if isinstance(each, str)} <= LEVELS
        and all(
            _is_well_formed_answer(each)
            for each in answers.values()
            if not isinstance(each, str)
        )
        and (OF_VOICES.isdisjoint(raw) or _are_well_formed_voices(raw))
        and (OF_PLAN.isdisjoint(raw) or is_well_formed_plan(raw))
    )


def _are_well_formed_voices(raw: Mapping[str, Any]) -> bool:
    voice, voices, said = (raw.get(key, {}) for key in (VOICE, VOICES, SAID))
    return (
        isinstance(voices, dict)
        and isinstance(said, dict)
        and all(_is_well_formed_voice(each) for each in (voice, *voices.values()))
        and all(_is_texts(entry) for entry in said.values())
        and all(
            re.fullmatch(_VOICE_ID, id_)
            for part in (voices, *said.values())
            for id_ in part
        )
    )


def is_line(text: str) -> bool:
    """Return whether a text can be a background line or the text of a step.

    The text must be empty, or one visible line of at most ``LONGEST_LINE`` characters.
    """
    return not text or (
        len(text) <= LONGEST_LINE and not _CONTROL.search(text) and not is_blank(text)
    )


def is_date(text: str) -> bool:
    """Return whether a text is empty or a date of the calendar, as YYYY-MM-DD."""
    return not text or (bool(re.fullmatch(DATE, text)) and _exists(text))


@lru_cache(maxsize=1024)  # the answers of many teams have a few hundred dates
def names_no_day(text: str) -> bool:
    """Return whether a text is written as YYYY-MM-DD, but there is no such day."""
    return bool(re.fullmatch(_DAY, text)) and not is_date(text)


def _exists(day: str) -> bool:
    """Return whether a text that matches DATE is a day of the calendar."""
    if day[8:] <= "28" and day[:4] != "0000":
        return True  # most days, without an import
    from datetime import date

    try:
        return bool(date.fromisoformat(day))
    except ValueError:
        return False


def is_well_formed_plan(raw: Mapping[str, Any]) -> bool:
    """Return whether background, steps and interview times are certainly valid.

    If the result is False, the caller must validate the content against the schema.
    """
    lines, steps, held = (raw.get(key, {}) for key in (BACKGROUND, STEPS, INTERVIEW))
    return (
        all(isinstance(part, dict) for part in (lines, steps, held))
        and all(isinstance(text, str) and is_line(text) for text in lines.values())
        and all(re.fullmatch(KEY, key) for key in steps)
        and all(is_well_formed_step(step) for step in steps.values())
        and held.keys() <= {*TIMES, *_NUMBERS}
        and all(isinstance(each, str) for each in held.values())
        and all(_is_time(held.get(key, "")) for key in TIMES)
        and all(re.fullmatch("[0-9]{0,6}", held.get(key, "")) for key in _NUMBERS)
    )


def _is_time(text: str) -> bool:
    return bool(re.fullmatch(_TIME, text)) and is_date(text[:10])


def is_well_formed_step(step: Any) -> bool:
    """Return whether the fields of a step are certainly valid."""
    return (
        isinstance(step, dict)
        and step.keys() <= {*_TEXTS, *STEP_DATES}
        and all(isinstance(text, str) for text in step.values())
        and all(is_line(step.get(key, "")) for key in _TEXTS)
        and all(is_date(step.get(key, "")) for key in STEP_DATES)
    )


def _is_well_formed_voice(voice: Any) -> bool:
    return (
        _is_texts(voice)
        and voice.keys() <= _VOICE
        and all(not text or not is_blank(text) for text in voice.values())
        and is_date(voice.get("date", ""))
    )


def is_blank(text: str) -> bool:
    """Return whether a text has no visible character."""
    if text[:1].isascii() and text[:1].isalnum():
        return False
    from unicodedata import category

    return not any(
        category(character)[0] in "LNPS" and character not in _FILLERS
        for character in text
    )


def _is_well_formed_answer(answer: Any) -> bool:
    if (
        not isinstance(answer, dict)
        or not answer.keys() <= _ANSWER
        or ("level" in answer and "na" in answer)
        or sum(key in answer for key in ANSWER_DATES) > 1
    ):
        return False
    for key, text in answer.items():  # noqa: SIM110 - all() takes twice as long
        if not _is_well_formed_field(key, text):
            return False
    return True


def _is_well_formed_field(key: str, text: Any) -> bool:
    if not isinstance(text, str):
        return False
    if key == "level":
        return text in LEVELS
    if key in ANSWER_DATES and names_no_day(text):
        return False
    return not is_blank(text) or (not text and key not in _REASONS)


def _is_texts(value: Any) -> bool:
    """Return whether a value is a mapping whose values are all texts."""
    return isinstance(value, dict) and all(isinstance(v, str) for v in value.values())
