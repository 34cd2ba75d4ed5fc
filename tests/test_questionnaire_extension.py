"""Extending questionnaires change, add and switch off parts of their base."""

import json
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from mlready.assessment.assess import assess
from mlready.errors import DocumentError
from mlready.model.answers import empty_sheet
from mlready.model.questionnaire import Omission, Question, Questionnaire
from mlready.report.agenda import html_agenda
from mlready.report.form import form_page
from mlready.report.html import html_page
from mlready.report.markdown import blank_answers, markdown
from mlready.report.options import Reader
from mlready.storage import (
    questionnaire_chain,
    questionnaire_extension,
    schema_validation,
    strict_yaml,
)
from mlready.storage.answers_file import dump, read
from mlready.storage.questionnaire_file import load
from tests.samples import ROOT

SMALL = Path(__file__).parent / "data" / "small.yaml"
HEAD = "extends: small.yaml\nid: ours\nversion: 1\n"
NEW = (
    "topic: t, text: x, levels: [a, b, c, d, e], why: y, source: s, knows: k, "
    "roles: [analyst], remedy: hire, actions: [a, b, c]"
)
QUESTION = f"{{id: OUR-01, {NEW}}}"
LoadChanges = Callable[[str], Questionnaire]


@pytest.fixture
def ours(tmp_path: Path) -> LoadChanges:
    """Return a function that returns ``small.yaml`` with changes, as a questionnaire.

    The argument of the function is the changes in YAML, such as "title: Ours".
    """
    (tmp_path / "small.yaml").write_bytes(SMALL.read_bytes())

    def load_changes(text: str) -> Questionnaire:
        file = tmp_path / "ours.yaml"
        file.write_text(HEAD + text, encoding="utf-8")
        return load(file)

    return load_changes


@pytest.fixture
def refused(ours: LoadChanges, tmp_path: Path) -> Callable[[str], list[str]]:
    """Return a function that returns the problems of invalid changes, one per item.

    The argument of the function is the changes to ``small.yaml`` as YAML text.
    """

    def problems(text: str) -> list[str]:
        with pytest.raises(DocumentError) as error:
            ours(text)
        return str(error.value).replace(f"{tmp_path}/", "").splitlines()

    return problems


def question(questionnaire: Questionnaire, id_: str) -> Question:
    return next(each for each in questionnaire.questions if each.id == id_)


def ids(questionnaire: Questionnaire, section: str) -> list[str]:
    return [each.id for each in questionnaire.section(section).questions]


