"""The page for a sponsor: length, plain words, contents, and what is left out."""

import re
from collections.abc import Iterator, Sequence
from io import StringIO
from itertools import combinations
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, strategies as st

from mlready.assessment.assess import assess
from mlready.assessment.voices import combine
from mlready.cli.commands import report
from mlready.input_limits import LONGEST_LINE
from mlready.model.answers import EXPRESS, Answer, AnswerSheet, PlanStep
from mlready.model.questionnaire import Question
from mlready.report import own_words, sponsor_page_length
from mlready.report.markdown import markdown
from mlready.report.options import Reader
from mlready.report.own_words import (
    PrintedLines,
    change,
    is_denial,
    line,
    line_of,
    sentences,
)
from mlready.report.sponsor_page import sponsor_page, whole_page
from mlready.report.sponsor_page_left_out import LeftOut, left_out
from mlready.report.sponsor_page_length import (
    MOST_WORDS,
    number_of_words,
    rendered,
    shortened,
)
from mlready.report.sponsor_page_lines import in_words, low_short, share
from mlready.report.template_context import context
from mlready.report.template_filters import swapped_in_html, swapped_in_markdown
from mlready.report.templating import render
from tests.random_conditions import random_questionnaire, random_sheet
from tests.samples import (
    ANCHORS,
    EXAMPLES,
    KICKOFF,
    VOICES,
    answered_by,
    champion_and_engineer,
    drafted,
    example,
    read_sheet,
)

NOTES = Path(__file__).parent / "cases" / "notes"
READING_EASE = 55
CODE = re.compile(r"\b[A-Z]{3}-\d\d\b")
BANNED = re.compile(
    r"[“”]|\"|\bthe sponsor\b|\bslice\b|\bof 4\b|\bholds at\b|\blayer\b",
    re.IGNORECASE,
)


def page_of(sheet: AnswerSheet, date: str = "") -> str:
    return markdown(assess(KICKOFF, sheet), date, Reader.SPONSOR)


def sheets() -> Iterator[Any]:
    for path in [*EXAMPLES, *ANCHORS]:
        yield pytest.param(lambda path=path: [read_sheet(path)], id=path.stem)
    for reader in ("first", "second"):
        folder = NOTES / reader
        yield pytest.param(
            lambda folder=folder: [read_sheet(each) for each in folder.glob("*.yaml")],
            id=f"notes, {reader} reader",
        )
    cases = [path.stem for path in (NOTES / "champion").glob("*.yaml")]
    yield pytest.param(
        lambda: [champion_and_engineer(case) for case in cases],
        id="champion and engineer",
    )


def syllables(word: str) -> int:
    """Return roughly how many syllables an English word has."""
    found = len(re.findall(r"[aeiouy]+", word.lower()))
    silent = re.search(r"[^aeiouyl]e$|[^aeiouytd]ed$", word.lower())
    return max(1, found - bool(silent))


def reading_ease(text: str) -> float:
    """Return the reading ease of a page, by the formula of Flesch (1948)."""
    prose = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    sentences = [
        words
        for each in re.split(r"[.!?:;]\s|\n", prose)
        if (words := re.findall(r"[A-Za-z]+(?:'[a-z]+)?", each))
    ]
    words = [word for sentence in sentences for word in sentence]
    per_word = sum(map(syllables, words)) / len(words)
    return 206.835 - 1.015 * len(words) / len(sentences) - 84.6 * per_word


@pytest.mark.parametrize("load", [*sheets()])
def test_page_is_short_and_plain_and_has_no_ids_or_levels_or_jargon(load):
    pages = [page_of(sheet) for sheet in load()]
    ours = [re.sub(r"(?<!\*)\*(?!\*)[^*\n]+\*(?!\*)", "", page) for page in pages]

    assert max(map(number_of_words, pages)) <= MOST_WORDS
    assert min(map(reading_ease, pages)) >= READING_EASE
    assert [CODE.findall(page) for page in ours] == [[]] * len(pages)
    assert [BANNED.findall(page) for page in ours] == [[]] * len(pages)


def signs_of(sheet: AnswerSheet) -> dict[str, str]:
    picture = sponsor_page(assess(KICKOFF, sheet)).picture
    return {slab.name: str(slab.sign) for slab in picture}


def example_with(name: str, **fields: Any) -> AnswerSheet:
    return example(name)._replace(**fields)


@pytest.mark.parametrize(
    ("sheet", "parts"),
    [
        pytest.param(
            example("stilts"),
            [
                "hire a data engineer, not another ML engineer\n",
                "**Not yet: the model must wait.**",
                "*The lawyer was asked twice and has not answered yet.*",
                "**Turn the planned post for an ML engineer into one for ",
            ],
            id="not yet",
        ),
        pytest.param(
            VOICES["one person"],
            [
                ": go ahead once a second person agrees\n",
                "**Yes, go ahead, but only after a second person has confirmed the ",
                "such as a data engineer or an analyst, to confirm the answers.** One ",
            ],
            id="ready, by one voice",
        ),
        pytest.param(
            VOICES["two voices"],
            [": go ahead", "**Yes, go ahead.**", "**Now: an ML engineer.**"],
            id="ready, confirmed",
        ),
        pytest.param(
            example_with(
                "stilts", profile={**example("stilts").profile, "openings": "0"}
            ),
            ["hire nobody yet\n", "**Now: nobody.** There is no post."],
            id="no opening",
        ),
        pytest.param(
            example_with(
                "stilts", profile={**example("stilts").profile, "headcount": "8"}
            ),
            ["hire a generalist: data engineer and analyst"],
            id="small organisation",
        ),
        pytest.param(
            example_with(
                "stilts", profile={**example("stilts").profile, "simple_way": "reaches"}
            ),
            [
                "you do not need machine learning\n",
                "**Now: nobody.** No model is needed.",
                "**Cancel or change the planned post for an ML engineer:**",
            ],
            id="no machine learning needed",
        ),
        pytest.param(
            example_with("stilts", answers={}),
            [
                "find out more first; hire nobody yet\n",
                "It is too early to say.",
            ],
            id="nothing answered",
        ),
        pytest.param(
            VOICES["draft of stilts"],
            ["This rests on a draft: nobody has confirmed its answers yet."],
            id="draft",
        ),
    ],
)
def test_page_says_the_verdict_and_the_reason_and_whom_to_hire(sheet, parts):
    page = page_of(sheet).replace("&#39;", "'").replace("\\", "")

    assert [part for part in parts if part not in page] == []


