"""Questionnaire files: every field is read, and every mistake is reported."""

from collections.abc import Iterator
from copy import copy
from pathlib import Path
from typing import Any

import pytest

from mlready.errors import DocumentError, StorageError
from mlready.model.questionnaire import (
    Alternative,
    BackgroundLine,
    BlockerScope,
    Constants,
    Fact,
    Group,
    InShort,
    Item,
    Layer,
    LayerInShort,
    Pattern,
    Placement,
    Question,
    Questionnaire,
    Role,
    Section,
    Wording,
)
from mlready.storage import schema_validation, strict_yaml
from mlready.storage.questionnaire_checks import questionnaire_problems
from mlready.storage.questionnaire_file import load
from mlready.storage.source_positions import KeyPath

EVERYTHING = Path(__file__).parent / "data" / "everything.yaml"
COLLECT = Section(
    id="COL",
    name="Collect",
    about="Is it written down?",
    when={},
    questions=(
        Question(
            id="COL-01",
            section="COL",
            topic="Recorded",
            text="Is what happens recorded?",
            levels=(
                "Not at all.",
                "Sometimes.",
                "By hand.",
                "As routine.",
                "With checks.",
            ),
            why="What is not written down cannot be learned from.",
            source="Rogati 2017",
            knows="the clerk",
            roles=("analyst",),
            known_by=("analyst",),
            remedy="decide",
            actions=("Write it down.", "Make it a routine.", "Check it."),
            blocker=BlockerScope.ALWAYS,
            overall=True,
            express=True,
            when={},
            hint="Choose for the worst part.",
            wordings=(
                Wording(
                    when={"approach": ("bought",), "readers": ("everyone",)},
                    changes={
                        "topic": "Recorded by the seller",
                        "text": "Does the seller record it?",
                        "roles": ("analyst", "ml"),
                        "remedy": "hire",
                        "express": False,
                    },
                ),
            ),
        ),
    ),
)
MODEL = Section(
    id="AIM",
    name="Model",
    about="Is there something to beat?",
    when={"approach": ("train",)},
    questions=(
        Question(
            id="AIM-01",
            section="AIM",
            topic="Baseline",
            text="Is there a simple way to compare with?",
            levels=("None.", "In talk.", "By hand.", "Running.", "Measured."),
            why="Better than what?",
            source="Zinkevich",
            knows="the analyst",
            roles=("ml",),
            known_by=("ml",),
            remedy="hire",
            actions=("Name one.", "Run it.", "Measure it."),
            blocker=BlockerScope.NEVER,
            overall=False,
            express=False,
            when={"COL-01": ("2", "3", "4")},
            hint="",
            wordings=(),
        ),
    ),
)
ROLES = {
    "analyst": Role(
        id="analyst",
        name="analyst",
        does="Studies the data.",
        available="How many?",
        traits=("Curious.",),
        senior="Somebody with years.",
        junior="Anybody careful.",
        not_promised="Models.",
        alternatives=(Alternative("Borrow", "a statistician", "an hour a week"),),
    ),
    "ml": Role(
        id="ml",
        name="ML engineer",
        does="Trains models.",
        available="How many?",
        traits=(),
        senior="",
        junior="",
        not_promised="",
        alternatives=(),
    ),
}
LAYERS = (
    Layer(
        id="collect",
        name="Collect",
        about="nothing is written down",
        sections=("COL",),
        role="analyst",
        role_by={"approach": {"bought": "none"}},
        remedy_by={"approach": {"bought": "Ask the seller for it."}},
        placement=Placement.STACKED,
        live_only=False,
        live_when={"approach": ("bought",)},
        or_roles=("ml",),
        exit="It is written down.",
    ),
    Layer(
        id="ai",
        name="AI / ML",
        about="modelling is not prepared",
        sections=("AIM",),
        role="ml",
        role_by={},
        remedy_by={},
        placement=Placement.TOP,
        live_only=True,
        live_when={},
        or_roles=(),
        exit="",
    ),
)
PROFILE = (
    Fact(
        id="headcount",
        topic="People",
        text="How many people work here?",
        help="",
        choices={},
        assumed="100",
        when={},
    ),
    Fact(
        id="approach",
        topic="Model",
        text="Where does the model come from?",
        help="Tuning a ready model a little still counts as bought.",
        choices={"train": "We train it", "bought": "We buy it"},
        assumed="train",
        when={},
    ),
    Fact(
        id="readers",
        topic="Readers",
        text="Who may read its sources?",
        help="",
        choices={"everyone": "Everyone", "restricted": "Some of us"},
        assumed="everyone",
        when={"approach": ("bought",)},
        last=True,
    ),
)
BLIND = Pattern(
    id="blind",
    name="Blind",
    says="Nothing is seen.",
    advice="Look.",
    source="Biarnes",
    when={"COL-01": ("2", "3"), "approach": ("train",)},
    one_of={"free.analyst": ("none",), "AIM-01": ("0",)},
    says_if={"free.analyst": "Nobody looks."},
)
BOTH = Pattern(
    id="both",
    name="",
    says="Both cannot be.",
    advice="",
    source="",
    when={"COL-01": ("2",), "AIM-01": ("4",)},
    one_of={},
)
BACKGROUND = (
    BackgroundLine(
        "promise", "Promise", "What was promised?", "A pilot by March", ("ml",)
    ),
    BackgroundLine(
        "reader", "Reader", "Who will read it?", "Ines, COO", after="AIM-01"
    ),
)
ITEM = "It is recorded, and there is something to beat."
CONTRADICTION = """\
- id: both
  says: "Nor can these."
  when: {COL-01: [3], AIM-01: [4]}
"""
PATTERN = """\
- id: blind
  name: "Blind again"
  says: "Little is seen."
  advice: "Look twice."
  source: "Biarnes"
  when: {COL-01: [2], AIM-01: [2]}
"""
SAYS_IF = '  says_if: {free.analyst: "Nobody looks."}\n'
ONE_OF = f"  one_of: {{free.analyst: [none], AIM-01: [0]}}\n{SAYS_IF}"
OPERATOR = """\
  operator:
    name: "operator"
    does: "Runs it."
    available: "How many?"
"""
SHORT_NAME = "expected a short name of small letters, digits and underscores, found"


