"""README.md and CONTRIBUTING.md agree with the actual commands, modules and files."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from mlready.cli.commands import app
from tests.recipes import need, run

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
BLOCKS = [
    block for _, block in re.findall(r"(`{3,})console\n(.*?)\1\n", README, re.DOTALL)
]
PATH = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.splitlines()[0])
def test_each_console_example_in_the_readme_shows_the_real_output(
    block: str, tmp_path: Path
):
    commands = re.findall(r"^\$ (.*)$", block, re.MULTILINE)
    shown = "".join(f"$ {command}\n{_run(command, tmp_path)}" for command in commands)

    assert shown == block


def test_readme_mentions_every_command():
    callbacks = [command.callback for command in app.registered_commands]
    commands = {callback.__name__ for callback in callbacks if callback}
    commands |= {str(group.name) for group in app.registered_groups}
    mentioned = set(re.findall(r"mlready ([a-z]+)", README))

    assert commands <= mentioned
    assert mentioned - commands <= {"asks"}


def test_ci_runs_the_two_installation_commands_in_the_readme():
    shown = re.findall(r"^python3 -m venv .*$", README, re.MULTILINE)
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")

    assert len(shown) == 2
    assert [command for command in shown if command not in script] == []


def test_package_table_in_contributing_names_every_module():
    named = {
        package.strip("`"): set(re.findall(r"`(\w+)`", modules))
        for package, _, modules, _ in re.findall(
            r"^\| (\S+) \| (.*) \| (.*) \| (.*) \|$", CONTRIBUTING, re.MULTILINE
        )
        if package not in {"package", "---"}
    }
    folder = ROOT / "mlready"
    modules = {
        path.name: {each.stem for each in path.glob("*.py")} - {"__init__"}
        for path in folder.iterdir()
        if (path / "__init__.py").exists()
    }
    modules["(root)"] = {each.stem for each in folder.glob("*.py")} - {"__init__"}

    assert named == modules


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_every_link_in_readme_and_contributing_points_to_an_existing_file(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!http)([^)]+)\)", text)

    assert [link for link in links if not (ROOT / link).exists()] == []


def test_files_named_in_contributing_exist():
    paths = re.findall(r"`(?:pytest )?((?:[\w.]+/)+\w[\w.]*)`?", CONTRIBUTING)
    places = [ROOT, ROOT / "mlready"]
    missing = [
        path for path in paths if not any((place / path).exists() for place in places)
    ]

    assert len(paths) > 15
    assert missing == []


def test_readme_commands_for_use_after_an_interview_run_as_shown(tmp_path: Path):
    need("pandoc")
    block = README.partition("where you need it:\n\n```sh\n")[2].partition("```")[0]
    example = ROOT / "questionnaires" / "examples" / "ready.yaml"
    (tmp_path / "mlready.yaml").write_bytes(example.read_bytes())

    assert len(block.splitlines()) == 5
    assert run(block, tmp_path).code == 0
    assert {path.name for path in tmp_path.iterdir()} == {
        "kickoff.docx", "mlready.yaml", "questions.md", "report.md",
    }  # fmt: skip


def test_readme_has_at_most_120_lines():
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
    ("pattern", "row"),
    [
        pytest.param(r"`--version` ([\d.]+)", "--version", id="option --version"),
        pytest.param(r"`--help` ([\d.]+)", "--help", id="option --help"),
        pytest.param(r"`validate` ([\d.]+)", "validate", id="validate"),
        pytest.param(r"`report` ([\d.]+) \(", "report", id="report"),
        pytest.param(r"HTML ([\d.]+)", "report --format html", id="report as HTML"),
        pytest.param(r"JSON ([\d.]+)\)", "report --format json", id="report as JSON"),
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
def test_figures_quoted_in_the_readme_match_the_benchmark_results(
    pattern: str, row: str
):
    results = (ROOT / "tests" / "benchmarks" / "RESULTS.md").read_text(encoding="utf-8")
    [shown] = re.findall(pattern, README)
    [measured] = re.findall(rf"^{re.escape(row)}  +([\d.]+)", results, re.MULTILINE)

    places = len(shown.partition(".")[2])
    assert shown == f"{float(measured):.{places}f}"
