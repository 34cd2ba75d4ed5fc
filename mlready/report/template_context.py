"""Compute the variables that the templates of a report use.

The variables say what to show; the templates contain layout and wording.
"""

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from mlready.assessment.assess import Assessment
from mlready.assessment.checklist import ItemState, ItemStatus, checklist_items
from mlready.assessment.contradictions import layer_contradictions
from mlready.assessment.diagnosis import (
    Diagnosis,
    Gap,
    causes,
    judged_layers,
    mostly_low,
    named_decides,
    thresholds_for,
)
from mlready.assessment.hiring_capacity import Position, data_role
from mlready.assessment.job_profiles import JobProfile, job_profiles
from mlready.assessment.patterns import contradictions, patterns
from mlready.assessment.plan import plan
from mlready.assessment.scoring import LayerScore
from mlready.assessment.staffing import (
    Headline,
    HoldReason,
    Horizon,
    MlVacancy,
    Staffing,
    Vacancy,
)
from mlready.display_width import display_width
from mlready.model.answers import EXPRESS, AssessmentInput
from mlready.model.questionnaire import (
    Group,
    Layer,
    Placement,
    Question,
    Section,
)
from mlready.report.phrases import layers_in_place, phrases
from mlready.report.team_report import LayerState, layer_state, team_report
from mlready.report.template_filters import bar
from mlready.report.voices import claims, voices


class Weakness(NamedTuple):
    """Why the layer to fix first is not good enough."""

    layer: Layer
    about: str  # a clause: how the layer falls short
    causes: Sequence[Gap | Question]
    # Answered too low; details if possible, or questions on the layer as a whole.
    questions: Sequence[Question]
    mostly_low: bool  # whether at least half of the details are answered too low
    # Open questions, if they decide whether the layer is good enough.
    unknown: Sequence[Question]
    # Of ``unknown``, the questions on the layer as a whole.
    unknown_whole: Sequence[Question]
    unknown_details: Sequence[Question]  # of ``unknown``, the details


class ForLayers(StrEnum):
    """Keys of the phrases on the layers that a vacancy is for."""

    SURELY = "surely"
    UNLESS = "unless"  # unless answers to come show that the layer is good enough
    UNLESS_ALL = "unless_all"  # the same of several layers


class Mark(StrEnum):
    """Keys of the phrases on what to do about the layer to fix first.

    The key "" means no phrase.
    """

    NONE = ""
    MEND = "mend"
    PERHAPS = "perhaps"  # fix it, but open answers could still name another layer
    ASK = "ask"  # open answers decide whether it is good enough


class WhyFirst(StrEnum):
    """Keys of the phrases on why a layer with a lower score is not fixed first."""

    NONE = ""  # there is no layer with a lower score
    NEAR = "near"  # lower layers come first in a near tie
    NAMED = "named"  # the team named it as the one that would stop the project
    TOP = "top"  # only the layer on top is lower, which is never fixed


class Marks(NamedTuple):
    """What the legend of the drawn pyramid must explain."""

    first: Mark  # the mark of the layer to fix first
    unsupported: bool  # whether a part of a score is not supported by the layers below
    open: bool  # whether a part of a score depends on open questions
    why: WhyFirst  # why none of the layers in ``lower`` is fixed first
    lower: Sequence[Layer]  # layers with lower scores than the layer to fix first


class PyramidRow(NamedTuple):
    """A layer in the drawing of the pyramid."""

    number: int  # from 0 at the bottom; layers beside the pyramid come last
    on: int | None  # number of the layer directly below, None if there is none
    score: LayerScore
    state: LayerState
    beside: bool
    first: bool  # whether the layer is the first to fix
    mark: Mark  # NONE unless ``first``


class SectionAnswers(NamedTuple):
    """A section with the questions that apply."""

    section: Section
    questions: Sequence[Question]
    # Of the layer, None unless the section is the first of the layer.
    score: LayerScore | None
    # Of the layer, None unless the section is the first of the layer.
    state: LayerState | None
    # In the first section of a layer, the layer's other sections.
    together_with: Sequence[Section]


