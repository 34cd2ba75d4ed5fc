"""The questions, the layers of the pyramid they tell us about, and who mends what."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

Facts = Mapping[str, str]
Condition = Mapping[str, tuple[str, ...]]

NOBODY = "none"
TOP, BESIDE = "top", "beside"


class Role(NamedTuple):
    """Somebody a project needs; only a role with ``available`` can be hired."""

    id: str
    name: str
    does: str
    available: str


class Fact(NamedTuple):
    """Something about team or project that decides what is asked; never scored.

    Without choices it is a whole number. ``assumed`` stands in while nobody has said.
    """

    id: str
    topic: str
    text: str
    help: str
    choices: Mapping[str, str]
    assumed: str
    when: Condition
    last: bool = False


class Wording(NamedTuple):
    """Other words for a question, used where the condition holds."""

    when: Condition
    changes: Mapping[str, Any]


class Question(NamedTuple):
    """One question, its five levels from absent to self-correcting, and its remedy."""

    id: str
    section: str
    topic: str
    text: str
    levels: tuple[str, ...]
    why: str
    source: str
    knows: str
    roles: tuple[str, ...]
    remedy: str
    actions: tuple[str, ...]
    blocker: str
    overall: bool
    express: bool
    when: Condition
    hint: str
    wordings: tuple[Wording, ...]

    def action(self, level: int) -> str:
        """Return what to do to leave that level; nothing once it is 4."""
        return (self.actions[max(level - 1, 0)]) if level < len(self.levels) - 1 else ""


class Section(NamedTuple):
    """Questions that belong together."""

    id: str
    name: str
    about: str
    when: Condition
    questions: tuple[Question, ...]


class Layer(NamedTuple):
    """One layer of the pyramid; ``live_only`` when it must hold only to go live.

    ``stands`` is empty for a layer that carries what is above it, TOP for what is on
    all of them, BESIDE for what is beside the pyramid.
    """

    id: str
    name: str
    about: str
    sections: tuple[str, ...]
    role: str
    role_by: Mapping[str, Mapping[str, str]]
    remedy_by: Mapping[str, Mapping[str, str]]
    stands: str
    live_only: bool

    def mended_by(self, facts: Facts) -> str:
        """Return the role that mends this layer, or NOBODY while no role can."""
        return _look_up(self.role_by, facts) or self.role

    def remedy(self, facts: Facts) -> str:
        """Return what comes before any vacancy, or nothing."""
        return _look_up(self.remedy_by, facts)


class Item(NamedTuple):
    """One item of the practitioner checklist, and the questions that cover it."""

    text: str
    questions: tuple[str, ...]


class Group(NamedTuple):
    """One group of the practitioner checklist."""

    id: str
    name: str
    items: tuple[Item, ...]


class Constants(NamedTuple):
    """The numbers of the judgement; the questionnaire's schema explains each."""

    holds: float
    tilt: float
    blocks_below: float
    overall: float
    near: float
    crew: float
    seconds_per_question: float


class Questionnaire(NamedTuple):
    """Everything we ask, from the bottom of the pyramid up."""

    id: str
    version: int
    title: str
    about: str
    project: Mapping[str, str]
    constants: Constants
    roles: Mapping[str, Role]
    remedies: Mapping[str, str]
    profile: tuple[Fact, ...]
    layers: tuple[Layer, ...]
    sections: tuple[Section, ...]
    checklist: tuple[Group, ...]

    @property
    def questions(self) -> Iterator[Question]:
        """Every question in the order it is asked."""
        for section in self.sections:
            yield from section.questions

    def section(self, id_: str) -> Section:
        """Return the section of that id."""
        return next(each for each in self.sections if each.id == id_)


def holds(condition: Condition, facts: Facts) -> bool:
    """Return whether every fact of the condition has one of the values wanted."""
    return all(facts.get(fact) in values for fact, values in condition.items())


def facts(questionnaire: Questionnaire, profile: Facts) -> dict[str, str]:
    """Return the facts that apply, the assumed value where nobody has said."""
    known: dict[str, str] = {}
    for fact in questionnaire.profile:
        if holds(fact.when, known):
            known[fact.id] = profile.get(fact.id, fact.assumed)
    return known


def asked(
    questionnaire: Questionnaire, known: Facts, *, express: bool = False
) -> tuple[Question, ...]:
    """Return the questions that apply to these facts, worded for them."""
    return tuple(
        worded
        for section in questionnaire.sections
        if holds(section.when, known)
        for question in section.questions
        if holds(question.when, known)
        for worded in [_worded(question, known)]
        if worded.express or not express
    )


def _worded(question: Question, known: Facts) -> Question:
    for wording in question.wordings:
        if holds(wording.when, known):
            return question._replace(**wording.changes)
    return question


def _look_up(table: Mapping[str, Mapping[str, str]], known: Facts) -> str:
    for fact, values in table.items():
        return values.get(known.get(fact, ""), "")
    return ""
