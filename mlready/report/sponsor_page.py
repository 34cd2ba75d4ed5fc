"""Choose what the page for a sponsor says.

The page argues with what the team typed: one line for each claim. Templates have the
words; this module decides which of them are used, and drops what matters least until
the page is short enough to be read in one go.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from math import ceil
from typing import Any

from mlready.assessment.assess import Assessment
from mlready.assessment.diagnosis import (
    Diagnosis,
    Gap,
    Verdict,
    causes,
    judged_layers,
)
from mlready.assessment.hiring_capacity import HALF
from mlready.assessment.plan import (
    DONE_BY_HAND,
    STEPS,
    PlanItem,
    PlanReason,
    lacks_permission,
    plan,
)
from mlready.assessment.scoring import HIGHEST, LayerScore, enough
from mlready.assessment.staffing import Headline, Horizon, Vacancy
from mlready.escaping import for_markdown
from mlready.model.answers import Answer, AssessmentInput
from mlready.model.profile_facts import Approach, EngineFact
from mlready.model.questionnaire import (
    InShort,
    Layer,
    LayerInShort,
    Placement,
    Question,
    Role,
)
from mlready.records import NamedTuple
from mlready.report import own_words
from mlready.report.own_words import Told
from mlready.report.phrases import CLOSE, Caveat, Hires, Promise, TopVacancy, phrases
from mlready.report.template_context import context
from mlready.report.templating import render
from mlready.report.voices import voices

BORROW = "Borrow"  # the kind of an alternative to a hire
WORDS = 400  # the most words of a page, its picture and headings included
POINTS = 4  # the most reasons given for the advice
STRENGTHS = 3  # the most things named to build on
ROUTINE = 3  # the level of a strength
MOST_DIFFERENCES = 3  # the most differences between voices that are named
NAME_WORDS = 12  # the most words of a project's name in the title
IN_USE = "use"  # the choice of the fact "proof": it did better in real use
# Kinds of steps: measure today's way, say when to stop, name who answers for it.
BASELINE, STOP, OWNER = "baseline", "stop", "owner"
FIRST_USE = "first_use"  # the kind of the question that says whether a part is in use
CLEAR = 1.0  # a line worth less needs its context to be understood
LEAST_MODELLERS = 0.5  # from so many modellers on, the page says that they would wait
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
    CLOSED = "closed"  # a ready-made model in use must not get more users
    UNOPENED = "unopened"  # a ready-made model must not get any users yet


class Who(StrEnum):
    """Phrase keys: who takes a step."""

    NAMED = "named"
    YOU = "you"
    YOURS = "yours"  # the one person of that role who is there
    ONE_OF_YOURS = "one_of_yours"  # several people of that role are there
    NEW = "new"  # the person to be hired now
    BORROWED = "borrowed"  # nobody of that role is there, and borrowing is advised
    MISSING = "missing"  # nobody of that role is there
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
    GAPS = "gaps"  # enough, though something in it blocks or is being lost
    UNKNOWN = "unknown"
    FIND_OUT = "find_out"  # the layer to mend first, though it may be enough already
    PARTLY = "partly"  # some answers are low, and others decide whether it is enough
    RUNS = "runs"
    CAN_START = "can_start"
    READY = "ready"
    WAITS = "waits"
    NOT_NEEDED = "not_needed"


class Closeness(StrEnum):
    """Phrase keys: how few answers would give another advice."""

    CLOSE = "close"
    CLEAR = "clear"
    OPEN = "open"


class Trust(StrEnum):
    """Phrase keys: how far to rely on the result; the choices of "proof", and more."""

    UNKNOWN = ""
    NOTHING = "nothing"
    NO_BETTER = "no_better"
    PAST = "past"
    USE = "use"
    DOUBTED = "doubted"  # no fair test, and the answers say why to doubt it
    WITH_CARE = "with_care"  # a fair test, and still a reason to doubt it


DOUBTFUL = frozenset((Trust.DOUBTED, Trust.WITH_CARE))


class Then(StrEnum):
    """Phrase keys: what can happen once a layer is mended, besides those of Lead."""

    GO_ON = "go_on"  # there is a model already


class Stop(StrEnum):
    """Phrase keys: what should end it; "" means no phrase."""

    NONE = ""
    NO_GAIN = "no_gain"  # a fair test shows no gain over today's way
    GO_BACK = "go_back"  # what is in use brings the goal no nearer


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
    says_done: bool = True


class Slab(NamedTuple):
    """A layer in the small picture, from the top; ``width`` is from 1 (top) on.

    ``width`` is 0 for a layer beside the pyramid.
    """

    name: str
    sign: LayerSign
    width: int


class FreePeople(NamedTuple):
    """How many full-time people of a role are free, as a number in digits."""

    role: Role
    number: str
    several: bool


class Tip(NamedTuple):
    """A topic on which another answer would change the advice."""

    topic: str
    raised: bool


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
    meanwhile: str
    promise: str
    points: Sequence[Point]
    matters: str
    goal: str
    result: str
    trust: Trust
    doubts: Sequence[Point]
    lost: Point | None
    hires: str
    no_modeller: NoModeller
    promised_post: PromisedPost
    vacancy: Vacancy | None
    person: str
    first_work: str
    modellers: int
    next: Vacancy | None
    next_reason: str
    post: str
    borrow: str
    free: Sequence[FreePeople]
    borrowed: Role | None
    decides: str
    you_decide: bool
    steps: Sequence[Step]
    start_small: str
    strengths: Sequence[Point]
    measure: str
    then: Then | Lead
    stop: Stop
    stop_day: bool
    close: Closeness
    tips: Sequence[Tip]
    confirm: Sequence[Role]
    differ: Sequence[str]
    caveat: Caveat
    picture: Sequence[Slab]

    @property
    def height(self) -> int:
        """How many layers are in the pyramid."""
        return sum(slab.width > 0 for slab in self.picture)


def sponsor_page(result: Assessment, date: str = "") -> SponsorPage:
    """Return what the page for a sponsor says, in at most WORDS words.

    ``date`` is the date of the report, as YYYY-MM-DD or "".
    """
    variables = context(result)
    page = _shortened(whole_page(result, date), variables)
    # What would be told of a step that is left out, other parts of the page can tell.
    return _shortened(whole_page(result, date, len(page.steps)), variables)


def _shortened(whole: SponsorPage, variables: dict[str, Any]) -> SponsorPage:
    """Leave out what matters least, as little as possible, until the page is short."""

    def fits(page: SponsorPage) -> bool:
        return _words(page, variables) <= WORDS

    number = next(
        (n for n in range(len(_DROPS)) if fits(_without(whole, _DROPS[:n]))),
        len(_DROPS),
    )
    drops = _DROPS[:number]
    for drop in reversed(drops[:-1]):
        fewer = tuple(each for each in drops if each is not drop)
        if fits(_without(whole, fewer)):
            drops = fewer
    return _without(whole, drops)


def _without(
    page: SponsorPage, drops: Iterable[Callable[[SponsorPage], SponsorPage]]
) -> SponsorPage:
    """Leave out what these functions drop."""
    for drop in drops:
        page = drop(page)
    return page


def number_of_words(text: str) -> int:
    """Return how many words a text has: parts between spaces with letters or digits."""
    return sum(any(map(str.isalnum, part)) for part in text.split())


def _words(page: SponsorPage, variables: dict[str, Any]) -> int:
    text = render(
        "sponsor.md.j2",
        for_markdown,
        **variables,
        brief=page,
        explain=False,
        since=False,
    )
    return number_of_words(text)


def whole_page(
    result: Assessment, date: str = "", most_steps: int = STEPS
) -> SponsorPage:
    """Return all that the page could say; what is told first is not told again.

    ``date`` is the date of the report, as YYYY-MM-DD or ""; ``most_steps`` is the most
    steps of the plan.
    """
    inputs, told, lead = result.inputs, Told(), _lead(result)
    layer = result.diagnosis.priority_layer
    if lead in {Lead.NO_ML, Lead.FIND_OUT}:
        layer = None
    reader = _without_article(_background(inputs, "reader").rstrip("."))
    reason = _reason(result, layer, told)
    lines = _background_lines(result, layer, told)
    to_do = _to_do(result, date, reader, told, most_steps)
    return SponsorPage(
        name=_name(result),
        reader=reader,
        date=in_words(date),
        about=_about(inputs, told),
        reason=reason,
        title=_title(lead),
        title_hire=_title_hire(result, lead),
        lead=lead,
        **lines,
        **to_do,
        **_hiring(result, layer, told),
        borrowed=_borrowed(result, to_do["steps"]),
        **_argument(result, lead, reason, told),
        strengths=_strengths(result, told, STRENGTHS) if layer else [],
        then=_then(result, lead),
        stop=_stop(lead),
        stop_day=any(_kind(inputs, gap) == STOP for gap in result.diagnosis.gaps),
        **_how_close(result),
        confirm=_who_can_confirm(result),
        differ=_differ(result),
        caveat=_caveat(result, lead),
        picture=_picture(result, lead),
    )


def _caveat(result: Assessment, lead: Lead) -> Caveat:
    """Return what makes the advice less sure, besides answers that are too old."""
    caveat = phrases(result).caveat
    said = lead is Lead.CONFIRM or caveat is Caveat.AGED
    return Caveat.NONE if said else caveat


def _meanwhile(result: Assessment, layer: Layer | None) -> str:
    """Return what may go on meanwhile, "" if the right to use the data is not clear."""
    if not layer or lacks_permission(result.diagnosis):
        return ""
    return result.inputs.questionnaire.layer_in_short(
        layer, result.inputs.facts
    ).meanwhile


def _background_lines(
    result: Assessment, layer: Layer | None, told: Told
) -> dict[str, Any]:
    """Return the background lines, and what is said in short of the layer."""
    inputs = result.inputs
    return {
        "layer": layer and inputs.questionnaire.layer_in_short(layer, inputs.facts),
        "matters": layer.matters if layer else "",
        "meanwhile": _meanwhile(result, layer),
        **{
            id_: told.first_time(_background(inputs, id_))
            for id_ in ("promise", "goal", "result", "start_small")
        },
    }


def _argument(
    result: Assessment, lead: Lead, reason: Point | None, told: Told
) -> dict[str, Any]:
    """Return the further reasons, and which good news not to rely on."""
    doubts = [*_doubts(result, told)]
    trust = _trust(result, doubts)
    return {
        "lost": _lost(result, told),
        "trust": trust,
        "doubts": _worth_saying(doubts) if trust in DOUBTFUL else [],
        "measure": _measure(result.inputs, told),
        "points": _points(result, lead, reason, told),
    }


def _lost(result: Assessment, told: Told) -> Point | None:
    """Return what is lost for good from today on, with the line that shows it best."""
    found = []
    for question in result.inputs.questions:
        short = _low_short(result.inputs, question)
        if short and short.lost:
            answer = result.inputs.sheet.answer(question.id)
            fact = _fact(result.inputs, answer)
            new = bool(fact) and told.is_new(fact)
            found.append((new, own_words.worth(answer), Point(short.lost, fact)))
    if not found:
        return None
    new, _, point = max(found, key=lambda each: each[:2])
    return Point(point.claim, told.tell(point.fact) if new else "")


def _worth_saying(doubts: Sequence[Point]) -> Sequence[Point]:
    """Return the doubts that a line shows, or else the first one."""
    return [each for each in doubts if each.fact] or doubts[:1]


def losses_and_doubts(result: Assessment) -> tuple[list[str], list[str]]:
    """Return all claims on what is lost for good, and on why not to rely on a result.

    Unlike those of a page, they do not depend on the lines that people typed.
    """
    low = [_low_short(result.inputs, each) for each in result.inputs.questions]
    lost = [short.lost for short in low if short and short.lost]
    doubts = [Point(short.doubt) for short in low if short and short.doubt]
    doubtful = _trust(result, doubts) in DOUBTFUL
    return [*dict.fromkeys(lost)], [each.claim for each in doubts if doubtful]


def _trust(result: Assessment, doubts: Sequence[Point]) -> Trust:
    said = str(result.inputs.facts.get("proof", ""))
    proof = Trust(said) if said in {*Trust} else Trust.UNKNOWN
    if not doubts:
        return proof
    doubted = {Trust.NOTHING: Trust.DOUBTED, Trust.PAST: Trust.WITH_CARE}
    return doubted.get(proof, proof)


def _doubts(result: Assessment, told: Told) -> Iterator[Point]:
    """Yield why not to rely on the result, as far as the answers say so."""
    for question in result.inputs.questions:
        short = _low_short(result.inputs, question)
        if short and short.doubt:
            fact = _fact(result.inputs, result.inputs.sheet.answer(question.id))
            yield Point(short.doubt, told.tell(fact))


def _measure(inputs: AssessmentInput, told: Told) -> str:
    """Return how good today's way is, if the team gave a figure."""
    found = [
        answer
        for question in inputs.questions
        for short in [inputs.questionnaire.short(question.id, inputs.facts)]
        for answer in [inputs.sheet.answer(question.id)]
        if short and short.kind == BASELINE and own_words.has_figure(answer)
    ]
    best = max(found, key=own_words.worth, default=None)
    return told.first_time(_fact(inputs, best)) if best else ""


