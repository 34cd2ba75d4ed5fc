"""User templates: what they can print, what the sandbox refuses, and error messages."""

import html
import json
import os
import re
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import assume, example, given, strategies as st
from markdown_it import MarkdownIt

from mlready.assessment.assess import assess
from mlready.errors import StorageError, TemplateError, UsageError
from mlready.escaping import escape_for, for_terminal
from mlready.model.answers import Answer, empty_sheet
from mlready.report.bundled_templates import list_templates, show_template
from mlready.report.json_export import as_data
from mlready.report.markdown import markdown
from mlready.report.options import Reader
from mlready.resources import bundled
from mlready.storage import answers_file
from mlready.user_templates import render
from mlready.user_templates.limited_process import Limits, run_limited
from mlready.user_templates.render import render_user_template
from mlready.user_templates.sandbox import FAILURE, RenderRequest, answer
from tests.samples import VOICES, read_sheet

posix = pytest.mark.skipif(os.name != "posix", reason="Windows has no such files")
linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits memory")

EXAMPLES = sorted((bundled("questionnaires") / "examples").glob("*.yaml"))
STARTER = bundled("templates") / "own" / "starter.md.j2"
MEMO = bundled("templates") / "own" / "memo.md.j2"
DATA = {
    "project": {"name": "Churn *early*", "slice": ""},
    "layers": [{"name": "- Collect", "low": 1.5, "items": ["a", "b"]}],
    "note": "[a](b) <b>\n# c",
    "nothing": None,
}
SHORT, LONG = Limits(seconds=1), Limits(seconds=300)
UNLIMITED = Limits(seconds=0)  # rendered in the process of the tests


@pytest.fixture(autouse=True)
def _subprocess_only_for_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start no subprocess for templates with the limits ``UNLIMITED``, to save time."""

    def run(work: str, request: bytes, limits: Limits) -> bytes:
        if limits is UNLIMITED:
            return answer(request)
        return run_limited(work, request, limits)

    monkeypatch.setattr(render, "run_limited", run)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of templates, beside a file that templates must not read."""
    inside = tmp_path / "templates"
    (inside / "parts").mkdir(parents=True)
    (inside / "parts" / "line.md").write_text("{{ project.name }}!\n")
    (inside / "parts" / "macros.j2").write_text(
        "{% macro strong(text) %}**{{ text }}**{% endmacro %}"
    )
    (inside / "base.j2").write_text("<{% block body %}base{% endblock %}>")
    (inside / ".env").write_text("secret")
    (tmp_path / "secret").write_text("secret")
    return inside


def rendered(
    folder: Path, source: str, name: str = "t.md.j2", limits: Limits = UNLIMITED
) -> str:
    (folder / name).write_bytes(source.encode())
    return render_user_template(DATA, folder / name, limits)


def error_of(folder: Path, source: str, limits: Limits = UNLIMITED) -> str:
    """Return the error message on a template, without the path of the file."""
    with pytest.raises(TemplateError) as caught:
        rendered(folder, source, limits=limits)
    return str(caught.value).removeprefix(f"{folder}{os.sep}t.md.j2:")


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_rendered_starter_template_matches_golden_file(path, kickoff, golden):
    sheet = answers_file.read(path.read_bytes(), path.name, kickoff)

    golden(
        f"starter-{path.stem}.md",
        render_user_template(as_data(assess(kickoff, sheet), "today"), STARTER),
    )


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_memo_template_prints_notes_and_advice_and_plan_but_no_question_ids(
    path, kickoff
):
    sheet = answers_file.read(path.read_bytes(), path.name, kickoff)
    data = as_data(assess(kickoff, sheet), "2026-11-29")
    text = html.unescape(render_user_template(data, MEMO)).replace("\\", "")

    said = [each.note for each in sheet.answers.values() if each.note]
    printed = [data["brief"]["advice"], *(step["what"] for step in data["plan"])]
    assert "1. **Add nothing.**" in text
    assert [line for line in (*said, *printed) if line not in text] == []
    assert re.findall(r"\b[A-Z]{3}-\d\d\b", text) == []


def test_memo_template_is_rendered_for_a_team_without_answers(kickoff):
    data = as_data(assess(kickoff, empty_sheet(kickoff)), "")

    memo = render_user_template(data, MEMO)
    assert "Not known, Decision and owner" in memo
    assert "- Name:" not in memo
    assert "## Facts: what is weak" not in memo


