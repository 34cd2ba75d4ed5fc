"""Render the agenda of a meeting that settles differences between voices."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from mlready.assessment.advice import Advice
from mlready.assessment.agenda import (
    MEETING,
    AgendaItem,
    AgendaReason,
    Others,
    Outcome,
    agenda,
)
from mlready.assessment.ages import aged_answers
from mlready.assessment.assess import Assessment
from mlready.escaping import for_html, for_markdown
from mlready.model.answers import PEOPLE, Answer
from mlready.model.questionnaire import Fact, Question, Role
from mlready.report.aged_answers import by_role
from mlready.report.html import quoted, style_policy
from mlready.report.template_context import context
from mlready.report.templating import render
from mlready.report.voices import Said, said, shown_difference, words


class Effect(StrEnum):
    """A part of the advice that an agenda item can change.

    Each value is the key of a phrase in the templates.
    """

    VERDICT = "verdict"
    LAYER = "layer"
    HIRE = "hire"


class Premise(StrEnum):
    """What is assumed about all other agenda items when an item's effect is stated.

    Each value is the key of a phrase in the templates.
    """

    AS_IT_STANDS = "as_it_stands"  # all other items keep the answers that count now
    ALL_ELSE = "all_else"  # all other items get their higher answers
    # Some items of the same layer change too; the rest keep their answers.
    TOGETHER = "together"
    # Some items of the same layer change too; the rest get their higher answers.
    TOGETHER_AT_LAST = "together_at_last"


_PREMISES = {
    (Others.LOWER, False): Premise.AS_IT_STANDS,
    (Others.HIGHER, False): Premise.ALL_ELSE,
    (Others.LOWER, True): Premise.TOGETHER,
    (Others.HIGHER, True): Premise.TOGETHER_AT_LAST,
}


class Consequence(NamedTuple):
    """The advice that follows if a meeting agrees on any answer in ``options``."""

    options: Sequence[Said]
    advice: Advice
    effects: Sequence[Effect]  # parts of the advice that differ between the answers


class AgendaPoint(NamedTuple):
    """What documents show of an agenda item.

    Exactly one of ``question``, ``fact`` and ``role`` is given.
    """

    reason: AgendaReason
    question: Question | None
    fact: Fact | None
    role: Role | None  # given if the item is the number of available people in a role
    minutes: int
    said: Sequence[Said]  # what the voices answered
    options: Sequence[Said]  # levels to choose from if no voice gave a level
    known_by: Sequence[Role]  # roles that can decide the item
    premise: Premise
    # Other questions that must change too before the advice changes.
    together: Sequence[Question]
    # Empty if all answers lead to the same advice. With ``together``, the first is for
    # the lower answers to all these questions, the second for the higher answers.
    consequences: Sequence[Consequence]


def markdown_agenda(result: Assessment) -> str:
    """Return the agenda of a meeting of the voices as Markdown.

    ``result`` is the assessment of the voices' combined answers.
    """
    text = render("agenda.md.j2", for_markdown, **_variables(result))
    return f"{text.rstrip()}\n"


def html_agenda(result: Assessment) -> str:
    """Return the agenda of a meeting of the voices as one HTML page."""
    parts = ("_style.html.j2", "_agenda_style.html.j2")
    styles = "".join(render(part, for_html) for part in parts)
    return render(
        "agenda.html.j2",
        for_html,
        **_variables(result),
        policy=style_policy(styles),
        said=quoted,
    )


def _variables(result: Assessment) -> dict[str, Any]:
    inputs = result.inputs
    found = agenda(inputs.questionnaire, inputs.sheet)
    shown = {_dated(item) for item in found.items}
    aged = [each for each in aged_answers(inputs) if each.id not in shown]
    return {
        **context(result),
        "aged": aged,
        "aged_by_role": by_role(inputs.questionnaire, aged),
        "minutes": found.minutes,
        "meeting": MEETING,
        "points": [_point(result, item) for item in found.items],
        "left": [_point(result, item) for item in found.left],
        "left_minutes": sum(item.minutes for item in found.left),
        "minor": [shown_difference(inputs, each) for each in found.others],
    }


def _point(result: Assessment, item: AgendaItem) -> AgendaPoint:
    inputs, fact = result.inputs, item.fact
    roles = inputs.questionnaire.roles
    is_open = item.reason is AgendaReason.OPEN and item.question
    levels = range(len(item.question.levels)) if is_open and item.question else ()
    return AgendaPoint(
        item.reason,
        item.question,
        fact,
        roles.get(item.role),
        item.minutes,
        said(inputs, item.statements, fact, _marked(item)),
        [Said(None, Answer(level=level), "", "") for level in levels],
        [roles[id_] for id_ in item.known_by if id_ in roles],
        _PREMISES[item.others, bool(item.together)],
        [each for each in item.together if each != item.question],
        [*_consequences(item)],
    )


def _marked(item: AgendaItem) -> str:
    """Return the id by which to mark old answers, "" if the reason says it of all."""
    return "" if item.reason is AgendaReason.AGED else _dated(item)


def _dated(item: AgendaItem) -> str:
    """Return the id by which a sheet has the age of the answers to an item."""
    return f"{PEOPLE}{item.role}" if item.role else item.id


def _consequences(item: AgendaItem) -> Iterator[Consequence]:
    """Yield each possible advice, with the answers that lead to that advice.

    Yields nothing if all answers lead to the same advice.
    """
    advice = list(dict.fromkeys(map(_key, item.outcomes)))
    if len(advice) == 1:
        return
    for key in advice:
        same = [each for each in item.outcomes if _key(each) == key]
        options = [
            Said(None, each.answer, each.value, words(item.fact, each.value))
            for each in same
        ]
        yield Consequence(options, same[0].advice, [*_effects(item.outcomes)])


def _key(outcome: Outcome) -> tuple[tuple[str, ...], str, str]:
    verdict, layer, hire, to_settle = outcome.advice
    whether = (verdict, *(each.id for each in to_settle))
    return whether, layer.id if layer else "", hire.id if hire else ""


def _effects(outcomes: Sequence[Outcome]) -> Iterator[Effect]:
    """Yield the parts of the advice, such as the verdict, that differ in ``outcomes``.

    These are the possible results of one agenda item.
    """
    parts_of_all = zip(*map(_key, outcomes), strict=True)
    for effect, parts in zip(Effect, parts_of_all, strict=True):
        if len(set(parts)) > 1:
            yield effect
