"""Meetings: first answers, agenda, and voices that change their answers."""

from collections.abc import Sequence
from typing import Any

import pytest

from mlready.assessment.confirmation import confirmation
from mlready.assessment.diagnosis import diagnose
from mlready.assessment.voices import completed_by_voices
from mlready.errors import UsageError
from mlready.interview import meeting
from mlready.interview.meeting import MeetingAgenda, meeting_steps, starting_sheet
from mlready.interview.navigation import (
    Guide,
    Move,
    Reply,
    StepPosition,
    apply_reply,
    ask_steps,
)
from mlready.interview.steps import Step, VoiceReply
from mlready.model.answers import (
    EXPRESS,
    Answer,
    AnswerSheet,
    PlanStep,
    Timing,
    Voice,
    assessment_input,
)
from mlready.model.questionnaire import Questionnaire
from tests.samples import example

UNKNOWN = Answer(unknown=True)
ANA = AnswerSheet(
    "small",
    1,
    name="Churn",
    profile={"headcount": "12", "approach": "train"},
    available={"analyst": 0.5},
    answers={
        "COL-01": Answer(3, note="log shown"),
        "COL-02": Answer(2, evidence="wiki"),
        "MOV-01": Answer(4),
    },
    voice=Voice("Ana", "analyst", date="2026-11-20"),
)
BO = ANA._replace(
    profile={"headcount": "12", "approach": "bought"},
    available={"analyst": 1.0},
    answers={
        "COL-01": Answer(1, note="not in Basel"),
        "COL-02": Answer(2),
        "MOV-01": UNKNOWN,
    },
    voice=Voice("Bo", "data keeper"),
)


def begin(questionnaire: Questionnaire, voices: Sequence[AnswerSheet]) -> AnswerSheet:
    sheet = starting_sheet(questionnaire, voices)
    return sheet._replace(voice=Voice(date="2026-11-22"))


def step(questionnaire: Questionnaire, sheet: AnswerSheet, id_: str) -> Step:
    return next(each for each in meeting_steps(questionnaire, sheet) if each.id == id_)


def settle(
    questionnaire: Questionnaire, sheet: AnswerSheet, id_: str, reply: str | Answer
) -> AnswerSheet:
    return apply_reply(sheet, step(questionnaire, sheet, id_), reply)


def test_meeting_begins_with_agreed_answers_but_with_only_notes_where_voices_differ(
    small,
):
    sheet = begin(small, [ANA, BO])
    assert sheet._replace(voices=(), voice=Voice()) == AnswerSheet(
        "small",
        1,
        name="Churn",
        profile={"headcount": "12"},
        answers={
            "COL-01": Answer(note="log shown; not in Basel"),
            "COL-02": Answer(2, evidence="wiki"),
        },
    )
    assert [each.voice.name for each in sheet.voices] == ["Ana", "Bo"]


def test_order_of_voices_does_not_change_a_meeting(small):
    assert begin(small, [BO, ANA]) == begin(small, [ANA, BO])


@pytest.mark.parametrize(
    "voices",
    [
        pytest.param([ANA], id="one voice"),
        pytest.param(
            [ANA, ANA._replace(voice=ANA.voice._replace(date="2026-11-21"))],
            id="two interviews of one voice",
        ),
    ],
)
def test_meeting_of_one_voice_is_refused(small, voices):
    with pytest.raises(UsageError, match="two voices or more"):
        begin(small, voices)


def test_meeting_of_voices_with_express_sheets_asks_the_short_form(small):
    voices = [
        each._replace(scope=EXPRESS, answers={"COL-01": each.answer("COL-01")})
        for each in (ANA, BO)
    ]
    sheet = begin(small, voices)
    assert sheet.scope == EXPRESS
    assert "COL-02" not in {each.id for each in meeting_steps(small, sheet)}


