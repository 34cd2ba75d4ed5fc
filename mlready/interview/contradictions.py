"""Add a step to the interview for each layer whose answers contradict each other.

In the step, the team chooses which answer to change.
"""

from collections.abc import Sequence

from mlready.assessment.contradictions import (
    HoldingScore,
    LayerContradiction,
    layer_contradictions,
    rated_details,
)
from mlready.assessment.diagnosis import Gap
from mlready.interview.steps import CONTRADICTION, KEEP, Step, StepKind
from mlready.model.answers import LEFT, AnswerSheet, AssessmentInput, assessment_input
from mlready.model.questionnaire import Questionnaire

_TEXT = "You said this layer {}; its {} no. Which answer is wrong, if any?"
_SAID = {
    HoldingScore.WHOLE: "is good enough",
    HoldingScore.DETAILS: "would stop you",
}
_MOST = 7  # details to choose from: with the whole and KEEP, one for each digit
_HELP = (
    "The whole is whether the layer would stop this project; its details are what there"
    " is today. At level 2 a detail works by hand, which is enough. If your way by hand"
    " holds only for now, keep both answers."
)
_KEEP = "None. The report names both, and the layer counts as not good enough."


def with_contradictions(
    questionnaire: Questionnaire, sheet: AnswerSheet, steps: Sequence[Step]
) -> tuple[Step, ...]:
    """Add a step for each contradiction, after the questions on its layer.

    In a meeting, ``sheet`` must be completed with the answers of the voices.
    """
    listed = list(steps)
    inputs = assessment_input(questionnaire, sheet)
    for contradiction in layer_contradictions(inputs):
        at = [
            number
            for number, step in enumerate(listed, 1)
            if step.question and step.question.section in contradiction.layer.sections
        ]
        # If the team has accepted all details that are too low, nothing is to be asked.
        if details := _details(inputs, contradiction):
            step = _step(contradiction, details[:_MOST])
            # Once the other score is good enough, it is another contradiction.
            is_left = sheet.earlier.get(f"{LEFT}{step.id}") == step.holding
            listed.insert(
                max(at, default=len(listed)),
                step._replace(value=KEEP if is_left else ""),
            )
    return tuple(listed)


def _details(inputs: AssessmentInput, contradiction: LayerContradiction) -> list[Gap]:
    """Return the details that contradict the answer on the layer as a whole."""
    if contradiction.holding is HoldingScore.DETAILS:
        return rated_details(inputs, contradiction.layer)
    return [
        gap
        for gap in contradiction.because
        # A team that has accepted a gap need not change its answer.
        if not (gap.question.overall or gap.answer.accepted)
    ]


def _step(contradiction: LayerContradiction, details: Sequence[Gap]) -> Step:
    wholes = [gap for gap in contradiction.because if gap.question.overall]
    shown = "details, below, say" if details[1:] else "detail, below, says"
    return Step(
        id=f"{CONTRADICTION}{contradiction.layer.id}",
        topic=f"{contradiction.layer.name}: whole and details differ",
        text=_TEXT.format(_SAID[contradiction.holding], shown),
        kind=StepKind.CONTRADICTION,
        value="",
        section=contradiction.layer.name,
        help=_HELP,
        choices={
            **{gap.question.id: _answered(gap) for gap in (*wholes, *details)},
            KEEP: _KEEP,
        },
        holding=contradiction.holding,
    )


def _answered(gap: Gap) -> str:
    question = gap.question
    return f"{question.id} {question.topic}: {gap.level}: {question.levels[gap.level]}"
