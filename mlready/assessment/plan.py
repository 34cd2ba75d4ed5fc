"""Choose the few steps that a team should take next, and who should take them.

The steps are in the order of ``PlanReason``. A hire comes early, because a vacancy
takes months to fill.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from mlready.assessment.assess import Assessment
from mlready.assessment.diagnosis import BY_HAND, Diagnosis, Gap, Verdict
from mlready.assessment.hiring_capacity import role_for_layer
from mlready.assessment.staffing import HoldReason, Staffing
from mlready.model.answers import (
    NO_STEP,
    AnswerSheet,
    AssessmentInput,
    PlanStep,
    is_supported,
)
from mlready.model.questionnaire import (
    Layer,
    Placement,
    Question,
    Questionnaire,
    Role,
)
from mlready.model.step_keys import CONFIRMS, HIRES, known_keys

STEPS = 5  # the largest number of steps of a plan
OWN_STEPS = 4  # of these, the most that the team added itself
MENDING = 3  # of these, the most that fix the layer to fix first
TO_FIND_OUT = 3  # of these, the most that answer open questions
DONE_BY_HAND = 0.2  # the fewest people with which a role can take a step
LEGAL = "legal"  # the role that says what may be done with the data
AGENDA = ("decide", "reorganise")  # remedies that only a manager can carry out

_DATE = re.compile(r"\d{4}-\d\d-\d\d")


class PlanReason(StrEnum):
    """Why a step is in the plan; steps are sorted in the order of these reasons."""

    FORBIDS = "forbids"  # without it, the project may not continue
    CONFIRMS = "confirms"  # a second voice must confirm what a "ready" rests on
    FINDS_OUT = "finds_out"  # the answer could change the advice
    HIRES = "hires"  # the vacancy that opens now
    OWN = "own"  # the team added it
    MENDS = "mends"  # it fixes the layer to fix first
    BLOCKS = "blocks"  # something else that blocks the project
    IMPROVES = "improves"  # a further gap that can be closed without a hire


class PlanItem(NamedTuple):
    """A step of the plan."""

    # Id of the question, or the key of a step without a question.
    key: str
    reason: PlanReason
    question: Question | None
    what: str  # what to do; "" for a hire or a confirmation without own words
    owner: str = ""
    due: str = ""  # YYYY-MM-DD or ""
    done: str = ""  # YYYY-MM-DD or ""
    done_when: str = ""  # the state after the step; "" if unknown
    role: Role | None = None  # who should do the step if it has no owner
    kind: str = ""  # steps of the same kind are the same work
    closed: bool = False  # whether the answers leave nothing to do; see ``is_closed``

    @property
    def names_question(self) -> bool:
        """Whether ``what`` is an open question, not a thing to do."""
        step = self.question.find_out if self.question else ""
        return self.reason is PlanReason.FINDS_OUT and self.what != step

    @property
    def begins_with_you(self) -> bool:
        """Whether the team wrote the step, and it begins with "You", the reader."""
        is_own = self.reason is PlanReason.OWN
        return is_own and bool(re.match(r"you\b", self.what, re.IGNORECASE))

    def overdue(self, date: str) -> bool:
        """Return whether the step is still to do and was due before ``date``.

        ``date`` has the form YYYY-MM-DD.
        """
        return not self.closed and is_overdue(self, date)


def is_overdue(step: PlanItem | PlanStep, date: str) -> bool:
    """Return whether a step was due before ``date`` (YYYY-MM-DD) and is not done.

    The result is False if one of the two dates is missing or has another form.
    """
    known = step.due and _DATE.fullmatch(date) and _DATE.fullmatch(step.due)
    return bool(known) and not step.done and step.due < date


def is_closed(
    inputs: AssessmentInput, diagnosis: Diagnosis, staffing: Staffing, key: str
) -> bool:
    """Return whether answers leave nothing to do for a step of the answers file.

    A step of a question is closed once the answer is neither too low nor open, a hire
    once the role is not needed, the confirmation once there is nothing to confirm. A
    step in words of the team's own stays open.
    """
    # Words of the team's own may promise more than the answer that is enough.
    if inputs.sheet.steps.get(key, NO_STEP).what:
        return False
    if key == CONFIRMS:
        return not staffing.confirmation.unconfirmed
    if key.startswith(HIRES):
        return key.removeprefix(HIRES) not in roles_to_hire(staffing)
    questions = *(gap.question for gap in diagnosis.gaps), *diagnosis.open
    return not any(each.id == key for each in (*questions, *inputs.unasked))


def roles_to_hire(staffing: Staffing) -> set[str]:
    """Return the ids of the roles that are to be hired, now or later."""
    roles = [each.position.role for each in staffing.vacancies]
    return {role.id for role in (*roles, staffing.claimed) if role}


def has_own_steps(items: Iterable[PlanItem]) -> bool:
    """Return whether the team wrote a step in ``items`` that is not done."""
    return any(each.reason is PlanReason.OWN and not each.done for each in items)


def plan(result: Assessment) -> tuple[PlanItem, ...]:
    """Return the steps of the plan, at most five, in the order to do them."""
    own = [*_own_steps(result)][:OWN_STEPS]
    chosen: list[PlanItem] = []
    for each in _candidates(result):
        if len(chosen) + len(own) == STEPS:
            break
        if not any(_is_same_step(each, other) for other in (*own, *chosen)):
            chosen.append(each)
    order = [*PlanReason]
    return tuple(sorted([*own, *chosen], key=lambda each: order.index(each.reason)))


def all_steps(result: Assessment) -> tuple[PlanItem, ...]:
    """Return the steps of the plan, then all other steps in the answers file."""
    chosen = plan(result)
    return (*chosen, *further_steps(result, chosen))


def further_steps(result: Assessment, chosen: Iterable[PlanItem]) -> list[PlanItem]:
    """Return the steps in the answers file that are not in the plan ``chosen``.

    Steps that are closed come after the others, those that are done last.
    """
    there = {stored_key(item) for item in chosen}
    further = [
        each._replace(closed=_is_closed(result, each))
        for each in _steps_in_file(result)
        if stored_key(each) not in there
    ]
    return sorted(further, key=lambda each: (bool(each.done), each.closed))


def _is_closed(result: Assessment, item: PlanItem) -> bool:
    if item.done or item.reason is PlanReason.OWN:
        return False
    inputs, key = result.inputs, stored_key(item)
    return is_closed(inputs, result.diagnosis, result.staffing, key)


def stored_key(item: PlanItem) -> str:
    """Return the key under which an answers file stores a step."""
    if item.reason is PlanReason.HIRES and item.role:
        return f"{HIRES}{item.role.id}"
    return item.key


def _steps_in_file(result: Assessment) -> Iterator[PlanItem]:
    """Yield all steps that are in the answers file, in the order of the file."""
    questionnaire = result.inputs.questionnaire
    known = {each.id: each for each in questionnaire.questions}
    asked = {each.id: each for each in result.inputs.questions}
    for key, step in result.inputs.sheet.steps.items():
        role = questionnaire.roles.get(key.removeprefix(HIRES))
        if key in known:
            yield _next_step(result, asked.get(key, known[key]))
        elif key == CONFIRMS:
            yield _taken(result, PlanItem(key, PlanReason.CONFIRMS, None, ""))
        elif key.startswith(HIRES) and role:
            hire = PlanItem(PlanReason.HIRES, PlanReason.HIRES, None, "", role=role)
            yield _taken(result, hire)
        elif step.what:
            yield PlanItem(key, PlanReason.OWN, None, *step)


def _next_step(result: Assessment, question: Question) -> PlanItem:
    """Return the next step of a question, even if its answer is open or high enough."""
    gaps = [each for each in result.diagnosis.gaps if each.question.id == question.id]
    for item in _steps(result, PlanReason.IMPROVES, gaps):
        return item
    if question in (*result.diagnosis.open, *result.inputs.unasked):
        item = _item(result, PlanReason.FINDS_OUT, question)
        return item._replace(what=item.what or to_find_out(question))
    item = _item(result, PlanReason.IMPROVES, question)
    # The next step is another one, which nobody took.
    short = result.inputs.in_short(question)
    text = short.step if short else question.topic
    return item._replace(what=item.what or text)


def _by_new_person(result: Assessment, steps: Iterable[PlanItem]) -> bool:
    """Return whether any of ``steps`` waits for the person who is hired first."""
    hired = result.staffing.first_hire
    if not hired or _is_available(result.inputs.sheet, hired):
        return False
    return any(
        each.role == hired and not each.owner and not each.done
        for each in steps
        if each.reason is not PlanReason.HIRES
    )


def _own_steps(result: Assessment) -> Iterator[PlanItem]:
    """Yield the steps that the team wrote itself; those not done come first."""
    sheet = result.inputs.sheet
    own = own_keys(result.inputs.questionnaire, sheet)
    for key in sorted(own, key=lambda each: bool(sheet.steps[each].done)):
        yield PlanItem(key, PlanReason.OWN, None, *sheet.steps[key])


def own_keys(questionnaire: Questionnaire, sheet: AnswerSheet) -> list[str]:
    """Return the keys of the steps that the team wrote, in the sheet's order."""
    known = known_keys(questionnaire)
    return [key for key, step in sheet.steps.items() if step.what and key not in known]


