"""Find the answers that are too old to rest on.

The questionnaire says of a question how long an answer stands. An older answer keeps
its level, but it counts as a claim that nobody has confirmed or shown. An answer has
its own date, otherwise that of its voice's interview. An answer without a date does not
age, because nothing is known about it; reports say how many there are.

Dates are texts such as 2026-11-22. They are computed here without a clock, so that
equal answers always give equal results.
"""

import re
from collections.abc import Mapping
from functools import lru_cache

from mlready.assessment.voices import is_meeting
from mlready.model.answers import (
    PEOPLE,
    Ages,
    AnswerSheet,
    AssessmentInput,
    is_shown,
)
from mlready.model.questionnaire import Fact, Question, Questionnaire, Role
from mlready.records import NamedTuple

FOR_EVER = "for ever"
MANY = 1024  # a team's answers have a few dates, those of many teams a few hundred
_DATE = re.compile("([0-9]{4})-([0-9]{2})-([0-9]{2})")
_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_FEBRUARY = 2
_MONTHS = {"month": 1, "year": 12}
_DAYS_OF = {"day": 1, "week": 7}


class AgedAnswer(NamedTuple):
    """An answer that is too old to rest on.

    Exactly one of ``question``, ``fact`` and ``role`` is given; for a role it is the
    number of people available. ``date`` is the date of the answer, ``age`` how old it
    is in words. ``known_by`` are the ids of the roles that can answer it again.
    """

    question: Question | None
    fact: Fact | None
    role: Role | None
    date: str
    age: str

    @property
    def id(self) -> str:
        """The id of the question or fact, or ``available-ROLE``."""
        if self.role:
            return f"{PEOPLE}{self.role.id}"
        about = self.question or self.fact
        return about.id if about else ""

    @property
    def stands_for(self) -> str:
        """How long the answer stands, such as "6 months"."""
        about = self.question or self.fact or self.role
        return about.stands_for if about else ""

    @property
    def known_by(self) -> tuple[str, ...]:
        """The ids of the roles that know the answer best; none for a role itself."""
        about = self.question or self.fact
        return about.known_by if about else ()


class Day(NamedTuple):
    """A day of the calendar; days can be compared."""

    year: int
    month: int
    day: int

    def __str__(self) -> str:
        """Return the day as YYYY-MM-DD."""
        return f"{self.year:04}-{self.month:02}-{self.day:02}"


@lru_cache(MANY)
def day_of(text: str) -> Day | None:
    """Return the day that a text names as YYYY-MM-DD, None if there is no such day."""
    found = _DATE.fullmatch(text)
    if not found:
        return None
    year, month, day = map(int, found.groups())
    exists = year > 0 and 0 < month <= len(_DAYS) and 0 < day <= _length(year, month)
    return Day(year, month, day) if exists else None


def last_day(day: Day, stands_for: str) -> Day | None:
    """Return the last day on which an answer stands, None if it stands for ever.

    A month after the 31st is the last day of a shorter month.

    Args:
        day: the day of the answer.
        stands_for: a number of days, weeks, months or years, such as "6 months"; "" and
            "for ever" are for ever.

    """
    if stands_for in {"", FOR_EVER}:
        return None
    number, _, unit = stands_for.partition(" ")
    unit = unit.removesuffix("s")
    if unit in _MONTHS:
        return _later_month(day, int(number) * _MONTHS[unit])
    return _later_day(day, int(number) * _DAYS_OF[unit])


def age_in_words(day: Day, on: Day) -> str:
    """Return how old an answer is, such as "7 months"; only whole units count."""
    months = (on.year - day.year) * 12 + on.month - day.month
    months -= _later_month(day, months) > on
    if months >= 2 * _MONTHS["year"]:
        return f"{months // _MONTHS['year']} years"
    if months > 1:
        return f"{months} months"
    days = _ordinal(on) - _ordinal(day)
    return f"{days} day{'s' if days != 1 else ''}"


