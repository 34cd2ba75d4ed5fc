"""The HTML report: words, links, size, and escaped texts of users."""

import random
import re
from functools import cache

import pytest
from hypothesis import assume, given, settings
from markdown_it import MarkdownIt

from mlready.assessment.assess import assess
from mlready.escaping import for_html
from mlready.report.html import html_page
from mlready.report.markdown import markdown
from mlready.report.options import Reader
from tests.html_page import Parsed
from tests.samples import (
    CONSTRUCTS,
    KICKOFF,
    NAMES,
    SHEETS,
    SIGNS,
    TEXTS,
    all_texts_replaced,
    champion_and_engineer,
    example,
    visible,
)

MAX_SIZE = 100 * 1024  # bytes of an HTML page

# HTML elements with text that the Markdown report does not have.
NOT_IN_MARKDOWN = {"nav", "svg", "style", "title", "ol.slabs"}


GOLDENS = [
    ("stilts", Reader.TEAM),
    ("ready", Reader.SPONSOR),
    ("assistant", Reader.RECRUITER),
]


@pytest.mark.parametrize(("name", "reader"), GOLDENS)
def test_html_page_matches_its_golden_file(name, reader, golden):
    result = assess(KICKOFF, example(name))

    golden(f"{name}-{reader}.html", html_page(result, reader=reader))


@pytest.mark.parametrize("explain", [False, True], ids=["plain", "explained"])
@pytest.mark.parametrize("reader", Reader)
@pytest.mark.parametrize("name", SHEETS)
def test_html_page_has_the_same_words_as_the_markdown_report(name, reader, explain):
    result = assess(KICKOFF, SHEETS[name])
    page = html_page(result, "24 November 2026", reader, explain=explain)
    document = markdown(result, "24 November 2026", reader, explain=explain)

    assert sorted(words(page_text(page))) == sorted(words(markdown_text(document)))


def page_text(page: str) -> str:
    """Return the text of ``page``, without navigation and drawings."""
    left_out = {*NOT_IN_MARKDOWN, "span.back", "a.skip"}
    return " ".join(
        text for within, text in Parsed(page).texts if not left_out & set(within)
    )


def markdown_text(document: str) -> str:
    """Return the text of ``document``, without the pyramid drawn in a code block."""
    tokens = MarkdownIt("commonmark").enable("table").parse(document)
    flat = [part for token in tokens for part in token.children or []]
    return " ".join(part.content or " " for part in flat)


def words(text: str) -> list[str]:
    return re.findall(r"[\w/%=?-]+", text)


@pytest.mark.parametrize("name", NAMES)
def test_each_citation_links_to_the_cited_answer_and_the_answer_links_back(name):
    page = Parsed(html_page(assess(KICKOFF, example(name))))
    ids = [attrs["id"] for _, attrs in page.elements if "id" in attrs]
    links = [attrs["href"] for _, attrs in page.elements if "href" in attrs]
    cited = {link for link in links if link and re.fullmatch(r"#[A-Z]{3}-\d\d", link)}
    back = {link[-6:] for link in links if link and re.search(r"-[A-Z]{3}-", link)}

    assert len(ids) == len(set(ids))
    assert {link and link[1:] for link in links} <= set(ids)
    assert back == {link[1:] for link in cited}
    assert len(cited) > 20


@pytest.mark.parametrize("reader", [Reader.SPONSOR, Reader.RECRUITER])
def test_html_page_for_a_sponsor_or_recruiter_has_no_links_to_answers(reader):
    page = Parsed(html_page(assess(KICKOFF, example("stilts")), reader=reader))

    assert [a["href"] for tag, a in page.elements if tag == "a"] == ["#report"]


@pytest.mark.parametrize("reader", Reader)
def test_html_page_loads_no_other_files(reader):
    page = html_page(assess(KICKOFF, example("stilts")), reader=reader)
    loading = {"script", "link", "img", "iframe", "object", "embed", "form", "image"}
    parsed = Parsed(page)
    attributes = {name for _, attrs in parsed.elements for name in attrs}

    assert not loading & {tag for tag, _ in parsed.elements}
    assert not {"src", "style", "srcset"} & attributes
    assert not any(name.startswith("on") for name in attributes)
    assert "url(" not in page.replace("url(#mlready-hatch)", "")
    assert "@import" not in page


def test_largest_html_pages_are_below_the_size_limit():
    sheets = [*map(example, NAMES), *map(champion_and_engineer, ["01", "04"])]
    pages = [
        html_page(assess(KICKOFF, sheet), reader=reader, explain=True)
        for sheet in sheets
        for reader in (Reader.ALL, Reader.TEAM)
    ]

    assert max(len(page.encode()) for page in pages) <= MAX_SIZE


def elements(text: str, reader: Reader) -> list[tuple[str, dict[str, str | None]]]:
    """Return the tag and attributes of each element of an HTML page.

    In the page, ``text`` replaces every text of the team and of the questionnaire.
    """
    page = html_page(assess(*all_texts_replaced(text)), text, reader, explain=True)
    # Attributes that squeeze long names in a drawing may differ between pages.
    squeezed = {"textlength", "lengthadjust"}
    return [
        (tag, {k: v for k, v in attrs.items() if k not in squeezed})
        for tag, attrs in Parsed(page).elements
    ]


plain_elements = cache(elements)


@pytest.mark.parametrize("reader", Reader)
@settings(max_examples=25)
@given(text=TEXTS)
def test_text_from_users_adds_no_element_to_an_html_page(reader: Reader, text: str):
    assume(text.strip())  # a questionnaire with blank texts cannot be loaded

    found, plain = elements(text, reader), plain_elements("plain", reader)
    if reader in {Reader.SPONSOR, Reader.ALL}:
        # What the page for a sponsor tells, and how much of it, depends on the texts.
        converted = plain_elements("in May 12 of 40 plain cases", reader)
        kinds = {(tag, *attrs) for tag, attrs in (*plain, *converted)}
        assert {(tag, *attrs) for tag, attrs in found} <= kinds
    else:
        assert found == plain


def test_20000_notes_escaped_for_html_are_shown_unchanged():
    rng = random.Random(4)
    alphabet = [*SIGNS, *CONSTRUCTS, "é", "😀", "\xa0"]
    notes = [
        "".join(rng.choices(alphabet, k=rng.randint(1, 12))) for _ in range(20_000)
    ]
    page = Parsed("".join(f"<p>{for_html(note)}</p>" for note in notes))

    assert [tag for tag, _ in page.elements] == ["p"] * len(notes)
    assert [text for _, text in page.texts] == [visible(note) for note in notes]


@given(text=TEXTS)
def test_text_escaped_for_html_is_read_back_unchanged_from_an_attribute_value(
    text: str,
):
    page = Parsed(f"<p title=\"{for_html(text)}\" lang='{for_html(text)}'>")

    assert page.elements == [("p", {"title": visible(text), "lang": visible(text)})]
