"""An assessment exported as JSON is complete, valid and read back unchanged."""

import json
import random
import re
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import example, given, settings, strategies as st

from mlready.assessment.assess import assess
from mlready.assessment.contradictions import layer_contradictions
from mlready.assessment.patterns import contradictions, patterns
from mlready.assessment.voices import combine
from mlready.escaping import for_terminal
from mlready.model.answers import (
    Answer,
    AnswerSheet,
    PlanStep,
    Timing,
    Voice,
    empty_sheet,
)
from mlready.report.json_export import as_data, json_text
from mlready.report.markdown import markdown
from mlready.report.template_filters import points
from tests.samples import (
    ANCHORS,
    EXAMPLES,
    KICKOFF,
    ROOT,
    VOICES,
    answered_by,
    champion_and_engineer,
    grown_old,
    read_sheet,
)

SCHEMA = json.loads(
    (ROOT / "questionnaires" / "schema" / "result.json").read_text(encoding="utf-8")
)
WITH_PLAN = combine(
    KICKOFF,
    [
        answered_by(empty_sheet(KICKOFF), name)._replace(
            background={"promise": f"A pilot, said {name}"},
            steps={"COL-01": PlanStep(owner=name, due="2026-12-15")},
        )
        for name in ("Ana", "Bo")
    ],
)._replace(timing=Timing("2026-11-29 09:00", "2026-11-29 09:31", 24, 36))
VALID = jsonschema_rs.validator_for(SCHEMA)

teams = pytest.mark.parametrize(
    "path", [*EXAMPLES, *ANCHORS], ids=lambda path: path.stem
)
# UTF-8 files cannot contain a lone surrogate, but a Python string can.
CHARACTERS = st.characters() | st.characters(categories=["Cc", "Cf", "Cs", "Zl", "Zp"])
NOTES = st.text(CHARACTERS | st.sampled_from('=+-@"\\/{}[]<>&'))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_json_of_an_example_matches_its_golden_file(path, golden):
    data = json.loads(json_text(assess(KICKOFF, read_sheet(path))))

    shortened = json.dumps(first_records(data), ensure_ascii=False, indent=2)
    golden(f"{path.stem}.json", f"{shortened}\n")


def first_records(value: Any) -> Any:
    """Return exported data with only the first mapping of each list of mappings.

    The number of other mappings follows as a text, so that golden files stay short.
    """
    match value:
        case dict():
            return {key: first_records(each) for key, each in value.items()}
        case [dict() as first, *rest]:
            return [first_records(first), *([f"and {len(rest)} more"] if rest else [])]
        case _:
            return value


@teams
def test_json_lists_keep_the_records_and_order_of_the_assessment(path):
    result = assess(KICKOFF, read_sheet(path))
    data, diagnosis, staffing = as_data(result), result.diagnosis, result.staffing

    def ids(records: Any) -> list[str]:
        return [record["id"] for record in records]

    expected = {
        "layers": [score.layer.id for score in diagnosis.scores],
        "blockers": [gap.question.id for gap in diagnosis.blockers],
        "unsettled": [question.id for question in diagnosis.unsettled_blockers],
        "unbacked": [question.id for question in diagnosis.blockers_without_evidence],
        "gaps": [gap.question.id for gap in diagnosis.gaps],
        "open": [question.id for question in diagnosis.open],
        "remedies": [gap.question.id for gap in staffing.remedies],
        "patterns": [each.pattern.id for each in patterns(result.inputs)],
        "contradictions": [
            *(each.pattern.id for each in contradictions(result.inputs)),
            *(
                f"{each.layer.id}_{each.holding}_called_fine"
                for each in layer_contradictions(result.inputs)
            ),
        ],
    }
    assert {key: ids(data[key]) for key in expected} == expected
    assert ids(data["certainty"]["deciding"]) == [
        each.question.id for each in result.certainty.deciding
    ]
    assert [each["role"]["id"] for each in data["staffing"]["vacancies"]] == [
        each.position.role.id for each in staffing.vacancies
    ]
    assert [(gap["level"], gap["next_step"], gap["note"]) for gap in data["gaps"]] == [
        (gap.level, gap.action, gap.answer.note) for gap in diagnosis.gaps
    ]


@teams
def test_json_has_each_answer_unchanged_in_the_right_section(path):
    team = read_sheet(path)
    data = as_data(assess(KICKOFF, team))
    questions = {question.id: question for question in KICKOFF.questions}

    for part in data["sections"]:
        for answer in part["answers"]:
            given_answer = team.answer(answer["id"])
            assert questions[answer["id"]].section == part["id"]
            assert {k: answer[k] for k in Answer._fields} == given_answer._asdict()


