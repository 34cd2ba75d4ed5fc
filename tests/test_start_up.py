"""Commands import few slow modules, and a wheel renders the same as the checkout."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "questionnaires" / "examples"
EXAMPLE = str(EXAMPLES / "stilts.yaml")
# Direct dependencies of mlready, and modules that are slow to import. Other modules
# that Typer and Jinja import are not compared.
HEAVY = {
    "asyncio",
    "icalendar",
    "importlib.metadata",
    "jinja2",
    "jsonschema_rs",
    "logging",
    "markdown_it",
    "prompt_toolkit",
    "pydantic",
    "questionary",
    "rich",
    "typer",
    "yaml",
}
PROMPTS = "asyncio jinja2 logging prompt_toolkit questionary typer"
LOADED = """
import os, sys
from mlready.__main__ import main
os._exit = sys.exit
try:
    main()
finally:
    print(*sorted({heavy!r} & set(sys.modules)), file=sys.stderr)
"""


@pytest.fixture(scope="session")
def wheel(tmp_path_factory):
    """The folder of a package that was installed from a wheel."""
    target = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"]
    options = ["--no-build-isolation", "--no-compile", "--target", str(target)]
    subprocess.run([*pip, *options, str(ROOT)], check=True, capture_output=True)
    return target


def environment_without_coverage():
    """Return the environment without variables that start measuring coverage."""
    return {k: v for k, v in os.environ.items() if not k.startswith("COV")}


def run(code, arguments, folder, path):
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=folder,
        env={**environment_without_coverage(), "PYTHONPATH": str(path)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("arguments", "loaded"),
    [
        pytest.param(["--version"], "", id="version"),
        pytest.param(["--help"], "typer", id="help"),
        pytest.param(["report", "--help"], "typer", id="help on a command"),
        pytest.param(["report", "--colour"], "typer", id="unknown option"),
        pytest.param(["validate", EXAMPLE], "typer", id="file in the format of blank"),
        pytest.param(["validate", "folded.yaml"], "typer yaml", id="other YAML file"),
        pytest.param(
            ["validate", "wrong.yaml"],
            "jsonschema_rs typer yaml",
            id="invalid file",
        ),
        pytest.param(["blank"], "jinja2 typer", id="blank"),
        pytest.param(["questions"], "jinja2 typer", id="questions"),
        pytest.param(["form"], "jinja2 typer", id="form"),
        pytest.param(["demo"], "jinja2 typer", id="demo"),
        pytest.param(["report", EXAMPLE], "jinja2 typer", id="report"),
        pytest.param(
            ["report", EXAMPLE, "--format", "html"],
            "jinja2 typer",
            id="report as a page",
        ),
        pytest.param(
            ["report", EXAMPLE, "--format", "json"], "jinja2 typer", id="report as data"
        ),
        pytest.param(
            ["report", EXAMPLE, "--template", "own.md.j2"],
            "jinja2 typer",
            id="user template",
        ),
        pytest.param(
            ["report", EXAMPLE, "--inject", "host.md"],
            "jinja2 logging markdown_it typer",
            id="report into a document",
        ),
        pytest.param(
            ["ask", EXAMPLE, "--of", "analyst"], "jinja2 typer", id="list of questions"
        ),
        pytest.param(["agenda", EXAMPLE], "jinja2 typer", id="agenda"),
        pytest.param(["compare", EXAMPLE, EXAMPLE], "jinja2 typer", id="compare"),
        pytest.param(["steps", EXAMPLE], "jinja2 typer", id="steps"),
        pytest.param(
            ["steps", EXAMPLE, "--for", "jira"], "jinja2 typer", id="steps as a table"
        ),
        pytest.param(
            ["steps", EXAMPLE, "--format", "ics"],
            "icalendar jinja2 typer",
            id="steps as a calendar",
        ),
        pytest.param(["portfolio", str(EXAMPLES)], "jinja2 typer", id="portfolio"),
        pytest.param(["template", "list"], "jinja2 typer", id="list of templates"),
        pytest.param(["interview"], PROMPTS, id="an interview without a terminal"),
    ],
)
def test_command_imports_only_the_slow_modules_that_it_needs(
    wheel, tmp_path, arguments, loaded
):
    example = Path(EXAMPLE).read_text(encoding="utf-8")
    (tmp_path / "folded.yaml").write_text(example.replace("version: 2", "version:  2"))
    (tmp_path / "wrong.yaml").write_text(example.replace("version: 2", "version: one"))
    (tmp_path / "host.md").write_text("<!-- mlready:begin -->\n<!-- mlready:end -->\n")
    (tmp_path / "own.md.j2").write_text("{{ date }}\n")

    done = run(LOADED.format(heavy=HEAVY), arguments, tmp_path, wheel)

    assert done.stderr.splitlines()[-1].strip() == loaded


DOCUMENTS = [
    ["demo"],
    ["blank"],
    ["questions"],
    ["ask", str(EXAMPLES / "ready.yaml"), "--of", "analyst"],
    ["ask", str(EXAMPLES / "ready.yaml"), "--of", "analyst", "--format", "md"],
    ["agenda", str(EXAMPLES / "ready.yaml")],
    ["agenda", str(EXAMPLES / "ready.yaml"), "--format", "html"],
    ["form"],
    ["compare", EXAMPLE, EXAMPLE],
    ["steps", str(EXAMPLES / "stilts.yaml")],
    ["steps", str(EXAMPLES / "stilts.yaml"), "--for", "jira"],
    ["steps", str(EXAMPLES / "stilts.yaml"), "--format", "ics"],
    *(
        ["report", str(path), *options]
        for path in sorted(EXAMPLES.glob("*.yaml"))
        for options in (
            ["--explain"],
            ["--for", "sponsor"],
            ["--format", "html"],
            ["--format", "json"],
            ["--format", "csv"],
            ["--format", "svg"],
            ["--format", "badge"],
        )
    ),
]
# Each command runs in its own fork of a process that has loaded only what all need: the
# templates, whose compilation takes longest in a checkout, and the command line.
IN_FORKS = """
import json, os, sys
from mlready.__main__ import main
from mlready.cli import commands
from mlready.report.templating import environment
from mlready.resources import bundled
for pattern in ("[!_]*.j2", "_*words.j2"):
    for path in bundled("templates").glob(pattern):
        environment().get_template(path.name)
for number, arguments in enumerate(json.load(sys.stdin)):
    if not os.fork():
        os.dup2(os.open(f"{number}.out", os.O_WRONLY | os.O_CREAT), 1)
        sys.argv[1:] = arguments
        main()
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.wait()[1]))
"""


def documents(folder, path):
    """Return exit code and output of each command in ``DOCUMENTS``."""
    folder.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", IN_FORKS],
        cwd=folder,
        env={**environment_without_coverage(), "PYTHONPATH": str(path)},
        input=json.dumps(DOCUMENTS),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    codes = [int(line) for line in done.stdout.split()]
    return [(code, (folder / f"{n}.out").read_bytes()) for n, code in enumerate(codes)]


@pytest.mark.skipif(sys.platform == "win32", reason="needs fork")
def test_installed_wheel_and_checkout_render_the_same_documents(wheel, tmp_path):
    from_wheel = documents(tmp_path / "wheel", wheel)
    from_checkout = documents(tmp_path / "checkout", ROOT)

    assert [code for code, _ in from_wheel] == [0] * len(DOCUMENTS)
    assert min(len(document) for _, document in from_wheel) > 50
    assert dict(zip(map(" ".join, DOCUMENTS), from_wheel, strict=True)) == dict(
        zip(map(" ".join, DOCUMENTS), from_checkout, strict=True)
    )
