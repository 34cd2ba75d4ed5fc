"""Find the lines of a team that the page for the sponsor does not print."""

from collections.abc import Callable, Iterable, Iterator, Sequence
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
    # About how many words must go to print ``no_room`` beside all that is printed now.
    words: int = 0
    # The line of ``no_room`` for which the fewest words must go, and how many; "" if
    # it needs as many as all of them.
    first: str = ""
    first_words: int = 0
    # What is printed now, but not once ``first`` is: what matters less gives way.
    gives_way: tuple[str, ...] = ()
    # Never printed beside the team's own reasons and steps.
    replaced: tuple[str, ...] = ()

    def to_cut(self, shown: Callable[[str], str]) -> str:
        """Return a sentence on how many words to cut, and which lines fit then.

        ``shown`` makes the name of a line or step fit to be shown.
        """
        whole = "all of it fits" if self.no_room[1:] or self.first else "it fits"
        first, *others = (
            shown(each.rstrip(".")) for each in (self.first, *self.gives_way)
        )
        instead = f'"{others[0]}"' if len(others) == 1 else f"{len(others)} others"
        if not first:
            return (
                f"Cut about {_words(self.words)} from your lines or steps, and {whole}."
            )
        return (
            f"Cut about {_words(self.first_words)} from your lines or steps, and"
            f' "{first}" fits{f" in place of {instead}" if others else ""};'
            f" cut about {self.words}, and {whole}."
        )


def _words(number: int) -> str:
    return f"{number} word{'s' if number > 1 else ''}"


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
    argued = page.argued or page.own_steps
    return LeftOut(
        no_room=_names(no_room),
        replaced=_names(e for e in missing if e not in no_room) if argued else (),
        **_to_cut(whole, typed, (no_room, missing), variables),
    )


def _to_cut(
    whole: SponsorPage,
    typed: Sequence[_Typed],
    lacks: tuple[Sequence[_Typed], Sequence[_Typed]],
    variables: dict[str, Any],
) -> dict[str, Any]:
    """Return the fields of ``LeftOut`` on the words to cut, by name.

    ``lacks`` has the lines that have no room, and all lines that are not printed.
    """
    no_room, missing = lacks
    if not no_room:
        return {}
    # Lines printed now count too: a cut that puts one line in the place of another
    # does not raise the number of words then.
    lines = [each for each in typed if each in no_room or each not in missing]
    needed = _words_needed(whole, lines, variables)
    # A line too long for any page prints only its beginning.
    rest = ((line, number_of_words(line.text)) for line in no_room)
    needed = {**dict(rest), **needed}
    most, first = max(needed.values()), min(no_room, key=lambda each: needed[each])
    words = needed[first]
    if words == most:
        return {"words": most}
    gives_way = (e for e in lines if e not in no_room and needed.get(e, 0) > words)
    return {
        "words": most,
        "first": first.name,
        "first_words": words,
        "gives_way": _names(gives_way),
    }


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
) -> dict[_Typed, int]:
    """Return about how many words must go until each line fits, if a page prints it.

    Our own sentences take part of the room that the team makes, so that the words of a
    line do not tell this: the first page that prints the line does.
    """
    found: dict[_Typed, int] = {}
    for text in (rendered(page, variables) for page in longer_pages(whole)):
        missing = _missing(lines, text)
        more = max(1, number_of_words(text) - MOST_WORDS)
        for line in lines:
            if line not in missing:
                found.setdefault(line, more)
        if not missing:
            break
    return found


def _names(typed: Iterable[_Typed]) -> tuple[str, ...]:
    return tuple(each.name for each in typed)


def _letters(text: str) -> str:
    """Return only letters and digits, which escaping on the page does not change."""
    return "".join(filter(str.isalnum, text.casefold()))
