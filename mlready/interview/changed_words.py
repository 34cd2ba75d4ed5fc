"""Open a question again when a changed fact changes the wording of its levels.

The old answer is kept under ``AnswerSheet.earlier``, where it does not count. The
answer counts again when the old wording comes back, even in a later session.
"""

import hashlib
from collections.abc import Mapping

from mlready.interview.steps import reply_key
from mlready.model.answers import FULL, OTHER_WORDS, Answer, AnswerSheet, questions_for
from mlready.model.questionnaire import Questionnaire

Words = tuple[str, ...]  # the wording of each level of a question
_UNKNOWN = "unknown"


class ChangedWords:
    """Remembers the wording in which each question was answered."""

    def __init__(self, questionnaire: Questionnaire, sheet: AnswerSheet) -> None:
        self._questionnaire = questionnaire
        self._words: dict[str, Words] = {}
        self.note(sheet)

    def note(self, sheet: AnswerSheet) -> None:
        """Remember the present wording of every answered question."""
        for id_, words in _levels(self._questionnaire, sheet).items():
            if sheet.answer(id_).given:
                self._words[id_] = words
            else:
                self._words.pop(id_, None)

    def reopened(self, sheet: AnswerSheet) -> AnswerSheet:
        """Return the sheet without answers to questions whose wording has changed.

        If a question has an old wording again, the answer to that wording is restored.
        """
        if sheet.voices:  # each voice had a wording of its own
            return sheet
        changed: dict[str, Answer] = {}
        kept = {**sheet.earlier}
        for id_, words in _levels(self._questionnaire, sheet).items():
            answer = sheet.answer(id_)
            if answer.given and self._words.get(id_, words) != words:
                kept[_key(id_, self._words[id_])] = _for_file(answer)
                # Note and evidence stay.
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
    """Return the ids of questions that a changed wording has opened again."""
    ids = {
        key.removeprefix(OTHER_WORDS).rpartition("-")[0]
        for key in sheet.earlier
        if key.startswith(OTHER_WORDS)
    }
    return {id_ for id_ in ids if not sheet.answer(id_).given}


def reopened_topics(
    questionnaire: Questionnaire, before: AnswerSheet, after: AnswerSheet
) -> list[str]:
    """Return the topics of the answered questions that a change of the sheet opens.

    The topics are those before the change, which the team has read.
    """
    then = ChangedWords(questionnaire, before).reopened(after)
    return [
        each.topic
        for each in questions_for(questionnaire, before._replace(scope=FULL))
        if after.answer(each.id).given and not then.answer(each.id).given
    ]


def changed_topics(
    questionnaire: Questionnaire, before: AnswerSheet, after: AnswerSheet
) -> list[str]:
    """Return the topics of the facts and questions with another answer than before.

    The list is empty if an answer is gone, or if more than such answers has changed.
    """
    if before.available != after.available:
        return []
    questions = questions_for(questionnaire, after._replace(scope=FULL))
    topics = {each.id: each.topic for each in questionnaire.profile}
    topics |= {each.id: each.topic for each in questions}
    changed = [id_ for id_ in topics if _said(before, id_) != _said(after, id_)]
    return (
        [topics[id_] for id_ in changed]
        if all(_said(after, id_) for id_ in changed)
        else []
    )


def _said(sheet: AnswerSheet, id_: str) -> str:
    """Return the answer to a fact or question as a text, "" if it is not answered."""
    answer = sheet.answer(id_)
    return reply_key(answer) if answer.given else sheet.profile.get(id_, "")


def _levels(questionnaire: Questionnaire, sheet: AnswerSheet) -> dict[str, Words]:
    """Return the wording of the levels of each question, by question id."""
    listed = questions_for(questionnaire, sheet._replace(scope=FULL))
    return {each.id: each.levels for each in listed}


def _key(id_: str, words: Words) -> str:
    """Return the key under which ``AnswerSheet.earlier`` keeps an answer.

    ``id_`` is the id of the question. ``words`` is the wording of the question's levels
    when the answer was given.
    """
    checksum = hashlib.sha256("\n".join(words).encode()).hexdigest()[:8]
    return f"{OTHER_WORDS}{id_}-{checksum}"


def _for_file(answer: Answer) -> str | dict[str, str]:
    """Return an answer in the form that the answers file has under ``earlier``."""
    if answer.na:
        return {"na": answer.na}
    return _UNKNOWN if answer.unknown else str(answer.level)


def _restored(answer: Answer, kept: str | Mapping[str, str]) -> Answer:
    """Return an answer that says again what ``kept`` says, such as "2" or "unknown".

    ``kept`` has the form that ``_for_file`` returns. The remarks of ``answer`` stay.
    """
    if not isinstance(kept, str):
        return answer._replace(na=kept.get("na", ""))
    if kept == _UNKNOWN:
        return answer._replace(unknown=True)
    # An invalid value changes nothing.
    return answer._replace(level=int(kept)) if kept in {*"01234"} else answer
