"""Render the bundled templates, with all text escaped for the kind of document.

Whatever a template prints is escaped, unless a filter here returned it as escaped
already: a template cannot forget to.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

import jinja2

from mlready.display_width import pad
from mlready.errors import TemplateError
from mlready.escaping import Escaped, for_terminal
from mlready.report import template_filters
from mlready.report.phrases import answer_kind
from mlready.resources import bundled

_INCLUDE = re.compile(r'\{% include "([^"]+)" %\}\n?')


def render(name: str, escape: Callable[[str], str], **context: Any) -> str:
    """Return the document that a template prints for its variables.

    ``escape`` is applied to all text that is printed. Raises TemplateError, which names
    the template.
    """
    try:
        template = environment().get_template(name)
        return template.render(context, escape=escape)
    except jinja2.TemplateError as error:
        raise TemplateError(f"template {name}: {error}") from error


class Words:
    """The tables and macros of a template, called from Python."""

    def __init__(
        self, name: str, escape: Callable[[str], str], context: Mapping[str, Any]
    ) -> None:
        """Load a template with its variables; ``escape`` as for ``render``."""
        self._name = name
        template = environment().get_template(name)
        self._module = template.make_module({**context, "escape": escape})

    def table(self, name: str) -> Mapping[str, str]:
        """Return a table of words by their keys."""
        found: Mapping[str, str] = getattr(self._module, name)
        return found

    def say(self, name: str, *parts: Any) -> str:
        """Return what a macro prints, without spaces around it."""
        try:
            return str(getattr(self._module, name)(*parts)).strip()
        except jinja2.TemplateError as error:
            raise TemplateError(f"template {self._name}: {error}") from error


@cache
def environment() -> jinja2.Environment:
    """Return the Jinja environment of all bundled templates.

    A wheel has them compiled: compiling takes four times as long as the rest of a
    report.
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
        autoescape=False,  # noqa: S701 - no HTML: finalize escapes for Markdown instead
        finalize=_print,
    )
    found.filters.update(_filters())
    return found


def _filters() -> dict[str, Callable[..., Any]]:
    return {
        "ids": _citing(template_filters.ids),
        "levels": _citing(template_filters.levels),
        "raises": _citing(template_filters.raises),
        "recognised": _recognised,
        "said": _said,
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
        "emphasised": template_filters.emphasised,
        "prose": template_filters.prose,
        "is_express": lambda q: (
            q.express or any(w.changes.get("express") for w in q.wordings)
        ),
        "escaped": Escaped,
    }


def _citing(say: Callable[..., str]) -> Callable[..., Escaped]:
    """Return a filter that writes ids of questions as the document cites them."""

    @jinja2.pass_context
    def said(context: jinja2.runtime.Context, parts: Any) -> Escaped:
        return Escaped(say(parts, context.get("cite", str)))

    return said


@jinja2.pass_context
def _recognised(
    context: jinja2.runtime.Context, because: Iterable[tuple[str, str]]
) -> Escaped:
    """Write the facts behind a pattern, ids of questions as the document cites them."""
    cite, escape = context.get("cite", str), context["escape"]
    answers = context.get("anchors", ())
    return Escaped(
        ", ".join(
            f"{cite(fact) if fact in answers else escape(fact)} = {escape(value)}"
            for fact, value in because
        )
    )


@jinja2.pass_context
def _said(context: jinja2.runtime.Context, text: str) -> Escaped:
    """Write words of a person as the document marks them."""
    return Escaped(context.get("said", str)(context["escape"](text)))


def source(name: str) -> str:
    """Return the text of a template with its includes put in: one file to load."""
    text = (bundled("templates") / name).read_text(encoding="utf-8")
    return _INCLUDE.sub(lambda found: source(found[1]), text)


@jinja2.pass_context
def _print(context: jinja2.runtime.Context, value: Any) -> Any:
    """Escape what a template prints for the kind of document."""
    if isinstance(value, str) and not isinstance(value, Escaped):
        return context["escape"](value)
    return value