def test_page_uses_each_background_line_in_the_right_sentence():
    lines = {
        "promise": "A list for every Monday, to the board by May",
        "goal": "Leavers: 4.1 % a month today, 3.5 % wanted",
        "start_small": "One shop, one product",
        "decides": "Ruth",
        "loses": "The agency: half of its letters",
        "reader": "Ruth, head of care",
    }
    page = page_of(example_with("stilts", background=lines)).replace("\\", "")

    assert "For: *Ruth, head of care*" in page
    assert (
        "**Promised so far:** *A list for every Monday, to the board by May.*" in page
    )
    assert "**The goal:** *Leavers: 4.1 % a month today, 3.5 % wanted.*" in page
    assert "start small: *One shop, one product.*" in page
    assert "**The decision is yours alone.**" in page
    assert "lose out:** *The agency: half of its letters.*" in page


PLAN_LINES = {
    "because": "We find 71 of 100 leavers, the clerks 64. But our test saw the bills.",
    "save": "Bills are deleted each May. From Monday Ana copies them at six.",
    "instead": "By 1 March the first depot has a list.",
    "lend": "Ruth from billing comes two days a week until June.",
    "not_yet": "A second clerk would only check more letters by hand.",
    "overlooked": "The list comes on Monday at noon, but the calls are made at eight.",
    "start_when": "Start at 80 of 100 new leavers, where the clerks find 64.",
}
OWN_STEPS = {
    "own-1": PlanStep("Two clerks check 40 bills by week three."),
    "own-2": PlanStep("You sign the order for €1,500 by Friday."),
    "own-3": PlanStep("The head of care names a second person for Ana's script."),
}
READER = {"reader": "Ruth, head of care"}


def planned(**changes: Any) -> str:
    lines = {**example("stilts").background, **PLAN_LINES, **READER}
    return page_of(
        example_with("stilts", background=lines, steps=OWN_STEPS, **changes)
    ).replace("\\", "")


def test_page_prints_the_steps_and_background_lines_that_the_team_wrote():
    page = planned()

    lines = {**PLAN_LINES, "because": f"- {PLAN_LINES['because']}\n"}
    printed = [*lines.values(), *(step.what for step in OWN_STEPS.values())]
    assert [text for text in printed if text not in page] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "The list is late. Nobody checks it.",
            ["The list is late.", "Nobody checks it."],
            id="two reasons",
        ),
        pytest.param(
            "We find 71. But our test saw the bills. The clerks find 64.",
            ["We find 71. But our test saw the bills.", "The clerks find 64."],
            id="a sentence that leans on the one before",
        ),
        pytest.param(
            f"We find 71. They find {'more ' * 40}each year. So nothing is shown.",
            [
                "We find 71.",
                f"They find {'more ' * 40}each year.",
                "So nothing is shown.",
            ],
            id="too long together",
        ),
        pytest.param("But it is late.", ["But it is late."], id="nothing before"),
    ],
)
def test_sentence_that_continues_the_one_before_is_joined_unless_together_too_long(
    text, expected
):
    assert own_words.reasons(text) == expected


@pytest.mark.parametrize(
    ("owner", "is_reader_s"),
    [("you", True), ("You", True), ("Ruth", True), ("Ben", False)],
)
def test_step_owned_by_the_reader_is_listed_as_a_decision_of_the_reader(
    owner, is_reader_s
):
    steps = {"own-1": PlanStep("Sign the order.", owner)}
    lines = {**PLAN_LINES, **READER}
    sheet = example_with("stilts", background=lines, steps=steps)
    page = sponsor_page(assess(KICKOFF, sheet))

    assert ["Sign the order." in each.item.what for each in page.yours] == (
        [True] if is_reader_s else []
    )


@pytest.mark.parametrize(
    ("key", "what", "owner", "who"),
    [
        pytest.param("COL-04", "", "Ruth", "Who: you, by 12 January 2027.", id="name"),
        pytest.param("own", "Sign it.", "Ruth", "Who: you, by", id="own step"),
        pytest.param("own", "Ruth signs it.", "Ruth", " By 12", id="named in the text"),
        pytest.param("own", "You sign it.", "Ben", " By 12", id="text says you"),
        pytest.param("COL-04", "", "", " By 12 January 2027.", id="no owner"),
    ],
)
def test_step_owned_by_the_reader_says_you_unless_its_text_does(key, what, owner, who):
    steps = {key: PlanStep(what, owner, "2027-01-12")}
    lines = {**PLAN_LINES, **READER}
    page = page_of(example_with("stilts", background=lines, steps=steps))

    decisions = page.partition("## What to decide next")[2].partition("## Whom")[0]
    assert who in decisions.replace("*", "")
    assert ("Who: you" in decisions) == who.startswith("Who: you")


@pytest.mark.parametrize(
    ("what", "is_reader_s"),
    [
        pytest.param("You ask Ben for a yes or no.", True, id="begins with you"),
        pytest.param("Ben counts, then you sign.", False, id="says you later"),
    ],
)
def test_step_that_begins_with_you_is_a_decision_of_the_reader_whoever_owns_it(
    what, is_reader_s
):
    steps = {"own-1": PlanStep(what, "Ben", "2026-12-19")}
    lines = {**PLAN_LINES, **READER}
    sheet = example_with("stilts", background=lines, steps=steps)
    page = sponsor_page(assess(KICKOFF, sheet))

    assert (what in [each.item.what for each in page.yours]) == is_reader_s
    assert (what in [each.item.what for each in page.others]) != is_reader_s


@pytest.mark.parametrize("word", ["Yes", "no", "True.", "false"])
def test_background_line_of_only_yes_or_no_is_as_good_as_none_for_the_sponsor(word):
    only = {each.id: word for each in KICKOFF.background}
    result = assess(KICKOFF, example_with("stilts", background=only))

    assert page_of(result.inputs.sheet) == page_of(
        example_with("stilts", background={})
    )
    assert left_out(result).replaced == ()


