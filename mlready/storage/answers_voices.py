"""Read, check and write who gave answers: ``voice``, ``voices`` and ``said``.

The file of a meeting keeps what each voice said before: ``voices`` lists the voices as
v1, v2 and so on, and ``said`` has their answers.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from mlready.errors import SHOWN, Problem, shortened, suggestions
from mlready.model.answers import Answer, AnswerSheet, Voice, empty_sheet
from mlready.model.questionnaire import Fact, Questionnaire
from mlready.model.role_names import role_named, similar_role
from mlready.model.typed_names import plain
from mlready.storage import answers_fast_parser, yaml_text
from mlready.storage.answers_fast_parser import (
    LEVELS,
    NUMBER,
    OF_BACKGROUND,
    OF_ROLE,
    SAID,
    VOICE,
    VOICES,
    is_blank,
)
from mlready.storage.profile_values import wanted_instead
from mlready.storage.source_positions import Document, KeyPath

_NOT_APPLICABLE = "na"
# Stands for a voice's reason why a question does not apply, which files do not keep.
_NO_REASON = "-"


class _Said(NamedTuple):
    """What one voice said, in fields that ``AnswerSheet`` has under the same names."""

    profile: dict[str, str]
    available: dict[str, float]
    answers: dict[str, Answer]
    background: dict[str, str]


def voice_of(raw: Mapping[str, Any], questionnaire: Questionnaire) -> Voice:
    """Return the voice under the key ``voice`` of a valid answers file."""
    return _voice(raw.get(VOICE, {}), questionnaire)


def _voice(raw: Mapping[str, str], questionnaire: Questionnaire) -> Voice:
    voice = Voice(**raw)
    return voice._replace(role=role_named(voice.role, _role_names(questionnaire)))


def voices_of(
    raw: Mapping[str, Any], questionnaire: Questionnaire
) -> tuple[AnswerSheet, ...]:
    """Return one sheet for each voice of a meeting."""
    named = raw.get(VOICES, {})
    said = {id_: _Said({}, {}, {}, {}) for id_ in named}
    facts = {fact.id for fact in questionnaire.profile}
    for name, entry in raw.get(SAID, {}).items():
        for id_, text in entry.items():
            by_voice = said.setdefault(id_, _Said({}, {}, {}, {}))
            if name in facts:
                by_voice.profile[name] = text
            elif name.startswith(OF_ROLE):
                by_voice.available[name.removeprefix(OF_ROLE)] = float(text)
            elif name.startswith(OF_BACKGROUND):
                by_voice.background[name.removeprefix(OF_BACKGROUND)] = text
            else:
                by_voice.answers[name] = _answer(text)
    empty = empty_sheet(questionnaire)
    return tuple(
        empty._replace(
            voice=_voice(named.get(id_, {}), questionnaire), **said[id_]._asdict()
        )
        for id_ in sorted(said, key=_number)
    )


def _number(id_: str) -> int:
    return int(id_[1:])


def _answer(text: str) -> Answer:
    if text == _NOT_APPLICABLE:
        return Answer(na=_NO_REASON)
    return Answer(unknown=True) if text in {"unknown", "?"} else Answer(int(text))


def described(voice: Voice, questionnaire: Questionnaire) -> str:
    """Describe a voice in a few words for a message; "" for an empty voice."""
    role = questionnaire.roles.get(voice.role)
    parts = [
        voice.name,
        role.name if role else voice.role,
        f"a meeting of {voice.present}" if voice.present else "",
        f"drafted by {voice.drafted}" if voice.drafted else "",
        voice.date,
    ]
    return ", ".join(shortened(part) for part in parts if part)


def as_kept(sheet: AnswerSheet) -> AnswerSheet:
    """Return a voice's sheet without remarks, as the file of a meeting keeps sheets."""
    return AnswerSheet(
        sheet.questionnaire,
        sheet.version,
        profile={key: value for key, value in sheet.profile.items() if value},
        available=sheet.available,
        answers={
            id_: Answer(
                answer.level,
                unknown=answer.unknown,
                na=_NO_REASON if answer.na else "",
            )
            for id_, answer in sheet.answers.items()
            if answer.given
        },
        voice=sheet.voice,
        background={
            id_: text for id_, text in sheet.background.items() if not is_blank(text)
        },
    )


