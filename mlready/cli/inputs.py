"""Load the questionnaire and the answers from the files named on the command line.

Each function imports the modules that it uses, so that a command loads only the modules
that it needs.
"""

import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from mlready.errors import (
    SHOWN,
    DocumentError,
    MlreadyError,
    Problem,
    SeveralErrors,
    StorageWarning,
    UsageError,
    did_you_mean,
    first_names,
)

if TYPE_CHECKING:
    from datetime import datetime

    from mlready.model.answers import AnswerSheet
    from mlready.model.questionnaire import Questionnaire, Role
    from mlready.storage.several_files import AnswersFile

STANDARD_INPUT = Path("-")


def load_questionnaire(chosen: Path | None) -> "Questionnaire":
    """Load the chosen questionnaire file, or if none is chosen, ``kickoff``.

    The questionnaire ``kickoff`` ships with mlready.
    """
    from mlready.storage import questionnaire_file

    return (
        questionnaire_file.load(chosen)
        if chosen
        else questionnaire_file.load_bundled("kickoff")
    )


def lint_lines(sources: Sequence[Path]) -> "Iterator[str | MlreadyError]":
    """Check questionnaire files; yield the lines for ``lint`` to print, and the errors.

    ``sources`` are the paths of these files.
    """
    from mlready.escaping import shown_path
    from mlready.storage.questionnaire_lint import lint

    for source in sources:
        try:
            found = lint(source)
        except MlreadyError as error:
            yield error
            continue
        name = shown_path(source)
        if found.errors:
            yield DocumentError(*found.errors)
            yield f"{name}: {_counted(len(found.errors), 'error')}"
            continue
        for each in found.warnings[:SHOWN]:
            place = f"{each.file}:{each.line}:{each.column}"
            yield f"mlready: {place}: warning: {each.text}"
        number = len(found.warnings)
        warned = _counted(number, "warning") if number else "fine"
        yield f"{name}: {warned}, {found.summary}"


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def load_answers(source: Path, questionnaire: "Questionnaire") -> "AnswerSheet":
    """Load answers from a file, or from standard input if ``source`` is ``-``."""
    from mlready.storage.several_files import AnswersFile

    name, data = shown_source(source), _read(source)
    sheet = sheet_in(data, name, questionnaire)
    warn_of_future_steps([AnswersFile(name, data, sheet)])
    return sheet


def warn_of_future_steps(files: "Iterable[AnswersFile]") -> None:
    """Warn with StorageWarning of steps whose done date is later than today.

    Such a step still counts as done: without the option ``--date``, a document does not
    depend on today's date.
    """
    for file in files:
        if any(step.done for step in file.sheet.steps.values()):
            from mlready.storage.future_dates import future_steps

            for problem in future_steps(file, today()):
                warnings.warn(str(problem), StorageWarning, stacklevel=2)


def load_combined(
    sources: Sequence[Path], questionnaire: "Questionnaire", date: str = ""
) -> "AnswerSheet":
    """Load the answers of one or more voices about one project, and combine them.

    Raises MlreadyError with the problems of all files. Warns with StorageWarning if
    something in the files is unexpected, such as different project names.

    Args:
        sources: the files of the voices.
        questionnaire: the questionnaire that was answered.
        date: today's date, as YYYY-MM-DD. The result records which answers are too old
            on this date. A later date in a file is a problem. If ``date`` is "" or
            not a date, the dates in the files are not checked.

    """
    if len(sources) == 1 and not date:
        return load_answers(sources[0], questionnaire)
    from mlready.assessment.ages import with_ages
    from mlready.assessment.voices import combine

    files = load_files(sources, questionnaire, date)
    sheet = combine(questionnaire, [file.sheet for file in files])
    return with_ages(questionnaire, sheet, date) if date else sheet


def load_files(
    sources: Sequence[Path], questionnaire: "Questionnaire", date: str = ""
) -> "list[AnswersFile]":
    """Load the answers files of several voices about one project.

    Raises SeveralErrors with the problems of all files. Warns with StorageWarning if
    something in the files is unexpected, such as different project names. If ``date``
    is a date as YYYY-MM-DD, a later date in a file is a problem. Otherwise the dates in
    the files are not checked.
    """
    from mlready.storage import several_files

    loaded = [*load_each(sources, questionnaire)]
    errors = [each for each in loaded if isinstance(each, MlreadyError)]
    files = [each for each in loaded if not isinstance(each, MlreadyError)]
    for check in (several_files.problems, several_files.kept_in_meetings):
        errors += [DocumentError(problem) for problem in check(files, questionnaire)]
    errors += errors_of_dates(files, date)
    if errors:
        raise SeveralErrors(*errors)
    if not date:
        warn_of_future_steps(files)
    for remark in several_files.remarks(files, questionnaire):
        warnings.warn(remark, StorageWarning, stacklevel=2)
    return files


