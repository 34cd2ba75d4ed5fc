"""The data model of a questionnaire: facts, questions, layers, roles and patterns."""

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
    """Where a layer stands: in the pyramid below the top, at the top, or beside it."""

    STACKED = ""
    TOP = "top"
    BESIDE = "beside"


class BlockerScope(StrEnum):
    """The lowest stakes at which a low answer to a question blocks the project.

    A low answer to a blocking question blocks the project even if all layers are good
    enough.
    """

    NEVER = ""
    ALWAYS = "always"
    LIVE = "live"
    HIGH_STAKES = "high_stakes"


class Alternative(NamedTuple):
    """An alternative to hiring somebody, and the time it takes."""

    kind: str
    what: str
    time: str


class Role(NamedTuple):
    """A role in a project, with the texts for its job advertisement.

    ``available`` is the question how many people of that role are available; a role
    without this question cannot be hired. ``stands_for`` says how long the answer to
    this question is valid, such as "6 months"; "" means for ever. ``not_promised`` is
    what the advertisement must not promise. ``called`` are the names that teams give to
    somebody of this role.
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
    stands_for: str = ""
    called: tuple[str, ...] = ()


class Fact(NamedTuple):
    """A fact about the team or project, which selects questions but has no score.

    The value is one of ``choices`` or, without choices, a whole number. ``assumed`` is
    the value used until the team answers. ``last`` says whether the team is asked for
    the fact only after all questions. ``was`` lists former ids of the fact. ``changed``
    is a version of the questionnaire: answers given to earlier versions no longer
    count. ``known_by`` are the ids of the roles that can answer best.
    ``strictest_first`` are all choices, from the one that calls for most caution on:
    where voices differ, the stricter choice counts. ``only_for_details`` says whether
    only questions outside the core need the fact. ``stands_for`` says how long an
    answer is valid, such as "6 months"; "" means for ever. ``why`` says why the team is
    asked for the fact.
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
    known_by: tuple[str, ...] = ()
    strictest_first: tuple[str, ...] = ()
    only_for_details: bool = False
    stands_for: str = ""
    why: str = ""


class BackgroundLine(NamedTuple):
    """A question about the background of the project, answered in one line of text.

    The answer is quoted in reports, and never scored. ``example`` is an example of an
    answer. ``known_by`` are the ids of the roles that can answer, the best first.
    ``after`` is the id of the question or fact after which an interview asks for the
    line; "" if it does not matter when the line is asked for. ``in_plan`` says whether
    an interview asks for the line together with the plan, after the team has seen the
    advice.
    """

    id: str
    topic: str
    text: str
    example: str
    known_by: tuple[str, ...] = ()
    after: str = ""
    in_plan: bool = False


class Wording(NamedTuple):
    """Another wording of a question, for teams that meet a condition.

    ``changes`` maps the names of the question's fields to their new texts.
    """

    when: Condition
    changes: Mapping[str, Any]


