"""The keys of an answers file that say whose answers the file contains."""

import pytest

from mlready.errors import DocumentError, StorageWarning
from mlready.model.answers import Answer, AnswerSheet, Voice
from mlready.model.questionnaire import Questionnaire
from mlready.storage import answers_fast_parser
from mlready.storage.answers_file import dump, read
from mlready.storage.answers_voices import as_kept, described, doubt_about_role
from mlready.storage.questionnaire_file import load_bundled
from tests.samples import KICKOFF

HEAD = "questionnaire: small\nversion: 1\n"
# A comment with a tab keeps the fast parser from reading a file.
STRICTLY = "#\t\n"
MEETING = """\
questionnaire: small
version: 1
voice:
  present: "Ana, Bo and Cy"
  date: "2025-11-24"
answers:
  # Collect
  COL-01: 2
voices:
  v1: {name: "Ana", role: analyst}
  v2: {name: "Bo", date: "2025-11-20", drafted: "an assistant"}
  v3: {}
said:
  approach: {v1: train, v2: bought}
  available-analyst: {v1: 0.5}
  background-promise: {v1: "A pilot"}
  COL-01: {v1: 1, v2: unknown, v3: na}
  COL-02: {v2: 4}
"""


def sheet_of(**fields) -> AnswerSheet:
    return AnswerSheet("small", 1, **fields)


MEETING_SHEET = sheet_of(
    voice=Voice(present="Ana, Bo and Cy", date="2025-11-24"),
    answers={"COL-01": Answer(2)},
    voices=(
        sheet_of(
            voice=Voice("Ana", "analyst"),
            profile={"approach": "train"},
            available={"analyst": 0.5},
            background={"promise": "A pilot"},
            answers={"COL-01": Answer(1)},
        ),
        sheet_of(
            voice=Voice("Bo", date="2025-11-20", drafted="an assistant"),
            profile={"approach": "bought"},
            answers={"COL-01": Answer(unknown=True), "COL-02": Answer(4)},
        ),
        sheet_of(answers={"COL-01": Answer(na="-")}),
    ),
)


def refusal(text: str, questionnaire: Questionnaire) -> list[str]:
    """Return the lines of the error with which an answers file is refused."""
    with pytest.raises(DocumentError) as caught:
        read(text.encode(), "a.yaml", questionnaire)
    return str(caught.value).splitlines()


@pytest.mark.parametrize(
    ("text", "voice"),
    [
        pytest.param(
            "voice: {name: Ana, role: analyst}\n",
            Voice("Ana", "analyst"),
            id="one line",
        ),
        pytest.param(
            "voice:\n  name: Ana\n  role: analyst\n  date: 2025-11-24\n",
            Voice("Ana", "analyst", date="2025-11-24"),
            id="indented block",
        ),
        pytest.param(
            'voice: {present: "Ana, Bo", drafted: "an assistant, from notes"}\n',
            Voice(present="Ana, Bo", drafted="an assistant, from notes"),
            id="draft of a meeting",
        ),
        pytest.param(
            "voice: {role: the sponsor}\n", Voice(role="the sponsor"), id="role"
        ),
        pytest.param("voice: {}\n", Voice(), id="nothing given"),
    ],
)
@pytest.mark.parametrize("end", ["", STRICTLY], ids=["fast parser", "YAML parser"])
def test_voice_is_read_from_one_line_or_from_an_indented_block(small, text, voice, end):
    is_fast = answers_fast_parser.read((HEAD + text + end).encode()) is not None
    assert is_fast == (not end)
    assert read((HEAD + text + end).encode(), "a.yaml", small).voice == voice


def test_voice_whose_fields_are_all_blank_counts_as_absent(small):
    text = "voice:\n  name:\n  role: ''\n  date:\nvoices:\nsaid:\n"
    assert read((HEAD + text).encode(), "a.yaml", small) == sheet_of()


def test_meeting_sheet_is_read_back_unchanged_after_saving(small):
    assert dump(MEETING_SHEET, small) == MEETING
    for end in ("", STRICTLY):
        assert read((MEETING + end).encode(), "a.yaml", small) == MEETING_SHEET
    assert answers_fast_parser.read(MEETING.encode())


def test_answers_file_of_a_meeting_keeps_each_voices_answers_without_their_notes(small):
    answer = Answer(1, note="roughly", evidence="wiki", by="Ana", date="2025-11-24")
    answers = {
        "COL-01": answer,
        "COL-02": Answer(note="later"),
        "MOV-01": Answer(na="x"),
    }
    voice = sheet_of(voice=Voice("Ana"), name="Churn", slice="letters", answers=answers)
    sheet = sheet_of(voice=Voice(present="all"), voices=(voice, sheet_of()))

    kept = sheet_of(
        voice=Voice("Ana"), answers={"COL-01": Answer(1), "MOV-01": Answer(na="-")}
    )
    assert as_kept(voice) == kept
    assert read(dump(sheet, small).encode(), "a.yaml", small).voices == (kept,)


