"""Compare two assessments of one team: an earlier and a later one."""

from collections.abc import Collection, Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from mlready.assessment.assess import Assessment
from mlready.assessment.diagnosis import Diagnosis, Verdict
from mlready.assessment.plan import (
    PlanItem,
    PlanReason,
    all_steps,
    is_overdue,
    stored_key,
)
from mlready.assessment.scoring import LayerScore, enough
from mlready.assessment.staffing import Horizon, Vacancy
from mlready.model.answers import (
    NO_STEP,
    Answer,
    AnswerSheet,
    AssessmentInput,
    PlanStep,
    is_supported,
)
from mlready.model.questionnaire import (
    Fact,
    Layer,
    Placement,
    Question,
    Role,
)
from mlready.model.step_keys import has_text, key_with_text


class LayerChange(NamedTuple):
    """A layer's scores in an earlier and in a later assessment."""

    layer: Layer
    old: LayerScore | None  # None if no question on the layer was asked
    new: LayerScore | None  # None if no question on the layer was asked
    held: bool  # whether the layer was good enough in the earlier assessment
    holds: bool  # whether the layer is good enough in the later assessment

    @property
    def changed(self) -> bool:
        """Whether the lower or the upper bound of the score changed."""
        return _bounds(self.old) != _bounds(self.new)


class AnswerChange(NamedTuple):
    """A question whose answer differs between an earlier and a later assessment."""

    question: Question
    old: Answer
    new: Answer
    claimed: bool = False  # whether the level rose without a new note or evidence

    @property
    def by(self) -> int:
        """By how many levels the answer rose; negative if the answer fell.

        An open answer counts as level 0. With "does not apply", the result is 0.
        """
        if self.old.na or self.new.na:
            return 0
        return (self.new.level or 0) - (self.old.level or 0)


class BlockerChange(NamedTuple):
    """A question that blocks the project in only one of two assessments."""

    question: Question
    blocks: bool  # in the later assessment
    is_open: bool  # whether the question blocks because the answer has no level


class HireReason(StrEnum):
    """Why a vacancy opened, closed, or moved between now, next and later."""

    RELEASED = "released"  # it waited for layers that have passed their exit tests
    CONFIRMED = "confirmed"  # a second voice has confirmed its claims
    NEEDED = "needed"  # one of its layers is no longer good enough
    PEOPLE_LEFT = "people_left"  # fewer people of the role are available
    FINISHED = "finished"  # its layers passed their exit tests
    FILLED = "filled"  # enough people of the role are available now
    HELD = "held"  # nobody is hired now, for the reason the report gives
    WAITS = "waits"  # another vacancy comes first now
    OTHER = "other"


class HireChange(NamedTuple):
    """A role whose vacancy opened, closed, or moved between now, next and later."""

    role: Role
    was: Horizon | None  # None if there was no vacancy
    now: Horizon | None  # None if there is no vacancy
    reason: HireReason
    layers: tuple[Layer, ...] = ()  # that caused the change


class StepState(StrEnum):
    """How a step of the plan changed between two assessments."""

    DONE = "done"
    UNDONE = "undone"  # it was marked as done, and no longer is
    ADDED = "added"
    MOVED = "moved"  # its owner or due date changed
    GONE = "gone"  # it had an owner, and is no longer in the plan
    SAME = "same"


def _open_state(old: PlanStep | None, new: PlanStep | None) -> StepState:
    """Return the state of a step that is done in neither assessment."""
    if old and new:
        moved = (old.owner, old.due) != (new.owner, new.due)
        return StepState.MOVED if moved else StepState.SAME
    if new:
        return StepState.ADDED
    return StepState.GONE if old and (old.owner or old.due) else StepState.SAME


class StepChange(NamedTuple):
    """A step of the plan in an earlier and in a later assessment."""

    key: str
    question: Question | None
    what: str  # what to do
    role: Role | None  # who should do the step if it has no owner
    old: PlanStep | None  # None if the earlier plan lacks the step
    new: PlanStep | None  # None if the later plan lacks the step
    # Whether the answer rose to the level that is enough, with a new note or evidence.
    closed: bool = False
    ended: bool = False  # whether the later answers leave nothing to do

    @property
    def step(self) -> PlanStep:
        """The later version of the step, or the earlier one if the step is gone."""
        return self.new or self.old or NO_STEP

    @property
    def state(self) -> StepState:
        """How the step changed between the two assessments."""
        old, new = self.old, self.new
        if new and new.done:
            return StepState.SAME if old and old.done else StepState.DONE
        if old and old.done:
            return StepState.UNDONE if new else StepState.SAME
        if self.closed and old:
            return StepState.DONE
        return _open_state(old, new)

    def overdue(self, date: str) -> bool:
        """Return whether the step is still to do and was due before ``date``.

        ``date`` has the form YYYY-MM-DD.
        """
        ended = self.closed or self.ended
        return bool(self.new) and not ended and is_overdue(self.step, date)