@pytest.mark.parametrize("name", ["draft", "draft of stilts", "person and draft"])
def test_memo_template_says_that_the_answers_are_a_draft_if_no_person_gave_any(
    kickoff, name
):
    memo = render_user_template(as_data(assess(kickoff, VOICES[name])), MEMO)

    assert ("All answers are a draft" in memo) is (name != "person and draft")


def test_starter_template_judges_and_rounds_the_layers_as_the_teams_report(kickoff):
    team = read_sheet(EXAMPLES[-1])
    unknown = {id_: Answer(unknown=True) for id_ in team.answers if id_[0] == "O"}
    result = assess(kickoff, team._replace(answers={**team.answers, **unknown}))
    document = render_user_template(as_data(result), STARTER)
    report = markdown(result, reader=Reader.TEAM)
    row = r"^\| ([A-Z].*) \| ([\d. to]+) \| (.+) \|$"
    rows = re.findall(row, document, re.MULTILINE)
    judged = [row for row in rows if row[2] != "fix first"]

    assert len(judged) == len(kickoff.layers) - 1
    assert [f"| {n} | {w} ({s}) |" in report for n, s, w in judged] == [True] * 7
    assert "undecided" in {words for _, _, words in judged}


def test_starter_template_is_rendered_for_a_team_without_answers(kickoff):
    document = render_user_template(
        as_data(assess(kickoff, empty_sheet(kickoff)), ""), STARTER
    )

    assert document.startswith(f"# {kickoff.title}\n")


@pytest.mark.parametrize(
    ("source", "document"),
    [
        pytest.param("{{ project.name }}", r"Churn \*early\*", id="text"),
        pytest.param("{{ note }}", r"\[a\](b) &lt;b&gt;<br>\# c", id="hostile text"),
        pytest.param(
            "{{ layers[0].name }}", r"\- Collect", id="text at the beginning of a line"
        ),
        pytest.param("{{ layers[0].low }} {{ 2 }}", "1.5 2", id="numbers"),
        pytest.param("<{{ nothing }}>", "<>", id="None"),
        pytest.param("{{ note|raw }}", "[a](b) <b>\n# c", id="raw"),
        pytest.param("{{ note|terminal }}", "[a](b) <b>␊# c", id="for a terminal"),
        pytest.param("{{ '<b>'|html }}", "&lt;b&gt;", id="for HTML"),
        pytest.param("{{ '*'|md }}", r"\*", id="for Markdown, once"),
        pytest.param("{{ '*'|raw ~ '*' }}", r"\*\*", id="joined text"),
        pytest.param("{{ '*'|raw|upper }}", r"\*", id="raw text changed by a filter"),
        pytest.param("{{ ['*'|raw, '*']|join }}", r"\*\*", id="joined list"),
        pytest.param("{{ ['<']|tojson|raw }}", '["\\u003c"]', id="JSON"),
        pytest.param(
            "{% set x %}*{{ '*' }}*{% endset %}{{ x }}", r"*\**", id="a set block"
        ),
        pytest.param(
            "{% macro m() %}*{{ '*' }}{{ caller() }}{% endmacro %}"
            "{% call m() %}_{{ '_' }}{% endcall %}",
            r"*\*_\_",
            id="a macro with a caller",
        ),
        pytest.param(
            "{% from 'parts/macros.j2' import strong %}{{ strong('*') }}",
            r"**\***",
            id="an imported macro",
        ),
        pytest.param(
            "{% for x in [['*']] recursive %}"
            "{% if x is string %}{{ x }}{% else %}<{{ loop(x) }}>{% endif %}"
            "{% endfor %}",
            r"<\*>",
            id="a recursive loop",
        ),
        pytest.param(
            "{% extends 'base.j2' %}"
            "{% block body %}{{ '*' }}{{ super() }}{% endblock %}",
            r"<\*base>",
            id="a base",
        ),
        pytest.param(
            "{% include 'parts/line.md' %}", "Churn \\*early\\*!\n", id="a part"
        ),
        pytest.param(
            "{% include 'no.md' ignore missing %}.", ".", id="an optional part"
        ),
        pytest.param("{{ layers[0].items|join }}", "ab", id="a key like a method"),
        pytest.param("{{ project.get('x', 1) }}", "1", id="a method"),
        pytest.param("{{ layers|map(attribute='low')|sum }}", "1.5", id="a sum"),
        pytest.param(
            "{% for g in layers|groupby('low') %}{{ g.grouper }}{{ g.list|length }}"
            "{% endfor %}",
            "1.51",
            id="groups",
        ),
        pytest.param(
            "{% set n = namespace(x=0) %}{% for i in range(3) %}"
            "{% set n.x = n.x + i %}{% endfor %}{{ n.x }}",
            "3",
            id="a running total",
        ),
        pytest.param("{{ '%.1f'|format(1) }}", "1.0", id="a format"),
        pytest.param("{{ project.x|default('-') }}", r"\-", id="a default"),
        pytest.param("{{ 'a' if nothing }}.", ".", id="no else branch"),
        pytest.param(
            "\ufeffa\r\n{# #}\r\nb",
            "a\nb",
            id="line ends and byte order mark of Windows",
        ),
        pytest.param(r"{{ '\ud800' }}", r"\ud800", id="a surrogate"),
    ],
)
def test_user_template_can_use_macros_loops_blocks_filters_and_included_files(
    source, document, folder
):
    assert rendered(folder, source) == document


