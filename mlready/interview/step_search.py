"""Find steps of an interview by a part of their name, or by their number."""

import re
import unicodedata
from collections.abc import Sequence

from mlready.interview.steps import Step

_RANKS = 6  # how many ways to match there are


def found(steps: Sequence[Step], typed: str, *, only_open: bool = False) -> list[Step]:
    """Return the steps that match what was typed, the best first.

    The number of a step comes before its id, the id before the beginning of a word of
    its topic, and that before any other part of its row or section. Last come steps
    with all typed words anywhere, also in the text of the question.
    """
    wanted = _plain(typed)
    listed = [step for step in steps if step.is_open or not only_open]
    if not wanted:
        return listed
    numbers = {step.id: str(number) for number, step in enumerate(steps, 1)}
    ranks = {step.id: _rank(step, numbers[step.id], wanted) for step in listed}
    matching = [step for step in listed if ranks[step.id] < _RANKS]
    return sorted(matching, key=lambda step: ranks[step.id])


def _rank(step: Step, number: str, wanted: str) -> int:
    """Return how well a step matches, 0 for best, _RANKS for not at all."""
    topic, row = _plain(step.topic), _plain(f"{step.section} {step.row()}")
    ids = {_plain(step.id), re.sub(r"-0*(?=\d)", "", _plain(step.id))}
    checks = (
        number == wanted,
        any(id_.startswith(wanted) for id_ in ids),
        any(word.startswith(wanted) for word in (topic, *topic.split())),
        wanted in row,
        number.startswith(wanted),
        all(word in f"{row} {_plain(step.text)}" for word in wanted.split()),
    )
    return checks.index(True) if True in checks else _RANKS


def _plain(text: str) -> str:
    """Return a text in lower case, without accents, for comparing."""
    parts = unicodedata.normalize("NFKD", text.casefold().strip())
    return "".join(each for each in parts if not unicodedata.combining(each))
