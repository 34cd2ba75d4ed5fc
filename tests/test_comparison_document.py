"""Documents that compare assessments, and the command that writes them."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import jsonschema_rs
import pytest
from hypothesis import Phase, given, settings
from markdown_it import MarkdownIt

from mlready.assessment.timeline import PointInTime, Timeline, timeline
from mlready.cli.commands import app
from mlready.errors import StorageWarning
from mlready.model.answers import Answer, AnswerSheet, PlanStep, Voice
from mlready.report.comparison import HirePhrase, Outcome, markdown_comparison
from mlready.report.comparison_html import html_comparison
from mlready.report.comparison_json import comparison_data
from mlready.report.comparison_svg import trend_svg
from mlready.report.markdown import markdown
from mlready.report.options import Reader
from mlready.report.redaction import shown_sheet
from mlready.report.templating import Words
from mlready.storage import answers_file, questionnaire_file
from tests.commands import Done, contents
from tests.html_page import Parsed
from tests.samples import (
    ANCHORS,
    CONSTRUCTS,
    KICKOFF,
    ROOT,
    answered_by,
    example,
    read_sheet,
    sheets_of_voices,
)
from tests.year import points, write_year

SCHEMA = ROOT / "questionnaires" / "schema" / "comparison.json"
VALID = jsonschema_rs.validator_for(json.loads(SCHEMA.read_text(encoding="utf-8")))
TODAY = "2026-12-20"
MOST_WORDS, MOST_WORDS_OF_SPONSOR = 250, 150
Run = Callable[..., Done]


def between(*sheets: AnswerSheet, date: str = "") -> Timeline:
    named = [
        PointInTime(f"{number}.yaml", each.voice.date, each, KICKOFF.version)
        for number, each in enumerate(sheets, 1)
    ]
    return timeline(KICKOFF, named, date)


def summary(document: str) -> str:
    """Return the Markdown of a comparison before the first table."""
    return document.split("\n## ", maxsplit=1)[0]


@pytest.mark.parametrize(
    ("old", "beginning"),
    [
        pytest.param({}, "**Worse:** ", id="the verdict was ready"),
        pytest.param({"MOV-00": 0}, "**Better in part:** ", id="it was not"),
    ],
)
def test_comparison_says_that_an_answer_fell_that_now_stands_in_the_way(old, beginning):
    sheet = example("ready")
    levels = {id_: Answer(level) for id_, level in old.items()}
    before = sheet._replace(answers={**sheet.answers, "COL-04": Answer(3), **levels})
    after = sheet._replace(answers={**sheet.answers, "COL-04": Answer(0)})
    text = summary(markdown_comparison(between(before, after)))

    assert f"\n{beginning}" in text
    assert "permission to use (fell from 3 to 0)" in text


def test_comparison_does_not_say_that_somebody_did_a_step_only_because_a_level_rose():
    old = example("stilts")
    steps = {"COL-04": PlanStep("", "Bo", "", "2026-02-06")}
    answers = {**old.answers, "MOV-01": Answer(2, note="It runs on the shared server.")}
    new = old._replace(answers=answers, steps={**old.steps, **steps})
    text = markdown_comparison(between(old, new))

    done = next(line for line in text.split("\n") if line.startswith("**Done:** "))
    assert done.startswith("**Done:** *Bo*, 6 February 2026: Ask legal for ")
    assert ". **No longer to do, the answer is good enough:** Move the data " in done
    assert "| Ana |  | the answer is good enough |" in text


@pytest.fixture(scope="module")
def the_year() -> Timeline:
    return timeline(KICKOFF, points(), TODAY)


def test_comparison_lists_the_step_to_confirm_answers_if_it_has_an_owner():
    taken = {**example("stilts").steps, "confirms": PlanStep("", "Bo")}
    found = between(example("stilts"), example("stilts")._replace(steps=taken))

    assert "*Bo*: Have somebody else confirm" in markdown_comparison(found)


def test_comparison_calls_the_step_to_confirm_answers_no_hire_if_a_role_can_take_it():
    taken = PlanStep("", "Jon", "2026-11-10")
    steps = taken, taken._replace(done="2026-11-09")
    ready = answered_by(example("ready"), "Ana")
    found = between(*(ready._replace(steps={"confirms": each}) for each in steps))
    text = markdown_comparison(found)

    assert "**Done:** *Jon*, 9 November 2026: Have somebody else confirm" in text
    assert "Hire" not in next(row for row in text.split("\n") if "| Jon |" in row)


@pytest.mark.parametrize(
    ("drafted", "span", "start"),
    [
        pytest.param(
            [True, False],
            "From 1 March 2026 (a draft) to 2 March 2026, two points in time.",
            "**Worse:** modelling must wait. On 1 March 2026 (a draft), modelling "
            "could start, once two people confirmed it.",
            id="the older one",
        ),
        pytest.param(
            [False, True],
            "From 1 March 2026 to 2 March 2026 (a draft), two points in time.",
            "**Better:** modelling may start, once two people confirm it.",
            id="the newer one",
        ),
        pytest.param(
            [False, False],
            "From 1 March 2026 to 2 March 2026, two interviews.",
            "**Better:** modelling may start, once a second person confirms it.",
            id="none",
        ),
    ],
)
def test_comparison_calls_a_draft_a_draft_in_every_format(drafted, span, start):
    names = ["ready", "stilts"] if drafted[0] else ["stilts", "ready"]
    voices = [
        Voice(drafted="a bot", date=day) if is_draft else Voice("Ana", date=day)
        for is_draft, day in zip(drafted, ["2026-03-01", "2026-03-02"], strict=True)
    ]
    found = between(
        *(example(n)._replace(voice=v) for n, v in zip(names, voices, strict=True))
    )
    text = markdown_comparison(found)

    assert f"\n{span}\n" in text
    assert start in text
    assert [each["draft"] for each in comparison_data(found)["points"]] == drafted
    for page in (html_comparison(found), text):
        assert ("(a draft)" in page) is any(drafted)
    for drawing in (trend_svg(found), html_comparison(found)):
        assert ("*: a draft" in drawing) is any(drafted)


def test_comparison_names_interviews_of_the_same_day_by_their_files():
    sheet = answered_by(example("stilts"), "Ana")
    old, new = (
        each._replace(voice=each.voice._replace(date="2026-03-01"))
        for each in (sheet, example("ready")._replace(voice=sheet.voice))
    )
    text = markdown_comparison(between(old, new)).replace("\\", "")

    assert "From 1.yaml to 2.yaml, two interviews of 1 March 2026." in text
    assert "In 1.yaml, " in text
    assert "| | 1.yaml | 2.yaml |" in text


def test_summary_of_twelve_interviews_matches_its_golden_file(
    the_year: Timeline, golden
):
    golden("year.md", summary(markdown_comparison(the_year)))


@pytest.mark.parametrize(
    "expected",
    [
        pytest.param("had to wait", id="state at the beginning"),
        pytest.param("once all is settled and confirmed", id="state at the end"),
        pytest.param("setback, seen on 8 June 2026", id="setback"),
        pytest.param("nobody noticed", id="why, in the team's words"),
        pytest.param("made good by 10 August 2026", id="end of the setback"),
        pytest.param("No need to hire a data engineer", id="vacancy"),
        pytest.param(
            "*Lee*, 3 August 2026: Have a second person", id="step with owner and date"
        ),
        pytest.param("*Kim*, due 31 October 2026", id="overdue step"),
        pytest.param(
            "Seven answers are higher, but nothing shows why",
            id="raised answers without evidence",
        ),
        pytest.param("data engineer 1 (before: 0)", id="people"),
    ],
)
def test_summary_of_twelve_interviews_contains_each_important_change(
    the_year: Timeline, expected: str
):
    assert expected in summary(markdown_comparison(the_year))


def test_summary_of_twelve_interviews_contains_no_question_id_and_no_score(
    the_year: Timeline,
):
    assert (
        re.findall(r"[A-Z]{3}-\d\d|\d\.\d", summary(markdown_comparison(the_year)))
        == []
    )


@pytest.mark.parametrize("apart", [1, 5, 9])
def test_summary_of_a_comparison_has_at_most_250_words(apart: int):
    sheets = [read_sheet(path) for path in ANCHORS]
    pairs = zip(sheets, [*sheets[apart:], *sheets[:apart]], strict=True)
    words = [
        len(summary(markdown_comparison(between(*pair))).split()) for pair in pairs
    ]

    assert max(words) <= MOST_WORDS


@settings(max_examples=10, phases=(Phase.explicit, Phase.generate))
@given(sheets_of_voices(), sheets_of_voices(), sheets_of_voices())
def test_comparison_of_random_answers_has_a_short_summary_and_valid_json(
    one: AnswerSheet, two: AnswerSheet, three: AnswerSheet
):
    found = between(one, two, three, date=TODAY)

    assert len(summary(markdown_comparison(found)).split()) <= MOST_WORDS
    assert [*VALID.iter_errors(comparison_data(found))] == []


def test_summary_has_at_most_250_words_even_if_people_wrote_long_texts():
    long = "a very long text " * 15
    found = hostile(long)._replace(date=TODAY)
    words = summary(markdown_comparison(found)).split("\n", 1)[1].split()

    assert len(words) <= MOST_WORDS


def test_summary_on_the_page_for_a_sponsor_has_at_most_150_words(
    the_year: Timeline,
):
    text = markdown(the_year.latest, reader=Reader.SPONSOR, since=the_year)
    part = text.split("## What changed since")[1].split()

    assert "setback," in part
    assert len(part) <= MOST_WORDS_OF_SPONSOR


def test_json_comparison_has_the_same_summary_as_the_markdown_comparison(
    the_year: Timeline,
):
    text = comparison_data(the_year)["in_words"]

    page = summary(markdown_comparison(the_year)).replace("*", "").strip().split("\n\n")
    assert text == page[2:]


def test_comparison_lists_an_opened_vacancy_before_a_closed_vacancy():
    def team(**low: int) -> AnswerSheet:
        sheet = example("stilts")
        answers = {
            each.id: Answer(low.get(each.section, 3)) for each in KICKOFF.questions
        }
        facts = {**sheet.profile, "hands": "unknown", "stops": "nothing"}
        return sheet._replace(profile=facts, answers=answers)

    for old, new in (("AGG", "MOV"), ("MOV", "AGG")):
        text = markdown_comparison(between(team(**{old: 1}), team(**{new: 1})))
        assert text.index("**Hire a") < text.index("**No need to hire a")


def test_comparison_lists_a_lasting_setback_before_a_setback_that_ended():
    changes = [{}, {"MOV": 1}, {}, {"AGG": 1}]
    sheets = [
        answered_by(example("ready"), "Ana", date=f"2026-0{number}-01")._replace(
            answers={
                each.id: Answer(low.get(each.section, 3)) for each in KICKOFF.questions
            }
        )
        for number, low in enumerate(changes, 1)
    ]
    text = markdown_comparison(between(*sheets))

    assert text.index("seen on 1 April") < text.index("seen on 1 February")


def test_summary_never_quotes_an_unchanged_note_as_reason_for_a_setback():
    old = example("stilts")
    answers = {
        id_: Answer(3, note="all the depots report every night") for id_ in old.answers
    }
    old = old._replace(answers=answers)
    lower = {id_: each._replace(level=0) for id_, each in answers.items()}
    text = markdown_comparison(between(old, old._replace(answers=lower)))

    assert "What got worse:" in summary(text)
    assert "depots" not in summary(text)


def test_comparison_calls_the_verdict_different_not_worse_if_no_ml_was_needed_before():
    simple = example("stilts")
    simple = simple._replace(profile={**simple.profile, "simple_way": "reaches"})

    assert "**Different:**" in markdown_comparison(between(simple, example("stilts")))


@pytest.mark.parametrize("render", [markdown_comparison, html_comparison])
def test_comparison_of_equal_answers_says_that_nothing_changed(render):
    assert "Nothing changed" in render(between(example("stilts"), example("stilts")))


def test_overdue_step_is_reported_even_if_nothing_changed():
    steps = {"x": PlanStep("Ask the depot", owner="Ana", due="2026-01-01")}
    sheet = example("stilts")._replace(steps=steps)
    text = markdown_comparison(between(sheet, sheet, date=TODAY))

    assert "Nothing changed" in text
    assert "**Overdue:** *Ana*, due 1 January 2026: *Ask the depot.*" in text


def test_overdue_step_without_owner_begins_with_a_capital_letter():
    steps = {"x": PlanStep("Ask the depot", due="2026-01-01")}
    sheet = example("stilts")._replace(steps=steps)
    text = markdown_comparison(between(sheet, sheet, date=TODAY))

    assert "**Overdue:** Due 1 January 2026: *Ask the depot.*" in text


@pytest.mark.parametrize(
    ("keys", "tables"),
    [
        pytest.param(Outcome, ["now_by", "then_by", "verdict_by"], id="outcomes"),
        pytest.param(HirePhrase, ["hire_by", "why_by"], id="hires"),
    ],
)
def test_comparison_template_has_a_phrase_for_each_verdict_and_each_change_of_a_vacancy(
    keys, tables: list[str], the_year
):
    found = {"story": None, "timeline": the_year, "questionnaire": KICKOFF}
    words = Words("_comparison_words.j2", str, found)

    for table in tables:
        assert words.table(table).keys() == {key.value for key in keys}


def hostile(text: str) -> Timeline:
    """Return a comparison in which all texts of the later answers are ``text``."""
    old, new = example("ready"), example("stilts")
    steps = {"x": PlanStep(text, text, "2026-01-01"), "y": PlanStep(text, text)}
    return between(
        old,
        new._replace(
            name=text,
            slice=text,
            steps=steps,
            answers={
                id_: Answer(each.level, note=text, evidence=text, accepted=text)
                for id_, each in new.answers.items()
            },
        ),
        date=TODAY,
    )


@pytest.mark.parametrize("text", [*CONSTRUCTS, "a | b", "![a](b)", "<img src=a>"])
def test_hostile_notes_add_no_markup_to_a_comparison(text: str):
    plain, found = hostile("plain words stay here"), hostile(f"{text} words stay here")

    assert kinds(markdown_comparison(found)) == kinds(markdown_comparison(plain))
    for render in (html_comparison, trend_svg):
        tags = [tag for tag, _ in Parsed(render(found)).elements]
        assert tags == [tag for tag, _ in Parsed(render(plain)).elements]


def kinds(markdown: str) -> list[str]:
    """Return the types of all elements in Markdown, except texts and line breaks."""
    parser = MarkdownIt("commonmark", {"html": True}).enable("table")
    ours = {"", "<br>", "<!-- -->"}  # the program's own line breaks and separators
    found = [
        inner
        for token in parser.parse(markdown)
        for inner in (token, *(token.children or ()))
    ]
    texts = {"text", "softbreak", "text_special"}
    return [
        each.type
        for each in found
        if each.type not in texts
        and not (each.type == "html_inline" and each.content in ours)
    ]


def test_redacted_and_anonymous_comparison_shows_no_text_that_people_wrote(
    the_year: Timeline,
):
    hidden = timeline(
        KICKOFF,
        points(),
        TODAY,
        lambda sheet: shown_sheet(KICKOFF, sheet, redacted=True, anonymised=True),
    )
    texts = [markdown_comparison(hidden), html_comparison(hidden), trend_svg(hidden)]
    texts.append(json.dumps(comparison_data(hidden)))

    for word in ("Ruth", "Lee", "nobody noticed", "Offers for visitors", "Sam's"):
        assert [text for text in texts if word in text] == []
    assert [each["name"] for each in comparison_data(hidden)["points"]] == [""] * 12
    same = ("claimed", "layers", "hires", "blockers")
    data, shown = comparison_data(hidden), comparison_data(the_year)
    assert {key: data[key] for key in same} == {key: shown[key] for key in same}


def test_redacted_step_has_the_same_key_in_both_compared_files():
    ask = PlanStep("Ask the depot", due="2026-03-01")
    old = example("stilts")._replace(steps={"ask": ask})
    new = old._replace(steps={"first": PlanStep("Look"), "ask": ask})
    named = [
        PointInTime(name, "", sheet, KICKOFF.version)
        for name, sheet in (("a", old), ("b", new))
    ]
    found = timeline(
        KICKOFF,
        named,
        hide=lambda sheet: shown_sheet(KICKOFF, sheet, redacted=True, anonymised=False),
    )

    states = [each["state"] for each in comparison_data(found)["steps"]]
    assert states == ["added"]
    assert "interview 1" in markdown_comparison(found)


@pytest.fixture
def run(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> Run:
    """Return a function that runs a command in this process, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    # Reading the questionnaire takes most of the time of a command.
    monkeypatch.setattr(questionnaire_file, "load_bundled", lambda _: KICKOFF)

    def done(*args: str) -> Done:
        capfd.readouterr()
        with pytest.raises(SystemExit) as ended:
            app([*args])
        out, err = capfd.readouterr()
        return Done(int(ended.value.code or 0), out, err)

    return done