def test_unchanged_parts_come_from_the_extended_questionnaire(
    ours: LoadChanges,
) -> None:
    small, own = load(SMALL), ours("")

    assert (own.id, own.version, own.bases) == ("ours", 1, {"small": 1})
    same = small._replace(id="ours", bases=own.bases)
    assert own == same


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        pytest.param("title: Ours", lambda q: q.title == "Ours", id="title"),
        pytest.param("language: de", lambda q: q.language == "de", id="language"),
        pytest.param(
            "constants: {tilt: 0.2}",
            lambda q: (q.constants.tilt, q.constants.holds) == (0.2, 2.0),
            id="one constant",
        ),
        pytest.param(
            "roles: {ml: {name: modeller}}",
            lambda q: (
                (q.roles["ml"].name, q.roles["ml"].does)
                == ("modeller", "Trains models.")
            ),
            id="name of a role",
        ),
        pytest.param(
            "remedies: {train: Train}\nsections: "
            "[{id: AIM, questions: [{id: AIM-01, remedy: train}]}]",
            lambda q: (
                (
                    q.remedies["train"],
                    {each.id: each.remedy for each in q.questions}["AIM-01"],
                )
                == ("Train", "train")
            ),
            id="new remedy",
        ),
        pytest.param(
            "profile: [{id: approach, choices: {bought: Gekauft}}]",
            lambda q: (
                q.profile[1].choices == {"train": "We train it", "bought": "Gekauft"}
            ),
            id="words of one choice",
        ),
        pytest.param(
            "profile: [{id: audience, topic: A, text: x, assumed: '1', "
            "after: approach}]",
            lambda q: [fact.id for fact in q.profile][1:3] == ["approach", "audience"],
            id="new fact",
        ),
        pytest.param(
            "layers: [{id: move, name: Carry}]",
            lambda q: [layer.name for layer in q.layers][1:] == ["Carry", "AI / ML"],
            id="name of a layer",
        ),
        pytest.param(
            "background: [{id: promise, text: Why?}]",
            lambda q: (
                (q.background[0].text, q.background[0].topic) == ("Why?", "Promise")
            ),
            id="background line",
        ),
        pytest.param(
            "patterns: [{id: own, name: n, says: s, advice: a, source: o, "
            "when: {COL-01: ['0'], MOV-01: ['0']}}]",
            lambda q: [pattern.id for pattern in q.patterns] == ["own"],
            id="new pattern",
        ),
        pytest.param(
            "in_short: [{question: COL-01, low: l, step: s, done: d}]",
            lambda q: q.short("COL-01", {}).low == "l",
            id="short wording",
        ),
        pytest.param(
            "off: {headcount: x}\nwithout: [headcount]\n",
            lambda q: (q.without[-1], q.profile[0].id) == ("headcount", "approach"),
            id="missing fact",
        ),
    ],
)
def test_extending_questionnaire_can_change_and_add_parts(
    ours: LoadChanges, text: str, changed: Callable[[Questionnaire], bool]
) -> None:
    assert changed(ours(text))


def test_question_keeps_the_fields_that_the_extending_questionnaire_leaves_out(
    ours: LoadChanges,
) -> None:
    own = question(
        ours(
            "sections: [{id: COL, questions: "
            "[{id: COL-02, text: New?, drop: [wordings], was: COL-09}]}]"
        ),
        "COL-02",
    )
    old = question(load(SMALL), "COL-02")

    assert own == old._replace(text="New?", wordings=(), was=("COL-09",))


@pytest.mark.parametrize(
    ("given", "order"),
    [
        pytest.param(
            f"{{id: OUR-01, {NEW}}}",
            ["COL-01", "COL-02", "OUR-01"],
            id="added question without a position",
        ),
        pytest.param(
            f"{{id: OUR-01, {NEW}, after: COL-01}}",
            ["COL-01", "OUR-01", "COL-02"],
            id="after a question",
        ),
        pytest.param(
            f"{{id: OUR-02, {NEW}, after: OUR-01}}, "
            f"{{id: OUR-01, {NEW}, after: COL-01}}",
            ["COL-01", "OUR-01", "OUR-02", "COL-02"],
            id="after a new question",
        ),
        pytest.param(
            f"{{id: OUR-01, {NEW}, after: COL-01}}, "
            f"{{id: OUR-02, {NEW}, after: COL-01}}",
            ["COL-01", "OUR-01", "OUR-02", "COL-02"],
            id="two after one question",
        ),
        pytest.param(
            "{id: COL-01, after: COL-02}", ["COL-02", "COL-01"], id="moved question"
        ),
    ],
)
def test_added_or_moved_question_is_placed_behind_the_question_that_its_entry_names(
    ours: LoadChanges, given: str, order: list[str]
) -> None:
    own = ours(f"sections: [{{id: COL, questions: [{given}]}}]")

    assert ids(own, "COL") == order


