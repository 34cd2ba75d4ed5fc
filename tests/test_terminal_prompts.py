"""Keys of prompts in a pseudo-terminal: going to a step, undo, remarks, people."""

import re

import pytest

from mlready.interview.changed_words import reopened_topics
from mlready.interview.key_bindings import HintLine
from mlready.interview.navigation import ASKED_AGAIN, REVIEW
from mlready.model.answers import EXPRESS, Answer, empty_sheet
from mlready.storage.answers_file import dump, read
from tests.samples import example
from tests.terminal import ASKED, COMPLETE, DATED, HINT, at, go_on

pytestmark = [
    pytest.mark.terminal,
    # pytest-xdist runs threads; from 3.12 on, Python warns if such a process forks.
    pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning"),
]

SEARCH = "type to search"
NO_NUMBER = "Here: a number, or empty if you don't know."
NO_WHOLE = "Here: a whole number, or empty if you don't know."
TEAM = {"headcount": "12", "promised": "ml", "openings": "3"}


def test_typing_a_part_of_a_step_name_goes_to_that_step(begin, kept):
    terminal = begin(at("COL-01"))
    terminal.send("/")
    terminal.until("Go to which question?", "» ", SEARCH)
    terminal.send("m", "o", "v", "enter")
    terminal.until(ASKED["MOV-01"])
    assert kept().answers == {}


@pytest.mark.parametrize(
    ("keys", "then"),
    [
        pytest.param(["/", "c", "1", "enter"], ["4", "enter"], id="id in short"),
        pytest.param(["/", "8", "enter"], ["4", "enter"], id="number"),
        pytest.param([*"/COL-01", "enter"], ["4", "enter"], id="whole id"),
    ],
)
def test_earlier_answer_is_corrected_after_a_search_by_number_or_id(
    begin, kept, keys, then
):
    terminal = begin(at("MOV-01", Answer(1), **COMPLETE))
    terminal.send(*keys)
    terminal.until(ASKED["COL-01"], "» 1")
    terminal.send(*then)
    terminal.until("Recorded: 4: With checks. (instead of: 1: Sometimes.)")
    terminal.until(ASKED["MOV-01"])
    assert kept().answer("COL-01") == Answer(4)


def test_u_key_undoes_the_last_answer(begin, kept):
    terminal = begin(at("COL-01"))
    terminal.send("3", "enter")
    terminal.until(ASKED["COL-02"], HINT)
    terminal.send("u")
    terminal.until(ASKED["COL-01"], HINT)
    assert kept() == at("COL-01")


def test_shift_tab_closes_the_list_of_steps_without_a_choice(begin, kept):
    terminal = begin(at("COL-01"))
    terminal.send("/")
    terminal.until(SEARCH)
    terminal.send("shift-tab")
    terminal.until(ASKED["COL-01"], HINT)
    assert kept() == at("COL-01")


@pytest.mark.parametrize(
    ("key", "question", "field"),
    [
        pytest.param("n", 'Note on "Recorded"', "note", id="a note"),
        pytest.param("e", 'Evidence for "Recorded"', "evidence", id="evidence"),
        pytest.param("a", "We accept this gap for now", "accepted", id="accepted"),
    ],
)
def test_remark_can_be_changed_and_deleted(begin, kept, key, question, field):
    before = Answer(1, **{field: "ab"})  # type: ignore[arg-type]  # a text each
    terminal = begin(at("COL-01", before))
    terminal.until(f"{field}: ab")
    terminal.send(key)
    terminal.until(question, "ab", "empty deletes it")
    terminal.send("c", "enter")
    terminal.until(f"{field}: abc", HINT)
    terminal.send(key)
    terminal.until(question, "abc")
    terminal.send(*["backspace"] * 3, "enter")
    terminal.until(ASKED["COL-01"], HINT)
    assert not terminal.shows(f"{field}:")
    assert kept().answer("COL-01") == Answer(1)


@pytest.mark.parametrize(
    ("before", "said"),
    [
        pytest.param("", "an empty line changes nothing", id="no note yet"),
        pytest.param("ab", "an empty line deletes what was there", id="a note"),
    ],
)
def test_help_at_the_note_prompt_says_what_an_empty_line_does(begin, before, said):
    terminal = begin(at("COL-01", Answer(1, note=before)))
    terminal.send("n")
    terminal.until('Note on "Recorded"')
    terminal.send(*["backspace"] * len(before), "?")
    terminal.until(said)