def load_each(
    sources: Sequence[Path], questionnaire: "Questionnaire"
) -> "Iterator[AnswersFile | MlreadyError]":
    """Load answers files one by one; yield the content of each file, or its error."""
    from mlready.storage.several_files import AnswersFile

    if sources.count(STANDARD_INPUT) > 1:
        raise UsageError("-: standard input is read once; name files for the others")
    named: dict[tuple[int, int], Path] = {}
    for source in sources:
        try:
            _refuse_repeated(source, named)
            name, data = shown_source(source), _read(source)
            yield AnswersFile(name, data, sheet_in(data, name, questionnaire))
        except MlreadyError as error:
            yield error


def sheet_in(data: bytes, name: str, questionnaire: "Questionnaire") -> "AnswerSheet":
    """Return the answers in ``data``, the content of an answers file.

    ``name`` is the name of the file in messages. For the file of a meeting, the result
    also has answers that voices gave before the meeting, where the meeting gave none.
    """
    from mlready.storage import answers_file

    sheet = answers_file.read(data, name, questionnaire)
    if not sheet.voices:
        return sheet
    from mlready.assessment.voices import completed_by_voices

    return completed_by_voices(questionnaire, sheet)


def _refuse_repeated(source: Path, named: dict[tuple[int, int], Path]) -> None:
    """Raise DocumentError if a file is named twice, even by different paths.

    ``named`` are the files named so far; the file is added to them.
    """
    from mlready.storage.standard_streams import identity

    if (found := identity(source)) is None:
        return
    if (other := named.setdefault(found, source)) is not source:
        text = f"the same file as {shown_source(other)}; name each file once"
        raise DocumentError(Problem(shown_source(source), 1, 1, text))


def _read(source: Path) -> bytes:
    from mlready.storage import atomic_file, standard_streams

    if source == STANDARD_INPUT:
        return standard_streams.read_input()
    return atomic_file.read_bytes(source)


def shown_source(source: Path) -> str:
    """Return the name of an answers file, or of standard input, for messages."""
    from mlready.escaping import shown_path

    return "standard input" if source == STANDARD_INPUT else shown_path(source)


def require_day(date: str) -> None:
    """Raise UsageError unless a date is "" or a day of the calendar as YYYY-MM-DD."""
    if not date:
        return
    from mlready.assessment.dates import day_of

    if not day_of(date):
        raise UsageError("--date: expected a day as YYYY-MM-DD")


def summary(
    file: "AnswersFile", questionnaire: "Questionnaire", date: str = ""
) -> Iterator[str]:
    """Yield the lines that ``validate`` prints about a valid answers file.

    ``date`` is the day, as YYYY-MM-DD, on which the ages of answers are checked; ""
    checks no ages.
    """
    from mlready.model.answers import progress

    given, asked = progress(questionnaire, file.sheet)
    who = _who(file, questionnaire)
    unanswered = f", {asked - given} open" if given < asked else ""
    yield f"{file.name}: fine, {given} of {asked} answered{unanswered}{who}"
    if unused := not_asked(questionnaire, file.sheet):
        yield f"{file.name}: not asked of this team: {unused}"
    if date:
        yield from _ages(file, questionnaire, date)


def _ages(
    file: "AnswersFile", questionnaire: "Questionnaire", date: str
) -> Iterator[str]:
    """Yield the lines of ``validate`` about answers that are too old or lack a date."""
    from mlready.assessment.ages import aged_answers, undated_answers, with_ages
    from mlready.model.answers import assessment_input

    sheet = with_ages(questionnaire, file.sheet, date)
    inputs = assessment_input(questionnaire, sheet)
    if aged := [each.id for each in aged_answers(inputs)]:
        yield f"{file.name}: too old on {date}: {first_names(aged)}"
    if undated := undated_answers(inputs):
        text = "without a date, so they count as if given today"
        yield f"{file.name}: {text}: {first_names(undated)}"


def _who(file: "AnswersFile", questionnaire: "Questionnaire") -> str:
    """Say who gave the answers in a file: the end of a line printed by ``validate``."""
    from mlready.model.answers import NO_VOICE

    voices = len(file.sheet.voices)
    of = f"{voices} voice{'s' if voices > 1 else ''}"
    kept = f"; keeps the answers of {of}" if voices else ""
    if file.sheet.voice == NO_VOICE:
        return kept
    from mlready.escaping import for_terminal
    from mlready.storage.answers_voices import described

    return f", by {for_terminal(described(file.sheet.voice, questionnaire))}{kept}"


