"""Ask for the plan: the team's own steps, and who does each step by when."""

from collections.abc import Iterator

from mlready.assessment.assess import assess
from mlready.assessment.plan import (
    OWN_STEPS,
    PlanItem,
    PlanReason,
    has_own_steps,
    own_keys,
    plan,
)
from mlready.interview.steps import (
    BACKGROUND,
    DUE,
    IN_PLAN,
    OWN_STEP,
    OWNER,
    PLAN,
    Step,
    StepKind,
    as_sentence,
    line_steps,
)
from mlready.interview.text_wrapping import cut_words
from mlready.model.answers import NO_STEP, AnswerSheet, PlanStep, is_bare_word
from mlready.model.questionnaire import Questionnaire
from mlready.model.step_keys import next_key

_SECTION = "Plan"
_WHAT = "Your next step, in a sentence: what exactly, how many, where, at what price?"
_ANOTHER = (
    'After "{}": your next step, in a sentence: what exactly, how many, where, at what'
    " price?"
)
_NO_FURTHER = " Empty: no further step."
_NAMED = 40  # the most columns of the step before that a text names
_WHAT_HELP = (
    "For example: Scan last year's 400 return cards in three weeks for €1,500. If the"
    ' reader of the report must decide, begin with "You".'
)
_WHO = "Who does it, and by when? For example: Ana, 2027-01-15."
_NOBODY_YET = (
    " Empty: nobody yet, or your own step does it; the sponsor's page leaves it out."
)
_WHEN = "By when? For example: 2027-01-15. Empty: still no date."
_BY_WHOM = "Who does it? For example: Ana. Empty: still nobody."
# The background line on what is promised now, and the one on what was promised before.
_INSTEAD, _PROMISE = f"{BACKGROUND}instead", "promise"
_PROMISED = 'Promised so far: "{}"'
_PROMISE_SHOWN = 100  # the most columns of that promise


def to_assign(questionnaire: Questionnaire, sheet: AnswerSheet) -> list[PlanItem]:
    """Return the steps of the plan that have no owner yet.

    Steps to hire somebody or to confirm an answer are left out, and so are the team's
    own steps that begin with "You": the reader of the report takes these.
    """
    items = assignable_items(questionnaire, sheet)
    return [item for item in items if not (item.owner or item.begins_with_you)]


def assignable_items(
    questionnaire: Questionnaire, sheet: AnswerSheet
) -> list[PlanItem]:
    """Return the steps of the plan that are not done and can have an owner."""
    return [
        item
        for item in plan(assess(questionnaire, sheet))
        if (item.question or item.reason is PlanReason.OWN) and not item.done
    ]


def replaced_proposals(
    questionnaire: Questionnaire, sheet: AnswerSheet
) -> list[PlanItem]:
    """Return the proposals for which the team's own steps leave no room in the plan.

    A hire is not among them, although it also takes room in the plan.
    """
    own = own_keys(questionnaire, sheet)
    others = {key: step for key, step in sheet.steps.items() if key not in own}
    proposed = assignable_items(questionnaire, sheet._replace(steps=others))
    kept = {item.key for item in kept_proposals(questionnaire, sheet)}
    return [item for item in proposed if item.key not in kept]


def taken_proposals(questionnaire: Questionnaire, sheet: AnswerSheet) -> dict[str, str]:
    """Map the key of each proposal in the plan that somebody took to what it says."""
    if not any(is_taken(step) for step in sheet.steps.values()):
        return {}
    items = kept_proposals(questionnaire, sheet)
    return {
        item.key: what_to_do(item)
        for item in items
        if is_taken(sheet.steps.get(item.key, NO_STEP))
    }


def is_taken(step: PlanStep) -> bool:
    """Return whether a step has an owner or a date, and is not done."""
    return bool(step.owner or step.due) and not step.done


def kept_proposals(questionnaire: Questionnaire, sheet: AnswerSheet) -> list[PlanItem]:
    """Return the proposals that are in the plan beside the team's own steps."""
    items = assignable_items(questionnaire, sheet)
    return [item for item in items if item.reason is not PlanReason.OWN]


def what_to_do(item: PlanItem) -> str:
    """Return what is to be done in a step of the plan."""
    return f"Find out: {item.what}" if item.names_question else item.what


