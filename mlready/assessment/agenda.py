"""Choose what a meeting of several voices must settle.

The agenda lists the differences and open questions that can change the advice, and the
claims that a second voice must confirm.
"""

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import accumulate, combinations
from typing import NamedTuple

from mlready.assessment.advice import Advice, advice_if_confirmed, question_weights
from mlready.assessment.confirmation import Claim
from mlready.assessment.diagnosis import blocking_questions, diagnose
from mlready.assessment.scoring import HIGHEST
from mlready.assessment.staffing import staff
from mlready.assessment.voices import (
    Difference,
    Statement,
    differences,
    fact_statements,
    is_settled,
    question_statements,
    strictest_first,
    with_agreed_answers,
)
from mlready.model.answers import (
    Answer,
    AnswerSheet,
    AssessmentInput,
    assessment_input,
)
from mlready.model.applicability import needs
from mlready.model.questionnaire import Fact, Placement, Question, Questionnaire

MEETING = 30  # length of a meeting in minutes
TO_SETTLE, TO_TALK_THROUGH = 3, 2  # minutes for one item


class AgendaReason(StrEnum):
    """Why an item is on the agenda of a meeting."""

    DIFFERENCE = "difference"  # the voices gave different answers
    OPEN = "open"  # nobody knew the answer
    ONE_KNOWS = "one_knows"  # it can stop the project, and only one voice knew it
    DRAFT_KNOWS = "draft_knows"  # the same, but only a draft has an answer
    CLAIM = "claim"  # a "ready" rests on it, and only one voice said it
    DRAFTED = "drafted"  # a "ready" rests on it, and only drafts say it
    AGED = "aged"  # a "ready" rests on it, and the answers are too old
    HALF_NEW = "half_new"  # the same, but one voice has given a new answer


_CLAIMS = {
    AgendaReason.CLAIM,
    AgendaReason.DRAFTED,
    AgendaReason.AGED,
    AgendaReason.HALF_NEW,
}


class Others(StrEnum):
    """Whether the other items of the agenda count with low or with high answers.

    ``Outcome.advice`` of an agenda item is computed with such answers.
    """

    LOWER = "lower"  # the answers that count now: of two answers, the lower one
    HIGHER = "higher"  # the highest answers that a meeting could choose


class Outcome(NamedTuple):
    """A possible result of an agenda item, and the advice that follows."""

    answer: Answer | None  # the answer to a question; None for a fact or a role
    value: str  # the value of a fact or the number of people; "" for a question
    advice: Advice


class AgendaItem(NamedTuple):
    """What a meeting must settle: a question, a fact, or how many people a role has."""

    reason: AgendaReason
    # Exactly one of ``question``, ``fact`` and ``role`` is given.
    question: Question | None
    fact: Fact | None
    role: str  # id of a role, to settle how many of its people are available
    statements: tuple[Statement, ...]  # what the voices said
    known_by: tuple[str, ...]  # ids of the roles that can answer
    minutes: int  # how long the meeting needs for the item
    outcomes: tuple[Outcome, ...] = ()  # of the possible answers
    others: Others = Others.LOWER  # what ``outcomes`` assume
    # The questions of one layer, this one included, that change the advice only
    # together; empty if the item changes the advice alone.
    together: tuple[Question, ...] = ()
    changes: int = 0  # how many parts of the advice the item can change

    @property
    def id(self) -> str:
        """The id of the question or fact, or of the role whose people are counted."""
        asked = self.question or self.fact
        return asked.id if asked else self.role


class Agenda(NamedTuple):
    """The agenda of a meeting."""

    items: tuple[AgendaItem, ...]  # the most important first
    left: tuple[AgendaItem, ...]  # items for which there is no time
    # Differences that change the advice neither alone nor with others on their layer.
    others: tuple[Difference, ...]

    @property
    def minutes(self) -> int:
        """How many minutes the meeting needs for ``items``."""
        return sum(item.minutes for item in self.items)


