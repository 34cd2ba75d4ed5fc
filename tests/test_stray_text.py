"""Recognising stray text: text typed where single keys choose an answer."""

import pytest

from mlready.interview.stray_text import StrayText


@pytest.mark.parametrize(
    ("keys", "seconds", "is_text"),
    [
        pytest.param("w", 0.1, False, id="one slip"),
        pytest.param("ww", 0.1, False, id="two slips"),
        pytest.param("www", 0.1, True, id="three keys without a meaning"),
        pytest.param("I ", 0.1, True, id="a word and a space"),
        pytest.param("www", 0.9, True, id="typed slowly"),
        pytest.param("www", 1.1, False, id="wrong keys with pauses"),
    ],
)
def test_text_typed_at_a_list_is_distinguished_from_single_wrong_keys(
    keys, seconds, is_text
):
    now, stray = _typed(keys, seconds)
    assert stray.is_text is is_text
    assert stray.accepts() is not is_text
    now[0] += 2.1
    assert not stray.goes_on


@pytest.mark.parametrize(
    ("keys", "is_several"),
    [
        pytest.param(",", True, id="a comma"),
        pytest.param("+", True, id="a plus sign"),
        pytest.param("w", False, id="another key"),
        pytest.param("Yes,", False, id="the comma of a text"),
    ],
)
def test_sign_between_two_answers_is_recognised_until_a_pause(keys, is_several):
    now, stray = _typed(keys, 0.1)
    assert stray.is_several is is_several
    now[0] += 2.1
    assert not stray.is_several


def test_text_still_counts_as_being_typed_after_a_pause_of_almost_2_seconds():
    now, stray = _typed("The crews", 0.2)
    now[0] += 1.9
    assert stray.is_text


def test_key_of_a_command_counts_as_text_if_a_key_without_meaning_came_just_before():
    _, stray = _typed("T", 0.1)
    stray.add("h", command=True)
    assert stray.is_text


def test_former_choice_is_restored_if_the_key_that_changed_it_was_part_of_a_text():
    chosen = [3]

    def choose_again():
        before = chosen[0]
        return lambda: chosen.__setitem__(0, before)

    stray = StrayText(choose_again, clock=lambda: 0.0)
    stray.add("T")
    assert stray.accepts()  # an answer may follow a slip
    chosen[0] = 1
    stray.add(" ")
    assert chosen == [3]
    assert not stray.accepts()


def _typed(keys: str, seconds: float) -> tuple[list[float], StrayText]:
    """Pass keys to a ``StrayText``, ``seconds`` apart; return the time and the object.

    The time is the only item of a list, so that a test can change the time.
    """
    now = [100.0]
    stray = StrayText(lambda: lambda: None, clock=lambda: now[0])
    for key in keys:
        now[0] += seconds
        stray.add(key)
    return now, stray
