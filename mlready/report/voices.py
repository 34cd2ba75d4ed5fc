"""Describe the voices for a report, and what each voice answered."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from mlready.assessment.assess import Assessment
from mlready.assessment.voices import (
    Difference,
    Statement,
    differences,
    is_meeting,
    is_settled,
)
from mlready.model.answers import (
    NO_ANSWER,
    Answer,
    AnswerSheet,
    AssessmentInput,
    Voice,
)
from mlready.model.questionnaire import Fact, Question, Role


class Speaker(NamedTuple):
    """The data by which a report names a voice."""

    number: int  # of the voice, from 1; 0 for a meeting
    name: str
    role: Role | None  # None if the questionnaire does not have the role
    own_role: str  # the role in the voice's words if ``role`` is None
    # From 1, among unnamed voices of the same role; 0 if the voice needs no number.
    place: int
    present: str
    date: str
    drafted: str
    is_group: bool  # whether the name looks like several names


class Said(NamedTuple):
    """What one voice said about a question, fact or role."""

    speaker: Speaker | None  # None in an anonymous report
    answer: Answer | None
    value: str  # of a fact, or a number of available people
    words: str  # text of the choice of a fact, "" for a number
    old: bool = False  # whether it is too old to rely on


class ShownDifference(NamedTuple):
    """What a report shows of a difference between voices.

    Exactly one of ``question``, ``fact`` and ``role`` is given.
    """

    question: Question | None
    fact: Fact | None
    role: Role | None  # given if the voices differ on the number of available people
    said: Sequence[Said]
    counts: Said  # the answer that counts for the advice
    must_be_settled: bool
    settled: bool  # whether a meeting of the voices has agreed on an answer

    @property
    def id(self) -> str:
        """The id of the question, fact or role."""
        about = self.question or self.fact or self.role
        return about.id if about else ""


class ClaimedAnswer(NamedTuple):
    """A claim on which the advice rests."""

    question: Question | None
    fact: Fact | None
    known_by: Sequence[Role]  # roles that can confirm the claim
    voices: int  # number of voices that made the claim
    confirmed: bool
    shown: bool  # whether the answer has a note or evidence; False for a fact
    aged: bool = False  # whether the answers that confirmed the claim are too old now
    age: str = ""  # such as "7 months", "" if the answer is not too old
    # Whether the claim lacks only a second answer that is not too old.
    half_new: bool = False
    to_renew: Sequence[Speaker] = ()  # who gave the answers that are too old then


class Voices(NamedTuple):
    """The voices of a report, and their differences."""

    speakers: Sequence[Speaker]  # voices that answered alone
    # The meeting that discussed the answers, None if there was none.
    meeting: Speaker | None
    differences: Sequence[ShownDifference]

    @property
    def to_settle(self) -> list[ShownDifference]:
        """The differences that a meeting must settle, such as levels 0 and 2."""
        return [each for each in self.differences if each.must_be_settled]

    @property
    def small(self) -> list[ShownDifference]:
        """The differences that need not be settled, and that no meeting has settled."""
        return [
            each
            for each in self.differences
            if not each.must_be_settled and not each.settled
        ]

    @property
    def settled(self) -> list[ShownDifference]:
        """The differences that a meeting has settled."""
        return [each for each in self.differences if each.settled]

    def about(self, question: Question) -> ShownDifference | None:
        """Return the difference on a question, or None."""
        return next((d for d in self.differences if d.question == question), None)


def voices(result: Assessment) -> Voices:
    """Return the voices of a report, and their differences."""
    inputs, sheet = result.inputs, result.inputs.sheet
    meeting = _speaker(inputs, sheet.voice, 0, 0)
    return Voices(
        speakers=speakers(inputs),
        meeting=meeting if is_meeting(sheet) else None,
        differences=[
            shown_difference(inputs, each)
            for each in differences(inputs.questionnaire, sheet)
        ],
    )


def claims(result: Assessment) -> list[ClaimedAnswer]:
    """Return the claims on which the advice rests."""
    roles, sheet = result.inputs.questionnaire.roles, result.inputs.sheet
    ages = _ages(result)
    return [
        ClaimedAnswer(
            claim.question,
            claim.fact,
            [roles[role] for role in claim.known_here_by(sheet.available)],
            claim.voices,
            claim.confirmed,
            shown=bool(claim.question) and sheet.is_supported(claim.id),
            aged=claim.aged,
            age=ages.get(claim.id, ""),
            half_new=bool(claim.to_renew),
            to_renew=[] if sheet.anonymous else _speakers_of(result, claim.to_renew),
        )
        for claim in result.confirmation.claims
    ]


def _speakers_of(result: Assessment, sheets: Iterable[AnswerSheet]) -> list[Speaker]:
    """Return the speakers whose sheets are named, without those before a meeting."""
    ids = {id(each) for each in sheets}
    each_voice = result.inputs.sheet.each_voice
    pairs = zip(each_voice, speakers(result.inputs), strict=True)
    return [speaker for sheet, speaker in pairs if id(sheet) in ids]


def _ages(result: Assessment) -> dict[str, str]:
    """Return the ages of the answers that are too old, by id."""
    if not result.inputs.sheet.ages.date:
        return {}
    from mlready.assessment.ages import aged_answers

    return {each.id: each.age for each in aged_answers(result.inputs)}


def said(
    inputs: AssessmentInput,
    statements: Sequence[Statement],
    fact: Fact | None = None,
    dated: str = "",
) -> list[Said]:
    """Return what voices said about a question, fact or role.

    ``fact`` is None if the statements are not about a fact. ``dated`` is the id by
    which the ages of the answers are found, "" to leave them out. In an anonymous
    report, the answers are sorted, so that their order reveals nobody.
    """
    sheet = inputs.sheet
    known = dict(zip(map(id, sheet.each_voice), speakers(inputs), strict=True))
    # Statements of a single voice may refer to a copy of its sheet.
    first = next(iter(known.values()))
    found = [
        Said(
            None if sheet.anonymous else known.get(id(each.sheet), first),
            each.answer,
            each.value,
            words(fact, each.value),
            each.sheet.is_aged(dated),
        )
        for each in statements
    ]
    return sorted(found, key=_what_is_said) if sheet.anonymous else found


def speakers(inputs: AssessmentInput) -> list[Speaker]:
    """Return the data by which a report names each voice."""
    each_voice = [each.voice for each in inputs.sheet.each_voice]
    nameless = Counter(voice.role for voice in each_voice if not voice.name)
    seen: Counter[str] = Counter()
    found = []
    for number, voice in enumerate(each_voice, 1):
        seen[voice.role] += not voice.name
        several = not voice.name and nameless[voice.role] > 1
        place = seen[voice.role] if several else 0
        found.append(_speaker(inputs, voice, number, place))
    return found


def _speaker(inputs: AssessmentInput, voice: Voice, number: int, place: int) -> Speaker:
    role = inputs.questionnaire.roles.get(voice.role)
    return Speaker(
        number,
        voice.name,
        role,
        "" if role else voice.role,
        place,
        voice.present,
        voice.date,
        voice.drafted,
        voice.has_several_names,
    )


def shown_difference(
    inputs: AssessmentInput, difference: Difference
) -> ShownDifference:
    """Return what a report shows of a difference between voices."""
    fact, sheet = difference.fact, inputs.sheet
    answer, value = _counting(inputs, difference)
    return ShownDifference(
        difference.question,
        fact,
        inputs.questionnaire.roles[difference.role] if difference.role else None,
        said(inputs, difference.statements, fact),
        Said(None, answer, value, words(fact, value)),
        difference.must_be_settled,
        settled=is_settled(sheet, difference.id) and _is_answered(sheet, difference),
    )


def _counting(
    inputs: AssessmentInput, difference: Difference
) -> tuple[Answer | None, str]:
    """Return what counts for the advice: an answer and "", or None and a value.

    The value is that of a fact, or the number of available people of a role.
    """
    sheet = inputs.sheet
    if difference.question:
        return sheet.answer(difference.question.id), ""
    if difference.fact:
        return None, inputs.facts[difference.fact.id]
    return None, f"{sheet.available.get(difference.role, 0.0):g}"


def words(fact: Fact | None, value: str) -> str:
    """Return the text of the choice ``value`` of a fact, "" for a number."""
    return fact.choices.get(value, "") if fact else ""


def _what_is_said(one: Said) -> tuple[object, ...]:
    answer = one.answer or NO_ANSWER
    level = -1 if answer.level is None else answer.level
    return (level, answer.unknown, answer.na, one.value)


def _is_answered(sheet: AnswerSheet, difference: Difference) -> bool:
    if difference.question:
        return sheet.answer(difference.question.id).given
    if difference.fact:
        return difference.fact.id in sheet.profile
    return difference.role in sheet.available