def agenda(
    questionnaire: Questionnaire, sheet: AnswerSheet, minutes: int = MEETING
) -> Agenda:
    """Return the agenda for a meeting of the voices in ``sheet``.

    ``minutes`` is how long the meeting may last. Items that a meeting has already
    settled are left out.
    """
    inputs = assessment_input(questionnaire, sheet)
    topics = [*_topics(inputs)]
    cases = {
        Others.LOWER: inputs,
        Others.HIGHER: _settled(
            inputs, [(each, each.highest) for each in topics if each.has_order]
        ),
    }
    alone = [_item(topic, cases) for topic in topics]
    found = [item for item in alone if item.changes or item.reason in _CLAIMS]
    found += _together(inputs, topics, cases, {item.id for item in found})
    listed = {item.id for item in found}
    others = [
        each
        for each in differences(questionnaire, inputs.sheet)
        if each.id not in listed and not _is_settled(inputs.sheet, each.id)
    ]
    return _planned(inputs, found, others, minutes)


class _Topic(NamedTuple):
    """A possible item of the agenda, with the answers that a meeting could choose."""

    item: AgendaItem  # without ``outcomes``
    # From the lowest to the highest; "does not apply" comes before levels.
    options: tuple[Answer | str, ...]

    @property
    def id(self) -> str:
        return self.item.id

    @property
    def has_order(self) -> bool:
        """Whether ``options`` go from lower to higher, which some choices do not."""
        # Choices of a fact have an order only if ``strictest_first`` knows one.
        fact = self.item.fact
        return not (fact and fact.choices and not strictest_first(fact))

    @property
    def highest(self) -> Answer | str:
        return self.options[-1]

    @property
    def lowest(self) -> Answer | str:
        levels = [each for each in self.options if not _is_left_out(each)]
        return levels[0]


def _is_left_out(option: Answer | str) -> bool:
    return isinstance(option, Answer) and bool(option.na)


def _topics(inputs: AssessmentInput) -> Iterator[_Topic]:
    """Yield each unsettled difference, open question and unconfirmed claim."""
    sheet, listed = inputs.sheet, set[str]()
    diagnosis = diagnose(inputs)
    blocking = {each.id for each in blocking_questions(inputs)}
    enough = inputs.questionnaire.constants.blocks_below
    for difference in differences(inputs.questionnaire, sheet):
        topic = _difference_topic(difference)
        if difference.id in blocking and _only_one_knows(difference, enough):
            topic = _one_knows_topic(topic)
        if len(topic.options) > 1 and not _is_settled(sheet, topic.id):
            listed.add(topic.id)
            yield topic
    for question in (each for each in diagnosis.open if each.id not in listed):
        said = question_statements(sheet, question)
        ends = Answer(level=0), Answer(level=HIGHEST)
        listed.add(question.id)
        yield _topic(AgendaReason.OPEN, question, "", said, ends)
    for claim in staff(diagnosis, explained=False).confirmation.unconfirmed:
        if claim.id not in listed:
            yield _claim_topic(inputs, claim)


def _topic(  # noqa: PLR0913, PLR0917 - the fields of an item that topics differ in
    reason: AgendaReason,
    asked: Question | Fact | None,
    role: str,
    statements: tuple[Statement, ...],
    options: Iterable[Answer | str],
    minutes: int = TO_TALK_THROUGH,
) -> _Topic:
    item = AgendaItem(
        reason,
        asked if isinstance(asked, Question) else None,
        asked if isinstance(asked, Fact) else None,
        role,
        statements,
        asked.known_by if asked else (),
        minutes,
    )
    return _Topic(item, tuple(options))


def _difference_topic(difference: Difference) -> _Topic:
    question, fact, role, said, must_be_settled = difference
    options: Sequence[Answer | str]
    if question:
        answers = [each.answer for each in said if each.answer]
        levels = sorted({each.level for each in answers if each.level is not None})
        left_out = [Answer(na=each.na) for each in answers if each.na][:1]
        options = [*(left_out if levels else ()), *map(Answer, levels)]
    else:
        options = _from_lowest({each.value for each in said}, fact)
    minutes = TO_SETTLE if must_be_settled else TO_TALK_THROUGH
    return _topic(
        AgendaReason.DIFFERENCE, question or fact, role, said, options, minutes
    )


def _only_one_knows(difference: Difference, enough: float) -> bool:
    """Return whether one voice said at least ``enough``, and no other voice knew."""
    answers = [each.answer for each in difference.statements if each.answer]
    known = [each.level for each in answers if not each.unknown]
    return len(known) == 1 and known[0] is not None and known[0] >= enough


def _drafted(statements: Iterable[Statement]) -> bool:
    """Return whether all statements are those of drafts."""
    return all(each.sheet.voice.drafted for each in statements)


