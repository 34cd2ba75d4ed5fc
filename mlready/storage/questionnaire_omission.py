"""Switch off parts of an extended questionnaire, and what depends on them.

Texts and rules about a removed part are removed too. Conditions that need a removed
part are problems.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

from mlready.model.profile_facts import EngineFact
from mlready.model.questionnaire import Omission
from mlready.storage.questionnaire_entries import QUESTIONS, Entry

CAN_BE_OFF = ("profile", "background", "sections", "patterns", "contradictions")
Lists = Mapping[str, list[Entry]]


def switch_off(
    lists: Lists,
    whole: dict[str, Any],
    reasons: Mapping[str, Any],
    off: list[Omission],
    near: Callable[[str, Collection[str]], str],
) -> Iterator[tuple[str, str]]:
    """Remove the entries whose ids are in ``reasons``, and record each in ``off``.

    ``lists`` has the questionnaire's lists of entries, by key; ``whole`` has its other
    parts, such as the title. Texts and rules about removed entries are removed from
    both. Yields the id and a message for each entry that cannot be switched off. The
    message about an unknown id ends with a hint from ``near``.
    """
    if not reasons:
        return
    known = dict(_by_id(lists))
    accepted: dict[str, str] = {}
    for id_, reason in reasons.items():
        text = _refused(id_, known, whole.get("without", ()), off)
        if text or id_ not in known:
            found = f"there is nothing '{id_}' to switch off"
            yield id_, text or f"{found}{near(id_, known)}"
        else:
            accepted[id_] = str(reason)
    gone = _removed(lists, accepted)
    for id_, reason in accepted.items():
        entry = known[id_].value
        ids = tuple(each for each, given in gone.items() if given == id_)
        name = str(entry.get("topic") or entry.get("name") or id_)
        off.append(Omission(id_, name, reason, ids or (id_,)))
    yield from _needed_elsewhere(lists, gone)
    _remove_texts_and_rules(lists, whole, {*gone})


def _refused(
    id_: str,
    known: Mapping[str, Entry],
    without: Collection[str],
    off: Sequence[Omission],
) -> str:
    """Return why the entry ``id_`` cannot be switched off, "" if nothing forbids it.

    The result is also "" for an id that neither ``known`` nor ``off`` contains.
    """
    if id_ not in known and any(id_ in each.ids for each in off):
        return "this is off already in the questionnaire that this one extends"
    if id_ in known and id_ in list(EngineFact) and id_ not in without:
        return (
            f"the rules need the fact '{id_}'; write 'without: [{id_}]' as well to "
            "switch the rules off that need it"
        )
    return ""


def _by_id(lists: Lists) -> Iterator[tuple[str, Entry]]:
    """Yield each entry that can be switched off, with its id."""
    for key in CAN_BE_OFF:
        for entry in lists[key]:
            yield entry.id, entry
            for question in entry.lists.get(QUESTIONS, ()):
                yield question.id, question


def _removed(lists: Lists, ids: Collection[str]) -> dict[str, str]:
    """Remove the entries with these ids, and sections that lose all their questions.

    The result maps each removed id to itself, with one exception: questions that are
    removed together with their section are mapped to the section's id.
    """
    gone: dict[str, str] = {}
    for key in CAN_BE_OFF:
        for entry in [*lists[key]]:
            inner = entry.lists.get(QUESTIONS, [])
            for question in [*inner]:
                if question.id in ids and entry.id not in ids:
                    gone[question.id] = question.id
                    inner.remove(question)
            if entry.id in ids or (key == "sections" and not inner):
                gone |= {each.id: entry.id for each in (entry, *inner)}
                lists[key].remove(entry)
    return gone


def _needed_elsewhere(
    lists: Lists, gone: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Yield the id and a message for each switched-off entry that is still needed."""
    for entry in (*lists["profile"], *lists["sections"], *_questions(lists)):
        for id_ in sorted(gone.keys() & _facts_named(entry, "when")):
            text = (
                f"'{entry.id}' is asked only for some answers to '{id_}'; switch it "
                "off as well, or give it another 'when'"
            )
            yield gone[id_], text
    for layer in lists["layers"]:
        for field in ("live_when", "role_by", "remedy_by"):
            for id_ in sorted(gone.keys() & _facts_named(layer, field)):
                text = f"layer '{layer.id}' needs it in '{field}'; change or drop that"
                yield gone[id_], text
        sections = layer.value.get("sections")
        if isinstance(sections, list) and sections:
            lost = [each for each in sections if _is_in(each, gone)]
            if lost == sections:
                text = f"layer '{layer.id}' would have no section left"
                yield gone[lost[0]], text


def _questions(lists: Lists) -> Iterator[Entry]:
    for section in lists["sections"]:
        yield from section.lists.get(QUESTIONS, ())


def _facts_named(entry: Entry, key: str) -> set[str]:
    return {*_condition(entry.value, key)}


def _condition(part: Any, key: str = "when") -> Mapping[str, Any]:
    """Return a condition; {} if the file has something else in its place."""
    condition = part.get(key) if isinstance(part, dict) else None
    return condition if isinstance(condition, dict) else {}


def _is_in(value: Any, ids: Collection[str]) -> bool:
    return isinstance(value, str) and value in ids


def _remove_texts_and_rules(
    lists: Lists, whole: dict[str, Any], gone: set[str]
) -> None:
    """Remove texts and rules about the entries whose ids are in ``gone``."""
    for question in _questions(lists):
        question.keep("wordings", lambda each: gone.isdisjoint(_condition(each)))
    for key in ("patterns", "contradictions", "in_short", "layers_in_short"):
        lists[key][:] = [each for each in lists[key] if _still_applies(each, gone)]
    for key in ("checklist", "boxes"):
        _remove_items(lists[key], gone)
    for line in lists["background"]:
        if _is_in(line.value.get("after"), gone):
            del line.value["after"]
    for layer in lists["layers"]:
        layer.keep("sections", lambda id_: not _is_in(id_, gone))
    if isinstance(exposure := whole.get("exposure"), list):
        whole["exposure"] = [each for each in exposure if not _is_in(each, gone)]
        if not whole["exposure"]:
            del whole["exposure"]


def _remove_items(groups: list[Entry], gone: set[str]) -> None:
    """Remove checklist items without questions, and groups without items."""
    for group in groups:
        items = group.lists.get("items", [])
        for item in items:
            item.keep("questions", lambda id_: not _is_in(id_, gone))
        items[:] = [item for item in items if "questions" in item.value]
    groups[:] = [group for group in groups if group.lists.get("items")]


def _still_applies(entry: Entry, gone: set[str]) -> bool:
    """Return whether an entry still makes sense without the parts in ``gone``.

    Clauses about these parts are removed from ``one_of`` and ``says_if`` of the entry.
    """
    if _is_in(entry.value.get("question"), gone) or gone & _facts_named(entry, "when"):
        return False
    if gone & _facts_named(entry, "one_of"):
        for key in ("one_of", "says_if"):
            given = entry.value.get(key, {})
            if left := {k: v for k, v in given.items() if k not in gone}:
                entry.value[key] = left
            else:
                entry.value.pop(key, None)
        return "one_of" in entry.value
    return True
