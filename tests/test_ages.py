"""Answers that are too old keep their levels, but must be confirmed again."""

import json
from collections.abc import Mapping
from contextlib import nullcontext
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st
from typer import Exit

from mlready.assessment.ages import aged_answers, undated_answers, with_ages
from mlready.assessment.assess import Assessment, assess
from mlready.assessment.dates import Day, age_in_words, day_of, last_day
from mlready.assessment.portfolio import Team, portfolio, team_advice
from mlready.assessment.questions_to_ask import questions_to_ask
from mlready.assessment.voices import combine, completed_by_voices
from mlready.cli import commands
from mlready.cli.inputs import load_combined, summary
from mlready.errors import SeveralErrors, UsageError
from mlready.interview.answer_dates import given_now, in_session
from mlready.interview.meeting import starting_sheet
from mlready.model.answers import Answer, AnswerSheet, PlanStep, Voice
from mlready.model.questionnaire import Questionnaire
from mlready.report.agenda import markdown_agenda
from mlready.report.comparison import outcome
from mlready.report.json_export import json_text
from mlready.report.markdown import below_threshold, markdown
from mlready.report.options import MinimumVerdict, PortfolioFormat, Reader
from mlready.report.portfolio import PortfolioSource, portfolio_document
from mlready.report.redaction import shown_sheet
from mlready.report.step_export import steps, task_list
from mlready.report.svg import badge_svg
from mlready.storage import strict_yaml
from mlready.storage.answers_file import dump, read
from mlready.storage.future_dates import future_dates
from mlready.storage.questionnaire_checks import questionnaire_problems
from mlready.storage.several_files import AnswersFile
from tests.samples import KICKOFF, ROOT, example

DATES = st.dates(date(1, 1, 1), date(9000, 1, 1))


def valid_day(text: str) -> Day:
    found = day_of(text)
    assert found
    return found


@pytest.mark.parametrize(
    ("day", "stands_for", "last"),
    [
        ("2026-05-31", "6 months", "2026-11-30"),
        ("2026-08-31", "6 months", "2027-02-28"),
        ("2024-02-29", "1 year", "2025-02-28"),
        ("2024-02-29", "4 years", "2028-02-29"),
        ("2026-12-31", "1 month", "2027-01-31"),
        ("2026-12-15", "13 months", "2028-01-15"),
        ("2024-02-28", "1 day", "2024-02-29"),
        ("2023-12-31", "1 week", "2024-01-07"),
        ("1900-02-28", "1 day", "1900-03-01"),
        ("2000-02-28", "1 day", "2000-02-29"),
        ("2026-01-01", "365 days", "2027-01-01"),
    ],
)
def test_end_of_an_expiry_period_respects_month_lengths_and_leap_years(
    day, stands_for, last
):
    assert str(last_day(valid_day(day), stands_for)) == last


@pytest.mark.parametrize("stands_for", ["", "for ever"])
def test_last_valid_day_is_none_if_an_answer_has_no_expiry_period(stands_for):
    assert last_day(valid_day("2026-01-01"), stands_for) is None


@given(DATES, st.integers(1, 999))
def test_expiry_period_in_days_or_weeks_ends_that_many_days_or_weeks_later(day, number):
    assert str(last_day(valid_day(str(day)), f"{number} days")) == str(
        day + timedelta(number)
    )
    assert str(last_day(valid_day(str(day)), f"{number} weeks")) == str(
        day + timedelta(weeks=number)
    )


@pytest.mark.parametrize(
    "text",
    ["", "March", "2026-3-1", "2026-02-29", "2026-13-01", "2026-00-10", "0000-01-01",
     "2026-01-01T10:00", " 2026-01-01", "\u0662\u0660\u0662\u0666-01-01"],
)  # fmt: skip
def test_parsing_an_invalid_date_returns_none(text):
    assert day_of(text) is None


@given(DATES)
def test_parsing_and_printing_a_valid_date_returns_the_same_text(day):
    assert str(day_of(str(day))) == str(day)


