"""Leave out what people wrote in words of their own, before anything is judged.

What the judgement never sees cannot be in any document made of it.
"""

from mlready.model.answers import Answer, AnswerSheet
from mlready.report.templating import render


def redact(sheet: AnswerSheet) -> AnswerSheet:
    """Return the sheet with nothing in it that was typed as free text.

    That there is a reason or evidence counts, so a text of ours stands in its place.
    Only what is named here is kept: what a later field holds is left out.
    """
    left_out = render("_left_out.txt.j2", str).strip()
    return AnswerSheet(
        questionnaire=sheet.questionnaire,
        version=sheet.version,
        scope=sheet.scope,
        profile=sheet.profile,
        available=sheet.available,
        answers={
            id_: _redacted(answer, left_out) for id_, answer in sheet.answers.items()
        },
        redacted=True,
    )


def _redacted(answer: Answer, left_out: str) -> Answer:
    return Answer(
        level=answer.level,
        unknown=answer.unknown,
        na=left_out if answer.na else "",
        accepted=left_out if answer.accepted else "",
        evidence=left_out if answer.evidence else "",
    )