def test_switching_off_a_question_removes_its_texts_and_patterns(
    ours: LoadChanges,
) -> None:
    own = ours(
        "off: {MOV-02: 'nothing is secret'}\n"
        "in_short: [{question: MOV-02, low: l, step: s, done: d}]\n"
        "patterns: [{id: own, name: n, says: s, advice: a, source: o, "
        "when: {MOV-02: ['0'], MOV-01: ['0']}}]\n"
        "checklist: [{id: list, name: n, items: [{text: a, questions: [MOV-02]}, "
        "{text: b, questions: [MOV-01, MOV-02]}]}]\n"
        "exposure: [MOV-02, MOV-01]\n"
    )

    assert ids(own, "MOV") == ["MOV-01"]
    reason = "nothing is secret"
    assert own.off == (Omission("MOV-02", "Permitted", reason, ("MOV-02",)),)
    assert (own.in_short, own.patterns) == ((), ())
    assert [item.questions for item in own.checklist[0].items] == [("MOV-01",)]
    assert own.exposure == ("MOV-01",)


def test_switching_off_a_question_removes_its_condition_and_text_from_patterns(
    ours: LoadChanges,
) -> None:
    own = ours(
        "off: {MOV-02: 'nothing is secret'}\n"
        "patterns: [{id: own, name: n, says: s, advice: a, source: o, "
        "when: {COL-01: ['0']}, one_of: {MOV-02: ['0'], MOV-01: ['0']}, "
        "says_if: {MOV-02: t}}]\n"
    )

    (pattern,) = own.patterns
    assert (pattern.one_of, pattern.says_if) == ({"MOV-01": ("0",)}, {})


