"""The pyramid and the verdict badge as SVG, and the pyramid in Mermaid."""

import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings

from mlready.assessment.assess import assess
from mlready.assessment.diagnosis import Diagnosis, diagnose
from mlready.escaping import for_xml
from mlready.model.answers import Answer, empty_sheet
from mlready.report.markdown import markdown
from mlready.report.options import Diagrams, Reader
from mlready.report.svg import (
    ROW,
    WIDTH,
    badge_svg,
    picture,
    pyramid_svg,
    text_width,
)
from mlready.report.team_report import LayerState
from tests.sample_questionnaires import Level, sample_inputs
from tests.samples import (
    KICKOFF,
    NAMES,
    SHEETS,
    TEXTS,
    all_texts_replaced,
    example,
    visible,
)

SVG = "{http://www.w3.org/2000/svg}"


def diagnosis_of(own: list[list[Level]]) -> Diagnosis:
    return diagnose(sample_inputs(own))


@pytest.mark.parametrize("name", NAMES)
def test_pyramid_and_badge_of_each_example_match_golden_files(name, golden):
    result = assess(KICKOFF, example(name))

    golden(f"{name}.svg", pyramid_svg(result))
    golden(f"{name}-badge.svg", badge_svg(result))


def test_pyramid_with_open_answers_matches_golden_file(golden):
    golden("open.svg", pyramid_svg(assess(KICKOFF, SHEETS["open answers"])))


@pytest.mark.parametrize(
    ("own", "row", "state"),
    [
        pytest.param([[2], [3], [3], [3]], 3, LayerState.GOOD, id="good enough"),
        pytest.param(
            [[1], [3], [3], [3]], 2, LayerState.WAITS, id="layer below is too low"
        ),
        pytest.param(
            [[2, Answer(unknown=True)], [3], [3], [3]],
            3,
            LayerState.OPEN,
            id="open answers decide",
        ),
        pytest.param([[0], [0], [0], [0]], 3, LayerState.SHORT, id="score too low"),
        pytest.param(
            [[1, Answer(unknown=True)], [1, Answer(unknown=True)], [0], [0]],
            1,
            LayerState.SHORT,
            id="score too low for any open answers",
        ),
    ],
)
def test_drawing_shows_the_state_of_each_layer(own, row, state):
    assert picture(diagnosis_of(own)).pyramid[row].state is state


def test_rows_of_a_drawing_do_not_overlap_and_stay_within_the_drawing():
    found = picture(diagnosis_of([[2], [3], [3], [3], [1]]), caveat=True)
    rows = [*found.pyramid, *found.beside]

    assert [row.top for row in rows] == sorted({row.top for row in rows})
    assert all(row.top < row.name < row.words < row.top + ROW for row in rows)
    assert rows[-1].words < found.scale < found.caveat < found.height


def test_layer_beside_the_pyramid_is_drawn_below_the_pyramid():
    found = picture(diagnosis_of([[2], [3], [3], [3], [1]]))

    assert [row.score.layer.id for row in found.pyramid] == ["ddd", "ccc", "bbb", "aaa"]
    assert [row.score.layer.id for row in found.beside] == ["eee"]
    assert found.beside[0].top > found.floor
    assert found.beside[0].top + ROW < found.scale


def test_drawing_marks_only_the_layer_to_fix_first():
    diagnosis = diagnosis_of([[3], [1], [3], [3]])
    found = picture(diagnosis, diagnosis.priority_layer)

    assert [row.score.layer.id for row in found.pyramid if row.first] == ["bbb"]


@pytest.mark.parametrize(
    ("text", "width"),
    [
        pytest.param("", 0, id="empty text"),
        pytest.param("il", 7.2, id="narrow letters"),
        pytest.param("ab", 12, id="common letters"),
        pytest.param("Wm", 16, id="wide letters"),
        pytest.param("漢字", 20, id="square characters"),
        pytest.param("e\u0301", 6, id="one glyph of two characters"),
    ],
)
def test_width_of_a_text_is_estimated_from_its_characters(text, width):
    assert text_width(text, 10) == pytest.approx(width)