def voice_lines(voice: Voice) -> list[str]:
    """Return the YAML lines of the key ``voice``."""
    lines = [f"  {key}: {yaml_text.scalar(text)}" for key, text in _given(voice)]
    return [f"{VOICE}:", *lines] if lines else []


def voices_lines(sheet: AnswerSheet, questionnaire: Questionnaire) -> list[str]:
    """Return the YAML lines of ``voices`` and ``said``.

    A voice is left out if the sheet has neither data on the voice, such as a name, nor
    anything that the voice said.
    """
    kept = [as_kept(each) for each in sheet.voices]
    numbered = [
        (f"v{number}", each)
        for number, each in enumerate(filter(_is_filled_in, kept), 1)
    ]
    if not numbered:
        return []
    people = [
        f"  {id_}: {yaml_text.on_one_line(dict(_given(each.voice)))}"
        for id_, each in numbered
    ]
    values = {id_: dict(_said(each)) for id_, each in numbered}
    said = [
        f"  {name}: {yaml_text.on_one_line(by_voice)}"
        for name in _names(questionnaire)
        if (
            by_voice := {
                id_: values[id_][name] for id_ in values if name in values[id_]
            }
        )
    ]
    return [f"{VOICES}:", *people, *([f"{SAID}:", *said] if said else [])]


def _given(voice: Voice) -> list[tuple[str, str]]:
    return [(key, text) for key, text in voice._asdict().items() if not is_blank(text)]


def _is_filled_in(sheet: AnswerSheet) -> bool:
    said = sheet.profile, sheet.available, sheet.answers, sheet.background
    return any((_given(sheet.voice), *said))


def _names(questionnaire: Questionnaire) -> Iterator[str]:
    """Yield all keys that the part ``said`` of an answers file can have.

    A key is the id of a fact or question, or a prefix with the id of a role or
    background line, such as "available-analyst".
    """
    yield from (fact.id for fact in questionnaire.profile)
    for role in questionnaire.roles.values():
        if role.available:
            yield f"{OF_ROLE}{role.id}"
    yield from (f"{OF_BACKGROUND}{line.id}" for line in questionnaire.background)
    yield from (question.id for question in questionnaire.questions)


def _said(sheet: AnswerSheet) -> Iterator[tuple[str, str | float]]:
    """Yield what a voice said, as keys and values for ``said`` in a file."""
    yield from sheet.profile.items()
    for role, people in sheet.available.items():
        yield f"{OF_ROLE}{role}", people
    for id_, text in sheet.background.items():
        yield f"{OF_BACKGROUND}{id_}", text
    for id_, answer in sheet.answers.items():
        if answer.na:
            yield id_, _NOT_APPLICABLE
        else:
            yield id_, "unknown" if answer.unknown else str(answer.level)


def problems(document: Document, questionnaire: Questionnaire) -> Iterator[Problem]:
    """Yield the problems of ``voices`` and ``said``, such as a voice listed twice.

    Schema validation reports all other problems.
    """
    yield from _repeated_voices(document, questionnaire)
    yield from _said_problems(document, questionnaire)


def doubtful_roles(
    document: Document, questionnaire: Questionnaire
) -> Iterator[Problem]:
    """Yield a problem for each voice with a role that looks misspelt.

    A voice may describe its role in words of its own, such as "the one who pays". So a
    file with such problems is still valid.
    """
    raw = document.value
    voices: dict[KeyPath, Any] = {(VOICE,): raw.get(VOICE)}
    voices |= {(VOICES, id_): each for id_, each in _mapping(raw, VOICES).items()}
    for path, voice in voices.items():
        role = voice.get("role") if isinstance(voice, dict) else ""
        if isinstance(role, str) and (text := doubt_about_role(role, questionnaire)):
            yield document.problem((*path, "role"), text)


