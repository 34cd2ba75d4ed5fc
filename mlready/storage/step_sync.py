"""Update the steps in an answers file from a tracker's export.

Only owner, due date and done date are updated. A tracker may lose values when it
imports steps, so an empty value in its export changes nothing.
"""

import warnings
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from mlready.errors import (
    DocumentError,
    Problem,
    StorageError,
    StorageWarning,
    suggestions,
)
from mlready.escaping import for_terminal_line
from mlready.model.answers import NO_STEP, AnswerSheet, PlanStep
from mlready.model.questionnaire import Questionnaire
from mlready.model.step_keys import (
    REDACTED,
    UNNAMED,
    key_with_text,
    known_keys,
    project_in_keys,
)
from mlready.storage import answers_file, atomic_file
from mlready.storage.future_dates import is_later
from mlready.storage.step_lines import with_steps
from mlready.storage.step_table import State, StepRow, StepTable, TableCell

_NOTHING: Mapping[str, str] = MappingProxyType({})
_FIELDS = ("owner", "due", "done")
_FEW = 5  # most line numbers that a message lists


class FieldChange(NamedTuple):
    """The change of one field of a step: the old value and the new value."""

    key: str
    field: str
    before: str
    after: str

    def __str__(self) -> str:
        was = f" (was {self.before})" if self.before else ""
        return f"{self.key}: {self.field} {self.after}{was}"


class Synced(NamedTuple):
    """The steps of an answers file after an update, and the changes."""

    steps: Mapping[str, PlanStep]
    changes: tuple[FieldChange, ...]
    remarks: tuple[str, ...]  # which values of the export were not used


class Known(NamedTuple):
    """The project and the steps that the keys in an export can contain.

    For example, the key ``mlready.churn.COL-04`` contains the project "churn" and the
    step "COL-04".
    """

    project: str  # as in keys
    steps: Collection[str]  # the keys that a step can have, such as "COL-04"
    renamed: Mapping[str, str]  # former id of a question -> present id
    # The key that a step has beside another voice's step of the same key -> its own key
    beside_others: Mapping[str, str] = _NOTHING

    def step(self, key: str) -> str:
        """Return the present key of the step ``key``, "" if there is no such step.

        If a step belongs to a question, its key is the id of the question. So ``key``
        can be a former id.
        """
        key = self.renamed.get(key, key)
        return key if key in self.steps else ""


def known_steps(
    questionnaire: Questionnaire, sheet: AnswerSheet, project: str = ""
) -> Known:
    """Return the project and the steps that the keys in an export can contain.

    For example, the key ``mlready.churn.COL-04`` contains the project "churn" and the
    step "COL-04". ``project`` is a former name of the project that keys still contain;
    "" means the name in ``sheet``.
    """
    ids = known_keys(questionnaire)
    return Known(
        project_in_keys(project or sheet.name),
        dict.fromkeys([*ids, *sheet.steps]).keys(),  # ordered, with fast look-up
        {
            old: each.id
            for each in questionnaire.questions
            for old in each.was
            if old not in ids
        },
        {
            key_with_text(key, step.what): key
            for key, step in sheet.steps.items()
            if step.what
        },
    )


def problems(
    table: StepTable, known: Known, steps: Mapping[str, PlanStep], date: str = ""
) -> Iterator[Problem]:
    """Yield the problems that keep an export from being used.

    ``date`` is the day of the export, as YYYY-MM-DD, or "". No step may be done after
    the next day, which has begun further east.
    """
    yield from problems_of_keys(table, known)
    for row in table.rows:
        before = steps.get(known.step(row.step.step), NO_STEP)
        for place, text in _wrong_days(row, before, date):
            yield Problem(table.file, place.line, place.column, text)


def problems_of_keys(table: StepTable, known: Known) -> Iterator[Problem]:
    """Yield the problems of a table, and a problem for each wrong key.

    A wrong key is unknown, repeated, redacted or of another project.
    """
    yield from table.problems
    seen = dict[str, StepRow]()
    unknown = [row.step.step for row in table.rows if not known.step(row.step.step)]
    near = dict(suggestions(unknown, known.steps))
    if known.project == UNNAMED:  # then the project of the first row counts
        named = (row.step.project for row in table.rows)
        first = next((each for each in named if each not in {"", UNNAMED}), UNNAMED)
        known = known._replace(project=first)
    for row in table.rows:
        if text := _wrong_key(row, known, near, seen):
            yield Problem(table.file, row.key.line, row.key.column, text)


def _wrong_key(
    row: StepRow, known: Known, near: Mapping[str, str], seen: dict[str, StepRow]
) -> str:
    """Return what is wrong with the key of a row, "" if nothing is."""
    project, key = row.step
    if project == REDACTED:
        return (
            f"'{row.step}' was exported with --redact, which hides owners and steps; "
            "export them without it"
        )
    if project not in {"", UNNAMED, known.project}:
        return (
            f"'{row.step}' is a step of another project, not of '{known.project}'; if "
            "the project was renamed, give its former name with --was"
        )
    step = known.step(key)
    if not step and key in known.beside_others:
        own = known.beside_others[key]
        return (
            f"'{key}' is '{own}' here, and another voice has another step '{own}'; "
            "export the steps of this file alone, or sync into the file of a meeting"
        )
    if not step:
        keep = "; put it back under 'steps', or take this row out of the export"
        return f"there is no step '{key}'{near.get(key) or keep}"
    before = seen.setdefault(step, row)
    if before is row:
        return ""
    return f"the step '{step}' is given twice; the first is in line {before.key.line}"


