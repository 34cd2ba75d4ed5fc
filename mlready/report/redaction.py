"""Remove free text from an answer sheet before the answers are assessed.

Text removed before the assessment cannot appear in any document.
"""

from mlready.model.answers import Answer, AnswerSheet
from mlready.report.templating import render


def redact(sheet: AnswerSheet) -> AnswerSheet:
    """Return an answer sheet without the free text that people wrote.

    The assessment depends on whether an answer has a reason or evidence, so these texts
    are replaced by a placeholder. Only the fields named in the code below are kept, so
    that fields added to the sheet later are removed too.
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
