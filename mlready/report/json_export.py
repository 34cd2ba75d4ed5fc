"""Convert an assessment to plain data, for JSON reports and users' templates.

``questionnaires/schema/result.json`` describes each key of the data.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mlready.assessment.assess import Assessment
from mlready.assessment.checklist import ItemState, checklist_items
from mlready.assessment.contradictions import layer_contradictions
from mlready.assessment.diagnosis import Verdict, causes
from mlready.assessment.explanation import explain_layers
from mlready.assessment.job_profiles import job_profiles
from mlready.assessment.patterns import contradictions, patterns
from mlready.assessment.plan import plan
from mlready.assessment.staffing import Horizon, MlVacancy, Staffing
from mlready.model.answers import AssessmentInput
from mlready.model.profile_facts import EngineFact
from mlready.model.questionnaire import Group
from mlready.report.aged_answers import aged_data
from mlready.report.json_answers import interview_data, section, statements, voices_data
from mlready.report.json_records import (
    Data,
    card,
    evidence,
    fields,
    finding,
    gap,
    layer,
    plain_data,
    reason,
    step,
    vacancy,
)
from mlready.report.json_text import (
    escape_asterisks,
    json_text as as_text,
    without_emphasis,
)
from mlready.report.sponsor_page import whole_page
from mlready.report.sponsor_page_argument import losses_and_doubts
from mlready.report.team_report import layer_evidence, reasons
from mlready.report.template_context import context
from mlready.report.templating import Words

if TYPE_CHECKING:
    from mlready.assessment.timeline import Timeline

FORMAT, FORMAT_VERSION = "mlready-result", 3


def json_text(
    result: Assessment, date: str = "", since: "Timeline | None" = None
) -> str:
    """Return all data of a report as JSON text; the arguments are as in ``as_data``."""
    return as_text(as_data(result, date, since))


def as_data(
    result: Assessment, date: str = "", since: "Timeline | None" = None
) -> Data:
    """Return all data of a report; the keys and their order are always the same.

    Scores are from 0 to 4, numbers of people are in full-time people. ``since`` is a
    comparison with earlier answers to include, or None.
    """
    words = _words(result)
    data: Data = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        **_asked(result, date),
        **interview_data(result.inputs),
        **voices_data(result),
        **aged_data(result),
        **_diagnosed(result, words),
        **_advised(result, words),
        **_answered(result, words),
        "since": _since(since),
    }
    everything: Data = plain_data(data, result.inputs.sheet)
    return everything


def _since(found: "Timeline | None") -> Data | None:
    if not found:
        return None
    # Imported only when needed, because few reports compare.
    from mlready.report.comparison_json import comparison_data

    return comparison_data(found)


def _words(result: Assessment) -> Words:
    return Words("_words.j2", escape_asterisks, context(result))


def _asked(result: Assessment, date: str) -> Data:
    questionnaire, sheet, facts, questions = result.inputs[:4]
    total, unanswered = len(questions), len(result.diagnosis.open)
    return {
        "questionnaire": fields(questionnaire, "id", "version", "title"),
        "project": fields(sheet, "name", "slice"),
        "date": date,
        "scope": sheet.scope,
        "redacted": sheet.redacted,
        "anonymous": sheet.anonymous,
        "counts": {
            "questions": total,
            "answered": total - unanswered,
            "open": unanswered,
        },
        "profile": [
            {
                **fields(fact, "id", "topic", "text"),
                "value": facts[fact.id],
                "words": fact.choices.get(facts[fact.id], ""),
                "said": fact.id in sheet.profile,
                "statements": statements(result.inputs, fact),
            }
            for fact in questionnaire.profile
            if fact.id in facts
        ],
        "available": [
            {
                "role": role,
                "people": sheet.available.get(role.id, 0.0),
                "said": role.id in sheet.available,
                "statements": statements(result.inputs, role),
            }
            for role in questionnaire.roles.values()
            if role.available
        ],
    }


def _diagnosed(result: Assessment, words: Words) -> Data:
    diagnosis, staffing, _ = result
    steps = explain_layers(diagnosis)
    return {
        "verdict": {
            "id": diagnosis.verdict,
            "words": without_emphasis(words.say("verdict_words")),
            "confirmed": result.confirmation.verdict,
            "settled": not staffing.nearly_ready,
            "sentence": without_emphasis(words.say("sentence")),
        },
        "headline": {
            "id": staffing.headline,
            "words": without_emphasis(words.say("headline")),
        },
        "reasons": [reason(each) for each in reasons(diagnosis)],
        "layers": [
            {**layer(diagnosis, step), **evidence(shown)}
            for step, shown in zip(steps, layer_evidence(diagnosis), strict=True)
        ],
        "mend": {
            "first": result.layer_to_fix_first,
            "certain": diagnosis.certain,
            "rivals": diagnosis.priority_candidates,
            "broken": diagnosis.failing_layers,
        },
        "blockers": diagnosis.blockers,
        "unsettled": (*diagnosis.unsettled_blockers, *result.unasked_to_settle),
        "unbacked": diagnosis.blockers_without_evidence,
    }


def _advised(result: Assessment, words: Words) -> Data:
    diagnosis, staffing, _ = result
    asked = result.inputs
    exposure = asked.questionnaire.exposure
    return {
        "plan": [
            step(
                each,
                without_emphasis(words.say("step_words", each)),
                words.say("done_when", each),
            )
            for each in plan(result)
        ],
        "brief": _brief(result),
        "staffing": _staffing(result, words),
        "remedies": [gap(diagnosis, each) for each in staffing.remedies],
        "exposure": [each for each in asked.questions if each.id in exposure],
        "certainty": _certainty(result, words),
        "patterns": [finding(each, "name", "advice") for each in patterns(asked)],
        "contradictions": [
            *(finding(each) for each in contradictions(asked)),
            *_layer_contradictions(asked, words),
        ],
    }


def _layer_contradictions(asked: AssessmentInput, words: Words) -> Iterator[Data]:
    for each in layer_contradictions(asked):
        yield {
            "id": f"{each.layer.id}_{each.holding}_called_fine",
            "says": without_emphasis(words.say(f"contradiction_{each.holding}", each)),
            "source": "",
            "because": [
                {"fact": gap.question.id, "value": str(gap.level)}
                for gap in each.because
            ],
        }


def _brief(result: Assessment) -> Data:
    """Return the page for a sponsor, without any line that the team typed."""
    inputs = result.inputs
    # As if the team had typed no lines, even if the sheet is not redacted.
    inputs = inputs._replace(sheet=inputs.sheet._replace(redacted=True))
    result = result._replace(diagnosis=result.diagnosis._replace(inputs=inputs))
    page = whole_page(result)
    variables = {**context(result), "brief": page}
    words = Words("_sponsor_words.j2", escape_asterisks, variables)
    layer, (lost, doubts) = page.layer, losses_and_doubts(result)
    said: Data = {
        name: without_emphasis(words.say(name))
        for name in ("in_short", "advice", "hiring", "better", "worse", "closeness")
    }
    return {
        **said,
        "instead": layer.instead if layer else "",
        "meanwhile": page.meanwhile,
        "matters": page.matters,
        "lost": lost[0] if lost else "",
        "doubts": doubts,
    }


def _staffing(result: Assessment, words: Words) -> Data:
    diagnosis, staffing, _ = result
    asked = result.inputs
    promised = asked.facts.get(EngineFact.PROMISED, "")
    starving = staffing.capacity_warning
    return {
        "held": staffing.hold_reason,
        "before": staffing.before_hiring,
        "first": staffing.first_hire,
        "claimed": staffing.claimed,
        "promised": asked.questionnaire.roles.get(promised),
        "vacancies": list(_vacancies(result, words)),
        "assigned": [
            {
                **fields(place, "role", "layers", "available", "missing"),
                "because": causes(diagnosis, place.layers[0]),
            }
            for place in staffing.assigned
        ],
        "ml": _ml_vacancy(staffing, words) if staffing.top_position else None,
        "starving": starving._asdict() if starving else None,
    }


def _vacancies(result: Assessment, words: Words) -> Iterator[Data]:
    diagnosis, staffing, _ = result
    made = iter(job_profiles(diagnosis, staffing))
    for each in staffing.vacancies:
        title = without_emphasis(words.say("title", each.position))
        on_offer = each.horizon is not Horizon.LATER
        yield vacancy(each, title, card(diagnosis, next(made)) if on_offer else None)


def _ml_vacancy(staffing: Staffing, words: Words) -> Data:
    locked = staffing.ml_vacancy is MlVacancy.LOCKED
    return {
        "role": staffing.top_position and staffing.top_position.role,
        "state": staffing.ml_vacancy,
        "sentence": without_emphasis(words.say("closed")),
        "locked_by": staffing.ml_locked_by if locked else (),
        "after": staffing.ml_blockers,
    }


def _certainty(result: Assessment, words: Words) -> Data:
    firm = result.certainty
    return {
        **fields(firm, "all", "verdict"),
        "mend": firm.priority_layer,
        "hire": firm.first_hire,
        "deciding": [
            {**fields(each.question, "id", "topic", "knows"), "width": each.width}
            for each in firm.deciding
        ],
        "flip": firm.minimal_change
        and {
            "changes": firm.minimal_change.changes,
            "verdict": _verdict(firm.minimal_change.verdict, words),
            "first": firm.minimal_change.first_hire,
        },
    }


def _verdict(verdict: Verdict, words: Words) -> Data:
    return {"id": verdict, "words": words.table("verdict")[verdict]}


def _answered(result: Assessment, words: Words) -> Data:
    asked, diagnosis = result.inputs, result.diagnosis
    questionnaire = asked.questionnaire
    return {
        "gaps": [gap(diagnosis, each) for each in diagnosis.gaps],
        "open": [
            fields(each, "id", "topic", "knows")
            for each in (*result.unasked_to_settle, *diagnosis.open)
        ],
        "sections": [
            section(asked, each)
            for each in questionnaire.sections
            if asked.within([each.id])
        ],
        "checklist": [_group(asked, each, words) for each in questionnaire.checklist],
        "boxes": [_group(asked, each, words) for each in questionnaire.boxes],
        "constants": questionnaire.constants.by_key(),
    }


def _group(asked: AssessmentInput, group: Group, words: Words) -> Data:
    items = list(checklist_items(group, asked))
    return {
        **fields(group, "id", "name"),
        "in_place": sum(item.state is ItemState.IN_PLACE for item in items),
        "items": [
            {**item._asdict(), "words": words.table("state")[item.state]}
            for item in items
        ],
    }