def test_switching_off_a_section_removes_its_questions(ours: LoadChanges) -> None:
    own = ours(
        "layers: [{id: collect, sections: [COL, MOV]}, {id: move, sections: [OUR]}]\n"
        f"sections: [{{id: OUR, name: n, about: a, questions: [{QUESTION}]}}]\n"
        "off: {MOV: 'one database'}\n"
    )

    assert [section.id for section in own.sections] == ["COL", "AIM", "OUR"]
    assert own.layers[0].sections == ("COL",)
    assert own.off[0].ids == ("MOV", "MOV-01", "MOV-02")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param(
            "off: {COL-2: x}",
            "ours.yaml:4:7: there is nothing 'COL-2' to switch off; "
            "did you mean 'COL-02'?",
            id="unknown id to switch off",
        ),
        pytest.param(
            "off: {COL-01: x}",
            "ours.yaml:4:7: 'AIM-01' is asked only for some answers to 'COL-01'; "
            "switch it off as well, or give it another 'when'",
            id="condition on a question that is switched off",
        ),
        pytest.param(
            "off: {headcount: x}",
            "ours.yaml:4:7: the rules need the fact 'headcount'; write "
            "'without: [headcount]' as well to switch the rules off that need it",
            id="fact that the rules need",
        ),
        pytest.param(
            "off: {COL-02: x}\n"
            "sections: [{id: COL, questions: [{id: COL-02, text: x}]}]",
            "ours.yaml:4:7: 'COL-02' is changed in this file, too; leave out one of "
            "the two",
            id="changed and switched off",
        ),
        pytest.param(
            "off: {MOV: x}",
            "ours.yaml:4:7: layer 'move' would have no section left",
            id="only section of a layer",
        ),
        pytest.param(
            "sections: [{id: COL, questions: [{id: COL-20, text: x}]}]",
            "ours.yaml:4:39: small, version 1, has no question 'COL-20'; "
            "did you mean 'COL-02'? A new one needs 'topic', 'levels', 'why', "
            "'source', 'knows', 'roles', 'remedy' and 'actions' too",
            id="changed question is gone",
        ),
        pytest.param(
            "sections: [{id: COL, questions: [{id: CAL-01, topic: t, text: x, "
            "levels: [a, b, c, d, e], source: s, knows: k, roles: [analyst], "
            "remedy: hire, actions: [a, b, c]}]}]",
            "ours.yaml:4:39: small, version 1, has no question 'CAL-01'; a new one "
            "needs 'why' too; did you mean 'COL-01'?",
            id="new question with an id like a known one and a field missing",
        ),
        pytest.param(
            "roles: {baker: {name: b, does: d}}\nsections: "
            "[{id: COL, questions: [{id: COL-02, remedy: build}]}]",
            "ours.yaml:5:55: there is no remedy 'build'; name one of decide, hire",
            id="remedy unlike any other",
        ),
        pytest.param(
            "sections: [{id: MOV, questions: [{id: COL-02, text: x}]}]",
            "ours.yaml:4:39: 'COL-02' is in section COL; change it there",
            id="question of another section",
        ),
        pytest.param(
            "sections: [{id: XYZ, name: n}]",
            "ours.yaml:4:17: small, version 1, has no section 'XYZ'; a new one needs "
            "'about' and 'questions' too",
            id="incomplete section",
        ),
        pytest.param(
            "roles: {cook: {name: cook}}",
            "ours.yaml:4:9: small, version 1, has no role 'cook'; a new one needs "
            "'does' too",
            id="incomplete role",
        ),
        pytest.param(
            "sections: [{id: COL, questions: [{id: COL-02, after: COL-1}]}]",
            "ours.yaml:4:54: there is no question 'COL-1' in this list; "
            "did you mean 'COL-01'?",
            id="unknown place",
        ),
        pytest.param(
            "sections: [{id: COL, questions: [{id: COL-01, after: COL-02}, "
            "{id: COL-02, after: COL-01}]}]",
            "ours.yaml:4:54: 'COL-01' comes after 'COL-02', which comes after it",
            id="places that wait for each other",
        ),
        pytest.param(
            "sections: [{id: COL, questions: [{id: COL-02}, {id: COL-02}]}]",
            "ours.yaml:4:53: 'COL-02' is given twice; put both changes in one entry",
            id="question given twice",
        ),
        pytest.param(
            "sections: [{id: COL, questions: [{id: COL-02, after: COL-2}]}]",
            "ours.yaml:4:54: there is no question 'COL-2' in this list; "
            "did you mean 'COL-01'?",
            id="unknown place that resembles the question itself",
        ),
        pytest.param(
            "sections: [{id: COL, questions: [{id: COL-02, drop: [hint]}]}]",
            "ours.yaml:4:54: small gives 'COL-02' no 'hint'",
            id="nothing to drop",
        ),
        pytest.param(
            "sections: [{id: COL, questions: [{id: COL-02, roles: [analist]}]}]",
            "ours.yaml:4:55: there is no role 'analist'; did you mean 'analyst'?",
            id="unknown role",
        ),
        pytest.param(
            "sections: [{id: COL, questions: [{id: COL-02, levls: []}]}]",
            "ours.yaml:4:47: unknown key 'levls'; did you mean 'levels'?",
            id="unknown field",
        ),
        pytest.param(
            "profile: [{id: approach, choices: {train: a, lease: b}}]",
            "ours.yaml:4:46: the rules know no choice 'lease' of 'approach', only "
            "bought, pretrained, train",
            id="choice that the rules do not know",
        ),
        pytest.param(
            "roles: {ml: {available: x}}\nremedies: {hire: ''}",
            "ours.yaml:5:18: expected text that is not blank",
            id="blank text",
        ),
    ],
)
def test_mistake_in_an_extending_questionnaire_is_reported_with_line_and_column(
    refused: Callable[[str], list[str]], text: str, problem: str
) -> None:
    assert refused(text) == [problem]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param(
            "sections: [{id: COL, questions: [{id: COL-01, drop: [hint, why]}]}]",
            "4:60: with this change, small.yaml:67:5 is wrong: 'why' is missing",
            id="drops a field that the schema requires",
        ),
        pytest.param(
            "constants: {tilt: 0.2, blocks_below: 0.1}",
            "4:24: with this change, small.yaml:12:94 is wrong: what locks must block "
            "as well: at most blocks_below, 0.1",
            id="changes one of two constants that limit each other",
        ),
        pytest.param(
            "layers: [{id: collect, sections: [COL, MOV]}]",
            "4:40: with this change, small.yaml:53:14 is wrong: section 'MOV' counts "
            "for layer 'collect' too",
            id="gives a layer the section of another",
        ),
        pytest.param(
            "layers: [{id: collect, stands: top}]",
            "4:24: with this change, small.yaml:60:11 is wrong: only one layer can "
            "stand on top",
            id="puts a second layer on top",
        ),
        pytest.param(
            "layers: [{id: collect, role: ml}, {id: move, role: ml}, "
            "{id: ai, role: ml}]\nroles: {ml: {available: Who?}}",
            "4:66: with this change, small.yaml:15:3 is wrong: no layer is mended by "
            "'analyst', so nobody would ever hire one",
            id="takes a role from the last layer that it fixes",
        ),
        pytest.param(
            "profile: [{id: approach, only_for_details: 'true'}]",
            "4:26: with this change, small.yaml:109:5 is wrong: a question of the "
            "short form depends on 'approach', which is only asked for details; leave "
            "out 'only_for_details' there",
            id="asks for a fact too late for a question",
        ),
    ],
)
def test_problem_in_the_base_is_reported_at_the_change_that_causes_it(
    refused: Callable[[str], list[str]], text: str, problem: str
) -> None:
    assert refused(text) == [f"ours.yaml:{problem}"]


