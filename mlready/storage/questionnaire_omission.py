"""Switch off parts of an extended questionnaire, and what depends on them.

What is said of a part that is off, such as an entry of a checklist or a pattern that
needs its answer, goes with it. What is asked only for some of its answers does not: it
must be switched off as well, or get another condition.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from mlready.errors import did_you_mean
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
) -> Iterator[tuple[str, str]]:
    """Take entries out of the lists of a questionnaire, and add them to ``off``.

    ``reasons`` maps their ids to the reasons. Yields a problem for each id that cannot
    be switched off: the id and a text.
    """
    if not reasons:
        return
    known = dict(_known(lists))
    accepted: dict[str, str] = {}
    for id_, reason in reasons.items():
        if text := _refused(id_, known, whole.get("without", ()), off):
            yield id_, text
        else:
            accepted[id_] = str(reason)
    gone = _removed(lists, accepted)
    for id_, reason in accepted.items():
        entry = known[id_].value
        ids = tuple(each for each, given in gone.items() if given == id_)
        name = str(entry.get("topic") or entry.get("name") or id_)
        off.append(Omission(id_, name, reason, ids or (id_,)))
    yield from _needed_elsewhere(lists, gone)
    _remove_what_is_said(lists, whole, {*gone})


def _refused(
    id_: str,
    known: Mapping[str, Entry],
    without: Collection[str],
    off: Sequence[Omission],
) -> str:
    """Return why an id cannot be switched off, "" if it can."""
    if id_ not in known:
        if any(id_ in each.ids for each in off):
            return "is off already in the questionnaire that this one extends"
        return f"there is nothing '{id_}' to switch off{did_you_mean(id_, known)}"
    if id_ in list(EngineFact) and id_ not in without:
        return (
            f"the rules need the fact '{id_}'; write 'without: [{id_}]' as well to "
            "switch the rules off that need it"
        )
    return ""


def _known(lists: Lists) -> Iterator[tuple[str, Entry]]:
    for key in CAN_BE_OFF:
        for entry in lists[key]:
            yield entry.id, entry
            for question in entry.lists.get(QUESTIONS, ()):
                yield question.id, question


def _removed(lists: Lists, ids: Collection[str]) -> dict[str, str]:
    """Take entries away; map all ids that are gone to the ids that were given."""
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
    """Yield a problem for each entry that is asked only for answers that are gone."""
    for entry in (*lists["profile"], *lists["sections"], *_questions(lists)):
        for id_ in sorted(gone.keys() & _names(entry, "when")):
            text = (
                f"'{entry.id}' is asked only for some answers to '{id_}'; switch it "
                "off as well, or give it another 'when'"
            )
            yield gone[id_], text
    for layer in lists["layers"]:
        for field in ("live_when", "role_by", "remedy_by"):
            for id_ in sorted(gone.keys() & _names(layer, field)):
                text = f"layer '{layer.id}' needs it in '{field}'; change or drop that"
                yield gone[id_], text
        sections = layer.value.get("sections", ())
        if sections and gone.keys() >= {*sections}:
            yield gone[sections[0]], f"layer '{layer.id}' would have no section left"


def _questions(lists: Lists) -> Iterator[Entry]:
    for section in lists["sections"]:
        yield from section.lists.get(QUESTIONS, ())


def _names(entry: Entry, key: str) -> set[str]:
    condition = entry.value.get(key)
    return {*condition} if isinstance(condition, dict) else set()


def _remove_what_is_said(lists: Lists, whole: dict[str, Any], gone: set[str]) -> None:
    """Take away what is said of entries that are gone, or needs their answers."""
    for question in _questions(lists):
        question.keep(
            "wordings", lambda wording: gone.isdisjoint(wording.get("when", ()))
        )
    for key in ("patterns", "contradictions", "in_short", "layers_in_short"):
        lists[key][:] = [each for each in lists[key] if _still_said(each, gone)]
    for key in ("checklist", "boxes"):
        for group in lists[key]:
            items = group.lists.get("items", [])
            for item in items:
                item.keep("questions", lambda id_: id_ not in gone)
            items[:] = [item for item in items if "questions" in item.value]
        lists[key][:] = [group for group in lists[key] if group.lists.get("items")]
    for line in lists["background"]:
        if line.value.get("after") in gone:
            del line.value["after"]
    for layer in lists["layers"]:
        layer.keep("sections", lambda id_: id_ not in gone)
    if exposure := [id_ for id_ in whole.get("exposure", ()) if id_ not in gone]:
        whole["exposure"] = exposure
    else:
        whole.pop("exposure", None)


def _still_said(entry: Entry, gone: set[str]) -> bool:
    if entry.value.get("question") in gone or gone & _names(entry, "when"):
        return False
    if gone & _names(entry, "one_of"):
        left = {k: v for k, v in entry.value["one_of"].items() if k not in gone}
        entry.value["one_of"] = left
        return bool(left)
    return True
