"""What must hold for every sheet there can be, on the real questionnaire."""

import random
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, assume, given, settings, strategies as st

from mlready.assessment.assess import judge
from mlready.assessment.diagnosis import Verdict, diagnose
from mlready.model.answers import (
    EXPRESS,
    FULL,
    Answer,
    Sheet,
    empty,
    questions_for,
    survey,
)
from mlready.report.markdown import markdown
from mlready.storage.questionnaire_file import load_bundled

KICKOFF = load_bundled("kickoff")
RANKS = list(Verdict)

levels = st.integers(0, 4).map(lambda level: Answer(level=level))
answers = st.one_of(
    levels,
    levels,
    st.sampled_from([Answer(unknown=True), Answer(), Answer(na="not here")]),
)


@st.composite
def sheets(draw: st.DrawFn, answer: st.SearchStrategy[Answer] = answers) -> Sheet:
    """Draw a whole sheet: a profile, and an answer to every question."""
    profile = {
        fact.id: draw(st.sampled_from(sorted(fact.choices)))
        for fact in KICKOFF.profile
        if fact.choices
    }
    # One base level with a few steps off it reaches all verdicts; independent levels
    # would put every layer near the middle.
    base = draw(st.integers(0, 4))
    near = st.integers(max(base - 1, 0), min(base + 1, 4))
    said = {
        question.id: draw(
            st.one_of(near.map(lambda level: Answer(level=level)), answer)
        )
        for question in KICKOFF.questions
    }
    return empty(KICKOFF, draw(st.sampled_from([FULL, EXPRESS])))._replace(
        profile=profile, answers=said
    )


def better(sheet: Sheet, id_: str) -> Sheet:
    level = (sheet.answer(id_).level or 0) + 1
    raised = sheet.answer(id_)._replace(level=level)
    return sheet._replace(answers={**sheet.answers, id_: raised})


def silent(sheet: Sheet, id_: str) -> Sheet:
    return sheet._replace(
        answers={key: said for key, said in sheet.answers.items() if key != id_}
    )


@given(sheet=sheets(), choice=st.randoms(use_true_random=False))
def test_a_better_answer_never_worsens_anything(sheet: Sheet, choice: random.Random):
    raisable = [
        question.id
        for question in questions_for(KICKOFF, sheet)
        if sheet.answer(question.id).level not in {None, 4}
    ]
    assume(raisable)
    before = judge(KICKOFF, sheet)
    after = judge(KICKOFF, better(sheet, choice.choice(raisable)))

    assert RANKS.index(after.diagnosis.verdict) >= RANKS.index(before.diagnosis.verdict)
    for old, new in zip(before.diagnosis.scores, after.diagnosis.scores, strict=True):
        assert new.own.low >= old.own.low
        assert new.own.high >= old.own.high
        assert new.carried >= old.carried
    assert after.staffing.ml != "locked" or before.staffing.ml != "open"
    assert len(after.diagnosis.blockers) <= len(before.diagnosis.blockers)


@given(sheet=sheets(), choice=st.randoms(use_true_random=False))
def test_silence_never_helps(sheet: Sheet, choice: random.Random):
    asked = [q.id for q in questions_for(KICKOFF, sheet)]
    answered = [id_ for id_ in asked if sheet.answer(id_).level is not None]
    assume(answered)
    before = diagnose(survey(KICKOFF, sheet))
    after = diagnose(survey(KICKOFF, silent(sheet, choice.choice(answered))))

    allowed = {Verdict.CONDITIONAL, Verdict.READY}
    if after.verdict in allowed:
        assert RANKS.index(after.verdict) <= RANKS.index(before.verdict)
    for old, new in zip(before.scores, after.scores, strict=True):
        assert new.own.low <= old.own.low
        assert new.carried <= old.carried


@given(sheet=sheets(), choice=st.randoms(use_true_random=False))
def test_the_order_of_answers_does_not_matter(sheet: Sheet, choice: random.Random):
    pairs = list(sheet.answers.items())
    choice.shuffle(pairs)

    assert _text(sheet) == _text(sheet._replace(answers=dict(pairs)))


@given(sheet=sheets())
def test_ml_is_never_advised_while_a_layer_beneath_does_not_hold(sheet: Sheet):
    result = judge(KICKOFF, sheet)
    hired = {vacancy.place.role.id for vacancy in result.staffing.vacancies}
    broken = [each for each in result.diagnosis.scores[:-1] if each.own.low < 2]

    assert not (broken and "ml" in hired)
    assert (result.staffing.ml == "open") <= (not result.diagnosis.blockers)


@given(sheet=sheets(), choice=st.randoms(use_true_random=False))
def test_whatever_the_open_answers_are_a_certain_advice_stays(
    sheet: Sheet, choice: random.Random
):
    found = diagnose(survey(KICKOFF, sheet))
    settled = {
        **sheet.answers,
        **{q.id: Answer(level=choice.randint(0, 4)) for q in found.open},
    }
    known = diagnose(survey(KICKOFF, sheet._replace(answers=settled)))

    assert known.mend is None or known.mend in found.rivals
    if found.verdict is Verdict.NOT_YET:
        assert known.verdict is Verdict.NOT_YET


@given(sheet=sheets())
@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow])
def test_every_sheet_gives_a_report_that_can_be_followed(sheet: Sheet):
    report = _text(sheet)
    for question in questions_for(KICKOFF, sheet):
        assert question.id in report


@dataclass
class Extreme:
    """A sheet with the same answer everywhere, and what must come of it."""

    answer: Answer
    verdict: Verdict
    ml: float
    first: str | None


@pytest.mark.parametrize(
    "extreme",
    [
        pytest.param(
            Extreme(Answer(unknown=True), Verdict.UNPROVEN, 0, None), id="all open"
        ),
        pytest.param(
            Extreme(Answer(level=0), Verdict.NOT_YET, 0, "data_engineer"), id="all 0"
        ),
        pytest.param(Extreme(Answer(level=4), Verdict.READY, 0, "ml"), id="all 4"),
        pytest.param(
            Extreme(Answer(level=4), Verdict.READY, 2, None), id="all 4 and staffed"
        ),
    ],
)
def test_the_same_answer_everywhere(extreme: Extreme):
    said = {question.id: extreme.answer for question in KICKOFF.questions}
    sheet = empty(KICKOFF)._replace(answers=said, available={"ml": extreme.ml})
    result = judge(KICKOFF, sheet)
    first = result.staffing.first

    assert (result.diagnosis.verdict, first and first.id) == (
        extreme.verdict,
        extreme.first,
    )


def _text(sheet: Sheet) -> str:
    return markdown(judge(KICKOFF, sheet))
