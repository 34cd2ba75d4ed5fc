"""Choose the details worth asking after the core has been answered.

All other details are only offered.
"""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from mlready.assessment.diagnosis import (
    Diagnosis,
    Thresholds,
    Verdict,
    blocking_questions_in,
    diagnose,
    failing_layers,
    judged_layers,
    thresholds_for,
    verdict,
)
from mlready.assessment.scoring import (
    HIGHEST,
    Bounds,
    LayerPart,
    LayerScore,
    counted_questions,
    enough,
    layer_part,
    score_bounds,
)
from mlready.assessment.staffing import MlVacancy, simple_way_is_enough, staff
from mlready.model.answers import AnswerSheet, AssessmentInput, assessment_input
from mlready.model.questionnaire import Layer, Question, Questionnaire

# The usual distance, in levels, between a layer as a whole and its details' mean.
USUAL_DISTANCE = 0.5
CHECKS_PER_CLAIM = 2  # details that check one layer which was rated good as a whole
MOST_WORK = 2  # details asked for the list of work; further ones are offered


class Reason(StrEnum):
    """Why a detail is asked; details are asked in the order of these reasons."""

    DECIDES = "decides"  # could change the advice
    CLAIM = "claim"  # checks a layer that the team rated good as a whole
    WORK = "work"  # shows what work there is on the layer to fix first
    REST = "rest"  # only offered


class NextQuestion(NamedTuple):
    """A detail to ask next, and why."""

    question: Question
    reason: Reason
    layer: Layer | None  # None if the section belongs to no layer


class Outcome(NamedTuple):
    """A verdict and the layer to fix first."""

    verdict: Verdict
    layer: str  # id; "" if all layers are good enough


class _Outcomes(NamedTuple):
    """The outcomes of the lowest and of the highest possible score of ``layer``."""

    layer: Layer
    now: frozenset[Outcome]  # with the present scores of all other layers
    # With the lowest scores of all other layers, and with their highest.
    others: tuple[frozenset[Outcome], ...]

    @property
    def decide(self) -> bool:
        """Whether the score of ``layer`` can change verdict or layer to fix first."""
        return any(len(each) > 1 for each in (self.now, *self.others))


class NextQuestions(NamedTuple):
    """The details to ask next, and the details that are only offered."""

    to_ask: tuple[NextQuestion, ...]  # in the order of asking
    offered: tuple[NextQuestion, ...]  # in the order of asking
    between: tuple["Outcome", ...] = ()  # outcomes that are still possible

    @property
    def deciding(self) -> frozenset[str]:
        """The ids of the questions in ``to_ask`` that could change the advice."""
        return frozenset(
            each.question.id for each in self.to_ask if each.reason is Reason.DECIDES
        )

    @property
    def settled(self) -> bool:
        """Whether no detail in ``to_ask`` is expected to change the advice.

        A level far from those of the layer's other answers can still change the advice.
        """
        return not self.deciding


def next_questions(questionnaire: Questionnaire, sheet: AnswerSheet) -> NextQuestions:
    """Return the details that a team has not answered, the most useful first.

    ``sheet`` is an express sheet whose core has been answered.
    """
    diagnosis = diagnose(assessment_input(questionnaire, sheet))
    no_ml = simple_way_is_enough(diagnosis.inputs.facts)
    outcomes = [] if no_ml else list(_outcomes(diagnosis))
    checks = dict.fromkeys(_checks_of_claims(diagnosis), Reason.CLAIM)
    # If no ML is needed, no answer about a layer changes the advice.
    reasons = checks if no_ml else _reasons(diagnosis, checks, outcomes)
    order = [*Reason]
    found = [
        NextQuestion(
            each,
            reasons.get(each.id, Reason.REST),
            questionnaire.layer_of(each.section),
        )
        for each in _hardest_first(diagnosis.inputs, diagnosis.inputs.unasked)
    ]
    found.sort(key=lambda each: order.index(each.reason))
    to_ask = [each for each in found if each.reason is not Reason.REST]
    between = tuple(_between(questionnaire, outcomes))
    return NextQuestions(tuple(to_ask), tuple(found[len(to_ask) :]), between)


def _reasons(
    diagnosis: Diagnosis, checks: dict[str, Reason], outcomes: Sequence[_Outcomes]
) -> dict[str, Reason]:
    """Map the id of each detail worth asking to the first reason that applies."""
    return {
        **dict.fromkeys(_work(diagnosis), Reason.WORK),
        **checks,
        **dict.fromkeys(_deciding(diagnosis, outcomes), Reason.DECIDES),
    }


def _hardest_first(
    inputs: AssessmentInput, questions: Sequence[Question]
) -> list[Question]:
    """Return ``questions`` with the blocking ones first.

    Blocking questions, and then all others, are sorted by the level that is enough,
    from the highest.
    """
    blocking = {question.id for question in blocking_questions_in(inputs, questions)}
    return sorted(
        questions, key=lambda each: (each.id not in blocking, -enough(inputs, each))
    )


def _unasked(inputs: AssessmentInput, layer: Layer) -> list[Question]:
    found = [each for each in inputs.unasked if each.section in layer.sections]
    return _hardest_first(inputs, found)