def _candidates(result: Assessment) -> Iterator[PlanItem]:
    """Yield all steps that the plan could have, the most important first."""
    diagnosis = result.diagnosis
    gaps = _ranked(result, _gaps_to_close(result))
    blocking = {gap.question.id for gap in diagnosis.blockers}
    blockers = [gap for gap in gaps if gap.question.id in blocking]
    shown = [gap for gap in gaps if is_supported(gap.answer) and gap.level < BY_HAND]
    if result.confirmation.unconfirmed:
        yield _confirmation(result)
    forbidding = [gap for gap in blockers if is_legal(gap.question)]
    yield from _steps(result, PlanReason.FORBIDS, forbidding)
    mending = [*_steps(result, PlanReason.MENDS, _priority_gaps(result, gaps))]
    # A step that somebody took is not left out for one that nobody took.
    yield from (each for each in mending if (each.owner or each.due) and not each.done)
    yield from _to_find_out(result)
    if _by_new_person(result, mending):
        yield from _first_hire(result)
    yield from mending
    yield from _steps(result, PlanReason.BLOCKS, blockers)
    yield from _first_hire(result)
    yield from _steps(result, PlanReason.IMPROVES, shown)


def _priority_gaps(result: Assessment, gaps: Sequence[Gap]) -> list[Gap]:
    """Return the gaps to close on the layer to fix first, at most ``MENDING``."""
    layer, questions = result.diagnosis.priority_layer, result.inputs.questions
    if not layer or result.staffing.hold_reason is HoldReason.NO_ML:
        return []
    # A gap of another layer is included if closing it is the same work.
    wholes = [each for each in result.inputs.within(layer.sections) if each.overall]
    same = {_kind(result, question) for question in wholes}
    own = [
        gap
        for gap in gaps
        if gap.question.section in layer.sections
        or _kind(result, gap.question) in same - {""}
    ]
    best = own[:MENDING] or _whole_layer(result, layer)
    return sorted(best, key=lambda gap: questions.index(gap.question))


