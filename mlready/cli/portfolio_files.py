"""Read the answers files of many teams, and assess each team.

Files in one folder are voices of one team if all name the same project and a voice. Any
other file is a team of its own.
"""

import os
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from mlready.assessment.ages import with_ages
from mlready.assessment.portfolio import Team, TeamAdvice, team_advice
from mlready.assessment.voices import combine, voices_that_count
from mlready.cli import worker_processes
from mlready.cli.inputs import sheet_in
from mlready.errors import (
    DocumentError,
    ExitCode,
    MlreadyError,
    StorageWarning,
    first_names,
    one_line,
)
from mlready.escaping import for_terminal
from mlready.model.answers import AnswerSheet
from mlready.model.questionnaire import Questionnaire
from mlready.model.typed_names import plain, plain_project
from mlready.storage import atomic_file, several_files
from mlready.storage.answers_folders import (
    FoundFile,
    Unread,
    find_files,
    is_meant_as_answers,
)
from mlready.storage.several_files import AnswersFile

if TYPE_CHECKING:
    from mlready.report.portfolio import PortfolioSource

CHUNK = 20  # files that a process reads at a time; few, so that all end together
MANY = 200  # fewer files take less time than starting processes
# The usual name of an answers file: a team is then called by the name of its folder.
_DEFAULT_NAME = "mlready"


Item = TypeVar("Item")
Result = TypeVar("Result")


class Settings(NamedTuple):
    """The questionnaire and the options of ``mlready portfolio``."""

    questionnaire: Questionnaire
    date: str = ""  # on this day, ages of answers are checked; "" checks no ages
    redacted: bool = False
    anonymised: bool = False


class TeamFile(NamedTuple):
    """An answers file, assessed as if it were the only file of a team."""

    path: str
    project: str  # the name of the project
    has_voice: bool  # whether the file says who answered, or who drafted it
    is_older: bool  # whether the file answers an older version of the questionnaire
    voices: int  # how many voices gave the answers
    advice: TeamAdvice


class BadFile(NamedTuple):
    """An unusable file, or a path that leads to no answers."""

    path: str
    line: str  # the reason
    code: int  # the exit code
    is_file: bool = True


class ReplacedFile(NamedTuple):
    """A file that does not count, because another one of its team counts instead."""

    path: str


class OtherFile(NamedTuple):
    """A YAML file, found in a folder, that is not an answers file."""

    path: str


TeamPart = Team | BadFile | ReplacedFile | str  # the text is a warning


class Reading(NamedTuple):
    """The result of reading answers files: teams, unusable files and warnings."""

    teams: list[Team]
    bad: list[BadFile]
    files: int  # how many answers files were found
    remarks: list[str]  # warnings to print
    # Files that do not count, because other files of the same team count instead.
    replaced: list[str]

    @property
    def bad_files(self) -> list[str]:
        """The paths of the unusable files."""
        return [each.path for each in self.bad if each.is_file]

    @property
    def unread(self) -> list[str]:
        """The folders without usable files, and the paths that do not exist."""
        return [each.path for each in self.bad if not each.is_file]

    def source(self, settings: Settings) -> "PortfolioSource | None":
        """Return what a portfolio says of its files, None if there is no file."""
        from mlready.report.portfolio import PortfolioSource

        if not (self.teams or self.bad):
            return None
        return PortfolioSource(
            self.files,
            self.bad_files,
            settings.date,
            settings.redacted,
            settings.anonymised,
            self.replaced,
            self.unread,
        )

    def lines(self) -> Iterator[str]:
        """Yield the lines to print about unusable files, then the warnings."""
        yield from (each.line for each in self.bad)
        if self.bad_files:
            are = "is" if len(self.bad_files) == 1 else "are"
            yield (
                f"{len(self.bad_files)} of {self.files} files {are} left out, because "
                "of the problems above"
            )
        yield from self.remarks

    @property
    def exit_code(self) -> int:
        """The highest exit code of unusable files and folders, or 0."""
        return max((each.code for each in self.bad), default=int(ExitCode.SUCCESS))


