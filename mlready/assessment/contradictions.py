"""Find layers whose details contradict the answer on the layer as a whole."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from mlready.assessment.diagnosis import Gap
from mlready.assessment.scoring import counted_questions, enough, score
from mlready.model.answers import AssessmentInput
from mlready.model.questionnaire import Layer, Question

ONE_LEVEL = 1.0


class HoldingScore(StrEnum):
    """Which of two contradicting scores is good enough."""

    WHOLE = "whole"
    DETAILS = "details"


class LayerContradiction(NamedTuple):
    """A layer whose details contradict the answer on the layer as a whole."""

    layer: Layer
    holding: HoldingScore
    whole: float  # score of the questions on the layer as a whole, from 0 to 4
    details: float  # score of the details, from 0 to 4
    # The answers on the layer as a whole, and any details that fall short.
    because: tuple[Gap, ...]


def layer_contradictions(inputs: AssessmentInput) -> tuple[LayerContradiction, ...]:
    """Return the contradictions within layers, from the bottom layer up."""
    found = (layer_contradiction(inputs, each) for each in inputs.questionnaire.layers)
    return tuple(each for each in found if each)


def layer_contradiction(
    inputs: AssessmentInput, layer: Layer
) -> LayerContradiction | None:
    """Return the contradiction within a layer, None if there is none.

    The layer as a whole and its details contradict each other if one score is good
    enough and the other at least one level too low.
    """
    counted = counted_questions(inputs, layer)
    on_whole = [each for each in counted if each.overall]
    on_details = [each for each in counted if not each.overall]
    whole, details = score(inputs, on_whole), score(inputs, on_details)
    if not (whole.known and details.known):
        return None
    holds = inputs.questionnaire.constants.holds
    for holding, higher, lower, short in (
        (HoldingScore.WHOLE, whole, details, on_details),
        (HoldingScore.DETAILS, details, whole, ()),
    ):
        if higher.low >= holds and lower.high <= holds - ONE_LEVEL:
            because = (*_levels(inputs, on_whole), *_short(inputs, short))
            return LayerContradiction(layer, holding, whole.low, details.low, because)
    return None


def rated_details(inputs: AssessmentInput, layer: Layer) -> list[Gap]:
    """Return a ``Gap`` for each detail of a layer answered with a level.

    Details with a high level are included. The highest level comes first.
    """
    counted = counted_questions(inputs, layer)
    rated = _levels(inputs, [each for each in counted if not each.overall])
    return sorted(rated, key=lambda gap: -gap.level)


def _short(inputs: AssessmentInput, details: Sequence[Question]) -> list[Gap]:
    """Return the gaps among ``details``, the lowest level first."""
    short = [
        g for g in _levels(inputs, details) if g.level < enough(inputs, g.question)
    ]
    return sorted(short, key=lambda gap: gap.level)


def _levels(inputs: AssessmentInput, questions: Sequence[Question]) -> Iterator[Gap]:
    """Yield a ``Gap`` for each question answered with a level, even with a high one."""
    for question in questions:
        answer = inputs.sheet.answer(question.id)
        if answer.level is not None:
            yield Gap(question, answer.level, answer, question.action(answer.level))
