"""Exports of plan steps for trackers and calendars, read by a parser of each format."""

import csv
import io
import json
import re
from datetime import date
from pathlib import Path

import cmarkgfm
import html5lib
import jsonschema_rs
import pytest
from cmarkgfm.cmark import Options
from icalendar import Calendar

from mlready.assessment.assess import assess
from mlready.assessment.comparison import compare
from mlready.assessment.plan import all_steps, plan, stored_key
from mlready.assessment.portfolio import team_advice
from mlready.assessment.voices import combine
from mlready.cli import follow_up
from mlready.errors import DocumentError, SeveralErrors, UsageError
from mlready.model.answers import Answer, AnswerSheet, PlanStep, Voice, empty_sheet
from mlready.model.step_keys import StepKey, keys_in, project_in_keys
from mlready.report.json_export import as_data
from mlready.report.markdown import markdown
from mlready.report.options import Reader, StepFormat, Tracker
from mlready.report.redaction import redact
from mlready.report.step_calendar import calendar
from mlready.report.step_export import (
    steps,
    steps_json,
    table,
    task_list,
    tracker_table,
)
from mlready.storage import answers_file
from tests.samples import (
    ANCHORS,
    KICKOFF,
    ROOT,
    VOICES,
    answered_by,
    example,
    read_sheet,
)

SCHEMA = json.loads(
    (ROOT / "questionnaires" / "schema" / "steps.json").read_text(encoding="utf-8")
)
TAKEN = {
    "COL-01": PlanStep("", "Ana", "2026-12-11"),
    "COL-02": PlanStep("", "Bo", "2026-12-01", "2026-11-30"),
    "ask-legal": PlanStep("Ask legal, in writing", "Cy", "2027-01-15"),
    "AIM-01": PlanStep("", "Di"),
}


def team(small, **fields) -> AnswerSheet:
    levels = {"COL-01": 0, "COL-02": 3, "MOV-01": 1}
    sheet = empty_sheet(small)._replace(
        name="Churn early warning",
        answers={id_: Answer(level=each) for id_, each in levels.items()},
        steps=TAKEN,
    )
    return sheet._replace(**fields)


def rows(text: str) -> list[dict[str, str]]:
    content = io.StringIO(text.removeprefix("\ufeff"), newline="")
    return list(csv.DictReader(content, strict=True))


def exported(questionnaire, sheet, tracker: Tracker, **known: str):
    result = assess(questionnaire, sheet)
    return rows(tracker_table(result, steps(result), tracker, known))


def keys(questionnaire, sheet: AnswerSheet, was: str = "") -> list[str]:
    return [str(each.key) for each in steps(assess(questionnaire, sheet), was)]


@pytest.mark.parametrize(
    ("key", "step", "answer", "late"),
    [
        ("MOV-01", PlanStep(), Answer(1), True),
        ("MOV-01", PlanStep(), Answer(unknown=True), True),
        ("MOV-01", PlanStep(), Answer(2), False),
        ("MOV-01", PlanStep(), Answer(4), False),
        ("MOV-01", PlanStep(), Answer(na="no feed"), False),
        ("MOV-01", PlanStep("Write the runbook"), Answer(2), True),
        ("hires-legal", PlanStep(), Answer(1), False),
        ("confirms", PlanStep(), Answer(1), False),
    ],
    ids=[
        "answer is too low",
        "answer is open",
        "answer is good enough by now",
        "answer is the best",
        "question does not apply",
        "words of the team's own, and a good answer",
        "hire that is not needed",
        "confirmation of nothing",
    ],
)
def test_steps_and_portfolio_and_comparison_agree_on_what_is_overdue(
    key: str,
    step: PlanStep,
    answer: Answer,
    late: bool,  # noqa: FBT001 - a parameter of the test
):
    sheet = example("stilts")
    sheet = sheet._replace(
        answers={**sheet.answers, "MOV-01": answer},
        steps={key: step._replace(owner="Ana", due="2026-11-25")},
    )
    day, result = "2026-11-30", assess(KICKOFF, sheet)
    found = [
        any(each.overdue(day) for each in all_steps(result)),
        any(each.overdue(day) for each in compare(result, result).steps),
        bool(team_advice(KICKOFF, sheet, day).overdue),
    ]
    assert found == [late] * 3