def test_each_change_that_causes_a_problem_in_the_base_is_reported(
    refused: Callable[[str], list[str]],
) -> None:
    problems = refused(
        "sections: [{id: COL, questions: [{id: COL-01, drop: [why]}, "
        "{id: COL-02, drop: [why]}]}]"
    )

    assert [line.split(": ")[0] for line in problems] == [
        "ours.yaml:4:54",
        "ours.yaml:4:81",
    ]


def test_all_mistakes_in_an_extending_questionnaire_are_reported_at_once(
    refused: Callable[[str], list[str]],
) -> None:
    problems = refused(
        "off: {COL-3: x}\nconstants: {tilt: 3}\n"
        "sections: [{id: COL, questions: [{id: COL-77, text: x}, {id: COL-02, "
        "when: {aproach: [train]}}]}]"
    )

    assert [line.split(": ")[0] for line in problems] == [
        f"ours.yaml:{place}" for place in ("4:7", "5:19", "6:39", "6:77")
    ]


def test_mistake_in_the_extending_questionnaire_is_not_also_reported_in_the_base(
    refused: Callable[[str], list[str]],
) -> None:
    problems = refused("roles: {analyst: {available: ''}}")

    assert problems == ["ours.yaml:4:30: expected text that is not blank"]


@pytest.mark.parametrize(
    ("extends", "message"),
    [
        pytest.param("./no.yaml", "no.yaml: cannot read: no such file", id="missing"),
        pytest.param("kikoff", "did you mean 'kickoff'?", id="misspelt"),
        pytest.param("7", "expected kickoff, or the path of another", id="no name"),
        pytest.param("[a]", "expected kickoff, or the path of another", id="list"),
        pytest.param(
            "ours.yaml",
            "this questionnaire extends itself",
            id="questionnaire that extends itself",
        ),
        pytest.param(
            "back.yaml", "extends itself: ", id="through another questionnaire"
        ),
        pytest.param("bad.yaml", "bad.yaml:1:1: 'about' is missing", id="incomplete"),
        pytest.param(".", "expected kickoff, or the path of another", id="folder"),
    ],
)
def test_questionnaire_that_extends_itself_or_a_missing_or_invalid_file_is_refused(
    tmp_path: Path, extends: str, message: str
) -> None:
    (tmp_path / "back.yaml").write_text("extends: ours.yaml\nid: b\nversion: 1\n")
    (tmp_path / "bad.yaml").write_text("id: bad\nversion: 1\n")
    file = tmp_path / "ours.yaml"
    file.write_text(f"extends: {extends}\nid: ours\nversion: 1\n")

    with pytest.raises(DocumentError) as error:
        load(file)
    assert message in str(error.value)


