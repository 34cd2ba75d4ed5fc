"""Bundled templates contain layout and words, but no decisions or repeated phrases."""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from mlready.assessment.assess import assess
from mlready.assessment.diagnosis import Verdict
from mlready.assessment.plan import PlanReason
from mlready.model.answers import empty_sheet
from mlready.report import explanation_context, phrases
from mlready.report.settling import Effect
from mlready.report.team_report import LayerState
from mlready.report.template_context import Mark, context
from mlready.report.template_filters import StepTiming
from mlready.report.templating import Words, environment
from tests.samples import ROOT

TEMPLATES = sorted((ROOT / "templates").glob("*.j2"))
RUN = 6  # consecutive words, and lines, that must not be in two places
SELECTING = {
    "selectattr",
    "rejectattr",
    "select",
    "reject",
    "sort",
    "groupby",
    "unique",
}
KEYS = [
    pytest.param(phrases.Heading, "heading_by", id="headings"),
    pytest.param(phrases.HeadlinePhrase, "headlines", id="headlines"),
    pytest.param(phrases.ReadySource, "sources", id="whose answers"),
    pytest.param(phrases.AnsweredBy, "answered_by", id="who answered"),
    pytest.param(Effect, "change_by", id="what settling a difference changes"),
    pytest.param(phrases.Caveat, "caveat_by", id="caveats of drawings"),
    pytest.param(phrases.Caveat, "mark_by", id="caveats of badges"),
    pytest.param(phrases.AnswerKind, "stated_by", id="answers of voices"),
    pytest.param(phrases.Sentence, "sentence_by", id="verdict sentences"),
    pytest.param(phrases.Hires, "hires_by", id="reasons not to hire"),
    pytest.param(phrases.TopVacancy, "top_by", id="reasons to keep a vacancy closed"),
    pytest.param(phrases.Promise, "promise_by", id="promised hires"),
    pytest.param(phrases.OpenAnswers, "open_by", id="open answers"),
    pytest.param(phrases.Flip, "flip_by", id="nearest other advice"),
    pytest.param(phrases.AnswerKind, "answer_by", id="answers"),
    pytest.param(LayerState, "layer_by", id="states of a layer"),
    pytest.param(LayerState, "drawn_state", id="states of a layer in a text drawing"),
    pytest.param(LayerState, "in_words_by", id="states of a layer in words"),
    pytest.param(Mark, "marked", id="marks of a layer in a text drawing"),
    pytest.param(Mark, "marked_in_words", id="marks of a layer in words"),
    pytest.param(Mark, "meaning_by", id="meanings of marks"),
    pytest.param(LayerState, "in_short_by", id="states of a layer in a drawing"),
    pytest.param(LayerState, "slab_sign", id="signs of a layer in a drawing"),
    pytest.param(explanation_context.ScoresOutcome, "outcome_by", id="outcomes"),
    pytest.param(Verdict, "verdict", id="verdicts"),
    pytest.param(PlanReason, "step_by", id="steps of the plan"),
    pytest.param(StepTiming, "timing_by", id="dates of steps"),
]
each_template = pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)


@cache
def parsed(path: Path) -> nodes.Template:
    return environment().parse(path.read_text(encoding="utf-8"))


def test_comparison_in_a_template_is_a_decision_unless_it_is_equality_with_an_integer():
    tree = Environment(autoescape=True).parse(
        "{% if verdict == 'ready' %}{% elif low > high %}{% elif a in b %}{% endif %}"
        "{{ 'x' if parts|length == 1 }}{{ 'y' if loop.revindex == 2 }}"
    )

    assert len(list(decisions(tree))) == 3


@each_template
def test_bundled_template_makes_no_decisions(path):
    assert [node.lineno for node in decisions(parsed(path))] == []


def decisions(tree: nodes.Template) -> Iterator[nodes.Node]:
    """Yield each node of a template that decides, such as a comparison or ``sort``."""
    for node in tree.find_all((nodes.Compare, nodes.Filter, nodes.Name)):
        if isinstance(node, nodes.Compare):
            # Plurals and commas in lists need equality with a whole number.
            counted = all(
                operand.op == "eq"
                and isinstance(operand.expr, nodes.Const)
                and isinstance(operand.expr.value, int)
                for operand in node.ops
            )
            if not counted:
                yield node
        elif getattr(node, "name", "") in {*SELECTING, "facts"}:
            yield node


