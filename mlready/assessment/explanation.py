"""Explain how the answers lead to the layers' scores, and the scores to the advice."""

from collections.abc import Sequence
from typing import NamedTuple

from mlready.assessment.diagnosis import Diagnosis, judged_layers, thresholds_for
from mlready.assessment.hiring_capacity import role_for_layer
from mlready.assessment.scoring import LayerScore, details_low, rounded, score
from mlready.model.answers import AssessmentInput
from mlready.model.profile_facts import EngineFact, Stakes
from mlready.model.questionnaire import Layer, Placement, Question


class Part(NamedTuple):
    """An answer that counts in a score."""

    id: str  # of the question
    level: int | None  # None for an open question
    enough: int | None  # level that is enough; None if the questionnaire gives none


class LayerStep(NamedTuple):
    """How the score of a layer is computed, and how the advice uses the score."""

    score: LayerScore
    whole: tuple[Part, ...]  # answers on the layer as a whole
    details: tuple[Part, ...]  # answers on details
    details_low: float  # lower bound of the mean of ``details``
    whole_low: float  # lower bound of the score of ``whole``
    # Whether the score was lowered to ``MOST_ABOVE`` above the smaller of these two.
    limited: bool
    compared: float | None  # the comparison score; None for the layer on top
    holds: bool  # whether the layer is good enough
    stops: bool  # whether the layer stops the project
    to_go_live: bool  # whether only going live requires the layer
    mended_by: str  # id of the role that can fix the layer, or "none"


def explain_layers(diagnosis: Diagnosis) -> tuple[LayerStep, ...]:
    """Explain how the score of each layer is computed, from the bottom layer up."""
    thresholds = thresholds_for(diagnosis.inputs)
    compared = {
        each.layer.id: thresholds.comparison_score(each.own.low, height)
        for height, each in enumerate(judged_layers(diagnosis.scores))
    }
    return tuple(
        _step(diagnosis, each, compared.get(each.layer.id)) for each in diagnosis.scores
    )


def _step(
    diagnosis: Diagnosis, layer_score: LayerScore, compared: float | None
) -> LayerStep:
    inputs, layer = diagnosis.inputs, layer_score.layer
    thresholds, low = thresholds_for(inputs), layer_score.own.low
    questions = inputs.within(layer.sections)
    whole = [question for question in questions if question.overall]
    details = [question for question in questions if not question.overall]
    of_whole, of_details = score(inputs, whole), details_low(inputs, layer)
    weight = inputs.questionnaire.constants.whole_layer_weight
    mean = rounded((1 - weight) * of_details + weight * of_whole.low)
    return LayerStep(
        score=layer_score,
        whole=_parts(inputs, whole),
        details=_parts(inputs, details),
        details_low=of_details,
        whole_low=of_whole.low,
        limited=low < mean,
        compared=compared,
        holds=not thresholds.fails(low),
        stops=compared is not None and thresholds.stops(layer, low),
        to_go_live=layer.to_go_live(inputs.facts),
        mended_by=_mending_role(diagnosis, layer),
    )


def _mending_role(diagnosis: Diagnosis, layer: Layer) -> str:
    on_top = layer.placement is Placement.TOP
    return layer.role if on_top else role_for_layer(diagnosis, layer)


def _parts(inputs: AssessmentInput, questions: Sequence[Question]) -> tuple[Part, ...]:
    stakes = inputs.facts.get(EngineFact.STAKES, Stakes.LIVE)
    return tuple(
        Part(
            question.id,
            inputs.sheet.answer(question.id).level,
            question.enough.get(stakes),
        )
        for question in questions
        if not inputs.sheet.answer(question.id).na
    )