def test_line_on_lost_data_is_printed_unless_it_says_that_nothing_is_lost():
    told = "No sale without a coupon is kept. From Monday Ana keeps them."
    lines = {**PLAN_LINES, "save": told}

    assert told in page_of(example_with("stilts", background=lines))
    denied = {**PLAN_LINES, "save": "Nothing is being lost."}
    assert "being lost" not in page_of(example_with("stilts", background=denied))


def test_page_names_the_planned_post_in_the_line_on_the_person_to_hire():
    promised = {**example("stilts").profile, "promised": "ml"}
    without = {**PLAN_LINES, "lend": ""}
    lines = {**example("stilts").background, **without}
    paragraph = "**Turn the planned post for"

    described = planned(profile=promised)
    not_described = page_of(
        example_with("stilts", background=lines, steps=OWN_STEPS, profile=promised)
    )

    assert ", in the planned post.** Ruth from billing" in described
    assert paragraph not in described
    assert ", in the planned post.**" not in not_described
    assert paragraph in not_described


def test_italics_mark_the_words_of_mlready_if_the_team_wrote_most_of_the_page():
    page = planned()
    marked = re.findall(r"(?<!\*)\*([^*]+)\*(?!\*)", page)
    theirs = [*PLAN_LINES.values(), *(step.what for step in OWN_STEPS.values())]

    assert (
        "*The team wrote the text; headings and bold or italic words come from a "
        in page
    )
    assert "For:" in marked
    assert [text for text in theirs if any(text in each for each in marked)] == []


@pytest.mark.parametrize("swap", [swapped_in_markdown, swapped_in_html])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "**Why:** *They said so.* We add this.",
            "**Why:** They said so. *We add this.*",
        ),
        ("- *One.*\n1. Two, *three*", "- One.\n1. *Two*, three"),
        ("## A heading", "## A heading"),
        ("", ""),
    ],
)
def test_swapping_italics_makes_plain_text_italic_and_italic_text_plain(
    swap, text, expected
):
    assert swap(text, swap=True) == expected
    assert swap(text, swap=False) == text


def test_asterisk_typed_by_the_team_is_not_treated_as_emphasis():
    assert swapped_in_markdown(r"*4 \* 5* is", swap=True) == r"4 \* 5 *is*"
    assert swapped_in_html("*4 &#42; 5\\* is", swap=True) == "4 &#42; 5\\ *is*"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        pytest.param("We find 71 of 100. But the test saw the bills.", 2, id="two"),
        pytest.param("Ask Dr. Maier for approx. 5 of them.", 1, id="abbreviations"),
        pytest.param("It fell by 5%. Änderung folgt.", 2, id="after a sign"),
        pytest.param("One (e.g. Ana) said no.", 1, id="inside brackets"),
    ],
)
def test_text_is_split_into_sentences_but_not_after_abbreviations(text, number):
    assert len(sentences(text)) == number
    assert " ".join(sentences(text)) == text


def test_page_prints_a_line_that_begins_with_the_word_no():
    lend = "No student yet: two crew heads do it in their hours."
    page = page_of(example_with("stilts", background={"lend": lend}))

    assert f"*{lend}*" in page


def test_page_does_not_print_a_due_date_again_that_a_plan_step_mentions():
    steps = {
        "own-1": PlanStep("Sol writes the form.", "Sol", "2027-03-15"),
        "own-2": PlanStep("Ines asks by 20 December.", "Ines", "2026-12-20"),
    }
    page = page_of(example_with("stilts", background={}, steps=steps))

    assert "1. *Sol writes the form.* By 15 March 2027." in page
    assert "2. *Ines asks by 20 December.*\n" in page


@pytest.mark.parametrize(
    ("step", "printed"),
    [
        pytest.param(
            PlanStep("Scan the cards"), "1. *Scan the cards.*\n", id="no full stop"
        ),
        pytest.param(
            PlanStep("Scan by 15 March.", "Al", "2027-03-05"),
            "Who: *Al*, by 5 March 2027.",
            id="another day in the sentence",
        ),
        pytest.param(
            PlanStep("Mina and Tom count the tows.", "Mina", "2027-03-05"),
            "1. *Mina and Tom count the tows.* By 5 March 2027.\n",
            id="owner at the beginning of the sentence",
        ),
        pytest.param(
            PlanStep("Tom and Mina count the tows.", "Mina", "2027-03-05"),
            "Who: *Mina*, by 5 March 2027.",
            id="owner as one of the names in the sentence",
        ),
    ],
)
def test_step_of_the_team_is_printed_once_with_owner_and_date(step, printed):
    page = page_of(example_with("stilts", background={}, steps={"own-1": step}))

    assert printed in page


def test_owner_is_printed_even_if_the_name_is_part_of_a_word_in_the_step():
    steps = {"own-1": PlanStep("Scan all 40 opinions.", "Al", "2027-03-15")}
    page = page_of(example_with("stilts", background={}, steps=steps))

    assert "Who: *Al*, by 15 March 2027." in page


def test_questionnaire_steps_are_printed_once_the_steps_of_the_team_are_done():
    done = {"own-1": PlanStep("Draw the logo.", done="2026-11-01")}
    before = page_of(example_with("stilts", steps={}))
    page = page_of(example_with("stilts", steps=done))

    assert "**Begin now:**" in before
    assert "**Begin now:**" in page


def test_step_is_not_a_decision_of_the_reader_just_because_it_contains_the_word_you():
    steps = {"own-1": PlanStep("Scan the cards that tell you who left.")}
    page = page_of(example_with("stilts", steps=steps))

    assert "1. *Scan the cards that tell you who left.*" in page


@pytest.mark.parametrize(
    ("own", "printed"),
    [
        pytest.param("Ana copies the bills.", True, id="other steps"),
        pytest.param("You sign the release of Kern's data.", False, id="the same step"),
        pytest.param("You pay the 9,000 euros.", False, id="a step with its figure"),
    ],
)
def test_needed_decision_is_printed_unless_a_step_of_the_team_says_the_same(
    own, printed
):
    decides = "Kern's owner must sign the release of Kern's data for 9,000 euros."
    page = page_of(
        example_with(
            "stilts", background={"decides": decides}, steps={"own-1": PlanStep(own)}
        )
    )

    assert ("*Kern's owner must sign" in page) == printed