def errors_of_dates(files: "Sequence[AnswersFile]", date: str) -> list[DocumentError]:
    """Return an error for each file that has dates later than ``date``.

    If ``date`` is "" or not a date as YYYY-MM-DD, returns no errors.
    """
    if not date:
        return []
    from mlready.assessment.dates import day_of
    from mlready.storage.future_dates import future_dates

    today = str(day_of(date) or "")
    found = ([*future_dates(file, today)] for file in files)
    return [DocumentError(*problems) for problems in found if problems]


def errors_of_projects(
    files: "Sequence[AnswersFile]", questionnaire: "Questionnaire"
) -> list[DocumentError]:
    """Return an error for each file that cannot be combined with others of its project.

    An example is a second file of the same voice without a date. Copies of a file cause
    no error: for example, there may be several that are not filled in yet.
    """
    if len(files) == 1:
        return []
    from mlready.storage import several_files

    by_project: dict[str, list[AnswersFile]] = {}
    for file in several_files.without_copies(files):
        by_project.setdefault(file.sheet.name, []).append(file)
    return [
        DocumentError(problem)
        for project in by_project.values()
        for problem in several_files.problems(project, questionnaire)
    ]


def remarks(
    files: "Sequence[AnswersFile]", questionnaire: "Questionnaire"
) -> list[str]:
    """Return the lines that ``validate`` prints about several valid files together."""
    if len(files) == 1:
        return []
    from mlready.storage import several_files

    kept = several_files.kept_in_meetings(files, questionnaire)
    copies = several_files.copies(files)
    return [*several_files.remarks(files, questionnaire), *map(str, (*copies, *kept))]


def load_voices(
    meeting_file: Path, sources: Sequence[Path], questionnaire: "Questionnaire"
) -> "tuple[AnswerSheet, ...]":
    """Load the answers files of the voices of a meeting.

    Raises UsageError if ``meeting_file``, the meeting's own file, is also named as the
    file of a voice. Raises SeveralErrors with the problems of all files.
    """
    if not sources:
        return ()
    from mlready.storage.standard_streams import is_same

    for source in sources:
        if source == meeting_file or (
            meeting_file.exists() and is_same(source, meeting_file)
        ):
            text = "is the file of the meeting; name another one for it, first"
            raise UsageError(f"{shown_source(source)}: {text}")
    return tuple(file.sheet for file in load_files(sources, questionnaire))


def today() -> str:
    """Return today's date, as YYYY-MM-DD, unless SOURCE_DATE_EPOCH sets another day."""
    return now().date().isoformat()


def now() -> "datetime":
    """Return the present local time, unless SOURCE_DATE_EPOCH sets another time.

    This environment variable contains seconds since 1970. Programs whose output can be
    reproduced read it by convention.
    """
    import os
    from datetime import UTC, datetime

    with suppress(ValueError, OverflowError, OSError):
        given = int(os.environ.get("SOURCE_DATE_EPOCH", ""))
        return datetime.fromtimestamp(given, UTC)
    return datetime.now(UTC).astimezone()


def not_asked(questionnaire: "Questionnaire", sheet: "AnswerSheet") -> str:
    """Return the ids of facts, roles and questions that are answered, but not asked.

    The ids are separated by commas; only the first few are listed. Such answers in a
    sheet have no effect. In an express sheet, a detail with an answer has an effect, so
    it is not listed; a detail with only a note is listed.
    """
    from mlready.model.answers import assessment_input

    counted = assessment_input(questionnaire, sheet).sheet
    unused = [
        *(name for name in sheet.profile if name not in counted.profile),
        *(name for name in sheet.available if name not in counted.available),
        *(name for name in sheet.answers if name not in counted.answers),
    ]
    return first_names(unused)


def role_named(questionnaire: "Questionnaire", name: str) -> "Role":
    """Return the role with this id or name; raise UsageError if there is none.

    Upper and lower case do not matter.
    """
    roles = questionnaire.roles.values()
    by_name = {text.lower(): role for role in roles for text in (role.name, role.id)}
    if role := by_name.get(name.strip().lower()):
        return role
    ids = [role.id for role in roles]
    if not name:
        raise UsageError(f"--of: say whom to ask: {', '.join(ids[:-1])} or {ids[-1]}")
    near = did_you_mean(name, [*ids, *(role.name for role in roles)])
    text = f"--of: there is no role '{name}' among {', '.join(ids)}"
    raise UsageError(f"{text}{near}")
