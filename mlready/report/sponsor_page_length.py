"""Shorten a page for a sponsor until it has few enough words."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from mlready.assessment.plan import PlanReason
from mlready.escaping import for_markdown
from mlready.report.sponsor_page_parts import SponsorPage, Step, Who
from mlready.report.sponsor_page_steps import first_steps, is_taken
from mlready.report.templating import render

MOST_WORDS = 400  # the most words of a page, its headings included

Drop = Callable[[SponsorPage], SponsorPage]
Fits = Callable[[SponsorPage], bool]


def length_check(variables: dict[str, Any]) -> Fits:
    """Return a function that tells whether a page has at most ``MOST_WORDS`` words.

    The function fills in the page's template to count the words. ``variables`` are what
    the template needs besides the page.
    """
    counted: list[tuple[SponsorPage, int]] = []

    def fits(page: SponsorPage) -> bool:
        known = (number for each, number in reversed(counted) if each == page)
        number = next(known, None)
        if number is None:
            number = number_of_words(rendered(page, variables))
            counted.append((page, number))
        return number <= MOST_WORDS

    return fits


def shortened(whole: SponsorPage, fits: Fits) -> SponsorPage:
    """Leave out the least important content until the page is short enough.

    ``fits`` tells whether a page is short enough.
    """
    number = next(
        (n for n in range(len(_DROPS)) if fits(_without(whole, _DROPS[:n]))),
        len(_DROPS),
    )
    drops = _DROPS[:number]
    for drop in reversed(drops[:-1]):
        fewer = tuple(each for each in drops if each is not drop)
        if fits(_without(whole, fewer)):
            drops = fewer
    return _without(whole, drops)


def longer_pages(whole: SponsorPage) -> Iterator[SponsorPage]:
    """Yield a page from its shortest form to the whole page, without repetition."""
    last = None
    for number in range(len(_DROPS), -1, -1):
        page = _without(whole, _DROPS[:number])
        if page != last:
            yield page
        last = page


def _without(page: SponsorPage, drops: Iterable[Drop]) -> SponsorPage:
    for drop in drops:
        page = drop(page)
    return page


def number_of_words(text: str) -> int:
    """Return the number of words: parts between spaces that have letters or digits."""
    return sum(any(map(str.isalnum, part)) for part in text.split())


def rendered(page: SponsorPage, variables: dict[str, Any]) -> str:
    """Return a page as Markdown; the template also gets ``variables``."""
    return render(
        "sponsor.md.j2",
        for_markdown,
        **variables,
        brief=page,
        explain=False,
        since=False,
    )


def _says_done(steps: Sequence[Step], most: int) -> list[Step]:
    """Return all steps; ``says_done`` is False in every step after number ``most``.

    The page prints "Done when ..." only in steps in which ``says_done`` is True.
    """
    return [
        step._replace(says_done=step.says_done and n < most)
        for n, step in enumerate(steps)
    ]


def _with_lines(steps: Sequence[Step], most: int) -> list[Step]:
    """Return all steps, of which at most ``most`` keep their line (``fact``).

    Of the steps that have a line, the first ones keep the line.
    """
    shown = [step for step in steps if step.fact][:most]
    return [
        step if step in shown else step._replace(fact="", share=0) for step in steps
    ]


def _without_unexplained(page: SponsorPage) -> Sequence[Step]:
    """Leave out each step that the reader should do and that no line explains.

    Steps with an owner and steps that the team wrote stay. All steps stay on a page
    without a request for a decision, or without a known permission to use the data.
    """
    if not (page.asks_decision and page.allowed):
        return page.steps
    return [
        step
        for step in page.steps
        if step.fact
        or step.who is not Who.YOU
        or step.item.reason is PlanReason.OWN
        or step.item.owner
    ]


def _own_steps(page: SponsorPage, most: int) -> SponsorPage:
    """Leave out the team's own steps except the first ``most``; keep other steps."""
    own = [each for each in page.steps if each.item.reason is PlanReason.OWN]
    steps = [each for each in page.steps if each not in own[most:]]
    return page._replace(steps=steps)


def _without_taken(page: SponsorPage) -> SponsorPage:
    """Leave out steps with an owner or due date, unless the team wrote the step."""
    own = PlanReason.OWN
    steps = [
        each for each in page.steps if each.item.reason is own or not is_taken(each)
    ]
    return page._replace(steps=steps)


# What to leave out first, second, ... while the page is too long: what could be said to
# any team goes before what this team said.
_DROPS: tuple[Drop, ...] = (
    lambda page: page._replace(matters=""),
    lambda page: page._replace(
        lost=page.lost if page.lost and page.lost.fact else None
    ),
    lambda page: page._replace(strengths=page.strengths[:2]),
    lambda page: page._replace(next_reason=""),
    lambda page: page._replace(steps=first_steps(page.steps, 4)),
    lambda page: page._replace(next=None),
    lambda page: page._replace(steps=_says_done(page.steps, 3)),
    lambda page: page._replace(first_work=""),
    lambda page: page._replace(strengths=page.strengths[:1]),
    lambda page: page._replace(steps=_says_done(page.steps, 2)),
    lambda page: page._replace(measure=""),
    lambda page: page._replace(steps=_says_done(page.steps, 1)),
    lambda page: page._replace(free=()),
    lambda page: page._replace(points=page.points[:3]),
    lambda page: page._replace(strengths=()),
    lambda page: page._replace(steps=first_steps(page.steps, 3)),
    lambda page: page._replace(steps=_says_done(page.steps, 0)),
    lambda page: page._replace(meanwhile=""),
    lambda page: page._replace(sound=(), strengths=()),
    lambda page: page._replace(steps=_with_lines(page.steps, 2)),
    lambda page: page._replace(points=page.points[:2]),
    lambda page: page._replace(steps=_with_lines(page.steps, 1)),
    lambda page: page._replace(steps=first_steps(page.steps, 2)),
    lambda page: page._replace(points=page.points[:1]),
    lambda page: page._replace(start_small=""),
    lambda page: page._replace(steps=_with_lines(page.steps, 0)),
    lambda page: page._replace(steps=_without_unexplained(page)),
    lambda page: page._replace(points=()),
    lambda page: page._replace(requests=page.requests[:1]),
    lambda page: page._replace(requests=() if page.own_steps else page.requests),
    lambda page: page._replace(lost=None),
    lambda page: page if page.lost else page._replace(goal=""),
    lambda page: _without_taken(page) if page.own_steps else page,
    lambda page: _own_steps(page, 3),
    lambda page: page._replace(overlooked=""),
    lambda page: page._replace(lend=""),
    lambda page: _own_steps(page, 2),
    lambda page: page._replace(not_yet=""),
    lambda page: page._replace(result="", doubts=()),
    lambda page: page._replace(remedy=""),
    lambda page: page._replace(requests=()),
    lambda page: _own_steps(page, 1),
    lambda page: page._replace(because=""),
    lambda page: page._replace(start_when=""),
    lambda page: page._replace(save=""),
    lambda page: page._replace(built_now=""),
    lambda page: page._replace(instead=""),
    lambda page: page._replace(post=""),
    lambda page: page._replace(promise=""),
    lambda page: page._replace(differ=()),
    lambda page: page._replace(steps=page.steps[:1]),
    lambda page: page._replace(steps=()),
)
