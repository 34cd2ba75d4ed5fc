"""Find out what changes if the voices settle a difference."""

from collections.abc import Sequence
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import NamedTuple

from mlready.assessment.advice import Advice
from mlready.assessment.agenda import AgendaItem, Others, agenda
from mlready.assessment.assess import Assessment
from mlready.model.answers import Answer
from mlready.model.applicability import Identity
from mlready.model.questionnaire import Question
from mlready.report.voices import Said, ShownDifference, voices

FIRST = 2  # differences shown before the appendix


class Effect(StrEnum):
    """Keys of the phrases on whether settling a difference can change the advice."""

    NONE = "none"
    ALONE = "alone"
    WITH_HIGHER = "with_higher"  # if the higher answers to the others count as well
    TOGETHER = "together"  # together with other questions of its layer


class Option(NamedTuple):
    """An answer that the voices could agree on, and the advice that follows."""

    said: Said
    advice: Advice


class Change(NamedTuple):
    """What settling a difference can change."""

    effect: Effect
    options: Sequence[Option] = ()  # answers that would change the advice
    # Other questions whose answers must change as well.
    together: Sequence[Question] = ()


class Settling:
    """The differences of a report, sorted by what settling each difference can change.

    Sorting takes many assessments, and is done only on first use.
    """

    def __init__(self, result: Assessment) -> None:
        self._inputs = result.inputs
        self._voices = voices(result)

    @cached_property
    def _items(self) -> dict[str, AgendaItem]:
        found = agenda(self._inputs.questionnaire, self._inputs.sheet)
        return {item.id: item for item in (*found.items, *found.left)}

    @cached_property
    def _to_settle(self) -> list[ShownDifference]:
        places = {id_: place for place, id_ in enumerate(self._items)}
        last = len(places)
        return sorted(
            self._voices.to_settle, key=lambda each: places.get(each.id, last)
        )

    @property
    def first(self) -> list[ShownDifference]:
        """The first two differences that must be settled, in the agenda's order."""
        return self._to_settle[:FIRST]

    @property
    def further(self) -> list[ShownDifference]:
        """The differences that must be settled or can change the advice.

        Those in ``first`` are left out.
        """
        small = [each for each in self._voices.small if each.id in self._items]
        return [*self._to_settle[FIRST:], *small]

    @property
    def deciding(self) -> list[ShownDifference]:
        """The differences that must be settled and can change the advice."""
        return [each for each in self._to_settle if each.id in self._items]

    @property
    def harmless(self) -> list[ShownDifference]:
        """The differences that need not be settled and cannot change the advice."""
        return [each for each in self._voices.small if each.id not in self._items]

    def change(self, difference: ShownDifference) -> Change:
        """Return what settling a difference can change."""
        item = self._items.get(difference.id)
        if not item:
            return Change(Effect.NONE)
        options = _other_options(item, difference)
        if item.together:
            others = [each for each in item.together if each.id != difference.id]
            return Change(Effect.TOGETHER, options, others)
        alone = item.others is Others.LOWER
        return Change(Effect.ALONE if alone else Effect.WITH_HIGHER, options)


def settling(result: Assessment) -> Settling:
    """Return the differences of a report, sorted once for all its parts."""
    return _settling(Identity(result))


@lru_cache(maxsize=1)
def _settling(key: Identity[Assessment]) -> Settling:
    return Settling(key.value)


def _as_said(answer: Answer | None, value: str, difference: ShownDifference) -> Said:
    words = difference.fact.choices.get(value, "") if difference.fact else ""
    return Said(None, answer, value, words)


def _other_options(item: AgendaItem, difference: ShownDifference) -> list[Option]:
    options = [
        Option(_as_said(each.answer, each.value, difference), each.advice)
        for each in item.outcomes
    ]
    counts = difference.counts
    now = next((each for each in options if _is_same(each.said, counts)), options[0])
    return [each for each in options if each.advice != now.advice]


def _is_same(one: Said, other: Said) -> bool:
    levels = [each.answer.level if each.answer else None for each in (one, other)]
    return levels[0] == levels[1] and one.value == other.value