@pytest.mark.parametrize(
    ("name", "document"),
    [
        pytest.param("t.md", r"\*<br>&lt;", id="Markdown"),
        pytest.param("t.MD.J2", r"\*<br>&lt;", id="Markdown in capitals"),
        pytest.param("t.j2", r"\*<br>&lt;", id="no ending"),
        pytest.param("t.html", "&#42;&#10;&lt;", id="HTML"),
        pytest.param("t.html.jinja", "&#42;&#10;&lt;", id="HTML with an ending"),
        pytest.param("t.xml.j2", "&#42;&#10;&lt;", id="XML"),
        pytest.param("t.txt.j2", "*␊<", id="text"),
        pytest.param("t.csv", "*␊<", id="another kind"),
    ],
)
def test_file_name_of_a_template_decides_how_text_is_escaped(name, document, folder):
    assert rendered(folder, r"{{ '*\n<' }}", name) == document


@pytest.mark.parametrize(
    ("source", "text"),
    [
        pytest.param("a\n{{ }}", "2: expected an expression", id="syntax"),
        pytest.param("\n\n{% x %}", "3: encountered unknown tag 'x'", id="tag"),
        pytest.param(
            "{{ 'a'|uper }}", "1: no filter named 'uper'; did you mean 'upper'?",
            id="filter",
        ),
        pytest.param(
            "\n{{ projct }}", "2: there is no 'projct'; did you mean 'project'?",
            id="name",
        ),
        pytest.param(
            "{{ project.nam }}", "1: there is no 'nam'; did you mean 'name'?", id="key"
        ),
        pytest.param("{{ layers[7].low }}", "1: there is no '7'", id="item"),
        pytest.param("{{ nothing.x }}", "1: there is no 'x'", id="key of None"),
        pytest.param("{{ layers }}", "1: only text and numbers can be printed; print "
            "what is in it, or use |tojson", id="a list"),
        pytest.param("{{ 1 / 0 }}", "1: division by zero", id="arithmetic"),
        pytest.param("{{ 'a' + 1 }}", "1: can only concatenate str", id="types"),
        pytest.param(
            "{% include 'no.md' %}",
            "1: there is no 'no.md' in the folder of the template",
            id="part",
        ),
        pytest.param(
            r"{% include 'a\x1b[2J\nb' %}",
            "1: there is no 'a␛[2J␊b' in the folder of the template",
            id="control characters",
        ),
        pytest.param(
            f"{{{{ {'x' * 999} }}}}", f"1: there is no '{'x' * 286}", id="long"
        ),
    ],
)  # fmt: skip
def test_template_error_is_reported_with_its_line_number(source, text, folder):
    assert error_of(folder, source).startswith(text)
    assert len(error_of(folder, source)) < 310


def test_error_in_an_included_part_is_reported_with_the_file_of_the_part(folder):
    (folder / "parts" / "bad.md").write_text("\n{{ projct }}")

    with pytest.raises(TemplateError) as caught:
        rendered(folder, "{% include 'parts/bad.md' %}")
    assert str(caught.value) == (
        f"{folder / 'parts' / 'bad.md'}:2: "
        "there is no 'projct'; did you mean 'project'?"
    )


