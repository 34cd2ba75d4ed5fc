"""Assess a team's answers: scores, diagnosis, hires, and how certain these are."""

from typing import NamedTuple

from mlready.assessment.certainty import Certainty, certainty
from mlready.assessment.confirmation import Confirmation
from mlready.assessment.diagnosis import Diagnosis, diagnose
from mlready.assessment.staffing import Staffing, staff
from mlready.model.answers import AnswerSheet, AssessmentInput, assessment_input
from mlready.model.questionnaire import Questionnaire


class Assessment(NamedTuple):
    """The assessment of a team: the results that a report presents."""

    diagnosis: Diagnosis
    staffing: Staffing
    certainty: Certainty

    @property
    def confirmation(self) -> Confirmation:
        """Whether a second voice confirms what the advice rests on."""
        return self.staffing.confirmation

    @property
    def inputs(self) -> AssessmentInput:
        """The answers that were assessed, with the facts and questions that apply."""
        return self.diagnosis.inputs


def assess(
    questionnaire: Questionnaire, sheet: AnswerSheet, date: str = ""
) -> Assessment:
    """Assess a team from the sheet with its answers.

    Args:
        questionnaire: the questionnaire that the team answered.
        sheet: its answers, of one voice or combined.
        date: the day of the assessment, as YYYY-MM-DD, on which answers may be too old
            to rely on (see ``assessment.ages``). If it is "" or another text, no answer
            counts as too old.

    """
    if date:
        # Imported only when needed, because most assessments have no date.
        from mlready.assessment.ages import with_ages

        sheet = with_ages(questionnaire, sheet, date)
    diagnosis = diagnose(assessment_input(questionnaire, sheet))
    staffing = staff(diagnosis)
    return Assessment(diagnosis, staffing, certainty(diagnosis, staffing))
