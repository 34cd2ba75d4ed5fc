"""Select the phrases of a report, depending on the assessment.

Each enum lists the keys of the phrases for one part of a report. The texts are in
``templates/_words.j2`` under the same keys.
"""

from enum import StrEnum
from typing import NamedTuple

from mlready.assessment.assess import Assessment
from mlready.assessment.diagnosis import Diagnosis, Verdict, judged_layers
from mlready.assessment.scoring import HIGHEST
from mlready.assessment.staffing import (
    Headline,
    HoldReason,
    MlVacancy,
    simple_way_is_enough,
)
from mlready.assessment.voices import is_meeting
from mlready.model.answers import Answer, AnswerSheet, AssessmentInput
from mlready.model.profile_facts import EngineFact, Hands, is_trained
from mlready.model.questionnaire import Layer

CLOSE = 2  # the advice is close to changing if so few changed answers change it

PROOF = "proof"  # the id of the profile fact that says how the model was tested
BETTER_IN_USE = "use"  # the choice of this fact for a model that did better in use
FIRST_USE = "first_use"  # the kind of the question that says whether a part is in use


class Heading(StrEnum):
    """Keys of the phrases for the main heading of a report."""

    NO_ML = "no_ml"
    NEARLY_READY = "nearly_ready"
    VERDICT = "verdict"


class HeadlinePhrase(StrEnum):
    """Keys of the phrases on the team's most important next step."""

    NO_ML = "no_ml"
    FIND_OUT = "find_out"
    REORGANISE = "reorganise"
    DECIDE = "decide"
    CONFIRM = "confirm"
    CONFIRM_DRAFT = "confirm_draft"
    CONFIRM_AGAIN = "confirm_again"
    BORROW = "borrow"
    HIRE = "hire"
    GIVE_WORK = "give_work"
    PROCEED = "proceed"


class Sentence(StrEnum):
    """Keys of the phrases on whether modelling may start."""

    SIMPLE_WAY = "simple_way"
    MAY_START = "may_start"
    SETTLE_FIRST = "settle_first"
    NOT_LIVE = "not_live"
    NOTHING_ANSWERED = "nothing_answered"
    OPEN_QUESTIONS = "open_questions"
    DO_NOT_START = "do_not_start"
    DO_NOT_OPEN = "do_not_open"  # a ready-made model that nobody uses yet
    DO_NOT_EXTEND = "do_not_extend"  # a ready-made model that is used already
    CLAIMED = "claimed"
    CLAIMED_SETTLE = "claimed_settle"


class Work(StrEnum):
    """Keys of the phrases for the work that may start or must wait."""

    MODELLING = "modelling"  # of a team that trains its own model
    BUILDING = "building"  # of a team that uses a ready or bought model


class AnsweredBy(StrEnum):
    """Keys of the phrases on who answered; "" means no phrase."""

    UNKNOWN = ""
    ONE = "one"
    ROOM = "room"
    DRAFTS = "drafts"
    SEVERAL = "several"
    MEETING = "meeting"


class Caveat(StrEnum):
    """Keys of the phrases that warn of doubtful answers; "" means no phrase."""

    NONE = ""
    UNCONFIRMED = "unconfirmed"
    AGED = "aged"
    DRAFT = "draft"


class ReadySource(StrEnum):
    """Keys of the phrases on who gave the answers behind an unconfirmed "ready".

    The key is "" if no confirmation is missing.
    """

    CONFIRMED = ""
    PERSON = "person"
    MEETING = "meeting"
    UNNAMED = "unnamed"
    DRAFT = "draft"
    PARTLY = "partly"
    AGED = "aged"


class Confirm(StrEnum):
    """Keys of the phrases on how to confirm the claims of a "ready"."""

    SECOND = "second"  # a second person
    DRAFT = "draft"  # two people, because all answers are a draft
    AGAIN = "again"  # the same or other people, because the answers are too old


class Hires(StrEnum):
    """Keys of the phrases on why nobody is hired now; "" means no phrase."""

    OPEN_QUESTIONS = "open_questions"
    NOTHING_ANSWERED = "nothing_answered"
    DECIDE = "decide"
    OTHER_MEANS = "other_means"
    NO_POST = "no_post"
    HIRED = ""
    CLAIMED = "claimed"
    PEOPLE_BEGIN = "people_begin"
    SETTLE_FIRST = "settle_first"
    PEOPLE_THERE = "people_there"
    NOBODY_NEEDED = "nobody_needed"


class TopVacancy(StrEnum):
    """Keys of the phrases on why no modeller is hired; "" means no phrase."""

    OPEN = ""
    AFTER_LAYERS = "after_layers"
    AFTER_QUESTIONS = "after_questions"
    CLAIMED = "claimed"
    SIMPLE_WAY = "simple_way"
    NO_HANDS = "no_hands"
    READY_MADE = "ready_made"


class Promise(StrEnum):
    """Keys of the phrases for a team that promised to hire a modeller.

    The key "" means no phrase.
    """

    NONE = ""
    NO_WORK = "no_work"
    NOT_YET = "not_yet"


