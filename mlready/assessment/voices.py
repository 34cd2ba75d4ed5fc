"""Combine the answers of several voices about one project into one answer sheet.

Of several levels, the lowest counts. A level overrides "don't know", and "don't know"
overrides "does not apply". The order of the voices never matters.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import NamedTuple

from mlready.errors import UsageError
from mlready.model.answers import (
    EXPRESS,
    FULL,
    NO_VOICE,
    PEOPLE,
    Answer,
    AnswerSheet,
    AssessmentInput,
    Voice,
    applicable_to,
    empty_sheet,
    with_answers,
)
from mlready.model.profile_facts import EngineFact, Hands, SimpleWay, Stakes
from mlready.model.questionnaire import Fact, Question, Questionnaire
from mlready.model.step_versions import combined_steps
from mlready.model.typed_names import plain

# The choices of facts that affect the assessment, the strictest first.
STRICTEST_FIRST: Mapping[str, Sequence[str]] = {
    EngineFact.STAKES: (Stakes.HIGH_STAKES, Stakes.LIVE, Stakes.EXPLORATORY),
    EngineFact.SIMPLE_WAY: (
        SimpleWay.REACHES,
        SimpleWay.UNKNOWN,
        SimpleWay.FALLS_SHORT,
    ),
}
# The choices of facts that affect the assessment by which a voice says "don't know".
UNSURE: Mapping[str, str] = {EngineFact.HANDS: Hands.UNSURE}
Speaker = tuple[str, str, int]  # name, role and number of a person
UNNAMED: Speaker = ("", "", 0)
FAR_APART = 2  # answers so many levels apart must be settled
BETWEEN = "; "  # separates the texts of several voices on one question


class Statement(NamedTuple):
    """What one voice said: an answer, the value of a fact, or a number of people."""

    sheet: AnswerSheet  # of the voice
    answer: Answer | None = None  # to a question; None for a fact or a role
    value: str = ""  # value of a fact or number of people; "" for a question


class Difference(NamedTuple):
    """A question, a fact, or the people of a role, on which the voices disagree."""

    # Exactly one of ``question``, ``fact`` and ``role`` is given.
    question: Question | None
    fact: Fact | None
    role: str  # id of a role for which the voices counted different numbers of people
    statements: tuple[Statement, ...]
    must_be_settled: bool  # whether it is large, and no meeting has decided

    @property
    def id(self) -> str:
        """The id of the question or fact, or of the role whose people were counted."""
        asked = self.question or self.fact
        return asked.id if asked else self.role


class SameVoiceError(UsageError):
    """Two sheets are of one voice, and their dates do not say which is later."""

    def __init__(self, voice: Voice) -> None:
        who = ", ".join(text for text in (voice.name, voice.role) if text)
        super().__init__(
            f"two answer files are of the same voice ({who}), and their dates do not "
            "say which is later; leave one out, or give the later one a later date"
        )
        self.voice = voice


def is_same_voice(one: Voice, other: Voice) -> bool:
    """Return whether two voices have the same name and role.

    The result is False if both names and both roles are empty.
    """
    return one.is_same(other)


def is_meeting(sheet: AnswerSheet) -> bool:
    """Return whether the answers of a sheet are those of a meeting of its voices."""
    return bool(sheet.voices) and sheet.voice != NO_VOICE


def is_settled(sheet: AnswerSheet, id_: str) -> bool:
    """Return whether an answer is a meeting's own, not taken from its voices."""
    return is_meeting(sheet) and id_ not in sheet.unsettled


def completed_by_voices(
    questionnaire: Questionnaire, sheet: AnswerSheet
) -> AnswerSheet:
    """Return a meeting's sheet, with its voices' answers where the meeting gave none.

    The ids of the added answers are listed in ``unsettled``. All other sheets are
    returned unchanged.
    """
    if not is_meeting(sheet) or sheet.unsettled:
        return sheet
    said = combine(questionnaire, sheet.voices)
    own = {id_ for id_, answer in sheet.answers.items() if answer.given}
    return sheet._replace(
        profile={**said.profile, **sheet.profile},
        available={**said.available, **sheet.available},
        background={**said.background, **sheet.background},
        answers={
            **said.answers,
            **{
                id_: answer if id_ in own else _with_remarks(said.answer(id_), answer)
                for id_, answer in sheet.answers.items()
            },
        },
        unsettled=frozenset(
            [
                *(said.profile.keys() - sheet.profile.keys()),
                *(said.available.keys() - sheet.available.keys()),
                *(said.answers.keys() - own),
            ]
        ),
    )


