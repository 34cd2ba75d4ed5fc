"""Find steps of an interview by a part of their name, or by their number."""

import re
import unicodedata
from collections.abc import Container, Sequence
from functools import lru_cache

from mlready.errors import did_you_mean
from mlready.interview.steps import BACKGROUND, Step

_IN_ANSWER, _RANKS = 8, 10  # the way in which only the answer matches; how many ways


def matching_steps(
    steps: Sequence[Step],
    typed: str,
    *,
    only_open: bool = False,
    asked: Container[str] | None = None,
) -> list[Step]:
    """Return the steps that match the text ``typed``; the best match comes first.

    Args:
        steps: all steps, in the order of their numbers.
        typed: a number, an id such as COL-03 or c3, or a part of a name.
        only_open: whether to leave out steps in which nothing is missing.
        asked: with ``only_open``, the ids of the steps to consider; None for all.

    """
    wanted = _plain(typed).removeprefix("/")  # the key that opens a search elsewhere
    listed = [step for step in steps if not only_open or _is_shown_as_open(step, asked)]
    if not wanted:
        return listed
    numbers = {step.id: str(number) for number, step in enumerate(steps, 1)}
    ranks = {step.id: _rank(step, numbers[step.id], wanted) for step in listed}
    matching = [step for step in listed if ranks[step.id] < _RANKS]
    return sorted(matching, key=lambda step: ranks[step.id])


def only_match(steps: Sequence[Step], typed: str) -> Step | None:
    """Return the only step that matches a typed number, id or part of a name.

    The result is None if several steps match, or no step, or only the words of an
    answer: the team might not know which answer has these words.
    """
    listed = matching_steps(steps, typed)
    if is_only_in_answers(steps, listed, typed):
        return None
    by_number = [step for at, step in enumerate(steps, 1) if str(at) == typed.strip()]
    by_id = [step for step in listed if _is_id(step, _plain(typed))]
    return next(
        (each[0] for each in (by_number, listed, by_id) if len(each) == 1), None
    )


def is_only_in_answers(
    steps: Sequence[Step], found: Sequence[Step], typed: str
) -> bool:
    """Return whether ``typed`` is in no name, number or question, but in an answer.

    ``found`` are the steps that match, of all ``steps``; the best match comes first.
    """
    if not (found and (wanted := _plain(typed).removeprefix("/"))):
        return False
    number = next(n for n, step in enumerate(steps, 1) if step.id == found[0].id)
    return _rank(found[0], str(number), wanted) == _IN_ANSWER


def in_answers(typed: str, commands: Sequence[str]) -> str:
    """Return the message that ``typed`` is only in answers; name a similar command."""
    meant = did_you_mean(typed, commands)
    return f"'{typed}' is in answers, not in any name{meant or '.'}"


def _is_shown_as_open(step: Step, asked: Container[str] | None) -> bool:
    """Return whether a list of open steps shows ``step``.

    The list shows an open step, an undecided contradiction, an answer "don't know", an
    empty background line, and a step of the plan without an owner or a date. If
    ``asked`` is given, the list shows only steps whose ids are in ``asked``.
    """
    is_empty_line = step.id.startswith(BACKGROUND) and not step.value
    lacks = (step.is_unfinished, step.answer.unknown, step.is_not_taken)
    return (any(lacks) or is_empty_line) and (asked is None or step.id in asked)


def _rank(step: Step, number: str, wanted: str) -> int:
    """Return how well a step matches ``wanted``: 0 is best, ``_RANKS`` is no match."""
    topic = _plain(step.topic)
    answer = _plain(step.row()).replace(topic, "", 1)
    shown_id = step.id if step.question else ""
    name = _plain(f"{step.section} {shown_id} {step.topic}")
    asked = f"{name} {_plain(step.text)}"
    is_id = _is_id(step, wanted)
    checks = (
        number == wanted,
        is_id and step.answered,  # such a step can be corrected
        is_id,
        _squashed(step.id).startswith(_squashed(wanted)),
        any(word.startswith(wanted) for word in (topic, *topic.split())),
        wanted in name,
        number.startswith(wanted),
        all(word in asked for word in wanted.split()),
        all(word in answer for word in wanted.split()),
        all(word in f"{asked} {answer}" for word in wanted.split()),
    )
    return checks.index(True) if True in checks else _RANKS


def _is_id(step: Step, wanted: str) -> bool:
    """Return whether ``wanted`` is the id of ``step``, or a short form of this id.

    For example, "c3" is a short form of "COL-03".
    """
    pattern = r"([^\W\d_]+)-?0*(\d+)"
    short = re.fullmatch(pattern, wanted)
    own = re.fullmatch(pattern, _plain(step.id))
    if not (short and own and own[2] == short[2] and own[1][0] == short[1][0]):
        return False
    # The letters must occur in the id in the same order: cl3 stands for COL-03.
    letters = iter(own[1])
    return all(each in letters for each in short[1])


def _squashed(id_: str) -> str:
    return _plain(id_).replace("-", "")


@lru_cache(maxsize=4096)  # each typed letter searches the same texts again
def _plain(text: str) -> str:
    """Return a text in lower case, without accents, for comparing."""
    parts = unicodedata.normalize("NFKD", text.casefold().strip())
    return "".join(each for each in parts if not unicodedata.combining(each))
