"""The interface of a prompter: an object that asks the steps of an interview."""

from collections.abc import Sequence
from typing import Protocol

from mlready.interview.navigation import (
    FieldReply,
    GoTo,
    Move,
    Replies,
    Reply,
    StepPosition,
)
from mlready.interview.steps import Step, doubt_about_number

NOT_KEPT = "Not kept: {}"


class Prompter(Protocol):
    """Asks the steps of one interview.

    Every method may raise KeyboardInterrupt on Ctrl-C and EOFError on Ctrl-D.
    """

    def ask(self, step: Step, position: StepPosition) -> Reply:
        """Ask one step, with its current answer as the default; return the reply."""

    def choose(self, steps: Sequence[Step]) -> Step | Move | None:
        """List all steps; return the step that the user will change, None to finish.

        Returns ``Move.GO_ON`` to ask all open steps.
        """

    def confirm(self, question: str, *, default: bool = False) -> bool:
        """Ask a yes-or-no question; return True for yes."""

    def echo(self, step: Step, reply: str) -> None:
        """Show a reply that the team confirmed when asked whether it was sure.

        ``ask`` has not shown this reply, as ``StepPosition.doubts`` returned True.
        """

    def say(self, text: str, *, once: bool = False) -> None:
        """Show a message to the team; if ``once`` is true, until the next reply."""

    def show(self, picture: str) -> None:
        """Show the pyramid and the advice, without waiting."""

    def present(self, picture: str) -> None:
        """Show the pyramid and the advice, and wait until the team continues.

        Keys that were typed before anybody can have read it are not used.
        """


class FieldsInTurn:
    """Asks the fields of a step one after the other, the first as "part 1 of 3".

    Each new answer, and each field left empty, is returned at once, to be saved. The
    next call continues with the next field.
    """

    def __init__(self) -> None:
        self._last = ""  # id of the field answered last, "" when the step begins
        self._filled: frozenset[str] = frozenset()  # ids of the fields not to ask
        self._skipped: set[str] = set()  # ids of the fields to ask another time

    def ask(
        self, prompter: Prompter, step: Step, position: StepPosition
    ) -> FieldReply | Replies | Move | GoTo:
        """Ask fields until one has a new answer, all are asked, or the team leaves."""
        if not self._last:
            self._begin(prompter, step, is_whole=position.went_here)
        to_ask = [each for each in step.fields if each.id not in self._filled]
        ids = [each.id for each in to_ask]
        at = ids.index(self._last) + 1 if self._last in ids else 0
        self._last = ""
        texts = {each.id: each.value for each in step.fields}
        while at < len(to_ask):
            field = to_ask[at]
            here = position._replace(
                why=f"part {at + 1} of {len(to_ask)}",
                in_form=True,
                doubts=lambda asked, given: bool(_doubt(step, asked, given)),
            )
            reply = prompter.ask(field._replace(section=step.section), here)
            if reply is Move.BACK and at:
                at -= 1
                continue
            if isinstance(reply, str) and not _is_sure(prompter, step, field, reply):
                continue
            if isinstance(reply, GoTo) or (
                isinstance(reply, Move) and reply is not Move.SKIP
            ):
                return reply
            if reply is Move.SKIP:
                self._skipped.add(field.id)
            if isinstance(reply, str):
                self._skipped.discard(field.id)
                texts[field.id] = reply
                is_passed = not (reply or field.nobody_knows)
                if (is_passed or field.is_news(reply)) and field != to_ask[-1]:
                    self._last = field.id
                    return FieldReply(field.id, reply)
            at += 1
        return Replies(tuple(texts.values()), frozenset(self._skipped))

    def _begin(self, prompter: Prompter, step: Step, *, is_whole: bool) -> None:
        # Who goes to a step may want to correct any of its fields.
        to_ask = step.fields if is_whole else step.fields_to_ask
        asked = {each.id for each in to_ask}
        self._filled = frozenset(e.id for e in step.fields if e.id not in asked)
        self._skipped.clear()
        if self._filled:
            prompter.say(f"\n{step.text}")


def _is_sure(prompter: Prompter, step: Step, field: Step, reply: str) -> bool:
    """Return whether a reply is right; ask the team if the reply may be a mistake.

    ``reply`` was given to ``field``, one part of ``step``. A mistake would be, for
    example, a role with more people than the whole organisation. If the team says that
    the reply is right, the reply is shown.
    """
    if not (question := _doubt(step, field, reply)):
        return True
    if is_right := confirm_reply(prompter, question, field.reply_text(reply)):
        prompter.echo(field, reply)
    return is_right


def confirm_reply(
    prompter: Prompter, question: str, reply: str, *, default: bool = False
) -> bool:
    """Ask a yes-or-no question about a reply; if the team leaves, say it is lost."""
    try:
        return prompter.confirm(question, default=default)
    except (KeyboardInterrupt, EOFError):
        prompter.say(NOT_KEPT.format(reply))
        raise


def _doubt(step: Step, field: Step, reply: Reply) -> str:
    return doubt_about_number(step, field, reply) if isinstance(reply, str) else ""
