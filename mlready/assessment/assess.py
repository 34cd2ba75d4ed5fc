"""Assess a sheet: scores, diagnosis, hires, and how certain they are."""

from typing import NamedTuple

from mlready.assessment.certainty import Certainty, certainty
from mlready.assessment.diagnosis import Diagnosis, diagnose
from mlready.assessment.staffing import Staffing, staff
from mlready.model.answers import Sheet, Survey, survey
from mlready.model.questionnaire import Questionnaire


class Result(NamedTuple):
    """Everything the report is made from."""

    survey: Survey
    diagnosis: Diagnosis
    staffing: Staffing
    certainty: Certainty


def judge(questionnaire: Questionnaire, sheet: Sheet) -> Result:
    """Return the whole judgement of a sheet."""
    asked = survey(questionnaire, sheet)
    diagnosis = diagnose(asked)
    staffing = staff(asked, diagnosis)
    return Result(asked, diagnosis, staffing, certainty(asked, diagnosis, staffing))
