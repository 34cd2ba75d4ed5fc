"""Keep the dates of answers that were given before today's session.

An answer without a date of its own has the date of the interview, which each session
sets to today. So a session first writes the old date of the interview into the answers
of earlier sessions. An answer that is given again loses its own date. The answers that
a meeting copies from its voices get the dates on which the voices gave them.
"""

from mlready.assessment.dates import date_of, day_of
from mlready.model.answers import Answer, AnswerSheet


def in_session(sheet: AnswerSheet, today: str) -> AnswerSheet:
    """Return the sheet with today as the interview's date; answers keep their dates.

    Args:
        sheet: the answers before today's session.
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
    """Return an answer on which all voices agree, with the date on which it was given.

    The date is the earliest at which a voice gave the answer. It is "" if the date of
    any voice is unknown. ``id_`` is the id of the question.
    """
    dates = [date_of(each, id_) for each in voices if each.answer(id_).given]
    return answer._replace(date=min(dates, default=""))


def given_now(sheet: AnswerSheet, answer: Answer) -> Answer:
    """Return an answer given in the session of ``sheet``, without an earlier date."""
    earlier = day_of(answer.date) and answer.date < sheet.voice.date
    return answer._replace(date="") if earlier else answer
