"""Several answers files of one project: which can be combined, and the warnings."""

import os
import warnings
from itertools import permutations
from pathlib import Path

import pytest

from mlready.assessment.voices import combine
from mlready.cli.inputs import load_combined
from mlready.errors import ExitCode, SeveralErrors, UsageError
from mlready.model.answers import AnswerSheet
from mlready.storage.answers_file import dump
from mlready.storage.several_files import AnswersFile, problems

JOSE = "Jose\u0301"  # the accent is a character of its own
HEAD = "questionnaire: small\nversion: 1\n"
UNNAMED = f"{HEAD}answers: {{COL-01: 3}}\n"
ANA = f"{HEAD}voice: {{name: Ana, role: analyst}}\nanswers: {{COL-01: 3}}\n"
ANA_LATER = ANA.replace("analyst}", "analyst, date: 2025-11-24}")
ANA_EARLIER = ANA.replace("analyst}", "analyst, date: 2025-11-20}")
BO = f"{HEAD}voice:\n  name: Bo\nanswers: {{COL-01: 1, COL-02: 2}}\n"
ROOM = (
    f"{HEAD}voice: {{present: all of us}}\nanswers: {{COL-01: 2}}\n"
    "voices: {v1: {name: Ana, role: analyst}, v2: {}}\n"
    "said: {COL-01: {v1: 3, v2: 1}}\n"
)


def copy_of(other: str) -> str:
    return f"1:1: holds exactly what {other} holds; leave one of them out"


def same_voice(place: str, other: str, who: str) -> str:
    return (
        f"{place}: {other} has the same voice, {who}, and 'date' does not say which "
        "is later; leave one out, or give two dates; two people need two names"
    )


def kept_in(place: str, other: str, who: str) -> str:
    return (
        f"{place}: {other} already keeps the answers of {who}, and what was settled "
        "there counts; leave this file out"
    )


OTHER_QUESTIONNAIRE = (
    "1:16: these answers belong to questionnaire 'large', not to 'small'; name the "
    "right one with -q"
)
NEWER = (
    "2:10: these answers are for version 2 of the questionnaire, newer than this one, "
    "version 1; update mlready, or name the newer questionnaire with -q"
)
LEVEL = 'expected a level from 0 to 4, unknown, or a mapping such as {na: "why"}'


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Return a function that writes texts to a.yaml, b.yaml and so on."""
    monkeypatch.chdir(tmp_path)

    def write(*texts: str) -> list[Path]:
        paths = [
            Path(f"{letter}.yaml") for letter, _ in zip("abcdef", texts, strict=False)
        ]
        for path, text in zip(paths, texts, strict=True):
            path.write_text(text, encoding="utf-8")
        return paths

    return write


def refusal(sources: list[Path], questionnaire) -> list[str]:
    """Return the lines of the error message that says why files are not combined.

    The test fails if the files at the paths ``sources`` can be combined.
    """
    with pytest.raises(SeveralErrors) as caught:
        load_combined(sources, questionnaire)
    assert caught.value.exit_code == ExitCode.DOCUMENT
    return str(caught.value).splitlines()


def said(sources: list[Path], questionnaire) -> tuple[AnswerSheet, list[str]]:
    """Return the combined sheet of files, and the warnings."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        sheet = load_combined(sources, questionnaire)
    return sheet, [str(each.message) for each in caught]


def test_order_of_the_files_of_several_voices_does_not_change_the_combined_sheet(
    small, files
):
    sources = files(UNNAMED, ANA, BO)
    sheets = [load_combined([source], small) for source in sources]
    expected = combine(small, sheets)

    assert [each.voice.name for each in expected.voices] == ["", "Ana", "Bo"]
    assert expected.answers["COL-01"].level == 1
    for order in permutations(sources):
        assert said([*order], small) == (expected, [])


