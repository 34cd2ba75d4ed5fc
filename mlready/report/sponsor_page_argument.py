"""The argument of a page for a sponsor: reasons, doubts, losses and strengths.

The functions add each chosen line to ``printed``, so that no line is used twice.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from mlready.assessment.assess import Assessment
from mlready.assessment.diagnosis import Gap, judged_layers
from mlready.assessment.plan import is_legal
from mlready.model.answers import Answer, AssessmentInput, is_supported
from mlready.model.questionnaire import Layer, Placement, Question
from mlready.report import own_words
from mlready.report.own_words import PrintedLines
from mlready.report.phrases import PROOF
from mlready.report.sponsor_page_lines import (
    Point,
    background,
    is_disproved,
    is_reader,
    low_answers,
    low_claim,
    low_short,
    low_shorts,
    names_reader_first,
    printable_line,
    printable_line_on,
    ranked,
    share,
    topic,
    uncut_background,
    weight,
)
from mlready.report.sponsor_page_parts import (
    IN_USE,
    Demand,
    Lead,
    Request,
    Trust,
)
from mlready.report.sponsor_page_verdict import holds_below

POINTS = 4  # the most reasons given for the advice
STRENGTHS = 3  # the most strengths named
ROUTINE = 3  # the level of a strength
STRONG = 1.2  # the least weight of a gap that is a reason
WEAK = 0.0  # the same if nothing else speaks against the project
BASELINE = "baseline"  # the kind of the steps that measure the present way of working
REWARD = "reward"  # the kind of the step that gives everybody the same goal
LAST_TIME = "last_time"  # the background line on the last attempt
SAVE = "save"  # the background line on what is being lost
PLAN_LINES = (
    "because", SAVE, "instead", "lend", "not_yet", "overlooked", "start_when"
)  # fmt: skip
READY = IN_USE - {Lead.KEEP}
DOUBTFUL = frozenset((Trust.DOUBTED, Trust.WITH_CARE))


def points(
    result: Assessment,
    lead: Lead,
    layer: Layer | None,
    planned: set[str],
    printed: PrintedLines,
) -> list[Point]:
    """Return up to four reasons for the verdict, except reasons that the plan mentions.

    ``planned`` are the ids of the questions whose steps are in the plan.
    """
    if lead is Lead.NO_ML:
        found = strengths(result, printed, POINTS, any_layer=True)
        return [each._replace(claim="") for each in found]  # the line says the same
    inputs, least = result.inputs, WEAK if lead in READY else STRONG
    gaps = ranked(result, low_answers(result))
    others = [gap for gap in gaps if gap.question.id not in planned]
    strong = [gap for gap in others if weight(result, gap) >= least]
    found = [*_shown(inputs, strong, printed, POINTS - 1)]
    found += _last_time(inputs, printed)
    if (
        found
        or lead in READY
        or (layer and any(printable_line(inputs, gap.answer) for gap in gaps))
    ):
        return found
    claims = [low_claim(inputs, gap.question) for gap in _concerned(result)]
    return [Point(claim) for claim in claims[:POINTS] if claim]


def _concerned(result: Assessment) -> list[Gap]:
    """Return the gaps that may be a reason for the verdict."""
    blocking = {gap.question.id for gap in result.diagnosis.blockers}
    layer = result.diagnosis.priority_layer
    beside = [
        section
        for each in result.inputs.questionnaire.layers
        if each.placement is Placement.BESIDE or each == layer
        for section in each.sections
    ]
    gaps = ranked(result, result.diagnosis.gaps)
    return [
        gap
        for gap in gaps
        if gap.question.id in blocking or gap.question.section in beside
    ]


def _shown(
    inputs: AssessmentInput, gaps: Iterable[Gap], printed: PrintedLines, most: int
) -> Iterator[Point]:
    """Yield up to ``most`` points, each with a gap's line that is not printed yet."""
    holds = inputs.questionnaire.constants.holds
    lines = (
        printed.if_new(printable_line(inputs, gap.answer))
        for gap in gaps
        if gap.level < holds
    )
    for line in islice(filter(None, lines), most):
        yield Point("", line, share=share(line))


def _last_time(inputs: AssessmentInput, printed: PrintedLines) -> list[Point]:
    """Return a point with the line on an earlier attempt at the project.

    The list is empty if there is no such line, or if the page already says the same.
    """
    line = background(inputs, LAST_TIME)
    if own_words.share_a_figure(line, background(inputs, "result")):
        return []  # the result is that of the same attempt
    line = printed.unless_repeated(line)
    return [Point("", line, topic(inputs, LAST_TIME))] if line else []


