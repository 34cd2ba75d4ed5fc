"""The recipes in docs/how-to/pipelines.md, and functions that run them."""

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
    """A section of docs/how-to/pipelines.md on one way to use mlready in a pipeline."""

    text: str
    files: Mapping[str, str]  # contents of the files to write, by name
    commands: Sequence[str]  # to run


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
    """Run a program, or a script in bash with the options that GitHub uses.

    Args:
        command: a program with its arguments as a list, or the text of a script.
        folder: the working directory.
        env: environment variables in addition to those of the tests.

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
    """Skip the running test unless all programs in ``tools`` are installed."""
    missing = [tool for tool in tools if not shutil.which(tool, path=PATH)]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")


def write(folder: Path, name: str, text: str) -> None:
    """Write a text file into a folder; ``name`` may be a path below the folder."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def team(folder: Path) -> Path:
    """Write an answers file and a README.md with an empty block; return the folder."""
    shutil.copy(EXAMPLES / "ready.yaml", folder / "mlready.yaml")
    write(folder, "README.md", DOCUMENT)
    return folder


def commit(folder: Path) -> None:
    """Create a Git repository with one commit of all files in a folder."""
    command = "git init -q -b main && git add -A && git commit -qm all"
    assert run(command, folder, **GIT_IDENTITY).code == 0
