"""Notes full of markup are shown unchanged, and add no markup to a report."""

import re

import pytest

from tests.benchmarks.hostile import (
    READERS,
    campaign,
    difference,
    expected,
    places,
    plain,
    tree,
)


@pytest.mark.parametrize("reader", READERS)
def test_parsers_show_hostile_notes_unchanged(reader):
    assert list(campaign(reader, 300)) == []


def test_the_report_of_the_benchmark_has_every_text(kickoff):
    words = set(re.findall("plain([0-9]+)word", plain(kickoff)))

    assert words == {str(place) for place in range(places(kickoff))}
    assert places(kickoff) >= 300


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(
    ("hole", "text"),
    [
        pytest.param("<b>a</b>", "<b>a</b>", id="a tag"),
        pytest.param("a https://a.bc", "a https://a.bc", id="a bare link"),
        pytest.param("ana@a.com", "ana@a.com", id="an address"),
        pytest.param("![a](b)", "![a](b)", id="an image"),
        pytest.param("a | b", "a | b", id="a cell"),
        pytest.param("\n# a", "\n# a", id="a block"),
        pytest.param("a\\b\\*", "a\\b\\*", id="a sign less"),
        pytest.param("<!-- a -->", "<!-- a -->", id="a comment"),
    ],
)
def test_comparison_finds_unescaped_markup(kickoff, reader, hole, text):
    words = plain(kickoff)
    texts = [text] * places(kickoff)
    leaky = re.sub("plain[0-9]+word", lambda _: hole, words)

    assert difference(expected(reader, words, texts), tree(READERS[reader](leaky)))
