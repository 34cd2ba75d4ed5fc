"""The order of an interview: the core like a conversation, then the details.

The core begins with the project. Then come the layers from the bottom up, and the team.
"""

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from mlready.interview.steps import (
    BACKGROUND,
    FEWEST_FIELDS,
    PEOPLE,
    Step,
    StepKind,
    line_steps,
    people_fields,
    people_step,
    steps,
)
from mlready.model.answers import EXPRESS, FULL, PEOPLE as PEOPLE_OF, AnswerSheet
from mlready.model.applicability import Identity, decision_order, needs
from mlready.model.questionnaire import Placement, Question, Questionnaire

_ABOUT_TEAM = "Team"


class Order(NamedTuple):
    """The ids of all steps of a questionnaire, in the order to ask them."""

    core: tuple[str, ...]  # the steps that every interview asks
    details: tuple[str, ...]  # all other steps


def order(questionnaire: Questionnaire) -> Order:
    """Return the order of the steps of a questionnaire, whether they apply or not."""
    return _order(Identity(questionnaire))


@lru_cache(maxsize=1)
def _order(key: Identity[Questionnaire]) -> Order:
    questionnaire = key.value
    people = _people(questionnaire)
    core = _core(questionnaire, people)
    needed = _needed_steps(
        questionnaire, people, [*core, *_questions_and_facts(questionnaire)]
    )
    in_core = {*core}
    for id_ in core:  # a fact that a question of the core needs belongs to the core
        in_core.update(needed[id_])
    sorted_ = [*decision_order(needed)]
    return Order(
        tuple(_with_lines(questionnaire, [id_ for id_ in sorted_ if id_ in in_core])),
        tuple(id_ for id_ in sorted_ if id_ not in in_core),
    )


def _needed_steps(
    questionnaire: Questionnaire, people: Sequence[str], ids: Iterable[str]
) -> dict[str, list[str]]:
    """Map the id of each step to the ids of the steps to ask before that step.

    ``ids`` are the ids of all steps. ``people`` are the ids of the steps that ask for
    numbers of people; no step has to wait for these.
    """
    facts = {fact.id: f"profile.{fact.id}" for fact in questionnaire.profile}
    questions = {each.id: each.id for each in questionnaire.questions}
    step_of = {**facts, **questions}
    needed: dict[str, list[str]] = {id_: [] for id_ in ids}
    for name, names in needs(questionnaire).items():
        # Steps that ask for numbers of people are left out: they come late in the core.
        known = [step_of[each] for each in names if each in step_of]
        needed[step_of[name]] = [id_ for id_ in known if id_ not in people]
    return needed


def all_steps(
    questionnaire: Questionnaire,
    sheet: AnswerSheet,
    mark: Callable[[Sequence[Step]], Sequence[Step]] = tuple,
) -> tuple[Step, ...]:
    """Return the steps of an interview that apply to a sheet, in the order to ask them.

    In a short form, the core comes first. ``mark`` can change the steps, for example to
    mark drafted answers.
    """
    asked = mark(
        [
            step
            for step in steps(questionnaire, sheet._replace(scope=FULL))
            if sheet.asks(_asked_id(step))
        ]
    )
    lines = () if sheet.asked else mark(line_steps(questionnaire, sheet))
    by_id = {step.id: step for step in (*asked, *lines)}
    drafted = [
        step
        for step in mark(line_steps(questionnaire, sheet, in_plan=True))
        if step.drafted and not sheet.asked
    ]
    fields = people_fields(asked)
    if len(fields) >= FEWEST_FIELDS:
        by_id[PEOPLE] = people_step(fields)
        for field in fields:
            del by_id[field.id]
    ids = dict.fromkeys(_all_ids(questionnaire, sheet, asked))
    placed = {
        f"{BACKGROUND}{line.id}" for line in questionnaire.background if line.after
    }
    # Lines of the plan are asked with the plan, but somebody must confirm drafted ones.
    listed = [*(by_id[id_] for id_ in ids if id_ in by_id), *drafted]
    return tuple(_in_sections(listed, placed, _heading_of_people(questionnaire)))


def _all_ids(
    questionnaire: Questionnaire, sheet: AnswerSheet, listed: Sequence[Step]
) -> Iterator[str]:
    """Yield the ids of all steps; in a short form, the core comes first."""
    if sheet.scope == EXPRESS:
        yield from (*order(questionnaire).core, *order(questionnaire).details)
        return
    fields = [field.id for field in people_fields(listed)]
    ids = [step.id for step in listed]
    for id_ in _with_lines(questionnaire, ids):
        if id_ in fields:
            yield PEOPLE
        yield id_


def _heading_of_people(questionnaire: Questionnaire) -> str:
    """Return the heading of the steps that ask for a number of people.

    The heading is the name of the layer beside the pyramid, "Team" without such a
    layer.
    """
    layers = questionnaire.layers
    beside = (each.name for each in layers if each.placement is Placement.BESIDE)
    return next(beside, _ABOUT_TEAM)


