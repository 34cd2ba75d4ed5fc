"""Shifting the headings of a Markdown document changes only their levels."""

import random
from itertools import islice

import pytest
from hypothesis import given, strategies as st
from markdown_it import MarkdownIt

from mlready.report.headings import shift_headings
from tests.benchmarks.hostile import notes, number_of_texts, report


@pytest.mark.parametrize(
    ("level", "text", "expected"),
    [
        pytest.param(1, "# a\n## b\n", "# a\n## b\n", id="unchanged"),
        pytest.param(3, "# a\n\n## b\n", "### a\n\n#### b\n", id="two levels deeper"),
        pytest.param(
            5, "# a\n## b\n### c", "##### a\n###### b\n###### c", id="at most level 6"
        ),
        pytest.param(6, "###### a #\n#\n", "###### a #\n######\n", id="empty heading"),
        pytest.param(2, "  # a\n    # b\n", "  ## a\n    # b\n", id="indented"),
        pytest.param(
            2, "#a\n####### b\nc # d\n", "#a\n####### b\nc # d\n", id="not headings"
        ),
        pytest.param(
            2,
            "```text\n# a\n```\n# b\n",
            "```text\n# a\n```\n## b\n",
            id="heading in a fence",
        ),
        pytest.param(
            2,
            "~~~\n```\n# a\n~~~~\n# b\n",
            "~~~\n```\n# a\n~~~~\n## b\n",
            id="fence in a fence",
        ),
        pytest.param(
            2,
            "````\n```\n# a\n````\n# b\n",
            "````\n```\n# a\n````\n## b\n",
            id="longer fence",
        ),
        pytest.param(2, "# b\n```\n# a\n", "## b\n```\n# a\n", id="unclosed fence"),
        pytest.param(2, "``` a ```\n# b\n", "``` a ```\n## b\n", id="inline code"),
    ],
)
def test_headings_of_a_document_are_shifted_to_a_deeper_level(level, text, expected):
    assert shift_headings(text, level) == expected


SHIFTED = {
    f"h{n}": [f"h{min(n + lower, 6)}" for lower in range(6)] for n in range(1, 7)
}
MARKDOWN = st.lists(
    st.sampled_from(
        ["# a", "## b #", "###### c", "#", "#d", "text", "", "```", "````", "~~~",
         "``` y", "~~~ `z`", "    # e", "   # f", "``` g ```"]
    )
).map("\n".join)  # fmt: skip


@given(MARKDOWN, st.integers(1, 6))
def test_shifting_headings_of_a_document_changes_only_their_levels(text, level):
    assert outline(shift_headings(text, level), 1) == outline(text, level)


@pytest.mark.parametrize("level", range(1, 7))
def test_shifting_headings_of_a_report_with_hostile_notes_changes_only_their_levels(
    kickoff, level
):
    texts = list(islice(notes(random.Random(level)), number_of_texts(kickoff)))
    text = report(kickoff, texts)

    assert outline(shift_headings(text, level), 1) == outline(text, level)


def outline(text: str, level: int) -> list[tuple[str, str, str]]:
    """Return the type, the tag and the content of each Markdown token of ``text``.

    The tags of headings are shifted: "h1" becomes the tag of ``level``, such as "h3".
    """
    return [
        (token.type, SHIFTED[token.tag][level - 1], token.content)
        if token.type.startswith("heading")
        else (token.type, token.tag, token.content)
        for token in MarkdownIt("commonmark").enable("table").parse(text)
    ]
