"""Find the lines of a team that the page for the sponsor does not print."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from mlready.assessment.assess import Assessment
from mlready.model.answers import is_bare_word
from mlready.report import own_words
from mlready.report.sponsor_page import sponsor_page, whole_page
from mlready.report.sponsor_page_length import MOST_WORDS, number_of_words, rendered
from mlready.report.template_context import context

LABEL_WORDS = 5  # about how many words stand beside a line: a label, who and when
# The page leaves out these lines if they only deny, such as "Nothing is being lost".
DENIED = {"save", "loses", "remedy"}
FIRST_LETTERS = 30  # a page with so many letters of a line prints it, or cuts it


class _Typed(NamedTuple):
    """A background line or a step that the team typed."""

    name: str  # the topic of the line, or the text of the step
    text: str


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
    typed = [*_typed(result)]
    if not typed:
        return LeftOut()
    variables = context(result)
    page = sponsor_page(result, date)
    printed = rendered(page, variables)
    missing = _missing(typed, printed)
    whole = _letters(rendered(whole_page(result, date), variables))
    no_room = [each for each in missing if _letters(each.text)[:FIRST_LETTERS] in whole]
    argued = page.argued or page.own_steps
    return LeftOut(
        _names(no_room),
        _words_too_many(no_room, printed),
        _names(each for each in missing if each not in no_room) if argued else (),
    )


def _typed(result: Assessment) -> Iterator[_Typed]:
    """Yield what the team typed: background lines, and its own steps not done yet.

    Background lines that only deny something, such as "none", are left out, and so are
    lines such as "yes".
    """
    sheet = result.inputs.sheet
    for line in result.inputs.questionnaire.background:
        text = sheet.background.get(line.id, "")
        denies = line.id in DENIED and own_words.is_denial(text)
        says_little = own_words.is_bare_denial(text) or is_bare_word(text)
        if text and not (denies or says_little):
            yield _Typed(line.topic, text)
    for step in sheet.steps.values():
        if step.what and not step.done:
            yield _Typed(step.what, step.what)


def _missing(typed: Iterable[_Typed], page: str) -> list[_Typed]:
    """Return each line or step whose text is not on ``page`` in full."""
    printed = _letters(page)
    return [each for each in typed if _letters(each.text) not in printed]


def _words_too_many(lines: Sequence[_Typed], page: str) -> int:
    """Return about how many words of a page must go to make room for lines."""
    needed = sum(number_of_words(each.text) + LABEL_WORDS for each in lines)
    return max(1, needed + number_of_words(page) - MOST_WORDS) if lines else 0


def _names(typed: Iterable[_Typed]) -> tuple[str, ...]:
    return tuple(each.name for each in typed)


def _letters(text: str) -> str:
    """Return only letters and digits, which escaping on the page does not change."""
    return "".join(filter(str.isalnum, text.casefold()))