def save(path: str, sheet: AnswerSheet) -> None:
    Path(path).parent.mkdir(exist_ok=True)
    Path(path).write_text(answers_file.dump(sheet, KICKOFF), encoding="utf-8")


def dated(name: str, date: str) -> AnswerSheet:
    """Return the example ``name`` as answers that Ana gave on a date."""
    sheet = example(name)._replace(name="Late parcels")
    return answered_by(sheet, "Ana", "owner", date=date)


def test_order_of_dated_files_does_not_change_a_comparison(run: Run, tmp_path):
    files = [str(path) for path in write_year(tmp_path)]

    there = run("compare", *files)
    assert there == run("compare", *reversed(files))
    assert there.code == 0
    assert there.err == ""


def test_comparison_says_that_it_keeps_the_file_order_if_a_date_is_missing(run: Run):
    save("old.yaml", dated("stilts", ""))
    save("new.yaml", dated("ready", "2026-01-01"))
    done = run("compare", "old.yaml", "new.yaml")

    assert "From old\\.yaml to 1 January 2026, two interviews." in done.out
    assert "because not every one has a date" in done.out


def test_files_in_one_folder_are_voices_at_one_point_in_time(run: Run):
    save("old/ana.yaml", dated("ready", "2026-01-10"))
    save("old/bo.yaml", answered_by(example("ready"), "Bo", date="2026-01-11"))
    save("new.yaml", dated("ready", "2026-02-01"))
    data = json.loads(run("compare", "new.yaml", "old", "--format", "json").out)

    assert [each["date"] for each in data["points"]] == ["2026-01-11", "2026-02-01"]
    assert data["verdict"]["direction"] == "worse"
    assert data["verdict"]["new"]["outcome"] == "claimed"