def test_lower_answer_counts_until_the_meeting_settles_a_difference(small):
    sheet = begin(small, [ANA, BO])
    assert completed_by_voices(small, sheet).answer("COL-01").level == 1
    assert step(small, sheet, "COL-01").row() == (
        "COL-01 Recorded: not settled; counts as 1: Sometimes. (with note)"
    )
    settled = settle(small, sheet, "COL-01", Answer(2))
    assert completed_by_voices(small, settled).answer("COL-01").level == 2
    assert step(small, settled, "COL-01").row() == "COL-01 Recorded: 2: By hand."


def test_step_of_a_meeting_shows_what_each_voice_said(small):
    sheet = begin(small, [ANA, BO])
    said = {each.id: each.said for each in meeting_steps(small, sheet)}
    assert said == {
        "voice.present": (),
        "project.name": (),
        "project.slice": (),
        "profile.headcount": (VoiceReply("Ana", "12"), VoiceReply("Bo", "12")),
        "profile.approach": (VoiceReply("Ana", "train"), VoiceReply("Bo", "bought")),
        "available.analyst": (VoiceReply("Ana", "0.5"), VoiceReply("Bo", "1")),
        "COL-01": (VoiceReply("Ana", "3"), VoiceReply("Bo", "1")),
        "COL-02": (VoiceReply("Ana", "2"), VoiceReply("Bo", "2")),
        "MOV-01": (VoiceReply("Ana", "4"), VoiceReply("Bo", "d")),
    }
    assert step(small, sheet, "MOV-01").said_by(UNKNOWN) == "Bo"


def asked_in_order(
    questionnaire: Questionnaire, sheet: AnswerSheet, *replies: Reply
) -> list[str]:
    """Return the ids of all steps that a meeting asks, in order.

    The meeting gives ``replies`` to the first steps, and skips all further steps.
    """
    agenda, asked, left = MeetingAgenda(), list[str](), iter(replies)

    def ask(step: Step, _: StepPosition) -> Reply:
        agenda.note_asked(step)
        asked.append(step.id)
        return next(left, Move.SKIP)

    guide = Guide(listed=agenda.steps, everything=meeting_steps, again=False)
    ask_steps(questionnaire, sheet, ask, lambda _: None, guide)
    return asked


PRESENT = meeting.PRESENT


@pytest.mark.parametrize(
    ("replies", "asked"),
    [
        pytest.param([], [PRESENT, "COL-01", "available.analyst"], id="all skipped"),
        pytest.param(
            ["Ana, Bo", Answer(2), "train"],
            [PRESENT, "COL-01", "profile.approach", "available.analyst", "MOV-01"],
            id="next agenda item depends on the answers given",
        ),
        pytest.param(
            ["Ana, Bo", Answer(2), Move.BACK, Answer(1)],
            [PRESENT, "COL-01", "profile.approach", "COL-01", "profile.approach"],
            id="back to the previous step",
        ),
    ],
)
def test_agenda_of_a_meeting_is_updated_after_each_answer(small, replies, asked):
    begun = begin(small, [ANA, BO])._replace(next=PRESENT)
    assert asked_in_order(small, begun, *replies)[: len(asked)] == asked


@pytest.mark.parametrize(
    ("bo", "opening"),
    [
        pytest.param(
            BO,
            "Ana, Bo: 2 of 6 answers agreed or settled, 2 to settle now, in about 5"
            " min. Left out: 2; the option --all asks them, and the list at the end has"
            " all answers.",
            id="some differences can change the advice",
        ),
        pytest.param(
            ANA._replace(voice=BO.voice),
            "Ana, Bo: 6 of 6 answers agreed or settled, and no other can change the"
            " advice.",
            id="voices agree on everything",
        ),
    ],
)
def test_opening_message_counts_agreed_answers_and_those_to_settle_and_those_left_out(
    small, bo, opening
):
    sheet = begin(small, [ANA, bo])
    assert MeetingAgenda().opening(small, sheet) == opening


def test_resumed_meeting_continues_at_the_step_where_it_stopped(small):
    sheet = begin(small, [ANA, BO])._replace(next="available.analyst")
    assert asked_in_order(small, sheet) == ["available.analyst", "COL-01"]


