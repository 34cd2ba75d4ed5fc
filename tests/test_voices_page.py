"""The commands and files shown in docs/voices.md work as they stand."""

import re
from pathlib import Path
from textwrap import dedent

import pytest

from mlready.cli.commands import app
from mlready.storage import answers_file
from tests.recipes import run, write
from tests.samples import KICKOFF, ROOT, answered_by, example

PAGE = (ROOT / "docs" / "voices.md").read_text(encoding="utf-8")
BLOCKS = [
    (kind, name, dedent(content))
    for _, kind, name, content in re.findall(
        r'^( *)```(\w+)(?: title="([^"]+)")?\n(.*?)^ *```$',
        PAGE,
        re.MULTILINE | re.DOTALL,
    )
]
FILES = {name: content for _, name, content in BLOCKS if name}
COMMANDS = [
    line
    for kind, _, content in BLOCKS
    for line in content.splitlines()
    if kind in {"sh", "text"}
]


def of_kind(kind: str) -> str:
    return "".join(content for each, _, content in BLOCKS if each == kind)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with the files of the page, and the answers of Ana and Bo."""
    for name, role in (("ana", "data_engineer"), ("bo", "owner")):
        sheet = answered_by(example("ready"), name.title(), role)
        write(tmp_path, f"{name}.yaml", answers_file.dump(sheet, KICKOFF))
    for name, content in FILES.items():
        write(tmp_path, name, content)
    return tmp_path


def test_commands_of_the_page_on_several_voices_run_as_shown(folder: Path):
    commands = of_kind("sh")
    done = run(commands, folder)
    written = set(re.findall(r" -o (\S+)", commands))

    assert (done.code, done.out) == (0, "")
    assert written <= {path.name for path in folder.iterdir()}
    assert len(written) == 11


def test_output_shown_on_the_page_on_several_voices_is_the_real_output(folder: Path):
    shown = of_kind("console")
    command, *lines = shown.splitlines()
    done = run(command.removeprefix("$ "), folder)

    assert command.startswith("$ mlready validate ")
    assert done.code == 3
    assert done.err.splitlines() == lines


def test_files_of_the_page_on_several_voices_say_whose_they_are():
    head = "questionnaire: kickoff\nversion: 1\n"
    [example_block] = [
        text for kind, name, text in BLOCKS if kind == "yaml" and not name
    ]
    sheet = answers_file.read(f"{head}{example_block}".encode(), "a.yaml", KICKOFF)

    assert (sheet.voice.name, sheet.voice.role) == ("Bo", "owner")
    assert set(KICKOFF.roles) <= set(re.findall(r"`(\w+)`", PAGE))


def test_every_command_and_option_on_the_page_on_several_voices_exists():
    callbacks = [command.callback for command in app.registered_commands]
    known = {callback.__name__: callback for callback in callbacks if callback}
    used = {line.split()[1] for line in COMMANDS}

    assert used <= known.keys()
    assert {
        "interview",
        "form",
        "ask",
        "agenda",
        "report",
        "validate",
        "blank",
    } == used
