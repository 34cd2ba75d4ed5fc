"""Redacted documents contain everything but the free text of the answers."""

from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from mlready.assessment.assess import Assessment, assess
from mlready.assessment.voices import combine
from mlready.model.answers import Answer, AnswerSheet, PlanStep
from mlready.output.formats import ReportRequest, render_document
from mlready.report.json_export import as_data
from mlready.report.markdown import below_threshold, summary
from mlready.report.options import Diagrams, Format, MinimumVerdict, Reader
from mlready.report.redaction import anonymous, redact
from mlready.storage import answers_file
from tests.program import Program
from tests.samples import (
    ANSWERS,
    EXAMPLES,
    KICKOFF,
    answered_by,
    example,
    read_sheet,
    sheets,
    sheets_of_voices,
)

IDS = [question.id for question in KICKOFF.questions]

LEFT_OUT = "[left out]"
NOTICE = "What people wrote is left out of this report: "
# This word is in every free text of a marked sheet, and nowhere else in a document.
MARK = "Xyzzy"
NAME = "Nemo"  # this word is in every text of people in sheets of several voices
SUMMARY: dict[str, Any] = dict.fromkeys(
    ["answers", "open", "interview", "command", "took"], ""
)
EMPTIED = ("name", "slice", "by", "date")
REPLACED = ("na", "accepted", "note", "evidence")

USER_TEMPLATE = """\
{{ redacted }} {{ project.name }} {{ project.slice }}
{% for section in sections %}{{ section|tojson }}{% endfor %}
{{ gaps|tojson }} {{ staffing|tojson }} {{ certainty|tojson }}
"""
FOR_ALL_READERS = [form for form in Format if form not in {Format.MD, Format.HTML}]
ALL_REQUESTS = [
    ReportRequest(
        reader, form, "today", explain=True, diagrams=diagrams, heading=heading
    )
    for form, reader, diagrams, heading in [
        *product([Format.MD], Reader, Diagrams, [1, 3]),
        *product([Format.HTML], Reader, [Diagrams.TEXT], [1]),
        *product(FOR_ALL_READERS, [Reader.ALL], [Diagrams.TEXT], [1]),
    ]
]
SOME_REQUESTS = [
    *(
        ReportRequest(reader, form)
        for form in (Format.MD, Format.HTML)
        for reader in Reader
    ),
    *(ReportRequest(format=form) for form in FOR_ALL_READERS),
]
# Rendering takes most of the time, so each random sheet is rendered in a few ways.
FEW_OF_ALL, FEW_OF_SOME = (
    st.lists(st.sampled_from(requests), min_size=6, max_size=6, unique=True)
    for requests in (ALL_REQUESTS, SOME_REQUESTS)
)


def marked(team: AnswerSheet, texts: Iterator[str]) -> AnswerSheet:
    """Return a team's sheet with the next of ``texts`` in each free-text field."""

    def with_texts(answer: Answer) -> Answer:
        return answer._replace(
            na=next(texts) if answer.na else "",
            accepted=next(texts),
            note=next(texts),
            evidence=next(texts),
            by=next(texts),
            date=next(texts),
        )

    answered = {id_: with_texts(team.answer(id_)) for id_ in IDS}
    return team._replace(
        name=next(texts),
        slice=next(texts),
        next=next(texts),
        answers=answered,
        background={line.id: next(texts) for line in KICKOFF.background},
        steps={
            "COL-01": PlanStep(next(texts), next(texts), "2026-12-15"),
            "own": PlanStep(next(texts), next(texts)),
        },
    )


def marks() -> Iterator[str]:
    number = 0
    while True:
        number += 1
        yield f"{MARK} {number}"


def blanked(value: Any) -> Any:
    """Return a JSON result redacted as expected: free text is replaced or emptied."""
    match value:
        case {"background": lines, "steps": steps}:
            kept = {
                "background": [{**line, "words": ""} for line in lines],
                "steps": [_without_words(*each) for each in enumerate(steps, 1)],
            }
            return {**kept, **blanked(_without(value, *kept, "plan"))}
        case {"note": _} | {"slice": _}:
            return {key: _without_text(key, each) for key, each in value.items()}
        case dict():
            return {key: blanked(each) for key, each in value.items()}
        case list():
            return [blanked(each) for each in value]
        case _:
            return value


def _without_words(number: int, step: dict[str, Any]) -> dict[str, Any]:
    own = (
        {"id": f"step{number}", "what": LEFT_OUT}
        if step["id"].startswith("own")
        else {"what": ""}
    )
    return {**step, **own, "owner": LEFT_OUT if step["owner"] else ""}


def _without(data: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in data.items() if key not in keys}