@pytest.fixture
def refusal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Return a function that replaces a text in a valid file, and returns the error."""
    monkeypatch.chdir(tmp_path)

    def message_after(old: str, new: str) -> str:
        text = EVERYTHING.read_text(encoding="utf-8")
        assert text.count(old) == 1
        Path("q.yaml").write_text(text.replace(old, new), encoding="utf-8")
        with pytest.raises(DocumentError) as caught:
            load(Path("q.yaml"))
        return str(caught.value)

    return message_after


def test_every_field_of_a_questionnaire_file_is_read():
    assert load(EVERYTHING) == Questionnaire(
        id="everything",
        version=3,
        title="Everything",
        about="Is everything there?",
        project={"name": "What is it called?", "slice": "Which part of it?"},
        constants=Constants(
            holds=2.0,
            tilt=0.15,
            blocks_below=2.0,
            locks_below=1.0,
            whole_layer_weight=0.5,
            tie_margin=0.25,
            people_per_role=1.5,
            small_organisation=20.0,
            engineers_per_modeller=2.0,
            seconds_per_question=30.0,
        ),
        roles=ROLES,
        remedies={"decide": "Decide", "hire": "Hire"},
        profile=PROFILE,
        layers=LAYERS,
        sections=(COLLECT, MODEL),
        checklist=(Group("data", "Data", (Item(ITEM, ("COL-01", "AIM-01")),)),),
        boxes=(Group("boxes", "Boxes", (Item("Collection", ("COL-01",)),)),),
        exposure=("COL-01",),
        patterns=(BLIND,),
        contradictions=(BOTH,),
        in_short=(
            InShort(
                "AIM-01",
                {"readers": ("restricted",)},
                "It is not kept.",
                "Keep it.",
                "It is kept.",
                "record",
            ),
        ),
        layers_in_short=(
            LayerInShort(
                "collect",
                {"readers": ("restricted",)},
                "Kept",
                "keep it",
                "Wait.",
                "to keep it",
                "Look.",
                "a month of it",
            ),
        ),
        without=("stakes", "simple_way", "promised", "openings", "stops", "hands"),
        background=BACKGROUND,
    )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        pytest.param(
            "id: everything\n",
            "",
            "2:1: 'id' is missing",
            id="questionnaire without an id",
        ),
        pytest.param(
            "id: everything\n",
            "id: All of it\n",
            f"2:5: {SHORT_NAME} 'All of it'",
            id="questionnaire id of several words",
        ),
        pytest.param(
            "version: 3",
            "version: 0",
            "3:10: expected a whole number from 1, found '0'",
            id="questionnaire version 0",
        ),
        pytest.param(
            "version: 3",
            "version: 1.5",
            "3:10: expected a whole number from 1, found '1.5'",
            id="fractional questionnaire version",
        ),
        pytest.param(
            'title: "Everything"',
            "title:",
            "4:7: expected text that is not blank",
            id="blank title",
        ),
        pytest.param(
            'title: "Everything"',
            'title: "  "',
            "4:8: expected text that is not blank, found '  '",
            id="title of spaces",
        ),
        pytest.param(
            'about: "Is everything there?"',
            "about: [x]",
            "5:8: expected text that is not blank, found a list",
            id="list instead of text",
        ),
        pytest.param(
            ', slice: "Which part of it?"',
            "",
            "7:10: 'slice' is missing",
            id="no question about the project slice",
        ),
        pytest.param(
            "  holds: 2\n", "", "10:3: 'holds' is missing", id="constant missing"
        ),
        pytest.param(
            "  holds: 2\n",
            "  holds: two\n",
            "10:10: expected a level from 0 to 4, found 'two'",
            id="word instead of a level",
        ),
        pytest.param(
            "  holds: 2\n",
            "  holds: -2\n",
            "10:10: expected a level from 0 to 4, found '-2'",
            id="negative level",
        ),
        pytest.param(
            "  holds: 2\n",
            "  holds: 5\n",
            "10:10: expected a level from 0 to 4, found '5'",
            id="threshold above the highest level",
        ),
        pytest.param(
            "tilt: 0.15",
            "tilt: 2",
            "11:9: expected a number from 0 to 1, found '2'",
            id="constant tilt above 1",
        ),
        pytest.param(
            "  locks_below: 1.0\n",
            "",
            "10:3: 'locks_below' is missing",
            id="constant locks_below missing",
        ),
        pytest.param(
            "near: 0.25",
            "near: 9",
            "15:9: expected a level from 0 to 4, found '9'",
            id="tie margin above 4",
        ),
        pytest.param(
            "crew: 1.5",
            "crew: 0",
            "16:9: expected a number above 0, found '0'",
            id="zero people per role",
        ),
        pytest.param(
            "small: 20",
            "small: few",
            "17:10: expected a number such as 0.5, found 'few'",
            id="word instead of a headcount",
        ),
        pytest.param(
            "seconds_per_question: 30",
            "seconds_per_question: 0",
            "19:25: expected a number above 0, found '0'",
            id="zero seconds per question",
        ),
        pytest.param(
            "overall: 0.5",
            "overall: 1.5",
            "14:12: expected a share from 0 to 1, found '1.5'",
            id="share above 1",
        ),
        pytest.param(
            ', does: "Trains models."',
            "",
            "31:7: 'does' is missing",
            id="role without a description",
        ),
        pytest.param(
            'traits: ["Curious."]',
            'traits: "Curious."',
            "26:13: expected a list of texts, found 'Curious.'",
            id="text instead of a list of traits",
        ),
        pytest.param(
            ', time: "an hour a week"',
            "",
            "30:20: 'time' is missing",
            id="alternative without its time",
        ),
        pytest.param(
            '{name: "ML engineer", does: "Trains models.", available: "How many?"}',
            "ML engineer",
            "31:7: expected a mapping, found 'ML engineer'",
            id="text instead of a role",
        ),
        pytest.param(
            '{decide: "Decide", hire: "Hire"}',
            "[decide, hire]",
            "33:11: expected a mapping of remedy ids to names, at most 50",
            id="list instead of a mapping of remedies",
        ),
        pytest.param(
            "- id: headcount",
            "- id: headCount",
            f"36:7: {SHORT_NAME} 'headCount'",
            id="capital in the id of a fact",
        ),
        pytest.param(
            '  topic: "People"\n',
            "",
            "36:3: 'topic' is missing",
            id="fact without topic",
        ),
        pytest.param(
            ', bought: "We buy it"',
            "",
            "44:12: expected a mapping of two to 100 choices",
            id="fact with only one choice",
        ),
        pytest.param(
            "{approach: [bought]}\n\n",
            "{approach: bought}\n\n",
            "52:20: expected a list of values, found 'bought'",
            id="condition without a list",
        ),
        pytest.param(
            "{approach: [bought]}\n\n",
            "{approach: []}\n\n",
            "52:20: expected a list of values",
            id="condition without a value",
        ),
        pytest.param(
            "{approach: [bought]}\n\n",
            "{}\n\n",
            "52:9: expected a mapping of facts to lists of values, at most 50",
            id="condition without a fact",
        ),
        pytest.param(
            "sections: [COL]",
            "sections: COL",
            "58:13: expected a list of section ids, found 'COL'",
            id="layer with text instead of sections",
        ),
        pytest.param(
            "sections: [COL]",
            "sections: []",
            "58:13: expected a list of section ids",
            id="layer without sections",
        ),
        pytest.param(
            "{bought: none}}",
            "{bought: none}, readers: {everyone: ml}}",
            "60:12: expected one fact with a text for each of its values",
            id="role that depends on two facts",
        ),
        pytest.param(
            "{approach: {bought: none}}",
            "{approach: none}",
            "60:23: expected a mapping of the fact's values, found 'none'",
            id="text instead of choices that a role depends on",
        ),
        pytest.param(
            "or_roles: [ml]",
            "or_roles: ml",
            "63:13: expected a list of role ids, found 'ml'",
            id="text instead of a list in or_roles",
        ),
        pytest.param(
            "stands: top",
            "stands: below",
            "70:11: expected top or beside, found 'below'",
            id="unknown placement of a layer",
        ),
        pytest.param(
            "live_only: true",
            "live_only: yes",
            "71:14: expected true or false, found 'yes'",
            id="yes instead of true",
        ),
        pytest.param(
            "- id: COL\n",
            "- id: Col\n",
            "74:7: expected three capital letters, found 'Col'",
            id="small letters in the id of a section",
        ),
        pytest.param(
            "- id: COL-01",
            "- id: COL-1",
            "78:9: expected three capital letters, a hyphen and two digits, such as "
            "COL-01, found 'COL-1'",
            id="short id of a question",
        ),
        pytest.param(
            '    knows: "the clerk"\n',
            "",
            "78:5: 'knows' is missing",
            id="question without the key knows",
        ),
        pytest.param(
            ', "With checks."',
            "",
            "81:13: expected five levels, 0 to 4",
            id="question with only four levels",
        ),
        pytest.param(
            '"Name one.", ',
            "",
            "113:14: expected three actions: to leave level 0-1, 2 and 3",
            id="question with only two actions",
        ),
        pytest.param(
            "roles: [analyst]",
            "roles: analyst",
            "85:12: expected a list of role ids, found 'analyst'",
            id="text instead of a list of roles",
        ),
        pytest.param(
            "blocker: always",
            "blocker: sometimes",
            "88:14: expected always, live or high_stakes, found 'sometimes'",
            id="unknown blocker",
        ),
        pytest.param(
            "when: {approach: [bought], readers: [everyone]}\n      topic:",
            "topic:",
            "93:7: 'when' is missing",
            id="wording without a condition",
        ),
        pytest.param(
            "[COL-01, AIM-01]",
            "[]",
            "121:16: expected a list of question ids",
            id="checklist item without questions",
        ),
        pytest.param(
            "exposure: [COL-01]",
            "exposure: []",
            "130:11: expected a list of question ids",
            id="empty exposure",
        ),
        pytest.param(
            '  source: "Biarnes"\n',
            "",
            "133:3: 'source' is missing",
            id="pattern without a source",
        ),
    ],
)
def test_schema_violation_in_a_questionnaire_is_reported_with_line_and_column(
    refusal, old, new, message
):
    assert f"q.yaml:{message}" in refusal(old, new).splitlines()


@pytest.mark.parametrize(
    ("old", "new", "messages"),
    [
        pytest.param(
            "checklist:",
            "checklst:",
            ["116:1: unknown key 'checklst'; did you mean 'checklist'?"],
            id="key of the questionnaire",
        ),
        pytest.param(
            '{name: "What',
            '{nmae: "What',
            ["7:11: unknown key 'nmae'; did you mean 'name'?"],
            id="key of the project",
        ),
        pytest.param(
            "  holds: 2\n",
            "  hold: 2\n",
            ["10:3: unknown key 'hold'; did you mean 'holds'?"],
            id="key of the constants",
        ),
        pytest.param(
            "    available:",
            "    availabel:",
            ["25:5: unknown key 'availabel'; did you mean 'available'?"],
            id="key of a role",
        ),
        pytest.param(
            '{kind: "Borrow"',
            '{knid: "Borrow"',
            ["30:21: unknown key 'knid'; did you mean 'kind'?"],
            id="key of an alternative",
        ),
        pytest.param(
            "  help:",
            "  hlep:",
            ["43:3: unknown key 'hlep'; did you mean 'help'?"],
            id="key of a fact",
        ),
        pytest.param(
            "  live_only:",
            "  liveonly:",
            ["71:3: unknown key 'liveonly'; did you mean 'live_only'?"],
            id="key of a layer",
        ),
        pytest.param(
            "  when: {approach: [train]}",
            "  wen: {approach: [train]}",
            ["102:3: unknown key 'wen'; did you mean 'when'?"],
            id="key of a section",
        ),
        pytest.param(
            "    hint:",
            "    hnit:",
            ["91:5: unknown key 'hnit'; did you mean 'hint'?"],
            id="key of a question",
        ),
        pytest.param(
            "      remedy: hire\n      express",
            "      blocker: live\n      express",
            ["97:7: unknown key 'blocker'"],
            id="key of a wording",
        ),
        pytest.param(
            '- text: "It is',
            '- txt: "It is',
            ["120:5: unknown key 'txt'; did you mean 'text'?"],
            id="key of the checklist",
        ),
        pytest.param(
            "  one_of:",
            "  oneof:",
            ["139:3: unknown key 'oneof'; did you mean 'one_of'?"],
            id="key of a pattern",
        ),
        pytest.param(
            '  says: "Both',
            '  name: "Both"\n  says: "Both',
            ["143:3: unknown key 'name'"],
            id="key of a contradiction",
        ),
    ],
)
def test_unknown_keys_in_a_questionnaire_are_reported(refusal, old, new, messages):
    assert {f"q.yaml:{each}" for each in messages} <= {*refusal(old, new).splitlines()}


UNKNOWN_REMEDY = ("    remedy: decide\n", "    remedy: decode\n")
CIRCULAR = ('when: {COL-01: ["2", "3", "4"]}', 'when: {AIM-01: ["2"]}')


def _paths(value: Any, path: KeyPath = ()) -> Iterator[KeyPath]:
    yield path
    parts = value.items() if isinstance(value, dict) else enumerate(value)
    for key, part in () if isinstance(value, str) else parts:
        yield from _paths(part, (*path, key))


def _replaced(value: Any, path: KeyPath, part: Any) -> Any:
    """Return a copy of a value in which ``part`` is at ``path``."""
    if not path:
        return part
    changed, (key, *rest) = copy(value), path
    changed[key] = _replaced(value[key], tuple(rest), part)
    return changed


@pytest.mark.parametrize(
    "wrong",
    ["", "x", "7", [], ["x", {}], {}, {"x": "y"}, [{}], {"id": "q"}],
    ids=str,
)
def test_value_of_a_wrong_type_anywhere_in_a_questionnaire_is_reported(wrong):
    document = strict_yaml.read(EVERYTHING.read_bytes(), "q.yaml")
    for path in list(_paths(document.value))[1:]:
        changed = document._replace(value=_replaced(document.value, path, wrong))
        shape = schema_validation.problems(changed, "questionnaire")

        assert {*shape} <= {*questionnaire_problems(changed)}


@pytest.mark.parametrize(
    "schema_error",
    [
        pytest.param(("title: ", "titel: "), id="misspelt top-level key"),
        pytest.param(("constants:", "constant:"), id="missing constants"),
        pytest.param(
            ("version: 3", "version: three"), id="version that is not a number"
        ),
        pytest.param(
            ("patterns:\n", "patterns: none\nothers:\n"), id="text instead of a list"
        ),
        pytest.param(("  assumed: train\n", ""), id="fact without an assumed value"),
        pytest.param(
            ("- id: readers", "- text\n- id: readers"), id="text instead of a fact"
        ),
        pytest.param(
            ("{approach: [train]}", "{approach: train}"),
            id="text instead of a list in a condition",
        ),
        pytest.param(("role: analyst", "role: [analyst]"), id="list instead of a role"),
        pytest.param(
            ("{train: ", "{train: {}, other: "), id="mapping instead of a choice"
        ),
    ],
)
@pytest.mark.parametrize(
    ("mistake", "message"),
    [
        pytest.param(
            UNKNOWN_REMEDY, "there is no remedy 'decode'", id="unknown remedy"
        ),
        pytest.param(
            CIRCULAR,
            "AIM-01 waits for AIM-01 itself",
            id="question that waits for itself",
        ),
    ],
)
def test_schema_errors_in_a_questionnaire_do_not_hide_other_mistakes(
    tmp_path, monkeypatch, schema_error, mistake, message
):
    monkeypatch.chdir(tmp_path)
    text = EVERYTHING.read_text(encoding="utf-8")
    for old, new in (schema_error, mistake):
        assert old in text
        text = text.replace(old, new, 1)
    Path("q.yaml").write_text(text, encoding="utf-8")

    with pytest.raises(DocumentError) as caught:
        load(Path("q.yaml"))

    assert [each for each in caught.value.problems if message in each.text]
    assert len(caught.value.problems) > 1


@pytest.mark.parametrize(
    ("old", "new", "messages"),
    [
        pytest.param(
            "- id: readers",
            "- id: headcount",
            [
                "46:7: 'headcount' is given twice",
                "93:34: there is no fact or question 'readers'",
                "148:29: there is no fact or question 'readers'",
                "150:27: there is no fact or question 'readers'",
            ],
            id="facts",
        ),
        pytest.param(
            "- id: ai\n",
            "- id: collect\n",
            ["65:7: 'collect' is given twice"],
            id="layers",
        ),
        pytest.param(
            "- id: AIM\n",
            "- id: COL\n",
            ["68:14: there is no section 'AIM'", "99:7: 'COL' is given twice"],
            id="sections",
        ),
        pytest.param(
            "- id: AIM-01\n",
            "- id: COL-01\n",
            [
                "104:9: 'COL-01' is given twice",
                "121:25: there is no question 'AIM-01'",
                "139:34: there is no fact or question 'AIM-01'",
                "144:23: there is no fact or question 'AIM-01'",
                "148:14: there is no question 'AIM-01'",
                "162:10: there is no question or fact 'AIM-01'",
            ],
            id="questions",
        ),
        pytest.param(
            "\ncontradictions:",
            f"\n{PATTERN}\ncontradictions:",
            ["141:7: 'blind' is given twice"],
            id="patterns",
        ),
        pytest.param(
            "- id: both\n",
            f"{CONTRADICTION}- id: both\n",
            ["145:7: 'both' is given twice"],
            id="contradictions",
        ),
        pytest.param(
            "- id: reader\n",
            "- id: promise\n",
            ["158:7: 'promise' is given twice"],
            id="background lines",
        ),
    ],
)
def test_repeated_ids_in_a_questionnaire_are_reported(refusal, old, new, messages):
    assert refusal(old, new).splitlines() == [f"q.yaml:{each}" for each in messages]


def test_core_question_is_reported_if_it_depends_on_a_fact_that_only_details_need(
    refusal,
):
    message = refusal(
        "assumed: everyone", "assumed: everyone\n  only_for_details: true"
    )
    assert message == (
        "q.yaml:79:5: a question of the short form depends on 'readers', which is only "
        "asked for details; leave out 'only_for_details' there"
    )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        pytest.param(
            "assumed: everyone",
            "assumed: everyone\n  known_by: [ml, lm]",
            "51:18: there is no role 'lm'; name one of analyst, ml",
            id="role that knows a fact",
        ),
        pytest.param(
            "roles: [analyst]\n",
            "roles: [analyst]\n    known_by: [lm]\n",
            "86:16: there is no role 'lm'; name one of analyst, ml",
            id="role that knows the answer to a question",
        ),
        pytest.param(
            "known_by: [ml]",
            "known_by: [mll]",
            "157:14: there is no role 'mll'; did you mean 'ml'?",
            id="role that knows a background line",
        ),
        pytest.param(
            "after: AIM-01",
            "after: AIM-10",
            "162:10: there is no question or fact 'AIM-10'; did you mean 'AIM-01'?",
            id="question before a background line",
        ),
        pytest.param(
            "assumed: everyone",
            "assumed: everyone\n  strictest_first: [restricted, nobody]",
            "51:20: 'everyone' is missing; list every choice, the strictest first\n"
            "q.yaml:51:33: there is no choice 'nobody'; name one of everyone, "
            "restricted",
            id="order of strictness",
        ),
        pytest.param(
            "assumed: train",
            "assumed: trian",
            "45:12: there is no choice 'trian'; did you mean 'train'?",
            id="assumed choice",
        ),
        pytest.param(
            'assumed: "100"',
            "assumed: many",
            "39:12: expected a whole number",
            id="assumed number",
        ),
        pytest.param(
            "{approach: [bought]}\n\n",
            "{aproach: [bought]}\n\n",
            "52:10: there is no fact or question 'aproach'; did you mean 'approach'?",
            id="condition of a fact",
        ),
        pytest.param(
            "{approach: [bought]}\n\n",
            "{approach: [bougt]}\n\n",
            "52:21: approach has no choice 'bougt'; did you mean 'bought'?",
            id="choice in a condition of a fact",
        ),
        pytest.param(
            "{approach: [bought]}\n\n",
            '{headcount: ["100"]}\n\n',
            "52:22: headcount has no choice '100'",
            id="number in a condition of a fact",
        ),
        pytest.param(
            "sections: [COL]",
            "sections: [COL, CLO]",
            "58:19: there is no section 'CLO'; did you mean 'COL'?",
            id="section of a layer",
        ),
        pytest.param(
            "role: analyst\n  role_by: {approach: {bought: none}}",
            "role: analist\n  role_by: {approach: {bought: analyst}}",
            "59:9: there is no role 'analist'; did you mean 'analyst'?",
            id="role of a layer",
        ),
        pytest.param(
            "role: ml",
            "role: nobody",
            "69:9: there is no role 'nobody'; name one of analyst, ml, none",
            id="'nobody' instead of 'none' as a role",
        ),
        pytest.param(
            "role_by: {approach",
            "role_by: {aproach",
            "60:13: there is no fact 'aproach'; did you mean 'approach'?",
            id="fact that a role depends on",
        ),
        pytest.param(
            "{bought: none}",
            "{bougt: none}",
            "60:24: approach has no choice 'bougt'; did you mean 'bought'?",
            id="choice that a role depends on",
        ),
        pytest.param(
            "{bought: none}",
            "{bought: analist}",
            "60:32: there is no role 'analist'; did you mean 'analyst'?",
            id="role that depends on a fact",
        ),
        pytest.param(
            'exit: "It is written down."',
            'person: {analist: "Somebody who asks."}',
            "64:12: there is no role 'analist'; did you mean 'analyst'?",
            id="role of a person to hire",
        ),
        pytest.param(
            "remedy_by: {approach",
            "remedy_by: {aproach",
            "61:15: there is no fact 'aproach'; did you mean 'approach'?",
            id="fact that a remedy depends on",
        ),
        pytest.param(
            '{bought: "Ask',
            '{bougt: "Ask',
            "61:26: approach has no choice 'bougt'; did you mean 'bought'?",
            id="choice that a remedy depends on",
        ),
        pytest.param(
            "live_when: {approach",
            "live_when: {aproach",
            "62:15: there is no fact or question 'aproach'; did you mean 'approach'?",
            id="fact in live_when",
        ),
        pytest.param(
            "live_when: {approach: [bought]}",
            "live_when: {approach: [bougt]}",
            "62:26: approach has no choice 'bougt'; did you mean 'bought'?",
            id="choice in live_when",
        ),
        pytest.param(
            "or_roles: [ml]",
            "or_roles: [ml, analist]",
            "63:18: there is no role 'analist'; did you mean 'analyst'?",
            id="alternative role of a layer",
        ),
        pytest.param(
            "or_roles: [ml]",
            "or_roles: [none]",
            "63:14: there is no role 'none'; name one of analyst, ml",
            id="none as the alternative role of a layer",
        ),
        pytest.param(
            "{approach: [train]}",
            "{approach: [rent, train]}",
            "102:21: approach has no choice 'rent'; name one of train, bought",
            id="choice in a condition of a section",
        ),
        pytest.param(
            "roles: [analyst]\n",
            "roles: [analyst, lm]\n",
            "85:22: there is no role 'lm'; name one of analyst, ml",
            id="role of a question",
        ),
        pytest.param(
            "remedy: decide",
            "remedy: decyde",
            "86:13: there is no remedy 'decyde'; did you mean 'decide'?",
            id="remedy of a question",
        ),
        pytest.param(
            'when: {COL-01: ["2"',
            'when: {COL-02: ["2"',
            "114:12: there is no fact or question 'COL-02'; did you mean 'COL-01'?",
            id="condition of a question",
        ),
        pytest.param(
            '["2", "3", "4"]',
            '["2", "5"]',
            "114:26: COL-01 has no level '5'",
            id="level in a condition of a question",
        ),
        pytest.param(
            "readers: [everyone]",
            "reader: [everyone]",
            "93:34: there is no fact or question 'reader'; did you mean 'readers'?",
            id="condition of a wording",
        ),
        pytest.param(
            "readers: [everyone]",
            "readers: [evryone]",
            "93:44: readers has no choice 'evryone'; did you mean 'everyone'?",
            id="choice in a condition of a wording",
        ),
        pytest.param(
            "roles: [analyst, ml]",
            "roles: [analyst, lm]",
            "96:24: there is no role 'lm'; name one of analyst, ml",
            id="role of a wording",
        ),
        pytest.param(
            "      remedy: hire\n      express",
            "      remedy: fire\n      express",
            "97:15: there is no remedy 'fire'; did you mean 'hire'?",
            id="remedy of a wording",
        ),
        pytest.param(
            "[COL-01, AIM-01]",
            "[COL-01, AIM-02]",
            "121:25: there is no question 'AIM-02'; did you mean 'AIM-01'?",
            id="question of the checklist",
        ),
        pytest.param(
            '"Collection"\n    questions: [COL-01]',
            '"Collection"\n    questions: [COL-02]',
            "128:17: there is no question 'COL-02'; did you mean 'COL-01'?",
            id="question of a group in boxes",
        ),
        pytest.param(
            "exposure: [COL-01]",
            "exposure: [COL-01, COL-02]",
            "130:20: there is no question 'COL-02'; did you mean 'COL-01'?",
            id="question of the exposure",
        ),
        pytest.param(
            "- {question: AIM-01",
            "- {question: AIM-02",
            "148:14: there is no question 'AIM-02'; did you mean 'AIM-01'?",
            id="question with a short wording",
        ),
        pytest.param(
            "- {layer: collect",
            "- {layer: colect",
            "150:11: there is no layer 'colect'; did you mean 'collect'?",
            id="layer with a short wording",
        ),
        pytest.param(
            "{COL-01: [2, 3], approach",
            "{COL-02: [2, 3], approach",
            "138:10: there is no fact or question 'COL-02'; did you mean 'COL-01'?",
            id="question of a pattern",
        ),
        pytest.param(
            "3], approach: [train]",
            "3], aproach: [train]",
            "138:26: there is no fact or question 'aproach'; did you mean 'approach'?",
            id="fact of a pattern",
        ),
        pytest.param(
            "[2, 3], approach",
            "[2, 7], approach",
            "138:22: COL-01 has no level '7'",
            id="level of a pattern",
        ),
        pytest.param(
            ONE_OF,
            ONE_OF.replace("analyst", "cook"),
            "139:12: there is no fact or question 'free.cook'",
            id="role in a pattern",
        ),
        pytest.param(
            "free.analyst: [none]",
            "free.analyst: [some]",
            "139:27: free.analyst has no choice 'some'; name one of none, part, full",
            id="availability of a role in a pattern",
        ),
        pytest.param(
            "AIM-01: [0]",
            "AIM-02: [0]",
            "139:34: there is no fact or question 'AIM-02'; did you mean 'AIM-01'?",
            id="question in one_of of a pattern",
        ),
        pytest.param(
            "AIM-01: [0]",
            "AIM-01: [7]",
            "139:43: AIM-01 has no level '7'",
            id="level in one_of of a pattern",
        ),
        pytest.param(
            "AIM-01: [4]",
            "AIM-02: [4]",
            "144:23: there is no fact or question 'AIM-02'; did you mean 'AIM-01'?",
            id="question of a contradiction",
        ),
        pytest.param(
            "AIM-01: [4]",
            "AIM-01: [7]",
            "144:32: AIM-01 has no level '7'",
            id="level of a contradiction",
        ),
    ],
)
def test_undefined_names_used_in_a_questionnaire_are_reported(
    refusal, old, new, message
):
    assert refusal(old, new) == f"q.yaml:{message}"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        pytest.param(
            "  holds: 2\n",
            "  holds: 0\n",
            "10:10: a bar of 0 is held by everybody; choose a level above it",
            id="threshold of 0",
        ),
        pytest.param(
            "locks_below: 1.0",
            "locks_below: 2.5",
            "13:16: what locks must block as well: at most blocks_below, 2.0",
            id="locking threshold above the blocking one",
        ),
        pytest.param(
            "\nremedies:",
            f"{OPERATOR}\nremedies:",
            "32:3: no layer is mended by 'operator', so nobody would ever hire one",
            id="role that no layer needs",
        ),
        pytest.param(
            "  ml: {name",
            '  none: {name: "Nobody", does: "Nothing."}\n  ml: {name',
            "31:3: 'none' means nobody; choose another id",
            id="role called none",
        ),
        pytest.param(
            "sections: [AIM]",
            "sections: [AIM, COL]",
            "68:19: section 'COL' counts for layer 'collect' too",
            id="section that belongs to two layers",
        ),
        pytest.param(
            f", approach: [train]}}\n{ONE_OF}",
            "}\n",
            "138:9: one answer alone says nothing that its question does not",
            id="pattern of a single answer",
        ),
        pytest.param(
            "{COL-01: [2], AIM-01: [4]}",
            "{COL-01: [2]}",
            "144:9: one answer alone says nothing that its question does not",
            id="contradiction of a single answer",
        ),
        pytest.param(
            "says_if: {free.analyst",
            "says_if: {COL-01",
            "140:13: COL-01 is not in 'one_of', so this is never said",
            id="sentence of a pattern for a clause that it does not have",
        ),
    ],
)
def test_contradictory_or_useless_entry_of_a_questionnaire_is_reported(
    refusal, old, new, message
):
    assert refusal(old, new) == f"q.yaml:{message}"


def test_problems_of_a_questionnaire_are_reported_in_the_order_of_the_file(refusal):
    assert refusal("- id: COL-01", "- id: COL-02").splitlines() == [
        "q.yaml:114:12: there is no fact or question 'COL-01'; did you mean 'COL-02'?",
        "q.yaml:121:17: there is no question 'COL-01'; did you mean 'COL-02'?",
        "q.yaml:128:17: there is no question 'COL-01'; did you mean 'COL-02'?",
        "q.yaml:130:12: there is no question 'COL-01'; did you mean 'COL-02'?",
        "q.yaml:138:10: there is no fact or question 'COL-01'; did you mean 'COL-02'?",
        "q.yaml:144:10: there is no fact or question 'COL-01'; did you mean 'COL-02'?",
    ]


def test_missing_questionnaire_file_is_reported(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StorageError) as caught:
        load(Path("q.yaml"))
    assert str(caught.value) == "q.yaml: cannot read: no such file or directory"


@pytest.mark.parametrize(
    "blank",
    ["", " ", "\\t", "\\u00a0", "\\u200b", "\\u00ad", "\\u3164", "\\u2800", "\\u0301"],
    ids=[
        "empty", "space", "tab", "no-break space", "zero-width space", "soft hyphen",
        "Hangul filler", "Braille blank", "combining accent",
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    ("old", "position"),
    [
        ('title: "Everything"', "4:8"),
        ('topic: "Recorded"', "79:12"),
        ('text: "Is what happens recorded?"', "80:11"),
        ('why: "What is not written down cannot be learned from."', "82:10"),
        ('source: "Rogati 2017"', "83:13"),
        ('hint: "Choose for the worst part."', "91:11"),
        ('advice: "Look."', "136:11"),
        ('exit: "It is written down."', "64:9"),
        ('help: "Tuning a ready model a little still counts as bought."', "43:9"),
    ],
    ids=lambda text: text.split(":")[0],
)
def test_questionnaire_texts_without_a_visible_character_are_refused(
    refusal, old, position, blank
):
    key = old.split(":")[0]
    message = refusal(old, f'{key}: "{blank}"')
    assert message.startswith(f"q.yaml:{position}: expected text that is not blank")


@pytest.mark.parametrize("text", ["é", "記録", "🙂", "-", "7", "👩‍🔬"])
def test_questionnaire_text_of_one_visible_character_is_accepted(tmp_path, text):
    file = tmp_path / "q.yaml"
    whole = EVERYTHING.read_text(encoding="utf-8")
    file.write_text(whole.replace('"Recorded"', f'"{text}"'), encoding="utf-8")

    assert next(load(file).questions).topic == text


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        pytest.param(
            "  analyst:\n",
            '  " ":\n',
            "22:3: expected a short name of small letters, digits and underscores, "
            "found ' '",
            id="id of a role",
        ),
        pytest.param(
            "remedies: {decide:",
            'remedies: {"De cide":',
            "33:12: expected a short name of small letters, digits and underscores, "
            "found 'De cide'",
            id="id of a remedy",
        ),
        pytest.param(
            "{train: ",
            '{" ": ',
            "44:13: expected text that is not blank, found ' '",
            id="id of a choice",
        ),
    ],
)
def test_invalid_ids_of_roles_remedies_or_choices_are_refused(
    refusal, old, new, message
):
    assert refusal(old, new).splitlines()[0] == f"q.yaml:{message}"


def test_questionnaire_with_more_than_20_layers_is_refused(refusal):
    layer = "- {{id: l{0}, name: L, about: a, sections: [COL], role: analyst}}\n"
    more = "".join(layer.format(number) for number in range(19))
    messages = refusal("layers:\n", f"layers:\n{more}").splitlines()

    assert messages[0] == "q.yaml:55:1: expected a list of layers, at most 20"


@pytest.mark.parametrize(("number", "accepted"), [(21, True), (22, False)])
def test_questionnaire_with_a_chain_of_more_than_20_conditions_is_refused(
    tmp_path, number, accepted
):
    facts = "".join(
        f"- {{id: f{n}, topic: t, text: x, choices: {{a: A, b: B}}, assumed: a"
        + (f", when: {{f{n - 1}: [a]}}" if n else "")
        + "}\n"
        for n in range(number)
    )
    text = EVERYTHING.read_text(encoding="utf-8")
    file = tmp_path / "q.yaml"
    file.write_text(text.replace("profile:\n", f"profile:\n{facts}"), encoding="utf-8")
    if accepted:
        assert len(load(file).profile) == number + 3
        return
    with pytest.raises(DocumentError, match="at most 20 conditions that wait"):
        load(file)


def test_similar_ids_are_suggested_only_for_the_first_20_unknown_ids(tmp_path):
    unknown = ", ".join(f"C{x}L-0{n}" for n in "12" for x in "ABDEFGHIJKLMNPQ")
    text = EVERYTHING.read_text(encoding="utf-8")
    file = tmp_path / "q.yaml"
    file.write_text(
        text.replace("exposure: [COL-01]", f"exposure: [COL-01, {unknown}]")
    )
    with pytest.raises(DocumentError) as caught:
        load(file)
    suggested = ["did you mean" in each.text for each in caught.value.problems]

    assert suggested == [True] * 20 + [False] * 10


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param(
            "1", {"exploratory": 1, "live": 1, "high_stakes": 1}, id="for all stakes"
        ),
        pytest.param(
            "{exploratory: 0, live: 1}", {"exploratory": 0, "live": 1}, id="by stakes"
        ),
    ],
)
def test_questionnaire_can_declare_which_level_is_enough(tmp_path, written, expected):
    file = tmp_path / "q.yaml"
    whole = EVERYTHING.read_text(encoding="utf-8")
    file.write_text(
        whole.replace(
            "  remedy: hire\n    a", f"  remedy: hire\n    enough: {written}\n    a"
        ),
        encoding="utf-8",
    )

    assert list(load(file).questions)[-1].enough == expected


LEVEL_0_TO_3 = "expected a level from 0 to 3"


@pytest.mark.parametrize(
    ("role", "written", "messages"),
    [
        pytest.param(
            "ml",
            "4",
            f"112:13: {LEVEL_0_TO_3}, or a level for each of exploratory, live and "
            "high_stakes, found '4'",
            id="level 4",
        ),
        pytest.param(
            "ml", "{live: 5}", f"112:20: {LEVEL_0_TO_3}, found '5'", id="level 5"
        ),
        pytest.param(
            "ml",
            "{life: 1}",
            "112:14: unknown key 'life'; did you mean 'live'?",
            id="unknown stakes",
        ),
        pytest.param(
            "ml",
            "{high_stakes: 1}",
            "112:5: at higher stakes at least as much must be enough as at lower ones; "
            "what is left out is 2",
            id="less at higher stakes",
        ),
        pytest.param(
            "analyst",
            "1",
            "86:5: a question about the layer as a whole cannot say what is enough",
            id="question about the layer as a whole",
        ),
    ],
)
def test_invalid_level_declared_as_enough_is_reported(refusal, role, written, messages):
    old = f"    roles: [{role}]\n"
    assert refusal(old, f"{old}    enough: {written}\n") == f"q.yaml:{messages}"
