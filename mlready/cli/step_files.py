"""Write the steps of the plan in a chosen format, or read an export of a tracker."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from mlready.cli.inputs import STANDARD_INPUT, load_files, shown_source
from mlready.errors import DocumentError, SeveralErrors, UsageError
from mlready.model.step_keys import UNNAMED
from mlready.report.options import StepFormat, Tracker

_UNNAMED_PROJECT = (
    "the steps of every project without a name have the same keys; before another one "
    "goes to the same place, name this one: project: {name: ...}"
)

if TYPE_CHECKING:
    from mlready.assessment.assess import Assessment
    from mlready.model.answers import AnswerSheet
    from mlready.model.questionnaire import Questionnaire
    from mlready.report.step_export import Step
    from mlready.storage.step_table import StepTable


class StepRequest(NamedTuple):
    """The options of ``mlready steps``."""

    form: StepFormat | None = None
    tracker: Tracker | None = None  # will import the list of steps
    existing: Path | None = None  # an export of the steps that the tracker has
    date: str = ""  # the day of the list or of the export
    was: str = ""  # a former name of the project; keys in the tracker may contain it


def check(request: StepRequest, sync: Path | None, others: Mapping[str, Any]) -> None:
    """Raise UsageError for invalid options, and for options that exclude each other.

    ``sync`` is the export to read. ``others`` maps options that ``sync`` excludes to
    their values.
    """
    from mlready.storage.answers_fast_parser import is_date

    form, tracker, existing, date, _ = request
    if not is_date(date):
        raise UsageError("--date: expected a day as YYYY-MM-DD")
    for option, export in {"--sync": sync, "--existing": existing}.items():
        if export == STANDARD_INPUT:
            raise UsageError(f"{option}: an export is a file; save it, and name it")
    writing = {"--format": form, "--for": tracker, "--existing": existing, **others}
    given = [name for name, value in writing.items() if value]
    if sync and given:
        text = "--sync writes into the answers file; leave out"
        raise UsageError(f"{text} {', '.join(given)}")
    if existing and not tracker:
        raise UsageError("--existing: name the tracker that it is of, with --for")
    if tracker and form not in {None, StepFormat.CSV}:
        raise UsageError("--for: trackers import a table; leave out --format")


class StepDocument(NamedTuple):
    """A document with a list of steps, and a message for the user."""

    text: str
    remark: str = ""  # "" for no message


def document(result: "Assessment", request: StepRequest) -> StepDocument:
    """Return the steps of an assessment as a document in the requested format."""
    from mlready.report.step_export import steps

    found = steps(result, request.was, request.date)
    made = _document(result, found, request)
    kept = request.tracker or request.form is StepFormat.ICS
    if kept and any(each.key.project == UNNAMED for each in found):
        remarks = filter(None, [made.remark, _UNNAMED_PROJECT])
        return made._replace(remark="\n".join(remarks))
    return made


def _document(
    result: "Assessment", found: "Sequence[Step]", request: StepRequest
) -> StepDocument:
    if request.tracker:
        return _for_tracker(result, found, request, request.tracker)
    if request.form is StepFormat.ICS:
        from mlready.report.step_calendar import calendar

        dated = any(each.item.due for each in found)
        remark = "" if dated else "the calendar is empty: no step has a due date"
        return StepDocument(calendar(result, found, request.date), remark)
    return StepDocument(_as_text(result, found, request))


def _as_text(
    result: "Assessment", found: "Sequence[Step]", request: StepRequest
) -> str:
    from mlready.report import step_export

    if request.form is StepFormat.CSV:
        return step_export.table(found)
    if request.form is StepFormat.JSON:
        return step_export.steps_json(result, found, request.date)
    return step_export.task_list(result, found)


def _for_tracker(
    result: "Assessment",
    found: "Sequence[Step]",
    request: StepRequest,
    tracker: Tracker,
) -> StepDocument:
    from mlready.report.step_export import tracker_table

    known = _existing_issues(result, request, request.existing)
    text = tracker_table(result, found, tracker, known)
    there = sum(each.key.step in known for each in found)
    if not there or tracker is Tracker.JIRA:
        return StepDocument(text)
    return StepDocument(text, f"left out, because {tracker} has them: {there} steps")


def _existing_issues(
    result: "Assessment", request: StepRequest, existing: Path | None
) -> dict[str, str]:
    """Map steps in an export to keys of Jira issues, or to "" for other trackers."""
    if not existing:
        return {}
    from mlready.storage import step_sync

    inputs = result.inputs
    known = step_sync.known_steps(inputs.questionnaire, inputs.sheet, request.was)
    table = _read_table(existing, keys_only=True)
    found = [*step_sync.problems_of_keys(table, known)]
    if request.tracker is Tracker.JIRA:
        found += step_sync.without_issue_key(table)
    if found:
        raise DocumentError(*found)
    return {known.step(row.step.step): row.issue for row in table.rows}


def _read_table(path: Path, *, keys_only: bool = False) -> "StepTable":
    from mlready.input_limits import TABLE_LIMIT
    from mlready.storage import atomic_file, step_table

    data = atomic_file.read_bytes(path, TABLE_LIMIT)
    return step_table.read(data, shown_source(path), keys_only=keys_only)


def sync(
    sources: Sequence[Path],
    export: Path,
    questionnaire: "Questionnaire",
    request: StepRequest,
) -> list[str]:
    """Update the steps in an answers file from an export; return lines on the changes.

    Of several files, only the file that contains steps is updated.

    Raises:
        UsageError: ``sources`` contains ``-``, or not exactly one of several files has
            steps.
        DocumentError: the export has problems.
        SeveralErrors: the answers files have problems, and perhaps the export.
        StorageError: a file cannot be read or written.

    """
    from mlready.storage import file_lock

    if STANDARD_INPUT in sources:
        raise UsageError("--sync writes into an answers file; name a file instead of -")
    table = _read_table(export)
    path, project = _with_steps(sources, questionnaire, table)
    request = request._replace(was=request.was or project)
    with file_lock.locked(path):
        return _synced(path, table, questionnaire, request)


def _with_steps(
    sources: Sequence[Path], questionnaire: "Questionnaire", table: "StepTable"
) -> tuple[Path, str]:
    """Return the only file of ``sources`` whose steps count, and the project's name.

    A single file is returned without being read, and with "" as the name. ``table`` is
    the tracker's export; its problems are added to those of the files.
    """
    if len(sources) == 1:
        return sources[0], ""
    from mlready.assessment.voices import combine
    from mlready.storage.several_files import not_replaced

    with _problems_added(table):
        files = load_files(sources, questionnaire)
    counted = not_replaced(files)
    named = dict(zip(sources, files, strict=True))
    holding = [
        path for path, file in named.items() if file.sheet.steps and file in counted
    ]
    sheets = [file.sheet for file in files]
    if len(holding) == 1:
        return holding[0], combine(questionnaire, sheets).name
    raise UsageError(
        f"--sync: {_undecided(holding, _shared_key(questionnaire, sheets))}"
    )


def _undecided(holding: Sequence[Path], shared_key: str) -> str:
    """Return why it is not known into which file to write, and what to do."""
    only = "name only the file to write them into"
    if not holding:
        return f"no file that counts has steps; {only}"
    there = "several of the files hold steps: "
    there += ", ".join(sorted(map(shown_source, holding)))
    if not shared_key:
        return f"{there}; {only}"
    return (
        f"{there}, and different ones under the key '{shared_key}'; make the file of a "
        "meeting of them (mlready interview FILE --with ...), and name only that"
    )


def _shared_key(questionnaire: "Questionnaire", sheets: "Sequence[AnswerSheet]") -> str:
    """Return the first key under which sheets have different steps, "" if none."""
    from mlready.model.step_versions import step_versions

    found = step_versions(questionnaire, sheets)
    each = (
        version.key for key, of in found.items() for version in of if version.key != key
    )
    return min(each, default="")


@contextmanager
def _problems_added(table: "StepTable") -> Iterator[None]:
    """Add the problems of a tracker's export to the errors of a ``with`` block.

    ``table`` is the export, as read from the tracker's file.
    """
    try:
        yield
    except (DocumentError, SeveralErrors) as error:
        of_files = error.errors if isinstance(error, SeveralErrors) else (error,)
        of_table = [DocumentError(*table.problems)] if table.problems else []
        raise SeveralErrors(*of_files, *of_table) from None


def _synced(
    path: Path, table: "StepTable", questionnaire: "Questionnaire", request: StepRequest
) -> list[str]:
    """Update a locked answers file from an export; return lines on the changes."""
    from mlready.escaping import for_terminal_line
    from mlready.storage import answers_file, atomic_file, step_sync

    name, data = shown_source(path), atomic_file.read_bytes(path)
    with _problems_added(table):
        sheet = answers_file.read(data, name, questionnaire)
    known = step_sync.known_steps(questionnaire, sheet, request.was)
    if found := [*step_sync.problems(table, known, sheet.steps, request.date)]:
        raise DocumentError(*found)
    done = step_sync.synced(table, known, sheet.steps, request.date)
    if done.changes:
        step_sync.save(path, data, sheet, done.steps, questionnaire)
    lines = [str(each) for each in done.changes] or ["nothing to change"]
    return [f"{name}: {for_terminal_line(line)}" for line in (*lines, *done.remarks)]