def test_questionnaire_step_with_an_owner_is_printed_among_steps_of_the_team():
    steps = {**OWN_STEPS, "MOV-01": PlanStep(owner="Petra", due="2027-02-01")}
    lines = {**example("stilts").background, **PLAN_LINES, **READER}

    page = page_of(example_with("stilts", background=lines, steps=steps))

    assert re.search(r"Who:\W+Petra\W+by 1 February 2027", page)


def test_goal_with_a_semicolon_is_printed_completely():
    goal = (
        "Moves that run more than two hours over the quote should fall from 31 % to"
        " 15 % by September; each point costs us 4,000 euros of unpaid hours a year."
    )

    assert goal in page_of(example_with("stilts", background={"goal": goal}))


def test_redacted_page_prints_questionnaire_steps_instead_of_steps_of_the_team():
    page = planned(redacted=True)

    assert "Move the data feed to a shared machine" in page
    assert "40 bills" not in page


def test_steps_that_ask_the_reader_to_act_are_listed_as_decisions():
    decided, _, rest = planned().partition("## What to decide")[2].partition("## ")

    assert OWN_STEPS["own-2"].what in decided
    assert OWN_STEPS["own-3"].what in decided
    assert f"1. {OWN_STEPS['own-1'].what}" in rest


@pytest.mark.parametrize(
    "general",
    [
        pytest.param("**Figures so far:**", id="the result"),
        pytest.param("**Begin now:**", id="what to do first"),
        pytest.param("**Get this decided:**", id="a decision that others make"),
        pytest.param(
            "Move the data feed to a shared machine", id="a step of the questionnaire"
        ),
        pytest.param("Look for somebody who has", id="the person to hire"),
        pytest.param("The data does not arrive reliably", id="the cause"),
        pytest.param("can start** once", id="when to start"),
    ],
)
def test_background_lines_of_the_team_replace_general_sentences(general):
    assert general not in planned()


def test_page_with_a_plan_of_the_team_still_says_that_permission_is_missing():
    answers = {**example("stilts").answers, "COL-04": Answer(0, note="Not asked yet.")}

    assert "must wait.** Not asked yet." in planned(answers=answers)


