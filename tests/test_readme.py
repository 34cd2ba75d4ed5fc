import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from mlready.cli import app

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = [
    block for _, block in re.findall(r"(`{3,})console\n(.*?)\1\n", README, re.DOTALL)
]
PATH = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.splitlines()[0])
def test_every_session_shown_is_what_happens(block: str, tmp_path: Path):
    commands = re.findall(r"^\$ (.*)$", block, re.MULTILINE)
    shown = "".join(f"$ {command}\n{_run(command, tmp_path)}" for command in commands)

    assert shown == block


def test_every_command_is_mentioned():
    callbacks = [command.callback for command in app.registered_commands]
    commands = {callback.__name__ for callback in callbacks if callback}
    commands |= {str(group.name) for group in app.registered_groups}
    mentioned = set(re.findall(r"mlready ([a-z]+)", README))

    assert commands <= mentioned
    assert mentioned - commands <= {"asks"}


def test_ci_runs_the_two_commands_as_they_are_shown():
    shown = re.findall(r"^python3 -m venv .*$", README, re.MULTILINE)
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")

    assert len(shown) == 2
    assert [command for command in shown if command not in script] == []


def test_every_module_is_in_the_table():
    modules = {path.stem for path in (ROOT / "mlready").glob("*.py")} - {"__init__"}
    table = README[README.index("| module |") :]

    assert modules <= set(re.findall(r"`(\w+)`", table))


def test_every_link_leads_somewhere():
    links = re.findall(r"\]\((?!http)([^)]+)\)", README)

    assert [link for link in links if not (ROOT / link).exists()] == []


def test_it_is_read_in_one_go():
    assert len(README.splitlines()) <= 120


def _run(command: str, folder: Path) -> str:
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env={**os.environ, "PATH": PATH},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.stdout
