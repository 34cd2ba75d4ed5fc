"""Markdown reports: contents, and a structure that free text cannot change."""

import html
import re
from functools import cache
from itertools import cycle

import pytest
import yaml
from jinja2 import DictLoader, ModuleLoader
from markdown_it import MarkdownIt

from mlready.assessment.assess import Assessment, assess
from mlready.assessment.checklist import ItemState, checklist_items
from mlready.assessment.diagnosis import Gap, Verdict
from mlready.assessment.next_questions import Outcome
from mlready.assessment.patterns import contradictions, patterns
from mlready.assessment.plan import plan
from mlready.assessment.scoring import enough
from mlready.assessment.voices import combine
from mlready.display_width import display_width
from mlready.errors import TemplateError
from mlready.model.answers import (
    EXPRESS,
    Answer,
    AnswerSheet,
    PlanStep,
    Timing,
    empty_sheet,
)
from mlready.model.questionnaire import Question, Questionnaire
from mlready.report import template_filters, templating
from mlready.report.html import html_page
from mlready.report.json_export import as_data
from mlready.report.markdown import (
    below_threshold,
    blank_answers,
    markdown,
    picture,
    printed_questions,
    summary,
)
from mlready.report.options import MinimumVerdict, Reader
from mlready.report.phrases import layers_in_place
from mlready.report.svg import badge_svg, pyramid_svg
from mlready.report.team_report import team_report
from tests.samples import (
    ANCHORS,
    KICKOFF,
    NAMES,
    SHEETS,
    VOICES,
    answered_by,
    assessed,
    champion_and_engineer,
    example,
    read_sheet,
)

MARKDOWN_GOLDENS = [
    *((name, Reader.TEAM) for name in NAMES),
    *((name, Reader.SPONSOR) for name in NAMES),
    *((name, Reader.RECRUITER) for name in NAMES),
    ("short form", Reader.SPONSOR),
    ("nothing said", Reader.SPONSOR),
    ("two voices", Reader.TEAM),
    ("meeting", Reader.SPONSOR),
]
CASES = ANCHORS[0].parents[1] / "notes"
TEAMS = {**SHEETS, **VOICES, **{path.stem: read_sheet(path) for path in ANCHORS}}
ONE_PAGE = 750  # maximum number of words on a page, pyramid included
BEFORE_APPENDIX = 1500  # maximum number of words of the team's report
METHOD = 120  # maximum number of words on the method
ADVERTISEMENT = 350  # maximum number of words of an advertisement

teams = pytest.mark.parametrize("name", TEAMS)


@cache
def of_team(name: str) -> Assessment:
    return assess(KICKOFF, TEAMS[name])


@cache
def report_on(name: str) -> str:
    return markdown(of_team(name))


def section(document: str, heading: str) -> str:
    """Return the text under a heading, "" if there is no such heading."""
    for level in ("##", "###"):
        _, found, rest = document.partition(f"\n{level} {heading}\n")
        if found:
            return rest.partition(f"\n{level} ")[0].partition("\n## ")[0]
    return ""


def cited(part: str) -> set[str]:
    """Return the ids of all questions that a part of a document mentions."""
    return set(re.findall(r"\b[A-Z]{3}-\d\d\b", part))


@pytest.mark.parametrize(("name", "reader"), MARKDOWN_GOLDENS)
def test_markdown_report_matches_golden_file(name, reader, golden):
    document = markdown(of_team(name), reader=reader)

    golden(f"{name.replace(' ', '-')}-{reader}.md", document)


def test_advice_to_the_reference_teams_matches_golden_file(golden):
    """The teams are those in ``tests/cases/anchors``."""
    rows = [
        (
            path.stem,
            data["verdict"]["words"],
            data["mend"]["first"]["name"] if data["mend"]["first"] else "-",
            data["staffing"]["first"]["name"] if data["staffing"]["first"] else "-",
            data["headline"]["words"],
            data["verdict"]["sentence"],
        )
        for path in ANCHORS
        for data in [as_data(assessed(path))]
    ]
    head = ("Case", "Verdict", "Mend first", "First hire", "Headline", "Sentence")
    table = [head, ("---",) * len(head), *rows]

    golden("anchors.md", "".join(f"| {' | '.join(row)} |\n" for row in table))


@pytest.mark.parametrize("name", SHEETS)
def test_full_report_contains_all_sections_of_the_team_report_and_the_appendix(name):
    result = assess(KICKOFF, SHEETS[name])
    whole = markdown(result, reader=Reader.ALL)
    team = markdown(result, reader=Reader.TEAM)
    sections, appendix = team.split("\n## Appendix\n")

    assert sections[sections.index("\n## The layers") :].strip() in whole
    assert whole.endswith(appendix)


