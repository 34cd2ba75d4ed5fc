"""Choose the steps of a meeting, each with the answers of the voices.

The sheet of a meeting has only agreed answers and the meeting's own answers. For all
other questions, the rule of ``assessment.voices`` decides which answer counts.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from mlready.assessment.agenda import MEETING, AgendaItem, agenda
from mlready.assessment.voices import (
    combine,
    completed_by_voices,
    is_same_voice,
    joined_texts,
)
from mlready.errors import UsageError
from mlready.interview.answer_dates import as_agreed
from mlready.interview.contradictions import with_contradictions
from mlready.interview.steps import (
    CONTRADICTION,
    VOICE,
    Step,
    VoiceReply,
    reply_key,
    steps,
    voice_steps,
)
from mlready.model.answers import NO_ANSWER, Answer, AnswerSheet, PlanStep, Voice
from mlready.model.questionnaire import Questionnaire
from mlready.model.step_keys import EARLIER_STEP, comparable, key_with_text
from mlready.model.step_versions import combined_steps

Value = TypeVar("Value", str, float)
PRESENT = f"{VOICE}present"  # id of the step that asks who is present
MOST_IDS = 8  # the most ids of changed answers to list
LONGEST_NAME = 40  # characters shown of the name of a voice


def starting_sheet(
    questionnaire: Questionnaire, voices: Sequence[AnswerSheet]
) -> AnswerSheet:
    """Return the first sheet of a meeting: the answers on which all voices agree.

    Where the voices differ, the sheet has only their notes and evidence.

    Raises:
        UsageError: there are fewer than two voices.

    """
    combined = combine(questionnaire, voices)
    if not combined.voices:
        raise UsageError("a meeting needs the answers of two voices or more")
    said = combined.voices
    return combined._replace(
        profile={
            id_: value
            for id_, value in combined.profile.items()
            if _agree(each.profile.get(id_, "") for each in said)
        },
        available={
            role: number
            for role, number in combined.available.items()
            if _agree(str(each.available.get(role, "")) for each in said)
        },
        answers={
            id_: each
            for id_, answer in combined.answers.items()
            if (
                each := as_agreed(answer, id_, said)
                if _agree(_reply_keys(said, id_))
                else _remarks(said, id_)
            )
            != NO_ANSWER
        },
        background={},
    )


def meeting_steps(questionnaire: Questionnaire, sheet: AnswerSheet) -> tuple[Step, ...]:
    """Return all steps of a meeting, each with the answers of the voices."""
    said = _said(questionnaire, sheet.voices)
    counted = completed_by_voices(questionnaire, sheet)
    listed = (
        *voice_steps(questionnaire, sheet),
        *(
            _with_own_answer(step, sheet)._replace(said=said.get(step.id, ()))
            for step in steps(questionnaire, counted)
        ),
    )
    return with_contradictions(questionnaire, counted, listed)


class MeetingAgenda:
    """The steps that a meeting asks, chosen again after each answer."""

    def __init__(self) -> None:
        self._asked: dict[str, Step] = {}
        self._of: AnswerSheet | None = None
        self._items: Mapping[str, int] = {}
        self._left: frozenset[str] = frozenset()  # steps for which there is no time

    def note_asked(self, step: Step) -> None:
        """Record that a step is asked now."""
        self._asked.setdefault(step.id, step)

    def steps(self, questionnaire: Questionnaire, sheet: AnswerSheet) -> Sequence[Step]:
        """Return the steps that a meeting asks, in order.

        First comes the step that asks who is present. Then come the steps asked so far,
        the steps that the meeting must still settle, and last the contradictions.
        """
        by_id = {step.id: step for step in meeting_steps(questionnaire, sheet)}
        minutes = self.minutes(questionnaire, sheet)
        ids = dict.fromkeys([PRESENT, *self._asked])
        # A resumed meeting continues with the step at which it stopped.
        ids |= dict.fromkeys([sheet.next] if sheet.next in minutes else [])
        ids |= dict.fromkeys(minutes)
        ids |= dict.fromkeys(id_ for id_ in by_id if id_.startswith(CONTRADICTION))
        return [
            by_id[id_]._replace(minutes=minutes.get(id_, 0))
            for id_ in ids
            if id_ in by_id
        ]

    def minutes(
        self, questionnaire: Questionnaire, sheet: AnswerSheet
    ) -> Mapping[str, int]:
        """Map the id of each step still to settle to the minutes planned for the step.

        Steps for which the meeting has no time are left out.
        """
        said = sheet._replace(next="", voice=Voice(present="-"))
        if said != self._of:
            spent = sum(
                step.minutes
                for step in self._asked.values()
                if step.minutes and _is_settled(step, sheet)
            )
            counted = completed_by_voices(questionnaire, said)
            found = agenda(questionnaire, counted, max(MEETING - spent, 0))
            self._of, self._left = said, frozenset(map(_step_id, found.left))
            self._items = {_step_id(item): item.minutes for item in found.items}
        return self._items

    def first(self, questionnaire: Questionnaire, sheet: AnswerSheet) -> str:
        """Return the id of the step with which the meeting begins."""
        items = self.minutes(questionnaire, sheet)
        return next(iter(items), PRESENT) if sheet.voice.present else PRESENT

    def opening(self, questionnaire: Questionnaire, sheet: AnswerSheet) -> str:
        """Return the opening message: how many answers are agreed, how many are not."""
        minutes = self.minutes(questionnaire, sheet)
        listed = [step for step in meeting_steps(questionnaire, sheet) if step.said]
        names = ", ".join(voice_names(questionnaire, sheet.voices))
        settled = sum(step.answered for step in listed)
        rest = [
            step.id for step in listed if not step.answered and step.id not in minutes
        ]
        now = (
            f"{len(minutes)} to settle now, in about {sum(minutes.values())} min"
            if minutes
            else "and no other can change the advice"
        )
        return (
            f"{names}: {settled} of {len(listed)} answers agreed or settled, {now}."
            f"{_left_out(len(rest), len(self._left.intersection(rest)))}"
        )


def _left_out(not_asked: int, no_time: int) -> str:
    """Return the end of the opening message: how many steps are not asked now.

    ``no_time`` counts the steps for which the meeting has no time.
    """
    if not not_asked:
        return ""
    of_them = f", {no_time} of them for want of time" if no_time else ""
    return (
        f" Left out: {not_asked}{of_them}; the option --all asks them, and the list at"
        " the end has all answers."
    )


def _step_id(item: AgendaItem) -> str:
    if item.fact:
        return f"profile.{item.fact.id}"
    return f"available.{item.role}" if item.role else item.id


def changes(
    questionnaire: Questionnaire, sheet: AnswerSheet, voices: Sequence[AnswerSheet]
) -> str:
    """Return what the voices have changed since a meeting began, such as "Eve is new".

    ``voices`` are the present sheets of voices. The text is "" if nothing has changed.
    """
    kept, now = list(sheet.voices), _as_kept(questionnaire, voices)
    names = voice_names(questionnaire, now)
    found = []
    for name, voice in zip(names, now, strict=True):
        before = _same_voice(voice, kept)
        if not before:
            found.append(f"{name} is new")
        elif ids := [*_changed_ids(before, voice), *_changed_lines(before, voice)]:
            shown = ", ".join(ids[:MOST_IDS])
            more = ", ..." if len(ids) > MOST_IDS else ""
            found.append(f"{name} changed {shown}{more}")
    return "; ".join(found)


def with_changed_voices(
    questionnaire: Questionnaire, sheet: AnswerSheet, voices: Sequence[AnswerSheet]
) -> AnswerSheet:
    """Return the sheet of a meeting after some of its voices changed or were added.

    ``voices`` are the changed and new sheets. The meeting's own answers stay.
    """
    now = _as_kept(questionnaire, voices)
    replaced = [_same_voice(voice, sheet.voices) for voice in now]
    stay = [voice for voice in sheet.voices if voice not in replaced]
    before = starting_sheet(questionnaire, sheet.voices)
    fresh = starting_sheet(questionnaire, [*stay, *voices])
    return fresh._replace(
        name=sheet.name or fresh.name,
        slice=sheet.slice or fresh.slice,
        profile={**fresh.profile, **_changed_entries(before.profile, sheet.profile)},
        available={
            **fresh.available,
            **_changed_entries(before.available, sheet.available),
        },
        answers={**fresh.answers, **_changed_answers(before, sheet)},
        earlier=sheet.earlier,
        voice=sheet.voice,
        background=sheet.background,
        steps=combined_steps(
            questionnaire,
            [_without_settled_steps(voice, sheet) for voice in voices],
            meeting=sheet,
        ),
        timing=sheet.timing,
    )


def _without_settled_steps(voice: AnswerSheet, meeting: AnswerSheet) -> AnswerSheet:
    """Return the sheet without the steps that the room has removed or reworded.

    Steps of a voice that is new to the meeting stay, and steps that are done.
    """
    if not _same_voice(voice, meeting.voices):
        return voice
    kept = {
        key: step
        for key, step in voice.steps.items()
        if step.done or not _has_settled_step(meeting, key, step)
    }
    return voice._replace(steps=kept)


def _has_settled_step(meeting: AnswerSheet, key: str, step: PlanStep) -> bool:
    """Return whether a meeting has removed a step, or has other words in its place."""
    longer = key_with_text(key, step.what)
    if meeting.earlier.keys() & {f"{EARLIER_STEP}{each}" for each in (key, longer)}:
        return True
    # This key has a digest of the step's text, so that other words there are new.
    now = meeting.steps.get(longer, step)
    return comparable(now.what) != comparable(step.what)


def _as_kept(
    questionnaire: Questionnaire, voices: Sequence[AnswerSheet]
) -> tuple[AnswerSheet, ...]:
    """Return the newest sheet of each voice."""
    combined = combine(questionnaire, voices)
    return combined.voices or (combined,)


def _same_voice(
    voice: AnswerSheet, others: Sequence[AnswerSheet]
) -> AnswerSheet | None:
    """Return the sheet of the same voice in ``others``, None if there is none."""
    for other in others:
        if is_same_voice(voice.voice, other.voice):
            return other
    # A voice without name and role is recognised by equal answers.
    unnamed = [each for each in others if not (each.voice.name or each.voice.role)]
    if voice.voice.name or voice.voice.role:
        return None
    return next((each for each in unnamed if not _changed_ids(each, voice)), None)


def _changed_ids(before: AnswerSheet, now: AnswerSheet) -> list[str]:
    old, new = _statements(before), _statements(now)
    ids = dict.fromkeys([*old, *new])
    return [id_ for id_ in ids if old.get(id_) != new.get(id_)]


def _changed_lines(before: AnswerSheet, now: AnswerSheet) -> list[str]:
    old, new = before.background, now.background
    return [id_ for id_ in {**old, **new} if old.get(id_) != new.get(id_)]


def _changed_entries(
    before: Mapping[str, Value], now: Mapping[str, Value]
) -> dict[str, Value]:
    return {key: value for key, value in now.items() if before.get(key) != value}


def _changed_answers(before: AnswerSheet, now: AnswerSheet) -> dict[str, Answer]:
    return {
        id_: answer
        for id_, answer in now.answers.items()
        if answer.given and _reply_keys([before], id_) != [reply_key(answer)]
    }


def _agree(values: Iterable[str]) -> bool:
    """Return whether all values except "" are the same."""
    return len({value for value in values if value}) <= 1


def _reply_keys(voices: Sequence[AnswerSheet], question: str) -> list[str]:
    answers = [voice.answer(question) for voice in voices]
    return [reply_key(answer) for answer in answers if answer.given]


def _remarks(voices: Sequence[AnswerSheet], question: str) -> Answer:
    """Return an answer that has only the notes and evidence of all voices."""
    answers = [voice.answer(question) for voice in voices]
    return Answer(
        note=joined_texts(answers, "note"), evidence=joined_texts(answers, "evidence")
    )


def _with_own_answer(step: Step, sheet: AnswerSheet) -> Step:
    """Return ``step`` without the answer of a voice if the meeting gave none."""
    if _is_settled(step, sheet):
        return step
    return step._replace(
        value="",
        answer=sheet.answer(step.id),
        # What counts until the meeting answers:
        default=step.value or step.default,
        counts=step.current_text(),
    )


def _is_settled(step: Step, sheet: AnswerSheet) -> bool:
    if step.question:
        return sheet.answer(step.id).given
    kind, _, id_ = step.id.partition(".")
    return kind == "project" or id_ in getattr(sheet, kind)


def _said(
    questionnaire: Questionnaire, voices: Sequence[AnswerSheet]
) -> Mapping[str, tuple[VoiceReply, ...]]:
    """Map each step id to the answers of the voices."""
    found: dict[str, tuple[VoiceReply, ...]] = {}
    for name, voice in zip(voice_names(questionnaire, voices), voices, strict=True):
        for id_, key in _statements(voice).items():
            found[id_] = (*found.get(id_, ()), VoiceReply(name, key))
    return found


def _statements(voice: AnswerSheet) -> dict[str, str]:
    """Map each step id to the answer of one voice, such as "2", "d" or "live"."""
    answers = {id_: each for id_, each in voice.answers.items() if each.given}
    return {
        **{f"profile.{id_}": value for id_, value in voice.profile.items()},
        **{f"available.{role}": f"{n:g}" for role, n in voice.available.items()},
        **{id_: reply_key(answer) for id_, answer in answers.items()},
    }


def voice_names(
    questionnaire: Questionnaire, voices: Sequence[AnswerSheet]
) -> list[str]:
    """Return a short label for each voice: its name, its role or a number.

    Equal names get the role in brackets, and drafts are marked.
    """
    roles = [_role_name(questionnaire, sheet.voice.role) for sheet in voices]
    names = [_one_line(sheet.voice.name) for sheet in voices]
    shown = []
    for number, (name, role) in enumerate(zip(names, roles, strict=True), 1):
        label = name or role or f"voice {number}"
        if name and role and names.count(name) > 1:
            label = f"{name} ({role})"
        draft = " (draft)" if voices[number - 1].voice.drafted else ""
        shown.append(f"{label}{draft}")
    return shown


def _role_name(questionnaire: Questionnaire, role: str) -> str:
    known = questionnaire.roles.get(role)
    return known.name if known else _one_line(role)


def _one_line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_NAME else f"{line[: LONGEST_NAME - 1]}…"
