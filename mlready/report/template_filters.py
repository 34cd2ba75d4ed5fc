"""Template filters that format parts of an assessment or convert Markdown to HTML."""

import re
from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from itertools import groupby
from typing import TYPE_CHECKING

from mlready.assessment.diagnosis import Gap
from mlready.assessment.plan import PlanItem
from mlready.assessment.scoring import HIGHEST, LayerScore, LevelChange, Score
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
    OVERDUE = "overdue"
    DUE = "due"
    UNDATED = "undated"


def ids(parts: Iterable[Gap | Question | str], cite: Cite = str) -> str:
    """List the ids of gaps and questions, separated by commas: ``COL-01, COL-02``.

    ``cite`` formats an id, for example as a link.
    """
    return ", ".join(
        cite(part if isinstance(part, str) else _question(part).id) for part in parts
    )


def levels(parts: Iterable[Gap | Question], cite: Cite = str) -> str:
    """List gaps with their levels, and open questions with "?": ``A = 0, B = ?``."""
    return ", ".join(
        f"{cite(_question(part).id)} = {part.level if isinstance(part, Gap) else '?'}"
        for part in parts
    )


def raises(changes: Iterable[LevelChange], cite: Cite = str) -> str:
    """Say to which levels answers must rise, as ``COL-01 is at least 2 and ...``.

    ``cite`` formats an id, for example as a link.
    """
    return " and ".join(
        f"{cite(change.question.id)} is at least {change.to}" for change in changes
    )


def parts(counted: "Iterable[Part]", cite: Cite = str) -> str:
    """List the answers that count in a score as ``COL-01 = 0, COL-02 = ? (of 1)``.

    The question mark stands for an answer without a level. A level in brackets, such as
    ``(of 1)``, is the level that is enough, if the questionnaire declares one. ``cite``
    formats an id, for example as a link.
    """
    return ", ".join(
        f"{cite(part.id)} = {'?' if part.level is None else part.level}"
        + (f" (of {part.enough})" if part.enough is not None else "")
        for part in counted
    )


def _question(part: Gap | Question) -> Question:
    return part.question if isinstance(part, Gap) else part


def step_timing(item: PlanItem, date: str) -> StepTiming:
    """Return the phrase key for when a step of the plan is due.

    ``date`` is the date of the report, as YYYY-MM-DD, or "".
    """
    if item.done:
        return StepTiming.DONE
    if item.overdue(date):
        return StepTiming.OVERDUE
    return StepTiming.DUE if item.due else StepTiming.UNDATED


def level_text(question: Question, answer: Answer) -> str:
    """Return the full text of the level that was answered, "" if there is no level.

    If the text refers to a lower level ("As 2, and more"), the text of the lower level
    is inserted. A detail that the answered level improves ("As 2, at any hour") is
    marked as better, so that the two texts do not contradict each other.
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
    """Return the upper bound of a score, None if it equals the lower bound."""
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


def condition(condition: Condition) -> str:
    """Express a condition in words, such as ``approach is pretrained or bought``."""
    return " and ".join(
        f"{fact} is {' or '.join(values)}" for fact, values in condition.items()
    )


def bar(score: LayerScore, holds: float) -> str:
    """Draw a layer's score as a bar of ASCII characters.

    ``#`` is the part of the score that the layers below support, ``/`` the part that
    they do not support, and ``.`` the part that depends on open questions. ``|`` marks
    the threshold: the score given by ``holds``. Scores are rounded down, so that a
    score below the threshold is never drawn as reaching it.
    """
    carried, low, high = (
        int(value * CELLS) for value in (score.supported, score.own.low, score.own.high)
    )
    drawn = "#" * carried + "/" * (low - carried) + "." * (high - low)
    drawn, place = drawn.ljust(HIGHEST * CELLS), round(holds * CELLS)
    return f"{drawn[:place]}|{drawn[place:]}"


def swapped_in_markdown(text: str, *, swap: bool) -> str:
    """Convert text in italics to plain text, and plain text to italics.

    Bold text, headings and the marks of list items stay unchanged. On a page that
    consists mostly of people's own words, the few words of mlready are easier to tell
    apart this way.

    Args:
        text: the Markdown of bundled templates, with people's text escaped.
        swap: whether to do this; if False, the text is returned unchanged.

    """
    return _swapped(text, _PLAIN_MARKDOWN) if swap else text


def swapped_in_html(text: str, *, swap: bool) -> str:
    """Swap italics and plain text as ``swapped_in_markdown``, in text for HTML."""
    return _swapped(text, _PLAIN_HTML) if swap else text


def _swapped(text: str, plain: str) -> str:
    """Return a text with italics and plain text swapped.

    ``plain`` is a regular expression for text without emphasis.
    """
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
    """Convert emphasis with ``*`` and ``**`` to HTML, in text escaped for HTML.

    ``for_html`` escapes all asterisks in users' text. So each unescaped asterisk comes
    from a bundled template and marks emphasis.
    """
    strong = re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", text)
    return re.sub(r"\*(.+?)\*", r"<em>\1</em>", strong)


def prose(text: str) -> str:
    """Convert the Markdown of bundled templates, escaped for HTML, to HTML elements.

    Headings of the second level are left out, because the HTML page adds its own
    headings with anchors.
    """
    lines = [line for line in emphasised(text).split("\n") if line.strip()]
    shown = [line for line in lines if not line.startswith("## ")]
    blocks = groupby(shown, key=_list_tag)
    return "\n".join(_block(tag, list(lines)) for tag, lines in blocks)


def _list_tag(line: str) -> str:
    """Return the HTML tag of the list to which a line belongs, "" if it is no item."""
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