def assert_within_the_limits(result: Assessment) -> None:
    sections, appendix = markdown(result).split("\n## Appendix\n")
    method = section(sections, "How this was worked out")
    advertised = markdown(result, reader=Reader.RECRUITER).split("\n### ")[1:]

    assert appendix
    assert len(sections.split()) <= BEFORE_APPENDIX
    assert 0 < len(method.split()) <= METHOD
    assert all(len(each.split()) <= ADVERTISEMENT for each in advertised)


@teams
def test_team_report_and_job_advertisements_stay_within_their_word_limits(name):
    assert_within_the_limits(of_team(name))


@pytest.mark.slow
@pytest.mark.parametrize("case", [f"{number:02}" for number in range(1, 33)])
def test_reports_on_two_combined_answer_sheets_stay_within_their_word_limits(case):
    assert_within_the_limits(assess(KICKOFF, champion_and_engineer(case)))


@teams
def test_gap_tables_of_a_report_list_each_gap_with_its_next_step(name):
    result = of_team(name)
    document = report_on(name)
    first = re.findall(
        r"^\| .* \(([A-Z]{3}-\d\d)\)(.*?) \| (.*?) \| (.*?) \| .* \|$",
        section(document, "The gaps to close first"),
        re.MULTILINE,
    )
    further = section(document, "Further gaps")
    rest = re.findall(
        r"^\| .* \(([A-Z]{3}-\d\d)\).* \| \d(?:, needs \d)? \| (.*?) \| .* \| .* \|$",
        further,
        re.MULTILINE,
    )
    gaps = {gap.question.id: gap for gap in result.diagnosis.gaps}
    accepted = {id_ for id_, gap in gaps.items() if gap.answer.accepted}
    shown = {id_: step for id_, _, _, step in first} | dict(rest)

    planned = {
        step.key: f"Step {number} of the plan."
        for number, step in enumerate(plan(result), 1)
    }
    in_plan = {id_: step for id_, step in planned.items() if id_ in dict(shown)}
    assert {id_: unescaped(step) for id_, step in shown.items()} == {
        **{id_: gap.action for id_, gap in gaps.items() if id_ not in accepted},
        **in_plan,
    }
    assert {id_ for id_, mark, *_ in first if mark} == {
        gap.question.id for gap in result.diagnosis.blockers
    } & {id_ for id_, *_ in first}
    assert accepted <= cited(further)


@teams
def test_gaps_in_the_plan_are_listed_first_then_those_of_the_layer_to_fix_first(name):
    result = of_team(name)
    layer = result.diagnosis.priority_layer
    sections = layer.sections if layer else ()
    gaps = team_report(result, plan(result)).gaps
    order = [
        (each.step or 99, each.gap.question.section not in sections) for each in gaps
    ]

    assert order == sorted(order)


@teams
def test_report_says_who_may_know_the_answer_to_each_open_question(name):
    result = of_team(name)
    document = report_on(name)
    parts = [
        section(document, heading)
        for heading in (
            "What is not known, and whom to ask",
            "Further open questions",
        )
    ]
    listed = re.findall(
        r"^- .* \(([A-Z]{3}-\d\d)\): ask (.*)$", "\n".join(parts), re.MULTILINE
    )

    assert sorted((id_, unescaped(who)) for id_, who in listed) == sorted(
        (question.id, question.knows) for question in result.diagnosis.open
    )


@teams
def test_layer_tables_of_a_report_show_each_answer_as_given(name):
    result = of_team(name)
    part = section(report_on(name), "All answers")
    rows = re.findall(
        r"^\| ([A-Z]{3}-\d\d) .*? \| (\d|\?|n/a|-) \|", part, re.MULTILINE
    )

    assert dict(rows) == {
        question.id: level_text(result.inputs.sheet.answer(question.id))
        for question in result.inputs.questions
    }


def level_text(answer: Answer) -> str:
    if answer.level is not None:
        return str(answer.level)
    return "?" if answer.unknown else "n/a" if answer.na else "-"