def read_teams(
    sources: Iterable[Path],
    settings: Settings,
    processes: int | None = None,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> Reading:
    """Read answers files and folders of answers files, and assess the teams.

    The result does not depend on the order of ``sources`` or on ``processes``.

    Args:
        sources: answers files, and folders with answers files.
        settings: the questionnaire and the options.
        processes: how many processes may be used; None chooses by the number of files.
        progress: called with the number of files read so far and of all files.

    """
    found = find_files(sources)
    bad = [*map(_no_answers, found.unread)]
    read: list[TeamFile] = []
    others, done = list[str](), 0
    for results in _in_chunks(partial(read_files, settings), found.files, processes):
        read += [each for each in results if isinstance(each, TeamFile)]
        bad += [each for each in results if isinstance(each, BadFile)]
        others += [each.path for each in results if isinstance(each, OtherFile)]
        done += len(results)
        progress(done, len(found.files))
    alone, groups, remarks = _grouped(read)
    parts: list[TeamPart] = [_alone(each) for each in alone]
    for some in _in_chunks(partial(_combine_voices, settings), groups, processes):
        parts += some
    remarks += [each for each in parts if isinstance(each, str)]
    teams = [each for each in parts if isinstance(each, Team)]
    return Reading(
        sorted(teams, key=lambda team: (plain(team.name), team.files)),
        sorted([*bad, *(each for each in parts if isinstance(each, BadFile))]),
        len(found.files) - len(others),
        [*remarks, *_counted(read, others)],
        sorted(each.path for each in parts if isinstance(each, ReplacedFile)),
    )


def _in_chunks(
    function: Callable[[Sequence[Item]], Result],
    items: Sequence[Item],
    processes: int | None,
) -> Iterator[Result]:
    """Yield the result of ``function`` for each chunk of items, in order."""
    chunks = [items[at : at + CHUNK] for at in range(0, len(items), CHUNK)]
    if processes is None:
        processes = worker_processes.cores() if len(items) >= MANY else 1
    return worker_processes.results(function, chunks, processes)


def read_files(
    settings: Settings, files: Sequence[FoundFile]
) -> list[TeamFile | BadFile | OtherFile]:
    """Read answers files, and assess each as if it were the only file of a team."""
    with _noted_warnings() as noted:
        return [_read_file(settings, file, noted) for file in files]


@contextmanager
def _noted_warnings() -> Iterator[list[Any]]:
    """Collect the warnings of a ``with`` block in a list, instead of printing them."""
    with warnings.catch_warnings(record=True) as noted:
        warnings.simplefilter("always", StorageWarning)
        yield noted


def _read_file(
    settings: Settings, file: FoundFile, noted: list[Any]
) -> TeamFile | BadFile | OtherFile:
    path, name = Path(file.path), for_terminal(file.path)
    before, data = len(noted), b""
    try:
        data = atomic_file.read_bytes(path)
        sheet = sheet_in(data, name, settings.questionnaire)
        if settings.date:
            _refuse_future_dates(AnswersFile(name, data, sheet), settings.date)
    except DocumentError as error:
        if not file.named and not is_meant_as_answers(data):
            return OtherFile(file.path)
        return _bad(file.path, error)
    except MlreadyError as error:
        return _bad(file.path, error)
    is_older = len(noted) > before
    voice = sheet.voice
    who = voice.name or voice.role or voice.present or voice.drafted
    has_voice = bool(who or sheet.voices)
    project = " ".join(sheet.name.split())
    advice = _advice(settings, sheet)
    voices = voices_that_count(sheet)
    return TeamFile(file.path, project, has_voice, is_older, voices, advice)


def _refuse_future_dates(file: AnswersFile, date: str) -> None:
    from mlready.storage.future_dates import future_dates

    if problems := [*future_dates(file, date)]:
        raise DocumentError(*problems)


def _bad(path: str, error: MlreadyError) -> BadFile:
    """Describe an unusable file: the first problem, and how many more there are."""
    if isinstance(error, DocumentError):
        first, more = error.problems[0], len(error.problems) - 1
        return BadFile(path, f"{first}{_more_problems(more)}", error.exit_code)
    return BadFile(path, one_line(str(error)), error.exit_code)


def _no_answers(found: Unread) -> BadFile:
    return BadFile(found.path, str(found.error), found.error.exit_code, is_file=False)


def _more_problems(number: int) -> str:
    return f" (and {number} more in this file)" if number else ""


def _advice(settings: Settings, sheet: AnswerSheet) -> TeamAdvice:
    questionnaire = settings.questionnaire
    if settings.redacted or settings.anonymised:
        from mlready.report.redaction import shown_sheet

        sheet = shown_sheet(
            questionnaire,
            # Ages are computed first, from dates that are hidden afterwards.
            with_ages(questionnaire, sheet, settings.date),
            redacted=settings.redacted,
            anonymised=settings.anonymised,
        )
    return team_advice(questionnaire, sheet, settings.date)


def _grouped(
    read: Iterable[TeamFile],
) -> tuple[list[TeamFile], list[tuple[str, ...]], list[str]]:
    """Return teams with one file, paths of teams with several files, and warnings."""
    folders: dict[str, str] = {}  # saves time: many files are in the same folder
    by_team: dict[tuple[str, str], list[TeamFile]] = {}
    for file in read:
        folder = os.path.split(file.path)[0]
        if folder not in folders:
            folders[folder] = os.path.realpath(folder)
        # A file that names no project is a team of its own.
        key = (folders[folder], plain_project(file.project) or f"/{file.path}")
        by_team.setdefault(key, []).append(file)
    alone, groups, remarks = list[TeamFile](), list[tuple[str, ...]](), list[str]()
    for files in by_team.values():
        if len(files) == 1:
            alone += files
        elif any(file.has_voice for file in files):
            # Together, as ``report`` reads the same files.
            groups.append(tuple(file.path for file in files))
            remarks += _counted_together(files)
        else:
            alone += files
            remarks.append(_counted_separately(*files[:2]))
    return alone, groups, remarks


def _counted_together(files: Sequence[TeamFile]) -> Iterator[str]:
    """Yield a warning if a file without a voice counts as one of a team's voices."""
    unknown = [file for file in files if not file.has_voice]
    if unknown:
        other = next(file for file in files if file.has_voice)
        yield (
            f"{_same_project(unknown[0], other)}, so it counts as one more person of "
            "that team; if it is of another team, name the projects differently"
        )


def _counted_separately(other: TeamFile, unknown: TeamFile) -> str:
    """Return a warning that files of one project count as different teams."""
    return (
        f"{_same_project(unknown, other)}, so they are counted as different teams; if "
        "they are one, add 'voice: {name: ...}' to each"
    )


def _same_project(unknown: TeamFile, other: TeamFile) -> str:
    return (
        f"{for_terminal(unknown.path)}: names the same project as "
        f"{for_terminal(other.path)}, but does not say who answered"
    )


def _combine_voices(
    settings: Settings, groups: Sequence[tuple[str, ...]]
) -> list[TeamPart]:
    with _noted_warnings():
        return [each for group in groups for each in _combined(settings, group)]


def _combined(settings: Settings, paths: Sequence[str]) -> Iterator[TeamPart]:
    """Yield the team with these answers files, those that do not count, and warnings.

    If no file is usable, there is no team.
    """
    questionnaire = settings.questionnaire
    read: list[AnswersFile] = []
    for path in paths:
        try:
            read.append(_answers_file(path, questionnaire))
        except MlreadyError as error:  # for example, if it was removed meanwhile
            yield _bad(path, error)
    yield from several_files.doubled(read, questionnaire)
    files = several_files.counting(read, questionnaire)
    # Which file of such a voice is the right one is not known, so none counts.
    undated = {
        file.path: DocumentError(problem)
        for file, problem in several_files.undated(files, questionnaire)
    }
    yield from (_bad(path, error) for path, error in undated.items())
    files = [file for file in files if file.path not in undated]
    if files:
        yield from several_files.remarks(files, questionnaire)
        used = [file.path for file in read if file.path not in undated]
        yield from _replaced(used, files)
        yield _combined_team(settings, used, files)


def _replaced(
    paths: Iterable[str], files: Sequence[AnswersFile]
) -> Iterator[ReplacedFile]:
    """Yield each of a team's paths whose file another one of ``files`` replaces."""
    counted = {file.path for file in several_files.not_replaced(files)}
    yield from (ReplacedFile(path) for path in paths if path not in counted)


def _combined_team(
    settings: Settings, paths: Sequence[str], files: Iterable[AnswersFile]
) -> Team:
    sheet = combine(settings.questionnaire, [file.sheet for file in files])
    advice = _advice(settings, sheet)
    name = " ".join(sheet.name.split())
    return _team(name, paths, voices_that_count(sheet), advice)


def _answers_file(path: str, questionnaire: Questionnaire) -> AnswersFile:
    name, data = for_terminal(path), atomic_file.read_bytes(Path(path))
    return AnswersFile(name, data, sheet_in(data, name, questionnaire), path)


def _alone(file: TeamFile) -> Team:
    return _team(file.project, [file.path], file.voices, file.advice)


def _team(project: str, paths: Sequence[str], voices: int, advice: TeamAdvice) -> Team:
    return Team(project or _name_of(paths[0]), tuple(paths), voices, advice)


def _name_of(path: str) -> str:
    """Name a team after its file, or after the folder of an ``mlready.yaml``."""
    # Creating a Path for each file would take longer than all other steps together.
    folder, name = os.path.split(path)
    stem = os.path.splitext(name)[0]  # noqa: PTH122 - see above
    return (os.path.split(folder)[1] if stem == _DEFAULT_NAME else "") or stem


def _counted(read: Iterable[TeamFile], others: Sequence[str]) -> Iterator[str]:
    """Warn of files for older questionnaires, and of files that are no answers files.

    ``others`` are the paths of YAML files that are no answers files.
    """
    if older := sum(file.is_older for file in read):
        are, were = ("file answers", "was") if older == 1 else ("files answer", "were")
        yield (
            f"{older} {are} an older version of the questionnaire, and {were} carried "
            "over; 'mlready validate' says what has changed"
        )
    if others:
        are = (
            "YAML file is no answers file and was"
            if len(others) == 1
            else ("YAML files are no answers files and were")
        )
        named = first_names([*map(for_terminal, others)])
        yield f"{len(others)} other {are} left out: {named}"
