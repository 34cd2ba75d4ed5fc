"""Results -> documents, through the templates."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from mlready.answers import EXPRESS, Answer, Sheet, known_facts, questions_for
from mlready.diagnosis import Diagnosis, Gap, diagnose
from mlready.escape import for_markdown, for_terminal
from mlready.questionnaire import Group, Layer, Question, Questionnaire
from mlready.render import render
from mlready.scoring import TOP
from mlready.staffing import Staffing, staff


class Result(NamedTuple):
    """Everything the report is made from."""

    questionnaire: Questionnaire
    sheet: Sheet
    diagnosis: Diagnosis
    staffing: Staffing


class Covered(NamedTuple):
    """One item of the practitioner checklist as this team stands to it."""

    text: str
    state: str
    questions: tuple[str, ...]


def judge(questionnaire: Questionnaire, sheet: Sheet) -> Result:
    """Return the whole judgement of a sheet."""
    diagnosis = diagnose(questionnaire, sheet)
    return Result(
        questionnaire, sheet, diagnosis, staff(questionnaire, sheet, diagnosis)
    )


def markdown(result: Result, date: str = "") -> str:
    """Return the report as Markdown; the same result gives the same text."""
    return render("report.md.j2", for_markdown, **_context(result), date=date)


def summary(result: Result, **places: str | bool) -> str:
    """Return the last screen of an interview: picture, verdict, first hire, places."""
    return render("summary.txt.j2", _one_line, **_context(result), **places)


def printed_questions(questionnaire: Questionnaire) -> str:
    """Return the questionnaire as a document to print or to send round."""
    return render("questions.md.j2", for_markdown, questionnaire=questionnaire)


def blank(questionnaire: Questionnaire, *, express: bool) -> str:
    """Return an answers file to fill in by hand, the questions as comments."""
    return render(
        "blank.yaml.j2", _one_line, questionnaire=questionnaire, express=express
    )


def _one_line(text: str) -> str:
    return for_terminal(" ".join(text.split()))


def _context(result: Result) -> dict[str, Any]:
    questionnaire, sheet, diagnosis, staffing = result
    questions = questions_for(questionnaire, sheet)
    answered = [q for q in questions if sheet.answer(q.id).given]
    return {
        "questionnaire": questionnaire,
        "sheet": sheet,
        "facts": known_facts(questionnaire, sheet),
        "diagnosis": diagnosis,
        "staffing": staffing,
        "questions": questions,
        "answered": answered,
        "express": sheet.scope == EXPRESS,
        "sections": [
            (section, [q for q in questions if q.section == section.id])
            for section in questionnaire.sections
        ],
        "checklist": [
            (group, tuple(_covered(group, questions, sheet)))
            for group in questionnaire.checklist
        ],
        "behind": lambda layer: _behind(layer, result),
    }


def _behind(layer: Layer, result: Result) -> list[Gap | Question]:
    """Return what keeps a layer from holding: low answers, then open questions."""
    holds = result.questionnaire.constants.holds
    sheet, diagnosis = result.sheet, result.diagnosis
    whole = [
        Gap(question, answer.level, answer, "")
        for question in questions_for(result.questionnaire, sheet)
        for answer in [sheet.answer(question.id)]
        if question.overall and answer.level is not None
    ]
    low = [gap for gap in (*whole, *diagnosis.gaps) if gap.level < holds]
    return [
        *(gap for gap in low if gap.question.section in layer.sections),
        *(each for each in diagnosis.open if each.section in layer.sections),
    ]


def _covered(
    group: Group, questions: Sequence[Question], sheet: Sheet
) -> Iterable[Covered]:
    asked = {question.id for question in questions}
    for item in group.items:
        ids = tuple(id_ for id_ in item.questions if id_ in asked)
        yield Covered(item.text, _state([sheet.answer(id_) for id_ in ids]), ids)


def _state(answers: Sequence[Answer]) -> str:
    """Return how an item stands: by the lowest of its answers, unknown before known."""
    counted = [answer for answer in answers if not answer.na]
    if not counted:
        return "not_applicable" if answers else "not_asked"
    if any(answer.level is None for answer in counted):
        return "unknown"
    lowest = min(answer.level or 0 for answer in counted)
    return "in_place" if lowest >= TOP // 2 else "falls_short"