def test_questionnaires_can_extend_one_another_in_a_chain_of_at_most_8(
    tmp_path: Path,
) -> None:
    (tmp_path / "small.yaml").write_bytes(SMALL.read_bytes())
    names = ["small.yaml", *(f"{n}.yaml" for n in range(9))]
    for number, (below, name) in enumerate(pairwise(names)):
        (tmp_path / name).write_text(
            f"extends: ./{below}\nid: q{number}\nversion: {number + 1}\n"
            f"remedies: {{hire: H{number}, own{number}: x}}\n"
            "sections: [{id: AIM, questions: [{id: AIM-01, remedy: own0}]}]\n"
        )
    own = load(tmp_path / "3.yaml")

    assert own.remedies["hire"] == "H3"
    assert own.bases == {"q2": 3, "q1": 2, "q0": 1, "small": 1}
    with pytest.raises(DocumentError, match="at most 8 questionnaires"):
        load(tmp_path / "8.yaml")


@pytest.mark.parametrize(
    "id_",
    [
        pytest.param("small", id="questionnaire below its base"),
        pytest.param("ours", id="its base"),
    ],
)
def test_extension_with_the_id_of_a_questionnaire_that_it_extends_is_refused(
    tmp_path: Path, id_: str
) -> None:
    (tmp_path / "small.yaml").write_bytes(SMALL.read_bytes())
    ours, own = tmp_path / "ours.yaml", tmp_path / "own.yaml"
    ours.write_text("extends: ./small.yaml\nid: ours\nversion: 1\n")
    own.write_text(f"extends: ./ours.yaml\nid: {id_}\nversion: 1\n")
    text = rf"own.yaml:2:5: '{id_}' is the id of what this extends; choose another id$"

    with pytest.raises(DocumentError, match=text):
        load(own)


@pytest.mark.parametrize("key", ["extend", "extneds"])
def test_misspelt_extends_is_the_only_problem_reported(
    tmp_path: Path, key: str
) -> None:
    file = tmp_path / "ours.yaml"
    file.write_text(f"id: ours\nversion: 1\n{key}: kickoff\n")

    with pytest.raises(DocumentError) as caught:
        load(file)
    assert [each.text for each in caught.value.problems] == [
        f"unknown key '{key}'; did you mean 'extends'?"
    ]


@pytest.mark.slow
def test_extension_without_changes_keeps_all_bundled_questions(
    tmp_path: Path, kickoff: Questionnaire
) -> None:
    file = tmp_path / "ours.yaml"
    file.write_text("extends: kickoff\nid: ours\nversion: 1\n")
    own = load(file)

    assert [*own.questions] == [
        each._replace(changed=0, kept_levels=()) for each in kickoff.questions
    ]
    assert {*own.base_changes} == {"PRD-04", "MON-07", "ORG-07"}
    file.write_text(
        "extends: kickoff\nid: ours\nversion: 1\nroles: {analyst: {name: a}}\n"
        "layers: [{id: collect, sections: [NEW]}]\n"
    )
    with pytest.raises(
        DocumentError, match=r"ours.yaml:5:35: there is no section 'NEW'"
    ):
        load(file)


@pytest.mark.parametrize("key", ["off: {COL-01: x}", "sections"])
def test_keys_for_extending_questionnaires_are_refused_in_other_questionnaires(
    tmp_path: Path, key: str
) -> None:
    text = SMALL.read_text(encoding="utf-8")
    changed = (
        text.replace("- id: COL-02", "- id: COL-02\n    after: COL-01")
        if key == "sections"
        else f"{text}\n{key}\n"
    )
    file = tmp_path / "small.yaml"
    file.write_text(changed, encoding="utf-8")

    with pytest.raises(DocumentError, match="only in a questionnaire that extends"):
        load(file)


@pytest.fixture
def german(ours: LoadChanges) -> Questionnaire:
    """A questionnaire in German in which one question is switched off."""
    return ours(
        "language: de\ntitle: Kleine Prüfung\noff: {MOV-02: 'alles öffentlich'}"
    )