def test_compare_command_names_all_problems_in_one_run_and_writes_no_file(run: Run):
    save("old.yaml", dated("stilts", "2026-01-01"))
    late = dated("stilts", "2027-01-01")
    steps = {"x": PlanStep("Ask", done="2027-02-02")}
    save("late.yaml", late._replace(steps=steps))
    Path("other.yaml").write_text("questionnaire: mine\nversion: 1\nanswers: {}\n")
    Path("empty").mkdir()
    before = {each for each in Path().iterdir() if each.is_file()}
    done = run(
        "compare", "old.yaml", "late.yaml", "other.yaml", "empty", "none.yaml",
        "--date", TODAY, "-o", "c.md",
    )  # fmt: skip

    lines = done.err.splitlines()
    assert done.code == 5
    assert done.out == ""
    assert {each for each in Path().iterdir() if each.is_file()} == before
    for expected in (
        r"late\.yaml:\d+:\d+: 2027-01-01 is later than today, 2026-12-20",
        r"late\.yaml:\d+:\d+: 2027-02-02 is later than today, 2026-12-20",
        r"other\.yaml:1:\d+: .*'mine'",
        r"empty:1:1: holds no answers file",
        r"none\.yaml: ",
    ):
        assert len([line for line in lines if re.search(expected, line)]) == 1, lines


