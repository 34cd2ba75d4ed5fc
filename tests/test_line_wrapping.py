"""A line of text keeps whole words, and its cursor its place, while it is typed."""

from unicodedata import normalize

import pyte
import pytest
from prompt_toolkit.document import Document
from prompt_toolkit.layout.controls import BufferControl
from prompt_toolkit.layout.processors import TransformationInput

from mlready.interview.hidden_characters import ShowHiddenCharacters, shown_characters
from mlready.interview.line_wrapping import with_whole_words

TYPED = [
    pytest.param("a bc", 12, ["a bc"], id="one row"),
    pytest.param(
        "the letters come once a month",
        12,
        ["the letters", "come once a", "month"],
        id="words",
    ),
    pytest.param(
        "the letters come", 11, ["the", "letters", "come"], id="no room for a space"
    ),
    pytest.param("the letters", 4, ["the", "lett", "ers"], id="word wider than a row"),
    pytest.param("a  b  c", 4, ["a", "b", "c"], id="two spaces"),
    pytest.param("ab 数据収集", 7, ["ab 数据", "収集"], id="wide characters"),
    pytest.param("ab 数据収集", 6, ["ab 数", "据収集"], id="half a wide one left"),
    pytest.param("eeee e\u0301te\u0301", 8, ["eeee", "été"], id="combining accents"),
    pytest.param("aa a\u200bb c", 9, ["aa", "a⟨U+200B⟩", "b c"], id="hidden character"),
]


@pytest.mark.parametrize(("text", "columns", "rows"), TYPED)
def test_word_that_does_not_fit_a_row_is_typed_on_the_next_row(text, columns, rows):
    screen = pyte.Screen(columns, 9)
    shown = "".join(with_whole_words(shown_characters(text), columns))
    pyte.Stream(screen).feed(shown)
    lines = [normalize("NFC", line.rstrip()) for line in screen.display]
    assert [line for line in lines if line] == rows


@pytest.mark.parametrize(("text", "columns", "rows"), TYPED)
def test_cursor_stays_at_its_character_in_a_text_of_several_rows(text, columns, rows):
    line = TransformationInput(
        BufferControl(), Document(text), 0, int, [("", text)], columns + 2, len(rows)
    )
    result = ShowHiddenCharacters(indent=2).apply_transformation(line)
    shown = "".join(part for _, part, *_ in result.fragments)
    for at, character in enumerate(text):
        place = result.source_to_display(at)
        assert shown.startswith(shown_characters(character)[0], place)
        assert result.display_to_source(place) == at
    assert result.source_to_display(len(text)) == len(shown)
