"""The questions, the layers of the pyramid they tell us about, and who mends what."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any, NamedTuple, Self

Facts = Mapping[str, str]
Condition = Mapping[str, tuple[str, ...]]

NO_CONDITION: Condition = {}
NOBODY = "none"
FREE, FREE_LEVELS = "free.", ("none", "part", "full")  # facts on the people there are


class Placement(StrEnum):
    """Where a layer is: in the pyramid, on top of it, or beside it."""

    STACKED = ""
    TOP = "top"
    BESIDE = "beside"


class BlockerScope(StrEnum):
    """The stakes at which a low answer stops the project, whatever the layers say."""

    NEVER = ""
    ALWAYS = "always"
    LIVE = "live"
    HIGH_STAKES = "high_stakes"


class Alternative(NamedTuple):
    """What could stand in for a vacancy, and what it costs in time."""

    kind: str
    what: str
    time: str


class Role(NamedTuple):
    """Somebody a project needs; only a role with ``available`` can be hired.

    ``traits``, ``senior``, ``junior`` and ``not_promised`` are for whoever writes the
    advertisement; the alternatives for whoever would rather not.
    """

    id: str
    name: str
    does: str
    available: str
    traits: tuple[str, ...] = ()
    senior: str = ""
    junior: str = ""
    not_promised: str = ""
    alternatives: tuple[Alternative, ...] = ()


class Fact(NamedTuple):
    """Something about team or project that decides what is asked; never scored.

    Without choices it is a whole number. ``assumed`` stands in while nobody has said.
    ``was`` are its former ids; answers to versions before ``changed`` no longer count.
    """

    id: str
    topic: str
    text: str
    help: str
    choices: Mapping[str, str]
    assumed: str
    when: Condition
    last: bool = False
    was: tuple[str, ...] = ()
    changed: int = 0


class Wording(NamedTuple):
    """Other words for a question, used where the condition holds."""

    when: Condition
    changes: Mapping[str, Any]


class Question(NamedTuple):
    """One question, its five levels from absent to self-correcting, and its remedy.

    ``was`` are its former ids; answers to versions before ``changed`` no longer count.
    """

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
    blocker: BlockerScope
    overall: bool
    express: bool
    when: Condition
    hint: str
    wordings: tuple[Wording, ...]
    was: tuple[str, ...] = ()
    changed: int = 0

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

    So it is too where the condition ``live_when`` holds. ``or_roles`` can mend it as
    well, where the room says that theirs are the hands that are missing; ``exit`` is
    the test that shows it is mended.
    """

    id: str
    name: str
    about: str
    sections: tuple[str, ...]
    role: str
    role_by: Mapping[str, Mapping[str, str]]
    remedy_by: Mapping[str, Mapping[str, str]]
    placement: Placement
    live_only: bool
    live_when: Condition = NO_CONDITION
    or_roles: tuple[str, ...] = ()
    exit: str = ""

    def to_go_live(self, facts: Facts) -> bool:
        """Return whether one may build while this layer does not hold."""
        when = bool(self.live_when) and matches(self.live_when, facts)
        return self.live_only or when

    def mended_by(self, facts: Facts) -> str:
        """Return the role that mends this layer, or NOBODY while no role can."""
        return _look_up(self.role_by, facts) or self.role

    def remedy(self, facts: Facts) -> str:
        """Return what comes before any vacancy, or nothing."""
        return _look_up(self.remedy_by, facts)


class Item(NamedTuple):
    """One item of a checklist, and the questions that cover it."""

    text: str
    questions: tuple[str, ...]


class Group(NamedTuple):
    """One group of a checklist that is read off the same answers."""

    id: str
    name: str
    items: tuple[Item, ...]


class Pattern(NamedTuple):
    """What several answers say together; a contradiction has no name and no advice.

    All of ``when`` must be so, and one of ``one_of`` if there are any.
    """

    id: str
    name: str
    says: str
    advice: str
    source: str
    when: Condition
    one_of: Condition


class Constants(NamedTuple):
    """The numbers of the judgement; the questionnaire's schema explains each."""

    holds: float
    tilt: float
    blocks_below: float
    locks_below: float
    whole_layer_weight: float
    tie_margin: float
    people_per_role: float
    small_organisation: float
    engineers_per_modeller: float
    seconds_per_question: float

    @classmethod
    def from_keys(cls, values: Mapping[str, str]) -> Self:
        """Return the constants from the texts under their keys in a questionnaire."""
        return cls(*(float(values[_KEYS.get(name, name)]) for name in cls._fields))

    def by_key(self) -> dict[str, float]:
        """Return the constants under their keys in questionnaires and results."""
        return {_KEYS.get(name, name): value for name, value in self._asdict().items()}


# The keys of these constants in questionnaires and results.
_KEYS = {
    "whole_layer_weight": "overall",
    "tie_margin": "near",
    "people_per_role": "crew",
    "small_organisation": "small",
}


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
    boxes: tuple[Group, ...] = ()
    exposure: tuple[str, ...] = ()
    patterns: tuple[Pattern, ...] = ()
    contradictions: tuple[Pattern, ...] = ()
    without: tuple[str, ...] = ()

    @property
    def questions(self) -> Iterator[Question]:
        """Every question in the order it is asked."""
        for section in self.sections:
            yield from section.questions

    def section(self, id_: str) -> Section:
        """Return the section of that id."""
        return next(each for each in self.sections if each.id == id_)


def matches(condition: Condition, facts: Facts) -> bool:
    """Return whether every fact of the condition has one of the values wanted."""
    for fact, values in condition.items():  # noqa: SIM110 - all() takes twice as long
        if facts.get(fact) not in values:
            return False
    return True


def _look_up(table: Mapping[str, Mapping[str, str]], known: Facts) -> str:
    for fact, values in table.items():
        return values.get(known.get(fact, ""), "")
    return ""