def _with_remarks(answer: Answer, remarks: Answer) -> Answer:
    return answer._replace(
        note=remarks.note or answer.note, evidence=remarks.evidence or answer.evidence
    )


def combine(questionnaire: Questionnaire, sheets: Sequence[AnswerSheet]) -> AnswerSheet:
    """Return one sheet with the combined answers of several voices.

    The order of ``sheets`` does not matter. Of two sheets of the same voice, the
    answers with the later date count.

    Raises:
        SameVoiceError: two sheets are of one voice, and their dates do not say which is
            later.

    """
    voices = _latest_of_each_voice(sheets)
    if len(sheets) == 1:
        return voices[0]
    steps = combined_steps(questionnaire, sheets)
    if len(voices) == 1:
        return voices[0]._replace(steps=steps)
    said = [_without_inapplicable(questionnaire, sheet) for sheet in voices]
    return empty_sheet(questionnaire)._replace(
        scope=EXPRESS if all(each.scope == EXPRESS for each in voices) else FULL,
        name=_most_frequent(each.name for each in voices if each.name),
        slice=_most_frequent(each.slice for each in voices if each.slice),
        profile=_profile(questionnaire, said),
        available=_available(said),
        answers=_answers(said),
        redacted=any(each.redacted for each in voices),
        voices=tuple(said),
        background=_background(questionnaire, said),
        steps=steps,
    )


def _latest_of_each_voice(sheets: Sequence[AnswerSheet]) -> tuple[AnswerSheet, ...]:
    """Return the latest sheet of each voice, sorted by voice."""
    kept: list[AnswerSheet] = []
    for sheet in _sorted(sheets):
        last = kept[-1] if kept else None
        if last and is_same_voice(last.voice, sheet.voice):
            if not last.voice.date < sheet.voice.date or not last.voice.date:
                raise SameVoiceError(sheet.voice)
            before = kept.pop()
            # A list of questions replaces only the answers to its own questions.
            kept.append(_answered_again(before, sheet) if sheet.asked else sheet)
        else:
            kept.append(sheet)
    return tuple(kept)


def _answered_again(before: AnswerSheet, sheet: AnswerSheet) -> AnswerSheet:
    """Return a voice's earlier answers, with later answers to a question list added.

    Of two answers to the same question, the later one counts.
    """
    from mlready.assessment.dates import date_of

    given = {id_: each for id_, each in sheet.answers.items() if each.given}
    kept = {
        id_: answer._replace(date=date_of(before, id_))
        for id_, answer in before.answers.items()
        if id_ not in given
    }
    # A question list also has facts that were not asked, on which they depend.
    new = {*sheet.profile, *(f"{PEOPLE}{role}" for role in sheet.available)}
    values = [*before.profile, *(f"{PEOPLE}{role}" for role in before.available)]
    values = [id_ for id_ in values if id_ not in new or id_ not in sheet.asked]
    return before._replace(
        voice=sheet.voice,
        profile={**before.profile, **sheet.profile},
        available={**before.available, **sheet.available},
        answers={**kept, **given},
        dates={id_: date_of(before, id_) for id_ in values},
    )


def _sorted(sheets: Sequence[AnswerSheet]) -> list[AnswerSheet]:
    """Sort sheets by voice, then by date, then by content."""
    if len({each.voice for each in sheets}) == len(sheets):
        return sorted(sheets, key=_sort_key_of_voice)
    return sorted(sheets, key=_sort_key)


def _sort_key(sheet: AnswerSheet) -> tuple[str, ...]:
    """Return a sort key that no two different sheets share."""
    everything = (
        sorted(part.items()) if isinstance(part, Mapping) else part for part in sheet
    )
    return (*_sort_key_of_voice(sheet), *map(repr, everything))


def _sort_key_of_voice(sheet: AnswerSheet) -> tuple[str, ...]:
    voice = sheet.voice
    return *voice.who, voice.date, voice.name, voice.role, voice.present, voice.drafted


def _without_inapplicable(
    questionnaire: Questionnaire, sheet: AnswerSheet
) -> AnswerSheet:
    """Remove answers to questions that do not apply from a sheet of the short form.

    A sheet of the full form is returned unchanged.
    """
    if sheet.scope != EXPRESS:
        return sheet
    short = {each.id for each in applicable_to(questionnaire, sheet).questions}
    answers = {id_: each for id_, each in sheet.answers.items() if id_ in short}
    return sheet._replace(answers=answers)


def _most_frequent(texts: Iterable[str]) -> str:
    """Return the most frequent text; in a tie, the first in the alphabet."""
    found = sorted(texts)
    return max(found, key=found.count, default="")


