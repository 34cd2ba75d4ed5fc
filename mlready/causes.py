"""What keeps a layer from holding."""

from mlready.answers import Survey
from mlready.diagnosis import Diagnosis, Gap
from mlready.questionnaire import Layer, Question


def causes(survey: Survey, diagnosis: Diagnosis, layer: Layer) -> list[Gap | Question]:
    """Return what keeps a layer from holding: low answers, then open questions."""
    holds = survey.questionnaire.constants.holds
    whole = [
        Gap(question, answer.level, answer, "")
        for question in survey.within(layer.sections)
        for answer in [survey.sheet.answer(question.id)]
        if question.overall and answer.level is not None
    ]
    low = [gap for gap in (*whole, *diagnosis.gaps) if gap.level < holds]
    return [
        *(gap for gap in low if gap.question.section in layer.sections),
        *(each for each in diagnosis.open if each.section in layer.sections),
    ]


def mostly_low(survey: Survey, layer: Layer) -> bool:
    """Return whether at least half of a layer's details do not work by hand yet."""
    levels = [
        survey.sheet.answer(question.id).level or 0
        for question in survey.within(layer.sections)
        if not question.overall and not survey.sheet.answer(question.id).na
    ]
    low = sum(level < survey.questionnaire.constants.holds for level in levels)
    return 2 * low >= len(levels)