NOT_PRINTABLE = "only text and numbers can be printed"


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{{ ''.__class__.__mro__ }}", "there is no '__class__'"),
        ("{{ ''['__class__'] }}", "there is no '__class__'"),
        ("{{ [1]|map(attribute='__class__')|list }}", NOT_PRINTABLE),
        ("{{ [1]|map(attribute='__class__')|join }}", "there is no '__class__'"),
        ("{{ [1]|map(attribute='real.__class__')|join }}", "access to attribute"),
        ("{{ [1]|map('attr', '__class__')|join }}", "no filter named 'attr'"),
        ("{{ [1, 2]|groupby('__class__')|join }}", "there is no '__class__'"),
        ("{{ [1, 2]|sort(attribute='__class__')|join }}", "there is no '__class__'"),
        ("{{ [1]|selectattr('__class__')|list|join }}", "there is no '__class__'"),
        ("{{ ''|attr('__class__') }}", "no filter named 'attr'"),
        ("{{ '{0.__class__}'.format(1) }}", "there is no 'format'"),
        ("{{ '{x.__class__}'.format_map({}) }}", "there is no 'format_map'"),
        ("{{ range.__globals__ }}", "there is no '__globals__'"),
        ("{{ namespace.__init__.__globals__ }}", "there is no '__init__'"),
        ("{{ project.keys.__self__ }}", "there is no '__self__'"),
        ("{{ nope.__class__ }}", "access to attribute '__class__'"),
        ("{{ self.__init__.__globals__ }}", "access to attribute '__init__'"),
        ("{{ self._TemplateReference__context }}", "access to attribute '_Templat"),
        ("{% for i in [1] %}{{ loop._iterable }}{% endfor %}", "access to attribute"),
        ("{% for i in [1] %}{{ loop }}{% endfor %}", NOT_PRINTABLE),
        ("{% set n = namespace() %}{{ n.__class__ }}", "access to attribute"),
        ("{% set n = namespace() %}{{ n }}", NOT_PRINTABLE),
        ("{% macro m() %}{% endmacro %}{{ m.__call__ }}", "there is no '__call__'"),
        ("{% macro m() %}{% endmacro %}{{ m._func }}", "there is no '_func'"),
        ("{% macro m() %}{% endmacro %}{{ m }}", NOT_PRINTABLE),
        ("{% import 'base.j2' as b %}{{ b.__dict__ }}", "access to attribute"),
        ("{% import 'base.j2' as b %}{{ b }}", NOT_PRINTABLE),
        ("{{ self }}", NOT_PRINTABLE),
        ("{{ range }}", NOT_PRINTABLE),
        ("{{ project.keys }}", NOT_PRINTABLE),
        ("{{ project.clear() }}", "there is no 'clear'"),
        ("{{ layers.append(1) }}", "there is no 'append'"),
        ("{% set project.name = 1 %}", "cannot assign attribute on non-namespace"),
        ("{{ lipsum() }}", "there is no 'lipsum'"),
        ("{{ cycler(1) }}", "there is no 'cycler'"),
        ("{{ joiner() }}", "there is no 'joiner'"),
        ("{{ dict() }}", "there is no 'dict'"),
        ("{{ __import__('os') }}", "there is no '__import__'"),
        ("{{ open('/etc/passwd') }}", "there is no 'open'"),
        ("{{ environment }}", "there is no 'environment'"),
        ("{{ '*'|safe }}", "no filter named 'safe'"),
        ("{{ '*'|escape }}", "no filter named 'escape'"),
        ("{{ '*'|urlize }}", "no filter named 'urlize'"),
        ("{{ [1]|random }}", "no filter named 'random'"),
        ("{% filter upper %}{{ note }}{% endfilter %}", "a filter works on a value"),
        ("{% set x | upper %}{% endset %}", "a filter works on a value"),
        ("{% autoescape false %}{{ note }}{% endautoescape %}", "all text is escaped"),
        ("{% call note.upper() %}{% endcall %}", "str.upper() takes no keyword"),
        ("{% call layers[0].items.index('a') %}{% endcall %}", "list.index() takes no"),
        ("{% do layers.append(1) %}", "encountered unknown tag 'do'"),
        ("{% debug %}", "encountered unknown tag 'debug'"),
        ("{{ ['*'|raw]|first.__class__ }}", "no filter named 'first.__class__'"),
    ],
)
def test_template_can_use_only_allowed_attributes_and_filters_and_functions(
    source, text, folder
):
    assert error_of(folder, source).startswith(f"1: {text}")


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("{{ range|string }}", id="a function as text"),
        pytest.param("{{ project.get|upper }}", id="a method in capitals"),
        pytest.param("{{ [1]|map('upper')|string }}", id="a generator"),
        pytest.param("{{ [1]|batch(1)|trim }}", id="a generator of a filter"),
        pytest.param("{{ project.items()|string }}", id="a view of a mapping"),
        pytest.param("{{ 'a' ~ range }}", id="a function joined to text"),
        pytest.param("{{ [range]|join }}", id="a list with a function, joined"),
        pytest.param("{{ [[range]]|string }}", id="a function within lists"),
        pytest.param("{{ {'a': range}|title }}", id="a mapping with a function"),
        pytest.param("{{ '%s' % range }}", id="a function in a text"),
        pytest.param(
            "{{ '%s'|format(range) }}", id="a function as an argument of a format"
        ),
        pytest.param("{{ 'a'|replace('a', range) }}", id="a function as a replacement"),
        pytest.param("{{ 'a'|indent(width=range) }}", id="a function as an option"),
        pytest.param("{% macro m() %}{% endmacro %}{{ m|string }}", id="a macro"),
        pytest.param("{{ self|string }}", id="the template itself"),
        pytest.param("{{ namespace()|string }}", id="a namespace"),
        pytest.param(
            "{% import 'base.j2' as b %}{{ b|string }}", id="an imported template"
        ),
        pytest.param("{% for i in [1] %}{{ loop ~ '' }}{% endfor %}", id="a loop"),
    ],
)
def test_template_cannot_convert_functions_and_other_objects_to_text(source, folder):
    assert error_of(folder, source).startswith(f"1: {NOT_PRINTABLE}")


