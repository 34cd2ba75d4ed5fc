"""The parts of a page for a sponsor, and the keys of its phrases.

The texts of the phrases are in ``templates/_sponsor_words.j2`` under the same keys.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from mlready.assessment.plan import PlanItem, has_own_steps
from mlready.assessment.staffing import Vacancy
from mlready.model.questionnaire import LayerInShort, Role
from mlready.report.own_words import reasons
from mlready.report.phrases import BETTER_IN_USE, Caveat
from mlready.report.sponsor_page_lines import Point


class Lead(StrEnum):
    """Keys of the phrases on the verdict and on the work that may continue."""

    NO_ML = "no_ml"
    FIND_OUT = "find_out"
    CONFIRM = "confirm"
    GO = "go"
    SETTLE = "settle"
    BUILD = "build"  # building may start, going live may not
    TEST = "test"  # the same for a ready-made model
    KEEP = "keep"  # what is in use may continue, but not grow
    WAIT = "wait"  # the model must wait
    CLOSED = "closed"  # a ready-made model in use must not get more users
    UNOPENED = "unopened"  # a ready-made model must not get any users yet


# Verdicts on what is in use already, or may be at once.
IN_USE = frozenset((Lead.KEEP, Lead.GO, Lead.CONFIRM, Lead.SETTLE))


class Title(StrEnum):
    """Keys of the phrases in the page's title that say what to do first."""

    NO_ML = "no_ml"
    FIND_OUT = "find_out"
    CONFIRM = "confirm"
    GO = "go"
    SETTLE = "settle"
    LAYER = "layer"


class TitleHire(StrEnum):
    """Keys of the phrases on hiring in the title; "" means no phrase."""

    NONE = ""
    HIRE = "hire"
    INSTEAD = "instead"  # hire somebody else than the modeller who was promised
    NOBODY_YET = "nobody_yet"
    PEOPLE = "people"
    AFTER = "after"  # somebody of the role in ``borrowed``, after a decision


class Trust(StrEnum):
    """Keys of the phrases on what a test of the model has shown.

    Some of these phrases say how far to trust the test. Keys such as "past" are also
    choices of the profile fact ``PROOF``.
    """

    UNKNOWN = ""
    NOTHING = "nothing"
    NO_BETTER = "no_better"
    PAST = "past"
    USE = BETTER_IN_USE
    UNTESTED = "untested"  # no fair test, although the verdict is to go ahead
    DOUBTED = "doubted"  # no fair test, and the answers say why to doubt it
    WITH_CARE = "with_care"  # a fair test, but there is a reason to doubt it


class Turn(NamedTuple):
    """A rating that would change the advice if it were slightly different."""

    rated: str
    raised: bool


class Demand(StrEnum):
    """Keys of the phrases for requests to the reader."""

    DECISION = "decision"  # a decision that somebody else takes
    YOURS = "yours"  # a decision that the reader alone takes
    REWARDS = "rewards"  # people who should help are rewarded for something else
    LOSS = "loss"  # somebody loses if it succeeds


class PromisedPost(StrEnum):
    """Keys of the phrases on a post promised to a modeller; "" means no phrase."""

    NONE = ""
    NO_WORK = "no_work"
    CHANGE = "change"
    HOLD = "hold"


class NoModeller(StrEnum):
    """Keys of the phrases on why no modeller is hired; "" means no phrase."""

    NONE = ""
    LAYER = "layer"
    FIRST = "first"
    POINTS = "points"
    NO_HANDS = "no_hands"
    READY_MADE = "ready_made"


class Who(StrEnum):
    """Keys of the phrases on who does a step."""

    NAMED = "named"
    YOU = "you"
    YOURS = "yours"  # the only available person of that role
    ONE_OF_YOURS = "one_of_yours"  # one of several available people of that role
    NEW = "new"  # the person to be hired now
    BORROWED = "borrowed"  # nobody of that role is available; borrowing is advised
    MISSING = "missing"  # nobody of that role is available
    OTHER = "other"  # somebody of a role for which nobody can be hired
    CONFIRMS = "confirms"  # somebody of a role that can confirm what is too old
    NOBODY = "nobody"