@pytest.mark.parametrize(
    "command",
    [["report"], ["steps"], ["validate"], ["compare", "a.yaml"], ["report", "b.yaml"]],
    ids=" ".join,
)
def test_warning_names_a_step_whose_done_date_is_in_the_future(
    run: Run, monkeypatch: pytest.MonkeyPatch, command: list[str]
):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1797000000")  # 2026-12-11
    sheet = dated("stilts", "")
    steps = {
        "COL-04": PlanStep(done="2026-12-11"),
        "MOV-01": PlanStep(done="2099-01-01"),
    }
    save("a.yaml", sheet)
    save("b.yaml", answered_by(sheet, "Bo"))
    save("c.yaml", answered_by(sheet._replace(steps=steps), "Cem"))
    text = (
        r"^c\.yaml:\d+:\d+: warning: done on 2099-01-01, but today is 2026-12-11; "
        "it counts"
    )
    with pytest.warns(StorageWarning, match=text) as warned:
        run(*command, "c.yaml")

    assert len(warned) == 1


def test_warning_of_a_step_done_in_the_future_is_given_once_for_all_its_places(
    run: Run, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1797000000")  # 2026-12-11
    steps = {
        "COL-04": PlanStep(done="2099-01-01"),
        "MOV-01": PlanStep(done="2099-01-01"),
    }
    sheet = dated("stilts", "2026-01-10")._replace(steps=steps)
    later = {"COL-04": steps["COL-04"], "MOV-01": PlanStep(done="2099-02-02")}
    save("old.yaml", sheet)
    save("new.yaml", dated("stilts", "2026-11-10")._replace(steps=later))
    with pytest.warns(StorageWarning) as warned:
        run("compare", "old.yaml", "new.yaml")

    places = [
        re.findall(r"(\w+)\.yaml:\d+:\d+|done on (\S+),", str(each.message))
        for each in warned
    ]
    assert places == [
        [("old", ""), ("", "2099-01-01"), ("new", "")],
        [("old", ""), ("", "2099-01-01")],
        [("new", ""), ("", "2099-02-02")],
    ]


def test_warning_names_a_subfolder_that_is_not_read(run: Run):
    save("old/ana.yaml", dated("ready", "2026-01-10"))
    save("old/more/bo.yaml", dated("ready", "2026-01-11"))
    Path("old/notes").mkdir()
    save("new.yaml", dated("ready", "2026-02-01"))
    text = r"^old/more: not read, because it is a folder in a folder of voices; name"
    with pytest.warns(StorageWarning, match=text) as warned:
        run("compare", "old", "new.yaml")

    assert len(warned) == 1


@pytest.mark.parametrize(
    ("args", "code"),
    [
        pytest.param([], 3, id="another project"),
        pytest.param(["--was", "Early churn"], 0, id="former name"),
        pytest.param(["--was", "Shelves"], 3, id="another former name"),
    ],
)
@pytest.mark.parametrize("command", ["compare", "report"])
def test_other_project_name_is_refused_unless_an_option_gives_it_as_the_former_name(
    run: Run, command: str, args: list[str], code: int
):
    old = dated("stilts", "2026-01-01")
    save("old.yaml", old._replace(name="Early churn"))
    save("same.yaml", old._replace(name="  late-PARCELS"))
    save("new.yaml", dated("ready", "2026-02-01"))
    since = {"report": ["--since", "old.yaml"], "compare": ["old.yaml", "same.yaml"]}
    done = run(command, *since[command], "new.yaml", *args, "-o", "c.md")

    assert done.code == code
    assert Path("c.md").exists() is not bool(code)
    wrong = (
        r"mlready: old\.yaml:\d+:\d+: 'Early churn' is another project than '[lL]ate"
    )
    assert bool(re.search(wrong, done.err)) is bool(code)


@pytest.mark.parametrize(
    ("args", "code"),
    [
        pytest.param([], 3, id="another project"),
        pytest.param(["--was", "Early churn"], 0, id="former name"),
    ],
)
def test_folder_with_files_of_two_projects_is_refused_unless_one_is_the_former_name(
    run: Run, args: list[str], code: int
):
    old = dated("stilts", "2026-01-01")
    save("old.yaml", old._replace(name="Late parcels"))
    save("new/ana.yaml", old._replace(voice=Voice("Ana"), name="Late parcels"))
    save("new/bo.yaml", old._replace(voice=Voice("Bo"), name="Early churn"))
    done = run("compare", "old.yaml", "new", *args, "-o", "c.md")

    assert done.code == code
    assert Path("c.md").exists() is not bool(code)
    assert ("write the same name in both, or give its former name" in done.err) == (
        bool(code)
    )


@pytest.mark.parametrize(
    ("args", "text"),
    [
        pytest.param(["a.yaml"], "name at least two", id="one file"),
        pytest.param(["a.yaml", "a.yaml", "--date", "today"], "2026-11-22", id="date"),
        pytest.param(
            ["a.yaml", "a.yaml", "--date", "2026-02-30"], "2026-11-22", id="no such day"
        ),
        pytest.param(["a.yaml", "a.yaml", "--check"], "nothing to compare", id="check"),
        pytest.param(["-", "-"], "standard input is read once", id="input twice"),
        pytest.param(
            ["a.yaml", "a.yaml", "--inject", "d.md", "--format", "svg"],
            "leave out --format svg",
            id="inject a drawing",
        ),
        pytest.param(
            ["a.yaml", "a.yaml", "-o", "a.yaml"], "also what is read", id="own input"
        ),
    ],
)
def test_compare_command_says_why_it_refuses_arguments(
    run: Run, args: list[str], text: str
):
    save("a.yaml", example("stilts"))
    done = run("compare", *args)

    assert (done.code, done.out) == (2, "")
    assert text in done.err


def test_comparison_of_a_file_with_itself_finds_no_change(run: Run):
    save("a.yaml", example("stilts"))

    assert "Nothing changed" in run("compare", "a.yaml", "a.yaml").out


def test_compare_command_fills_a_block_and_check_option_says_if_it_is_out_of_date(
    run: Run,
):
    save("old.yaml", dated("stilts", "2026-01-01"))
    save("new.yaml", dated("ready", "2026-02-01"))
    page = "# Page\n\n<!-- mlready:begin compare heading=2 -->\n"
    page += "<!-- mlready:end -->\n\nEnd\n"
    Path("d.md").write_text(page, encoding="utf-8")
    inject = ("compare", "old.yaml", "new.yaml", "--inject", "d.md")

    assert run(*inject, "--check").code == 1
    assert Path("d.md").read_text(encoding="utf-8") == page
    assert run(*inject).code == 0
    assert run(*inject, "--check")[:2] == (0, "")
    text = Path("d.md").read_text(encoding="utf-8")
    assert "\n## Late parcels: what changed\n" in text
    assert "\n### Then and now\n" in text
    assert text.endswith("\n\nEnd\n")


def test_document_holds_a_report_and_a_comparison_that_leave_each_other_alone(run: Run):
    save("old.yaml", dated("stilts", "2026-01-01"))
    save("new.yaml", dated("ready", "2026-02-01"))
    blocks = ["for=sponsor heading=2", "report for=recruiter", "compare heading=2"]
    page = "".join(
        f"<!-- mlready:begin {block} -->\n<!-- mlready:end -->\n\n" for block in blocks
    )
    Path("d.md").write_text(page, encoding="utf-8")
    report = ("report", "--inject", "d.md", "new.yaml")
    compare = ("compare", "old.yaml", "new.yaml", "--inject", "d.md")

    assert [run(*compare).code, run(*report).code] == [0, 0]
    text = Path("d.md").read_text(encoding="utf-8")
    assert text.count("what changed") == 1
    assert text.index("mlready:begin compare") < text.index("what changed")
    assert "For: *" in text
    assert [run(*each, "--check").code for each in (compare, report)] == [0, 0]


@pytest.mark.parametrize(
    ("begin", "problem"),
    [
        pytest.param(
            "begin for=sponsor",
            "d.md:1:1: no block to fill; put '<!-- mlready:begin compare -->' and "
            "'<!-- mlready:end -->' where it belongs (the block in line 1 is for "
            "'report')",
            id="only a report's block",
        ),
        pytest.param(
            "begin compare for=sponsor",
            "d.md:1:28: there is no option 'for'; there is heading",
            id="an option of a report",
        ),
    ],
)
def test_compare_command_leaves_a_document_alone_that_has_no_block_for_it(
    run: Run, begin: str, problem: str
):
    save("old.yaml", dated("stilts", "2026-01-01"))
    save("new.yaml", dated("ready", "2026-02-01"))
    page = f"<!-- mlready:{begin} -->\nReport\n<!-- mlready:end -->\n"
    Path("d.md").write_text(page, encoding="utf-8")
    done = run("compare", "old.yaml", "new.yaml", "--inject", "d.md")

    assert (done.code, problem in done.err) == (3, True), done.err
    assert Path("d.md").read_text(encoding="utf-8") == page


@pytest.mark.parametrize("form", ["md", "html", "json", "svg"])
def test_compare_command_writes_a_file_and_check_option_says_if_it_is_out_of_date(
    run: Run, form: str
):
    save("old.yaml", dated("stilts", "2026-01-01"))
    save("new.yaml", dated("ready", "2026-02-01"))
    command = ("compare", "old.yaml", "new.yaml", "--format", form, "-o", "out")

    assert run(*command, "--check").code == 1
    assert run(*command)[:2] == (0, "")
    assert run(*command, "--check")[:2] == (0, "")
    save("new.yaml", dated("stilts", "2026-02-01"))
    before = contents(Path())
    assert run(*command, "--check").code == 1
    assert contents(Path()) == before


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        pytest.param([], "## What changed since 1 January 2026", id="team"),
        pytest.param(
            ["--for", "sponsor"], "## What changed since 1 January 2026", id="sponsor"
        ),
        pytest.param(
            ["--for", "all"], "## What changed since 1 January 2026", id="all"
        ),
        pytest.param(
            ["--format", "html"], "What changed since 1 January 2026</h2>", id="html"
        ),
        pytest.param(
            ["--format", "html", "--for", "all"], 'href="#since"', id="contents"
        ),
        pytest.param(
            ["--format", "html", "--for", "sponsor"], 'id="since"', id="sponsor's page"
        ),
    ],
)
def test_report_with_the_option_since_says_what_changed(
    run: Run, args: list[str], expected: str
):
    save("old.yaml", dated("stilts", "2026-01-01"))
    save("ana.yaml", dated("ready", "2026-02-01"))
    save("bo.yaml", answered_by(example("ready"), "Bo", date="2026-02-02"))
    report = ("report", "bo.yaml", "ana.yaml", *args)
    done = run(*report, "--since", "old.yaml")

    assert done.code == 0
    assert expected in done.out
    assert expected not in run(*report).out


