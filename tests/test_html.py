"""The report as a page: what it says, where it leads, and what it never obeys."""

import random
import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings, strategies as st
from markdown_it import MarkdownIt

from mlready.assessment.assess import assess
from mlready.escaping import for_html, for_terminal
from mlready.model.answers import Answer, AnswerSheet, empty_sheet
from mlready.model.questionnaire import Questionnaire
from mlready.report.html import html_page
from mlready.report.markdown import markdown
from mlready.report.options import Reader
from mlready.storage import answers_file
from mlready.storage.questionnaire_file import load_bundled

EXAMPLES = Path(__file__).parent.parent / "questionnaires" / "examples"
NAMES = ["assistant", "ready", "stilts"]
KICKOFF = load_bundled("kickoff")
LARGEST = 150_000  # bytes
VOID = {"meta", "link", "br"}

# What a page has besides the report itself: ways to move about, and the pyramid drawn.
ASIDE = {"nav", "svg", "style", "title", "caption"}


class Parsed(HTMLParser):
    """A page as a browser's parser would take it apart."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[tuple[str, ...], str]] = []
        self.within: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            known = dict(attrs).get("class") or ""
            self.within.append(f"{tag}.{known}" if known in {"back", "skip"} else tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.within.pop().split(".")[0] == tag

    def handle_data(self, data: str) -> None:
        self.texts.append((tuple(self.within), data))


def example(name: str) -> AnswerSheet:
    path = EXAMPLES / f"{name}.yaml"
    return answers_file.read(path.read_bytes(), path.name, KICKOFF)


@pytest.mark.parametrize("reader", Reader)
@pytest.mark.parametrize("name", NAMES)
def test_the_page_on_each_example(name, reader, golden):
    golden(
        f"{name}-{reader}.html",
        html_page(assess(KICKOFF, example(name)), reader=reader),
    )


def open_answers() -> AnswerSheet:
    sheet = example("stilts")
    open_now = {"MOV-01": Answer(unknown=True), "COL-01": Answer(note="ask Ben")}
    return sheet._replace(answers={**sheet.answers, **open_now})


SHEETS = {
    **{name: example(name) for name in NAMES},
    "open answers": open_answers(),
    "short form": open_answers()._replace(scope="express"),
    "nothing said": empty_sheet(KICKOFF),
}


@pytest.mark.parametrize("explain", [False, True], ids=["plain", "explained"])
@pytest.mark.parametrize("reader", Reader)
@pytest.mark.parametrize("name", SHEETS)
def test_a_page_says_what_the_markdown_says(name, reader, explain):
    result = assess(KICKOFF, SHEETS[name])
    page = html_page(result, "24 November 2026", reader, explain=explain)
    document = markdown(result, "24 November 2026", reader, explain=explain)

    assert sorted(words(shown(page))) == sorted(words(read(document)))


def shown(page: str) -> str:
    """Return the text of a page that is the report, and not only a help to read it."""
    aside = {*ASIDE, "span.back", "a.skip"}
    # Two of the captions are sentences of the report.
    told = re.sub(r"<(/?)caption(?! id=\"answers)", r"<\1p", page)
    told = re.sub(r"(<caption[^>]*>[^<]*)</p>", r"\1</caption>", told)
    return " ".join(
        text for within, text in Parsed(told).texts if not aside & set(within)
    )


def read(document: str) -> str:
    """Return the text of a document in Markdown, but for the pyramid in signs."""
    tokens = MarkdownIt("commonmark").enable("table").parse(document)
    flat = [part for token in tokens for part in token.children or []]
    return " ".join(part.content or " " for part in flat)


def words(text: str) -> list[str]:
    return re.findall(r"[\w/%=?-]+", text)


@pytest.mark.parametrize("name", NAMES)
def test_every_advice_leads_to_its_answers_and_back(name):
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
def test_who_reads_no_answers_gets_no_dead_links(reader):
    page = Parsed(html_page(assess(KICKOFF, example("stilts")), reader=reader))

    assert [a["href"] for tag, a in page.elements if tag == "a"] == ["#report"]


@pytest.mark.parametrize("reader", Reader)
def test_a_page_needs_nothing_but_itself(reader):
    page = html_page(assess(KICKOFF, example("stilts")), reader=reader)
    loading = {"script", "link", "img", "iframe", "object", "embed", "form", "image"}
    parsed = Parsed(page)
    attributes = {name for _, attrs in parsed.elements for name in attrs}

    assert not loading & {tag for tag, _ in parsed.elements}
    assert not {"src", "style", "srcset"} & attributes
    assert not any(name.startswith("on") for name in attributes)
    assert "url(" not in page.replace("url(#mlready-hatch)", "")
    assert "@import" not in page


def test_the_largest_page_is_small():
    pages = [html_page(assess(KICKOFF, example(n)), explain=True) for n in NAMES]

    assert max(len(page.encode()) for page in pages) < LARGEST


SIGNS = "<>&\"'`*=/-#[]()!{}%:;\\ \n\r\tax0\x00\x1b\u202e\u2028\ufeff\uffff"
CONSTRUCTS = [
    "<b>", "</td>", "</style>", "</title>", "</svg>", "<script>", "<!--", "-->",
    "]]>", '" onload="', "' x='", "&lt;", "&#60;", "<a href='#x'>", "COL-01",
    "**", "\n- ", "\n\n", "# ", "{{ 1 }}", "{% raw %}", "javascript:", '<h2 id="x">',
    "<!-- contents -->", "<!-- back from COL-01 -->", "http://a.b", "As 0, and more",
]  # fmt: skip
TEXTS = (
    st.lists(
        st.one_of(st.text(SIGNS), st.sampled_from(CONSTRUCTS), st.text()), min_size=1
    )
    .map("".join)
    .filter(bool)
)
WORDS = {
    "name", "title", "about", "topic", "text", "levels", "why", "source", "knows",
    "actions", "hint", "does", "available", "traits", "senior", "junior", "remedies",
    "not_promised", "kind", "what", "time", "remedy_by", "exit", "says", "advice",
    "slice", "na", "accepted", "note", "evidence", "by", "on",
}  # fmt: skip


def saying(value: Any, text: str, field: str = "") -> Any:
    """Return a record in which everybody says this one text, and nothing else."""
    if isinstance(value, str):
        return text if value and field in WORDS else value
    if hasattr(value, "_fields"):
        parts = zip(value._fields, value, strict=True)
        return type(value)(*(saying(part, text, name) for name, part in parts))
    if isinstance(value, Mapping) and field != "available":
        return {key: saying(part, text, field) for key, part in value.items()}
    if isinstance(value, tuple):
        return tuple(saying(part, text, field) for part in value)
    return value


def wholly(text: str) -> tuple[Questionnaire, AnswerSheet]:
    sheet = open_answers()
    note = Answer(level=0, accepted="x", note="x", evidence="x", by="x", on="x")
    notes = {"COL-01": note, "EXP-01": Answer(na="x"), "ORG-09": Answer(na="x")}
    said = sheet._replace(answers={**sheet.answers, **notes})
    return saying(KICKOFF, text), saying(said, text)


@pytest.mark.parametrize("reader", Reader)
@settings(max_examples=25)
@given(text=TEXTS)
def test_nobody_s_text_becomes_a_part_of_the_page(reader: Reader, text: str):
    assume(text.strip())  # a questionnaire with blank texts is refused when it is read

    def elements(text: str) -> Iterator[tuple[str, dict[str, str | None]]]:
        page = html_page(assess(*wholly(text)), text, reader, explain=True)
        for tag, attrs in Parsed(page).elements:
            # A long name is squeezed.
            squeezed = {"textlength", "lengthadjust"}
            yield tag, {k: v for k, v in attrs.items() if k not in squeezed}

    assert list(elements(text)) == list(elements("plain"))


def test_twenty_thousand_notes_survive_sign_by_sign():
    draw = random.Random(4)
    alphabet = [*SIGNS, *CONSTRUCTS, "é", "😀", "\xa0"]
    notes = [
        "".join(draw.choices(alphabet, k=draw.randint(1, 12))) for _ in range(20_000)
    ]
    page = Parsed("".join(f"<p>{for_html(note)}</p>" for note in notes))

    assert [tag for tag, _ in page.elements] == ["p"] * len(notes)
    assert [text for _, text in page.texts] == [visible(note) for note in notes]


def visible(note: str) -> str:
    """Return a note as it is to be seen: what would steer as a sign, lines as lines."""
    lines = re.split(r"\r\n|[\n\r]", note)
    return "\n".join("\t".join(map(for_terminal, line.split("\t"))) for line in lines)


@given(text=TEXTS)
def test_in_an_attribute_text_stays_a_value(text: str):
    page = Parsed(f"<p title=\"{for_html(text)}\" lang='{for_html(text)}'>")

    assert page.elements == [("p", {"title": visible(text), "lang": visible(text)})]
