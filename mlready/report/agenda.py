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
    """Keys of the phrases that say which part of the advice depends on an answer."""

    VERDICT = "verdict"
    LAYER = "layer"
    HIRE = "hire"


class Premise(StrEnum):
    """Keys of the phrases on when the decision on an agenda item changes the advice.

    * ``AS_IT_STANDS``: all other items keep the answers that count now.
    * ``ALL_ELSE``: all other items are decided in favour of the project.
    * ``TOGETHER``: some items of the same layer are decided as well, and all other
      items keep the answers that count now.
    * ``TOGETHER_AT_LAST``: some items of the same layer are decided as well, and all
      other items are decided in favour of the project.
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
    """The advice that follows if a meeting agrees on any answer in ``options``.

    ``effects`` are the parts of the advice, such as the verdict, that would differ if
    the meeting agreed on another answer.
    """

    options: Sequence[Said]
    advice: Advice
    effects: Sequence[Effect]


class AgendaPoint(NamedTuple):
    """An agenda item: the question, fact or people of a role to agree on.

    Exactly one of ``question``, ``fact`` and ``role`` is given; ``role`` stands for the
    number of people available in a role. ``said`` is what the voices answered.
    ``options`` are the levels to choose from if no voice gave a level. ``known_by`` are
    the roles that can decide the item. ``consequences`` is empty if every answer leads
    to the same advice. ``together`` are other questions without which the item cannot
    change the advice. If there are such questions, the first consequence is that of the
    lower answers to all of them, the second that of the higher answers.
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
    """Render as Markdown the agenda of a meeting that settles the voices' differences.

    ``result`` is the assessment of the voices' combined answers.
    """
    text = render("agenda.md.j2", for_markdown, **_variables(result))
    return f"{text.rstrip()}\n"


def html_agenda(result: Assessment) -> str:
    """Render as one HTML page the agenda that ``markdown_agenda`` renders."""
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
    """Yield each advice to which answers to an item lead, with these answers.

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


def _key(outcome: Outcome) -> tuple[str, str, str]:
    """Return the verdict, and the ids of the layer to mend first and first hire."""
    verdict, layer, hire = outcome.advice
    return verdict, layer.id if layer else "", hire.id if hire else ""


def _effects(outcomes: Sequence[Outcome]) -> Iterator[Effect]:
    """Yield the parts of the advice in which the outcomes of an item differ."""
    parts_of_all = zip(*map(_key, outcomes), strict=True)
    for effect, parts in zip(Effect, parts_of_all, strict=True):
        if len(set(parts)) > 1:
            yield effect
