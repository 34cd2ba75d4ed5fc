"""Which packages and libraries modules may import, and rules for the code."""

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "mlready"
MODULES = sorted(PACKAGE.rglob("*.py"))

# For each package of mlready, the packages it may import from. Every package may also
# import the modules directly in mlready, except __main__; these import only each other.
MAY_IMPORT = {
    "model": set(),
    "assessment": {"model"},
    "storage": {"model"},
    "report": {"model", "assessment"},
    "user_templates": {"storage"},
    "output": {"model", "assessment", "storage", "report", "user_templates"},
    "interview": {"model", "assessment", "storage", "report"},
    "cli": {
        "model", "assessment", "storage", "report", "user_templates", "output",
        "interview",
    },
    "__main__": {"cli", "storage"},
}  # fmt: skip
# For each third-party library, the modules of mlready that may import it.
IMPORTERS = {
    "typer": {"cli.app"},
    "questionary": {"interview.screen"},
    # A prompt composes its screen of this framework's windows, filters and key
    # bindings, so the unit here is the package that draws prompts, not one module.
    "prompt_toolkit": {
        "interview.hidden_characters",
        "interview.key_bindings",
        "interview.picture_pause",
        "interview.people_prompt",
        "interview.people_rows",
        "interview.screen",
        "interview.step_list",
    },
    # Bundled and users' templates must not share a Jinja environment, and so no code;
    # a single importer would only pass Jinja's names on to these two.
    "jinja2": {"report.templating", "user_templates.sandbox"},
    "icalendar": {"report.step_calendar"},
    "markdown_it": {"output.markdown_host"},
    "yaml": {"storage.strict_yaml"},
    "jsonschema_rs": {"storage.schema_validation"},
}
MAX_DEPTH = 7
MAX_FUNCTION_LINES, MAX_MEDIAN_LINES = 40, 8
EQUAL_LINES = 6  # as many equal lines in two places are a repetition
MAX_GOLDEN_LINES = 6000


def module_name(path: Path) -> str:
    """Return the name of a module within mlready, such as ``model.answers``."""
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts)


NAMES = {module_name(path) for path in MODULES}


@cache
def syntax_tree(module: Path) -> ast.Module:
    return ast.parse(module.read_text(encoding="utf-8"))


@cache
def nodes(module: Path) -> list[ast.AST]:
    """Return all nodes of a syntax tree; walking it takes as long as parsing."""
    return [*ast.walk(syntax_tree(module))]


@cache
def imports(module: Path) -> frozenset[str]:
    """Return the names of the modules that a module imports."""
    return frozenset(_imports(nodes(module)))


def _imports(found: Iterable[ast.AST]) -> Iterator[str]:
    for node in found:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                inside = f"{node.module}.{alias.name}"
                is_module = inside.removeprefix("mlready.") in NAMES
                yield inside if is_module else node.module or ""


def internal_imports(module: Path) -> set[str]:
    """Return the names of the mlready modules that a module imports."""
    return _internal(imports(module))


def _internal(names: Iterable[str]) -> set[str]:
    return {
        name.removeprefix("mlready.") for name in names if name.startswith("mlready.")
    }


@cache
def loaded_with(name: str) -> frozenset[str]:
    """Return the mlready modules that are loaded when a module is imported."""
    tree = syntax_tree(PACKAGE.joinpath(*name.split(".")).with_suffix(".py"))
    direct = _internal(_imports(tree.body)) & NAMES
    return frozenset(direct.union(*map(loaded_with, direct)))


def package_of(name: str) -> str:
    """Return the name of a module's package; "" if it is directly in mlready."""
    package, dot, _ = name.partition(".")
    return package if dot else ""


def depths() -> dict[str, int]:
    """Return the depth of each package, 1 if a package may import from no other."""
    found: dict[str, int] = {}
    for package, below in MAY_IMPORT.items():
        found[package] = 1 + max((found[each] for each in below), default=0)
    return found


@pytest.mark.parametrize("module", MODULES, ids=module_name)
def test_each_module_imports_only_from_packages_that_it_may_import(
    module: Path,
) -> None:
    name = module_name(module)
    package = name if name == "__main__" else package_of(name)
    allowed = {*MAY_IMPORT.get(package, set()), package, ""}
    assert {package_of(each) for each in internal_imports(module)} <= allowed


def test_import_rules_name_all_packages_and_limit_import_chains_to_7_packages() -> None:
    packages = {package_of(module_name(module)) for module in MODULES} - {""}
    assert packages == MAY_IMPORT.keys() - {"__main__"}
    assert max(depths().values()) <= MAX_DEPTH


