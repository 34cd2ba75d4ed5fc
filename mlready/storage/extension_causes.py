"""Find the changes of an extending questionnaire that cause problems in its base.

The base has no problems on its own. A problem in a part of the base therefore comes
from a change.
"""

from bisect import bisect_left
from collections.abc import Collection, Iterator
from typing import Any

from mlready.errors import Problem
from mlready.storage.questionnaire_checks import questionnaire_problems
from mlready.storage.questionnaire_extension import Extended, extended
from mlready.storage.source_positions import Document, KeyPath

SEARCHES = 5  # most causes to search for; a search combines and checks about ten times
_NO_CHANGES = (("version",), ("extends",))
# Lists of ids or fields to leave out, each of which is a change of its own.
_LEFT_OUT: dict[str, Any] = {"off": {}, "drop": []}


def at_their_causes(
    base: Extended, own: Document, problems: list[Problem]
) -> list[Problem]:
    """Return the problems, each problem in ``base`` moved to the change that causes it.

    The change is in ``own``, the extending questionnaire. At most ``SEARCHES`` causes
    are searched for; further problems keep their position.
    """
    found = [each for each in problems if each.file == own.file]
    others = [each for each in problems if each.file != own.file]
    changes = list(_changes(own.value, base.document.value)) if others else []
    for _ in range(SEARCHES):
        if not (others and changes):
            break
        change, caused = _cause(base, own, changes, others)
        found.append(own.problem(change, _text(caused), key=True))
        others = [each for each in others if each not in caused]
    return found + others


def _text(caused: list[Problem]) -> str:
    file, line, column, text = caused[0]
    more = f" (and {len(caused) - 1} more)" if caused[1:] else ""
    return f"with this change, {file}:{line}:{column} is wrong{more}: {text}"


def _cause(
    base: Extended, own: Document, changes: list[KeyPath], problems: list[Problem]
) -> tuple[KeyPath, list[Problem]]:
    """Return the change that causes the first problem, and all problems it causes."""

    def with_first(number: int) -> list[Problem]:
        value = _without(own.value, set(changes[number:]))
        whole, _ = extended(base, own._replace(value=value))
        return questionnaire_problems(whole.document)

    # Without any change the problem is absent, with all changes it is present.
    at = bisect_left(
        range(len(changes)), 1, key=lambda number: problems[0] in with_first(number)
    )
    before, after = with_first(at - 1), with_first(at)
    caused = [each for each in problems if each in after and each not in before]
    return changes[at - 1], caused


def _changes(own: Any, base: Any, path: KeyPath = ()) -> Iterator[KeyPath]:
    """Yield the path of each part of ``own`` that changes ``base``."""
    if isinstance(own, dict) and isinstance(base, dict):
        for key, value in own.items():
            if (*path, key) not in _NO_CHANGES and key != "id":
                changed = _LEFT_OUT.get(key, base.get(key))
                yield from _changes(value, changed, (*path, key))
    elif isinstance(own, list) and isinstance(base, list):
        known = {_id(each): each for each in base}
        for n, each in enumerate(own):
            yield from _changes(each, known.get(_id(each)), (*path, n))
    else:
        yield path


def _id(entry: Any) -> Any:
    return entry.get("id") if isinstance(entry, dict) else None


def _without(value: Any, paths: Collection[KeyPath], path: KeyPath = ()) -> Any:
    if isinstance(value, dict):
        kept = {key: each for key, each in value.items() if (*path, key) not in paths}
        return {key: _without(each, paths, (*path, key)) for key, each in kept.items()}
    if isinstance(value, list):
        kept_items = [(n, v) for n, v in enumerate(value) if (*path, n) not in paths]
        return [_without(each, paths, (*path, n)) for n, each in kept_items]
    return value
