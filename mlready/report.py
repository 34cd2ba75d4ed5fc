"""Results -> documents, through the templates."""

import re
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from mlready.answers import EXPRESS, Answer, Sheet, Survey, survey
from mlready.causes import causes, mostly_low
from mlready.certainty import Certainty, certainty
from mlready.diagnosis import Diagnosis, Verdict, diagnose
from mlready.escape import for_markdown, for_terminal
from mlready.patterns import contradictions, patterns
from mlready.questionnaire import Group, Question, Questionnaire
from mlready.readers import Bar, Diagrams, Reader
from mlready.recruiting import cards
from mlready.render import render
from mlready.scoring import HIGHEST
from mlready.staffing import Staffing, staff


class Result(NamedTuple):
    """Everything the report is made from."""

    survey: Survey
    diagnosis: Diagnosis
    staffing: Staffing
    certainty: Certainty


class Covered(NamedTuple):
    """One item of a checklist as this team stands to it."""

    text: str
    state: str
    questions: tuple[str, ...]


def judge(questionnaire: Questionnaire, sheet: Sheet) -> Result:
    """Return the whole judgement of a sheet."""
    asked = survey(questionnaire, sheet)
    diagnosis = diagnose(asked)
    staffing = staff(asked, diagnosis)
    return Result(asked, diagnosis, staffing, certainty(asked, diagnosis, staffing))


def markdown(
    result: Result,
    date: str = "",
    reader: Reader = Reader.ALL,
    *,
    explain: bool = False,
    diagrams: Diagrams = Diagrams.TEXT,
) -> str:
    """Return the report as Markdown; the same result gives the same text."""
    return render(
        f"{reader}.md.j2",
        for_markdown,
        **context(result),
        date=date,
        explain=explain,
        diagrams=diagrams,
        steps=_steps(result) if explain else (),
    )


def _steps(result: Result) -> Sequence[Any]:
    from mlready.explanation import explained  # most reports do without

    return explained(result.survey, result.diagnosis)


def misses(result: Result, bar: Bar) -> str:
    """Return the verdict in a line where it is below the bar, otherwise nothing."""
    order = list(Verdict)
    if order.index(result.diagnosis.verdict) >= order.index(Verdict(bar)):
        return ""
    return render("verdict.txt.j2", _one_line, **context(result)).strip()


def summary(result: Result, **places: str | bool) -> str:
    """Return the last screen of an interview: picture, verdict, first hire, places."""
    return render("summary.txt.j2", _one_line, **context(result), **places)


def printed_questions(questionnaire: Questionnaire) -> str:
    """Return the questionnaire as a document to print or to send round."""
    return render("questions.md.j2", for_markdown, questionnaire=questionnaire)


def blank(questionnaire: Questionnaire, *, express: bool) -> str:
    """Return an answers file to fill in by hand, the questions as comments."""
    return render(
        "blank.yaml.j2", _one_line, questionnaire=questionnaire, express=express
    )


def _one_line(text: str) -> str:
    # Not stripped: a template prints what joins two names as well.
    return for_terminal(re.sub(r"\s+", " ", text))


def context(result: Result) -> dict[str, Any]:
    """Return everything that templates speak of."""
    asked, diagnosis, staffing, firm = result
    questionnaire, sheet, facts, questions = asked
    return {
        "questionnaire": questionnaire,
        "sheet": sheet,
        "facts": facts,
        "questions": questions,
        "diagnosis": diagnosis,
        "staffing": staffing,
        "certainty": firm,
        "patterns": patterns(asked),
        "contradictions": contradictions(asked),
        "cards": cards(asked, diagnosis, staffing),
        "express": sheet.scope == EXPRESS,
        "sections": [
            (section, [q for q in questions if q.section == section.id])
            for section in questionnaire.sections
        ],
        "checklist": [
            (group, tuple(covered(group, questions, sheet)))
            for group in questionnaire.checklist
        ],
        "boxes": [
            (group, tuple(covered(group, questions, sheet)))
            for group in questionnaire.boxes
        ],
        "exposure": [q for q in questions if q.id in questionnaire.exposure],
        "behind": lambda layer: causes(asked, diagnosis, layer),
        "mostly_low": lambda layer: mostly_low(asked, layer),
    }


def covered(
    group: Group, questions: Sequence[Question], sheet: Sheet
) -> Iterable[Covered]:
    """Yield the items of a checklist as the questions that are asked answer them."""
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
    return "in_place" if lowest >= HIGHEST // 2 else "falls_short"
