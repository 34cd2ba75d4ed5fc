"""Meetings, drafts, question lists and contradictions in a terminal."""

import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mlready.assessment.voices import combine
from mlready.interview.answer_dates import in_session
from mlready.interview.meeting import starting_sheet
from mlready.interview.navigation import REVIEW
from mlready.interview.typeahead import LOOK_SECONDS
from mlready.model.answers import EXPRESS, NO_TIMING, Answer, AnswerSheet, Voice
from mlready.model.questionnaire import Questionnaire
from mlready.report.ask import answers_to_fill_in, assigned_list
from mlready.storage.answers_file import dump, read
from mlready.storage.yaml_text import scalar
from tests.commands import contents
from tests.samples import example
from tests.terminal import (
    ASKED,
    DATE,
    DATED,
    HINT,
    SMALL,
    Open,
    Terminal,
    leave,
)

pytestmark = [
    pytest.mark.terminal,
    # pytest-xdist runs threads; from 3.12 on, Python warns if such a process forks.
    pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning"),
]

MODES = pytest.mark.parametrize("plain", [[], ["--plain"]], ids=["keys", "plain"])
SIZES = pytest.mark.parametrize(("columns", "rows"), [(80, 24), (40, 20)])
ANA = AnswerSheet(
    "small",
    1,
    next=REVIEW,
    name="Churn",
    slice="Letters",
    profile={"headcount": "12", "approach": "train"},
    available={"analyst": 0.5},
    answers={
        "COL-01": Answer(3, note="the log was shown"),
        "COL-02": Answer(2),
        "MOV-01": Answer(4),
    },
    voice=Voice("Ana", "analyst", date="2026-11-20"),
)
BO = ANA._replace(
    answers={"COL-01": Answer(1), "COL-02": Answer(2), "MOV-01": Answer(1)},
    voice=Voice("Bo", "data keeper", date="2026-11-21"),
)
OPENING = "Ana, Bo: 4 of 6 answers agreed or settled, 2 to settle now, in about 6 min."
HOSTILE = "Ev\u202e\x1b[31m » 4 All good"

Hold = Callable[..., Terminal]


@pytest.fixture
def hold(run: Open, file: Path, small: Questionnaire) -> Hold:
    """Return a function that writes the file of each voice and starts the meeting."""

    def start(
        *arguments: str,
        voices: tuple[AnswerSheet, ...] = (ANA, BO),
        **options: Any,
    ) -> Terminal:
        names = [f"{'abc'[number]}.yaml" for number in range(len(voices))]
        for name, sheet in zip(names, voices, strict=True):
            file.with_name(name).write_text(dump(sheet, small))
        return run("-q", SMALL, "--with", *names, *arguments, **options)

    return start


@pytest.fixture
def start(file: Path) -> Iterator[Open]:
    """Return a function that starts an interview in a new terminal."""
    opened: list[Terminal] = []

    def run(*arguments: str) -> Terminal:
        opened.append(Terminal(file.parent, *arguments, columns=200))
        return opened[-1]

    yield run
    for terminal in opened:
        terminal.close()


@pytest.fixture
def begun(file: Path, small: Questionnaire) -> AnswerSheet:
    """The sheet of a meeting that has settled no difference yet."""
    sheet = starting_sheet(small, [ANA, BO])
    sheet = sheet._replace(next="MOV-01", voice=DATED._replace(present="Ana, Bo"))
    file.write_text(dump(sheet, small))
    return read(file.read_bytes(), file.name, small)