def test_message_about_a_wrong_text_is_indented_like_other_messages(begin):
    terminal = begin(at("profile.headcount"), hint="? keys", columns=40, rows=20)
    terminal.send("many", "enter")
    terminal.until("A whole number, or empty")
    assert "  A whole number, or empty if you" in terminal.text().splitlines()


def test_long_text_shows_whole_words_and_can_be_edited_in_the_middle(begin, kept):
    terminal = begin(at("project.slice"), hint="? keys", columns=40, rows=20)
    terminal.send("Letters that customers in the north have sent")
    terminal.send(*["left"] * len("have sent"), "X")
    terminal.until("Xhave sent")
    lines = terminal.text().splitlines()
    first = lines.index("  Letters that customers in the north")
    assert lines[first + 1] == "  Xhave sent"
    cursor = terminal.screen.cursor
    assert (cursor.y, cursor.x) == (first + 1, len("  X"))
    terminal.send("backspace", "enter")
    terminal.until(ASKED["profile.headcount"])
    assert kept().slice == "Letters that customers in the north have sent"


def test_line_printed_after_an_answer_says_which_remarks_exist(begin):
    terminal = begin(at("COL-01", Answer(note="ab", evidence="cd")))
    terminal.send("2", "enter")
    terminal.until("Recorded: 2: By hand. (with note, evidence)")


def test_line_printed_after_a_skipped_question_says_that_it_was_skipped(begin):
    terminal = begin(at("COL-01"))
    terminal.send("s")
    terminal.until(ASKED["COL-02"], "Recorded: skipped")


def test_leaving_the_name_empty_prints_that_the_name_was_skipped(begin):
    terminal = begin(at("voice.name"))
    terminal.send("enter")
    terminal.until("Your name: skipped")


def test_choice_without_enter_is_shown_as_not_kept_when_the_team_leaves(begin, kept):
    terminal = begin(at("COL-01"))
    terminal.send("3", "ctrl-c")
    assert terminal.ended() == 130
    assert terminal.shows("Not kept, because Enter was not pressed: As routine.")
    assert kept() == at("COL-01")


def test_team_that_leaves_without_a_new_choice_gets_no_message_about_a_lost_choice(
    begin,
):
    terminal = begin(at("COL-01", Answer(3)))
    terminal.send("ctrl-c")
    assert terminal.ended() == 130
    assert not terminal.shows("Not kept")


def test_list_of_all_answers_says_what_was_changed_even_if_it_fills_the_screen(begin):
    terminal = begin(at(REVIEW, Answer(3)), rows=10)
    terminal.send("c", "1", "enter")
    terminal.until(ASKED["COL-01"])
    terminal.send("4", "enter")
    terminal.until(ASKED[REVIEW], "↓")
    assert terminal.shows("Recorded: 4: With checks. (instead of: 3: As routine.)")


@pytest.mark.parametrize(
    ("id_", "takes_role"),
    [
        pytest.param("voice.name", False, id="a name"),
        pytest.param("voice.role", True, id="a role"),
    ],
)
def test_help_says_how_to_choose_a_role_at_the_prompt_for_a_role_but_not_for_a_name(
    begin, id_, takes_role
):
    terminal = begin(at(id_))
    terminal.send("?")
    terminal.until("The report says who answered.")
    assert terminal.shows("Take the role that comes nearest") is takes_role


def test_note_is_saved_if_the_team_leaves_while_typing_it(begin, kept):
    terminal = begin(at("COL-01"))
    terminal.send("n")
    terminal.until('Note on "Recorded"')
    terminal.send("Ask An", "ctrl-c")
    assert terminal.ended() == 130
    assert terminal.shows('What you were typing is kept as the note on "Recorded".')
    assert kept() == at("COL-01", Answer(note="Ask An"))


def test_unsaved_text_is_shown_when_the_team_leaves(begin, kept):
    terminal = begin(at("project.slice"))
    terminal.send("Lett", "ctrl-c")
    assert terminal.ended() == 130
    assert terminal.shows("Not kept: Lett")
    assert kept() == at("project.slice")


@pytest.mark.parametrize(
    ("sheet", "length"),
    [
        pytest.param(at("project.slice", slice="ab"), 2, id="a text"),
        pytest.param(
            at("profile.headcount", profile={"headcount": "12"}), 2, id="a number"
        ),
    ],
)
def test_deleting_a_text_or_number_removes_the_answer(begin, kept, sheet, length):
    terminal = begin(sheet)
    terminal.until("empty deletes")
    terminal.send(*["backspace"] * length, "enter")
    terminal.until("left out (instead of: ")
    terminal.until(HINT)
    assert (kept().slice, kept().profile) == ("", {})


