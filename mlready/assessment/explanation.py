"""The way from each answer to each number to each recommendation, step by step."""

from collections.abc import Sequence
from typing import NamedTuple

from mlready.assessment.diagnosis import (
    Diagnosis,
    judged_layers,
    thresholds_for,
)
from mlready.assessment.hiring_capacity import role_for_layer
from mlready.assessment.scoring import LayerScore, score
from mlready.model.answers import AssessmentInput
from mlready.model.questionnaire import Layer, Placement, Question

Part = tuple[str, int | None]  # an answer as it counts: None while it is open


class LayerStep(NamedTuple):
    """How one layer's number came about, and what follows from it.

    ``details`` and ``whole`` are mixed into the score; ``compared`` is the number by
    which the layer to mend first is found, None for what stands on top.
    """

    score: LayerScore
    whole: tuple[Part, ...]
    details: tuple[Part, ...]
    details_low: float
    whole_low: float
    compared: float | None
    holds: bool
    stops: bool
    to_go_live: bool
    mended_by: str


def explain_layers(diagnosis: Diagnosis) -> tuple[LayerStep, ...]:
    """Return the steps for each layer, from the bottom up."""
    bars = thresholds_for(diagnosis.inputs)
    compared = {
        each.layer.id: bars.comparison_score(each.own.low, height)
        for height, each in enumerate(judged_layers(diagnosis.scores))
    }
    return tuple(
        _step(diagnosis, each, compared.get(each.layer.id)) for each in diagnosis.scores
    )


def _step(
    diagnosis: Diagnosis,
    each: LayerScore,
    compared: float | None,
) -> LayerStep:
    inputs = diagnosis.inputs
    inside = inputs.within(each.layer.sections)
    whole = [question for question in inside if question.overall]
    details = [question for question in inside if not question.overall]
    return LayerStep(
        score=each,
        whole=_parts(inputs, whole),
        details=_parts(inputs, details),
        details_low=score(details, inputs.sheet, 0.0).low,
        whole_low=score(whole, inputs.sheet, 1.0).low,
        compared=compared,
        holds=not thresholds_for(inputs).fails(each.own.low),
        stops=compared is not None
        and thresholds_for(inputs).stops(each.layer, each.own.low),
        to_go_live=each.layer.to_go_live(inputs.facts),
        mended_by=_mended_by(diagnosis, each.layer),
    )


def _mended_by(diagnosis: Diagnosis, layer: Layer) -> str:
    return (
        layer.role
        if layer.placement == Placement.TOP
        else role_for_layer(diagnosis, layer)
    )


def _parts(inputs: AssessmentInput, questions: Sequence[Question]) -> tuple[Part, ...]:
    return tuple(
        (question.id, answer.level)
        for question in questions
        for answer in [inputs.sheet.answer(question.id)]
        if not answer.na
    )
