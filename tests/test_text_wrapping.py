"""Display width of text: padding, wrapping and cutting by columns of a terminal."""

import re

import pytest
from hypothesis import given, strategies as st
from prompt_toolkit.utils import get_cwidth

from mlready.assessment.assess import assess
from mlready.display_width import cut, display_width, pad
from mlready.escaping import for_terminal
from mlready.interview.hidden_characters import shown_characters
from mlready.interview.text_wrapping import (
    PROMPT_LINES,
    break_line,
    fit_list,
    fit_picture,
    indented,
    is_narrow_terminal,
    legend_forms,
    lines_taken,
    truncate,
    wrap,
)
from mlready.model.answers import EXPRESS, Answer, empty_sheet
from mlready.report.markdown import picture, summary
from tests.samples import NAMES, example

NARROW = "Données — Überblick, ещё раз"
TEXTS = [
    pytest.param("Churn", id="ASCII"),
    pytest.param(NARROW, id="accents and Cyrillic"),
    pytest.param("数据收集与整理", id="Chinese"),
    pytest.param("データのない部屋", id="Japanese"),
    pytest.param("데이터 수집", id="Korean"),
    pytest.param("\uff21\uff22\uff11", id="fullwidth letters"),
    pytest.param("e\u0301te\u0301", id="combining accents"),
    pytest.param("صباح الخير", id="Arabic"),
    pytest.param("इंटरव्यू", id="Hindi"),
    pytest.param("🚀 launch 🧪", id="emoji"),
]
CHARACTERS = st.sampled_from("ab ,é数データ \uff21🚀\u0301")


@pytest.mark.parametrize("text", TEXTS)
def test_display_width_agrees_with_prompt_toolkit(text):
    assert display_width(text) == sum(map(get_cwidth, text))


@pytest.mark.parametrize("text", TEXTS)
def test_padded_texts_have_the_same_display_width(text):
    assert get_cwidth(pad(text, 40)) == 40


@given(text=st.text(CHARACTERS, max_size=80), width=st.integers(4, 30))
def test_wrapped_lines_fit_the_width_and_lose_only_spaces(text, width):
    lines = break_line(text, width)
    assert max(map(display_width, lines)) <= width
    assert re.sub(r"\s", "", "".join(lines)) == re.sub(r"\s", "", text)


@given(text=st.text(CHARACTERS), width=st.integers(0, 30))
def test_cut_text_is_the_longest_prefix_that_fits_the_width(text, width):
    short = cut(text, width)
    assert text.startswith(short)
    assert display_width(short) <= width
    assert short == text or display_width(text[: len(short) + 1]) > width


def test_latin_words_between_wide_characters_are_not_broken():
    assert break_line("数据 machine learning 数据", 13) == [
        "数据 machine",
        "learning 数据",
    ]


def test_lines_of_wide_characters_may_break_between_any_two_characters():
    assert break_line("数据收集与整理", 6) == ["数据收", "集与整", "理"]


def test_row_of_a_list_is_cut_to_one_line_of_the_terminal(monkeypatch):
    monkeypatch.setenv("COLUMNS", "20")
    monkeypatch.setenv("LINES", "30")
    assert truncate("名前: データのない部屋") == "名前: データ…"