@SIZES
def test_meeting_settles_differences_and_saves_what_each_voice_said(
    hold, kept, small, columns, rows
):
    voices = (ANA, BO._replace(profile={"headcount": "12", "approach": "bought"}))
    terminal = hold(voices=voices, columns=columns, rows=rows)
    terminal.until("Ana, Bo: 3 of 6 answers agreed or settled, 3 to settle now")
    terminal.until(ASKED["voice.present"], "shift-tab back")
    terminal.send("Ana, Bo", "enter")
    terminal.until(ASKED["profile.approach"], "We train it ← Ana", "We buy it ← Bo")
    terminal.send("1", "enter")
    terminal.until(ASKED["MOV-01"], "1  By chance. ← Bo", "4  Watched. ← Ana")
    terminal.send("s")
    terminal.until(ASKED["COL-01"], "1  Sometimes. ← Bo", "3  As routine. ← Ana")
    terminal.send("2", "enter")
    terminal.until("Finish and show")
    terminal.send("enter")
    assert terminal.ended() == 0
    sheet = kept()
    assert sheet.voice == DATED._replace(present="Ana, Bo")
    assert sheet.profile == {"headcount": "12", "approach": "train"}
    assert sheet.answers == {
        "COL-01": Answer(2, note="the log was shown"),
        "COL-02": Answer(2, date=ANA.voice.date),
    }
    assert [each.voice for each in sheet.voices] == [ANA.voice, BO.voice]
    assert [each.answer("COL-01").level for each in sheet.voices] == [3, 1]


def test_meeting_with_the_plain_option_shows_who_said_what(hold, kept):
    terminal = hold("--plain")
    for prompt, line in (
        ("Who is present?", "Ana, Bo"),
        ("1. By chance. (Bo)", "2"),
        ("1. Sometimes. (Bo) 2. By hand. 3. As routine. (Ana)", "2"),
        ("Everything you said", ""),
    ):
        terminal.until(prompt, "leave:")
        terminal.clear()
        terminal.send(line, "enter")
    assert terminal.ended() == 0
    levels = {id_: answer.level for id_, answer in kept().answers.items()}
    assert levels == {"COL-01": 2, "COL-02": 2, "MOV-01": 2}


@MODES
def test_resumed_meeting_continues_at_the_next_step_even_without_voice_files(
    run, begun, kept, file, plain
):
    terminal = run("-q", SMALL, *plain)
    terminal.until(OPENING, ASKED["MOV-01"], HINT)
    terminal.send("2", "enter")
    terminal.until(ASKED["COL-01"], HINT)
    terminal.send("ctrl-c")
    assert terminal.ended() == 130
    answers = {**begun.answers, "MOV-01": Answer(2)}
    assert kept() == begun._replace(next="COL-01", answers=answers)
    again = run("-q", SMALL, *plain)
    again.until(ASKED["COL-01"], "Bo")


@pytest.mark.parametrize(
    "way", ["ctrl-c", signal.SIGHUP, signal.SIGTERM, signal.SIGKILL], ids=str
)
@MODES
def test_interrupted_meeting_loses_no_saved_answer(run, begun, kept, file, plain, way):
    terminal = run("-q", SMALL, *plain, columns=200)
    terminal.until(ASKED["MOV-01"], HINT)
    terminal.send("2", "enter")
    terminal.until(ASKED["COL-01"], HINT)
    leave(terminal, way)
    codes = {"ctrl-c": 130, signal.SIGHUP: 129, signal.SIGTERM: 143}
    assert terminal.ended() == codes.get(way, -signal.SIGKILL)
    answers = {**begun.answers, "MOV-01": Answer(2)}
    assert kept() == begun._replace(next="COL-01", answers=answers)
    if way != signal.SIGKILL:
        assert list(file.parent.iterdir()) == [file]


def test_leaving_a_meeting_before_the_first_answer_writes_no_file(hold, file):
    terminal = hold()
    terminal.until(ASKED["voice.present"])
    terminal.send("ctrl-c")
    assert (terminal.ended(), file.exists()) == (130, False)


def test_meeting_with_the_all_option_asks_questions_outside_the_agenda(
    run, begun, kept
):
    terminal = run("-q", SMALL, "--all")
    terminal.until(ASKED["COL-01"], "← Ana")
    terminal.send("2", "enter")
    terminal.until(ASKED["MOV-01"])
    terminal.send("1", "enter")
    terminal.until("Is there a simple way to compare with?")
    terminal.send("0", "enter")
    terminal.until(ASKED[REVIEW])