def test_question_uses_the_full_width_after_the_window_has_grown(begin):
    terminal = begin(at("COL-01"), hint="? keys", columns=20)
    terminal.resize(100)
    terminal.until("  COL-01  Is what happens recorded?".strip(), HINT)
    assert " COL-01  Is what happens recorded?" in terminal.text().splitlines()


def test_steps_in_the_review_can_be_searched_and_limited_to_open_steps(begin, kept):
    terminal = begin(at(REVIEW))
    terminal.send("tab")
    terminal.until_gone("COL-01")
    terminal.until("» Finish")
    terminal.send("tab")
    terminal.until("COL-01")
    terminal.send("r", "e", "c", "o")
    terminal.until("Search: reco", "» ", "COL-01")
    assert not terminal.shows("MOV-01")
    terminal.send("enter")
    terminal.until(ASKED["COL-01"])
    terminal.send("2", "enter")
    terminal.until("COL-01 Recorded: 2: By hand.", "Finish and show")
    assert kept().answer("COL-01") == Answer(2)


@pytest.mark.parametrize("keys", [["enter"], ["backspace", "z", "enter"]])
def test_enter_key_does_nothing_if_no_step_in_the_review_matches_the_search(
    begin, kept, keys
):
    terminal = begin(at(REVIEW))
    terminal.send("z", "z")
    terminal.until("Search: zz", "Nothing matches")
    terminal.send(*keys)
    terminal.send("backspace", "backspace", "r", "e", "c", "o")
    terminal.until("Search: reco", "» ", "COL-01")
    assert kept() == at(REVIEW)


@pytest.mark.parametrize("word", ["fin", "Result"])
def test_search_in_the_review_finds_the_row_that_ends_the_interview(begin, kept, word):
    terminal = begin(at(REVIEW))
    terminal.send(*word)
    terminal.until(f"Search: {word}", "» Finish and show the result")
    terminal.send("enter")
    assert terminal.ended() == 0
    assert kept() == at(REVIEW)


@pytest.mark.parametrize(
    "burst", [["/rec", "enter"], ["/", "where the col\x7f\x7f\x7fmod\r"]]
)
def test_search_for_a_step_uses_all_letters_that_arrive_together(begin, burst):
    terminal = begin(at("MOV-01", Answer(1), **COMPLETE))
    for keys in burst:
        terminal.send(keys)
    terminal.until(ASKED["profile.approach" if "where" in burst[-1] else "COL-01"])


@pytest.mark.parametrize("id_", ["project.slice", "background.promise"])
def test_prompt_for_a_text_refuses_a_single_character(begin, kept, id_):
    terminal = begin(at(id_))
    terminal.send("2", "enter", "d", "enter")
    terminal.until(ASKED[id_], "Type a few words, or leave it empty to skip.")
    assert kept() == at(id_)
    terminal.send("Two", "enter")
    terminal.until("Two")


@pytest.mark.parametrize(("key", "moves"), [("7", "down"), ("k", "up")])
def test_message_after_a_wrong_key_in_a_list_names_the_possible_keys(begin, key, moves):
    terminal = begin(at("COL-01"))
    terminal.send(key)
    terminal.until("Here: 0-4, d or x; n for a note; s to skip.")
    terminal.send(moves)
    terminal.until_gone("Here: ")


@pytest.mark.parametrize("id_", ["COL-01", "profile.approach"])
def test_sentence_typed_at_a_list_opens_no_prompt_and_chooses_nothing(begin, kept, id_):
    terminal = begin(at(id_))
    terminal.send(*"The 2 crews use 1 app.", "enter")
    terminal.until(ASKED[id_], "Text is no answer here and was not kept. Here: ")
    assert not terminal.shows("» ")
    assert kept() == at(id_)


def test_message_after_a_single_space_in_a_list_does_not_say_to_wait(begin):
    terminal = begin(at("profile.approach"))
    terminal.send(" ")
    terminal.until("Here: 1-2; s to skip.")
    assert not terminal.shows("Wait")


def test_skip_key_just_after_a_wrong_key_skips_nothing_and_says_to_wait(begin, kept):
    terminal = begin(at("profile.approach"))
    terminal.send("d", "s")
    terminal.until(
        "Text is no answer here and was not kept. Here: 1-2; s to skip. Wait, then"
    )
    assert kept() == at("profile.approach")