def plan_steps(questionnaire: Questionnaire, sheet: AnswerSheet) -> tuple[Step, ...]:
    """Return the steps of an interview that ask for the team's plan."""
    lines = line_steps(questionnaire, sheet, in_plan=True)
    items = {item.key: item for item in assignable_items(questionnaire, sheet)}
    if not (items or any(line.value for line in lines)):
        return ()  # there is nothing to plan
    own = _open_keys(questionnaire, sheet)
    listed: list[Step] = []
    for number, key in enumerate(own, 1):
        text = _after(own[number - 2], sheet) if number > 1 else _WHAT
        step = _own_step(key, number, sheet)
        # Beside an earlier reply, an empty line has another meaning.
        end = _NO_FURTHER if number > 1 and not step.value else ""
        listed.append(step._replace(text=f"{text}{end}"))
        if key in items:
            listed += _who_and_when(items[key], sheet, number)
    # The team has just read which proposals stay, so these come before the lines.
    end = _NOBODY_YET if has_own_steps(items.values()) else ""
    for key, item in items.items():
        if key not in own:
            listed += _who_and_when(item, sheet, end=end)
    listed += [_line(line, sheet) for line in lines]
    return tuple(listed)


def _line(line: Step, sheet: AnswerSheet) -> Step:
    """Return the step that asks for a line, with the promise that it replaces."""
    promise = sheet.background.get(_PROMISE, "")
    shown = line.id == _INSTEAD and promise and not is_bare_word(promise)
    before = (
        f"{_PROMISED.format(cut_words(promise, _PROMISE_SHOWN))}\n" if shown else ""
    )
    return line._replace(section=_SECTION, text=f"{before}{line.text}")


def _open_keys(questionnaire: Questionnaire, sheet: AnswerSheet) -> list[str]:
    """Return the keys of the team's own steps that are not done, and one new key."""
    own = [key for key in own_keys(questionnaire, sheet) if not sheet.steps[key].done]
    if len(own) < OWN_STEPS:
        own.append(next_key([*sheet.steps, *sheet.earlier]))
    return own


def _after(key: str, sheet: AnswerSheet) -> str:
    """Return the text that asks what the team does after its own step ``key``."""
    return _ANOTHER.format(cut_words(sheet.steps[key].what.rstrip("."), _NAMED))


def _own_step(key: str, number: int, sheet: AnswerSheet) -> Step:
    return Step(
        id=f"{OWN_STEP}{key}",
        topic=f"Your step {number}",
        text=_WHAT,
        kind=StepKind.LINE,
        value=sheet.steps.get(key, NO_STEP).what,
        section=_SECTION,
        help=_WHAT_HELP,
    )


def _who_and_when(
    item: PlanItem, sheet: AnswerSheet, number: int = 0, *, end: str = ""
) -> Iterator[Step]:
    """Yield the steps that ask for owner and date of a step of the plan.

    Args:
        item: the step.
        sheet: the answers.
        number: the number of a step that the team wrote; 0 for a proposal.
        end: what an empty line means as long as the step has no owner and no date.

    """
    yours = f"your step {number}" if number else ""  # the row above has its words
    taken = sheet.steps.get(item.key, NO_STEP)
    name = yours or what_to_do(item).rstrip(".")
    what = as_sentence(what_to_do(item))
    said = ", ".join(filter(None, [taken.owner, taken.due]))
    asked = Step(
        id=f"{PLAN}{item.key}",
        topic=f"{IN_PLAN}{f'Who does {yours}' if yours else name})",
        text=f"{what}\n{_WHO}{'' if said else end}",
        kind=StepKind.LINE,
        value=said,
        section=_SECTION,
        today=sheet.voice.date,
    )
    yield asked
    if bool(taken.owner) == bool(taken.due):
        return
    kind, part, lacks = (
        (DUE, "By when", f"No date yet ({taken.owner}). {_WHEN}")
        if taken.owner
        else (OWNER, "Who does it", f"No owner yet (due {taken.due}). {_BY_WHOM}")
    )
    yield asked._replace(
        id=f"{kind}{item.key}",
        topic=f"{part} ({name})",
        text=f"{what}\n{lacks}",
        value="",
    )
