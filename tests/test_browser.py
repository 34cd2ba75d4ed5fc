"""The HTML report in a browser: layout, accessibility, printing, keyboard.

Option ``--screenshots FOLDER`` keeps screenshots of the pages.
"""

import re
import shutil
import unicodedata
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

import pytest

for needed in ("axe_playwright_python", "playwright", "pypdf"):
    pytest.importorskip(needed, reason="needs: pip install -e '.[pipelines]'")

from axe_playwright_python.sync_playwright import Axe  # noqa: E402 - after importorskip
from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402 - after importorskip
from pypdf import PdfReader  # noqa: E402 - after importorskip

from mlready.assessment.assess import assess  # noqa: E402 - after importorskip
from mlready.assessment.portfolio import portfolio  # noqa: E402 - after importorskip
from mlready.cli.portfolio_files import (  # noqa: E402 - after importorskip
    Settings,
    read_teams,
)
from mlready.model.answers import AnswerSheet  # noqa: E402 - after importorskip
from mlready.report.agenda import html_agenda  # noqa: E402 - after importorskip
from mlready.report.html import html_page  # noqa: E402 - after importorskip
from mlready.report.options import (  # noqa: E402 - after importorskip
    PortfolioFormat,
    Reader,
)
from mlready.report.portfolio import (  # noqa: E402 - after importorskip
    PortfolioSource,
    portfolio_document,
)
from mlready.report.svg import badge_svg, pyramid_svg  # noqa: E402 - after importorskip
from tests.samples import (  # noqa: E402 - after importorskip
    KICKOFF,
    NAMES,
    ROOT,
    SHEETS,
    VOICES,
)

Scheme = Literal["light", "dark"]

CHROMIUM = shutil.which("chromium")
OPTIONS = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
]  # fmt: skip
DESKTOP, PHONE = 1280, 390  # widths of the window in pixels
TIMEOUT = 300_000  # milliseconds; long, as machines may be busy

TEAMS = {**SHEETS, **VOICES}