class OpenAnswers(StrEnum):
    """Keys of the phrases on whether open questions could change the advice.

    The key "" means no phrase.
    """

    NONE = ""
    HARMLESS = "harmless"
    MATTER = "matter"


class Flip(StrEnum):
    """Keys of the phrases on how many answers must change to change the advice.

    The key "" means no phrase.
    """

    NONE = ""
    CLOSE = "close"
    FAR = "far"


class AnswerKind(StrEnum):
    """The kinds of answers, which are also the keys of the phrases on an answer."""

    LEVEL = "level"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"
    OPEN = "open"


class Phrases(NamedTuple):
    """The key of the phrase for each part of a report."""

    heading: Heading
    source: ReadySource
    answered_by: AnsweredBy
    caveat: Caveat
    headline: HeadlinePhrase
    sentence: Sentence
    confirm: Confirm
    work: Work
    hires: Hires
    top_vacancy: TopVacancy
    promise: Promise
    open_answers: OpenAnswers
    flip: Flip


def phrases(result: Assessment) -> Phrases:
    """Return the key of the phrase for each part of a report."""
    return Phrases(
        heading=_heading(result),
        source=_source(result),
        answered_by=_answered_by(result.inputs.sheet),
        caveat=_caveat(result),
        headline=_headline(result),
        sentence=_sentence(result),
        confirm=_confirm(result),
        work=_work(result),
        hires=_hires(result),
        top_vacancy=_top_vacancy(result),
        promise=_promise(result),
        open_answers=_open_answers(result),
        flip=_flip(result),
    )


def holding_layers(diagnosis: Diagnosis) -> list[Layer]:
    """Return the layers that are good enough, without the top layer."""
    return [
        score.layer
        for score in judged_layers(diagnosis.scores)
        if score.layer not in diagnosis.failing_layers
    ]


def layers_in_place(diagnosis: Diagnosis) -> list[Layer]:
    """Return the layers that are good enough and contain no low or open blocker.

    Only these layers may be called "in place" in a document for outsiders.
    """
    blocking = {gap.question.section for gap in diagnosis.blockers}
    blocking |= {question.section for question in diagnosis.unsettled_blockers}
    return [
        layer
        for layer in holding_layers(diagnosis)
        if blocking.isdisjoint(layer.sections)
    ]


def answer_kind(answer: Answer) -> AnswerKind:
    """Return the kind of an answer, such as a level or "don't know"."""
    if answer.level is not None:
        return AnswerKind.LEVEL
    if answer.unknown:
        return AnswerKind.UNKNOWN
    return AnswerKind.NOT_APPLICABLE if answer.na else AnswerKind.OPEN


def _no_ml(result: Assessment) -> bool:
    return result.staffing.headline is Headline.NO_ML


def _heading(result: Assessment) -> Heading:
    if _no_ml(result):
        return Heading.NO_ML
    if result.staffing.nearly_ready:
        return Heading.NEARLY_READY
    return Heading.VERDICT


def _source(result: Assessment) -> ReadySource:
    if result.confirmation.verdict:
        return ReadySource.CONFIRMED
    if result.confirmation.grew_old:
        return ReadySource.AGED
    voices = [each.voice for each in result.inputs.sheet.each_voice]
    people = [voice for voice in voices if not voice.drafted]
    if not people:
        return ReadySource.DRAFT
    if people[1:]:
        return ReadySource.PARTLY
    if people[0].present:
        return ReadySource.MEETING
    return (
        ReadySource.PERSON if people[0].name or people[0].role else ReadySource.UNNAMED
    )


def _confirm(result: Assessment) -> Confirm:
    if result.confirmation.grew_old:
        return Confirm.AGAIN
    only_drafts = result.inputs.sheet.only_drafts
    return Confirm.DRAFT if only_drafts else Confirm.SECOND


def _answered_by(sheet: AnswerSheet) -> AnsweredBy:
    voices = [each.voice for each in sheet.each_voice]
    if is_meeting(sheet):
        return AnsweredBy.MEETING
    if sheet.only_drafts:
        return AnsweredBy.DRAFTS
    if voices[1:]:
        return AnsweredBy.SEVERAL
    if voices[0].name or voices[0].role:
        return AnsweredBy.ONE
    return AnsweredBy.ROOM if voices[0].present else AnsweredBy.UNKNOWN


def _caveat(result: Assessment) -> Caveat:
    if result.inputs.sheet.only_drafts:
        return Caveat.DRAFT
    if source := _source(result):
        return Caveat.AGED if source is ReadySource.AGED else Caveat.UNCONFIRMED
    return Caveat.NONE


_CONFIRM_FIRST = {
    Confirm.SECOND: HeadlinePhrase.CONFIRM,
    Confirm.DRAFT: HeadlinePhrase.CONFIRM_DRAFT,
    Confirm.AGAIN: HeadlinePhrase.CONFIRM_AGAIN,
}