def test_pyramid_columns_are_aligned_despite_wide_layer_names(small):
    names = {"collect": "データ収集", "move": "数据移动"}
    layers = [
        each._replace(name=names.get(each.id, each.name)) for each in small.layers
    ]
    wide = small._replace(layers=tuple(layers))
    sheet = empty_sheet(wide)._replace(
        answers={"COL-01": Answer(2), "MOV-01": Answer(3)}
    )
    screen = summary(
        assess(wide, sheet), answers="a", interview="i", command="c", open=False
    )
    bars = [re.match(r"(..(\S+) +)[#/.]+\|", line) for line in screen.splitlines()]
    drawn = {bar[2]: get_cwidth(bar[1]) for bar in bars if bar}
    assert drawn.keys() >= {*names.values()}
    assert len({*drawn.values()}) == 1


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("plain", "plain", id="nothing hidden"),
        pytest.param("a\u202eb", "a⟨U+202E⟩b", id="right-to-left override"),
        pytest.param("a\u2066b", "a⟨U+2066⟩b", id="isolate"),
        pytest.param("a\u200bb", "a⟨U+200B⟩b", id="zero-width space"),
        pytest.param("a\U000e0041b", "a⟨U+E0041⟩b", id="tag"),
        pytest.param("a\u00adb", "a⟨U+00AD⟩b", id="soft hyphen"),
        pytest.param("a\x1b[2Jb", "a␛[2Jb", id="escape sequence"),
        pytest.param("\u2060\u2060", "⟨U+2060⟩⟨U+2060⟩", id="only hidden characters"),
    ],
)
def test_hidden_characters_are_replaced_by_visible_codes(text, shown):
    parts = shown_characters(text)
    assert (len(parts), "".join(parts)) == (len(text), shown)


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (40, 20)])
@pytest.mark.parametrize("name", [*NAMES, "nothing"])
def test_picture_and_the_prompt_below_fit_the_terminal(
    kickoff, monkeypatch, name, columns, rows
):
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("LINES", str(rows))
    sheet = empty_sheet(kickoff, EXPRESS) if name == "nothing" else example(name)
    result = assess(kickoff, sheet)
    indent = "" if is_narrow_terminal() else "  "
    shown = wrap(fit_picture(picture(result, not_asked=41).strip("\n")), indent)
    assert shown.count("\n") + 1 <= rows - PROMPT_LINES
    names = [score.layer.name for score in result.diagnosis.scores]
    assert [name for name in names if name not in shown] == []
    assert "41 questions not answered yet" in " ".join(shown.split())
    assert "| good enough from here" in " ".join(shown.split())


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (40, 20)])
def test_picture_in_a_standard_or_small_terminal_says_why_no_ml_is_needed(
    kickoff, monkeypatch, columns, rows
):
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("LINES", str(rows))
    sheet = example("stilts")
    sheet = sheet._replace(profile={**sheet.profile, "simple_way": "reaches"})
    drawn = picture(assess(kickoff, sheet), not_asked=14, to_test=7).strip("\n")
    shown = indented(fit_picture(drawn))
    assert shown.count("\n") + 1 <= rows - PROMPT_LINES
    why = "needed: the simplest way is good enough, and somebody has measured it."
    assert why in " ".join(shown.split())


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (40, 20)])
@pytest.mark.parametrize("name", NAMES)
def test_picture_shortened_to_fit_the_terminal_does_not_end_within_a_sentence(
    kickoff, monkeypatch, name, columns, rows
):
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("LINES", str(rows))
    drawn = picture(assess(kickoff, example(name)), not_asked=41, to_test=12)
    changes = "the layer to mend first (before: Collect) and the first hire"
    said = f"Your last answers have changed {changes} (before: data engineer):"
    changed = f"{said}\n{drawn.strip(chr(10))}"
    shown = indented(fit_picture(changed))
    assert shown.count("\n") + 1 <= rows - PROMPT_LINES
    assert shown.rstrip().endswith(".")


@pytest.mark.parametrize(
    ("rows", "items", "more"),
    [
        pytest.param(15, 6, "", id="room for all"),
        pytest.param(14, 4, "- and 2 more\n", id="room for five lines of the list"),
        pytest.param(13, 3, "- and 3 more\n", id="room for four lines"),
        pytest.param(12, 4, "- and 2 more\n", id="five lines, no blank lines"),
        pytest.param(11, 3, "- and 3 more\n", id="four lines, no blank lines"),
    ],
)
def test_picture_lists_as_many_open_answers_as_the_terminal_has_room_for(
    monkeypatch, rows, items, more
):
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("LINES", str(rows))
    listed = [f"- Question {number}\n" for number in range(6)]
    advice = f"Find out first.\nIt depends on:\n{''.join(listed)}Ask."
    shown = fit_picture(f"pyramid\n\n{advice}")
    assert f"It depends on:\n{''.join(listed[:items])}{more}Ask." in shown
    assert lines_taken(indented(shown)) <= rows - PROMPT_LINES


@pytest.mark.parametrize(
    ("last", "ids"),
    [
        pytest.param([], "COL-01, COL-02", id="all open answers are named"),
        pytest.param(
            ["- and 3 more"], "COL-01, COL-02 and 3 more", id="three are not named"
        ),
    ],
)
def test_picture_without_room_for_the_open_answers_names_their_ids(
    monkeypatch, last, ids
):
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("LINES", "7")
    listed = [f"- Kept ({id_}): ask the seller" for id_ in ("COL-01", "COL-02")]
    advice = "\n".join(["Find out.", "It depends on them:", *listed, *last, "Ask."])
    shown = fit_picture(f"pyramid\n\n{advice}")
    assert shown == f"pyramid\nFind out.\nIt depends on them ({ids}).\nAsk."


@pytest.mark.parametrize(
    ("rows", "first"),
    [
        pytest.param(12, "1. Ask the seller who keeps the lists", id="room for all"),
        pytest.param(10, "1. Ask the seller who…", id="room for two lines of each"),
        pytest.param(8, "1. Ask the…", id="room for one line of each"),
    ],
)
def test_list_is_cut_to_whole_words_until_its_heading_fits_the_terminal(
    monkeypatch, rows, first
):
    monkeypatch.setenv("COLUMNS", "16")
    monkeypatch.setenv("LINES", str(rows))
    steps = ["1. Ask the seller who keeps the lists", "2. Go on"]
    assert fit_list("Steps:", steps, 6).splitlines() == ["Steps:", first, "2. Go on"]


