"""Messages above a prompt for which a short terminal has no room."""

import re
from collections.abc import Callable
from io import StringIO
from itertools import chain, count, repeat

import pyte
import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.data_structures import Size
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output.vt100 import Vt100_Output

from mlready.interview import picture_pause
from mlready.interview.hints import CONFIRM
from mlready.interview.navigation import StepPosition
from mlready.interview.prompts import TerminalPrompter
from mlready.interview.screen import say_change
from mlready.interview.steps import steps
from mlready.interview.typeahead import TypingPace
from mlready.model.answers import Answer, empty_sheet

COLUMNS = 40
STALE = "The list would be old whenever Ana is away, because it depends on her laptop."
POSITION = StepPosition(1, 1, 1, first=False)

Screens = Callable[..., list[list[str]]]


@pytest.fixture
def screens(monkeypatch: pytest.MonkeyPatch) -> Screens:
    """Return a function that runs prompts and returns the screen before each key.

    Each pair in ``keys`` is a text to wait for and the keys to press then.
    """

    def shown_screens(
        rows: int,
        prompt: Callable[[TerminalPrompter], object],
        *keys: tuple[str, str],
        columns: int = COLUMNS,
    ) -> list[list[str]]:
        monkeypatch.setenv("COLUMNS", str(columns))
        monkeypatch.setenv("LINES", str(rows))
        screen, to_press = pyte.Screen(columns, rows), [*keys]
        stream = pyte.Stream(screen)
        shown: list[list[str]] = []

        class Shown(StringIO):
            def flush(self) -> None:
                stream.feed(self.getvalue())
                self.seek(0)
                self.truncate()
                lines = [line.rstrip() for line in screen.display]
                if to_press and to_press[0][0] in " ".join(" ".join(lines).split()):
                    shown.append(lines)
                    typed.send_text(to_press.pop(0)[1])

        output = Vt100_Output(Shown(), lambda: Size(rows=rows, columns=columns))
        with (
            create_pipe_input() as typed,
            create_app_session(input=typed, output=output),
        ):
            prompt(TerminalPrompter())
        assert not to_press, "\n".join(screen.display)
        return shown

    return shown_screens


@pytest.mark.parametrize(
    ("rows", "above"),
    [
        pytest.param(
            8,
            [
                "The list would be old whenever Ana is",
                "away, because it depends on her",
                "laptop.",
            ],
            id="room for all",
        ),
        pytest.param(
            6,
            [
                "The list would be old whenever Ana is",
                "away, because it depends on her…",
            ],
            id="room for two of three lines",
        ),
        pytest.param(4, ["The list would be old whenever Ana…"], id="no room"),
    ],
)
def test_message_without_room_above_the_prompt_is_cut_at_its_end(screens, rows, above):
    def prompt(prompter: TerminalPrompter) -> None:
        prompter.say(STALE)
        prompter.confirm("Go on?")

    (shown,) = screens(rows, prompt, (CONFIRM, "\r"))
    assert shown[: len(above) + 1] == [*above, " Go on?"]


def test_earlier_message_that_has_scrolled_off_in_part_is_left_out(screens):
    def prompt(prompter: TerminalPrompter) -> None:
        prompter.say(STALE)
        prompter.confirm("Go on?")
        prompter.say("Taken back.")
        prompter.confirm("Once more?")

    _, shown = screens(7, prompt, ("Go on?", "\r"), ("Once more?", "\r"))
    assert shown[:4] == ["", "", "Taken back.", " Once more?"]


@pytest.mark.parametrize(
    ("before", "above"),
    [
        pytest.param(Answer(3), ["Recorded: 2: By hand."], id="changed"),
        pytest.param(Answer(), [], id="given for the first time"),
    ],
)
def test_prompt_that_fills_the_terminal_leaves_a_line_only_for_a_changed_answer(
    small, screens, before, above
):
    sheet = empty_sheet(small)._replace(answers={"COL-01": before})
    step = next(each for each in steps(small, sheet) if each.id == "COL-01")

    def prompt(prompter: TerminalPrompter) -> None:
        prompter.echo(step, Answer(2))
        prompter.confirm("Go on?")

    (shown,) = screens(4, prompt, (CONFIRM, "\r"))
    assert shown[: len(above) + 1] == [*above, " Go on?"]


def test_changed_answer_in_the_only_free_line_keeps_its_value_and_cuts_its_name(
    small, screens
):
    sheet = empty_sheet(small)._replace(answers={"COL-01": Answer(3)})
    step = next(each for each in steps(small, sheet) if each.id == "COL-01")
    named = step._replace(topic="Whether anybody records what the users do")

    def prompt(prompter: TerminalPrompter) -> None:
        prompter.echo(named, Answer(2))
        prompter.confirm("Go on?")

    (shown,) = screens(4, prompt, (CONFIRM, "\r"))
    assert shown[0] == "Whether anybody records…: 2: By hand."


