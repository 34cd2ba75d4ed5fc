"""Find steps of an interview by a part of their name, or by their number."""

import re
import unicodedata
from collections.abc import Container, Sequence

from mlready.interview.steps import BACKGROUND, Step

_RANKS = 8  # how many ways to match there are


def matching_steps(
    steps: Sequence[Step],
    typed: str,
    *,
    only_open: bool = False,
    asked: Container[str] | None = None,
) -> list[Step]:
    """Return the steps that match the text ``typed``; the best match comes first.

    If ``only_open`` is true, only steps are returned in which something is missing. If
    ``asked`` is also given, only those of them are returned whose id is in ``asked``.

    A step whose number was typed comes first, then steps whose id was typed, then steps
    with a topic in which a word begins with the typed text, then steps with the text
    anywhere in their row or section. Last come steps that contain all typed words
    anywhere, even in the text of the question. An id may be typed in short, as col3, c3
    or cl3 for COL-03. Of several steps with such an id, answered ones come first,
    because they can be corrected.
    """
    wanted = _plain(typed).removeprefix("/")  # the key that opens a search elsewhere
    listed = [step for step in steps if not only_open or _is_incomplete(step, asked)]
    if not wanted:
        return listed
    numbers = {step.id: str(number) for number, step in enumerate(steps, 1)}
    ranks = {step.id: _rank(step, numbers[step.id], wanted) for step in listed}
    matching = [step for step in listed if ranks[step.id] < _RANKS]
    return sorted(matching, key=lambda step: ranks[step.id])


def only_match(steps: Sequence[Step], typed: str) -> Step | None:
    """Return the only step that matches a typed number, id or part of a name.

    Returns None if no step matches, or several.
    """
    listed = matching_steps(steps, typed)
    by_number = [step for at, step in enumerate(steps, 1) if str(at) == typed.strip()]
    by_id = [step for step in listed if _is_id(step, _plain(typed))]
    return next(
        (each[0] for each in (by_number, listed, by_id) if len(each) == 1), None
    )


def _is_incomplete(step: Step, asked: Container[str] | None) -> bool:
    """Return whether a step lacks something: an answer, a line, an owner or a date.

    Returns False for a step that is not in ``asked``, unless that is None.
    """
    is_empty_line = step.id.startswith(BACKGROUND) and not step.value
    lacks = step.is_open or step.answer.unknown or is_empty_line or step.is_not_taken
    return lacks and (asked is None or step.id in asked)


def _rank(step: Step, number: str, wanted: str) -> int:
    """Return how well a step matches the typed text ``wanted``: 0 for the best match.

    Returns ``_RANKS`` if the step does not match. ``number`` is its number in the list.
    """
    topic, row = _plain(step.topic), _plain(f"{step.section} {step.row()}")
    is_id = _is_id(step, wanted)
    checks = (
        number == wanted,
        is_id and step.answered,
        is_id,
        _squashed(step.id).startswith(_squashed(wanted)),
        any(word.startswith(wanted) for word in (topic, *topic.split())),
        wanted in row,
        number.startswith(wanted),
        all(word in f"{row} {_plain(step.text)}" for word in wanted.split()),
    )
    return checks.index(True) if True in checks else _RANKS


def _is_id(step: Step, wanted: str) -> bool:
    """Return whether the typed text ``wanted``, such as "c3", is the id of a step.

    The number must be that of the id, and the first letter the first letter of the id.
    Further letters must occur in the id in the same order.
    """
    pattern = r"([^\W\d_]+)-?0*(\d+)"
    short = re.fullmatch(pattern, wanted)
    own = re.fullmatch(pattern, _plain(step.id))
    if not (short and own and own[2] == short[2] and own[1][0] == short[1][0]):
        return False
    letters = iter(own[1])
    return all(each in letters for each in short[1])


def _squashed(id_: str) -> str:
    return _plain(id_).replace("-", "")


def _plain(text: str) -> str:
    """Return a text in lower case, without accents, for comparing."""
    parts = unicodedata.normalize("NFKD", text.casefold().strip())
    return "".join(each for each in parts if not unicodedata.combining(each))