class ChecklistGroup(NamedTuple):
    """A group of checklist items."""

    name: str
    items: Sequence[ItemStatus]
    in_place: int  # number of items that are in place


class Card(NamedTuple):
    """The content of a job advertisement."""

    profile: JobProfile
    person: str  # whom to look for, "" if the questionnaire does not say
    skills: Sequence[str]  # what the person must do well
    experience: str
    models: bool  # whether the person is to build models


class Assigned(NamedTuple):
    """A position with enough available people, and why the team needs the position."""

    place: Position
    because: Sequence[Gap | Question]


class Details(NamedTuple):
    """The number of details that were asked, and of all details that apply."""

    asked: int
    all: int


def context(result: Assessment) -> dict[str, Any]:
    """Return the variables that all templates of reports get."""
    diagnosis, staffing, certainty = result
    inputs = result.inputs
    questionnaire, sheet, _, questions = inputs[:4]
    change, steps = certainty.minimal_change, plan(result)
    return {
        "questionnaire": questionnaire,
        "sheet": sheet,
        "questions": questions,
        "answered": len(questions) - len(diagnosis.open),
        "short_form": _details(inputs),
        "diagnosis": diagnosis,
        "staffing": staffing,
        "certainty": certainty,
        "phrase": phrases(result),
        "layer_to_fix_first": result.layer_to_fix_first,
        "unasked_to_settle": result.unasked_to_settle,
        "voices": voices(result),
        "settling": _settling(result),
        **_claims(result),
        **_aged(result),
        "patterns": patterns(inputs),
        "contradictions": contradictions(inputs),
        "layer_contradictions": layer_contradictions(inputs),
        "sections": list(_sections(diagnosis)),
        "checklist": [_checklist(result, group) for group in questionnaire.checklist],
        "boxes": [_checklist(result, group) for group in questionnaire.boxes],
        "plan": steps,
        "team": team_report(result, steps),
        "accepted": _accepted(inputs, diagnosis.gaps),
        "other_verdict_follows": change and change.verdict != diagnosis.verdict,
        **_drawing(result),
        "weakness": _weakness(diagnosis),
        "in_place": [
            inputs.layer_in_short(layer).name for layer in layers_in_place(diagnosis)
        ],
        "rivals": () if diagnosis.certain else diagnosis.priority_candidates,
        **_hiring(result),
    }


def _accepted(inputs: AssessmentInput, gaps: Sequence[Gap]) -> list[Gap]:
    """Return the gaps that the team accepted; questions on whole layers come last."""
    holds = inputs.questionnaire.constants.holds
    wholes = [
        Gap(question, answer.level, answer, "")
        for question in inputs.questions
        for answer in [inputs.sheet.answer(question.id)]
        if question.overall and answer.level is not None and answer.level < holds
    ]
    return [each for each in (*gaps, *wholes) if each.answer.accepted]


def _claims(result: Assessment) -> dict[str, Any]:
    found = claims(result)
    return {
        "unconfirmed": [claim for claim in found if not claim.confirmed],
        "confirmed": [claim for claim in found if claim.confirmed],
    }


def _aged(result: Assessment) -> dict[str, Any]:
    """Return the answers that are too old; no answers if the report has no date."""
    if not result.inputs.sheet.ages.date:
        return {"aged": (), "aged_by_role": (), "aged_reasons": (), "undated": 0}
    from mlready.report.aged_answers import aged_in_report

    return aged_in_report(result)._asdict()


def iso_date(date: str) -> str:
    """Return a date of the form YYYY-MM-DD unchanged, "" for any other text."""
    return date if re.fullmatch(r"\d{4}-\d\d-\d\d", date) else ""


