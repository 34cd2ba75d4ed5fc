"""The variables that templates are given."""

from typing import Any

from mlready.assessment.assess import Assessment
from mlready.assessment.checklist import checklist_items
from mlready.assessment.diagnosis import causes, mostly_low
from mlready.assessment.job_profiles import job_profiles
from mlready.assessment.patterns import contradictions, patterns
from mlready.model.answers import EXPRESS


def context(result: Assessment) -> dict[str, Any]:
    """Return everything that templates speak of."""
    diagnosis, staffing, certainty = result
    inputs = result.inputs
    questionnaire, sheet, facts, questions = inputs
    return {
        "questionnaire": questionnaire,
        "sheet": sheet,
        "facts": facts,
        "questions": questions,
        "diagnosis": diagnosis,
        "staffing": staffing,
        "certainty": certainty,
        "patterns": patterns(inputs),
        "contradictions": contradictions(inputs),
        "cards": job_profiles(diagnosis, staffing),
        "express": sheet.scope == EXPRESS,
        "sections": [
            (section, [q for q in questions if q.section == section.id])
            for section in questionnaire.sections
        ],
        "checklist": [
            (group, tuple(checklist_items(group, questions, sheet)))
            for group in questionnaire.checklist
        ],
        "boxes": [
            (group, tuple(checklist_items(group, questions, sheet)))
            for group in questionnaire.boxes
        ],
        "exposure": [q for q in questions if q.id in questionnaire.exposure],
        "behind": lambda layer: causes(diagnosis, layer),
        "mostly_low": lambda layer: mostly_low(inputs, layer),
    }
