"""The command ``lint``: errors, warnings and summary of a questionnaire."""

from collections.abc import Callable
from pathlib import Path

import pytest

from mlready.cli.commands import app
from mlready.storage.questionnaire_lint import lint
from mlready.storage.repeated_levels import repeated_levels
from tests.samples import ROOT

SMALL = (Path(__file__).parent / "data" / "small.yaml").read_text(encoding="utf-8")
EXTENDING = "extends: small.yaml\nid: ours\nversion: 1\n"
NEW = (
    "topic: t, text: x, levels: [a, b, c, d, e], why: y, source: s, knows: k, "
    "roles: [analyst], remedy: hire, actions: [a, b, c]"
)
LEVELS = "levels: [a, b, c, d, e]"
OTHER_LEVELS = (
    "answers to small count for these levels, too; if they mean something else, add "
    "'changed' with the version of this questionnaire"
)
Found = Callable[[str], tuple[list[str], list[str], str]]


@pytest.fixture
def found(tmp_path: Path) -> Found:
    """Return a function that lints a YAML text beside ``small.yaml``."""
    (tmp_path / "small.yaml").write_text(SMALL, encoding="utf-8")

    def checked(text: str) -> tuple[list[str], list[str], str]:
        file = tmp_path / "q.yaml"
        file.write_text(text, encoding="utf-8")
        errors, warnings, summary = lint(file)
        places = [
            [str(each).removeprefix(f"{tmp_path}/q.yaml:") for each in listed]
            for listed in (errors, warnings)
        ]
        return places[0], places[1], summary

    return checked


@pytest.mark.parametrize(
    ("made_for", "changes", "expected"),
    [
        pytest.param(2, "", [], id="current"),
        pytest.param(
            1, "changed: 2",
            [
                (
                    "4:11: small is version 2 now; another meaning: COL-01; check, "
                    "then write made_for: 2"
                ),
                "8:9: small has changed the meaning of COL-01; check these",
            ],
            id="another meaning",
        ),
        pytest.param(
            1, "reworded: 2",
            [
                (
                    "4:11: small is version 2 now; other words: COL-01; check, then "
                    "write made_for: 2"
                ),
                "8:9: small has changed the words of COL-01; check these",
            ],
            id="other words",
        ),
        pytest.param(
            1, "reworded: 1",
            [
                (
                    "4:11: small is version 2 now; it does not say what changed; "
                    "check, then write made_for: 2"
                )
            ],
            id="other changes",
        ),
        pytest.param(
            3, "", ["4:11: this is for version 3 of small, which is version 2 here"],
            id="newer",
        ),
    ],
)  # fmt: skip
def test_lint_warns_of_a_questionnaire_made_for_another_base_version(
    found: Found, tmp_path: Path, made_for: int, changes: str, expected: list[str]
) -> None:
    base = SMALL.replace("version: 1\n", "version: 2\n")
    base = base.replace("- id: COL-01\n", f"- id: COL-01\n    {changes}\n")
    (tmp_path / "small.yaml").write_text(base, encoding="utf-8")
    _, warnings, _ = found(
        f"{EXTENDING}made_for: {made_for}\nsections:\n- id: COL\n  questions:\n"
        "  - id: COL-01\n    text: Wie?\n"
    )

    assert warnings == expected


@pytest.mark.parametrize(
    ("levels", "repeated"),
    [
        pytest.param(["No.", "Some.", "All."], [], id="all different"),
        pytest.param(
            ["By hand.", "x", "by  hand"], [(2, 0, True)], id="case and signs"
        ),
        pytest.param(
            ["a", "b", "Tested.", "As 2, and shared.", "As 3, and shared."],
            [(4, 3, True)],
            id="the same addition twice",
        ),
        pytest.param(
            ["Checked by the owner.", "The owner checks it by."],
            [],
            id="another word",
        ),
        pytest.param(
            ["The list is checked weekly.", "Weekly checked lists."],
            [(1, 0, False)],
            id="another order and endings",
        ),
        pytest.param(
            ["Checked regularly.", "Checked regulary."], [(1, 0, False)], id="misspelt"
        ),
        pytest.param(["In 2 weeks.", "In 3 weeks."], [], id="other numbers"),
        pytest.param(["Written down.", "Not written down."], [], id="negation"),
        pytest.param(["", "..."], [(1, 0, True)], id="no words"),
    ],
)
def test_only_levels_that_repeat_the_text_of_another_level_are_reported(
    levels: list[str], repeated: list[tuple[int, int, bool]]
) -> None:
    assert list(repeated_levels(levels)) == repeated


def test_bundled_questionnaire_has_neither_errors_nor_warnings() -> None:
    errors, warnings, summary = lint(ROOT / "questionnaires" / "kickoff.yaml")

    assert (errors, warnings) == ([], [])
    assert summary.endswith(" questions")


def test_lint_reports_all_errors_of_a_questionnaire_at_once(
    found: Found,
) -> None:
    text = (
        SMALL.replace("approach: [bought]", "approach: [lease]", 1)
        .replace('["Thrown away.", "For a week."', '["Thrown away.", "Thrown away"')
        .replace("roles: [ml]", "roles: [mll]")
        .replace('COL-01: ["2", "3", "4"]', 'AIM-01: ["2"]')
    )
    errors, warnings, summary = found(text)

    assert errors == [
        "42:21: approach has no choice 'lease'; name one of train, bought",
        "83:30: level 1 says the same as level 0",
        "132:13: there is no role 'mll'; did you mean 'ml'?",
        (
            "135:12: the condition of AIM-01 waits for AIM-01 itself, so it could "
            "never be asked; leave one of these conditions out"
        ),
    ]
    assert (warnings, summary) == ([], "")