@pytest.mark.parametrize("number", range(1, 4))
def test_page_with_the_longest_possible_lines_stays_within_the_word_limit(number):
    long = "word " * (LONGEST_LINE // 5 - 1) + "end."
    steps = {f"own-{n}": PlanStep(long) for n in range(1, number + 1)}
    page = page_of(
        example_with("stilts", background=dict.fromkeys(PLAN_LINES, long), steps=steps)
    )

    assert number_of_words(page) <= MOST_WORDS


def test_plan_on_the_page_shows_owners_and_due_dates_and_overdue_steps():
    steps = {
        "MOV-01": PlanStep("", "Ruth", "2026-11-01", ""),
        "MOV-02": PlanStep("", "Ben", "2026-12-24", ""),
        "own": PlanStep("Ask the second depot", "Cy", "", "2026-11-20"),
    }
    sheet = example_with("stilts", steps=steps, background={"reader": "Ruth"})
    page = page_of(sheet, "2026-11-29")

    assert " Who: you, by 1 November 2026. **This is overdue.**" in page
    assert "Who: *Ben*, by 24 December." in page
    assert "***Ask the second depot.***" not in page
    assert "*Ask the second depot.*" in page
    assert "Done on 20 November 2026." in page


@pytest.mark.parametrize(
    ("answers", "proof", "part"),
    [
        pytest.param(
            {"AGG-05": Answer(0, note="Month-ends are overwritten after 24 months")},
            "past",
            "**Save this now.** Copy old values before they are overwritten; they "
            "cannot be recovered. *Month-ends are overwritten after 24 months.*",
            id="what is lost for good",
        ),
        pytest.param(
            {"LRN-09": Answer(0, note="The 41 texts come from the same 50 stops")},
            "nothing",
            "figures with care.** *The 41 texts come from the same 50 stops.*",
            id="a result without a fair test",
        ),
        pytest.param(
            {"LRN-09": Answer(1, note="Only five weeks to test on")},
            "past",
            "figures with care.** *Only five weeks to test on.* So the result ",
            id="a result of a weak test",
        ),
        pytest.param(
            {"LRN-09": Answer(2)},
            "no_better",
            "That is no gain over today's way, so promise none.",
            id="a result no better than today's way",
        ),
        pytest.param(
            {
                "LRN-02": Answer(2, note="The rule finds 48 of 100"),
                "COL-04": Answer(3),
                "MOV-01": Answer(1),
            },
            "nothing",
            "best other way on new cases: *The rule finds 48 of 100.*",
            id="the figure to beat",
        ),
    ],
)
def test_page_warns_if_data_is_being_lost_or_a_test_of_the_model_proves_little(
    answers, proof, part
):
    team = example("stilts")
    page = page_of(
        team._replace(
            answers={**team.answers, **answers},
            profile={**team.profile, "proof": proof},
            background={"result": "We find 71 of 100 late orders, the planners 64"},
        )
    )

    assert part in page.replace("\\", "").replace("&#39;", "'")


def test_good_layer_with_a_low_blocking_answer_is_shown_as_having_gaps():
    team = VOICES["two voices"]
    low = {**team.answers, "AGG-05": Answer(1)}

    assert signs_of(team)["Known answers"] == "enough"
    assert signs_of(team._replace(answers=low))["Known answers"] == "gaps"


def test_page_has_room_for_at_least_eight_notes_of_the_team():
    team = example("stilts")
    notes = {
        id_: answer._replace(note=f"Sheet{n} has row{n} of {n}00")
        for n, (id_, answer) in enumerate(team.answers.items(), 10)
    }
    page = page_of(team._replace(answers=notes, background={}))

    assert number_of_words(page) <= MOST_WORDS
    assert len(re.findall(r"Sheet\d+ has row", page)) >= 8


@pytest.mark.parametrize(
    ("at_terminal", "reader", "said"),
    [
        pytest.param(
            True,
            Reader.SPONSOR,
            "mlready: no room on the sponsor's page for: Where to start small;"
            ' Last time. Cut about N words from your lines or steps, and "Where to'
            ' start small" fits; cut about N, and all of it fits.\n',
            id="the sponsor's page, at a terminal",
        ),
        pytest.param(False, Reader.SPONSOR, "", id="the sponsor's page, in a script"),
        pytest.param(True, Reader.TEAM, "", id="the team's report, at a terminal"),
    ],
)
def test_lines_left_out_of_the_page_are_listed_only_if_the_command_runs_at_a_terminal(
    monkeypatch, tmp_path, at_terminal, reader, said
):
    terminal = StringIO()
    monkeypatch.setattr(terminal, "isatty", lambda: at_terminal)
    monkeypatch.setattr("sys.stderr", terminal)
    source = next(path for path in EXAMPLES if path.stem == "stilts")
    report([source], output=tmp_path / "page.md", reader=reader)
    assert re.sub(r"about \d+", "about N", terminal.getvalue()) == said


@pytest.mark.parametrize("most", range(215, 256, 5))
def test_page_too_short_for_the_goal_does_not_warn_that_data_cannot_be_recorded_later(
    most,
):
    lines = {**example("stilts").background, **PLAN_LINES, "save": ""}
    lines["goal"] = "Letters sent back: 11 of 100 today, 5 of 100 wanted by June 2027"
    result = assess(KICKOFF, example_with("stilts", background=lines, steps=OWN_STEPS))
    variables = context(result)
    page = shortened(
        whole_page(result),
        lambda page: number_of_words(rendered(page, variables)) <= most,
    )
    assert page.goal or not page.lost


def test_list_of_left_out_topics_names_lines_and_steps_that_have_no_room():
    result = assess(KICKOFF, example("stilts"))
    assert left_out(result).no_room == ("Where to start small", "Last time")
    long = {
        id_: f"{text} {'We counted this twice. ' * 9}"
        for id_, text in PLAN_LINES.items()
    }
    sheet = example_with("stilts", background=long, steps=OWN_STEPS)
    names = left_out(assess(KICKOFF, sheet)).no_room
    page = page_of(sheet).replace("\\", "")
    for step in OWN_STEPS.values():
        assert (step.what in names) != (step.what in page)


def test_line_that_fits_first_is_printed_once_so_many_words_are_cut_as_said():
    sheet = example("stilts")
    left = left_out(assess(KICKOFF, sheet))
    assert left.first in left.no_room
    lines = {id_: text.split() for id_, text in sheet.background.items()}
    fewer = left.first_words
    for id_ in ("goal", "loses", "decides", "promise"):
        cut = min(fewer, max(len(lines[id_]) - 3, 0))
        lines[id_], fewer = lines[id_][: len(lines[id_]) - cut], fewer - cut
    assert not fewer
    shorter = {id_: " ".join(words) for id_, words in lines.items()}
    now = left_out(assess(KICKOFF, sheet._replace(background=shorter)))
    assert left.first not in now.no_room


@pytest.mark.parametrize(
    "steps", [{}, OWN_STEPS], ids=["proposed steps", "the team's own steps"]
)
def test_words_to_cut_do_not_rise_and_exchanges_are_named_after_each_cut(steps):
    long = {
        id_: f"{text} {'We counted this twice. ' * 9}"
        for id_, text in PLAN_LINES.items()
    }
    lines = {**example("stilts").background, **long}
    sheet = example_with("stilts", background=lines, steps=steps)
    cuts, numbers, before = ("goal", "promise", "save"), [], LeftOut()
    for id_ in cuts:
        while len(words := sheet.background.get(id_, "").split()) > 4:
            left = left_out(assess(KICKOFF, sheet))
            numbers.append(left.words)
            if before.first and before.first not in left.no_room:
                assert {*left.no_room} - {*before.no_room} <= {*before.gives_way}
            before, shorter = left, " ".join(words[:-2])
            sheet = sheet._replace(background={**sheet.background, id_: shorter})
    assert numbers == sorted(numbers, reverse=True)
    assert numbers[-1] < numbers[0]


def test_two_lines_with_the_same_topic_are_both_listed_if_left_out():
    lines = tuple(each._replace(topic="Context") for each in KICKOFF.background)
    result = assess(KICKOFF._replace(background=lines), example("stilts"))

    assert left_out(result).no_room == ("Context", "Context")


def test_two_steps_with_the_same_text_are_both_listed_as_left_out_of_the_page():
    long = " ".join(["Recount"] * MOST_WORDS)
    steps = {key: PlanStep(long) for key in ("own-1", "own-2")}
    left = left_out(assess(KICKOFF, example_with("stilts", steps=steps)))

    assert left.no_room.count(long) == 2


def test_lines_replaced_by_the_teams_own_argument_or_steps_are_listed_as_left_out():
    lines = {
        **PLAN_LINES,
        "result": "The list found 31 of 50 leavers in May.",
        "remedy": "Buy the nightly feed for 900.",
    }
    sheet = example_with("stilts", background=lines, steps=OWN_STEPS)
    left = left_out(assess(KICKOFF, sheet))

    assert left.replaced == ("Result so far, and today's way", "What to do first")


@pytest.mark.parametrize(
    ("id_", "text"),
    [
        pytest.param("save", "None lost", id="two words"),
        pytest.param("save", "Nothing is being lost.", id="nothing is lost"),
        pytest.param("loses", "Nobody would lose anything.", id="nobody loses"),
        pytest.param("last_time", "Nothing yet.", id="a reason"),
    ],
)
def test_line_that_only_denies_something_is_not_listed_as_left_out_of_the_page(
    id_, text
):
    lines = {**PLAN_LINES, id_: text}
    sheet = example_with("stilts", background=lines, steps=OWN_STEPS)

    assert left_out(assess(KICKOFF, sheet)).replaced == ()


def test_page_shows_only_the_teams_own_reasons_if_the_team_wrote_nothing_of_last_time():
    lines = tuple(each for each in KICKOFF.background if each.id != "last_time")
    without = KICKOFF._replace(background=lines)
    sheet = example_with("stilts", background=PLAN_LINES)

    assert whole_page(assess(without, sheet)).points == []


def test_no_text_is_listed_as_left_out_of_the_page_if_the_team_wrote_no_line_or_step():
    assert left_out(assess(KICKOFF, example_with("stilts", background={}))) == LeftOut()


def test_shortening_the_page_does_not_render_the_same_content_twice(monkeypatch):
    rendered: list[Any] = []

    def render_and_record(*args: Any, **variables: Any) -> str:
        rendered.append(variables["brief"])
        return render(*args, **variables)

    monkeypatch.setattr(sponsor_page_length, "render", render_and_record)
    sponsor_page(assess(KICKOFF, example_with("stilts")))

    assert len(rendered) > 1
    assert all(one != other for one, other in combinations(rendered, 2))


def test_redacted_page_contains_no_background_lines():
    background = {"promise": "Everything by May", "reader": "Ruth"}
    page = page_of(example_with("stilts", background=background, redacted=True))

    assert "May" not in page
    assert "Ruth" not in page


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        pytest.param(Answer(1, note="two of 9 sites"), "Two of 9 sites.", id="note"),
        pytest.param(
            Answer(1, note="a stop was not discussed"), "", id="not discussed"
        ),
        pytest.param(
            Answer(1, note="not discussed in 2024"), "Not discussed in 2024.", id="date"
        ),
        pytest.param(
            Answer(1, evidence="stated: the register of data use"),
            "The register of data use.",
            id="evidence",
        ),
        pytest.param(Answer(1, evidence="stated"), "", id="evidence without content"),
        pytest.param(Answer(1, note="yes"), "", id="one word"),
    ],
)
def test_page_quotes_the_note_on_an_answer_or_the_evidence_if_there_is_no_note(
    answer, expected
):
    assert line_of(answer) == expected


