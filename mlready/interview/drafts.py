"""Let a person confirm the answers of a draft, one by one.

A sheet is a draft until all its answers are confirmed.
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
    """Return all steps of an interview with one voice.

    Steps on contradictions are included, but not for a question list.
    """
    listed = marked_steps(questionnaire, sheet)
    if sheet.asked:
        return listed
    return with_contradictions(questionnaire, sheet, listed)


def marked_steps(questionnaire: Questionnaire, sheet: AnswerSheet) -> tuple[Step, ...]:
    """Return all steps of an interview with one voice, except steps on contradictions.

    Unconfirmed answers of a draft are marked.
    """
    listed = all_steps(
        questionnaire, sheet, mark=lambda each: mark_drafted(sheet, each)
    )
    return (*mark_drafted(sheet, voice_steps(questionnaire, sheet)), *listed)


def mark_drafted(sheet: AnswerSheet, steps: Sequence[Step]) -> tuple[Step, ...]:
    """Set ``Step.drafted`` in each step whose drafted answer is not confirmed yet."""
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
    """Record in a draft that the answer to a step is confirmed.

    A sheet that is not a draft is returned unchanged.
    """
    ids = sheet.voice.confirmed.split()
    if not sheet.voice.drafted or step.id in ids:
        return sheet
    voice = sheet.voice._replace(confirmed=" ".join([*ids, step.id]))
    return sheet._replace(voice=voice)


def without_draft(questionnaire: Questionnaire, sheet: AnswerSheet) -> AnswerSheet:
    """Turn a draft into an ordinary sheet if no step is left to confirm.

    Steps that do not apply need no confirmation. Answers to such steps are then
    removed, except from a question list.
    """
    if not sheet.voice.drafted:
        return sheet
    listed = interview_steps(questionnaire, sheet)
    if any(step.drafted for step in listed):
        return sheet
    voice = sheet.voice._replace(drafted="", confirmed="")
    if sheet.asked:  # this voice did not answer the other facts
        return sheet._replace(voice=voice)
    # Nobody confirmed these answers, and they would count once their steps apply.
    ids = {each.id for step in listed for each in (step, *step.fields)}
    return sheet._replace(
        voice=voice,
        profile={k: v for k, v in sheet.profile.items() if f"profile.{k}" in ids},
        available={k: v for k, v in sheet.available.items() if f"available.{k}" in ids},
        answers={k: v for k, v in sheet.answers.items() if k in ids},
    )
