"""The interface of a prompter: an object that asks the steps of an interview."""

from collections.abc import Sequence
from typing import Protocol

from mlready.interview.navigation import Reply, StepPosition
from mlready.interview.steps import Step


class Prompter(Protocol):
    """Asks the steps of one interview.

    Every method may raise KeyboardInterrupt on Ctrl-C and EOFError on Ctrl-D.
    """

    def ask(self, step: Step, position: StepPosition) -> Reply:
        """Ask one step, with its current answer as the default; return the reply."""

    def choose(self, steps: Sequence[Step]) -> Step | None:
        """List all steps; return the one that the user wants to change, or None."""

    def confirm(self, question: str) -> bool:
        """Ask a yes or no question, with no as the default; return True for yes."""

    def say(self, text: str) -> None:
        """Show a message to the team."""
