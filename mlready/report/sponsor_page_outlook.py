"""The part of a page for a sponsor that says what would change the advice."""

from collections.abc import Sequence
from datetime import date as calendar_date, timedelta
from typing import Any

from mlready.assessment.assess import Assessment
from mlready.assessment.plan import step_text
from mlready.assessment.scoring import LevelChange
from mlready.assessment.voices import Difference, Statement, differences
from mlready.model.answers import NO_STEP, Answer, AssessmentInput, is_supported
from mlready.model.questionnaire import LayerInShort, Question, Role
from mlready.model.step_keys import CONFIRMS
from mlready.report.phrases import CLOSE, Confirm, phrases
from mlready.report.sponsor_page_lines import in_words
from mlready.report.sponsor_page_parts import (
    IN_USE,
    Closeness,
    Lead,
    Stop,
    Then,
    Turn,
    WhoDiffer,
)
from mlready.report.sponsor_page_verdict import is_begun
from mlready.report.template_context import iso_date
from mlready.report.voices import voices

MOST_DIFFERENCES = 3  # the most differences between voices that are named


def outlook(
    result: Assessment, lead: Lead, layer: LayerInShort | None, date: str
) -> dict[str, Any]:
    """Return what would change the advice, and when to look at the project again.

    ``date`` is the date of the report, as YYYY-MM-DD or "".
    """
    return {
        "then": _then(result, lead),
        "stop": _stop(result, lead),
        "review_day": _review_day(layer, date),
        "close": _closeness(result, lead),
        "turns_on": _turns_on(result),
        "advice_instead": _advice_instead(result),
        "changes": len(_changes(result)),
        "confirm": _who_can_confirm(result),
        "must_confirm": _must_confirm(result, lead),
        "to_settle": [each.topic for each in _unsettled(result)],
        "differ": _differ(result),
        "who_differ": _who_differ(result),
    }


def _unsettled(result: Assessment) -> Sequence[Question]:
    staffing = result.staffing
    return staffing.ml_blockers if staffing.nearly_ready else ()


def steps_to_settle(result: Assessment) -> list[str]:
    """Return the next step for each point to settle before the project goes ahead."""
    steps = {
        gap.question.id: step_text(result.inputs, gap).rstrip(".")
        for gap in result.diagnosis.gaps
    }
    return [steps.get(each.id, each.topic) for each in _unsettled(result)]


def _must_confirm(result: Assessment, lead: Lead) -> bool:
    """Return whether a second person must confirm what one voice said."""
    owner = result.inputs.sheet.steps.get(CONFIRMS, NO_STEP).owner
    again = phrases(result).confirm is Confirm.AGAIN
    return lead is Lead.CONFIRM and not (again or owner)


def _then(result: Assessment, lead: Lead) -> Then | Lead:
    if lead is not Lead.WAIT:
        return lead
    first = result.diagnosis.priority_layer
    if first and first.live_only:  # what it takes cannot exist before a model does
        return Lead.BUILD
    return Then.GO_ON if is_begun(result.inputs) else lead


def _stop(result: Assessment, lead: Lead) -> Stop:
    if lead in {Lead.NO_ML, Lead.FIND_OUT}:
        return Stop.NONE
    first = result.diagnosis.priority_layer
    if lead is Lead.KEEP and first and not first.live_only:
        return Stop.NO_GROWTH
    return Stop.GO_BACK if lead in IN_USE else Stop.NO_GAIN


def _review_day(layer: LayerInShort | None, date: str) -> str:
    """Return in words the day on which to look at the project again.

    The day is ``layer.review`` weeks after ``date``. The result is "" if ``layer`` is
    None or names no weeks, or if ``date`` is not a day as YYYY-MM-DD.
    """
    if not layer or not layer.review or not iso_date(date):
        return ""
    try:
        day = calendar_date.fromisoformat(date)
        day += timedelta(weeks=float(layer.review))
    except (ValueError, OverflowError):  # a date that no calendar has
        return ""
    return in_words(day.isoformat())


