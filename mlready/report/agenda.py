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
from mlready.assessment.assess import Assessment
from mlready.escaping import for_html, for_markdown
from mlready.model.answers import Answer
from mlready.model.questionnaire import Fact, Question, Role
from mlready.report.html import quoted, style_policy
from mlready.report.template_context import context
from mlready.report.templating import render
from mlready.report.voices import Said, disagreement, said, words


class Effect(StrEnum):
    """Keys of the phrases on which part of the advice an answer changes."""

    VERDICT = "verdict"
    LAYER = "layer"
    HIRE = "hire"


class Premise(StrEnum):
    """Keys of the phrases on when a decision on an item changes the advice.

    The other items keep the answers that count now (AS_IT_STANDS, TOGETHER), or are all
    decided in favour of the project (ALL_ELSE, TOGETHER_AT_LAST). With TOGETHER and
    TOGETHER_AT_LAST, the advice changes only if other items of the same layer are
    decided as well.
    """

    AS_IT_STANDS = "as_it_stands"
    ALL_ELSE = "all_else"
    TOGETHER = "together"
    TOGETHER_AT_LAST = "together_at_last"


_PREMISES = {
    (Others.LOWER, False): Premise.AS_IT_STANDS,
    (Others.HIGHER, False): Premise.ALL_ELSE,
    (Others.LOWER, True): Premise.TOGETHER,
    (Others.HIGHER, True): Premise.TOGETHER_AT_LAST,
}


class Consequence(NamedTuple):
    """The advice that follows if a meeting chooses one of the answers ``options``.

    ``effects`` are the parts of the advice that depend on the answer to the item.
    """

    options: Sequence[Said]
    advice: Advice
    effects: Sequence[Effect]


class AgendaPoint(NamedTuple):
    """An item of the agenda, as a template uses it.

    Exactly one of ``question``, ``fact`` and ``role`` is given. ``said`` is what the
    voices said, ``options`` are the levels to choose from if no voice gave a level.
    ``known_by`` are the roles that can decide the item. If the item changes the advice
    only together with other questions, ``together`` are these questions. The first
    consequence is then that of the lower answers to all of them, the second that of the
    higher answers. ``consequences`` is empty if no answer changes the advice.
    """

    reason: AgendaReason
    question: Question | None
    fact: Fact | None
    role: Role | None
    minutes: int
    said: Sequence[Said]
    options: Sequence[Said]
    known_by: Sequence[Role]
    premise: Premise
    together: Sequence[Question]
    consequences: Sequence[Consequence]


def markdown_agenda(result: Assessment) -> str:
    """Render as Markdown the agenda for a meeting about the assessed answers."""
    text = render("agenda.md.j2", for_markdown, **_variables(result))
    return f"{text.rstrip()}\n"


def html_agenda(result: Assessment) -> str:
    """Render as one HTML page the agenda for a meeting about the assessed answers."""
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
    return {
        **context(result),
        "minutes": found.minutes,
        "meeting": MEETING,
        "points": [_point(result, item) for item in found.items],
        "left": [_point(result, item) for item in found.left],
        "left_minutes": sum(item.minutes for item in found.left),
        "minor": [disagreement(inputs, each) for each in found.others],
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
        said(inputs, item.statements, fact),
        [Said(None, Answer(level=level), "", "") for level in levels],
        [roles[id_] for id_ in item.known_by if id_ in roles],
        _PREMISES[item.others, bool(item.together)],
        [each for each in item.together if each != item.question],
        [*_consequences(item)],
    )


def _consequences(item: AgendaItem) -> Iterator[Consequence]:
    """Yield each possible advice and its answers; nothing if the advice is the same."""
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


def _key(outcome: Outcome) -> tuple[str, str, str]:
    """Return a key by which outcomes with the same advice are grouped."""
    verdict, layer, hire = outcome.advice
    return verdict, layer.id if layer else "", hire.id if hire else ""


def _effects(outcomes: Sequence[Outcome]) -> Iterator[Effect]:
    """Yield the parts of the advice that are not the same in all outcomes."""
    parts_of_all = zip(*map(_key, outcomes), strict=True)
    for effect, parts in zip(Effect, parts_of_all, strict=True):
        if len(set(parts)) > 1:
            yield effect
