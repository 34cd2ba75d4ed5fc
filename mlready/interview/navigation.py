"""Walk the steps forwards and back; knows nothing of terminals or files."""

import math
from collections.abc import Callable, Sequence
from enum import Enum
from typing import Any, NamedTuple

from mlready.interview.steps import Step, steps
from mlready.model.answers import Answer, AnswerSheet
from mlready.model.questionnaire import Questionnaire

RULE = "Choose the highest level of which every word is true today."
REVIEW = "review"  # what ``Sheet.next`` says once every question has been put
ASIDES = {"n": "note", "e": "evidence"}  # the key of each remark, in every front end


class Move(Enum):
    """Somewhere to go instead of answering."""

    BACK = "back"
    SKIP = "skip"


class Remark(NamedTuple):
    """A note or a piece of evidence, kept at once although there is no answer yet."""

    field: str
    text: str


class StepPosition(NamedTuple):
    """Where in the interview a step is, counting only what can be reached."""

    number: int
    total: int
    minutes_left: int
    opens: bool  # whether a section begins here

    def line(self, step: Step) -> str:
        """Return where we are, and what a section that begins here is about."""
        section = step.section or "About the project"
        line = (
            f"{section} · {self.number} of {self.total}"
            f" · about {self.minutes_left} min left"
        )
        return f"{line}\n{step.about} {RULE}" if self.opens and step.about else line


Reply = str | Answer | Remark | Move
Ask = Callable[[Step, StepPosition], Reply]
Keep = Callable[[AnswerSheet], None]
Choose = Callable[[Sequence[Step]], Step | None]


def walk_steps(
    questionnaire: Questionnaire, sheet: AnswerSheet, ask: Ask, keep: Keep
) -> AnswerSheet:
    """Put every step from where the sheet says, keeping the sheet after each reply."""
    walk, filling = steps(questionnaire, sheet), not sheet.next
    at = _start(walk, sheet)
    # Without a place to go on from, what is open is asked and the rest left alone.
    put: set[str] = set()
    while at < len(walk):
        put.add(walk[at].id)
        match ask(walk[at], _position(questionnaire, walk, at)):
            case Move.BACK:
                at = max(at - 1, 0)
            case Move.SKIP:
                at = _next(walk, at, put) if filling else at + 1
            case Remark() as remark:
                sheet = _remarked(sheet, walk[at], remark)
            case reply:
                sheet = apply_reply(sheet, walk[at], reply)
                walk = steps(questionnaire, sheet)
                at = _next(walk, at, put) if filling else at + 1
        walk = steps(questionnaire, sheet)
        sheet = sheet._replace(next=walk[at].id if at < len(walk) else REVIEW)
        keep(sheet)
    return sheet


def review_steps(
    questionnaire: Questionnaire,
    sheet: AnswerSheet,
    choose: Choose,
    ask: Ask,
    keep: Keep,
) -> AnswerSheet:
    """Let any step be put again until nobody wants to change anything."""
    while chosen := choose(steps(questionnaire, sheet)):
        walk = steps(questionnaire, sheet)
        at = walk.index(chosen)
        match ask(chosen, _position(questionnaire, walk, at)):
            case Move():
                continue
            case Remark() as remark:
                sheet = _remarked(sheet, chosen, remark)
            case reply:
                sheet = apply_reply(sheet, chosen, reply)
        keep(sheet)
    return sheet


def apply_reply(sheet: AnswerSheet, step: Step, reply: str | Answer) -> AnswerSheet:
    """Return the sheet with this reply to the step."""
    if isinstance(reply, Answer):
        return sheet._replace(answers={**sheet.answers, step.id: reply})
    kind, _, id_ = step.id.rpartition(".")
    if kind == "available":
        return sheet._replace(
            available={**sheet.available, id_: float(reply.replace(",", "."))}
        )
    if kind == "profile":
        return sheet._replace(profile={**sheet.profile, id_: reply})
    return sheet._replace(name=reply) if id_ == "name" else sheet._replace(slice=reply)


def _remarked(sheet: AnswerSheet, step: Step, remark: Remark) -> AnswerSheet:
    change: dict[str, Any] = {remark.field: remark.text}
    answer = sheet.answer(step.id)._replace(**change)
    return sheet._replace(answers={**sheet.answers, step.id: answer})


def _start(walk: Sequence[Step], sheet: AnswerSheet) -> int:
    """Return where to go on: where it stopped, or at the first step not done."""
    if sheet.next == REVIEW:
        return len(walk)
    ids = [step.id for step in walk]
    if sheet.next in ids:
        return ids.index(sheet.next)
    return next((at for at, step in enumerate(walk) if not step.done), len(walk))


def _next(walk: Sequence[Step], at: int, put: set[str]) -> int:
    """Return where to go on: at what is open, or has been put before."""
    later = range(at + 1, len(walk))
    return next((n for n in later if not walk[n].done or walk[n].id in put), len(walk))


def _position(
    questionnaire: Questionnaire, walk: Sequence[Step], at: int
) -> StepPosition:
    """Count questions among questions, and lines of the profile among those."""
    alike = [step for step in walk if bool(step.question) == bool(walk[at].question)]
    seconds = (len(walk) - at) * questionnaire.constants.seconds_per_question
    return StepPosition(
        number=alike.index(walk[at]) + 1,
        total=len(alike),
        minutes_left=math.ceil(seconds / 60),
        opens=bool(at) and walk[at - 1].section != walk[at].section,
    )
