"""Find the bundled questionnaires and templates.

In a wheel, these folders are inside the package. In a checkout or an editable install,
they are at the top of the repository, where people who do not know Python find them.
"""

from pathlib import Path

PACKAGE = Path(__file__).parent


def bundled(folder: str) -> Path:
    """Return the path of a bundled folder: ``questionnaires`` or ``templates``."""
    inside = PACKAGE / folder
    return inside if inside.is_dir() else PACKAGE.parent / folder
