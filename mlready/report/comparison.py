"""Describe what changed between points in time, in words, tables and a trend.

This module selects the content; the words are in ``_comparison_words.j2``.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from mlready.assessment.assess import Assessment
from mlready.assessment.comparison import (
    AnswerChange,
    Comparison,
    HireChange,
    HireReason,
    StepChange,
    StepState,
    ValueChange,
    verdict_rank,
)
from mlready.assessment.diagnosis import Verdict
from mlready.assessment.scoring import LayerScore
from mlready.assessment.staffing import Headline, Horizon
from mlready.assessment.timeline import PointInTime, Setback, Timeline
from mlready.escaping import for_markdown
from mlready.model.profile_facts import EngineFact
from mlready.model.questionnaire import Layer, Placement, Question, Role
from mlready.model.step_keys import HIRES
from mlready.report import own_words
from mlready.report.phrases import Work, phrases
from mlready.report.team_report import LayerState, layer_state
from mlready.report.templating import render

MOST_WORDS = 225  # of the story; with its title it has at most 250
# The most steps, and the most topics or layers, in each list of the story: fewer if it
# gets too long.
LENGTHS = ((5, 5), (4, 5), (3, 4), (3, 3), (2, 3), (1, 3), (1, 2), (1, 1))
MOST_SETBACKS, MOST_HIRES, MOST_ADDED = 2, 2, 2
MOST_NAMES = 6  # words shown of the owner of a step
MOST_TOPICS = 2  # topics named as the reason for a setback
MOST_LAYERS = 2  # layers named as the reason for a hire
# The facts that the story contains; tables contain all of them.
TOLD_FACTS = (EngineFact.STAKES, EngineFact.APPROACH, EngineFact.SIMPLE_WAY)


class Outcome(StrEnum):
    """Keys of the phrases on what a verdict means for the team."""

    NO_ML = "no_ml"
    NOT_YET = "not_yet"
    UNPROVEN = "unproven"
    CONDITIONAL = "conditional"
    CLAIMED = "claimed"
    AGED = "aged"
    SETTLE = "settle"
    CLAIMED_SETTLE = "claimed_settle"
    READY = "ready"


class Direction(StrEnum):
    """Keys of the phrases on whether the verdict improved."""

    BETTER = "better"
    WORSE = "worse"
    SAME = "same"
    # Machine learning is needed now and was not, or the reverse; or the answers were
    # not confirmed and are too old now, or the reverse.
    OTHER = "other"


class Cell(NamedTuple):
    """A layer at one point in time."""

    layer: Layer
    score: LayerScore | None  # None if no question on the layer was asked
    state: LayerState | None  # None if no question on the layer was asked
    first: bool  # whether the layer is the first to fix


class LayerRow(NamedTuple):
    """A layer whose score or state changed."""

    layer: Layer
    old: Cell
    new: Cell


class Moment(NamedTuple):
    """What documents show of one point in time."""

    number: int  # from 1
    point: PointInTime
    outcome: Outcome
    verdict: Verdict
    confirmed: bool
    # Layers from the top down; layers beside the pyramid come last.
    cells: Sequence[Cell]
    first: Layer | None
    hire: str  # name of the role to hire first
    open: int  # number of open questions
    has_own_date: bool  # whether the point has a date that no other point has
    is_draft: bool  # whether no person has confirmed any of its answers


class SetbackLine(NamedTuple):
    """A setback: layers stopped being good enough, or the verdict fell."""

    at: Moment
    until: Moment | None  # the point at which all is as good as before, or None
    layers: Sequence[str]  # names of the layers that stopped being good enough
    verdict_fell: bool
    because: str  # the new note or evidence on an answer that fell, or ""
    topics: Sequence[str]  # of the questions whose answers fell


class HirePhrase(StrEnum):
    """Keys of the phrases on why a vacancy opened now, or closed."""

    RELEASED = "released"
    CONFIRMED = "confirmed"
    NEEDED = "needed"
    PEOPLE_LEFT = "people_left"
    FINISHED = "finished"
    FILLED = "filled"
    HELD = "held"
    WAITS = "waits"
    STARTS = "starts"
    STOPS = "stops"


class HireLine(NamedTuple):
    """A vacancy that opened, closed, or moved between now, next and later."""

    role: Role
    was: Horizon | None  # None if there was no vacancy
    now: Horizon | None  # None if there is no vacancy
    phrase: HirePhrase
    layers: Sequence[str]  # names of the layers that caused the change
    exit: str  # the test that shows that the first of ``layers`` is good enough


class StepLine(NamedTuple):
    """What a comparison shows of a step of the plan."""

    what: str  # what to do, "" if the step is to hire somebody
    is_own: bool  # whether the team wrote the step
    hire: str  # name of the role to hire, "" for all other steps
    owner: str
    due: str
    done: str
    state: StepState
    overdue: bool

    @property
    def phrase(self) -> str:
        """Key of the phrase on how the step changed."""
        # Without a day, nobody marked the step as done: only its answer rose.
        only_answered = self.state is StepState.DONE and not self.done
        return "answered" if only_answered else self.state


class ValueLine(NamedTuple):
    """A change of a fact, or of a number of available people, in words."""

    name: str
    of_role: bool  # whether the values are numbers of people
    old: str
    new: str


class Listed(NamedTuple):
    """The items of a list that a story shows, and how many items it leaves out."""

    items: Sequence[Any]
    more: int  # number of items that are not shown

    @property
    def all(self) -> int:
        """The number of all items, shown or not."""
        return len(self.items) + self.more


class BlockLine(NamedTuple):
    """A question that blocks the project now, and did not before."""

    topic: str
    fell_from: int | None  # its level before if it fell, else None
    level: int | None  # its level now if it fell, else None


class Story(NamedTuple):
    """What changed, as a short text in order of importance.

    The verdicts are compared on the questions that all points in time have in common.
    """

    direction: Direction
    old: Moment
    new: Moment
    # Outcome of the last point on all of its questions, None if the same.
    latest: Outcome | None
    work: Work
    setbacks: Listed
    reached: Listed
    short: Listed
    hires: Listed
    done: Listed
    overdue: Listed
    claimed: Listed
    aged: Listed
    settled: Listed
    blocks: Listed
    added: Listed
    people: Listed
    changed_facts: Listed
    asked: int
    again: int
    gone: int
    # Whether an answer fell that blocks the project now.
    partly_worse: bool

    @property
    def same_day(self) -> str:
        """The date of the first and the last point, "" if the dates differ."""
        one, other = self.old.point.date, self.new.point.date
        return one if one == other else ""


def markdown_comparison(found: Timeline, heading: int = 1) -> str:
    """Return a comparison as Markdown; ``heading`` is the level of the title."""
    text = render("comparison.md.j2", for_markdown, **document_variables(found))
    if heading == 1:
        return text
    from mlready.report.headings import shift_headings

    return shift_headings(text, heading)


def document_variables(found: Timeline) -> dict[str, Any]:
    """Return the template variables of a document that contains only a comparison."""
    inputs = found.latest.inputs
    return {
        "sheet": inputs.sheet,
        "questionnaire": inputs.questionnaire,
        **variables(found),
    }


def variables(found: Timeline, *, brief: bool = False) -> dict[str, Any]:
    """Return the variables with which a template shows a comparison.

    If ``brief`` is true, the story is shorter, for a page that shows more than the
    comparison.
    """
    all_moments = moments(found)
    return {
        "timeline": found,
        "has_drafts": any(each.is_draft for each in all_moments),
        "comparison": found.comparison,
        "changed_hires": [
            _hire_line(found.comparison.new, each) for each in found.comparison.hires
        ],
        "changed_steps": [
            _step_line(found, each)
            for each in found.comparison.steps
            if each.state is not StepState.SAME or each.overdue(found.date)
        ],
        "changed_values": [_value_line(each) for each in found.comparison.values],
        "moments": all_moments,
        "changed_layers": _layer_rows(all_moments[0], all_moments[-1]),
        "story": brief_story(found) if brief else story(found),
    }


def _layer_rows(old: Moment, new: Moment) -> list[LayerRow]:
    cells = zip(old.cells, new.cells, strict=True)
    return [
        LayerRow(before.layer, before, after)
        for before, after in cells
        if (before.score, before.state) != (after.score, after.state)
    ]


def _step_line(found: Timeline, change: StepChange) -> StepLine:
    step, redacted = change.step, found.latest.inputs.sheet.redacted
    is_hire = change.key.startswith(HIRES)
    return StepLine(
        own_words.line(step.what) if step.what else change.what,
        bool(step.what),
        change.role.name if is_hire and change.role and not step.what else "",
        "" if redacted else _short(step.owner),
        step.due,
        step.done,
        change.state,
        change.overdue(found.date),
    )


def _short(owner: str) -> str:
    words = owner.split()
    return " ".join(words[:MOST_NAMES]) + (" …" if words[MOST_NAMES:] else "")


def _value_line(change: ValueChange) -> ValueLine:
    choices = change.fact.choices if change.fact else {}
    name = change.fact.topic if change.fact else change.role.name if change.role else ""
    return ValueLine(
        name,
        change.role is not None,
        *(choices.get(value, value) for value in (change.old, change.new)),
    )


def story(found: Timeline) -> Story:
    """Return what changed, as a text of at most 225 words if possible."""
    shortened = _story(found, *LENGTHS[0])
    for lengths in LENGTHS[1:]:
        text = render("_changes.j2", str, story=shortened, timeline=found)
        if len(text.split()) <= MOST_WORDS:
            break
        shortened = _story(found, *lengths)
    return shortened


def brief_story(found: Timeline) -> Story:
    """Return a shorter text on what changed: fewer items, and no minor changes."""
    nothing = Listed((), 0)
    return _story(found, 1, MOST_TOPICS)._replace(
        settled=nothing, added=nothing, people=nothing, changed_facts=nothing,
        asked=0, again=0, gone=0,
    )  # fmt: skip


def _story(found: Timeline, steps: int, topics: int) -> Story:
    """Return what changed, with shortened lists.

    ``steps`` is the most items in a list of steps, setbacks or vacancies, ``topics`` in
    a list of topics, layers, changed facts or changed numbers of people.
    """
    change, all_moments = found.comparison, moments(found)
    old, new = all_moments[0], all_moments[-1]
    names = [_plain(change.new, each) for each in change.new.diagnosis.failing_layers]
    people = [each for each in change.values if each.role]
    facts = [each for each in change.values if each.fact and each.fact.id in TOLD_FACTS]
    blocks = _blocks(change)
    return Story(
        direction=_direction(change.old, change.new),
        old=old,
        new=new,
        latest=_if_other(outcome(found.latest), new.outcome),
        work=phrases(change.new).work,
        setbacks=_listed(_setbacks(found, all_moments), min(steps, MOST_SETBACKS)),
        reached=_listed(_reached(change), topics),
        short=_listed(names, topics),
        hires=_listed(_hire_lines(change), min(steps, MOST_HIRES)),
        done=_listed(_steps(found, StepState.DONE), steps),
        overdue=_listed(_overdue(found), steps),
        claimed=_listed(
            [_topic(each.question) for each in _rises_without_remark(change)], topics
        ),
        aged=_listed([*map(_topic, change.aged)], topics),
        settled=_listed(_settled(change), topics),
        blocks=_listed(blocks, topics),
        added=_listed(_steps(found, StepState.ADDED), min(steps, MOST_ADDED)),
        people=_listed([*map(_value_line, people)], topics),
        changed_facts=_listed([*map(_value_line, facts)], topics),
        asked=len(change.asked),
        again=len(found.again),
        gone=len(change.no_longer_asked) + len(found.dropped),
        partly_worse=any(each.fell_from is not None for each in blocks),
    )


def _blocks(change: Comparison) -> list[BlockLine]:
    """Return the questions that have come to block the project."""
    fell = {each.question.id: each for each in change.answers if each.by < 0}
    return [
        BlockLine(_topic(each.question), was and was.old.level, was and was.new.level)
        for each in change.blockers
        if each.blocks
        for was in [fell.get(each.question.id)]
    ]


def _if_other(found: Outcome, known: Outcome) -> Outcome | None:
    return None if found is known else found


def _listed(items: Sequence[Any], most: int) -> Listed:
    return Listed(items[:most], max(len(items) - most, 0))


def _reached(change: Comparison) -> list[str]:
    """Return the names of the layers that have become good enough."""
    return [
        _plain(change.new, each.layer)
        for each in change.layers
        if each.holds and not each.held
    ]


def _overdue(found: Timeline) -> list[StepLine]:
    lines = [
        _step_line(found, each)
        for each in found.comparison.steps
        if each.overdue(found.date)
    ]
    return sorted(lines, key=lambda each: each.due)


def moments(found: Timeline) -> list[Moment]:
    """Return what documents show of each point in time."""
    pairs = zip(found.points, found.assessments, strict=True)
    dates = Counter(point.date for point in found.points)
    return [
        _moment(number, point, result, has_own_date=dates[point.date] == 1)
        for number, (point, result) in enumerate(pairs, 1)
    ]


def _moment(
    number: int, point: PointInTime, result: Assessment, *, has_own_date: bool
) -> Moment:
    diagnosis, hire = result.diagnosis, result.staffing.first_hire
    return Moment(
        number,
        point,
        outcome(result),
        diagnosis.verdict,
        result.confirmation.verdict,
        [*_cells(result)],
        result.layer_to_fix_first,
        hire.name if hire else "",
        len(diagnosis.open),
        has_own_date and bool(point.date),
        point.sheet.only_drafts,
    )


def _cells(result: Assessment) -> Iterator[Cell]:
    diagnosis = result.diagnosis
    scores = {score.layer.id: score for score in diagnosis.scores}
    layers = result.inputs.questionnaire.layers
    beside = [each for each in layers if each.placement is Placement.BESIDE]
    for layer in (*(each for each in reversed(layers) if each not in beside), *beside):
        score = scores.get(layer.id)
        state = layer_state(diagnosis, score) if score else None
        yield Cell(layer, score, state, layer == result.layer_to_fix_first)


def outcome(result: Assessment) -> Outcome:
    """Return the phrase key for what a verdict means for the team."""
    nearly = result.staffing.nearly_ready
    if result.staffing.headline is Headline.NO_ML:
        return Outcome.NO_ML
    if not result.confirmation.verdict:
        if nearly:
            return Outcome.CLAIMED_SETTLE
        return Outcome.AGED if result.confirmation.grew_old else Outcome.CLAIMED
    return Outcome.SETTLE if nearly else Outcome(result.diagnosis.verdict)


def _direction(old: Assessment, new: Assessment) -> Direction:
    before, after = outcome(old), outcome(new)
    if before is after:
        return Direction.SAME
    both = {before, after}
    if Outcome.NO_ML in both or both == {Outcome.CLAIMED, Outcome.AGED}:
        return Direction.OTHER
    rises = verdict_rank(new) > verdict_rank(old)
    return Direction.BETTER if rises else Direction.WORSE


def _plain(result: Assessment, layer: Layer) -> str:
    """Return the name of a layer in plain words, for use within a sentence."""
    short = result.inputs.layer_in_short(layer)
    return short.name if short.name == layer.name else _lower(short.name)


def _topic(question: Question) -> str:
    return _lower(question.topic)


def _lower(text: str) -> str:
    """Return a text with a small first letter; an abbreviation keeps its capitals."""
    return text if text[1:2].isupper() else f"{text[:1].lower()}{text[1:]}"


def _setbacks(found: Timeline, all_moments: Sequence[Moment]) -> list[SetbackLine]:
    """Return the setbacks; setbacks that still last come first."""
    order = sorted(found.setbacks, key=lambda each: each.until is not None)
    return [_setback(each, all_moments, found.assessments[each.at]) for each in order]


def _setback(
    setback: Setback, all_moments: Sequence[Moment], result: Assessment
) -> SetbackLine:
    details = [each for each in setback.answers if not each.question.overall]
    return SetbackLine(
        all_moments[setback.at],
        all_moments[setback.until] if setback.until is not None else None,
        [_plain(result, layer) for layer in setback.layers],
        setback.verdict_fell,
        _because(setback),
        [_topic(each.question) for each in details or setback.answers][:MOST_TOPICS],
    )


def _because(setback: Setback) -> str:
    """Return the first new note or evidence on an answer whose level fell, or ""."""
    for change in setback.answers:
        text = own_words.line_of(change.new)
        if text and text != own_words.line_of(change.old):
            return text
    return ""


def _hire_lines(change: Comparison) -> list[HireLine]:
    """Return the vacancies that changed to "now" or from "now".

    A vacancy is to be filled now, next or later. Vacancies that changed to "now" come
    first.
    """
    shown = [each for each in change.hires if Horizon.NOW in {each.was, each.now}]
    order = sorted(shown, key=lambda each: each.now is not Horizon.NOW)
    return [_hire_line(change.new, each) for each in order]


def _hire_line(result: Assessment, change: HireChange) -> HireLine:
    opens = change.now is not None
    layers = change.layers[:MOST_LAYERS]
    other = HirePhrase.STARTS if opens else HirePhrase.STOPS
    return HireLine(
        change.role,
        change.was,
        change.now,
        other if change.reason is HireReason.OTHER else HirePhrase(change.reason),
        [_plain(result, layer) for layer in layers],
        layers[0].exit if layers else "",
    )


def _settled(change: Comparison) -> list[str]:
    """Return the topics of the questions that no longer block the project."""
    claimed = {each.question.id for each in change.claimed}
    return [
        _topic(each.question)
        for each in change.blockers
        if not each.blocks and each.question.id not in claimed
    ]


def _steps(found: Timeline, state: StepState) -> list[StepLine]:
    """Return the steps of the plan that changed as ``state`` says, such as ``ADDED``.

    Overdue steps are left out. Steps that somebody marked as done come first, then
    those with an owner, then all others, each sorted by date.
    """
    lines = [
        _step_line(found, each)
        for each in found.comparison.steps
        if each.state is state and not each.overdue(found.date)
    ]
    return sorted(
        lines,
        key=lambda each: (not each.done, not each.owner, each.done or each.due or "~"),
    )


def _rises_without_remark(change: Comparison) -> list[AnswerChange]:
    """Return the answers that rose without a new remark.

    First come answers that no longer block the project, then those on whole layers.
    """
    decisive = {each.question.id for each in change.blockers if not each.blocks}
    return sorted(
        change.claimed,
        key=lambda each: (
            each.question.id not in decisive,
            not each.question.overall,
            -each.by,
        ),
    )
