"""Answers that are too old on a date are claims again; their levels stay."""

from datetime import date, timedelta

import pytest
from hypothesis import given, strategies as st

from mlready.assessment.ages import Day, age_in_words, day_of, last_day
from mlready.assessment.assess import assess
from mlready.storage.answers_file import read
from mlready.storage.future_dates import future_dates
from mlready.storage.several_files import AnswersFile
from tests.samples import KICKOFF, example

DATES = st.dates(date(1, 1, 1), date(9000, 1, 1))


def the(text: str) -> Day:
    """Return the day that a text names; there must be one."""
    found = day_of(text)
    assert found
    return found


@pytest.mark.parametrize(
    ("day", "stands_for", "last"),
    [
        ("2026-05-31", "6 months", "2026-11-30"),
        ("2026-08-31", "6 months", "2027-02-28"),
        ("2024-02-29", "1 year", "2025-02-28"),
        ("2024-02-29", "4 years", "2028-02-29"),
        ("2026-12-31", "1 month", "2027-01-31"),
        ("2026-12-15", "13 months", "2028-01-15"),
        ("2024-02-28", "1 day", "2024-02-29"),
        ("2023-12-31", "1 week", "2024-01-07"),
        ("1900-02-28", "1 day", "1900-03-01"),
        ("2000-02-28", "1 day", "2000-02-29"),
        ("2026-01-01", "365 days", "2027-01-01"),
    ],
)
def test_period_ends_on_the_right_day_of_the_calendar(day, stands_for, last):
    assert str(last_day(the(day), stands_for)) == last


@pytest.mark.parametrize("stands_for", ["", "for ever"])
def test_answer_without_a_period_stands_for_ever(stands_for):
    assert last_day(the("2026-01-01"), stands_for) is None


@given(DATES, st.integers(1, 999))
def test_days_and_weeks_are_counted_as_the_calendar_of_python_does(day, number):
    assert str(last_day(the(str(day)), f"{number} days")) == str(
        day + timedelta(number)
    )
    assert str(last_day(the(str(day)), f"{number} weeks")) == str(
        day + timedelta(weeks=number)
    )


@pytest.mark.parametrize(
    "text",
    ["", "March", "2026-3-1", "2026-02-29", "2026-13-01", "2026-00-10", "0000-01-01",
     "2026-01-01T10:00", " 2026-01-01", "\u0662\u0660\u0662\u0666-01-01"],
)  # fmt: skip
def test_text_that_names_no_day_is_no_day(text):
    assert day_of(text) is None


@given(DATES)
def test_each_day_of_the_calendar_is_a_day(day):
    assert str(day_of(str(day))) == str(day)


@pytest.mark.parametrize(
    ("day", "on", "age"),
    [
        ("2026-01-31", "2026-01-31", "0 days"),
        ("2026-01-31", "2026-02-01", "1 day"),
        ("2026-01-31", "2026-03-30", "58 days"),
        ("2026-01-31", "2026-03-31", "2 months"),
        ("2024-05-06", "2026-05-05", "23 months"),
        ("2024-05-06", "2026-05-06", "2 years"),
        ("2025-12-31", "2026-02-28", "2 months"),
    ],
)
def test_age_is_given_in_whole_units(day, on, age):
    assert age_in_words(the(day), the(on)) == age


FILE = """\
questionnaire: kickoff
version: 2
voice:
  name: Ana
  date: "2026-11-23"
answers:
  COL-00: {level: 3, date: "2026-11-22"}
  COL-01: {level: 3, true: "2027-01-01"}
  COL-08: {level: 3, on: "2026-12-01"}
  COL-03: {level: 3, date: in March}
  COL-05: {level: 3, date: 2026-99-99}
steps:
  COL-01: {owner: Ana, due: "2027-05-01", done: "2026-11-24"}
voices:
  v1: {name: Bo, date: "2026-12-24"}
said:
  COL-00: {v1: 2}
"""


def test_each_date_in_the_future_is_named_with_its_place():
    file = AnswersFile("a.yaml", FILE.encode(), read(FILE.encode(), "a.yaml", KICKOFF))

    found = [str(each) for each in future_dates(file, "2026-11-22")]

    assert [each.partition(" is later")[0] for each in found] == [
        "a.yaml:5:9: 2026-11-23",
        "a.yaml:8:28: 2027-01-01",
        "a.yaml:9:26: 2026-12-01",
        "a.yaml:13:49: 2026-11-24",
        "a.yaml:15:24: 2026-12-24",
    ]
    assert [*future_dates(file, "2027-01-01")] == [*future_dates(file, "")] == []


def test_everything_on_which_a_ready_or_an_ml_vacancy_rests_grows_old():
    claimed = assess(KICKOFF, example("ready")).confirmation.claims

    rests_on = [claim.question or claim.fact for claim in claimed]
    assert all(each and each.stands_for for each in rests_on)
    assert all(each.stands_for for each in KICKOFF.roles.values() if each.available)