def test_long_line_is_cut_after_a_sentence_or_after_a_word():
    sentence = "Every week somebody counts the cases by hand in twelve small lists."

    assert line(f"{sentence} {'more ' * 30}") == sentence
    assert line("word " * 60).endswith("word …")


def test_line_is_not_printed_if_a_printed_line_has_the_same_numbers():
    page = PrintedLines()
    page.record("Three dashboards show 5.1, 5.6 and 6.2 days.")

    assert not page.is_new("Same ward: 5.1, 5.6 and 6.2 days.")
    assert page.is_new("Access takes two working days.")


@pytest.mark.parametrize(
    ("date", "words"),
    [
        ("2026-03-05", "5 March 2026"),
        ("24 November 2026", "24 November 2026"),
        ("2026-13-05", "2026-13-05"),
        ("", ""),
    ],
)
def test_valid_date_is_written_in_words_and_any_other_text_is_kept(date, words):
    assert in_words(date) == words


def test_step_with_an_owner_stays_on_a_shortened_page():
    team = example_with("stilts")

    page = page_of(team)

    assert "Who: *Ana*, by 11 December 2026." in page


@pytest.mark.parametrize(
    ("number", "words"),
    [
        pytest.param(0.3, "an analyst, a day and a half a week", id="in days"),
        pytest.param(0.5, "an analyst, half-time", id="half"),
        pytest.param(0.25, "an analyst, 0.25 of full time", id="number without words"),
        pytest.param(2.1, "2.1 analysts", id="several, in part"),
    ],
)
def test_page_does_not_round_numbers_of_people(number, words):
    team = example("stilts")

    levels = {id_: Answer(each.level) for id_, each in team.answers.items()}
    page = page_of(
        team._replace(answers=levels, background={}, available={"analyst": number})
    )

    assert f"Available today: {words}." in page


@pytest.mark.parametrize("answer", [Answer(unknown=True), Answer(), Answer(0)])
def test_page_suggests_no_work_before_modelling_if_permission_to_use_data_is_missing(
    answer,
):
    team = example("stilts")._replace(background={})
    allowed = team._replace(answers={**team.answers, "COL-04": Answer(2)})
    open_ = team._replace(answers={**team.answers, "COL-04": answer})
    steps = page_of(open_).partition("## Why")[2]

    assert "Meanwhile:" in page_of(allowed)
    assert "Meanwhile:" not in page_of(open_)
    assert re.search(
        r"^(- |1\. )\*\*(Find out: Are we allowed|Stop|Ask legal)", steps, re.MULTILINE
    )


@pytest.mark.parametrize(
    ("also_low", "verdict", "meanwhile"),
    [
        pytest.param((), "Do not go live yet", True, id="only release is weak"),
        pytest.param(("COL", "MOV"), "the model must wait", False, id="data, too"),
    ],
)
def test_page_lets_building_go_on_only_if_the_model_need_not_wait(
    also_low, verdict, meanwhile
):
    team, levels = example("ready"), {"PRD": 0, "MON": 0, **dict.fromkeys(also_low, 1)}
    answers = {id_: Answer(levels.get(id_[:3], 3)) for id_ in team.answers}
    profile = {**team.profile, "stops": "operate"}
    page = page_of(team._replace(answers=answers, profile=profile, background={}))

    assert "make the system safe first" in page
    assert verdict in page
    assert ("building can go on" in page) is meanwhile


@pytest.mark.parametrize(
    ("differ", "named"),
    [
        pytest.param(
            ["COL-03", "MON-00"],
            "People differ on release and operate as a whole. Settle",
            id="the other changes nothing",
        ),
        pytest.param(
            ["CTX-05", "MON-00"],
            "People differ on release and operate as a whole and inputs on time. "
            "Settle",
            id="the weightiest first",
        ),
        pytest.param(["COL-03", "MOV-04"], "", id="nothing changes anything"),
    ],
)
def test_page_names_the_differences_that_change_the_advice_in_the_agendas_order(
    differ, named
):
    team = example("ready")._replace(background={})
    lower = {**team.answers, **dict.fromkeys(differ, Answer(0))}
    page = page_of(combine(KICKOFF, [team, team._replace(answers=lower)]))

    assert re.findall("People differ.* Settle", page) == [named] * bool(named)


def test_page_suggests_adding_users_only_if_the_product_already_has_users():
    team = example("assistant")
    used = team._replace(answers={**team.answers, "CTX-07": Answer(4)})

    assert "more users" not in page_of(team).lower()
    assert "more users" in page_of(used).lower()


