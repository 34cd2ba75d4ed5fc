"""Draw the pictures in docs/images: the interview, the form and the sponsor's page.

    python tests/screenshots.py

Needs the extras ``dev`` and ``pipelines``, and Debian's Chromium.
"""

import re
import shutil
import sys
import tempfile
from collections.abc import Sequence
from io import BytesIO, StringIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright
from rich.console import Console
from rich.terminal_theme import SVG_EXPORT_THEME
from rich.text import Text

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from mlready.assessment.assess import assess  # noqa: E402 - after sys.path
from mlready.model.answers import AnswerSheet, empty_sheet  # noqa: E402 - after sys.path
from mlready.report.form import form_page  # noqa: E402 - after sys.path
from mlready.report.html import html_page  # noqa: E402 - after sys.path
from mlready.report.options import Reader  # noqa: E402 - after sys.path
from mlready.storage.answers_file import dump, read  # noqa: E402 - after sys.path
from tests.samples import KICKOFF  # noqa: E402 - after sys.path
from tests.terminal import HINT, Terminal  # noqa: E402 - after sys.path

IMAGES = ROOT / "docs" / "images"
COLUMNS, ROWS = 90, 48
SIZE = 1000, 760  # of the browser's window, in pixels
COLOURS = 32  # of a picture of a page, so that its file is small
QUESTION = "MOV-00"
# Rich's drawing without fonts from another server and without a window around it.
SVG = """\
<svg viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{
  font: {char_height}px/{line_height}px Consolas, "DejaVu Sans Mono", monospace;
}}
{styles}
</style>
<defs>{lines}</defs>
<rect width="{width}" height="{height}" rx="8" fill="#292929"/>
<g transform="translate(8, 20)">
{backgrounds}
<g class="{unique_id}-matrix">{matrix}</g>
</g>
</svg>
"""


def main() -> None:
    page = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
    found = re.search(r'title="churn.yaml"\n(.*?)^```', page, re.DOTALL | re.MULTILINE)
    assert found
    team = read(found[1].encode(), "churn.yaml", KICKOFF)
    without = {id_: each for id_, each in team.answers.items() if id_ != QUESTION}
    asked = team._replace(answers=without, next=QUESTION)
    _draw_interview(asked, "interview.svg")
    _draw_interview(team._replace(next="details"), "picture.svg")
    sheet = empty_sheet(KICKOFF, team.scope)
    pages = {
        "form.png": form_page(KICKOFF, sheet, dump(sheet, KICKOFF)),
        "sponsor.png": html_page(assess(KICKOFF, team), reader=Reader.SPONSOR),
    }
    _draw_pages(pages)


def _draw_interview(sheet: AnswerSheet, name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "churn.yaml").write_text(dump(sheet, KICKOFF), encoding="utf-8")
        terminal = Terminal(Path(folder), "churn.yaml", columns=COLUMNS, rows=ROWS)
        terminal.until(HINT)
        lines = _coloured(terminal)
        terminal.close()
    console = Console(width=COLUMNS, record=True, file=StringIO())
    for line in lines:
        console.print(line, soft_wrap=True)
    svg = console.export_svg(code_format=SVG, theme=SVG_EXPORT_THEME, unique_id="t")
    (IMAGES / name).write_text(svg, encoding="utf-8")


def _coloured(terminal: Terminal) -> Sequence[Text]:
    """Return the lines on a terminal's screen with their colours."""
    lines = []
    for row in range(ROWS):
        line = Text()
        for column in range(COLUMNS):
            cell = terminal.screen.buffer[row][column]
            colour = cell.fg.replace("bright", "bright_").replace("brown", "yellow")
            style = "bold " * cell.bold + ("" if colour == "default" else colour)
            line.append(cell.data, style)
        line.rstrip()
        lines.append(line)
    while lines and not lines[-1].plain:
        lines.pop()
    return lines


def _draw_pages(pages: dict[str, str]) -> None:
    with sync_playwright() as driver, tempfile.TemporaryDirectory() as folder:
        browser = driver.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        for name, text in pages.items():
            path = Path(folder, f"{name}.html")
            path.write_text(text, encoding="utf-8")
            page = browser.new_page(viewport={"width": SIZE[0], "height": SIZE[1]})
            page.goto(path.as_uri())
            if name == "form.png":
                question = page.locator("fieldset", has=page.locator("[type=radio]"))
                question.first.evaluate("each => each.scrollIntoView()")
            _save(page, IMAGES / name)
        browser.close()


def _save(page: Page, path: Path) -> None:
    image = Image.open(BytesIO(page.screenshot()))
    image.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(
        path, optimize=True
    )


if __name__ == "__main__":
    main()
