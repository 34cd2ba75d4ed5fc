"""Choose the content of the page for a sponsor.

The modules ``sponsor_page_*`` choose words and lines; the templates contain the texts.
A function with the argument ``printed`` adds the lines of its result to ``printed``.
"""

from typing import Any

from mlready.assessment.assess import Assessment
from mlready.assessment.plan import STEPS, has_own_steps, lacks_permission
from mlready.model.questionnaire import Layer
from mlready.report import own_words
from mlready.report.own_words import PrintedLines
from mlready.report.phrases import Caveat, phrases
from mlready.report.sponsor_page_argument import (
    LAST_TIME,
    READY,
    STRENGTHS,
    lost,
    measure,
    missing_permission,
    plan_lines,
    points,
    remedy,
    requests,
    result_and_doubts,
    sound,
    strengths,
)
from mlready.report.sponsor_page_hiring import hiring, post
from mlready.report.sponsor_page_length import length_check, shortened
from mlready.report.sponsor_page_lines import (
    Point,
    background,
    in_words,
    reader_of,
    topic,
)
from mlready.report.sponsor_page_outlook import outlook, steps_to_settle
from mlready.report.sponsor_page_parts import Lead, PromisedPost, SponsorPage
from mlready.report.sponsor_page_picture import picture
from mlready.report.sponsor_page_steps import borrowed, requests_without_step, steps
from mlready.report.sponsor_page_verdict import (
    holds_below,
    is_begun,
    layer_to_mend,
    lead_of,
    project_name,
    reason,
    title_hire,
    title_of,
)
from mlready.report.template_context import context


def sponsor_page(result: Assessment, date: str = "") -> SponsorPage:
    """Return the content of the page for a sponsor, with at most 400 words.

    ``date`` is the date of the report, as YYYY-MM-DD or "".
    """
    fits = length_check(context(result))
    page = shortened(whole_page(result, date), fits)
    # The line of a step that is left out can be printed by other parts of the page.
    return shortened(whole_page(result, date, len(page.steps)), fits)


def whole_page(
    result: Assessment, date: str = "", most_steps: int = STEPS
) -> SponsorPage:
    """Return the content of the page before the page is shortened.

    ``date`` is the date of the report, as YYYY-MM-DD or "". ``most_steps`` limits the
    steps (see ``sponsor_page_steps.first_steps``).
    """
    inputs, printed, lead = result.inputs, PrintedLines(), lead_of(result)
    layer = layer_to_mend(result, lead)
    short = inputs.layer_in_short(layer) if layer else None
    reader, slabs = reader_of(inputs), picture(result, lead)
    page = SponsorPage(
        name=project_name(result),
        reader=reader,
        date=in_words(date),
        title=title_of(lead),
        lead=lead,
        layer=short,
        below=holds_below(result, layer),
        allowed=not lacks_permission(result.diagnosis),
        permission=missing_permission(result),
        meanwhile=_meanwhile(result, lead, layer),
        matters=layer.matters if layer else "",
        **_parts_with_lines(result, lead, layer, printed, (date, reader, most_steps)),
        **outlook(result, lead, short, date),
        caveat=_caveat(result, lead),
        begun=is_begun(inputs),
        picture=slabs,
        sound=sound(result, lead, layer),
    )
    return _with_own_argument(page, result) if page.because else page


def _with_own_argument(page: SponsorPage, result: Assessment) -> SponsorPage:
    """Return the page without the parts that the team's own argument replaces.

    The argument is ``page.because``. Of the reasons in ``page.points``, only the reason
    from an earlier attempt at the project stays. What must be settled is named by its
    steps, because the argument need not explain a topic.
    """
    last_time = topic(result.inputs, LAST_TIME)
    in_post = page.promised_post is PromisedPost.CHANGE and bool(page.lend)
    holds_post = page.promised_post is PromisedPost.HOLD and not page.post
    said = in_post or holds_post
    return page._replace(
        in_post=in_post,
        holds_post=holds_post,
        promised_post=PromisedPost.NONE if said else page.promised_post,
        points=[each for each in page.points if last_time and each.label == last_time],
        strengths=(), sound=(), matters="", meanwhile="", free=(),
        to_settle=steps_to_settle(result),
        next_reason="", next=None if page.not_yet else page.next,
        first_work="" if page.lend else page.first_work,
    )  # fmt: skip


def _parts_with_lines(
    result: Assessment,
    lead: Lead,
    layer: Layer | None,
    printed: PrintedLines,
    plan: tuple[str, str, int],
) -> dict[str, Any]:
    """Return the fields of the page that can contain lines of the team, by name."""
    inputs, (date, reader, most) = result.inputs, plan
    typed, planned = _typed(result, printed), plan_lines(inputs, printed)
    why = _reason(result, layer, typed["built_now"], printed)
    post_said = post(inputs, printed)
    shown = result_and_doubts(result, lead, printed, planned["because"])
    gone = None if planned["save"] else lost(result, printed)
    asked = requests(result, reader, post_said, printed)
    to_do = steps(result, date, reader, printed, most)
    items = [step.item for step in to_do]
    first = "" if has_own_steps(items) else remedy(inputs, printed)
    helper, to_beat = borrowed(result, to_do), measure(inputs, printed)
    most_strengths = STRENGTHS if layer or lead in READY else 0
    return {
        "reason": why,
        **typed,
        **shown,
        "post": post_said,
        "lost": gone,
        "requests": requests_without_step(asked, to_do),
        "steps": to_do,
        "points": points(result, lead, layer, {each.key for each in items}, printed),
        "measure": to_beat,
        **hiring(result, layer, printed),
        "borrowed": helper,
        "title_hire": title_hire(result, lead, helper, asked),
        "remedy": first,
        **planned,
        "strengths": strengths(result, printed, most_strengths),
    }


def _reason(
    result: Assessment, layer: Layer | None, built_now: str, printed: PrintedLines
) -> Point | None:
    """Return why a layer is not good enough.

    The team's line is left out if the page prints the background line ``built_now``.
    """
    found = reason(result, layer, PrintedLines() if built_now else printed)
    return Point(found.claim) if found and built_now else found


def _typed(result: Assessment, printed: PrintedLines) -> dict[str, Any]:
    """Return four background lines by id, and the change that the goal states.

    The lines are ``promise``, ``goal``, ``start_small`` and ``built_now``. The key of
    the change, a number of percent, is ``goal_change``.
    """
    lines = {
        id_: printed.unless_repeated(background(result.inputs, id_))
        for id_ in ("promise", "goal", "start_small", "built_now")
    }
    return {**lines, "goal_change": own_words.change(lines["goal"])}


def _caveat(result: Assessment, lead: Lead) -> Caveat:
    """Return the key of the sentence that warns of doubtful answers, or NONE.

    NONE also means that another part of the page gives the same warning.
    """
    caveat = phrases(result).caveat
    said = caveat is Caveat.AGED or (
        lead is Lead.CONFIRM and caveat is not Caveat.DRAFT
    )
    return Caveat.NONE if said else caveat


def _meanwhile(result: Assessment, lead: Lead, layer: Layer | None) -> str:
    """Return the work that may continue, "" if the right to use the data is unclear."""
    if not layer or lacks_permission(result.diagnosis):
        return ""
    # The words of a layer that only going live needs would let a model be built.
    built = lead is Lead.WAIT and layer.live_only
    return "" if built else result.inputs.layer_in_short(layer).meanwhile
