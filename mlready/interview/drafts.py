"""Let a person confirm, one by one, the answers of a sheet that somebody drafted.

A draft is made from notes, for example by an assistant; no person has given its
answers. The sheet remains a draft until all answers are confirmed. Until then
``Voice.confirmed`` lists the ids of the steps whose answers are confirmed, separated by
spaces.
"""

from collections.abc import Sequence

from mlready.interview.contradictions import with_contradictions
from mlready.interview.order import all_steps
from mlready.interview.steps import Step, voice_steps
from mlready.model.answers import AnswerSheet
from mlready.model.questionnaire import Questionnaire


def interview_steps(
    questionnaire: Questionnaire, sheet: AnswerSheet
) -> tuple[Step, ...]:
    """Return all steps of an interview with one voice, including contradictions.

    Answers of a draft that are not confirmed yet are marked as drafted. If the voice is
    asked only a question list, contradictions are left out.
    """
    listed = marked_steps(questionnaire, sheet)
    if sheet.asked:
        return listed
    return with_contradictions(questionnaire, sheet, listed)


def marked_steps(questionnaire: Questionnaire, sheet: AnswerSheet) -> tuple[Step, ...]:
    """Return all steps of an interview with one voice, without contradictions.

    Answers of a draft that are not confirmed yet are marked as drafted.
    """
    listed = all_steps(
        questionnaire, sheet, mark=lambda each: mark_drafted(sheet, each)
    )
    return (*mark_drafted(sheet, voice_steps(questionnaire, sheet)), *listed)


def mark_drafted(sheet: AnswerSheet, steps: Sequence[Step]) -> tuple[Step, ...]:
    """Return ``steps``, in a draft with unconfirmed answers marked as drafted."""
    if not sheet.voice.drafted:
        return tuple(steps)
    confirmed = set(sheet.voice.confirmed.split())
    return tuple(
        step._replace(drafted=sheet.voice.drafted)
        if step.value and step.id not in confirmed
        else step
        for step in steps
    )


def confirm(sheet: AnswerSheet, step: Step) -> AnswerSheet:
    """Return the sheet; if it is a draft, the answer to ``step`` is now confirmed."""
    ids = sheet.voice.confirmed.split()
    if not sheet.voice.drafted or step.id in ids:
        return sheet
    voice = sheet.voice._replace(confirmed=" ".join([*ids, step.id]))
    return sheet._replace(voice=voice)


def without_draft(questionnaire: Questionnaire, sheet: AnswerSheet) -> AnswerSheet:
    """Return the sheet; if all drafted answers are confirmed, it is no longer a draft.

    Drafted answers to steps that do not apply are then removed, unless the sheet is for
    a question list. Nobody confirmed these answers, and they would count as soon as
    their steps apply.
    """
    if not sheet.voice.drafted:
        return sheet
    listed = interview_steps(questionnaire, sheet)
    if any(step.drafted for step in listed):
        return sheet
    voice = sheet.voice._replace(drafted="", confirmed="")
    if sheet.asked:  # this voice did not answer the other facts
        return sheet._replace(voice=voice)
    ids = {each.id for step in listed for each in (step, *step.fields)}
    return sheet._replace(
        voice=voice,
        profile={k: v for k, v in sheet.profile.items() if f"profile.{k}" in ids},
        available={k: v for k, v in sheet.available.items() if f"available.{k}" in ids},
        answers={k: v for k, v in sheet.answers.items() if k in ids},
    )
