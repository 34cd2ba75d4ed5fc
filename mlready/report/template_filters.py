"""Filters for templates: they format parts of an assessment, or convert Markdown."""

import math
import re
from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from itertools import groupby
from typing import TYPE_CHECKING

from mlready.assessment.diagnosis import Gap
from mlready.assessment.plan import PlanItem
from mlready.assessment.scoring import (
    HIGHEST,
    LayerScore,
    LevelChange,
    Score,
    rounded,
)
from mlready.model.answers import Answer
from mlready.model.questionnaire import Condition, Question

if TYPE_CHECKING:  # most reports have no explanation, and do without its module
    from mlready.assessment.explanation import Part

CELLS = 2  # characters in the bar of a score for each level
PLACES = 3  # decimal places of numbers in an explanation and in JSON

# Text without emphasis: in HTML, an asterisk of people is a character reference.
_PLAIN_MARKDOWN, _PLAIN_HTML = r"(?:\\.|[^*\\])+", "[^*]+"
HALF = 0.5  # of a full-time person

Cite = Callable[[str], str]  # a function that formats the id of a question


class StepTiming(StrEnum):
    """Keys of the phrases on when a step of the plan is due."""

    DONE = "done"
    CLOSED = "closed"
    OVERDUE = "overdue"
    DUE = "due"
    UNDATED = "undated"


def ids(parts: Iterable[Gap | Question | str], cite: Cite = str) -> str:
    """List the ids of gaps and questions, such as ``COL-01, COL-02``."""
    return ", ".join(
        cite(part if isinstance(part, str) else _question(part).id) for part in parts
    )


def levels(parts: Iterable[Gap | Question], cite: Cite = str) -> str:
    """List gaps with levels, open questions with "?": ``COL-01 = 0, COL-02 = ?``."""
    return ", ".join(
        f"{cite(_question(part).id)} = {part.level if isinstance(part, Gap) else '?'}"
        for part in parts
    )


def raises(changes: Iterable[LevelChange], cite: Cite = str) -> str:
    """Say to which levels answers must rise: ``COL-01 is at least 2 and ...``."""
    return " and ".join(
        f"{cite(change.question.id)} is at least {change.to}" for change in changes
    )


def parts(counted: "Iterable[Part]", cite: Cite = str) -> str:
    """List the answers that a score counts, such as ``COL-01 = 0, COL-02 = ? (of 1)``.

    "?" stands for no level. "(of 1)" is the level that is enough, if the questionnaire
    declares one.
    """
    return ", ".join(
        f"{cite(part.id)} = {'?' if part.level is None else part.level}"
        + (f" (of {part.enough})" if part.enough is not None else "")
        for part in counted
    )


def _question(part: Gap | Question) -> Question:
    return part.question if isinstance(part, Gap) else part


def step_timing(item: PlanItem, date: str) -> StepTiming:
    """Return the phrase key for when a step is due.

    ``date`` is the date of the report, as YYYY-MM-DD, or "".
    """
    if item.done:
        return StepTiming.DONE
    if item.closed:
        return StepTiming.CLOSED
    if item.overdue(date):
        return StepTiming.OVERDUE
    return StepTiming.DUE if item.due else StepTiming.UNDATED


def level_text(question: Question, answer: Answer) -> str:
    """Return the full text of the level of an answer, "" if there is no level.

    In a text such as "As 2, and more", the text of level 2 is inserted.
    """
    return "" if answer.level is None else _in_full(question.levels, answer.level)


def _in_full(levels: Sequence[str], level: int) -> str:
    built_on = re.match(r"As (\d), (and |but )?(.)(.*)", levels[level])
    if not built_on or int(built_on[1]) >= level:
        return levels[level]
    lower, link, first, rest = built_on.groups()
    added = f"And {first}" if link == "and " else f"Better still: {first}"
    return f"{_in_full(levels, int(lower))} {added}{rest}"


def open_end(own: Score) -> float | None:
    """Return the upper bound of a score, None if both bounds are equal."""
    return own.high if own.high > own.low else None


def amount(people: float) -> str:
    """Return the phrase key for a number of people: none, half, part, one, several."""
    if people > 1:
        return "several"
    if people == HALF:
        return "half"
    return "one" if people == 1 else "part" if people else "none"


def vowel_sound(word: str) -> bool:
    """Return whether "an" is the article before a word, as before "ML engineer"."""
    return word[:1].lower() in {*"aeiou"} or word.startswith("ML")


