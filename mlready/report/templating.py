"""Render the bundled templates, with all text escaped for the kind of document.

All template output is escaped automatically, except text that a filter has already
marked as escaped.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

import jinja2

from mlready.display_width import pad
from mlready.errors import TemplateError
from mlready.escaping import Escaped, for_terminal, for_yaml_key
from mlready.report import template_filters
from mlready.report.phrases import answer_kind
from mlready.resources import bundled

_INCLUDE = re.compile(r'\{% include "([^"]+)" %\}\n?')


def render(name: str, escape: Callable[[str], str], **context: Any) -> str:
    """Render a bundled template with these variables.

    ``escape`` is applied to all text that is printed. Raises TemplateError with the
    name of the template.
    """
    try:
        template = environment().get_template(name)
        return template.render(context, escape=escape)
    except jinja2.TemplateError as error:
        raise TemplateError(f"template {name}: {error}") from error


class Words:
    """The tables and macros of a template, for use from Python."""

    def __init__(
        self, name: str, escape: Callable[[str], str], context: Mapping[str, Any]
    ) -> None:
        """Load a template with its variables; ``escape`` is applied to printed text."""
        self._name = name
        template = environment().get_template(name)
        self._module = template.make_module({**context, "escape": escape})

    def table(self, name: str) -> Mapping[str, str]:
        """Return a table of phrases by their keys."""
        found: Mapping[str, str] = getattr(self._module, name)
        return found

    def say(self, name: str, *parts: Any) -> str:
        """Return the output of a macro, without surrounding whitespace."""
        try:
            return str(getattr(self._module, name)(*parts)).strip()
        except jinja2.TemplateError as error:
            raise TemplateError(f"template {self._name}: {error}") from error


@cache
def environment() -> jinja2.Environment:
    """Return the Jinja environment of all bundled templates.

    A wheel contains them in compiled form, because compiling takes four times as long
    as everything else in a report.
    """
    compiled = bundled("compiled")
    found = jinja2.Environment(
        loader=jinja2.ModuleLoader(compiled)
        if compiled.is_dir()
        else jinja2.FunctionLoader(source),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - finalize escapes, for every kind of document
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
        "said": _quoted,
        "open_end": template_filters.open_end,
        "amount": template_filters.amount,
        "vowel_sound": template_filters.vowel_sound,
        "answer_kind": answer_kind,
        "parts": _citing(template_filters.parts),
        "exact": lambda number: Escaped(f"{number:.2f}".rstrip("0").rstrip(".")),
        "number": lambda number: Escaped(template_filters.number(number)),
        "points": lambda number: Escaped(f"{number:.1f}"),
        "bar": lambda score: Escaped(template_filters.bar(score)),
        "padded": lambda text, width: Escaped(pad(for_terminal(text), width - 1) + " "),
        "level_text": template_filters.level_text,
        "after_space": lambda text: f" {text}" if text else "",
        "condition": template_filters.condition,
        "yaml_key": for_yaml_key,
        "emphasised": template_filters.emphasised,
        "prose": template_filters.prose,
        "is_express": lambda q: (
            q.express or any(w.changes.get("express") for w in q.wordings)
        ),
        "escaped": Escaped,
    }


def _citing(format_ids: Callable[..., str]) -> Callable[..., Escaped]:
    """Return a filter that formats question ids as the document's kind requires."""

    @jinja2.pass_context
    def cited(context: jinja2.runtime.Context, parts: Any) -> Escaped:
        return Escaped(format_ids(parts, context.get("cite", str)))

    return cited


@jinja2.pass_context
def _matched_facts(
    context: jinja2.runtime.Context, because: Iterable[tuple[str, str]]
) -> Escaped:
    """Return the facts that match a pattern as text, with question ids as citations."""
    cite, escape = context.get("cite", str), context["escape"]
    answers = context.get("anchors", ())
    return Escaped(
        ", ".join(
            f"{cite(fact) if fact in answers else escape(fact)} = {escape(value)}"
            for fact, value in because
        )
    )


@jinja2.pass_context
def _quoted(context: jinja2.runtime.Context, text: str) -> Escaped:
    """Return a quotation from the answers, marked up for the kind of document."""
    return Escaped(context.get("said", str)(context["escape"](text)))


def source(name: str) -> str:
    """Return the text of a bundled template, with included templates inserted."""
    text = (bundled("templates") / name).read_text(encoding="utf-8")
    return _INCLUDE.sub(lambda found: source(found[1]), text)


@jinja2.pass_context
def _print(context: jinja2.runtime.Context, value: Any) -> Any:
    """Return a value to print; text is escaped for the kind of document."""
    if isinstance(value, str) and not isinstance(value, Escaped):
        return context["escape"](value)
    return value