@pytest.mark.parametrize(
    "row",
    [
        pytest.param("1. Read https://example.org/a/long/path/to/the/lists", id="URL"),
        pytest.param(
            "1. 向卖家询问谁保管这些清单以及它们存放在哪里和谁可以更改", id="Chinese"
        ),
        pytest.param("1. Ask  the seller \x1b[31m who  keeps the lists", id="spaces"),
    ],
)
@pytest.mark.parametrize("rows", [9, 10])
def test_cut_row_of_a_list_is_the_beginning_of_the_row(monkeypatch, row, rows):
    monkeypatch.setenv("COLUMNS", "20")
    monkeypatch.setenv("LINES", str(rows))
    shown = fit_list("Steps:", [row], 7)
    cut_row = shown.split("\n")[1]
    assert cut_row.endswith("…")
    assert for_terminal(row).startswith(cut_row.removesuffix("…"))
    assert lines_taken(indented(shown)) <= rows - 7


@pytest.mark.parametrize("rows", [20, 18])
def test_picture_in_a_small_terminal_says_why_a_layer_is_to_be_fixed_first(
    kickoff, monkeypatch, rows
):
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("LINES", str(rows))
    sheet = example("stilts")
    allowed = {**sheet.answers, "COL-04": Answer(2)}
    result = assess(kickoff, sheet._replace(answers=allowed))
    shown = fit_picture(picture(result).strip("\n"))
    assert re.search("(> |: )you chose it as what would stop you", shown)


def test_each_sign_in_the_legend_of_a_narrow_picture_is_on_one_line(
    kickoff, monkeypatch
):
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("LINES", "20")
    drawn = picture(assess(kickoff, example("assistant")), not_asked=41).strip("\n")
    lines = indented(fit_picture(drawn)).splitlines()
    at = lines.index("> fix first · | good enough from here")
    assert lines[at + 1 : at + 3] == [
        "# score · dots and ? not known",
        "/ not counted: a lower layer is weaker",
    ]


@pytest.mark.parametrize(
    ("columns", "signs"),
    [
        pytest.param(
            80,
            ["| good enough from here · # score · dots and ? not known · / waits"],
            id="wide",
        ),
        pytest.param(
            40,
            ["| good enough from here · # score", "dots and ? not known · / waits"],
            id="narrow",
        ),
    ],
)
def test_shortened_picture_gives_the_reason_to_fix_a_layer_first_on_a_separate_line(
    monkeypatch, columns, signs
):
    monkeypatch.setenv("COLUMNS", str(columns))
    legend = (
        "> fix first: it is low\n| good enough from here\n"
        "# score\ndots and ? not known\n/ waits"
    )
    joined = legend_forms(legend)[1].splitlines()
    assert joined == ["> fix first: it is low", *signs]


@pytest.mark.parametrize(
    ("row", "shown"),
    [
        pytest.param(
            "> Explore and transform ##  |      1.0 FIX?",
            ">Explore and transform ##  | 1.0 FIX?",
            id="fits",
        ),
        pytest.param(
            "  Explore and transform ####|####  4.0 good",
            " Explore and transform ####|#### 4.0",
            id="too long with the word at the end",
        ),
        pytest.param(
            "> Explore and transform ##..|....  1.0-4.0 FIX?",
            ">Explore and transform ##..|.... FIX?",
            id="too long with the number at the end",
        ),
        pytest.param(
            "> Move and store        #.  |      0.9-1.4 FIX?",
            ">Move and store        #.  | FIX?",
            id="layer to fix first, too long with both",
        ),
    ],
)
def test_row_of_a_picture_takes_one_line_of_a_narrow_terminal(monkeypatch, row, shown):
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("LINES", "20")
    fitted = wrap(fit_picture(f"{row}\n\nReady.\nIt is firm."), "")
    assert fitted.splitlines()[1] == shown


def test_picture_on_a_small_screen_keeps_the_pyramid_and_shortens_the_advice(
    monkeypatch,
):
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("LINES", "8")
    advice = "Not ready: hire an analyst first. Nothing is written down.\nIt is firm."
    shown = fit_picture(f"1\n2\n3\n\nlegend\n\n{advice}")
    assert shown == "1\n2\n3\nNot ready: hire an analyst first.\nIt is firm."


def test_picture_in_a_small_terminal_gives_the_reason_for_the_advice(monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("LINES", "9")
    advice = f"No model is needed. A rule is enough. {'Use that. ' * 5}\nIt is firm."
    shown = fit_picture(f"1\n2\n3\n\nlegend\n\n{advice}")
    advice = "No model is needed. A rule is enough.\nIt is firm."
    assert shown == f"1\n2\n3\nlegend\n{advice}"


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        pytest.param("line shift-tab key", "line\nshift-tab key", id="a hyphen"),
        pytest.param("Note: short-and-so", "Note:\nshort-and-so", id="hyphens"),
    ],
)
def test_lines_are_broken_between_words_and_not_at_hyphens(monkeypatch, line, shown):
    monkeypatch.setenv("COLUMNS", "15")
    assert wrap(line, "") == shown