@teams
def test_report_explains_each_failure_pattern_and_contradiction(name):
    result = of_team(name)
    document = report_on(name)
    together = "".join(
        section(document, heading)
        for heading in (
            "What your answers show together",
            "The patterns and where they come from",
        )
    )
    again = section(document, "Talk these through again")

    for finding in patterns(result.inputs):
        assert f"- **{finding.pattern.name}.** " in together
        assert finding.pattern.advice in unescaped(together)
    for finding in contradictions(result.inputs):
        assert finding.says in unescaped(again)
    unbacked = result.diagnosis.blockers_without_evidence
    assert all(question.topic in again for question in unbacked[:4])


@teams
def test_report_says_when_and_why_to_fill_each_vacancy(name):
    result = of_team(name)
    document = report_on(name)
    hires = section(document, "Hiring")
    rests = section(document, "What each hire is for, and what could replace it")

    for vacancy in result.staffing.vacancies:
        when = f"**{vacancy.horizon.capitalize()}: "
        if result.staffing.hold_reason != "unproven":
            assert when in hires
        assert when in rests
        assert {question_of(part).id for part in vacancy.because} <= cited(rests)
    for place in result.staffing.assigned:
        assert f"**No new post: {place.role.name}.**" in hires


def question_of(part: Gap | Question) -> Question:
    return part.question if isinstance(part, Gap) else part


@teams
def test_report_names_low_or_open_blocking_questions_at_the_top(name):
    result = of_team(name)
    top = "\n".join(report_on(name).split("\n## ")[:2])

    blocking = [gap.question for gap in result.diagnosis.blockers]
    named = [*blocking[:4], *result.diagnosis.unsettled_blockers[:4]]
    assert all(question.topic in top for question in named)


@teams
def test_report_contains_every_checklist_item(name):
    document = unescaped(report_on(name))

    for group in [*KICKOFF.checklist, *KICKOFF.boxes]:
        for item in group.items:
            assert item.text in document


def unescaped(text: str) -> str:
    """Return Markdown text with backslash escapes and HTML entities resolved."""
    return html.unescape(re.sub(r"\\(?=[!-/:-@\[-`{-~])", "", text))


@pytest.mark.parametrize("name", ["stilts", "ready"])
def test_explanation_at_the_end_of_a_report_matches_golden_file(name, golden):
    result = assess(KICKOFF, example(name))
    plain = markdown(result, reader=Reader.SPONSOR)
    explained = markdown(result, reader=Reader.SPONSOR, explain=True)

    assert explained.startswith(plain)
    golden(f"{name}-explained.md", explained[len(plain) :])


@teams
def test_sponsor_page_has_at_most_750_words(name):
    page = markdown(of_team(name), reader=Reader.SPONSOR)

    assert len(page.split()) <= ONE_PAGE


@pytest.mark.slow
@pytest.mark.parametrize("voice", ["champion", "engineer", "first", "second"])
def test_reports_are_rendered_for_every_team_of_the_case_studies(kickoff, voice):
    paths = sorted((CASES / voice).glob("*.yaml"))
    # Each page has the words of the Markdown report, and the report for all readers has
    # the parts of the others, so one more reader for each team will do.
    for path, reader in zip(paths, cycle(Reader), strict=False):
        result = assess(kickoff, read_sheet(path))
        assert_within_the_limits(result)
        assert html_page(result, reader=reader).startswith("<!doctype html>")
        for each in {reader, Reader.ALL}:
            assert markdown(result, reader=each).startswith("# ")


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        pytest.param(
            {"MOV-00": Answer(1)},
            "Move and store as a whole (MOV-00): 3 (Ana) and 1 (Bo). Settled the "
            "other way, we would say: *Ready*, first hire an ML engineer (with: 3).",
            id="the difference decides",
        ),
        pytest.param(
            {"COL-03": Answer(1, note="by hand")},
            "Time to a new field (COL-03): 3 (Ana) and 1 (Bo: by hand). The advice"
            " is the same either way.",
            id="the difference changes nothing",
        ),
        pytest.param(
            {"MOV-01": Answer(1)},
            "How data arrives (MOV-01): 3 (Ana) and 1 (Bo). Settled the other way, we "
            "would say: *Ready*, first hire an ML engineer (with: 3).",
            id="the difference decides what must be settled before the start",
        ),
        pytest.param(
            {"MOV-00": Answer(1), "EXP-00": Answer(1)},
            "Move and store as a whole (MOV-00): 3 (Ana) and 1 (Bo). If all "
            "higher answers are true, we would say: *Ready*, first hire an ML engineer "
            "(with: 3).",
            id="two differences decide",
        ),
    ],
)
def test_report_says_how_settling_a_difference_would_change_the_advice(other, expected):
    ana = answered_by(example("ready"), "Ana")
    bo = answered_by(example("ready"), "Bo")
    both = combine(KICKOFF, [ana, bo._replace(answers={**bo.answers, **other})])
    document = markdown(assess(KICKOFF, both), reader=Reader.TEAM)

    assert expected in unescaped(section(document, "What somebody must settle"))


