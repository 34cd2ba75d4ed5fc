"""List and show the bundled templates."""

from pathlib import Path

from mlready.errors import UsageError, did_you_mean
from mlready.escaping import for_terminal
from mlready.report.templating import render, source
from mlready.resources import bundled

_OWN = "own"  # the folder of the templates that users can copy for ``--template``


def list_templates() -> str:
    """Return a list of all bundled templates, to print on a terminal."""
    folder = bundled("templates")
    return render(
        "_list.txt.j2",
        for_terminal,
        own=_names(folder / _OWN),
        ours=[name for name in _names(folder) if not name.startswith("_")],
    )


def show_template(name: str) -> str:
    """Return the text of a bundled template.

    ``name`` may be given without suffixes. Raises UsageError for an unknown name.
    """
    known = {
        each: f"{folder}{each}.j2"
        for folder in ("", f"{_OWN}/")
        for each in _names(bundled("templates") / folder)
    }
    short = {each.split(".")[0]: path for each, path in known.items()}
    path = (known | short).get(name.removesuffix(".j2"))
    if path is None:
        hint = did_you_mean(name, [*known, *short])
        raise UsageError(f"there is no template '{name}'{hint}")
    return source(path)


def _names(folder: Path) -> list[str]:
    return sorted(path.name.removesuffix(".j2") for path in folder.glob("*.j2"))
