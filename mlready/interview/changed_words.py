"""Reopen answers whose wording a later answer has changed, and keep the old answers.

The levels of some questions are worded differently for different teams. If a team
changes a fact on which the wording depends, the level that the team chose before no
longer means the same. The answer is then kept under ``AnswerSheet.earlier``, where it
does not count, with a checksum of its wording. The answer counts again as soon as the
question has this wording again, even in a later run.
"""

import hashlib
from collections.abc import Mapping

from mlready.model.answers import FULL, OTHER_WORDS, Answer, AnswerSheet, questions_for
from mlready.model.questionnaire import Questionnaire

Words = tuple[str, ...]
_UNKNOWN = "unknown"


class ChangedWords:
    """A record of the wording with which each question of a sheet was answered."""

    def __init__(self, questionnaire: Questionnaire, sheet: AnswerSheet) -> None:
        self._questionnaire = questionnaire
        self._words: dict[str, Words] = {}
        self.note(sheet)

    def note(self, sheet: AnswerSheet) -> None:
        """Record the present wording for all answers that apply."""
        for id_, words in _levels(self._questionnaire, sheet).items():
            if sheet.answer(id_).given:
                self._words[id_] = words
            else:
                self._words.pop(id_, None)

    def reopened(self, sheet: AnswerSheet) -> AnswerSheet:
        """Return a sheet in which answers with changed wording are open again.

        Notes and evidence stay. If a question again has a wording with which it was
        answered before, the earlier answer counts again. The combined answers of
        several voices are returned unchanged, because each voice had its own wording.
        """
        if sheet.voices:
            return sheet
        changed: dict[str, Answer] = {}
        kept = {**sheet.earlier}
        for id_, words in _levels(self._questionnaire, sheet).items():
            answer = sheet.answer(id_)
            if answer.given and self._words.get(id_, words) != words:
                kept[_key(id_, self._words[id_])] = _for_file(answer)
                answer = answer._replace(level=None, unknown=False, na="")
                changed[id_] = answer
            if not answer.given and _key(id_, words) in kept:
                changed[id_] = _restored(answer, kept.pop(_key(id_, words)))
        if changed:
            answers = {**sheet.answers, **changed}
            sheet = sheet._replace(answers=answers, earlier=kept)
        self.note(sheet)
        return sheet


def asked_again(sheet: AnswerSheet) -> set[str]:
    """Return the ids of the questions that are open because their wording changed."""
    ids = {
        key.removeprefix(OTHER_WORDS).rpartition("-")[0]
        for key in sheet.earlier
        if key.startswith(OTHER_WORDS)
    }
    return {id_ for id_ in ids if not sheet.answer(id_).given}


def count_reopened(
    questionnaire: Questionnaire, before: AnswerSheet, after: AnswerSheet
) -> int:
    """Return how many answers a change of the sheet opens again.

    ``before`` and ``after`` are the sheets before and after the change.
    """
    then = ChangedWords(questionnaire, before).reopened(after)
    return sum(
        after.answer(id_).given and not then.answer(id_).given
        for id_ in _levels(questionnaire, then)
    )


def _levels(questionnaire: Questionnaire, sheet: AnswerSheet) -> dict[str, Words]:
    """Return the words of the levels of each question that applies, by question id."""
    listed = questions_for(questionnaire, sheet._replace(scope=FULL))
    return {each.id: each.levels for each in listed}


def _key(id_: str, words: Words) -> str:
    """Return the key in ``AnswerSheet.earlier`` of an answer to these ``words``."""
    checksum = hashlib.sha256("\n".join(words).encode()).hexdigest()[:8]
    return f"{OTHER_WORDS}{id_}-{checksum}"


def _for_file(answer: Answer) -> str | dict[str, str]:
    """Return an answer as the answers file has it under ``earlier``."""
    if answer.na:
        return {"na": answer.na}
    return _UNKNOWN if answer.unknown else str(answer.level)


def _restored(answer: Answer, kept: str | Mapping[str, str]) -> Answer:
    """Return an open answer, with the earlier answer filled in if that is readable.

    ``kept`` is the earlier answer as the answers file has it under ``earlier``. Notes
    and evidence of the open answer stay.
    """
    if not isinstance(kept, str):
        return answer._replace(na=kept.get("na", ""))
    if kept == _UNKNOWN:
        return answer._replace(unknown=True)
    return answer._replace(level=int(kept)) if kept in {*"01234"} else answer
