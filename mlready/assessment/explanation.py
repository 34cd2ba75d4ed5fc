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
    """An answer that counts in a score.

    ``id`` is the id of the question. ``level`` is None for an open question. ``enough``
    is the level that the questionnaire declares to be enough, None if it declares none.
    """

    id: str
    level: int | None
    enough: int | None


class LayerStep(NamedTuple):
    """How the score of a layer is computed, and how the advice uses it.

    ``whole`` are the answers on the layer as a whole, ``details`` those on its details;
    ``whole_low`` and ``details_low`` are the lower bounds of their scores. The layer's
    score is a weighted mean of both scores; ``limited`` says whether it was lowered to
    0.9 (``MOST_ABOVE``) above the smaller one. ``compared`` is the comparison score,
    which decides which layer to mend first; it is None for the layer on top. ``holds``
    says whether the layer is good enough, ``stops`` whether it stops the project, and
    ``to_go_live`` whether only going live requires it. ``mended_by`` is the id of the
    role that can mend the layer, or "none".
    """

    score: LayerScore
    whole: tuple[Part, ...]
    details: tuple[Part, ...]
    details_low: float
    whole_low: float
    limited: bool
    compared: float | None
    holds: bool
    stops: bool
    to_go_live: bool
    mended_by: str


def explain_layers(diagnosis: Diagnosis) -> tuple[LayerStep, ...]:
    """Return for each layer, from the bottom up, how its score is computed."""
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
    """Return the questions that count in a score, with their levels."""
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
