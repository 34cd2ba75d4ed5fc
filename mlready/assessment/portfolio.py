"""Compare many teams: the advice to each, and what several teams have in common.

Answer sheets are not kept, so that thousands of teams take little memory.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from mlready.assessment.ages import with_ages
from mlready.assessment.diagnosis import (
    Diagnosis,
    Verdict,
    diagnose,
    judged_layers,
    thresholds_for,
    verdict,
)
from mlready.assessment.plan import (
    is_closed,
    is_legal,
    is_overdue,
    lacks_permission,
    step_text,
    to_find_out,
)
from mlready.assessment.scoring import HIGHEST, LayerScore
from mlready.assessment.staffing import (
    HoldReason,
    Staffing,
    layer_to_fix_first,
    staff,
)
from mlready.model.answers import (
    AnswerSheet,
    AssessmentInput,
    PlanStep,
    assessment_input,
)
from mlready.model.questionnaire import Layer, Question, Questionnaire, Role
from mlready.model.step_keys import CONFIRMS, HIRES, reserved_keys

Numbers = tuple[int, ...]  # indices of teams in ``Portfolio.teams``

SEVERAL = 2  # fewest teams for a common finding
MAY_START = (Verdict.CONDITIONAL, Verdict.READY)
# A hire can help only a team that knows what it lacks, and lacks people.
_COULD_HIRE = (HoldReason.NONE, HoldReason.NO_POST)


class OverdueStep(NamedTuple):
    """An overdue step of a team's plan: what to do, who does it, and by when."""

    due: str  # YYYY-MM-DD
    what: str  # "" for a hire or a confirmation without own words
    owner: str
    hire: str = ""  # id of the role to hire; "" for other steps
    is_own: bool = False  # whether the team wrote ``what``


class TeamAdvice(NamedTuple):
    """The advice to one team, as a portfolio shows it."""

    verdict: Verdict
    confirmed: bool  # False only if a "ready" needs a second voice
    grew_old: bool  # whether it was confirmed, with answers that are too old now
    is_draft: bool  # whether no person has confirmed any of the answers
    nearly_ready: bool  # True only if a "ready" has points to settle first
    priority_layer: str  # id; "" if all layers are good enough, or no ML is needed
    certain: bool  # whether no open answer can change ``priority_layer``
    first_hire: str  # id of the role; "" for none
    hire_claimed: bool  # whether the hire must wait for a second voice
    hold_reason: HoldReason
    weak_layers: tuple[str, ...]  # ids of layers that are not good enough
    low: tuple[str, ...]  # ids of blocking questions answered too low
    unknown: tuple[str, ...]  # ids of blocking questions answered "don't know"
    unblocked_by: tuple[str, ...]  # ids of roles (see ``unblocking_roles``)
    overdue: tuple[OverdueStep, ...]  # the earliest first

    @property
    def may_start(self) -> bool:
        """Whether modelling may start now, without any condition."""
        return self.verdict in MAY_START and self.confirmed and not self.nearly_ready


class Team(NamedTuple):
    """A team of a portfolio."""

    name: str  # of the project, or of the file if the project has no name
    files: tuple[str, ...]  # names of the answers files
    voices: int  # how many voices gave the answers that count
    advice: TeamAdvice


class SharedHire(NamedTuple):
    """A role that teams lack, with the teams."""

    role: Role
    unblocks: Numbers  # one more person would let modelling start
    without_post: Numbers  # those of ``unblocks`` that cannot pay for the position
    first_in: Numbers  # should hire this role first
    needs_more: Numbers  # those of ``first_in`` that also wait for something else
    going_on: Numbers  # those of ``first_in`` in which modelling may start


class SharedLayer(NamedTuple):
    """A layer that is not good enough in at least one team."""

    layer: Layer
    failing_in: Numbers  # teams in which the layer is not good enough
    first_in: Numbers  # teams that should fix the layer first


class SharedQuestion(NamedTuple):
    """A blocking question that several teams answered too low or could not answer."""

    question: Question
    low: Numbers  # teams that answered too low
    unknown: Numbers  # teams in which nobody could answer

    @property
    def number(self) -> int:
        """How many teams answered too low or could not answer."""
        return len(self.low) + len(self.unknown)


