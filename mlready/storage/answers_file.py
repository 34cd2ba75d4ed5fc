"""Read, check and write answers files."""

import warnings
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import lru_cache
from typing import Any, NamedTuple

from mlready.errors import (
    DocumentError,
    Problem,
    StorageError,
    StorageWarning,
    suggestions,
)
from mlready.input_limits import LIMIT
from mlready.model.answers import (
    EXPRESS,
    FULL,
    NO_TIMING,
    NO_VOICE,
    Answer,
    AnswerSheet,
    ids_to_ask,
)
from mlready.model.applicability import Identity
from mlready.model.questionnaire import Fact, Questionnaire
from mlready.storage import answers_fast_parser, yaml_text
from mlready.storage.answers_fast_parser import (
    EXTENDS,
    FREE,
    OF_PLAN,
    OF_VOICES,
    TEXTS,
    is_blank,
    is_well_formed,
    names_no_day,
)
from mlready.storage.profile_values import is_whole, wanted_instead
from mlready.storage.source_positions import Document

_LEVELS = {
    **{level: Answer(level=int(level)) for level in "01234"},
    **dict.fromkeys(("unknown", "?"), Answer(unknown=True)),
    "": Answer(),
}


def read(data: bytes, file: str, questionnaire: Questionnaire) -> AnswerSheet:
    """Return the answers in the content of an answers file.

    ``file`` is the name in messages. Raises DocumentError with all problems.
    """
    fast = _read_fast(data, file, questionnaire)
    return fast or _read_yaml(data, file, questionnaire)


def _read_fast(
    data: bytes, file: str, questionnaire: Questionnaire
) -> AnswerSheet | None:
    """Return the answers in a valid file in the usual layout, None for other files."""
    raw = answers_fast_parser.read(data)
    if raw is None:
        return None
    entries = raw.get("answers", {})
    answers = _read_usual(entries) if isinstance(entries, dict) else None
    checked = raw if answers is None else {**raw, "answers": {}}
    if not is_well_formed(checked):
        return None
    raw = _with_role_ids(raw, questionnaire)
    document = Document(file, raw, {})
    if any(_doubtful_roles(document, questionnaire)):
        return None  # the strict parser warns, with line and column
    if _is_older(raw, questionnaire):
        with suppress(DocumentError):  # the strict parser finds the positions
            return _carried_over(document, questionnaire)
        return None
    mismatches = _mismatches(document, questionnaire)
    return None if any(mismatches) else _sheet(raw, questionnaire, answers)


def _read_yaml(data: bytes, file: str, questionnaire: Questionnaire) -> AnswerSheet:
    from mlready.storage import schema_validation, strict_yaml

    found: list[Problem] = []
    document = strict_yaml.read(data, file, found)
    given = {key: value for key, value in document.value.items() if value != ""}
    if OF_PLAN & given.keys():
        from mlready.storage.answers_background import without_last_line_breaks

        given = without_last_line_breaks(given)
    document = document._replace(value=given)
    if not is_well_formed(given):
        from mlready.storage.answers_dates import impossible_days

        hints = _top_level_hints(questionnaire)
        found += schema_validation.problems(document, "answers", hints)
        found += impossible_days(document)
    given = _with_role_ids(given, questionnaire)
    document = document._replace(value=given)
    older = _is_older(given, questionnaire)
    if older and not found:
        sheet = _carried_over(document, questionnaire)
        _warn_of_roles(document, questionnaire)
        return sheet
    if not older:
        mismatches = list(_mismatches(document, questionnaire))
        found = [*_without_unknown(found, mismatches, document), *mismatches]
    if found:
        raise DocumentError(*found, command="mlready validate FILE")
    _warn_of_roles(document, questionnaire)
    return _sheet(_without_blanks(document.value), questionnaire)


def _with_role_ids(
    raw: Mapping[str, Any], questionnaire: Questionnaire
) -> dict[str, Any]:
    """Replace role names under ``available``, such as "ML engineer", by the ids.

    A role that is there already keeps its name, and is reported as given twice.
    """
    profile = _mapping(raw, "profile")
    people = _mapping(profile, FREE)
    if people.keys() <= (roles := _known(Identity(questionnaire)).roles).keys():
        return dict(raw)
    from mlready.model.role_names import role_named

    by_id = {role: number for role, number in people.items() if role in roles}
    for role, number in people.items():
        id_ = role_named(role, roles)
        by_id.setdefault(role if id_ in by_id else id_, number)
    return {**raw, "profile": {**profile, FREE: by_id}}


