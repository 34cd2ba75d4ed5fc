"""Convert the answers, and the answers of each voice, to plain data."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from mlready.assessment.assess import Assessment
from mlready.assessment.voices import (
    Statement,
    fact_statements,
    question_statements,
)
from mlready.model.answers import (
    NO_ANSWER,
    NO_TIMING,
    AnswerSheet,
    AssessmentInput,
)
from mlready.model.questionnaire import Fact, Question, Role, Section
from mlready.report.json_records import Data, fields
from mlready.report.template_filters import level_text
from mlready.report.voices import (
    ClaimedAnswer,
    Said,
    ShownDifference,
    Speaker,
    claims,
    said,
    voices,
)

if TYPE_CHECKING:
    from mlready.report.settling import Change, Settling


def voices_data(result: Assessment) -> Data:
    """Return the voices, their differences and the claims as plain data."""
    found = voices(result)
    how_settled = _settling(result) if found.differences else None
    return {
        "voices": [_speaker(each) for each in found.speakers],
        "meeting": fields(found.meeting, "name", "date", "present")
        if found.meeting
        else None,
        "differences": [
            _difference(each, how_settled.change(each))
            for each in found.differences
            if how_settled
        ],
        "claims": [_claim(each) for each in claims(result)],
    }


def interview_data(inputs: AssessmentInput) -> Data:
    """Return the background lines, the plan's steps and the interview's duration."""
    questionnaire, sheet = inputs.questionnaire, inputs.sheet
    topics = {question.id: question.topic for question in inputs.questions}
    return {
        "background": [
            {
                **fields(line, "id", "topic", "text"),
                "words": sheet.background.get(line.id, ""),
                "statements": [
                    {
                        "voice": each.speaker.number if each.speaker else None,
                        "words": each.value,
                    }
                    for each in said(inputs, _lines(sheet, line.id))
                ],
            }
            for line in questionnaire.background
        ],
        "steps": [
            {"id": key, "topic": topics.get(key, ""), **step._asdict()}
            for key, step in sheet.steps.items()
        ],
        "interview": sheet.timing._asdict() if sheet.timing != NO_TIMING else None,
    }


def _lines(sheet: AnswerSheet, id_: str) -> list[Statement]:
    """Return what each voice wrote on a background line."""
    return [
        Statement(each, value=text)
        for each in sheet.voices
        if (text := each.background.get(id_, ""))
    ]


def section(inputs: AssessmentInput, section: Section) -> Data:
    """Return a section as plain data, with the answers to its questions."""
    return {
        **fields(section, "id", "name", "about"),
        "layer": inputs.questionnaire.layer_of(section.id),
        "answers": [
            {
                **fields(question, "id", "topic", "text", "overall"),
                "words": level_text(question, inputs.sheet.answer(question.id)),
                **inputs.sheet.answer(question.id)._asdict(),
                "shown": inputs.sheet.is_supported(question.id),
                "statements": statements(inputs, question),
            }
            for question in inputs.within([section.id])
        ],
    }


def statements(inputs: AssessmentInput, about: Question | Fact | Role) -> list[Data]:
    """Return what each voice said about a question, fact or role, as plain data.

    What a voice says about a role is the number of its available people. The list is
    empty if only one voice gave answers.
    """
    sheet = inputs.sheet
    if not sheet.voices:
        return []
    if isinstance(about, Question):
        found = said(inputs, question_statements(sheet, about))
    elif isinstance(about, Fact):
        found = said(inputs, fact_statements(sheet, about), about)
    else:
        found = said(inputs, list(_numbers_of_people(inputs, about)))
    return [_said(each, about) for each in found]


def _numbers_of_people(inputs: AssessmentInput, role: Role) -> Iterable[Statement]:
    for each in inputs.sheet.voices:
        if role.id in each.available:
            yield Statement(each, value=f"{each.available[role.id]:g}")


def _speaker(speaker: Speaker) -> Data:
    own = {"id": "", "name": speaker.own_role} if speaker.own_role else None
    return {
        **fields(speaker, "number", "name"),
        "role": speaker.role or own,
        **fields(speaker, "date", "present", "drafted"),
    }


def _said(one: Said, about: Question | Fact | Role) -> Data:
    answer = one.answer or NO_ANSWER
    words = level_text(about, answer) if isinstance(about, Question) else one.words
    return {
        "voice": one.speaker.number if one.speaker else None,
        **fields(answer, "level", "unknown", "na"),
        "value": one.value,
        "words": words,
        **fields(answer, "note", "evidence"),
    }


def _settling(result: Assessment) -> "Settling":
    # Imported only when needed, because a single voice has no differences.
    from mlready.report.settling import settling

    return settling(result)


def _difference(each: ShownDifference, change: "Change") -> Data:
    about = _about(each)
    return {
        **_named(about),
        **fields(each, "must_be_settled", "settled"),
        "counts": _said(each.counts, about),
        "statements": [_said(one, about) for one in each.said],
        "change": {
            **fields(change, "effect", "together"),
            "options": [
                {
                    **_option(option.said, about),
                    "verdict": option.advice.verdict,
                    "mend": option.advice.priority_layer,
                    "first": option.advice.first_hire,
                    "to_settle": option.advice.to_settle,
                }
                for option in change.options
            ],
        },
    }


def _option(one: Said, about: Question | Fact | Role) -> Data:
    known = _said(one, about)
    return {key: known[key] for key in ("level", "na", "value", "words")}


def _about(each: ShownDifference) -> Question | Fact | Role:
    about = each.question or each.fact or each.role
    if not about:
        raise ValueError("a difference about nothing")
    return about


def _named(about: Question | Fact | Role) -> Data:
    match about:
        case Question():
            return {"kind": "question", **fields(about, "id", "topic")}
        case Fact():
            return {"kind": "fact", **fields(about, "id", "topic")}
        case Role():
            return {"kind": "available", "id": about.id, "topic": about.name}


def _claim(claim: ClaimedAnswer) -> Data:
    about = claim.question or claim.fact
    named = _named(about) if about else {}
    return {
        **named,
        "knows": claim.question.knows if claim.question else "",
        **fields(claim, "known_by", "voices", "confirmed", "shown", "aged"),
    }