@pytest.mark.parametrize("slips", ["w", "ww", "7"])
def test_answer_is_saved_although_one_or_two_wrong_keys_were_typed_just_before_it(
    begin, kept, slips
):
    terminal = begin(at("COL-01"))
    terminal.send(*slips, "3", "enter")
    terminal.until(ASKED["COL-02"], HINT)
    assert kept().answer("COL-01") == Answer(3)


def test_list_in_a_small_terminal_scrolls_and_has_arrow_signs_where_rows_are_hidden(
    begin,
):
    terminal = begin(at("COL-01"), hint="? hint and keys", columns=24, rows=14)
    terminal.until("↓")
    assert not terminal.shows("Does not apply")
    terminal.send("up")
    terminal.until("Does not apply to us (asks why).", "↑")
    terminal.until_gone("↓")


def test_list_that_scrolls_begins_with_a_whole_row(kickoff, file, run):
    sheet = example("assistant")._replace(next="COL-04", scope=EXPRESS)
    file.write_text(dump(sheet, kickoff))
    terminal = run(columns=40, rows=20)
    terminal.until("May we use this data or content", "? hint and keys")
    terminal.send("d")
    terminal.until("» d  ", "↑")
    first = next(line for line in terminal.screen.display if "↑" in line)
    assert re.match(r"[ »]+[0-4dx]  ", first)


def test_explanation_hides_the_levels_in_a_small_terminal(begin):
    terminal = begin(at("COL-01"), hint="? keys", columns=40, rows=20)
    terminal.send("?")
    terminal.until(ASKED["COL-01"], "? back to the answers", "Why we ask")
    assert not terminal.shows("By hand.")
    terminal.send("2")
    terminal.until("» 2  By hand.", "? keys")


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (40, 20)])
def test_numbers_of_people_are_typed_on_one_screen(run, file, kickoff, columns, rows):
    sheet = empty_sheet(kickoff, EXPRESS)._replace(
        next="people", name="Churn", slice="Letters", voice=DATED
    )
    file.write_text(dump(sheet, kickoff))
    terminal = run(columns=columns, rows=rows)
    terminal.until("People in the organisation", "With time for it: analyst")
    terminal.send("?")
    terminal.until("A rough number.")
    terminal.send("?", "1", "2", "enter", *"half", "enter")
    terminal.until(f"'half' does not fit. {NO_NUMBER}")
    terminal.send(*["backspace"] * 4, "0", ",", "5", "tab", "1", "down", "shift-tab")
    terminal.send("enter", "enter", "enter", "9", "enter")
    terminal.until("'9' does not fit. Here: 1 to 3, or empty if you don't know.")
    terminal.send("4", "2", "enter", "3", "enter")  # a second number replaces a choice
    terminal.until("1-8, enter")
    terminal.send("ctrl-c")
    assert terminal.ended() == 130
    after = read(file.read_bytes(), file.name, kickoff)
    assert after.profile == TEAM
    assert after.available == {"analyst": 0.5, "data_engineer": 1}


def test_cursor_starts_in_the_first_empty_field_for_numbers_of_people(
    run, file, kickoff
):
    sheet = empty_sheet(kickoff, EXPRESS)._replace(
        next="people",
        name="Churn",
        slice="Letters",
        voice=DATED,
        profile={"headcount": "12", "openings": "3"},
        available=dict.fromkeys(("analyst", "data_engineer", "devops"), 1.0),
    )
    file.write_text(dump(sheet, kickoff))
    terminal = run(columns=40, rows=20)
    terminal.until("Not filled in yet: ML engineer", "software or DevOps engineer")
    terminal.send("?")
    terminal.until("? back to the answers")
    terminal.send("5")
    terminal.until("With time for it: ML engineer")
    terminal.send("enter", "1", "enter", "enter")
    terminal.until("1-8, enter")
    terminal.send("ctrl-c")
    assert terminal.ended() == 130
    assert read(file.read_bytes(), file.name, kickoff).available["ml"] == 5


@pytest.mark.parametrize("field", range(7))
def test_help_in_the_form_for_numbers_of_people_fits_one_page_of_a_narrow_terminal(
    run, file, kickoff, field
):
    begun = empty_sheet(kickoff, EXPRESS)._replace(next="people", voice=DATED)
    file.write_text(dump(begun, kickoff))
    terminal = run(columns=40, rows=20)
    terminal.until("»People in the organisation")
    terminal.send(*["tab"] * field, "?")
    terminal.until("page up")
    assert not terminal.shows("shows the rest")


