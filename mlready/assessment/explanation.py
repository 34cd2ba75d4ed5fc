"""The way from each answer to each number to each recommendation, step by step."""

from collections.abc import Sequence
from typing import NamedTuple

from mlready.assessment.diagnosis import Diagnosis, bars_for, judged_layers, points
from mlready.assessment.hiring_capacity import mender
from mlready.assessment.scoring import LayerScore, score
from mlready.model.answers import Survey
from mlready.model.questionnaire import TOP, Layer, Question

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


def explained(survey: Survey, diagnosis: Diagnosis) -> tuple[LayerStep, ...]:
    """Return the steps for each layer, from the bottom up."""
    bars = bars_for(survey)
    compared = {
        each.layer.id: points(each, height, bars)
        for height, each in enumerate(judged_layers(diagnosis.scores))
    }
    return tuple(
        _step(survey, diagnosis, each, compared.get(each.layer.id))
        for each in diagnosis.scores
    )


def _step(
    survey: Survey, diagnosis: Diagnosis, each: LayerScore, compared: float | None
) -> LayerStep:
    inside = survey.within(each.layer.sections)
    whole = [question for question in inside if question.overall]
    details = [question for question in inside if not question.overall]
    return LayerStep(
        score=each,
        whole=_parts(survey, whole),
        details=_parts(survey, details),
        details_low=score(details, survey.sheet, 0.0).low,
        whole_low=score(whole, survey.sheet, 1.0).low,
        compared=compared,
        holds=not bars_for(survey).fails(each.own.low),
        stops=compared is not None and bars_for(survey).stops(each.layer, each.own.low),
        to_go_live=each.layer.to_go_live(survey.facts),
        mended_by=_mended_by(survey, diagnosis, each.layer),
    )


def _mended_by(survey: Survey, diagnosis: Diagnosis, layer: Layer) -> str:
    return layer.role if layer.stands == TOP else mender(survey, diagnosis, layer)


def _parts(survey: Survey, questions: Sequence[Question]) -> tuple[Part, ...]:
    return tuple(
        (question.id, answer.level)
        for question in questions
        for answer in [survey.sheet.answer(question.id)]
        if not answer.na
    )