def test_review_at_the_end_of_a_meeting_lists_everything_that_was_asked(
    run, begun, file, small
):
    file.write_text(dump(begun._replace(next=REVIEW), small))
    terminal = run("-q", SMALL)
    terminal.until(ASKED[REVIEW], "ctrl-c save and leave")
    assert terminal.text().splitlines()[2:-1] == [
        "   Go on: 2 not answered (Recorded; Arrives)",
        "   1  Present: Ana, Bo",
        "   2  Project name: Churn",
        "   3  Project slice: Letters",
        "   4  People: 12",
        "   5  Model: We train it",
        "   6  With time for it: analyst: 0.5",
        "   7  COL-01 Recorded: not settled; counts as 1: Sometimes. (with note)",
        "   8  COL-02 Kept: 2: For a year.",
        "   9  MOV-01 Arrives: not settled; counts as 1: By chance.",
    ]


@MODES
@pytest.mark.parametrize(
    ("take", "level"), [("yes", None), ("no", 2)], ids=["taken", "not taken"]
)
def test_changed_answers_of_a_voice_count_only_after_the_user_accepts_them(
    hold, begun, kept, plain, take, level
):
    changed = BO._replace(answers={**BO.answers, "COL-02": Answer(4)})
    terminal = hold(*plain, voices=(ANA, changed), columns=100, rows=50)
    terminal.until("Since this meeting began: Bo changed COL-02. Use that from now")
    if plain:
        terminal.send(take, "enter")
    else:
        terminal.send(*["down"] * (take == "yes"), "enter")
    terminal.until(ASKED["MOV-01"], HINT)
    terminal.send("2", "enter")
    terminal.until(ASKED["COL-02" if take == "yes" else "COL-01"], HINT)
    terminal.send("ctrl-c")
    assert terminal.ended() == 130
    sheet = kept()
    assert (sheet.answer("MOV-01").level, sheet.answer("COL-02").level) == (2, level)
    bo = sheet.voices[1].answer("COL-02").level
    assert bo == (4 if take == "yes" else 2)


@MODES
def test_names_of_voices_cannot_control_the_terminal(hold, plain):
    eve = BO._replace(voice=Voice(HOSTILE))
    terminal = hold(*plain, voices=(ANA, eve))
    terminal.until(ASKED["voice.present"], "leave")
    terminal.send("Ana", "enter")
    terminal.until(ASKED["MOV-01"], "Ev⟨U+202E⟩", "» 4 All good")
    assert b"\x1b[31m" not in terminal.received
    assert "\u202e" not in terminal.text()


@pytest.mark.parametrize(
    ("arguments", "code", "refusal"),
    [
        pytest.param(
            ["answers.yaml", "--with", "a.yaml"],
            2,
            "mlready: a meeting needs the answers of two voices or more",
            id="one voice",
        ),
        pytest.param(
            ["a.yaml", "--with", "b.yaml", "c.yaml"],
            2,
            "mlready: a.yaml: holds the answers of one voice; a meeting needs a file "
            "of its own: name a new file first, then --with and the voices",
            id="a voice's file for the meeting",
        ),
        pytest.param(
            ["a.yaml", "--with", "a.yaml", "b.yaml"],
            2,
            "mlready: a.yaml: is the file of the meeting; name another one for it, "
            "first",
            id="the same file twice",
        ),
        pytest.param(
            ["answers.yaml", "a.yaml"],
            2,
            "mlready: a.yaml: an interview has one answers file; name those of a "
            "meeting after --with",
            id="voices without the option",
        ),
        pytest.param(
            ["answers.yaml", "--express", "--with", "a.yaml", "b.yaml"],
            2,
            "mlready: --express: a meeting asks what its voices answered",
            id="short form",
        ),
        pytest.param(
            ["room.yaml", "--with", "a.yaml", "b.yaml"],
            2,
            "mlready: room.yaml: the meeting is about 'Parcels', its voices about "
            "'Churn'; if that is one project, write the same name in all, else name a "
            "new file first",
            id="a meeting about another project",
        ),
    ],
)
def test_meeting_with_unusable_files_or_options_is_refused(
    file, small, arguments, code, refusal, start
):
    cy = BO._replace(voice=Voice("Cy"))
    room = combine(small, [ANA, BO])._replace(name="Parcels")
    sheets = {"a": ANA._replace(name="Churn"), "b": BO, "c": cy, "room": room}
    for name, sheet in sheets.items():
        file.with_name(f"{name}.yaml").write_text(dump(sheet, small))
    before = contents(file.parent)
    terminal = start(*arguments, "-q", SMALL)
    assert terminal.ended() == code
    assert " ".join(terminal.text().split()) == refusal
    assert contents(file.parent) == before