def _work(diagnosis: Diagnosis) -> Iterator[str]:
    """Yield the ids of details that show what work the layer to fix first needs."""
    layer, inputs = diagnosis.priority_layer, diagnosis.inputs
    if layer:
        asked = sum(not each.overall for each in counted_questions(inputs, layer))
        for question in _unasked(inputs, layer)[: max(MOST_WORK - asked, 0)]:
            yield question.id


def _checks_of_claims(diagnosis: Diagnosis) -> Iterator[str]:
    """Yield the ids of details that check layers rated good as a whole."""
    inputs = diagnosis.inputs
    holds = inputs.questionnaire.constants.holds
    for layer in inputs.questionnaire.layers:
        counts = counted_questions(inputs, layer)
        whole = _mean(inputs, [each for each in counts if each.overall])
        checked = sum(not each.overall for each in counts)
        if whole is not None and whole >= holds and checked < CHECKS_PER_CLAIM:
            for question in _unasked(inputs, layer)[: CHECKS_PER_CLAIM - checked]:
                yield question.id


def _deciding(diagnosis: Diagnosis, outcomes: Sequence[_Outcomes]) -> Iterator[str]:
    """Yield the ids of details that could change the advice."""
    inputs = diagnosis.inputs
    for each in outcomes:
        if each.decide:
            yield from (question.id for question in _unasked(inputs, each.layer))
    needs_modeller = (
        staff(diagnosis, explained=False).ml_vacancy is not MlVacancy.NOT_NEEDED
    )
    if diagnosis.verdict is Verdict.READY and needs_modeller:
        for question in diagnosis.unasked_blockers:
            yield question.id
    for question in inputs.unasked:
        if question.id in inputs.conditional_on:
            yield question.id


def _between(
    questionnaire: Questionnaire, outcomes: Sequence[_Outcomes]
) -> list[Outcome]:
    """Return the outcomes that are still possible; [] if only one outcome is."""
    # Extreme scores of all other layers matter only if no layer alone makes a
    # difference.
    now = [each.now for each in outcomes if len(each.now) > 1]
    others = [each for layer in outcomes for each in layer.others if len(each) > 1]
    found = frozenset[Outcome]().union(*(now or others))
    layers, verdicts = [*(each.id for each in questionnaire.layers), ""], [*Verdict]
    return sorted(
        found, key=lambda each: (layers.index(each.layer), verdicts.index(each.verdict))
    )


def _outcomes(diagnosis: Diagnosis) -> Iterator[_Outcomes]:
    """Yield for each layer the outcomes of its lowest and highest possible score."""
    thresholds = thresholds_for(diagnosis.inputs)
    now = judged_layers(diagnosis.scores)
    bounds = [_possible_bounds(diagnosis.inputs, each) for each in now]
    others = [
        [each.own.low for each in now],
        [each.low for each in bounds],
        [each.high for each in bounds],
    ]
    for n, each in enumerate(now):
        present, *extreme = (
            frozenset(
                _outcome(now, [*rest[:n], end, *rest[n + 1 :]], thresholds)
                for end in bounds[n]
            )
            for rest in others
        )
        yield _Outcomes(each.layer, present, tuple(extreme))


def _outcome(
    layers: Sequence[LayerScore], scores: Sequence[float], thresholds: Thresholds
) -> Outcome:
    """Return the outcome that follows from one exact score for each layer."""
    scored = [
        each._replace(own=each.own._replace(low=score, high=score))
        for each, score in zip(layers, scores, strict=True)
    ]
    first = failing_layers(scored, thresholds)[:1]
    return Outcome(verdict(scored, thresholds), "".join(each.id for each in first))


def _possible_bounds(inputs: AssessmentInput, layer: LayerScore) -> Bounds:
    """Return the lowest and highest score to expect once all details are answered.

    Unasked details are expected to have levels close to the layer's known levels.
    """
    unasked = _unasked(inputs, layer.layer)
    counts = counted_questions(inputs, layer.layer)
    wholes = [each for each in counts if each.overall]
    details = [each for each in counts if not each.overall]
    whole = _mean(inputs, wholes)
    if not unasked or whole is None:
        return Bounds(layer.own.low, layer.own.high)
    # Details that were not asked are expected to be close to the layer as a whole, or
    # to the details answered so far.
    expected = [whole, *_means(inputs, details)]
    lowest = max(min(expected) - USUAL_DISTANCE, 0)
    highest = min(max(expected) + USUAL_DISTANCE, HIGHEST)
    low, high, number = layer_part(inputs, details)
    part = LayerPart(
        low + len(unasked) * lowest,
        high + len(unasked) * highest,
        number + len(unasked),
    )
    weight = inputs.questionnaire.constants.whole_layer_weight
    return score_bounds(layer_part(inputs, wholes), part, 0, weight)


def _means(inputs: AssessmentInput, details: Sequence[Question]) -> Iterator[float]:
    """Yield the mean of the answered details, nothing if no detail is answered."""
    answered = [q for q in details if inputs.sheet.answer(q.id).level is not None]
    if answered:
        yield layer_part(inputs, answered).low / len(answered)


def _mean(inputs: AssessmentInput, questions: Sequence[Question]) -> float | None:
    """Return the mean of the levels, each as it counts in a score.

    The result is None if there are no questions or one of the questions has no level.
    """
    levels = [inputs.sheet.answer(each.id).level for each in questions]
    if not levels or None in levels:
        return None
    return layer_part(inputs, questions).low / len(questions)
