"""Answers to an older version of a questionnaire."""

import re
import warnings
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from mlready.errors import DocumentError, StorageWarning
from mlready.interview.steps import steps
from mlready.model.answers import Answer, AnswerSheet, PlanStep, Timing, Voice
from mlready.model.questionnaire import Questionnaire
from mlready.storage.answers_file import dump, read
from mlready.storage.questionnaire_file import load
from tests.benchmarks.migration import LEAST, outcomes

SMALL = (Path(__file__).parent / "data" / "small.yaml").read_text(encoding="utf-8")

SUCCESSOR = (
    "{id: COL-03, was: OLD-01, topic: t, text: x, levels: [a, b, c, d, e], why: y, "
    "source: s, knows: k, roles: [analyst], remedy: hire, actions: [a, b, c]}"
)


def later_version(
    tmp_path: Path, *pairs: tuple[str, str], version: int = 3
) -> Questionnaire:
    """Return version ``version`` of the questionnaire small.yaml, with changed texts.

    An argument such as ``("Kept", "Stored")`` replaces "Kept" by "Stored".
    """
    text = SMALL.replace("version: 1\n", f"version: {version}\n")
    for old, new in pairs:
        assert text.count(old) >= 1
        text = text.replace(old, new)
    file = tmp_path / "q.yaml"
    file.write_text(text, encoding="utf-8")
    return load(file)


def migrated(text: str, questionnaire: Questionnaire) -> tuple[AnswerSheet, str]:
    """Read an answers file; return the sheet and its one warning."""
    with pytest.warns(StorageWarning) as warned:
        sheet = read(text.encode(), "a.yaml", questionnaire)
    assert len(warned) == 1
    return sheet, str(warned[0].message)


def test_all_answers_to_an_older_questionnaire_version_count_if_no_question_changed(
    tmp_path: Path,
) -> None:
    text = (
        "questionnaire: small\nversion: 1\nprofile: {approach: train}\n"
        "answers: {COL-01: 3, COL-02: {na: legal}}\n"
    )
    sheet, warning = migrated(text, later_version(tmp_path))

    assert warning == (
        "a.yaml: answers to version 1 are read as version 3: all of them still count"
    )
    assert sheet.version == 3
    assert sheet.answers == {"COL-01": Answer(level=3), "COL-02": Answer(na="legal")}
    assert sheet.profile == {"approach": "train"}


def test_renamed_questions_and_facts_keep_their_answers(tmp_path: Path) -> None:
    questionnaire = later_version(
        tmp_path,
        ("- id: COL-02\n", "- id: COL-07\n    was: [COL-05, COL-02]\n"),
        ("- id: readers\n", "- id: audience\n  was: readers\n"),
        ("readers: [restricted]", "audience: [restricted]"),
    )
    text = (
        "questionnaire: small\nversion: 1\nnext: COL-02\n"
        "profile: {approach: bought, readers: everyone}\n"
        "answers: {COL-02: {level: 3, note: kept}}\n"
    )
    sheet, warning = migrated(text, questionnaire)

    assert sheet.answers == {"COL-07": Answer(level=3, note="kept")}
    assert sheet.profile == {"approach": "bought", "audience": "everyone"}
    assert sheet.earlier == {}
    assert warning.endswith("renamed: readers to audience, COL-02 to COL-07")


def test_question_list_follows_renamed_questions_and_drops_removed_questions(
    tmp_path: Path,
) -> None:
    questionnaire = later_version(
        tmp_path,
        ("- id: COL-02\n", "- id: COL-07\n    was: [COL-05, COL-02]\n"),
        ("- id: readers\n", "- id: audience\n  was: readers\n"),
        ("readers: [restricted]", "audience: [restricted]"),
    )
    text = (
        "questionnaire: small\nversion: 1\n"
        'ask: "COL-01 COL-02 COL-99 readers available-analyst"\nanswers: {COL-01: 2}\n'
    )
    sheet, _ = migrated(text, questionnaire)

    assert sheet.asked == ("COL-01", "COL-07", "audience", "available-analyst")