@pytest.mark.parametrize(
    ("name", "key"),
    [
        pytest.param("stilts", "hires-data_engineer", id="a hire"),
        pytest.param("ready", "confirms", id="the confirmation"),
    ],
)
def test_own_words_for_a_hire_or_a_confirmation_are_printed_everywhere(name, key):
    own, day = "Ask Zoe about it", "2026-11-30"
    sheet = answered_by(example(name), "Ana")._replace(
        steps={key: PlanStep(own, "Jon", "2026-11-25")}
    )
    result = assess(KICKOFF, sheet)
    texts = [
        task_list(result, steps(result)),
        *(markdown(result, reader=each) for each in (Reader.TEAM, Reader.SPONSOR)),
        *(each.what for each in team_advice(KICKOFF, sheet, day).overdue),
        *(each.step.what for each in compare(result, result).steps if each.key == key),
    ]

    assert [own in each for each in texts] == [True] * 5


def test_taken_step_keeps_its_words_once_its_answer_is_good_enough():
    sheet = example("stilts")._replace(steps={"MOV-01": PlanStep(owner="Ana")})
    reached = sheet._replace(answers={**sheet.answers, "MOV-01": Answer(2)})
    titles = [
        next(each.title for each in steps(assess(KICKOFF, s)) if "MOV-01" in each.key)
        for s in (sheet, reached)
    ]
    assert titles[0] == titles[1]


def test_export_lists_the_steps_of_the_plan_then_all_other_steps(small):
    result = assess(small, team(small))

    found = [stored_key(item) for item in all_steps(result)]

    assert found[: len(plan(result))] == [stored_key(item) for item in plan(result)]
    assert set(found) > TAKEN.keys()
    assert len({*found}) == len(found)
    assert found[-1] == "COL-02"  # it is done


def test_task_list_matches_its_golden_file(small, golden):
    result = assess(small, team(small))

    golden("steps.md", task_list(result, steps(result, date="2026-12-20")))


@pytest.mark.parametrize("tracker", Tracker)
def test_table_for_a_tracker_matches_its_golden_file(small, golden, tracker):
    result = assess(small, team(small))
    text = tracker_table(result, steps(result), tracker)

    golden(f"steps-{tracker}.csv", text.replace("\r\n", "\n"))


def test_calendar_matches_its_golden_file(small, golden):
    result = assess(small, team(small))

    golden("steps.ics", calendar(result, steps(result)).replace("\r\n", "\n"))


def test_github_renders_the_task_list_with_a_box_for_each_step(small):
    result = assess(small, team(small))
    exports = steps(result)
    page = cmarkgfm.github_flavored_markdown_to_html(
        task_list(result, exports), Options.CMARK_OPT_UNSAFE
    )
    shown = re.sub("<!--.*?-->", "", page)
    items = html5lib.parse(shown, namespaceHTMLElements=False).iter("li")

    boxes = [(item.find("input"), "".join(item.itertext())) for item in items]
    assert [box.get("checked") is not None for box, _ in boxes] == [
        bool(each.item.done or each.item.closed) for each in exports
    ]
    texts = [text for _, text in boxes]
    assert all(map(str.__contains__, texts, (each.sentence for each in exports)))
    assert "mlready." not in "".join(texts)
    assert [*keys_in(page)] == [each.key for each in exports]


def test_step_key_that_no_html_comment_can_contain_is_a_code_span_in_the_task_list(
    small,
):
    sheet = team(small, steps={"a--b": PlanStep("Ask"), "c-": PlanStep("Tell")})
    result = assess(small, sheet)
    page = cmarkgfm.github_flavored_markdown_to_html(task_list(result, steps(result)))

    assert "<code>mlready.churn-early-warning.a--b</code>" in page
    assert "<code>mlready.churn-early-warning.c-</code>" in page


