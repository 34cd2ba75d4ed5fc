"""Compute the advice to a team: verdict, layer to fix first and first hire."""

from typing import NamedTuple

from mlready.assessment.diagnosis import Verdict, diagnose
from mlready.assessment.scoring import number_unasked, weights
from mlready.assessment.staffing import staff
from mlready.model.answers import AssessmentInput
from mlready.model.questionnaire import Layer, Question, Role


class Advice(NamedTuple):
    """The advice to a team, as if a second voice had confirmed all claims."""

    verdict: Verdict
    priority_layer: Layer | None  # the layer to fix first
    first_hire: Role | None  # the role to hire now
    # What must be settled before modelling starts; () unless the verdict is "ready".
    to_settle: tuple[Question, ...]

    def parts_changed(self, other: "Advice") -> int:
        """Return how many fields of this advice differ from ``other``."""
        return sum(a != b for a, b in zip(self, other, strict=True))


def advice_if_confirmed(inputs: AssessmentInput) -> Advice:
    """Return the advice, as if a second voice had confirmed all claims."""
    diagnosis = diagnose(inputs, explained=False)
    staffing = staff(diagnosis, explained=False)
    return Advice(
        diagnosis.verdict,
        diagnosis.priority_layer,
        staffing.first_hire or staffing.claimed,
        staffing.ml_blockers if staffing.nearly_ready else (),
    )


def other_roles_of_first_hire(inputs: AssessmentInput) -> tuple[Role, ...]:
    """Return the further roles of a generalist to hire now; () for one role."""
    first = staff(diagnose(inputs, explained=False), explained=False).first_position
    return first.also if first else ()


def question_weights(inputs: AssessmentInput) -> dict[str, float]:
    """Return the weight of each question, by id, in the score of its layer (0 to 1)."""
    found: dict[str, float] = {}
    for layer in inputs.questionnaire.layers:
        asked = inputs.within(layer.sections)
        counted = [each for each in asked if not inputs.sheet.answer(each.id).na]
        found |= weights(
            counted,
            inputs.questionnaire.constants.whole_layer_weight,
            number_unasked(inputs, layer),
        )
    return found
