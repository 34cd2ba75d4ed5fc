"""Convert an answers file from an older questionnaire version to the current one.

For each question, the questionnaire declares former ids (``was``), the version that
changed its meaning (``changed``), and the levels that kept theirs (``kept_levels``).
Answers that cannot be converted are kept in the file
under ``earlier``, and are not assessed.
"""

from collections.abc import Container, Iterable, Mapping
from typing import Any

from mlready.model.answers import ids_to_ask
from mlready.model.questionnaire import Fact, Question, Questionnaire
from mlready.records import NamedTuple
from mlready.storage.answers_fast_parser import (
    BACKGROUND,
    OF_BACKGROUND,
    OF_ROLE,
    SAID,
    STEPS,
)

Raw = Mapping[str, Any]
AVAILABLE, REST = "available", "earlier"
MOST = 10  # most ids that the summary lists for each kind of change


class Migration(NamedTuple):
    """The converted content of an answers file, and a summary of the changes."""

    value: Raw
    summary: str


class _Part(NamedTuple):
    """The entries of ``profile`` or ``answers``, grouped by their conversion."""

    kept: dict[str, Any]
    renamed: dict[str, str]  # new id of an entry -> its old id
    again: dict[str, Any]  # to be asked again, by the ids in the file
    gone: dict[str, Any]  # no longer in the questionnaire, by the ids in the file


def migrated(raw: Raw, questionnaire: Questionnaire) -> Migration:
    """Convert a valid answers file's content from an older questionnaire version."""
    version = int(raw["version"])
    profile = dict(_mapping(raw, "profile"))
    hired = {role.id for role in questionnaire.roles.values() if role.available}
    people = _mapping(profile, AVAILABLE)
    profile.pop(AVAILABLE, None)
    facts = _sorted(profile, questionnaire.profile, version)
    questions = _sorted(_mapping(raw, "answers"), questionnaire.questions, version)
    lines, steps = _background(raw, questionnaire), _steps(raw, questionnaire)
    free = {role: number for role, number in people.items() if role in hired}
    left = {role: number for role, number in people.items() if role not in hired}
    parts = [facts, questions, lines, steps]
    rest = _rest(raw, parts, left)
    value = {
        **raw,
        "version": str(questionnaire.version),
        "profile": {**facts.kept, **({AVAILABLE: free} if free else {})},
        "answers": questions.kept,
        **({REST: rest} if rest else {}),
        **({SAID: _said(raw, questionnaire, hired)} if SAID in raw else {}),
        **({BACKGROUND: lines.kept} if BACKGROUND in raw else {}),
        **({STEPS: steps.kept} if STEPS in raw else {}),
    }
    if "ask" in raw:
        value["ask"] = _listed_now(str(raw["ask"]), questionnaire)
    value.pop("next", None)  # an earlier question may now be unanswered
    gone = [id_ for part in parts for id_ in part.gone]
    gone += [f"{AVAILABLE}.{role}" for role in left]
    return Migration(
        value,
        f"answers to version {version} are read as version {questionnaire.version}: "
        + _summary({**facts.renamed, **questions.renamed}, facts, questions, gone),
    )


def _rest(raw: Raw, parts: Iterable[_Part], people: Raw) -> dict[str, Any]:
    """Return what no longer counts, and is kept under REST."""
    rest = dict(_mapping(raw, REST))
    for part in parts:
        rest |= {**part.again, **part.gone}
    return {**rest, **({AVAILABLE: people} if people else {})}


def _said(raw: Raw, questionnaire: Questionnaire, hired: Container[str]) -> Raw:
    """Convert what voices said before a meeting.

    Statements that no longer count are dropped; only answers of the meeting itself are
    kept under ``earlier``.
    """
    said = _mapping(raw, SAID)
    version = int(raw["version"])
    found = {
        name: _mapping(said, name)
        for name in said
        if name.startswith(OF_ROLE) and name.removeprefix(OF_ROLE) in hired
    }
    lines = (f"{OF_BACKGROUND}{line.id}" for line in questionnaire.background)
    found |= {name: _mapping(said, name) for name in lines if name in said}
    entries: list[Fact | Question] = [*questionnaire.profile, *questionnaire.questions]
    for entry in entries:
        names = [name for name in (entry.id, *entry.was) if name in said]
        if names:
            voices = _mapping(said, names[0])
            found[entry.id] = {
                id_: value
                for id_, value in voices.items()
                if _still_counts(entry, value, version)
            }
    return found


