"""Calculate with the dates of answers, without reading the clock.

Dates are texts such as 2026-11-22. The same dates always give the same results.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from mlready.model.answers import AnswerSheet

FOR_EVER = "for ever"
MANY = 1024  # the answers of many teams have a few hundred dates
_DATE = re.compile("([0-9]{4})-([0-9]{2})-([0-9]{2})")
_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_FEBRUARY = 2
_MONTHS = {"month": 1, "year": 12}
_DAYS_OF = {"day": 1, "week": 7}


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
    """Return the day of a text such as 2026-11-22, None if there is no such day."""
    found = _DATE.fullmatch(text)
    if not found:
        return None
    year, month, day = map(int, found.groups())
    exists = year > 0 and 0 < month <= len(_DAYS) and 0 < day <= _length(year, month)
    return Day(year, month, day) if exists else None


def last_day(day: Day, stands_for: str) -> Day | None:
    """Return the last day on which an answer is valid, None if there is no last day.

    Args:
        day: the day of the answer.
        stands_for: a number of days, weeks, months or years, such as "6 months"; "" or
            "for ever" if the answer is always valid.

    """
    if stands_for in {"", FOR_EVER}:
        return None
    number, _, unit = stands_for.partition(" ")
    unit = unit.removesuffix("s")
    if unit in _MONTHS:
        # A month after 31 January is the last day of February.
        return _later_month(day, int(number) * _MONTHS[unit])
    return _later_day(day, int(number) * _DAYS_OF[unit])


def age_in_words(day: Day, on: Day) -> str:
    """Return the time from ``day`` to ``on`` in words, such as "7 months"."""
    months = (on.year - day.year) * 12 + on.month - day.month
    months -= _later_month(day, months) > on
    if months >= 2 * _MONTHS["year"]:
        return f"{months // _MONTHS['year']} years"
    if months > 1:
        return f"{months} months"
    days = _ordinal(on) - _ordinal(day)
    return f"{days} day{'s' if days != 1 else ''}"


def date_of(sheet: AnswerSheet, id_: str) -> str:
    """Return the date of an answer, else the date of the interview, else "".

    ``id_`` is the id of a question or fact, or ``available-ROLE`` for a number of
    people.
    """
    dates = (sheet.answer(id_).date, sheet.dates.get(id_, ""), sheet.voice.date)
    return next((text for text in dates if day_of(text)), "")


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