def test_answers_file_with_the_answers_of_thousands_of_voices_is_read(small):
    voices = tuple(sheet_of(answers={"COL-01": Answer(1)}) for _ in range(12_000))
    sheet = sheet_of(voice=Voice(present="all"), voices=voices)
    assert read(dump(sheet, small).encode(), "a.yaml", small) == sheet


DATE = "expected a date such as 2026-11-22"
DATES = "give both a date, or each person a name"
WHO = "expected a mapping such as {name: Ana, role: analyst}"


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        pytest.param(
            "voice: Ana\n", [f"3:8: {WHO}, found 'Ana'"], id="voice is a text"
        ),
        pytest.param("voice: [Ana]\n", [f"3:8: {WHO}"], id="voice is a list"),
        pytest.param(
            "voice: {nmae: Ana}\n",
            ["3:9: unknown key 'nmae'; did you mean 'name'?"],
            id="misspelt key",
        ),
        pytest.param(
            "voice: {name: [Ana]}\n",
            ["3:15: expected text that is not blank, found a list"],
            id="list of names",
        ),
        pytest.param(
            'voice: {name: " "}\n',
            ["3:15: expected text that is not blank, found ' '"],
            id="blank name",
        ),
        *(
            pytest.param(
                f"voice: {{date: '{date}'}}\n",
                [f"3:15: {DATE}, found '{date}'"],
                id=name,
            )
            for name, date in {
                "date without zeros": "2025-1-2",
                "day and month only": "24.11.",
                "month that does not exist": "2025-13-01",
                "day that does not exist": "2025-12-32",
                "time": "2025-11-24T10:00",
                "Arabic digits": "٢٠٢٥-٠٢-٢٤",
            }.items()
        ),
        pytest.param(
            "voices: {v1: {role: analyst}, v2: {role: analyst}, v3: {role: ml}}\n",
            [f"3:31: the same voice as v1; {DATES}"],
            id="two of one role without names",
        ),
        pytest.param(
            "voices: {v1: {role: analyst}, v2: {role: Analyst}}\n",
            [f"3:31: the same voice as v1; {DATES}"],
            id="one role as its id and as its name",
        ),
        pytest.param(
            "voices: {v1: {name: Jos\u00e9}, v2: {name: jose\u0301}}\n",
            [f"3:28: the same voice as v1; {DATES}"],
            id="one name with an accent, typed in two ways",
        ),
        pytest.param(
            "voices:\n  v1: {name: Ana, date: 2025-11-20}\n  v2: {name: Bo}\n"
            "  v3: {name: Ana, date: 2025-11-21}\n  v4: {name: Ana}\n"
            "  v5: {name: Ana, date: 2025-11-20}\n  v6: {}\n  v7: {}\n",
            [
                f"7:3: the same voice as v1; {DATES}",
                f"8:3: the same voice as v1; {DATES}",
            ],
            id="one voice several times",
        ),
        pytest.param(
            "voices: {ana: {name: Ana}}\n",
            ["3:10: expected an id such as v1, found 'ana'"],
            id="name as the id of a voice",
        ),
        pytest.param(
            "voices: {v0: {name: Ana}}\n",
            ["3:10: expected an id such as v1, found 'v0'"],
            id="voice zero",
        ),
        pytest.param(
            "voices: {v1: {name: Ana}}\nsaid: {COL-01: {v2: 1}}\n",
            ["4:17: 'voices' does not say who v2 is; add it there"],
            id="voice that is not listed",
        ),
        pytest.param(
            "voices: {v1: {}}\nsaid:\n  COL-1: {v1: 1}\n  COL-02: {v1: 5}\n"
            "  approach: {v1: rent}\n  available-analyst: {v1: half}\n"
            "  headcount: {v1: 1.5}\n  available-ml: {v1: 1}\n",
            [
                "5:3: there is no question or fact 'COL-1'; did you mean 'COL-01'?",
                "6:16: expected a level from 0 to 4, unknown or na, found '5'",
                "7:18: expected train or bought, found 'rent'",
                "8:27: expected a number from 0 on, such as 0.5, found 'half'",
                "9:19: expected a whole number, found '1.5'",
                (
                    "10:3: there is no question or fact 'available-ml'; did you mean "
                    "'available-analyst'?"
                ),
            ],
            id="wrong ids and values",
        ),
        pytest.param(
            "voices: {v1: {}}\nsaid: {COL-01: 2}\n",
            [
                (
                    "4:16: expected a mapping of voices to levels or values, such as "
                    "{v1: 2, v2: unknown}, found '2'"
                )
            ],
            id="level without a voice",
        ),
    ],
)
def test_invalid_voices_are_refused_with_line_and_column(small, text, problems):
    assert refusal(HEAD + text, small) == [f"a.yaml:{each}" for each in problems]