class Question(NamedTuple):
    """A question, answered with a level from 0 (absent) to 4 (self-correcting).

    ``levels`` are the texts of the five levels. ``knows`` says in words who can answer
    the question, ``known_by`` are the ids of the roles that can. ``roles`` are the ids
    of the roles that can raise a low answer; ``remedy`` is how, such as "train" or
    "hire". ``actions`` are the next steps at level 0 or 1, at level 2 and at level 3.
    ``overall`` says whether the question rates a layer as a whole, ``express`` whether
    it belongs to the core. ``was`` lists former ids of the question. ``changed`` is a
    version of the questionnaire: answers given to earlier versions no longer count,
    except those with one of ``kept_levels``. ``since`` is the first version that asked
    the question, 0 if that is not known. ``enough`` maps stakes to the level, from 0 to
    3, that is enough at kickoff; for other stakes the constant ``holds`` is enough.
    ``stands_for`` says how long an answer is valid, such as "6 months"; "" means for
    ever. ``find_out`` is the step that finds out the answer, "" if the text of the
    question already says what to find out.
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
    known_by: tuple[str, ...] = ()
    enough: Mapping[str, int] = {}
    kept_levels: tuple[str, ...] = ()
    stands_for: str = ""
    since: int = 0
    find_out: str = ""

    def action(self, level: int) -> str:
        """Return the step from a level (0 to 4) to the next one, "" at level 4."""
        return (self.actions[max(level - 1, 0)]) if level < len(self.levels) - 1 else ""


class Section(NamedTuple):
    """A section of the questionnaire: a group of questions on one subject."""

    id: str
    name: str
    about: str
    when: Condition
    questions: tuple[Question, ...]


class Layer(NamedTuple):
    """A layer of the pyramid, or a layer beside it.

    ``role`` is the role that mends the layer. ``role_by`` maps values of a fact to
    another role, which then mends the layer instead. If the team says that it lacks one
    of ``or_roles``, that role mends the layer instead. ``remedy_by`` maps values of a
    fact to what to do before hiring. If ``live_only`` is true, or if the condition
    ``live_when`` is met, modelling may start before the layer is good enough, and only
    going live requires it. ``exit`` is the test that shows that the layer is mended.
    ``person`` maps each role that can mend the layer to a description of the person to
    hire. ``matters`` says why the layer matters for any goal.
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
    person: Mapping[str, str] = {}
    matters: str = ""

    def to_go_live(self, facts: Facts) -> bool:
        """Return whether only going live requires the layer to be good enough.

        ``facts`` are the values of the team's facts.
        """
        when = bool(self.live_when) and matches(self.live_when, facts)
        return self.live_only or when

    def mending_role(self, facts: Facts) -> str:
        """Return the id of the role that mends this layer, "none" if no role can.

        ``facts`` are the values of the team's facts. ``or_roles`` are not considered.
        """
        return _look_up(self.role_by, facts) or self.role

    def remedy(self, facts: Facts) -> str:
        """Return what to do for this layer before hiring somebody, "" for nothing.

        ``facts`` are the values of the team's facts.
        """
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
    """A failure pattern: a combination of answers, and what to report to such a team.

    A pattern matches if each fact in ``when`` has one of the values listed there. If
    ``one_of`` is not empty, at least one fact in ``one_of`` must also have one of the
    values listed there. A contradiction between answers is also a ``Pattern``, but
    without name and advice.
    """

    id: str
    name: str
    says: str
    advice: str
    source: str
    when: Condition
    one_of: Condition


class InShort(NamedTuple):
    """The short wording of a question in reports on teams that meet a condition.

    ``low`` is a clause that is true while the question is answered at level 0 or 1,
    ``step`` is the next step from such a level, ``done`` what shows that the step was
    done. Steps of the same ``kind`` are the same work; a step with the kind "" is never
    the same work as another. For a question at level 0 or 1, ``lost`` says what cannot
    be made up for later, and ``doubt`` why a result may be wrong; both are "" for most
    questions. ``so`` is the consequence of such a level for the project. ``skill`` is a
    clause that says what a person does who is good at this work.
    """

    question: str
    when: Condition
    low: str
    step: str
    done: str
    kind: str = ""
    lost: str = ""
    doubt: str = ""
    so: str = ""
    skill: str = ""


class LayerInShort(NamedTuple):
    """The short wording of a layer in reports on teams that meet a condition.

    ``advice`` says to mend the layer. Until the layer is mended, ``no_modeller`` says
    what a modeller would have to do, ``instead`` what to promise, and ``meanwhile``
    which work may continue. ``watch`` is an event after which the layer is good enough,
    ``give_up`` an event after which to end the project; both are clauses. ``holds`` is
    a main clause that is true while the layer is good enough. ``review`` is the number
    of weeks until the next review of the project. ``post`` maps the id of a role to the
    name of the position, if somebody with that role is hired to mend the layer.
    """

    layer: str
    when: Condition
    name: str
    advice: str
    no_modeller: str = ""
    instead: str = ""
    meanwhile: str = ""
    watch: str = ""
    holds: str = ""
    give_up: str = ""
    review: str = ""
    post: Mapping[str, str] = {}


class Constants(NamedTuple):
    """The constants of the assessment; the questionnaire's schema explains each one."""

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
        """Create the constants from their values, as texts, in a questionnaire.

        ``values`` maps the keys that a questionnaire uses for the constants to these
        texts.
        """
        return cls(*(float(values[_KEYS.get(name, name)]) for name in cls._fields))

    def by_key(self) -> dict[str, float]:
        """Map the key of each constant in questionnaires and results to its value."""
        return {_KEYS.get(name, name): value for name, value in self._asdict().items()}


# Fields of Constants that have another name in questionnaires and results.
_KEYS = {
    "whole_layer_weight": "overall",
    "tie_margin": "near",
    "people_per_role": "crew",
    "small_organisation": "small",
}