@each_template
def test_bundled_template_marks_only_its_own_words_as_escaped(path):
    tree = parsed(path)
    # The variable "line" consists of escaped text; "scalar" escapes text for YAML.
    # "caller" is the text that a macro puts into a section.
    trusted = {"words", "say", "says", "line", "scalar", "caller"}
    # The templates that include _page.html.j2 set these as blocks.
    trusted |= {"page_title", "header", "main"}
    included = [
        parsed(ROOT / "templates" / node.template.value)
        for node in tree.find_all(nodes.Include)
        if isinstance(node.template, nodes.Const)
    ]
    trusted |= {
        macro.name for t in (tree, *included) for macro in t.find_all(nodes.Macro)
    }
    blocks = (block.target for block in tree.find_all(nodes.AssignBlock))
    trusted |= {block.name for block in blocks if isinstance(block, nodes.Name)}
    marked = [node for node in tree.find_all(nodes.Filter) if node.name == "escaped"]

    assert [node.lineno for node in marked if not sources(node) <= trusted] == []


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param("sheet.name|trim", {"sheet"}, id="a field"),
        pytest.param("words.upper(x)|trim", {"words"}, id="a macro"),
        pytest.param("flip_by[key](x)", set(), id="a table of macros"),
        pytest.param("'a' if x else name", {"name"}, id="a choice"),
        pytest.param("'%s'|format(x)", set(), id="a literal"),
    ],
)
def test_check_of_escaped_text_finds_the_variables_that_a_template_expression_prints(
    code, expected
):
    (filtered,) = (
        environment().parse(f"{{{{ ({code})|escaped }}}}").find_all(nodes.Output)
    )

    assert sources(filtered.nodes[0]) == expected


def sources(node: nodes.Node) -> set[str]:
    """Return the variables that a template expression prints, except phrase tables."""
    if isinstance(node, nodes.CondExpr):
        parts = [part for part in (node.expr1, node.expr2) if part]
        return {name for part in parts for name in sources(part)}
    if isinstance(node, nodes.Name):
        return set() if node.name.endswith("_by") else {node.name}
    inner = getattr(node, "node", None)
    return sources(inner) if inner else set()


def test_no_phrase_of_six_words_is_repeated_in_the_templates():
    found: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for path in TEMPLATES:
        for run in runs(path.read_text(encoding="utf-8")):
            found[run].append(path.name)
    repeated = {" ".join(run): names for run, names in found.items() if len(names) > 1}

    assert repeated == {}


def test_no_six_consecutive_lines_of_templates_are_repeated():
    found: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for path in TEMPLATES:
        lines = path.read_text(encoding="utf-8").splitlines()
        filled = [line.strip() for line in lines if line.strip()]
        for run in zip(*(filled[at:] for at in range(RUN)), strict=False):
            found[run].append(path.name)

    assert [names for names in found.values() if len(names) > 1] == []


@pytest.mark.parametrize(
    ("source", "count"),
    [
        pytest.param("one two three four five six", 1, id="text"),
        pytest.param("one two three {{ x }} four five six", 0, id="two pieces"),
        pytest.param("{{ 'one two three four five six' }}", 1, id="a literal"),
        pytest.param("<a class='one two three four five six'>", 0, id="markup"),
        pytest.param("{# one two three four five six #}", 0, id="a comment"),
        pytest.param(
            "one <b>two</b> three four five six seven", 2, id="text in markup"
        ),
    ],
)
def test_phrases_of_six_words_are_found_in_text_but_not_in_html_tags_or_comments(
    source, count
):
    assert len(list(runs(source))) == count


def runs(source: str) -> Iterator[tuple[str, ...]]:
    """Yield each phrase of six words in the text of a template.

    An expression between two words ends a phrase; an HTML tag or a comment does not.
    """
    literals = [
        literal
        for code in re.findall(r"\{[{%].*?[%}]\}", source, re.DOTALL)
        for literal in re.findall(r"\"[^\"]*\"|'[^']*'", code)
    ]
    text = re.sub(r"<style>.*?</style>|\{#.*?#\}", "", source, flags=re.DOTALL)
    text = re.sub(r"\{[{%].*?[%}]\}", "\0", text, flags=re.DOTALL)
    text = re.sub(r"<[^>]*>", " ", text)
    for piece in [*text.split("\0"), *literals]:
        words = re.findall(r"[a-z']+", piece.lower())
        yield from zip(*(words[at:] for at in range(RUN)), strict=False)


@pytest.mark.parametrize(("keys", "table"), KEYS)
def test_phrase_table_of_the_templates_has_a_phrase_for_each_enum_value(keys, table):
    words = Words("_words.j2", str, {})

    assert words.table(table).keys() == {key.value for key in keys} - {""}


def test_every_macro_and_filter_and_variable_is_used_by_a_template(kickoff):
    trees = [parsed(path) for path in TEMPLATES]
    words = parsed(ROOT / "templates" / "_words.j2")
    tables = {
        node.target.name
        for node in words.body
        if isinstance(node, nodes.Assign) and isinstance(node.target, nodes.Name)
    }
    names = {n.name for tree in trees for n in tree.find_all(nodes.Name)}
    loaded = {
        n.name for tree in trees for n in tree.find_all(nodes.Name) if n.ctx == "load"
    }
    attributes = {n.attr for tree in trees for n in tree.find_all(nodes.Getattr)}
    filters = {n.name for tree in trees for n in tree.find_all(nodes.Filter)}
    macros = {macro.name for macro in words.find_all(nodes.Macro)}
    own_filters = (
        environment().filters.keys() - Environment(autoescape=True).filters.keys()
    )

    assert (macros | tables) - loaded - attributes == set()
    assert own_filters - filters == set()
    assert context(assess(kickoff, empty_sheet(kickoff))).keys() - names == set()
