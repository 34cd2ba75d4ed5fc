"""The plan on a page for a sponsor: each step, why, and who does the step."""

import re
from collections.abc import Iterable, Sequence

from mlready.assessment.assess import Assessment
from mlready.assessment.diagnosis import judged_layers
from mlready.assessment.hiring_capacity import HALF
from mlready.assessment.plan import (
    DONE_BY_HAND,
    PlanItem,
    PlanReason,
    has_own_steps,
    plan,
)
from mlready.model.answers import Answer, AssessmentInput
from mlready.model.questionnaire import Placement, Role
from mlready.report import own_words
from mlready.report.own_words import PrintedLines
from mlready.report.phrases import Confirm, Hires, phrases
from mlready.report.sponsor_page_lines import (
    free,
    in_words,
    is_reader,
    low_shorts,
    names_reader,
    printable_line,
    share,
)
from mlready.report.sponsor_page_parts import Demand, Request, Step, Who

# Kinds of steps: when to stop, who is responsible, get records, count faults, get the
# right to the data, be able to stop the system.
STOP, OWNER, RECORD, LOOK = "stop", "owner", "record", "look"
RIGHT, BRAKE = "right", "brake"
# The reader's steps that are printed even if no line shows why.
ALWAYS = frozenset((OWNER, RIGHT, BRAKE))
READERS = ("management", "legal")  # roles whose steps the reader takes or gets done
OWNER_YOU = "you"  # an owner by which a team means the reader
CLEAR = 1.0  # the least worth of a line that is clear without context


def _planned(result: Assessment) -> list[PlanItem]:
    """Return the plan without steps that the page never prints.

    For example, a step that tells the team to hire is left out if it has no owner.
    """
    confirm = phrases(result).confirm
    found = plan(_without_own(result) if result.inputs.sheet.redacted else result)
    if has_own_steps(found):
        found = tuple(
            each for each in found if each.owner or each.reason is PlanReason.OWN
        )
    return [
        item
        for item in found
        if item.owner
        or not (
            item.reason is PlanReason.HIRES
            or item.kind == STOP
            or (item.reason is PlanReason.CONFIRMS and confirm is not Confirm.AGAIN)
            or _comes_later(result, item)
        )
    ]


def _without_own(result: Assessment) -> Assessment:
    """Return the assessment without the steps that the team wrote itself."""
    sheet = result.inputs.sheet
    kept = {key: step for key, step in sheet.steps.items() if not step.what}
    inputs = result.inputs._replace(sheet=sheet._replace(steps=kept))
    return result._replace(diagnosis=result.diagnosis._replace(inputs=inputs))


def steps(
    result: Assessment, date: str, reader: str, printed: PrintedLines, most: int
) -> list[Step]:
    """Return the steps to print on the page.

    At most ``most`` steps are returned, or more if the team itself wrote more (see
    ``first_steps``). ``date`` is the date of the report, as YYYY-MM-DD or "".
    ``reader`` names the reader of the page. ``printed`` are the lines that the page has
    printed so far.
    """
    all_steps = [
        _step(result, item, date, reader, PrintedLines()) for item in _planned(result)
    ]
    # Only the lines of the remaining steps count as printed.
    found = [
        _step(result, each.item, date, reader, printed)
        for each in first_steps(all_steps, most)
    ]
    shown = [each for each in found if not _is_unexplained(each)]
    return _until_hired(result, _with_one_role_borrowed(result, shown))


def requests_without_step(
    requests: Sequence[Request], planned: Sequence[Step]
) -> list[Request]:
    """Leave out each request for a decision that one of the team's own steps repeats.

    A step repeats a request if both say the same or contain the same figure.
    """
    own = [step.item.what for step in planned if step.item.reason is PlanReason.OWN]
    decisions = {Demand.YOURS, Demand.DECISION}
    return [
        each
        for each in requests
        if each.demand not in decisions
        or not any(_says(each.fact, what) for what in own)
    ]