def with_ages(
    questionnaire: Questionnaire, sheet: AnswerSheet, date: str
) -> AnswerSheet:
    """Return a sheet that says which of its answers were too old on a date.

    Of answers that several voices gave, each voice has its own. The combined answer is
    too old if those of all voices are that support it, or if nobody supports it, of all
    that gave it.

    Args:
        questionnaire: the questionnaire that the sheet answers.
        sheet: the answers, of one voice or combined.
        date: the date, as YYYY-MM-DD. For another text, and for a sheet that says it
            already, the sheet is returned unchanged.

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
    """Return the ids of the answers that could grow old, but have no date.

    Of a number of people, the id is ``available-ROLE``.
    """
    asked = {*inputs.facts, *(question.id for question in inputs.questions)}
    return tuple(
        id_
        for id_ in inputs.sheet.ages.undated
        if id_ in asked or id_.startswith(PEOPLE)
    )


def _periods(questionnaire: Questionnaire) -> Mapping[str, str]:
    """Return how long each answer stands, by the ids of ``Ages``."""
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
        if not _has(sheet, id_):
            continue
        dates = _dates(sheet, id_)
        if "" in dates:
            undated += [id_] if stands_for not in {"", FOR_EVER} else []
        elif all(_is_over(date, stands_for, today) for date in dates):
            aged[id_] = max(dates)
    ages = Ages(str(today), aged, tuple(undated))
    return sheet._replace(ages=ages)


def _has(sheet: AnswerSheet, id_: str) -> bool:
    role = id_.removeprefix(PEOPLE)
    return (
        sheet.answer(id_).given
        or id_ in sheet.profile
        or (role != id_ and role in sheet.available)
    )


def _dates(sheet: AnswerSheet, id_: str) -> set[str]:
    """Return the dates of the answers that support what counts, "" for an unknown."""
    if not sheet.voices or (is_meeting(sheet) and id_ not in sheet.unsettled):
        return {date_of(sheet, id_)}
    gave = [each for each in sheet.voices if _has(each, id_)]
    counts = sheet.answer(id_)
    same = [each for each in gave if _says(each, id_) == (counts.level, counts.unknown)]
    support = [each for each in same if is_shown(each.answer(id_))]
    return {date for each in support or gave for date in _dates(each, id_)}


def _says(sheet: AnswerSheet, id_: str) -> tuple[int | None, bool]:
    answer = sheet.answer(id_)
    return answer.level, answer.unknown


def date_of(sheet: AnswerSheet, id_: str) -> str:
    """Return the date of an answer, or of the interview, "" if both are unknown."""
    dates = (sheet.answer(id_).date, sheet.voice.date)
    return next((text for text in dates if day_of(text)), "")


@lru_cache(MANY)
def _is_over(date: str, stands_for: str, today: Day) -> bool:
    day = day_of(date)
    end = last_day(day, stands_for) if day else None
    return end is not None and end < today


def _later_month(day: Day, months: int) -> Day:
    years, month = divmod(day.month - 1 + months, len(_DAYS))
    year, month = day.year + years, month + 1
    return Day(year, month, min(day.day, _length(year, month)))


def _later_day(day: Day, days: int) -> Day:
    year, month, number = day.year, day.month, day.day + days
    while number > _length(year, month):
        number -= _length(year, month)
        year, month = year + month // len(_DAYS), month % len(_DAYS) + 1
    return Day(year, month, number)


def _ordinal(day: Day) -> int:
    """Return the number of a day, counted from the first day of the year 1."""
    before = day.year - 1
    leap_days = before // 4 - before // 100 + before // 400
    months = (_length(day.year, month) for month in range(1, day.month))
    return before * 365 + leap_days + sum(months) + day.day


def _length(year: int, month: int) -> int:
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return _DAYS[month - 1] + (month == _FEBRUARY and leap)
