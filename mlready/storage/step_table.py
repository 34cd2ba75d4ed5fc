"""Read owner, due date and state of steps from a tracker's export.

An export is a table, as CSV or with other separators. Rows without the key of a step
are left out.
"""

import codecs
import csv
import io
import re
from collections.abc import Container, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from mlready.csv_cells import original_text
from mlready.errors import Problem
from mlready.input_limits import LONGEST_LINE, TABLE_LIMIT
from mlready.model.step_keys import StepKey, keys_in
from mlready.storage.answers_fast_parser import is_date, is_line

_SEPARATORS = ",;\t|"
_SPREADSHEET_HINT = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)  # "Unicode text" of Excel
# How files begin that are no table: JSON, HTML, calendars and our own list of steps.
_NO_TABLE = re.compile(
    r"\s*(?:\{\s*[\"}]|\[\s*[\[{\]]|<[!?a-z]|BEGIN:VCALENDAR|# Steps(?::|\s*[\r\n]))",
    re.IGNORECASE,
)
_LINE_END = re.compile(r"\r\n|\r|\n")
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)", re.ASCII)
_DAY_FIRST = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th)?[-/. ]+([A-Za-z]{3,9})[-/., ]+(\d{4}|\d\d)\b",
    re.ASCII,
)
_MONTH_FIRST = re.compile(
    r"([A-Za-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})\b", re.ASCII
)
_DOTS = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})\b", re.ASCII)
_DAY_OR_MONTH = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.]\d\d", re.ASCII)
_WEEKDAY = re.compile(
    r"\A(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,? ",
    re.IGNORECASE,
)
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august",
    "september", "october", "november", "december",
)  # fmt: skip
_KEY_LINE = "Key for mlready: "  # begins the last line of an exported description
_CENTURY = "20"  # the century of Jira's years of two digits


class Field(StrEnum):
    """What a column of an export says about a step."""

    KEY = "key"
    LABELS = "labels"
    OWNER = "owner"
    DUE = "due"
    DONE = "done"
    STATUS = "status"
    CATEGORY = "category"  # to do, in progress or done, if the team named the status
    RESOLUTION = "resolution"  # how an issue was closed: done or dropped
    ISSUE = "issue"
    ID = "id"  # the key of a step in our own table, that of the issue in others


# For each field, how trackers name its column: in lower case, with a space for each
# character that is no letter or digit.
COLUMNS: Mapping[Field, Sequence[str]] = {
    Field.KEY: ("mlready key", "step key"),
    Field.LABELS: ("labels", "label"),
    Field.OWNER: ("owner", "assignee", "assignees", "assigned to", "responsible"),
    Field.DUE: ("due", "due date", "duedate", "due on", "deadline", "target date"),
    Field.DONE: (
        "done", "done on", "completed", "completed at", "completed on", "closed",
        "completed date", "closed at", "closed at utc", "closed on", "date closed",
        "resolved", "resolved at", "resolution date", "done date",
    ),
    Field.STATUS: ("status", "state", "issue status", "issue state"),
    Field.CATEGORY: ("status category",),
    Field.RESOLUTION: ("resolution", "state reason", "statereason"),
    Field.ISSUE: ("issue key",),
    Field.ID: ("key",),
}  # fmt: skip


_TAKEN = (Field.OWNER, Field.DUE, Field.DONE, Field.STATUS)
_KEYS = frozenset({Field.KEY, Field.LABELS, Field.ISSUE, Field.ID})


class State(StrEnum):
    """What the status of an issue means for its step."""

    DONE = "done"
    OPEN = "open"
    DROPPED = "dropped"  # closed without being done
    UNKNOWN = "unknown"  # a status that the team named


_STATES: Mapping[State, Container[str]] = {
    State.DONE: {
        "done", "closed", "complete", "completed", "resolved", "fixed", "finished",
        "merged", "yes", "true", "x", "✓", "✔", "✅",
    },
    State.DROPPED: {
        "canceled", "cancelled", "won't do", "wont do", "won't fix", "wontfix",
        "duplicate", "rejected", "declined", "closed as not planned", "not planned",
        "not_planned", "cannot reproduce", "incomplete", "obsolete",
    },
    # Names of states that trackers use for work that is not finished.
    State.OPEN: {
        "open", "opened", "reopened", "to do", "todo", "backlog", "new", "ready",
        "triage", "in progress", "in review", "review", "blocked", "on hold", "started",
        "unstarted", "not started", "selected for development", "no status", "planned",
        "waiting", "no", "false", "",
    },
}  # fmt: skip
# What a cell without a value says, in tables made for people.
_NOTHING = {
    "", "-", "\u2013", "\u2014",
    "n/a", "none", "unassigned", "no assignee", "unresolved", "tbd",
}  # fmt: skip


