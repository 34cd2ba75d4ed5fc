"""The report in other people's pipelines: docs/pipelines.md, the hooks, the action."""

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


class Look(NamedTuple):
    """What must come through: texts in fixed pitch, and the cells of each table row."""

    pictures: list[str]
    tables: list[list[int]]


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A folder with answers and a document with a block to fill."""
    return team(tmp_path)


def follow(name: str, folder: Path) -> None:
    """Do what a recipe says; every command must succeed."""
    for path, text in RECIPES[name].files.items():
        write(folder, path, text)
    for command in RECIPES[name].commands:
        assert (run(command, folder).code, command) == (0, command)


# Pages


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.look = Look([], [])
        self.in_picture = False

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag == "pre":
            self.in_picture = True
            self.look.pictures.append("")
        elif tag == "table":
            self.look.tables.append([])
        elif tag == "tr":
            self.look.tables[-1].append(0)
        elif tag in {"td", "th"}:
            self.look.tables[-1][-1] += 1

    def handle_endtag(self, tag: str) -> None:
        self.in_picture = self.in_picture and tag != "pre"

    def handle_data(self, data: str) -> None:
        if self.in_picture:
            self.look.pictures[-1] += data


def in_html(text: str) -> Look:
    page = _Page()
    page.feed(text)
    return Look(
        [picture.strip("\n") for picture in page.look.pictures], page.look.tables
    )


def in_markdown(text: str) -> Look:
    pictures = re.findall(r"^```text\n(.*?)\n```$", text, re.MULTILINE | re.DOTALL)
    runs = groupby(text.splitlines(), lambda line: line.startswith("| "))
    tables = [
        [len(re.findall(r"(?<!\\)\|", row)) - 1 for row in rows if "| --- |" not in row]
        for is_table, rows in runs
        if is_table
    ]
    return Look(pictures, tables)


def in_docx(path: Path) -> Look:
    with zipfile.ZipFile(path) as parts:
        body = ET.fromstring(parts.read("word/document.xml"))
    pictures = [
        "".join(
            "\n" if sign.tag == f"{WORD}br" else sign.text or "" for sign in code.iter()
        )
        for code in body.iter(f"{WORD}p")
        if code.find(f"{WORD}pPr/{WORD}pStyle[@{WORD}val='SourceCode']") is not None
    ]
    tables = [
        [len(row.findall(f"{WORD}tc")) for row in table.iter(f"{WORD}tr")]
        for table in body.iter(f"{WORD}tbl")
    ]
    return Look(pictures, tables)


@pytest.mark.parametrize(
    ("name", "tools", "made"),
    [
        pytest.param("MkDocs", ["mkdocs"], "site/kickoff/index.html", id="mkdocs"),
        pytest.param(
            "Sphinx with MyST", ["sphinx-build"], "_build/kickoff.html", id="sphinx"
        ),
    ],
)
def test_a_site_shows_picture_and_tables(here, name, tools, made):
    need(*tools)
    source = run(["mlready", "report", "mlready.yaml"], here).out

    follow(name, here)

    look = in_markdown(source)
    assert len(look.pictures) == 1
    assert len(look.tables) > 5
    page = (here / made).read_text(encoding="utf-8")
    # The theme's own tables stand outside of what is the page's.
    ours = page.partition('role="main"')[2].partition("<footer")[0]
    assert in_html(ours) == look


@pytest.mark.parametrize("kind", ["gfm", "markdown"])
def test_pandoc_shows_picture_and_tables(here, kind):
    need("pandoc")
    source = run(["mlready", "report", "mlready.yaml", "-o", "kickoff.md"], here).out
    source = (here / "kickoff.md").read_text(encoding="utf-8")

    page = run(["pandoc", "-f", kind, "-t", "html", "kickoff.md"], here).out

    assert in_html(page) == in_markdown(source)


def test_a_docx_and_a_pdf_show_picture_and_tables(here):
    need("pandoc", "weasyprint", "pdftotext")
    look = in_markdown(run(["mlready", "report", "mlready.yaml"], here).out)

    follow("PDF and DOCX with pandoc", here)

    assert in_docx(here / "kickoff.docx") == look
    printed = run(["pdftotext", "-layout", "kickoff.pdf", "-"], here).out
    lines = [" ".join(line.split()) for line in printed.splitlines()]
    picture = [" ".join(line.split()) for line in look.pictures[0].splitlines()]
    assert lines[lines.index(picture[0]) :][: len(picture)] == picture


def by_mkdocs(document: str) -> str:
    markdown = pytest.importorskip("markdown", reason="not installed: mkdocs")
    page = markdown.markdown(document, extensions=["toc", "tables", "fenced_code"])
    return str(page)


def by_pandoc(kind: str) -> Callable[[str], str]:
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


def alike(page: str) -> str:
    """Return a page less what readers do to all text, and names made of headings.

    Pandoc makes several spaces one, and a letter and its accent too.
    """
    nameless = re.sub(
        rf"(<h[1-6]) id=[^{hostile.EDGE}]*>{hostile.EDGE}", rf"\1>{hostile.EDGE}", page
    )
    return unicodedata.normalize("NFC", re.sub(" +", " ", nameless))


@pytest.mark.parametrize(
    "reader",
    [
        pytest.param(by_mkdocs, id="mkdocs"),
        pytest.param(by_pandoc("gfm"), id="pandoc"),
        # Quotes and dashes are for the host to choose.
        pytest.param(by_pandoc("markdown-smart"), id="quarto"),
    ],
)
def test_hostile_notes_do_nothing_to_a_page(kickoff, reader):
    texts = list(islice(hostile.notes(Random(1)), hostile.places(kickoff)))

    page = alike(hostile.tree(reader(hostile.plain(kickoff))))
    wanted = alike(hostile.trimmed(hostile.filled(page, texts)))
    found = alike(hostile.tree(reader(hostile.report(kickoff, texts))))
    assert not hostile.difference(wanted, found)


def test_a_recipe_is_tried_or_says_that_it_is_not():
    tried = {
        "A report inside a document", "MkDocs", "Sphinx with MyST",
        "PDF and DOCX with pandoc", "pre-commit", "GitHub Actions", "GitLab CI",
    }  # fmt: skip
    silent = {
        name for name, each in RECIPES.items() if "Not tried here" not in each.text
    }

    assert silent == tried


def test_a_block_is_filled_and_checked(here):
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


# What the makers of the formats say


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
def test_a_file_is_what_its_readers_expect(tmp_path, schema, section, file):
    need("check-jsonschema")
    path = ROOT / file
    if section:
        write(tmp_path, file, RECIPES[section].files[file])
        path = tmp_path / file

    done = run(["check-jsonschema", "--builtin-schema", schema, str(path)], tmp_path)

    assert done.code == 0, done.out


@pytest.mark.parametrize(("example", "code"), [("ready", 0), ("stilts", 1)])
def test_the_gitlab_job_runs(here, example, code):
    shutil.copy(EXAMPLES / f"{example}.yaml", here / "mlready.yaml")
    run(FILL, here)
    job = yaml.safe_load(RECIPES["GitLab CI"].files[".gitlab-ci.yml"])["readiness"]
    install, *script = job["script"]

    done = run("\n".join(script), here)

    assert install.startswith("pip install ")
    assert done.code == code
    assert [(here / name).exists() for name in job["artifacts"]["paths"]] == [True]