def test_option_for_files_of_voices_may_be_repeated(hold, start, file, small):
    for name, sheet in (("a.yaml", ANA), ("b.yaml", BO)):
        file.with_name(name).write_text(dump(sheet, small))
    terminal = start("room.yaml", "--with", "a.yaml", "--with", "b.yaml", "-q", SMALL)
    terminal.until(OPENING)


FACTS = (
    "voice.name voice.role project.name project.slice profile.headcount"
    " profile.approach available.analyst"
)
DRAFT = ANA._replace(
    next="",
    answers={
        "COL-01": Answer(3),
        "COL-02": Answer(na="not kept here"),
        "MOV-01": Answer(4),
    },
    voice=Voice("Ana", "analyst", drafted="an assistant, from notes", confirmed=FACTS),
)


@MODES
@pytest.mark.parametrize("key", ["y", "enter"])
def test_drafted_answer_is_confirmed_with_one_key(run, file, small, kept, plain, key):
    file.write_text(dump(DRAFT, small))
    keys = ["y", "enter"] if plain and key == "y" else [key]
    terminal = run("-q", SMALL, *plain)
    terminal.until(ASKED["COL-01"], "draft, 7 confirmed", HINT)
    terminal.until("Drafted, not confirmed" if plain else "Not confirmed yet")
    terminal.send(*keys)
    terminal.until(ASKED["COL-02"], "draft, 8 confirmed", HINT)
    half = kept()
    voice = DRAFT.voice._replace(confirmed=f"{FACTS} COL-01", date=DATE)
    assert half == DRAFT._replace(voice=voice, next="COL-02")
    terminal.send(*keys)
    terminal.until(ASKED["MOV-01"], "draft, 9 confirmed", HINT)
    terminal.send(*keys)
    terminal.until("Is there a simple way to compare with?", HINT)
    assert not terminal.shows("confirmed · ")
    voice = Voice("Ana", "analyst", date=DATE)
    assert kept() == DRAFT._replace(voice=voice, next="AIM-01")


@pytest.mark.parametrize(
    ("plain", "keys"),
    [
        pytest.param([], ["enter"], id="keys"),
        pytest.param(["--plain"], ["enter"], id="plain"),
        pytest.param(["--plain"], ["y", "enter"], id="plain, with y"),
    ],
)
def test_drafted_text_is_confirmed_with_the_enter_key(
    run, file, small, kept, plain, keys
):
    voice = DRAFT.voice._replace(confirmed="voice.name voice.role")
    file.write_text(dump(DRAFT._replace(voice=voice), small))
    terminal = run("-q", SMALL, *plain)
    terminal.until(ASKED["project.name"], HINT)
    terminal.until("Drafted, not confirmed: Churn" if plain else "enter confirms it")
    assert not terminal.shows("enter or y")
    terminal.send(*keys)
    terminal.until(ASKED["project.slice"])
    assert kept().name == "Churn"
    assert kept().voice.confirmed == "voice.name voice.role project.name"


@MODES
def test_choosing_another_level_replaces_a_drafted_answer(
    run, file, small, kept, plain
):
    file.write_text(dump(DRAFT, small))
    terminal = run("-q", SMALL, *plain)
    terminal.until(ASKED["COL-01"], HINT)
    terminal.send("1", "enter")
    terminal.until(ASKED["note.COL-01"], HINT)
    sheet = kept()
    assert sheet.answer("COL-01") == Answer(1)
    assert sheet.voice.confirmed == f"{FACTS} COL-01"