def _wrong_days(
    row: StepRow, before: PlanStep, date: str
) -> Iterator[tuple[TableCell, str]]:
    """Yield the cell and the text of each problem with a done date."""
    status = row.status.text if row.status else ""
    if row.done and row.state is not State.DROPPED:
        if date and is_later(row.done.text, date):
            yield row.done, f"done on {row.done.text}, which is after --date {date}"
        if status and row.state is State.OPEN:
            yield row.done, f"two values: done on {row.done.text}, but '{status}'"
    elif row.status and row.state is State.DONE and not (before.done or date):
        text = f"'{status}', but no column says since when; give a day with --date"
        yield row.status, text


def without_issue_key(table: StepTable) -> Iterator[Problem]:
    """Yield a problem for each row without the key of a Jira issue."""
    for row in table.rows:
        if not row.issue:
            text = "no column 'Issue key' says which issue to update; export it too"
            yield Problem(table.file, row.key.line, row.key.column, text)


def synced(
    table: StepTable, known: Known, steps: Mapping[str, PlanStep], date: str = ""
) -> Synced:
    """Update the steps of an answers file from an export.

    ``table`` must have no problems. ``date`` is the done date of a step if the export
    says only that the step is done.
    """
    found, changes, remarks = dict(steps), list[FieldChange](), list[str]()
    for row in table.rows:
        key = known.step(row.step.step)
        before = steps.get(key, NO_STEP)
        after = _updated(row, before, date)
        changes += [
            FieldChange(key, field, getattr(before, field), getattr(after, field))
            for field in _FIELDS
            if getattr(before, field) != getattr(after, field)
        ]
        if after != before:
            found[key] = after
        remarks += _remarks(key, row, before)
    if table.others:
        remarks.append(f"rows of the export without a key, left out: {table.others}")
    return Synced(found, tuple(changes), tuple(remarks))


def _updated(row: StepRow, before: PlanStep, date: str) -> PlanStep:
    owner, due, done = before.owner, before.due, before.done
    # An export has visible symbols in place of hidden characters.
    if row.owner and row.owner.text != for_terminal_line(owner):
        owner = row.owner.text
    if row.due:
        due = row.due.text
    if row.state is not State.DROPPED and row.done:
        done = row.done.text
    elif row.state is State.DONE:
        done = done or date
    return before._replace(owner=owner, due=due, done=done)


def _remarks(key: str, row: StepRow, before: PlanStep) -> Iterator[str]:
    status = row.status.text if row.status else ""
    if before.done and row.state is State.OPEN and status:
        yield f"{key}: '{status}' in the export; left as done on {before.done}"
    elif row.state is State.DROPPED and not before.done:
        yield f"{key}: '{status}' in the export; left as not done"
    elif row.state is State.UNKNOWN and not (row.done or before.done):
        yield f"{key}: '{status}' in the export, which counts as not done"


def save(
    path: Path,
    data: bytes,
    sheet: AnswerSheet,
    steps: Mapping[str, PlanStep],
    questionnaire: Questionnaire,
) -> None:
    """Write changed steps to an answers file, and keep its other content.

    ``steps`` are all steps of the file, changed or not. The caller must have locked the
    file. Raises StorageError if comments would be lost or the file cannot be written.
    """
    try:
        text = rewritten(data, sheet, steps, questionnaire)
    except StorageError as error:
        raise StorageError(f"{path}: {error}") from None
    atomic_file.save(path, text, last=atomic_file.digest(data))


def rewritten(
    data: bytes,
    sheet: AnswerSheet,
    steps: Mapping[str, PlanStep],
    questionnaire: Questionnaire,
) -> bytes:
    """Return the content of an answers file with changed and added steps.

    ``steps`` are all steps of the file, changed or not. Raises StorageError if comments
    would be lost, or if the steps could not be read again.
    """
    changed = sheet._replace(steps=steps)
    whole = answers_file.dump(changed, questionnaire).encode()
    edited = with_steps(data, sheet.steps, steps)
    if _equal(edited, changed, questionnaire) and _comments(edited) >= _comments(data):
        return edited
    if lines := answers_file.foreign_comments(data, changed, questionnaire):
        where = ", ".join(map(str, lines[:_FEW]))
        raise StorageError(
            f"comments would be lost (line {where}), so nothing is changed; write each "
            "step on a line of its own, or take the comments out"
        )
    return whole


def _equal(data: bytes, sheet: AnswerSheet, questionnaire: Questionnaire) -> bool:
    """Return whether reading ``data`` gives this sheet."""
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", StorageWarning
        )  # for example of an older version
        try:
            return answers_file.read(data, "", questionnaire) == sheet
        except DocumentError:
            return False


def _comments(data: bytes) -> Counter[str]:
    from mlready.storage.strict_yaml import comment_lines

    lines = data.decode("utf-8-sig").split("\n")
    try:
        numbers = comment_lines(data, "")
    except DocumentError:
        return Counter()
    # The last # of the line is in the comment; the first may be in a text before it.
    return Counter(lines[number - 1].rpartition("#")[2].strip() for number in numbers)