def _kind(inputs: AssessmentInput, gap: Gap) -> str:
    short = _low_short(inputs, gap.question)
    return short.kind if short else ""


def _low_short(inputs: AssessmentInput, question: Question) -> InShort | None:
    """Return what is said in short of a question that is answered too low."""
    level = inputs.sheet.answer(question.id).level
    low = level is not None and level < inputs.questionnaire.constants.holds
    return inputs.questionnaire.short(question.id, inputs.facts) if low else None


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
        "first_work": _first_work(result, now, told),
        "modellers": _modellers(result),
        "next": later,
        "next_reason": _claim(inputs, later.because) if later else "",
        "post": _post(inputs, told),
        "borrow": _borrow(result),
        "free": [_free_people(*each) for each in _free(inputs)],
    }


def _first_work(result: Assessment, now: Vacancy | None, told: Told) -> str:
    """Return the line on what the new person would begin with, if there is one left."""
    if not now:
        return ""
    gaps = [gap for gap in now.because if isinstance(gap, Gap)]
    for gap in _ranked(result, gaps):
        fact = _fact(result.inputs, gap.answer)
        if fact and told.is_new(fact):
            return told.tell(fact)
    return ""


def _modellers(result: Assessment) -> int:
    """Return the fewest modellers who give the time there is, 0 if hardly one does."""
    top = result.staffing.top_position
    number = result.inputs.sheet.available.get(top.role.id, 0.0) if top else 0.0
    return ceil(number) if number >= LEAST_MODELLERS else 0