def _one_knows_topic(topic: _Topic) -> _Topic:
    """Return the topic with level 0 as a further option.

    The voices that do not know the answer could find it to be that low.
    """
    known = [s for s in topic.item.statements if s.answer and not s.answer.unknown]
    reason = AgendaReason.DRAFT_KNOWS if _drafted(known) else AgendaReason.ONE_KNOWS
    item = topic.item._replace(reason=reason)
    return _Topic(item, (Answer(level=0), *topic.options))


def _from_lowest(values: Collection[str], fact: Fact | None) -> list[str]:
    """Sort the values that voices gave, from the lowest to the highest.

    ``fact`` is None if the values are numbers of people. Numbers are sorted by size.
    Of the choices of ``fact``, the strictest counts as the lowest: the choice that
    calls for the most caution. Choices without such an order keep the questionnaire's.
    """
    if not fact or not fact.choices:
        return sorted(values, key=float)
    return sorted(values, key=[*(strictest_first(fact) or fact.choices)].index)


def _is_settled(sheet: AnswerSheet, id_: str) -> bool:
    """Return whether a meeting settled the question, fact or role with this id.

    A role is settled by saying how many of its people are available.
    """
    given = sheet.answer(id_).given or id_ in sheet.profile or id_ in sheet.available
    return is_settled(sheet, id_) and given


def _claim_topic(inputs: AssessmentInput, claim: Claim) -> _Topic:
    question, fact = claim.question, claim.fact
    options: tuple[Answer | str, ...] = ()
    said: tuple[Statement, ...] = ()
    if question:
        options = (Answer(level=0), inputs.sheet.answer(question.id))
        said = question_statements(inputs.sheet, question)
    elif fact:
        options = (inputs.facts[fact.id],)
        said = fact_statements(inputs.sheet, fact)
    reason = AgendaReason.DRAFTED if _drafted(said) else AgendaReason.CLAIM
    reason = AgendaReason.AGED if claim.aged else reason
    reason = AgendaReason.HALF_NEW if claim.to_renew else reason
    return _topic(reason, question or fact, "", said, options)


def _settled(
    inputs: AssessmentInput, chosen: Iterable[tuple[_Topic, Answer | str]]
) -> AssessmentInput:
    """Return a team's answers, with the chosen option as the answer to each topic."""
    answers: dict[str, Answer] = {}
    profile, available = {**inputs.sheet.profile}, {**inputs.sheet.available}
    for topic, option in chosen:
        if isinstance(option, Answer):
            answers[topic.id] = option
        elif topic.item.fact:
            profile[topic.id] = option
        else:
            available[topic.id] = float(option)
    agreed = with_agreed_answers(inputs, answers)
    sheet = agreed.sheet._replace(profile=profile, available=available)
    return assessment_input(inputs.questionnaire, sheet)


def _item(topic: _Topic, cases: Mapping[Others, AssessmentInput]) -> AgendaItem:
    """Return the agenda item of ``topic``, with an outcome for each possible answer.

    ``cases`` has the team's answers to everything else: as they are, and as high as a
    meeting could choose. The case in which more of the advice changes is kept.
    """
    outcomes = {
        others: tuple(
            _outcome(option, _settled(case, [(topic, option)]))
            for option in topic.options
        )
        for others, case in cases.items()
    }
    others = max(outcomes, key=lambda each: _most_changed(outcomes[each]))
    return _with_outcomes(topic.item, outcomes[others], others, ())


def _outcome(option: Answer | str, settled: AssessmentInput) -> Outcome:
    """Return the outcome of a meeting that chooses ``option``."""
    advice = advice_if_confirmed(settled)
    if isinstance(option, Answer):
        return Outcome(option, "", advice)
    return Outcome(None, option, advice)


def _most_changed(outcomes: Iterable[Outcome]) -> int:
    """Return the largest number of parts of the advice in which two outcomes differ."""
    pairs = combinations([outcome.advice for outcome in outcomes], 2)
    return max((one.parts_changed(other) for one, other in pairs), default=0)


def _with_outcomes(
    item: AgendaItem,
    outcomes: tuple[Outcome, ...],
    others: Others,
    together: tuple[Question, ...],
) -> AgendaItem:
    changes = _most_changed(outcomes)
    return item._replace(
        outcomes=outcomes, others=others, together=together, changes=changes
    )


