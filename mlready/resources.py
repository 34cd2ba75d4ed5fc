"""Where the bundled questionnaires and templates are.

A wheel carries them inside the package; a checkout and an editable install keep
them beside it, at the top, where people who never open the Python can find them.
"""

from pathlib import Path

PACKAGE = Path(__file__).parent


def bundled(folder: str) -> Path:
    """Return the folder of that name which ships with mlready."""
    inside = PACKAGE / folder
    return inside if inside.is_dir() else PACKAGE.parent / folder