def _drawing(result: Assessment) -> dict[str, Any]:
    rows = _pyramid(result)
    is_open = any(row.score.own.high > row.score.own.low for row in rows)
    return {
        "pyramid": [
            *reversed([row for row in rows if not row.beside]),
            *(row for row in rows if row.beside),
        ],
        "pyramid_from_below": rows,
        "marks": _marks(result, rows),
        "name_width": max(
            (display_width(row.score.layer.name) + 1 for row in rows), default=1
        ),
        "number_width": len("1.0-2.0 " if is_open else "1.0 "),
    }


def _marks(result: Assessment, rows: Sequence[PyramidRow]) -> Marks:
    holds = result.inputs.questionnaire.constants.holds
    drawn = "".join(bar(row.score, holds) for row in rows)
    marked = next((row for row in rows if row.mark), None)
    if not marked:
        return Marks(Mark.NONE, "/" in drawn, "." in drawn, WhyFirst.NONE, ())
    lower = [row.score for row in rows if row.score.own.low < marked.score.own.low]
    layers, why = judged_layers(lower), WhyFirst.NEAR
    thresholds = thresholds_for(result.inputs)
    is_named = thresholds.team_blocker == marked.score.layer.id
    judged = judged_layers(result.diagnosis.scores)
    # Without its name, the lower one of two layers with equal scores would be first.
    if is_named and (layers or named_decides(judged, thresholds)):
        why = WhyFirst.NAMED
        if marked.beside:  # it comes first however low the others are
            layers = []
    elif not layers:
        layers, why = lower, WhyFirst.TOP if lower else WhyFirst.NONE
    names = [score.layer for score in layers]
    return Marks(marked.mark, "/" in drawn, "." in drawn, why, names)


def _settling(result: Assessment) -> Any:
    if not result.inputs.sheet.voices:
        return None
    # Imported only when needed, because a single voice has no differences.
    from mlready.report.settling import settling

    return settling(result)


def _hiring(result: Assessment) -> dict[str, Any]:
    diagnosis, staffing, _ = result
    unproven = staffing.hold_reason is HoldReason.UNPROVEN
    horizons = [vacancy.horizon for vacancy in staffing.vacancies]
    return {
        "first_hire": staffing.vacancies[0]
        if staffing.headline is Headline.HIRE
        else None,
        "remedy": "" if unproven else staffing.before_hiring,
        "remedy_first": staffing.before_hiring
        if staffing.hold_reason is HoldReason.DECIDE
        else "",
        "quoted": _quoted(diagnosis),
        "vacancies": () if unproven else staffing.vacancies,
        "later": [v for v in staffing.vacancies if v.horizon is Horizon.LATER],
        "for_layers": _for_layers(diagnosis, staffing),
        "assigned": [
            Assigned(place, causes(diagnosis, place.layers[0]))
            for place in staffing.assigned
        ],
        "cards": [_card(result, each) for each in job_profiles(diagnosis, staffing)],
        "settle_before_signing": staffing.ml_blockers
        if staffing.ml_vacancy is MlVacancy.OPEN
        else (),
        "starving": None
        if staffing.ml_vacancy is MlVacancy.NOT_NEEDED
        else staffing.capacity_warning,
        "data_role": data_role(result.inputs),
        "hired_counted": {Horizon.NOW, Horizon.NEXT} & set(horizons),
        "could_change": [
            name
            for name in ("verdict", "priority_layer", "first_hire")
            if not getattr(result.certainty, name)
        ],
    }


def _for_layers(diagnosis: Diagnosis, staffing: Staffing) -> dict[str, ForLayers]:
    """Return the phrase key of what each vacancy is for, by the id of its role."""
    undecided = {
        each.layer.id
        for each in diagnosis.scores
        if layer_state(diagnosis, each) is LayerState.OPEN
    }

    def phrase(vacancy: Vacancy) -> ForLayers:
        layers = {each.id for each in vacancy.position.layers}
        if vacancy.horizon is not Horizon.LATER or not layers <= undecided:
            return ForLayers.SURELY
        return ForLayers.UNLESS_ALL if len(layers) > 1 else ForLayers.UNLESS

    return {each.position.role.id: phrase(each) for each in staffing.vacancies}