@pytest.mark.parametrize(("columns", "rows"), [(40, 20), (47, 30)])
def test_narrow_terminal_shows_each_choice_of_a_field_in_full_when_the_field_is_asked(
    run, file, kickoff, columns, rows
):
    begun = empty_sheet(kickoff, EXPRESS)._replace(next="people", voice=DATED)
    file.write_text(dump(begun, kickoff))
    terminal = run(columns=columns, rows=rows)
    terminal.until("»People in the organisation")
    terminal.send(*["tab"] * 5)
    terminal.until("»Hire promised", "1 No", "2 Yes", "3 Yes, somebody else")
    assert ("↑" in terminal.text().splitlines()[4][-2:]) == (rows == 20)
    lines = [line.strip(" ↓") for line in terminal.screen.display]
    assert {"1 No", "3 Yes, somebody else"} <= {*lines}


@pytest.mark.parametrize("number", ["1 200", "1'200"])
def test_thousands_set_apart_in_the_form_for_numbers_of_people_show_no_warning(
    run, file, kickoff, number
):
    begun = empty_sheet(kickoff, EXPRESS)._replace(next="people", voice=DATED)
    file.write_text(dump(begun, kickoff))
    terminal = run()
    terminal.until("How many people work in the organisation?")
    terminal.send(*number)
    terminal.until(f"People in the organisation {number}")
    assert not terminal.shows("Here: a whole number")
    terminal.send("enter", *["tab"] * 5)
    terminal.until("How many people could be hired")
    terminal.send(number, "enter")
    terminal.until("People who could be hired 1200", "1-8 choose")
    terminal.send("ctrl-c")
    assert terminal.ended() == 130
    profile = {"headcount": "1200", "openings": "1200"}
    assert read(file.read_bytes(), file.name, kickoff).profile == profile


def test_words_typed_into_a_number_field_do_not_act_as_keys(run, file, kickoff):
    begun = empty_sheet(kickoff, EXPRESS)._replace(next="people", voice=DATED)
    file.write_text(dump(begun, kickoff))
    terminal = run()
    terminal.until("Who has time for this project")
    terminal.send(*"yes, 12 of us", "enter")
    terminal.until(f"'yes, 12 of us' does not fit. {NO_WHOLE}")
    terminal.send("ctrl-c")
    assert terminal.ended() == 130
    assert terminal.shows("Not kept: yes, 12 of us")
    assert read(file.read_bytes(), file.name, kickoff) == begun


def test_ctrl_c_in_the_form_for_numbers_of_people_keeps_the_confirmed_numbers(
    run, file, kickoff
):
    begun = empty_sheet(kickoff, EXPRESS)._replace(next="people", voice=DATED)
    file.write_text(dump(begun, kickoff))
    terminal = run()
    terminal.until("How many people work in the organisation?")
    terminal.send("340", "enter")
    terminal.until("How many analysts")
    terminal.send("0.5", "enter")
    terminal.until("How many data engineers")
    terminal.send("7", "ctrl-c")
    assert terminal.ended() == 130
    assert terminal.shows("Not kept: 7")
    saved = read(file.read_bytes(), file.name, kickoff)
    assert (saved.profile, saved.available) == ({"headcount": "340"}, {"analyst": 0.5})
    again = run()
    again.until("Not filled in yet: data engineer", "How many data engineers")
    assert again.shows("People in the organisation 340")


def test_keys_typed_before_the_review_appears_change_no_answer(begin, kept):
    answers = {"COL-01": Answer(3), "MOV-01": Answer(3), "AIM-01": Answer(3)}
    terminal = begin(at("COL-02", answers=answers, **COMPLETE))
    terminal.send("3", "enter", "s", "c", "o", "l", "enter", "0", "0", "enter")
    go_on(terminal)
    terminal.until(ASKED[REVIEW], SEARCH)
    assert kept().answers == {**answers, "COL-02": Answer(3)}