def _top_level_hints(questionnaire: Questionnaire) -> dict[str, str]:
    """Return the ends of messages about keys that are missing or not indented."""
    misplaced = {
        id_: f"; it belongs under '{part}', indented"
        for id_, part in _parts(questionnaire).items()
    }
    return misplaced | {
        "questionnaire": f"; add 'questionnaire: {questionnaire.id}'",
        "version": f"; add 'version: {questionnaire.version}'",
    }


def _parts(questionnaire: Questionnaire) -> dict[str, str]:
    """Return the part of an answers file to which each id belongs."""
    return {
        **{line.id: "background" for line in questionnaire.background},
        **{fact.id: "profile" for fact in questionnaire.profile},
        FREE: "profile",
        **{question.id: "answers" for question in questionnaire.questions},
    }


def _without_unknown(
    found: list[Problem], unknown: Iterable[Problem], document: Document
) -> list[Problem]:
    """Return the problems except that an unknown key has a value of a wrong kind."""
    if not found:
        return found
    at = {each[1:3] for each in unknown}
    keys = [
        path[:-1]
        for path, place in document.places.items()
        if path[-1:] == ("",) and place[:2] in at
    ]
    values = {document.places[path][:2] for path in keys}
    return [each for each in found if each[1:3] not in values]


def _is_older(raw: Mapping[str, Any], questionnaire: Questionnaire) -> bool:
    """Return whether answers must be converted to the present questionnaire."""
    version = raw.get("version")
    if not is_whole(version):
        return False
    is_same = raw.get("questionnaire") == questionnaire.id
    if is_same and int(version) < questionnaire.version:
        return True
    if not questionnaire.bases:
        return False
    from mlready.storage.answers_migration import is_for_older_base

    return is_for_older_base(raw, questionnaire)


def _carried_over(document: Document, questionnaire: Questionnaire) -> AnswerSheet:
    """Return a sheet for ``questionnaire`` from answers given to an older one.

    A StorageWarning tells the user what changed.
    """
    from mlready.storage.answers_migration import migrated

    migration = migrated(_without_blanks(document.value), questionnaire)
    document = document._replace(value=migration.value)
    if found := list(_mismatches(document, questionnaire)):
        raise DocumentError(*found, command="mlready validate FILE")
    text = f"{document.file}: {migration.summary}"
    warnings.warn(text, StorageWarning, stacklevel=2)
    return _sheet(_without_blanks(migration.value), questionnaire)


def dump(sheet: AnswerSheet, questionnaire: Questionnaire) -> str:
    """Return an answer sheet as the text of an answers file.

    Texts without visible characters are left out. Raises StorageError if ``read`` would
    refuse the text, for example because it is too large.
    """
    text = _dumped(sheet, questionnaire)
    if (size := len(text.encode())) > LIMIT:
        raise StorageError(
            f"the answers would take {size / LIMIT:.1f} MiB, and more than 1 MiB is "
            "not read again; shorten the longest note"
        )
    for id_, answer in sheet.answers.items():
        if any(each and is_blank(each) for each in (answer.na, answer.accepted)):
            raise StorageError(f"{id_}: a reason must not be blank")
        if names_no_day(answer.date):
            raise StorageError(f"{id_}: there is no day {answer.date}")
    if _has_background_parts(sheet):
        from mlready.storage import answers_background

        if wrong := answers_background.unreadable_part(sheet, questionnaire):
            raise StorageError(wrong)
    return text


def _has_background_parts(sheet: AnswerSheet) -> bool:
    """Return whether a sheet has parts that ``answers_background`` writes.

    The parts are background lines, steps, and when the interview was held.
    """
    return bool(sheet.background or sheet.steps or sheet.timing != NO_TIMING)


