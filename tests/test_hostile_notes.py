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
def test_markdown_parsers_show_notes_full_of_markup_unchanged(reader):
    assert list(campaign(reader, 300)) == []


def test_report_shows_each_of_at_least_300_different_texts_of_a_team(kickoff):
    words = set(re.findall("plain([0-9]+)word", plain(kickoff)))

    assert words == {str(place) for place in range(places(kickoff))}
    assert places(kickoff) >= 300


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(
    ("markup", "text"),
    [
        pytest.param("<b>a</b>", "<b>a</b>", id="tag"),
        pytest.param("a https://a.bc", "a https://a.bc", id="bare link"),
        pytest.param("ana@a.com", "ana@a.com", id="mail address"),
        pytest.param("![a](b)", "![a](b)", id="image"),
        pytest.param("a | b", "a | b", id="table cell"),
        pytest.param("\n# a", "\n# a", id="heading"),
        pytest.param("a\\b\\*", "a\\b\\*", id="lost backslashes"),
        pytest.param("<!-- a -->", "<!-- a -->", id="comment"),
    ],
)
def test_comparison_of_parsed_reports_detects_unescaped_markup(
    kickoff, reader, markup, text
):
    words = plain(kickoff)
    texts = [text] * places(kickoff)
    unescaped = re.sub("plain[0-9]+word", lambda _: markup, words)

    assert difference(expected(reader, words, texts), tree(READERS[reader](unescaped)))
