"""Convert an answers file from an older questionnaire version to the current one.

The questionnaire lists former ids (``was``) and changes of meaning (``changed``).
Answers that the current version no longer uses are kept under ``earlier``.
"""

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from mlready.errors import Problem, first_names
from mlready.model.answers import ids_to_ask
from mlready.model.questionnaire import Fact, Question, Questionnaire
from mlready.model.step_keys import EARLIER_STEP, known_keys
from mlready.storage.answers_fast_parser import (
    BACKGROUND,
    EXTENDS,
    OF_BACKGROUND,
    OF_ROLE,
    SAID,
    STEPS,
)
from mlready.storage.source_positions import Document

Raw = Mapping[str, Any]
AVAILABLE, REST = "available", "earlier"


class Migration(NamedTuple):
    """The converted content of an answers file, and a summary of the changes."""

    value: Raw
    summary: str


class _Part(NamedTuple):
    """The entries under a key such as ``answers``, grouped by what happens to each."""

    kept: dict[str, Any]  # stay in use, by the present ids
    renamed: dict[str, str]  # new id of an entry -> its old id
    again: dict[str, Any]  # to be asked again, by the ids in the file
    gone: dict[str, Any]  # no longer in the questionnaire, by the ids in the file


class _Versions(NamedTuple):
    """The questionnaire versions to which the answers in a file were given."""

    questionnaire: Questionnaire  # the present one, to which the answers are converted
    then: Mapping[str, int]  # id of a questionnaire -> the version that was answered
    # The ids that are switched off: any other unknown id is a mistake. None: every
    # unknown id counts as removed.
    removed: frozenset[str] | None

    def of(self, id_: str) -> int:
        """Return to which version of a questionnaire the answers were given.

        ``id_`` is the id of the questionnaire. The result is 0 if the answers were not
        given to this questionnaire.
        """
        return self.then.get(id_, 0)


def migrated(raw: Raw, questionnaire: Questionnaire) -> Migration:
    """Convert the content of a valid answers file to the present questionnaire."""
    given = _versions(raw, questionnaire)
    profile = dict(_mapping(raw, "profile"))
    hired = {role.id for role in questionnaire.roles.values() if role.available}
    people = _mapping(profile, AVAILABLE)
    profile.pop(AVAILABLE, None)
    facts = _grouped(profile, questionnaire.profile, given)
    questions = _grouped(_mapping(raw, "answers"), questionnaire.questions, given)
    lines, steps = _background(raw, questionnaire), _steps(raw, questionnaire)
    free = {role: number for role, number in people.items() if role in hired}
    left = {role: number for role, number in people.items() if role not in hired}
    parts = [facts, questions, lines, steps]
    rest = _rest(raw, parts, left)
    value = {
        **{key: each for key, each in raw.items() if key != EXTENDS},
        "questionnaire": questionnaire.id,
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
        f"{_beginning(raw, questionnaire)}: "
        + _summary({**facts.renamed, **questions.renamed}, facts, questions, gone),
    )


def _rest(raw: Raw, parts: Iterable[_Part], people: Raw) -> dict[str, Any]:
    """Return what to keep under ``earlier``: all entries that no longer count.

    An entry no longer counts if it is to be asked again, or is no longer asked.
    """
    rest = dict(_mapping(raw, REST))
    for part in parts:
        rest |= {**part.again, **part.gone}
    return {**rest, **({AVAILABLE: people} if people else {})}


def _said(raw: Raw, questionnaire: Questionnaire, hired: Container[str]) -> Raw:
    """Return what each voice said before a meeting, by the ids of ``questionnaire``.

    ``raw`` is the content of the older answers file, and ``hired`` are the roles that
    can be hired. Left out are answers to removed questions, and answers whose question
    has changed so much that the question must be asked again.
    """
    said = _mapping(raw, SAID)
    given = _versions(raw, questionnaire)
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
                if _still_counts(entry, value, given)
            }
    return found


def _background(raw: Raw, questionnaire: Questionnaire) -> _Part:
    """Sort background lines into ``kept``, if still asked for, and ``gone``."""
    known = {line.id for line in questionnaire.background}
    part = _Part({}, {}, {}, {})
    for id_, text in _mapping(raw, BACKGROUND).items():
        if id_ in known:
            part.kept[id_] = text
        else:
            part.gone[f"{OF_BACKGROUND}{id_}"] = text
    return part


def _steps(raw: Raw, questionnaire: Questionnaire) -> _Part:
    """Sort the steps of the plan into ``kept`` and ``gone``.

    A step of a removed question is kept only if the step says what to do.
    """
    now = {name: each.id for each in questionnaire.questions for name in each.was}
    ids = known_keys(questionnaire)
    part = _Part({}, {}, {}, {})
    for key, step in _mapping(raw, STEPS).items():
        name = key if key in ids else now.get(key, key)
        if name in part.kept or not (
            name in ids or _mapping(raw[STEPS], key).get("what")
        ):
            part.gone[f"{EARLIER_STEP}{key}"] = step
        else:
            part.kept[name] = step
    return part