@pytest.mark.parametrize(
    ("source", "document"),
    [
        pytest.param("{{ [1, 'a', none]|string }}", r"\[1, 'a', None\]", id="a list"),
        pytest.param("{{ {'a': 1}.values()|join }}", "1", id="values joined"),
        pytest.param(
            "{{ layers|map(attribute='low')|join }}", "1.5", id="a map joined"
        ),
        pytest.param("{{ '%s-%s' % ('a', 1) }}", "a-1", id="a format"),
        pytest.param("{{ 7 % 4 }}", "3", id="a remainder"),
        pytest.param("{{ 'a' ~ 1 ~ none }}", "a1None", id="joined values"),
        pytest.param("{{ 'abc'|join('-') }}", "a-b-c", id="a text joined"),
    ],
)
def test_template_can_convert_lists_and_numbers_and_texts_to_text(
    source, document, folder
):
    assert rendered(folder, source) == document


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(
            "{% for i in [1] %}" * 30 + "{% endfor %}" * 30,
            id="Python's limit on nested blocks",
        ),
        pytest.param("{{ 10**5000 }}", id="a long number"),
        pytest.param("{{ range(10**9) }}", id="a long range"),
        pytest.param("{% block a %}{% endblock %}" * 2, id="a block twice"),
        pytest.param("{% include 'bytes.md' %}", id="a part that is not UTF-8"),
        pytest.param("{% extends 'bytes.md' %}", id="a base that is not UTF-8"),
        pytest.param("{% include 'bad.md' %}", id="a mistake in a part"),
        pytest.param("{% from 'base.j2' import x %}{{ x }}", id="a missing macro"),
    ],
)
def test_template_error_message_shows_no_python_internals(source, folder):
    (folder / "bytes.md").write_bytes(b"a\n\xff")
    (folder / "bad.md").write_text("{% if %}")
    with pytest.raises(TemplateError) as caught:
        rendered(folder, source)

    assert not re.search(r"template:|File \"|sys\.|MAX_|0x|␊|\.py", str(caught.value))


def test_message_about_an_unreadable_template_shows_no_python_internals(folder):
    (folder / "bytes.md").write_bytes(b"a\n\xff")
    with pytest.raises(TemplateError) as caught:
        render_user_template(DATA, folder / "bytes.md", LONG)

    assert str(caught.value) == f"{folder / 'bytes.md'}:2: not UTF-8"


