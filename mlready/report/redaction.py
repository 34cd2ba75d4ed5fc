"""Remove free text or the names of voices from an answer sheet before assessment.

Text removed before the assessment cannot appear in any document.
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
    """Return an answer sheet as the options ``--redact`` and ``--anonymous`` show it.

    Args:
        questionnaire: the questionnaire that the sheet answers.
        sheet: the answers, of one voice or combined.
        redacted: whether to leave out the free text.
        anonymised: whether to leave out which voice gave which answer.

    """
    if redacted:
        sheet = redact(questionnaire, sheet)
    return anonymous(sheet) if anonymised else sheet


def redact(questionnaire: Questionnaire, sheet: AnswerSheet) -> AnswerSheet:
    """Return an answer sheet without the free text that people wrote.

    Of each voice only the role remains, if it is a role of the questionnaire. The
    advice depends on whether an answer has a reason, a note or evidence, and on whether
    a voice is a meeting or a draft, so these texts are replaced by a placeholder. Only
    the fields named in the code below are kept, so that fields added to the sheet later
    are removed too. Of the steps of the plan only the dates remain. The dates of
    answers are removed; the sheet only records which answers are too old (see
    ``assessment.ages``).
    """
    left_out = _left_out()
    ours = known_keys(questionnaire)
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
    """Return an answer sheet that does not say who gave which answer.

    This removes the names and roles of all voices, who gave each answer and when, and
    the notes and background lines of each single voice, by which people could be
    recognised. The notes and background lines of the sheet itself are kept, and so are
    the steps of the plan with their owners. The order of the voices does not depend on
    their names.
    """
    left_out = _left_out()
    answers = {
        id_: each._replace(by="", date="") for id_, each in sheet.answers.items()
    }
    return sheet._replace(
        answers=answers,
        voice=_without_name(sheet, (), left_out),
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
    """Return the sheets of voices, each with a number that stands for the person.

    When the names are removed, two people with the same role would count as one person
    without these numbers.
    """
    persons: dict[Speaker, int] = {UNNAMED: 0}
    return [
        each._replace(person=persons.setdefault(speaker(each), len(persons)))
        for each in voices
    ]


def _without_name(sheet: AnswerSheet, roles: Container[str], left_out: str) -> Voice:
    """Return a sheet's voice without its name.

    The voice's role is kept only if it is in ``roles``. ``left_out`` replaces the text
    on who was present, and the text on who drafted the answers.
    """
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
