"""Notes full of markup are shown unchanged, and add no markup to a report."""

import re

import pytest

from tests.benchmarks.hostile import (
    PARSERS,
    campaign,
    difference,
    expected,
    number_of_texts,
    plain,
    tree,
)


@pytest.mark.parametrize("parser", PARSERS)
def test_markdown_parsers_show_notes_full_of_markup_unchanged(parser):
    assert list(campaign(parser, 300)) == []


def test_report_shows_each_of_at_least_300_different_texts_of_a_team(kickoff):
    words = set(re.findall("plain([0-9]+)word", plain(kickoff)))

    assert words == {str(place) for place in range(number_of_texts(kickoff))}
    assert number_of_texts(kickoff) >= 300


@pytest.mark.parametrize("parser", PARSERS)
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
    kickoff, parser, markup, text
):
    words = plain(kickoff)
    texts = [text] * number_of_texts(kickoff)
    unescaped = re.sub("plain[0-9]+word", lambda _: markup, words)

    assert difference(expected(parser, words, texts), tree(PARSERS[parser](unescaped)))