def _sections(diagnosis: Diagnosis) -> Iterable[SectionAnswers]:
    inputs = diagnosis.inputs
    first = {score.layer.sections[0]: score for score in diagnosis.scores}
    within: dict[str, list[Question]] = {}
    for question in inputs.questions:
        within.setdefault(question.section, []).append(question)
    for section in inputs.questionnaire.sections:
        questions = within.get(section.id, [])
        score = first.get(section.id)
        others = score.layer.sections[1:] if score else ()
        if questions:
            yield SectionAnswers(
                section,
                questions,
                score,
                layer_state(diagnosis, score) if score else None,
                [inputs.questionnaire.section(other) for other in others],
            )


def _checklist(result: Assessment, group: Group) -> ChecklistGroup:
    items = tuple(checklist_items(group, result.inputs))
    in_place = sum(item.state is ItemState.IN_PLACE for item in items)
    return ChecklistGroup(group.name, items, in_place)


def _details(inputs: AssessmentInput) -> Details | None:
    """Return how many details were asked, None if all were asked."""
    if inputs.sheet.scope != EXPRESS or not inputs.unasked:
        return None
    asked = sum(not question.express for question in inputs.questions)
    return Details(asked, asked + len(inputs.unasked))


def _pyramid(result: Assessment) -> list[PyramidRow]:
    """Return the layers from the bottom up, with layers beside the pyramid last."""
    diagnosis = result.diagnosis
    scores = sorted(
        diagnosis.scores, key=lambda score: score.layer.placement is Placement.BESIDE
    )
    rows = []
    for number, score in enumerate(scores):
        beside = score.layer.placement is Placement.BESIDE
        first = score.layer == result.layer_to_fix_first
        on = number - 1 if number and not beside else None
        state = layer_state(diagnosis, score)
        mark = _mark(diagnosis, state) if first else Mark.NONE
        rows.append(PyramidRow(number, on, score, state, beside, first, mark))
    return rows


def _mark(diagnosis: Diagnosis, state: LayerState) -> Mark:
    if state is LayerState.OPEN:
        return Mark.ASK
    return Mark.MEND if diagnosis.certain else Mark.PERHAPS


def _weakness(diagnosis: Diagnosis) -> Weakness | None:
    layer = diagnosis.priority_layer
    if not layer:
        return None
    because = causes(diagnosis, layer)
    low = [part.question for part in because if isinstance(part, Gap)]
    unknown = _undecided(diagnosis, layer)
    return Weakness(
        layer,
        diagnosis.inputs.layer_in_short(layer).about or layer.about,
        because,
        [question for question in low if not question.overall] or low,
        mostly_low(diagnosis.inputs, layer),
        unknown,
        [question for question in unknown if question.overall],
        [question for question in unknown if not question.overall],
    )


def _undecided(diagnosis: Diagnosis, layer: Layer) -> list[Question]:
    """Return a layer's open questions, none if the state of the layer is certain."""
    scores = [score for score in diagnosis.scores if score.layer == layer]
    if any(layer_state(diagnosis, score) is not LayerState.OPEN for score in scores):
        return []
    return [each for each in diagnosis.open if each.section in layer.sections]


def _quoted(diagnosis: Diagnosis) -> list[Gap]:
    """Return up to two low answers for the report to quote."""
    layer = diagnosis.priority_layer
    low = causes(diagnosis, layer) if layer else diagnosis.blockers
    return [
        part for part in low if isinstance(part, Gap) and not part.question.overall
    ][:2]


def _card(result: Assessment, profile: JobProfile) -> Card:
    # Imported only when needed, because few reports contain an advertisement.
    from mlready.report.person_wanted import skills_wanted

    vacancy, top = profile.vacancy, result.staffing.top_position
    role = vacancy.position.role
    return Card(
        profile,
        vacancy.position.layers[0].person.get(role.id, ""),
        skills_wanted(result, vacancy),
        role.senior if vacancy.senior else role.junior,
        models=not top or role == top.role,
    )
