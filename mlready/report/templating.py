"""Render the bundled templates, with all text escaped for the type of document.

Text of type ``Escaped`` is printed unchanged.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

import jinja2

from mlready.display_width import pad
from mlready.errors import TemplateError
from mlready.escaping import Escaped, for_terminal, for_yaml_key
from mlready.model.questionnaire import Question
from mlready.report import template_filters
from mlready.report.phrases import answer_kind
from mlready.resources import bundled

_INCLUDE = r'\{% include "([^"]+)" %\}\n?'


def render(name: str, escape: Callable[[str], str], **context: Any) -> str:
    """Render a bundled template with the variables ``context``.

    ``escape`` is applied to all printed text. Raises TemplateError if rendering fails.
    """
    try:
        template = environment().get_template(name)
        return template.render(context, escape=escape)
    except jinja2.TemplateError as error:
        raise TemplateError(f"template {name}: {error}") from error


class Words:
    """The phrases and macros of a bundled template, for use in Python code.

    ``escape`` is applied to all text that the macros print.
    """

    def __init__(
        self, name: str, escape: Callable[[str], str], context: Mapping[str, Any]
    ) -> None:
        self._name = name
        template = environment().get_template(name)
        self._module = template.make_module({**context, "escape": escape})

    def table(self, name: str) -> Mapping[str, str]:
        """Return the table ``name`` of the template, which maps keys to phrases."""
        found: Mapping[str, str] = getattr(self._module, name)
        return found

    def say(self, name: str, *parts: Any) -> str:
        """Return the output of a template macro, without surrounding whitespace.

        Raises TemplateError if the macro fails.
        """
        try:
            return str(getattr(self._module, name)(*parts)).strip()
        except jinja2.TemplateError as error:
            raise TemplateError(f"template {self._name}: {error}") from error


@cache
def environment() -> jinja2.Environment:
    """Return the Jinja environment that renders all bundled templates."""
    # A wheel contains compiled templates, because compiling takes most of the time.
    compiled = bundled("compiled")
    found = jinja2.Environment(
        loader=jinja2.ModuleLoader(compiled)
        if compiled.is_dir()
        else jinja2.FunctionLoader(source),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - finalize escapes for all document types
        finalize=_print,
    )
    found.filters.update(_filters())
    return found


def _filters() -> dict[str, Callable[..., Any]]:
    return {
        "ids": _citing(template_filters.ids),
        "levels": _citing(template_filters.levels),
        "raises": _citing(template_filters.raises),
        "recognised": _matched_facts,
        "named": _named,
        "said": _quoted,
        "open_end": template_filters.open_end,
        "amount": template_filters.amount,
        "vowel_sound": template_filters.vowel_sound,
        "answer_kind": answer_kind,
        "step_timing": template_filters.step_timing,
        "parts": _citing(template_filters.parts),
        "exact": lambda number: Escaped(f"{number:.2f}".rstrip("0").rstrip(".")),
        "number": lambda number: Escaped(template_filters.number(number)),
        "points": lambda score: Escaped(template_filters.points(score)),
        "bar": lambda score, holds: Escaped(template_filters.bar(score, holds)),
        "padded": lambda text, width: Escaped(pad(for_terminal(text), width - 1) + " "),
        "level_text": template_filters.level_text,
        "after_space": lambda text: f" {text}" if text else "",
        "condition": template_filters.condition,
        "yaml_key": for_yaml_key,
        "emphasised": template_filters.emphasised,
        "swapped_in_markdown": template_filters.swapped_in_markdown,
        "swapped_in_html": template_filters.swapped_in_html,
        "prose": template_filters.prose,
        "is_express": lambda q: (
            q.express or any(w.changes.get("express") for w in q.wordings)
        ),
        "escaped": Escaped,
    }


def _citing(format_ids: Callable[..., str]) -> Callable[..., Escaped]:
    """Return a template filter that formats question ids, in HTML as links."""

    @jinja2.pass_context
    def cited(context: jinja2.runtime.Context, parts: Any) -> Escaped:
        return Escaped(format_ids(parts, context.get("cite", str)))

    return cited


@jinja2.pass_context
def _matched_facts(
    context: jinja2.runtime.Context, because: Iterable[tuple[str, str]]
) -> Escaped:
    """List the facts that match a pattern, as ``approach = train, ...``."""
    cite, escape = context.get("cite", str), context["escape"]
    answers = context.get("anchors", ())
    return Escaped(
        ", ".join(
            f"{cite(fact) if fact in answers else escape(fact)} = {escape(value)}"
            for fact, value in because
        )
    )


@jinja2.pass_context
def _named(context: jinja2.runtime.Context, question: Question) -> Escaped:
    """Return the topic of a question, in HTML as a link to its answer."""
    topic, cite = context["escape"](question.topic), context.get("cite")
    return Escaped(cite(question.id, topic) if cite else topic)


@jinja2.pass_context
def _quoted(context: jinja2.runtime.Context, text: str) -> Escaped:
    """Mark up text from the answers as a quotation."""
    return Escaped(context.get("said", str)(context["escape"](text)))


def source(name: str) -> str:
    """Return the text of a bundled template, with the included templates inserted."""
    text = (bundled("templates") / name).read_text(encoding="utf-8")
    return re.sub(_INCLUDE, lambda found: source(found[1]), text)


@jinja2.pass_context
def _print(context: jinja2.runtime.Context, value: Any) -> Any:
    """Escape a printed value, unless the value is ``Escaped``."""
    if isinstance(value, str) and not isinstance(value, Escaped):
        return context["escape"](value)
    return value