def _dumped(sheet: AnswerSheet, questionnaire: Questionnaire) -> str:
    timing, background, steps = _background_part_lines(sheet, questionnaire)
    lines = [
        f"questionnaire: {yaml_text.scalar(sheet.questionnaire)}",
        f"version: {sheet.version}",
        *([f"extends: {questionnaire.based_on}"] if questionnaire.bases else []),
        *([f"scope: {EXPRESS}"] if sheet.scope == EXPRESS else []),
        *([f"next: {yaml_text.scalar(sheet.next)}"] if sheet.next else []),
        *([f"ask: {yaml_text.scalar(' '.join(sheet.asked))}"] if sheet.asked else []),
        *_voice_lines(sheet),
        *timing,
        *_block("project", {"name": sheet.name, "slice": sheet.slice}),
        *background,
        *_block("profile", sheet.profile, _available(sheet)),
        "answers:" if sheet.answers else "answers: {}",
    ]
    for section in questionnaire.sections:
        ids = [question.id for question in section.questions]
        said = [id_ for id_ in ids if id_ in sheet.answers]
        lines += [f"  # {section.name}"] if said else []
        lines += [f"  {id_}: {_answer(sheet.answers[id_])}" for id_ in said]
    lines += [*steps, *_voices_lines(sheet, questionnaire)]
    if sheet.earlier:
        lines += ["earlier:"]
        lines += [
            f"  {yaml_text.key(key)}: {_kept(each)}"
            for key, each in sheet.earlier.items()
        ]
    return "\n".join(lines) + "\n"


def _background_part_lines(
    sheet: AnswerSheet, questionnaire: Questionnaire
) -> tuple[list[str], list[str], list[str]]:
    if not _has_background_parts(sheet):
        return [], [], []
    from mlready.storage import answers_background

    return (
        answers_background.timing_lines(sheet),
        answers_background.background_lines(sheet, questionnaire),
        answers_background.step_lines(sheet),
    )


def _voice_lines(sheet: AnswerSheet) -> list[str]:
    if sheet.voice == NO_VOICE:
        return []
    from mlready.storage.answers_voices import voice_lines

    return voice_lines(sheet.voice)


def _voices_lines(sheet: AnswerSheet, questionnaire: Questionnaire) -> list[str]:
    if not sheet.voices:
        return []
    from mlready.storage.answers_voices import voices_lines

    return voices_lines(sheet, questionnaire)


def foreign_comments(
    data: bytes, sheet: AnswerSheet, questionnaire: Questionnaire
) -> list[int]:
    """Return the numbers, from 1, of lines whose comments a save would remove.

    ``data`` is the present content of the file, ``sheet`` are the answers to save.
    """
    from mlready.storage.strict_yaml import comment_lines

    ours = set(dump(sheet, questionnaire).splitlines())
    lines = data.decode("utf-8-sig").split("\n")
    numbers = comment_lines(data, "")
    return [number for number in numbers if lines[number - 1].rstrip("\r") not in ours]


def _without_blanks(value: Any) -> Any:
    """Remove the keys that have no value."""
    if not isinstance(value, dict):
        return value
    kept = {key: _without_blanks(each) for key, each in value.items()}
    return {key: each for key, each in kept.items() if each not in ("", {})}


class _Known(NamedTuple):
    """The questions, facts and roles that an answers file may name."""

    questions: Mapping[str, None]
    facts: Mapping[str, Fact]
    roles: Mapping[str, str]  # id of each role that can be hired -> its name


@lru_cache(maxsize=1)
def _known(key: Identity[Questionnaire]) -> _Known:
    questionnaire = key.value
    roles = questionnaire.roles.values()
    return _Known(
        dict.fromkeys(question.id for question in questionnaire.questions),
        {fact.id: fact for fact in questionnaire.profile},
        {role.id: role.name for role in roles if role.available},
    )


def _mismatches(document: Document, questionnaire: Questionnaire) -> Iterable[Problem]:
    """Yield a problem for each part of a file that does not fit the questionnaire."""
    raw = document.value
    named = raw.get("questionnaire")
    if isinstance(named, str) and named != questionnaire.id:
        text = (
            f"these answers belong to questionnaire '{named}', "
            f"not to '{questionnaire.id}'; name the right one with -q"
        )
        yield document.problem(("questionnaire",), text)
        return
    version = raw.get("version")
    if is_whole(version) and int(version) < questionnaire.version:
        return  # 'questionnaire' is missing, which is reported; the ids may be former
    yield from _newer(document, questionnaire)
    ids = _known(Identity(questionnaire)).questions
    for id_, near in suggestions(_mapping(raw, "answers"), ids):
        hint = _of_another_part(id_, "answers", questionnaire) or near
        text = f"there is no question '{id_}'{hint}"
        yield document.problem(("answers", id_), text, key=True)
    yield from _profile_problems(document, questionnaire)
    if raw.get("ask"):
        yield from _unknown_in_list(document, questionnaire)
    if OF_VOICES & raw.keys():
        from mlready.storage import answers_voices

        yield from answers_voices.problems(document, questionnaire)
    if OF_PLAN & raw.keys():
        from mlready.storage import answers_background

        yield from answers_background.problems(document, questionnaire)