def test_changing_a_fact_back_restores_answers_to_reworded_questions(
    run, file, kickoff
):
    whole = example("stilts")
    core = {each.id for each in kickoff.questions if each.express}
    begun = whole._replace(
        scope=EXPRESS,
        next="profile.hands",
        voice=DATED,
        answers={id_: each for id_, each in whole.answers.items() if id_ in core},
        profile={k: each for k, each in whole.profile.items() if k != "hands"},
    )
    file.write_text(dump(begun, kickoff))
    ready_made = begun._replace(profile={**begun.profile, "approach": "pretrained"})
    number = len(reopened_topics(kickoff, begun, ready_made))
    terminal = run()
    terminal.until("If one more person could start", "enter")
    terminal.send("/", "m", "o", "d", "e", "l", "enter", "2", "enter")
    terminal.until(f"{number} questions that you have answered", "Change it?")
    terminal.send("n", "enter")
    terminal.until("Where does the model come from?", "» 1", "keys")
    assert read(file.read_bytes(), file.name, kickoff).answers == begun.answers
    terminal.send("2", "enter")
    terminal.until("Change it?")
    terminal.send("y", "enter")
    terminal.until(ASKED_AGAIN, "0-4")
    terminal.send("ctrl-c")
    assert terminal.ended() == 130
    given = read(file.read_bytes(), file.name, kickoff).answers.values()
    assert sum(each.given for each in given) == len(begun.answers) - number
    again = run()
    again.until(ASKED_AGAIN, "0-4")
    again.send("/", "m", "o", "d", "e", "l", "enter", "1", "enter")
    again.until("(instead of: We build on a ready model", "enter confirm")
    again.send("ctrl-c")
    assert again.ended() == 130
    assert read(file.read_bytes(), file.name, kickoff).answers == begun.answers


def test_question_and_levels_stay_visible_with_the_explanation_if_there_is_room(begin):
    terminal = begin(at("COL-01"), hint="? keys", columns=80, rows=24)
    terminal.send("?")
    terminal.until(ASKED["COL-01"], "By hand.", "Why we ask", "? hides this")
    terminal.send("2")
    terminal.until("» 2  By hand.", "? hides this")


@pytest.mark.parametrize("key", ["up", "down"])
def test_arrow_key_ends_an_explanation_and_chooses_no_level(begin, key):
    terminal = begin(at("COL-01"), hint="? keys", columns=40, rows=20)
    terminal.send("?")
    terminal.until("? back to the answers")
    terminal.send(key)
    terminal.until("By hand.", "? keys")
    assert not terminal.shows("» ")


def test_enter_key_ends_an_explanation_and_shows_the_hidden_levels_again(begin):
    terminal = begin(at("COL-01"), hint="? keys", columns=40, rows=20)
    terminal.send("?")
    terminal.until("? back to the answers")
    terminal.send("enter")
    terminal.until("By hand.", "Nothing is chosen yet")


@pytest.mark.parametrize("id_", ["COL-01", "profile.approach"])
def test_enter_after_a_pasted_text_still_says_that_the_text_was_not_kept(
    begin, kept, id_
):
    terminal = begin(at(id_))
    message = "Text is no answer here and was not kept. Here: "
    terminal.paste("The board was promised a list.")
    terminal.until(message)
    terminal.send("enter", "enter")
    terminal.until_waiting()
    assert terminal.shows(message)
    assert kept() == at(id_)


def test_role_is_left_out_only_if_the_user_chooses_to_leave_it_out(begin, kept):
    terminal = begin(at("voice.role"))
    terminal.send("enter")
    terminal.until("Nothing is chosen yet")
    terminal.paste("Marta, analyst")
    terminal.until("Text is no answer here and was not kept. Here: 1-2, o or 0.")
    terminal.send("0", "enter")
    terminal.until("Your role: left out")
    assert not kept().voice.role


def test_role_typed_with_the_name_of_a_role_of_the_list_is_saved_as_that_role(
    begin, kept
):
    terminal = begin(at("voice.role"))
    terminal.send("o", "enter")
    terminal.until("Which role?")
    terminal.send(*"ML", " ", *"Engineer", "enter")
    terminal.until("Your role: ML engineer", ASKED["project.slice"])
    assert kept().voice.role == "ml"


@pytest.mark.parametrize(
    ("room", "shown"),
    [
        pytest.param(None, ["hint", "  a\n  b\n  c\n  ? hides", "hint"], id="all"),
        pytest.param(4, ["hint", "  a\n  b\n  c\n  ? hides", "hint"], id="just enough"),
        pytest.param(
            3,
            ["hint", "  a\n  ? shows the rest · 1 of 2", "  b\n  c\n  ? hides", "hint"],
            id="two parts, of which the last is no single line",
        ),
    ],
)
def test_explanation_that_does_not_fit_the_screen_is_shown_page_by_page(room, shown):
    line = HintLine(lambda: "hint", lambda: "a\nb\nc\n? hides")
    line.room = room
    seen = [line.text()]
    for _ in shown[1:]:
        line.turn()
        seen.append(line.text())
    assert seen == shown