@SIZES
def test_draft_is_marked_as_a_draft_on_a_small_screen(run, file, small, columns, rows):
    file.write_text(dump(DRAFT, small))
    terminal = run("-q", SMALL, columns=columns, rows=rows)
    terminal.until(ASKED["COL-01"], "draft, 7 confirmed", "y confirms the draft")


def test_partly_confirmed_draft_is_resumed_at_the_first_unconfirmed_answer(
    run, file, small
):
    voice = DRAFT.voice._replace(confirmed=f"{FACTS} COL-01 MOV-01")
    file.write_text(dump(DRAFT._replace(voice=voice, next=REVIEW), small))
    terminal = run("-q", SMALL)
    terminal.until(ASKED["COL-02"], "draft, 9 confirmed")


@SIZES
@MODES
def test_new_interview_asks_once_who_answers(run, kept, plain, columns, rows):
    terminal = run("-q", SMALL, *plain, columns=columns, rows=rows)
    terminal.until("About you · optional", ASKED["voice.name"], "leave")
    terminal.send("Ana", "enter")
    terminal.until("About you · optional", "analyst", "ML engineer", "? ")
    terminal.send("1", "enter")
    terminal.until("About the project · 7 to go", ASKED["project.name"])
    assert kept().voice == Voice("Ana", "analyst", date=DATE)


@MODES
def test_name_and_role_of_the_person_answering_can_be_left_empty(run, kept, plain):
    terminal = run("-q", SMALL, *plain)
    terminal.until(ASKED["voice.name"], HINT)
    terminal.send("enter")
    terminal.until(ASKED["voice.role"], HINT)
    terminal.send(*([] if plain else ["0"]), "enter")
    terminal.until(ASKED["project.name"], HINT)
    assert kept().voice == DATED


@pytest.mark.parametrize(
    ("plain", "keys"),
    [
        pytest.param([], ["o", "enter", "head of sales", "enter"], id="keys"),
        pytest.param(["--plain"], ["head of sales", "enter"], id="plain"),
    ],
)
def test_role_that_is_not_in_the_questionnaire_is_saved_as_free_text(
    run, kept, plain, keys
):
    terminal = run("-q", SMALL, *plain)
    terminal.until(ASKED["voice.name"], HINT)
    terminal.send("enter")
    terminal.until(ASKED["voice.role"], HINT)
    for key in keys:
        terminal.send(key)
        if key == "enter" and key is not keys[-1]:
            terminal.until("Which role?")
    terminal.until("head of sales", ASKED["project.name"])
    assert kept().voice == DATED._replace(role="head of sales")


def test_name_and_role_of_the_person_answering_can_be_removed_in_the_review(
    run, file, small, kept
):
    sheet = ANA._replace(answers={**ANA.answers, "AIM-01": Answer(3)}, next=REVIEW)
    file.write_text(dump(sheet, small))
    terminal = run("-q", SMALL)
    terminal.until(ASKED[REVIEW])
    terminal.send("1", "enter")
    terminal.until(ASKED["voice.name"])
    terminal.send(*["backspace"] * 3, "enter")
    terminal.until("Your name: left out (instead of: Ana)", "Finish and show")
    terminal.send("down", "enter")
    terminal.until(ASKED["voice.role"], "» 1")
    terminal.send("0", "enter")
    terminal.until("Your role: left out (instead of: analyst)", "Finish and show")
    assert kept() == in_session(sheet, DATED.date)._replace(voice=DATED)


LIST = AnswerSheet(
    "small",
    1,
    name="Churn",
    slice="Letters",
    profile={"approach": "bought"},
    asked=("COL-02", "readers", "available-analyst"),
    voice=Voice(role="ml"),
)


