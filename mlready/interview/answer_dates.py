"""Keep the dates of answers that were given before today's session.

An answer without a date has the date of the interview. Each session sets that date to
today, so the answers of earlier sessions must get the old date.
"""

from mlready.assessment.dates import date_of, day_of
from mlready.model.answers import Answer, AnswerSheet


def in_session(sheet: AnswerSheet, today: str) -> AnswerSheet:
    """Return the sheet with ``today`` as the date of the interview.

    ``today`` is a date as YYYY-MM-DD. Answers without a date get the interview's old
    date if that date is before ``today``.
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
    """Return an answer with the earliest date on which a voice gave it.

    ``id_`` is the id of the question. The date is "" if the date of any voice is
    unknown.
    """
    dates = [date_of(each, id_) for each in voices if each.answer(id_).given]
    return answer._replace(date=min(dates, default=""))


def given_now(sheet: AnswerSheet, answer: Answer) -> Answer:
    """Remove the date of an earlier session from an answer that is given again.

    An answer without a date has the date of the interview.
    """
    earlier = day_of(answer.date) and answer.date < sheet.voice.date
    return answer._replace(date="") if earlier else answer
