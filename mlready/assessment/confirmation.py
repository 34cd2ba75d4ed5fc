"""Decide whether a second voice confirms the claims on which a "ready" rests.

A wrong "ready" or a wrong ML vacancy costs much, so both need two voices.
"""

from collections import Counter
from collections.abc import Callable, Collection, Container, Iterator, Mapping
from typing import NamedTuple

from mlready.assessment.diagnosis import Diagnosis, Verdict
from mlready.assessment.voices import (
    UNNAMED,
    UNSURE,
    is_meeting,
    number_of_voices,
    speaker,
)
from mlready.model.answers import NO_VOICE, AnswerSheet, AssessmentInput
from mlready.model.profile_facts import EngineFact
from mlready.model.questionnaire import Fact, Placement, Question

Said = Callable[[AnswerSheet], bool]
ENOUGH_VOICES = 2  # a "ready" needs so many voices
# A "ready" rests on these facts; an ML vacancy rests on HANDS as well.
CLAIMED_FACTS = (EngineFact.STOPS, EngineFact.SIMPLE_WAY)


class Claim(NamedTuple):
    """An answer on which a "ready" or an ML vacancy rests."""

    # Either ``question`` or ``fact`` is given.
    question: Question | None
    fact: Fact | None
    voices: int  # how many voices made the claim, without drafts and old answers
    known_by: tuple[str, ...]  # ids of the roles that can confirm the answer
    # The voices whose answers are too old, if only this keeps the claim unconfirmed.
    old: tuple[AnswerSheet, ...] = ()

    @property
    def aged(self) -> bool:
        """Whether only the age of answers keeps the claim unconfirmed."""
        return bool(self.old)

    @property
    def to_renew(self) -> tuple[AnswerSheet, ...]:
        """The voices whose answers are too old, if that of another voice is not."""
        return self.old if self.voices else ()

    def known_here_by(self, available: Mapping[str, float]) -> tuple[str, ...]:
        """Return the roles that can confirm it; only the best one if it is there."""
        # Fewer than ``asked_of``: a report says whom to turn to, but a question list
        # also goes to others who know, and to those whose answers are too old.
        best = self.known_by[:1]
        return best if any(available.get(role) for role in best) else self.known_by

    @property
    def asked_of(self) -> tuple[str, ...]:
        """The ids of the roles that get a question list, the best first.

        Who gave an answer that is too old can give it again. If somebody has given a
        new one, only the others are asked.
        """
        of_old = dict.fromkeys(each.voice.role for each in self.old if each.voice.role)
        if self.voices and of_old:
            return tuple(of_old)
        return tuple(dict.fromkeys((*self.known_by, *of_old)))

    @property
    def id(self) -> str:
        """The id of the question or fact."""
        claimed = self.question or self.fact
        return claimed.id if claimed else ""

    @property
    def confirmed(self) -> bool:
        """Whether at least two voices made this claim."""
        return self.voices >= ENOUGH_VOICES


class Confirmation(NamedTuple):
    """The claims on which the advice rests, and whether two voices made them."""

    verdict: bool  # whether all claims behind the verdict are confirmed
    vacancy: bool  # whether all claims behind an ML vacancy are confirmed
    claims: tuple[Claim, ...]  # empty unless the verdict is "ready"

    @property
    def unconfirmed(self) -> tuple[Claim, ...]:
        """The claims that still need a second voice."""
        return tuple(claim for claim in self.claims if not claim.confirmed)

    @property
    def best_roles(self) -> tuple[str, ...]:
        """The ids of the roles that can best confirm the unconfirmed claims."""
        best = (role for claim in self.unconfirmed for role in claim.known_by[:1])
        return tuple(dict.fromkeys(best))

    def role_to_ask(self, roles: Container[str]) -> str:
        """Return which of ``roles`` can confirm the most claims, "" if none can."""
        # By ``asked_of``, because that role is then asked with a question list.
        asked = (role for claim in self.unconfirmed for role in claim.asked_of)
        found = Counter(role for role in asked if role in roles)
        return max(found, key=found.__getitem__, default="")

    @property
    def grew_old(self) -> bool:
        """Whether claims are unconfirmed only because answers are too old."""
        return bool(self.unconfirmed) and all(claim.aged for claim in self.unconfirmed)


def confirmation(diagnosis: Diagnosis, *, vacancy_opens: bool = True) -> Confirmation:
    """Return whether a second voice confirms the claims on which the advice rests.

    ``vacancy_opens`` says whether the answers, once confirmed, open an ML vacancy.
    """
    if diagnosis.verdict is not Verdict.READY:
        return Confirmation(verdict=True, vacancy=True, claims=())
    inputs = diagnosis.inputs
    claims = (
        *(_question_claim(inputs.sheet, each) for each in claimed_questions(inputs)),
        *_fact_claims(inputs, CLAIMED_FACTS),
    )
    hands = tuple(_fact_claims(inputs, [EngineFact.HANDS] * vacancy_opens))
    verdict = all(claim.confirmed for claim in claims)
    vacancy = verdict and all(claim.confirmed for claim in hands)
    return Confirmation(verdict, vacancy or not vacancy_opens, claims + hands)


