"""Conditions decide what is asked; circular and useless conditions are refused."""

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings, strategies as st

from mlready.assessment.assess import assess
from mlready.errors import DocumentError
from mlready.interview.steps import steps
from mlready.model.answers import Answer, AnswerSheet, applicable_to, progress
from mlready.model.applicability import decision_order
from mlready.model.questionnaire import (
    Condition,
    Fact,
    Facts,
    Question,
    Questionnaire,
)
from mlready.output.formats import RENDERERS, ReportRequest
from mlready.report.options import Reader
from mlready.storage.questionnaire_file import load
from tests.random_conditions import (
    LEVELS,
    SCALES,
    random_questionnaire,
    random_sheet,
)
from tests.sample_questionnaires import sample_team

ALL_FEATURES = Path(__file__).parent / "data" / "everything.yaml"
Refusal = Callable[..., str]


@pytest.fixture
def refusal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Refusal:
    """Return a function that loads a changed questionnaire and returns the error."""
    monkeypatch.chdir(tmp_path)

    def refused(*pairs: tuple[str, str]) -> str:
        text = ALL_FEATURES.read_text(encoding="utf-8")
        for old, new in pairs:
            assert text.count(old) == 1
            text = text.replace(old, new)
        Path("q.yaml").write_text(text, encoding="utf-8")
        with pytest.raises(DocumentError) as caught:
            load(Path("q.yaml"))
        return str(caught.value)

    return refused


LATER = "so it could never be asked; leave one of these conditions out"
AIM_WHEN = 'when: {COL-01: ["2", "3", "4"]}'
COL_HINT = '    hint: "Choose for the worst part."\n'


@pytest.mark.parametrize(
    ("pairs", "message"),
    [
        pytest.param(
            [(AIM_WHEN, 'when: {AIM-01: ["2"]}')],
            f"114:12: the condition of AIM-01 waits for AIM-01 itself, {LATER}",
            id="question depends on itself",
        ),
        pytest.param(
            [(COL_HINT, f"{COL_HINT}    when: {{AIM-01: [1]}}\n")],
            "92:12: the condition of COL-01 waits for COL-01 itself through AIM-01, "
            f"{LATER}",
            id="two questions depend on each other",
        ),
        pytest.param(
            [("  when: {approach: [train]}", "  when: {AIM-01: [1]}")],
            f"102:10: the condition of AIM-01 waits for AIM-01 itself, {LATER}",
            id="section depends on its own question",
        ),
        pytest.param(
            [("readers: [everyone]}", "COL-01: [1]}")],
            f"93:34: the condition of COL-01 waits for COL-01 itself, {LATER}",
            id="wording depends on its own question",
        ),
        pytest.param(
            [
                (
                    "  last: true\n  when: {approach: [bought]}",
                    "  when: {readers: [everyone]}",
                )
            ],
            f"51:10: the condition of readers waits for readers itself, {LATER}",
            id="fact depends on itself",
        ),
        pytest.param(
            [
                (
                    "  assumed: train\n",
                    "  assumed: train\n  when: {readers: [everyone]}\n",
                )
            ],
            "46:10: the condition of approach waits for approach itself through "
            f"readers, {LATER}",
            id="two facts depend on each other",
        ),
        pytest.param(
            [("  assumed: train\n", "  assumed: train\n  when: {COL-01: [1]}\n")],
            "46:10: the condition of approach waits for approach itself through "
            f"COL-01, {LATER}",
            id="fact depends on a question whose wording needs the fact",
        ),
    ],
)
def test_circular_conditions_are_refused(
    refusal: Refusal, pairs: list[tuple[str, str]], message: str
) -> None:
    assert f"q.yaml:{message}" in refusal(*pairs).splitlines()


@pytest.mark.parametrize(
    "when",
    [
        pytest.param(
            "{approach: [bought], readers: [everyone]}",
            id="condition of an earlier wording",
        ),
        pytest.param(
            "{free.ml: [none], approach: [bought], readers: [everyone]}",
            id="narrower condition than an earlier wording",
        ),
        pytest.param("{readers: [everyone]}", id="same condition, in part implied"),
    ],
)
def test_wording_is_refused_if_an_earlier_wording_always_applies_instead(
    refusal: Refusal, when: str
) -> None:
    first = "      express: false\n"

    message = refusal((first, f"{first}    - when: {when}\n      hint: Look.\n"))

    assert "a wording before this one always fits where this one does" in message