pytestmark = pytest.mark.skipif(
    not CHROMIUM, reason="needs a browser: apt-get install chromium"
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        found = driver.chromium.launch(
            executable_path=CHROMIUM, args=OPTIONS, timeout=TIMEOUT
        )
        yield found
        found.close()


@pytest.fixture
def opened(browser: Browser, tmp_path: Path, request: pytest.FixtureRequest) -> Any:
    """Return a function that opens a document in the browser and returns its page.

    The test fails if a page logs a message or requests another file.
    """
    unexpected: list[str] = []

    def open_(
        name: str, text: str, width: int = DESKTOP, scheme: Scheme = "light"
    ) -> Page:
        path = tmp_path / name
        path.write_bytes(text.encode())
        page = browser.new_page(
            viewport={"width": width, "height": 900}, color_scheme=scheme
        )
        page.set_default_timeout(TIMEOUT)
        page.on("console", lambda message: unexpected.append(message.text))
        page.on("request", lambda sent: unexpected.append(sent.url))
        page.goto(path.as_uri())
        assert unexpected.pop(0) == path.as_uri()
        keep = request.config.getoption("--screenshots")
        if keep and path.suffix == ".html":
            name = f"{path.name}-{width}-{scheme}.png"
            page.screenshot(path=Path(keep, name), full_page=True)
        return page

    yield open_
    for context in browser.contexts:
        context.close()
    assert unexpected == []


def page_of(name: str, reader: Reader = Reader.TEAM) -> str:
    return html_page(
        assess(KICKOFF, TEAMS[name]), "24 November 2026", reader, explain=True
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("reader", Reader)
def test_report_page_fits_the_window_and_has_no_accessibility_violations(
    opened, reader, width, scheme
):
    page = opened(f"{reader}.html", page_of("stilts", reader), width, scheme)

    assert page.evaluate("document.documentElement.scrollWidth") == width
    # The accessibility checker axe can run although the page allows no scripts.
    assert Axe().run(page).response["violations"] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("name", ["one person", "two voices"])
def test_agenda_page_fits_the_window_and_has_no_accessibility_violations(
    opened, name, width, scheme
):
    text = html_agenda(assess(KICKOFF, VOICES[name]))
    page = opened("agenda.html", text, width, scheme)

    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert Axe().run(page).response["violations"] == []


def test_printed_agenda_splits_no_item_between_two_pages(opened):
    page = opened("agenda.html", html_agenda(assess(KICKOFF, VOICES["one person"])))
    sheets = printed_sheets(page)
    begun = [sheet.count("Said so far:") for sheet in sheets]
    ended = [sheet.count("Who can settle it:") for sheet in sheets]

    assert len(sheets) > 1
    assert begun == ended
    assert sum(begun) > 1


def test_portfolio_page_is_sorted_when_a_heading_is_pressed_and_fits_a_phone(opened):
    reading = read_teams([ROOT / "questionnaires" / "examples"], Settings(KICKOFF), 1)
    found = portfolio(KICKOFF, reading.teams)
    text = portfolio_document(
        found, PortfolioSource(reading.files), PortfolioFormat.HTML
    )
    page = opened("portfolio.html", text)
    verdicts = "[...document.querySelectorAll('tbody td:nth-child(2)')]"
    texts = f"{verdicts}.map((cell) => cell.textContent)"
    page.get_by_role("button", name="Verdict").press("Enter")

    assert page.evaluate(texts) == ["Not yet", "Not yet", "Ready, only claimed"]
    assert Axe().run(page).response["violations"] == []
    page.get_by_role("button", name="Verdict").press("Enter")
    assert page.evaluate(texts) == ["Ready, only claimed", "Not yet", "Not yet"]
    assert page.get_attribute("[aria-sort]", "aria-sort") == "descending"
    phone = opened("portfolio.html", text, PHONE, "dark")
    assert phone.evaluate("document.documentElement.scrollWidth") == PHONE
    assert Axe().run(phone).response["violations"] == []


@pytest.mark.parametrize("name", ["one person", "two voices", "meeting"])
def test_report_that_names_its_voices_has_no_accessibility_violations(opened, name):
    page = opened(f"{name}.html", page_of(name), PHONE)

    assert page.evaluate("document.documentElement.scrollWidth") == PHONE
    assert Axe().run(page).response["violations"] == []


@pytest.mark.parametrize("name", SHEETS)
def test_report_page_fits_the_width_of_a_phone(opened, name):
    page = opened(f"{name}.html", page_of(name), PHONE)

    assert page.evaluate("document.documentElement.scrollWidth") == PHONE


@pytest.mark.parametrize("name", [*NAMES, *VOICES])
def test_texts_in_a_drawing_stay_within_the_drawing(opened, name):
    for kind, draw in (("pyramid", pyramid_svg), ("badge", badge_svg)):
        page = opened(f"{name}-{kind}.svg", draw(assess(KICKOFF, TEAMS[name])))
        outside = page.evaluate(
            """() => {
                const whole = document.documentElement.getBoundingClientRect();
                return [...document.querySelectorAll("text")].filter((text) => {
                    const box = text.getBoundingClientRect();
                    return box.left < whole.left || box.right > whole.right;
                }).map((text) => text.textContent);
            }"""
        )
        assert outside == []


def test_texts_in_a_drawing_do_not_overlap(opened):
    page = opened("open.svg", pyramid_svg(assess(KICKOFF, SHEETS["open answers"])))
    overlaps = page.evaluate(
        """() => {
            const all = [...document.querySelectorAll("text")].map((text) =>
                [text.textContent, text.getBoundingClientRect()]);
            return all.flatMap(([one, a], place) => all.slice(place + 1)
                .filter(([_, b]) => a.left < b.right && b.left < a.right
                    && a.top + 3 < b.bottom && b.top + 3 < a.bottom)
                .map(([other]) => [one, other]));
        }"""
    )

    assert overlaps == []


def test_tab_key_reaches_every_link_and_folded_part_of_the_report(opened):
    page = opened("ready.html", page_of("ready"))
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    stops = page.evaluate(
        """() => {
            window.stops = [...document.querySelectorAll("a[href], summary")];
            return window.stops.length;
        }"""
    )
    reached = []
    for _ in range(stops):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("stops.indexOf(document.activeElement)"))

    assert reached == list(range(stops))


def test_no_table_of_the_report_is_cut_on_a_phone(opened):
    page = opened("stilts.html", page_of("stilts"), PHONE)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    wide = page.evaluate(
        """[...document.querySelectorAll("main *")].filter((each) =>
            each.getBoundingClientRect().right > innerWidth
            && !each.closest("svg")).map((each) => each.outerHTML)"""
    )

    assert wide == []
    assert (
        page.locator(".cards td").first.evaluate(
            "cell => getComputedStyle(cell).display"
        )
        == "block"
    )


def test_gap_links_to_its_answer_in_the_appendix_and_the_answer_links_back(opened):
    page = opened("stilts.html", page_of("stilts"))
    page.locator("section[aria-labelledby=gaps] a", has_text="MOV-01").click()
    page.wait_for_function("location.hash == '#MOV-01'")
    page.locator("tr:target .back a", has_text="The gaps").click()

    page.wait_for_function("location.hash == '#gaps-MOV-01'")
    assert page.evaluate("document.querySelector(':target').textContent") == "MOV-01"


def test_appendix_is_printed_even_while_folded(opened):
    page = opened("stilts.html", page_of("stilts"))
    printed = " ".join(printed_sheets(page))

    assert page.locator("details[open]").count() == 0
    assert "Be ready for mistakes and surprises" in printed
    assert "Done when:" in printed


def printed_sheets(page: Page) -> list[str]:
    """Print a page on A4; return the text of each sheet, with single spaces."""
    sheets = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True))).pages
    a4 = (595, 842)  # width and height in points
    sizes = {(round(s.mediabox.width), round(s.mediabox.height)) for s in sheets}
    assert sizes == {a4}
    # Text extracted from a PDF has ligatures such as fi as single characters.
    texts = (unicodedata.normalize("NFKC", sheet.extract_text()) for sheet in sheets)
    return [" ".join(text.split()) for text in texts]