class Portfolio(NamedTuple):
    """Many teams, and what they have in common."""

    questionnaire: Questionnaire
    teams: tuple[Team, ...]
    verdicts: dict[Verdict, int]  # number of teams with each verdict
    hires: tuple[SharedHire, ...]  # the most common first
    layers: tuple[SharedLayer, ...]  # the most common first
    # Those on permission first, then the most common.
    questions: tuple[SharedQuestion, ...]
    overdue: Numbers  # teams with an overdue step


def team_advice(
    questionnaire: Questionnaire, sheet: AnswerSheet, date: str = ""
) -> TeamAdvice:
    """Return the advice to one team.

    ``date`` (YYYY-MM-DD) decides which answers are too old and which steps are overdue;
    with "", there are none.
    """
    sheet = with_ages(questionnaire, sheet, date) if date else sheet
    inputs = assessment_input(questionnaire, sheet)
    diagnosis = diagnose(inputs, explained=False)
    staffing = staff(diagnosis, explained=False)
    first = layer_to_fix_first(diagnosis, staffing)
    hire = staffing.first_hire or staffing.claimed
    answer = sheet.answer
    return TeamAdvice(
        verdict=diagnosis.verdict,
        confirmed=staffing.confirmation.verdict,
        grew_old=staffing.confirmation.grew_old,
        is_draft=sheet.only_drafts,
        nearly_ready=staffing.nearly_ready,
        priority_layer=first.id if first else "",
        certain=diagnosis.certain,
        first_hire=hire.id if hire else "",
        hire_claimed=bool(staffing.claimed),
        hold_reason=staffing.hold_reason,
        weak_layers=tuple(each.id for each in diagnosis.failing_layers),
        low=tuple(gap.question.id for gap in diagnosis.blockers),
        unknown=tuple(
            each.id for each in diagnosis.unsettled_blockers if answer(each.id).unknown
        ),
        unblocked_by=unblocking_roles(diagnosis, staffing),
        overdue=_overdue(inputs, staffing, date),
    )


def unblocking_roles(diagnosis: Diagnosis, staffing: Staffing) -> tuple[str, ...]:
    """Return the ids of the roles for which one more person would let modelling start.

    The result is empty if modelling may start now, or if no hire can help.
    """
    if diagnosis.verdict in MAY_START or staffing.hold_reason not in _COULD_HIRE:
        return ()
    if lacks_permission(diagnosis):
        return ()
    judged = judged_layers(diagnosis.scores)
    thresholds = thresholds_for(diagnosis.inputs)
    return tuple(
        position.role.id
        for position in (vacancy.position for vacancy in staffing.vacancies)
        if verdict(_with_full_scores(judged, position.layers), thresholds) in MAY_START
    )


def _with_full_scores(
    judged: Iterable[LayerScore], layers: Sequence[Layer]
) -> list[LayerScore]:
    """Return the scores of all layers, with 4 as the score of each of ``layers``."""
    full = float(HIGHEST)
    return [
        each._replace(own=each.own._replace(low=full, high=full))
        if each.layer in layers
        else each
        for each in judged
    ]


def _overdue(
    inputs: AssessmentInput, staffing: Staffing, date: str
) -> tuple[OverdueStep, ...]:
    """Return the overdue steps of a team, the earliest first."""
    steps = inputs.sheet.steps.items()
    late = [(key, step) for key, step in steps if is_overdue(step, date)]
    if not late:  # most often; saves time
        return ()
    diagnosis = diagnose(inputs)
    texts = _step_texts(inputs, diagnosis)
    found = (
        _as_overdue(inputs.questionnaire, key, step, texts.get(key, ""))
        for key, step in late
        if not is_closed(inputs, diagnosis, staffing, key)
    )
    return tuple(sorted(filter(None, found)))


