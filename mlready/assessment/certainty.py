"""How firm the advice is: what open answers could change, and which decide most."""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from mlready.assessment.diagnosis import (
    Diagnosis,
    Verdict,
    bars_for,
    diagnose,
    gates,
    judged_layers,
)
from mlready.assessment.minimal_change import Flip, flip
from mlready.assessment.scoring import HIGHEST, weights
from mlready.assessment.staffing import Staffing, staff
from mlready.model.answers import Answer, Survey
from mlready.model.questionnaire import Layer, Question


class Deciding(NamedTuple):
    """An open question, and by how much its answer moves its layer, from 0 to 4."""

    question: Question
    width: float


class Certainty(NamedTuple):
    """What no open answer can change, and what would.

    ``deciding`` are the open gates and the open questions of layers that could hold,
    stop the project or come first, those that move their layer most leading: one that
    matters is never missing. ``flip`` is None where no change by one level turns the
    advice.
    """

    verdict: bool
    mend: bool
    hire: bool
    deciding: tuple[Deciding, ...]
    flip: Flip | None

    @property
    def all(self) -> bool:
        """Whether verdict, layer to mend and first hire are all certain."""
        return self.verdict and self.mend and self.hire


def certainty(survey: Survey, diagnosis: Diagnosis, staffing: Staffing) -> Certainty:
    """Return how firm the advice is; it is exact for every sheet."""
    worlds = [_advice(world) for world in _worlds(survey, diagnosis)]
    verdicts, mends, hires = (set(each) for each in zip(*worlds, strict=True))
    one = (len(verdicts) == 1, len(mends) == 1, len(hires) == 1)
    deciding = () if all(one) else tuple(_deciding(survey, diagnosis))
    return Certainty(*one, deciding, flip(survey, diagnosis, staffing))


def _advice(survey: Survey) -> tuple[Verdict, str, str]:
    diagnosis = diagnose(survey)
    first = staff(survey, diagnosis).first
    mend = diagnosis.mend
    return diagnosis.verdict, mend.id if mend else "", first.id if first else ""


def _worlds(survey: Survey, diagnosis: Diagnosis) -> Iterator[Survey]:
    """Yield the sheets between which all possible advice lies.

    Everything open at 0, at 4, and for each layer that could be mended first the world
    in which it is: its own open answers at 0 and all others at 4.
    """
    if not diagnosis.open:
        yield survey
        return
    yield _settled(survey, diagnosis.open, lambda _: 0)
    yield _settled(survey, diagnosis.open, lambda _: HIGHEST)
    for layer in diagnosis.rivals:
        yield _settled(survey, diagnosis.open, _weakest(layer))


def _weakest(layer: Layer) -> Callable[[Question], int]:
    return lambda question: 0 if question.section in layer.sections else HIGHEST


def _settled(
    survey: Survey, questions: Iterable[Question], level: Callable[[Question], int]
) -> Survey:
    known = {q.id: Answer(level=level(q)) for q in questions}
    answers = {**survey.sheet.answers, **known}
    return survey._replace(sheet=survey.sheet._replace(answers=answers))


def _deciding(survey: Survey, diagnosis: Diagnosis) -> list[Deciding]:
    """Return the open questions of layers that could hold or not, or come first."""
    bars, overall = bars_for(survey), survey.questionnaire.constants.overall
    gate = {question.id for question in gates(survey)}
    found = []
    for each in judged_layers(diagnosis.scores):
        inside = [
            question
            for question in survey.within(each.layer.sections)
            if not survey.sheet.answer(question.id).na
        ]
        width = weights(inside, overall)
        ends = {
            (bars.fails(end), bars.stops(each.layer, end))
            for end in (each.own.low, each.own.high)
        }
        rival = len(diagnosis.rivals) > 1 and each.layer in diagnosis.rivals
        found += [
            Deciding(question, width[question.id] * HIGHEST)
            for question in inside
            if question in diagnosis.open
            and (len(ends) > 1 or rival or question.id in gate)
        ]
    listed = {each.question.id for each in found}
    found += [
        Deciding(question, 0.0)
        for question in diagnosis.open
        if question.id in gate and question.id not in listed
    ]
    return sorted(found, key=lambda each: -each.width)
