"""The house rules that a machine can hold: floors, keepers, sizes, exemptions."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "mlready"
MODULES = sorted(PACKAGE.glob("*.py"))

# Import only from lower floors; modules on one floor do not know each other.
FLOORS = {
    "__init__": 0,
    "bounds": 0,
    "code_spans": 0,
    "errors": 0,
    "resources": 0,
    "escape": 0,
    "keys": 0,
    "readers": 0,
    "allowed": 0,
    "apart": 0,
    "kinds": 1,
    "places": 1,
    "written": 1,
    "documents": 2,
    "questionnaire": 1,
    "fit": 2,
    "files": 2,
    "schema": 2,
    "consistency": 2,
    "answers": 2,
    "questionnaire_file": 3,
    "shape": 3,
    "answers_file": 4,
    "scoring": 3,
    "steps": 3,
    "interview": 4,
    "streams": 3,
    "diagnosis": 4,
    "patterns": 4,
    "causes": 5,
    "sources": 5,
    "prompts": 5,
    "plain": 5,
    "crew": 5,
    "staffing": 6,
    "explanation": 6,
    "tracks": 6,
    "flip": 7,
    "recruiting": 7,
    "certainty": 8,
    "wording": 8,
    "render": 9,
    "redaction": 10,
    "report": 10,
    "kickoff": 11,
    "page": 12,
    "records": 9,
    "result_data": 11,
    "gap_list": 11,
    "drawing": 11,
    "headings": 0,
    "inject": 2,
    "confined": 3,
    "template_commands": 10,
    "sandbox": 10,
    "own_template": 12,
    "forms": 13,
    "publishing": 14,
    "console": 14,
    "cli": 15,
    "__main__": 16,
}
KEEPERS = {
    "typer": {"console"},
    "questionary": {"prompts"},
    "prompt_toolkit": {"keys"},
    # Our own templates, and the sandbox for other people's: nothing is shared by them.
    "jinja2": {"render", "sandbox"},
    "yaml": {"documents"},
    "jsonschema_rs": {"schema"},
    "filelock": {"files"},
}
MARKED = re.compile(r"\{\{[^}]*\|made[^}]*\}\}")
LONGEST_FUNCTION = 40
LONGEST_MODULE = 256


def imports(module: Path) -> Iterator[tuple[str, bool]]:
    """Yield each module imported, and whether at the top."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    top = set(tree.body)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node in top) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module == "mlready":
            yield from ((f"mlready.{alias.name}", node in top) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or "", node in top


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_imports_only_from_lower_floors(module: Path) -> None:
    names = [name.split(".") for name, _ in imports(module)]
    ours = {name[1] for name in names if name[0] == "mlready" and len(name) > 1}
    higher = {
        name for name in ours & set(FLOORS) if FLOORS[name] >= FLOORS[module.stem]
    }
    assert higher == set()


def test_every_module_has_a_floor() -> None:
    assert {module.stem for module in MODULES} == set(FLOORS)


@pytest.mark.parametrize("library", KEEPERS)
def test_each_library_has_one_keeper(library: str) -> None:
    users = {
        module.stem
        for module in MODULES
        for name, _ in imports(module)
        if name.split(".")[0] == library
    }
    assert users == KEEPERS[library]


def test_the_core_knows_no_terminal_file_or_clock() -> None:
    worldly = {"os", "sys", "time", "datetime", "pathlib", "io", "shutil", "socket"}
    core = [
        "questionnaire", "answers", "scoring", "diagnosis", "causes", "patterns",
        "crew", "staffing",
        "tracks", "flip", "certainty", "recruiting", "explanation", "steps",
        "interview", "consistency", "documents",
    ]  # fmt: skip
    found = {
        (stem, name)
        for stem in core
        for name, _ in imports(PACKAGE / f"{stem}.py")
        if name.split(".")[0] in worldly
    }
    assert found == set()


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_functions_and_modules_are_read_in_one_go(module: Path) -> None:
    text = module.read_text(encoding="utf-8")
    long = {
        node.name: (node.end_lineno or 0) - node.lineno + 1
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef)
        and (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION
    }
    assert long == {}
    assert len(text.splitlines()) <= LONGEST_MODULE


def test_nothing_opens_a_way_round_the_strict_reader_or_the_escapes() -> None:
    forbidden = re.compile(
        r"yaml\.(safe_)?load|CSafeLoader|\.ask\(\)|rich\.print|write_text|\|\s*safe\b|eval\("
    )
    sources = [*MODULES, *(ROOT / "templates").rglob("*.j2")]
    found = [
        f"{path.name}: {match[0]}"
        for path in sources
        for match in forbidden.finditer(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_only_what_our_own_macros_made_is_marked_as_made() -> None:
    found = [
        (path.name, match[0])
        for path in (ROOT / "templates").rglob("*.j2")
        for match in re.finditer(
            r"\{\{[^}]*\|made[^}]*\}\}", path.read_text(encoding="utf-8")
        )
        if not re.match(
            r"\{\{ (words\.|(few|row|table|names|an|holds|weak|topics|headline)\("
            r"|line\.|\(?\"[^\"{]*\")",
            match[0],
        )
    ]
    assert found == []


def test_every_exemption_says_why_on_its_line() -> None:
    bare = [
        f"{path.name}:{number}"
        for path in [*MODULES, *Path(__file__).parent.rglob("*.py")]
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(r"# (noqa|type: ignore|fmt: skip)[^#-]*$", line)
        and "fmt: skip" not in line
    ]
    assert bare == []