def requests(
    result: Assessment, reader: str, post: str, printed: PrintedLines, most: int = 2
) -> list[Request]:
    """Return the requests to the reader: to decide, and to protect or reward others.

    ``post`` is the line on a promised post, which a request to decide never repeats.
    Requests to reward are added only if there are fewer than ``most`` requests.
    """
    inputs, found = result.inputs, []
    decides, loses = background(inputs, "decides"), background(inputs, "loses")
    if post and own_words.are_repeats(decides, post):
        decides = ""
    who = decides.partition(":")[0]
    if is_reader(who, reader) or names_reader_first(decides, reader):
        whole = "" if who == decides and is_reader(who, reader) else decides
        found.append(Request(Demand.YOURS, printed.unless_repeated(whole)))
    elif printed.unless_repeated(decides):
        found.append(Request(Demand.DECISION, decides))
    if not own_words.is_denial(loses) and printed.unless_repeated(loses):
        found.append(Request(Demand.LOSS, loses))
    if len(found) < most:
        found += _on_rewards(inputs, printed)
    return found


def _on_rewards(inputs: AssessmentInput, printed: PrintedLines) -> Iterator[Request]:
    """Yield the requests to reward people for what the project needs from them."""
    for question, short in low_shorts(inputs):
        answer = inputs.sheet.answer(question.id)
        if (
            short.kind == REWARD
            and _is_absent_or_has_evidence(answer)
            and (line := printed.if_new(printable_line(inputs, answer)))
        ):
            yield Request(Demand.REWARDS, line)


def _is_absent_or_has_evidence(answer: Answer) -> bool:
    return answer.level == 0 or is_supported(answer._replace(note=""))


def remedy(inputs: AssessmentInput, printed: PrintedLines) -> str:
    """Return the team's line on what must be done first, and at what cost, or ""."""
    line = background(inputs, "remedy")
    return "" if own_words.is_denial(line) else printed.unless_repeated(line)


def missing_permission(result: Assessment) -> str:
    """Return the team's line on the missing permission to use the data, or ""."""
    for gap in result.diagnosis.blockers:
        if is_legal(gap.question):
            return printable_line(result.inputs, gap.answer)
    return ""


def plan_lines(inputs: AssessmentInput, printed: PrintedLines) -> dict[str, str]:
    """Return, by id, the background lines that a team types after seeing the advice.

    A line such as "none" becomes "". Other lines are recorded in ``printed``.
    """
    lines = {id_: uncut_background(inputs, id_) for id_ in PLAN_LINES}
    if own_words.is_denial(lines[SAVE]):  # such as "Nothing is being lost."
        lines[SAVE] = ""
    return {
        id_: "" if own_words.is_bare_denial(line) else printed.record(line)
        for id_, line in lines.items()
    }


def lost(result: Assessment, printed: PrintedLines) -> Point | None:
    """Return a point on what is lost for good, such as data not recorded, or None.

    Low answers show such losses. A loss with a line that repeats no line in ``printed``
    comes first. Of several such losses, the loss with the most informative line is
    returned.
    """
    found = []
    for question, short in low_shorts(result.inputs):
        if short.lost:
            line = printable_line_on(result.inputs, question)
            new = bool(line) and printed.is_new(line)
            worth = own_words.worth(result.inputs.sheet.answer(question.id))
            found.append((new, worth, Point(short.lost, line)))
    if not found:
        return None
    new, _, point = max(found, key=lambda each: each[:2])
    return Point(point.claim, printed.record(point.fact) if new else "")


def result_and_doubts(
    result: Assessment, lead: Lead, printed: PrintedLines, because: str
) -> dict[str, Any]:
    """Return what the page says about the model, under three keys.

    The key "result" has the team's line on how good the model is. The key "trust" has
    what a test of the model has shown. The key "doubts" has a list of at most one
    reason to doubt the test. All values are empty if ``because`` is not "".

    Args:
        result: the assessment of the team's answers.
        lead: the key of the verdict.
        printed: the lines that the page has so far. New lines are added.
        because: the team's own reasons for the advice, "" if the team gave none.

    """
    if because:
        return {"result": "", "trust": Trust.UNKNOWN, "doubts": []}
    line = printed.unless_repeated(background(result.inputs, "result"))
    doubts = [*_doubts(result, printed)]
    trust = trust_in(result, doubts)
    if lead in READY and trust is Trust.NOTHING:
        trust = Trust.UNTESTED
    worth_saying = [each for each in doubts if each.fact] or doubts
    return {
        "result": line,
        "trust": trust,
        "doubts": worth_saying[:1] if trust in DOUBTFUL else [],
    }


