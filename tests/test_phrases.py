"""Which phrases the reports on sample teams use."""

from collections.abc import Iterable

import pytest

from mlready.assessment.assess import Assessment, assess
from mlready.assessment.scoring import LevelChange
from mlready.assessment.voices import combine
from mlready.model.answers import Answer, AnswerSheet, Voice
from mlready.report.explanation_context import ScoresOutcome, explanation
from mlready.report.html import html_page
from mlready.report.markdown import markdown
from mlready.report.phrases import (
    AnsweredBy,
    Caveat,
    Confirm,
    Flip,
    Heading,
    HeadlinePhrase,
    Hires,
    OpenAnswers,
    Phrases,
    Promise,
    ReadySource,
    Sentence,
    TopVacancy,
    Work,
    phrases,
)
from tests.samples import (
    ANCHORS,
    KICKOFF,
    ROOT,
    SHEETS,
    VOICES,
    example,
    grown_old,
    read_sheet,
)

CASES = sorted((ROOT / "tests" / "cases" / "short").rglob("*.yaml"))
ENUMS = [
    Heading, ReadySource, AnsweredBy, Caveat, HeadlinePhrase, Sentence, Confirm,
    Work, Hires, TopVacancy, Promise, OpenAnswers, Flip,
]  # fmt: skip


def without_openings() -> AnswerSheet:
    sheet = example("stilts")
    return sheet._replace(profile={**sheet.profile, "openings": "0"})


def ready_without_openings() -> AnswerSheet:
    sheet = example("ready")
    return sheet._replace(profile={**sheet.profile, "openings": "0"})


def with_people_for_the_priority_layer() -> AnswerSheet:
    return example("stilts")._replace(available={"data_engineer": 9.0})


def with_nothing_applicable() -> AnswerSheet:
    answers = {question.id: Answer(na="x") for question in KICKOFF.questions}
    return example("stilts")._replace(answers=answers)


def confirmed_by_a_second_voice() -> AnswerSheet:
    sheet = example("ready")
    return combine(KICKOFF, [sheet, sheet._replace(voice=Voice("Ana", "analyst"))])


def confirmed_with_something_to_settle() -> AnswerSheet:
    sheet = confirmed_by_a_second_voice()
    return sheet._replace(answers={**sheet.answers, "COL-01": Answer(level=1)})


def with_a_weak_organisation() -> AnswerSheet:
    sheet = example("ready")
    weak = {
        id_: Answer(level=1) if id_.startswith("ORG") else answer
        for id_, answer in sheet.answers.items()
    }
    return sheet._replace(answers=weak)


TEAMS = {
    **SHEETS,
    **VOICES,
    "ready, two voices": confirmed_by_a_second_voice(),
    "ready, two voices, something to settle": confirmed_with_something_to_settle(),
    "ready, no posts": ready_without_openings(),
    "no posts": without_openings(),
    "people for the first layer": with_people_for_the_priority_layer(),
    "nothing applies": with_nothing_applicable(),
    "grown old": grown_old(),
    "weak organisation": with_a_weak_organisation(),
    **{path.stem: read_sheet(path) for path in ANCHORS},
}


def test_phrases_for_each_sample_team_match_golden_file(golden):
    """A row is a team; a cell is the key of a phrase in templates/_words.j2."""
    head = ("Team", *Phrases._fields)
    rows = [
        (name, *(key or "-" for key in phrases(assess(KICKOFF, sheet))))
        for name, sheet in TEAMS.items()
    ]
    table = [head, ("---",) * len(head), *rows]

    golden("phrases.md", "".join(f"| {' | '.join(row)} |\n" for row in table))


def results() -> Iterable[Assessment]:
    sheets = [*TEAMS.values(), *(read_sheet(path) for path in CASES)]
    return [assess(KICKOFF, sheet) for sheet in sheets]


def test_every_report_phrase_is_used_for_at_least_one_sample_team():
    used = zip(*(phrases(result) for result in results()), strict=True)

    assert [set(keys) for keys in used] == [set(enum) for enum in ENUMS]


def test_every_assessment_outcome_is_explained_for_at_least_one_sample_team():
    assert {explanation(result).outcome for result in results()} == set(ScoresOutcome)


@pytest.mark.parametrize(
    ("sheet", "sentence"),
    [
        pytest.param(
            without_openings(),
            "You said that no post can be paid. These can stand in for a data engineer",
            id="no post can be paid",
        ),
        pytest.param(
            ready_without_openings(),
            "Hire nobody until the answers above are confirmed by a second person.",
            id="no post can be paid, and the vacancy is not confirmed",
        ),
        pytest.param(
            with_people_for_the_priority_layer(),
            "Hire nobody yet: the people who are here can begin.",
            id="enough people for the priority layer",
        ),
        pytest.param(
            with_nothing_applicable(),
            "Hire nobody yet: no answer says who is needed.",
            id="no question applies: reason not to hire",
        ),
        pytest.param(
            with_nothing_applicable(),
            "Nothing counts: ",
            id="no question applies: explanation of the verdict",
        ),
    ],
)
def test_phrases_for_unusual_teams_are_printed_in_reports(sheet, sentence):
    result = assess(KICKOFF, sheet)

    assert sentence in markdown(result, explain=True)
    assert sentence in html_page(result, explain=True)


@pytest.mark.parametrize(
    ("raised", "said"),
    [
        pytest.param(
            [True],
            "If you had rated *Collect as a whole* one level higher, our",
            id="one answer",
        ),
        pytest.param(
            [True, True],
            "*Collect as a whole* and *Recorded at the source* each one level higher",
            id="two answers in one direction",
        ),
        pytest.param(
            [True, False],
            "If you had rated *Collect as a whole* one level higher and *Recorded at"
            " the source* one level lower, our",
            id="two answers in two directions",
        ),
    ],
)
def test_text_on_a_minimal_change_states_the_direction_once_if_all_answers_share_it(
    raised, said
):
    result = assess(KICKOFF, example("stilts"))
    questions = {each.id: each for each in KICKOFF.questions}
    changes = tuple(
        LevelChange(questions[id_], 2, 3 if up else 1)
        for id_, up in zip(("COL-00", "COL-01"), raised, strict=False)
    )
    flip = result.certainty.minimal_change
    assert flip
    flip = flip._replace(changes=changes, other_priority=None)
    certainty = result.certainty._replace(minimal_change=flip)
    assert said in markdown(result._replace(certainty=certainty))


def test_report_names_the_layer_that_would_come_first_after_a_minimal_change():
    report = markdown(assess(KICKOFF, example("stilts")))
    assert (
        " one level higher, our advice would be to fix *Release and operate* first and"
        " to hire nobody yet." in report
    )
