"""Find the bundled questionnaires and templates.

A wheel has these folders inside the package, a checkout at the top of the repository.
"""

from pathlib import Path

PACKAGE = Path(__file__).parent


def bundled(folder: str) -> Path:
    """Return the path of a bundled folder: ``questionnaires`` or ``templates``."""
    inside = PACKAGE / folder
    return inside if inside.is_dir() else PACKAGE.parent / folder
