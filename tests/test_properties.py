"""Properties that the assessment of every answer sheet must have."""

import random
import re
from dataclasses import dataclass

import pytest
from hypothesis import assume, given, strategies as st

from mlready.assessment.assess import Assessment, assess
from mlready.assessment.diagnosis import Verdict, diagnose
from mlready.assessment.voices import combine
from mlready.model.answers import (
    EXPRESS,
    Answer,
    AnswerSheet,
    Voice,
    assessment_input,
    empty_sheet,
    questions_for,
)
from mlready.report.json_export import as_data
from mlready.report.markdown import markdown
from mlready.report.options import Reader
from tests.samples import KICKOFF, sheets

RANKS = list(Verdict)


def with_higher_level(sheet: AnswerSheet, id_: str) -> AnswerSheet:
    level = (sheet.answer(id_).level or 0) + 1
    raised = sheet.answer(id_)._replace(level=level)
    return sheet._replace(answers={**sheet.answers, id_: raised})


def without_answer(sheet: AnswerSheet, id_: str) -> AnswerSheet:
    return sheet._replace(
        answers={key: each for key, each in sheet.answers.items() if key != id_}
    )


def allows_ml(result: Assessment) -> bool:
    """Return whether the ML vacancy is open now or once a second voice agrees."""
    return result.staffing.ml_vacancy in {"open", "claimed"}


@given(sheet=sheets(), choice=st.randoms(use_true_random=False))
def test_raising_the_level_of_an_answer_never_worsens_the_advice(
    sheet: AnswerSheet, choice: random.Random
):
    raisable = [
        question.id
        for question in questions_for(KICKOFF, sheet)
        if sheet.answer(question.id).level not in {None, 4}
    ]
    assume(raisable)
    before = assess(KICKOFF, sheet)
    after = assess(KICKOFF, with_higher_level(sheet, choice.choice(raisable)))

    assert RANKS.index(after.diagnosis.verdict) >= RANKS.index(before.diagnosis.verdict)
    for old, new in zip(before.diagnosis.scores, after.diagnosis.scores, strict=True):
        assert new.own.low >= old.own.low
        assert new.own.high >= old.own.high
        assert new.supported >= old.supported
    assert after.staffing.ml_vacancy != "locked" or not allows_ml(before)
    assert len(after.diagnosis.blockers) <= len(before.diagnosis.blockers)


@given(sheet=sheets(), choice=st.randoms(use_true_random=False))
def test_removing_an_answer_never_improves_the_advice(
    sheet: AnswerSheet, choice: random.Random
):
    # In an express sheet, a detail without an answer counts as not asked.
    asked = [
        q.id
        for q in questions_for(KICKOFF, sheet)
        if q.express or sheet.scope != EXPRESS
    ]
    answered = [id_ for id_ in asked if sheet.answer(id_).level is not None]
    assume(answered)
    before = diagnose(assessment_input(KICKOFF, sheet))
    after = diagnose(
        assessment_input(KICKOFF, without_answer(sheet, choice.choice(answered)))
    )

    allowed = {Verdict.CONDITIONAL, Verdict.READY}
    if after.verdict in allowed:
        assert RANKS.index(after.verdict) <= RANKS.index(before.verdict)
    for old, new in zip(before.scores, after.scores, strict=True):
        assert new.own.low <= old.own.low
        assert new.supported <= old.supported


@given(sheet=sheets(), choice=st.randoms(use_true_random=False))
def test_order_of_answers_in_the_sheet_does_not_change_the_report(
    sheet: AnswerSheet, choice: random.Random
):
    pairs = list(sheet.answers.items())
    choice.shuffle(pairs)

    assert _text(sheet) == _text(sheet._replace(answers=dict(pairs)))


@given(sheet=sheets())
def test_no_modeller_is_hired_while_a_lower_layer_of_the_pyramid_is_too_low(
    sheet: AnswerSheet,
):
    result = assess(KICKOFF, sheet)
    claimed = result.staffing.claimed
    hired = {vacancy.position.role.id for vacancy in result.staffing.vacancies}
    hired |= {claimed.id} if claimed else set()
    failing = [each for each in result.diagnosis.scores[:-1] if each.own.low < 2]

    assert not (failing and "ml" in hired)
    absent = [gap for gap in result.diagnosis.blockers if gap.level < 1]
    assert not (allows_ml(result) and absent)