class Then(StrEnum):
    """Keys of the phrases on what can follow after a layer is fixed.

    If no key of this class applies, the key of the verdict (``Lead``) is used.
    """

    GO_ON = "go_on"  # there is a model already


class Stop(StrEnum):
    """Keys of the phrases on when to stop the project; "" means no phrase."""

    NONE = ""
    NO_GAIN = "no_gain"  # it is no better than the best alternative
    GO_BACK = "go_back"  # what is in use does not help to reach the goal, or is unsafe
    NO_GROWTH = "no_growth"  # what is in use can stay, but not grow


class Closeness(StrEnum):
    """Keys of the phrases on how many answers must change to change the advice."""

    CLOSE = "close"  # one or two answers
    UNCHECKED = "unchecked"  # the same, and a second person must check the answers
    FIRM = "firm"  # more answers, or none
    SIMPLE_WAY = "simple_way"  # no answer: a simple way is good enough
    OPEN = "open"


class WhoDiffer(StrEnum):
    """Keys of the phrases on whose answers differ."""

    PEOPLE = "people"
    DRAFT = "draft"  # people agree, and only a draft differs from them
    DRAFTS = "drafts"  # no person has answered


class LayerSign(StrEnum):
    """Keys of the phrases beside each layer in the drawing of the pyramid.

    The phrase says whether the layer is good enough.
    """

    FIRST = "first"
    ENOUGH = "enough"
    SHORT = "short"
    GAPS = "gaps"  # enough, though something in it blocks or is being lost
    UNKNOWN = "unknown"
    FIND_OUT = "find_out"  # the layer to fix first, though it may be enough already
    PARTLY = "partly"  # some answers are low, and others decide whether it is enough
    RUNS = "runs"
    CAN_START = "can_start"
    READY = "ready"
    WAITS = "waits"
    NOT_NEEDED = "not_needed"


class Request(NamedTuple):
    """A request to the reader."""

    demand: Demand
    fact: str  # the line that shows why


class Step(NamedTuple):
    """What the page shows of a step of the plan."""

    item: PlanItem
    who: Who
    by: str  # due date in words, or ""
    done_on: str  # date of completion in words, or ""
    overdue: bool
    fact: str  # the line that shows why the step is needed
    until: Role | None = None  # the role that does the step until somebody is hired
    says_done: bool = True  # whether to print what shows that the step is done
    says_who: bool = True  # False if the team's own sentence says who does the step
    share: int = 0  # the percentage that follows from ``fact``, 0 if there is none

    @property
    def owned_by_reader(self) -> bool:
        """Whether the reader owns the step, and the text does not say so."""
        gave = bool(self.item.owner) and not self.item.begins_with_you
        return gave and self.says_who and self.who is Who.YOU


class Slab(NamedTuple):
    """A layer in the page's drawing of the pyramid."""

    name: str
    sign: LayerSign
    width: int  # from 1 at the top; 0 for a layer beside the pyramid
    holds: str = ""  # a clause that is true while the layer is good enough, or ""


class FreePeople(NamedTuple):
    """The available people of a role."""

    role: Role
    number: str  # of full-time people, in digits
    several: bool


