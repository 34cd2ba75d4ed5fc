"""Keep the dates of answers that were given before today's sitting.

An answer without a date has that of the interview, which each sitting changes. So the
answers of earlier sittings, and those that a meeting takes over from its voices, get
their own dates before that. An answer that is given again is as new as the sitting.
"""

from mlready.assessment.dates import date_of, day_of
from mlready.model.answers import Answer, AnswerSheet


def at_sitting(sheet: AnswerSheet, today: str) -> AnswerSheet:
    """Return a sheet for a sitting today; earlier answers keep their dates.

    Args:
        sheet: the answers so far.
        today: the date of the sitting, as YYYY-MM-DD.

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
    """Return an answer on which voices agreed before a meeting, with its date.

    It is that of the voice that gave it first; it is unknown if that of one voice is.
    """
    dates = [date_of(each, id_) for each in voices if each.answer(id_).given]
    return answer._replace(date=min(dates, default=""))


def given_now(sheet: AnswerSheet, answer: Answer) -> Answer:
    """Return an answer that was given at this sitting, without the date of before."""
    earlier = day_of(answer.date) and answer.date < sheet.voice.date
    return answer._replace(date="") if earlier else answer