@pytest.mark.parametrize(("version", "counts"), [(1, False), (2, True)])
def test_question_is_asked_again_only_if_it_changed_since_it_was_answered(
    tmp_path: Path,
    version: int,
    counts: bool,  # noqa: FBT001 - pytest passes it by name
) -> None:
    questionnaire = later_version(
        tmp_path, ('topic: "Kept"', 'topic: "Kept"\n    changed: 2')
    )
    text = (
        f"questionnaire: small\nversion: {version}\nnext: review\n"
        "answers: {COL-01: 2, COL-02: {level: 3, note: by hand}}\n"
    )
    sheet, warning = migrated(text, questionnaire)
    open_ids = {step.id for step in steps(questionnaire, sheet) if not step.answered}

    assert ("COL-02" not in open_ids) == counts
    assert sheet.next == ""
    if not counts:
        assert sheet.earlier == {"COL-02": {"level": "3", "note": "by hand"}}
        assert warning.endswith(
            "1 carried over; asked again: COL-02; an interview keeps what no longer "
            "counts in the file, under 'earlier'"
        )


def test_answer_counts_if_the_new_questionnaire_keeps_the_meaning_of_its_level(
    tmp_path: Path,
) -> None:
    kept = "changed: 2\n    kept_levels: [2, 3]"
    questionnaire = later_version(
        tmp_path,
        ('topic: "Kept"\n', f'topic: "Kept"\n    {kept}\n'),
        ('topic: "Recorded"', f'topic: "Recorded"\n    {kept}'),
    )
    text = (
        "questionnaire: small\nversion: 1\n"
        "answers: {COL-01: 1, COL-02: {level: 3, note: by hand}}\n"
    )
    sheet, warning = migrated(text, questionnaire)

    assert sheet.answers == {"COL-02": Answer(level=3, note="by hand")}
    assert sheet.earlier == {"COL-01": "1"}
    assert "1 carried over; asked again: COL-01; " in warning


@pytest.mark.parametrize("again", ["unknown", "{na: legal}", "{note: later}"])
def test_changed_question_is_asked_again_if_its_answer_has_no_level(
    tmp_path: Path, again: str
) -> None:
    questionnaire = later_version(
        tmp_path,
        ('topic: "Kept"\n', 'topic: "Kept"\n    changed: 2\n    kept_levels: [2]\n'),
    )
    text = f"questionnaire: small\nversion: 1\nanswers:\n  COL-02: {again}\n"
    sheet, _ = migrated(text, questionnaire)

    assert (sheet.answers, [*sheet.earlier]) == ({}, ["COL-02"])


def test_migration_from_version_1_of_the_questionnaire_keeps_the_advice_of_most_teams(
    kickoff: Questionnaire,
) -> None:
    found = list(outcomes(kickoff))
    same = [each for each in found if each.now == each.then]

    assert len(found) == 100
    assert len(same) >= LEAST * len(found)
    assert all("answers to version 1 are read as" in each.summary for each in found)


def test_answers_that_no_longer_fit_are_reported_and_kept_in_the_file_but_not_counted(
    tmp_path: Path,
) -> None:
    text = (
        "questionnaire: small\nversion: 1\n"
        "profile: {approach: rent, colour: red, available: {analyst: 1, cook: 2}}\n"
        "answers: {COL-09: unknown, 'odd: key': {note: \"x: y\"}}\n"
    )
    questionnaire = later_version(tmp_path)
    sheet, warning = migrated(text, questionnaire)

    assert sheet.earlier == {
        "approach": "rent",
        "colour": "red",
        "COL-09": "unknown",
        "odd: key": {"note": "x: y"},
        "available": {"cook": "2"},
    }
    assert sheet.available == {"analyst": 1.0}
    assert "asked again: approach; " in warning
    assert "no longer asked: colour, COL-09, odd: key, available.cook; " in warning
    assert read(dump(sheet, questionnaire).encode(), "a.yaml", questionnaire) == sheet