class ValueChange(NamedTuple):
    """A change of a fact's value, or of the number of people in a role."""

    fact: Fact | None
    role: Role | None
    old: str
    new: str


class Comparison(NamedTuple):
    """What changed between two assessments of one team."""

    old: Assessment
    new: Assessment
    layers: tuple[LayerChange, ...]  # all layers, from the bottom up
    answers: tuple[AnswerChange, ...]
    asked: tuple[Question, ...]  # questions that apply only in the later assessment
    # Questions that apply only in the earlier one.
    no_longer_asked: tuple[Question, ...]
    blockers: tuple[BlockerChange, ...]
    hires: tuple[HireChange, ...]
    steps: tuple[StepChange, ...]  # all steps of both plans
    values: tuple[ValueChange, ...]

    @property
    def claimed(self) -> tuple[AnswerChange, ...]:
        """The answers whose level rose without a new note or evidence."""
        return tuple(each for each in self.answers if each.claimed)

    @property
    def aged(self) -> tuple[Question, ...]:
        """The questions whose answers became too old after the earlier assessment."""
        before, after = (each.inputs.sheet.ages.aged for each in (self.old, self.new))
        return tuple(
            each
            for each in self.new.inputs.questions
            if each.id in after and each.id not in before
        )

    @property
    def is_empty(self) -> bool:
        """Whether advice, scores, answers, facts and plan are unchanged."""
        return _advice(self.old) == _advice(self.new) and not any(
            (
                any(each.changed for each in self.layers),
                self.answers, self.asked, self.no_longer_asked, self.blockers,
                self.hires, self.values, self.aged,
                any(each.state is not StepState.SAME for each in self.steps),
            )
        )  # fmt: skip


def raised_without_evidence(old: AnswerSheet, new: AnswerSheet) -> frozenset[str]:
    """Return the ids of answers whose level rose without a new note or evidence."""
    found = set()
    for id_, answer in new.answers.items():
        before = old.answer(id_)
        raised = (answer.level or 0) > (before.level or 0) and not before.na
        shown_by = (answer.note, answer.evidence)
        if raised and (
            not is_supported(answer) or shown_by == (before.note, before.evidence)
        ):
            found.add(id_)
    return frozenset(found)


def compare(
    old: Assessment,
    new: Assessment,
    claimed: Collection[str] | None = None,
) -> Comparison:
    """Compare two assessments of one team that use the same questionnaire.

    ``claimed`` are the ids of answers whose level rose without a new note or evidence.
    If ``claimed`` is None, ``compare`` finds these ids from the notes and evidence.
    Both sheets must then be unredacted.
    """
    if claimed is None:
        claimed = raised_without_evidence(old.inputs.sheet, new.inputs.sheet)
    before, after = (
        {each.id: each for each in result.inputs.questions} for result in (old, new)
    )
    return Comparison(
        old=old,
        new=new,
        layers=tuple(_layers(old.diagnosis, new.diagnosis)),
        answers=tuple(_answers(old.inputs, new.inputs, claimed)),
        asked=tuple(each for id_, each in after.items() if id_ not in before),
        no_longer_asked=tuple(each for id_, each in before.items() if id_ not in after),
        blockers=tuple(_blockers(old.diagnosis, new.diagnosis)),
        hires=tuple(_hires(old, new)),
        steps=tuple(_steps(old, new, claimed)),
        values=tuple(_values(old.inputs, new.inputs)),
    )


def _advice(result: Assessment) -> tuple[str, bool, Layer | None, Role | None]:
    diagnosis, staffing = result.diagnosis, result.staffing
    return (
        diagnosis.verdict,
        result.confirmation.verdict,
        diagnosis.priority_layer,
        staffing.first_hire,
    )