def _to_do(
    result: Assessment, date: str, reader: str, told: Told, most: int
) -> dict[str, Any]:
    """Return the plan, and who alone can decide what it needs."""
    decides = _background(result.inputs, "decides")
    you = _is_reader(decides, reader)
    steps = _first_steps([*_steps(result, date, reader, told)], most)
    return {
        "decides": "" if you else told.first_time(decides),
        "you_decide": you,
        "steps": _until_hired(result, steps),
    }


def _first_steps(steps: Sequence[Step], most: int) -> list[Step]:
    """Return at most so many steps; those that nobody took are dropped first."""
    kept = list(steps)
    while len(kept) > most:
        free = [each for each in kept if not (each.item.owner or each.by)]
        kept.remove((free or kept)[-1])
    return kept


def _without_done(steps: Sequence[Step], most: int) -> list[Step]:
    """Say only of so many steps what shows that they are done."""
    return [
        step._replace(says_done=step.says_done and n < most)
        for n, step in enumerate(steps)
    ]


def _without_facts(steps: Sequence[Step]) -> list[Step]:
    return [step._replace(fact="") for step in steps]


# What to leave out first, second, ... while the page is too long: what could be said to
# any team goes before what this team said.
_DROPS: tuple[Callable[[SponsorPage], SponsorPage], ...] = (
    lambda page: page._replace(about=""),
    lambda page: page._replace(matters=""),
    lambda page: page._replace(
        lost=page.lost if page.lost and page.lost.fact else None
    ),
    lambda page: page._replace(strengths=page.strengths[:2]),
    lambda page: page._replace(next_reason=""),
    lambda page: page._replace(steps=_without_done(page.steps, 3)),
    lambda page: page._replace(steps=_first_steps(page.steps, 4)),
    lambda page: page._replace(free=()),
    lambda page: page._replace(steps=_without_done(page.steps, 2)),
    lambda page: page._replace(strengths=page.strengths[:1]),
    lambda page: page._replace(next=None),
    lambda page: page._replace(steps=_without_done(page.steps, 1)),
    lambda page: page._replace(points=page.points[:3]),
    lambda page: page._replace(steps=_first_steps(page.steps, 3)),
    lambda page: page._replace(strengths=()),
    lambda page: page._replace(points=page.points[:2]),
    lambda page: page._replace(first_work=""),
    lambda page: page._replace(measure=""),
    lambda page: page._replace(decides=""),
    lambda page: page._replace(start_small=""),
    lambda page: page._replace(steps=_without_done(page.steps, 0)),
    lambda page: page._replace(points=page.points[:1]),
    lambda page: page._replace(steps=_without_facts(page.steps)),
    lambda page: page._replace(result="", doubts=()),
    lambda page: page._replace(post=""),
    lambda page: page._replace(goal=""),
    lambda page: page._replace(promise=""),
    lambda page: page._replace(lost=None),
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
        closed = Lead.CLOSED if _is_used(result.inputs) else Lead.UNOPENED
        return closed if made else Lead.WAIT
    if facts.get("proof") == IN_USE:
        return Lead.KEEP
    test = Lead.UNOPENED if lacks_permission(result.diagnosis) else Lead.TEST
    return test if made else Lead.BUILD


def _is_used(inputs: AssessmentInput) -> bool:
    """Return whether a part is in use already."""
    if inputs.facts.get("proof") == IN_USE:
        return True
    return any(
        short.kind == FIRST_USE and inputs.sheet.answer(question.id).level == HIGHEST
        for question in inputs.questions
        for short in [inputs.questionnaire.short(question.id, inputs.facts)]
        if short
    )


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
    points = [*_told_points(inputs, gaps, told, 1)]
    points += _lines(inputs, told)
    points += _told_points(inputs, gaps, told, POINTS - len(points))
    blockers = [gap for gap in gaps if gap in result.diagnosis.blockers]
    points += _told_points(inputs, blockers, told, POINTS - len(points), least=0.5)
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
    inputs: AssessmentInput,
    gaps: Iterable[Gap],
    told: Told,
    most: int,
    least: float = 1.5,
) -> Iterator[Point]:
    """Yield gaps that a line of some worth shows, if the page has not told it yet."""
    for gap in gaps:
        fact = _fact(inputs, gap.answer) if most > 0 else ""
        if (
            fact
            and own_words.worth(gap.answer) >= least
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
        for id_ in ("loses", "last_time")
    ]
    return [point for point in found if point.fact]


