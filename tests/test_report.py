from pathlib import Path

import pytest
from jinja2 import DictLoader, ModuleLoader
from markdown_it import MarkdownIt

from mlready.assessment.assess import assess
from mlready.errors import TemplateError
from mlready.model.answers import Answer, AnswerSheet, empty_sheet
from mlready.model.questionnaire import Questionnaire
from mlready.report import templating
from mlready.report.markdown import blank_answers, markdown, printed_questions, summary
from mlready.report.options import Reader
from mlready.storage import answers_file

ROOT = Path(__file__).parent.parent
EXAMPLES = sorted((ROOT / "questionnaires" / "examples").glob("*.yaml"))


def example(name: str, kickoff: Questionnaire) -> AnswerSheet:
    path = ROOT / "questionnaires" / "examples" / f"{name}.yaml"
    return answers_file.read(path.read_bytes(), path.name, kickoff)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_report_on_each_example(path, kickoff, golden):
    sheet = answers_file.read(path.read_bytes(), path.name, kickoff)

    golden(f"{path.stem}.md", markdown(assess(kickoff, sheet)))


ANCHORS = sorted((ROOT / "tests" / "cases" / "anchors").glob("*.yaml"))
ONE_PAGE = 750  # words, the picture included


@pytest.mark.parametrize("path", ANCHORS, ids=lambda path: path.stem)
def test_the_report_on_a_team_everybody_knows(path, kickoff, golden):
    sheet = answers_file.read(path.read_bytes(), path.name, kickoff)

    golden(f"anchors/{path.stem}.md", markdown(assess(kickoff, sheet)))


@pytest.mark.parametrize("reader", [Reader.SPONSOR, Reader.TEAM, Reader.RECRUITER])
@pytest.mark.parametrize("name", ["stilts", "assistant", "ready"])
def test_the_report_for_one_reader(name, reader, kickoff, golden):
    result = assess(kickoff, example(name, kickoff))

    golden(f"{name}-{reader}.md", markdown(result, reader=reader))


@pytest.mark.parametrize("name", ["stilts", "ready"])
def test_the_way_from_answers_to_advice(name, kickoff, golden):
    result = assess(kickoff, example(name, kickoff))
    plain = markdown(result, reader=Reader.SPONSOR)
    explained = markdown(result, reader=Reader.SPONSOR, explain=True)

    assert explained.startswith(plain)
    golden(f"{name}-explained.md", explained[len(plain) :])


@pytest.mark.parametrize("path", [*EXAMPLES, *ANCHORS], ids=lambda path: path.stem)
def test_a_sponsor_reads_one_page(path, kickoff):
    sheet = answers_file.read(path.read_bytes(), path.name, kickoff)
    page = markdown(assess(kickoff, sheet), reader=Reader.SPONSOR)

    assert len(page.split()) <= ONE_PAGE


def test_the_report_on_a_short_form_with_open_answers_and_a_date(kickoff, golden):
    sheet = example("stilts", kickoff)._replace(scope="express")
    open_now = {"MOV-01": Answer(unknown=True), "COL-01": Answer(note="ask Ben")}
    sheet = sheet._replace(answers={**sheet.answers, **open_now})

    golden("express.md", markdown(assess(kickoff, sheet), date="24 November 2026"))


def test_the_report_on_a_team_that_has_said_nothing(kickoff, golden):
    golden("nothing.md", markdown(assess(kickoff, empty_sheet(kickoff))))


def test_the_screen_that_closes_an_interview(kickoff, golden):
    screen = summary(
        assess(kickoff, example("stilts", kickoff)),
        answers="mlready.yaml",
        open=False,
        interview="mlready interview mlready.yaml",
        command="mlready report mlready.yaml -o report.md",
    )

    golden("closing.txt", screen)


def test_the_questions_as_a_document(small, golden):
    golden("small-questions.md", printed_questions(small))


@pytest.mark.parametrize("express", [False, True], ids=["full", "short form"])
def test_the_file_to_fill_in(small, golden, express):
    name = "small-blank-express.yaml" if express else "small-blank.yaml"
    golden(name, blank_answers(small, express=express))


HOSTILE = [
    pytest.param("a | b || c", id="pipes"),
    pytest.param("first\n\n# second\n- third", id="newlines"),
    pytest.param("<script>alert(1)</script><!-- ", id="HTML"),
    pytest.param("![x](http://a.b/c) [y](javascript:z)", id="links and images"),
    pytest.param("```\n~~~\n$$", id="fences"),
    pytest.param("{{ 7 * 7 }}{% raw %}", id="templates"),
    pytest.param("<!-- mlready:begin --> <!-- mlready:end -->", id="markers"),
    pytest.param("\x1b[2J\x07\x00 \u202e wrong", id="control characters"),
    pytest.param("www.example.com a@b.example https://c.example", id="addresses"),
    pytest.param('[x]: /y "z"\n[x]', id="reference links"),
]  # fmt: skip


@pytest.mark.parametrize("note", HOSTILE)
def test_people_s_text_breaks_nothing(note, kickoff):
    def structure(text: str) -> list[tuple[str, int]]:
        sheet = example("stilts", kickoff)
        said = Answer(
            level=0, note=text, evidence=text, by=text, on=text, accepted=text
        )
        sheet = sheet._replace(
            name=text, slice=text, answers={**sheet.answers, "COL-01": said}
        )
        document = markdown(assess(kickoff, sheet))
        assert not set(document) & {"\x00", "\x07", "\x1b", "\u202e"}
        tokens = MarkdownIt("gfm-like", {"linkify": True}).parse(document)
        flat = [child for token in tokens for child in [token, *(token.children or [])]]
        harmless = {"text", "text_special", "html_inline", "softbreak"}
        return [(t.type, t.level) for t in flat if t.type not in harmless]

    assert structure(note) == structure("plain")


def test_a_wheel_s_prepared_templates_print_the_same(kickoff, tmp_path, monkeypatch):
    sheet = example("assistant", kickoff)
    expected = markdown(assess(kickoff, sheet))
    prepared = templating.environment.__wrapped__()
    names = ["all.md.j2", "_words.j2"]
    prepared.loader = DictLoader({name: templating.source(name) for name in names})
    prepared.compile_templates(tmp_path, zip=None, ignore_errors=False)
    prepared.loader = ModuleLoader(tmp_path)
    monkeypatch.setattr(templating, "environment", lambda: prepared)

    assert markdown(assess(kickoff, sheet)) == expected


def test_a_template_that_cannot_be_rendered_is_named(kickoff, monkeypatch):
    broken = templating.environment.__wrapped__()
    broken.loader = DictLoader({"all.md.j2": "{{ nothing.here }}"})
    monkeypatch.setattr(templating, "environment", lambda: broken)

    with pytest.raises(TemplateError) as error:
        markdown(assess(kickoff, empty_sheet(kickoff)))

    assert str(error.value) == "template all.md.j2: 'nothing' is undefined"
