"""Choose the few questions by which a further person can check a team's claims.

The person is asked only what people of the same role can answer.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from mlready.assessment.advice import Advice, advice_if_confirmed, question_weights
from mlready.assessment.confirmation import claimed_questions
from mlready.assessment.diagnosis import diagnose
from mlready.assessment.staffing import staff
from mlready.assessment.voices import strictest_first, with_agreed_answers
from mlready.model.answers import (
    Answer,
    AnswerSheet,
    AssessmentInput,
    assessment_input,
)
from mlready.model.applicability import needs
from mlready.model.questionnaire import Fact, Question, Questionnaire

LOWEST = Answer(level=0)
MOST_QUESTIONS = 12  # as many as a busy person answers in five minutes


class ToAsk(NamedTuple):
    """A question or fact to ask one more person about."""

    # Either ``question`` or ``fact`` is given.
    question: Question | None
    fact: Fact | None
    claimed: bool  # whether a second voice must confirm the answer
    aged: bool  # whether the answer is too old to rely on
    # How many parts of the advice a lower answer changes, added up over ``_cases``.
    changes: int

    @property
    def id(self) -> str:
        """The id of the question or fact."""
        asked = self.question or self.fact
        return asked.id if asked else ""


def questions_to_ask(
    questionnaire: Questionnaire,
    sheet: AnswerSheet,
    role: str,
    limit: int = MOST_QUESTIONS,
) -> tuple[ToAsk, ...]:
    """Return at most ``limit`` questions and facts to ask a person with this role.

    Claims come first, then answers that are too old, then answers that can change the
    advice. Facts that decide which questions are asked are left out.
    """
    inputs = assessment_input(questionnaire, sheet)
    diagnosis = diagnose(inputs, explained=False)
    confirmation = staff(diagnosis, explained=False).confirmation
    waiting = {claim.id: claim.asked_of for claim in confirmation.unconfirmed}
    cases = [(case, advice_if_confirmed(case)) for case in _cases(inputs)]
    found = [
        ToAsk(question, fact, id_ in waiting, sheet.is_aged(id_), changes)
        for question, fact in _asked_of(inputs, role, waiting)
        for id_ in [question.id if question else fact.id if fact else ""]
        for changes in [_changes(cases, question, fact)]
        if changes or id_ in waiting or sheet.is_aged(id_)
    ]
    weight = question_weights(inputs)

    def priority(each: ToAsk) -> tuple[object, ...]:
        by_weight = -weight.get(each.id, math.inf)
        return not each.claimed, not each.aged, -each.changes, by_weight

    return tuple(sorted(found, key=priority)[:limit])


def _asked_of(
    inputs: AssessmentInput, role: str, waiting: Mapping[str, Sequence[str]]
) -> Iterator[tuple[Question | None, Fact | None]]:
    """Yield the facts, then the questions, that people of a role can answer.

    ``waiting`` maps the id of each unconfirmed claim to the roles to ask.
    """
    # With another value of such a fact, other questions would be asked.
    choosing = {name for each in needs(inputs.questionnaire).values() for name in each}
    for fact in inputs.questionnaire.profile:
        asked = fact.id in inputs.facts and fact.id not in choosing
        if asked and role in waiting.get(fact.id, fact.known_by):
            yield None, fact
    for question in inputs.questions:
        if role in waiting.get(question.id, question.known_by):
            yield question, None


def _cases(inputs: AssessmentInput) -> Iterator[AssessmentInput]:
    """Yield the answers as given, then, for each layer, with that layer at level 0."""
    # Some answers only decide which layer to fix first. They matter only if a layer is
    # not good enough.
    claimed = [*claimed_questions(inputs)]
    layers = [
        {each.id: LOWEST for each in claimed if each.section in layer.sections}
        for layer in inputs.questionnaire.layers
    ]
    yield inputs
    for absent in layers:
        if absent:
            yield with_agreed_answers(inputs, absent)


def _changes(
    cases: Iterable[tuple[AssessmentInput, Advice]],
    question: Question | None,
    fact: Fact | None,
) -> int:
    """Return how much of the advice another answer to ``question`` or ``fact`` changes.

    Counted are the verdict, the layer to fix first and the first hire, and summed over
    ``cases``: variants of the team's answers, each with its advice. A question is tried
    with level 0, a fact with each other choice; the choice that changes most counts.
    """
    return sum(
        max(
            (advice.parts_changed(advice_if_confirmed(other)) for other in others),
            default=0,
        )
        for case, advice in cases
        for others in [_lower(case, question, fact)]
    )


def _lower(
    inputs: AssessmentInput, question: Question | None, fact: Fact | None
) -> Iterator[AssessmentInput]:
    """Yield variants of the team's answers, each with one answer replaced.

    The answer to ``question`` becomes level 0. The answer to ``fact`` becomes, in turn,
    each value that would count if a further voice gave this value.
    """
    if question and inputs.sheet.answer(question.id).level != LOWEST.level:
        yield with_agreed_answers(inputs, {question.id: LOWEST})
    for value in _values_that_could_count(inputs, fact) if fact else ():
        profile = {**inputs.sheet.profile, fact.id: value} if fact else {}
        yield assessment_input(
            inputs.questionnaire, inputs.sheet._replace(profile=profile)
        )


def _values_that_could_count(inputs: AssessmentInput, fact: Fact) -> Iterable[str]:
    """Return the values that could replace the value of ``fact`` if a voice is added.

    Of two numbers, the smaller one counts. Of two choices, the stricter one counts. Of
    choices without such an order, any other choice could come to count.
    """
    value = inputs.facts[fact.id]
    if not fact.choices:
        return ["0"]
    order = strictest_first(fact)
    if order:
        return order[: order.index(value)]
    return [choice for choice in fact.choices if choice != value]
