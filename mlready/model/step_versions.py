"""Bring together the steps that several answers files have under the same keys."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from mlready.model.answers import NO_VOICE, AnswerSheet, PlanStep
from mlready.model.questionnaire import Questionnaire
from mlready.model.step_keys import comparable, key_with_text, known_keys


class Version(NamedTuple):
    """What one sheet says about a step."""

    sheet: AnswerSheet
    key: str  # of the step in this sheet
    step: PlanStep


def combined_steps(
    questionnaire: Questionnaire,
    sheets: Sequence[AnswerSheet],
    meeting: AnswerSheet | None = None,
) -> dict[str, PlanStep]:
    """Return the steps of several sheets; their order does not matter.

    Each field of a step comes from the newest sheet that has the field; a meeting of
    the voices counts as newer than all. Steps with different texts under one key are
    all kept, and share no field.
    """
    ordered = [*_oldest_first(sheets), *([meeting] if meeting else [])]
    found = _versions(questionnaire, ordered)
    return {key: _newest_fields(found[key]) for key in sorted(found)}


def _newest_fields(versions: Sequence[Version]) -> PlanStep:
    """Return a step with the last value of each field."""
    values = zip(*(each.step for each in versions), strict=True)
    return PlanStep(*(next(filter(None, reversed(each)), "") for each in values))


def step_versions(
    questionnaire: Questionnaire, sheets: Sequence[AnswerSheet]
) -> dict[str, list[Version]]:
    """Return the versions of each step by its key in the combined sheet, oldest first.

    If texts differ, the key of a question keeps the questionnaire's text, or else the
    newest; other steps get new keys, as none of them may take the place of another in
    a tracker.
    """
    return _versions(questionnaire, _oldest_first(sheets))


def _versions(
    questionnaire: Questionnaire, sheets: Sequence[AnswerSheet]
) -> dict[str, list[Version]]:
    known = known_keys(questionnaire)
    found: dict[str, list[Version]] = {}
    for key, versions in _by_key(sheets).items():
        texts = [comparable(each.step.what) for each in versions]
        # A step without a text has that of the questionnaire, which no other key has.
        of_key = "" if "" in texts else texts[-1]
        keeps_key = key in known or len({*texts}) == 1
        for text, version in zip(texts, versions, strict=True):
            is_same = keeps_key and text == of_key
            name = key if is_same else key_with_text(key, version.step.what)
            found.setdefault(name, []).append(version)
    return found


def _by_key(sheets: Sequence[AnswerSheet]) -> Mapping[str, list[Version]]:
    given = {key for sheet in sheets for key in sheet.steps}
    found: dict[str, list[Version]] = {}
    for sheet in sheets:
        for key, step in sheet.steps.items():
            # A meeting's file may already have this step under its longer key.
            longer = key_with_text(key, step.what)
            name = longer if longer in given else key
            found.setdefault(name, []).append(Version(sheet, key, step))
    return found


def _oldest_first(sheets: Sequence[AnswerSheet]) -> list[AnswerSheet]:
    """Sort the sheets that no later sheet of the same voice replaces."""
    dates = last_dates(sheets)
    return sorted((s for s in sheets if not is_replaced(s, dates)), key=_age)


def last_dates(sheets: Iterable[AnswerSheet]) -> dict[tuple[str, str], str]:
    """Return the last date of each voice, by ``Voice.who``.

    A list of questions does not count, because it replaces only its own answers.
    """
    found: dict[tuple[str, str], str] = {}
    for sheet in sheets:
        who, date = sheet.voice.who, sheet.voice.date
        if who != NO_VOICE.who and not sheet.asked:
            found[who] = max(date, found.get(who, ""))
    return found


def is_replaced(sheet: AnswerSheet, dates: Mapping[tuple[str, str], str]) -> bool:
    """Return whether ``dates``, from ``last_dates``, has a later one of the voice."""
    return dates.get(sheet.voice.who, "") > sheet.voice.date


def _age(sheet: AnswerSheet) -> tuple[str, str, str, list[tuple[str, PlanStep]]]:
    """Return a sort key that puts older sheets first, those without a date before all.

    Names and steps only make the order of sheets of one day the same each time.
    """
    voice = sheet.voice
    return voice.date, voice.name, voice.role, sorted(sheet.steps.items())
