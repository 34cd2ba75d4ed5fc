"""The recipes of docs/how-to/pipelines.md, and functions with which tests run them."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.commands import Done

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "questionnaires" / "examples"
PATH = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
NO_CONFIG = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
GIT_IDENTITY = {
    f"GIT_{who}_{what}": "somebody"
    for who in ("AUTHOR", "COMMITTER")
    for what in ("NAME", "EMAIL")
}
_FENCE = re.compile(
    r'^(`{3,})(\w+)(?: title="([^"]+)")?\n(.*?)^\1$', re.MULTILINE | re.DOTALL
)


class Recipe(NamedTuple):
    """A recipe, which is a section of docs/how-to/pipelines.md.

    A recipe has a text, files for the reader to write, and commands to run.
    """

    text: str
    files: Mapping[str, str]
    commands: Sequence[str]


def _recipes() -> dict[str, Recipe]:
    page = (ROOT / "docs" / "how-to" / "pipelines.md").read_text(encoding="utf-8")
    parts = re.split(r"^## (.+)\n", page, flags=re.MULTILINE)[1:]
    return {
        name: _recipe(text) for name, text in zip(parts[::2], parts[1::2], strict=True)
    }


def _recipe(text: str) -> Recipe:
    blocks = [found.groups()[1:] for found in _FENCE.finditer(text)]
    files = {name: content for _, name, content in blocks if name}
    commands = [content for kind, _, content in blocks if kind == "sh"]
    return Recipe(text, files, "".join(commands).splitlines())


RECIPES = _recipes()
DOCUMENT = RECIPES["A report inside a document"].files["README.md"]
FILL, CHECK = RECIPES["A report inside a document"].commands


def run(command: str | Sequence[str], folder: Path, **env: str) -> Done:
    """Run a command directly, or a script in bash with the options that GitHub uses.

    Args:
        command: a program with its arguments, or the text of a script.
        folder: the working directory of the command.
        env: additional environment variables of the command.
    """
    bash = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c"]
    done = subprocess.run(
        [*bash, command] if isinstance(command, str) else command,
        cwd=folder,
        env={**os.environ, **NO_CONFIG, "PATH": PATH, **env},
        capture_output=True,
        text=True,
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr)


def need(*tools: str) -> None:
    """Skip the running test if one of these tools is not installed."""
    missing = [tool for tool in tools if not shutil.which(tool, path=PATH)]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")


def write(folder: Path, name: str, text: str) -> None:
    """Write a text file below a folder, and create the folders that it needs."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def team(folder: Path) -> Path:
    """Write an answers file and a document with an empty block into a folder."""
    shutil.copy(EXAMPLES / "ready.yaml", folder / "mlready.yaml")
    write(folder, "README.md", DOCUMENT)
    return folder


def commit(folder: Path) -> None:
    """Create a Git repository in a folder, with one commit of all files there."""
    command = "git init -q -b main && git add -A && git commit -qm all"
    assert run(command, folder, **GIT_IDENTITY).code == 0
