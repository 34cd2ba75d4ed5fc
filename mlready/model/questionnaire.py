"""A questionnaire: its facts, questions, layers, roles and patterns."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any, NamedTuple, Self

Facts = Mapping[str, str]
Condition = Mapping[str, tuple[str, ...]]

NO_CONDITION: Condition = {}
NOBODY = "none"
# Conditions name the people available for a role as ``free.ROLE``, with these values.
FREE, FREE_LEVELS = "free.", ("none", "part", "full")


class Placement(StrEnum):
    """Where a layer stands: inside the pyramid, on top of it, or beside it."""

    STACKED = ""
    TOP = "top"
    BESIDE = "beside"


class BlockerScope(StrEnum):
    """The lowest stakes at which a low answer to a question blocks the project."""

    NEVER = ""
    ALWAYS = "always"
    LIVE = "live"
    HIGH_STAKES = "high_stakes"


class Alternative(NamedTuple):
    """Something to do instead of hiring, and the time that it takes."""

    kind: str
    what: str
    time: str


class Role(NamedTuple):
    """A role in a project, with the texts for its job advertisement."""

    id: str
    name: str
    does: str
    # the question how many such people are available; "" if nobody can be hired for the
    # role
    available: str
    traits: tuple[str, ...] = ()
    senior: str = ""
    junior: str = ""
    not_promised: str = ""  # what the advertisement must not promise
    alternatives: tuple[Alternative, ...] = ()
    # how long the number of people is valid, such as "6 months"; "" for ever
    stands_for: str = ""
    called: tuple[str, ...] = ()  # other names that teams give to the role


class Fact(NamedTuple):
    """A choice or number that says what kind of project this is."""

    id: str
    topic: str
    text: str
    help: str
    choices: Mapping[str, str]  # empty if the value is a whole number
    assumed: str  # the value until the team answers
    when: Condition
    last: bool = False  # asked only after all questions
    was: tuple[str, ...] = ()  # former ids
    changed: int = 0  # answers to versions before this one do not count
    known_by: tuple[str, ...] = ()  # ids of the roles that can answer best
    # all choices; if voices differ, the earlier choice counts
    strictest_first: tuple[str, ...] = ()
    only_for_details: bool = False  # only questions outside the core need the fact
    stands_for: str = ""  # how long an answer is valid, such as "6 months"; "" for ever
    why: str = ""  # why the team is asked


class BackgroundLine(NamedTuple):
    """A question about the project's background, answered in one line of text."""

    id: str
    topic: str
    text: str
    example: str  # of an answer
    known_by: tuple[str, ...] = ()  # ids of the roles that can answer, the best first
    after: str = ""  # id of the question or fact before it in an interview, or ""
    in_plan: bool = False  # asked with the plan, after the team has seen the advice


class Wording(NamedTuple):
    """Another wording of a question, for teams that meet a condition."""

    when: Condition
    changes: Mapping[str, Any]  # field of ``Question`` -> its new value


class Question(NamedTuple):
    """A question that asks for a level from 0 to 4."""

    id: str
    section: str
    topic: str
    text: str
    levels: tuple[str, ...]  # the texts of the five levels
    why: str
    source: str
    knows: str  # who can answer, in words
    roles: tuple[str, ...]  # ids of the roles that can raise a low answer
    remedy: str  # how to raise a low answer, such as "train" or "hire"
    actions: tuple[str, ...]  # next steps at level 0 or 1, at level 2, at level 3
    blocker: BlockerScope
    overall: bool  # rates a layer as a whole
    express: bool  # belongs to the core
    when: Condition
    hint: str
    wordings: tuple[Wording, ...]
    was: tuple[str, ...] = ()  # former ids
    changed: int = 0  # answers to versions before this one do not count
    known_by: tuple[str, ...] = ()  # ids of the roles that can answer
    # stakes -> level, 0 to 3, that is enough at kickoff; the constant ``holds`` for
    # stakes that are missing here
    enough: Mapping[str, int] = {}
    # answers with these levels count despite ``changed``
    kept_levels: tuple[str, ...] = ()
    stands_for: str = ""  # how long an answer is valid, such as "6 months"; "" for ever
    since: int = 0  # the first version with this question; 0 if unknown
    find_out: str = ""  # the step to find the answer; "" if ``text`` says it

    def action(self, level: int) -> str:
        """Return the next step at a level from 0 to 4; "" at level 4."""
        return (self.actions[max(level - 1, 0)]) if level < len(self.levels) - 1 else ""


