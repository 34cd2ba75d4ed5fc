"""Heavy libraries stay out of commands that do not need them."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "questionnaires" / "examples" / "stilts.yaml"
HEAVY = {
    "filelock",
    "jinja2",
    "jsonschema_rs",
    "prompt_toolkit",
    "questionary",
    "rich",
    "typer",
    "yaml",
}
LOADED = """
import sys
sys.argv = ["mlready", *{arguments!r}]
from mlready.__main__ import main
import os
os._exit = lambda code: None
main()
print(*sorted({heavy!r} & set(sys.modules)), file=sys.stderr)
"""


@pytest.mark.parametrize(
    ("arguments", "loaded"),
    [
        pytest.param(["--version"], "", id="version"),
        pytest.param(["--help"], "typer", id="help"),
        pytest.param(["validate", str(EXAMPLE)], "typer yaml", id="validate"),
        pytest.param(["questions"], "jinja2 typer yaml", id="questions"),
        pytest.param(["report", str(EXAMPLE)], "jinja2 typer yaml", id="report"),
    ],
)  # fmt: skip
def test_what_a_command_loads(arguments, loaded):
    code = LOADED.format(arguments=arguments, heavy=HEAVY)
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert done.stderr.splitlines()[-1].strip() == loaded