@pytest.mark.parametrize(
    ("text", "warnings"),
    [
        pytest.param(
            SMALL.replace('"For a year."', '"A week for."'),
            ["83:45: level 2 says nearly the same as level 1"],
            id="level that nearly repeats another level",
        ),
        pytest.param(
            f"{SMALL}in_short:\n"
            "- {question: COL-01, low: l, step: s, done: d}\n"
            "- {question: COL-01, when: {approach: [bought]}, low: l, step: s, "
            "done: d}\n"
            "- {question: MOV-02, when: {approach: [train]}, low: l, step: s, "
            "done: d}\n",
            [
                "151:3: no team can get this: a text of 'COL-01' before it fits",
                "152:3: no team can get this: its 'when' can never hold",
            ],
            id="texts that no team gets",
        ),
        pytest.param(
            EXTENDING + "sections: [{id: MOV, questions: "
            "[{id: MOV-01, topic: Arrives, remedy: decide}]}]\n",
            [
                (
                    "4:47: small says the same; leave 'topic' out, so that it "
                    "follows small"
                )
            ],
            id="text like that of the extended questionnaire",
        ),
        pytest.param(
            EXTENDING + "profile: [{id: readers, choices: {restrict: x, everyone: y}}]",
            [
                (
                    "4:35: small has no choice 'restrict' here, so this adds one; did "
                    "you mean 'restricted'?"
                )
            ],
            id="choice that the extended questionnaire does not have",
        ),
        pytest.param(
            EXTENDING + "sections: [{id: COL, questions: [{id: COL-02, text: x}]}]\n",
            [
                (
                    "4:47: for some teams small has another 'text', which stays; "
                    "give 'wordings' as well, or drop them"
                )
            ],
            id="unchanged special wordings",
        ),
        pytest.param(
            EXTENDING
            + f"sections: [{{id: MOV, questions: [{{id: MOV-01, {LEVELS}}}]}}]",
            [f"4:47: {OTHER_LEVELS}"],
            id="other levels",
        ),
        pytest.param(
            f"{EXTENDING}language: de\n"
            f"sections: [{{id: MOV, questions: [{{id: MOV-01, {LEVELS}}}]}}]",
            [],
            id="translated levels",
        ),
        pytest.param(
            EXTENDING + f"sections: [{{id: COL, questions: [{{id: COL-09, {NEW}}}]}}]",
            [
                (
                    "4:39: a later small may have a question 'COL-09' itself; begin "
                    "ids of your own with other letters than COL"
                )
            ],
            id="id that a later version may take",
        ),
        pytest.param(
            EXTENDING + f"sections: [{{id: MOV, questions: [{{id: MOV-01, {NEW}}}]}}]",
            [
                (
                    "4:39: this replaces all that small says of MOV-01; if it is a "
                    "question of your own, give it another id"
                ),
            ],
            id="question without any remaining part",
        ),
    ],
)
def test_lint_warns_of_entries_that_may_be_mistakes(
    found: Found,
    text: str,
    warnings: list[str],
) -> None:
    errors, given, _ = found(text)

    assert (errors, given) == ([], warnings)


def test_lint_summary_counts_and_names_the_changes_to_the_base(
    found: Found,
) -> None:
    _, _, summary = found(
        f"{EXTENDING}constants: {{tilt: 0.1}}\nroles: {{analyst: {{name: a}}}}\n"
        "remedies: {hire: h, buy: b}\n"
        "profile: [{id: readers, topic: t}]\noff: {MOV-02: x}\n"
        f"sections: [{{id: MOV, name: n, questions: [{{id: OUR-01, {NEW}}},\n"
        "  {id: MOV-01, source: s}]}]\n"
    )

    assert summary == (
        "5 questions; extends small, version 1; changes 1 fact (readers), 1 section "
        "(MOV), 1 question (MOV-01), 1 constant (tilt), 1 role (analyst), 1 remedy "
        "(hire); adds 1 question (OUR-01), 1 remedy (buy); switches off MOV-02"
    )


def test_lint_prints_errors_and_warnings_separately(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("bad.yaml").write_text(SMALL.replace("roles: [ml]", "roles: [mll]"))
    Path("odd.yaml").write_text(SMALL.replace('"For a year."', '"A week for."'))
    Path("good.yaml").write_text(SMALL)

    def code(*files: str) -> int:
        with pytest.raises(SystemExit) as ended:
            app(["lint", *files])
        return int(ended.value.code or 0)

    assert code("bad.yaml", "odd.yaml", "good.yaml") == 3
    out, err = capfd.readouterr()
    assert (out, err.splitlines()) == (
        "",
        [
            "mlready: bad.yaml:132:13: there is no role 'mll'; did you mean 'ml'?",
            "bad.yaml: 1 error",
            "mlready: odd.yaml:83:45: warning: level 2 says nearly the same as level 1",
            "odd.yaml: 1 warning, 5 questions",
            "good.yaml: fine, 5 questions",
        ],
    )
    assert (code("odd.yaml"), code("none.yaml", "bad.yaml")) == (0, 5)