@pytest.mark.parametrize(
    ("day", "on", "age"),
    [
        ("2026-01-31", "2026-01-31", "0 days"),
        ("2026-01-31", "2026-02-01", "1 day"),
        ("2026-01-31", "2026-03-30", "58 days"),
        ("2026-01-31", "2026-03-31", "2 months"),
        ("2024-05-06", "2026-05-05", "23 months"),
        ("2024-05-06", "2026-05-06", "2 years"),
        ("2025-12-31", "2026-02-28", "2 months"),
    ],
)
def test_age_is_given_in_days_below_2_months_and_in_months_below_2_years(day, on, age):
    assert age_in_words(valid_day(day), valid_day(on)) == age


FILE = """\
questionnaire: kickoff
version: 2
voice:
  name: Ana
  date: "2026-11-23"
answers:
  COL-00: {level: 3, date: "2026-11-22"}
  COL-01: {level: 3, true: "2027-01-01"}
  COL-08: {level: 3, on: "2026-12-01"}
  COL-03: {level: 3, date: in March}
  COL-05: {level: 3, date: 2099}
steps:
  COL-01: {owner: Ana, due: "2027-05-01", done: "2026-11-24"}
voices:
  v1: {name: Bo, date: "2026-12-24"}
said:
  COL-00: {v1: 2}
earlier:
  COL-99: {level: 3, date: "2027-01-01"}
"""


def test_each_date_in_the_future_is_reported_with_line_and_column():
    file = AnswersFile("a.yaml", FILE.encode(), read(FILE.encode(), "a.yaml", KICKOFF))

    # The next day is today further east.
    assert len([*future_dates(file, "2026-11-22")]) == 4
    found = [str(each) for each in future_dates(file, "2026-11-21")]

    assert [each.partition(" is later")[0] for each in found] == [
        "a.yaml:5:9: 2026-11-23",
        "a.yaml:8:28: 2027-01-01",
        "a.yaml:9:26: 2026-12-01",
        "a.yaml:13:49: 2026-11-24",
        "a.yaml:15:24: 2026-12-24",
    ]
    assert [*future_dates(file, "2027-01-01")] == [*future_dates(file, "")] == []


def test_every_claim_behind_a_ready_verdict_has_an_expiry_period():
    claimed = assess(KICKOFF, example("ready")).confirmation.claims

    rests_on = [claim.question or claim.fact for claim in claimed]
    assert all(each and each.stands_for for each in rests_on)
    assert all(each.stands_for for each in KICKOFF.roles.values() if each.available)


READY = example("ready")
TODAY = "2026-11-29"
WHOLES = [question.id for question in KICKOFF.questions if question.overall]


def said(
    name: str,
    day: str = "2026-11-01",
    dates: Mapping[str, str] | None = None,
    **voice: str,
) -> AnswerSheet:
    """Return example "ready" as the voice ``name`` gave it on ``day``.

    ``dates`` holds the dates of answers given on another day, by question id.
    """
    given = {
        id_: answer._replace(date=(dates or {}).get(id_, ""))
        for id_, answer in READY.answers.items()
    }
    return READY._replace(answers=given, voice=Voice(name, date=day, **voice))


def assessed(*sheets: AnswerSheet, on: str = TODAY) -> Assessment:
    return assess(KICKOFF, combine(KICKOFF, sheets), on)


def meeting(day: str) -> AnswerSheet:
    voices = (said("Ana", "2025-01-01"), said("Bo", "2025-01-01"))
    return said("", day, present="all of us")._replace(voices=voices)