def test_html_pages_declare_the_language_of_the_questionnaire(
    german: Questionnaire,
) -> None:
    sheet = empty_sheet(german)
    result = assess(german, sheet)
    pages = [
        *(html_page(result, reader=reader) for reader in Reader),
        html_agenda(result),
        form_page(german, sheet, dump(sheet, german)),
    ]

    assert all('<html lang="de">' in page for page in pages)


def test_report_names_each_switched_off_question_with_the_reason(
    german: Questionnaire,
) -> None:
    report = markdown(assess(german, empty_sheet(german)))

    assert (
        "- Questionnaire ours, version 1, which extends small, version 1.\n"
        "- Switched off in this questionnaire: Permitted (MOV-02). The reason given: "
        "alles öffentlich\n"
    ) in report


def test_blank_answers_file_names_the_extending_questionnaire_and_its_base(
    german: Questionnaire,
) -> None:
    head = "questionnaire: ours\nversion: 1\nextends: small-1\n"

    assert head in blank_answers(german, express=False)
    assert dump(empty_sheet(german), german).startswith(head)
    assert read(
        blank_answers(german, express=False).encode(), "a", german
    ) == empty_sheet(german)


SCHEMA = json.loads(
    (ROOT / "questionnaires" / "schema" / "questionnaire.json").read_text("utf-8")
)


def resolved(node: Any) -> Any:
    return SCHEMA["$defs"][node["$ref"].rpartition("/")[2]] if "$ref" in node else node


def entry_fields() -> Iterator[tuple[dict[str, Any], list[str]]]:
    """Yield the fields and the required fields of each kind of entry."""
    for key in questionnaire_extension.LISTS:
        entry = resolved(resolved(SCHEMA["properties"][key])["items"])
        yield entry["properties"], schema_validation.needed(key, "items")
    path = ("sections", "items", "questions", "items")
    yield SCHEMA["$defs"]["question"]["properties"], schema_validation.needed(*path)


def test_extension_code_handles_every_key_of_the_questionnaire_schema() -> None:
    parts = {
        *questionnaire_extension.LISTS,
        *questionnaire_extension.FIRST_FITS,
        *questionnaire_extension.TABLES,
        *questionnaire_extension.WHOLE,
        *("roles", "without", "id", "version", "extends", "made_for", "off"),
    }

    assert parts == SCHEMA["properties"].keys()


def test_extending_questionnaire_can_drop_every_optional_field() -> None:
    history = {"was", "changed", "kept_levels", "since", "reworded"}
    can_lack = {
        field
        for fields, needed in entry_fields()
        for field in fields.keys() - needed
        if field not in {"id", "drop", "choices", *history}
    }

    assert can_lack == {*SCHEMA["$defs"]["drop"]["items"]["enum"]}


def test_yaml_of_the_bundled_questionnaire_is_parsed_only_to_report_problems(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "bundled"
    folder.mkdir()
    source = (ROOT / "questionnaires" / "kickoff.yaml").read_bytes()
    value = strict_yaml.read(source, "kickoff.yaml").value
    (folder / "kickoff.json").write_text(json.dumps(value), encoding="utf-8")
    monkeypatch.setattr(questionnaire_chain, "bundled", lambda _: folder)
    file = tmp_path / "ours.yaml"
    file.write_text("extends: kickoff\nid: ours\nversion: 1\n")

    assert load(file).bases == {"kickoff": int(value["version"])}

    (folder / "kickoff.yaml").write_bytes(source)
    file.write_text(
        "extends: kickoff\nid: ours\nversion: 1\nconstants: {blocks_below: 0.5}\n"
    )
    lines = source.decode().split("\n")
    number = next(n for n, line in enumerate(lines, 1) if " locks_below:" in line)
    place = f"kickoff.yaml:{number}:"
    with pytest.raises(
        DocumentError, match=rf"{place}\d+ is wrong: .* must block as well"
    ):
        load(file)