def _ranked(result: Assessment, gaps: Iterable[Gap]) -> list[Gap]:
    """Sort gaps by how well they argue: by their fact, their level, and what blocks."""
    blocking = {gap.question.id for gap in result.diagnosis.blockers}

    def weight(gap: Gap) -> float:
        blocks = gap.question.id in blocking
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
    return FreePeople(role, f"{number:g}", number > 1)


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


def _steps(result: Assessment, date: str, reader: str, told: Told) -> Iterator[Step]:
    inputs = result.inputs
    for item in plan(result):
        if not item.owner and (item.kind == STOP or _comes_later(result, item)):
            continue  # the page says when to stop
        answer = inputs.sheet.answer(item.question.id) if item.question else Answer()
        clear = own_words.worth(answer) >= CLEAR
        shown = clear and item.reason is not PlanReason.FINDS_OUT
        fact = told.first_time(_fact(inputs, answer)) if shown else ""
        yield Step(
            item,
            _who(result, item, reader),
            in_words(item.due),
            in_words(item.done),
            item.overdue(date),
            " ".join(filter(None, (fact, _same_work(inputs, item, told)))),
        )


def _comes_later(result: Assessment, item: PlanItem) -> bool:
    """Return whether a step works on what must be recorded first."""
    layers = [score.layer for score in judged_layers(result.diagnosis.scores)]
    first = result.diagnosis.priority_layer
    if item.reason is not PlanReason.BLOCKS or not item.question or first != layers[0]:
        return False
    return any(
        item.question.section in layer.sections
        for layer in layers[1:]
        if layer.placement is not Placement.BESIDE
    )