@pytest.mark.parametrize(
    ("sheets", "confirmed"),
    [
        pytest.param(
            [said("Ana"), said("Bo")], True, id="both voices answered recently"
        ),
        pytest.param(
            [said("Ana"), said("Bo", "2026-01-01")],
            False,
            id="one voice answered too long ago",
        ),
        pytest.param(
            [said("Ana"), said("Bo", "2026-05-29")], True, id="on the last day"
        ),
        pytest.param(
            [said("Ana"), said("Bo", "2026-05-28")],
            False,
            id="one day after the last day",
        ),
        pytest.param(
            [said("Ana"), said("Bo", dates={"COL-00": "2026-01-01"})],
            False,
            id="one answer older than its interview",
        ),
        pytest.param(
            [
                said("Ana"),
                said("Bo", "2026-01-01", dict.fromkeys(WHOLES, "2026-11-02")),
            ],
            False,
            id="questions answered anew, facts not",
        ),
        pytest.param(
            [said("Ana"), said("Bo"), said("Cy", "2026-01-01")],
            True,
            id="a third voice answered too long ago",
        ),
        pytest.param(
            [said("Ana"), said("Bo", "")], True, id="one voice without a date"
        ),
        pytest.param(
            [said("Ana"), said("Bo", "2026-01-01", dict.fromkeys(WHOLES, "in May"))],
            False,
            id="text that is no date hides no old interview",
        ),
        pytest.param([meeting("2026-11-01")], True, id="a meeting of old voices"),
        pytest.param([meeting("2026-01-01")], False, id="an old meeting"),
    ],
)
def test_ready_verdict_is_confirmed_only_by_answers_that_are_not_too_old(
    sheets, confirmed
):
    result = assessed(*sheets)

    assert result.diagnosis.verdict == "ready"
    assert result.confirmation.verdict is confirmed
    assert result.confirmation.grew_old or confirmed
    assert bool(below_threshold(result, MinimumVerdict.READY)) is not confirmed
    assert result.staffing.ml_vacancy == "claimed" or confirmed


def test_ml_vacancy_is_unconfirmed_if_the_fact_it_rests_on_is_too_old():
    result = assessed(said("Ana"), said("Bo", "2026-06-01"))

    assert [claim.id for claim in result.confirmation.unconfirmed] == ["hands"]
    assert result.confirmation.verdict
    assert result.staffing.ml_vacancy == "claimed"
    assert "Hire nobody until the answers above, which are too old" in markdown(
        result, TODAY
    )


def test_answers_that_are_too_old_keep_their_levels_but_are_not_supported():
    sheets = [said("Ana", "2025-11-01"), said("Bo", "2025-11-01")]
    before, after = assessed(*sheets, on=""), assessed(*sheets)

    assert after.diagnosis.scores == before.diagnosis.scores
    assert after.diagnosis.gaps == before.diagnosis.gaps
    assert after.inputs.sheet.answers == before.inputs.sheet.answers
    assert before.inputs.sheet.is_supported("COL-01")
    assert not after.inputs.sheet.is_supported("COL-01")


def test_note_that_is_too_old_does_not_support_a_newer_answer():
    bare = {id_: Answer(each.level) for id_, each in READY.answers.items()}
    new = said("Bo")._replace(answers=bare)

    result = assessed(said("Ana", "2025-11-01"), new)

    assert not result.inputs.sheet.is_supported("COL-01")


def test_answers_without_an_expiry_period_are_never_too_old():
    ids = {each.id for each in aged_answers(assessed(said("Ana", "2001-01-01")).inputs)}
    asked = {question.id for question in assessed(said("Ana")).inputs.questions}

    assert {"COL-00", "hands", "available-ml"} <= ids
    assert {"AGG-06", "approach", "origin"}.isdisjoint(ids)
    assert asked - ids == {"AGG-05", "AGG-06", "LRN-04"} & asked


def test_answers_without_a_date_are_listed_as_undated_but_never_too_old():
    inputs = assessed(said("Ana", ""), on="2099-01-01").inputs

    assert aged_answers(inputs) == ()
    assert {"COL-00", "hands", "available-ml"} <= {*undated_answers(inputs)}
    assert "AGG-06" not in undated_answers(inputs)


