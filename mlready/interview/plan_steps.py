"""Ask who takes the next steps of the plan, and by when."""

from collections.abc import Sequence

from mlready.assessment.assess import assess
from mlready.assessment.plan import PlanItem, PlanReason, plan
from mlready.interview.steps import PLAN, Step, StepKind
from mlready.model.answers import Answer, AnswerSheet, PlanStep
from mlready.model.questionnaire import Questionnaire

_SECTION = "Plan"
_WHO = "Who takes it, and by when? For example: Ana, 2027-01-15."


def to_assign(questionnaire: Questionnaire, sheet: AnswerSheet) -> list[PlanItem]:
    """Return the steps of the plan that have no owner yet.

    A hire and a confirmation are left out: an interview does not ask who takes them.
    """
    return [item for item in assignable_items(questionnaire, sheet) if not item.owner]


def assignable_items(
    questionnaire: Questionnaire, sheet: AnswerSheet
) -> list[PlanItem]:
    """Return the steps of the plan that are not done, and that can have an owner."""
    return [
        item
        for item in plan(assess(questionnaire, sheet))
        if (item.question or item.reason is PlanReason.OWN) and not item.done
    ]


def what_to_do(item: PlanItem) -> str:
    """Return what is to be done in a step of the plan."""
    return f"Find out: {item.what}" if item.names_question else item.what


def plan_steps(items: Sequence[PlanItem], sheet: AnswerSheet) -> tuple[Step, ...]:
    """Return the steps of an interview that ask who takes these steps of the plan."""
    return tuple(_step(item, sheet.steps.get(item.key, PlanStep())) for item in items)


def _step(item: PlanItem, taken: PlanStep) -> Step:
    return Step(
        id=f"{PLAN}{item.key}",
        topic=f"Plan ({what_to_do(item).rstrip('.')})",
        section=_SECTION,
        about="",
        text=f"{what_to_do(item)} {_WHO}",
        help="",
        kind=StepKind.LINE,
        choices={},
        value=", ".join(filter(None, [taken.owner, taken.due])),
        question=None,
        answer=Answer(),
    )