@pytest.mark.parametrize("tracker", Tracker)
def test_each_row_of_a_tracker_table_has_a_title_and_a_step_key(small, tracker):
    titles = {"jira": "Summary", "linear": "Title"}
    found = exported(small, team(small), tracker)

    assert len(found) == len(all_steps(assess(small, team(small))))
    assert all(row[titles.get(tracker, "title")] for row in found)
    assert [{*map(str, keys_in(" ".join(row.values())))} for row in found] == [
        {key} for key in keys(small, team(small))
    ]


def test_table_for_each_tracker_contains_owner_and_dates_and_state(small):
    done = {tracker: exported(small, team(small), tracker)[-1] for tracker in Tracker}

    jira, github, gitlab, linear = done.values()
    assert (jira["Status"], jira["Assignee"], jira["Due Date"]) == (
        "Done", "Bo", "2026-12-01",
    )  # fmt: skip
    assert "Done on 2026-11-30." in jira["Description"]
    assert (github["state"], github["labels"]) == (
        "closed", "mlready.churn-early-warning.COL-02",
    )  # fmt: skip
    assert "Who: Bo." in github["body"]
    assert (gitlab["due_date"], "Who: Bo." in gitlab["description"]) == (
        "2026-12-01", True,
    )  # fmt: skip
    assert (linear["Status"], linear["Completed"]) == ("Done", "2026-11-30")


def test_second_export_updates_issues_in_jira_but_only_adds_issues_elsewhere(small):
    known = {"COL-01": "P-1", "COL-02": "P-2"}
    jira = exported(small, team(small), Tracker.JIRA, **known)
    gitlab = exported(small, team(small), Tracker.GITLAB, **known)

    named = {row["Labels"].rpartition(".")[2]: row["Issue Key"] for row in jira}
    assert {key: issue for key, issue in named.items() if issue} == known
    states = {row["Issue Key"]: row["Status"] for row in jira}
    assert states == {
        "P-1": "",
        "P-2": "Done",
        "": "To Do",
    }  # work that has begun stays
    assert len(gitlab) == len(jira) - len(known)
    assert not {*known} & {
        key.step for row in gitlab for key in keys_in(row["description"])
    }


def test_step_key_does_not_depend_on_wording_or_answers_or_language(small):
    sheet = team(small)
    before = {key.rpartition(".")[2]: key for key in keys(small, sheet)}
    other_words = small._replace(
        title="Kleine Prüfung",
        sections=tuple(
            section._replace(
                questions=tuple(
                    each._replace(topic="x", text="y?", actions=("1", "2", "3"))
                    for each in section.questions
                )
            )
            for section in small.sections
        ),
    )
    answers = {**sheet.answers, "COL-01": Answer(level=1, note="we looked")}
    reworded = {**TAKEN, "ask-legal": PlanStep("Write to the lawyers")}
    after = keys(other_words, sheet._replace(answers=answers, steps=reworded))

    assert {*after} >= {before[key] for key in TAKEN}
    assert {*after} <= {*before.values(), *after}
    assert all(before.get(key.rpartition(".")[2], key) == key for key in after)


def test_step_key_of_a_renamed_project_stays_if_the_old_name_is_given(
    small,
):
    renamed = team(small, name="Early warning 2")

    assert keys(small, renamed, was="Churn early warning") == keys(small, team(small))
    assert {*keys(small, renamed)}.isdisjoint(keys(small, team(small)))


def test_order_of_the_voices_does_not_change_the_exported_steps(small):
    ana = team(small, voice=Voice("Ana", date="2026-11-02"))
    bo = team(small, voice=Voice("Bo", date="2026-11-09"), steps={})
    documents = []
    for sheets in ([ana, bo], [bo, ana]):
        result = assess(small, combine(small, sheets))
        found = steps(result)
        documents.append(
            [task_list(result, found), table(found), calendar(result, found)]
            + [tracker_table(result, found, each) for each in Tracker]
        )

    assert documents[0] == documents[1]