def _repeated_voices(
    document: Document, questionnaire: Questionnaire
) -> Iterator[Problem]:
    """Yield a problem for each voice that is listed twice without different dates."""
    names = _role_names(questionnaire)
    before: dict[tuple[Any, ...], str] = {}
    for id_, voice in _mapping(document.value, VOICES).items():
        if not isinstance(voice, dict) or not (voice.get("name") or voice.get("role")):
            continue
        role = role_named(str(voice.get("role") or ""), names)
        who = plain(str(voice.get("name") or "")), plain(role)
        date = str(voice.get("date") or "")
        same = before.get((*who, date)) or before.get((*who, ""))
        if same or (not date and (*who,) in before):
            text = f"the same voice as {same or before[who]}; give both a date, or "
            text += "each person a name"
            yield document.problem((VOICES, id_), text, key=True)
        before.setdefault((*who, date), id_)
        before.setdefault(who, id_)


def _said_problems(
    document: Document, questionnaire: Questionnaire
) -> Iterator[Problem]:
    said, voices = _mapping(document.value, SAID), _mapping(document.value, VOICES)
    known = dict.fromkeys(_names(questionnaire))
    facts = {fact.id: fact for fact in questionnaire.profile}
    for name, near in suggestions(said, known):
        text = f"there is no question or fact '{name}'{near}"
        yield document.problem((SAID, name), text, key=True)
    for name in said:
        for id_, value in _mapping(said, name).items():
            path: KeyPath = (SAID, name, id_)
            if id_ not in voices:
                text = f"'{VOICES}' does not say who {id_} is; add it there"
                yield document.problem(path, text, key=True)
            if name in known and (wanted := _expected_value(name, value, facts)):
                text = f"expected {wanted}, found '{value[:40]}'"
                yield document.problem(path, text)


def _expected_value(name: str, value: Any, facts: Mapping[str, Fact]) -> str:
    """Return what is expected in place of ``value``, "" if ``value`` is valid.

    ``value`` is what a voice said before a meeting, and ``name`` is what it is about,
    such as the id of a question. A result is "a whole number", for example.
    """
    if not isinstance(value, str) or not value:
        return ""
    if name in facts:
        return wanted_instead(facts[name], value)
    if name.startswith(OF_ROLE):
        return "" if NUMBER.fullmatch(value) else "a number from 0 on, such as 0.5"
    if name.startswith(OF_BACKGROUND):
        return _expected_line(value)
    is_answer = value in LEVELS or value == _NOT_APPLICABLE
    return "" if is_answer else "a level from 0 to 4, unknown or na"


def _expected_line(text: str) -> str:
    from mlready.storage.answers_background import WANTED_LINE

    return "" if answers_fast_parser.is_line(text) else WANTED_LINE


def doubt_about_role(role: str, questionnaire: Questionnaire) -> str:
    """Return why a text is unlikely to be the role of a voice, "" if it is likely.

    Likely are the id or name of a role, and words such as "the one who pays". Unlikely:

    * a text much like the name or id of a role, which may be misspelt;
    * any other text with an underscore, because it looks like an unknown id.
    """
    names = _role_names(questionnaire)
    if not role or role_named(role, names) in names:
        return ""
    if near := similar_role(role, names):
        return f"there is no role '{role}'; did you mean '{near}'?"
    if "_" not in role:
        return ""
    return (
        f"there is no role '{role}'; name one of {_listed(names)}, or say it in words, "
        f"such as '{role.replace('_', ' ').strip()}'"
    )


def _role_names(questionnaire: Questionnaire) -> dict[str, str]:
    return {role.id: role.name for role in questionnaire.roles.values()}


def _listed(ids: Iterable[str]) -> str:
    return ", ".join([*ids][:SHOWN])


def _mapping(raw: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = raw.get(key)
    return value if isinstance(value, dict) else {}