def test_migrated_answers_are_read_without_a_warning_once_saved(
    tmp_path: Path,
) -> None:
    questionnaire = later_version(
        tmp_path, ('topic: "Kept"', 'topic: "Kept"\n    changed: 2')
    )
    text = "questionnaire: small\nversion: 1\nanswers: {COL-02: 3}\n"
    sheet, _ = migrated(text, questionnaire)
    saved = dump(sheet, questionnaire)

    assert saved.endswith("earlier:\n  COL-02: 3\n")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert read(saved.encode(), "a.yaml", questionnaire) == sheet


@given(
    st.dictionaries(
        st.text(min_size=1, max_size=8),
        st.one_of(
            st.text(min_size=1, max_size=8),
            st.dictionaries(st.text(min_size=1, max_size=5), st.text(max_size=9)),
        ),
        max_size=4,
    )
)
def test_answers_kept_but_not_counted_are_read_back_unchanged_after_saving(
    small: Questionnaire, earlier: dict[str, str | dict[str, str]]
) -> None:
    sheet = AnswerSheet("small", 1, earlier=earlier)
    try:
        reread = read(dump(sheet, small).encode(), "a.yaml", small)
    except (DocumentError, UnicodeEncodeError):
        return  # no answers file can contain this text
    kept = {
        key: {k: v for k, v in value.items() if v} if isinstance(value, dict) else value
        for key, value in earlier.items()
    }
    assert reread.earlier == {key: value for key, value in kept.items() if value}


def test_error_about_a_newer_questionnaire_version_says_how_to_read_the_answers(
    small: Questionnaire,
) -> None:
    text = "questionnaire: small\nversion: 2\nanswers: {NEW-01: 3}\n"
    with pytest.raises(DocumentError) as caught:
        read(text.encode(), "a.yaml", small)

    assert str(caught.value).splitlines()[0] == (
        "a.yaml:2:10: these answers are for version 2 of the questionnaire, newer than "
        "this one, version 1; update mlready, or name the newer questionnaire with -q"
    )


def test_older_answers_without_a_questionnaire_id_are_refused_only_for_that(
    tmp_path: Path,
) -> None:
    text = "version: 1\nanswers: {COL-01: 2, OLD-77: 2}\n"
    with pytest.raises(DocumentError) as caught:
        read(text.encode(), "a.yaml", later_version(tmp_path))

    assert str(caught.value) == (
        "a.yaml:1:1: 'questionnaire' is missing; add 'questionnaire: small'"
    )


