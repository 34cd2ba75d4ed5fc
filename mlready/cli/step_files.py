"""Write a list of steps in the chosen format, or read a tracker's export back."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlready.cli.inputs import STANDARD_INPUT, shown_source
from mlready.errors import DocumentError, SeveralErrors, UsageError
from mlready.records import NamedTuple
from mlready.report.options import StepFormat, Tracker

if TYPE_CHECKING:
    from mlready.assessment.assess import Assessment
    from mlready.model.questionnaire import Questionnaire
    from mlready.report.step_export import Step
    from mlready.storage.step_table import StepTable


class Request(NamedTuple):
    """The options of the command ``steps``, besides its files and what it hides.

    ``form`` is the format, None if it is not given. ``tracker`` is to import the list;
    ``existing`` is an export of what it has already. ``date`` is the day of the list or
    of the export. ``was`` is the project's name in keys, if it has another one now.
    """

    form: StepFormat | None = None
    tracker: Tracker | None = None
    existing: Path | None = None
    date: str = ""
    was: str = ""


def check(request: Request, sync: Path | None, others: Mapping[str, Any]) -> None:
    """Raise UsageError for options that cannot be used, or not together.

    ``sync`` is the export to read, ``others`` are further options that write.
    """
    from mlready.storage.answers_fast_parser import is_date

    form, tracker, existing, date, _ = request
    if not is_date(date):
        raise UsageError("--date: expected a day as YYYY-MM-DD")
    writing = {"--format": form, "--for": tracker, "--existing": existing, **others}
    given = [name for name, value in writing.items() if value]
    if sync and given:
        text = "--sync writes into the answers file; leave out"
        raise UsageError(f"{text} {', '.join(given)}")
    if existing and not tracker:
        raise UsageError("--existing: name the tracker that it is of, with --for")
    if tracker and form not in {None, StepFormat.CSV}:
        raise UsageError("--for: trackers import a table; leave out --format")


class Document(NamedTuple):
    """A list of steps, and what to tell the user about it, "" if nothing."""

    text: str
    remark: str = ""


def document(result: "Assessment", request: Request) -> Document:
    """Return the steps of an assessment as a document."""
    from mlready.report.step_export import steps

    found = steps(result, request.was, request.date)
    if request.tracker:
        return _for_tracker(result, found, request, request.tracker)
    if request.form is StepFormat.ICS:
        from mlready.report.step_calendar import calendar

        dated = any(each.item.due for each in found)
        remark = "" if dated else "the calendar is empty: no step has a due date"
        return Document(calendar(result, found, request.date), remark)
    return Document(_as_text(result, found, request))


def _as_text(result: "Assessment", found: "Sequence[Step]", request: Request) -> str:
    from mlready.report import step_export

    if request.form is StepFormat.CSV:
        return step_export.table(found)
    if request.form is StepFormat.JSON:
        return step_export.steps_json(result, found, request.date)
    return step_export.task_list(result, found)


def _for_tracker(
    result: "Assessment", found: "Sequence[Step]", request: Request, tracker: Tracker
) -> Document:
    from mlready.report.step_export import tracker_table

    known = _existing_issues(result, request, request.existing)
    text = tracker_table(result, found, tracker, known)
    there = sum(each.key.step in known for each in found)
    if not there or tracker is Tracker.JIRA:
        return Document(text)
    return Document(text, f"left out, because {tracker} has them: {there} steps")


def _existing_issues(
    result: "Assessment", request: Request, existing: Path | None
) -> dict[str, str]:
    """Return the tracker's ids of the steps in an export, by the keys of the steps."""
    if not existing:
        return {}
    from mlready.storage import step_sync

    inputs = result.inputs
    known = step_sync.known_steps(inputs.questionnaire, inputs.sheet, request.was)
    table = _read_table(existing)
    found = [*step_sync.problems_of_keys(table, known)]
    if request.tracker is Tracker.JIRA:
        found += step_sync.without_issue_key(table)
    if found:
        raise DocumentError(*found)
    return {known.step(row.step.step): row.issue for row in table.rows}


def _read_table(path: Path) -> "StepTable":
    from mlready.input_limits import TABLE_LIMIT
    from mlready.storage import atomic_file, step_table

    data = atomic_file.read_bytes(path, TABLE_LIMIT)
    return step_table.read(data, shown_source(path))


def sync(
    sources: Sequence[Path],
    export: Path,
    questionnaire: "Questionnaire",
    request: Request,
) -> list[str]:
    """Take an export over into an answers file; return lines that say what changed.

    Raises UsageError unless the steps are in one file, SeveralErrors or DocumentError
    with all problems of the answers and the export, and StorageError.
    """
    from mlready.storage import file_lock

    if len(sources) > 1 or sources[0] == STANDARD_INPUT:
        raise UsageError(
            "--sync writes into one answers file; name the one that keeps the steps, "
            "such as that of the meeting"
        )
    with file_lock.locked(sources[0]):
        return _synced(sources[0], export, questionnaire, request)


def _synced(
    path: Path, export: Path, questionnaire: "Questionnaire", request: Request
) -> list[str]:
    """Take an export over into a locked answers file; return lines on what changed."""
    from mlready.escaping import for_terminal_line
    from mlready.storage import answers_file, atomic_file, step_sync

    name, data = shown_source(path), atomic_file.read_bytes(path)
    table = _read_table(export)
    try:
        sheet = answers_file.read(data, name, questionnaire)
    except DocumentError as error:
        of_table = [DocumentError(*table.problems)] if table.problems else []
        raise SeveralErrors(error, *of_table) from None
    known = step_sync.known_steps(questionnaire, sheet, request.was)
    if found := [*step_sync.problems(table, known, sheet.steps, request.date)]:
        raise DocumentError(*found)
    done = step_sync.synced(table, known, sheet.steps, request.date)
    if done.changes:
        step_sync.save(path, data, sheet, done.steps, questionnaire)
    lines = [str(each) for each in done.changes] or ["nothing to change"]
    return [f"{name}: {for_terminal_line(line)}" for line in (*lines, *done.remarks)]