class TableCell(NamedTuple):
    """The text of a cell, without blanks around it, and the cell's position."""

    text: str
    line: int
    column: int


class StepRow(NamedTuple):
    """What a row of an export says about a step."""

    step: StepKey
    key: TableCell  # the cell that contains ``step``
    owner: TableCell | None = None
    due: TableCell | None = None  # a date as YYYY-MM-DD
    done: TableCell | None = None  # a date as YYYY-MM-DD
    status: TableCell | None = None  # the status, the status category or the resolution
    issue: str = ""  # Jira's key of the issue

    @property
    def state(self) -> State:
        """What the status means.

        A missing status means ``OPEN``; an unfamiliar word means ``UNKNOWN``.
        """
        return _state(self.status)


class StepTable(NamedTuple):
    """The rows about steps in an export, and the problems of the export."""

    file: str
    rows: tuple[StepRow, ...]
    others: int  # the number of other rows
    problems: tuple[Problem, ...]


class _Row(NamedTuple):
    """A row of a table: its cells, its text, and the number of its first line."""

    cells: Sequence[str]
    text: str
    line: int
    separator: str

    def cell(self, number: int) -> TableCell:
        """Return a cell with its position; ``number`` counts from 0."""
        above, column = _begins(self.text, self.separator)[number]
        text = original_text(self.cells[number]).strip()
        return TableCell(text, self.line + above, column)


@lru_cache(maxsize=1)  # the cells of a row are asked for one after another
def _begins(row: str, separator: str) -> Sequence[tuple[int, int]]:
    """Return the line and the column where each cell of ``row`` begins.

    ``row`` is the text of a row, which can have several lines. Its first line is 0, and
    the first column is 1.
    """
    end = re.escape(separator)
    found, line, column = [], 0, 1
    for cell in re.finditer(rf'(?:"(?:[^"]|"")*"|[^{end}]*?)(?:{end}|$)', row):
        found.append((line, column))
        *above, last = _LINE_END.split(cell[0])
        line, column = line + len(above), len(last) + (1 if above else column)
    return found


def read(data: bytes, file: str, *, keys_only: bool = False) -> StepTable:
    """Return the steps in a tracker's export, and the problems of the export.

    ``file`` is the export's name in messages. With ``keys_only``, owners, dates and
    states of steps are not read.
    """
    wanted = _KEYS if keys_only else frozenset(Field)
    return _Reader(file, wanted).read(data)