def _without_text(key: str, value: Any) -> Any:
    if key in REPLACED:
        return LEFT_OUT if value else ""
    return "" if key in EMPTIED else blanked(value)


@given(team=sheets(ANSWERS | st.just(Answer())), requests=FEW_OF_ALL)
@settings(max_examples=12)
def test_redacted_documents_contain_no_free_text(team, requests):
    assessment = assess(KICKOFF, redact(KICKOFF, marked(team, marks())))
    with_mark = [each for each in requests if MARK in render_document(assessment, each)]

    assert with_mark == []
    assert MARK not in below_threshold(assessment, MinimumVerdict.READY)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_documents_contain_free_text_if_they_are_not_redacted(path):
    assessment = assess(KICKOFF, marked(read_sheet(path), marks()))
    without_mark = {
        (e.format, e.reader)
        for e in ALL_REQUESTS
        if MARK not in render_document(assessment, e)
    }

    assert without_mark == {(Format.BADGE, Reader.ALL)}


@given(team=sheets(ANSWERS | st.just(Answer())))
@settings(max_examples=25)
def test_redaction_removes_only_free_text_from_the_json_result(team):
    original = marked(team, marks())
    data = _without(as_data(assess(KICKOFF, redact(KICKOFF, original))), "plan")

    assert data == {**blanked(as_data(assess(KICKOFF, original))), "redacted": True}


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_redaction_does_not_mark_empty_fields_as_left_out(path):
    original = as_data(assess(KICKOFF, read_sheet(path)))
    data = as_data(assess(KICKOFF, redact(KICKOFF, read_sheet(path))))
    data = _without(data, "plan")

    assert data == {**blanked(original), "redacted": True}
    assert original["redacted"] is False


@given(team=sheets_of_voices(), requests=FEW_OF_SOME)
@settings(max_examples=12)
def test_redacted_documents_contain_no_name_or_text_of_any_voice(team, requests):
    redacted = assess(KICKOFF, redact(KICKOFF, team))

    assert [e for e in requests if NAME in render_document(redacted, e)] == []
    assert NAME not in below_threshold(redacted, MinimumVerdict.READY)
    assert NAME not in summary(redacted, **SUMMARY)


@given(team=sheets_of_voices(), requests=FEW_OF_SOME)
@settings(max_examples=12)
def test_anonymous_documents_contain_no_name_of_any_voice(team, requests):
    answers = {id_: each._replace(note="") for id_, each in team.answers.items()}
    team = team._replace(answers=answers, background={})
    unknown = assess(KICKOFF, anonymous(team))

    assert [e for e in requests if NAME in render_document(unknown, e)] == []
    assert NAME not in below_threshold(unknown, MinimumVerdict.READY)
    assert NAME not in summary(unknown, **SUMMARY)


@given(team=sheets_of_voices(), requests=FEW_OF_SOME)
@settings(max_examples=12)
def test_anonymous_documents_do_not_change_if_the_voices_have_other_names(
    team, requests
):
    renamed = [
        each._replace(voice=each.voice._replace(name=f"Cy {n}", role="ml"))
        for n, each in enumerate(reversed(team.voices))
    ]
    other = team._replace(voices=tuple(renamed))
    documents = [
        [render_document(assessment, e) for e in requests]
        for each in (team, other)
        for assessment in [assess(KICKOFF, anonymous(each))]
    ]

    assert documents[0] == documents[1]


def without_notes(data: Any) -> Any:
    """Return a part of a JSON result without the key ``note`` at any depth."""
    if isinstance(data, dict):
        return {k: without_notes(each) for k, each in data.items() if k != "note"}
    return [without_notes(each) for each in data] if isinstance(data, list) else data


@pytest.mark.parametrize(
    ("voices", "number"),
    [
        pytest.param(
            [("Ana", "data_engineer"), ("Bo", "data_engineer")],
            2,
            id="two people in the same role",
        ),
        pytest.param(
            [("Ana", "my own"), ("Bo", "my own")], 2, id="a role in free text"
        ),
        pytest.param([("", ""), ("", "")], 2, id="no names and no roles"),
    ],
)
def test_redaction_and_anonymity_keep_the_number_of_voices_behind_each_claim(
    voices, number
):
    said = [answered_by(example("ready"), name, role) for name, role in voices]
    team = combine(KICKOFF, said)
    hidden = [redact(KICKOFF, team), anonymous(team), anonymous(redact(KICKOFF, team))]

    for sheet in (team, *hidden):
        claims = assess(KICKOFF, sheet).confirmation.claims
        assert {claim.voices for claim in claims} == {number}