class Section(NamedTuple):
    """A group of questions on one subject."""

    id: str
    name: str
    about: str
    when: Condition
    questions: tuple[Question, ...]


class Layer(NamedTuple):
    """A layer of the pyramid, or a layer beside the pyramid."""

    id: str
    name: str
    about: str
    sections: tuple[str, ...]
    role: str  # the id of the role that fixes the layer, or ``NOBODY``
    # fact -> value -> another role that then fixes the layer
    role_by: Mapping[str, Mapping[str, str]]
    # fact -> value -> what to do before hiring
    remedy_by: Mapping[str, Mapping[str, str]]
    placement: Placement
    live_only: bool  # modelling may start before the layer is good enough
    # if met, modelling may also start before the layer is good enough
    live_when: Condition = NO_CONDITION
    # each fixes the layer if the team says that it lacks this role
    or_roles: tuple[str, ...] = ()
    exit: str = ""  # the test that shows that the layer is fixed
    person: Mapping[str, str] = {}  # id of a role -> description of the person to hire
    matters: str = ""  # why the layer matters for any goal

    def to_go_live(self, facts: Facts) -> bool:
        """Return whether the layer must be good enough only to go live.

        If so, modelling may start before the layer is good enough.
        """
        when = bool(self.live_when) and matches(self.live_when, facts)
        return self.live_only or when

    def mending_role(self, facts: Facts) -> str:
        """Return the id of the role that fixes the layer, ``NOBODY`` if none can."""
        return _look_up(self.role_by, facts) or self.role

    def remedy(self, facts: Facts) -> str:
        """Return what to do for the layer before hiring, "" for nothing."""
        return _look_up(self.remedy_by, facts)


class Item(NamedTuple):
    """A checklist item, and the ids of the questions that decide its state."""

    text: str
    questions: tuple[str, ...]


class Group(NamedTuple):
    """A group of checklist items."""

    id: str
    name: str
    items: tuple[Item, ...]


class Pattern(NamedTuple):
    """A pattern or a contradiction: answers that have a consequence together."""

    id: str
    name: str  # "" for a contradiction
    says: str
    advice: str  # "" for a contradiction
    source: str
    when: Condition  # each fact must have one of its values here
    # unless empty, at least one fact must have one of its values here
    one_of: Condition
    says_if: Mapping[str, str] = {}  # what else to say if a clause of ``one_of`` holds


class InShort(NamedTuple):
    """The short wording of a question in reports, for teams that meet a condition."""

    question: str
    when: Condition
    low: str  # a clause that is true at level 0 or 1
    step: str  # the next step at level 0 or 1
    done: str  # what shows that the step was done
    kind: str = ""  # steps of the same kind are the same work; "" for no kind
    lost: str = ""  # what nobody can make up for later; often ""
    doubt: str = ""  # why a result may be wrong; often ""
    so: str = ""  # the consequence of level 0 or 1 for the project
    skill: str = ""  # a clause: what somebody who is good at this work does


class LayerInShort(NamedTuple):
    """The short wording of a layer in reports, for teams that meet a condition."""

    layer: str
    when: Condition
    name: str
    advice: str  # says to fix the layer
    no_modeller: str = ""  # what a modeller would do before the layer is fixed
    instead: str = ""  # what to promise until the layer is fixed
    meanwhile: str = ""  # which work may continue until the layer is fixed
    watch: str = ""  # a clause: an event after which the layer is good enough
    holds: str = ""  # a main clause that is true while the layer is good enough
    rated: str = ""  # what a rating of the layer rates, after "had rated"
    give_up: str = ""  # a clause: an event after which to end the project
    about: str = ""  # a clause: how the layer falls short; "" for that of the layer
    review: str = ""  # weeks until the next review of the project
    # id of a role -> name of the position that fixes the layer
    post: Mapping[str, str] = {}


class Constants(NamedTuple):
    """The constants of the assessment, which the questionnaire's schema explains."""

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
        """Create the constants from a mapping such as ``{"holds": "2.5", ...}``."""
        return cls(*(float(values[_KEYS.get(name, name)]) for name in cls._fields))

    def by_key(self) -> dict[str, float]:
        """Map the key of each constant in a questionnaire to its value."""
        return {_KEYS.get(name, name): value for name, value in self._asdict().items()}