def full_sheet() -> AnswerSheet:
    """Return a sheet with a long text for each line of the page for a sponsor."""
    text = "In May 12 of the 40 sites sent {} by hand, and nobody counted the rest."
    stilts = SHEETS["stilts"]
    lines = {each.id: text.format(f"their {each.id}") for each in KICKOFF.background}
    answers = {
        id_: each._replace(note=text.format(f"list {n}"))
        for n, (id_, each) in enumerate(stilts.answers.items())
    }
    return stilts._replace(background=lines, answers=answers)


@pytest.mark.parametrize("name", [*SHEETS, "full"])
def test_sponsor_page_prints_on_one_sheet_of_paper(opened, name):
    sheet = full_sheet() if name == "full" else SHEETS[name]
    text = html_page(assess(KICKOFF, sheet), "24 November 2026", Reader.SPONSOR)

    assert len(printed_sheets(opened("sponsor.html", text))) == 1


@pytest.mark.parametrize("name", ["stilts", "assistant"])
def test_printed_report_splits_no_table_row_between_two_pages(opened, name):
    page = opened("all.html", page_of(name))
    rows = page.evaluate(
        """[...document.querySelectorAll("tbody tr")].map((row) =>
            [...row.cells].map((cell) => {
                const shown = cell.cloneNode(true);
                shown.querySelectorAll(".back").forEach((back) => back.remove());
                return shown.textContent;
            }))"""
    )
    # Cells and sheets are compared without spaces, because narrow columns also break
    # lines at hyphens.
    sheets = [re.sub(r"\s", "", sheet) for sheet in printed_sheets(page)]
    cut = [
        row
        for row in rows
        if not any(
            all(re.sub(r"\s", "", cell) in sheet for cell in row) for sheet in sheets
        )
    ]

    assert len(rows) > 70
    assert cut == []
