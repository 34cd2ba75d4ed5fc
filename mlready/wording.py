"""How a result is said in a few signs: ids, levels, conditions, bars."""

import re
from collections.abc import Iterable, Sequence

from mlready.answers import Answer
from mlready.diagnosis import Gap
from mlready.questionnaire import Condition, Question
from mlready.scoring import TOP, LayerScore, Raise

CELLS = 20  # columns of a bar: five for each level


def ids(parts: Iterable[Gap | Question | str]) -> str:
    """Return the ids of questions, gaps or plain ids as ``COL-01, COL-02``."""
    return ", ".join(
        part if isinstance(part, str) else _question(part).id for part in parts
    )


def levels(parts: Iterable[Gap | Question]) -> str:
    """Return gaps and open questions as ``COL-01 = 0, COL-02 = ?``."""
    return ", ".join(
        f"{_question(part).id} = {part.level if isinstance(part, Gap) else '?'}"
        for part in parts
    )


def raises(changes: Iterable[Raise]) -> str:
    """Return changes of answers as ``COL-01 is 2 instead of 1``."""
    return ", ".join(
        f"{change.question.id} is {change.to} instead of {change.level}"
        for change in changes
    )


def recognised(because: Iterable[tuple[str, str]]) -> str:
    """Return what a pattern was recognised by as ``COL-01 = 0, promised = ml``."""
    return ", ".join(f"{fact} = {value}" for fact, value in because)


def parts(counted: Iterable[tuple[str, int | None]]) -> str:
    """Return answers as they count, as ``COL-01 = 0, COL-02 = ?``."""
    return ", ".join(
        f"{id_} = {'?' if level is None else level}" for id_, level in counted
    )


def _question(part: Gap | Question) -> Question:
    return part.question if isinstance(part, Gap) else part


def told(question: Question, answer: Answer) -> str:
    """Return an answer as its level in words that stand alone.

    A level that builds on a lower one, "As 2, and more", is told with the lower one.
    """
    return "" if answer.level is None else _in_full(question.levels, answer.level)


def _in_full(levels: Sequence[str], level: int) -> str:
    built_on = re.match(r"As (\d), (\w)(.*)", levels[level])
    if not built_on or int(built_on[1]) >= level:
        return levels[level]
    _, first, rest = built_on.groups()
    return f"{_in_full(levels, int(built_on[1]))} {first.upper()}{rest}"


def condition(condition: Condition) -> str:
    """Return a condition as it is read aloud: approach is pretrained or bought."""
    return " and ".join(
        f"{fact} is {' or '.join(values)}" for fact, values in condition.items()
    )


def bar(score: LayerScore) -> str:
    """Draw a layer in plain signs: blocks and colours do not survive everywhere.

    ``#`` is carried by the layers beneath, ``/`` stands on stilts, ``.`` is not known.
    """
    carried, low, high = (
        round(value * CELLS / TOP)
        for value in (score.carried, score.own.low, score.own.high)
    )
    return ("#" * carried + "/" * (low - carried) + "." * (high - low)).ljust(CELLS)
