"""The agenda as Markdown and as an HTML page."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from markdown_it import MarkdownIt

from mlready.assessment.agenda import AgendaReason
from mlready.assessment.assess import Assessment, assess
from mlready.assessment.diagnosis import Verdict
from mlready.assessment.voices import combine
from mlready.model.answers import Answer, AnswerSheet, Voice
from mlready.report.agenda import Effect, Premise, html_agenda, markdown_agenda
from mlready.report.redaction import shown_sheet
from mlready.report.templating import Words
from mlready.storage import answers_file
from tests.commands import Done
from tests.html_page import Parsed
from tests.program import Program
from tests.samples import (
    KICKOFF,
    SHEETS,
    TEXTS,
    VOICES,
    answered_by,
    drafted,
    example,
    with_every_text,
)

ANA = answered_by(example("ready"), "Ana", "data_engineer")
BO = answered_by(example("ready"), "Bo", "the one who pays")
SHORT = {each: Answer(level=1, note="Zaphod saw it") for each in ("MOV-00", "COL-03")}
FORMS = [
    pytest.param(markdown_agenda, id="Markdown"),
    pytest.param(html_agenda, id="HTML"),
]


def with_answers(sheet: AnswerSheet, **answers: Answer) -> AnswerSheet:
    by_id = {id_.replace("_", "-"): answer for id_, answer in answers.items()}
    return sheet._replace(answers={**sheet.answers, **by_id})


def of(*sheets: AnswerSheet) -> Assessment:
    return assess(KICKOFF, combine(KICKOFF, sheets))


def disagreeing() -> Assessment:
    """Return the assessment of two voices that differ on two questions."""
    lower = ANA._replace(answers={**ANA.answers, **SHORT})
    return of(lower, BO)


def with_hostile_text(text: str) -> Assessment:
    """Return an assessment of two voices with ``text`` as every text."""
    lower = ANA._replace(answers={**ANA.answers, **SHORT})
    sheets = [
        with_every_text(sheet, text)._replace(
            voice=Voice(name=f"{text}{number}", role=text, date="2026-11-22")
        )
        for number, sheet in enumerate((lower, BO))
    ]
    return assess(with_every_text(KICKOFF, text), combine(KICKOFF, sheets))


def words(text: str) -> list[str]:
    return re.findall(r"[\w/%=?-]+", text)


@pytest.fixture
def run(tmp_path: Path, program: Program) -> Callable[..., Done]:
    """Return a function that runs mlready in a folder with two answers files."""
    lower = ANA._replace(answers={**ANA.answers, **SHORT})
    for name, sheet in (("ana", lower), ("bo", BO)):
        text = answers_file.dump(sheet, KICKOFF)
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    return lambda *args: program.run(*args, cwd=tmp_path)


def test_agenda_matches_its_golden_file(golden):
    golden("agenda.md", markdown_agenda(disagreeing()))


@pytest.mark.parametrize("write", FORMS)
def test_agenda_shows_for_each_answer_the_voice_and_note_and_the_resulting_advice(
    write,
):
    text = " ".join(words(re.sub("<[^>]*>", "", write(disagreeing()))))

    assert "Bo the one who pays" in text
    assert "Ana data engineer" in text
    assert "Zaphod saw it" in text
    assert "fix Move and store first" in text


def test_agenda_gives_one_line_to_a_difference_that_changes_no_advice():
    text = markdown_agenda(disagreeing())
    lines = [line for line in text.splitlines() if "COL-03" in line]

    assert len(lines) == 1
    assert lines[0].startswith("- ")


def test_agenda_of_one_voice_lists_answers_that_a_second_voice_must_confirm():
    text = markdown_agenda(of(BO))

    assert "A yes needs a second person who says so." in text
    assert "(COL-00)" in text
    assert "\nSaid so far" not in text


def test_agenda_shows_the_first_hire_for_each_number_of_free_people_that_voices_gave():
    ana = answered_by(example("stilts"), "Ana", "data_engineer")
    bo = answered_by(example("stilts"), "Bo", "owner")
    bo = bo._replace(available={**bo.available, "data_engineer": 9.0})
    text = markdown_agenda(of(ana, bo))

    assert "### 1. People free (data engineer): 2 minutes" in text
    assert "- 0, Ana (data engineer)\n- 9, Bo (decision owner)\n" in text
    assert "If 0 counts: hire a data engineer first; if 9 counts: hire nobody" in text
    assert "**Who can settle it:** whoever knows." in text


def test_agenda_shows_an_open_question_with_the_levels_to_choose_from():
    unknown = Answer(unknown=True)
    text = markdown_agenda(of(with_answers(ANA, MOV_00=unknown, MOV_01=unknown)))
    _, _, point = text.partition("(MOV-00)")

    assert "Nobody could say" in point
    assert [line[:3] for line in point.splitlines() if re.match(r"- \d", line)][:5] == [
        f"- {level}" for level in range(5)
    ]


@pytest.mark.parametrize("write", FORMS)
def test_agenda_says_that_no_answer_can_change_the_advice_if_all_voices_agree(write):
    assert "No answer can change the advice." in write(of(ANA, BO))


@pytest.mark.parametrize("write", FORMS)
def test_agenda_of_a_draft_says_that_two_people_must_confirm_it(write):
    page = write(of(drafted("ready")))

    assert "according to a draft: two people must confirm this first" in page
    assert "a second person must confirm" not in page


@pytest.mark.parametrize("write", FORMS)
def test_agenda_says_which_items_do_not_fit_into_a_30_minute_meeting(write):
    lowest = {id_: Answer(level=0) for id_ in example("ready").answers}
    text = write(of(ANA._replace(answers=lowest), BO))
    found = re.search(r"(\d+) minutes. What decides most comes first.", text)

    assert found
    assert int(found[1]) <= 30
    assert "not fit into 30 minutes" in text
    assert "and can wait" in text


@pytest.mark.parametrize("name", [*SHEETS, *VOICES])
def test_html_agenda_has_the_same_words_as_the_markdown_agenda(name):
    result = assess(KICKOFF, {**SHEETS, **VOICES}[name])
    tokens = MarkdownIt("commonmark").parse(markdown_agenda(result))
    flat = [part for token in tokens for part in token.children or []]
    document = " ".join(part.content or " " for part in flat)
    page = " ".join(
        text
        for within, text in Parsed(html_agenda(result)).texts
        if not {"style", "title"} & {*within}
    )

    assert sorted(words(page)) == sorted(words(document))


def test_html_agenda_allows_only_its_own_styles_and_loads_no_other_file():
    page = html_agenda(disagreeing())
    elements = Parsed(page).elements
    policies = [
        attributes["content"]
        for tag, attributes in elements
        if attributes.get("http-equiv") == "Content-Security-Policy"
    ]

    assert len(policies) == 1
    assert policies[0]
    assert policies[0].startswith("default-src 'none'; ")
    assert policies[0].count("sha256-") == page.count("<style>") == 2
    assert not {"script", "link", "img", "iframe"} & {tag for tag, _ in elements}


@pytest.mark.parametrize("write", FORMS)
def test_redacted_and_anonymous_agendas_leave_out_names_and_notes(write):
    sheet = disagreeing().inputs.sheet
    redacted, anonymous = (
        write(
            assess(
                KICKOFF,
                shown_sheet(KICKOFF, sheet, redacted=not hidden, anonymised=hidden),
            )
        )
        for hidden in (False, True)
    )

    for text in (redacted, anonymous):
        assert not re.search(r"\b(Ana|Bo|Zaphod|who pays)\b", text)
    assert "data engineer" in redacted
    assert "This report does not tell who said what" in anonymous


@settings(max_examples=25)
@given(text=TEXTS)
def test_text_from_users_adds_no_element_to_an_html_agenda(text: str):
    assume(text.strip())  # a questionnaire with blank texts cannot be loaded

    def elements(text: str) -> list[tuple[str, dict[str, str | None]]]:
        return Parsed(html_agenda(with_hostile_text(text))).elements

    assert elements(text) == elements("plain")


@settings(max_examples=25)
@given(text=TEXTS)
def test_text_from_users_adds_no_markdown_block_to_an_agenda(text: str):
    assume(text.strip())

    def blocks(text: str) -> list[str]:
        written = markdown_agenda(with_hostile_text(text))
        return [token.type for token in MarkdownIt("commonmark").parse(written)]

    assert blocks(text) == blocks("plain")


@pytest.mark.parametrize(
    ("keys", "table"),
    [
        pytest.param(Premise, "premise_by", id="premises of the advice"),
        pytest.param(Effect, "effect_by", id="effects of an answer on the advice"),
        pytest.param(AgendaReason, "reason", id="reasons for an agenda item"),
        pytest.param(Verdict, "verdicts", id="verdicts"),
    ],
)
def test_agenda_template_has_a_phrase_for_every_enum_value_that_an_agenda_shows(
    keys, table
):
    found = Words("_agenda_words.j2", str, {}).table(table)

    assert found.keys() == {key.value for key in keys}


@pytest.mark.parametrize("form", ["md", "html"])
def test_order_of_answers_files_does_not_change_the_agenda(run, form):
    one = run("agenda", "ana.yaml", "bo.yaml", "--format", form)
    other = run("agenda", "bo.yaml", "ana.yaml", "--format", form)

    assert one.code == 0
    assert one.out
    assert (one.out, one.err) == (other.out, other.err)


def test_agenda_is_written_to_the_file_given_with_the_output_option(run, tmp_path):
    done = run("agenda", "ana.yaml", "bo.yaml", "-o", "agenda.md")

    assert done == Done(0, "", "")
    written = (tmp_path / "agenda.md").read_text(encoding="utf-8")
    assert written == run("agenda", "ana.yaml", "bo.yaml").out


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("extends: kickoff\nid: ours\nversion: 1\n", id="extending"),
        pytest.param("id: ours\nversion: 1\nsections: []\n", id="complete"),
    ],
)
def test_agenda_is_never_written_over_a_questionnaire(run, tmp_path, text):
    file = tmp_path / "ours.yaml"
    file.write_text(text, encoding="utf-8")
    done = run("agenda", "ana.yaml", "-o", "ours.yaml")

    message = "ours.yaml: holds a questionnaire; choose another output"
    assert done == Done(2, "", f"mlready: {message}\n")
    assert file.read_text(encoding="utf-8") == text


def test_agenda_is_never_written_over_an_answers_file(run, tmp_path):
    before = (tmp_path / "bo.yaml").read_bytes()
    done = run("agenda", "ana.yaml", "-o", "bo.yaml")

    assert done.code == 2
    assert "holds answers" in done.err
    assert (tmp_path / "bo.yaml").read_bytes() == before