@pytest.mark.parametrize(
    ("role", "suggested"),
    [
        pytest.param("data_engineer", "", id="id"),
        pytest.param("sponsor", "", id="another role"),
        pytest.param("engineer", "", id="another role with a similar name"),
        pytest.param("head of data", "", id="role in words"),
        pytest.param("data scientist", "", id="role that no id resembles"),
        pytest.param("co-founder", "", id="word with a hyphen"),
        pytest.param("مهندس", "", id="Arabic word"),
        pytest.param("x" * 100_000, "", id="very long text"),
        pytest.param("Data-Engineer", "", id="name in other letters"),
        pytest.param("ML engineer", "", id="name unlike the id"),
        pytest.param("ML", "", id="id in capital letters"),
        pytest.param("data enginer", "data_engineer", id="misspelt"),
        pytest.param("data engineers", "data_engineer", id="several people"),
    ],
)
def test_warning_about_a_misspelt_role_suggests_the_correct_id(role, suggested):
    text = doubt_about_role(role, load_bundled("kickoff"))
    assert text == (
        f"there is no role '{role}'; did you mean '{suggested}'?" if suggested else ""
    )


@pytest.mark.parametrize("head", [HEAD, STRICTLY + HEAD], ids=["fast", "strict"])
@pytest.mark.parametrize(
    ("role", "warning"),
    [
        pytest.param("analist", "did you mean 'analyst'?", id="misspelt"),
        pytest.param("data_boss", "name one of analyst, ml, or say it", id="as an id"),
    ],
)
def test_file_with_a_doubtful_role_is_read_with_a_warning(small, head, role, warning):
    line = head.count("\n") + 1
    text = f"{head}voice: {{role: {role}}}\nvoices: {{v1: {{role: analyst}}}}\n"
    with pytest.warns(StorageWarning) as noted:
        sheet = read(text.encode(), "a.yaml", small)
    assert sheet.voice.role == role
    (only,) = noted
    said = str(only.message)
    expected = f"a.yaml:{line}:15: warning: there is no role '{role}'; {warning}"
    assert said.startswith(expected)


@pytest.mark.parametrize("head", [HEAD, STRICTLY + HEAD], ids=["fast", "strict"])
def test_role_name_in_an_answers_file_is_read_as_the_id_of_that_role(small, head):
    text = f"{head}voice: {{role: Analyst}}\nvoices: {{v1: {{role: ML engineer}}}}\n"
    sheet = read(text.encode(), "a.yaml", small)
    assert sheet.voice.role == "analyst"
    assert sheet.voices[0].voice.role == "ml"


@pytest.mark.parametrize("head", [HEAD, STRICTLY + HEAD], ids=["fast", "strict"])
@pytest.mark.parametrize("typed", ["ML", "ML engineer", "ml_engineer", "Ml-Engineer"])
def test_free_people_are_read_under_the_name_of_their_role_in_any_spelling(head, typed):
    kickoff = load_bundled("kickoff")
    head = head.replace("small", "kickoff").replace("version: 1", "version: 2")
    text = f"{head}profile:\n  available: {{analyst: 1, {typed}: 0.5}}\n"
    sheet = read(text.encode(), "a.yaml", kickoff)

    assert sheet.available == {"analyst": 1, "ml": 0.5}
    assert read(dump(sheet, kickoff).encode(), "a.yaml", kickoff) == sheet


@pytest.mark.parametrize(
    ("people", "problem"),
    [
        pytest.param(
            "ML engineer: 1, ml: 2",
            "15: 'ML engineer' is 'ml', which is given twice; leave one out",
            id="role by its name and by its id",
        ),
        pytest.param(
            "ml: 1, ml_enginer: 2",
            "22: there is no role 'ml_enginer'; did you mean 'ML engineer'?",
            id="misspelt name unlike the id",
        ),
    ],
)
def test_free_people_under_a_role_that_is_unknown_or_given_twice_are_refused(
    people, problem
):
    head = "questionnaire: kickoff\nversion: 2\nprofile:\n"
    text = f"{head}  available: {{{people}}}\n"

    assert refusal(text, load_bundled("kickoff")) == [f"a.yaml:4:{problem}"]


def test_all_problems_of_voices_and_answers_are_reported_in_one_run(small):
    text = f"{HEAD}voice: {{name: ' ', date: now}}\nanswers: {{COL-1: 2}}\n"
    assert [line.split(": ")[0] for line in refusal(text, small)] == [
        "a.yaml:3:15",
        "a.yaml:3:26",
        "a.yaml:4:11",
    ]


@pytest.mark.parametrize(
    ("voice", "words"),
    [
        pytest.param(Voice(), "", id="nothing said"),
        pytest.param(
            Voice("Ana", "data_engineer", date="2025-11-24"),
            "Ana, data engineer, 2025-11-24",
            id="person",
        ),
        pytest.param(
            Voice(present="Ana, Bo", drafted="an assistant"),
            "a meeting of Ana, Bo, drafted by an assistant",
            id="draft of a meeting",
        ),
        pytest.param(Voice("x" * 50), f"{'x' * 40}…", id="long name"),
    ],
)
def test_description_of_a_voice_is_short_and_says_who_answered(voice, words):
    assert described(voice, KICKOFF) == words