class _Reader:
    """Reads one export, and collects its problems."""

    def __init__(self, file: str, wanted: Container[Field]) -> None:
        self.file, self.wanted = file, wanted
        self.problems: list[Problem] = []
        self.fields: list[Field | None] = []

    def read(self, data: bytes) -> StepTable:
        rows = [*self._rows(self._decoded(data))]
        if not rows and not self.problems:
            self._note(TableCell("", 1, 1), "the table is empty")
        head, body = rows[:1], rows[1:]
        for row in head:
            self._read_head(row)
        found = [each for row in body if (each := self._step(row, len(self.fields)))]
        if not found and not self.problems:
            text = (
                "no row has the key of a step; export the column that holds it: the "
                "labels or the description"
            )
            self._note(TableCell("", 1, 1), text)
        others, problems = len(body) - len(found), tuple(self.problems)
        return StepTable(self.file, tuple(found), others, problems)

    def _note(self, place: TableCell, text: str) -> None:
        self.problems.append(Problem(self.file, place.line, place.column, text))

    def _decoded(self, data: bytes) -> str:
        if len(data) > TABLE_LIMIT:
            self._note(TableCell("", 1, 1), "larger than 16 MiB; export fewer issues")
            return ""
        encoding = "utf-16" if data.startswith(_UTF_16) else "utf-8-sig"
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError as error:
            text, end = "\0", error.start
        else:
            end = text.find("\0")
        if "\0" in text:
            line = data[:end].count(b"\n") + 1
            self._note(
                TableCell("", line, 1), "not UTF-8 text; save it as CSV in UTF-8"
            )
            return ""
        if _NO_TABLE.match(text):
            text = "not a table; export the steps as CSV, and name that file"
            self._note(TableCell("", 1, 1), text)
            return ""
        return text

    def _rows(self, text: str) -> Iterator[_Row]:
        """Yield the rows that are not blank; stop at the first malformed row."""
        hint = _SPREADSHEET_HINT.match(text)
        separator = hint[1] if hint else _separator(text)
        lines = [*io.StringIO(text, newline="")]
        reader = csv.reader(lines, delimiter=separator, strict=True)
        while True:
            begin = reader.line_num
            try:
                with _long_cells():
                    cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                self._note(TableCell("", begin + 1, 1), _csv_problem(error))
                return
            if any(cell.strip() for cell in cells) and (begin or not hint):
                whole = "".join(lines[begin : reader.line_num])
                yield _Row(cells, whole.rstrip("\r\n"), begin + 1, separator)

    def _read_head(self, row: _Row) -> None:
        by_name = {
            name: field
            for field, names in COLUMNS.items()
            for name in names
            if field in self.wanted
        }
        self.fields = [by_name.get(_plain(name)) for name in row.cells]
        if Field.OWNER in self.wanted and not {*_TAKEN} & {*self.fields}:
            names = ", ".join(COLUMNS[field][0] for field in _TAKEN)
            self._note(
                row.cell(0),
                f"no column is named {names}, or as trackers name these",
            )

    def _step(self, row: _Row, wanted: int) -> StepRow | None:
        """Return what a row says; None if the row has no key or too many cells."""
        if any(map(str.strip, row.cells[wanted:])):
            text = f"{len(row.cells)} cells, but the first row has {wanted}; a text "
            self._note(row.cell(0), f"{text}with the separator in it needs quotes")
            return None
        # Spreadsheets leave out empty cells at the end of a row.
        blank = [""] * (wanted - len(row.cells))
        row = row._replace(cells=[*row.cells[:wanted], *blank])
        keys = self._keys(row)
        if not keys:
            return None
        (key, place), *others = keys.items()
        for other, there in others:
            self._note(there, f"a second key, '{other}', after '{key}'; keep one")
        done, status = self._value(row, Field.DONE), self._status(row)
        if done and not re.search(r"\d", done.text):  # "yes" or a tick
            if status and {_state(done), _state(status)} == {State.DONE, State.OPEN}:
                text = f"two values: '{done.text}' as done, but '{status.text}'"
                self._note(done, text)
            done, status = None, status or done
        return StepRow(
            key,
            place,
            self._owner(self._value(row, Field.OWNER)),
            self._date(self._value(row, Field.DUE)),
            self._date(done),
            status,
            next((each.text for each in self._cells(row, Field.ISSUE)), ""),
        )

    def _cells(self, row: _Row, field: Field) -> list[TableCell]:
        """Return the cells of a row that contain a value of a field."""
        return [
            row.cell(number)
            for number, each in enumerate(self.fields)
            if each is field and row.cells[number].strip().casefold() not in _NOTHING
        ]

    def _keys(self, row: _Row) -> dict[StepKey, TableCell]:
        """Return the keys of steps in a row, each with the cell that contains the key.

        Keys such as ``mlready.churn.COL-01`` are taken from the key columns, else from
        the id columns, else from the labels, else from all cells. If no cell contains
        such a key, each text in the key columns is a key without a project. The text of
        a step may name other steps, and people may add lines, so the last line that
        begins as the exported line with the key counts first.
        """
        own = self._cells(row, Field.KEY)
        id_, labels = self._cells(row, Field.ID), self._cells(row, Field.LABELS)
        everything = [
            row.cell(n) for n, text in enumerate(row.cells) if "mlready" in text
        ]
        key_lines = [
            cell._replace(text=lines[-1])
            for cell in everything
            if (lines := _key_lines(cell.text))
        ]
        for cells in (own, id_, labels, key_lines, everything):
            found = {key: cell for cell in cells for key in keys_in(cell.text)}
            if found:
                return found
        return {StepKey("", each.text): each for each in own}

    def _value(self, row: _Row, field: Field) -> TableCell | None:
        """Return the first cell of a row that has a value of ``field``, or None.

        Each further cell with another value of the field is recorded as a problem.
        """
        cells = self._cells(row, field)
        for other in cells[1:]:
            if other.text.casefold() != cells[0].text.casefold():
                text = f"two values of '{field}': '{cells[0].text}' and '{other.text}'"
                self._note(other, f"{text}; keep one")
        return cells[0] if cells else None

    def _status(self, row: _Row) -> TableCell | None:
        """Return the cell that says whether the step is done, open or dropped."""
        closed = self._value(row, Field.RESOLUTION)
        if closed and _state(closed) is State.DROPPED:
            return closed
        status = self._value(row, Field.STATUS)
        if status and _state(status) is not State.UNKNOWN:
            return status
        category = self._value(row, Field.CATEGORY)
        known = category and _state(category) is not State.UNKNOWN
        return category if known else status

    def _owner(self, cell: TableCell | None) -> TableCell | None:
        if cell and not is_line(cell.text):
            wanted = f"one line of text, at most {LONGEST_LINE} characters"
            self._note(cell, f"owner: expected {wanted}")
            return None
        return cell

    def _date(self, cell: TableCell | None) -> TableCell | None:
        if not cell:
            return None
        found = _as_date(cell.text)
        if not found:
            text = f"'{cell.text[:40]}' is not clearly a day; write it as 2027-01-15"
            if _DAY_OR_MONTH.match(cell.text):
                text += " (in a spreadsheet, give the column the format yyyy-mm-dd)"
            self._note(cell, text)
        elif not is_date(found):
            self._note(cell, f"there is no day {found}")
            return None
        return cell._replace(text=found) if found else None


