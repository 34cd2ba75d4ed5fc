"""README.md and CONTRIBUTING.md agree with the modules and files of the project."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


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


def test_every_link_in_contributing_points_to_an_existing_file():
    links = re.findall(r"\]\((?!http)([^)]+)\)", CONTRIBUTING)

    assert [link for link in links if not (ROOT / link).exists()] == []


def test_files_named_in_contributing_exist():
    paths = re.findall(r"`(?:pytest )?((?:[\w.]+/)+\w[\w.]*)`?", CONTRIBUTING)
    places = [ROOT, ROOT / "mlready"]
    missing = [
        path for path in paths if not any((place / path).exists() for place in places)
    ]

    assert len(paths) > 15
    assert missing == []


def test_readme_has_at_most_80_lines():
    assert len(README.splitlines()) <= 80