def text_drawing(questionnaire: Questionnaire, sheet: AnswerSheet) -> list[str]:
    document = markdown(assess(questionnaire, sheet))
    return document.partition("```text\n")[2].partition("```")[0].splitlines()


@pytest.mark.parametrize(
    ("levels", "stops", "reason"),
    [
        pytest.param({"COL-00": 1}, "nothing", "first",
            id="layer with the lowest score"),
        pytest.param(
            {"COL-00": 1, "COL-04": 2, "MOV-00": 1, "MON-00": 1, "PRD-00": 0},
            "nothing",
            "first: about as low as Move and store, Release and operate, which rest"
            " on it",
            id="near tie with two layers above it",
        ),
        pytest.param(
            {"COL-00": 1, "COL-04": 0, "MOV-00": 1}, "move",
            "first: you chose it as what would stop you, and that decides a near tie",
            id="named by the team",
        ),
        pytest.param(
            {"COL-00": 1, "COL-04": 1, "MOV-00": 1}, "move",
            "first: you chose it as what would stop you",
            id="named by the team of two equal layers",
        ),
        pytest.param(
            {"COL-00": 1, "AIM-01": 0, "AIM-02": 0}, "nothing",
            "first: AI / ML rests on it", id="only the top layer has a lower score",
        ),
    ],
)  # fmt: skip
def test_picture_says_why_a_layer_is_to_be_fixed_first(levels, stops, reason):
    sheet, core = example("ready"), {q.id for q in KICKOFF.questions if q.express}
    answers = {id_: each for id_, each in sheet.answers.items() if id_ in core}
    changed = {id_: Answer(level) for id_, level in levels.items()}
    result = assess(
        KICKOFF,
        sheet._replace(
            scope=EXPRESS,
            profile={**sheet.profile, "stops": stops},
            answers={**answers, **changed},
        ),
    )
    assert f"> fix {reason}\n" in picture(result)
    assert f"fix this layer {reason}\n" in picture(result, in_words=True)


@pytest.mark.parametrize(
    ("score", "shown"),
    [
        pytest.param(1.999999999, "1.9", id="a little below the limit"),
        pytest.param(1.95, "1.9", id="half a tenth below the limit"),
        pytest.param(2.0, "2.0", id="the limit"),
        *(
            pytest.param(n / 10, f"{n // 10}.{n % 10}", id=f"{n} tenths")
            for n in range(41)
        ),
    ],
)
def test_score_below_a_limit_is_never_shown_as_the_limit(score, shown):
    assert template_filters.points(score) == shown


@pytest.mark.parametrize(
    ("unknown", "levels", "reason"),
    [
        pytest.param(
            ["MON-00"],
            {},
            "first: if open answers count as 0, it has the lowest score",
            id="lowest",
        ),
        pytest.param(
            ["COL-00", "MON-00"],
            {"COL-04": 2},
            "first: if open answers count as 0, it is about as low as Release and"
            " operate, which rests on it",
            id="near tie with a layer above it",
        ),
    ],
)
def test_picture_says_how_open_answers_count_for_the_layer_to_ask_about_first(
    unknown, levels, reason
):
    sheet, core = example("ready"), {q.id for q in KICKOFF.questions if q.express}
    answers = {id_: each for id_, each in sheet.answers.items() if id_ in core}
    changed = {id_: Answer(unknown=True) for id_ in unknown}
    changed |= {id_: Answer(level) for id_, level in levels.items()}
    profile = {**sheet.profile, "stops": "nothing"}
    result = assess(
        KICKOFF,
        sheet._replace(scope=EXPRESS, profile=profile, answers={**answers, **changed}),
    )
    assert f"> ask {reason}\n" in picture(result)
    assert f"ask about this layer {reason}\n" in picture(result, in_words=True)


def test_picture_in_words_says_in_a_sentence_that_another_layer_may_come_first():
    result = assess(KICKOFF, example("stilts"))
    rivals = [Outcome(Verdict.NOT_YET, layer) for layer in ("collect", "move")]
    lines = picture(result, not_asked=2, between=rivals, in_words=True).splitlines()
    (row,) = [line for line in lines if line.startswith("Move and store: ")]
    assert row.endswith("a near tie. Later answers may name another layer.")


