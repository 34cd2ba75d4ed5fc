"""Ask who takes the next steps of the plan, and by when."""

import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import date

from mlready.assessment.assess import assess
from mlready.assessment.plan import PlanItem, plan
from mlready.interview.steps import LINE, PLAN, Step
from mlready.model.answers import Answer, AnswerSheet, PlanStep
from mlready.model.questionnaire import Questionnaire

_SECTION = "Plan"
_WHO = "Who takes it, and by when? For example: Ana, 2027-01-15."


def to_assign(questionnaire: Questionnaire, sheet: AnswerSheet) -> list[PlanItem]:
    """Return the steps of the plan that nobody has taken on yet.

    A hire and a confirmation are left out, because an answers file has no key for them.
    """
    return [
        item
        for item in plan(assess(questionnaire, sheet))
        if (item.question or item.key in sheet.steps) and not (item.owner or item.done)
    ]


def plan_steps(items: Sequence[PlanItem], sheet: AnswerSheet) -> tuple[Step, ...]:
    """Return the steps of an interview that ask who takes these steps of the plan."""
    return tuple(_step(item, sheet.steps.get(item.key, PlanStep())) for item in items)


def _step(item: PlanItem, taken: PlanStep) -> Step:
    return Step(
        id=f"{PLAN}{item.key}",
        topic=item.what,
        section=_SECTION,
        about="",
        text=f"{item.what} {_WHO}",
        help="",
        kind=LINE,
        choices={},
        value=", ".join(filter(None, [taken.owner, taken.due])),
        question=None,
        answer=Answer(),
    )


def taken_by(text: str, before: PlanStep) -> PlanStep:
    """Return a step of the plan that was taken on, as in "Ana, 2027-01-15".

    A text that does not end with a date is the owner.
    """
    owner, due = text, ""
    if found := re.search(r"[\s,;]*(\d{4}-\d\d-\d\d)\s*$", text):
        with suppress(ValueError):
            date.fromisoformat(found[1])
            owner, due = text[: found.start()], found[1]
    return before._replace(owner=owner.strip(), due=due)
