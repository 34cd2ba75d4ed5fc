"""Ask the steps of an interview in order, without depending on a terminal."""

import math
from collections.abc import Callable, Sequence
from enum import Enum
from typing import Any, NamedTuple

from mlready.interview.steps import Step, steps
from mlready.model.answers import Answer, AnswerSheet
from mlready.model.questionnaire import Questionnaire

RULE = "Choose the highest level of which every word is true today."
REVIEW = "review"  # value of ``AnswerSheet.next`` once all steps were asked
# Maps the key that the user presses to the field of ``Answer`` that it edits.
REMARK_KEYS = {"n": "note", "e": "evidence"}


class Move(Enum):
    """A way to leave an interview step without answering it, such as going back."""

    BACK = "back"
    SKIP = "skip"


class Remark(NamedTuple):
    """A note or evidence for a question, saved even before the question is answered."""

    field: str
    text: str


class RefusedReplyError(Exception):
    """Raised by a ``Save`` function if a reply cannot be saved.

    The reply is discarded and the step is asked again.
    """


class StepPosition(NamedTuple):
    """The position of a step among the steps to ask, as shown in the progress line."""

    number: int
    total: int
    minutes_left: int
    starts_section: bool

    def line(self, step: Step) -> str:
        """Return the progress line, and at the start of a section also its topic."""
        section = step.section or "About the project"
        line = (
            f"{section} · {self.number} of {self.total}"
            f" · about {self.minutes_left} min left"
        )
        if self.starts_section and step.about:
            return f"{line}\n{step.about} {RULE}"
        return line


Reply = str | Answer | Remark | Move
Ask = Callable[[Step, StepPosition], Reply]
Save = Callable[[AnswerSheet], None]
Choose = Callable[[Sequence[Step]], Step | None]


def ask_steps(
    questionnaire: Questionnaire, sheet: AnswerSheet, ask: Ask, save: Save
) -> AnswerSheet:
    """Ask every step from ``sheet.next`` on, and save the sheet after each reply.

    If ``sheet.next`` is empty, asks only steps without an answer. If ``save`` raises
    RefusedReplyError, discards the reply and asks the same step again. Returns the
    sheet with all replies.
    """
    todo, only_open = steps(questionnaire, sheet), not sheet.next
    at = _first(todo, sheet)
    visited: set[str] = set()
    while at < len(todo):
        visited.add(todo[at].id)
        before, asked_at = sheet, at
        match ask(todo[at], _position(questionnaire, todo, at)):
            case Move.BACK:
                at = max(at - 1, 0)
            case Move.SKIP:
                at = _next(todo, at, visited) if only_open else at + 1
            case Remark() as remark:
                sheet = _add_remark(sheet, todo[at], remark)
            case reply:
                sheet = apply_reply(sheet, todo[at], reply)
                todo = steps(questionnaire, sheet)
                at = _next(todo, at, visited) if only_open else at + 1
        todo = steps(questionnaire, sheet)
        sheet = sheet._replace(next=todo[at].id if at < len(todo) else REVIEW)
        try:
            save(sheet)
        except RefusedReplyError:
            sheet, at, todo = before, asked_at, steps(questionnaire, before)
    return sheet


def review_steps(
    questionnaire: Questionnaire,
    sheet: AnswerSheet,
    choose: Choose,
    ask: Ask,
    save: Save,
) -> AnswerSheet:
    """Let the team choose steps to answer again, until it chooses to finish.

    Saves the answer sheet after each reply, and returns the final sheet.
    """
    while chosen := choose(steps(questionnaire, sheet)):
        todo = steps(questionnaire, sheet)
        before, at = sheet, todo.index(chosen)
        match ask(chosen, _position(questionnaire, todo, at)):
            case Move():
                continue
            case Remark() as remark:
                sheet = _add_remark(sheet, chosen, remark)
            case reply:
                sheet = apply_reply(sheet, chosen, reply)
        try:
            save(sheet)
        except RefusedReplyError:
            sheet = before
    return sheet


def apply_reply(sheet: AnswerSheet, step: Step, reply: str | Answer) -> AnswerSheet:
    """Return a copy of the answer sheet with this reply to a step."""
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


def _add_remark(sheet: AnswerSheet, step: Step, remark: Remark) -> AnswerSheet:
    change: dict[str, Any] = {remark.field: remark.text}
    answer = sheet.answer(step.id)._replace(**change)
    return sheet._replace(answers={**sheet.answers, step.id: answer})


def _first(todo: Sequence[Step], sheet: AnswerSheet) -> int:
    """Return the index of step ``sheet.next``, else of the first unanswered step."""
    if sheet.next == REVIEW:
        return len(todo)
    ids = [step.id for step in todo]
    if sheet.next in ids:
        return ids.index(sheet.next)
    return next((at for at, step in enumerate(todo) if not step.answered), len(todo))


def _next(todo: Sequence[Step], at: int, visited: set[str]) -> int:
    """Return the index of the next step that is unanswered or was asked in this run."""
    for later in range(at + 1, len(todo)):
        if not todo[later].answered or todo[later].id in visited:
            return later
    return len(todo)


def _position(
    questionnaire: Questionnaire, todo: Sequence[Step], at: int
) -> StepPosition:
    """Return the position of a step, counting questions apart from other steps."""
    alike = [step for step in todo if bool(step.question) == bool(todo[at].question)]
    seconds = (len(todo) - at) * questionnaire.constants.seconds_per_question
    return StepPosition(
        number=alike.index(todo[at]) + 1,
        total=len(alike),
        minutes_left=math.ceil(seconds / 60),
        starts_section=bool(at) and todo[at - 1].section != todo[at].section,
    )
