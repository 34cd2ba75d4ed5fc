from pathlib import Path

import pytest

from mlready.errors import DocumentError, StorageError
from mlready.questionnaire import (
    Constants,
    Fact,
    Group,
    Item,
    Layer,
    Question,
    Questionnaire,
    Role,
    Section,
    Wording,
)
from mlready.questionnaire_file import load

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
            remedy="decide",
            actions=("Write it down.", "Make it a routine.", "Check it."),
            blocker="always",
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
            remedy="hire",
            actions=("Name one.", "Run it.", "Measure it."),
            blocker="",
            overall=False,
            express=False,
            when={"COL-01": ("2", "3", "4")},
            hint="",
            wordings=(),
        ),
    ),
)
LAYERS = (
    Layer(
        id="collect",
        name="Collect",
        about="nothing is written down",
        sections=("COL",),
        role="analyst",
        role_by={"approach": {"bought": "none"}},
        remedy_by={"approach": {"bought": "Ask the seller for it."}},
        stands="",
        live_only=False,
    ),
    Layer(
        id="ai",
        name="AI / ML",
        about="modelling is not prepared",
        sections=("AIM",),
        role="ml",
        role_by={},
        remedy_by={},
        stands="top",
        live_only=True,
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
ITEM = "It is recorded, and there is something to beat."
SHORT_NAME = "expected a short name of small letters, digits and underscores, found"


@pytest.fixture
def refusal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Change one place of a good questionnaire, and return all that is said of it."""
    monkeypatch.chdir(tmp_path)

    def said(old: str, new: str) -> str:
        text = EVERYTHING.read_text(encoding="utf-8")
        assert text.count(old) == 1
        Path("q.yaml").write_text(text.replace(old, new), encoding="utf-8")
        with pytest.raises(DocumentError) as caught:
            load(Path("q.yaml"))
        return str(caught.value)

    return said


def test_every_field_is_read():
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
            overall=0.5,
            near=0.25,
            crew=1.5,
            seconds_per_question=30.0,
        ),
        roles={
            "analyst": Role("analyst", "analyst", "Studies the data.", "How many?"),
            "ml": Role("ml", "ML engineer", "Trains models.", ""),
        },
        remedies={"decide": "Decide", "hire": "Hire"},
        profile=PROFILE,
        layers=LAYERS,
        sections=(COLLECT, MODEL),
        checklist=(Group("data", "Data", (Item(ITEM, ("COL-01", "AIM-01")),)),),
    )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        pytest.param("id: everything\n", "", "2:1: 'id' is missing", id="no id"),
        pytest.param(
            "id: everything\n",
            "id: All of it\n",
            f"2:5: {SHORT_NAME} 'All of it'",
            id="id of several words",
        ),
        pytest.param(
            "version: 3",
            "version: 0",
            "3:10: expected a whole number from 1, found '0'",
            id="version 0",
        ),
        pytest.param(
            "version: 3",
            "version: 1.5",
            "3:10: expected a whole number from 1, found '1.5'",
            id="broken version",
        ),
        pytest.param(
            'title: "Everything"',
            "title:",
            "4:7: expected text, found ''",
            id="blank title",
        ),
        pytest.param(
            'title: "Everything"',
            'title: "  "',
            "4:8: expected text, found '  '",
            id="title of spaces",
        ),
        pytest.param(
            'about: "Is everything there?"',
            "about: [x]",
            "5:8: expected text",
            id="list for text",
        ),
        pytest.param(
            ', slice: "Which part of it?"',
            "",
            "7:10: 'slice' is missing",
            id="no question for the slice",
        ),
        pytest.param("  holds: 2\n", "", "10:3: 'holds' is missing", id="no constant"),
        pytest.param(
            "  holds: 2\n",
            "  holds: two\n",
            "10:10: expected a number such as 0.5, found 'two'",
            id="word for a constant",
        ),
        pytest.param(
            "  holds: 2\n",
            "  holds: -2\n",
            "10:10: expected a number such as 0.5, found '-2'",
            id="negative constant",
        ),
        pytest.param(
            "overall: 0.5",
            "overall: 1.5",
            "13:12: expected a share from 0 to 1, found '1.5'",
            id="share of more than all",
        ),
        pytest.param(
            ', does: "Trains models."',
            "",
            "20:7: 'does' is missing",
            id="role that does nothing",
        ),
        pytest.param(
            '{name: "ML engineer", does: "Trains models."}',
            "ML engineer",
            "20:7: expected a mapping, found 'ML engineer'",
            id="text for a role",
        ),
        pytest.param(
            '{decide: "Decide", hire: "Hire"}',
            "[decide, hire]",
            "22:11: expected a mapping of remedy ids to names",
            id="list of remedies",
        ),
        pytest.param(
            "- id: headcount",
            "- id: headCount",
            f"25:7: {SHORT_NAME} 'headCount'",
            id="capital in the id of a fact",
        ),
        pytest.param(
            '  topic: "People"\n',
            "",
            "25:3: 'topic' is missing",
            id="fact without topic",
        ),
        pytest.param(
            ', bought: "We buy it"',
            "",
            "33:12: expected a mapping of at least two choices",
            id="only one choice",
        ),
        pytest.param(
            "{approach: [bought]}\n\n",
            "{approach: bought}\n\n",
            "41:20: expected a list of values, found 'bought'",
            id="condition without a list",
        ),
        pytest.param(
            "{approach: [bought]}\n\n",
            "{approach: []}\n\n",
            "41:20: expected a list of values",
            id="condition without a value",
        ),
        pytest.param(
            "{approach: [bought]}\n\n",
            "{}\n\n",
            "41:9: expected a mapping of facts to lists of values",
            id="condition without a fact",
        ),
        pytest.param(
            "sections: [COL]",
            "sections: COL",
            "47:13: expected a list of section ids, found 'COL'",
            id="layer with text for sections",
        ),
        pytest.param(
            "sections: [COL]",
            "sections: []",
            "47:13: expected a list of section ids",
            id="layer without sections",
        ),
        pytest.param(
            "{bought: none}}",
            "{bought: none}, readers: {everyone: ml}}",
            "49:12: expected one fact with a text for each of its values",
            id="role that hangs on two facts",
        ),
        pytest.param(
            "{approach: {bought: none}}",
            "{approach: none}",
            "49:23: expected a mapping of the fact's values, found 'none'",
            id="role that hangs on no value",
        ),
        pytest.param(
            "stands: top",
            "stands: below",
            "56:11: expected top or beside, found 'below'",
            id="layer in no place",
        ),
        pytest.param(
            "live_only: true",
            "live_only: yes",
            "57:14: expected true or false, found 'yes'",
            id="yes for true",
        ),
        pytest.param(
            "- id: COL\n",
            "- id: Col\n",
            "60:7: expected three capital letters, found 'Col'",
            id="small letters in a section",
        ),
        pytest.param(
            "- id: COL-01",
            "- id: COL-1",
            "64:9: expected an id such as COL-01, found 'COL-1'",
            id="short id of a question",
        ),
        pytest.param(
            '    knows: "the clerk"\n',
            "",
            "64:5: 'knows' is missing",
            id="question nobody can answer",
        ),
        pytest.param(
            ', "With checks."',
            "",
            "67:13: expected five levels, 0 to 4",
            id="four levels",
        ),
        pytest.param(
            '"Name one.", ',
            "",
            "99:14: expected three actions: to leave level 0-1, 2 and 3",
            id="two actions",
        ),
        pytest.param(
            "roles: [analyst]",
            "roles: analyst",
            "71:12: expected a list of role ids, found 'analyst'",
            id="text for roles",
        ),
        pytest.param(
            "blocker: always",
            "blocker: sometimes",
            "74:14: expected always, live or high_stakes, found 'sometimes'",
            id="no such blocker",
        ),
        pytest.param(
            "when: {approach: [bought], readers: [everyone]}\n      topic:",
            "topic:",
            "79:7: 'when' is missing",
            id="wording without a condition",
        ),
        pytest.param(
            "[COL-01, AIM-01]",
            "[]",
            "107:16: expected a list of question ids",
            id="item that nothing covers",
        ),
    ],
)
def test_what_is_not_shaped_like_a_questionnaire_is_named(refusal, old, new, message):
    assert refusal(old, new) == f"q.yaml:{message}"


@pytest.mark.parametrize(
    ("old", "new", "messages"),
    [
        pytest.param(
            "checklist:",
            "checklst:",
            [
                "2:1: 'checklist' is missing",
                "102:1: unknown key 'checklst'; did you mean 'checklist'?",
            ],
            id="of the questionnaire",
        ),
        pytest.param(
            '{name: "What',
            '{nmae: "What',
            [
                "7:10: 'name' is missing",
                "7:11: unknown key 'nmae'; did you mean 'name'?",
            ],
            id="of the project",
        ),
        pytest.param(
            "  holds: 2\n",
            "  hold: 2\n",
            [
                "10:3: 'holds' is missing",
                "10:3: unknown key 'hold'; did you mean 'holds'?",
            ],
            id="of the constants",
        ),
        pytest.param(
            ', available: "How',
            ', availabel: "How',
            ["19:57: unknown key 'availabel'; did you mean 'available'?"],
            id="of a role",
        ),
        pytest.param(
            "  help:",
            "  hlep:",
            ["32:3: unknown key 'hlep'; did you mean 'help'?"],
            id="of a fact",
        ),
        pytest.param(
            "  live_only:",
            "  liveonly:",
            ["57:3: unknown key 'liveonly'; did you mean 'live_only'?"],
            id="of a layer",
        ),
        pytest.param(
            "  when: {approach: [train]}",
            "  wen: {approach: [train]}",
            ["88:3: unknown key 'wen'; did you mean 'when'?"],
            id="of a section",
        ),
        pytest.param(
            "    hint:",
            "    hnit:",
            ["77:5: unknown key 'hnit'; did you mean 'hint'?"],
            id="of a question",
        ),
        pytest.param(
            "      remedy: hire\n      express",
            "      blocker: live\n      express",
            ["83:7: unknown key 'blocker'"],
            id="of a wording",
        ),
        pytest.param(
            '- text: "It is',
            '- txt: "It is',
            [
                "106:5: 'text' is missing",
                "106:5: unknown key 'txt'; did you mean 'text'?",
            ],
            id="of the checklist",
        ),
    ],
)
def test_unknown_keys_are_named_wherever_they_are(refusal, old, new, messages):
    assert refusal(old, new).splitlines() == [f"q.yaml:{each}" for each in messages]


@pytest.mark.parametrize(
    ("old", "new", "messages"),
    [
        pytest.param(
            "- id: readers",
            "- id: headcount",
            [
                "35:7: 'headcount' is given twice",
                "79:34: there is no fact or question 'readers'",
            ],
            id="facts",
        ),
        pytest.param(
            "- id: ai\n",
            "- id: collect\n",
            ["51:7: 'collect' is given twice"],
            id="layers",
        ),
        pytest.param(
            "- id: AIM\n",
            "- id: COL\n",
            ["54:14: there is no section 'AIM'", "85:7: 'COL' is given twice"],
            id="sections",
        ),
        pytest.param(
            "- id: AIM-01\n",
            "- id: COL-01\n",
            ["90:9: 'COL-01' is given twice", "107:25: there is no question 'AIM-01'"],
            id="questions",
        ),
    ],
)
def test_two_things_of_one_name_are_named_and_what_is_missed_then(
    refusal, old, new, messages
):
    assert refusal(old, new).splitlines() == [f"q.yaml:{each}" for each in messages]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        pytest.param(
            "assumed: train",
            "assumed: trian",
            "34:12: there is no choice 'trian'; did you mean 'train'?",
            id="assumed choice",
        ),
        pytest.param(
            'assumed: "100"',
            "assumed: many",
            "28:12: expected a whole number",
            id="assumed number",
        ),
        pytest.param(
            "{approach: [bought]}\n\n",
            "{aproach: [bought]}\n\n",
            "41:10: there is no fact or question 'aproach'; did you mean 'approach'?",
            id="condition of a fact",
        ),
        pytest.param(
            "{approach: [bought]}\n\n",
            "{approach: [bougt]}\n\n",
            "41:21: there is no choice of approach 'bougt'; did you mean 'bought'?",
            id="choice in a condition of a fact",
        ),
        pytest.param(
            "{approach: [bought]}\n\n",
            '{headcount: ["100"]}\n\n',
            "41:22: there is no choice of headcount '100'",
            id="number in a condition",
        ),
        pytest.param(
            "sections: [COL]",
            "sections: [COL, CLO]",
            "47:19: there is no section 'CLO'; did you mean 'COL'?",
            id="section of a layer",
        ),
        pytest.param(
            "role: analyst",
            "role: analist",
            "48:9: there is no role 'analist'; did you mean 'analyst'?",
            id="role of a layer",
        ),
        pytest.param(
            "role: ml",
            "role: nobody",
            "55:9: there is no role 'nobody'",
            id="nobody, which is said as none",
        ),
        pytest.param(
            "role_by: {approach",
            "role_by: {aproach",
            "49:13: there is no fact 'aproach'; did you mean 'approach'?",
            id="fact a role hangs on",
        ),
        pytest.param(
            "{bought: none}",
            "{bougt: none}",
            "49:24: there is no choice of approach 'bougt'; did you mean 'bought'?",
            id="choice a role hangs on",
        ),
        pytest.param(
            "{bought: none}",
            "{bought: analist}",
            "49:32: there is no role 'analist'; did you mean 'analyst'?",
            id="role that hangs on a fact",
        ),
        pytest.param(
            "remedy_by: {approach",
            "remedy_by: {aproach",
            "50:15: there is no fact 'aproach'; did you mean 'approach'?",
            id="fact a remedy hangs on",
        ),
        pytest.param(
            '{bought: "Ask',
            '{bougt: "Ask',
            "50:26: there is no choice of approach 'bougt'; did you mean 'bought'?",
            id="choice a remedy hangs on",
        ),
        pytest.param(
            "{approach: [train]}",
            "{approach: [rent, train]}",
            "88:21: there is no choice of approach 'rent'",
            id="choice in a condition of a section",
        ),
        pytest.param(
            "roles: [analyst]\n",
            "roles: [analyst, lm]\n",
            "71:22: there is no role 'lm'",
            id="role of a question",
        ),
        pytest.param(
            "remedy: decide",
            "remedy: decyde",
            "72:13: there is no remedy 'decyde'; did you mean 'decide'?",
            id="remedy of a question",
        ),
        pytest.param(
            "when: {COL-01:",
            "when: {COL-02:",
            "100:12: there is no fact or question 'COL-02'; did you mean 'COL-01'?",
            id="condition of a question",
        ),
        pytest.param(
            '["2", "3", "4"]',
            '["2", "5"]',
            "100:26: there is no choice of COL-01 '5'",
            id="level in a condition",
        ),
        pytest.param(
            "readers: [everyone]",
            "reader: [everyone]",
            "79:34: there is no fact or question 'reader'; did you mean 'readers'?",
            id="condition of a wording",
        ),
        pytest.param(
            "readers: [everyone]",
            "readers: [evryone]",
            "79:44: there is no choice of readers 'evryone'; did you mean 'everyone'?",
            id="choice in a condition of a wording",
        ),
        pytest.param(
            "roles: [analyst, ml]",
            "roles: [analyst, lm]",
            "82:24: there is no role 'lm'",
            id="role of a wording",
        ),
        pytest.param(
            "      remedy: hire\n      express",
            "      remedy: fire\n      express",
            "83:15: there is no remedy 'fire'; did you mean 'hire'?",
            id="remedy of a wording",
        ),
        pytest.param(
            "[COL-01, AIM-01]",
            "[COL-01, AIM-02]",
            "107:25: there is no question 'AIM-02'; did you mean 'AIM-01'?",
            id="question of the checklist",
        ),
    ],
)
def test_names_that_stand_for_nothing_are_named(refusal, old, new, message):
    assert refusal(old, new) == f"q.yaml:{message}"


def test_all_contradictions_are_named_in_order(refusal):
    assert refusal("- id: COL-01", "- id: COL-02").splitlines() == [
        "q.yaml:100:12: there is no fact or question 'COL-01'; did you mean 'COL-02'?",
        "q.yaml:107:17: there is no question 'COL-01'; did you mean 'COL-02'?",
    ]


def test_a_file_that_is_not_there_says_so(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StorageError) as caught:
        load(Path("q.yaml"))
    assert str(caught.value) == "q.yaml: cannot read: no such file or directory"