@teams
def test_json_of_an_assessment_is_valid_by_the_json_schema(path):
    text = json_text(assess(KICKOFF, read_sheet(path)), date="24 November 2026")

    assert [str(error) for error in VALID.iter_errors(json.loads(text))] == []


@pytest.mark.parametrize("name", VOICES)
def test_json_of_several_voices_is_valid_by_the_json_schema(name):
    data = json.loads(json_text(assess(KICKOFF, VOICES[name])))

    assert [str(error) for error in VALID.iter_errors(data)] == []


def test_json_contains_background_lines_and_steps_and_interview_duration():
    data = json.loads(json_text(assess(KICKOFF, WITH_PLAN)))

    assert [str(error) for error in VALID.iter_errors(data)] == []
    promise = next(line for line in data["background"] if line["id"] == "promise")
    assert promise["words"] == "A pilot, said Ana"
    assert promise["statements"] == [
        {"voice": 1, "words": "A pilot, said Ana"},
        {"voice": 2, "words": "A pilot, said Bo"},
    ]
    assert [(step["id"], step["owner"]) for step in data["steps"]] == [("COL-01", "Bo")]
    assert data["interview"] == WITH_PLAN.timing._asdict()


def test_json_of_an_assessment_without_answers_is_valid_by_the_json_schema():
    data = as_data(assess(KICKOFF, empty_sheet(KICKOFF)))

    assert [str(error) for error in VALID.iter_errors(data)] == []


def test_json_schema_has_exactly_the_keys_of_the_exported_json():
    found = {
        key
        for sheet in [
            *map(read_sheet, [*EXAMPLES, *ANCHORS]),
            *VOICES.values(),
            *map(champion_and_engineer, ["01", "04"]),
            WITH_PLAN,
            grown_old(),
        ]
        for key in keys(as_data(assess(KICKOFF, sheet)))
    }

    assert set(schema_keys(SCHEMA)) == found


def test_json_schema_has_a_description_of_every_key():
    undescribed = [
        key
        for part in mappings(SCHEMA)
        for key, description in part.get("properties", {}).items()
        if "description" not in description
    ]

    assert undescribed == []


def test_json_schema_requires_every_described_key_and_forbids_other_keys():
    open_ = [
        part
        for part in mappings(SCHEMA)
        if "properties" in part
        and (
            part["additionalProperties"] or part["required"] != list(part["properties"])
        )
    ]

    assert open_ == []


def test_exported_json_is_read_back_unchanged():
    result = assess(KICKOFF, read_sheet(EXAMPLES[-1]))
    text = json_text(result, "today")

    assert json.loads(text) == as_data(result, "today")
    assert (
        text
        == json.dumps(as_data(result, "today"), ensure_ascii=False, indent=2) + "\n"
    )


@teams
def test_exported_json_has_every_number_of_the_markdown_report(path):
    result = assess(KICKOFF, read_sheet(path))
    report = markdown(result, explain=True)
    flip = result.certainty.minimal_change
    # The year of a paper is only in the report's template. Without one of the changes
    # in "flip", the advice stays, and the report says how many those are.
    derived = {"2015", str(len(flip.changes) - 1) if flip else ""}

    assert set(numbers(report)) - set(printed_numbers(as_data(result))) <= derived


@teams
def test_exported_json_has_every_answer_level_of_the_markdown_report(path):
    result = assess(KICKOFF, read_sheet(path))
    report = markdown(result, explain=True)
    levels = {
        (answer["id"], "?" if answer["level"] is None else str(answer["level"]))
        for section in as_data(result)["sections"]
        for answer in section["answers"]
    }

    assert set(re.findall(r"([A-Z]{3}-\d\d) = ([0-4?])", report)) <= levels


@given(NOTES)
@example("\x00\x1b[2J\x7f\x9b\u2028\u202e\ufeff")
@example("\U000e0000\U000e0041 tags, which spell unseen text")
@example('=cmd|" /c calc"!A1\r\n\t\\')
def test_each_text_of_an_answer_sheet_is_read_back_unchanged_from_json(text):
    answer_given = Answer(
        level=1, note=text, evidence=text, accepted=text, by=text, date=text
    )
    voice = Voice(text, f"a{text}", present=text, date=text, drafted=text)
    team = empty_sheet(KICKOFF)._replace(
        name=text, slice=text, answers={"COL-01": answer_given}, voice=voice
    )
    data = json.loads(json_text(assess(KICKOFF, team), date=text))

    (answer,) = [
        answer
        for section in data["sections"]
        for answer in section["answers"]
        if answer["id"] == "COL-01"
    ]
    gap, spoke = data["gaps"][0], data["voices"][0]
    assert spoke["role"] == {"id": "", "name": with_joined_surrogates(f"a{text}")}
    read_back = [
        *(spoke[key] for key in ("name", "date", "present", "drafted")),
        data["project"]["name"], data["project"]["slice"], data["date"],
        *(answer[key] for key in ("note", "evidence", "accepted", "by", "date")),
        *(gap[key] for key in ("note", "evidence", "accepted")),
    ]  # fmt: skip
    assert read_back == [with_joined_surrogates(text)] * len(read_back)


