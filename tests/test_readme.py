import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from mlready.cli.commands import app

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
    modules = {path.stem for path in (ROOT / "mlready").rglob("*.py")} - {"__init__"}
    table = README[README.index("| package |") :]

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


@pytest.mark.parametrize(
    ("said", "row"),
    [
        pytest.param(r"`--version` ([\d.]+)", "--version", id="version"),
        pytest.param(r"`--help` ([\d.]+)", "--help", id="help"),
        pytest.param(r"`validate` ([\d.]+)", "validate", id="validate"),
        pytest.param(r"`report` ([\d.]+) \(", "report", id="report"),
        pytest.param(r"HTML ([\d.]+)", "report --format html", id="a page"),
        pytest.param(r"JSON ([\d.]+)\)", "report --format json", id="data"),
        pytest.param(r"`demo` ([\d.]+)", "demo", id="demo"),
        pytest.param(
            r"takes ([\d.]+) imports", "interview, first question", id="interview"
        ),
        pytest.param(r"([\d.]+) of a run of deon 0.3.0", "deon 0.3.0", id="deon"),
        pytest.param(r"([\d.]+) of copier 9.19.1", "copier 9.19.1", id="copier"),
        pytest.param(
            r"([\d.]+) of cookiecutter", "cookiecutter 2.7.1", id="cookiecutter"
        ),
        pytest.param(r"([\d.]+) of repo-review", "repo-review 1.3.0", id="repo-review"),
    ],
)
def test_what_it_costs_is_what_was_measured(said: str, row: str):
    results = (ROOT / "tests" / "benchmarks" / "RESULTS.md").read_text(encoding="utf-8")
    [shown] = re.findall(said, README)
    [measured] = re.findall(rf"^{re.escape(row)}  +([\d.]+)", results, re.MULTILINE)

    places = len(shown.partition(".")[2])
    assert shown == f"{float(measured):.{places}f}"
