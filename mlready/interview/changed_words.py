"""Ask a question again if a changed fact has changed the wording of its levels.

The levels of some questions are worded differently for different teams. If a team
changes a fact on which the wording depends, the level that the team chose before no
longer means the same. The question is then open again. Its old answer is kept under
``AnswerSheet.earlier``, where it does not count, with a checksum of the old wording. If
the question gets the old wording again, even in a later session, the old answer counts
again.
"""

import hashlib
from collections.abc import Mapping

from mlready.model.answers import FULL, OTHER_WORDS, Answer, AnswerSheet, questions_for
from mlready.model.questionnaire import Questionnaire

Words = tuple[str, ...]
_UNKNOWN = "unknown"


class ChangedWords:
    """Remembers how the levels of each question were worded when it was answered."""

    def __init__(self, questionnaire: Questionnaire, sheet: AnswerSheet) -> None:
        self._questionnaire = questionnaire
        self._words: dict[str, Words] = {}
        self.note(sheet)

    def note(self, sheet: AnswerSheet) -> None:
        """Remember the present wording of all questions that have an answer."""
        for id_, words in _levels(self._questionnaire, sheet).items():
            if sheet.answer(id_).given:
                self._words[id_] = words
            else:
                self._words.pop(id_, None)

    def reopened(self, sheet: AnswerSheet) -> AnswerSheet:
        """Return ``sheet`` without the answers to questions whose wording has changed.

        Their notes and evidence stay. If a question has a wording again with which it
        was answered before, the earlier answer counts again. A sheet that combines
        several voices is returned unchanged, because each voice had its own wording.
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
    """Return how many answered questions are open again because their wording changed.

    ``before`` and ``after`` are the sheets before and after an answer is changed.
    """
    then = ChangedWords(questionnaire, before).reopened(after)
    return sum(
        after.answer(id_).given and not then.answer(id_).given
        for id_ in _levels(questionnaire, then)
    )


def _levels(questionnaire: Questionnaire, sheet: AnswerSheet) -> dict[str, Words]:
    """Return the wording of the levels of each question that applies, by its id."""
    listed = questions_for(questionnaire, sheet._replace(scope=FULL))
    return {each.id: each.levels for each in listed}


def _key(id_: str, words: Words) -> str:
    """Return the key under which ``AnswerSheet.earlier`` keeps an answer to a question.

    ``id_`` is the id of the question, ``words`` the wording of its levels.
    """
    checksum = hashlib.sha256("\n".join(words).encode()).hexdigest()[:8]
    return f"{OTHER_WORDS}{id_}-{checksum}"


def _for_file(answer: Answer) -> str | dict[str, str]:
    """Return the value that the answers file has for an answer under ``earlier``."""
    if answer.na:
        return {"na": answer.na}
    return _UNKNOWN if answer.unknown else str(answer.level)


def _restored(answer: Answer, kept: str | Mapping[str, str]) -> Answer:
    """Return an open answer with the level, or other reply, that was given earlier.

    ``kept`` is the value under ``earlier`` in the answers file; an invalid value
    changes nothing. Notes and evidence of the open answer stay.
    """
    if not isinstance(kept, str):
        return answer._replace(na=kept.get("na", ""))
    if kept == _UNKNOWN:
        return answer._replace(unknown=True)
    return answer._replace(level=int(kept)) if kept in {*"01234"} else answer
