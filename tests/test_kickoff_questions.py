"""The kickoff questionnaire is complete for every profile of a project."""

from itertools import product
from pathlib import Path
from statistics import mean

import pytest

from mlready.assessment.plan import to_find_out
from mlready.model.applicability import applicable
from mlready.model.questionnaire import (
    NOBODY,
    Placement,
    Question,
    Questionnaire,
)
from mlready.storage.questionnaire_file import load
from mlready.storage.strict_yaml import read

ROOT = Path(__file__).parent.parent
KICKOFF = ROOT / "questionnaires" / "kickoff.yaml"
SEED_MAP = Path(__file__).parent / "data" / "seed_map.yaml"
MAX_QUESTIONS, MAX_SHORT_FORM = 62, 25  # the short form's size includes its facts
MEAN_WORDS, MAX_WORDS = 75, 110  # of a question with its levels and hint
MAX_WORDS_OF_A_STEP = 18
APPROACHES = ["train", "pretrained", "bought"]


@pytest.fixture(scope="module")
def profiles(kickoff: Questionnaire) -> list[dict[str, str]]:
    """Return one profile for each combination of facts that conditions depend on."""
    conditions = [
        *(fact.when for fact in kickoff.profile),
        *(section.when for section in kickoff.sections),
        *(question.when for question in kickoff.questions),
        *(wording.when for q in kickoff.questions for wording in q.wordings),
    ]
    deciding = {fact for condition in conditions for fact in condition}
    chosen = [fact for fact in kickoff.profile if fact.id in deciding]
    found: dict[frozenset[tuple[str, str]], dict[str, str]] = {}
    for values in product(*(fact.choices for fact in chosen)):
        stated = dict(zip((fact.id for fact in chosen), values, strict=True))
        known = applicable(kickoff, stated, {}).known
        asked = {fact: value for fact, value in stated.items() if fact in known}
        found.setdefault(frozenset(asked.items()), asked)
    return [*found.values()]


def test_profiles_generated_for_these_tests_include_every_approach(profiles):
    found = {profile["approach"] for profile in profiles}

    assert found == {"train", "pretrained", "bought"}


def test_kickoff_questionnaire_file_is_loaded_without_a_problem():
    assert load(KICKOFF).id == "kickoff"


def test_number_of_questions_is_within_the_limit_for_every_profile(kickoff, profiles):
    for profile in profiles:
        assert len(applicable(kickoff, profile, {}).questions) <= MAX_QUESTIONS, profile


def test_short_form_is_short_and_covers_every_layer_except_the_top_layer(
    kickoff, profiles
):
    heads = [role for role in kickoff.roles.values() if role.available]
    mended = [each for each in kickoff.layers if each.placement is not Placement.TOP]
    for profile in profiles:
        full = applicable(kickoff, profile, {})
        short = [question for question in full.questions if question.express]
        facts = [fact for fact in full.facts if not fact.only_for_details]
        sections = {question.section for question in short}

        assert len(heads) + len(facts) + len(short) <= MAX_SHORT_FORM, profile
        assert all(sections & set(layer.sections) for layer in mended), profile


def test_questions_are_short_enough_to_be_read_aloud_for_every_profile(
    kickoff, profiles
):
    for profile in profiles:
        words = {
            question.id: len(" ".join(_said(question)).split())
            for question in applicable(kickoff, profile, {}).questions
        }

        assert mean(words.values()) <= MEAN_WORDS, profile
        assert {id_: n for id_, n in words.items() if n > MAX_WORDS} == {}, profile


def _said(question: Question) -> tuple[str, ...]:
    return (question.text, *question.levels, question.hint)


def test_each_plan_step_is_one_short_sentence(kickoff):
    long = [
        (question.id, action)
        for question in kickoff.questions
        for actions in (
            question.actions,
            *(each.changes.get("actions", ()) for each in question.wordings),
        )
        for action in actions
        if len(action.split()) > MAX_WORDS_OF_A_STEP
    ]

    assert long == []


def test_step_for_an_open_overall_question_says_what_to_ask_and_whom(
    kickoff,
):
    wholes = [each for each in kickoff.questions if each.overall]

    for question in wholes:
        step = question.find_out
        assert step.startswith("Find out whether "), question.id
        assert step.endswith(f" (ask {question.knows})."), question.id
        assert len(step.split()) <= MAX_WORDS_OF_A_STEP, question.id


def test_step_that_finds_the_answer_to_a_detail_begins_with_what_to_find_out(kickoff):
    details = [each for each in kickoff.questions if not each.overall]
    changed = [
        each._replace(**wording.changes)
        for each in details
        for wording in each.wordings
    ]
    steps = [to_find_out(each) for each in (*details, *changed)]

    assert [step for step in steps if ". " in step.partition("?")[0]] == []