@pytest.mark.parametrize(
    ("interview", "text", "found"),
    [
        pytest.param("2026-11-01", "2020-03", "undated", id="month, recent interview"),
        pytest.param("2026-11-01", "in May", "undated", id="words, recent interview"),
        pytest.param("2026-01-01", "2020-03", "too old", id="month, old interview"),
        pytest.param("2026-11-01", "2026-11-02", "recent", id="day"),
    ],
)
@pytest.mark.parametrize("others", [(), ("Bo",)], ids=["one voice", "two voices"])
def test_answer_dated_with_other_words_than_a_day_is_never_recent(
    interview, text, found, others
):
    named = [said(name, interview) for name in others]
    inputs = assessed(said("Ana", interview, {"COL-00": text}), *named).inputs

    aged = "COL-00" in {each.id for each in aged_answers(inputs)}
    undated = "COL-00" in undated_answers(inputs)
    is_found = "too old" if aged else "undated" if undated else "recent"
    assert is_found == found


@pytest.mark.parametrize("on", ["", "29 November", "2026-02-30"])
def test_assessment_without_a_valid_date_ignores_the_ages_of_answers(on):
    sheet = combine(KICKOFF, [said("Ana", "2001-01-01"), said("Bo", "2001-01-01")])

    assert assess(KICKOFF, sheet, on) == assess(KICKOFF, sheet)


def without_periods() -> Questionnaire:
    """Return the bundled questionnaire, changed so that no answer becomes too old."""
    roles = {id_: each._replace(stands_for="") for id_, each in KICKOFF.roles.items()}
    return KICKOFF._replace(
        roles=roles,
        profile=tuple(each._replace(stands_for="") for each in KICKOFF.profile),
        sections=tuple(
            part._replace(
                questions=tuple(each._replace(stands_for="") for each in part.questions)
            )
            for part in KICKOFF.sections
        ),
    )


@pytest.mark.parametrize("reader", Reader)
def test_report_without_a_date_ignores_expiry_periods(reader):
    sheet = combine(KICKOFF, [said("Ana", "2001-01-01"), said("Bo", "2001-01-01")])
    forever = assess(without_periods(), sheet)

    assert markdown(assess(KICKOFF, sheet), reader=reader) == markdown(
        forever, reader=reader
    )


DAYS = st.sampled_from(["", "in May", "2025-06-01", "2026-05-30", "2026-11-01"])


@st.composite
def dated(draw: st.DrawFn) -> list[AnswerSheet]:
    """Draw sheets of one to three voices, or of their meeting, with random dates."""
    ids = draw(st.lists(st.sampled_from([*WHOLES, "COL-01", "CTX-01"]), max_size=4))
    sheets = [
        said(name, draw(DAYS), {id_: draw(DAYS) for id_ in ids})
        for name in ["Ana", "Bo", "Cy"][: draw(st.integers(1, 3))]
    ]
    if draw(st.booleans()):
        room = said("", draw(DAYS), {id_: draw(DAYS) for id_ in ids}, present="us")
        return [room._replace(voices=tuple(sheets))]
    return sheets


def trust(result: Assessment) -> list[int]:
    """Return how well an assessment is confirmed, such as the voices for each claim.

    None of these numbers may rise when the answers get older.
    """
    ids = [question.id for question in result.inputs.questions]
    return [
        result.confirmation.verdict,
        result.confirmation.vacancy,
        result.staffing.ml_vacancy == "open",
        *(claim.voices for claim in result.confirmation.claims),
        *(result.inputs.sheet.is_supported(id_) for id_ in ids),
    ]


def is_not_better(one: Assessment, other: Assessment) -> bool:
    assert one.diagnosis.verdict == other.diagnosis.verdict
    return all(a <= b for a, b in zip(trust(one), trust(other), strict=True))


