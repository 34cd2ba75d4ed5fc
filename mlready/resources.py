"""Find the bundled questionnaires and templates.

A wheel has them inside the package. A checkout and an editable install have them beside
it, at the top of the repository, for people who do not read Python.
"""

from pathlib import Path

PACKAGE = Path(__file__).parent


def bundled(folder: str) -> Path:
    """Return the path of a bundled folder, such as ``questionnaires``."""
    inside = PACKAGE / folder
    return inside if inside.is_dir() else PACKAGE.parent / folder
