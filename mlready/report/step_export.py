"""Export the steps of the plan: a task list, a table for a tracker, or plain data.

Sources of the import formats (November 2026):

* Jira: support.atlassian.com, "Create issues using the CSV importer". A row with the
  key of an issue updates the issue.
* GitHub: github.com/gavinr/github-csv-tools (import.js), because GitHub imports no
  tables.
* GitLab: docs.gitlab.com, "Importing issues from CSV". It only creates issues.
* Linear: the importer "Linear (CSV)" of github.com/linear/linear (packages/import). It
  only creates issues, and needs the column Labels.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from mlready.assessment.assess import Assessment
from mlready.assessment.plan import PlanItem, PlanReason, all_steps, stored_key
from mlready.csv_cells import BYTE_ORDER_MARK, without_formulas
from mlready.escaping import Escaped, for_markdown, for_terminal_line
from mlready.model.answers import AnswerSheet
from mlready.model.step_keys import REDACTED, StepKey, project_in_keys
from mlready.report.json_records import Data, fields, plain_data
from mlready.report.json_text import json_text
from mlready.report.options import Tracker
from mlready.report.template_context import context
from mlready.report.templating import Words, render

FORMAT, FORMAT_VERSION = "mlready-steps", 1
_LONGEST_TITLE = 250  # Jira, GitHub and GitLab take at most 255 characters
_LONGEST_LABEL = 50  # most characters of a label that GitHub takes


class Line(StrEnum):
    """Keys of the phrases for the lines of a step's description."""

    WHOLE = "whole"  # the title, if the tracker's field is too short for it
    DONE = "done"
    CLOSED = "closed"  # the answers leave nothing to do
    DUE = "due"
    OVERDUE = "overdue"
    OWNER = "owner"
    ROLE = "role"
    DONE_WHEN = "done_when"
    CLAIMS = "claims"  # the answers that a second person must confirm


class Step(NamedTuple):
    """A step to export."""

    item: PlanItem
    key: StepKey
    title: str  # what to do
    done_when: str  # what shows that the step is done, "" if unknown
    lines: Sequence[Line]  # of the description

    @property
    def sentence(self) -> str:
        """The title with a full stop, unless the title ends with other punctuation."""
        return self.title if self.title.endswith(("?", "!", "…")) else f"{self.title}."

    @property
    def mark(self) -> str:
        """The key as a Markdown comment, or as code if the key would break a comment.

        A key breaks a comment if the key contains "--" or ends with "-".
        """
        key = str(self.key)
        fits = "--" not in key and not key.endswith("-")
        return f"<!-- {key} -->" if fits else f"`{key}`"


# For each column, a function from a step and its description to the text of a cell.
Columns = Mapping[str, Callable[[Step, str], str]]


class _Layout(NamedTuple):
    """The columns of a tracker's table."""

    columns: Columns
    lines: Sequence[Line]  # of the description: what the tracker has no column for


def steps(result: Assessment, project: str = "", date: str = "") -> tuple[Step, ...]:
    """Return the steps of the plan, and all further steps in the answers file.

    Args:
        result: the assessment.
        project: the project's name in step keys, "" for the name in the answers file.
        date: YYYY-MM-DD or ""; a step that was due before is overdue.

    """
    inputs = result.inputs
    of_project = project_in_keys(project or inputs.sheet.name)
    of_project = REDACTED if inputs.sheet.redacted else of_project
    words = _words(result, for_terminal_line)
    return tuple(
        Step(
            item._replace(owner=for_terminal_line(item.owner)),
            StepKey(of_project, stored_key(item)),
            words.say("title", item).removesuffix("."),
            words.say("done_when", item),
            [*_lines(result, item, date)],
        )
        for item in all_steps(result)
    )


def _lines(result: Assessment, item: PlanItem, date: str) -> Iterator[Line]:
    if item.owner:
        yield Line.OWNER
    elif item.role and item.question:
        yield Line.ROLE
    if item.done:
        yield Line.DONE
    elif item.closed:
        yield Line.CLOSED
    elif item.due:
        yield Line.OVERDUE if item.overdue(date) else Line.DUE
    if item.done_when:
        yield Line.DONE_WHEN
    if item.reason is PlanReason.CONFIRMS and result.confirmation.unconfirmed:
        yield Line.CLAIMS


def _words(result: Assessment, escape: Callable[[str], str]) -> Words:
    return Words("_step_words.j2", escape, context(result))


def task_list(result: Assessment, exported: Sequence[Step]) -> str:
    """Return steps as a Markdown task list for GitHub and GitLab."""
    text = render("steps.md.j2", for_markdown, **context(result), steps=exported)
    return f"{text.rstrip()}\n"


def steps_json(result: Assessment, exported: Sequence[Step], date: str = "") -> str:
    """Return steps as JSON; ``questionnaires/schema/steps.json`` describes the keys."""
    inputs = result.inputs
    data: Data = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "questionnaire": fields(inputs.questionnaire, "id", "version", "title"),
        "project": fields(inputs.sheet, "name", "slice"),
        "date": date,
        "redacted": inputs.sheet.redacted,
        "anonymous": inputs.sheet.anonymous,
        "steps": [_as_data(each, date, inputs.sheet) for each in exported],
    }
    return json_text(data)