def _kind(result: Assessment, question: Question) -> str:
    """Return the kind of a question's next step, "" if the step has none.

    Steps of the same kind are the same work.
    """
    short = result.inputs.in_short(question)
    return short.kind if short else ""


def _is_same_step(one: PlanItem, other: PlanItem) -> bool:
    """Return whether two steps have the same key, or are the same work.

    Steps with the same ``kind`` are the same work; the kind "" says nothing.
    """
    return one.key == other.key or one.kind == other.kind != ""


def _gaps_to_close(result: Assessment) -> list[Gap]:
    """Return the gaps to close, without those that the team accepted."""
    gaps = [gap for gap in result.diagnosis.gaps if not gap.answer.accepted]
    if result.staffing.hold_reason is not HoldReason.NO_ML:
        return gaps
    # Without ML, the gaps in the pyramid do not matter.
    layers = result.inputs.questionnaire.layers
    stacked = {
        section
        for layer in layers
        for section in layer.sections
        if layer.placement is not Placement.BESIDE
    }
    return [gap for gap in gaps if gap.question.section not in stacked]


def _ranked(result: Assessment, gaps: Iterable[Gap]) -> list[Gap]:
    """Sort gaps by the value of closing them, the most valuable first."""
    steps = result.inputs.sheet.steps
    blocking = {gap.question.id for gap in result.diagnosis.blockers}

    def worth(gap: Gap) -> float:
        return (
            4 * (gap.question.id in steps)
            + 1.5 * (gap.question.id in blocking)
            + 1.5 * is_supported(gap.answer)
            + BY_HAND
            - gap.level
        )

    return sorted(gaps, key=worth, reverse=True)


