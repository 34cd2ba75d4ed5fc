"""Results -> documents, through the templates.

Whatever a template prints is escaped for the kind of document it is, unless one of the
filters here made it: a template cannot forget to.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any, NamedTuple

import jinja2

from mlready.answers import EXPRESS, Answer, Sheet, known_facts, questions_for
from mlready.diagnosis import Diagnosis, Gap, diagnose
from mlready.errors import TemplateError
from mlready.escape import for_markdown, for_terminal
from mlready.questionnaire import Condition, Group, Layer, Question, Questionnaire
from mlready.resources import bundled
from mlready.scoring import TOP, LayerScore
from mlready.staffing import Staffing, staff

CELLS = 20  # columns of a bar: five for each level


class Made(str):
    """Text a filter has already made fit for the document."""

    __slots__ = ()


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
    return _render("report.md.j2", for_markdown, **_context(result), date=date)


def summary(result: Result, **places: str | bool) -> str:
    """Return the last screen of an interview: picture, verdict, first hire, places."""
    return _render("summary.txt.j2", _one_line, **_context(result), **places)


def printed_questions(questionnaire: Questionnaire) -> str:
    """Return the questionnaire as a document to print or to send round."""
    return _render("questions.md.j2", for_markdown, questionnaire=questionnaire)


def blank(questionnaire: Questionnaire, *, express: bool) -> str:
    """Return an answers file to fill in by hand, the questions as comments."""
    return _render(
        "blank.yaml.j2", _one_line, questionnaire=questionnaire, express=express
    )


def _render(name: str, escape: Callable[[str], str], **context: Any) -> str:
    try:
        template = environment().get_template(name)
        return template.render(context, escape=escape)
    except jinja2.TemplateError as error:
        raise TemplateError(f"template {name}: {error}") from error


@cache
def environment() -> jinja2.Environment:
    """Return the environment of all templates; a wheel carries them compiled.

    Compiling them takes four times as long as everything else a report needs.
    """
    compiled = bundled("compiled")
    found = jinja2.Environment(
        loader=jinja2.ModuleLoader(compiled)
        if compiled.is_dir()
        else jinja2.FunctionLoader(_source),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - no HTML: finalize escapes for Markdown instead
        finalize=_finished,
    )
    found.filters.update(
        ids=lambda parts: Made(_ids(parts)),
        levels=lambda gaps: Made(_levels(gaps)),
        points=lambda number: Made(f"{number:.1f}"),
        bar=lambda score: Made(_bar(score)),
        padded=lambda text, width: Made(for_terminal(text).ljust(width)),
        told=_told,
        condition=_condition,
        in_express=lambda q: (
            q.express or any(w.changes.get("express") for w in q.wordings)
        ),
        made=Made,
    )
    return found


def _source(name: str) -> str:
    return (bundled("templates") / name).read_text(encoding="utf-8")


@jinja2.pass_context
def _finished(context: jinja2.runtime.Context, value: Any) -> Any:
    """Escape what a template prints, for the kind of document it is."""
    if isinstance(value, str) and not isinstance(value, Made):
        return context["escape"](value)
    return value


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
        "weak": lambda layer: _weak(layer, diagnosis.gaps, questionnaire),
        "score_of": lambda layer: next(
            each for each in diagnosis.scores if each.layer == layer
        ),
    }


def _weak(layer: Layer, gaps: Iterable[Gap], questionnaire: Questionnaire) -> list[Gap]:
    """Return the answers that keep a layer from holding, the lowest first."""
    return [
        gap
        for gap in gaps
        if gap.question.section in layer.sections
        and gap.level < questionnaire.constants.holds
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


def _ids(parts: Iterable[Any]) -> str:
    """Return the ids of questions, gaps or plain ids as ``COL-01, COL-02``."""
    return ", ".join(
        part if isinstance(part, str) else getattr(part, "question", part).id
        for part in parts
    )


def _levels(gaps: Iterable[Gap]) -> str:
    return ", ".join(f"{gap.question.id} = {gap.level}" for gap in gaps)


def _told(question: Question, answer: Answer) -> str:
    """Return an answer as its level in words."""
    return "" if answer.level is None else question.levels[answer.level]


def _condition(condition: Condition) -> str:
    """Return a condition as it is read aloud: approach is pretrained or bought."""
    return " and ".join(
        f"{fact} is {' or '.join(values)}" for fact, values in condition.items()
    )


def _bar(score: LayerScore) -> str:
    """Draw a layer in plain signs: blocks and colours do not survive everywhere.

    ``#`` is carried by the layers beneath, ``/`` stands on stilts, ``.`` is not known.
    """
    carried, low, high = (
        round(value * CELLS / TOP)
        for value in (score.carried, score.own.low, score.own.high)
    )
    return ("#" * carried + "/" * (low - carried) + "." * (high - low)).ljust(CELLS)