def claimed_questions(inputs: AssessmentInput) -> Iterator[Question]:
    """Yield the questions that need a second voice: those on each layer as a whole.

    If no question on a layer as a whole applies, the details of the layer are yielded.
    The top layer is left out.
    """
    for layer in inputs.questionnaire.layers:
        if layer.placement is Placement.TOP:
            continue
        questions = inputs.within(layer.sections)
        wholes = [each for each in questions if each.overall]
        yield from wholes
        if all(inputs.sheet.answer(each.id).na for each in wholes):
            yield from (each for each in questions if not each.overall)


def _fact_claims(inputs: AssessmentInput, facts: Collection[str]) -> Iterator[Claim]:
    for fact in inputs.questionnaire.profile:
        if fact.id in facts and fact.id in inputs.facts:
            answers = _answer_test(fact, inputs.facts[fact.id])
            sheet = _without_unsettled_meeting(inputs.sheet, fact.id)
            voices, old = _voices_of_claim(sheet, fact.id, answers, answers)
            yield Claim(None, fact, voices, fact.known_by, old)


def _answer_test(fact: Fact, claimed: str) -> Said:
    """Return a test that a sheet passes if the sheet has an answer to ``fact``.

    "Don't know" passes only if ``claimed``, the value in the assessment, is "don't
    know" too.
    """
    unsure = UNSURE.get(fact.id)
    unsure = None if claimed == unsure else unsure
    return lambda sheet: sheet.profile.get(fact.id, unsure) != unsure


def _question_claim(sheet: AnswerSheet, question: Question) -> Claim:
    id_, left_out = question.id, bool(sheet.answer(question.id).na)

    def claimed(voice: AnswerSheet) -> bool:
        # Any level makes the claim, because of two levels the lower one counts.
        answer = voice.answer(id_)
        return bool(answer.na) if left_out else answer.level is not None

    sheet = _without_unsettled_meeting(sheet, id_)
    voices, old = _voices_of_claim(
        sheet, id_, claimed, lambda each: each.answer(id_).given
    )
    return Claim(question, None, voices, question.known_by, old)


def _voices_of_claim(
    sheet: AnswerSheet, id_: str, claimed: Said, spoke: Said
) -> tuple[int, tuple[AnswerSheet, ...]]:
    """Return how many voices made a claim with an answer that is not too old.

    The second value has the voices with older answers, if the claim is unconfirmed but
    would be confirmed if these answers counted as well. ``id_`` is the id of the
    question or fact. ``claimed`` tells whether a sheet makes the claim. ``spoke`` tells
    whether a sheet has any answer to the question or fact.
    """
    ever = [*_voices(sheet, claimed, spoke)]
    if not sheet.ages.date:
        return number_of_voices(ever), ()
    fresh = [
        *_voices(sheet, lambda each: claimed(each) and not each.is_aged(id_), spoke)
    ]
    if not number_of_voices(fresh) < ENOUGH_VOICES <= number_of_voices(ever):
        return number_of_voices(fresh), ()
    new = {*map(speaker, fresh)} - {UNNAMED}
    old = [each for each in ever if each not in fresh and speaker(each) not in new]
    return number_of_voices(fresh), tuple(old)


def _without_unsettled_meeting(sheet: AnswerSheet, id_: str) -> AnswerSheet:
    """Return the sheet, with an empty field ``voice`` if a meeting left ``id_`` open.

    Then the voices of the sheet count one by one, and not as a meeting.
    """
    return sheet._replace(voice=NO_VOICE) if id_ in sheet.unsettled else sheet


def _voices(sheet: AnswerSheet, claimed: Said, spoke: Said) -> Iterator[AnswerSheet]:
    """Yield the sheet of each voice that made a claim, except drafts.

    ``claimed`` tells whether a sheet makes the claim. ``spoke`` tells whether a sheet
    has any answer to the question or fact of the claim. For a claim that a meeting
    made, the sheets of the voices that had an answer before the meeting are yielded. If
    no voice had an answer, the sheet of the meeting is yielded.
    """
    # The claim of a meeting counts for each voice that spoke before the meeting.
    if sheet.voices and not is_meeting(sheet):
        for each in sheet.voices:
            yield from _voices(each, claimed, spoke)
    elif claimed(sheet) and not sheet.voice.drafted:
        before = [
            each for each in sheet.voices if spoke(each) and not each.voice.drafted
        ]
        yield from before or [sheet]