def _steps(
    result: Assessment, reason: PlanReason, gaps: Iterable[Gap]
) -> Iterator[PlanItem]:
    """Yield the next step for each gap."""
    inputs = result.inputs
    for gap in gaps:
        item = _item(result, reason, gap.question)
        short = inputs.in_short(gap.question)
        if short and gap.level < BY_HAND:
            what = item.what or short.step
            yield item._replace(what=what, done_when=short.done, kind=short.kind)
        else:
            yield item._replace(what=item.what or gap.action, done_when=_reached(gap))


def step_text(inputs: AssessmentInput, gap: Gap) -> str:
    """Return what the questionnaire says to do next about a gap."""
    short = inputs.in_short(gap.question)
    return short.step if short and gap.level < BY_HAND else gap.action


def _item(result: Assessment, reason: PlanReason, question: Question) -> PlanItem:
    """Return the next step of a question, with text, owner and dates from the sheet."""
    step = result.inputs.sheet.steps.get(question.id, NO_STEP)
    role = _role(result, question)
    return PlanItem(question.id, reason, question, *step, role=role)


def _reached(gap: Gap) -> str:
    """Return the text of the level that the next step reaches."""
    text = gap.question.levels[max(gap.level + 1, BY_HAND)]
    # A text such as "As 2, and ..." refers to another level.
    built_on = re.match(r"As \d, (?:and |with )?", text)
    rest = text[built_on.end() :] if built_on else text
    return f"{rest[:1].upper()}{rest[1:]}"


def _role(result: Assessment, question: Question) -> Role | None:
    """Return the role that is best suited to do a question's next step."""
    inputs, hired = result.inputs, result.staffing.first_hire
    roles = inputs.questionnaire.roles
    ids = [*_layer_role(result, question), *question.roles]
    able = [roles[id_] for id_ in ids if id_ in roles]
    here = [role for role in able if _is_available(inputs.sheet, role)]
    managers = [
        role
        for role in able
        if not role.available and (role.id != LEGAL or LEGAL in question.roles[:1])
    ]
    if question.remedy in AGENDA and managers:
        return managers[0]
    if hired and _layer_role(result, question) == [hired.id] and not is_legal(question):
        return hired  # whoever is hired to fix the layer takes its steps
    new = [role for role in able if role == hired]
    return next(iter([*here, *new, *managers, *able]), None)


def _layer_role(result: Assessment, question: Question) -> list[str]:
    """Return the id of the role that fixes the layer to fix first, in a list.

    The list is empty if ``question`` is not on that layer.
    """
    layer = result.diagnosis.priority_layer
    if not layer or question.section not in layer.sections:
        return []
    return [role_for_layer(result.diagnosis, layer)]


def _is_available(sheet: AnswerSheet, role: Role) -> bool:
    return sheet.available.get(role.id, 0.0) >= DONE_BY_HAND


