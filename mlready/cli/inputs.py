"""Load the questionnaire and the answers from the files named on the command line.

Imports are inside the functions, so that a command loads only the necessary modules.
"""

import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from mlready.errors import (
    MOST_SHOWN,
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
    """Load a questionnaire file, or the bundled ``kickoff`` if ``chosen`` is None."""
    from mlready.storage import questionnaire_file

    return (
        questionnaire_file.load(chosen)
        if chosen
        else questionnaire_file.load_bundled("kickoff")
    )


def lint_lines(sources: Sequence[Path]) -> "Iterator[str | MlreadyError]":
    """Yield the lines and errors that ``lint`` prints about questionnaire files."""
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
        for each in found.warnings[:MOST_SHOWN]:
            yield f"mlready: {each.warning}"
        number = len(found.warnings)
        warned = _counted(number, "warning") if number else "fine"
        yield f"{name}: {warned}, {found.summary}"


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def load_answers(source: Path, questionnaire: "Questionnaire") -> "AnswerSheet":
    """Load an answers file, or read standard input if ``source`` is ``-``."""
    from mlready.storage.several_files import AnswersFile

    name, data = shown_source(source), _read(source)
    sheet = sheet_in(data, name, questionnaire)
    warn_of_future_steps([AnswersFile(name, data, sheet)])
    return sheet


def warn_of_future_steps(files: "Iterable[AnswersFile]") -> None:
    """Warn with StorageWarning of each step whose done date is after today.

    Such a step counts as done, because a document must not depend on today's date.
    """
    with_done = [
        file for file in files if any(step.done for step in file.sheet.steps.values())
    ]
    if with_done:
        from mlready.storage.future_dates import future_steps

        for text in future_steps(with_done, today()):
            warnings.warn(text, StorageWarning, stacklevel=2)


def load_combined(
    sources: Sequence[Path], questionnaire: "Questionnaire", date: str = ""
) -> "AnswerSheet":
    """Load the answers of one or more voices about one project, and combine them.

    Warns with StorageWarning, for example of an older file of the same voice.

    Args:
        sources: the answers files of the voices.
        questionnaire: the questionnaire that was answered.
        date: the day for checks of dates and ages, as YYYY-MM-DD; other text, such
            as "", switches the checks off.

    Raises:
        MlreadyError: the files have problems.

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

    Warns with StorageWarning, for example of an older file of the same voice.

    Args:
        sources: the answers files of the voices.
        questionnaire: the questionnaire that was answered.
        date: a day as YYYY-MM-DD; later dates in the files are problems. Other text,
            such as "", switches this check off.

    Raises:
        SeveralErrors: the files have problems.

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
    """Load answers files one by one; yield the content or the error of each file."""
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

    ``name`` is the name of the file in messages. The file of a meeting also has the
    answers of each voice. Where the meeting gave no answer, the combined answer of
    these voices is used.
    """
    from mlready.storage import answers_file

    sheet = answers_file.read(data, name, questionnaire)
    if not sheet.voices:
        return sheet
    from mlready.assessment.voices import completed_by_voices

    return completed_by_voices(questionnaire, sheet)


def _refuse_repeated(source: Path, named: dict[tuple[int, int], Path]) -> None:
    """Add a file to ``named``; raise DocumentError if the file is already there."""
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
    """Return the name of an answers file for messages; ``-`` is "standard input"."""
    from mlready.escaping import shown_path

    return "standard input" if source == STANDARD_INPUT else shown_path(source)


def require_day(date: str) -> None:
    """Raise UsageError unless ``date`` is "" or a day as YYYY-MM-DD."""
    if not date:
        return
    from mlready.assessment.dates import day_of
    from mlready.storage.answers_fast_parser import names_no_day

    if names_no_day(date):
        raise UsageError(f"--date: there is no day {date}")
    if not day_of(date):
        raise UsageError("--date: expected a day as YYYY-MM-DD")


def summary(
    file: "AnswersFile", questionnaire: "Questionnaire", date: str = ""
) -> Iterator[str]:
    """Yield the lines that ``validate`` prints about a valid answers file.

    Given a day as YYYY-MM-DD in ``date``, also checks the ages of answers.
    """
    from mlready.model.answers import progress

    given, asked = progress(questionnaire, file.sheet)
    who = _who(file, questionnaire)
    unanswered = f", {asked - given} open" if given < asked else ""
    yield f"{file.name}: fine, {given} of {asked} questions answered{unanswered}{who}"
    if unused := not_asked(questionnaire, file.sheet):
        yield f"{file.name}: not asked of this team: {unused}"
    if date:
        yield from _ages(file, questionnaire, date)


def _ages(
    file: "AnswersFile", questionnaire: "Questionnaire", date: str
) -> Iterator[str]:
    """Yield lines about answers that are too old, and about answers without a date."""
    from mlready.assessment.ages import aged_answers, undated_answers, with_ages
    from mlready.model.answers import assessment_input

    sheet = with_ages(questionnaire, file.sheet, date)
    inputs = assessment_input(questionnaire, sheet)
    if aged := [each.id for each in aged_answers(inputs)]:
        named = first_names(aged)
        command = f"; 'mlready report --date {date}' lists all"
        rest = "" if named.endswith(aged[-1]) else command
        yield f"{file.name}: too old on {date}: {named}{rest}"
    if undated := undated_answers(inputs):
        text = "without a date, so they count as if given today"
        yield f"{file.name}: {text}: {first_names(undated)}"


def _who(file: "AnswersFile", questionnaire: "Questionnaire") -> str:
    """Return the end of a line about a file: who gave the answers, such as ", by Eve".

    The file of a meeting can have the answers of each voice; then "; keeps the answers
    of 2 voices" is added.
    """
    from mlready.model.answers import NO_VOICE

    voices = len(file.sheet.voices)
    of = f"{voices} voice{'s' if voices > 1 else ''}"
    kept = f"; keeps the answers of {of}" if voices else ""
    if file.sheet.voice == NO_VOICE:
        return kept
    from mlready.escaping import for_terminal
    from mlready.storage.answers_voices import described

    voice = file.sheet.voice
    by = "by " if voice.name or voice.role or voice.present else ""
    return f", {by}{for_terminal(described(voice, questionnaire))}{kept}"


def errors_of_dates(files: "Sequence[AnswersFile]", date: str) -> list[DocumentError]:
    """Return an error for each file with a date later than ``date``.

    Returns no errors unless ``date`` is a day as YYYY-MM-DD.
    """
    if not date:
        return []
    from mlready.assessment.dates import day_of
    from mlready.storage.future_dates import future_dates

    today = str(day_of(date) or "")
    found = ([*future_dates(file, today)] for file in files)
    command = f"mlready validate FILE --date {date}"
    return [DocumentError(*problems, command=command) for problems in found if problems]


def errors_of_projects(
    files: "Sequence[AnswersFile]", questionnaire: "Questionnaire"
) -> list[DocumentError]:
    """Return errors about files of one project that cannot be combined.

    Copies of a file cause no error.
    """
    if len(files) == 1:
        return []
    from mlready.storage import several_files

    return [
        DocumentError(problem)
        for project in several_files.by_project(several_files.without_copies(files))
        for problem in several_files.problems(project, questionnaire)
    ]


def joint_messages(
    files: "Sequence[AnswersFile]", questionnaire: "Questionnaire"
) -> list[str]:
    """Return what ``validate`` prints about several valid files together.

    An example is the message that the files name different projects.
    """
    if len(files) == 1:
        return []
    from mlready.storage import several_files

    kept = several_files.kept_in_meetings(files, questionnaire)
    doubtful = (*several_files.copies(files), *kept)
    # People may validate the files of many teams at once, as a hook of Git does.
    remarks = [
        remark
        for project in several_files.by_project(several_files.without_copies(files))
        for remark in several_files.remarks(project, questionnaire)
    ]
    names = several_files.project_names(files)
    return [*names, *remarks, *(each.warning for each in doubtful)]


def short_remarks(files: "Sequence[AnswersFile]") -> Iterator[str]:
    """Yield a warning for each background line, remark or date that says too little."""
    from mlready.storage.answers_dates import dates_in_words
    from mlready.storage.bare_words import bare_words

    for file in files:
        found = (*bare_words(file), *dates_in_words(file))
        yield from (each.warning for each in found)


def load_voices(
    meeting_file: Path, sources: Sequence[Path], questionnaire: "Questionnaire"
) -> "tuple[AnswerSheet, ...]":
    """Load the answers files of the voices of a meeting.

    Raises:
        UsageError: ``sources`` contains ``meeting_file``, the file of the meeting.
        SeveralErrors: the files have problems.

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
    """Return today's date as YYYY-MM-DD, or the date that SOURCE_DATE_EPOCH sets."""
    return now().date().isoformat()


def now() -> "datetime":
    """Return the present local time, or the time that SOURCE_DATE_EPOCH sets.

    This environment variable contains seconds since 1970. Reproducible builds set the
    variable.
    """
    import os
    from datetime import UTC, datetime

    with suppress(ValueError, OverflowError, OSError):
        given = int(os.environ.get("SOURCE_DATE_EPOCH", ""))
        return datetime.fromtimestamp(given, UTC)
    return datetime.now(UTC).astimezone()


def not_asked(questionnaire: "Questionnaire", sheet: "AnswerSheet") -> str:
    """Return the ids of questions answered in ``sheet``, but not asked of this team.

    Such answers have no effect. The ids of facts, and of roles with a number of people,
    are included. After ten ids, the text only says how many follow.
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
    """Return the role with the id or name ``name``; case does not matter.

    Raises:
        UsageError: there is no such role.

    """
    from mlready.model import role_names

    roles = questionnaire.roles.values()
    id_ = role_names.role_named(name.strip(), {role.id: role.name for role in roles})
    if role := questionnaire.roles.get(id_):
        return role
    ids = [role.id for role in roles]
    if not name:
        raise UsageError(f"--of: say whom to ask: {', '.join(ids[:-1])} or {ids[-1]}")
    near = did_you_mean(name, [*ids, *(role.name for role in roles)])
    text = f"--of: there is no role '{name}' among {', '.join(ids)}"
    raise UsageError(f"{text}{near}")