@pytest.mark.parametrize(
    ("voices", "names"),
    [
        pytest.param([Voice("Ana", "analyst"), Voice("Bo")], ["Ana", "Bo"], id="names"),
        pytest.param(
            [Voice("Ana", "analyst"), Voice("Ana", "sponsor")],
            ["Ana (analyst)", "Ana (sponsor)"],
            id="the same name twice",
        ),
        pytest.param(
            [Voice("", "ml"), Voice("", "sponsor"), Voice()],
            ["ML engineer", "sponsor", "voice 3"],
            id="without names",
        ),
        pytest.param(
            [Voice("Ana\n» 4  All\tgood"), Voice(drafted="an assistant")],
            ["Ana » 4 All good", "voice 2 (draft)"],
            id="line breaks, and a draft",
        ),
        pytest.param([Voice("A" * 99)], [f"{'A' * 39}…"], id="a very long name"),
    ],
)
def test_each_voice_gets_a_short_unique_name_on_one_line(small, voices, names):
    sheets = [ANA._replace(voice=voice) for voice in voices]
    assert meeting.voice_names(small, sheets) == names


def changed(sheet: AnswerSheet, **answers: Answer) -> AnswerSheet:
    named = {id_.replace("_", "-"): answer for id_, answer in answers.items()}
    return sheet._replace(answers={**sheet.answers, **named})


CY = BO._replace(voice=Voice("Cy"))


@pytest.mark.parametrize(
    ("voices", "news"),
    [
        pytest.param([BO, ANA], "", id="voices unchanged"),
        pytest.param([ANA], "", id="only one of the voices"),
        pytest.param([changed(ANA, COL_01=Answer(3, note="new"))], "", id="a note"),
        pytest.param(
            [ANA, changed(BO, COL_02=Answer(4))], "Bo changed COL-02", id="an answer"
        ),
        pytest.param([ANA, CY], "Cy is new", id="another voice"),
        pytest.param(
            [BO._replace(profile={}), CY],
            "Bo changed profile.headcount, profile.approach; Cy is new",
            id="both",
        ),
    ],
)
def test_message_about_changes_names_only_new_and_changed_voices(small, voices, news):
    assert meeting.changes(small, begin(small, [ANA, BO]), voices) == news


@pytest.mark.parametrize(
    ("voices", "expected"),
    [
        pytest.param(
            [changed(BO, COL_02=Answer(4))],
            {"COL-01": 2, "COL-02": None},
            id="a new difference is open again",
        ),
        pytest.param(
            [changed(BO, COL_01=Answer(4))],
            {"COL-01": 2, "COL-02": 2},
            id="answers given in the meeting stay",
        ),
        pytest.param(
            [changed(BO, MOV_01=Answer(4))],
            {"COL-01": 2, "COL-02": 2, "MOV-01": 4},
            id="answers on which all voices now agree are copied",
        ),
        pytest.param(
            [CY, changed(BO, MOV_01=Answer(4))],
            {"COL-01": 2, "COL-02": 2},
            id="another voice",
        ),
    ],
)
def test_meeting_keeps_settled_answers_if_the_file_of_a_voice_is_changed(
    small, voices, expected
):
    begun = begin(small, [ANA, BO])
    sheet = settle(small, begun, "COL-01", Answer(2, note="seen together"))
    new = meeting.with_changed_voices(small, sheet, voices)
    levels = {id_: answer.level for id_, answer in new.answers.items()}
    assert levels == expected
    assert new.answer("COL-01").note == "seen together"
    assert len(new.voices) == 2 + (CY in voices)


def test_meeting_keeps_background_lines_and_steps_and_duration_if_a_voice_file_changes(
    small,
):
    ana = ANA._replace(
        background={"promise": "A pilot"}, steps={"COL-01": PlanStep(owner="Ana")}
    )
    begun = begin(small, [ana, BO])
    assert begun.background == {}
    assert begun.steps == ana.steps
    with_background = begun._replace(
        background={"promise": "settled"},
        steps={"COL-01": PlanStep(owner="Bo")},
        timing=Timing(minutes=24),
    )
    later = ana._replace(background={"promise": "A pilot by March"})
    assert meeting.changes(small, with_background, [ana]) == ""
    assert meeting.changes(small, with_background, [later]) == "Ana changed promise"
    new = meeting.with_changed_voices(small, with_background, [later])
    assert new.background == with_background.background
    assert new.steps == with_background.steps
    assert new.timing == with_background.timing
    assert [each.background for each in new.voices] == [later.background, {}]