def _whole_layer(result: Assessment, layer: Layer) -> list[Gap]:
    """Return the low answers on a layer as a whole, as gaps."""
    inputs = result.inputs
    return [
        Gap(question, answer.level, answer, layer.remedy(inputs.facts) or layer.exit)
        for question in inputs.within(layer.sections)
        for answer in [inputs.sheet.answer(question.id)]
        if question.overall and answer.level is not None and answer.level < BY_HAND
    ]


def _to_find_out(result: Assessment) -> Iterator[PlanItem]:
    """Yield the steps that find out the answers to open questions."""
    # The first question is on permission; the others must be settled before the start,
    # or could change the advice.
    found = _open_permissions(result)[:1]
    if result.staffing.nearly_ready:
        to_settle = *_open_blockers(result.diagnosis), *result.unasked_to_settle
        found += [each for each in to_settle if each not in found]
    deciding = [
        each.question
        for each in result.certainty.deciding
        if result.diagnosis.verdict is Verdict.UNPROVEN
        or each.question.section in _sections_of_first_layer(result.diagnosis)
    ]
    if deciding:
        details = [question for question in deciding if not question.overall]
        found += [each for each in details or deciding if each not in found]
    for question in found[:TO_FIND_OUT]:
        item = _item(result, PlanReason.FINDS_OUT, question)
        yield item._replace(what=item.what or to_find_out(question))


def to_find_out(question: Question) -> str:
    """Return the step that finds out a question's answer.

    If the questionnaire names no such step, the question itself is returned.
    """
    open_ = question.topic if question.overall else question.text
    return question.find_out or open_


def _sections_of_first_layer(diagnosis: Diagnosis) -> Sequence[str]:
    """Return the ids of all sections of the layer to fix first.

    The list is empty if no answer to an open question can make that layer good enough.
    """
    holds = diagnosis.inputs.questionnaire.constants.holds
    return [
        section
        for score in diagnosis.scores
        if score.layer == diagnosis.priority_layer and score.own.high >= holds
        for section in score.layer.sections
        if score.own.low < holds
    ]


def _open_permissions(result: Assessment) -> list[Question]:
    """Return the open blocking questions on permission; none if no ML is needed."""
    if result.staffing.hold_reason is HoldReason.NO_ML:
        return []
    return [each for each in _open_blockers(result.diagnosis) if is_legal(each)]


def _open_blockers(diagnosis: Diagnosis) -> list[Question]:
    answer = diagnosis.inputs.sheet.answer
    return [each for each in diagnosis.unsettled_blockers if answer(each.id).is_open]


def lacks_permission(diagnosis: Diagnosis) -> bool:
    """Return whether the permission to use the data is missing or unknown."""
    low = [gap.question for gap in diagnosis.blockers]
    return any(map(is_legal, (*low, *_open_blockers(diagnosis))))


def is_legal(question: Question) -> bool:
    """Return whether a question asks what may be done with the data."""
    return LEGAL in question.roles[:1]


def _confirmation(result: Assessment) -> PlanItem:
    """Return the step in which a second person confirms claims behind the advice."""
    roles = result.inputs.questionnaire.roles
    best = result.confirmation.best_roles[:1]
    role = roles[best[0]] if best else None
    item = PlanItem(PlanReason.CONFIRMS, PlanReason.CONFIRMS, None, "", role=role)
    return _taken(result, item)


def _first_hire(result: Assessment) -> Iterator[PlanItem]:
    """Yield the step to fill the vacancy that opens now, if there is one."""
    if result.staffing.first_hire:
        vacancy = result.staffing.vacancies[0]
        item = PlanItem(
            PlanReason.HIRES, PlanReason.HIRES, None, "",
            done_when=vacancy.exit, role=vacancy.position.role,
        )  # fmt: skip
        yield _taken(result, item)


def _taken(result: Assessment, item: PlanItem) -> PlanItem:
    """Return a step with the words, owner and dates in the answers file."""
    step = result.inputs.sheet.steps.get(stored_key(item), NO_STEP)
    return item._replace(**step._asdict())