@settings(max_examples=25)
@given(dated(), st.dates(date(2026, 11, 1), date(2028, 1, 1)), st.integers(0, 900))
def test_advice_is_never_better_confirmed_at_a_later_report_date(sheets, day, days):
    first = assessed(*sheets, on=str(day))
    later = assessed(*sheets, on=str(day + timedelta(days)))

    assert is_not_better(later, first)
    assert is_not_better(first, assessed(*sheets, on=""))


def older(sheet: AnswerSheet, days: int) -> AnswerSheet:
    """Return the sheet with all dates moved back by ``days``."""

    def earlier(text: str) -> str:
        return str(date.fromisoformat(text) - timedelta(days)) if day_of(text) else text

    return sheet._replace(
        voice=sheet.voice._replace(date=earlier(sheet.voice.date)),
        answers={
            id_: answer._replace(date=earlier(answer.date))
            for id_, answer in sheet.answers.items()
        },
    )


@settings(max_examples=25)
@given(dated(), st.data(), st.integers(0, 900))
def test_advice_is_never_better_confirmed_if_answers_are_older(sheets, data, days):
    number = data.draw(st.integers(0, len(sheets) - 1))
    aged = [*sheets[:number], older(sheets[number], days), *sheets[number + 1 :]]

    assert is_not_better(assessed(*aged), assessed(*sheets))


def claims(result: Assessment) -> list[tuple[str, int, bool]]:
    claimed = result.confirmation.claims
    return [(each.id, each.voices, each.aged) for each in claimed]


@pytest.mark.parametrize("redacted", [True, False])
@pytest.mark.parametrize("anonymised", [True, False])
def test_redaction_and_anonymity_do_not_change_which_answers_are_too_old(
    redacted, anonymised
):
    sheets = [said("Ana", "2026-01-01"), said("Bo", "2026-01-01")]
    sheet = with_ages(KICKOFF, combine(KICKOFF, sheets), TODAY)
    shown = shown_sheet(KICKOFF, sheet, redacted=redacted, anonymised=anonymised)
    result = assess(KICKOFF, shown, TODAY)

    assert claims(result) == claims(assess(KICKOFF, sheet))
    assert result.confirmation.grew_old
    dates = {each["date"] for each in json.loads(json_text(result, TODAY))["aged"]}
    assert dates == ({""} if anonymised else {"2026-01-01"})


def test_report_lists_answers_that_are_too_old_and_the_roles_to_ask_again():
    result = assessed(said("Ana", "2026-03-01"), said("Bo", "2026-04-02"))
    team = markdown(result, TODAY)

    assert "## Ready, according to answers given long ago: have the old answers" in team
    assert "until somebody has confirmed nine old answers again" in team
    assert "- Ask the ML engineer: Repeating a result (AIM-02), 7 months; " in team
    assert "Ready, answers too old" in badge_svg(result)
    for reader in (Reader.SPONSOR, Reader.ALL):
        assert "too old to rely on, the oldest: 7 months" in markdown(
            result, TODAY, reader
        )


def test_recruiter_page_says_that_a_vacancy_rests_on_answers_that_are_too_old():
    sheet = example("stilts")._replace(voice=Voice("Ana", date="2026-01-10"))
    page = markdown(assess(KICKOFF, sheet, TODAY), TODAY, Reader.RECRUITER)

    assert "answers behind this are too old to rely on, the oldest: 10 months." in page


def test_question_is_asked_again_if_all_answers_to_it_are_too_old():
    sheet = combine(KICKOFF, [said("Ana"), said("Bo", dates={"AIM-02": "2025-01-01"})])
    both_old = combine(
        KICKOFF,
        [said(name, dates={"AIM-02": "2025-01-01"}) for name in ("Ana", "Bo")],
    )

    def asked(answers: AnswerSheet) -> list[str]:
        aged = with_ages(KICKOFF, answers, TODAY)
        return [each.id for each in questions_to_ask(KICKOFF, aged, "ml") if each.aged]

    assert asked(sheet) == []
    assert asked(both_old) == ["AIM-02"]


ANA, BO = "data_engineer", "owner"
OLD = "2026-03-01"


