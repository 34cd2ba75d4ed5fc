"""Add interview steps for layers whose details contradict the answer on the whole."""

from collections.abc import Sequence

from mlready.assessment.contradictions import (
    HoldingScore,
    LayerContradiction,
    layer_contradictions,
)
from mlready.interview.steps import CONTRADICTION, KEEP, Step, StepKind
from mlready.model.answers import AnswerSheet, assessment_input
from mlready.model.questionnaire import Questionnaire

_TEXTS = {
    HoldingScore.WHOLE: (
        "You said this layer would not stop you, but these details fall short."
        " Which answer will you change?"
    ),
    HoldingScore.DETAILS: (
        "You said this layer would stop you, but its details are good enough."
        " Which answer will you change?"
    ),
}
_HELP = (
    "The whole is whether the layer would stop this project; its details are what there"
    " is today."
)
_KEEP = "None. The report names both, and the layer counts as not good enough."


def with_contradictions(
    questionnaire: Questionnaire, sheet: AnswerSheet, steps: Sequence[Step]
) -> tuple[Step, ...]:
    """Return the steps, and one more step after each layer that contradicts itself.

    Args:
        questionnaire: the questionnaire.
        sheet: the answers that count.
        steps: some or all of the steps that apply. If none of these steps is about the
            layer of a contradiction, the contradiction comes last.

    """
    listed = list(steps)
    inputs = assessment_input(questionnaire, sheet)
    for found in layer_contradictions(inputs):
        at = [
            number
            for number, step in enumerate(listed, 1)
            if step.question and step.question.section in found.layer.sections
        ]
        listed.insert(max(at, default=len(listed)), _step(found))
    return tuple(listed)


def _step(found: LayerContradiction) -> Step:
    choices = {
        gap.question.id: (
            f"{gap.question.id} {gap.question.topic}: {gap.level}:"
            f" {gap.question.levels[gap.level]}"
        )
        for gap in found.because
    }
    return Step(
        id=f"{CONTRADICTION}{found.layer.id}",
        topic=f"{found.layer.name}: the whole and its details",
        text=_TEXTS[found.holding],
        kind=StepKind.CONTRADICTION,
        value="",
        section=found.layer.name,
        help=_HELP,
        choices={**choices, KEEP: _KEEP},
    )
