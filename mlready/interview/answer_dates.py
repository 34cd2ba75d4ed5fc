"""Keep the dates of answers that were given before today's session.

An answer without a date counts as given on the date of the interview, and each session
changes that date. So a session first gives dates of their own to the answers of earlier
sessions, and to the answers that a meeting copies from its voices. An answer that is
given again gets the date of the session.
"""

from mlready.assessment.dates import date_of, day_of
from mlready.model.answers import Answer, AnswerSheet


def in_session(sheet: AnswerSheet, today: str) -> AnswerSheet:
    """Return a sheet for a session today; earlier answers keep their dates.

    Args:
        sheet: the answers so far.
        today: the date of the session, as YYYY-MM-DD.

    """
    before = sheet.voice.date
    answers = {
        id_: answer._replace(date=before)
        if day_of(before) and before < today and answer.given and not answer.date
        else answer
        for id_, answer in sheet.answers.items()
    }
    return sheet._replace(answers=answers, voice=sheet.voice._replace(date=today))


def as_agreed(answer: Answer, id_: str, voices: tuple[AnswerSheet, ...]) -> Answer:
    """Return an answer on which all voices agreed before a meeting, with a date.

    The date is the earliest at which a voice gave the answer; it is "" if the date of
    any voice is unknown.
    """
    dates = [date_of(each, id_) for each in voices if each.answer(id_).given]
    return answer._replace(date=min(dates, default=""))


def given_now(sheet: AnswerSheet, answer: Answer) -> Answer:
    """Return an answer that was given in this session, without its earlier date."""
    earlier = day_of(answer.date) and answer.date < sheet.voice.date
    return answer._replace(date="") if earlier else answer