@MODES
def test_interview_on_a_question_list_asks_only_the_listed_questions(
    run, file, small, kept, plain
):
    file.write_text(dump(LIST, small))
    terminal = run("-q", SMALL, *plain)
    for text, keys in (
        (ASKED["voice.name"], ["Eva", "enter"]),
        (ASKED["profile.readers"], ["1", "enter"]),
        (ASKED["available.analyst"], ["2", "enter"]),
        ("Does the seller keep it?", ["3", "enter"]),
    ):
        terminal.until(text, HINT)
        terminal.send(*keys)
    terminal.until("5. COL-02" if plain else ASKED[REVIEW])
    assert not terminal.shows("Project name")
    terminal.send("enter")
    assert terminal.ended() == 0
    terminal.until("3 of 3 answered. They are one more voice.")
    assert kept() == LIST._replace(
        next=REVIEW,
        voice=Voice("Eva", "ml", date=DATE),
        profile={"approach": "bought", "readers": "everyone"},
        available={"analyst": 2.0},
        answers={"COL-02": Answer(3)},
    )


def test_express_sheet_stays_express_while_its_question_list_is_answered(
    run, file, small, kept
):
    voice = Voice("Eva", "ml")
    file.write_text(dump(LIST._replace(scope=EXPRESS, voice=voice), small))
    terminal = run("-q", SMALL)
    terminal.until(ASKED["profile.readers"], HINT)
    terminal.send("1", "enter")
    terminal.until(ASKED["available.analyst"])
    assert kept().scope == EXPRESS


@pytest.mark.parametrize(
    ("added", "lines"),
    [
        pytest.param("", "", id="only the questions"),
        pytest.param("# Ask Bo\n", "line 1", id="a comment of a person"),
    ],
)
def test_user_is_asked_before_a_comment_added_to_a_question_list_is_lost(
    run, file, small, added, lines
):
    list_ = assigned_list(small, LIST)
    assert list_
    file.write_text(added + answers_to_fill_in(list_, scalar))
    terminal = run("-q", SMALL)
    if added:
        terminal.until(f"Comments in answers.yaml ({lines}) will not be kept. Go on?")
    else:
        terminal.until(ASKED["voice.name"])


@pytest.fixture
def contradiction(file: Path, kickoff: Questionnaire) -> AnswerSheet:
    """Answers with a contradiction, saved so that the interview asks about it next."""
    ready = example("ready")
    details = {id_: Answer(0) for id_ in ready.answers if id_.startswith("COL-")}
    answers = {**ready.answers, **details, "COL-00": Answer(3)}
    voice = Voice("Ana", "data_engineer", date=DATE)
    sheet = ready._replace(
        answers=answers, next="contradiction.collect", voice=voice, background={}
    )
    file.write_text(dump(sheet, kickoff))
    return sheet


CONTRADICTS = "You said this layer is good enough; its details, below"


@MODES
@SIZES
def test_contradiction_step_changes_the_contradicting_answer_that_the_user_chooses(
    run, contradiction, file, kickoff, plain, columns, rows
):
    terminal = run(*plain, columns=columns, rows=rows)
    last = "save and leave" if plain else "» "
    if plain:
        terminal.until("is wrong, if any?", "save and leave")
    else:
        terminal.until(CONTRADICTS, "The report names")
    time.sleep(LOOK_SECONDS)
    terminal.send("1", "enter")
    terminal.until("Consider what is recorded today", "causes no", last)
    terminal.send("1", "enter")
    terminal.until("How good is today")
    terminal.send("ctrl-c")
    assert terminal.ended() == 130
    sheet = read(file.read_bytes(), file.name, kickoff)._replace(timing=NO_TIMING)
    answers = {**contradiction.answers, "COL-00": Answer(1)}
    assert sheet == contradiction._replace(answers=answers, next="background.result")


@MODES
def test_contradiction_step_can_be_skipped(run, contradiction, file, kickoff, plain):
    terminal = run(*plain)
    terminal.until(CONTRADICTS, "The report names", "ctrl-c save and leave")
    time.sleep(LOOK_SECONDS)
    terminal.send("s", *(["enter"] if plain else []))
    terminal.until("How good is today")
    terminal.send("ctrl-c")
    assert terminal.ended() == 130
    sheet = read(file.read_bytes(), file.name, kickoff)._replace(timing=NO_TIMING)
    assert sheet == contradiction._replace(next="background.result")