def _listed_now(listed: str, questionnaire: Questionnaire) -> str:
    """Replace former ids in a question list; drop ids that no longer exist."""
    entries: list[Fact | Question] = [*questionnaire.profile, *questionnaire.questions]
    now = {name: each.id for each in entries for name in each.was}
    now |= {id_: id_ for id_ in ids_to_ask(questionnaire)}
    return " ".join(now[id_] for id_ in listed.split() if id_ in now)


def _grouped(
    answers: Raw, entries: Iterable[Fact | Question], given: _Versions
) -> _Part:
    part = _Part({}, {}, {}, {key: each for key, each in answers.items() if each != ""})
    for entry in entries:
        names = [name for name in (entry.id, *entry.was) if name in part.gone]
        if not names:
            continue
        value = part.gone.pop(names[0])
        if not _still_counts(entry, value, given):
            part.again[names[0]] = value
            continue
        part.kept[entry.id] = value
        if names[0] != entry.id:
            part.renamed[entry.id] = names[0]
    if given.removed is not None:  # all others are mistakes, to be reported
        for id_ in [each for each in part.gone if each not in given.removed]:
            part.kept[id_] = part.gone.pop(id_)
    return part


def _still_counts(entry: Fact | Question, value: Any, given: _Versions) -> bool:
    """Return whether an answer means the same now as when it was given."""
    if isinstance(entry, Fact) and entry.choices and value not in entry.choices:
        return False
    level = value.get("level") if isinstance(value, dict) else value
    return all(
        change.version <= given.of(change.questionnaire) or level in change.kept_levels
        for change in given.questionnaire.meaning_changes(entry)
    )


def _versions(raw: Raw, questionnaire: Questionnaire) -> _Versions:
    now = {questionnaire.id: questionnaire.version, **questionnaire.bases}
    named, number = raw["questionnaire"], int(raw["version"])
    below = [*now][[*now].index(named) + 1 :]
    bases = _bases(raw)
    then = {id_: bases.get(id_, now[id_]) for id_ in below}
    is_same = named == questionnaire.id and number == questionnaire.version
    removed = {id_ for each in questionnaire.off for id_ in each.ids}
    return _Versions(
        questionnaire, {named: number, **then}, frozenset(removed) if is_same else None
    )


def _bases(raw: Raw) -> dict[str, int]:
    """Return the versions that an answers file names under ``extends``."""
    pairs = re.findall(r"(\S+)-([0-9]{1,9})(?!\S)", str(raw.get(EXTENDS)))
    return {id_: int(version) for id_, version in pairs}


def is_for_older_base(raw: Raw, questionnaire: Questionnaire) -> bool:
    """Return whether answers must be converted because of a base of ``questionnaire``.

    ``raw`` is the content of the answers file. True in three cases:

    * the answers were given to a base itself;
    * the answers were given when a base had an older version;
    * a question, fact or background line in the answers is now switched off.

    False if the answers were given to a newer version of a base.
    """
    named, version = str(raw.get("questionnaire")), int(raw["version"])
    if named in questionnaire.bases:
        return version <= questionnaire.bases[named]
    if named != questionnaire.id or version != questionnaire.version:
        return False
    bases = _bases(raw)
    pairs = [(bases.get(id_, now), now) for id_, now in questionnaire.bases.items()]
    if any(then > now for then, now in pairs):
        return False
    if any(then < now for then, now in pairs):
        return True
    off = {id_ for each in questionnaire.off for id_ in each.ids}
    parts = (_mapping(raw, part) for part in ("answers", "profile", BACKGROUND))
    return any(off & part.keys() for part in parts)


def newer_bases(document: Document, questionnaire: Questionnaire) -> Iterator[Problem]:
    """Yield a problem if answers are for a newer version of a base."""
    for id_, version in _bases(document.value).items():
        now = questionnaire.bases.get(id_, version)
        if version > now:
            text = (
                f"these answers are for version {version} of '{id_}', newer than this "
                f"one, version {now}; update mlready"
            )
            yield document.problem((EXTENDS,), text)


def _beginning(raw: Raw, questionnaire: Questionnaire) -> str:
    """Return the first words of the summary of changes, which name two versions.

    An example is "answers to version 3 are read as version 4" (of the questionnaire).
    """
    named, number = raw["questionnaire"], raw["version"]
    if named != questionnaire.id:
        now = f"{questionnaire.id}, version {questionnaire.version}"
        return f"answers to {named}, version {number}, are read as answers to {now}"
    if int(number) < questionnaire.version:
        now = str(questionnaire.version)
        return f"answers to version {number} are read as version {now}"
    bases = _bases(raw)
    older = [
        f"{id_}, version {bases[id_]}, are read as version {now}"
        for id_, now in questionnaire.bases.items()
        if bases.get(id_, now) < now
    ]
    return (
        "answers based on " + ", ".join(older)
        if older
        else "some questions are switched off"
    )


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
    kept = f"; an interview keeps what no longer counts in the file, under '{REST}'"
    return changes + (kept if again or gone else "")


def _listed(what: str, names: list[str]) -> str:
    return f"{what}: {first_names(names)}" if names else ""


def _mapping(raw: Raw, key: str) -> Raw:
    value = raw.get(key)
    return value if isinstance(value, dict) else {}