def number(number: float) -> str:
    """Format a number with up to three decimals, without trailing zeros."""
    return f"{number:.{PLACES}f}".rstrip("0").rstrip(".")


def points(score: float) -> str:
    """Format a score with one decimal, rounded down as in a bar.

    A score that is below a limit is thus never shown as the limit.
    """
    # Binary arithmetic has 2.3 * 10 a little above or below 23.
    return f"{math.floor(rounded(score * 10)) / 10:.1f}"


def condition(condition: Condition) -> str:
    """Say a condition in words, such as ``approach is pretrained or bought``."""
    return " and ".join(
        f"{fact} is {' or '.join(values)}" for fact, values in condition.items()
    )


def bar(score: LayerScore, holds: float) -> str:
    """Draw the score of a layer as a bar of ASCII characters.

    ``#`` reaches to the least lower bound of this layer and the layers below, ``/`` to
    the lower bound of this layer, and ``.`` to the upper bound. ``|`` marks the
    threshold ``holds``. Scores are rounded down.
    """
    carried, low, high = (
        int(value * CELLS) for value in (score.supported, score.own.low, score.own.high)
    )
    drawn = "#" * carried + "/" * (low - carried) + "." * (high - low)
    drawn, place = drawn.ljust(HIGHEST * CELLS), round(holds * CELLS)
    return f"{drawn[:place]}|{drawn[place:]}"


def swapped_in_markdown(text: str, *, swap: bool) -> str:
    """Swap italics and plain text in Markdown; if ``swap`` is False, change nothing.

    On a page full of people's own words, the words of mlready are then in italics. Bold
    text, headings and list marks stay unchanged.
    """
    return _swapped(text, _PLAIN_MARKDOWN) if swap else text


def swapped_in_html(text: str, *, swap: bool) -> str:
    """Swap italics and plain text in Markdown that ``for_html`` has escaped.

    If ``swap`` is False, nothing changes. Bold text, headings and list marks stay.
    """
    return _swapped(text, _PLAIN_HTML) if swap else text


def _swapped(text: str, plain: str) -> str:
    """Swap italics and plain text; ``plain`` is a pattern for text without emphasis."""
    parts = re.compile(rf"\*\*{plain}\*\*|\*{plain}\*|{plain}")
    return "\n".join(_swapped_line(line, parts) for line in text.split("\n"))


def _swapped_line(line: str, parts: re.Pattern[str]) -> str:
    if line.startswith("#"):
        return line
    mark = re.match(r"- |\d+\. |", line)
    start = mark.end() if mark else 0
    return line[:start] + parts.sub(lambda part: _swapped_part(part[0]), line[start:])


def _swapped_part(part: str) -> str:
    if part.startswith("**"):
        return part
    if part.startswith("*"):
        return part[1:-1]
    # Emphasis that begins or ends with a space or a comma is not valid everywhere.
    return re.sub(r"\w(?:.*[\w.:])?", lambda found: f"*{found[0]}*", part, count=1)


def emphasised(text: str) -> str:
    """Convert ``*`` and ``**`` to HTML emphasis, in text escaped by ``for_html``."""
    strong = re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", text)
    return re.sub(r"\*(.+?)\*", r"<em>\1</em>", strong)


def prose(text: str) -> str:
    """Convert the simple Markdown of bundled templates to HTML elements.

    Headings of level 2 are left out, because the HTML page adds such headings.
    """
    lines = [line for line in emphasised(text).split("\n") if line.strip()]
    shown = [line for line in lines if not line.startswith("## ")]
    blocks = groupby(shown, key=_list_tag)
    return "\n".join(_block(tag, list(lines)) for tag, lines in blocks)


def _list_tag(line: str) -> str:
    """Return the HTML tag of the line's list, "" if the line is no list item."""
    if line.startswith("- "):
        return "ul"
    return "ol" if re.match(r"\d\. ", line) else ""


def _block(tag: str, lines: Sequence[str]) -> str:
    if not tag:
        return "\n".join(_line(line) for line in lines)
    items = "\n".join(f"<li>{line.partition(' ')[2]}</li>" for line in lines)
    return f"<{tag}>\n{items}\n</{tag}>"


def _line(line: str) -> str:
    if line.startswith("### "):
        return f"<h3>{line.removeprefix('### ')}</h3>"
    return f"<p>{line}</p>"