@given(sheet=sheets(), choice=st.randoms(use_true_random=False))
def test_diagnosis_lists_each_layer_that_open_answers_could_make_the_one_to_fix_first(
    sheet: AnswerSheet, choice: random.Random
):
    found = diagnose(assessment_input(KICKOFF, sheet))
    settled = {
        **sheet.answers,
        **{q.id: Answer(level=choice.randint(0, 4)) for q in found.open},
    }
    known = diagnose(assessment_input(KICKOFF, sheet._replace(answers=settled)))

    assert (
        known.priority_layer is None
        or known.priority_layer in found.priority_candidates
    )
    if found.verdict is Verdict.NOT_YET:
        assert known.verdict is Verdict.NOT_YET


@given(sheet=sheets())
def test_report_contains_the_id_of_every_question_that_applies_to_the_team(
    sheet: AnswerSheet,
):
    report = _text(sheet)
    for question in questions_for(KICKOFF, sheet):
        assert question.id in report


@dataclass
class Extreme:
    """The answer given to all questions, and the advice expected for it."""

    answer: Answer
    verdict: Verdict
    ml: float  # modellers available
    first: str | None  # the role hired first


@pytest.mark.parametrize(
    "extreme",
    [
        pytest.param(
            Extreme(Answer(unknown=True), Verdict.UNPROVEN, 0, None),
            id="all answers unknown",
        ),
        pytest.param(
            Extreme(Answer(level=0), Verdict.NOT_YET, 0, "data_engineer"),
            id="all answers at level 0",
        ),
        pytest.param(
            Extreme(Answer(level=4), Verdict.READY, 0, "ml"),
            id="all answers at level 4",
        ),
        pytest.param(
            Extreme(Answer(level=4), Verdict.READY, 2, None),
            id="all answers at level 4, modellers available",
        ),
    ],
)
def test_same_answer_to_all_questions_leads_to_the_expected_advice(
    extreme: Extreme,
):
    answers = {question.id: extreme.answer for question in KICKOFF.questions}
    assumed = {fact.id: fact.assumed for fact in KICKOFF.profile}
    sheet = empty_sheet(KICKOFF)._replace(
        profile=assumed, answers=answers, available={"ml": extreme.ml}
    )
    voices = [sheet._replace(voice=Voice(name)) for name in ("Ana", "Bo")]
    result = assess(KICKOFF, combine(KICKOFF, voices))
    first = result.staffing.first_hire

    assert (result.diagnosis.verdict, first and first.id) == (
        extreme.verdict,
        extreme.first,
    )


def _text(sheet: AnswerSheet) -> str:
    return markdown(assess(KICKOFF, sheet))


LAYER_NUMBERS = re.compile(
    r"^\*\*(?P<name>[^*]+)\.\*\* .*?[Ss]core (?:.* = )?(?P<low>[\d.]+)"
    r"(?:, up to (?P<high>[\d.]+) when [^;]*)?; .*?"
    r"(?:Usable now (?P<carried>[\d.]+)\..*?)?"
    r"(?:Compared as (?P<compared>[\d.]+)\.|never fixed first\.)$",
    re.MULTILINE,
)


@given(sheet=sheets())
def test_explanation_in_a_report_has_the_same_numbers_as_the_json_result(
    sheet: AnswerSheet,
):
    result = assess(KICKOFF, sheet)
    text = markdown(result, reader=Reader.SPONSOR, explain=True)
    _, explanation = text.split("\n## From each answer")
    printed = {
        found["name"]: [
            found[key] and float(found[key])
            for key in ("low", "high", "carried", "compared")
        ]
        for found in LAYER_NUMBERS.finditer(explanation)
    }

    assert printed == {
        layer["name"]: [
            layer["low"],
            layer["high"] if layer["high"] > layer["low"] else None,
            layer["carried"] if layer["stilts"] > 0 else None,
            layer["explanation"]["compared"],
        ]
        for layer in as_data(result)["layers"]
    }