@pytest.mark.parametrize(
    ("name", "project"),
    [
        pytest.param("Churn early warning", "churn-early-warning", id="words"),
        pytest.param("  Zürich: 2.0!", "zurich-2-0", id="accents and signs"),
        pytest.param("", "_", id="no name"),
        pytest.param("!?", "8faf", id="only punctuation"),
        pytest.param("流失预警", "6c7b", id="not Latin letters"),
        pytest.param("R&D: Ana's (old) model/2", "r-d-ana-s-old-model-2", id="signs"),
        pytest.param(
            "Customer churn early warning north",
            "customer-churn-earl-4c64",
            id="long name",
        ),
    ],
)
def test_project_name_is_shortened_and_simplified_in_step_keys(name, project):
    assert project_in_keys(name) == project


def test_project_names_that_differ_only_in_a_symbol_have_different_keys():
    names = ("C", "C++", "C#", "C*")

    assert len({project_in_keys(name) for name in names}) == len(names)


def test_long_project_names_with_the_same_beginning_have_different_keys():
    one, other = (
        project_in_keys(f"Customer churn early warning {part}") for part in "ns"
    )

    assert one != other


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("Key: mlready.a.COL-01.", ["COL-01"], id="before a full stop"),
        pytest.param(
            r"mlready.a.hires-data\_engineer", ["hires-data_engineer"], id="escaped"
        ),
        pytest.param("`mlready.a.x`, mlready.b.y", ["x", "y"], id="two"),
        pytest.param("www.mlready.a.x", [], id="part of an address"),
        pytest.param("mlready.a", [], id="no step"),
    ],
)
def test_only_complete_step_keys_are_read_from_the_text_of_an_issue(text, found):
    assert [key.step for key in keys_in(text)] == found


def test_calendar_has_an_all_day_event_for_each_due_date(small):
    result = assess(small, team(small))
    events = Calendar.from_ical(calendar(result, steps(result))).walk("VEVENT")

    found = {str(event["uid"]): event.decoded("dtstart") for event in events}
    assert found == {
        "mlready.churn-early-warning.COL-01@mlready": date(2026, 12, 11),
        "mlready.churn-early-warning.COL-02@mlready": date(2026, 12, 1),
        "mlready.churn-early-warning.ask-legal@mlready": date(2027, 1, 15),
    }


def test_calendar_does_not_call_a_closed_step_done_that_nobody_marked_as_done(small):
    taken = {"COL-02": PlanStep("", "Bo", "2026-12-01")}
    result = assess(small, team(small, steps=taken))
    (event,) = Calendar.from_ical(calendar(result, steps(result))).walk("VEVENT")

    assert event["summary"] == "Nothing to do: Kept"


def test_calendar_lines_have_at_most_75_bytes(small):
    sheet = team(small, steps={"own": PlanStep("Ж;,\\" * 60, "Ана", "2026-12-11")})
    result = assess(small, sheet)
    text = calendar(result, steps(result))

    lines = text.split("\r\n")
    assert lines[-1] == ""
    assert max(len(line.encode()) for line in lines) <= 75
    (event,) = Calendar.from_ical(text).walk("VEVENT")
    assert event["summary"] == "Due: " + "Ж;,\\" * 60


@pytest.mark.parametrize(
    ("today", "interview", "stamp"),
    [
        pytest.param("2026-12-24", "2026-11-02", "20261224", id="date given"),
        pytest.param("", "2026-11-02", "20261102", id="date of the interview"),
        pytest.param("", "2026-02-31", "20261211", id="no such day: the due date"),
    ],
)
def test_time_stamp_of_a_calendar_does_not_depend_on_the_clock(
    small, today, interview, stamp
):
    result = assess(small, team(small, voice=Voice("Ana", date=interview)))
    text = calendar(result, steps(result), today)

    assert f"DTSTAMP:{stamp}T000000Z" in text


@pytest.mark.parametrize("name", [*VOICES])
def test_json_of_steps_is_valid_by_its_schema(name):
    result = assess(KICKOFF, VOICES[name])
    text = steps_json(result, steps(result), "2026-12-24")

    jsonschema_rs.validator_for(SCHEMA).validate(json.loads(text))


def test_json_of_steps_says_which_steps_are_overdue(small):
    result = assess(small, team(small))
    data = json.loads(steps_json(result, steps(result), "2026-12-20"))

    assert [each["id"] for each in data["steps"] if each["overdue"]] == ["COL-01"]


HOSTILE = "=cmd|'/c calc'!A1 <b>x</b> **x** [a](http://b.c) /close @all"


