"""Commands, outputs, files and links in README.md and docs match the program."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryFile
from textwrap import dedent, indent
from typing import NamedTuple

import pytest

from mlready.assessment.assess import assess
from mlready.assessment.timeline import timeline
from mlready.errors import DocumentError
from mlready.interview.hints import KEYS
from mlready.report.comparison_svg import trend_svg
from mlready.report.svg import pyramid_svg
from mlready.storage import answers_file
from tests.figures import filled
from tests.program import Program
from tests.recipes import NO_CONFIG, PATH, write
from tests.reference_pages import options, pages
from tests.samples import KICKOFF, ROOT, answered_by, example
from tests.year import points

DOCS = ROOT / "docs"
REFERENCE = DOCS / "reference"
# The recipes of pipelines.md are tested by test_pipelines.py.
TESTED_ELSEWHERE = {DOCS / "how-to" / "pipelines.md"}
PAGES = [
    path
    for path in [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
    if path.parent != REFERENCE and path not in TESTED_ELSEWHERE
]
FENCE = re.compile(
    r'^(?P<indent> *)(?P<fence>`{3,})(?P<kind>\w+)(?: title="(?P<file>[^"]+)")?\n'
    r"(?P<text>.*?)^(?P=indent)(?P=fence)$",
    re.MULTILINE | re.DOTALL,
)
SOURCE = "https://github.com/mlready/mlready/blob/main/"
IMAGES = DOCS / "images"
MOST_BYTES = 200_000  # of all images together
_IMAGE = re.compile(r"!\[[^\]]*\]\(([^)]+)\)")


class Block(NamedTuple):
    kind: str  # the language
    file: str  # name of the file that the block shows, or ""
    text: str
    indent: str
    span: tuple[int, int]  # where the text begins and ends in the page


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def blocks(text: str) -> Iterator[Block]:
    for found in FENCE.finditer(text):
        yield Block(
            found["kind"], found["file"] or "", dedent(found["text"]),
            found["indent"], found.span("text"),
        )  # fmt: skip


def commands(text: str) -> list[str]:
    return [line for line in text.splitlines() if line and not line.startswith("#")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the questionnaires and three answers files."""
    (tmp_path / "questionnaires").symlink_to(ROOT / "questionnaires")
    write(tmp_path, "mlready.yaml", answers_file.dump(example("stilts"), KICKOFF))
    for name, role in (("ana", "data_engineer"), ("bo", "owner")):
        sheet = answered_by(example("ready"), name.title(), role)
        write(tmp_path, f"{name}.yaml", answers_file.dump(sheet, KICKOFF))
    return tmp_path


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_commands_in_a_docs_page_print_what_the_page_shows(
    page: Path, folder: Path, program: Program, *, update_golden: bool
):
    text = page.read_text(encoding="utf-8")
    shown = text
    for block in reversed([*_followed(text, folder, program)]):
        start, end = block.span
        shown = f"{shown[:start]}{indent(block.text, block.indent)}{shown[end:]}"

    if update_golden:
        page.write_text(shown, encoding="utf-8")
    assert shown == page.read_text(encoding="utf-8")


def _followed(text: str, folder: Path, program: Program) -> Iterator[Block]:
    """Run the commands of a page; yield each console block with its actual output."""
    for block in blocks(text):
        if block.file:
            write(folder, block.file, block.text)
        elif block.kind == "sh":
            for command in commands(block.text):
                _run(command, folder, program)
        elif block.kind == "console":
            lines = re.findall(r"^\$ (.*)$", block.text, re.MULTILINE)
            outputs = [f"$ {line}\n{_output(line, folder, program)}" for line in lines]
            yield block._replace(text="".join(outputs))


def _run(command: str, folder: Path, program: Program) -> None:
    """Run a command and check that it succeeds; leave an interview after one reply.

    Nothing is run for an installation, git, cd or a tool that is missing.
    """
    if re.match(r"(python3 -m venv|\. \.venv|pip|git|cd) ?", command):
        return
    if re.match(r"mlready interview\b", command):
        _leave_interview(command, folder)
    elif not [tool for tool in ("pandoc",) if tool in command and not _found(tool)]:
        code, output = _done(command, folder, program)
        assert code == 0, f"{command}\n{output}"


def _found(tool: str) -> bool:
    return shutil.which(tool, path=PATH) is not None


def _output(command: str, folder: Path, program: Program) -> str:
    return _done(command, folder, program)[1]


def _done(command: str, folder: Path, program: Program) -> tuple[int, str]:
    # Commands run without a shell where they can, to save time.
    if re.fullmatch(r"mlready [\w ./=:'-]+", command) and "--help" not in command:
        with TemporaryFile() as output:
            done = program.run(
                *shlex.split(command)[1:], stdout=output, stderr=output, cwd=folder
            )
            output.seek(0)
            return done.code, output.read().decode()
    found = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command], check=False, text=True, cwd=folder,
        env=_environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    return found.returncode, found.stdout


