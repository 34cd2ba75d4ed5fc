"""Facts that rules of the assessment need, and checks of those facts."""

import ast
import random
import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from mlready.assessment.assess import assess
from mlready.errors import DocumentError
from mlready.model.answers import Answer, AnswerSheet
from mlready.model.profile_facts import (
    Approach,
    EngineFact,
    Hands,
    Promised,
    SimpleWay,
    Stakes,
    Stops,
)
from mlready.output.formats import RENDERERS, ReportRequest
from mlready.storage import strict_yaml
from mlready.storage.questionnaire_checks import consistency_problems
from mlready.storage.questionnaire_file import build, load
from mlready.storage.source_positions import Document

ROOT = Path(__file__).parent.parent
KICKOFF = ROOT / "questionnaires" / "kickoff.yaml"
TEXT = KICKOFF.read_text(encoding="utf-8")
RAW = strict_yaml.read(KICKOFF.read_bytes(), KICKOFF.name).value
CHOICES: list[tuple[str, str]] = [
    *((EngineFact.STAKES, choice) for choice in Stakes),
    *((EngineFact.APPROACH, choice) for choice in Approach),
    *((EngineFact.SIMPLE_WAY, choice) for choice in SimpleWay),
    *((EngineFact.HANDS, choice) for choice in [*Hands, "analyst", "ml"]),
    *((EngineFact.PROMISED, choice) for choice in [*Promised, "ml"]),
    *((EngineFact.STOPS, choice) for choice in [*Stops, "collect", "organisation"]),
]
REQUIRED = [
    *((EngineFact.STAKES, choice) for choice in Stakes),
    (EngineFact.APPROACH, Approach.TRAIN),
    (EngineFact.SIMPLE_WAY, SimpleWay.REACHES),
    (EngineFact.HANDS, Hands.NOBODY),
    (EngineFact.PROMISED, "ml"),
    (EngineFact.STOPS, Stops.NOTHING),
]
CLOSED = [EngineFact.STAKES, EngineFact.APPROACH, EngineFact.SIMPLE_WAY]


def problems(raw: Any) -> list[str]:
    """Return the messages about a questionnaire read from YAML, without positions."""
    return [each.text for each in consistency_problems(Document("q", raw, {}))]


def renamed(value: Any, old: str, new: str) -> Any:
    """Return a questionnaire in which ``new`` replaces the key or value ``old``."""
    if isinstance(value, dict):
        return {renamed(k, old, new): renamed(v, old, new) for k, v in value.items()}
    if isinstance(value, list):
        return [renamed(each, old, new) for each in value]
    return new if value == old else value


def with_choices(fact: str, change: Any) -> Any:
    """Return the kickoff questionnaire with the choices of a fact changed."""
    raw = deepcopy(RAW)
    for each in raw["profile"]:
        if each["id"] == fact:
            each["choices"] = change(each["choices"])
            each["assumed"] = next(iter(each["choices"]))
    return raw


def without(*facts: str) -> Any:
    """Return the kickoff questionnaire as plain data, without the given facts.

    A fact or question that depends on a given fact loses its condition. A wording,
    pattern or other text that depends on a given fact is left out.
    """
    raw = deepcopy(RAW)

    def depends(part: Mapping[str, Any]) -> bool:
        return bool({*part.get("when", ()), *part.get("one_of", ())} & set(facts))

    def independent(parts: list[Any]) -> list[Any]:
        return [each for each in parts if not depends(each)]

    raw["without"] = list(facts)
    raw["profile"] = [each for each in raw["profile"] if each["id"] not in facts]
    for part in (*raw["profile"], *all_questions(raw)):
        if depends(part):
            del part["when"]
    for question in all_questions(raw):
        question["wordings"] = independent(question.get("wordings", []))
    for key in ("patterns", "contradictions", "in_short", "layers_in_short"):
        raw[key] = independent(raw[key])
    raw["background"] = [x for x in raw["background"] if x.get("after") not in facts]
    return raw


def all_questions(raw: Any) -> Iterator[Any]:
    for section in raw["sections"]:
        yield from section["questions"]


@pytest.mark.parametrize("fact", EngineFact)
def test_fact_may_not_be_renamed_if_assessment_rules_need_it(
    fact: EngineFact,
) -> None:
    found = problems(renamed(RAW, fact, f"{fact}_x"))

    assert len(found) == 1
    assert f"the rules need the fact '{fact}'" in found[0]
    assert f"write 'without: [{fact}]'" in found[0]
    assert found[0].endswith(f"did you mean '{fact}'?")


def test_original_name_of_a_renamed_fact_is_guessed_from_its_choices() -> None:
    found = problems(renamed(RAW, "simple_way", "baseline"))

    assert [text.split("; ")[-1] for text in found] == ["did you mean 'simple_way'?"]


@pytest.mark.parametrize(("fact", "choice"), CHOICES)
def test_choice_may_not_be_renamed_if_assessment_rules_use_it(
    fact: str, choice: str
) -> None:
    raw = with_choices(
        fact,
        lambda choices: {k if k != choice else "x9": v for k, v in choices.items()},
    )
    assert any(
        f"the rules know no choice 'x9' of '{fact}'" in text for text in problems(raw)
    )


@pytest.mark.parametrize(("fact", "choice"), REQUIRED)
def test_questionnaire_without_a_choice_needed_by_rules_is_refused(
    fact: str, choice: str
) -> None:
    raw = with_choices(
        fact, lambda choices: {k: v for k, v in choices.items() if k != choice}
    )
    text = f"the rules need the choice '{choice}' of '{fact}'; add it"
    assert text in problems(raw)