TOO_LARGE = "1: needs too much memory"
RECURSION = "1: leads back to itself, or is nested too deep"
TIMEOUT = "1: takes more than 1 seconds"


@pytest.mark.parametrize(
    ("source", "text"),
    [
        pytest.param("{{ range(10**9) }}", "1: range too big", id="range"),
        pytest.param("{{ 'x' * 10**9 }}", TOO_LARGE, marks=linux, id="product"),
        pytest.param("{{ [1] * 10**9 }}", TOO_LARGE, marks=linux, id="long list"),
        pytest.param("{{ 'x'|center(10**9) }}", TOO_LARGE, marks=linux, id="centre"),
        pytest.param(
            "{{ '%999999999d'|format(1) }}", TOO_LARGE, marks=linux, id="wide number"
        ),
        pytest.param(
            "{{ 'x'|indent(10**9, true) }}", TOO_LARGE, marks=linux, id="indent"
        ),
        pytest.param(
            "{{ [1]|batch(10**9, 1)|list }}", TOO_LARGE, marks=linux, id="batch"
        ),
        pytest.param("{{ 10**5000 }}", "1: exceeds the limit", id="long number"),
        pytest.param(
            "{% set a = '%0999d'|format(1) %}{% for i in range(9999) %}"
            + "{{ a|raw }}" * 30
            + "{% endfor %}",
            "1: makes more than 16 MiB",
            id="long document",
        ),
        pytest.param(
            "\n{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}"
            "{% endfor %}",
            "2: takes more than 1 seconds",
            marks=posix,
            id="loops",
        ),
        pytest.param("{{ 9 ** (9 ** 9) }}", TIMEOUT, id="power"),
        pytest.param(
            "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", RECURSION, id="macro"
        ),
        pytest.param("{% include 't.md.j2' %}", RECURSION, id="include"),
        pytest.param("{% import 't.md.j2' as t %}", RECURSION, id="import"),
        pytest.param("{% extends 't.md.j2' %}", RECURSION, id="extends"),
        pytest.param(f"{{{{ {'(' * 9999} }}}}", RECURSION, id="brackets"),
        pytest.param(
            "{% if 1 %}" * 9999 + "{% endif %}" * 9999,
            RECURSION,
            id="nested conditions",
        ),
        pytest.param(
            "{% for i in [1] %}" * 30 + "{% endfor %}" * 30,
            "1: too many statically nested blocks",
            id="nested loops",
        ),
    ],
)  # fmt: skip
def test_template_is_stopped_at_a_limit_of_size_or_time_or_nesting(
    source, text, folder
):
    limits = SHORT if "takes more" in text else LONG

    assert error_of(folder, source, limits).startswith(text)


@linux
def test_template_that_doubles_a_text_is_stopped_at_the_memory_limit(folder):
    source = (
        "{% set n = namespace(x='x') %}{% for i in range(40) %}"
        "{% set n.x = n.x ~ n.x %}{% endfor %}"
    )
    (folder / "t.md.j2").write_text(source)
    little_memory = LONG._replace(memory=32 * 1024 * 1024)

    with pytest.raises(TemplateError, match="needs too much memory"):
        render_user_template(DATA, folder / "t.md.j2", little_memory)


@posix
def test_hard_link_is_refused_as_an_included_part(folder):
    (folder / "hard.md").hardlink_to(folder.parent / "secret")

    assert error_of(folder, "{% include 'hard.md' %}").endswith(
        "'hard.md' is a hard link, which may belong to a file elsewhere; "
        "copy it instead"
    )


@posix
def test_hard_link_may_be_chosen_as_the_main_template(folder):
    (folder / "original.md").write_text("a")
    (folder / "hard.md").hardlink_to(folder / "original.md")

    assert render_user_template(DATA, folder / "hard.md", LONG) == "a"