class MeaningChange(NamedTuple):
    """A version of a questionnaire in which the meaning of answers changed.

    ``questionnaire`` is the id of the questionnaire. Answers to versions before
    ``version`` no longer count, except answers with one of ``kept_levels``.
    """

    questionnaire: str
    version: int
    kept_levels: tuple[str, ...] = ()


class Omission(NamedTuple):
    """A part of an extended questionnaire that is switched off, with the reason.

    ``ids`` are the ids of everything that is switched off with this part, such as the
    questions of a section.
    """

    id: str
    topic: str
    reason: str
    ids: tuple[str, ...]

    @property
    def label(self) -> str:
        """The topic with the id in brackets, or the id alone if there is no topic."""
        return self.id if self.topic == self.id else f"{self.topic} ({self.id})"


class Questionnaire(NamedTuple):
    """A questionnaire; its layers are listed from the bottom of the pyramid up.

    ``boxes`` is a checklist of the parts of a system around its model, besides the
    checklist of practices. ``exposure`` are the ids of questions on what would happen
    if the system went live today. ``without`` are the ids of the facts in
    ``EngineFact`` that the questionnaire does not have. ``background`` are the
    questions about the project's background. If ``in_short`` has several entries on a
    question, or ``layers_in_short`` on a layer, the first whose condition is met is
    used. ``language`` is the code of the language of the texts. ``bases`` maps the ids
    of the questionnaires that this one extends to their versions, the nearest first.
    ``base_changes`` maps ids of facts and questions to the changes of their meaning in
    these bases. ``off`` are the parts of these bases that are switched off in this
    questionnaire.
    """

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
    background: tuple[BackgroundLine, ...] = ()
    in_short: tuple[InShort, ...] = ()
    layers_in_short: tuple[LayerInShort, ...] = ()
    language: str = "en"
    bases: Mapping[str, int] = {}
    base_changes: Mapping[str, tuple[MeaningChange, ...]] = {}
    off: tuple[Omission, ...] = ()

    @property
    def based_on(self) -> str:
        """The ids and versions of the extended questionnaires, such as "kickoff-3"."""
        return " ".join(f"{id_}-{number}" for id_, number in self.bases.items())

    def meaning_changes(self, entry: Fact | Question) -> Iterator[MeaningChange]:
        """Yield the versions in which the meaning of a fact or question changed.

        The change in this questionnaire comes before those in the questionnaires it
        extends.
        """
        if entry.changed:
            kept = entry.kept_levels if isinstance(entry, Question) else ()
            yield MeaningChange(self.id, entry.changed, kept)
        yield from self.base_changes.get(entry.id, ())

    @property
    def questions(self) -> Iterator[Question]:
        """All questions of the questionnaire, in the order of its file."""
        for section in self.sections:
            yield from section.questions

    def short(self, id_: str, facts: Facts) -> InShort | None:
        """Return the short wording of a question for a team with these facts, if any.

        ``id_`` is the id of the question.
        """
        for each in self.in_short:
            if each.question == id_ and matches(each.when, facts):
                return each
        return None

    def layer_in_short(self, layer: Layer, facts: Facts) -> LayerInShort:
        """Return the short wording of a layer for a team with these facts.

        If there is none, the result has only the layer's name and exit test.
        """
        for each in self.layers_in_short:
            if each.layer == layer.id and matches(each.when, facts):
                return each
        return LayerInShort(layer.id, NO_CONDITION, layer.name, "", watch=layer.exit)

    def layer_of(self, section: str) -> Layer | None:
        """Return the layer that a section belongs to, None if it belongs to no layer.

        ``section`` is the id of the section.
        """
        return next((each for each in self.layers if section in each.sections), None)

    def section(self, id_: str) -> Section:
        """Return the section with this id. Raises StopIteration if there is none."""
        return next(each for each in self.sections if each.id == id_)


def matches(condition: Condition, facts: Facts) -> bool:
    """Return whether the facts meet a condition.

    Each fact that the condition names must have one of the values listed for it there.
    """
    for fact, values in condition.items():  # noqa: SIM110 - all() takes twice as long
        if facts.get(fact) not in values:
            return False
    return True


def _look_up(table: Mapping[str, Mapping[str, str]], known: Facts) -> str:
    for fact, values in table.items():
        return values.get(known.get(fact, ""), "")
    return ""
