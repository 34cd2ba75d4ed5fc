"""The pause after the picture of the pyramid."""

import re
from io import StringIO
from itertools import chain, count

import pyte
import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.data_structures import Size
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.input.typeahead import get_typeahead
from prompt_toolkit.output import DummyOutput
from prompt_toolkit.output.vt100 import Vt100_Output

from mlready.interview import hints, picture_pause
from mlready.interview.prompts import TerminalPrompter
from mlready.interview.screen import hint_line
from mlready.interview.typeahead import TypingPace

PICTURE = """\
        0 1 2 3 4
> Move  ##  |      1.0 FIX
  Clean ###/|      1.8 low

> fix first

Not ready: hire an analyst first. Modelling must wait.
It is settled."""


@pytest.fixture
def press():
    """Return a function that shows a picture and presses a key some seconds later.

    The function returns the keys left for the next prompt, and the text shown.
    """

    def press_keys(
        key: str, *, after: float, then: str = "", later: float = 2.0
    ) -> tuple[str, str]:
        now = [after]

        class Screen(StringIO):
            def write(self, text: str) -> int:
                if then and then in text:
                    now[0] = later + after
                    typed.send_text("\r")
                return super().write(text)

        def clock() -> float:
            if seen:
                return now[0]
            seen.append(True)
            return 0.0

        seen: list[bool] = []
        shown = Screen()
        output = Vt100_Output(shown, lambda: Size(rows=24, columns=80))
        with (
            create_pipe_input() as typed,
            create_app_session(input=typed, output=output),
        ):
            typed.send_text(key)
            picture_pause.show(PICTURE, TypingPace(), clock=clock)
            left = "".join(press.data for press in get_typeahead(typed))
        return left, shown.getvalue()

    return press_keys


@pytest.mark.parametrize("after", [0.3, 0.8])
@pytest.mark.parametrize("key", ["\r", " "], ids=["enter", "space"])
def test_enter_or_space_leaves_the_picture_once_it_can_be_seen(press, key, after):
    left, shown = press(key, after=after)
    assert not left
    assert "not used" not in shown


@pytest.mark.parametrize(
    ("key", "after"),
    [
        pytest.param("\r", 0.1, id="an enter typed before the picture"),
        pytest.param("2", 0.6, id="an answer typed ahead"),
        pytest.param("2\r", 0.6, id="an answer and enter typed ahead"),
        pytest.param("\x1b[D", 0.6, id="back, typed ahead"),
    ],
)
def test_key_pressed_before_the_picture_can_be_read_is_not_used_anywhere(
    press, key, after
):
    left, shown = press(key, after=after, then="Too", later=2.0)
    assert not left
    assert hints.TOO_SOON in " ".join(shown.split())


@pytest.mark.parametrize("key", ["2", "x", "/", "u", "s", "\x1b[D"])
def test_key_that_ends_the_pause_after_a_picture_does_not_answer_the_next_question(
    press, key
):
    left, shown = press(key, after=0.8, then="Only")
    assert not left
    assert "Only" in shown


@pytest.mark.parametrize("after", [0.3, 0.6, 0.8])
def test_typing_a_question_mark_shows_an_explanation_of_the_pyramid(press, after):
    left, shown = press("?", after=after, then="FIX:")
    assert not left
    assert "FIX:" in shown


@pytest.mark.parametrize(
    ("columns", "rows", "advice"), [(80, 24, True), (80, 15, False), (40, 20, False)]
)
def test_explaining_the_picture_hides_the_advice_but_not_the_pyramid_on_a_small_screen(
    monkeypatch, columns, rows, advice
):
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("LINES", str(rows))
    screen = pyte.Screen(columns, rows)
    stream, explained = pyte.Stream(screen), []

    class Screen(StringIO):
        def write(self, text: str) -> int:
            stream.feed(text)
            if "Each row" in text:
                explained.extend(screen.display)
                keys.send_text("\r")
            return super().write(text)

    times = chain([0.0], count(0.8))
    output = Vt100_Output(Screen(), lambda: Size(rows=rows, columns=columns))
    with create_pipe_input() as keys, create_app_session(input=keys, output=output):
        keys.send_text("?")
        picture_pause.show(PICTURE, TypingPace(), clock=lambda: next(times))

    shown = " ".join(" ".join(explained).split())
    assert "0 1 2 3 4" in shown
    assert "1.0 FIX" in shown
    assert "1.8 low" in shown
    assert ("hire an analyst first" in shown) == advice
    left = " ".join(" ".join(screen.display).split())
    assert "hire an analyst first" in left
    assert "goes on" not in left


@pytest.mark.parametrize("sign", ["> FIX:", "/ is", ". or ?"])
def test_help_of_the_picture_explains_each_sign_of_a_row(sign):
    assert sign in picture_pause.explanation(PICTURE)


@pytest.mark.parametrize("mark", ["FIX", "FIX?", "ASK"])
@pytest.mark.parametrize(
    ("legend", "reason"),
    [
        pytest.param("> fix first: you chose it", "you chose it", id="given"),
        pytest.param("> fix first", "it has the lowest score", id="lowest score"),
    ],
)
def test_help_of_the_picture_gives_only_the_reason_that_applies(mark, legend, reason):
    drawn = PICTURE.replace(" FIX\n", f" {mark}\n").replace("> fix first", legend)
    first = picture_pause.explanation(drawn).partition("\n")[0]
    assert f"this layer first: {reason}." in first
    assert "near tie" not in first


