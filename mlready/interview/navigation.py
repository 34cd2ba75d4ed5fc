"""Ask the steps of an interview in order, without depending on a terminal."""

import math
from collections.abc import Callable, Sequence
from contextlib import suppress
from enum import Enum
from typing import Any, NamedTuple

from mlready.interview.drafts import confirm, without_draft
from mlready.interview.steps import CONTRADICTION, VOICE, Step, steps
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
    UNDO = "undo"  # of the last change


class Remark(NamedTuple):
    """A note or evidence for a question, saved even before the question is answered."""

    field: str
    text: str


class Again(NamedTuple):
    """A reply: first answer the step with this id again, then come back."""

    step: str


class GoTo(NamedTuple):
    """A reply: leave the step as it is, and go on with the step with this id."""

    step: str


class Replies(NamedTuple):
    """The replies to the fields of a step, in order; "" for a field left empty."""

    texts: tuple[str, ...]


class RefusedReplyError(Exception):
    """Raised by a ``Save`` function if a reply cannot be saved.

    The reply is discarded and the step is asked again.
    """


class StepPosition(NamedTuple):
    """The position of a step among the steps to ask, as shown in the progress line.

    ``confirmed`` is the number of confirmed answers of a draft, None if there is none.
    ``steps`` are the steps that the team can go to from here.
    """

    number: int
    total: int
    minutes_left: int
    starts_section: bool
    confirmed: int | None = None
    steps: Sequence[Step] = ()

    def line(self, step: Step) -> str:
        """Return the progress line, and at the start of a section also its topic."""
        section = step.section or "About the project"
        line = (
            f"{section} · {self.number} of {self.total}"
            f" · about {self.minutes_left} min left"
        )
        if self.confirmed is not None:
            line += f" · draft, {self.confirmed or 'none'} confirmed"
        if self.starts_section and step.about:
            return f"{line}\n{step.about} {RULE}"
        return line


Reply = str | Answer | Remark | Replies | Move | Again | GoTo
Ask = Callable[[Step, StepPosition], Reply]
Save = Callable[[AnswerSheet], None]
List = Callable[[Questionnaire, AnswerSheet], Sequence[Step]]
Choose = Callable[[Sequence[Step]], Step | None]


def ask_steps(  # noqa: PLR0913 - what to ask, how to ask it, and what to do with replies
    questionnaire: Questionnaire,
    sheet: AnswerSheet,
    ask: Ask,
    save: Save,
    *,
    listed: List = steps,
    everything: List = steps,
) -> AnswerSheet:
    """Ask every step from ``sheet.next`` on, and save the sheet after each reply.

    If ``sheet.next`` is empty, asks only steps without an answer. If ``save`` raises
    RefusedReplyError, discards the reply and asks the same step again. ``listed``
    returns the steps to ask; they may change with every reply. ``everything`` returns
    all steps that can be asked again. Returns the sheet with all replies.
    """
    queue, only_open = listed(questionnaire, sheet), not sheet.next
    at = _first(queue, sheet)
    visited: set[str] = set()
    while at < len(queue):
        visited.add(queue[at].id)
        before, asked_at = sheet, at
        reply = ask(queue[at], _position(questionnaire, queue, at))
        rest = [step.id for step in queue[at:]]
        if isinstance(reply, Again):
            sheet = _ask_again(
                questionnaire, sheet, ask, save, listed=everything, id_=reply.step
            )
        else:
            sheet = _replied(questionnaire, sheet, queue[at], reply)
        queue = listed(questionnaire, sheet)
        following = _next(queue, at, visited) if only_open else at + 1
        at = _place(queue, at, reply, rest, following)
        sheet = sheet._replace(next=queue[at].id if at < len(queue) else REVIEW)
        try:
            save(sheet)
        except RefusedReplyError:
            sheet, at, queue = before, asked_at, listed(questionnaire, before)
    return sheet


def _ask_again(  # noqa: PLR0913 - as ask_steps, and which step
    questionnaire: Questionnaire,
    sheet: AnswerSheet,
    ask: Ask,
    save: Save,
    *,
    listed: List,
    id_: str,
) -> AnswerSheet:
    """Ask one step until it is answered or left; after a remark, ask it again."""
    while True:
        queue = listed(questionnaire, sheet)
        at = _index(queue, [id_])
        reply = ask(queue[at], _position(questionnaire, queue, at))
        changed = _replied(questionnaire, sheet, queue[at], reply)
        try:
            save(changed)
        except RefusedReplyError:
            continue
        sheet = changed
        if not isinstance(reply, Remark):
            return sheet


