"""Compute whether the advice is certain, and which open questions could change it."""

from collections.abc import Callable, Container, Iterator
from typing import NamedTuple

from mlready.assessment.diagnosis import (
    Diagnosis,
    Verdict,
    blocking_questions,
    diagnose,
    judged_layers,
    thresholds_for,
)
from mlready.assessment.minimal_change import MinimalChange, minimal_change
from mlready.assessment.scoring import (
    HIGHEST,
    LayerScore,
    counted_questions,
    gain,
    number_unasked,
    rounded,
    weights,
)
from mlready.assessment.staffing import Staffing, staff
from mlready.assessment.voices import with_agreed_answers
from mlready.model.answers import Answer, AssessmentInput
from mlready.model.questionnaire import Layer, Question


class DecidingQuestion(NamedTuple):
    """An open question whose answer could change the advice."""

    question: Question
    width: float  # by how much the answer can raise the layer's score, from 0 to 4


class Certainty(NamedTuple):
    """Which parts of the advice are certain, and what could change the advice."""

    # Whether each part stays the same for all answers to open questions.
    verdict: bool
    priority_layer: bool
    first_hire: bool
    deciding: tuple[DecidingQuestion, ...]  # the most effective first
    # None if no change by one level alters the verdict or the first hire.
    minimal_change: MinimalChange | None

    @property
    def all(self) -> bool:
        """Whether verdict, layer to fix first and first hire are all certain."""
        return self.verdict and self.priority_layer and self.first_hire


def certainty(diagnosis: Diagnosis, staffing: Staffing) -> Certainty:
    """Return which parts of the advice are certain, and what could change the advice.

    No part is certain while an open question decides which other questions are asked.
    """
    certain = (False, False, False)
    if not any(_decides_what_is_asked(diagnosis, each) for each in diagnosis.open):
        possible = [_advice(inputs) for inputs in _extremes(diagnosis)]
        verdicts, layers, hires = (set(each) for each in zip(*possible, strict=True))
        certain = (len(verdicts) == 1, len(layers) == 1, len(hires) == 1)
    deciding = () if all(certain) else tuple(_deciding(diagnosis))
    return Certainty(*certain, deciding, minimal_change(diagnosis, staffing))


def _decides_what_is_asked(diagnosis: Diagnosis, question: Question) -> bool:
    return question.id in diagnosis.inputs.conditional_on


def _advice(inputs: AssessmentInput) -> tuple[Verdict, str, str]:
    diagnosis = diagnose(inputs, explained=False)
    first, hire = diagnosis.priority_layer, staff(diagnosis, explained=False).first_hire
    return diagnosis.verdict, first.id if first else "", hire.id if hire else ""


def _extremes(diagnosis: Diagnosis) -> Iterator[AssessmentInput]:
    """Yield the team's answers with all open questions at level 0, then all at level 4.

    Then, for each layer that may be the first to fix, the open questions on that layer
    are at level 0 and all others at level 4.
    """
    # These cases together lead to all advice that is still possible.
    if not diagnosis.open:
        yield diagnosis.inputs
        return
    yield _with_levels(diagnosis, lambda _: 0)
    yield _with_levels(diagnosis, lambda _: HIGHEST)
    for layer in diagnosis.priority_candidates:
        yield _with_levels(diagnosis, _lowest_for(layer))


def _lowest_for(layer: Layer) -> Callable[[Question], int]:
    return lambda question: 0 if question.section in layer.sections else HIGHEST


def _with_levels(
    diagnosis: Diagnosis, level: Callable[[Question], int]
) -> AssessmentInput:
    """Return the team's answers, with ``level(question)`` for each open question."""
    answers = {
        question.id: Answer(level=level(question)) for question in diagnosis.open
    }
    return with_agreed_answers(diagnosis.inputs, answers)


def _deciding(diagnosis: Diagnosis) -> list[DecidingQuestion]:
    """Return the open questions that could change the advice.

    Questions that can change the score of their layer most come first.
    """
    inputs = diagnosis.inputs
    always = inputs.conditional_on | {each.id for each in blocking_questions(inputs)}
    found = [
        each
        for layer in judged_layers(diagnosis.scores)
        for each in _deciding_in(diagnosis, layer, always)
    ]
    listed = {each.question.id for each in found}
    found += [
        DecidingQuestion(question, 0.0)
        for question in diagnosis.open
        if question.id in always and question.id not in listed
    ]
    return sorted(found, key=lambda each: -each.width)


def _deciding_in(
    diagnosis: Diagnosis, layer: LayerScore, always: Container[str]
) -> Iterator[DecidingQuestion]:
    """Yield the open questions of a layer that could change the advice.

    ``always`` contains the ids of questions that matter at any score of the layer.
    """
    inputs = diagnosis.inputs
    counted = counted_questions(inputs, layer.layer)
    weight = weights(
        counted,
        inputs.questionnaire.constants.whole_layer_weight,
        number_unasked(inputs, layer.layer),
    )
    matters = _layer_matters(diagnosis, layer)
    for question in counted:
        if question in diagnosis.open and (matters or question.id in always):
            width = weight[question.id] * gain(inputs, question, 0, HIGHEST)
            yield DecidingQuestion(question, rounded(width))


def _layer_matters(diagnosis: Diagnosis, layer: LayerScore) -> bool:
    """Return whether the open questions of a layer could change the advice."""
    thresholds = thresholds_for(diagnosis.inputs)
    ends = {
        (thresholds.fails(end), thresholds.stops(layer.layer, end))
        for end in (layer.own.low, layer.own.high)
    }
    candidates = diagnosis.priority_candidates
    return len(ends) > 1 or (len(candidates) > 1 and layer.layer in candidates)