def on_today(*sheets: AnswerSheet) -> AnswerSheet:
    return with_ages(KICKOFF, combine(KICKOFF, sheets), TODAY)


def half_new() -> list[AnswerSheet]:
    """Return what two people said long ago, one of them one answer again today."""
    ana = said("Ana", OLD, {"MOV-00": TODAY}, role=ANA)
    return [ana, said("Bo", OLD, role=BO)]


def asked_of(role: str, *sheets: AnswerSheet) -> list[str]:
    found = questions_to_ask(KICKOFF, on_today(*sheets), role)
    return [each.id for each in found]


def test_who_gave_the_other_old_answer_is_asked_once_one_person_has_answered_anew():
    assert "MOV-00" not in asked_of("data_engineer", *half_new())
    assert "MOV-00" in asked_of("owner", *half_new())
    assert "COL-00" in asked_of("data_engineer", *half_new())


def test_two_people_can_renew_a_ready_verdict_with_the_question_lists_of_their_roles():
    old = [said("Ana", OLD, role=ANA), said("Bo", OLD, role=BO)]
    again = [
        said(name, TODAY, role=role)._replace(asked=tuple(asked_of(role, *old)))
        for name, role in (("Ana", ANA), ("Bo", BO))
    ]
    lists = [
        each._replace(
            answers={
                id_: each.answers[id_] for id_ in each.asked if id_ in each.answers
            }
        )
        for each in again
    ]

    assert not assessed(*old).confirmation.verdict
    assert assessed(*old, *lists).confirmation.verdict


def test_documents_name_who_gave_the_answer_that_is_still_too_old():
    result = assessed(*half_new())
    message = below_threshold(result, MinimumVerdict.READY)

    assert (
        "Move and store as a whole (MOV-00): one answer is recent; missing: a second "
        "person, such as Bo, whose answer is too old"
    ) in markdown(result, TODAY)
    assert "Move and store as a whole (MOV-00), ask Bo again" in message
    assert "What could still stop it, ask a data engineer" in message
    assert (
        "One answer is recent, and a yes needs two people. Said so far:"
        "\n\n- 3, Ana (data engineer): No, it causes no trouble."
        "\n- 3, Bo (decision owner), too old to rely on: No"
    ) in markdown_agenda(result)


def test_anonymous_report_does_not_name_who_gave_an_answer_that_is_too_old():
    sheet = on_today(*half_new())
    sheet = shown_sheet(KICKOFF, sheet, redacted=False, anonymised=True)
    page = markdown(assess(KICKOFF, sheet, TODAY), TODAY)

    assert "(MOV-00): one answer is recent; missing: a second person\n" in page
    assert "such as" not in page.partition("## Hiring")[0]


def test_agenda_names_whose_fact_is_too_old_where_a_hire_waits_for_it():
    result = assessed(said("Ana", TODAY, role=ANA), said("Bo", "2026-08-01", role=BO))
    _, _, point = markdown_agenda(result).partition(". Where one more person is needed")

    assert "One answer is recent, and a yes needs two people." in point
    assert "Bo (decision owner), too old to rely on" in point


@pytest.mark.parametrize(
    ("hidden", "who"),
    [
        pytest.param(
            {"redacted": True, "anonymised": False},
            "ask the decision owner again",
            id="without names",
        ),
        pytest.param(
            {"redacted": False, "anonymised": True},
            "ask a second person;",
            id="anonymous",
        ),
    ],
)
def test_message_below_the_threshold_says_whom_to_ask_without_names(hidden, who):
    sheet = shown_sheet(KICKOFF, on_today(*half_new()), **hidden)
    result = assess(KICKOFF, sheet, TODAY)

    message = below_threshold(result, MinimumVerdict.READY)

    assert f"Move and store as a whole (MOV-00), {who}" in message