def _answers(sheets: Sequence[AnswerSheet]) -> dict[str, Answer]:
    ids = dict.fromkeys(id_ for sheet in sheets for id_ in sheet.answers)
    return {
        id_: lower_answer(
            [sheet.answers[id_] for sheet in sheets if id_ in sheet.answers]
        )
        for id_ in sorted(ids)
    }


def lower_answer(answers: Sequence[Answer]) -> Answer:
    """Return the answer that counts if several voices answered a question.

    Of several levels, the lowest counts. A level overrides "don't know", and "don't
    know" overrides "does not apply". Note and evidence are those of the voices that
    gave this answer.
    """
    if all(each == answers[0] for each in answers):
        return answers[0]
    levels = [each.level for each in answers if each.level is not None]
    level = min(levels, default=None)
    unknown = not levels and any(each.unknown for each in answers)
    lowest = [each for each in answers if _stated(each) == (level, unknown)]
    return Answer(
        level=level,
        unknown=unknown,
        na="" if levels or unknown else joined_texts(answers, "na"),
        accepted=joined_texts(answers, "accepted"),
        note=joined_texts(lowest, "note"),
        evidence=joined_texts(lowest, "evidence"),
        by=joined_texts(lowest, "by"),
        date=max(each.date for each in lowest),
    )


def joined_texts(answers: Sequence[Answer], field: str) -> str:
    """Return the different texts in one field of several answers, joined by "; "."""
    texts = [text for text in map(attrgetter(field), answers) if text]
    return BETWEEN.join(dict.fromkeys(texts))


def _profile(
    questionnaire: Questionnaire, sheets: Sequence[AnswerSheet]
) -> dict[str, str]:
    facts = {fact.id: fact for fact in questionnaire.profile}
    ids = dict.fromkeys(id_ for sheet in sheets for id_ in sheet.profile)
    voices = [_with_role_id(questionnaire, each.voice) for each in sheets]
    found = {}
    for id_ in sorted(ids):
        said = [
            (voice, each.profile[id_])
            for voice, each in zip(voices, sheets, strict=True)
            if id_ in each.profile
        ]
        found[id_] = (
            accepted_value(facts[id_], said)
            if id_ in facts
            else _most_frequent(value for _, value in said)
        )
    return found


def _with_role_id(questionnaire: Questionnaire, voice: Voice) -> Voice:
    """Return a voice in which a role given by name is replaced by the role's id."""
    if not voice.role or voice.role in questionnaire.roles:
        return voice
    text = plain(voice.role)
    ids = [
        role.id
        for role in questionnaire.roles.values()
        if text in {plain(role.id), plain(role.name)}
    ]
    return voice._replace(role=ids[0]) if ids else voice


def speaker(sheet: AnswerSheet) -> Speaker:
    """Return a key that is equal for two sheets of the same voice.

    Sheets with the key ``UNNAMED`` may be of different people.
    """
    voice = sheet.voice
    return *voice.who, sheet.person


def number_of_voices(sheets: Iterable[AnswerSheet]) -> int:
    """Return how many different voices the sheets are of; each unnamed one counts."""
    voices = [*map(speaker, sheets)]
    return len({*voices} - {UNNAMED}) + voices.count(UNNAMED)


def voices_that_count(sheet: AnswerSheet) -> int:
    """Return how many voices gave the answers; a meeting stands for its voices.

    A draft is nobody's, and counts only if there are no others.
    """
    said = [each for sheets in sheet.each_voice for each in sheets.each_voice]
    # Who was in a meeting can have answered anew since.
    return number_of_voices(
        each for each in said if sheet.only_drafts or not each.voice.drafted
    )


def accepted_value(fact: Fact, said: Sequence[tuple[Voice, str]]) -> str:
    """Return the value of a fact that counts if several voices gave values.

    The smallest number or strictest choice counts; of choices without order, the most
    frequent. ``said`` pairs each voice with its value and must not be empty.
    """
    sure = [each for each in said if each[1] != UNSURE.get(fact.id)]
    said = sure or said
    values = [value for _, value in said]
    if not fact.choices:
        return min(values, key=float)
    strict = strictest_first(fact)
    if strict:
        return min(values, key=strict.index)
    known = [value for voice, value in said if voice.role in fact.known_by]
    order = [*fact.choices]
    return max(
        values,
        key=lambda value: (
            values.count(value),
            known.count(value),
            -order.index(value),
        ),
    )


