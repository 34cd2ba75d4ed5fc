"""Recipes in docs/how-to/pipelines.md, and reports converted to other formats."""

import re
import shutil
import subprocess
import unicodedata
import zipfile
from collections.abc import Callable
from html.parser import HTMLParser
from itertools import groupby, islice
from pathlib import Path
from random import Random
from typing import NamedTuple
from xml.etree import ElementTree as ET

import pytest
import yaml

from tests.benchmarks import hostile
from tests.commands import Done
from tests.recipes import (
    CHECK,
    EXAMPLES,
    FILL,
    RECIPES,
    ROOT,
    need,
    run,
    team,
    write,
)

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
BEGIN, END = "<!-- mlready:begin for=sponsor heading=2 -->", "<!-- mlready:end -->"


class Content(NamedTuple):
    """The parts of a document that must survive a conversion."""

    pictures: list[str]  # preformatted texts
    tables: list[list[int]]  # numbers of cells, by table and row


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A folder with an answers file, and a document with a block for a report."""
    return team(tmp_path)


def follow_recipe(name: str, folder: Path) -> None:
    """Write the files of a recipe to a folder, and run its commands."""
    for path, text in RECIPES[name].files.items():
        write(folder, path, text)
    for command in RECIPES[name].commands:
        assert (run(command, folder).code, command) == (0, command)


# Reports converted to HTML, DOCX and PDF


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.content = Content([], [])
        self.in_picture = False

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag == "pre":
            self.in_picture = True
            self.content.pictures.append("")
        elif tag == "table":
            self.content.tables.append([])
        elif tag == "tr":
            self.content.tables[-1].append(0)
        elif tag in {"td", "th"}:
            self.content.tables[-1][-1] += 1

    def handle_endtag(self, tag: str) -> None:
        self.in_picture = self.in_picture and tag != "pre"

    def handle_data(self, data: str) -> None:
        if self.in_picture:
            self.content.pictures[-1] += data


def content_of_html(text: str) -> Content:
    page = _Page()
    page.feed(text)
    return Content(
        [picture.strip("\n") for picture in page.content.pictures], page.content.tables
    )


def content_of_markdown(text: str) -> Content:
    fenced = re.compile(r"^```text\n(.*?)\n```$", re.MULTILINE | re.DOTALL)
    pictures = fenced.findall(text)
    lines = fenced.sub("", text).splitlines()
    runs = groupby(lines, lambda line: line.startswith("| "))
    tables = [
        [len(re.findall(r"(?<!\\)\|", row)) - 1 for row in rows if "| --- |" not in row]
        for is_table, rows in runs
        if is_table
    ]
    return Content(pictures, tables)


def content_of_docx(path: Path) -> Content:
    with zipfile.ZipFile(path) as parts:
        body = ET.fromstring(parts.read("word/document.xml"))
    pictures = [
        "".join(
            "\n" if part.tag == f"{WORD}br" else part.text or "" for part in code.iter()
        )
        for code in body.iter(f"{WORD}p")
        if code.find(f"{WORD}pPr/{WORD}pStyle[@{WORD}val='SourceCode']") is not None
    ]
    tables = [
        [len(row.findall(f"{WORD}tc")) for row in table.iter(f"{WORD}tr")]
        for table in body.iter(f"{WORD}tbl")
    ]
    return Content(pictures, tables)


@pytest.mark.parametrize(
    ("name", "tools", "page_path"),
    [
        pytest.param("MkDocs", ["mkdocs"], "site/kickoff/index.html", id="mkdocs"),
        pytest.param(
            "Sphinx with MyST", ["sphinx-build"], "_build/kickoff.html", id="sphinx"
        ),
    ],
)
def test_generated_site_shows_the_pyramid_and_tables_of_a_report(
    here, name, tools, page_path
):
    need(*tools)
    source = run(["mlready", "report", "mlready.yaml"], here).out

    follow_recipe(name, here)

    content = content_of_markdown(source)
    assert len(content.pictures) == 1
    assert len(content.tables) > 5
    page = (here / page_path).read_text(encoding="utf-8")
    # The site theme adds tables of its own outside the main part of the page.
    body = page.partition('role="main"')[2].partition("<footer")[0]
    assert content_of_html(body) == content


@pytest.mark.parametrize("kind", ["gfm", "markdown"])
def test_page_made_by_pandoc_shows_the_pyramid_and_tables_of_a_report(here, kind):
    need("pandoc")
    source = run(["mlready", "report", "mlready.yaml", "-o", "kickoff.md"], here).out
    source = (here / "kickoff.md").read_text(encoding="utf-8")

    page = run(["pandoc", "-f", kind, "-t", "html", "kickoff.md"], here).out

    assert content_of_html(page) == content_of_markdown(source)


def test_docx_and_pdf_files_show_the_pyramid_and_tables_of_a_report(here):
    need("pandoc", "weasyprint", "pdftotext")
    content = content_of_markdown(run(["mlready", "report", "mlready.yaml"], here).out)

    follow_recipe("PDF and DOCX with pandoc", here)

    assert content_of_docx(here / "kickoff.docx") == content
    printed = run(["pdftotext", "-layout", "kickoff.pdf", "-"], here).out
    lines = [" ".join(line.split()) for line in printed.splitlines()]
    picture = [" ".join(line.split()) for line in content.pictures[0].splitlines()]
    assert lines[lines.index(picture[0]) :][: len(picture)] == picture


def mkdocs_html(document: str) -> str:
    markdown = pytest.importorskip("markdown", reason="not installed: mkdocs")
    page = markdown.markdown(document, extensions=["toc", "tables", "fenced_code"])
    return str(page)


def pandoc_html(kind: str) -> Callable[[str], str]:
    def read(document: str) -> str:
        need("pandoc")
        options = ["-t", "html", "--wrap=none", "--no-highlight"]
        done = subprocess.run(
            ["pandoc", "-f", kind, *options],
            input=document.encode(),
            capture_output=True,
            check=True,
        )
        return done.stdout.decode()

    return read


def normalised(page: str) -> str:
    """Return a page without heading ids, with single spaces and composed accents."""
    without_ids = re.sub(
        rf"(<h[1-6]) id=[^{hostile.EDGE}]*>{hostile.EDGE}", rf"\1>{hostile.EDGE}", page
    )
    return unicodedata.normalize("NFC", re.sub(" +", " ", without_ids))


@pytest.mark.parametrize(
    "converter",
    [
        pytest.param(mkdocs_html, id="mkdocs"),
        pytest.param(pandoc_html("gfm"), id="pandoc"),
        # Without smart quotes and dashes, because converters treat them differently.
        pytest.param(pandoc_html("markdown-smart"), id="quarto"),
    ],
)
def test_hostile_notes_do_not_change_the_structure_of_a_converted_page(
    kickoff, converter
):
    texts = list(islice(hostile.notes(Random(1)), hostile.number_of_texts(kickoff)))

    page = normalised(hostile.tree(converter(hostile.plain(kickoff))))
    expected = normalised(hostile.trimmed(hostile.filled(page, texts)))
    found = normalised(hostile.tree(converter(hostile.report(kickoff, texts))))
    assert not hostile.difference(expected, found)


def test_each_pipeline_recipe_is_tested_or_marked_as_untested():
    tested = {
        "A report inside a document", "MkDocs", "Sphinx with MyST",
        "PDF and DOCX with pandoc", "pre-commit", "GitHub Actions", "GitLab CI",
        "When a yes grows old",
    }  # fmt: skip
    not_marked = {
        name for name, each in RECIPES.items() if "Not tested" not in each.text
    }

    assert not_marked == tested


def test_recipe_that_checks_the_age_of_answers_fails_for_old_answers(here):
    text = RECIPES["When a yes grows old"].text
    (command,) = re.findall(r"`(mlready report [^`]+)`", text)
    two = [here / "mlready.yaml", here / "second.yaml"]
    ready = (ROOT / "questionnaires" / "examples" / "ready.yaml").read_text("utf-8")
    for path, name in zip(two, ("Ana", "Bo"), strict=True):
        voice = f"voice: {{name: {name}, date: 2020-01-01}}\n"
        path.write_text(voice + ready, encoding="utf-8")
    command = command.replace("mlready.yaml", "mlready.yaml second.yaml")

    undated = command.replace(' --date "$(date +%F)"', "")
    assert run(["sh", "-c", undated], here).code == 0
    done = run(["sh", "-c", command], here)
    assert done.code == 1
    assert "too old" in done.out


def test_recipe_commands_fill_and_check_a_report_block_in_a_readme(here):
    before = (here / "README.md").read_bytes()

    assert run(CHECK, here).code == 1
    assert (here / "README.md").read_bytes() == before
    assert run(FILL, here).code == 0
    assert run(CHECK, here) == Done(0, "", "")
    sponsor = run(
        ["mlready", "report", "mlready.yaml", "--for", "sponsor", "--heading", "2"],
        here,
    ).out
    text = (here / "README.md").read_text(encoding="utf-8")
    assert text.split(BEGIN)[1].split(END)[0].strip() == sponsor.strip()


# Files that are checked against published schemas


@pytest.mark.parametrize(
    ("schema", "section", "file"),
    [
        pytest.param("vendor.github-actions", "", "action.yml", id="action"),
        pytest.param(
            "vendor.github-workflows",
            "GitHub Actions",
            ".github/workflows/readiness.yml",
            id="workflow",
        ),
        pytest.param("vendor.gitlab-ci", "GitLab CI", ".gitlab-ci.yml", id="GitLab"),
    ],
)
def test_ci_configuration_file_matches_its_published_schema(
    tmp_path, schema, section, file
):
    need("check-jsonschema")
    path = ROOT / file
    if section:
        write(tmp_path, file, RECIPES[section].files[file])
        path = tmp_path / file

    done = run(["check-jsonschema", "--builtin-schema", schema, str(path)], tmp_path)

    assert done.code == 0, done.out


@pytest.mark.parametrize(("example", "code"), [("ready", 0), ("stilts", 1)])
def test_gitlab_job_in_the_docs_succeeds_only_for_a_ready_team(here, example, code):
    shutil.copy(EXAMPLES / f"{example}.yaml", here / "mlready.yaml")
    run(FILL, here)
    job = yaml.safe_load(RECIPES["GitLab CI"].files[".gitlab-ci.yml"])["readiness"]
    install, *script = job["script"]

    done = run("\n".join(script), here)

    assert install.startswith("pip install ")
    assert done.code == code
    assert [(here / name).exists() for name in job["artifacts"]["paths"]] == [True]