def _says(line: str, step: str) -> bool:
    return own_words.are_repeats(line, step) or own_words.share_a_figure(line, step)


def _is_unexplained(step: Step) -> bool:
    """Return whether the reader should do a step, but no line says why.

    The result is False for a step that the team wrote, a step with an owner or due
    date, and a step of a kind in ``ALWAYS``.
    """
    own = step.item.reason is PlanReason.OWN
    decided = own or step.item.owner or step.by or step.item.kind in ALWAYS
    return step.who is Who.YOU and not (decided or step.fact)


def first_steps(found: Sequence[Step], most: int) -> list[Step]:
    """Return a list of steps, shortened to ``most`` steps if enough may be removed.

    Steps are removed from the end of the list. The first step and the steps that the
    team wrote are never removed. If the team wrote any step, steps with an owner or due
    date are not removed either. If the team wrote no step, a step with an owner or due
    date is removed only when no other step is left to remove.
    """
    kept = list(found)
    planned = has_own_steps(step.item for step in found)
    while len(kept) > most:
        others = [each for each in kept[1:] if each.item.reason is not PlanReason.OWN]
        free = [each for each in others if not is_taken(each)]
        removable = free if planned else free or others
        if not removable:
            break
        kept.remove(removable[-1])
    return kept


def is_taken(step: Step) -> bool:
    """Return whether a step has an owner or a due date."""
    return bool(step.item.owner or step.by)


def _step(
    result: Assessment, item: PlanItem, date: str, reader: str, printed: PrintedLines
) -> Step:
    inputs = result.inputs
    answer = inputs.sheet.answer(item.question.id) if item.question else Answer()
    clear = own_words.worth(answer) >= CLEAR
    shown = clear and item.reason is not PlanReason.FINDS_OUT
    line = printed.if_new(printable_line(inputs, answer)) if shown else ""
    line = line or _same_work(inputs, item, printed)
    return Step(
        item,
        _who(result, item, reader),
        _due(item),
        in_words(item.done),
        item.overdue(date),
        line,
        says_who=not _leaves_out_owner(item),
        share=share(line),
    )


def _due(item: PlanItem) -> str:
    """Return the due date in words, "" if the text of the step contains the day."""
    due = in_words(item.due)
    day = due.rpartition(" ")[0]  # without the year
    told = day and re.search(rf"(?<!\w){re.escape(day)}(?!\w)", item.what)
    return "" if told else due


def _leaves_out_owner(item: PlanItem) -> bool:
    """Return whether the page prints a step without saying who does the step.

    The page does this only with a step that the team wrote. Such a step has no owner,
    or the text of the step begins with the owner's name.
    """
    named = rf"(?:the )?{re.escape(item.owner)}(?!\w)"
    return item.reason is PlanReason.OWN and (
        not item.owner or bool(re.match(named, item.what, re.IGNORECASE))
    )


def _comes_later(result: Assessment, item: PlanItem) -> bool:
    """Return whether a step needs data that must first be recorded."""
    layers = [score.layer for score in judged_layers(result.diagnosis.scores)]
    first = result.diagnosis.priority_layer
    if item.reason is not PlanReason.BLOCKS or not item.question:
        return False
    if first not in layers[:1]:  # there may be no layer that is judged
        return False
    own = [layer for layer in layers if item.question.section in layer.sections]
    if not own:  # such as which data are available when an answer is due
        return bool(item.role and item.role.available)
    return own[0] != first and own[0].placement is not Placement.BESIDE


def _same_work(inputs: AssessmentInput, item: PlanItem, printed: PrintedLines) -> str:
    """Return the line of a low answer that shows why the step ``item`` is needed.

    The question of the answer and the step must have the same kind of work, such as
    "record" (``InShort.kind``). The line must be clear without the question, and must
    not repeat a line in ``printed``. Without such a line, the result is "".
    """
    for question, short in low_shorts(inputs):
        answer = inputs.sheet.answer(question.id)
        same = not question.overall and short.kind == item.kind != ""
        clear = same and own_words.worth(answer) > CLEAR
        if clear and (line := printed.if_new(printable_line(inputs, answer))):
            return line
    return ""