def _of_another_part(id_: str, part: str, questionnaire: Questionnaire) -> str:
    """Return a hint if an unknown id belongs elsewhere in the file, else ""."""
    if part == "answers" and id_ in {"level", *TEXTS}:
        return "; indent it further, under the id of its question"
    other = _parts(questionnaire).get(id_, part)
    return f"; it belongs under '{other}'" if other != part else ""


def _warn_of_roles(document: Document, questionnaire: Questionnaire) -> None:
    """Issue a StorageWarning for each voice with a role that looks misspelt."""
    for problem in _doubtful_roles(document, questionnaire):
        warnings.warn(problem.warning, StorageWarning, stacklevel=2)


def _doubtful_roles(
    document: Document, questionnaire: Questionnaire
) -> Iterable[Problem]:
    if OF_VOICES.isdisjoint(document.value):
        return ()
    from mlready.storage import answers_voices

    return answers_voices.doubtful_roles(document, questionnaire)


def _newer(document: Document, questionnaire: Questionnaire) -> Iterable[Problem]:
    """Yield a problem if answers are for a newer questionnaire or a newer base."""
    version = document.value.get("version")
    if is_whole(version) and int(version) != questionnaire.version:
        text = (
            f"these answers are for version {version} of the questionnaire, newer than "
            f"this one, version {questionnaire.version}; update mlready, or name the "
            "newer questionnaire with -q"
        )
        yield document.problem(("version",), text)
    if EXTENDS in document.value:
        from mlready.storage.answers_migration import newer_bases

        yield from newer_bases(document, questionnaire)


def _unknown_in_list(
    document: Document, questionnaire: Questionnaire
) -> Iterable[Problem]:
    """Yield a problem for each unknown id in the question list."""
    if isinstance(listed := document.value["ask"], str):
        for id_, near in suggestions(listed.split(), ids_to_ask(questionnaire)):
            text = f"there is no question, fact or role '{id_}'{near}"
            yield document.problem(("ask",), text)


def _profile_problems(
    document: Document, questionnaire: Questionnaire
) -> Iterable[Problem]:
    _, facts, roles = _known(Identity(questionnaire))
    profile = _mapping(document.value, "profile")
    if (people := _mapping(profile, FREE)).keys() - roles.keys():
        yield from _role_problems(document, people, roles)
    for id_, near in suggestions(profile, {**facts, FREE: None}):
        hint = _of_another_part(id_, "profile", questionnaire) or near
        text = f"there is no fact '{id_}'{hint}"
        yield document.problem(("profile", id_), text, key=True)
    for id_, value in profile.items():
        if id_ in facts and (wanted := wanted_instead(facts[id_], value)):
            text = f"expected {wanted}, found '{value[:40]}'"
            yield document.problem(("profile", id_), text)


def _role_problems(
    document: Document, people: Mapping[str, Any], roles: Mapping[str, str]
) -> Iterable[Problem]:
    from mlready.model.role_names import role_named

    unknown = []
    for role in [each for each in people if each not in roles]:
        if (id_ := role_named(role, roles)) in roles:
            text = f"'{role}' is '{id_}', which is given twice; leave one out"
            yield document.problem(("profile", FREE, role), text, key=True)
        else:
            unknown.append(role)
    for role, near in suggestions(unknown, [*roles, *roles.values()]):
        comma = "; write half a person as 0.5" if role.isdecimal() else near
        text = f"there is no role '{role}'{comma}"
        yield document.problem(("profile", FREE, role), text, key=True)


