"""Walk the questions forwards and back; knows nothing of terminals or files."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import Any, NamedTuple

from mlready.answers import Answer, Sheet, questions_for
from mlready.questionnaire import Fact, Question, Questionnaire, Role, facts, holds

REVIEW = "review"  # what ``Sheet.next`` says once every question has been put
ASIDES = {"n": "note", "e": "evidence"}  # the key of each remark, in every front end
_NUMBERS = {"whole": r"\d{1,9}", "number": r"\d{1,6}([.,]\d{1,3})?"}


class Move(Enum):
    """Somewhere to go instead of answering."""

    BACK = "back"
    SKIP = "skip"


class Remark(NamedTuple):
    """A note or a piece of evidence, kept at once although there is no answer yet."""

    field: str
    text: str


class Step(NamedTuple):
    """One thing to ask.

    A question, or a line of the profile: with choices, or else free text or a number.
    ``answer`` is what was said before, ``said`` the same as one line of text.
    """

    id: str
    topic: str
    section: str
    about: str
    text: str
    help: str
    kind: str
    choices: Mapping[str, str]
    said: str
    question: Question | None
    answer: Answer

    @property
    def done(self) -> bool:
        """Whether it has been answered."""
        return bool(self.said)

    def takes(self, text: str) -> bool:
        """Return whether this text can be the answer of a line of the profile."""
        return self.kind not in _NUMBERS or bool(
            re.fullmatch(_NUMBERS[self.kind], text)
        )

    def row(self) -> str:
        """Return the step and what was said to it, as one line of a list."""
        name = f"{self.id} {self.topic}" if self.question else self.topic
        note = " (note)" if self.answer.note else ""
        return (
            f"{name}: {self.choices.get(self.said, self.said) or 'not answered'}{note}"
        )

    def told(self, reply: "str | Answer") -> str:
        """Return a reply in words."""
        if isinstance(reply, str):
            return self.choices.get(reply, reply)
        if reply.level is None:
            return "don't know" if reply.unknown else f"does not apply: {reply.na}"
        return f"{reply.level}: {self.choices[str(reply.level)]}"


class Position(NamedTuple):
    """Where in the interview a step is, counting only what can be reached."""

    number: int
    total: int
    minutes_left: int

    def line(self, step: Step) -> str:
        """Return where we are, as the line above a question."""
        section = step.section or "About the project"
        return (
            f"{section} · {self.number} of {self.total}"
            f" · about {self.minutes_left} min left"
        )


Reply = str | Answer | Remark | Move
Ask = Callable[[Step, Position], Reply]
Keep = Callable[[Sheet], None]
Choose = Callable[[Sequence[Step]], Step | None]


def interview(
    questionnaire: Questionnaire, sheet: Sheet, ask: Ask, keep: Keep
) -> Sheet:
    """Put every step from where the sheet says, keeping the sheet after each reply."""
    todo = steps(questionnaire, sheet)
    at = _start(todo, sheet)
    while at < len(todo):
        match ask(todo[at], _position(questionnaire, todo, at)):
            case Move.BACK:
                at = max(at - 1, 0)
            case Move.SKIP:
                at += 1
            case Remark() as remark:
                sheet = _remarked(sheet, todo[at], remark)
            case reply:
                sheet = answered(sheet, todo[at], reply)
                at += 1
        todo = steps(questionnaire, sheet)
        sheet = sheet._replace(next=todo[at].id if at < len(todo) else REVIEW)
        keep(sheet)
    return sheet


def review(
    questionnaire: Questionnaire, sheet: Sheet, choose: Choose, ask: Ask, keep: Keep
) -> Sheet:
    """Let any step be put again until nobody wants to change anything."""
    while chosen := choose(steps(questionnaire, sheet)):
        todo = steps(questionnaire, sheet)
        at = todo.index(chosen)
        match ask(chosen, _position(questionnaire, todo, at)):
            case Move():
                continue
            case Remark() as remark:
                sheet = _remarked(sheet, chosen, remark)
            case reply:
                sheet = answered(sheet, chosen, reply)
        keep(sheet)
    return sheet


def steps(questionnaire: Questionnaire, sheet: Sheet) -> tuple[Step, ...]:
    """Return what is to be asked of this team: the profile, then the questions."""
    known = facts(questionnaire, sheet.profile)
    about = [fact for fact in questionnaire.profile if holds(fact.when, known)]
    roles = [role for role in questionnaire.roles.values() if role.available]
    return (
        *(_text_step(id_, text, sheet) for id_, text in questionnaire.project.items()),
        *(_fact_step(fact, sheet) for fact in about),
        *(_role_step(role, sheet) for role in roles),
        *(
            _question_step(questionnaire, question, sheet)
            for question in questions_for(questionnaire, sheet)
        ),
    )


def answered(sheet: Sheet, step: Step, reply: str | Answer) -> Sheet:
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


def _remarked(sheet: Sheet, step: Step, remark: Remark) -> Sheet:
    change: dict[str, Any] = {remark.field: remark.text}
    answer = sheet.answer(step.id)._replace(**change)
    return sheet._replace(answers={**sheet.answers, step.id: answer})


def _start(todo: Sequence[Step], sheet: Sheet) -> int:
    """Return where to go on: where it stopped, or at the first step not done."""
    if sheet.next == REVIEW:
        return len(todo)
    ids = [step.id for step in todo]
    if sheet.next in ids:
        return ids.index(sheet.next)
    return next((at for at, step in enumerate(todo) if not step.done), len(todo))


def _position(questionnaire: Questionnaire, todo: Sequence[Step], at: int) -> Position:
    """Count questions among questions, and lines of the profile among those."""
    alike = [step for step in todo if bool(step.question) == bool(todo[at].question)]
    seconds = (len(todo) - at) * questionnaire.constants.seconds_per_question
    return Position(alike.index(todo[at]) + 1, len(alike), math.ceil(seconds / 60))


def _text_step(id_: str, text: str, sheet: Sheet) -> Step:
    return _profile_step(
        f"project.{id_}", f"Project {id_}", text, kind="text", said=getattr(sheet, id_)
    )


def _fact_step(fact: Fact, sheet: Sheet) -> Step:
    step = _profile_step(
        f"profile.{fact.id}",
        fact.topic,
        fact.text,
        kind="choice" if fact.choices else "whole",
        said=sheet.profile.get(fact.id, ""),
    )
    return step._replace(help=fact.help, choices=fact.choices)


def _role_step(role: Role, sheet: Sheet) -> Step:
    step = _profile_step(
        f"available.{role.id}",
        f"Free for it: {role.name}",
        role.available,
        kind="number",
        said=f"{sheet.available[role.id]:g}" if role.id in sheet.available else "",
    )
    return step._replace(help=role.does)


def _profile_step(id_: str, topic: str, text: str, *, kind: str, said: str) -> Step:
    return Step(id_, topic, "", "", text, "", kind, {}, said, None, Answer())


def _question_step(
    questionnaire: Questionnaire, question: Question, sheet: Sheet
) -> Step:
    section = questionnaire.section(question.section)
    answer = sheet.answer(question.id)
    said = "unknown" if answer.unknown else answer.na or str(answer.level)
    return Step(
        id=question.id,
        topic=question.topic,
        section=section.name,
        about=section.about,
        text=question.text,
        help=f"{question.why} ({question.source})",
        kind="question",
        choices={str(level): text for level, text in enumerate(question.levels)},
        said=said if answer.given else "",
        question=question,
        answer=answer,
    )