@pytest.mark.parametrize(
    ("texts", "problems"),
    [
        pytest.param(
            [ANA, BO, ANA],
            [f"c.yaml:{copy_of('a.yaml')}"],
            id="copy of a file",
        ),
        pytest.param(
            [UNNAMED, UNNAMED],
            [f"b.yaml:{copy_of('a.yaml')}"],
            id="copy of a file without a voice",
        ),
        pytest.param(
            [ANA, f"# later\n{ANA}"],
            [
                f"b.yaml:{same_voice('4:1', 'a.yaml', 'Ana, analyst')}",
            ],
            id="one voice twice without dates",
        ),
        pytest.param(
            [ANA, ANA_LATER],
            [
                f"b.yaml:{same_voice('3:1', 'a.yaml', 'Ana, analyst, 2025-11-24')}",
            ],
            id="one voice twice with one date",
        ),
        pytest.param(
            [ANA_LATER, ANA_EARLIER, ANA_LATER.replace("3", "2")],
            [
                f"b.yaml:{same_voice('3:1', 'a.yaml', 'Ana, analyst, 2025-11-20')}",
                f"c.yaml:{same_voice('3:1', 'a.yaml', 'Ana, analyst, 2025-11-24')}",
            ],
            id="one voice twice on the same day",
        ),
        pytest.param(
            [ANA_LATER, ANA_EARLIER, ANA_EARLIER.replace("3", "2")],
            [
                f"b.yaml:{same_voice('3:1', 'a.yaml', 'Ana, analyst, 2025-11-20')}",
                f"c.yaml:{same_voice('3:1', 'a.yaml', 'Ana, analyst, 2025-11-20')}",
            ],
            id="one voice twice on an earlier day",
        ),
        pytest.param(
            [ROOM, ANA, BO],
            [f"b.yaml:{kept_in('3:1', 'a.yaml', 'Ana, analyst')}"],
            id="meeting and a voice that it keeps",
        ),
        pytest.param(
            [UNNAMED.replace("3", "1"), ROOM],
            [f"a.yaml:{kept_in('1:1', 'b.yaml', 'this voice')}"],
            id="meeting and a voice without a name that it keeps",
        ),
        pytest.param(
            [ROOM, ROOM.replace("COL-01: 2", "COL-01: 4")],
            [f"b.yaml:{kept_in('3:1', 'a.yaml', 'Ana, analyst')}"],
            id="two meetings of the same voices",
        ),
        pytest.param(
            [
                UNNAMED,
                f"{ANA}project: {{name: Churn}}\n",
                f"{BO}project: {{name: Parcels}}\n",
            ],
            [
                (
                    "c.yaml:6:17: 'Parcels' is another project than 'Churn' (b.yaml); "
                    "if it is the same, write the same name in both"
                ),
            ],
            id="another project",
        ),
        pytest.param(
            [UNNAMED.replace("small", "large"), ANA.replace("1", "2", 1), BO],
            [
                f"a.yaml:{OTHER_QUESTIONNAIRE}",
                f"b.yaml:{NEWER}",
            ],
            id="other questionnaire and other version",
        ),
        pytest.param(
            [
                f"{UNNAMED}next: a: b\n",
                ANA.replace("analyst", "' '"),
                BO.replace("COL-01", "COL-1").replace("2}", "7}"),
                BO,
                BO,
            ],
            [
                "a.yaml:4:8: a colon and a space inside a text; put the text in quotes",
                "b.yaml:3:26: expected text that is not blank, found ' '",
                "c.yaml:5:11: there is no question 'COL-1'; did you mean 'COL-01'?",
                f"c.yaml:5:29: {LEVEL}, found '7'",
                f"e.yaml:{copy_of('d.yaml')}",
            ],
            id="problems of several kinds",
        ),
    ],
)
def test_problems_of_all_files_are_named_in_one_run(small, files, texts, problems):
    assert refusal(files(*texts), small) == problems


@pytest.mark.parametrize("name", ["a.yaml", "../{}/a.yaml", "symbolic", "hard"])
def test_file_that_is_named_twice_is_refused(small, files, name):
    sources = files(ANA, BO)
    Path("symbolic").symlink_to("a.yaml")
    Path("hard").hardlink_to("a.yaml")
    again = Path(name.format(Path.cwd().name))
    assert refusal([*sources, again], small) == [
        f"{again}:1:1: the same file as a.yaml; name each file once"
    ]


def test_standard_input_is_refused_if_given_twice(small, files):
    with pytest.raises(UsageError, match="standard input is read once"):
        load_combined([Path("-"), *files(ANA), Path("-")], small)


def test_file_given_both_by_name_and_as_standard_input_is_refused(
    small, files, monkeypatch, capfd
):
    sources = files(ANA, BO)
    kept = os.dup(0)
    with sources[0].open("rb") as stream:
        os.dup2(stream.fileno(), 0)
    try:
        assert refusal([*sources, Path("-")], small) == [
            "standard input:1:1: the same file as a.yaml; name each file once"
        ]
    finally:
        os.dup2(kept, 0)
        os.close(kept)