def test_each_layer_describes_the_person_wanted_for_each_role_of_the_layer(kickoff):
    for layer in kickoff.layers:
        roles = {layer.role, *layer.or_roles}
        roles |= {role for by in layer.role_by.values() for role in by.values()}

        assert set(layer.person) == roles - {NOBODY}, layer.id
        assert layer.matters, layer.id


def test_every_layer_has_questions_for_every_profile(kickoff, profiles):
    for profile in profiles:
        sections = {q.section for q in applicable(kickoff, profile, {}).questions}
        for layer in kickoff.layers:
            assert sections & set(layer.sections), (layer.id, profile)


@pytest.mark.parametrize("approach", APPROACHES)
def test_every_checklist_item_has_a_question_for_every_approach(kickoff, approach):
    found = applicable(kickoff, {"approach": approach}, {})
    ids = {question.id for question in found.questions}

    assert [len(group.items) for group in kickoff.checklist] == [8, 5, 4, 3, 4]
    uncovered = [
        item.text
        for group in kickoff.checklist
        for item in group.items
        if not ids & set(item.questions)
    ]
    assert uncovered == []


@pytest.mark.parametrize(
    ("profile", "included", "excluded"),
    [
        pytest.param(
            {"approach": "train"},
            {"AGG-03", "AIM-03", "PRD-03"},
            {"LRN-07", "MOV-07", "PRD-06", "PRD-07", "PRD-08", "MON-07"},
            id="own model",
        ),
        pytest.param(
            {"approach": "pretrained", "readers": "restricted", "acts": "acts"},
            {"LRN-07", "MOV-07", "PRD-06", "PRD-07", "PRD-08", "MON-07", "COL-08"},
            {"AGG-03", "AGG-05", "AIM-03", "PRD-03", "PRD-04", "MOD-01"},
            id="agent on own documents",
        ),
        pytest.param(
            {"approach": "bought", "readers": "everyone", "own_content": "no"},
            {"LRN-07", "PRD-07", "PRD-08"},
            {"MOV-07", "COL-08", "EXP-06", "PRD-06", "AGG-03"},
            id="bought product without own documents",
        ),
    ],
)
def test_profile_of_the_project_decides_which_questions_are_asked(
    kickoff, profile, included, excluded
):
    ids = {question.id for question in applicable(kickoff, profile, {}).questions}

    assert included <= ids
    assert not excluded & ids


def test_wording_for_an_approach_replaces_the_text_of_a_question(kickoff):
    def text(approach: str) -> str:
        questions = applicable(kickoff, {"approach": approach}, {}).questions
        return next(q.text for q in questions if q.id == "MOV-01")

    assert text("train") != text("pretrained") == text("bought")


def test_every_statement_of_the_cited_sources_is_used_by_a_question_or_report(
    kickoff,
):
    claims = read(SEED_MAP.read_bytes(), SEED_MAP.name).value
    known = {question.id for question in kickoff.questions}
    known |= {"staffing", "report", "pattern"}

    assert len(claims) == 169
    without_question = {
        id_: claim["by"]
        for id_, claim in claims.items()
        if not set(claim["by"]) & known
    }
    unknown = {id_: set(claim["by"]) - known for id_, claim in claims.items()}
    assert without_question == {}
    assert {id_: words for id_, words in unknown.items() if words} == {}


def test_no_two_questions_have_the_same_topic_or_text(kickoff):
    topics = [question.topic for question in kickoff.questions]
    texts = [question.text for question in kickoff.questions]

    assert sorted(set(topics)) == sorted(topics)
    assert sorted(set(texts)) == sorted(texts)


def test_each_section_except_context_belongs_to_one_layer(kickoff):
    in_layers = [section for layer in kickoff.layers for section in layer.sections]
    others = {section.id for section in kickoff.sections} - set(in_layers)

    assert sorted(set(in_layers)) == sorted(in_layers)
    assert others == {"CTX"}


def test_each_question_and_fact_names_a_role_that_knows_the_answer(kickoff):
    for asked in (*kickoff.profile, *kickoff.questions):
        assert asked.known_by, asked.id
        assert set(asked.known_by) <= set(kickoff.roles), asked.id


def test_data_engineer_knows_every_answer_on_which_a_ready_verdict_rests(
    kickoff,
):
    claimed = [
        *(question for question in kickoff.questions if question.overall),
        *(
            fact
            for fact in kickoff.profile
            if fact.id in {"stops", "hands", "simple_way", "proof"}
        ),
    ]

    assert all("data_engineer" in each.known_by for each in claimed)