@teams
def test_text_drawing_of_the_pyramid_is_at_most_40_columns_wide(name):
    drawing = text_drawing(KICKOFF, TEAMS[name])

    assert max(map(display_width, drawing), default=0) <= 40


@pytest.mark.parametrize("names", ["数据收集层", "مدل", "👩‍🔬 e\u0301"])
def test_bars_of_a_text_drawing_are_aligned_if_layer_names_differ_in_width(
    names,
):
    layers = tuple(
        layer._replace(name=names * (1 + number % 2))
        for number, layer in enumerate(KICKOFF.layers)
    )
    rows = text_drawing(KICKOFF._replace(layers=layers), example("ready"))
    before = {display_width(row.partition("#")[0]) for row in rows if "##" in row}

    assert len(before) == 1


@pytest.mark.parametrize(
    ("sheet", "line"),
    [
        pytest.param(
            example("stilts"),
            "> Move and store        ##  |      FIX",
            id="layer to fix first",
        ),
        pytest.param(
            example("stilts"),
            "  Aggregate and label   ##//|/     waits",
            id="layers below are too low",
        ),
        pytest.param(
            example("ready"),
            "  Collect               ####|##    good",
            id="good enough",
        ),
        pytest.param(
            empty_sheet(KICKOFF),
            "> Collect               ....|....  ASK",
            id="not known",
        ),
    ],
)
def test_text_drawing_shows_the_state_of_each_layer(sheet, line):
    assert line in text_drawing(KICKOFF, sheet)


@pytest.mark.parametrize(
    ("step", "date", "printed"),
    [
        pytest.param(
            PlanStep(), "",
            "Who: to be decided (best suited: data engineer). Date: open.",
            id="no answers",
        ),
        pytest.param(
            PlanStep(owner="Ana", due="2026-12-01"), "2026-11-30",
            "Who: Ana. By 2026-12-01.", id="owner and date",
        ),
        pytest.param(
            PlanStep(owner="Ana", due="2026-12-01"), "2026-12-02",
            "Who: Ana. **Overdue since 2026-12-01.**", id="overdue",
        ),
        pytest.param(
            PlanStep(due="2026-12-01"), "1 January 2027",
            "By 2026-12-01.", id="report with a date in words",
        ),
        pytest.param(
            PlanStep(owner="Ana", due="2026-12-01", done="2026-12-03"), "2026-12-04",
            "Who: Ana. Done on 2026-12-03.", id="done",
        ),
    ],
)  # fmt: skip
def test_plan_in_the_report_gives_the_owner_and_due_date_of_a_step(step, date, printed):
    sheet = example("stilts")._replace(steps={"MOV-01": step})
    document = markdown(assess(KICKOFF, sheet), date)

    assert printed in unescaped(section(document, "Plan"))


def test_step_for_the_reader_needs_no_name_in_the_plan():
    steps = {"own-1": PlanStep("You order the feed.", due="2027-01-15")}
    document = markdown(assess(KICKOFF, example("stilts")._replace(steps=steps)))

    assert "**You order the feed.** By 2027-01-15." in section(document, "Plan")


@pytest.mark.parametrize(
    ("key", "step", "printed"),
    [
        pytest.param(
            "CTX-01",
            PlanStep(owner="Cy", due="2026-02-28"),
            "answers for it. Who: Cy. The answers leave nothing to do here.",
            id="answer is good enough",
        ),
        pytest.param(
            "COL-04",
            PlanStep(owner="Cy"),
            "data for this project. Who: Cy. The answers leave nothing to do here.",
            id="answer cannot rise",
        ),
        pytest.param(
            "EXP-02",
            PlanStep(owner="Cy", done="2026-03-01"),
            "Who: Cy. Done on 2026-03-01.",
            id="gap that the plan has no room for, done",
        ),
    ],
)
@pytest.mark.parametrize("write", [markdown, html_page], ids=["Markdown", "HTML"])
def test_report_lists_each_step_of_the_file_that_is_not_in_the_plan(
    write, key, step, printed
):
    team = example("stilts")
    answers = {**team.answers, "CTX-01": Answer(2), "COL-04": Answer(4)}
    own = {f"own-{each}": PlanStep(f"Step {each}") for each in range(4)}
    team = team._replace(answers=answers, steps={**own, key: step})
    document = write(assess(KICKOFF, team), "2026-11-30", Reader.TEAM)
    plain = re.sub(r"<[^>]*>|\*|\\(?=[!-/])", "", html.unescape(document))

    assert printed in plain.partition("Further steps")[2]


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        pytest.param("Ask Bo", "Ask Bo.", id="no full stop"),
        pytest.param("Ask Bo.", "Ask Bo.", id="full stop"),
        pytest.param("Who asks Bo?", "Who asks Bo?", id="question"),
        pytest.param('Say "go."', 'Say "go."', id="full stop before a quote"),
        pytest.param("Ask Bo (see wiki.)", "Ask Bo (see wiki.)", id="and a bracket"),
        pytest.param("Ask Bo (by mail)", "Ask Bo (by mail).", id="bracket"),
    ],
)
@pytest.mark.parametrize("reader", [Reader.TEAM, Reader.SPONSOR])
def test_step_of_the_team_ends_with_one_full_stop(typed, printed, reader):
    steps = {"ask": PlanStep(typed, owner="Cy")}
    team = example("stilts")._replace(steps=steps)
    document = markdown(assess(KICKOFF, team), reader=reader)

    assert f"{printed} Who: Cy." in unescaped(document).replace("*", "")