@pytest.mark.parametrize(
    ("version", "older"),
    [
        pytest.param("version: 1", 2, id="both older"),
        pytest.param("version: 3", 1, id="one older"),
    ],
)
def test_files_for_older_versions_of_the_questionnaire_are_combined_with_a_warning(
    small, files, version, older
):
    sources = files(ANA, BO.replace("version: 1", version))
    sheet, warned = said(sources, small._replace(version=3))
    assert len(sheet.voices) == 2
    assert len(warned) == older


@pytest.mark.parametrize(
    ("texts", "lines"),
    [
        pytest.param(
            [f"{ANA}project: {{name: Churn}}\n", f"{BO}project: {{slice: Parcels}}\n"],
            [],
            id="one file names no project",
        ),
        pytest.param(
            [
                f"{who}project: {{name: '{name}'}}\n"
                for who, name in ((ANA, "Tür - Eins"), (BO, "tur  EINS"))
            ],
            [],
            id="project names differ in case, accents and blanks",
        ),
        pytest.param(
            [ANA_LATER, ANA_EARLIER, BO],
            [
                "b.yaml: does not count, a.yaml is later (Ana, analyst, 2025-11-24)",
            ],
            id="earlier file of a voice",
        ),
        pytest.param(
            [
                f"{ANA_LATER}steps: {{COL-01: {{owner: Ana, due: 2026-12-15}}}}\n",
                f"{BO}steps: {{COL-01: {{owner: Cy, done: 2025-11-14}}}}\n",
            ],
            [
                (
                    "b.yaml:6:25: warning: COL-01: owner Cy does not count, but Ana in "
                    "a.yaml, which is newer"
                )
            ],
            id="two owners of one step",
        ),
        pytest.param(
            [
                f"{ANA}steps: {{COL-01: {{due: 2026-12-15}}}}\n",
                f"{BO}steps: {{COL-01: {{due: 2026-12-16}}}}\n",
            ],
            [
                (
                    "a.yaml:5:23: warning: COL-01: due 2026-12-15 does not count, but "
                    "2026-12-16 in b.yaml, and no date says which is newer; correct one"
                )
            ],
            id="two days of one step in files without a date",
        ),
        pytest.param(
            [ANA_LATER.replace("Ana", "José"), ANA_EARLIER.replace("Ana", JOSE)],
            ["b.yaml: does not count, a.yaml is later (José, analyst, 2025-11-24)"],
            id="earlier file of a person whose name has an accent",
        ),
        pytest.param(
            [ANA_LATER, ANA_EARLIER.replace("Ana", "' ana '")],
            ["b.yaml: does not count, a.yaml is later (Ana, analyst, 2025-11-24)"],
            id="earlier file of a person whose name is in lower case",
        ),
        pytest.param(
            [ANA, ANA.replace("analyst", "owner").replace("Ana", "ANA")],
            [
                (
                    "b.yaml:3:1: warning: counts as another person than ANA in a.yaml, "
                    "because the role is another; if it is one person, write the same "
                    "role in both"
                ),
            ],
            id="one name with two roles",
        ),
        pytest.param(
            [UNNAMED, UNNAMED.replace("3", "2")],
            [
                (
                    "b.yaml:1:1: warning: does not say who answered, nor does a.yaml, "
                    "so they count as two people; if they are, add 'voice: {name: "
                    "...}' to each, else leave the older file out"
                ),
            ],
            id="two files without a voice",
        ),
        pytest.param(
            [
                f"{ANA}project: {{slice: The north}}\n",
                f"{BO}project: {{slice: The south}}\n",
            ],
            [
                (
                    "b.yaml:6:18: warning: slice 'The south' differs from that in "
                    "a.yaml, and the report names only one; if both mean the same, "
                    "use one wording, else report on each by itself"
                ),
            ],
            id="two slices",
        ),
        pytest.param(
            [
                f"{ANA_EARLIER}project: {{slice: The north}}\n",
                f"{ANA_LATER}project: {{slice: The south}}\n",
                f"{BO}project: {{slice: ' the  South'}}\n",
            ],
            ["a.yaml: does not count, b.yaml is later (Ana, analyst, 2025-11-24)"],
            id="a slice that was corrected later",
        ),
    ],
)
def test_combining_files_gives_a_warning_if_they_contradict_each_other(
    small, files, texts, lines
):
    assert said(files(*texts), small)[1] == lines


def test_answers_with_the_later_date_count_if_two_files_are_of_the_same_voice(
    small, files
):
    sources = files(ANA_LATER, ANA_EARLIER.replace("COL-01: 3", "COL-01: 0"))
    assert said(sources, small)[0].answers["COL-01"].level == 3