def strictest_first(fact: Fact) -> Sequence[str]:
    """Return the choices of a fact from the strictest on; none if they have no order.

    The strictest choice calls for the most caution, and counts if voices differ.
    """
    return fact.strictest_first or STRICTEST_FIRST.get(fact.id, ())


def _available(sheets: Sequence[AnswerSheet]) -> dict[str, float]:
    roles = dict.fromkeys(role for sheet in sheets for role in sheet.available)
    return {
        role: min(each.available[role] for each in sheets if role in each.available)
        for role in sorted(roles)
    }


def _background(
    questionnaire: Questionnaire, sheets: Sequence[AnswerSheet]
) -> dict[str, str]:
    """Return for each background line the text of the voice that can answer it best."""
    voices = [_with_role_id(questionnaire, each.voice) for each in sheets]
    found = {}
    for line in questionnaire.background:
        rank = {role: place for place, role in enumerate(line.known_by)}
        said = [
            (
                bool(voice.drafted),
                not is_meeting(each),
                rank.get(voice.role, len(rank)),
                each.background[line.id],
            )
            for voice, each in zip(voices, sheets, strict=True)
            if each.background.get(line.id)
        ]
        if said:
            found[line.id] = min(said)[-1]
    return found


def with_agreed_answers(
    inputs: AssessmentInput, answers: Mapping[str, Answer]
) -> AssessmentInput:
    """Return a team's answers after all voices have given the same new answers."""
    sheet = inputs.sheet
    voices = tuple(
        each._replace(answers={**each.answers, **answers}) for each in sheet.voices
    )
    agreed = inputs._replace(sheet=sheet._replace(voices=voices))
    return with_answers(agreed, answers)


def differences(
    questionnaire: Questionnaire, sheet: AnswerSheet
) -> tuple[Difference, ...]:
    """Return the differences between the voices of a combined sheet.

    Facts come first, then numbers of available people, then questions.
    """
    if not sheet.voices:
        return ()
    asked = applicable_to(questionnaire, sheet)
    return (
        *_fact_differences(asked.facts, sheet),
        *_available_differences(questionnaire, sheet),
        *_question_differences(asked.questions, sheet),
    )


def _fact_differences(
    facts: Iterable[Fact], sheet: AnswerSheet
) -> Iterator[Difference]:
    for fact in facts:
        said = fact_statements(sheet, fact)
        values = {each.value for each in said}
        if len(values) > 1:
            choices = len(values - {UNSURE.get(fact.id)}) > 1 and bool(fact.choices)
            settled = is_settled(sheet, fact.id) and fact.id in sheet.profile
            must = choices and not settled
            yield Difference(None, fact, "", said, must)


def _available_differences(
    questionnaire: Questionnaire, sheet: AnswerSheet
) -> Iterator[Difference]:
    for role in questionnaire.roles.values():
        said = tuple(
            Statement(each, value=f"{each.available[role.id]:g}")
            for each in sheet.voices
            if role.available and role.id in each.available
        )
        if len({each.value for each in said}) > 1:
            yield Difference(None, None, role.id, said, must_be_settled=False)


def _question_differences(
    questions: Iterable[Question], sheet: AnswerSheet
) -> Iterator[Difference]:
    for question in questions:
        said = question_statements(sheet, question)
        answers = [each.answer for each in said if each.answer]
        if len({_stated(each) for each in answers}) > 1:
            settled = is_settled(sheet, question.id) and _given(sheet, question)
            must = _far_apart(answers) and not settled
            yield Difference(question, None, "", said, must)


def _given(sheet: AnswerSheet, question: Question) -> bool:
    return sheet.answer(question.id).given


def question_statements(
    sheet: AnswerSheet, question: Question
) -> tuple[Statement, ...]:
    """Return the answers that the voices of a sheet gave to a question."""
    return tuple(
        Statement(each, answer=each.answer(question.id))
        for each in sheet.each_voice
        if each.answer(question.id).given
    )


def fact_statements(sheet: AnswerSheet, fact: Fact) -> tuple[Statement, ...]:
    """Return the values that the voices of a sheet gave for a fact."""
    return tuple(
        Statement(each, value=each.profile[fact.id])
        for each in sheet.each_voice
        if fact.id in each.profile
    )


def _stated(answer: Answer) -> tuple[int | None, bool]:
    return answer.level, answer.unknown


def _far_apart(answers: Iterable[Answer]) -> bool:
    """Return whether answers are two levels apart, or a level and "does not apply"."""
    levels = [each.level for each in answers if each.level is not None]
    left_out = any(each.na for each in answers)
    return bool(levels) and (left_out or max(levels) - min(levels) >= FAR_APART)
