"""Export the due dates of steps as a calendar (iCalendar, RFC 5545).

Each step with a due date is an event of that day, because Google Calendar and Outlook
import events and leave out to-do items. The key of the step is the event's UID, so that
a second import changes the event instead of adding another.
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
_LINES = (Line.OWNER, Line.ROLE, Line.DONE, Line.DONE_WHEN, Line.CLAIMS)


def calendar(result: Assessment, exported: Iterable[Step], today: str = "") -> str:
    """Return the steps that have a due date as the text of an .ics file.

    Args:
        result: the assessment of the answers.
        exported: the steps.
        today: the date of the calendar entries, as YYYY-MM-DD; if it is "", the date of
            the last interview is used or, if no interview has a date, the due date of
            each step.

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
    """Yield the valid dates of the interviews; skip dates that are not valid."""
    sheet = result.inputs.sheet
    for each in (sheet, *sheet.voices):
        with suppress(ValueError):
            yield _day(each.voice.date).isoformat()


def _event(step: Step, words: Words, stamp: str) -> Event:
    event = Event()
    event.add("uid", f"{step.key}@mlready")
    event.add("dtstamp", datetime.combine(_day(stamp), time(), UTC))
    event.add("dtstart", _day(step.item.due))
    kind = "done" if step.item.done else "open"
    event.add("summary", words.say("event", kind, step.item).removesuffix("."))
    event.add("description", "\n".join(description(step, _LINES, words)))
    event.add("transp", "TRANSPARENT")  # the event does not mark the day as busy
    return event


def _day(text: str) -> date:
    return date.fromisoformat(text)