def _background(raw: Raw, questionnaire: Questionnaire) -> _Part:
    """Sort the background lines; those no longer asked are kept as background-ID."""
    known = {line.id for line in questionnaire.background}
    part = _Part({}, {}, {}, {})
    for id_, text in _mapping(raw, BACKGROUND).items():
        if id_ in known:
            part.kept[id_] = text
        else:
            part.gone[f"{OF_BACKGROUND}{id_}"] = text
    return part


def _steps(raw: Raw, questionnaire: Questionnaire) -> _Part:
    """Sort the steps of the plan; those of former questions are kept as step-ID."""
    now = {name: each.id for each in questionnaire.questions for name in each.was}
    ids = {question.id for question in questionnaire.questions}
    part = _Part({}, {}, {}, {})
    for key, step in _mapping(raw, STEPS).items():
        name = key if key in ids else now.get(key, key)
        if name in part.kept or not (
            name in ids or _mapping(raw[STEPS], key).get("what")
        ):
            part.gone[f"step-{key}"] = step
        else:
            part.kept[name] = step
    return part


def _listed_now(listed: str, questionnaire: Questionnaire) -> str:
    """Return the ids that a file asks for under their present names.

    Ids that the questionnaire no longer has are dropped.
    """
    entries: list[Fact | Question] = [*questionnaire.profile, *questionnaire.questions]
    now = {name: each.id for each in entries for name in each.was}
    now |= {id_: id_ for id_ in ids_to_ask(questionnaire)}
    return " ".join(now[id_] for id_ in listed.split() if id_ in now)


def _sorted(given: Raw, entries: Iterable[Fact | Question], version: int) -> _Part:
    part = _Part({}, {}, {}, {key: each for key, each in given.items() if each != ""})
    for entry in entries:
        names = [name for name in (entry.id, *entry.was) if name in part.gone]
        if not names:
            continue
        value = part.gone.pop(names[0])
        if not _still_counts(entry, value, version):
            part.again[names[0]] = value
            continue
        part.kept[entry.id] = value
        if names[0] != entry.id:
            part.renamed[entry.id] = names[0]
    return part


def _still_counts(entry: Fact | Question, value: Any, version: int) -> bool:
    """Return whether an answer to a version of the questionnaire means the same now."""
    if isinstance(entry, Fact):
        possible = not entry.choices or value in entry.choices
        return possible and entry.changed <= version
    level = value.get("level") if isinstance(value, dict) else value
    return entry.changed <= version or level in entry.kept_levels


def _summary(
    renamed: Mapping[str, str], facts: _Part, questions: _Part, gone: list[str]
) -> str:
    again = [*facts.again, *questions.again]
    parts = [
        _listed("renamed", [f"{old} to {new}" for new, old in renamed.items()]),
        _listed("asked again", again),
        _listed("no longer asked", gone),
    ]
    count = len(facts.kept) + len(questions.kept)
    carried = f"{count} carried over" if again or gone else "all of them still count"
    changes = "; ".join(part for part in (carried, *parts) if part)
    kept = f"; what no longer counts is kept in the file under '{REST}'"
    return changes + (kept if again or gone else "")


def _listed(what: str, names: list[str]) -> str:
    more = f" and {len(names) - MOST} more" if len(names) > MOST else ""
    return f"{what}: {', '.join(names[:MOST])}{more}" if names else ""


def _mapping(raw: Raw, key: str) -> Raw:
    value = raw.get(key)
    return value if isinstance(value, dict) else {}
