"""Find the lines of a team that the page for the sponsor does not print."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from mlready.assessment.assess import Assessment
from mlready.model.answers import is_bare_word
from mlready.report import own_words
from mlready.report.sponsor_page import sponsor_page, whole_page
from mlready.report.sponsor_page_length import (
    MOST_WORDS,
    longer_pages,
    number_of_words,
    rendered,
)
from mlready.report.sponsor_page_parts import SponsorPage
from mlready.report.template_context import context

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
    # The line of ``no_room`` for which the fewest words must go, and how many; "" if
    # it needs as many as all of them.
    first: str = ""
    first_words: int = 0
    # Never printed beside the team's own reasons and steps.
    replaced: tuple[str, ...] = ()

    def to_cut(self, first: str) -> str:
        """Return a sentence on how many words to cut, and which lines fit then.

        ``first`` is the line of the field ``first``, made fit to be shown.
        """
        whole = "all of it fits" if self.no_room[1:] else "it fits"
        if not first:
            words = f"{self.words} word{'s' if self.words > 1 else ''}"
            return f"Cut about {words} from any lines or steps and {whole}."
        return (
            f"Cut about {self.first_words} words from any lines or steps and"
            f' "{first.rstrip(".")}" fits;'
            f" cut about {self.words} and {whole}."
        )


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
    whole = whole_page(result, date)
    letters = _letters(rendered(whole, variables))
    begins = ((each, _letters(each.text)[:FIRST_LETTERS]) for each in missing)
    no_room = [each for each, beginning in begins if beginning in letters]
    needed = _words_needed(whole, no_room, variables)
    first = min(needed, key=lambda each: each[1], default=("", 0))
    words = max((number for _, number in needed), default=0)
    argued = page.argued or page.own_steps
    return LeftOut(
        _names(no_room),
        words,
        *(first if first[1] < words else ("", 0)),
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


def _words_needed(
    whole: SponsorPage, lines: Sequence[_Typed], variables: dict[str, Any]
) -> list[tuple[str, int]]:
    """Return the name of each line, and about how many words must go until it fits.

    Our own sentences take part of the room that the team makes, so that the words of a
    line do not tell this: the first page that prints the line does.
    """
    found: dict[int, int] = {}
    pages = longer_pages(whole) if lines else ()
    for text in (rendered(page, variables) for page in pages):
        missing = _missing(lines, text)
        more = max(1, number_of_words(text) - MOST_WORDS)
        for number, line in enumerate(lines):
            if line not in missing:
                found.setdefault(number, more)
        if not missing:
            break
    # A line too long for any page prints only its beginning.
    rest = [number_of_words(each.text) for each in lines]
    return [(e.name, found.get(n, rest[n])) for n, e in enumerate(lines)]


def _names(typed: Iterable[_Typed]) -> tuple[str, ...]:
    return tuple(each.name for each in typed)


def _letters(text: str) -> str:
    """Return only letters and digits, which escaping on the page does not change."""
    return "".join(filter(str.isalnum, text.casefold()))