@pytest.mark.parametrize("mark", ["FIX", "FIX?", "ASK"])
def test_help_of_the_picture_begins_with_the_mark_that_the_picture_has(mark):
    text = picture_pause.explanation(PICTURE.replace(" FIX\n", f" {mark}\n"))
    assert re.findall(r"> [A-Z]+\??(?=:)", text) == [f"> {mark}"]
    assert text.startswith(f"> {mark}: ")


@pytest.fixture
def screens(monkeypatch):
    """Return a function that shows a picture in a pane and returns all its screens.

    The pane has ``rows`` rows and 40 columns. Each pair in ``keys`` is a text to wait
    for and the key to press then.
    """

    def shown_screens(rows: int, *keys: tuple[str, str]) -> list[str]:
        monkeypatch.setenv("COLUMNS", "40")
        monkeypatch.setenv("LINES", str(rows))
        screen = pyte.Screen(40, rows)
        stream, to_press = pyte.Stream(screen), [*keys]
        shown: list[str] = []

        class Screen(StringIO):
            def flush(self) -> None:
                stream.feed(self.getvalue())
                self.seek(0)
                self.truncate()
                shown.append("\n".join(screen.display))
                if to_press and to_press[0][0] in shown[-1]:
                    pipe.send_text(to_press.pop(0)[1])

        times = chain([0.0], count(0.8))
        output = Vt100_Output(Screen(), lambda: Size(rows=rows, columns=40))
        with create_pipe_input() as pipe, create_app_session(input=pipe, output=output):
            picture_pause.show(PICTURE, TypingPace(), clock=lambda: next(times))
        assert not to_press
        return shown

    return shown_screens


def test_hint_on_the_rest_of_the_explanation_stays_visible_after_a_wrong_key(screens):
    keys = [("Enter or space", "?"), ("shows the rest", "x"), ("Only Enter", "\r")]
    refused = [text for text in screens(14, *keys) if "Only Enter" in text]
    assert all("? shows the rest" in text for text in refused)


@pytest.mark.parametrize(
    ("columns", "rows"),
    [pytest.param(80, 16, id="wide and short"), pytest.param(40, 20, id="narrow")],
)
def test_each_page_of_a_picture_s_explanation_ends_with_a_sentence_and_the_last_has_one(
    monkeypatch, columns, rows
):
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("LINES", str(rows))
    line = hint_line(lambda: "hint", lambda: picture_pause.explanation(PICTURE))
    for room in range(6, rows):
        line.room = room
        line.turn()
        shown = []
        while line.showing_help:
            shown.append([each.strip() for each in line.text().split("\n")])
            line.turn()
        assert all(page[-2].endswith((".", ":")) for page in shown[:-1])
        assert max(map(len, shown)) <= room
        *_, last = shown
        assert any(text.endswith(".") for text in last)
        keys = hints.PICTURE_KEYS.split("\n")[0]
        assert keys in " ".join(last)


def test_message_after_a_wrong_key_stands_in_place_of_the_line_on_how_to_go_on(screens):
    shown = screens(20, ("Enter or space", "x"), ("Only Enter", "\r"))
    go_on, only = f" {hints.GO_ON}", f"  {hints.ONLY_GO_ON}"
    before, after = (
        next(text for text in shown if words in text) for words in (go_on, only)
    )
    assert after.replace(only.ljust(40), go_on.ljust(40)) == before


def test_picture_shown_without_a_pause_fits_a_narrow_terminal(monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("LINES", "20")
    row = "  Explore and transform ####|####  4.0 good"
    shown = StringIO()
    output = Vt100_Output(shown, lambda: Size(rows=20, columns=40))
    with create_pipe_input() as keys, create_app_session(input=keys, output=output):
        TerminalPrompter().show(f"{row}\n\n| good enough from here\n\nReady.\nFirm.")
    assert " Explore and transform ####|#### 4.0\r\n" in shown.getvalue()


def test_ctrl_c_at_the_pause_after_a_picture_leaves_the_interview():
    with (
        create_pipe_input() as keys,
        create_app_session(input=keys, output=DummyOutput()),
    ):
        keys.send_text("\x03")
        with pytest.raises(KeyboardInterrupt):
            picture_pause.show(PICTURE, TypingPace())


@pytest.mark.parametrize(
    ("columns", "explained"),
    [
        pytest.param(80, True, id="the row ends with the word"),
        pytest.param(22, False, id="no room for the word"),
    ],
)
def test_help_of_the_picture_explains_a_waiting_layer_only_if_one_is_shown(
    monkeypatch, columns, explained
):
    monkeypatch.setenv("COLUMNS", str(columns))
    waiting = PICTURE.replace(
        "  Clean ###/|      1.8 low", "  Clean ####|/     3.8 waits"
    )
    text = picture_pause.explanation(waiting)
    assert ("A layer that waits is good enough itself" in text) is explained
