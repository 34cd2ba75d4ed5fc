"""Convert records such as layers and gaps to plain data.

Plain data are text, numbers, booleans, None, lists and mappings.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from mlready.assessment.diagnosis import Diagnosis, Gap, causes
from mlready.assessment.explanation import LayerStep
from mlready.assessment.job_profiles import JobProfile
from mlready.assessment.patterns import Finding
from mlready.assessment.plan import PlanItem, stored_key
from mlready.assessment.scoring import LevelChange
from mlready.assessment.staffing import Vacancy
from mlready.model.answers import AnswerSheet
from mlready.model.questionnaire import Layer, Question, Role, Section
from mlready.report.team_report import LayerEvidence
from mlready.report.template_filters import PLACES, level_text

Data = dict[str, Any]


def plain_data(value: Any, sheet: AnswerSheet) -> Any:
    """Convert a value, and all values in it, to plain data; round to three decimals.

    A question becomes its id, its topic and the level of its answer in ``sheet``.
    """
    match value:
        case Role() | Layer() | Section():
            found: Any = fields(value, "id", "name")
        case Gap() | Question() | LevelChange():
            found = _reference(value, sheet)
        case Mapping():
            found = {key: plain_data(each, sheet) for key, each in value.items()}
        case tuple() | list():
            found = [plain_data(each, sheet) for each in value]
        case StrEnum():
            found = str(value)
        case float():
            found = round(value, PLACES)
        case _:
            found = value
    return found


def _reference(part: Gap | Question | LevelChange, sheet: AnswerSheet) -> Data:
    question = part if isinstance(part, Question) else part.question
    answer = fields(question, "id", "topic")
    if isinstance(part, LevelChange):
        return {**answer, **fields(part, "level", "to")}
    return {**answer, "level": sheet.answer(question.id).level}


def fields(record: Any, *names: str) -> Data:
    """Map each of ``names`` to the value of the field with this name in ``record``."""
    return {name: getattr(record, name) for name in names}


def layer(diagnosis: Diagnosis, step: LayerStep) -> Data:
    """Return a layer as plain data, with the explanation of the score."""
    score = step.score
    return {
        **fields(score.layer, "id", "name", "about", "exit"),
        "stands": score.layer.placement,
        "sections": score.layer.sections,
        **fields(score.own, "low", "high"),
        "carried": score.supported,
        "stilts": score.unsupported,
        **fields(step, "holds", "stops", "to_go_live"),
        "mended_by": diagnosis.inputs.questionnaire.roles.get(step.mended_by),
        "causes": causes(diagnosis, score.layer),
        "left_out": score.own.left_out,
        "explanation": {
            "details": [part._asdict() for part in step.details],
            "whole": [part._asdict() for part in step.whole],
            **fields(step, "details_low", "whole_low", "limited", "compared"),
        },
    }


def gap(diagnosis: Diagnosis, gap: Gap) -> Data:
    """Return a gap as plain data, with the answer and the next step."""
    inputs, question = diagnosis.inputs, gap.question
    questionnaire = inputs.questionnaire
    kind = question.remedy
    return {
        **fields(question, "id", "topic"),
        "section": questionnaire.section(question.section),
        "layer": inputs.questionnaire.layer_of(question.section),
        "level": gap.level,
        "words": level_text(question, gap.answer),
        "kind": {"id": kind, "name": questionnaire.remedies[kind]},
        "next_step": gap.action,
        "roles": [questionnaire.roles[role] for role in question.roles],
        "blocker": any(question.id == b.question.id for b in diagnosis.blockers),
        **fields(gap.answer, "note", "evidence", "accepted"),
    }


def evidence(evidence: LayerEvidence) -> Data:
    """Return whether a layer is good enough, and lists of questions, as plain data.

    Both lists have only questions with good enough answers. In the list "shown", each
    answer has a note or evidence; in the list "claimed", no answer has either.
    """
    return fields(evidence, "state", "shown", "claimed")


def reason(gap: Gap) -> Data:
    """Return as plain data an answer that is a reason for the verdict."""
    return {
        **fields(gap.question, "id", "topic"),
        "level": gap.level,
        "words": level_text(gap.question, gap.answer),
        **fields(gap.answer, "note", "evidence"),
    }


def step(item: PlanItem, what: str, done_when: str) -> Data:
    """Return a step of the plan as plain data.

    ``what`` and ``done_when`` say in words what to do, and when it is done.
    """
    question = item.question
    return {
        "id": stored_key(item),
        "topic": question.topic if question else "",
        **fields(item, "reason"),
        "what": what,
        **fields(item, "role", "owner", "due", "done"),
        "done_when": done_when,
    }


def vacancy(vacancy: Vacancy, title: str, card: Data | None) -> Data:
    """Return a vacancy as plain data.

    Args:
        vacancy: the vacancy.
        title: the name of the job.
        card: the job advertisement, None if there is none.

    """
    place = vacancy.position
    return {
        **fields(vacancy, "horizon"),
        "title": title,
        **fields(place, "role", "also", "layers", "available", "missing"),
        "does": place.role.does,
        **fields(vacancy, "because", "removed_by", "exit", "senior"),
        "alternatives": [each._asdict() for each in place.role.alternatives],
        "card": card,
    }


def card(diagnosis: Diagnosis, card: JobProfile) -> Data:
    """Return the content of a job advertisement as plain data."""
    role = card.vacancy.position.role
    return {
        "week": [{"section": part, "share": share} for part, share in card.week],
        "traits": role.traits,
        "experience": role.senior if card.vacancy.senior else role.junior,
        "gaps": [gap(diagnosis, each) for each in card.gaps],
        "not_promised": role.not_promised,
        "beside": card.colleagues,
    }


def finding(finding: Finding, *more: str) -> Data:
    """Return a pattern, and the team's answers that fulfil the pattern's condition.

    The result is plain data. ``more`` are further fields of the pattern to include,
    such as "advice".
    """
    return {
        **fields(finding.pattern, "id", *more, "says", "source"),
        "because": [{"fact": fact, "value": value} for fact, value in finding.because],
    }