def test_modules_have_no_import_cycle() -> None:
    graph = {
        module_name(module): internal_imports(module) & NAMES for module in MODULES
    }
    while leaves := {name for name, needs in graph.items() if not needs & graph.keys()}:
        graph = {name: needs for name, needs in graph.items() if name not in leaves}
    assert graph == {}


@pytest.mark.parametrize("module", MODULES, ids=module_name)
def test_no_function_imports_a_module_already_loaded_at_the_top_of_the_file(
    module: Path,
) -> None:
    functions = [
        node
        for node in nodes(module)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    late = _internal(_imports(node for each in functions for node in ast.walk(each)))
    assert late & loaded_with(module_name(module)) == set()


def test_package_init_files_are_empty() -> None:
    inits = [path for path in PACKAGE.glob("*/__init__.py") if path.stat().st_size]
    assert inits == []


@pytest.mark.parametrize("library", IMPORTERS)
def test_only_permitted_modules_import_each_third_party_library(library: str) -> None:
    users = {
        module_name(module)
        for module in MODULES
        if library in {name.split(".")[0] for name in imports(module)}
    }
    assert users == IMPORTERS[library]


@pytest.mark.parametrize("package", ["model", "assessment"])
def test_model_and_assessment_packages_import_no_io_or_time_module(
    package: str,
) -> None:
    forbidden = {"os", "sys", "time", "datetime", "pathlib", "io", "shutil", "socket"}
    found = {
        (module_name(module), name)
        for module in (PACKAGE / package).glob("*.py")
        for name in imports(module)
        if name.split(".")[0] in forbidden
    }
    assert found == set()


def function_lengths(module: Path) -> Iterator[tuple[str, int]]:
    """Yield each function of a module with its number of lines."""
    for node in nodes(module):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or 0) - node.lineno + 1


@pytest.mark.parametrize("module", MODULES, ids=module_name)
def test_no_function_is_longer_than_40_lines(module: Path) -> None:
    long = [each for each in function_lengths(module) if each[1] > MAX_FUNCTION_LINES]
    assert long == []


def test_at_least_half_of_the_functions_have_at_most_8_lines() -> None:
    lengths = [length for module in MODULES for _, length in function_lengths(module)]
    assert median(lengths) <= MAX_MEDIAN_LINES


def code_lines(module: Path) -> list[tuple[int, str]]:
    """Return number and text of each line, without blank lines and imports."""
    lines = module.read_text(encoding="utf-8").splitlines()
    imported = {
        number
        for node in nodes(module)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for number in range(node.lineno, (node.end_lineno or 0) + 1)
    }
    return [
        (number, line.strip())
        for number, line in enumerate(lines, 1)
        if line.strip() and number not in imported
    ]


def test_no_six_consecutive_lines_of_code_are_repeated() -> None:
    places: dict[tuple[str, ...], list[str]] = {}
    for module in MODULES:
        lines = code_lines(module)
        for at in range(len(lines) - EQUAL_LINES + 1):
            run = tuple(line for _, line in lines[at : at + EQUAL_LINES])
            places.setdefault(run, []).append(f"{module_name(module)}:{lines[at][0]}")
    assert [found for found in places.values() if len(found) > 1] == []


def test_golden_files_are_short_enough_to_be_reviewed() -> None:
    golden = [path for path in (ROOT / "tests" / "golden").rglob("*") if path.is_file()]
    lines = sum(len(path.read_bytes().splitlines()) for path in golden)
    assert lines <= MAX_GOLDEN_LINES


def test_no_module_or_template_bypasses_the_strict_yaml_reader_or_escaping() -> None:
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


def test_every_lint_exemption_gives_a_reason() -> None:
    without_reason = [
        f"{path.name}:{number}"
        for path in [*MODULES, *Path(__file__).parent.rglob("*.py")]
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(r"# (noqa|type: ignore|fmt: skip)[^#-]*$", line)
        and "fmt: skip" not in line
    ]
    assert without_reason == []


def test_no_test_module_is_imported_by_another_module() -> None:
    found = {
        (path.name, name)
        for path in Path(__file__).parent.rglob("*.py")
        # Parsing all tests would take seconds; hardly any has this text.
        if "tests.test_" in path.read_text(encoding="utf-8")
        for name in imports(path)
        if name.startswith("tests.test_")
    }
    assert found == set()