def _headline(result: Assessment) -> HeadlinePhrase:
    diagnosis, headline = result.diagnosis, result.staffing.headline
    if headline is Headline.REORGANISE and not diagnosis.priority_layer:
        return HeadlinePhrase.DECIDE
    if headline is Headline.PROCEED and diagnosis.verdict is Verdict.NOT_YET:
        return HeadlinePhrase.GIVE_WORK
    if headline is Headline.CONFIRM:
        return _CONFIRM_FIRST[_confirm(result)]
    return HeadlinePhrase(headline)


def _sentence(result: Assessment) -> Sentence:
    diagnosis = result.diagnosis
    nothing = len(diagnosis.open) in {0, len(diagnosis.inputs.questions)}
    unsettled = result.staffing.nearly_ready
    if _no_ml(result):
        return Sentence.SIMPLE_WAY
    if _source(result):
        return Sentence.CLAIMED_SETTLE if unsettled else Sentence.CLAIMED
    return {
        Verdict.READY: Sentence.SETTLE_FIRST if unsettled else Sentence.MAY_START,
        Verdict.CONDITIONAL: Sentence.NOT_LIVE,
        Verdict.UNPROVEN: Sentence.NOTHING_ANSWERED
        if nothing
        else Sentence.OPEN_QUESTIONS,
        Verdict.NOT_YET: _not_yet(result.inputs),
    }[diagnosis.verdict]


def _not_yet(inputs: AssessmentInput) -> Sentence:
    if is_trained(inputs.facts):
        return Sentence.DO_NOT_START
    return Sentence.DO_NOT_EXTEND if is_used(inputs) else Sentence.DO_NOT_OPEN


def is_used(inputs: AssessmentInput) -> bool:
    """Return whether a part of the system is in use already."""
    if inputs.facts.get(PROOF) == BETTER_IN_USE:
        return True
    return any(
        short.kind == FIRST_USE and inputs.sheet.answer(question.id).level == HIGHEST
        for question in inputs.questions
        for short in [inputs.in_short(question)]
        if short
    )


def _work(result: Assessment) -> Work:
    return Work.MODELLING if is_trained(result.inputs.facts) else Work.BUILDING


def _hires(result: Assessment) -> Hires:
    diagnosis, staffing = result.diagnosis, result.staffing
    reasons = {
        HoldReason.UNPROVEN: Hires.OPEN_QUESTIONS
        if diagnosis.open
        else Hires.NOTHING_ANSWERED,
        HoldReason.DECIDE: Hires.DECIDE,
        HoldReason.NO_POST: Hires.NO_POST,
        HoldReason.NO_ML: Hires.HIRED,
    }
    claimed = staffing.ml_vacancy is MlVacancy.CLAIMED
    if claimed or staffing.hold_reason in reasons:
        return Hires.CLAIMED if claimed else reasons[staffing.hold_reason]
    if staffing.hold_reason is HoldReason.TEAM and staffing.headline is Headline.BORROW:
        return Hires.OTHER_MEANS
    if staffing.first_hire:
        return Hires.HIRED
    if staffing.vacancies:
        return Hires.PEOPLE_BEGIN
    if staffing.ml_vacancy is MlVacancy.LOCKED and not diagnosis.priority_layer:
        return Hires.SETTLE_FIRST
    return Hires.PEOPLE_THERE if staffing.assigned else Hires.NOBODY_NEEDED


def _top_vacancy(result: Assessment) -> TopVacancy:
    staffing, facts = result.staffing, result.inputs.facts
    if not staffing.top_position or staffing.ml_vacancy is MlVacancy.OPEN:
        return TopVacancy.OPEN
    if staffing.ml_vacancy is MlVacancy.LOCKED:
        layers = bool(staffing.ml_locked_by)
        return TopVacancy.AFTER_LAYERS if layers else TopVacancy.AFTER_QUESTIONS
    if staffing.ml_vacancy is MlVacancy.CLAIMED:
        return TopVacancy.CLAIMED
    if simple_way_is_enough(facts):
        return TopVacancy.SIMPLE_WAY
    no_hands = facts.get(EngineFact.HANDS) == Hands.NOBODY
    return TopVacancy.NO_HANDS if no_hands else TopVacancy.READY_MADE


def _promise(result: Assessment) -> Promise:
    staffing = result.staffing
    promised = result.inputs.facts.get(EngineFact.PROMISED)
    if not staffing.top_position or promised != staffing.top_position.role.id:
        return Promise.NONE
    return {
        MlVacancy.OPEN: Promise.NONE,
        MlVacancy.LOCKED: Promise.NOT_YET,
        MlVacancy.CLAIMED: Promise.NOT_YET,
        MlVacancy.NOT_NEEDED: Promise.NO_WORK,
    }[staffing.ml_vacancy]


def _open_answers(result: Assessment) -> OpenAnswers:
    if not result.certainty.all:
        return OpenAnswers.MATTER
    return OpenAnswers.HARMLESS if result.diagnosis.open else OpenAnswers.NONE


def _flip(result: Assessment) -> Flip:
    flip = result.certainty.minimal_change
    if not flip or _no_ml(result):  # no change of levels makes ML necessary
        return Flip.NONE
    return Flip.CLOSE if len(flip.changes) <= CLOSE else Flip.FAR
