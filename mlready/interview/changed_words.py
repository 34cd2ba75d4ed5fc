"""Reopen answers whose words a later answer has changed.

The levels of some questions have other words for other teams. If a team changes a fact
on which the words depend, the level that it chose no longer says what it said.
"""

from mlready.model.answers import FULL, Answer, AnswerSheet, questions_for
from mlready.model.questionnaire import Questionnaire

Words = tuple[str, ...]


class ChangedWords:
    """Remembers with which words each question of a sheet was answered.

    ``asked_again`` are the ids of the questions whose answers were reopened.
    """

    def __init__(self, questionnaire: Questionnaire, sheet: AnswerSheet) -> None:
        self.asked_again: set[str] = set()
        self._questionnaire = questionnaire
        self._words: dict[str, Words] = {}
        # Answers are kept with their words, in case the words become those again.
        self._given: dict[tuple[str, Words], Answer] = {}
        self.note(sheet)

    def note(self, sheet: AnswerSheet) -> None:
        """Take all answers of a sheet as given with the words they have now."""
        self._words = {
            id_: words
            for id_, words in self._levels(sheet).items()
            if sheet.answer(id_).given
        }

    def reopened(self, sheet: AnswerSheet) -> AnswerSheet:
        """Return a sheet in which each answer given with other words is open again.

        Notes and evidence stay. If a question has words again with which it was
        answered before, that answer counts again. The combined answers of several
        voices are returned unchanged, because each voice had its own words.
        """
        if sheet.voices:
            return sheet
        changed: dict[str, Answer] = {}
        for id_, words in self._levels(sheet).items():
            answer = sheet.answer(id_)
            if answer.given and self._words.get(id_, words) != words:
                self._given[id_, self._words[id_]] = answer
                answer = answer._replace(level=None, unknown=False, na="")
                self.asked_again.add(id_)
            if not answer.given and id_ in self.asked_again:
                changed[id_] = self._given.get((id_, words), answer)
        sheet = sheet._replace(answers={**sheet.answers, **changed})
        self.note(sheet)
        return sheet

    def _levels(self, sheet: AnswerSheet) -> dict[str, Words]:
        """Map the ids of the questions that apply to the words of their levels."""
        listed = questions_for(self._questionnaire, sheet._replace(scope=FULL))
        return {each.id: each.levels for each in listed}