def _same_work(inputs: AssessmentInput, item: PlanItem, told: Told) -> str:
    """Return a line on the same work as a step, from the answer to another question."""
    for question in inputs.questions:
        short = _low_short(inputs, question)
        if short and short.kind == item.kind != "":
            answer = inputs.sheet.answer(question.id)
            if own_words.worth(answer) > CLEAR and told.is_new(_fact(inputs, answer)):
                return told.tell(_fact(inputs, answer))
    return ""


def _who(result: Assessment, item: PlanItem, reader: str) -> Who:
    role = item.role
    if item.owner:
        return Who.YOU if _is_reader(item.owner, reader) else Who.NAMED
    if item.reason is PlanReason.HIRES or item.kind == OWNER:
        return Who.YOU
    here = role and result.inputs.sheet.available.get(role.id, 0.0) >= DONE_BY_HAND
    if not role or (item.reason is PlanReason.CONFIRMS and not here):
        return Who.NOBODY
    if not role.available:
        return Who.OTHER
    if here:
        several = result.inputs.sheet.available.get(role.id, 0.0) > 1
        return Who.ONE_OF_YOURS if several else Who.YOURS
    return Who.NEW if role == result.staffing.first_hire else _who_else(result)


def _who_else(result: Assessment) -> Who:
    """Return who takes a step of a role that nobody has and that is not hired now."""
    borrow = phrases(result).hires in {Hires.OTHER_MEANS, Hires.NO_POST}
    return Who.BORROWED if borrow else Who.MISSING