def _together(
    inputs: AssessmentInput,
    topics: Sequence[_Topic],
    cases: Mapping[Others, AssessmentInput],
    listed: Collection[str],
) -> Iterator[AgendaItem]:
    """Yield an agenda item for each topic that changes the advice only with others.

    Topics are possible items, such as open questions. Only topics on the same layer are
    tried together. ``cases`` has the answers to everything else. ``listed`` has the ids
    of topics that change the advice alone, which are left out.
    """
    for layer in inputs.questionnaire.layers:
        if layer.placement is Placement.TOP:
            continue
        rest = [topic for topic in topics if topic.id not in listed]
        # The topics with the greatest effect on the layer's score form the first group.
        here = _by_effect(inputs, inputs.within(layer.sections), rest)
        for others, case in cases.items():
            while number := _fewest_together(case, here):
                yield from _items_of_group(case, here[:number], others)
                here = here[number:]


def _by_effect(
    inputs: AssessmentInput, questions: Sequence[Question], topics: Iterable[_Topic]
) -> list[_Topic]:
    """Return those of ``topics`` whose question counts in the score of a layer.

    ``questions`` are the questions of this layer. The topic that can change the score
    most comes first.
    """
    weight, ids = question_weights(inputs), {question.id for question in questions}
    here = [topic for topic in topics if topic.id in ids and topic.id in weight]
    return sorted(here, key=lambda each: -weight[each.id] * _range_of_levels(each))


def _range_of_levels(topic: _Topic) -> int:
    """Return the highest level minus the lowest level among a topic's options."""
    levels = [
        option.level
        for option in topic.options
        if isinstance(option, Answer) and option.level is not None
    ]
    return max(levels) - min(levels)


def _fewest_together(case: AssessmentInput, topics: Sequence[_Topic]) -> int:
    """Return the smallest n for which the first n topics together change the advice.

    The result is 0 if even all topics together change nothing.
    """
    numbers = range(1, len(topics) + 1)
    changed = (
        _lowest_and_highest(case, topics[:n]) for n in (len(topics), *numbers) if n
    )
    if not topics or not _differ(*next(changed)):
        return 0
    return next(n for n, ends in zip(numbers, changed, strict=True) if _differ(*ends))


def _differ(low: Advice, high: Advice) -> bool:
    return low.parts_changed(high) > 0


def _lowest_and_highest(
    case: AssessmentInput, topics: Sequence[_Topic]
) -> tuple[Advice, Advice]:
    """Return the advice for the lowest answers to ``topics``, and for the highest.

    ``case`` has the answers to everything else.
    """
    low = _settled(case, [(each, each.lowest) for each in topics])
    high = _settled(case, [(each, each.highest) for each in topics])
    return advice_if_confirmed(low), advice_if_confirmed(high)


def _items_of_group(
    case: AssessmentInput, topics: Sequence[_Topic], others: Others
) -> Iterator[AgendaItem]:
    """Yield an item for each of ``topics``, which change the advice only together."""
    low, high = _lowest_and_highest(case, topics)
    questions = tuple(each.item.question for each in topics if each.item.question)
    for topic in topics:
        ends = ((topic.lowest, low), (topic.highest, high))
        outcomes = tuple(
            Outcome(option, "", advice)
            for option, advice in ends
            if isinstance(option, Answer)
        )
        yield _with_outcomes(topic.item, outcomes, others, questions)


def _planned(
    inputs: AssessmentInput,
    found: Iterable[AgendaItem],
    others: Iterable[Difference],
    minutes: int,
) -> Agenda:
    """Return the agenda, the most important items first.

    Items that do not fit into ``minutes`` are in ``Agenda.left``.
    """
    choosing = {name for each in needs(inputs.questionnaire).values() for name in each}
    weight = question_weights(inputs)
    items = sorted(
        found,
        key=lambda each: (
            each.fact is None or each.fact.id not in choosing,
            each.reason in _CLAIMS,
            bool(each.together),
            -each.changes,
            -weight.get(each.id, math.inf),
            -each.minutes,
        ),
    )
    ends = accumulate(item.minutes for item in items)
    fit = sum(end <= minutes for end in ends)
    return Agenda(tuple(items[:fit]), tuple(items[fit:]), tuple(others))