def _step_texts(inputs: AssessmentInput, diagnosis: Diagnosis) -> dict[str, str]:
    """Return what the questionnaire says to do about each gap and open question."""
    open_ = (*diagnosis.open, *inputs.unasked)
    return {
        **{each.id: to_find_out(each) for each in open_},
        **{gap.question.id: step_text(inputs, gap) for gap in diagnosis.gaps},
    }


def _as_overdue(
    questionnaire: Questionnaire, key: str, step: PlanStep, text: str
) -> OverdueStep | None:
    """Return an overdue step: the confirmation, a hire, or another thing to do.

    ``text`` is what the questionnaire says to do, "" if it says nothing. The result
    is None if nothing says what to do.
    """
    is_own = bool(step.what)
    role = key.removeprefix(HIRES) if key.startswith(HIRES) else ""
    if key == CONFIRMS or role in questionnaire.roles:
        return OverdueStep(step.due, step.what, step.owner, role, is_own)
    what = step.what or text
    if not what or key in reserved_keys(questionnaire):
        return None
    return OverdueStep(step.due, what, step.owner, is_own=is_own)


def portfolio(questionnaire: Questionnaire, teams: Sequence[Team]) -> Portfolio:
    """Return the portfolio of many teams."""
    counts = Counter(team.advice.verdict for team in teams)
    return Portfolio(
        questionnaire,
        tuple(teams),
        {each: counts[each] for each in Verdict},
        tuple(_shared_hires(questionnaire, teams)),
        tuple(_shared_layers(questionnaire, teams)),
        tuple(_shared_questions(questionnaire, teams)),
        tuple(n for n, team in enumerate(teams) if team.advice.overdue),
    )


def _shared_hires(
    questionnaire: Questionnaire, teams: Sequence[Team]
) -> list[SharedHire]:
    unblocked = _by_id(teams, lambda advice: advice.unblocked_by)
    first = _by_id(teams, lambda advice: [advice.first_hire])

    found = [
        SharedHire(
            role,
            unblocks,
            tuple(n for n in unblocks if _without_post(teams[n])),
            hiring,
            tuple(
                n
                for n in hiring
                if n not in unblocks and teams[n].advice.verdict not in MAY_START
            ),
            tuple(n for n in hiring if teams[n].advice.may_start),
        )
        for role in questionnaire.roles.values()
        for unblocks in [unblocked.get(role.id, ())]
        for hiring in [first.get(role.id, ())]
        if unblocks or hiring
    ]
    return sorted(found, key=lambda each: (-len(each.unblocks), -len(each.first_in)))


def _without_post(team: Team) -> bool:
    return team.advice.hold_reason is HoldReason.NO_POST


def _shared_layers(
    questionnaire: Questionnaire, teams: Sequence[Team]
) -> list[SharedLayer]:
    weak = _by_id(teams, lambda advice: advice.weak_layers)
    first = _by_id(teams, lambda advice: [advice.priority_layer])
    found = [
        SharedLayer(layer, weak[layer.id], first.get(layer.id, ()))
        for layer in questionnaire.layers
        if layer.id in weak
    ]
    return sorted(found, key=lambda each: (-len(each.failing_in), -len(each.first_in)))


def _shared_questions(
    questionnaire: Questionnaire, teams: Sequence[Team]
) -> list[SharedQuestion]:
    low = _by_id(teams, lambda advice: advice.low)
    unknown = _by_id(teams, lambda advice: advice.unknown)
    found = [
        SharedQuestion(each, low.get(each.id, ()), unknown.get(each.id, ()))
        for each in questionnaire.questions
    ]
    several = [each for each in found if each.number >= SEVERAL]
    return sorted(several, key=lambda each: (not is_legal(each.question), -each.number))


def _by_id(
    teams: Iterable[Team], ids: Callable[[TeamAdvice], Iterable[str]]
) -> dict[str, Numbers]:
    """Map each id that ``ids`` returns for a team to the indices of all such teams."""
    found = defaultdict[str, list[int]](list)
    for number, team in enumerate(teams):
        for id_ in ids(team.advice):
            found[id_].append(number)
    return {id_: tuple(numbers) for id_, numbers in found.items() if id_}