def test_each_of_two_overlapping_cycles_of_conditions_is_reported(
    refusal: Refusal,
) -> None:
    message = refusal(
        (AIM_WHEN, "when: {COL-01: [1], AIM-01: [2]}"),
        (COL_HINT, f"{COL_HINT}    when: {{AIM-01: [1]}}\n"),
    )

    assert message.count("waits for AIM-01 itself") == 1
    assert message.count("waits for COL-01 itself through AIM-01") == 1


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        pytest.param(
            "live_when: {approach: [bought]}",
            "live_when: {approach: [train], readers: [everyone]}",
            "62:14: this can never hold: its clauses need different values of approach",
            id="facts that exclude each other",
        ),
        pytest.param(
            AIM_WHEN,
            "when: {approach: [bought]}",
            "114:11: this can never hold: "
            "its clauses need different values of approach",
            id="question excluded by its section",
        ),
        pytest.param(
            "[2, 3], approach: [train]}",
            "[0, 1], AIM-01: [1]}",
            "138:9: this can never hold: its clauses need different values of COL-01",
            id="pattern with a question not asked under its condition",
        ),
        pytest.param(
            "AIM-01: [0]}",
            "readers: [everyone]}",
            "139:34: readers can never be so where 'when' holds; leave it out",
            id="one_of with a fact excluded by when",
        ),
        pytest.param(
            "live_when: {approach: [bought]}",
            "live_when: {approach: [train, bought]}",
            "62:14: this always holds, so it decides nothing; leave it out",
            id="layer condition with every choice of a fact",
        ),
        pytest.param(
            AIM_WHEN,
            "when: {approach: [train]}",
            "114:11: this always holds, so it decides nothing; leave it out",
            id="question that repeats the condition of its section",
        ),
        pytest.param(
            "{COL-01: [2], AIM-01: [4]}",
            "{COL-01: [0, 1, 2, 3, 4], approach: [train, bought]}",
            "144:9: this fits whatever the answers are; leave some values out",
            id="contradiction with every value of its clauses",
        ),
        pytest.param(
            "free.analyst: [none]",
            "free.analyst: [none, part, full]",
            "139:12: free.analyst is always so where 'when' holds; leave out 'one_of'",
            id="one_of clause with every value",
        ),
    ],
)
def test_conditions_that_are_always_or_never_true_are_refused(
    refusal: Refusal, old: str, new: str, message: str
) -> None:
    assert f"q.yaml:{message}" in refusal((old, new)).splitlines()


def test_answer_to_a_question_that_is_not_asked_is_ignored() -> None:
    aim, col = "AAA-00", "BBB-00"
    questionnaire, _ = sample_team([[0], [0]])
    questionnaire = with_conditions(
        questionnaire,
        {col: {"approach": ("train",)}, aim: {col: ("2", "3", "4")}},
    )
    answers = {col: Answer(level=3), aim: Answer(level=0)}
    sheet = AnswerSheet(
        "sample", 1, answers=answers, profile={"approach": "pretrained"}
    )

    assert [each.id for each in applicable_to(questionnaire, sheet).questions] == []
    assert progress(questionnaire, sheet) == (0, 0)


def with_conditions(
    questionnaire: Questionnaire, when: dict[str, Condition]
) -> Questionnaire:
    """Return the questionnaire with new conditions of its questions.

    ``when`` has conditions by question id; all other questions get none.
    """
    return questionnaire._replace(
        sections=tuple(
            section._replace(
                questions=tuple(
                    question._replace(when=when.get(question.id, {}))
                    for question in section.questions
                )
            )
            for section in questionnaire.sections
        )
    )


questionnaires = st.integers(0, 2**32).map(lambda n: random_questionnaire(Random(n)))
sheets = st.integers(0, 2**32).map(lambda n: random_sheet(Random(n)))


def only_asked(questionnaire: Questionnaire, sheet: AnswerSheet) -> AnswerSheet:
    """Return the sheet without answers to questions and facts that are not asked."""
    ids = {step.id for step in steps(questionnaire, sheet)}
    return sheet._replace(
        answers={key: each for key, each in sheet.answers.items() if key in ids},
        profile={
            key: each for key, each in sheet.profile.items() if f"profile.{key}" in ids
        },
    )