def test_meeting_takes_over_what_the_changed_file_of_a_voice_calls_done(small):
    ana = ANA._replace(steps={"COL-01": PlanStep(owner="Ana", due="2026-12-01")})
    begun = begin(small, [ana, BO])
    settled = begun._replace(steps={"COL-01": PlanStep(owner="Bo", due="2026-12-11")})
    done = {"COL-01": PlanStep(owner="Ana", done="2026-11-28")}
    new = meeting.with_changed_voices(small, settled, [ana._replace(steps=done)])
    assert new.steps == {"COL-01": PlanStep("", "Bo", "2026-12-11", "2026-11-28")}


@pytest.mark.parametrize(
    ("words", "whats"),
    [
        pytest.param("Scan.", ["Ask Bo.", "Scan."], id="left as it was"),
        pytest.param("Scan May.", ["Ask Bo.", "Scan May."], id="reworded"),
        pytest.param("", ["Ask Bo."], id="removed"),
    ],
)
def test_resumed_meeting_keeps_what_the_room_has_made_of_a_step(small, words, whats):
    ana = ANA._replace(steps={"own-1": PlanStep("Scan.", "Ana")})
    bo = BO._replace(steps={"own-1": PlanStep("Ask Bo.")})
    begun = begin(small, [ana, bo])
    key = next(key for key, step in begun.steps.items() if step.what == "Scan.")
    settled = {**begun.steps, key: PlanStep(words, "Ana")}
    if not words:
        del settled[key]
    removed = {} if words else {f"step-{key}": "removed"}
    begun = begun._replace(steps=settled, earlier=removed)
    later = ana._replace(background={"promise": "A pilot by March"})
    new = meeting.with_changed_voices(small, begun, [later])
    assert sorted(step.what for step in new.steps.values()) == whats


def test_resumed_meeting_takes_over_the_step_of_a_voice_that_is_new(small):
    ana = ANA._replace(steps={"own-1": PlanStep("Scan.")})
    begun = begin(small, [ana, BO])._replace(
        steps={}, earlier={"step-own-1": "removed"}
    )
    cy = CY._replace(steps={"own-1": PlanStep("Call the shops.")})
    new = meeting.with_changed_voices(small, begun, [cy])
    assert [step.what for step in new.steps.values()] == ["Call the shops."]


def names(sheets: Sequence[AnswerSheet]) -> list[Any]:
    return [sheet.voice.name for sheet in sheets]


def test_resumed_meeting_keeps_voices_whose_files_are_not_given_again(
    small,
):
    begun = begin(small, [ANA, BO])
    new = meeting.with_changed_voices(small, begun, [CY])
    assert names(new.voices) == ["Ana", "Bo", "Cy"]


@pytest.mark.parametrize(
    ("settled", "voices"),
    [
        pytest.param(False, 1, id="before the meeting decides"),
        pytest.param(True, 2, id="settled"),
    ],
)
def test_meeting_confirms_a_disputed_answer_only_once_it_is_settled(
    kickoff, settled, voices
):
    ana = example("ready")._replace(voice=Voice("Ana"))
    unsure = {**ana.answers, "COL-00": Answer(unknown=True)}
    room = begin(kickoff, [ana, ana._replace(answers=unsure, voice=Voice("Bo"))])
    if settled:
        room = settle(kickoff, room, "COL-00", Answer(3))
    inputs = assessment_input(kickoff, completed_by_voices(kickoff, room))
    claims = {each.id: each.voices for each in confirmation(diagnose(inputs)).claims}
    assert claims["COL-00"] == voices
