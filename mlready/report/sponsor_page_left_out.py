"""Find the lines of a team that the page for the sponsor does not print."""

from collections.abc import Iterator
from typing import NamedTuple

from mlready.assessment.assess import Assessment
from mlready.report.sponsor_page import sponsor_page, whole_page
from mlready.report.sponsor_page_length import WORDS, number_of_words, rendered
from mlready.report.template_context import context

LABEL = 5  # about how many words the page prints beside a line: a label, who and when
BEGINNING = 30  # so many letters at the start of a line show that the page prints it


class LeftOut(NamedTuple):
    """The topics of the lines, and the steps, that the page does not print."""

    # Left out or cut because the page would become too long.
    no_room: tuple[str, ...] = ()
    words: int = 0  # about how many words must go to make room for ``no_room``
    # Never printed beside the team's own reasons and steps.
    replaced: tuple[str, ...] = ()


def left_out(result: Assessment, date: str = "") -> LeftOut:
    """Return the lines and steps of a team that the page does not print.

    ``date`` is the date of the report, as YYYY-MM-DD or "".
    """
    typed = dict(_typed(result))
    if not typed:
        return LeftOut()
    variables = context(result)
    page = sponsor_page(result, date)
    printed = rendered(page, variables)
    whole = _letters(rendered(whole_page(result, date), variables))
    missing = {
        name: line
        for name, line in typed.items()
        if _letters(line) not in _letters(printed)
    }
    no_room = {
        name: line
        for name, line in missing.items()
        if _letters(line)[:BEGINNING] in whole
    }
    needed = sum(number_of_words(line) + LABEL for line in no_room.values())
    words = needed + number_of_words(printed) - WORDS
    argued = page.argued or page.own_steps
    replaced = [name for name in missing if name not in no_room] if argued else []
    return LeftOut(tuple(no_room), max(1, words) if no_room else 0, tuple(replaced))


def _typed(result: Assessment) -> Iterator[tuple[str, str]]:
    """Yield topic and text of each background line, and the text of each step twice."""
    sheet = result.inputs.sheet
    for line in result.inputs.questionnaire.background:
        if text := sheet.background.get(line.id, ""):
            yield line.topic, text
    for step in sheet.steps.values():
        if step.what and not step.done:
            yield step.what, step.what


def _letters(text: str) -> str:
    """Return only letters and digits, which escaping on the page does not change."""
    return "".join(filter(str.isalnum, text.casefold()))