def test_report_with_the_since_option_accepts_undated_answers_and_dated_earlier_ones(
    run: Run,
):
    save("old.yaml", dated("stilts", "2026-01-01"))
    save("new.yaml", dated("ready", ""))

    assert run("report", "new.yaml", "--since", "old.yaml").code == 0


def test_json_report_contains_the_comparison_only_if_the_since_option_is_given(
    run: Run,
):
    save("old.yaml", dated("stilts", "2026-01-01"))
    save("new.yaml", dated("ready", "2026-02-01"))
    report = ("report", "new.yaml", "--format", "json")
    since = json.loads(run(*report, "--since", "old.yaml").out)["since"]

    assert [*VALID.iter_errors(since)] == []
    assert since["verdict"]["direction"] == "better"
    assert json.loads(run(*report).out)["since"] is None


@pytest.mark.parametrize(
    ("args", "text"),
    [
        pytest.param(["--format", "csv"], "--since: has no effect", id="table"),
        pytest.param(["--for", "recruiter"], "--since: has no effect", id="recruiter"),
        pytest.param(
            [],
            "so later than the answers, of 2026-02-01",
            id="earlier answers are later than the report",
        ),
    ],
)
def test_report_refuses_the_since_option_if_it_has_no_effect_or_names_newer_answers(
    run: Run, args: list[str], text: str
):
    date = "2026-01-01" if args else "2026-03-01"
    save("old.yaml", dated("stilts", date))
    save("new.yaml", dated("ready", "2026-02-01"))
    done = run("report", "new.yaml", "--since", "old.yaml", *args)

    assert (done.code, done.out) == (2, "")
    assert text in done.err
