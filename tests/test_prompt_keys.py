"""Keys at prompts: for help, in lists, and at yes or no questions."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from io import StringIO
from itertools import count
from types import SimpleNamespace
from typing import Any, NamedTuple

import pyte
import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.data_structures import Size
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output.vt100 import Vt100_Output

from mlready.interview import key_bindings
from mlready.interview.drafts import interview_steps
from mlready.interview.hints import CHOICE_UNDONE, EMPTY_REMARK, HIDE
from mlready.interview.navigation import (
    GoTo,
    Guide,
    Move,
    Remark,
    Reply,
    StepPosition,
    ask_steps,
)
from mlready.interview.prompts import TerminalPrompter
from mlready.interview.steps import KEEP, PEOPLE, Step, StepKind, steps
from mlready.model.answers import EXPRESS, Answer, AnswerSheet, empty_sheet
from mlready.model.questionnaire import Questionnaire

COLUMNS, ROWS = 80, 24
Press = Callable[..., Any]


@pytest.fixture
def press(monkeypatch: pytest.MonkeyPatch) -> Press:
    """Return a function that presses each key when the text paired with it appears."""

    def press_keys(
        prompt: Callable[[TerminalPrompter], Any],
        keys: Sequence[tuple[str, str]],
        *,
        rows: int = ROWS,
    ) -> Any:
        monkeypatch.setenv("COLUMNS", str(COLUMNS))
        monkeypatch.setenv("LINES", str(rows))
        screen, to_press = pyte.Screen(COLUMNS, rows), [*keys]
        stream = pyte.Stream(screen)

        class Shown(StringIO):
            def flush(self) -> None:
                stream.feed(self.getvalue())
                self.seek(0)
                self.truncate()
                text = " ".join(" ".join(screen.display).split())
                if to_press and to_press[0][0] in text:
                    typed.send_text(to_press.pop(0)[1])

        output = Vt100_Output(Shown(), lambda: Size(rows=rows, columns=COLUMNS))
        with (
            create_pipe_input() as typed,
            create_app_session(input=typed, output=output),
        ):
            reply = prompt(TerminalPrompter())
        assert not to_press, "\n".join(screen.display)
        return reply

    return press_keys


def asked(questionnaire: Questionnaire, id_: str) -> tuple[Step, StepPosition]:
    """Return the step ``id_`` of a new interview, and the data of its progress line."""
    listed = steps(questionnaire, AnswerSheet("small", 1))
    here = StepPosition(2, 3, 1, first=False, steps=listed)
    return next(step for step in listed if step.id == id_), here


ENTER, BACKSPACE, DOWN, END = "\r", "\x7f", "\x1b[B", "\x1b[F"


@pytest.mark.parametrize(
    ("seconds", "keys"),
    [
        pytest.param(
            1,
            [("? keys", "?"), ("? these keys", ENTER)],
            id="one press of enter skips the line",
        ),
        pytest.param(
            0,
            [("? keys", "?"), ("? these keys", ENTER), ("", "?"), ("? keys", ENTER)],
            id="enter typed together with the question mark is ignored",
        ),
    ],
)
def test_enter_skips_the_step_even_while_the_explanation_is_shown(
    monkeypatch, small, press, seconds, keys
):
    times = count()
    clock = SimpleNamespace(monotonic=lambda: next(times) * seconds)
    monkeypatch.setattr(key_bindings, "time", clock)
    step, here = asked(small, "project.slice")
    assert press(lambda prompter: prompter.ask(step, here), keys) is Move.SKIP


def test_question_mark_explains_the_keys_of_a_yes_or_no_question(press):
    keys = [("? keys", "?"), (HIDE, "y"), ("» y", ENTER)]
    assert press(lambda prompter: prompter.confirm("Go on?"), keys)


SEARCHED = [
    ("type to search", "?"),
    ("or an id", "m"),
    ("Search: m", "?"),
    ("Search: m?", BACKSPACE),
    ("MOV-01", ENTER),
]


def test_question_mark_explains_the_list_of_questions_until_a_search_is_typed(
    small, press
):
    step, here = asked(small, "COL-01")
    keys = [("? keys", "/"), *SEARCHED]
    assert press(lambda prompter: prompter.ask(step, here), keys) == GoTo("MOV-01")


def test_question_mark_explains_the_list_of_answers_until_a_search_is_typed(
    small, press
):
    _, here = asked(small, "COL-01")
    assert press(lambda prompter: prompter.choose(here.steps), SEARCHED).id == "MOV-01"


@pytest.mark.parametrize(
    ("rows", "times"), [pytest.param(8, 1, id="long"), pytest.param(24, 0, id="short")]
)
def test_review_that_fills_the_screen_repeats_the_message_that_was_printed_before(
    small, press, rows, times
):
    _, here = asked(small, "COL-01")
    said = "No room for: Goal. " * times

    def choose(prompter: TerminalPrompter) -> Any:
        prompter.say("No room for: Goal.")
        return prompter.choose(here.steps)

    keys = [(f"{said}Everything you said.", ENTER)]
    assert press(choose, keys, rows=rows) is None


def test_typing_the_word_go_in_the_review_selects_the_row_that_leads_to_open_steps(
    small, press
):
    listed = [each._replace(topic="Goal") for each in steps(small, AnswerSheet("x", 1))]
    keys = [("Everything you said.", "go"), ("» Go on: ", ENTER)]
    assert press(lambda prompter: prompter.choose(listed), keys) is Move.GO_ON


def test_typing_the_word_open_in_the_review_finds_the_row_that_leads_to_the_open_steps(
    small, press
):
    listed = [each._replace(text="") for each in steps(small, AnswerSheet("x", 1))]
    keys = [("» Finish", "open"), ("Search: open", END), ("", ENTER)]
    assert press(lambda prompter: prompter.choose(listed), keys) is Move.GO_ON


@pytest.fixture
def one_open(small: Questionnaire) -> list[Step]:
    """Return an answered step and an open step."""
    listed = steps(small, AnswerSheet("small", 1, name="Churn"))
    ids = ("project.name", "project.slice")
    return [each._replace(text="") for each in listed if each.id in ids]


@pytest.mark.parametrize(
    ("only_open", "typed"),
    [(False, "1"), (False, "answer"), (False, "no"), (True, "answer"), (True, "no")],
)
def test_search_for_answer_finds_answers_and_not_the_row_that_asks_all_open_questions(
    one_open, press, only_open, typed
):
    keys = [("» Finish", "\t")] if only_open else []
    keys = [*keys, ("or finish.", typed), (f"Search: {typed}", END), ("", ENTER)]
    assert press(lambda prompter: prompter.choose(one_open), keys) in one_open


def test_search_for_a_number_in_the_review_ignores_the_displayed_count_of_open_steps(
    one_open, press
):
    none = "Nothing matches; backspace widens the search."
    keys = [("» Finish", "\t"), ("(1). Answer a line", "1"), ("Search: 1", ENTER)]
    keys += [(none, BACKSPACE), ("» Finish", ENTER)]
    assert press(lambda prompter: prompter.choose(one_open), keys) is None


def test_row_to_finish_says_that_nothing_is_open_only_if_nothing_is_open(
    one_open, press
):
    keys = [("» Finish", "\t"), ("result (nothing is open)", ENTER)]
    assert press(lambda prompter: prompter.choose(one_open[:1]), keys) is None
    keys = [("» Finish", "\t"), ("(1). Answer a line", "finish")]
    keys += [("» Finish and show the result Search: finish", ENTER)]
    assert press(lambda prompter: prompter.choose(one_open), keys) is None


def test_list_of_answers_says_when_it_shows_only_open_steps(small, press):
    sheet = AnswerSheet("small", 1, name="Churn", profile={"headcount": "12"})
    keys = [
        ("Everything you said. Change a line, or finish.", "\t"),
        ("(6). Answer a line, or finish.", ENTER),
    ]
    assert press(lambda prompter: prompter.choose(steps(small, sheet)), keys) is None


@pytest.mark.parametrize(
    ("value", "goes_on"),
    [pytest.param("", True, id="undecided"), pytest.param(KEEP, False, id="decided")],
)
def test_undecided_contradiction_counts_as_open_so_that_the_review_offers_to_ask_it(
    press, value, goes_on
):
    step = Step("contradiction.collect", "Collect", "", StepKind.CONTRADICTION, value)
    keys = [("Everything you said.", DOWN), ("", ENTER)]
    chosen = press(lambda prompter: prompter.choose([step]), keys)
    assert chosen == (Move.GO_ON if goes_on else step)


@pytest.mark.parametrize("word", ["plan", "/plan", "end"])
@pytest.mark.parametrize(
    ("to_list", "row"),
    [
        pytest.param(False, "go on to the plan", id="before the plan"),
        pytest.param(True, "go to the list of all answers", id="after the list"),
    ],
)
def test_search_for_the_word_plan_finds_the_row_that_skips_the_remaining_optional_steps(
    small, press, word, to_list, row
):
    step, here = asked(small, "COL-01")
    planned = step._replace(id="plan.own-1", topic="Plan")
    listed = [*here.steps, *([planned] if to_list else [])]
    here = here._replace(may_end=True, to_list=to_list, steps=listed)
    found = f"End these questions, and {row}"
    keys = [("? keys", "/"), ("type to search", word), (found, ENTER)]
    assert press(lambda prompter: prompter.ask(step, here), keys) is Move.END


def test_search_for_the_word_plan_says_when_it_works_and_opens_no_other_question(
    small, press
):
    step, here = asked(small, "COL-01")
    listed = [s._replace(topic=f"Planned {s.topic}") for s in here.steps]
    here = here._replace(steps=listed)
    here = here._replace(number=3, total=14)
    not_yet = "Not yet, at least 12 to go: answer or skip these questions first"
    keys = [("? keys", "/"), ("type to search", "plan"), (not_yet, ENTER)]
    keys += [(not_yet, "n"), ("Search: plann", ENTER)]
    assert press(lambda prompter: prompter.ask(step, here), keys) == GoTo(listed[0].id)


@pytest.mark.parametrize("key", ["\x1b[A", DOWN, "\x1b[6~", "\x1b[F"])
def test_moving_in_a_list_closes_the_explanation_that_covers_the_list(
    small, press, key
):
    _, here = asked(small, "COL-01")
    keys = [("» Finish", "?"), (HIDE, key), ("» Finish", ENTER)]
    assert press(lambda prompter: prompter.choose(here.steps), keys, rows=12) is None


def test_label_of_ctrl_c_says_that_a_text_is_not_saved_while_it_is_typed(small, press):
    step, here = asked(small, "project.slice")
    keys = [
        ("ctrl-c save and leave", "a"),
        ("ctrl-c leave without this line", BACKSPACE),
    ]
    keys += [("ctrl-c save and leave", ENTER)]
    assert press(lambda prompter: prompter.ask(step, here), keys) is Move.SKIP


def test_list_says_so_if_the_typed_words_are_only_in_an_answer(small, press):
    listed = steps(small, AnswerSheet("small", 1, name="the night planner"))
    here = asked(small, "COL-01")[1]._replace(steps=listed)
    step = next(each for each in listed if each.id == "COL-01")
    said = "'plann' is in answers, not in any name; did you mean 'plan'?"
    keys = [("? keys", "/"), ("Go to which", "plann"), (said, ENTER)]
    reply = press(lambda prompter: prompter.ask(step, here), keys)
    assert reply == GoTo("project.name")


def test_enter_does_not_repeat_the_message_that_the_search_found_nothing(small, press):
    here = asked(small, "COL-01")[1]
    none = "Nothing matches; backspace widens the search."
    found = f"Change a line, or finish. Search: zz {none} type to search"
    refused = f"Change a line, or finish. {none} Search: zz type to search"
    keys = [("» Finish", "zz"), (found, DOWN), (found, ENTER), (refused, BACKSPACE)]
    keys += [(f"Search: z {none} type", BACKSPACE), ("» Finish", ENTER)]
    assert press(lambda prompter: prompter.choose(here.steps), keys) is None


def test_first_undo_takes_back_only_the_unconfirmed_choice(small, press):
    step, here = asked(small, "COL-01")
    keys = [("? keys", "3"), ("» 3", "u"), (CHOICE_UNDONE, ENTER)]
    keys += [("Nothing is chosen yet", "2"), ("» 2", "u"), (CHOICE_UNDONE, "u")]
    assert press(lambda prompter: prompter.ask(step, here), keys) is Move.UNDO


@pytest.mark.parametrize("default", [False, True])
def test_yes_or_no_question_needs_a_new_choice_after_a_wrong_key(press, default):
    row, other = ("» y", "n") if default else ("» n", "y")
    wrong = "That key is no answer. Here: n or y."
    keys = [(row, "2"), ("Here: n or y.", ENTER), (wrong, ENTER)]
    keys += [("Nothing is chosen yet", other)]
    keys += [(f"» {other}", ENTER)]
    reply = press(lambda prompter: prompter.confirm("Go on?", default=default), keys)
    assert reply is not default


@pytest.mark.parametrize("word", ["yes", "no"])
def test_yes_or_no_question_accepts_the_whole_word(press, word):
    first, *rest = word
    keys = [("» n", first), (f"» {first}", rest[0])]
    keys += [("Here: n or y.", key) for key in [*rest[1:], ENTER]]
    assert press(lambda prompter: prompter.confirm("Go on?"), keys) is (word == "yes")


def test_list_says_that_only_one_can_be_chosen_when_two_answers_are_typed(small, press):
    step, here = asked(small, "profile.approach")
    both = "Only one can be chosen."
    keys = [("? keys", "1"), ("» 1", ","), (f"{both} Here: 1-2", "2")]
    keys += [(f"» 2 We buy it {both}", ENTER), (f"{both} Here: 1-2", ENTER)]
    assert press(lambda prompter: prompter.ask(step, here), keys) == "bought"


@pytest.mark.parametrize(
    ("key", "question", "reply"),
    [
        pytest.param("x", "Why does it not apply?", Answer(na="no"), id="a reason"),
        pytest.param("n", "Note on", Remark("note", "no"), id="a note"),
        pytest.param("e", "Evidence for", Remark("evidence", "no"), id="evidence"),
        pytest.param("a", "We accept this", Remark("accepted", "no"), id="acceptance"),
    ],
)
def test_enter_right_after_a_key_that_opens_a_text_asks_for_a_few_words(
    small, press, key, question, reply
):
    step, here = asked(small, "COL-01")
    keys = [("? keys", key), (question, ENTER), (EMPTY_REMARK, "n"), ("n", "o")]
    keys += [("no", ENTER)]
    assert press(lambda prompter: prompter.ask(step, here), keys) == reply


def test_second_enter_in_an_empty_text_goes_back_to_the_question(small, press):
    step, here = asked(small, "COL-01")
    keys = [("? keys", "x"), ("Why does it not apply?", ENTER), (EMPTY_REMARK, ENTER)]
    keys += [("d don't know", "2"), ("» 2", ENTER)]
    assert press(lambda prompter: prompter.ask(step, here), keys) == Answer(2)


LEAVE, UP, BACK_TAB, UNDO = "\x03", "\x1b[A", "\x1b[Z", "\x1a"
PAGE_UP, PAGE_DOWN, GO_TO = "\x1b[5~", "\x1b[6~", "\x07"
# The questions of the fields, as the hint shows them.
FIRST, SECOND, THIRD = "How many people work", "How many analysts", "How many data eng"
FOURTH, FIFTH = "How many software or", "How many ML engineers"
SIXTH, LAST = "Has a hire been promised", "How many people could be hired"
FREE = {"analyst": 0.5, "data_engineer": 1.0, "devops": 2.0, "ml": 1234.567}
FACTS = {"headcount": "340", "promised": "no", "openings": "1"}
FULL = {"profile": FACTS, "available": FREE}


class FormResult(NamedTuple):
    """The result of pressing keys in the form for numbers of people."""

    sheet: AnswerSheet  # saved last
    then: str  # the id of the step that was asked last


@pytest.fixture
def fill_in(kickoff: Questionnaire, press: Press) -> Callable[..., FormResult]:
    """Return a function that fills in the form for numbers of people by pressing keys.

    The function leaves the form with ctrl-c once its argument ``until`` is shown.
    """
    guide = Guide(listed=interview_steps, everything=interview_steps)

    def press_in_form(
        *keys: tuple[str, str], until: str = "", **changes: Any
    ) -> FormResult:
        begun = empty_sheet(kickoff, EXPRESS)._replace(next=PEOPLE, **changes)
        saved, ids = [begun], []

        def run(prompter: TerminalPrompter) -> None:
            def ask(step: Step, position: StepPosition) -> Reply:
                ids.append(step.id)
                return prompter.ask(step, position)

            with suppress(KeyboardInterrupt):
                ask_steps(kickoff, begun, ask, saved.append, guide)

        press(run, [*keys, (until, LEAVE)])
        return FormResult(saved[-1], ids[-1])

    return press_in_form


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("2 or 3", id="two numbers"),
        pytest.param("1a5", id="letter within a number"),
        pytest.param("unknown", id="word that begins with u"),
        pytest.param("s", id="letter that skips elsewhere"),
        pytest.param("1/2", id="fraction"),
        pytest.param("/", id="key of the search"),
        pytest.param("about 200", id="number after a word"),
        pytest.param("340.5", id="half a person too many"),
    ],
)
@pytest.mark.parametrize("by_one", [True, False], ids=["key by key", "at once"])
def test_text_that_is_not_a_number_is_refused_but_stays_in_the_field(
    fill_in, typed, by_one
):
    keys = [(FIRST, each) for each in (typed if by_one else [typed])]
    refused = f"'{typed}' does not fit. Here: a whole number, or empty if"
    found = fill_in(*keys, (typed, ENTER), (refused, ENTER))
    assert found.sheet.profile == {}
    assert found.then == PEOPLE


@pytest.mark.parametrize(
    ("refused", "further", "saved"),
    [
        pytest.param("half", "34", "34", id="a word gives way to a number"),
        pytest.param("1,", "200", "1200", id="a number is completed"),
    ],
)
def test_number_typed_after_a_refused_text_replaces_only_a_word(
    fill_in, refused, further, saved
):
    keys = [(FIRST, each) for each in refused]
    more = [("does not fit", further[0]), *((further[0], key) for key in further[1:])]
    found = fill_in(*keys, (refused, ENTER), *more, (further, ENTER), until=SECOND)
    assert found.sheet.profile == {"headcount": saved}


@pytest.mark.parametrize(
    ("answer", "available"), [("y", {"analyst": 12.0}), ("n", {"analyst": 1.0})]
)
def test_team_must_check_the_number_if_a_role_has_more_people_than_the_organisation(
    fill_in, answer, available
):
    question = "People in the organisation 1, but analyst 12. Is that right?"
    again = [] if answer == "y" else [(SECOND, "1\t")]
    found = fill_in(
        (FIRST, "1\t"),
        (SECOND, "12\t"),
        (question, f"{answer}\r"),
        *again,
        until=THIRD,
    )
    assert found.sheet.available == available


def test_number_is_named_as_not_kept_if_the_team_leaves_when_asked_whether_it_is_right(
    fill_in,
):
    typed = [(FIRST, "1\t"), (SECOND, "12\t"), ("Is that right?", LEAVE)]
    assert fill_in(*typed, until="Not kept: 12").sheet.available == {}


def test_text_with_two_numbers_is_refused_in_a_choice_field(fill_in):
    to_choices = [(FIRST, "\t"), *[("", "\t")] * 4]
    typed = [(SIXTH, "2"), *[("", each) for each in "1 or 3"]]
    keys = [*to_choices, *typed, ("1 or 3", ENTER), ("1 to 3, or empty", ENTER)]
    assert fill_in(*keys).sheet.profile == {}


@pytest.mark.parametrize(
    ("typed", "quoted"),
    [
        pytest.param("12345678901234", "12345678901234", id="too many digits"),
        pytest.param("nobody before March", "nobody before March", id="words"),
        pytest.param(
            "\x1b[200~nobody before March\x1b[201~", "nobody before March", id="paste"
        ),
        pytest.param("0 " * 40 + "1", f"{'0 ' * 30}…", id="longer than a line"),
    ],
)
def test_text_longer_than_its_field_is_refused_whole(fill_in, typed, quoted):
    keys = [(FIRST, typed), (typed.rstrip("\x1b[201~")[-8:], ENTER)]
    found = fill_in(*keys, (f"'{quoted}' does not fit", BACKSPACE))
    assert found.sheet.profile == {}


@pytest.mark.parametrize(
    ("tabs", "hint"),
    [
        pytest.param(0, "a whole number, or empty if you don't know", id="whole"),
        pytest.param(1, " a number, or empty if you don't know", id="number"),
        pytest.param(5, "1 to 3, or empty if you don't know", id="choice"),
    ],
)
def test_hint_in_the_form_for_numbers_of_people_says_what_the_field_accepts(
    fill_in, tabs, hint
):
    topics = [FIRST, SECOND, THIRD, FOURTH, FIFTH, SIXTH]
    keys = [(topic, "\t") for topic in topics[:tabs]]
    assert fill_in(*keys, until=hint).then == PEOPLE


def test_partly_filled_form_for_numbers_of_people_asks_for_empty_fields_and_names_them(
    fill_in,
):
    begun = {"profile": {"headcount": "12", "promised": "no"}, "available": {"ml": 1.0}}
    rest = "Not filled in yet: {}. Nobody has time? Type 0."
    of_three = rest.format(
        "data engineer, software or DevOps engineer, People who could be hired"
    )
    found = fill_in(
        (SECOND, "2\r"),
        (of_three, "3\r"),
        (FOURTH, "4\r"),
        ("Not filled in yet: People who could be hired. People in", "5"),
        until=LAST,
        **begun,
    )
    assert found.sheet.available == {
        "ml": 1.0, "analyst": 2.0, "data_engineer": 3.0, "devops": 4.0,
    }  # fmt: skip


@pytest.mark.parametrize(
    "keys",
    [
        pytest.param([], id="ctrl-c"),
        pytest.param([(THIRD, UP), (SECOND, BACK_TAB), (FIRST, BACK_TAB)], id="back"),
        pytest.param([(THIRD, PAGE_UP)], id="back at once"),
        pytest.param([(THIRD, PAGE_DOWN)], id="skip"),
        pytest.param(
            [(THIRD, GO_TO), ("Go to which question", "goal"), ("» ", ENTER)],
            id="go to",
        ),
    ],
)
def test_each_number_is_saved_when_it_is_confirmed(fill_in, keys):
    found = fill_in(
        (FIRST, "340"), ("340", ENTER), (SECOND, "0.5"), ("0.5", ENTER), *keys
    )
    assert found.sheet.profile == {"headcount": "340"}
    assert found.sheet.available == {"analyst": 0.5}
    assert (found.then == PEOPLE) == (not keys)


@pytest.mark.parametrize(
    ("field", "help_"),
    [
        pytest.param(
            FIRST, "be hired People in the organisation: A rough number", id="whole"
        ),
        pytest.param(SECOND, "be hired Half a person is 0.5. Count only", id="time"),
    ],
)
def test_help_allows_half_a_person_in_a_role_but_not_in_the_number_of_all_employees(
    fill_in, field, help_
):
    keys = [(FIRST, "\t")] if field == SECOND else []
    assert fill_in(*keys, (field, "?"), until=help_).then == PEOPLE


def test_row_with_the_cursor_is_marked_and_asks_its_question_below(fill_in):
    row = "» People in the organisation How many people work in the organisation?"
    assert fill_in(until=row).then == PEOPLE


def test_choice_that_was_made_stays_visible_when_the_next_field_is_asked(fill_in):
    keys = [(FIRST, "\t"), *[("", "\t")] * 4, (SIXTH, "3"), ("promised 3", ENTER)]
    fill_in(*keys, until="Hire promised 3 3 Yes, somebody else » People who could")


def test_empty_number_of_people_confirmed_with_enter_is_shown_as_dont_know(
    fill_in,
):
    keys = [(FIRST, "340"), ("340", ENTER), (SECOND, ENTER)]
    keys += [("analyst don't know » With time for it: data engineer", ENTER)]
    keys += [(FOURTH, ENTER), (FIFTH, ENTER), (SIXTH, "1"), ("promised 1", ENTER)]
    printed = (
        "People: People in the organisation 340; With time for it: analyst don't know,"
        " data engineer don't know, software or DevOps engineer don't know, ML engineer"
        " don't know; Hire promised: No; People who could be hired don't know"
    )
    assert fill_in(*keys, (LAST, ENTER), until=printed).then != PEOPLE


@pytest.mark.parametrize(
    ("key", "number"),
    [
        pytest.param(ENTER, 7, id="enter"),
        pytest.param(PAGE_DOWN, 6, id="skip"),
        pytest.param(LEAVE, 6, id="ctrl-c"),
    ],
)
def test_empty_numbers_are_recorded_as_unknown_when_the_cursor_has_passed_them(
    fill_in, key, number
):
    rows = [(FIRST, ENTER), (SECOND, ENTER), (THIRD, ENTER), (FOURTH, ENTER)]
    rows += [(FIFTH, "\t"), (SIXTH, ENTER)]
    end = [(LAST, key)] if key != LEAVE else []
    found = fill_in(*rows, *end, until="" if end else LAST)
    assert (found.then == PEOPLE) == (key == LEAVE)
    assert sum(id_.startswith("left-") for id_ in found.sheet.earlier) == number


def test_form_for_numbers_of_people_no_longer_asks_for_a_number_once_it_is_unknown(
    fill_in,
):
    begun = {"profile": {"headcount": "12", "promised": "no"}, "available": {"ml": 1.0}}
    rest = "Not filled in yet: {}software or DevOps engineer, People who could be hired"
    keys = [(rest.format("analyst, data engineer, "), ENTER)]
    keys += [(rest.format("data engineer, "), ENTER)]
    found = fill_in(*keys, until=rest.format(""), **begun)
    again = {**begun, "earlier": found.sheet.earlier}
    assert fill_in(until=f"{rest.format('')}. Nobody has time?", **again).sheet.earlier
    fill_in(until="» With time for it: software or DevOps engineer", **again)


def test_number_that_is_not_confirmed_is_not_saved(fill_in):
    found = fill_in((FIRST, "340"), ("340", ENTER), (SECOND, "7"), ("7", PAGE_DOWN))
    assert (found.sheet.profile, found.sheet.available) == ({"headcount": "340"}, {})


def test_undo_key_takes_back_the_number_of_people_that_was_confirmed_last(fill_in):
    keys = [(FIRST, "340"), ("340", ENTER), (SECOND, "7"), ("7", ENTER), (THIRD, UNDO)]
    found = fill_in(*keys, until=SECOND)
    assert (found.sheet.profile, found.sheet.available) == ({"headcount": "340"}, {})
    assert found.then == PEOPLE


def test_cursor_in_a_field_with_a_saved_number_starts_after_the_last_digit(fill_in):
    keys = [(FIRST, "0"), ("3400", ENTER), (SECOND, "5"), ("0.55", ENTER)]
    found = fill_in(*keys, until=THIRD, **FULL)
    assert found.sheet.profile == {**FACTS, "headcount": "3400"}
    assert found.sheet.available == {**FREE, "analyst": 0.55}


def test_confirming_all_numbers_again_changes_no_number(fill_in):
    keys = [(FIRST, ENTER), (SECOND, ENTER), (THIRD, ENTER), ("", ENTER), ("", ENTER)]
    found = fill_in(*keys, (SIXTH, ENTER), (LAST, ENTER), **FULL)
    assert (found.sheet.profile, found.sheet.available) == (FACTS, FREE)
    assert found.then != PEOPLE


def test_form_for_numbers_of_people_refuses_a_pasted_row_of_numbers_separated_by_tabs(
    fill_in,
):
    found = fill_in(
        (FIRST, "340\t0.5\t1\t"), ("340 0.5 1", ENTER), until="does not fit"
    )
    assert (found.sheet.profile, found.sheet.available) == ({}, {})