def _borrowed(result: Assessment, steps: Iterable[Step]) -> Role | None:
    """Return the first role that a step needs and nobody has, if borrowing helps."""
    if phrases(result).hires is not Hires.OTHER_MEANS:
        return None
    needed = (step.item.role for step in steps if step.who is Who.BORROWED)
    return next(needed, None)


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


def _then(result: Assessment, lead: Lead) -> Then | Lead:
    proof = result.inputs.facts.get("proof", Trust.NOTHING)
    tested = proof != Trust.NOTHING
    return Then.GO_ON if lead is Lead.WAIT and tested else lead


def _stop(lead: Lead) -> Stop:
    if lead in {Lead.NO_ML, Lead.FIND_OUT}:
        return Stop.NONE
    in_use = {Lead.KEEP, Lead.GO, Lead.CONFIRM, Lead.SETTLE}
    return Stop.GO_BACK if lead in in_use else Stop.NO_GAIN


def _how_close(result: Assessment) -> dict[str, Any]:
    """Return how few answers would give another advice, and which ones."""
    return {"close": _closeness(result), "tips": _tips(result)}


def _closeness(result: Assessment) -> Closeness:
    if result.diagnosis.open and not result.certainty.all:
        return Closeness.OPEN
    flip = result.certainty.minimal_change
    close = flip is not None and len(flip.changes) <= CLOSE
    return Closeness.CLOSE if close else Closeness.CLEAR


def _tips(result: Assessment) -> list[Tip]:
    """Return the topics of the fewest answers that would change the advice."""
    flip = result.certainty.minimal_change
    changes = flip.changes if flip else ()
    return [Tip(_topic(result, each.question), each.raised) for each in changes]


def _topic(result: Assessment, question: Question) -> str:
    """Return the topic of a question, or the layer's name if it is on all of it."""
    all_of_it = [
        result.inputs.questionnaire.layer_in_short(layer, result.inputs.facts).name
        for layer in result.inputs.questionnaire.layers
        if question.overall and question.section in layer.sections
    ]
    return next(iter(all_of_it), question.topic)


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
        if lead in {Lead.NO_ML, Lead.KEEP}:
            return LayerSign.RUNS if lead is Lead.KEEP else LayerSign.NOT_NEEDED
        return {
            Verdict.READY: LayerSign.READY,
            Verdict.CONDITIONAL: LayerSign.CAN_START,
        }.get(diagnosis.verdict, LayerSign.WAITS)
    known = lead not in {Lead.NO_ML, Lead.FIND_OUT}
    first = known and layer == diagnosis.priority_layer
    holds = result.inputs.questionnaire.constants.holds
    if score.own.low < holds <= score.own.high:
        return LayerSign.FIND_OUT if first else _sign_if_open(diagnosis, layer)
    if first:
        return LayerSign.FIRST
    if score.own.low < holds:
        return LayerSign.SHORT
    return LayerSign.GAPS if _has_gaps(result, layer) else LayerSign.ENOUGH


def _sign_if_open(diagnosis: Diagnosis, layer: Layer) -> LayerSign:
    """Return the sign of a layer of which open answers decide whether it holds."""
    low = any(
        gap.question.section in layer.sections
        and gap.level < enough(diagnosis.inputs, gap.question)
        for gap in diagnosis.gaps
    )
    return LayerSign.PARTLY if low else LayerSign.UNKNOWN


def _has_gaps(result: Assessment, layer: Layer) -> bool:
    """Return whether something in a layer blocks, or is being lost for good."""
    blocking = {gap.question.id for gap in result.diagnosis.blockers}
    questions = result.inputs.within(layer.sections)
    return any(
        question.id in blocking or (short and short.lost)
        for question in questions
        for short in [_low_short(result.inputs, question)]
    )
