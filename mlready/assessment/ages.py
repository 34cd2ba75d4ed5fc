"""Find the answers that are too old to rely on.

The questionnaire says how long the answer to a question remains valid. An older answer
keeps its level, but it confirms no claim, and its note and evidence no longer count.
The date of an answer is its own date or, if it has none, the date of the interview. An
answer without a date is never too old; reports say how many such answers there are.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from mlready.assessment.dates import (
    FOR_EVER,
    MANY,
    Day,
    age_in_words,
    date_of,
    day_of,
    last_day,
)
from mlready.assessment.voices import is_meeting
from mlready.model.answers import (
    PEOPLE,
    Ages,
    AnswerSheet,
    AssessmentInput,
    is_supported,
)
from mlready.model.questionnaire import Fact, Question, Questionnaire, Role


class AgedAnswer(NamedTuple):
    """An answer that is too old to rely on.

    Exactly one of ``question``, ``fact`` and ``role`` is given; the answer about a
    role is how many people are available in it. ``date`` is the date of the answer.
    ``age`` says in words how old the answer is, such as "7 months".
    """

    question: Question | None
    fact: Fact | None
    role: Role | None
    date: str
    age: str

    @property
    def id(self) -> str:
        """The id of the question or fact; for a role's people ``available-ROLE``."""
        if self.role:
            return f"{PEOPLE}{self.role.id}"
        about = self.question or self.fact
        return about.id if about else ""

    @property
    def stands_for(self) -> str:
        """How long the answer remains valid, such as "6 months"."""
        about = self.question or self.fact or self.role
        return about.stands_for if about else ""

    @property
    def known_by(self) -> tuple[str, ...]:
        """The ids of the roles that can answer best; empty for a role's people."""
        about = self.question or self.fact
        return about.known_by if about else ()


def with_ages(
    questionnaire: Questionnaire, sheet: AnswerSheet, date: str
) -> AnswerSheet:
    """Return a sheet that records which of its answers were too old on a date.

    Each voice has its own dates. A combined answer is too old if every voice that
    supports it with a note or evidence answered too long ago. If no voice supports it,
    the answer is too old if every voice that answered the question did so too long ago.

    Args:
        questionnaire: the questionnaire that the sheet answers.
        sheet: the answers, of one voice or combined from several.
        date: the day on which to check the answers, as YYYY-MM-DD. With any other text,
            or if the answers were checked before, the sheet is returned unchanged.

    """
    today = day_of(date)
    if today is None or sheet.ages.date:
        return sheet
    return _aged(sheet, _periods(questionnaire), today)


def aged_answers(inputs: AssessmentInput) -> tuple[AgedAnswer, ...]:
    """Return the answers of a team that are too old, in the order of the interview."""
    questionnaire, ages = inputs.questionnaire, inputs.sheet.ages
    today = day_of(ages.date)
    found = {
        id_: (date, age_in_words(day, today))
        for id_, date in ages.aged.items()
        if today and (day := day_of(date))
    }
    roles = questionnaire.roles.values()
    facts = [each for each in questionnaire.profile if each.id in inputs.facts]
    people = [each for each in roles if f"{PEOPLE}{each.id}" in found]
    return (
        *(
            AgedAnswer(None, each, None, *found[each.id])
            for each in facts
            if each.id in found
        ),
        *(
            AgedAnswer(None, None, each, *found[f"{PEOPLE}{each.id}"])
            for each in people
        ),
        *(
            AgedAnswer(each, None, None, *found[each.id])
            for each in inputs.questions
            if each.id in found
        ),
    )


def undated_answers(inputs: AssessmentInput) -> tuple[str, ...]:
    """Return the ids of the answers that could become too old, but have no date.

    For the number of people available in a role, the id is ``available-ROLE``.
    """
    asked = {*inputs.facts, *(question.id for question in inputs.questions)}
    return tuple(
        id_
        for id_ in inputs.sheet.ages.undated
        if id_ in asked or id_.startswith(PEOPLE)
    )


def _periods(questionnaire: Questionnaire) -> Mapping[str, str]:
    """Map ids to how long the answers to them remain valid, such as "6 months".

    The ids are those of facts and questions, and ``available-ROLE`` for the number of
    people available in a role.
    """
    roles = questionnaire.roles.values()
    return {
        **{fact.id: fact.stands_for for fact in questionnaire.profile},
        **{f"{PEOPLE}{role.id}": role.stands_for for role in roles if role.available},
        **{question.id: question.stands_for for question in questionnaire.questions},
    }


def _aged(sheet: AnswerSheet, periods: Mapping[str, str], today: Day) -> AnswerSheet:
    voices = tuple(_aged(each, periods, today) for each in sheet.voices)
    sheet = sheet._replace(voices=voices)
    aged: dict[str, str] = {}
    undated = []
    for id_, stands_for in periods.items():
        if not _is_given(sheet, id_):
            continue
        dates = _dates(sheet, id_)
        if "" in dates:
            undated += [id_] if stands_for not in {"", FOR_EVER} else []
        elif all(_is_over(date, stands_for, today) for date in dates):
            aged[id_] = max(dates)
    ages = Ages(str(today), aged, tuple(undated))
    return sheet._replace(ages=ages)


def _is_given(sheet: AnswerSheet, id_: str) -> bool:
    """Return whether a sheet answers a question or fact, or counts a role's people.

    ``id_`` is the id of the question or fact, or ``available-ROLE``.
    """
    role = id_.removeprefix(PEOPLE)
    return (
        sheet.answer(id_).given
        or id_ in sheet.profile
        or (role != id_ and role in sheet.available)
    )


def _dates(sheet: AnswerSheet, id_: str) -> set[str]:
    """Return the dates that decide whether an answer is too old; a date may be "".

    For a combined answer these are the dates of the voices that support the answer. If
    no voice does, they are the dates of all voices that answered the question or fact.
    """
    if not sheet.voices or (is_meeting(sheet) and id_ not in sheet.unsettled):
        return {date_of(sheet, id_)}
    gave = [each for each in sheet.voices if _is_given(each, id_)]
    counts = sheet.answer(id_)
    same = [
        each
        for each in gave
        if _level_and_unknown(each, id_) == (counts.level, counts.unknown)
    ]
    support = [each for each in same if is_supported(each.answer(id_))]
    return {date for each in support or gave for date in _dates(each, id_)}


def _level_and_unknown(sheet: AnswerSheet, id_: str) -> tuple[int | None, bool]:
    answer = sheet.answer(id_)
    return answer.level, answer.unknown


@lru_cache(MANY)
def _is_over(date: str, stands_for: str, today: Day) -> bool:
    day = day_of(date)
    end = last_day(day, stands_for) if day else None
    return end is not None and end < today
