"""Waiting after a picture, and the keys that are left for the next prompt."""

import math

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.input.typeahead import get_typeahead
from prompt_toolkit.output import DummyOutput

from mlready.interview import pause
from mlready.interview.typeahead import TypingPace


@pytest.mark.parametrize(
    ("key", "reaction", "left"),
    [
        pytest.param("\r", -math.inf, "", id="enter goes on"),
        pytest.param("\r", math.inf, "\r", id="an enter typed before the picture"),
        pytest.param(" ", math.inf, "", id="space goes on"),
        pytest.param("2", -math.inf, "2", id="an answer"),
        pytest.param("\x1b[D", -math.inf, "\x1b[D", id="back"),
    ],
)
def test_key_typed_at_a_picture_is_kept_for_the_next_question(
    monkeypatch, key, reaction, left
):
    monkeypatch.setattr(pause, "REACTION_SECONDS", reaction)
    with (
        create_pipe_input() as keys,
        create_app_session(input=keys, output=DummyOutput()),
    ):
        keys.send_text(key)
        pause.wait(TypingPace())
        assert "".join(press.data for press in get_typeahead(keys)) == left


def test_ctrl_c_leaves_the_pause():
    with (
        create_pipe_input() as keys,
        create_app_session(input=keys, output=DummyOutput()),
    ):
        keys.send_text("\x03")
        with pytest.raises(KeyboardInterrupt):
            pause.wait(TypingPace())