@pytest.mark.parametrize(
    ("columns", "line"),
    [
        pytest.param(40, "Where one more…: Bringing data…", id="narrow"),
        pytest.param(
            80,
            "  Where one more person is needed: Bringing data together: feeds, joins…",
            id="wide",
        ),
    ],
)
def test_long_changed_answer_in_the_only_free_line_is_cut_rather_than_its_name(
    screens, columns, line
):
    def prompt(prompter: TerminalPrompter) -> None:
        now = "Bringing data together: feeds, joins, well-kept tables, history, alerts"
        say_change("Where one more person is needed", "Nobody", now)
        prompter.confirm("Go on?")

    (shown,) = screens(4, prompt, (CONFIRM, "\r"), columns=columns)
    assert shown[:2] == [line, " Go on?"]


def test_question_that_fills_the_terminal_says_that_nothing_changed_without_a_reason(
    kickoff, screens
):
    listed = steps(kickoff, empty_sheet(kickoff))
    step = next(each for each in listed if each.id == "COL-04")
    keys = [
        ("? hint", "x"),
        ("Why does it not apply?", "\r"),
        ("A few words are needed", "\r"),
        ("Nothing", "2"),
        ("» 2", "\r"),
    ]
    shown = screens(18, lambda prompter: prompter.ask(step, POSITION), *keys)
    assert shown[3][0] == "Nothing changed: no reason was given."


@pytest.mark.parametrize(
    ("number", "last_on_screen"),
    [
        pytest.param(1, [], id="one message leaves room for the list"),
        pytest.param(3, [3], id="three messages fit on a screen of their own"),
        pytest.param(6, [5, 6], id="six messages take two screens"),
    ],
)
def test_messages_above_a_list_of_answers_that_fills_the_screen_are_shown_whole(
    kickoff, screens, monkeypatch, number, last_on_screen
):
    # The test presses keys faster than a person.
    monkeypatch.setattr(picture_pause, "REACTION_SECONDS", -1.0)
    told = [f"Message {n} of the list. {STALE}" for n in range(1, number + 1)]

    def prompt(prompter: TerminalPrompter) -> None:
        for each in told:
            prompter.say(each)
        prompter.choose(steps(kickoff, empty_sheet(kickoff)))

    keys = [(f"{told[n - 1]} Enter or", "\r") for n in last_on_screen]
    shown = screens(20, prompt, *keys, ("Everything you said.", "\r"))
    text = " ".join(" ".join(line.strip() for line in each) for each in shown)
    assert [each for each in told if each not in text] == []
    rows = [line for line in shown[-1] if re.match(r" +(» |\d+  )", line)]
    assert len(rows) > 5
    assert (told[0][:9] in " ".join(shown[-1])) == (not last_on_screen)


def test_screen_of_messages_before_the_list_says_whether_more_or_the_list_follows(
    kickoff, screens, monkeypatch
):
    monkeypatch.setattr(picture_pause, "REACTION_SECONDS", -1.0)

    def prompt(prompter: TerminalPrompter) -> None:
        for number in range(6):
            prompter.say(f"Message {number}. {STALE}")
        prompter.choose(steps(kickoff, empty_sheet(kickoff)))

    keys = [("more · 1 of 2", "\r"), ("shows all you said", "\r"), ("Finish", "\r")]
    first, last, _ = screens(20, prompt, *keys)
    assert "all you said" not in " ".join(first)
    assert "more" not in " ".join(last)


@pytest.mark.parametrize(
    ("rows", "above"),
    [
        pytest.param(12, ["Saved. 8 fewer to come."], id="room for all"),
        pytest.param(4, ["Saved. 8 fewer to come."], id="no room"),
    ],
)
def test_message_for_one_prompt_is_gone_at_the_next_one(screens, rows, above):
    def prompt(prompter: TerminalPrompter) -> None:
        prompter.say(above[0], once=True)
        prompter.confirm("Go on?")
        prompter.confirm("Once more?")

    first, then = screens(rows, prompt, ("Go on?", "\r"), ("Once more?", "\r"))
    assert first[: len(above) + 1] == [*above, " Go on?"]
    assert above[0] not in then


def test_enter_typed_before_a_message_was_read_does_not_close_it(screens):
    def prompt(prompter: TerminalPrompter) -> None:
        clock = chain([0.0, 0.1], repeat(9.0))
        picture_pause.show_message(STALE, TypingPace(), clock=lambda: next(clock))

    shown = screens(8, prompt, ("laptop.", "\r"), ("laptop.", "\r"))
    assert len(shown) == 2


def test_message_before_the_list_of_answers_has_a_screen_of_its_own_without_help(
    screens,
):
    def prompt(prompter: TerminalPrompter) -> None:
        prompter.say("Said before.")
        times = count(0.0, 9.0)
        picture_pause.show_message(STALE, TypingPace(), clock=lambda: next(times))

    *_, asked = screens(12, prompt, ("laptop.", "?"), ("Only Enter", "\r"))
    said = [line for line in asked if line][:3]
    assert said[0] == "The list would be old whenever Ana is"
    assert "Only Enter and space work here." in " ".join(" ".join(asked).split())
    assert not any("?" in line for line in asked)