def test_page_does_not_give_a_step_to_a_role_without_available_people():
    team = example("stilts")
    steps = page_of(team._replace(answers={}, available={}))

    assert "you borrow" not in steps
    assert "Who: name one, ideally a software engineer." in steps


@pytest.mark.parametrize("read", [*sheets()])
def test_layer_with_a_low_answer_is_not_described_as_good(read):
    for sheet in read():
        result = assess(KICKOFF, sheet)
        page, inputs = whole_page(result), result.inputs
        low = {
            inputs.questionnaire.layer_in_short(layer, inputs.facts).holds
            for layer in KICKOFF.layers
            for question in inputs.within(layer.sections)
            if low_short(inputs, question)
        }
        if low_short(inputs, question_of("CTX-02")):  # no agreed figure to reach
            low |= {"The right results are agreed"}

        assert low.isdisjoint(page.sound)
        assert page.below != "The right results are agreed" or not low_short(
            inputs, question_of("CTX-02")
        )


@pytest.mark.parametrize("read", [*sheets()])
def test_page_does_not_repeat_a_reason(read):
    for sheet in read():
        page = whole_page(assess(KICKOFF, sheet))
        claims = [page.reason.claim] if page.reason else []
        claims += [each.claim for each in page.points if each.claim]

        assert len(claims) == len({*claims})


def test_no_layer_is_described_as_good_if_the_lowest_layer_must_be_fixed_first():
    team = example("ready")
    low = {"COL-00": Answer(0), "COL-01": Answer(0)}
    result = assess(KICKOFF, team._replace(answers={**team.answers, **low}))

    assert "record what is missing first" in markdown(result, "", Reader.SPONSOR)
    assert whole_page(result).sound == []


def test_page_says_once_who_does_the_work_until_the_new_person_starts():
    page = page_of(read_sheet(NOTES / "first" / "31.yaml"))

    assert page.count("until the new software engineer starts") == 1
    assert "Who: one of your software engineers." in page


@pytest.mark.parametrize("load", [*sheets()])
def test_reason_for_the_verdict_has_the_consequence_that_the_questionnaire_states(load):
    conclusions = {each.low: each.so for each in KICKOFF.in_short}
    for sheet in load():
        unsaid = sheet._replace(background={})
        why = whole_page(assess(KICKOFF, unsaid)).reason

        assert not why or why.so == conclusions.get(why.claim, "")


def test_verdict_says_what_would_go_wrong_and_what_to_begin_now():
    lines = {"built_now": "It would be late", "remedy": "Order the feed, for €900"}
    team = example_with("stilts", background=lines)
    allowed = team._replace(answers={**team.answers, "COL-04": Answer(2)})
    page = page_of(allowed)
    verdict = page.partition("## ")[0]

    assert " where it is needed. *It would be late.*\n" in verdict
    assert "**Begin now:** *Order the feed, for €900.*" in verdict
    assert "use the data only with written permission." not in page
    assert "use the data only with written permission." in page_of(team)
    assert (
        page.count("Ana's laptop".replace("'", "&#39;")) + page.count("Ana's laptop")
        == 1
    )


def question_of(id_: str) -> Question:
    return next(each for each in KICKOFF.questions if each.id == id_)