@pytest.mark.parametrize("fact", CLOSED)
def test_additional_choice_is_refused_for_a_fact_with_fixed_choices(
    fact: EngineFact,
) -> None:
    found = problems(with_choices(fact, lambda choices: {**choices, "maybe": "Maybe"}))

    assert any(
        f"the rules know no choice 'maybe' of '{fact}'" in each for each in found
    )


@pytest.mark.parametrize("fact", [EngineFact.HEADCOUNT, EngineFact.OPENINGS])
def test_choices_for_a_numeric_profile_fact_are_refused(fact: EngineFact) -> None:
    raw = with_choices_for_number(fact)

    text = f"the rules need '{fact}' as a whole number; leave out 'choices'"
    assert text in problems(raw)


def with_choices_for_number(fact: str) -> Any:
    raw = deepcopy(RAW)
    for each in raw["profile"]:
        if each["id"] == fact:
            each |= {"choices": {"few": "Few", "many": "Many"}, "assumed": "few"}
    return raw


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        pytest.param(
            "- id: simple_way\n",
            "- id: simple_ways\n",
            "the rules need the fact 'simple_way'; add what is missing, or write "
            "'without: [simple_way]' to switch the rules off that need it"
            "; did you mean 'simple_way'?",
            id="renamed fact",
        ),
        pytest.param(
            'reaches: "Yes, and',
            'reach: "Yes, and',
            "the rules know no choice 'reach' of 'simple_way', "
            "only falls_short, reaches, unknown; did you mean 'reaches'?",
            id="renamed choice",
        ),
        pytest.param(
            "version: 2\n",
            "version: 2\nwithout: [simple_way]\n",
            "'simple_way' is a fact of this questionnaire; leave it out here",
            id="key 'without' names a fact of the questionnaire",
        ),
        pytest.param(
            "version: 2\n",
            "version: 2\nwithout: [labels]\n",
            "no rule needs a fact 'labels'",
            id="key 'without' names a fact that no rule needs",
        ),
    ],
)
def test_problem_with_a_profile_fact_is_reported_with_the_right_line(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    assert TEXT.count(old) == 1
    file = tmp_path / "q.yaml"
    file.write_text(TEXT.replace(old, new), encoding="utf-8")
    with pytest.raises(DocumentError) as caught:
        load(file)

    line = TEXT[: TEXT.index(old)].count("\n") + 1 + new.count("\nwithout")
    assert any(
        each.startswith(f"{file}:{line}:") and each.endswith(message)
        for each in str(caught.value).splitlines()
    )


@pytest.mark.parametrize("facts", [(fact,) for fact in EngineFact] + [(*EngineFact,)])
def test_report_says_which_rules_are_disabled_by_a_missing_profile_fact(
    facts: tuple[str, ...],
) -> None:
    raw = without(*facts)
    assert problems(raw) == []
    questionnaire = build(raw)
    chance = random.Random(str(facts))
    for _ in range(3):
        sheet = AnswerSheet(
            questionnaire.id,
            questionnaire.version,
            profile={
                fact.id: chance.choice([*fact.choices] or ["3", "50"])
                for fact in questionnaire.profile
            },
            answers={
                question.id: Answer(level=chance.randrange(5))
                for question in questionnaire.questions
            },
        )
        result = assess(questionnaire, sheet)
        documents = {
            str(form): render(result, ReportRequest())
            for form, render in RENDERERS.items()
        }
        [rule] = re.findall(r"does not ask for (.*), so the rules", documents["md"])
        assert rule.replace("\\_", "_").split(", ") == [*facts]


def test_modeller_counts_as_possibly_needed_if_the_fact_approach_is_missing() -> None:
    questionnaire = build(without("approach"))
    sheet = AnswerSheet(
        questionnaire.id,
        questionnaire.version,
        answers={
            question.id: Answer(level=4, evidence="seen")
            for question in questionnaire.questions
        },
    )
    assert assess(questionnaire, sheet).staffing.claimed is not None


def _holds_facts(source: ast.expr) -> bool:
    return ast.unparse(source).split(".")[-1] in {"facts", "profile", "known"}


def literal_facts(tree: ast.Module) -> Iterator[str]:
    """Yield each fact name that a module looks up as a string literal."""
    for node in ast.walk(tree):
        match node:
            case (
                ast.Call(func=ast.Attribute(value=source, attr="get"), args=[key, *_])
                | ast.Subscript(value=source, slice=key)
            ) if isinstance(key, ast.Constant) and _holds_facts(source):
                pass
            case ast.Call(func=ast.Name(id="numeric_fact"), args=[*_, key]):
                pass
            case _:
                continue
        if isinstance(key, ast.Constant) and key.value in list(EngineFact):
            yield str(key.value)


def test_program_code_looks_up_facts_by_constants_and_not_by_string_literals() -> None:
    found = [
        (path.name, key)
        for path in (ROOT / "mlready").rglob("*.py")
        for key in literal_facts(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert found == []


@pytest.mark.parametrize(
    "code",
    ['facts.get("stops")', 'a.facts["hands"]', 'numeric_fact(inputs, "openings")'],
)
def test_check_of_program_code_finds_facts_that_are_looked_up_by_string_literals(
    code: str,
) -> None:
    assert list(literal_facts(ast.parse(code))) != []


def test_report_templates_do_not_look_up_profile_facts() -> None:
    found = [
        (path.name, line)
        for path in (ROOT / "templates").rglob("*.j2")
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.search(r"\bfacts\s*(\.\w|\[)|\bprofile\s*\[", line)
    ]
    assert found == []