def test_invalid_answers_to_an_older_version_of_the_questionnaire_are_refused(
    tmp_path: Path,
) -> None:
    text = "questionnaire: small\nversion: 1\nanswers: {COL-01: 9, COL-77: 2}\n"
    with pytest.raises(DocumentError) as caught:
        read(text.encode(), "a.yaml", later_version(tmp_path))

    assert [each.line for each in caught.value.problems] == [3]
    assert "a level from 0 to 4" in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "- id: COL-02\n",
            "- id: COL-02\n    was: COL-01\n",
            "'COL-01' is still asked; give what is asked now another id",
        ),
        (
            "- id: COL-02\n",
            "- id: COL-02\n    changed: 4\n",
            "this questionnaire is version 3; raise its version first",
        ),
        (
            "- id: COL-02\n",
            "- id: COL-02\n    changed: 0\n",
            "expected a version of this questionnaire, found '0'",
        ),
        (
            "- id: COL-02\n",
            "- id: COL-02\n    kept_levels: [2]\n",
            "'kept_levels' has a meaning only beside 'changed'",
        ),
        (
            "- id: COL-02\n",
            f"- {SUCCESSOR}\n  - id: COL-02\n    was: [OLD-01]\n",
            "'OLD-01' is what 'COL-03' was, too",
        ),
        (
            "- id: readers\n",
            "- id: readers\n  was: ' '\n",
            "expected a former id, or a list of them, found ' '",
        ),
    ],
    ids=[
        "former id still in use",
        "changed in a future version",
        "changed before the first version",
        "kept levels of a question that did not change",
        "two questions with the same former id",
        "blank former id",
    ],
)
def test_questionnaire_with_inconsistent_former_ids_or_versions_is_refused(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    with pytest.raises(DocumentError, match=re.escape(message)):
        later_version(tmp_path, (old, new))


def test_migration_keeps_the_voices_of_a_file(tmp_path: Path) -> None:
    questionnaire = later_version(
        tmp_path,
        ("- id: COL-02\n", "- id: COL-07\n    was: [COL-02]\n"),
        ('topic: "Recorded"', 'topic: "Recorded"\n    changed: 2'),
    )
    text = (
        "questionnaire: small\nversion: 1\n"
        "voice: {present: Ana and Bo, date: 2025-11-24}\n"
        "voices: {v1: {name: Ana, role: analyst}, v2: {name: Bo}}\n"
        "said:\n"
        "  COL-01: {v1: 1, v2: 2}\n"
        "  COL-02: {v1: 3, v2: na}\n"
        "  MOV-01: {v2: unknown}\n"
        "  OLD-01: {v1: 1}\n"
        "  approach: {v1: train, v2: rent}\n"
        "  available-analyst: {v1: 0.5}\n"
        "  available-cook: {v1: 1}\n"
    )
    sheet, _ = migrated(text, questionnaire)

    assert sheet.voice == Voice(present="Ana and Bo", date="2025-11-24")
    ana, bo = sheet.voices
    assert ana.voice == Voice("Ana", "analyst")
    assert ana.answers == {"COL-07": Answer(level=3)}
    assert ana.profile == {"approach": "train"}
    assert ana.available == {"analyst": 0.5}
    assert bo.voice == Voice("Bo")
    assert bo.answers == {"COL-07": Answer(na="-"), "MOV-01": Answer(unknown=True)}
    assert bo.profile == {}
    assert read(dump(sheet, questionnaire).encode(), "a.yaml", questionnaire) == sheet


def test_migration_sets_background_lines_and_plan_steps_aside_if_their_ids_are_removed(
    tmp_path: Path,
) -> None:
    later = later_version(
        tmp_path,
        ("- id: COL-02", "- id: COL-09\n    was: COL-02"),
        ("- id: reader\n", "- id: sponsor\n"),
    )
    text = (
        "questionnaire: small\nversion: 1\n"
        "background: {promise: A pilot, reader: Ines}\n"
        "steps: {COL-02: {owner: Ana}, OLD-01: {owner: Bo}, own: {what: Call}}\n"
        "interview: {minutes: 24}\n"
        "voices: {v1: {name: Ana}}\n"
        "said: {background-promise: {v1: By March}, background-reader: {v1: Ines}}\n"
    )
    sheet, warning = migrated(text, later)

    assert sheet.background == {"promise": "A pilot"}
    assert sheet.steps == {"COL-09": PlanStep(owner="Ana"), "own": PlanStep("Call")}
    assert sheet.timing == Timing(minutes=24)
    assert sheet.voices[0].background == {"promise": "By March"}
    assert sheet.earlier == {
        "background-reader": "Ines",
        "step-OLD-01": {"owner": "Bo"},
    }
    assert "no longer asked: background-reader, step-OLD-01" in warning
    assert read(dump(sheet, later).encode(), "a.yaml", later) == sheet


@pytest.fixture
def ours(tmp_path: Path) -> Questionnaire:
    """Return a questionnaire that extends version 3 of small.yaml."""
    later_version(
        tmp_path,
        ('topic: "Kept"\n', 'topic: "Kept"\n    changed: 3\n    kept_levels: [2]\n'),
    )
    file = tmp_path / "ours.yaml"
    file.write_text(
        "extends: q.yaml\nid: ours\nversion: 2\n"
        "off: {MOV-02: 'nothing is secret', promise: 'none was made'}\n"
        "sections: [{id: COL, questions: [{id: COL-01, changed: 1}]},\n"
        "  {id: MOV, questions: [{id: MOV-01, was: OUR-01, changed: 2}]}]\n",
        encoding="utf-8",
    )
    return load(file)


def counted(text: str, questionnaire: Questionnaire) -> tuple[set[str], str]:
    """Return the ids of the answers that count, and the warnings."""
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        sheet = read(text.encode(), "a.yaml", questionnaire)
    assert read(dump(sheet, questionnaire).encode(), "a.yaml", questionnaire) == sheet
    return {*sheet.answers}, "".join(str(each.message) for each in warned)


@pytest.mark.parametrize(
    ("head", "ids", "said"),
    [
        pytest.param(
            "questionnaire: ours\nversion: 2\nextends: small-3\n",
            {"COL-01", "COL-02", "MOV-01"},
            "",
            id="present versions",
        ),
        pytest.param(
            "questionnaire: ours\nversion: 2\n",
            {"COL-01", "COL-02", "MOV-01"},
            "",
            id="version of the extended questionnaire is missing",
        ),
        pytest.param(
            "questionnaire: ours\nversion: 1\nextends: small-3\n",
            {"COL-01", "COL-02"},
            "answers to version 1 are read as version 2: 2 carried over; asked again: "
            "MOV-01",
            id="older version",
        ),
        pytest.param(
            "questionnaire: ours\nversion: 2\nextends: small-2\n",
            {"COL-01", "MOV-01"},
            "answers based on small, version 2, are read as version 3: 2 carried over; "
            "asked again: COL-02",
            id="older version of the extended questionnaire",
        ),
        pytest.param(
            "questionnaire: small\nversion: 3\n",
            {"COL-02"},
            "answers to small, version 3, are read as answers to ours, version 2: "
            "1 carried over; asked again: COL-01, MOV-01",
            id="answers to the extended questionnaire",
        ),
        pytest.param(
            "questionnaire: small\nversion: 1\n",
            set(),
            "answers to small, version 1, are read as answers to ours, version 2: "
            "0 carried over; asked again: COL-01, COL-02, MOV-01",
            id="answers to an older version of the extended questionnaire",
        ),
    ],
)
def test_answer_counts_only_if_neither_questionnaire_nor_base_changed_its_question(
    ours: Questionnaire, head: str, ids: set[str], said: str
) -> None:
    found, warning = counted(
        f"{head}answers: {{MOV-01: 2, COL-01: 3, COL-02: 1}}\n", ours
    )

    assert found == ids
    expected = f"a.yaml: {said}; an interview keeps what no longer counts in the file,"
    assert warning == (f"{expected} under 'earlier'" if said else "")


def test_answers_to_switched_off_questions_are_kept_but_not_counted(
    ours: Questionnaire,
) -> None:
    text = (
        "questionnaire: ours\nversion: 2\nbackground: {promise: a pilot}\n"
        "answers: {COL-01: 2, MOV-02: {level: 1, note: x}}\n"
    )
    sheet, warning = migrated(text, ours)

    assert sheet.answers == {"COL-01": Answer(level=2)}
    assert sheet.earlier == {
        "MOV-02": {"level": "1", "note": "x"},
        "background-promise": "a pilot",
    }
    assert "no longer asked: MOV-02, background-promise; " in warning


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            "version: 2\nextends: small-4\nanswers: {MOV-02: 2}\n",
            "3:10: these answers are for version 4 of 'small', newer than this one, "
            "version 3; update mlready",
            id="newer extended questionnaire",
        ),
        pytest.param(
            "version: 2\nextends: small 3\nanswers: {COL-01: 2}\n",
            "3:10: expected ids with versions, such as kickoff-2, found 'small 3'",
            id="versions in a wrong format",
        ),
        pytest.param(
            "version: 2\nanswers: {MOV-02: 2, MOV-20: 2}\n",
            "3:22: there is no question 'MOV-20'; did you mean 'MOV-01'?",
            id="unknown question beside a question that is switched off",
        ),
    ],
)
def test_answers_that_cannot_be_migrated_are_refused(
    ours: Questionnaire, text: str, message: str
) -> None:
    with pytest.raises(DocumentError, match=re.escape(f"a.yaml:{message}")):
        read(f"questionnaire: ours\n{text}".encode(), "a.yaml", ours)