@given(team=sheets_of_voices())
@settings(max_examples=12)
def test_redaction_and_anonymity_change_no_advice(team):
    advice = [
        {
            key: without_notes(data[key])
            for key in ("headline", "mend", "staffing", "certainty")
        }
        | {"confirmed": data["verdict"]["confirmed"], "claims": data["claims"]}
        for each in (team, redact(KICKOFF, team), anonymous(team))
        for data in [as_data(assess(KICKOFF, each))]
    ]

    assert advice[0] == advice[1] == advice[2]


@pytest.mark.parametrize(
    ("hide", "expected"),
    [
        pytest.param(
            lambda sheet: sheet, "1 (Ana: we looked) and 3 (Bo)", id="by name"
        ),
        pytest.param(
            lambda sheet: redact(KICKOFF, sheet),
            "1 (data engineer 1: [left out]) and 3 (data engineer 2)",
            id="by role",
        ),
        pytest.param(anonymous, "1 and 3", id="by nobody"),
    ],
)
def test_redaction_leaves_the_role_of_a_voice_and_anonymity_removes_it(hide, expected):
    ana, bo = (
        answered_by(example("stilts"), name, "data_engineer") for name in ("Ana", "Bo")
    )
    both = combine(
        KICKOFF,
        [
            ana._replace(answers={"COL-01": Answer(1, note="we looked")}),
            bo._replace(answers={"COL-01": Answer(3)}),
        ],
    )
    document = render_document(assess(KICKOFF, hide(both)), ReportRequest())

    assert f"Recorded at the source (COL-01): {expected}." in unescaped(document)


def unescaped(text: str) -> str:
    return text.replace("\\", "")


def test_redacting_a_redacted_answer_sheet_changes_nothing():
    once = redact(KICKOFF, marked(read_sheet(EXAMPLES[-1]), marks()))

    assert redact(KICKOFF, once) == once


def test_redacted_report_matches_golden_file(golden):
    request = ReportRequest(Reader.SPONSOR)

    golden("stilts-redacted.md", render_document(_redacted_stilts(), request))


@pytest.mark.parametrize("form", [Format.MD, Format.HTML])
@pytest.mark.parametrize("reader", Reader)
def test_redacted_report_says_exactly_once_that_it_is_redacted(form, reader):
    request = ReportRequest(reader, form)
    counts = [
        render_document(assessment, request).count(NOTICE)
        for assessment in (
            assess(KICKOFF, read_sheet(EXAMPLES[-1])),
            _redacted_stilts(),
        )
    ]

    assert counts == [0, 1]


def _redacted_stilts() -> Assessment:
    return assess(KICKOFF, redact(KICKOFF, example("stilts")))


@pytest.fixture
def run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: Program
) -> Callable[..., tuple[int, str]]:
    """Return a function that runs ``mlready report`` on answers full of free text."""
    monkeypatch.chdir(tmp_path)
    team = marked(example("stilts"), marks())
    Path("a.yaml").write_text(
        answers_file.dump(team._replace(next=IDS[0]), KICKOFF), encoding="utf-8"
    )
    Path("own.txt.j2").write_text(USER_TEMPLATE, encoding="utf-8")
    Path("d.md").write_text(
        "# Team\n\n<!-- mlready:begin for=team -->\n<!-- mlready:end -->\n",
        encoding="utf-8",
    )

    def run_report(*options: str) -> tuple[int, str]:
        code, out, err = program.run("report", "a.yaml", *options)
        return code, out + err

    return run_report


def test_redacted_report_made_with_a_template_of_a_user_contains_no_free_text(run):
    plain, redacted = (
        run("--template", "own.txt.j2"),
        run("--template", "own.txt.j2", "--redact"),
    )

    assert (plain[0], MARK in plain[1]) == (0, True)
    assert (redacted[0], MARK in redacted[1], redacted[1][:6]) == (0, False, "True  ")


def test_check_option_accepts_a_redacted_block_only_with_the_redact_option(run):
    done = [
        run("--inject", "d.md", "--redact"),
        run("--inject", "d.md", "--redact", "--check"),
    ]
    document = Path("d.md").read_text(encoding="utf-8")

    assert done == [(0, ""), (0, "")]
    assert (NOTICE in document, MARK in document) == (True, False)
    assert run("--inject", "d.md", "--check")[0] == 1


def test_output_file_is_redacted_but_the_answers_file_is_unchanged(run):
    before = Path("a.yaml").read_bytes()
    done = run("--redact", "-o", "r.json", "--format", "json")

    assert done == (0, "")
    assert MARK not in Path("r.json").read_text(encoding="utf-8")
    assert Path("a.yaml").read_bytes() == before