def review_steps(  # noqa: PLR0913 - as ask_steps, and how a step is chosen
    questionnaire: Questionnaire,
    sheet: AnswerSheet,
    choose: Choose,
    ask: Ask,
    save: Save,
    *,
    listed: List = steps,
) -> AnswerSheet:
    """Let the team choose steps to answer again, until it chooses to finish.

    Saves the answer sheet after each reply, and returns the final sheet.
    """
    while chosen := choose(listed(questionnaire, sheet)):
        queue = listed(questionnaire, sheet)
        reply = ask(chosen, _position(questionnaire, queue, queue.index(chosen)))
        if isinstance(reply, Again):
            at = _index(queue, [reply.step])
            chosen = queue[at]
            reply = ask(chosen, _position(questionnaire, queue, at))
        if isinstance(reply, Move | Again):
            continue
        changed = _replied(questionnaire, sheet, chosen, reply)
        with suppress(RefusedReplyError):
            save(changed)
            sheet = changed
    return sheet


def _replied(
    questionnaire: Questionnaire, sheet: AnswerSheet, step: Step, reply: Reply
) -> AnswerSheet:
    """Return a copy of the answer sheet with the changes that a reply makes, if any.

    A draft ends with the reply that confirms the last drafted answer.
    """
    match reply:
        case Remark() as remark:
            return _add_remark(sheet, step, remark)
        case str() | Answer():
            return without_draft(questionnaire, apply_reply(sheet, step, reply))
        case _:
            return sheet


def apply_reply(sheet: AnswerSheet, step: Step, reply: str | Answer) -> AnswerSheet:
    """Return a copy of the answer sheet with this reply to a step.

    A reply to a draft confirms the answer to the step.
    """
    sheet = confirm(sheet, step)
    if isinstance(reply, Answer):
        return sheet._replace(answers={**sheet.answers, step.id: reply})
    kind, _, id_ = step.id.rpartition(".")
    if step.id.startswith(VOICE):
        change: dict[str, Any] = {id_: reply}
        return sheet._replace(voice=sheet.voice._replace(**change))
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


def _first(queue: Sequence[Step], sheet: AnswerSheet) -> int:
    """Return the index of step ``sheet.next``, else of the first unanswered step."""
    if sheet.next == REVIEW:
        return len(queue)
    ids = [step.id for step in queue]
    if sheet.next in ids:
        return ids.index(sheet.next)
    return next((at for at, step in enumerate(queue) if not step.answered), len(queue))


def _place(
    queue: Sequence[Step], at: int, reply: Reply, rest: Sequence[str], following: int
) -> int:
    """Return the index of the step to ask after a reply to the step at index ``at``.

    ``rest`` are the ids of that step and of the steps that came after it, before the
    reply; ``following`` is the index of the step to ask after an answer.
    """
    match reply:
        case Again():
            return _index(queue, rest)
        case Remark():
            return at
        case Move.BACK:
            return max(at - 1, 0)
        case _:
            return following


def _next(queue: Sequence[Step], at: int, visited: set[str]) -> int:
    """Return the index of the next step that is unanswered or was asked in this run."""
    for later in range(at + 1, len(queue)):
        if not queue[later].answered or queue[later].id in visited:
            return later
    return len(queue)


def _position(
    questionnaire: Questionnaire, queue: Sequence[Step], at: int
) -> StepPosition:
    """Return the position of a step.

    Questions, facts, and steps about who answers are counted separately.
    """
    kind = _kind(queue[at])
    alike = [step for step in queue if _kind(step) == kind]
    each = questionnaire.constants.seconds_per_question
    seconds = sum(step.minutes * 60 or each for step in queue[at:])
    return StepPosition(
        number=alike.index(queue[at]) + 1,
        total=len(alike),
        minutes_left=math.ceil(seconds / 60),
        starts_section=bool(at) and queue[at - 1].section != queue[at].section,
        confirmed=(
            sum(step.answered for step in queue)
            if any(step.drafted for step in queue)
            else None
        ),
        steps=queue,
    )


def _kind(step: Step) -> tuple[bool, bool, bool]:
    return step.question is None, step.is_optional, step.kind == CONTRADICTION


def _index(queue: Sequence[Step], ids: Sequence[str]) -> int:
    """Return the index of the first of these steps that still applies."""
    places = {step.id: at for at, step in enumerate(queue)}
    return next((places[id_] for id_ in ids if id_ in places), len(queue))