def _as_data(step: Step, date: str, sheet: AnswerSheet) -> Data:
    item = step.item
    data: Data = {
        "key": str(step.key),
        "id": step.key.step,
        "topic": item.question.topic if item.question else "",
        "reason": item.reason,
        "what": step.title,
        **fields(item, "role", "owner", "due", "done"),
        "overdue": item.overdue(date),
        "done_when": step.done_when,
    }
    found: Data = plain_data(data, sheet)
    return found


def table(exported: Iterable[Step]) -> str:
    """Return steps as CSV for a spreadsheet, which ``--sync`` can read back."""
    rows = [
        {
            "key": str(each.key),
            "step": each.title,
            **{name: getattr(each.item, name) for name in ("owner", "due", "done")},
            "role": each.item.role.name if each.item.role else "",
            "done when": each.done_when,
        }
        for each in exported
    ]
    columns = ("key", "step", "owner", "due", "done", "role", "done when")
    return f"{BYTE_ORDER_MARK}{_csv(columns, rows)}"


def tracker_table(
    result: Assessment,
    exported: Iterable[Step],
    tracker: Tracker,
    known: Mapping[str, str] | None = None,
) -> str:
    """Return steps as the CSV that a tracker imports.

    ``known`` maps step keys to ids in the tracker, for steps imported earlier. Only a
    table for Jira contains these steps, because only Jira can update issues.
    """
    layout, words = _LAYOUTS[tracker], _words(result, for_markdown)
    known = known or {}
    updates = tracker is Tracker.JIRA and bool(known)
    columns = _updating(layout.columns, known) if updates else layout.columns
    rows = [
        {
            name: cell(each, "\n\n".join(description(each, layout.lines, words)))
            for name, cell in columns.items()
        }
        for each in exported
        if updates or each.key.step not in known
    ]
    return _csv([*columns], rows)


def _updating(columns: Columns, known: Mapping[str, str]) -> Columns:
    """Return columns for a table with which Jira updates the issues in ``known``."""

    def issue(step: Step, _: str) -> str:
        return known.get(step.key.step, "")

    def status(step: Step, text: str) -> str:
        # An empty status keeps the status in Jira, such as "in progress".
        keeps = issue(step, text) and not step.item.done
        return "" if keeps else columns["Status"](step, text)

    return {"Issue Key": issue, **columns, "Status": status}


def _csv(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([without_formulas(row[name]) for name in columns] for row in rows)
    return text.getvalue()


def description(step: Step, lines: Sequence[Line], words: Words) -> list[str]:
    """Return the lines that describe a step; the last line has the key.

    No line begins with text that people wrote, because GitLab executes a line such as
    "/close". ``lines`` are the kinds of lines to include.
    """
    kinds = [kind for kind in step.lines if kind in lines]
    if len(step.title) > _LONGEST_TITLE:
        kinds.append(Line.WHOLE)
    said = [words.say("line", kind, step.item) for kind in kinds]
    return [*said, words.say("key_line", Escaped(step.key))]


def _title(step: Step, _: str) -> str:
    if len(step.title) <= _LONGEST_TITLE:
        return step.title
    return f"{step.title[: _LONGEST_TITLE - 1].rstrip()}…"


def _described(_: Step, description: str) -> str:
    return description


def _label(step: Step, _: str) -> str:
    key = str(step.key)
    return key if len(key) <= _LONGEST_LABEL else ""


def _due(step: Step, _: str) -> str:
    return step.item.due


def _done(step: Step, _: str) -> str:
    return step.item.done


def _owner(step: Step, _: str) -> str:
    return step.item.owner


def _always(text: str) -> Callable[[Step, str], str]:
    return lambda _, __: text


def _state(still_open: str, done: str) -> Callable[[Step, str], str]:
    return lambda step, _: done if step.item.done else still_open


_WHO = (Line.OWNER, Line.ROLE)
_MORE = (Line.DONE_WHEN, Line.CLAIMS)
_LAYOUTS = {
    Tracker.JIRA: _Layout(
        {
            "Summary": _title,
            "Description": _described,
            "Issue Type": _always("Task"),
            "Status": _state("To Do", "Done"),
            "Assignee": _owner,
            "Due Date": _due,
            "Labels": _label,
        },
        (Line.ROLE, Line.DONE, Line.CLOSED, *_MORE),
    ),
    Tracker.GITHUB: _Layout(
        {
            "title": _title,
            "body": _described,
            "labels": _label,
            "state": _state("open", "closed"),
        },
        (*_WHO, Line.DUE, Line.OVERDUE, Line.DONE, Line.CLOSED, *_MORE),
    ),
    Tracker.GITLAB: _Layout(
        {"title": _title, "description": _described, "due_date": _due},
        (*_WHO, Line.DONE, Line.CLOSED, *_MORE),
    ),
    Tracker.LINEAR: _Layout(
        {
            "Title": _title,
            "Description": _described,
            "Status": _state("Todo", "Done"),  # the names of Linear's states
            "Priority": _always("No priority"),
            "Assignee": _owner,
            "Labels": _label,
            "Completed": _done,
        },
        (Line.ROLE, Line.DUE, Line.OVERDUE, Line.CLOSED, *_MORE),
    ),
}