DATED_ROOM = ROOM.replace("analyst}", "analyst, date: 2025-11-20}")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(ANA_LATER, id="whole file"),
        pytest.param(
            ANA_LATER.replace("voice", "ask: COL-01\nvoice"), id="list of ask"
        ),
    ],
)
def test_newer_file_of_somebody_who_was_in_the_meeting_counts(small, files, text):
    text = text.replace("COL-01: 3", "COL-01: 0")
    for sources in permutations(files(DATED_ROOM, text)):
        assert said([*sources], small)[0].answers["COL-01"].level == 0


@pytest.mark.parametrize(
    "date",
    [
        pytest.param("2025-11-19", id="older"),
        pytest.param("2025-11-20", id="same day"),
    ],
)
def test_message_names_the_date_that_the_meeting_keeps_of_a_file_that_is_not_newer(
    small, files, date
):
    ana = ANA_EARLIER.replace("2025-11-20", date)
    assert refusal(files(DATED_ROOM, ana), small) == [
        f"b.yaml:{kept_in('3:1', 'a.yaml', 'Ana, analyst, 2025-11-20')}"
    ]


@pytest.mark.parametrize(
    ("meeting", "counts"),
    [
        pytest.param("2025-11-23", True, id="meeting before"),
        pytest.param("2025-11-24", False, id="meeting on the same day"),
        pytest.param("2025-12-10", False, id="meeting after"),
    ],
)
def test_file_of_somebody_who_was_in_the_meeting_counts_only_if_the_meeting_is_older(
    small, files, meeting, counts
):
    room = DATED_ROOM.replace("all of us}", f"all of us, date: {meeting}}}")
    sources = files(room, ANA_LATER.replace("COL-01: 3", "COL-01: 0"))
    if counts:
        assert said(sources, small)[0].answers["COL-01"].level == 0
    else:
        assert refusal(sources, small) == [
            f"b.yaml:{kept_in('3:1', 'a.yaml', 'Ana, analyst, 2025-11-20')}"
        ]


def test_warning_of_two_files_without_a_voice_does_not_depend_on_their_order(
    small, files
):
    role = f"{HEAD}voice: {{role: analyst}}\nanswers: {{COL-01: 3}}\n"
    sources = files(UNNAMED, role, UNNAMED.replace("3", "2"))
    for order in permutations(sources):
        (warning,) = said([*order], small)[1]
        assert "does not say who answered" in warning


def test_former_name_does_not_let_files_of_several_projects_be_combined(small, files):
    names = ("Alpha", "Beta", "Gamma")
    paths = files(
        *(f"{UNNAMED}project: {{name: {name}}}\n" for name in names),
    )
    for order in permutations(paths):
        loaded = [
            AnswersFile(str(path), path.read_bytes(), load_combined([path], small))
            for path in order
        ]
        (problem,) = problems(loaded, small, "alpha")
        assert "is another project than" in problem.text
        assert "Alpha" not in problem.text
        assert len(problems(loaded, small)) == 2


def test_meeting_file_is_refused_if_a_later_meeting_includes_its_answers(small, files):
    (first,) = files(ROOM)
    room = load_combined([first], small)
    second = room._replace(
        voice=room.voice._replace(date="2025-11-25"),
        voices=(room,),
        unsettled=frozenset(),
    )
    Path("second.yaml").write_text(dump(second, small), encoding="utf-8")
    assert refusal([first, Path("second.yaml")], small) == [
        f"a.yaml:{kept_in('3:1', 'second.yaml', 'a meeting of all of us')}"
    ]


def test_saved_combined_sheet_is_loaded_with_its_voices(small, files):
    combined, _ = said(files(ANA, BO), small)
    room = combined._replace(voice=combined.voice._replace(present="Ana, Bo"))
    (path,) = files(dump(room, small))
    loaded = load_combined([path], small)
    assert [each.voice for each in loaded.voices] == [
        each.voice for each in combined.voices
    ]
    assert loaded.answers == combined.answers


def test_a_thousand_voices_are_combined(small, tmp_path):
    paths = []
    for number in range(1000):
        path = tmp_path / f"{number}.yaml"
        path.write_text(ANA.replace("Ana", f"Ana {number}"), encoding="utf-8")
        paths.append(path)
    sheet, warned = said(paths, small)
    assert len(sheet.voices) == 1000
    assert warned == []