def test_text_that_people_wrote_is_no_formula_or_markup_or_command_in_an_export(
    small,
):
    sheet = team(
        small, steps={"own": PlanStep(HOSTILE, HOSTILE, "2026-12-11")}, name=HOSTILE
    )
    result = assess(small, sheet)
    found = steps(result)
    tables = [table(found), *(tracker_table(result, found, each) for each in Tracker)]
    page = cmarkgfm.github_flavored_markdown_to_html(task_list(result, found))

    for row in (row for text in tables for row in rows(text)):
        cells = [*row.values()]
        assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))] == []
        described = row.get("description", row.get("body", ""))
        assert [
            line for line in described.splitlines() if line.startswith(("/", "=", "@"))
        ] == []
        assert "<b>" not in described
    assert "<a " not in page
    assert "<strong>x" not in page


def test_redacted_export_has_no_text_that_people_wrote(small):
    marked = {
        key: step._replace(owner="Xyzzy", what="Xyzzy" if step.what else "")
        for key, step in TAKEN.items()
    }
    sheet = redact(small, team(small, steps=marked, name="Xyzzy"))
    result = assess(small, sheet)
    found = steps(result)
    documents = [
        task_list(result, found), table(found), calendar(result, found),
        steps_json(result, found),
        *(tracker_table(result, found, each) for each in Tracker),
    ]  # fmt: skip

    assert [text for text in documents if "Xyzzy" in text or "legal" in text] == []
    assert {each.key.project for each in found} == {"_redacted"}
    assert documents[0].count("The team's own words are left out here.") == 1


def test_redaction_keeps_the_keys_of_hiring_and_confirmation_steps(small):
    taken = {"hires-analyst": PlanStep("x", "Ana"), "confirms": PlanStep("y", "Bo")}

    assert redact(small, team(small, steps=taken)).steps.keys() == taken.keys()


def test_hire_has_the_same_key_and_the_same_end_in_the_export_and_the_report():
    result = assess(KICKOFF, example("stilts"))
    [hire] = (each for each in steps(result) if each.item.reason == "hires")
    [reported] = (each for each in as_data(result)["plan"] if each["reason"] == "hires")

    assert hire.done_when == "The person has started."
    assert f"Done when: {hire.done_when}" in markdown(result, reader=Reader.TEAM)
    assert (reported["id"], reported["done_when"]) == (hire.key.step, hire.done_when)


def test_hiring_and_confirmation_steps_are_exported_with_owners():
    taken = {
        "hires-data_engineer": PlanStep("", "Ana", "2026-12-11"),
        "confirms": PlanStep("", "Bo"),
    }
    hire = assess(KICKOFF, example("stilts")._replace(steps=taken))
    confirmation = assess(KICKOFF, VOICES["one person"]._replace(steps=taken))

    found = {stored_key(item): item for item in all_steps(hire)}
    assert found["hires-data_engineer"].reason == "hires"
    assert found["hires-data_engineer"].owner == "Ana"
    assert found["confirms"].reason == "confirms"
    assert "To confirm" not in task_list(hire, steps(hire))  # there is nothing now
    found = {stored_key(item): item for item in all_steps(confirmation)}
    assert (found["confirms"].reason, found["confirms"].owner) == ("confirms", "Bo")


def test_confirmation_step_names_up_to_four_answers():
    result = assess(KICKOFF, VOICES["one person"])
    claims = result.confirmation.unconfirmed
    topics = [claim.question.topic for claim in claims if claim.question][:1]

    text = task_list(result, steps(result))
    assert f"To confirm: {topics[0]}; " in text
    assert f" and {len(claims) - 4} more." in text


def test_long_title_is_cut_and_the_description_has_the_full_title(small):
    long = "word " * 59
    sheet = team(small, steps={"own": PlanStep(long.strip())})

    (row,) = [r for r in exported(small, sheet, Tracker.JIRA) if "own" in r["Labels"]]
    assert (len(row["Summary"]) <= 250, row["Summary"][-1]) == (True, "…")
    assert f"In full: {long.strip()}" in row["Description"]