def test_report_counts_the_differences_that_its_appendix_lists():
    both = assess(KICKOFF, champion_and_engineer("06"))
    document = unescaped(markdown(both, reader=Reader.TEAM))
    further = section(document, "Further differences between the answers")
    listed = further.partition("These do not")[0].count("\n- ")

    assert listed > 9  # a number that is printed in digits
    assert f"- {listed} more in the appendix." in document


@pytest.mark.parametrize("id_", ["MON-01", "MON-00"], ids=["detail", "whole layer"])
def test_report_lists_each_gap_that_the_team_accepted_with_the_reason(id_):
    team = example("stilts")
    accepted = Answer(1, accepted="no use before summer")
    result = assess(KICKOFF, team._replace(answers={**team.answers, id_: accepted}))
    listed = section(markdown(result, reader=Reader.TEAM), "Further gaps")

    assert " = 1): no use before summer" in unescaped(listed)


def test_report_lists_no_good_rating_of_a_whole_layer_as_an_accepted_gap():
    team = example("stilts")
    good = Answer(3, accepted="no use before summer")
    result = assess(KICKOFF, team._replace(answers={**team.answers, "MON-00": good}))

    assert "no use before summer" not in section(
        markdown(result, reader=Reader.TEAM), "Further gaps"
    )


def test_report_quotes_background_lines_unchanged():
    sheet = example("stilts")._replace(background={"promise": "a pilot *by* March"})
    part = section(markdown(assess(KICKOFF, sheet)), "Background, in your words")

    assert unescaped(part).strip() == "- **What was promised.** a pilot *by* March"


def test_report_says_how_long_the_interview_took():
    timing = Timing("2026-11-29 09:00", "2026-11-29 09:31", 24, 36)
    result = assess(KICKOFF, example("stilts")._replace(timing=timing))
    method = section(markdown(result), "How this was worked out")

    assert "The interview took 24 minutes for 36 answers." in method


def test_report_on_an_express_sheet_with_details_says_how_many_details_were_asked():
    sheet = example("stilts")
    core = {q.id for q in KICKOFF.questions if q.express}
    answers = {id_: each for id_, each in sheet.answers.items() if id_ in core}
    detail = {"MOV-01": sheet.answers["MOV-01"]}
    short = sheet._replace(scope=EXPRESS, answers={**answers, **detail})
    document = markdown(assess(KICKOFF, short))

    assert re.search(
        r"\. 1 of \d\d details were asked; the others count as their layer as a whole",
        document.partition("\n## ")[0],
    )
    assert "Further open questions" not in document


def test_report_states_a_date_only_if_one_is_given(kickoff):
    result = assess(kickoff, example("stilts"))

    assert "answered, as of 24 November 2026.\n" in markdown(result, "24 November 2026")
    assert "as of" not in markdown(result).partition("## ")[0]


def test_closing_screen_of_an_interview_matches_golden_file(kickoff, golden):
    screen = summary(
        assess(kickoff, example("stilts")),
        answers="mlready.yaml",
        open=False,
        interview="mlready interview mlready.yaml",
        command="mlready report mlready.yaml -o report.md",
    )

    golden("closing.txt", screen)


