"""The interface of a prompter: an object that asks the steps of an interview."""

from collections.abc import Sequence
from typing import Protocol

from mlready.interview.navigation import GoTo, Move, Replies, Reply, StepPosition
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


def ask_each_field(
    prompter: Prompter, step: Step, position: StepPosition
) -> Replies | Move | GoTo:
    """Ask the fields of a step one after the other; return the replies to all fields.

    If some fields are filled in already, asks only the empty ones, and says which
    fields these are. Stops at a move to another step, and returns the move.
    """
    to_ask = step.fields_to_ask
    if to_ask != step.fields:
        prompter.say(f"\n{step.text}")
    texts = {field.id: field.value for field in step.fields}
    for number, field in enumerate(to_ask, 1):
        here = position._replace(why=f"part {number} of {len(to_ask)}")
        reply = prompter.ask(field._replace(section=step.section), here)
        if isinstance(reply, GoTo) or (
            isinstance(reply, Move) and reply is not Move.SKIP
        ):
            return reply
        if isinstance(reply, str):
            texts[field.id] = reply
    return Replies(tuple(texts.values()))