def test_label_that_is_too_long_for_github_is_left_out(small):
    sheet = team(small, steps={"x" * 40: PlanStep("Ask")})

    found = exported(small, sheet, Tracker.GITHUB)
    assert [row["labels"] for row in found if "x" * 40 in row["body"]] == [""]
    assert StepKey("a", "b") in keys_in("mlready.a.b")


def test_exports_contain_no_character_that_reverses_the_direction_of_text(small):
    sheet = team(small, steps={"own": PlanStep("a\u202eb", "c\u202ed", "2026-12-11")})
    result = assess(small, sheet)
    found = steps(result)
    documents = [
        task_list(result, found), table(found), calendar(result, found),
        steps_json(result, found),
        *(tracker_table(result, found, each) for each in Tracker),
    ]  # fmt: skip

    assert [text for text in documents if "\u202e" in text] == []


# The command


@pytest.fixture
def command(tmp_path, monkeypatch, small, capsys):
    """Return a function that runs ``mlready steps`` on answers to ``small.yaml``."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1796212800")  # 2026-12-02
    Path("a.yaml").write_text(answers_file.dump(team(small), small), encoding="utf-8")

    def run(*names: str, **options) -> tuple[str, str]:
        paths = [Path(name) for name in names or ("a.yaml",)]
        follow_up.steps(paths, chosen=ROOT / "tests" / "data" / "small.yaml", **options)
        return tuple(capsys.readouterr())

    return run


@pytest.mark.parametrize(
    ("options", "begins"),
    [
        pytest.param({}, "# Steps: Churn early warning\n", id="task list"),
        pytest.param({"form": StepFormat.MARKDOWN}, "# Steps: ", id="named"),
        pytest.param({"form": StepFormat.CSV}, "\ufeffkey,step,owner,due", id="table"),
        pytest.param({"form": StepFormat.JSON}, '{\n  "format": "ml', id="data"),
        pytest.param({"form": StepFormat.ICS}, "BEGIN:VCALENDAR\r\n", id="calendar"),
        pytest.param({"tracker": Tracker.JIRA}, "Summary,Descr", id="for a tracker"),
        pytest.param({"redact": True}, "# Steps\n\nThe team's", id="redacted"),
        pytest.param({"was": "Old"}, "# Steps: Churn early", id="renamed"),
    ],
)
def test_steps_command_prints_the_steps_in_the_chosen_format(command, options, begins):
    out, err = command(**options)

    assert (out[: len(begins)], err) == (begins, "")


def test_steps_command_writes_an_output_file_but_not_over_the_answers_file(command):
    command(output=Path("s.md"))

    assert Path("s.md").read_text(encoding="utf-8").startswith("# Steps: ")
    with pytest.raises(UsageError, match="is also what is read"):
        command(output=Path("a.yaml"))


def test_second_export_leaves_out_steps_that_the_tracker_already_has(command):
    first, _ = command(tracker=Tracker.GITLAB)
    Path("e.csv").write_text(first, encoding="utf-8")
    second, err = command(tracker=Tracker.GITLAB, existing=Path("e.csv"))

    assert (second, err) == (
        "title,description,due_date\r\n",
        "left out, because gitlab has them: 6 steps\n",
    )


def test_export_to_jira_is_refused_if_the_table_of_existing_issues_has_no_issue_keys(
    command,
):
    first, _ = command(tracker=Tracker.JIRA)
    Path("e.csv").write_text(first, encoding="utf-8")

    with pytest.raises(DocumentError, match="no column 'Issue key'"):
        command(tracker=Tracker.JIRA, existing=Path("e.csv"))


def test_export_to_jira_ignores_an_ambiguous_date_in_the_table_of_existing_issues(
    command,
):
    Path("e.csv").write_text(
        "Issue key,Labels,Due date\n"
        "A-1,mlready.churn-early-warning.COL-01,12/05/2026\n",
        encoding="utf-8",
    )
    text, _ = command(tracker=Tracker.JIRA, existing=Path("e.csv"))

    assert "\nA-1," in text


def test_steps_command_saves_changes_from_an_export_and_says_what_changed(command):
    text, _ = command(tracker=Tracker.LINEAR)
    Path("e.csv").write_text(text.replace(",Ana,", ",Zoe,"), encoding="utf-8")
    out, err = command(sync=Path("e.csv"))

    assert (out, err) == ("", "a.yaml: COL-01: owner Zoe (was Ana)\n")
    assert 'owner: "Zoe"' in Path("a.yaml").read_text(encoding="utf-8")


def test_message_says_that_the_calendar_is_empty_if_no_step_has_a_due_date(
    command, small
):
    sheet = team(small, steps={})
    Path("a.yaml").write_text(answers_file.dump(sheet, small), encoding="utf-8")

    assert command(form=StepFormat.ICS)[1] == (
        "the calendar is empty: no step has a due date\n"
    )


@pytest.mark.parametrize(
    ("date", "refused"),
    [
        pytest.param("2026-11-30", True, id="done later than the day"),
        pytest.param("2026-12-19", False, id="done on the day"),
    ],
)
def test_steps_command_refuses_answers_later_than_its_date(
    command, small, date, refused
):
    done = {"COL-01": PlanStep(owner="Ana", done="2026-12-19")}
    sheet = team(small, steps=done, voice=Voice("Ana", date="2026-11-02"))
    Path("a.yaml").write_text(answers_file.dump(sheet, small), encoding="utf-8")

    if not refused:
        assert "2026-12-19" in command(date=date)[0]
        return
    with pytest.raises(SeveralErrors, match="2026-12-19 is later than today"):
        command(date=date)


@pytest.mark.parametrize(
    ("name", "options", "warned"),
    [
        pytest.param("", {"tracker": Tracker.JIRA}, True, id="tracker"),
        pytest.param("", {"form": StepFormat.ICS}, True, id="calendar"),
        pytest.param("", {}, False, id="list to read"),
        pytest.param("Churn", {"tracker": Tracker.JIRA}, False, id="with a name"),
        pytest.param(
            "", {"tracker": Tracker.JIRA, "redact": True}, False, id="redacted"
        ),
    ],
)
def test_message_says_that_projects_without_a_name_have_the_same_step_keys(
    command, small, name, options, warned
):
    sheet = team(small)._replace(name=name)
    Path("a.yaml").write_text(answers_file.dump(sheet, small), encoding="utf-8")

    assert ("have the same keys" in command(**options)[1]) == warned


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({}, id="list"),
        pytest.param({"form": StepFormat.JSON}, id="JSON"),
        pytest.param({"form": StepFormat.ICS}, id="calendar"),
    ],
)
def test_steps_in_a_format_that_is_no_table_are_refused_as_an_export(command, options):
    Path("e.csv").write_text(command(**options)[0], encoding="utf-8")

    with pytest.raises(DocumentError) as error:
        command(sync=Path("e.csv"))
    assert str(error.value) == (
        "e.csv:1:1: not a table; export the steps as CSV, and name that file"
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        pytest.param({"date": "tomorrow"}, "--date: expected a day", id="date"),
        pytest.param({"date": "2026-02-30"}, "--date: expected a day", id="no day"),
        pytest.param(
            {"sync": Path("e.csv"), "output": Path("x"), "redact": True},
            "leave out -o, --redact",
            id="writing while reading",
        ),
        pytest.param(
            {"existing": Path("e.csv")}, "--existing: name the tracker", id="existing"
        ),
        pytest.param(
            {"sync": Path("-")}, "--sync: an export is a file", id="standard input"
        ),
        pytest.param(
            {"tracker": Tracker.JIRA, "form": StepFormat.ICS},
            "--for: trackers import a table",
            id="two formats",
        ),
    ],
)
def test_wrong_or_contradictory_options_of_the_steps_command_are_refused(
    command, options, message
):
    with pytest.raises(UsageError, match=message):
        command(**options)


@pytest.mark.parametrize("path", ANCHORS[::5], ids=lambda path: path.stem)
def test_no_two_steps_of_a_team_have_the_same_key(path):
    found = steps(assess(KICKOFF, read_sheet(path)))

    assert found
    assert len({each.key for each in found}) == len(found)
    assert all(each.title and "\n" not in each.title for each in found)