def _bounds(score: LayerScore | None) -> tuple[float, float] | None:
    return (score.own.low, score.own.high) if score else None


def _layers(old: Diagnosis, new: Diagnosis) -> Iterator[LayerChange]:
    before, after = (
        {score.layer.id: score for score in each.scores} for each in (old, new)
    )
    for layer in new.inputs.questionnaire.layers:
        scores = before.get(layer.id), after.get(layer.id)
        if any(scores):
            yield LayerChange(
                layer, *scores, _holds(old, scores[0]), _holds(new, scores[1])
            )


def _holds(diagnosis: Diagnosis, score: LayerScore | None) -> bool:
    holds = diagnosis.inputs.questionnaire.constants.holds
    return bool(score) and score.own.low >= holds if score else False


def _answers(
    old: AssessmentInput, new: AssessmentInput, claimed: Collection[str]
) -> Iterator[AnswerChange]:
    asked = {question.id for question in old.questions}
    for question in new.questions:
        if question.id not in asked:
            continue
        before, after = old.sheet.answer(question.id), new.sheet.answer(question.id)
        if _without_texts(before) != _without_texts(after):
            yield AnswerChange(question, before, after, question.id in claimed)


def _without_texts(answer: Answer) -> tuple[int | None, bool, bool, bool]:
    return answer.level, answer.unknown, bool(answer.na), bool(answer.accepted)


def _blocking(diagnosis: Diagnosis) -> dict[str, tuple[Question, bool]]:
    """Map the id of each blocking question to the question, and whether it is open."""
    return {
        **{gap.question.id: (gap.question, False) for gap in diagnosis.blockers},
        **{each.id: (each, True) for each in diagnosis.unsettled_blockers},
    }


def _blockers(old: Diagnosis, new: Diagnosis) -> Iterator[BlockerChange]:
    before, after = _blocking(old), _blocking(new)
    for id_, (question, is_open) in before.items():
        if id_ not in after:
            yield BlockerChange(question, blocks=False, is_open=is_open)
    for id_, (question, is_open) in after.items():
        if id_ not in before:
            yield BlockerChange(question, blocks=True, is_open=is_open)


def _vacancies(result: Assessment) -> dict[str, Vacancy]:
    return {each.position.role.id: each for each in result.staffing.vacancies}


def _hires(old: Assessment, new: Assessment) -> Iterator[HireChange]:
    before, after = _vacancies(old), _vacancies(new)
    for id_, role in new.inputs.questionnaire.roles.items():
        was, now = before.get(id_), after.get(id_)
        horizons = was.horizon if was else None, now.horizon if now else None
        if horizons[0] != horizons[1]:
            sooner = _rank(horizons[1]) < _rank(horizons[0])
            why = (
                _why_sooner(old, new, role, now)
                if sooner and now
                else _why_later(old, new, role, was)
            )
            yield HireChange(role, *horizons, *why)


def _rank(horizon: Horizon | None) -> int:
    """Return 0 for a vacancy that opens now, 1 for next, 2 for later, 3 for none."""
    return [*Horizon, None].index(horizon)


def _why_sooner(
    old: Assessment, new: Assessment, role: Role, now: Vacancy
) -> tuple[HireReason, tuple[Layer, ...]]:
    """Return why ``role`` is hired sooner in ``new`` than in ``old``.

    The second value has the layers that are the reason. ``now`` is the role's vacancy
    in ``new``.
    """
    failed, fail = old.diagnosis.failing_layers, new.diagnosis.failing_layers
    if role == old.staffing.claimed:
        return HireReason.CONFIRMED, ()
    weaker = tuple(
        each for each in now.position.layers if each in fail and each not in failed
    )
    if passed := tuple(each for each in failed if each not in fail):
        return HireReason.RELEASED, passed
    if weaker and now.position.layers[0].placement is not Placement.TOP:
        return HireReason.NEEDED, weaker
    if _available(new, role) < _available(old, role):
        return HireReason.PEOPLE_LEFT, ()
    return HireReason.OTHER, ()