# Fields of Constants that have another name in questionnaires and results.
_KEYS = {
    "whole_layer_weight": "overall",
    "tie_margin": "near",
    "people_per_role": "crew",
    "small_organisation": "small",
}


class MeaningChange(NamedTuple):
    """A version of a questionnaire that changed what an answer means."""

    questionnaire: str  # the id of the questionnaire
    version: int  # answers to versions before this one do not count
    kept_levels: tuple[str, ...] = ()  # answers with these levels count nevertheless


class Omission(NamedTuple):
    """A part of an extended questionnaire that is switched off."""

    id: str
    topic: str
    reason: str
    # everything switched off with the part, such as a section's questions
    ids: tuple[str, ...]

    @property
    def label(self) -> str:
        """The topic with the id in brackets; the id alone if both are equal."""
        return self.id if self.topic == self.id else f"{self.topic} ({self.id})"


class Questionnaire(NamedTuple):
    """The content of a questionnaire file."""

    id: str
    version: int
    title: str
    about: str
    project: Mapping[str, str]
    constants: Constants
    roles: Mapping[str, Role]
    remedies: Mapping[str, str]
    profile: tuple[Fact, ...]
    layers: tuple[Layer, ...]  # from the bottom of the pyramid up
    sections: tuple[Section, ...]
    checklist: tuple[Group, ...]
    # a checklist of the parts of a system around its model
    boxes: tuple[Group, ...] = ()
    # ids of questions on what would happen if the system went live today
    exposure: tuple[str, ...] = ()
    patterns: tuple[Pattern, ...] = ()
    contradictions: tuple[Pattern, ...] = ()
    without: tuple[str, ...] = ()  # ids in ``EngineFact`` that are not asked
    background: tuple[BackgroundLine, ...] = ()
    # of several for a question, the first whose condition is met counts
    in_short: tuple[InShort, ...] = ()
    layers_in_short: tuple[LayerInShort, ...] = ()  # likewise for layers
    language: str = "en"  # the code of the language of the texts
    # id of an extended questionnaire -> version; the nearest first
    bases: Mapping[str, int] = {}
    # id of a fact or question -> changes of its meaning in the bases
    base_changes: Mapping[str, tuple[MeaningChange, ...]] = {}
    off: tuple[Omission, ...] = ()  # the parts of the bases that are switched off

    @property
    def based_on(self) -> str:
        """The extended questionnaires and their versions, such as "kickoff-3"."""
        return " ".join(f"{id_}-{number}" for id_, number in self.bases.items())

    def meaning_changes(self, entry: Fact | Question) -> Iterator[MeaningChange]:
        """Yield the versions that changed the meaning of a fact or question."""
        if entry.changed:
            kept = entry.kept_levels if isinstance(entry, Question) else ()
            yield MeaningChange(self.id, entry.changed, kept)
        yield from self.base_changes.get(entry.id, ())

    @property
    def questions(self) -> Iterator[Question]:
        """All questions, in the order of the file."""
        for section in self.sections:
            yield from section.questions

    def short(self, id_: str, facts: Facts) -> InShort | None:
        """Return the short wording of the question ``id_``, None if there is none."""
        for each in self.in_short:
            if each.question == id_ and matches(each.when, facts):
                return each
        return None

    def layer_in_short(self, layer: Layer, facts: Facts) -> LayerInShort:
        """Return the short wording of a layer for a team with these facts.

        If the questionnaire has none, the result has only the layer's name and, as
        ``watch``, the test that shows that the layer is fixed.
        """
        for each in self.layers_in_short:
            if each.layer == layer.id and matches(each.when, facts):
                return each
        return LayerInShort(layer.id, NO_CONDITION, layer.name, "", watch=layer.exit)

    def layer_of(self, section: str) -> Layer | None:
        """Return the layer that a section belongs to, None if there is none."""
        return next((each for each in self.layers if section in each.sections), None)

    def section(self, id_: str) -> Section:
        """Return the section with this id; raise StopIteration if there is none."""
        return next(each for each in self.sections if each.id == id_)


def matches(condition: Condition, facts: Facts) -> bool:
    """Return whether each fact in a condition has one of the listed values."""
    for fact, values in condition.items():  # noqa: SIM110 - all() takes twice as long
        if facts.get(fact) not in values:
            return False
    return True


def _look_up(table: Mapping[str, Mapping[str, str]], known: Facts) -> str:
    for fact, values in table.items():
        return values.get(known.get(fact, ""), "")
    return ""