def _in_sections(
    listed: Sequence[Step], placed: Container[str], heading_of_people: str
) -> Iterator[Step]:
    """Yield the steps, each with a heading in the field ``section``.

    A step that asks for a number of people gets ``heading_of_people``. A background
    line in ``placed`` gets the heading of the step before.
    """
    section = ""
    for step in listed:
        is_number = step.kind is StepKind.PEOPLE or step.id.startswith("available.")
        own = heading_of_people if is_number else step.section
        section = section if step.id in placed else own
        yield step._replace(section=section)


def facts_before(
    questionnaire: Questionnaire,
    question: Question,
    applying: Container[str],
    *,
    every: bool,
) -> Iterator[str]:
    """Yield the ids of the facts to ask before a detail, whether known or not.

    These are the facts in the conditions of ``question``, and of each blocking question
    in the same section that is not in ``applying``. Facts of the core are left out.

    Args:
        questionnaire: the questionnaire.
        question: the detail.
        applying: the ids of the questions that apply so far.
        every: whether to treat all questions of the section like blocking questions.

    """
    needed = needs(questionnaire)
    hidden = [
        each.id
        for each in questionnaire.section(question.section).questions
        if each.id not in applying and (every or each.blocker)
    ]
    names = {name for id_ in (question.id, *hidden) for name in needed[id_]}
    for fact in questionnaire.profile:
        if fact.only_for_details and fact.id in names:
            yield fact.id


def _core(questionnaire: Questionnaire, people: Sequence[str]) -> list[str]:
    """Return the ids of the steps of the core, without background lines."""
    facts = [
        fact
        for fact in questionnaire.profile
        if not fact.only_for_details and f"profile.{fact.id}" not in people
    ]
    beside = [
        each for each in questionnaire.layers if each.placement is Placement.BESIDE
    ]
    rest = [each for each in questionnaire.layers if each not in beside]
    in_layers = {id_ for layer in questionnaire.layers for id_ in layer.sections}
    loose = [each.id for each in questionnaire.sections if each.id not in in_layers]
    return [
        *(f"project.{id_}" for id_ in questionnaire.project),
        *(f"profile.{fact.id}" for fact in facts if not fact.last),
        *_short_form(questionnaire, loose),
        *_short_form(questionnaire, (id_ for each in rest for id_ in each.sections)),
        *_short_form(questionnaire, (id_ for each in beside for id_ in each.sections)),
        PEOPLE,
        *people,
        *(f"profile.{fact.id}" for fact in facts if fact.last),
    ]


def _short_form(questionnaire: Questionnaire, sections: Iterable[str]) -> Iterator[str]:
    """Yield the ids of the core's questions in the sections with these ids."""
    for id_ in sections:
        asked = [each for each in questionnaire.section(id_).questions if each.express]
        asked.sort(key=lambda each: not each.overall)
        yield from (each.id for each in asked)


def _questions_and_facts(questionnaire: Questionnaire) -> Iterator[str]:
    """Yield the step ids of all questions, and of the facts that only details need.

    Such a fact comes before each question whose condition names the fact, and again at
    the end.
    """
    needed = needs(questionnaire)
    for question in questionnaire.questions:
        for fact in questionnaire.profile:
            if fact.only_for_details and fact.id in needed[question.id]:
                yield f"profile.{fact.id}"
        yield question.id
    yield from (
        f"profile.{fact.id}" for fact in questionnaire.profile if fact.only_for_details
    )


def _with_lines(questionnaire: Questionnaire, ids: Iterable[str]) -> Iterator[str]:
    """Yield the ids of steps in ``ids``, with the ids of background lines among them.

    A line can name the step after which to ask the line. Lines without a step in
    ``ids`` come last. Lines that are asked with the plan are left out.
    """
    facts = {fact.id: f"profile.{fact.id}" for fact in questionnaire.profile}
    after: dict[str, list[str]] = {}
    for line in (each for each in questionnaire.background if not each.in_plan):
        step = facts.get(line.after, line.after)
        after.setdefault(step, []).append(f"{BACKGROUND}{line.id}")
    for id_ in ids:
        yield id_
        yield from after.pop(id_, [])
    for left in after.values():
        yield from left


def _people(questionnaire: Questionnaire) -> list[str]:
    listed = steps(questionnaire, AnswerSheet(questionnaire.id, 1))
    return [step.id for step in people_fields(listed)]


def _asked_id(step: Step) -> str:
    """Return the id under which ``AnswerSheet.asked`` lists a step."""
    kind, _, id_ = step.id.rpartition(".")
    if kind == "available":
        return f"{PEOPLE_OF}{id_}"
    return id_ if kind == "profile" else step.id
