"""Combine a questionnaire with all questionnaires that it extends."""

import json
from pathlib import Path

from mlready.errors import DocumentError, Problem, StorageError, did_you_mean
from mlready.resources import bundled
from mlready.storage import schema_validation, strict_yaml
from mlready.storage.atomic_file import read_bytes
from mlready.storage.extension_causes import at_their_causes
from mlready.storage.merged_places import LazyPlaces
from mlready.storage.questionnaire_checks import questionnaire_problems
from mlready.storage.questionnaire_extension import Extended, extended
from mlready.storage.source_positions import Document
from mlready.storage.standard_streams import is_same

BUNDLED = ("kickoff",)
LONGEST_CHAIN = 8  # most questionnaires that extend each other


def complete(document: Document, path: Path) -> Extended:
    """Combine a questionnaire with those that it extends.

    ``path`` is the file of ``document``. Raises DocumentError with all problems.
    """
    whole, problems = combined(document, path)
    if problems:
        raise DocumentError(*problems, command="mlready lint FILE")
    return whole


def combined(
    document: Document, path: Path, files: tuple[Path, ...] = ()
) -> tuple[Extended, list[Problem]]:
    """Combine ``document`` with all that it extends; also return all problems.

    ``path`` is the file of ``document``. ``files`` are not combined: they extend
    ``document``, directly or through each other. It is a problem if ``document``
    extends one of ``files``, because that would be a circle.
    """
    if "extends" not in document.value:
        return Extended(document), questionnaire_problems(document)
    misshapen = schema_validation.problems(document, "questionnaire")
    base, problems = _base(document, path, (*files, path))
    if base is None or problems:
        return Extended(document), _joined(problems, misshapen)
    whole, conflicts = extended(base, document)
    others = questionnaire_problems(whole.document)
    if misshapen or conflicts:  # problems of other files may follow from these
        others = [each for each in others if each.file == document.file]
    else:
        others = at_their_causes(base, document, others)
    return whole, _joined(misshapen, conflicts, others)


def _joined(*checks: list[Problem]) -> list[Problem]:
    """Join lists of problems.

    A problem is left out if an earlier list has one in the same line and column.
    """
    found: list[Problem] = []
    for problems in checks:
        places = {each[:3] for each in found}
        found += [each for each in problems if each[:3] not in places]
    return found


def _base(
    document: Document, path: Path, files: tuple[Path, ...]
) -> tuple[Extended | None, list[Problem]]:
    """Return the questionnaire that ``document`` extends, and the problems found.

    The first value is None if that questionnaire cannot be read or must not be
    extended. ``path`` is the file of ``document``. ``files`` must not be extended: they
    are ``path``, and the files that extend ``document``.
    """
    name = document.value["extends"]
    if name in BUNDLED:
        return Extended(_bundled_document(name)), []
    if not isinstance(name, str) or not name.endswith((".yaml", ".yml")):
        return None, _misspelt_name(document, name)
    source = path.parent / name
    try:
        if text := _refused(source, files):
            return None, [document.problem(("extends",), text)]
        data = read_bytes(source)
    except StorageError as error:
        return None, [document.problem(("extends",), str(error))]
    try:
        base = strict_yaml.read(data, str(source))
    except DocumentError as error:
        return None, list(error.problems)
    return combined(base, source, files)


def _misspelt_name(document: Document, name: object) -> list[Problem]:
    """Suggest a bundled questionnaire for a misspelt name; [] if none is similar."""
    near = did_you_mean(str(name), BUNDLED) if isinstance(name, str) else ""
    text = f"there is no questionnaire '{name}'{near}"
    return [document.problem(("extends",), text)] if near else []


def _refused(source: Path, files: tuple[Path, ...]) -> str:
    """Return why a file cannot be extended, "" if it can."""
    if not str(source).isprintable():
        return "the name of this file has characters that cannot be shown"
    same = [each for each in files if is_same(source, each)]
    if same:
        chain = [*files[files.index(same[0]) :], source]
        return f"this questionnaire extends itself: {' -> '.join(map(str, chain))}"
    if len(files) > LONGEST_CHAIN:
        return f"expected at most {LONGEST_CHAIN} questionnaires that extend each other"
    return ""


def _bundled_document(name: str) -> Document:
    """Return a bundled questionnaire, from its precompiled copy if there is one.

    With a copy, the YAML file is read only if a message names a line and column.
    """
    source = bundled("questionnaires") / f"{name}.yaml"
    built = source.with_suffix(".json")
    if not built.is_file():
        return strict_yaml.read(read_bytes(source), source.name)
    places = LazyPlaces(
        lambda: strict_yaml.read(read_bytes(source), source.name).places
    )
    return Document(source.name, json.loads(built.read_bytes()), places)
