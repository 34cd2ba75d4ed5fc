"""Convert a comparison to plain data.

``questionnaires/schema/comparison.json`` describes each key of the data.
"""

from collections.abc import Iterator

from mlready.assessment.comparison import (
    AnswerChange,
    Comparison,
    LayerChange,
    StepChange,
    StepState,
)
from mlready.assessment.scoring import LayerScore
from mlready.assessment.timeline import Timeline
from mlready.model.answers import Answer
from mlready.report.comparison import Moment, moments, outcome, story
from mlready.report.json_records import Data, fields, plain_data
from mlready.report.json_text import escape_asterisks, json_text, without_emphasis
from mlready.report.templating import render

FORMAT, FORMAT_VERSION = "mlready-comparison", 1


def comparison_text(found: Timeline) -> str:
    """Return a comparison as JSON text."""
    return json_text(comparison_data(found))


def comparison_data(found: Timeline) -> Data:
    """Return all data of a comparison; the keys and their order are always the same."""
    inputs = found.latest.inputs
    data: Data = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "questionnaire": fields(inputs.questionnaire, "id", "version", "title"),
        "project": fields(inputs.sheet, "name", "slice"),
        "date": found.date,
        "redacted": inputs.sheet.redacted,
        "anonymous": inputs.sheet.anonymous,
        "ordering": found.ordering,
        "changed": not found.comparison.is_empty,
        "in_words": _in_words(found),
        **_advice(found),
        "setbacks": [*_setbacks(found)],
        **_changes(found),
        "points": [_point(each) for each in moments(found)],
    }
    everything: Data = plain_data(data, inputs.sheet)
    return everything


def _in_words(found: Timeline) -> list[str]:
    """Return the text on what changed, by paragraph, without asterisks for emphasis."""
    text = render("_changes.j2", escape_asterisks, story=story(found), timeline=found)
    return [without_emphasis(each) for each in text.split("\n") if each.strip()]


def _advice(found: Timeline) -> Data:
    change, summary = found.comparison, story(found)
    return {
        "verdict": {
            "direction": summary.direction,
            "old": _verdict(summary.old),
            "new": _verdict(summary.new),
            "latest": outcome(found.latest),
        },
        "mend": {"old": summary.old.first, "new": summary.new.first},
        "hire": {
            "old": change.old.staffing.first_hire,
            "new": change.new.staffing.first_hire,
        },
    }


def _changes(found: Timeline) -> Data:
    change = found.comparison
    return {
        "layers": [_layer(each) for each in change.layers],
        "blockers": [
            {"question": each.question, "blocks": each.blocks, "open": each.is_open}
            for each in change.blockers
        ],
        "hires": [each._asdict() for each in change.hires],
        "steps": [*_steps(change, found.date)],
        "claimed": [each.question for each in change.claimed],
        "answers": [_answer(each) for each in change.answers],
        "aged": change.aged,
        "asked": change.asked,
        "asked_again": found.again,
        "no_longer_asked": change.no_longer_asked,
        "dropped": found.dropped,
        "profile": [
            {
                "id": each.fact.id if each.fact else "",
                "role": each.role,
                "old": each.old,
                "new": each.new,
            }
            for each in change.values
        ],
    }


def _verdict(moment: Moment) -> Data:
    return {
        "id": moment.verdict,
        "confirmed": moment.confirmed,
        "outcome": moment.outcome,
    }


def _setbacks(found: Timeline) -> Iterator[Data]:
    for each in found.setbacks:
        yield {
            "at": each.at,
            "until": each.until,
            "layers": each.layers,
            "verdict_fell": each.verdict_fell,
            "answers": [_answer(change) for change in each.answers],
        }


def _layer(change: LayerChange) -> Data:
    return {
        **fields(change.layer, "id", "name", "exit"),
        "old": _score(change.old),
        "new": _score(change.new),
        **fields(change, "held", "holds"),
    }


def _score(score: LayerScore | None) -> Data | None:
    return fields(score.own, "low", "high") if score else None


def _steps(change: Comparison, date: str) -> Iterator[Data]:
    for each in change.steps:
        overdue = each.overdue(date)
        if each.state is not StepState.SAME or overdue:
            yield {
                "id": each.key,
                "state": each.state,
                "overdue": overdue,
                **_step(each),
            }


def _step(change: StepChange) -> Data:
    step = change.step
    return {
        "topic": change.question.topic if change.question else "",
        "what": step.what or change.what,
        "role": change.role,
        **fields(step, "owner", "due", "done"),
    }


def _answer(change: AnswerChange) -> Data:
    return {
        **fields(change.question, "id", "topic"),
        "old": _given(change.old),
        "new": _given(change.new),
        "claimed": change.claimed,
    }


def _given(answer: Answer) -> Data:
    return fields(answer, "level", "unknown", "na", "accepted", "note", "evidence")


def _point(moment: Moment) -> Data:
    return {
        "name": moment.point.name,
        "date": moment.point.date,
        "version": moment.point.version,
        "draft": moment.is_draft,
        "verdict": _verdict(moment),
        "mend": moment.first,
        "hire": moment.hire,
        "open": moment.open,
        "layers": [
            {
                **fields(cell.layer, "id", "name"),
                **(_score(cell.score) or {"low": None, "high": None}),
                "state": cell.state,
            }
            for cell in moment.cells
        ],
    }
