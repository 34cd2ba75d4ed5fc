"""Assess a sheet: scores, diagnosis, hires, and how certain they are."""

from typing import NamedTuple

from mlready.assessment.certainty import Certainty, certainty
from mlready.assessment.diagnosis import Diagnosis, diagnose
from mlready.assessment.staffing import Staffing, staff
from mlready.model.answers import AnswerSheet, AssessmentInput, assessment_input
from mlready.model.questionnaire import Questionnaire


class Assessment(NamedTuple):
    """Everything the report is made from."""

    inputs: AssessmentInput
    diagnosis: Diagnosis
    staffing: Staffing
    certainty: Certainty


def assess(questionnaire: Questionnaire, sheet: AnswerSheet) -> Assessment:
    """Return the whole judgement of a sheet."""
    asked = assessment_input(questionnaire, sheet)
    diagnosis = diagnose(asked)
    staffing = staff(asked, diagnosis)
    return Assessment(asked, diagnosis, staffing, certainty(asked, diagnosis, staffing))
