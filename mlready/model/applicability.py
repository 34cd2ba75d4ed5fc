"""Decide which facts and questions of a questionnaire apply to a team."""

from collections.abc import Container, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Generic, NamedTuple, TypeVar

from mlready.model.questionnaire import (
    Fact,
    Facts,
    Question,
    Questionnaire,
    Section,
    matches,
)

Value = TypeVar("Value")


class Applicable(NamedTuple):
    """The facts and questions that apply to a team."""

    facts: tuple[Fact, ...]
    questions: tuple[Question, ...]  # in the wording for the team
    # the value of each name in conditions: of a fact (the assumed value without an
    # answer), the level of a question, or, for ``free.ROLE``, the available people
    known: Facts
    # questions that apply, but that the team is not asked
    unasked: tuple[Question, ...] = ()


def applicable(questionnaire: Questionnaire, said: Facts, free: Facts) -> Applicable:
    """Return the facts and questions that apply after the answers so far.

    ``said`` maps facts to values and questions to levels, "0" to "4". ``free`` says how
    many people of each role are available: "free.ml" is "none", "part" (less than one
    person) or "full". A question that depends on itself is never asked.
    """
    key = Identity(questionnaire)
    names = _conditions(key).decided_by
    values = tuple(said.get(name) or free.get(name) for name in names)
    facts, questions = _asked(key, values)
    return Applicable(
        facts,
        questions,
        {
            **free,
            **{fact.id: said.get(fact.id, fact.assumed) for fact in facts},
            **{each.id: said[each.id] for each in questions if each.id in said},
        },
    )


Entry = tuple[Section | None, Fact | Question]


def _entries(questionnaire: Questionnaire) -> dict[str, Entry]:
    entries: dict[str, Entry] = {
        fact.id: (None, fact) for fact in questionnaire.profile
    }
    for section in questionnaire.sections:
        for question in section.questions:
            entries[question.id] = (section, question)
    return entries


def needs(questionnaire: Questionnaire) -> dict[str, list[str]]:
    """Map the id of each fact and question to the names in its conditions.

    A name is the id of a fact or question, or a name such as "free.ml", which stands
    for the available people of the role "ml".
    """
    return {id_: _needs(*entry) for id_, entry in _entries(questionnaire).items()}


def _needs(section: Section | None, entry: Fact | Question) -> list[str]:
    """Return the names in the conditions of a fact or question.

    Conditions of the wordings of a question, and of ``section``, are included. A name
    is the id of a fact or question, or a name such as "free.ml".
    """
    names = [*(section.when if section else ()), *entry.when]
    if isinstance(entry, Question):
        names += [name for wording in entry.wordings for name in wording.when]
    return names


def questions_in_conditions(questionnaire: Questionnaire) -> frozenset[str]:
    """Return the ids of all questions that a condition names."""
    return _conditions(Identity(questionnaire)).conditional_on


class Identity(Generic[Value]):
    """A cache key for a value; compares by identity, because hashing is slow."""

    __slots__ = ("value",)

    def __init__(self, value: Value) -> None:
        self.value = value

    def __hash__(self) -> int:
        return id(self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Identity) and other.value is self.value


class _Conditions(NamedTuple):
    """The conditions of a questionnaire, prepared once for all teams."""

    entries: Mapping[str, Entry]
    order: tuple[str, ...]  # ids in the order in which their conditions are evaluated
    decided_by: tuple[str, ...]  # names in conditions of facts, sections, questions
    conditional_on: frozenset[str]  # ids of questions in any condition


@lru_cache(maxsize=1)
def _conditions(key: Identity[Questionnaire]) -> _Conditions:
    questionnaire = key.value
    needed = needs(questionnaire)
    names = {name for each in needed.values() for name in each}
    for layer in questionnaire.layers:
        names.update(layer.live_when, layer.role_by, layer.remedy_by)
    questions = {question.id for question in questionnaire.questions}
    return _Conditions(
        _entries(questionnaire),
        tuple(decision_order(needed)),
        tuple(sorted({name for each in needed.values() for name in each})),
        frozenset(names & questions),
    )


@lru_cache(maxsize=256)  # many teams of a portfolio have the same values
def _asked(
    key: Identity[Questionnaire],
    values: tuple[str | None, ...],
) -> tuple[tuple[Fact, ...], tuple[Question, ...]]:
    """Return the facts and questions of a questionnaire that apply for ``values``.

    ``key`` holds the questionnaire. ``values`` has one entry for each name in
    ``_Conditions.decided_by``, None if the value is not known.
    """
    entries, order, names, _ = _conditions(key)
    said = dict(zip(names, values, strict=True))
    known = {name: text for name, text in said.items() if text and name not in entries}
    facts: dict[str, Fact] = {}
    questions: dict[str, Question] = {}
    for id_ in order:
        section, entry = entries[id_]
        if not matches(entry.when, known):
            continue
        if section and not matches(section.when, known):
            continue
        if isinstance(entry, Fact):
            facts[id_] = entry
            known[id_] = said.get(id_) or entry.assumed
            continue
        worded = _worded(entry, known) if entry.wordings else entry
        questions[id_] = worded
        if text := said.get(id_):
            known[id_] = text
    return (
        tuple(facts[id_] for id_ in entries if id_ in facts),
        tuple(questions[id_] for id_ in entries if id_ in questions),
    )


def decision_order(needs: Mapping[str, Iterable[str]]) -> Iterator[str]:
    """Yield each id after all ids that it needs.

    ``needs`` maps each id to the ids that it needs. Ids in a cycle are left out, and so
    are all ids that need such an id.
    """
    unseen = {id_: iter(each) for id_, each in needs.items()}
    decided: set[str] = set()
    waiting: dict[str, list[str]] = {}
    for first in needs:
        ready = [first]
        while ready:
            id_ = ready.pop()
            missing = _first_missing(unseen[id_], needs, decided)
            if missing:
                waiting.setdefault(missing, []).append(id_)
            else:
                decided.add(id_)
                yield id_
                ready += reversed(waiting.pop(id_, []))


def _first_missing(
    names: Iterator[str], needs: Container[str], decided: Container[str]
) -> str:
    """Return the first of ``names`` that is in ``needs``, but not in ``decided``.

    The result is "" if there is no such name.
    """
    return next((n for n in names if n in needs and n not in decided), "")


def _worded(question: Question, known: Facts) -> Question:
    """Return a question in the first wording whose condition is met."""
    for wording in question.wordings:
        if matches(wording.when, known):
            return question._replace(**wording.changes)
    return question