@pytest.mark.parametrize(
    ("open_", "said"),
    [
        pytest.param([], "fix Move and store first", id="certain"),
        pytest.param(
            ["MOV-00", "MOV-01", "EXP-00", "MON-00"],
            "perhaps fix Move and store first",
            id="open answers can name another layer",
        ),
    ],
)
def test_badge_says_in_words_whether_the_layer_to_fix_first_is_certain(open_, said):
    team = example("stilts")
    unknown = dict.fromkeys(open_, Answer(unknown=True))
    badge = badge_svg(
        assess(KICKOFF, team._replace(answers={**team.answers, **unknown}))
    )

    assert f": {said}<" in badge
    assert "?" not in badge


@pytest.mark.parametrize("name", ["M" * 60, "漢" * 60], ids=["wide", "square"])
def test_long_layer_name_fits_the_drawing(name):
    layers = tuple(layer._replace(name=name) for layer in KICKOFF.layers)
    result = assess(KICKOFF._replace(layers=layers), example("stilts"))
    names = [
        text
        for text in ET.fromstring(pyramid_svg(result)).iter(f"{SVG}text")
        if text.text == name
    ]

    assert len(names) == len(layers)
    assert all(
        float(text.attrib["x"]) + float(text.attrib["textLength"]) < WIDTH
        for text in names
    )


@pytest.mark.parametrize(
    "answers",
    [
        pytest.param({}, id="no answers"),
        pytest.param(
            {q.id: Answer(na="x") for q in KICKOFF.questions}, id="nothing applies"
        ),
    ],
)
def test_drawing_without_answers_is_valid_svg(answers):
    result = assess(KICKOFF, empty_sheet(KICKOFF)._replace(answers=answers))

    assert ET.fromstring(pyramid_svg(result)).tag == f"{SVG}svg"
    assert ET.fromstring(badge_svg(result)).tag == f"{SVG}svg"


@pytest.mark.slow
@pytest.mark.parametrize("draw", [pyramid_svg, badge_svg])
@settings(max_examples=25)
@given(text=TEXTS)
def test_free_text_adds_no_svg_element_to_a_drawing(draw, text: str):
    def parts(text: str) -> list[tuple[str, list[str]]]:
        svg = ET.fromstring(draw(assess(*all_texts_replaced(text))))
        fitting = {"textLength", "lengthAdjust"}
        return [(part.tag, sorted(set(part.attrib) - fitting)) for part in svg.iter()]

    assert parts(text) == parts("plain")


@given(text=TEXTS)
def test_xml_parser_reads_escaped_text_unchanged(text: str):
    found = ET.fromstring(f"<a b='{for_xml(text)}'>{for_xml(text)}</a>")
    visible_forms = {"\ufffe": "⟨U+FFFE⟩", "\uffff": "⟨U+FFFF⟩"}
    expected = re.sub(
        "[\ufffe\uffff]", lambda found: visible_forms[found[0]], visible(text)
    )

    assert found.text == expected
    assert found.attrib["b"].split() == expected.split()


def mermaid(document: str) -> str:
    found = re.search(r"^```mermaid\n(.*?)^```\n", document, re.DOTALL | re.MULTILINE)
    return found[1] if found else ""


@pytest.mark.parametrize("name", ["stilts", "open answers"])
def test_mermaid_pyramid_matches_golden_file(name, golden):
    drawing = mermaid(
        markdown(assess(KICKOFF, SHEETS[name]), diagrams=Diagrams.MERMAID)
    )

    golden(f"{name.replace(' ', '-')}.mmd", drawing)


@pytest.mark.parametrize("reader", [Reader.ALL, Reader.SPONSOR, Reader.TEAM])
def test_mermaid_option_adds_a_mermaid_block_and_changes_nothing_else(reader):
    result = assess(KICKOFF, example("stilts"))
    document = markdown(result, reader=reader, diagrams=Diagrams.MERMAID)
    block = f"\n```mermaid\n{mermaid(document)}```\n"

    assert document.replace(block, "") == markdown(result, reader=reader)


@pytest.mark.slow
@settings(max_examples=25)
@given(text=TEXTS)
def test_mermaid_block_contains_no_free_text(text: str):
    def drawing(text: str) -> str:
        return mermaid(
            markdown(assess(*all_texts_replaced(text)), diagrams=Diagrams.MERMAID)
        )

    assert drawing(text) == drawing("plain") != ""