def trust_in(result: Assessment, doubts: Sequence[Point]) -> Trust:
    """Return what a test of the model has shown, and whether to doubt the test.

    The team says in the fact ``PROOF`` what was shown. ``doubts`` are reasons to doubt
    the test.
    """
    said = str(result.inputs.facts.get(PROOF, ""))
    proof = Trust(said) if said in {*Trust} else Trust.UNKNOWN
    if not doubts:
        return proof
    doubted = {Trust.NOTHING: Trust.DOUBTED, Trust.PAST: Trust.WITH_CARE}
    return doubted.get(proof, proof)


def _doubts(result: Assessment, printed: PrintedLines) -> Iterator[Point]:
    """Yield a point for each low answer that is a reason to doubt a test of the model.

    The lines of the points are added to ``printed``.
    """
    for question, short in low_shorts(result.inputs):
        if short.doubt:
            line = printed.record(printable_line_on(result.inputs, question))
            yield Point(short.doubt, line, so=short.so)


def losses_and_doubts(result: Assessment) -> tuple[list[str], list[str]]:
    """Return sentences on what cannot be recorded later, and on why to doubt a test.

    They follow from the answers alone, not from the lines that people typed.
    """
    low = [short for _, short in low_shorts(result.inputs)]
    gone = [short.lost for short in low if short.lost]
    doubts = [Point(short.doubt) for short in low if short.doubt]
    doubtful = trust_in(result, doubts) in DOUBTFUL
    return [*dict.fromkeys(gone)], [each.claim for each in doubts if doubtful]


def measure(inputs: AssessmentInput, printed: PrintedLines) -> str:
    """Return the line on today's way of working that has the most numbers, or ""."""
    found = [
        printable_line_on(inputs, question)
        for question in inputs.questions
        for short in [inputs.in_short(question)]
        if short and short.kind == BASELINE
        and not low_short(inputs, question)
        and own_words.has_figure(inputs.sheet.answer(question.id))
    ]  # fmt: skip
    best = max(found, key=own_words.figures, default="")
    return printed.if_new(best)


def strengths(
    result: Assessment, printed: PrintedLines, most: int, *, any_layer: bool = False
) -> list[Point]:
    """Return up to ``most`` good answers that have a line, one for each layer.

    Answers from level 3 count, in layers that are good enough. With ``any_layer``,
    answers from the level ``holds`` count, in all layers.
    """
    inputs = result.inputs
    holding = {
        section: layer_claim(result, score.layer)
        for score in judged_layers(result.diagnosis.scores)
        if score.layer not in result.diagnosis.failing_layers
        for section in score.layer.sections
    }
    least = inputs.questionnaire.constants.holds if any_layer else ROUTINE
    found: dict[str, Point] = {}
    for question, answer in _good_answers(inputs, least):
        if question.section not in holding and not any_layer:
            continue
        line, claim = printable_line(inputs, answer), holding.get(question.section, "")
        key = claim or question.section
        if key not in found and printed.is_new(line) and len(found) < most:
            label = "" if claim else question.topic
            found[key] = Point(claim, printed.record(line), label)
    return [*found.values()]


def _good_answers(
    inputs: AssessmentInput, least: float
) -> list[tuple[Question, Answer]]:
    """Return the answers of level ``least`` and above that have a line, best first."""
    good = [
        (question, answer)
        for question in inputs.questions
        for answer in [inputs.sheet.answer(question.id)]
        if (answer.level or 0) >= least and printable_line(inputs, answer)
    ]
    return sorted(good, key=lambda each: own_words.worth(each[1]), reverse=True)


def sound(result: Assessment, lead: Lead, layer: Layer | None) -> list[str]:
    """Return a clause on each layer that is good enough, from the bottom up.

    ``lead`` is the key of the verdict, and ``layer`` the layer to fix first. A layer
    with a low answer is left out, as is one that a low answer elsewhere disproves. The
    result is empty if the lowest layer must be fixed first, if no ML is needed, or if
    open questions must be answered first.
    """
    inputs = result.inputs
    judged = [score.layer for score in judged_layers(result.diagnosis.scores)]
    if lead in {Lead.NO_ML, Lead.FIND_OUT} or layer in judged[:1]:
        return []
    said = holds_below(result, layer)
    claims = [
        layer_claim(result, each)
        for each in judged
        if each not in result.diagnosis.failing_layers
        and not any(low_short(inputs, one) for one in inputs.within(each.sections))
        and not is_disproved(inputs, each)
        and (lead in IN_USE or not each.to_go_live(inputs.facts))
    ]
    return [each for each in claims if each and each != said]


def layer_claim(result: Assessment, layer: Layer) -> str:
    """Return the clause that says that a layer is good enough."""
    return result.inputs.layer_in_short(layer).holds
