"""How firm the advice is: what open answers could change, and which decide most."""

from collections.abc import Callable, Iterable, Iterator
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
from mlready.assessment.scoring import HIGHEST, weights
from mlready.assessment.staffing import Staffing, staff
from mlready.model.answers import Answer, AssessmentInput
from mlready.model.questionnaire import Layer, Question


class DecidingQuestion(NamedTuple):
    """An open question, and by how much its answer moves its layer, from 0 to 4."""

    question: Question
    width: float


class Certainty(NamedTuple):
    """What no open answer can change, and what would.

    ``verdict``, ``priority_layer`` and ``first_hire`` say whether each is certain.
    ``deciding`` are the open blocking questions and the open questions of layers that
    could hold, stop the project or come first, those that move their layer most
    leading; it lists every question that matters. ``minimal_change`` is None where no
    change by one level changes the advice.
    """

    verdict: bool
    priority_layer: bool
    first_hire: bool
    deciding: tuple[DecidingQuestion, ...]
    minimal_change: MinimalChange | None

    @property
    def all(self) -> bool:
        """Whether verdict, layer to mend and first hire are all certain."""
        return self.verdict and self.priority_layer and self.first_hire


def certainty(diagnosis: Diagnosis, staffing: Staffing) -> Certainty:
    """Return how firm the advice is; it is exact for every sheet."""
    worlds = [_advice(world) for world in _worlds(diagnosis)]
    verdicts, mends, hires = (set(each) for each in zip(*worlds, strict=True))
    one = (len(verdicts) == 1, len(mends) == 1, len(hires) == 1)
    deciding = () if all(one) else tuple(_deciding(diagnosis))
    return Certainty(*one, deciding, minimal_change(diagnosis, staffing))


def _advice(inputs: AssessmentInput) -> tuple[Verdict, str, str]:
    diagnosis = diagnose(inputs)
    first = staff(diagnosis).first_hire
    mend = diagnosis.priority_layer
    return diagnosis.verdict, mend.id if mend else "", first.id if first else ""


def _worlds(diagnosis: Diagnosis) -> Iterator[AssessmentInput]:
    """Yield the sheets between which all possible advice lies.

    Everything open at 0, at 4, and for each layer that could be mended first the world
    in which it is: its own open answers at 0 and all others at 4.
    """
    inputs = diagnosis.inputs
    if not diagnosis.open:
        yield inputs
        return
    yield _settled(inputs, diagnosis.open, lambda _: 0)
    yield _settled(inputs, diagnosis.open, lambda _: HIGHEST)
    for layer in diagnosis.priority_candidates:
        yield _settled(inputs, diagnosis.open, _weakest(layer))


def _weakest(layer: Layer) -> Callable[[Question], int]:
    return lambda question: 0 if question.section in layer.sections else HIGHEST


def _settled(
    inputs: AssessmentInput,
    questions: Iterable[Question],
    level: Callable[[Question], int],
) -> AssessmentInput:
    known = {q.id: Answer(level=level(q)) for q in questions}
    answers = {**inputs.sheet.answers, **known}
    return inputs._replace(sheet=inputs.sheet._replace(answers=answers))


def _deciding(diagnosis: Diagnosis) -> list[DecidingQuestion]:
    """Return the open questions of layers that could hold or not, or come first."""
    inputs = diagnosis.inputs
    bars, overall = (
        thresholds_for(inputs),
        inputs.questionnaire.constants.whole_layer_weight,
    )
    gate = {question.id for question in blocking_questions(inputs)}
    found = []
    for each in judged_layers(diagnosis.scores):
        inside = [
            question
            for question in inputs.within(each.layer.sections)
            if not inputs.sheet.answer(question.id).na
        ]
        width = weights(inside, overall)
        ends = {
            (bars.fails(end), bars.stops(each.layer, end))
            for end in (each.own.low, each.own.high)
        }
        rival = (
            len(diagnosis.priority_candidates) > 1
            and each.layer in diagnosis.priority_candidates
        )
        found += [
            DecidingQuestion(question, width[question.id] * HIGHEST)
            for question in inside
            if question in diagnosis.open
            and (len(ends) > 1 or rival or question.id in gate)
        ]
    listed = {each.question.id for each in found}
    found += [
        DecidingQuestion(question, 0.0)
        for question in diagnosis.open
        if question.id in gate and question.id not in listed
    ]
    return sorted(found, key=lambda each: -each.width)
