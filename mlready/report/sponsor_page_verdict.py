"""The verdict on a page for a sponsor: the title, the first sentence and the reason."""

from collections.abc import Sequence

from mlready.assessment.assess import Assessment
from mlready.assessment.diagnosis import Gap, Verdict, causes, judged_layers
from mlready.assessment.hiring_capacity import has_opening
from mlready.assessment.plan import lacks_permission
from mlready.assessment.staffing import Headline
from mlready.model.answers import AssessmentInput
from mlready.model.profile_facts import is_trained
from mlready.model.questionnaire import Layer, Placement, Role
from mlready.report import own_words
from mlready.report.own_words import PrintedLines
from mlready.report.phrases import PROOF, Hires, Promise, is_used, phrases
from mlready.report.sponsor_page_lines import (
    Point,
    has_blocker_or_loss,
    is_disproved,
    kind_of,
    low_answers,
    low_claim,
    low_point,
    low_short,
    ranked,
)
from mlready.report.sponsor_page_parts import (
    Demand,
    Lead,
    Request,
    Title,
    TitleHire,
    Trust,
)

NAME_WORDS = 12  # the most words of a project's name in the title


def project_name(result: Assessment) -> str:
    """Return the project's name, or the questionnaire's title; a long name is cut."""
    name = result.inputs.sheet.name.split() or result.inputs.questionnaire.title.split()
    return " ".join(name[:NAME_WORDS])[: own_words.MOST_CHARACTERS]


def lead_of(result: Assessment) -> Lead:
    """Return the key of the phrase with the verdict."""
    diagnosis, staffing, _ = result
    if staffing.headline is Headline.NO_ML:
        return Lead.NO_ML
    if diagnosis.verdict is Verdict.UNPROVEN:
        return Lead.FIND_OUT
    if diagnosis.verdict is not Verdict.READY:
        return _lead_before_a_layer_holds(result)
    if not result.confirmation.verdict:
        return Lead.CONFIRM
    return Lead.SETTLE if staffing.nearly_ready else Lead.GO


def _lead_before_a_layer_holds(result: Assessment) -> Lead:
    facts = result.inputs.facts
    made = not is_trained(facts)
    if result.diagnosis.verdict is Verdict.NOT_YET:
        closed = Lead.CLOSED if is_used(result.inputs) else Lead.UNOPENED
        return closed if made else Lead.WAIT
    if facts.get(PROOF) == Trust.USE:
        return Lead.KEEP
    test = Lead.UNOPENED if lacks_permission(result.diagnosis) else Lead.TEST
    return test if made else Lead.BUILD


def is_begun(inputs: AssessmentInput) -> bool:
    """Return whether a model exists, according to the fact ``PROOF``."""
    return inputs.facts.get(PROOF, Trust.NOTHING) != Trust.NOTHING


def title_of(lead: Lead) -> Title:
    """Return the key of the phrase in the title that says what to do first.

    ``lead`` is the key of the verdict. If the title has no phrase under the same key,
    the result is LAYER: the phrase says to fix a layer first.
    """
    return Title(lead) if lead in {*Title} else Title.LAYER


def title_hire(
    result: Assessment, lead: Lead, borrowed: Role | None, asked: Sequence[Request]
) -> TitleHire:
    """Return the key of the phrase about hiring in the title.

    ``lead`` is the key of the verdict. ``borrowed`` is the role of somebody whom the
    team should borrow, None for nobody. ``asked`` are the requests to the reader.
    """
    if lead in {Lead.NO_ML, Lead.CONFIRM}:
        return TitleHire.NONE
    if result.staffing.first_hire:
        waits = phrases(result).promise in {Promise.NOT_YET, Promise.NO_WORK}
        return TitleHire.INSTEAD if waits else TitleHire.HIRE
    decides = any(each.demand is Demand.DECISION for each in asked)
    if borrowed and decides and has_opening(result.inputs):
        return TitleHire.AFTER
    here = {Hires.PEOPLE_BEGIN, Hires.PEOPLE_THERE, Hires.NOBODY_NEEDED}
    with_people = phrases(result).hires in here
    return TitleHire.PEOPLE if with_people else TitleHire.NOBODY_YET


def layer_to_mend(result: Assessment, lead: Lead) -> Layer | None:
    """Return the layer that the page says to fix first, or None.

    ``lead`` is the key of the verdict. The result is None if no ML is needed, if open
    questions must be answered first, or if no layer must be fixed.
    """
    about_none = lead in {Lead.NO_ML, Lead.FIND_OUT}
    return None if about_none else result.diagnosis.priority_layer


def reason(
    result: Assessment, layer: Layer | None, printed: PrintedLines
) -> Point | None:
    """Return why ``layer`` is not good enough, None if no low answer says why.

    The sentence (``claim``) is about the low answer on the layer as a whole. Without
    such an answer, the sentence is about the weightiest low answer. The line (``fact``)
    can be from another low answer on the same kind of work (see ``kind_of``). A line
    that repeats a line in ``printed`` is left out.
    """
    low = _causes(result, layer)
    if not layer or not low:
        return None
    inputs, best = result.inputs, ranked(result, low)[0]
    whole = next((gap for gap in low if gap.question.overall), best)
    kind = kind_of(inputs, whole.question)
    same = [
        gap
        for gap in low_answers(result)
        if kind and kind_of(inputs, gap.question) == kind
    ]
    shown = ranked(result, [whole, *(gap for gap in same if gap != whole)])[0]
    point = low_point(inputs, shown.question, printed)
    short = low_short(inputs, whole.question)
    so = short.so if short else ""  # this follows from the claim, whatever the line is
    return point._replace(claim=low_claim(inputs, whole.question), so=so)


def _causes(result: Assessment, layer: Layer | None) -> list[Gap]:
    """Return the low answers of a layer, including low answers on it as a whole."""
    if not layer:
        return []
    found = [each for each in causes(result.diagnosis, layer) if isinstance(each, Gap)]
    own = [
        gap
        for gap in low_answers(result)
        if gap.question.section in layer.sections
        and low_short(result.inputs, gap.question)
    ]
    known = {gap.question.id for gap in found}
    return [*found, *(gap for gap in own if gap.question.id not in known)]


def holds_below(result: Assessment, layer: Layer | None) -> str:
    """Return a clause saying that the layer below ``layer`` is good enough, or "".

    The result is "" if a low answer disproves the clause. If ``layer`` is beside the
    pyramid, the clause is about the highest layer that modelling needs.
    """
    inputs = result.inputs
    judged = [score.layer for score in judged_layers(result.diagnosis.scores)]
    stacked = [each for each in judged if each.placement is not Placement.BESIDE]
    if layer not in stacked:
        stacked = [each for each in stacked if not each.to_go_live(inputs.facts)]
    under = stacked[: stacked.index(layer)] if layer in stacked else stacked
    if not layer or not under or under[-1] in result.diagnosis.failing_layers:
        return ""
    if has_blocker_or_loss(result, under[-1]) or is_disproved(inputs, under[-1]):
        return ""
    return inputs.layer_in_short(under[-1]).holds