def some_of(random: Random, entries: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(each for each in entries if random.random() < 0.5)


@given(random=st.randoms(use_true_random=False))
def test_page_is_made_even_if_the_questionnaire_lacks_layers_or_texts(random: Random):
    fewer = KICKOFF._replace(
        layers=some_of(random, KICKOFF.layers),
        in_short=some_of(random, KICKOFF.in_short),
        layers_in_short=some_of(random, KICKOFF.layers_in_short),
        background=(),
    )
    team = read_sheet(random.choice(ANCHORS))
    answers = {each: team.answers[each] for each in some_of(random, [*team.answers])}
    cases = [
        (fewer, team._replace(answers=answers)),
        (random_questionnaire(random)._replace(layers=()), random_sheet(random)),
    ]

    for questionnaire, sheet in cases:
        assert whole_page(assess(questionnaire, sheet), "2026-11-29").name


def test_page_says_on_which_answers_the_advice_depends_if_they_are_few():
    close, firm = page_of(example("stilts")), page_of(example("assistant"))
    # MOV-00 and MOV-01 would have to change: two answers on one point.
    better = {**example("assistant").answers, "MOV-01": Answer(3)}
    one_point = page_of(example_with("assistant", answers=better))

    assert (
        "If the team's rating had been slightly lower for running the system and "
        "slightly higher for the data supply, the advice would be to make the system "
        "safe first and hire nobody yet." in close
    )
    assert (
        "had been slightly higher for the supply of content, the advice would be to "
        in one_point
    )
    assert (
        "Even if any four of the team's ratings were slightly wrong, the advice would "
        "stay the same." in firm
    )


@pytest.mark.parametrize(
    ("others", "sign"),
    [
        pytest.param({}, "find_out", id="layer to fix first"),
        pytest.param({"MOV-00": Answer(0)}, "partly", id="another layer to fix first"),
    ],
)
def test_layer_is_not_called_weak_while_open_answers_could_make_it_good_enough(
    others, sign
):
    team = example("stilts")
    open_ = {id_: Answer(unknown=True) for id_ in ("EXP-00", "EXP-01", "EXP-03")}
    low = {"COL-04": Answer(3), "EXP-02": Answer(1), "EXP-05": Answer(3), **others}

    unsure = team._replace(answers={**team.answers, **open_, **low})
    page = page_of(unsure)

    assert signs_of(unsure)["Data understood"] == sign
    assert bool(re.search(r"1\. \*\*Find out: (How|Has) ", page)) == (not others)


def test_page_says_whom_to_ask_about_a_layer_that_nobody_could_rate():
    team = example("ready")
    core = {each.id for each in KICKOFF.questions if each.express}
    answers = {id_: each for id_, each in team.answers.items() if id_ in core}
    answers["AGG-00"] = Answer(unknown=True)

    page = page_of(team._replace(answers=answers, scope=EXPRESS))

    whom = "success and right answers are defined well enough (ask the decision owner)"
    assert f"1. **Find out whether {whom}.** Who: " in page
    assert "Done when: you know the answer, with one example." in page


@pytest.mark.parametrize(
    ("text", "percent"),
    [
        ("3,800 of 212,000 cases", 2),
        ("160 of 1,940 tables described", 8),
        ("9 of 50 stops", 0),
        ("40 of 41 tables", 0),
        ("2 of 100 %", 2),
        ("version 1.2 of 400 pages", 0),
    ],
)
def test_line_such_as_6_of_200_gives_a_percentage_only_if_the_share_is_below_10_percent(
    text, percent
):
    assert share(text) == percent


@pytest.mark.parametrize(
    ("text", "percent"),
    [
        ("Average stop 34 minutes, wanted 28.", -18),
        ("Calls a day: 40 today, 60 wanted", 50),
        ("Returns: 14 % today, 10 % wanted", 0),
        ("Tickets per 100 accounts: 9.2 a month, 7.5 by March", 0),
        ("No figure yet", 0),
    ],
)
def test_percent_change_is_computed_from_numbers_but_not_from_percentages(
    text, percent
):
    assert change(text) == percent


@pytest.mark.parametrize(
    ("text", "denies"),
    [("Nobody; they asked for it.", True), ("The night shift.", False)],
)
def test_page_asks_to_protect_those_who_lose_unless_the_team_says_nobody_loses(
    text, denies
):
    page = page_of(example_with("stilts", background={"loses": text}))

    assert is_denial(text) == denies
    assert ("Protect those who would lose out:" in page) != denies


def test_page_uses_the_role_name_that_the_team_used():
    team = example("stilts")
    answers = {
        **team.answers,
        "MOD-02": Answer(1, note="Two data scientists"),
    }

    assert "**Not yet: another data scientist,** who would " in page_of(
        team._replace(answers=answers)
    )
    assert "Not yet: another ML engineer," in page_of(team)


@pytest.mark.parametrize(
    ("date", "part"),
    [
        ("2026-11-29", "Look at this again on 21 February 2027."),
        ("9999-12-31", "Look at this again in 12 weeks."),
        ("late November", "Look at this again in 12 weeks."),
    ],
)
def test_page_says_when_to_review_the_advice_next(date, part):
    assert part in page_of(example_with("stilts"), date)


def test_description_of_the_person_to_hire_depends_on_gaps_in_the_layer_to_fix():
    team = example("stilts")
    low = {id_: Answer(2) for id_ in ("MOV-01", "MOV-02", "MOV-03", "MOV-05", "MOV-06")}
    first = {**team.answers, **low, "MOV-01": Answer(0), "MOV-03": Answer(0)}
    second = {**team.answers, **low, "MOV-02": Answer(0), "MOV-05": Answer(0)}
    people = [
        re.findall("somebody who .*", page_of(team._replace(answers=answers)))
        for answers in (first, second)
    ]

    assert people[0] != people[1]


def test_line_on_last_attempt_is_omitted_if_the_line_on_results_has_the_same_number():
    result = "Live week 9.7 %, traders 6.3 %"
    lines = {"last_time": "The model of 2024 had 9.7 % live", "result": result}
    page = page_of(example_with("stilts", background=lines))

    assert "The model of 2024" not in page
    assert "The model of 2024" in page_of(
        example_with("stilts", background={**lines, "result": ""})
    )


def test_page_asks_only_once_for_a_check_by_a_second_person_if_the_check_has_an_owner():
    one = VOICES["one person"]
    taken = page_of(one._replace(steps={"confirms": PlanStep(owner="Ana")}))

    assert "others, such as a data engineer or an analyst, to" in page_of(one)
    assert "others, such as a data engineer or an analyst, to" not in taken
    assert taken.count("second person check") == 1


@pytest.mark.parametrize(
    ("voices", "sources"),
    [
        pytest.param("one person", "one person", id="one person"),
        pytest.param("one meeting", "one meeting", id="a meeting"),
        pytest.param("draft", "a draft", id="a draft"),
        pytest.param("partly confirmed", "partly confirmed answers", id="two people"),
        pytest.param("two voices", "", id="all is confirmed"),
    ],
)
def test_page_says_by_whose_word_the_layers_are_good_enough(voices, sources):
    page = page_of(VOICES[voices])
    said = f", according to {sources}" if sources else ""

    assert f"**In place already{said}:**" in page


@pytest.mark.parametrize(
    ("lower", "differ"),
    [
        pytest.param(
            ["draft"], "A draft and people differ", id="only a draft is lower"
        ),
        pytest.param(["Bo"], "People differ", id="a person is lower"),
        pytest.param(["draft", "Bo"], "People differ", id="both are lower"),
    ],
)
def test_page_says_whether_people_differ_or_only_a_draft(lower, differ):
    sheets = [
        drafted("ready"),
        answered_by(example("ready"), "Ana", "owner"),
        answered_by(example("ready"), "Bo", "data_engineer"),
    ]
    low = {"MOV-00": Answer(0)}
    all_voices = [
        each._replace(answers={**each.answers, **low})
        if (each.voice.name or "draft") in lower
        else each
        for each in sheets
    ]

    page = page_of(combine(KICKOFF, all_voices))

    assert f"- {differ} on move and store as a whole. Settle" in page


@pytest.mark.parametrize(
    ("worded", "said"),
    [
        pytest.param(True, "slightly lower for running the system", id="worded"),
        pytest.param(
            False,
            "slightly lower for release and operate as a whole",
            id="not worded",
        ),
    ],
)
def test_close_call_is_explained_even_if_a_questionnaire_has_no_words_for_it(
    worded, said
):
    layers = tuple(
        each if worded else each._replace(rated="") for each in KICKOFF.layers_in_short
    )
    questionnaire = KICKOFF._replace(layers_in_short=layers)
    result = assess(questionnaire, example("stilts"))
    assert said in markdown(result, "", Reader.SPONSOR)


def test_rating_of_a_detail_that_would_change_the_advice_is_named_as_such():
    path = Path(__file__).parent / "cases/notes/engineer/27.yaml"
    page = page_of(read_sheet(path))
    assert "had been slightly higher for real requests, " in page
