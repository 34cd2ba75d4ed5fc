"""Texts for users contain no word that ``tests/data/wording.yaml`` lists as unclear."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

pytest.importorskip("proselint", reason="needs: pip install -e '.[pipelines]'")

from proselint.registry.checks import Check
from proselint.registry.checks.types import (
    PreferredForms,
)

from tests.samples import ROOT

WORDING = yaml.safe_load((ROOT / "tests" / "data" / "wording.yaml").read_bytes())
CHECK = Check(
    PreferredForms(WORDING), path="wording", message="instead of '{1}' say: {0}"
)
DOCUMENTS = [
    *sorted(ROOT.glob("*.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]
TEMPLATES = sorted((ROOT / "templates").rglob("*.j2"))
QUESTIONNAIRES = [ROOT / "questionnaires" / "kickoff.yaml"]
MODULES = sorted((ROOT / "mlready").rglob("*.py"))


def texts(path: Path) -> str:
    """Return the texts for users in a file."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return "\n".join(_messages(ast.parse(text)))
    if path.suffix == ".yaml":
        return "\n".join(re.findall(r'"((?:[^"\\]|\\.)*)"', text))
    if path.suffix == ".j2":
        literals = [
            literal
            for code in re.findall(r"\{[{%].*?[%}]\}", text, re.DOTALL)
            for literal in re.findall(r'"([^"]*)"', code)
        ]
        outside = re.sub(r"\{#.*?#\}|\{[{%].*?[%}]\}", "\n", text, flags=re.DOTALL)
        return "\n".join([outside, *literals])
    return re.sub(r"`[^`\n]+`", "", text)


def _messages(tree: ast.AST) -> Iterator[str]:
    """Yield the strings of a module that contain a space, except docstrings."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    strings = [node for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    for text in (node.value for node in strings if id(node) not in docstrings):
        if isinstance(text, str) and " " in text:
            yield text


def complaints(text: str) -> list[str]:
    padded = f"\n{text}\n"
    return [
        f"{each.message}: {padded[max(each.span[0] - 30, 0) : each.span[1] + 30]!r}"
        for each in CHECK.check(padded)
    ]


@pytest.mark.parametrize(
    "path",
    [*DOCUMENTS, *TEMPLATES, *QUESTIONNAIRES, *MODULES],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_text_for_users_contains_no_word_listed_as_unclear(path):
    assert complaints(texts(path)) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("It stands on stilts.", True, id="a phrase"),
        pytest.param("On Stilts", True, id="capitals"),
        pytest.param("That is not uncommon.", True, id="a double negative"),
        pytest.param("See stilts.yaml for an example.", False, id="a file name"),
        pytest.param("The layers beneath are good enough.", False, id="plain words"),
    ],
)
def test_check_of_texts_reports_only_words_listed_as_unclear(text, found):
    assert bool(complaints(text)) is found