def _environment() -> dict[str, str]:
    return {**os.environ, **NO_CONFIG, "PATH": PATH}


def _leave_interview(command: str, folder: Path) -> None:
    if sys.platform == "win32":
        return
    from tests.terminal import HINT, Terminal

    arguments = shlex.split(command, comments=True)[2:]
    terminal = Terminal(folder, *arguments, columns=100, rows=40)
    try:
        # Keys that come before the first prompt is drawn are discarded.
        terminal.until(KEYS)
        # A name, or yes where comments will not be kept; key by key, as people type.
        terminal.send(*"yes")
        terminal.until("yes")
        terminal.clear()  # so that the hint that is awaited is that of the next prompt
        terminal.send("enter")
        terminal.until(HINT)
        terminal.send("ctrl-c")
        assert terminal.ended() == 130, terminal.text()
    finally:
        terminal.close()


def test_ci_runs_the_installation_commands_shown_in_the_docs():
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    shown = {
        command
        for page in PAGES
        for command in re.findall(
            r"^python3 -m venv .*$", page.read_text(encoding="utf-8"), re.MULTILINE
        )
    }

    assert len(shown) == 2
    assert {command for command in shown if command not in script} == set()


@pytest.mark.parametrize("page", [*PAGES, *TESTED_ELSEWHERE], ids=name_of)
def test_commands_and_options_named_in_a_docs_page_exist(page: Path):
    known = options()
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    named = re.findall(r"`mlready ([a-z]+)([^`\n]*)`", text)
    unknown = [
        (command, option)
        for command, rest in named
        for option in ["", *re.findall(r"(?<!\S)--?[a-z][a-z-]*", rest)]
        if option not in known.get(command, set())
    ]

    assert unknown == []


@pytest.mark.parametrize("name", pages())
def test_reference_page_in_the_docs_matches_the_program(
    name: str, *, update_golden: bool
):
    text = pages()[name]()
    path = REFERENCE / name

    if update_golden:
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text


def test_docs_reference_folder_has_only_generated_pages():
    assert {path.name for path in REFERENCE.glob("*")} == set(pages())


def test_answers_files_in_the_docs_are_valid_except_the_faulty_example():
    shown = {
        f"{name_of(path)}: {block.file}": block.text
        for path in sorted(DOCS.rglob("*.md"))
        for block in blocks(path.read_text(encoding="utf-8"))
        if block.text.startswith("questionnaire: ")
    }
    wrong = []
    for name, text in shown.items():
        try:
            answers_file.read(text.encode(), "a.yaml", KICKOFF)
        except DocumentError:
            wrong.append(name)

    assert len(shown) > 1
    assert wrong == ["docs/how-to/assistant.md: mistakes.yaml"]


@pytest.mark.parametrize("page", [*PAGES, *TESTED_ELSEWHERE], ids=name_of)
def test_links_of_a_page_to_files_of_the_repository_are_valid(page: Path):
    text = page.read_text(encoding="utf-8")
    to_sources = re.findall(rf"\]\({re.escape(SOURCE)}([^)#]+)", text)
    relative = re.findall(r"\]\((?!http|#)([^)#]+)", text)
    missing = [link for link in to_sources if not (ROOT / link).exists()]
    missing += [link for link in relative if not (page.parent / link).exists()]

    assert missing == []


def test_every_docs_page_is_in_the_navigation_of_the_documentation_site():
    config = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    listed = re.findall(r"[\w/-]+\.md$", config, re.MULTILINE)
    pages_of_site = {path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md")}

    assert sorted(listed) == sorted(pages_of_site)


def test_pyramid_image_in_the_docs_matches_the_program(*, update_golden: bool):
    drawn = pyramid_svg(assess(KICKOFF, example("stilts")))
    path = IMAGES / "pyramid.svg"

    if update_golden:
        path.write_text(drawn, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == drawn


def test_trend_image_in_the_docs_matches_the_program(*, update_golden: bool):
    drawn = trend_svg(timeline(KICKOFF, points()))
    path = IMAGES / "trend.svg"

    if update_golden:
        path.write_text(drawn, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == drawn


def test_every_image_in_the_docs_is_used_and_the_total_size_is_limited():
    texts = [path.read_text(encoding="utf-8") for path in PAGES]
    shown = {Path(link).name for text in texts for link in _IMAGE.findall(text)}
    sizes = {path.name: path.stat().st_size for path in IMAGES.iterdir()}

    assert sizes.keys() == shown
    assert sum(sizes.values()) <= MOST_BYTES


@pytest.mark.parametrize(
    "page", sorted((DOCS / "explanation").glob("*.md")), ids=lambda path: path.stem
)
def test_numbers_in_the_docs_match_the_benchmark_results(
    page: Path, *, update_golden: bool
):
    text = filled(page.read_text(encoding="utf-8"))

    if update_golden:
        page.write_text(text, encoding="utf-8")
    assert page.read_text(encoding="utf-8") == text