class SponsorPage(NamedTuple):
    """The content of a page for a sponsor; "", None and empty lists are not printed.

    Fields with the id of a background line, such as ``promise``, have the team's text.
    """

    name: str
    reader: str
    date: str
    title: Title
    title_hire: TitleHire
    lead: Lead
    layer: LayerInShort | None  # the layer to fix first
    below: str  # clause on what is good enough below ``layer``
    reason: Point | None  # why ``layer`` is not good enough
    meanwhile: str
    promise: str
    points: Sequence[Point]  # further reasons
    matters: str
    goal: str
    goal_change: int  # change in percent that the goal states, 0 if unknown
    result: str
    trust: Trust
    doubts: Sequence[Point]
    lost: Point | None
    because: str
    remedy: str
    save: str
    instead: str
    lend: str
    not_yet: str
    overlooked: str
    start_when: str
    allowed: bool  # whether the use of the data is known to be allowed
    permission: str  # the team's line on the missing permission to use the data
    built_now: str
    requests: Sequence[Request]
    hires: str
    no_modeller: NoModeller
    promised_post: PromisedPost
    post: str
    vacancy: Vacancy | None
    post_name: str  # name for the person to hire
    role_name: str  # the role to hire, "" if ``post_name`` contains the role
    person: str  # describes the person to hire if there are no ``skills``
    skills: Sequence[str]  # what the person to hire does well, as clauses
    first_work: str
    modellers: int
    next: Vacancy | None
    next_reason: str
    borrow: str
    free: Sequence[FreePeople]
    borrowed: Role | None
    called: Mapping[str, str]  # the team's names for roles, by the ids of the roles
    steps: Sequence[Step]
    start_small: str
    strengths: Sequence[Point]
    sound: Sequence[str]
    has_post: bool
    measure: str
    then: Then | Lead
    stop: Stop
    review_day: str  # in words, or ""
    close: Closeness
    confirm: Sequence[Role]  # roles that could confirm what only one voice said
    turns_on: Sequence[Turn]
    advice_instead: str  # on the layer that would then come first, or ""
    changes: int  # the fewest answers that would change the advice, 0 if none would
    must_confirm: bool  # whether a second person must confirm the advice
    to_settle: Sequence[str]  # topics, or steps, to settle before going ahead
    differ: Sequence[str]  # topics on which the voices differ
    who_differ: WhoDiffer
    caveat: Caveat
    picture: Sequence[Slab]
    in_post: bool = False  # whether the person to hire takes the planned post
    holds_post: bool = False  # whether the planned post stays open
    begun: bool = False  # whether a model exists

    @property
    def gives_cause(self) -> bool:
        """Whether the page says, after the verdict, why a layer is not good enough."""
        return not (self.because and self.built_now)

    @property
    def reasons(self) -> list[str]:
        """The team's own reasons for the advice, split from the text ``because``."""
        return reasons(self.because) if self.because else []

    @property
    def argued(self) -> bool:
        """Whether the team itself wrote the reasons for the advice (``because``)."""
        return bool(self.because)

    @property
    def own_steps(self) -> bool:
        """Whether there are open steps that the team wrote itself."""
        return has_own_steps(step.item for step in self.steps)

    @property
    def says_closeness(self) -> bool:
        """Whether the page says how close the advice is to changing."""
        return not (self.must_confirm and self.close is Closeness.UNCHECKED)

    @property
    def needs_permission(self) -> bool:
        """Whether the page warns that the permission to use the data is missing.

        Only a page with own steps of the team has this warning. A page that says that
        no model is needed has none.
        """
        return self.own_steps and not self.allowed and self.lead is not Lead.NO_ML

    @property
    def goal_rises(self) -> bool:
        """Whether the goal is a larger number, such as more calls a day."""
        return self.goal_change > 0

    @property
    def asks_decision(self) -> bool:
        """Whether the reader is asked to press for somebody else's decision."""
        return any(each.demand is Demand.DECISION for each in self.requests)

    @property
    def height(self) -> int:
        """The number of layers in the pyramid."""
        return sum(slab.width > 0 for slab in self.picture)

    @property
    def yours(self) -> list[Step]:
        """The steps that the reader should do."""
        return [step for step in self._dated if step.who is Who.YOU]

    @property
    def _dated(self) -> list[Step]:
        """The steps, the reader's first.

        A date has no year if the date before has the same year.
        """
        found: list[Step] = []
        known = ""
        for step in sorted(self.steps, key=lambda each: each.who is not Who.YOU):
            day, _, year = step.by.rpartition(" ")
            found.append(step._replace(by=day) if day and year == known else step)
            known = year or known
        return found

    @property
    def same_person(self) -> bool:
        """Whether the person to hire does all steps that the reader does not do.

        The page then names this person once for all these steps. There must be at least
        two such steps, all without a due date and not yet done.
        """
        return len(self.others) > 1 and all(
            step.who is Who.NEW and not (step.by or step.done_on)
            for step in self.others
        )

    @property
    def others(self) -> list[Step]:
        """The steps that people other than the reader should do."""
        return [step for step in self._dated if step.who is not Who.YOU]