def test_20000_hostile_texts_are_read_back_unchanged_from_json():
    rng, ids = random.Random(4), [question.id for question in KICKOFF.questions]
    checked = 0
    while checked < 20_000:
        answers = {id_: Answer(1)._replace(**hostile_answer(rng)) for id_ in ids}
        data = as_read(empty_sheet(KICKOFF)._replace(answers=answers))
        for section in data["sections"]:
            for answer in section["answers"]:
                read_back = Answer(**{key: answer[key] for key in Answer._fields})
                assert read_back == answers[answer["id"]]
                checked += 5


@given(NOTES)
def test_exported_json_has_no_control_characters_and_is_utf_8(text):
    written = json_text(assess(KICKOFF, empty_sheet(KICKOFF)._replace(name=text)))

    assert all(for_terminal(line) == line for line in written.split("\n"))
    assert written.encode().decode() == written


@given(st.sampled_from([*EXAMPLES, *ANCHORS]), st.randoms(use_true_random=False))
@settings(max_examples=20)
def test_order_of_answers_in_a_sheet_does_not_change_the_exported_json(path, rng):
    team = read_sheet(path)
    pairs = list(team.answers.items())
    rng.shuffle(pairs)
    other = team._replace(answers=dict(pairs))

    assert json_text(assess(KICKOFF, other)) == json_text(assess(KICKOFF, team))


def test_asterisks_in_a_layer_name_are_kept_in_exported_json():
    starred = [layer._replace(name=f"*{layer.name}*") for layer in KICKOFF.layers]
    questionnaire = KICKOFF._replace(layers=tuple(starred))
    data = as_data(assess(questionnaire, read_sheet(EXAMPLES[-1])))

    assert data["verdict"]["sentence"].startswith(
        "Modelling must wait. The layer to fix first is *Move and store*: the"
    )


def hostile_answer(rng: random.Random) -> dict[str, Any]:
    characters = "=+-@\"'\\/{}[]<>&|;,\n\r\t\0\x1b\x9b\u2028\u202e\ufeffu001 é😀"
    keys = ("accepted", "note", "evidence", "by", "date")
    return {key: "".join(rng.choices(characters, k=rng.randint(0, 9))) for key in keys}


def as_read(team: AnswerSheet) -> Any:
    return json.loads(json_text(assess(KICKOFF, team)))


def with_joined_surrogates(text: str) -> str:
    """Join each surrogate pair in a text into one character, as JSON readers do."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


def numbers(text: str) -> list[str]:
    return re.findall(r"\d+(?:\.\d+)?", text)


def printed_numbers(value: Any) -> Iterator[str]:
    """Yield each exported number in every format that a report may print."""
    match value:
        case str():
            yield from numbers(value)
        case int():
            yield str(value)
        case float():
            exact = f"{value:.2f}".rstrip("0").rstrip(".")
            yield from (points(value), f"{value:.1f}", exact, f"{value:g}")
        case dict():
            for each in value.values():
                yield from printed_numbers(each)
        case list():
            # The report prints the length of a list, or how many of its records follow
            # the 4 or 5 that are shown.
            yield from (str(abs(len(value) - shown)) for shown in (0, 4, 5))
            for each in value:
                yield from printed_numbers(each)
        case _:
            pass


def keys(value: Any, path: str = "") -> Iterator[str]:
    """Yield the dotted path of every key in exported data, without list indices."""
    match value:
        case dict():
            for key, each in value.items():
                yield f"{path}.{key}"
                yield from keys(each, f"{path}.{key}")
        case list():
            for each in value:
                yield from keys(each, path)
        case _:
            pass


def schema_keys(part: Any, path: str = "") -> Iterator[str]:
    """Yield the dotted path of every key that a part of the JSON schema names."""
    for each in [part, *part.get("oneOf", ())]:
        if "$ref" in each:
            yield from schema_keys(SCHEMA["$defs"][each["$ref"].split("/")[-1]], path)
        if "items" in each:
            yield from schema_keys(each["items"], path)
        for key, inner in each.get("properties", {}).items():
            yield f"{path}.{key}"
            yield from schema_keys(inner, f"{path}.{key}")


def mappings(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every dictionary in a JSON schema."""
    for each in value.values() if isinstance(value, dict) else value:
        if isinstance(each, dict | list):
            yield from mappings(each)
    if isinstance(value, dict):
        yield value