def _why_later(
    old: Assessment, new: Assessment, role: Role, was: Vacancy | None
) -> tuple[HireReason, tuple[Layer, ...]]:
    """Return why ``role`` is hired later in ``new`` than in ``old``, or not at all.

    The second value has the layers that are the reason. ``was`` is the role's vacancy
    in ``old``, None if there was none.
    """
    fail = new.diagnosis.failing_layers
    layers = was.position.layers if was else ()
    if layers and not [each for each in layers if each in fail]:
        if layers[0].placement is not Placement.TOP:
            return HireReason.FINISHED, layers
        if fail:
            return HireReason.WAITS, fail
    if _available(new, role) > _available(old, role):
        return HireReason.FILLED, ()
    if new.staffing.hold_reason:
        return HireReason.HELD, ()
    return (HireReason.WAITS, fail[:1]) if fail else (HireReason.OTHER, ())


def _available(result: Assessment, role: Role) -> float:
    return result.inputs.sheet.available.get(role.id, 0.0)


def _steps(
    old: Assessment, new: Assessment, claimed: Collection[str]
) -> Iterator[StepChange]:
    before, after = _steps_by_text(old), _steps_by_text(new)
    for each in dict.fromkeys((*after, *before)):
        was, now = before.get(each), after.get(each)
        known = now or was
        if not known:
            continue
        key, own = stored_key(known), _stored_step(new if now else old, known).what
        # Words of the team's own may promise more than the answer that is enough.
        is_shown = key not in claimed and not own
        closed = is_shown and _closed(old, new, known.question)
        yield StepChange(
            key,
            known.question,
            # Shows the old step if it is done: the plan may have a further one now.
            was.what if was and (closed or known.done) else known.what,
            known.role,
            was and _stored_step(old, was),
            now and _stored_step(new, now),
            closed,
            bool(now and now.closed),
        )


def _steps_by_text(result: Assessment) -> dict[str, PlanItem]:
    """Return the steps of a plan, each under its key with its own words, if any."""
    # These steps follow from the advice. They count once somebody has planned them.
    advice = {PlanReason.CONFIRMS, PlanReason.HIRES}
    return {
        _key_with_own_words(result, item): item
        for item in all_steps(result)
        if item.reason not in advice or item.owner or item.due or item.done
    }


def _key_with_own_words(result: Assessment, item: PlanItem) -> str:
    key, own = stored_key(item), _stored_step(result, item).what
    # The key is longer already if voices wrote other words under the shorter key.
    return key_with_text(key, own) if own and not has_text(key, own) else key


def _stored_step(result: Assessment, item: PlanItem) -> PlanStep:
    """Return a step for an answers file, with text only if the team wrote the text."""
    # Only the team's own text is stored, not that of the questionnaire.
    own = result.inputs.sheet.steps.get(stored_key(item), NO_STEP)
    return PlanStep(own.what, item.owner, item.due, item.done)


def _closed(old: Assessment, new: Assessment, question: Question | None) -> bool:
    """Return whether an answer rose to the level that is enough."""
    if not question:
        return False
    before, after = (
        (
            each.inputs.sheet.answer(question.id).level or 0,
            enough(each.inputs, question),
        )
        for each in (old, new)
    )
    return before[0] < before[1] and after[0] >= after[1]


def _values(old: AssessmentInput, new: AssessmentInput) -> Iterator[ValueChange]:
    for fact in new.questionnaire.profile:
        values = (each.facts.get(fact.id, "") for each in (old, new))
        was, now = values
        if was != now and was and now:
            yield ValueChange(fact, None, was, now)
    for role in new.questionnaire.roles.values():
        before, after = (each.sheet.available.get(role.id, 0.0) for each in (old, new))
        if role.available and before != after:
            yield ValueChange(None, role, f"{before:g}", f"{after:g}")


def verdict_rank(result: Assessment) -> tuple[int, bool, bool]:
    """Return a sort key that puts worse verdicts before better ones.

    A "ready" with points to settle comes first, then one that is not confirmed.
    """
    return (
        [*Verdict].index(result.diagnosis.verdict),
        not result.staffing.nearly_ready,
        result.confirmation.verdict,
    )


def fallen_answers(
    old: AssessmentInput, new: AssessmentInput, layers: Sequence[Layer]
) -> list[AnswerChange]:
    """Return the answers that fell between two assessments, details first.

    If ``layers`` is not empty, only answers on these layers are returned.
    """
    sections = {section for layer in layers for section in layer.sections}
    fallen = [
        each
        for each in _answers(old, new, ())
        if each.by < 0 and (not layers or each.question.section in sections)
    ]
    return sorted(fallen, key=lambda each: (each.question.overall, each.by))
