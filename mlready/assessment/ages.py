"""Find the answers that are too old to rely on.

An old answer keeps its level, but confirms no claim, and its note and evidence no
longer count. An answer without a date is never too old.
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
    """An answer that is too old to rely on."""

    # Exactly one of ``question``, ``fact`` and ``role`` is given.
    question: Question | None
    fact: Fact | None
    role: Role | None  # the answer is how many people are available
    date: str  # of the answer
    age: str  # in words, such as "7 months"

    @property
    def id(self) -> str:
        """The id of the question or fact, or ``available-ROLE`` for a role."""
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
        """The ids of the roles that can answer best.

        Empty if the answer is a number of people.
        """
        about = self.question or self.fact
        return about.known_by if about else ()


def with_ages(
    questionnaire: Questionnaire, sheet: AnswerSheet, date: str
) -> AnswerSheet:
    """Return a sheet that records which of its answers are too old on ``date``.

    The sheet is returned unchanged if ``date`` is not in the form YYYY-MM-DD, or if the
    sheet already records ages.
    """
    today = day_of(date)
    if today is None or sheet.ages.date:
        return sheet
    return _aged(sheet, _periods(questionnaire), today)


def aged_answers(inputs: AssessmentInput) -> tuple[AgedAnswer, ...]:
    """Return the answers that are too old, in the order of the interview."""
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
    """Return the ids of answers that could become too old but have no date.

    For the number of people in a role, the id is ``available-ROLE``.
    """
    asked = {*inputs.facts, *(question.id for question in inputs.questions)}
    return tuple(
        id_
        for id_ in inputs.sheet.ages.undated
        if id_ in asked or id_.startswith(PEOPLE)
    )


def _periods(questionnaire: Questionnaire) -> Mapping[str, str]:
    """Map the id of each fact, role and question to a period such as "6 months".

    An answer remains valid for this period.
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
        if all(_is_over(date, stands_for, today) for date in dates):
            aged[id_] = max(dates)
        elif "" in dates or _is_dated_in_words(sheet, id_):
            undated += [id_] if stands_for not in {"", FOR_EVER} else []
    ages = Ages(str(today), aged, tuple(undated))
    return sheet._replace(ages=ages)


def _is_given(sheet: AnswerSheet, id_: str) -> bool:
    """Return whether a sheet answers a question or fact, or counts a role's people."""
    role = id_.removeprefix(PEOPLE)
    return (
        sheet.answer(id_).given
        or id_ in sheet.profile
        or (role != id_ and role in sheet.available)
    )


def _dates(sheet: AnswerSheet, id_: str) -> set[str]:
    """Return the dates on which an answer was given; "" stands for an unknown date.

    ``id_`` is the id of the question or fact, or ``available-ROLE`` for the number of
    people in a role. Several voices have several dates. If some of the voices supported
    the answer that counts with a note or evidence, the other voices' dates are left
    out.
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
    # Only if no voice supports the answer, the dates of all voices count.
    return {date for each in support or gave for date in _dates(each, id_)}


def _is_dated_in_words(sheet: AnswerSheet, id_: str) -> bool:
    """Return whether an answer has a date that is no day, such as 2020-03."""
    # It may be much older than the interview, whose date stands in for it.
    dates = [each.answer(id_).date for each in (sheet, *sheet.voices)]
    return any(date and not day_of(date) for date in dates)


def _level_and_unknown(sheet: AnswerSheet, id_: str) -> tuple[int | None, bool]:
    answer = sheet.answer(id_)
    return answer.level, answer.unknown


@lru_cache(MANY)
def _is_over(date: str, stands_for: str, today: Day) -> bool:
    day = day_of(date)
    end = last_day(day, stands_for) if day else None
    return end is not None and end < today