def test_agenda_lists_answers_that_are_too_old_even_if_nothing_rests_on_them():
    sheet = read(FILE.encode(), "march.yaml", KICKOFF)
    texts = [markdown_agenda(assess(KICKOFF, sheet, day)) for day in ("", "2028-01-01")]

    assert "too old" not in texts[0]
    assert "On 2028-01-01, these answers are too old to rely on." in texts[1]
    assert "Collect as a whole (COL-00), 13 months" in texts[1]


def test_all_commands_ask_for_new_answers_where_confirmed_ones_grew_old():
    sheet = combine(KICKOFF, [said("Ana", OLD), said("Bo", OLD)])
    result, step = assess(KICKOFF, sheet, TODAY), PlanStep(due=OLD)
    team = Team(
        "T",
        ("t.yaml",),
        2,
        team_advice(KICKOFF, sheet._replace(steps={"confirms": step}), TODAY),
    )
    page = portfolio_document(
        portfolio(KICKOFF, [team]),
        PortfolioSource(1, date=TODAY),
        PortfolioFormat.MD,
    )
    tasks = task_list(result, steps(result, "", TODAY))
    again = "Have the old answers that the advice rests on confirmed again"

    assert "in **0 of 1 team**. In 1 the answers are too old." in page
    assert (
        "| T (2 voices) | Ready, answers too old | none | "
        "ML engineer, once confirmed again |" in page
    )
    assert again in page
    assert again in tasks
    assert outcome(result) == "aged"
    for text in (page, tasks):
        assert "nobody has confirmed" not in text
        assert "second person" not in text


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Return two answers files, of March and of April 2026."""
    found = []
    for name, day in [("ana", "2026-03-01"), ("bo", "2026-04-02")]:
        path = tmp_path / f"{name}.yaml"
        path.write_text(dump(said(name, day), KICKOFF), encoding="utf-8")
        found.append(path)
    return found


@pytest.mark.parametrize(
    ("on", "code"),
    [("2026-06-01", 0), ("2026-11-29", 1), ("", 0)],
)
def test_report_with_fail_below_option_fails_if_answers_are_too_old(
    files, on, code, capfd
):
    ends = pytest.raises(Exit) if code else nullcontext()
    with ends:
        commands.report(files, date=on, fail_below=MinimumVerdict.READY)
    out, err = capfd.readouterr()

    assert out.startswith("# Late parcels")
    assert ("What must be confirmed again: Collect as a whole" in err) is bool(code)


@pytest.mark.parametrize("text", ["30.11.2028", "11/30/28", "today", "some day"])
@pytest.mark.parametrize("option", ["--fail-below", "--since"])
def test_report_refuses_a_date_that_is_no_day_if_an_option_computes_with_it(
    files, option, text
):
    below = MinimumVerdict.READY if option == "--fail-below" else None
    since = files[0] if option == "--since" else None

    with pytest.raises(UsageError, match="--date: expected a day as YYYY-MM-DD"):
        commands.report(files, date=text, fail_below=below, since=since)


def test_report_prints_a_date_in_words_but_no_day_with_a_time(files, capfd):
    commands.report(files, date="29 November")

    assert "as of 29 November." in capfd.readouterr().out
    with pytest.raises(UsageError, match="--date: expected a day as YYYY-MM-DD"):
        commands.report(files, date="2026-11-29T08:00")


def test_dates_in_the_future_are_reported_for_all_files_at_once(files):
    with pytest.raises(SeveralErrors) as caught:
        load_combined(files, KICKOFF, "2026-01-01")

    assert [str(each) for each in caught.value.errors] == [
        f"{path}:{line}: {day} is later than today, 2026-01-01; "
        "correct it, or the date given with --date"
        for path, line, day in [
            (files[0], "5:9", "2026-03-01"),
            (files[1], "5:9", "2026-04-02"),
        ]
    ]


def test_validate_command_lists_answers_that_are_too_old_or_have_no_date(files):
    file = AnswersFile(
        "a.yaml", b"", said("Ana", "2026-11-01", {"COL-00": "2026-01-01"})
    )
    undated = AnswersFile("b.yaml", b"", example("ready"))

    many = AnswersFile("c.yaml", b"", said("Ana", "2020-01-01"))

    assert "a.yaml: too old on 2026-11-29: COL-00" in [*summary(file, KICKOFF, TODAY)]
    assert [*summary(many, KICKOFF, TODAY)][-1].endswith(
        " more; 'mlready report --date 2026-11-29' lists all"
    )
    assert [*summary(undated, KICKOFF, TODAY)][-1].startswith(
        "b.yaml: without a date, so they count as if given today: headcount, "
    )
    assert len([*summary(file, KICKOFF)]) + 1 == len([*summary(file, KICKOFF, TODAY)])


@pytest.mark.parametrize(
    ("day", "problem"),
    [
        ("tomorrow", "expected a day as YYYY-MM-DD"),
        ("2026-02-30", "there is no day 2026-02-30"),
    ],
)
def test_agenda_and_validate_commands_refuse_an_invalid_date_option(
    files, day, problem
):
    for command in (commands.agenda, commands.validate):
        with pytest.raises(UsageError, match=problem):
            command(files, date=day)


def test_answers_keep_their_dates_if_the_interview_continues_on_a_later_day():
    before = said("Ana", "2026-03-01", {"COL-01": "2026-02-01"})

    sheet = in_session(before, TODAY)

    assert sheet.voice.date == TODAY
    assert {sheet.answer("COL-00").date, sheet.answer("COL-01").date} == {
        "2026-03-01",
        "2026-02-01",
    }
    assert in_session(sheet, TODAY) == sheet
    assert given_now(sheet, sheet.answer("COL-00")) == before.answer("COL-00")


def test_meeting_keeps_the_earliest_date_of_an_answer_that_voices_agree_on():
    voices = [said("Ana", "2026-01-01"), said("Bo", "2026-04-01")]
    begun = starting_sheet(KICKOFF, voices)
    room = begun._replace(voice=Voice(present="us", date=TODAY))
    result = assess(KICKOFF, completed_by_voices(KICKOFF, room), TODAY)

    assert begun.answer("COL-00").date == "2026-01-01"
    assert not result.confirmation.verdict


def test_answer_in_a_question_list_replaces_only_the_earlier_answer_of_the_same_voice():
    old = said("Ana", "2026-01-01")
    again = AnswerSheet(
        "kickoff",
        2,
        profile={"stops": "nothing", "stakes": "live"},
        answers={"COL-00": Answer(2)},
        voice=Voice("Ana", date="2026-11-01"),
        asked=("stops", "hands", "COL-00", "MOV-00"),
    )

    sheet = combine(KICKOFF, [again, old])
    aged = with_ages(KICKOFF, sheet, TODAY).ages.aged

    assert sheet.answer("COL-00").level == 2
    assert sheet.answer("EXP-00").level == old.answer("EXP-00").level
    assert {"COL-00", "stops"}.isdisjoint(aged)
    assert {"MOV-00", "EXP-00", "hands", "available-ml"} <= {*aged}


@pytest.mark.parametrize(
    "stands_for", ["soon", "0 months", "6", "six months", "1.5 years", "-1 days"]
)
def test_invalid_expiry_period_is_refused_with_line_and_column(stands_for):
    path = ROOT / "tests" / "data" / "small.yaml"
    lines = path.read_text(encoding="utf-8").splitlines()
    place = next(n for n, line in enumerate(lines) if line.strip() == "- id: COL-01")
    indent = lines[place].index("-")
    lines.insert(place + 1, f"{' ' * indent}  stands_for: {stands_for}")

    document = strict_yaml.read("\n".join(lines).encode(), "q.yaml")
    found = questionnaire_problems(document)

    text = f"expected a time such as 6 months, or for ever, found '{stands_for}'"
    assert [str(each) for each in found] == [
        f"q.yaml:{place + 2}:{indent + 15}: {text}"
    ]