@pytest.mark.parametrize(
    ("level", "is_missing"),
    [pytest.param(1, True, id="missing"), pytest.param(4, False, id="in writing")],
)
def test_closing_screen_says_if_permission_to_use_the_data_is_missing(
    kickoff, level, is_missing
):
    team = example("stilts")
    answers = {**team.answers, "COL-04": Answer(level)}
    screen = summary(
        assess(kickoff, team._replace(answers=answers)),
        answers="a.yaml",
        open=False,
        interview="a.yaml",
        command="a.yaml",
    )

    assert ("\nPermission to use the data is missing.\n" in screen) == is_missing


def test_closing_screen_says_what_a_second_person_must_confirm_and_how(kickoff):
    screen = summary(
        assess(kickoff, answered_by(example("ready"), "Ana", "owner")),
        answers="mlready.yaml",
        open=False,
        interview="mlready interview mlready.yaml",
        ask="mlready ask mlready.yaml --of",
        command="mlready report mlready.yaml -o report.md",
    )

    assert "Ready, according to one person: a second person must confirm" in screen
    assert "\n- Move and store as a whole (MOV-00): a data engineer" in screen
    assert "To confirm:   mlready ask mlready.yaml --of data_engineer\n" in screen


@pytest.mark.parametrize("reader", Reader)
@pytest.mark.parametrize("name", ["ready", "one meeting", "draft", "person and draft"])
def test_every_document_marks_a_ready_verdict_that_no_second_person_has_confirmed(
    name, reader
):
    result = of_team(name)
    pages = [markdown(result, reader=reader), html_page(result, reader=reader)]

    for page in pages:
        assert ("so two must agree" in page) == (reader in {Reader.SPONSOR, Reader.ALL})
        assert re.search("two people" if name == "draft" else "second person", page)
        assert "An honest week" not in page
    for drawing in (pyramid_svg(result), badge_svg(result)):
        assert re.search("ot confirmed|a draft|A draft that nobody has", drawing)
    assert below_threshold(result, MinimumVerdict.READY)
    is_below = below_threshold(result, MinimumVerdict.CONDITIONAL) != ""
    assert is_below is (name == "draft")


def test_report_waits_until_the_one_answer_has_been_confirmed():
    ready, operate = example("ready"), {"MON-00": Answer(unknown=True)}
    second = answered_by(ready._replace(answers={**ready.answers, **operate}), "Bo")
    both = combine(KICKOFF, [answered_by(ready, "Ana"), second])

    page = markdown(assess(KICKOFF, both))

    assert "until the one answer behind this has been confirmed by a second" in page


@pytest.mark.parametrize("name", ["draft", "draft of stilts"])
def test_report_on_a_draft_never_waits_for_only_a_second_person(name):
    text = below_threshold(of_team(name), MinimumVerdict.READY)

    assert "second person" not in text


@pytest.mark.parametrize("reader", Reader)
@pytest.mark.parametrize("name", ["draft of stilts", "draft"])
def test_every_document_on_a_draft_says_that_the_answers_are_a_draft(reader, name):
    result = of_team(name)
    said = re.compile("A draft that nobody has confirmed yet|This rests on a draft")

    assert said.search(markdown(result, reader=reader))
    assert said.search(html_page(result, reader=reader))
    assert "(a draft)" in badge_svg(result)
    for text in (pyramid_svg(result), below_threshold(result, MinimumVerdict.READY)):
        assert re.search("A draft that nobody has confirmed|according to a draft", text)


def test_printed_questionnaire_matches_golden_file(small, golden):
    golden("small-questions.md", printed_questions(small))


@pytest.mark.parametrize("express", [False, True], ids=["full", "short form"])
def test_blank_answers_file_matches_golden_file(small, golden, express):
    name = "small-blank-express.yaml" if express else "small-blank.yaml"
    golden(name, blank_answers(small, express=express))


HOSTILE = [
    pytest.param("a | b || c", id="pipes"),
    pytest.param("first\n\n# second\n- third", id="line breaks"),
    pytest.param("<script>alert(1)</script><!-- ", id="HTML"),
    pytest.param("![x](http://a.b/c) [y](javascript:z)", id="links and images"),
    pytest.param("```\n~~~\n$$", id="code fences"),
    pytest.param("{{ 7 * 7 }}{% raw %}", id="template code"),
    pytest.param("<!-- mlready:begin --> <!-- mlready:end -->", id="block markers"),
    pytest.param("\x1b[2J\x07\x00 \u202e wrong", id="control characters"),
    pytest.param("www.example.com a@b.example https://c.example", id="bare addresses"),
    pytest.param('[x]: /y "z"\n[x]', id="reference links"),
]  # fmt: skip


