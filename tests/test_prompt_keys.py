"""Keys pressed at prompts: for help, in lists, and at yes or no questions."""

from collections.abc import Callable, Sequence
from io import StringIO
from itertools import count
from types import SimpleNamespace
from typing import Any

import pyte
import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.data_structures import Size
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output.vt100 import Vt100_Output

from mlready.interview import key_bindings
from mlready.interview.hints import HIDE
from mlready.interview.navigation import GoTo, Move, StepPosition
from mlready.interview.prompts import TerminalPrompter
from mlready.interview.steps import Step, steps
from mlready.model.answers import AnswerSheet
from mlready.model.questionnaire import Questionnaire

COLUMNS, ROWS = 80, 24
Press = Callable[..., Any]


@pytest.fixture
def press(monkeypatch: pytest.MonkeyPatch) -> Press:
    """Return a function that runs a prompt, presses keys and returns the reply.

    The function takes pairs of a text and a key, and presses the key as soon as the
    screen, which has ``rows`` rows, shows the text.
    """

    def press_keys(
        prompt: Callable[[TerminalPrompter], Any],
        keys: Sequence[tuple[str, str]],
        *,
        rows: int = ROWS,
    ) -> Any:
        monkeypatch.setenv("COLUMNS", str(COLUMNS))
        monkeypatch.setenv("LINES", str(rows))
        screen, to_press = pyte.Screen(COLUMNS, rows), [*keys]
        stream = pyte.Stream(screen)

        class Shown(StringIO):
            def flush(self) -> None:
                stream.feed(self.getvalue())
                self.seek(0)
                self.truncate()
                text = " ".join(" ".join(screen.display).split())
                if to_press and to_press[0][0] in text:
                    typed.send_text(to_press.pop(0)[1])

        output = Vt100_Output(Shown(), lambda: Size(rows=rows, columns=COLUMNS))
        with (
            create_pipe_input() as typed,
            create_app_session(input=typed, output=output),
        ):
            reply = prompt(TerminalPrompter())
        assert not to_press, "\n".join(screen.display)
        return reply

    return press_keys


def asked(questionnaire: Questionnaire, id_: str) -> tuple[Step, StepPosition]:
    """Return the step ``id_`` of a new interview, and a sample position of a step."""
    listed = steps(questionnaire, AnswerSheet("small", 1))
    here = StepPosition(2, 3, 1, first=False, steps=listed)
    return next(step for step in listed if step.id == id_), here


ENTER, BACKSPACE = "\r", "\x7f"


@pytest.mark.parametrize(
    ("seconds", "keys"),
    [
        pytest.param(
            1,
            [("? keys", "?"), ("? these keys", ENTER)],
            id="one press of enter skips the line",
        ),
        pytest.param(
            0,
            [("? keys", "?"), ("? these keys", ENTER), ("", "?"), ("? keys", ENTER)],
            id="enter typed together with the question mark is ignored",
        ),
    ],
)
def test_enter_at_an_empty_prompt_skips_the_step_while_the_explanation_is_shown(
    monkeypatch, small, press, seconds, keys
):
    times = count()
    clock = SimpleNamespace(monotonic=lambda: next(times) * seconds)
    monkeypatch.setattr(key_bindings, "time", clock)
    step, here = asked(small, "project.slice")
    assert press(lambda prompter: prompter.ask(step, here), keys) is Move.SKIP


def test_question_mark_explains_the_keys_of_a_yes_or_no_question(press):
    keys = [("? keys", "?"), (HIDE, "y"), ("» y", ENTER)]
    assert press(lambda prompter: prompter.confirm("Go on?"), keys)


SEARCHED = [
    ("type to search", "?"),
    ("or an id (c3 means COL-03)", "m"),
    ("Search: m", "?"),
    ("Search: m?", BACKSPACE),
    ("MOV-01", ENTER),
]


def test_question_mark_explains_the_list_of_questions_until_a_search_is_typed(
    small, press
):
    step, here = asked(small, "COL-01")
    keys = [("? keys", "/"), *SEARCHED]
    assert press(lambda prompter: prompter.ask(step, here), keys) == GoTo("MOV-01")


def test_question_mark_explains_the_list_of_answers_until_a_search_is_typed(
    small, press
):
    _, here = asked(small, "COL-01")
    assert press(lambda prompter: prompter.choose(here.steps), SEARCHED).id == "MOV-01"


@pytest.mark.parametrize(
    ("rows", "times"), [pytest.param(8, 1, id="long"), pytest.param(24, 0, id="short")]
)
def test_message_before_a_list_of_answers_is_repeated_if_the_list_fills_the_screen(
    small, press, rows, times
):
    _, here = asked(small, "COL-01")
    said = "No room for: Goal. " * times

    def choose(prompter: TerminalPrompter) -> Any:
        prompter.say("No room for: Goal.")
        return prompter.choose(here.steps)

    keys = [(f"{said}Everything you said.", ENTER)]
    assert press(choose, keys, rows=rows) is None


@pytest.mark.parametrize("key", ["\x1b[A", "\x1b[B", "\x1b[6~", "\x1b[F"])
def test_key_that_moves_in_a_list_closes_the_explanation_that_hides_the_list(
    small, press, key
):
    _, here = asked(small, "COL-01")
    keys = [("» Finish", "?"), (HIDE, key), ("» Finish", ENTER)]
    assert press(lambda prompter: prompter.choose(here.steps), keys, rows=12) is None
