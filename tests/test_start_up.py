"""A wheel says what a checkout says, and loads no more than each command needs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "questionnaires" / "examples"
EXAMPLE = str(EXAMPLES / "stilts.yaml")
# Ours to choose, or known to take long; what Typer and Jinja bring along is theirs.
HEAVY = {
    "asyncio",
    "importlib.metadata",
    "jinja2",
    "jsonschema_rs",
    "logging",
    "markdown_it",
    "prompt_toolkit",
    "pydantic",
    "questionary",
    "rich",
    "socket",
    "typer",
    "yaml",
}
PROMPTS = "asyncio jinja2 logging prompt_toolkit questionary socket typer"
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
    """Mlready as it is installed: prepared when built, nothing of the checkout."""
    target = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"]
    options = ["--no-build-isolation", "--no-compile", "--target", str(target)]
    subprocess.run([*pip, *options, str(ROOT)], check=True, capture_output=True)
    return target


def run(code, arguments, folder, path):
    # Coverage would count what is installed beside what it measures.
    around = {k: v for k, v in os.environ.items() if not k.startswith("COV")}
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=folder,
        env={**around, "PYTHONPATH": str(path)},
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
        pytest.param(["report", "--colour"], "typer", id="an option that is not there"),
        pytest.param(["validate", EXAMPLE], "typer", id="a file written our way"),
        pytest.param(["validate", "folded.yaml"], "typer yaml", id="a file of YAML"),
        pytest.param(
            ["validate", "wrong.yaml"],
            "jsonschema_rs socket typer yaml",
            id="a wrong file",
        ),
        pytest.param(["blank"], "jinja2 typer", id="blank"),
        pytest.param(["questions"], "jinja2 typer", id="questions"),
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
            id="an own template",
        ),
        pytest.param(
            ["report", EXAMPLE, "--inject", "host.md"],
            "jinja2 logging markdown_it typer",
            id="report into a document",
        ),
        pytest.param(["template", "list"], "jinja2 typer", id="the templates"),
        pytest.param(["interview"], PROMPTS, id="an interview without a terminal"),
    ],
)
def test_what_a_command_loads(wheel, tmp_path, arguments, loaded):
    example = Path(EXAMPLE).read_text(encoding="utf-8")
    (tmp_path / "folded.yaml").write_text(example.replace("version: 1", "version:  1"))
    (tmp_path / "wrong.yaml").write_text(example.replace("version: 1", "version: one"))
    (tmp_path / "host.md").write_text("<!-- mlready:begin -->\n<!-- mlready:end -->\n")
    (tmp_path / "own.md.j2").write_text("{{ date }}\n")

    done = run(LOADED.format(heavy=HEAVY), arguments, tmp_path, wheel)

    assert done.stderr.splitlines()[-1].strip() == loaded


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["demo"], id="demo"),
        pytest.param(["blank"], id="blank"),
        pytest.param(["questions"], id="questions"),
        *(
            pytest.param(
                ["report", str(path), *options], id=f"{path.stem} {options[-1]}"
            )
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
    ],
)
def test_a_wheel_says_what_the_checkout_says(wheel, tmp_path, arguments):
    code = "from mlready.__main__ import main; main()"
    installed = run(code, arguments, tmp_path, wheel)

    assert (installed.returncode, installed.stderr) == (0, "")
    assert installed.stdout == run(code, arguments, tmp_path, ROOT).stdout