@pytest.mark.parametrize("word", ["on", "no", "null", "yes", "off", "true", "y"])
def test_pyyaml_reads_every_key_of_a_blank_answers_file_as_text(small, word):
    fact = small.profile[0]._replace(id=word, when={})
    role = next(iter(small.roles.values()))._replace(id=word, available="How many?")
    changed = small._replace(
        id=word, profile=(fact,), roles={word: role}, sections=(), layers=()
    )

    blank = yaml.safe_load(blank_answers(changed, express=False))

    assert blank["questionnaire"] == word
    assert blank["profile"] == {word: None, "available": {word: None}}


@pytest.mark.parametrize("note", HOSTILE)
def test_free_text_does_not_change_the_structure_of_a_report(note, kickoff):
    def structure(text: str) -> list[tuple[str, int]]:
        sheet = example("stilts")
        hostile = Answer(
            level=0, note=text, evidence=text, by=text, date=text, accepted=text
        )
        sheet = sheet._replace(
            name=text, slice=text, answers={**sheet.answers, "COL-01": hostile}
        )
        document = markdown(assess(kickoff, sheet))
        assert not set(document) & {"\x00", "\x07", "\x1b", "\u202e"}
        tokens = MarkdownIt("gfm-like", {"linkify": True}).parse(document)
        flat = [child for token in tokens for child in [token, *(token.children or [])]]
        text_types = {"text", "text_special", "html_inline", "softbreak"}
        return [(t.type, t.level) for t in flat if t.type not in text_types]

    assert structure(note) == structure("plain")


def test_compiled_templates_render_the_same_report_as_their_sources(
    kickoff, tmp_path, monkeypatch
):
    sheet = example("assistant")
    expected = markdown(assess(kickoff, sheet))
    prepared = templating.environment.__wrapped__()
    names = ["team.md.j2", "_words.j2"]
    prepared.loader = DictLoader({name: templating.source(name) for name in names})
    prepared.compile_templates(tmp_path, zip=None, ignore_errors=False)
    prepared.loader = ModuleLoader(tmp_path)
    monkeypatch.setattr(templating, "environment", lambda: prepared)

    assert markdown(assess(kickoff, sheet)) == expected


def test_message_on_an_error_in_a_template_names_the_template(kickoff, monkeypatch):
    broken = templating.environment.__wrapped__()
    broken.loader = DictLoader({"team.md.j2": "{{ nothing.here }}"})
    monkeypatch.setattr(templating, "environment", lambda: broken)

    with pytest.raises(TemplateError) as error:
        markdown(assess(kickoff, empty_sheet(kickoff)))

    assert str(error.value) == "template team.md.j2: 'nothing' is undefined"


@pytest.mark.parametrize(
    ("id_", "shown"),
    [
        pytest.param(
            "ORG-09", "within a working day. Better still: at any hour", id="replaced"
        ),
        pytest.param(
            "COL-08", "looked up by hand. Better still: at least nine in ten",
            id="contrasted",
        ),
        pytest.param("CTX-01", "has agreed. And others were told", id="added to"),
    ],
)  # fmt: skip
def test_text_of_a_level_is_printed_after_the_lower_level_to_which_it_refers(
    id_, shown
):
    question = next(each for each in KICKOFF.questions if each.id == id_)

    assert shown in template_filters.level_text(question, Answer(level=3))


@teams
def test_checklist_item_with_a_low_answer_is_not_listed_as_in_place(name):
    result = of_team(name)
    gaps = {
        gap.question.id
        for gap in result.diagnosis.gaps
        if gap.level < enough(result.inputs, gap.question)
    }
    items = [
        item
        for group in (*KICKOFF.checklist, *KICKOFF.boxes)
        for item in checklist_items(group, result.inputs)
        if item.state is ItemState.IN_PLACE
    ]
    blocking = {gap.question.section for gap in result.diagnosis.blockers}

    assert [item.text for item in items if gaps & {*item.questions}] == []
    assert [
        layer.name
        for layer in layers_in_place(result.diagnosis)
        if blocking & {*layer.sections}
    ] == []


def test_report_does_not_call_a_layer_too_low_if_its_answers_are_unknown():
    team = example("stilts")
    ids = [each.id for each in KICKOFF.questions if each.section == "EXP"]
    unknown = dict.fromkeys(ids, Answer(unknown=True))

    document = markdown(
        assess(KICKOFF, team._replace(answers={**team.answers, **unknown}))
    )

    assert "Nobody knows yet whether the layer *Explore and transform*" in document
    assert "nobody has examined" not in document
