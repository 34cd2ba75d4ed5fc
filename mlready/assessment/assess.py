"""Assess a team's answers: scores, diagnosis, hires, and how certain the advice is."""

from typing import NamedTuple

from mlready.assessment.certainty import Certainty, certainty
from mlready.assessment.confirmation import Confirmation
from mlready.assessment.diagnosis import Diagnosis, diagnose
from mlready.assessment.staffing import Staffing, layer_to_fix_first, staff
from mlready.model.answers import AnswerSheet, AssessmentInput, assessment_input
from mlready.model.questionnaire import Layer, Question, Questionnaire


class Assessment(NamedTuple):
    """The assessment of a team: the results that a report presents."""

    diagnosis: Diagnosis
    staffing: Staffing
    certainty: Certainty

    @property
    def confirmation(self) -> Confirmation:
        """Whether a second voice confirms the claims on which the advice rests."""
        return self.staffing.confirmation

    @property
    def inputs(self) -> AssessmentInput:
        """The answers that were assessed, with the facts and questions that apply."""
        return self.diagnosis.inputs

    @property
    def layer_to_fix_first(self) -> Layer | None:
        """The layer to fix first; None if all are good enough, or no ML is needed."""
        return layer_to_fix_first(self.diagnosis, self.staffing)

    @property
    def unasked_to_settle(self) -> tuple[Question, ...]:
        """The questions that nobody was asked and that a "nearly ready" waits for."""
        nearly = self.staffing.nearly_ready
        return self.diagnosis.unasked_blockers if nearly else ()


def assess(
    questionnaire: Questionnaire, sheet: AnswerSheet, date: str = ""
) -> Assessment:
    """Return the assessment of a team's answers.

    ``date`` (YYYY-MM-DD) decides which answers are too old; with "", no answer is.
    """
    if date:
        # Imported only when needed, because most assessments have no date.
        from mlready.assessment.ages import with_ages

        sheet = with_ages(questionnaire, sheet, date)
    diagnosis = diagnose(assessment_input(questionnaire, sheet))
    staffing = staff(diagnosis)
    return Assessment(diagnosis, staffing, certainty(diagnosis, staffing))
