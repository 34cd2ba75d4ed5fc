"""Load the answers of one team at several points in time.

A point in time is an answers file, or a folder with the answers files of voices.
"""

import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mlready.errors import (
    DocumentError,
    MlreadyError,
    Problem,
    SeveralErrors,
    StorageWarning,
    UsageError,
)

if TYPE_CHECKING:
    from mlready.assessment.timeline import Hide, PointInTime, Timeline
    from mlready.model.answers import AnswerSheet
    from mlready.model.questionnaire import Questionnaire
    from mlready.storage.several_files import AnswersFile


class Loaded(NamedTuple):
    """The points in time of one team, and the paths of all files that were read."""

    points: "list[PointInTime]"  # in the order of the command line
    files: list[Path]


class Earlier(NamedTuple):
    """A file or folder with a team's earlier answers.

    ``was`` is the name of the project in these answers if the project has a new name.
    """

    source: Path
    was: str = ""  # "" if the project kept its name


def as_iso_date(date: str) -> str:
    """Return ``date`` unchanged.

    Raises:
        UsageError: ``date`` is neither "" nor a day as YYYY-MM-DD.

    """
    from mlready.storage.answers_fast_parser import is_date

    if not is_date(date):
        raise UsageError("--date: expected a date such as 2026-11-22")
    return date


def compared_since(
    old: Earlier,
    sources: Sequence[Path],
    questionnaire: "Questionnaire",
    date: str,
    hide: "Hide",
) -> "tuple[AnswerSheet, Timeline]":
    """Load the answers of a report, and compare them with earlier answers.

    Args:
        old: the file or folder with the earlier answers.
        sources: the answers files of the report, one for each voice.
        questionnaire: the questionnaire of all answers.
        date: the date of the report; ignored unless written as YYYY-MM-DD.
        hide: removes from a sheet what ``--redact`` or ``--anonymous`` hides.

    Raises:
        UsageError: the answers named as earlier have the later date.

    """
    from mlready.assessment.timeline import timeline
    from mlready.storage.answers_fast_parser import is_date

    today = date if is_date(date) else ""
    named = [[old.source], sources]
    before, after = load_points(named, questionnaire, today, old.was).points
    if before.date > after.date > "":
        text = f"--since: {before.name} is of {before.date}, and so later than the"
        raise UsageError(f"{text} answers, of {after.date}")
    return after.sheet, timeline(questionnaire, [before, after], today, hide)


def load_points(
    named: Sequence[Sequence[Path]],
    questionnaire: "Questionnaire",
    date: str = "",
    was: str = "",
) -> Loaded:
    """Load the answers at each point in time, and combine the voices of each point.

    Args:
        named: the files and folders of each point in time.
        questionnaire: of all answers.
        date: today's date as YYYY-MM-DD; later dates are problems; "" checks no date.
        was: a former name of the project, or "".

    Raises:
        SeveralErrors: the files have problems.

    """
    from mlready.cli.inputs import warn_of_future_steps
    from mlready.storage import several_files

    paths = [path for each in named for path in each]
    if paths.count(Path("-")) > 1:
        raise UsageError("-: standard input is read once; name files for the others")
    errors: list[MlreadyError] = []
    sources = [[*_files_of(each, errors)] for each in named]
    loaded = [_load(each, questionnaire, (date, was), errors) for each in sources]
    errors += map(DocumentError, several_files.other_projects(loaded, was))
    if errors:
        raise SeveralErrors(*errors)
    for remark in (*_not_read(paths), *_remarks(loaded, questionnaire)):
        # For example, an older file of the same voice.
        warnings.warn(remark, StorageWarning, stacklevel=2)
    if not date:
        warn_of_future_steps(file for files in loaded for file in files)
    points = [
        _point(_name(each), files, questionnaire)
        for each, files in zip(named, loaded, strict=True)
    ]
    return Loaded(points, [path for paths in sources for path in paths])


def _remarks(
    points: "Sequence[Sequence[AnswersFile]]", questionnaire: "Questionnaire"
) -> Iterator[str]:
    from mlready.storage import several_files

    for files in points:
        yield from several_files.remarks(files, questionnaire)


def _files_of(named: Sequence[Path], errors: list[MlreadyError]) -> Iterator[Path]:
    """Yield the named files, and the answers files in named folders."""
    for path in named:
        if not path.is_dir():
            yield path
            continue
        try:
            found = _answers_files(path)
        except MlreadyError as error:
            errors.append(error)
            continue
        if not found:
            text = "holds no answers file (.yaml); name the files themselves"
            errors.append(DocumentError(Problem(_name([path]), 1, 1, text)))
        yield from found


def _answers_files(folder: Path) -> list[Path]:
    from mlready.storage.answers_folders import ENDINGS

    return [each for each in _shown(folder) if each.suffix.lower() in ENDINGS]


def _shown(folder: Path) -> list[Path]:
    """Return the paths of the visible files and folders in a folder, sorted by name."""
    from mlready.storage.atomic_file import os_errors_reported

    with os_errors_reported(folder, "read"):
        return sorted(each for each in folder.iterdir() if each.name[0] != ".")


def _not_read(named: Iterable[Path]) -> Iterator[str]:
    """Yield a warning for each subfolder whose answers files are not read."""
    from mlready.cli.inputs import shown_source

    for folder in (each for each in named if each.is_dir()):
        with suppress(MlreadyError):  # reading it will report the error
            for inner in (each for each in _shown(folder) if each.is_dir()):
                if _answers_files(inner):
                    text = "not read, because it is a folder in a folder of voices"
                    yield f"{shown_source(inner)}: {text}; name it to compare it"


def _load(
    paths: Sequence[Path],
    questionnaire: "Questionnaire",
    date_and_was: tuple[str, str],  # the values of these two options
    errors: list[MlreadyError],
) -> "list[AnswersFile]":
    from mlready.cli.inputs import errors_of_dates, load_each
    from mlready.storage import several_files

    date, was = date_and_was
    files = []
    for each in load_each(paths, questionnaire):
        if isinstance(each, MlreadyError):
            errors.append(each)
        else:
            files.append(each)
    found = several_files.problems(files, questionnaire, was)
    found += several_files.kept_in_meetings(files, questionnaire)
    errors += map(DocumentError, found)
    errors += errors_of_dates(files, date)
    return files


def _point(
    name: str, files: "Sequence[AnswersFile]", questionnaire: "Questionnaire"
) -> "PointInTime":
    from mlready.assessment.timeline import PointInTime
    from mlready.assessment.voices import combine
    from mlready.storage.several_files import version_of

    sheet = combine(questionnaire, [file.sheet for file in files])
    dates = [each.voice.date for each in (sheet, *sheet.voices)]
    return PointInTime(
        name,
        sheet.voice.date or max(dates),
        sheet,
        min(version_of(file) for file in files),
    )


def _name(named: Sequence[Path]) -> str:
    from mlready.cli.inputs import shown_source

    return ", ".join(shown_source(path) for path in named)