def _closeness(result: Assessment, lead: Lead) -> Closeness:
    if result.diagnosis.open and not result.certainty.all:
        return Closeness.OPEN
    if lead is Lead.NO_ML:  # it follows from facts, which no changed answer overrules
        return Closeness.SIMPLE_WAY
    changes = _changes(result)
    firm = not changes or len(changes) > CLOSE
    if lead is Lead.CONFIRM and (firm or not _are_supported(result, changes)):
        return Closeness.UNCHECKED
    return Closeness.FIRM if firm else Closeness.CLOSE


def _are_supported(result: Assessment, changes: Sequence[LevelChange]) -> bool:
    """Return whether each answer to change has a note or evidence."""
    answer = result.inputs.sheet.answer
    return all(is_supported(answer(each.question.id)) for each in changes)


def _changes(result: Assessment) -> Sequence[LevelChange]:
    """Return the smallest set of changed answers that changes the advice, or ()."""
    flip = result.certainty.minimal_change
    return flip.changes if flip else ()


def _turns_on(result: Assessment) -> list[Turn]:
    """Return what the few answers that would change the advice rate."""
    inputs, changes = result.inputs, _changes(result)
    if len(changes) > CLOSE:
        return []
    rated = {each.question.section for each in changes if each.question.overall}
    turns = [
        Turn(_rated(inputs, each.question), each.raised)
        for each in changes
        if each.question.overall or each.question.section not in rated
    ]
    return [*dict.fromkeys(turns)]


def _rated(inputs: AssessmentInput, question: Question) -> str:
    layer = _in_short(inputs, question) if question.overall else None
    return (layer and layer.rated) or question.topic


def _advice_instead(result: Assessment) -> str:
    """Return the advice on the layer that would then come first, "" if the same."""
    flip = result.certainty.minimal_change
    layer = flip.other_priority if flip else None
    return result.inputs.layer_in_short(layer).advice if layer else ""


def _in_short(inputs: AssessmentInput, question: Question) -> LayerInShort | None:
    """Return the short wording of a question's layer, None if there is no layer."""
    layer = inputs.questionnaire.layer_of(question.section)
    return layer and inputs.layer_in_short(layer)


def _who_can_confirm(result: Assessment) -> list[Role]:
    """Return up to two roles that could confirm what only one voice said."""
    roles = result.inputs.questionnaire.roles
    found = [roles[id_] for id_ in result.confirmation.best_roles]
    here = [role for role in found if result.inputs.sheet.available.get(role.id)]
    return (here or found)[:2]


def _differ(result: Assessment) -> list[str]:
    """Return the topics of up to three differences that decide the advice.

    Where people differ, the topics on which only a draft differs are left out.
    """
    if not voices(result).to_settle:
        return []
    # Imported only when needed, because a single voice has no differences.
    from mlready.report.settling import settling

    found = settling(result).deciding
    of_people = _differ_without_drafts(result)
    named = [each for each in found if each.id in of_people] or found
    asked = [each.question or each.fact for each in named]
    return [each.topic for each in asked if each][:MOST_DIFFERENCES]


def _who_differ(result: Assessment) -> WhoDiffer:
    """Return whose answers differ on the topics of ``_differ``."""
    sheet = result.inputs.sheet
    some_drafts = any(each.voice.drafted for each in sheet.each_voice)
    if not some_drafts or not voices(result).to_settle:
        return WhoDiffer.PEOPLE
    if sheet.only_drafts:
        return WhoDiffer.DRAFTS
    # Imported only when needed, as above.
    from mlready.report.settling import settling

    deciding = {each.id for each in settling(result).deciding}
    of_people = deciding & _differ_without_drafts(result)
    return WhoDiffer.PEOPLE if of_people else WhoDiffer.DRAFT


def _differ_without_drafts(result: Assessment) -> set[str]:
    """Return the ids of the differences that would remain without any draft."""
    inputs = result.inputs
    found = differences(inputs.questionnaire, inputs.sheet)
    return {each.id for each in found if _people_differ(each)}


def _people_differ(difference: Difference) -> bool:
    """Return whether the voices differ even without drafts."""
    said = {
        _without_reasons(each)
        for each in difference.statements
        if not each.sheet.voice.drafted
    }
    return len(said) > 1


def _without_reasons(said: Statement) -> tuple[int | None, bool, str]:
    answer = said.answer or Answer()
    return answer.level, bool(answer.na), said.value