@settings(max_examples=25)
@given(questionnaires, sheets)
def test_answers_to_questions_that_are_not_asked_change_no_report(
    questionnaire: Questionnaire, sheet: AnswerSheet
) -> None:
    full = assess(questionnaire, sheet)
    less = assess(questionnaire, only_asked(questionnaire, sheet))
    for reader in Reader:
        request = ReportRequest(reader, explain=True)
        for form, render in RENDERERS.items():
            if reader is Reader.ALL or form in {"md", "html"}:
                assert render(full, request) == render(less, request)


@settings(max_examples=200)
@given(questionnaires, sheets)
def test_program_and_reference_implementation_ask_the_same_facts_and_questions(
    questionnaire: Questionnaire, sheet: AnswerSheet
) -> None:
    asked = applicable_to(questionnaire, sheet)
    found = {*(fact.id for fact in asked.facts), *(q.id for q in asked.questions)}
    assert found == set(asked_by_reference(questionnaire, sheet, asked.known))


def asked_by_reference(
    questionnaire: Questionnaire, sheet: AnswerSheet, known: Facts
) -> dict[str, str]:
    """Return each asked fact's value, and each asked question's level as text, by id.

    The text is "" for a question without a level. ``known`` says how many people are
    available, such as "free.ml". This simple reference implementation evaluates all
    conditions until nothing more can be decided.
    """
    free = {name: value for name, value in known.items() if name.startswith("free.")}
    # Decided values by id; "" for facts and questions not asked or without a level.
    decided: dict[str, str] = dict(free)
    asked: dict[str, str] = {}

    def holds(condition: Condition) -> bool:
        return all(decided[name] in values for name, values in condition.items())

    entries: list[tuple[Condition, Fact | Question]] = [
        ({}, fact) for fact in questionnaire.profile
    ]
    entries += [
        (section.when, question)
        for section in questionnaire.sections
        for question in section.questions
    ]
    before = -1
    while before != len(decided):
        before = len(decided)
        for outer, entry in entries:
            wordings = entry.wordings if isinstance(entry, Question) else ()
            needs = [*outer, *entry.when, *(n for w in wordings for n in w.when)]
            if entry.id in decided or any(name not in decided for name in needs):
                continue
            decided[entry.id] = ""
            if not (holds(outer) and holds(entry.when)):
                continue
            if isinstance(entry, Fact):
                value = sheet.profile.get(entry.id, entry.assumed)
            else:
                fitting = [w for w in wordings if holds(w.when)]
                short = fitting[0].changes["express"] if fitting else entry.express
                answer = sheet.answer(entry.id)
                if sheet.scope == "express" and not (short or answer.given):
                    continue
                level = answer.level
                value = "" if level is None else str(level)
            decided[entry.id] = asked[entry.id] = value
    return asked


def test_each_of_30000_facts_is_sorted_after_the_fact_it_needs() -> None:
    number = 30_000
    needs = {str(n): [str(n + 1)] for n in range(number)} | {str(number): []}

    assert list(decision_order(needs)) == [str(n) for n in range(number, -1, -1)]


def test_interview_asks_a_question_after_the_questions_in_its_condition() -> None:
    questionnaire, sheet = sample_team([[0], [0], [0]])
    first, second, third = (question.id for question in questionnaire.questions)
    questionnaire = with_conditions(
        questionnaire, {first: {third: LEVELS}, second: {"free.ml": ("none",)}}
    )
    stakes, *others = questionnaire.profile
    waiting = stakes._replace(when={third: LEVELS})
    questionnaire = questionnaire._replace(profile=(waiting, *others))
    ids = [step.id for step in steps(questionnaire, sheet)]

    assert ids[-3:] == [third, "profile.stakes", first]
    assert ids.index("available.ml") < ids.index(second) < ids.index(third)


@given(questionnaires, sheets)
@settings(max_examples=60)
def test_changing_an_answer_changes_only_later_steps_of_the_interview(
    questionnaire: Questionnaire, sheet: AnswerSheet
) -> None:
    before = [step.id for step in steps(questionnaire, sheet)]
    for number, id_ in enumerate(before):
        kind, _, name = id_.rpartition(".")
        if kind == "profile" and name in sheet.profile:
            other = {**sheet.profile, name: SCALES.get(name, ("7",))[-1]}
            changed = sheet._replace(profile=other)
        elif id_ in sheet.answers:
            changed = sheet._replace(answers={**sheet.answers, id_: Answer(level=1)})
        else:
            continue
        after = [step.id for step in steps(questionnaire, changed)]
        assert after[: number + 1] == before[: number + 1]
