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
from mlready.interview.steps import Step


class Prompter(Protocol):
    """Asks the steps of one interview.

    Every method may raise KeyboardInterrupt on Ctrl-C and EOFError on Ctrl-D.
    """

    def ask(self, step: Step, position: StepPosition) -> Reply:
        """Ask one step, with its current answer as the default; return the reply."""

    def choose(self, steps: Sequence[Step]) -> Step | Move | None:
        """List all steps; return the one that the user wants to change, None to finish.

        Returns Move.GO_ON to ask all open steps, one after the other.
        """

    def confirm(self, question: str) -> bool:
        """Ask a yes-or-no question, with "no" as the default; return True for yes."""

    def say(self, text: str) -> None:
        """Show a message to the team."""

    def show(self, picture: str) -> None:
        """Show as much of the pyramid and advice as there is room for, and go on."""

    def present(self, picture: str) -> None:
        """Show the whole pyramid and advice, and wait until the team continues.

        Keys that are typed, except the one to continue, are kept for the next question.
        """


class FieldsInTurn:
    """Asks the fields of a step one after the other, as parts of the step.

    Each reply is returned at once, so that it is saved; then the step must be asked
    again, and the next field is asked. If some fields are filled in already, asks only
    the others, and says which fields these are.
    """

    def __init__(self) -> None:
        self._last = ""  # id of the field answered last, "" when the step begins
        self._filled: frozenset[str] = frozenset()  # ids of the fields not to ask

    def ask(
        self, prompter: Prompter, step: Step, position: StepPosition
    ) -> FieldReply | Replies | Move | GoTo:
        """Ask until a field has a new answer, the fields end, or the team leaves."""
        if not self._last:
            self._begin(prompter, step)
        to_ask = [each for each in step.fields if each.id not in self._filled]
        ids = [each.id for each in to_ask]
        at = ids.index(self._last) + 1 if self._last in ids else 0
        self._last = ""
        texts = {each.id: each.value for each in step.fields}
        while at < len(to_ask):
            field = to_ask[at]
            here = position._replace(why=f"part {at + 1} of {len(to_ask)}")
            reply = prompter.ask(field._replace(section=step.section), here)
            if reply is Move.BACK and at:
                at -= 1
                continue
            if isinstance(reply, GoTo) or (
                isinstance(reply, Move) and reply is not Move.SKIP
            ):
                return reply
            if isinstance(reply, str):
                texts[field.id] = reply
                if field.is_news(reply) and field != to_ask[-1]:
                    self._last = field.id
                    return FieldReply(field.id, reply)
            at += 1
        return Replies(tuple(texts.values()))

    def _begin(self, prompter: Prompter, step: Step) -> None:
        asked = {each.id for each in step.fields_to_ask}
        self._filled = frozenset(e.id for e in step.fields if e.id not in asked)
        if self._filled:
            prompter.say(f"\n{step.text}")