NOT_A_NAME = "is not a name of a file in the folder"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        pytest.param("/etc/passwd", NOT_A_NAME, id="absolute"),
        pytest.param("../secret", NOT_A_NAME, id="parent folder"),
        pytest.param("parts/../../secret", NOT_A_NAME, id="parent folder by a detour"),
        pytest.param("./t.md.j2", NOT_A_NAME, id="a dot"),
        pytest.param("parts//line.md", NOT_A_NAME, id="an empty component"),
        pytest.param("..\\\\secret", NOT_A_NAME, id="parent folder on Windows"),
        pytest.param("C:/secret", NOT_A_NAME, id="a drive"),
        pytest.param("t.md.j2:stream", NOT_A_NAME, id="a stream"),
        pytest.param("", NOT_A_NAME, id="nothing"),
        pytest.param(r"a\0b", NOT_A_NAME, id="a NUL"),
        pytest.param("parts", "is not a regular file", marks=posix, id="a folder"),
        pytest.param("pipe", "is not a regular file", marks=posix, id="a pipe"),
        pytest.param(
            "t.md.j2/x", "cannot be read: not a directory", marks=posix, id="in a file"
        ),
        pytest.param("out", "leads out of the folder", marks=posix, id="a link out"),
        pytest.param(
            "up/secret", "leads out of the folder", marks=posix, id="a linked folder"
        ),
        pytest.param(
            "round", "cannot be read: too many levels of symbolic links",
            marks=posix, id="a link to itself",
        ),
        pytest.param(".env", "is hidden, or a link to what is hidden", id="hidden"),
        pytest.param(
            "plain", "is hidden, or a link to what is hidden", marks=posix,
            id="a link to a hidden file",
        ),
        pytest.param("big", "is larger than 1 MiB", id="too large"),
        pytest.param("x" * 999, "x", marks=posix, id="a long name, cut"),
    ],
)  # fmt: skip
def test_unsafe_names_of_included_parts_are_refused(name, text, folder):
    (folder / "big").write_bytes(b"x" * (1024 * 1024 + 1))
    if os.name == "posix":
        os.mkfifo(folder / "pipe")
        (folder / "out").symlink_to("../secret")
        (folder / "up").symlink_to("..")
        (folder / "round").symlink_to("round")
        (folder / "plain").symlink_to(".env")

    source = f"{{% include '{name}' ignore missing %}}"
    assert error_of(folder, source).endswith(text)


@posix
def test_symbolic_links_within_the_template_folder_are_followed(folder):
    (folder / "line.md").symlink_to("parts/line.md")
    (folder / "more").symlink_to(folder / "parts")

    source = "{% include 'line.md' %}{% include 'more/line.md' %}"
    assert rendered(folder, source) == "Churn \\*early\\*!\n" * 2


def test_hidden_file_may_be_chosen_as_the_main_template(folder):
    assert rendered(folder, "a", ".t.md") == "a"


@pytest.mark.parametrize(
    ("name", "error", "text"),
    [
        pytest.param("no.md", StorageError, "cannot read: no such file", id="missing"),
        pytest.param("parts", StorageError, "not a regular file", id="a folder"),
        pytest.param(
            "out.md", TemplateError, "'out.md' leads out of the folder", marks=posix,
            id="a link out",
        ),
        pytest.param("bytes.md", TemplateError, "not UTF-8", id="not UTF-8"),
    ],
)  # fmt: skip
def test_unreadable_template_is_reported_with_its_path(name, error, text, folder):
    (folder / "bytes.md").write_bytes(b"a\n\xff")
    if os.name == "posix":
        (folder / "out.md").symlink_to("../secret")
    place = {"out.md": ":1", "bytes.md": ":2"}.get(name, "")

    with pytest.raises(error) as caught:
        render_user_template(DATA, folder / name, LONG)
    assert str(caught.value).startswith(f"{folder / name}{place}: {text}")


@posix
def test_error_messages_escape_control_characters_in_file_names(folder):
    name = "\x1b[2J\n.md"

    with pytest.raises(TemplateError) as caught:
        rendered(folder, "{{ x }}", name)
    assert str(caught.value) == f"{folder}/␛[2J␊.md:1: there is no 'x'"


# ---- free text printed by templates

