"""Export the due dates of steps as a calendar (iCalendar, RFC 5545).

Steps are events, because Google Calendar and Outlook ignore to-do items. The key of a
step is the UID of the event, so that a second import updates the event.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, time

from icalendar import Calendar, Event

from mlready.assessment.assess import Assessment
from mlready.escaping import for_terminal_line
from mlready.report.step_export import Line, Step, description
from mlready.report.template_context import context
from mlready.report.templating import Words

_PRODUCER = "-//mlready//steps//EN"
_LINES = (
    Line.OWNER, Line.ROLE, Line.DONE, Line.CLOSED, Line.DONE_WHEN, Line.CLAIMS
)  # fmt: skip


def calendar(result: Assessment, exported: Iterable[Step], today: str = "") -> str:
    """Return the steps that have a due date as the text of an .ics file.

    ``today`` (YYYY-MM-DD) is the day on which the file says that each entry was made.
    With "", this day is the date of the last interview. If no interview has a date,
    this day is the due date of the step.
    """
    found = Calendar()
    found.add("prodid", _PRODUCER)
    found.add("version", "2.0")
    words = Words("_step_words.j2", for_terminal_line, context(result))
    stamp = today or max(_interviews(result), default="")
    for step in exported:
        if step.item.due:
            found.add_component(_event(step, words, stamp or step.item.due))
    return str(found.to_ical().decode())


def _interviews(result: Assessment) -> Iterator[str]:
    """Yield the valid dates of the interviews."""
    sheet = result.inputs.sheet
    for each in (sheet, *sheet.voices):
        with suppress(ValueError):
            yield _day(each.voice.date).isoformat()


def _event(step: Step, words: Words, stamp: str) -> Event:
    event = Event()
    event.add("uid", f"{step.key}@mlready")
    event.add("dtstamp", datetime.combine(_day(stamp), time(), UTC))
    event.add("dtstart", _day(step.item.due))
    closed = "closed" if step.item.closed else "open"
    kind = "done" if step.item.done else closed
    event.add("summary", words.say("event", kind, step.item).removesuffix("."))
    event.add("description", "\n".join(description(step, _LINES, words)))
    event.add("transp", "TRANSPARENT")  # the event does not mark the day as busy
    return event


def _day(text: str) -> date:
    return date.fromisoformat(text)