def _who(result: Assessment, item: PlanItem, reader: str) -> Who:
    role = item.role
    if item.owner or item.reason is PlanReason.OWN:
        return _who_named(item, reader)
    if item.kind == OWNER or (role and role.id in READERS):
        return Who.YOU
    here = result.inputs.sheet.available.get(role.id, 0.0) if role else 0.0
    if item.reason is PlanReason.CONFIRMS and here < DONE_BY_HAND:
        return Who.CONFIRMS
    if not role:
        return Who.NOBODY
    if role.available and here >= DONE_BY_HAND:
        return Who.ONE_OF_YOURS if here > 1 else Who.YOURS
    return _who_else(result, role)


def _who_named(item: PlanItem, reader: str) -> Who:
    """Return who does a step that has an owner, or that the team wrote itself."""
    if not item.owner:
        return Who.YOU if names_reader(item.what, reader) else Who.NOBODY
    if item.begins_with_you:  # whoever sees to it, the page calls its reader "you"
        return Who.YOU
    named = item.owner.strip().casefold() == OWNER_YOU or is_reader(item.owner, reader)
    return Who.YOU if named else Who.NAMED


def _who_else(result: Assessment, role: Role) -> Who:
    """Return who does a step whose role has no available person."""
    if not role.available:
        return Who.OTHER
    if role == result.staffing.first_hire:
        return Who.NEW
    borrow = phrases(result).hires in {Hires.OTHER_MEANS, Hires.NO_POST}
    return Who.BORROWED if borrow else Who.MISSING


def borrowed(result: Assessment, found: Iterable[Step]) -> Role | None:
    """Return the role of the first step for which the team should borrow somebody.

    None if there is no such step, or if borrowing is not the main advice to the team.
    """
    if phrases(result).hires is not Hires.OTHER_MEANS:
        return None
    needed = (step.item.role for step in found if step.who is Who.BORROWED)
    return next(needed, None)


def _with_one_role_borrowed(result: Assessment, found: list[Step]) -> list[Step]:
    """Keep the advice to borrow somebody only for the role that ``borrowed`` returns.

    In steps of other roles, ``who`` changes from BORROWED to MISSING. If ``borrowed``
    returns None, nothing changes.
    """
    first = borrowed(result, found)
    return [
        step._replace(who=Who.MISSING)
        if first and step.who is Who.BORROWED and step.item.role != first
        else step
        for step in found
    ]


def _until_hired(result: Assessment, found: list[Step]) -> list[Step]:
    """Return the steps, and say who begins the first step of the person to hire.

    The field ``until`` of that step becomes the role whose available people do the step
    until the person is hired. ``until`` is None if no available people can do the step.
    """
    hired, yours = result.staffing.first_hire, {Who.YOURS, Who.ONE_OF_YOURS}
    for n, step in enumerate(found):
        if hired and step.item.role == hired and step.who in yours:
            found[n] = step._replace(who=Who.NEW, until=hired)
            return found
        if step.who is Who.NEW:
            here = [
                (number, role)
                for role, number in free(result.inputs)
                if number >= HALF and _can_begin(result, step.item, role)
            ]
            most = max(here, key=lambda each: each[0], default=None)
            found[n] = step._replace(until=most and most[1])
            return found
    return found


def _can_begin(result: Assessment, item: PlanItem, role: Role) -> bool:
    """Return whether people of this role can begin a step of another role."""
    question, first = item.question, result.diagnosis.priority_layer
    if not question:
        return False
    able = {*question.roles, *(first.or_roles if first else ())}
    return item.kind == LOOK or (role.id in able and item.kind != RECORD)