def _mapping(raw: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = raw.get(key)
    return value if isinstance(value, dict) else {}


def _sheet(
    raw: Mapping[str, Any],
    questionnaire: Questionnaire,
    answers: Mapping[str, Answer] | None = None,
) -> AnswerSheet:
    """Build a sheet from valid content and the ``answers`` that were already read."""
    profile = dict(raw.get("profile", {}))
    available = profile.pop("available", {})
    project = raw.get("project", {})
    sheet = AnswerSheet(
        questionnaire=raw["questionnaire"],
        version=int(raw["version"]),
        scope=raw.get("scope", FULL),
        next=raw.get("next", ""),
        asked=tuple(dict.fromkeys(raw.get("ask", "").split())),
        name=project.get("name", ""),
        slice=project.get("slice", ""),
        profile=profile,
        available={role: float(number) for role, number in available.items()},
        answers=_read_answers(raw.get("answers", {})) if answers is None else answers,
        earlier=raw.get("earlier", {}),
    )
    if OF_PLAN & raw.keys():
        from mlready.storage import answers_background

        sheet = answers_background.read(sheet, raw)
    return _with_voices(sheet, raw, questionnaire) if OF_VOICES & raw.keys() else sheet


def _with_voices(
    sheet: AnswerSheet, raw: Mapping[str, Any], questionnaire: Questionnaire
) -> AnswerSheet:
    from mlready.storage.answers_voices import voice_of, voices_of

    return sheet._replace(
        voice=voice_of(raw, questionnaire), voices=voices_of(raw, questionnaire)
    )


def _read_answers(raw: Mapping[str, Any]) -> dict[str, Answer]:
    return {id_: _read_answer(each) for id_, each in raw.items() if each}


def _read_usual(raw: Mapping[str, str | Mapping[str, str]]) -> dict[str, Answer] | None:
    """Check and read all answers in one pass; None if an answer has an unusual form."""
    answers = {}
    for id_, each in raw.items():
        answer = _LEVELS.get(each) if isinstance(each, str) else _read_remarked(each)
        if answer is None:
            return None
        if each:
            answers[id_] = answer
    return answers


def _read_remarked(raw: Mapping[str, str]) -> Answer | None:
    """Read an answer from a mapping, None if the mapping has an unusual form.

    ``is_well_formed`` then decides whether such a mapping is valid.
    """
    level = None
    unknown = False
    remarks = {}
    for key, text in raw.items():
        if key == "level":
            if (answer := _LEVELS.get(text)) is None or "na" in raw:
                return None
            level, unknown = answer.level, answer.unknown
            continue
        field = TEXTS.get(key)
        first = text[:1]  # usually decides it, without a call of is_blank
        shown = (first.isascii() and first.isalnum()) or not is_blank(text)
        if not field or field in remarks or not shown:
            return None
        if field == "date" and names_no_day(text):
            return None
        remarks[field] = text
    return Answer(level, unknown, **remarks)


def _read_answer(raw: str | Mapping[str, Any]) -> Answer:
    if isinstance(raw, str):
        return _LEVELS[raw]
    answer = _LEVELS[raw.get("level", "")]
    remarks = {TEXTS[key]: text for key, text in raw.items() if key != "level"}
    return Answer(answer.level, unknown=answer.unknown, **remarks)


def _block(name: str, values: Mapping[str, str], last: str = "") -> list[str]:
    """Return a mapping as YAML lines, without empty values, then the line ``last``."""
    lines = [
        f"  {yaml_text.key(key)}: {yaml_text.scalar(value)}"
        for key, value in values.items()
        if value
    ]
    lines += [last] if last else []
    return [f"{name}:", *lines] if lines else []


def _available(sheet: AnswerSheet) -> str:
    people = yaml_text.on_one_line(sheet.available)
    return f"  {FREE}: {people}" if sheet.available else ""


def _answer(answer: Answer) -> str:
    level = "unknown" if answer.unknown else answer.level
    parts = [] if level is None else [f"level: {level}"]
    parts += [
        f"{key}: {yaml_text.scalar(text)}"
        for key, field in TEXTS.items()
        # Most are empty, and a call for each would take a third of the time to save.
        if key == field and (text := getattr(answer, field)) and not is_blank(text)
    ]
    if len(parts) == 1 and level is not None:
        return str(level)
    return f"{{{', '.join(parts)}}}"


def _kept(value: str | Mapping[str, str]) -> str:
    if isinstance(value, str):
        return yaml_text.scalar(value)
    return yaml_text.on_one_line(value)