CHARACTERS = "\\`*_[]|~$#!^&<>()\"'=+-.:/@{}%;0a1 \n\r\t\x1b\u202e"
CONSTRUCTS = [
    "- a", "1. a", "    a", "---", "===", "> a", "# a", "```", "| a |", "<b>", "<!--",
    "[a]: b", "[a](b)", "![a](b)", "https://a.b", "{{ 7 * 7 }}", "{% raw %}", "a\n\nb",
]  # fmt: skip
NOTES = st.lists(
    st.one_of(st.text(CHARACTERS), st.sampled_from(CONSTRUCTS), st.text())
).map("".join)
MARKDOWN = """\
{% macro m(text) %}{{ text }}{% endmacro %}
{% set x %}{{ note }}{% endset %}
{{ note }}

- {{ note }}

1. {{ note }}

> {{ note }}

## {{ note }}

| a | b |
| --- | --- |
| {{ note }} | {{ m(note) }} |

x
{{ note }}

{{ m(note) }} {{ x }} {{ note ~ note }} {{ note|upper }} {{ [note, note]|join(", ") }}
"""


@pytest.fixture(scope="session")
def note_templates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with Markdown, HTML and text templates that print a note."""
    folder = tmp_path_factory.mktemp("note_templates")
    (folder / "t.md").write_text(MARKDOWN)
    (folder / "t.html").write_text(
        "<p title=\"{{ note }}\" id='{{ note }}'>{{ note }}</p>"
    )
    (folder / "t.txt").write_text("{{ note }}")
    return folder


def printed(folder: Path, name: str, note: str) -> str:
    request = RenderRequest({"note": note}, os.path.realpath(folder), "", name, 1)
    output = answer(json.dumps(request).encode())
    assert output[:1] != FAILURE, output
    return output[1:].decode()


@given(note=NOTES)
@example(note="- a")
@example(note="    a")
@example(note="a. b")
def test_printed_note_adds_no_markdown_markup(note_templates, note):
    assume(for_terminal(note).strip("␊␍␉ \xa0\u3000"))

    assert markdown_parts(printed(note_templates, "t.md", note)) == markdown_parts(
        printed(note_templates, "t.md", "b")
    )


@given(note=NOTES)
def test_printed_note_is_not_evaluated_as_a_template_expression(note):
    assert not re.search(r"(?<!\\)[{}]", escape_for("t.md")(note))


@given(note=NOTES)
def test_printed_note_adds_no_html_tag_or_attribute(note_templates, note):
    parser = Tags()
    parser.feed(printed(note_templates, "t.html", note))

    assert parser.found == ["p", "title", "id", "/p"]


@given(note=NOTES)
def test_printed_note_adds_no_control_characters(note_templates, note):
    assert (
        printed(note_templates, "t.txt", note)
        == for_terminal(note).encode(errors="backslashreplace").decode()
    )


def markdown_parts(document: str) -> list[str]:
    """Return the type of each Markdown token in a document, such as "em_open".

    A token that has content, such as code, is returned as the content. Plain text is
    left out, and so are ``<br>`` and ``<!-- -->``, which escaping adds.
    """
    return [
        part.content or part.type
        for block in MarkdownIt("commonmark").enable("table").parse(document)
        for part in [block, *(block.children or [])]
        if not part.type.startswith(("text", "inline"))
        and part.content not in {"<br>", "<!-- -->"}
    ]


class Tags(HTMLParser):
    """A parser that collects the tag names, attribute names and comments of HTML."""

    def __init__(self):
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.found += [tag, *(name for name, _ in attrs)]

    def handle_endtag(self, tag):
        self.found.append(f"/{tag}")

    def handle_comment(self, data):
        self.found.append(data)


# ---- listing and showing the bundled templates


def test_templates_to_start_from_are_listed_first():
    assert list_templates().splitlines()[:3] == [
        "To start a template of your own from, for mlready report --template:",
        "  memo.md",
        "  starter.md",
    ]


def test_each_listed_template_can_be_shown():
    names = [
        line.strip() for line in list_templates().splitlines() if line.startswith("  ")
    ]

    assert {"starter.md", "all.md", "questions.md"} <= set(names)
    assert all(show_template(name) for name in names)


@pytest.mark.parametrize("name", ["starter", "starter.md", "starter.md.j2"])
def test_show_template_returns_the_unchanged_file_for_a_name_with_or_without_suffixes(
    name,
):
    assert show_template(name) == STARTER.read_text(encoding="utf-8")


def test_template_is_shown_with_its_included_parts():
    assert "{% include" not in show_template("all")


def test_message_on_an_unknown_template_suggests_a_similar_name():
    with pytest.raises(UsageError) as caught:
        show_template("strter")
    assert str(caught.value) == "there is no template 'strter'; did you mean 'starter'?"
