"""Choose what the page for a sponsor says.

The page argues with what the team typed: one line for each claim. Templates have the
words; this module decides which of them are used, and drops what matters least until
the page is short enough to be read in one go.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from mlready.assessment.assess import Assessment
from mlready.assessment.diagnosis import Gap, Verdict, causes, judged_layers
from mlready.assessment.hiring_capacity import HALF
from mlready.assessment.plan import DONE_BY_HAND, PlanItem, PlanReason, plan
from mlready.assessment.scoring import LayerScore, LevelChange
from mlready.assessment.staffing import Headline, Horizon, Vacancy
from mlready.escaping import for_markdown
from mlready.model.answers import Answer, AssessmentInput
from mlready.model.profile_facts import Approach, EngineFact
from mlready.model.questionnaire import (
    Layer,
    LayerInShort,
    Placement,
    Question,
    Role,
)
from mlready.report import own_words
from mlready.report.own_words import Told
from mlready.report.phrases import CLOSE, Hires, Promise, TopVacancy, phrases
from mlready.report.template_context import context
from mlready.report.templating import render
from mlready.report.voices import voices

ABOUT_ONE = 1.25  # up to so many full-time people count as one person
DAYS = 5  # in a working week
BORROW = "Borrow"  # the kind of an alternative to a hire
WORDS = 400  # the most words of a page, its picture and headings included
POINTS = 3  # the most reasons given for the advice
STRENGTHS = 2  # the most things named to build on
ROUTINE = 3  # the level of a strength
MOST_DIFFERENCES = 3  # the most differences between voices that are named
NAME_WORDS = 12  # the most words of a project's name in the title
IN_USE = "use"  # the choice of the fact "proof": it did better in real use
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August",
    "September", "October", "November", "December",
)  # fmt: skip


class Lead(StrEnum):
    """Phrase keys: the verdict, and what may go on."""

    NO_ML = "no_ml"
    FIND_OUT = "find_out"
    CONFIRM = "confirm"
    GO = "go"
    SETTLE = "settle"
    BUILD = "build"  # building may start, going live may not
    TEST = "test"  # the same for a ready-made model
    KEEP = "keep"  # what is in use may go on, but not grow
    WAIT = "wait"  # the model must wait
    CLOSED = "closed"  # a ready-made model must not get more users


class Who(StrEnum):
    """Phrase keys: who takes a step."""

    NAMED = "named"
    YOU = "you"
    YOURS = "yours"  # the one person of that role who is there
    ONE_OF_YOURS = "one_of_yours"  # several people of that role are there
    NEW = "new"  # the person to be hired now
    BORROWED = "borrowed"  # nobody of that role is there
    OTHER = "other"  # a role that is not hired
    NOBODY = "nobody"


class Title(StrEnum):
    """Phrase keys: the advice in the title."""

    NO_ML = "no_ml"
    FIND_OUT = "find_out"
    CONFIRM = "confirm"
    GO = "go"
    SETTLE = "settle"
    LAYER = "layer"


class TitleHire(StrEnum):
    """Phrase keys: what the title says about hiring; "" means nothing."""

    NONE = ""
    HIRE = "hire"
    NOBODY_YET = "nobody_yet"
    PEOPLE = "people"


class NoModeller(StrEnum):
    """Phrase keys: why no modeller is hired; "" means no phrase."""

    NONE = ""
    LAYER = "layer"
    FIRST = "first"
    POINTS = "points"
    NO_HANDS = "no_hands"
    READY_MADE = "ready_made"


class PromisedPost(StrEnum):
    """Phrase keys: what to do about a post promised to a modeller; "" for nothing."""

    NONE = ""
    NO_WORK = "no_work"
    CHANGE = "change"
    HOLD = "hold"


class LayerSign(StrEnum):
    """Phrase keys: the state of a layer in the small picture."""

    FIRST = "first"
    ENOUGH = "enough"
    SHORT = "short"
    UNKNOWN = "unknown"
    CAN_START = "can_start"
    WAITS = "waits"
    NOT_NEEDED = "not_needed"


class Closeness(StrEnum):
    """Phrase keys: how few answers would give another advice."""

    CLOSE = "close"
    CLEAR = "clear"
    OPEN = "open"


class Point(NamedTuple):
    """A claim of ours, or a label, and the line of the team that shows it."""

    claim: str
    fact: str = ""
    label: str = ""


class Step(NamedTuple):
    """A step of the plan.

    ``by`` and ``done_on`` are dates in words, or "". ``until`` is the role that takes
    the step until somebody is hired.
    """

    item: PlanItem
    who: Who
    by: str
    done_on: str
    overdue: bool
    fact: str
    until: Role | None = None


class Slab(NamedTuple):
    """A layer in the small picture, from the top; ``width`` is from 1 (top) on.

    ``width`` is 0 for a layer beside the pyramid.
    """

    name: str
    sign: LayerSign
    width: int


class Near(NamedTuple):
    """The advice that a few other answers would give, and which answers these are."""

    topics: Sequence[str]
    better: bool
    worse: bool
    verdict: Verdict
    same_verdict: bool
    hire: Role | None


class FreePeople(NamedTuple):
    """The people of a role who are free: days a week of one, or several people.

    ``days`` is from 0 (some hours) to 5; ``several`` is the number of people if it is
    more than one, otherwise "".
    """

    role: Role
    days: int
    several: str


class SponsorPage(NamedTuple):
    """What a page for a sponsor says; "", None and empty lists are not printed.

    ``reason`` is why, in one claim; ``points`` are further reasons. ``matters`` says
    why the layer to mend first matters for any goal. The lines ``promise``, ``goal``,
    ``result``, ``start_small`` and ``decides`` are those that the team typed for them.
    ``confirm`` are the roles that could confirm what one voice alone said. ``differ``
    are the topics on which the voices differ.
    """

    name: str
    reader: str
    date: str
    about: str
    title: Title
    title_hire: TitleHire
    lead: Lead
    layer: LayerInShort | None
    reason: Point | None
    promise: str
    points: Sequence[Point]
    matters: str
    goal: str
    result: str
    hires: str
    no_modeller: NoModeller
    promised_post: PromisedPost
    vacancy: Vacancy | None
    person: str
    next: Vacancy | None
    next_reason: str
    post: str
    borrow: str
    free: Sequence[FreePeople]
    openings: int | None
    decides: str
    you_decide: bool
    steps: Sequence[Step]
    start_small: str
    strengths: Sequence[Point]
    worse: str
    close: Closeness
    near: Near | None
    confirm: Sequence[Role]
    differ: Sequence[str]
    picture: Sequence[Slab]

    @property
    def height(self) -> int:
        """How many layers are in the pyramid."""
        return sum(slab.width > 0 for slab in self.picture)


def sponsor_page(result: Assessment, date: str = "") -> SponsorPage:
    """Return what the page for a sponsor says, in at most WORDS words.

    ``date`` is the date of the report, as YYYY-MM-DD or "".
    """
    page = whole_page(result, date)
    variables = context(result)
    for drop in _DROPS:
        if _words(page, variables) <= WORDS:
            break
        page = drop(page)
    return page


def number_of_words(text: str) -> int:
    """Return how many words a text has: parts between spaces with letters or digits."""
    return sum(any(map(str.isalnum, part)) for part in text.split())


def _words(page: SponsorPage, variables: dict[str, Any]) -> int:
    text = render("sponsor.md.j2", for_markdown, **variables, brief=page, explain=False)
    return number_of_words(text)


def whole_page(result: Assessment, date: str = "") -> SponsorPage:
    """Return all that the page could say; what is told first is not told again."""
    inputs, told, lead = result.inputs, Told(), _lead(result)
    layer = result.diagnosis.priority_layer
    if lead in {Lead.NO_ML, Lead.FIND_OUT}:
        layer = None
    reader = _without_article(_background(inputs, "reader").rstrip("."))
    return SponsorPage(
        name=_name(result),
        reader=reader,
        date=in_words(date),
        about=_about(inputs, told),
        title=_title(lead),
        title_hire=_title_hire(result, lead),
        lead=lead,
        **_argument(result, lead, layer, told),
        **_hiring(result, layer, told),
        **_to_do(result, date, reader, told),
        strengths=_strengths(result, told, STRENGTHS) if layer else [],
        worse="" if lead in {Lead.NO_ML, Lead.FIND_OUT} else _worse(result, layer),
        close=_closeness(result),
        near=_near(result),
        confirm=_who_can_confirm(result),
        differ=_differ(result),
        picture=_picture(result, lead),
    )


def _argument(
    result: Assessment, lead: Lead, layer: Layer | None, told: Told
) -> dict[str, Any]:
    """Return why the verdict is as it is, and what the goal is."""
    inputs = result.inputs
    reason = _reason(result, layer, told)
    return {
        "layer": layer and inputs.questionnaire.layer_in_short(layer, inputs.facts),
        "reason": reason,
        "matters": layer.matters if layer else "",
        **{
            id_: told.first_time(_background(inputs, id_))
            for id_ in ("promise", "goal", "result", "start_small")
        },
        "points": _points(result, lead, reason, told),
    }


def _hiring(result: Assessment, layer: Layer | None, told: Told) -> dict[str, Any]:
    """Return whom to hire, and whom not."""
    inputs, vacancies = result.inputs, result.staffing.vacancies
    short = layer and inputs.questionnaire.layer_in_short(layer, inputs.facts)
    now = next((v for v in vacancies if v.horizon is Horizon.NOW), None)
    later = next((v for v in vacancies if v.horizon is Horizon.NEXT), None)
    return {
        "hires": _hires(result, now),
        "no_modeller": _no_modeller(result, short),
        "promised_post": _promised_post(result),
        "vacancy": now,
        "person": _person(now),
        "next": later,
        "next_reason": _claim(inputs, later.because) if later else "",
        "post": _post(inputs, told),
        "borrow": _borrow(result),
        "free": [_free_people(*each) for each in _free(inputs)],
        "openings": _openings(inputs),
    }


def _to_do(result: Assessment, date: str, reader: str, told: Told) -> dict[str, Any]:
    """Return the plan, and who alone can decide what it needs."""
    decides = _background(result.inputs, "decides")
    you = _is_reader(decides, reader)
    return {
        "decides": "" if you else told.first_time(decides),
        "you_decide": you,
        "steps": _until_hired(result, [*_steps(result, date, reader, told)]),
    }


def _with_facts(steps: Sequence[Step], most: int) -> list[Step]:
    """Keep the facts of the first steps that have one, at most so many."""
    shown = [n for n, step in enumerate(steps) if step.fact][:most]
    return [
        step if n in shown else step._replace(fact="") for n, step in enumerate(steps)
    ]


# What to leave out first, second, ... while the page is too long.
_DROPS: tuple[Callable[[SponsorPage], SponsorPage], ...] = (
    lambda page: page._replace(strengths=page.strengths[:1]),
    lambda page: page._replace(steps=_with_facts(page.steps, 2)),
    lambda page: page._replace(steps=page.steps[:4]),
    lambda page: page._replace(matters="" if page.goal else page.matters),
    lambda page: page._replace(strengths=()),
    lambda page: page._replace(openings=None),
    lambda page: page._replace(about=""),
    lambda page: page._replace(steps=_with_facts(page.steps, 1)),
    lambda page: page._replace(next=None, next_reason=""),
    lambda page: page._replace(steps=_with_facts(page.steps, 0)),
    lambda page: page._replace(points=page.points[:2]),
    lambda page: page._replace(post=""),
    lambda page: page._replace(free=()),
    lambda page: page._replace(steps=page.steps[:3]),
    lambda page: page._replace(worse=""),
    lambda page: page._replace(result=""),
    lambda page: page._replace(start_small=""),
    lambda page: page._replace(decides=""),
    lambda page: page._replace(matters=""),
    lambda page: page._replace(points=page.points[:1]),
    lambda page: page._replace(goal=""),
    lambda page: page._replace(promise=""),
    lambda page: page._replace(differ=()),
    lambda page: page._replace(picture=()),
)


def in_words(date: str) -> str:
    """Return a date in words: "5 March 2026" for "2026-03-05"; other texts as is."""
    parts = date.split("-")
    if [len(each) for each in parts] != [4, 2, 2] or not date.replace(
        "-", ""
    ).isdigit():
        return date
    year, month, day = map(int, parts)
    return f"{day} {MONTHS[month - 1]} {year}" if 1 <= month <= len(MONTHS) else date


def _name(result: Assessment) -> str:
    name = result.inputs.sheet.name.split() or result.inputs.questionnaire.title.split()
    return " ".join(name[:NAME_WORDS])[: own_words.MOST_CHARACTERS]


def _lead(result: Assessment) -> Lead:
    diagnosis, staffing, _ = result
    if staffing.headline is Headline.NO_ML:
        return Lead.NO_ML
    if diagnosis.verdict is Verdict.UNPROVEN:
        return Lead.FIND_OUT
    if diagnosis.verdict is not Verdict.READY:
        return _lead_before_a_layer_holds(result)
    if not result.confirmation.verdict:
        return Lead.CONFIRM
    return Lead.SETTLE if staffing.ml_blockers else Lead.GO


def _lead_before_a_layer_holds(result: Assessment) -> Lead:
    facts = result.inputs.facts
    made = facts.get(EngineFact.APPROACH, Approach.TRAIN) != Approach.TRAIN
    if result.diagnosis.verdict is Verdict.NOT_YET:
        return Lead.CLOSED if made else Lead.WAIT
    if facts.get("proof") == IN_USE:
        return Lead.KEEP
    return Lead.TEST if made else Lead.BUILD


def _about(inputs: AssessmentInput, told: Told) -> str:
    return told.tell(
        "" if inputs.sheet.redacted else own_words.line(inputs.sheet.slice)
    )


def _title(lead: Lead) -> Title:
    return Title(lead) if lead in {*Title} else Title.LAYER


def _title_hire(result: Assessment, lead: Lead) -> TitleHire:
    if lead in {Lead.NO_ML, Lead.CONFIRM}:
        return TitleHire.NONE
    if result.staffing.first_hire:
        return TitleHire.HIRE
    here = {Hires.PEOPLE_BEGIN, Hires.PEOPLE_THERE, Hires.NOBODY_NEEDED}
    with_people = phrases(result).hires in here
    return TitleHire.PEOPLE if with_people else TitleHire.NOBODY_YET


def _hires(result: Assessment, now: Vacancy | None) -> str:
    """Return the key of the sentence about hiring: of Hires, "now" or "no_ml"."""
    return "now" if now else phrases(result).hires or "no_ml"


def _no_modeller(result: Assessment, layer: LayerInShort | None) -> NoModeller:
    in_layer = layer is not None and bool(layer.no_modeller)
    made = result.inputs.facts.get(EngineFact.APPROACH, Approach.TRAIN)
    no_hands = NoModeller.NO_HANDS if made == Approach.TRAIN else NoModeller.READY_MADE
    if _hires(result, None) == Hires.NOBODY_NEEDED:
        return NoModeller.NONE
    return {
        TopVacancy.OPEN: NoModeller.NONE,
        TopVacancy.AFTER_LAYERS: NoModeller.LAYER if in_layer else NoModeller.FIRST,
        TopVacancy.AFTER_QUESTIONS: NoModeller.POINTS,
        TopVacancy.CLAIMED: NoModeller.NONE,
        TopVacancy.SIMPLE_WAY: NoModeller.NONE,
        TopVacancy.NO_HANDS: no_hands,
        TopVacancy.READY_MADE: NoModeller.READY_MADE,
    }[phrases(result).top_vacancy]


def _promised_post(result: Assessment) -> PromisedPost:
    promise = phrases(result).promise
    if promise is Promise.NOT_YET:
        hire = result.staffing.first_hire
        return PromisedPost.CHANGE if hire else PromisedPost.HOLD
    return PromisedPost(promise)


def _differ(result: Assessment) -> list[str]:
    """Return the topics of up to three differences that somebody must settle."""
    found = [each.question or each.fact for each in voices(result).to_settle]
    return [each.topic for each in found if each][:MOST_DIFFERENCES]


def _background(inputs: AssessmentInput, id_: str) -> str:
    """Return what was typed for a background line, "" if that must not be shown."""
    redacted = inputs.sheet.redacted
    return "" if redacted else own_words.line(inputs.sheet.background.get(id_, ""))


def _without_article(reader: str) -> str:
    return reader.removeprefix("The ").removeprefix("the ")


def _is_reader(text: str, reader: str) -> bool:
    """Return whether a line names the reader and nothing else, by name or role."""
    named = {part.strip(" .").casefold() for part in reader.split(",")}
    named |= {f"the {part}" for part in named} | {reader.casefold()}
    return bool(reader) and text.strip(" .").casefold() in named


def _fact(inputs: AssessmentInput, answer: Answer) -> str:
    return "" if inputs.sheet.redacted else own_words.fact(answer)


def _low(inputs: AssessmentInput, question: Question) -> str:
    """Return what a low answer to a question means, in one sentence."""
    short = inputs.questionnaire.short(question.id, inputs.facts)
    level = inputs.sheet.answer(question.id).level
    if short and level is not None and level < inputs.questionnaire.constants.holds:
        return short.low
    return "" if level is None else f"{question.topic}: {question.levels[level]}"


def _claim(inputs: AssessmentInput, because: Iterable[Gap | Question]) -> str:
    low = [each for each in because if isinstance(each, Gap)]
    return _low(inputs, low[0].question) if low else ""


def _reason(result: Assessment, layer: Layer | None, told: Told) -> Point | None:
    """Return why the layer to mend first does not hold, in one claim with its fact."""
    if not layer:
        return None
    inputs = result.inputs
    low = [gap for gap in causes(result.diagnosis, layer) if isinstance(gap, Gap)]
    if not low:
        return None
    best = low[0] if low[0].question.overall else _ranked(result, low)[0]
    fact = told.first_time(_fact(inputs, best.answer))
    return Point(_low(inputs, best.question), fact)


def _points(
    result: Assessment, lead: Lead, reason: Point | None, told: Told
) -> list[Point]:
    """Return up to three more reasons, those with a fact if there are any."""
    if lead in {Lead.GO, Lead.NO_ML, Lead.CONFIRM}:
        return _strengths(result, told, POINTS, measured=Lead.NO_ML is lead)
    inputs, layer = result.inputs, result.diagnosis.priority_layer
    gaps = _ranked(result, _concerned(result))
    own = [gap for gap in gaps if layer and gap.question.section in layer.sections]
    others = [gap for gap in gaps if gap not in own]
    points = [*_told_points(inputs, own[:], told, POINTS - 1)]
    points += _lines(inputs, told)[: POINTS - len(points)]
    points += _told_points(inputs, [*others, *own], told, POINTS - len(points))
    if points or (reason and reason.fact):
        return points
    claims = [_low(inputs, gap.question) for gap in (*own, *others)]
    return [Point(claim) for claim in claims[:POINTS] if claim]


def _concerned(result: Assessment) -> list[Gap]:
    blocking = {gap.question.id for gap in result.diagnosis.blockers}
    layer = result.diagnosis.priority_layer
    beside = [
        section
        for each in result.inputs.questionnaire.layers
        if each.placement is Placement.BESIDE or each == layer
        for section in each.sections
    ]
    return [
        gap
        for gap in result.diagnosis.gaps
        if gap.question.id in blocking or gap.question.section in beside
    ]


def _told_points(
    inputs: AssessmentInput, gaps: Iterable[Gap], told: Told, most: int
) -> Iterator[Point]:
    """Yield the gaps that a fact shows, as far as the page has not told it yet."""
    for gap in gaps:
        fact = _fact(inputs, gap.answer) if most > 0 else ""
        if (
            fact
            and gap.level < inputs.questionnaire.constants.holds
            and told.is_new(fact)
        ):
            most -= 1
            yield Point(_low(inputs, gap.question), told.tell(fact))


def _lines(inputs: AssessmentInput, told: Told) -> list[Point]:
    """Return the background lines that are reasons, each with its topic as a label."""
    topics = {each.id: each.topic for each in inputs.questionnaire.background}
    found = [
        Point("", told.first_time(_background(inputs, id_)), topics.get(id_, ""))
        for id_ in ("last_time", "loses")
    ]
    return [point for point in found if point.fact][:1]


def _ranked(result: Assessment, gaps: Iterable[Gap]) -> list[Gap]:
    """Sort gaps by how well they argue: by their fact, their level, and what blocks."""
    blocking = {gap.question.id for gap in result.diagnosis.blockers}

    def weight(gap: Gap) -> float:
        blocks = 0.5 * (gap.question.id in blocking)
        return own_words.worth(gap.answer) - 0.8 * gap.level + blocks

    return sorted(gaps, key=weight, reverse=True)


def _strengths(
    result: Assessment, told: Told, most: int, *, measured: bool = False
) -> list[Point]:
    """Return what is in place and shown by a fact, at most one for each section.

    If ``measured``, only what was measured of today's way counts.
    """
    inputs = result.inputs
    holding = {
        section
        for score in judged_layers(result.diagnosis.scores)
        if score.layer not in result.diagnosis.failing_layers
        for section in score.layer.sections
    }
    least = inputs.questionnaire.constants.holds if measured else ROUTINE
    good = [
        (question, answer)
        for question in inputs.questions
        for answer in [inputs.sheet.answer(question.id)]
        if (answer.level or 0) >= least and _fact(inputs, answer)
        and (question.section in holding or measured)
    ]  # fmt: skip
    good.sort(key=lambda each: own_words.worth(each[1]), reverse=True)
    points: dict[str, Point] = {}
    for question, answer in good:
        fact = _fact(inputs, answer)
        if question.section not in points and told.is_new(fact) and len(points) < most:
            points[question.section] = Point("", told.tell(fact), question.topic)
    return [*points.values()]


def _person(vacancy: Vacancy | None) -> str:
    """Return the person to look for, in a sentence or two for an advertisement."""
    if not vacancy:
        return ""
    role = vacancy.position.role
    for layer in vacancy.position.layers:
        if role.id in layer.person:
            return layer.person[role.id]
    return " ".join(role.traits[:2]) or role.does


def _post(inputs: AssessmentInput, told: Told) -> str:
    """Return what the team said about a promised post, if that is a problem."""
    for question in inputs.questions:
        if EngineFact.PROMISED in question.when:
            answer = inputs.sheet.answer(question.id)
            low = (answer.level or 0) < inputs.questionnaire.constants.holds
            return told.first_time(_fact(inputs, answer)) if low else ""
    return ""


def _free(inputs: AssessmentInput) -> list[tuple[Role, float]]:
    """Return the people who are free for it, by role, if the team said so."""
    sheet, roles = inputs.sheet, inputs.questionnaire.roles
    return [
        (role, sheet.available[id_])
        for id_, role in roles.items()
        if role.available and sheet.available.get(id_)
    ]


def _free_people(role: Role, number: float) -> FreePeople:
    if number < ABOUT_ONE:
        days = round(number * DAYS) if number < 1 else DAYS
        return FreePeople(role, days, "")
    return FreePeople(role, DAYS, f"{round(number * 2) / 2:g}")


def _borrow(result: Assessment) -> str:
    """Return whom to borrow for the first vacancy, "" if its role names nobody."""
    roles = [vacancy.position.role for vacancy in result.staffing.vacancies[:1]]
    found = [
        other.what
        for role in roles
        for other in role.alternatives
        if other.kind == BORROW
    ]
    return found[0] if found else ""


def _openings(inputs: AssessmentInput) -> int | None:
    said = inputs.sheet.profile.get(EngineFact.OPENINGS, "")
    return int(said) if said.isdecimal() else None


def _steps(result: Assessment, date: str, reader: str, told: Told) -> Iterator[Step]:
    inputs = result.inputs
    for item in plan(result):
        answer = inputs.sheet.answer(item.question.id) if item.question else Answer()
        shown = own_words.worth(answer) > 1 and item.reason is not PlanReason.FINDS_OUT
        yield Step(
            item,
            _who(result, item, reader),
            in_words(item.due),
            in_words(item.done),
            item.overdue(date),
            told.first_time(_fact(inputs, answer)) if shown else "",
        )


def _who(result: Assessment, item: PlanItem, reader: str) -> Who:
    role = item.role
    if item.owner:
        return Who.YOU if _is_reader(item.owner, reader) else Who.NAMED
    if item.reason is PlanReason.HIRES:
        return Who.YOU
    if not role:
        return Who.NOBODY
    if not role.available:
        return Who.OTHER
    here = result.inputs.sheet.available.get(role.id, 0.0)
    if here >= DONE_BY_HAND:
        return Who.ONE_OF_YOURS if here > 1 else Who.YOURS
    return Who.NEW if role == result.staffing.first_hire else Who.BORROWED


def _until_hired(result: Assessment, steps: list[Step]) -> list[Step]:
    """Add to the first step of the person to be hired who begins with it.

    This is the role with most people free, if at least half a person is.
    """
    free = [(number, role) for role, number in _free(result.inputs) if number >= HALF]
    new = next((n for n, step in enumerate(steps) if step.who is Who.NEW), None)
    if new is not None and free:
        role = max(free, key=lambda each: each[0])[1]
        steps[new] = steps[new]._replace(until=role)
    return steps


def _worse(result: Assessment, layer: Layer | None) -> str:
    """Return what would be bad news: what is low if the weakest layer below fails."""
    inputs = result.inputs
    holding = [
        score
        for score in judged_layers(result.diagnosis.scores)
        if score.layer not in result.diagnosis.failing_layers
    ]
    # A layer above the one to mend first would hardly be mended before it.
    below = holding[: _height(result, layer)] if layer else holding
    weakest = min(below, key=lambda score: score.own.low, default=None)
    for question in inputs.within(weakest.layer.sections) if weakest else ():
        short = inputs.questionnaire.short(question.id, inputs.facts)
        if question.overall and short:
            return short.low
    return ""


def _height(result: Assessment, layer: Layer) -> int:
    """Return how many layers that hold are below a layer."""
    scores: list[LayerScore] = judged_layers(result.diagnosis.scores)
    layers = [score.layer for score in scores]
    below = layers[: layers.index(layer)]
    return sum(each not in result.diagnosis.failing_layers for each in below)


def _closeness(result: Assessment) -> Closeness:
    if result.diagnosis.open and not result.certainty.all:
        return Closeness.OPEN
    flip = result.certainty.minimal_change
    close = flip is not None and len(flip.changes) <= CLOSE
    return Closeness.CLOSE if close else Closeness.CLEAR


def _near(result: Assessment) -> Near | None:
    flip = result.certainty.minimal_change
    if not flip or len(flip.changes) > CLOSE:
        return None
    return Near(
        topics=[_topic(result.inputs, change.question) for change in flip.changes],
        better=all(_is_raise(change) for change in flip.changes),
        worse=not any(_is_raise(change) for change in flip.changes),
        verdict=flip.verdict,
        same_verdict=flip.verdict is result.diagnosis.verdict,
        hire=flip.first_hire,
    )


def _topic(inputs: AssessmentInput, question: Question) -> str:
    """Return what a question is about; of a whole layer, its plain name."""
    for layer in inputs.questionnaire.layers:
        if question.overall and question.section in layer.sections:
            return inputs.questionnaire.layer_in_short(layer, inputs.facts).name
    return question.topic


def _is_raise(change: LevelChange) -> bool:
    return change.to > change.level


def _who_can_confirm(result: Assessment) -> list[Role]:
    """Return up to two roles that could confirm what one voice alone said."""
    roles = result.inputs.questionnaire.roles
    found: list[Role] = []
    for claim in result.confirmation.unconfirmed:
        for id_ in claim.known_by[:1]:
            if id_ in roles and roles[id_] not in found:
                found.append(roles[id_])
    return found[:2]


def _picture(result: Assessment, lead: Lead) -> list[Slab]:
    """Return the layers for the small picture, from the top; those beside it last."""
    scores = [*result.diagnosis.scores]
    stacked = [each for each in scores if each.layer.placement is not Placement.BESIDE]
    beside = [each for each in scores if each not in stacked]
    return [
        *(
            _slab(result, lead, score, width)
            for width, score in enumerate(reversed(stacked), 1)
        ),
        *(_slab(result, lead, score, 0) for score in beside),
    ]


def _slab(result: Assessment, lead: Lead, score: LayerScore, width: int) -> Slab:
    inputs = result.inputs
    short = inputs.questionnaire.layer_in_short(score.layer, inputs.facts)
    return Slab(short.name, _sign(result, lead, score), width)


def _sign(result: Assessment, lead: Lead, score: LayerScore) -> LayerSign:
    diagnosis, layer = result.diagnosis, score.layer
    if layer.placement is Placement.TOP:
        if lead is Lead.NO_ML:
            return LayerSign.NOT_NEEDED
        start = diagnosis.verdict in {Verdict.CONDITIONAL, Verdict.READY}
        return LayerSign.CAN_START if start else LayerSign.WAITS
    known = lead not in {Lead.NO_ML, Lead.FIND_OUT}
    if layer == diagnosis.priority_layer and known:
        return LayerSign.FIRST
    holds = result.inputs.questionnaire.constants.holds
    if score.own.low < holds <= score.own.high:
        return LayerSign.UNKNOWN
    return LayerSign.SHORT if score.own.low < holds else LayerSign.ENOUGH