def _key_lines(text: str) -> Sequence[str]:
    """Return the lines of a text that begin as the exported line with the key."""
    lines = map(str.strip, text.splitlines())
    return [line for line in lines if line.startswith(_KEY_LINE)]


def _separator(text: str) -> str:
    """Return the separator that is most frequent in the first line, outside quotes."""
    first = re.sub(r'"[^"]*"', "", text.lstrip("\r\n").partition("\n")[0])
    return max(_SEPARATORS, key=first.count)


def _state(status: TableCell | None) -> State:
    word = status.text.casefold().replace("\u2019", "'") if status else ""
    for state, words in _STATES.items():
        if word in words:
            return state
    return State.UNKNOWN


@contextmanager
def _long_cells() -> Iterator[None]:
    """Let the module csv read long cells: GitLab allows long descriptions."""
    before = csv.field_size_limit(TABLE_LIMIT)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _csv_problem(error: csv.Error) -> str:
    if "unexpected end" in str(error):
        return "a quote opens in this row and never closes"
    if "expected after" in str(error):
        return 'a text goes on after its closing quote; write a quote in it twice ("")'
    return f"not readable as CSV: {error}"


def _plain(name: str) -> str:
    """Return the name of a column in lower case, without punctuation."""
    words = " ".join(re.findall(r"[^\W_]+", name.casefold()))
    return words.removeprefix("custom field ")


def _as_date(text: str) -> str:
    """Return a date as YYYY-MM-DD, "" if it is ambiguous, such as 11/12/2026."""
    text = _WEEKDAY.sub("", text)
    if found := _ISO.match(text):
        return _iso(*found.groups())
    if found := _DOTS.match(text):
        return _iso(*reversed(found.groups()))
    if found := _DAY_FIRST.match(text):
        day, month, year = found.groups()
        return _date_with_month_name(year, month, day)
    if found := _MONTH_FIRST.match(text):
        month, day, year = found.groups()
        return _date_with_month_name(year, month, day)
    return ""


def _date_with_month_name(year: str, month: str, day: str) -> str:
    """Return a date as YYYY-MM-DD, "" if the name of the month is not known."""
    name = month.lower()
    numbers = [n for n, each in enumerate(_MONTHS, 1) if each.startswith(name)]
    return _iso(year, str(numbers[0]), day) if numbers else ""


def _iso(year: str, month: str, day: str) -> str:
    whole = year if len(year) > 2 else f"{_CENTURY}{year}"  # noqa: PLR2004 - two digits
    return f"{whole}-{int(month):02}-{int(day):02}"
