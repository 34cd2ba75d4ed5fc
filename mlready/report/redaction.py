"""Remove free text or the names of voices from an answer sheet before assessment.

Removed text cannot appear in any document.
"""

from collections.abc import Container, Iterable

from mlready.assessment.voices import UNNAMED, Speaker, is_meeting, speaker
from mlready.model.answers import NO_TIMING, Answer, AnswerSheet, Voice
from mlready.model.questionnaire import Questionnaire
from mlready.model.step_keys import known_keys
from mlready.report.templating import render


def shown_sheet(
    questionnaire: Questionnaire,
    sheet: AnswerSheet,
    *,
    redacted: bool,
    anonymised: bool,
) -> AnswerSheet:
    """Return a sheet without the texts that ``--redact`` and ``--anonymous`` hide.

    If ``redacted`` is true, free text is removed. If ``anonymised`` is true, the sheet
    does not say who gave which answer.
    """
    if redacted:
        sheet = redact(questionnaire, sheet)
    return anonymous(sheet) if anonymised else sheet


def redact(questionnaire: Questionnaire, sheet: AnswerSheet) -> AnswerSheet:
    """Return a sheet without the free text that people wrote.

    A placeholder replaces each text whose presence matters. The dates of answers are
    removed, too.
    """
    left_out = _left_out()
    ours = known_keys(questionnaire)
    # Fields are named one by one, so that a field added later is left out, too.
    return AnswerSheet(
        questionnaire=sheet.questionnaire,
        version=sheet.version,
        scope=sheet.scope,
        profile=sheet.profile,
        available=sheet.available,
        answers={
            id_: _redacted(answer, left_out) for id_, answer in sheet.answers.items()
        },
        redacted=True,
        voice=_without_name(sheet, questionnaire.roles, left_out),
        voices=tuple(
            redact(questionnaire, each) for each in _with_persons(sheet.voices)
        ),
        person=sheet.person,
        anonymous=sheet.anonymous,
        steps={
            key if key in ours else f"step{number}": step._replace(
                # Our own steps have their text in the questionnaire or a template.
                what="" if key in ours else left_out,
                owner=left_out if step.owner else "",
            )
            for number, (key, step) in enumerate(sheet.steps.items(), 1)
        },
        timing=sheet.timing,
        ages=sheet.ages,
    )


def anonymous(sheet: AnswerSheet) -> AnswerSheet:
    """Return a sheet that does not say who gave which answer.

    The notes and background lines of each voice are removed, because they could reveal
    people. The sheet's own notes, background lines and steps stay.
    """
    left_out = _left_out()
    answers = {
        id_: each._replace(by="", date="") for id_, each in sheet.answers.items()
    }
    return sheet._replace(
        answers=answers,
        voice=_without_name(sheet, (), left_out),
        # Sorted, so that the order does not depend on names.
        voices=tuple(
            sorted(
                (_levels_only(each, left_out) for each in _with_persons(sheet.voices)),
                key=lambda each: (each.voice, repr(sorted(each.answers.items()))),
            )
        ),
        anonymous=True,
    )


def _levels_only(sheet: AnswerSheet, left_out: str) -> AnswerSheet:
    answers = {
        id_: Answer(each.level, each.unknown, left_out if each.na else "")
        for id_, each in sheet.answers.items()
    }
    voice = _without_name(sheet, (), left_out)
    return sheet._replace(
        answers=answers,
        voice=voice,
        anonymous=True,
        background={},
        steps={},
        timing=NO_TIMING,
    )


def _with_persons(voices: Iterable[AnswerSheet]) -> list[AnswerSheet]:
    """Set ``person`` in each sheet to a number that replaces the person's name."""
    persons: dict[Speaker, int] = {UNNAMED: 0}
    return [
        each._replace(person=persons.setdefault(speaker(each), len(persons)))
        for each in voices
    ]


def _without_name(sheet: AnswerSheet, roles: Container[str], left_out: str) -> Voice:
    """Return the voice of a sheet without names; keep a role that is in ``roles``."""
    voice = sheet.voice
    return Voice(
        role=voice.role if voice.role in roles else "",
        present=left_out if voice.present or is_meeting(sheet) else "",
        drafted=left_out if voice.drafted else "",
    )


def _left_out() -> str:
    return render("_left_out.txt.j2", str).strip()


def _redacted(answer: Answer, left_out: str) -> Answer:
    return Answer(
        level=answer.level,
        unknown=answer.unknown,
        na=left_out if answer.na else "",
        accepted=left_out if answer.accepted else "",
        note=left_out if answer.note else "",
        evidence=left_out if answer.evidence else "",
    )
