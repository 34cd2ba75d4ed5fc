"""A Jinja2 environment with only those features that are safe in templates of users.

Text is escaped when it is printed, unless its type is ``Escaped``. Operations on
``Escaped`` text, such as joining, give plain text.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from pathlib import Path
from traceback import walk_tb
from typing import Any, NamedTuple

import jinja2
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.environment import TemplateModule
from jinja2.runtime import (
    BlockReference,
    Context,
    LoopContext,
    Macro,
    TemplateReference,
)
from jinja2.sandbox import MAX_RANGE, ImmutableSandboxedEnvironment
from jinja2.utils import Namespace, missing

from mlready.errors import did_you_mean
from mlready.escaping import (
    Escaped,
    escape_for,
    for_html,
    for_markdown_anywhere,
    for_terminal,
)
from mlready.input_limits import LIMIT
from mlready.user_templates.allowlist import FILTERS, GLOBALS, TEXT_FILTERS, methods
from mlready.user_templates.limited_process import TimeUpError
from mlready.user_templates.loader import OutsideError, read

LONGEST = 16 * 1024 * 1024  # the largest size of a rendered document, in bytes
SUCCESS, FAILURE = b"=", b"!"  # the first byte of the result of ``answer``
TOO_LARGE = "needs too much memory"
_SHOWN = 300  # the most characters of an error message that are shown
_NO_FILTER = re.compile(r"No filter named '(.*)'\.")
_TEMPLATE_PREFIX = "template:"  # before a template's file name in a traceback

_PRINTABLE = "only text and numbers can be printed; print what is in it, or use |tojson"
# The start of advice for programmers in Python's error message on too long numbers.
_NUMBER_ADVICE = "; use sys."

# The types of those Jinja objects whose attributes are values set by templates.
_JINJA_TYPES = (
    BlockReference, LoopContext, Namespace, TemplateModule, TemplateReference,
    jinja2.Undefined,
)  # fmt: skip
# The Jinja constructs that templates must not use, as they could undo escaping.
_ON_A_BLOCK = "a filter works on a value, not on a block"
_REFUSED: dict[type[nodes.Node], str] = {
    nodes.FilterBlock: _ON_A_BLOCK,
    nodes.ScopedEvalContextModifier: "all text is escaped; |raw prints it as it is",
}


class RenderRequest(NamedTuple):
    """A user template to render, and the data for it."""

    data: Mapping[str, Any]
    folder: str  # the folder of the template, with links resolved
    shown: str  # the folder as the user entered it, for messages
    name: str  # the file name of the template
    seconds: int  # the time limit, for messages


def answer(request: bytes) -> bytes:
    """Render a user template; return ``=`` and the document, or ``!`` and an error.

    ``request`` is a ``RenderRequest`` as JSON.
    """
    wanted = RenderRequest(*json.loads(request))
    try:
        return SUCCESS + _document(wanted)
    except (Exception, TimeUpError) as error:  # noqa: BLE001 - all are reported
        message = at(*_error_position(error, wanted), _reason(error, wanted))
        return FAILURE + message.encode(errors="backslashreplace")


def _document(wanted: RenderRequest) -> bytes:
    """Return the rendered template; raise an error if it is longer than 16 MiB."""
    found = bytearray()
    for piece in _sandbox(wanted).get_template(wanted.name).generate(wanted.data):
        found += piece.encode(errors="backslashreplace")
        if len(found) > LONGEST:
            raise jinja2.TemplateRuntimeError("makes more than 16 MiB")
    return bytes(found)


class _Compiler(CodeGenerator):
    """A Jinja compiler that rejects constructs which could undo escaping."""

    def visit_Concat(  # noqa: N802 - Jinja requires this name
        self, node: nodes.Concat, frame: Frame
    ) -> None:
        """Compile ``a ~ b`` to a call of ``concatenate``."""
        self.write("environment.concatenate((")
        for part in node.nodes:
            self.visit(part, frame)
            self.write(", ")
        self.write("))")

    def visit_Template(  # noqa: N802 - Jinja requires this name
        self, node: nodes.Template, frame: Frame | None = None
    ) -> None:
        for kind, reason in _REFUSED.items():
            if found := node.find(kind):
                self.fail(reason, found.lineno)
        for block in node.find_all(nodes.AssignBlock):
            if block.filter:
                self.fail(_ON_A_BLOCK, block.lineno)
            # The output of ``{% set %}`` blocks is already escaped.
            block.filter = nodes.Filter(None, "raw", [], [], None, None)
        super().visit_Template(node, frame)


class _Sandbox(ImmutableSandboxedEnvironment):
    """A Jinja environment in which templates can use only data and allowed features."""

    code_generator_class = _Compiler
    intercepted_binops = frozenset({"%"})

    def concatenate(self, parts: tuple[Any, ...]) -> str:
        """Join the operands of ``~``; raise TypeError unless all are plain data."""
        return "".join(str(_plain(part)) for part in parts)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Return ``left % right``: ``%`` is the only ``operator`` that Jinja passes.

        If ``left`` is a text and ``right`` is not plain data, TypeError is raised.
        """
        values = _plain(right) if isinstance(left, str) else right
        return super().call_binop(context, operator, left, values)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return the value of a key, or an allowed method, but no other attribute."""
        if isinstance(obj, dict) and attribute in obj:
            return obj[attribute]
        if isinstance(obj, _JINJA_TYPES):
            return super().getattr(obj, attribute)
        if attribute in methods(obj) and hasattr(obj, attribute):
            return getattr(obj, attribute)
        return self.undefined(obj=obj, name=attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Return an item; if there is none, return what ``getattr`` returns."""
        if isinstance(obj, (dict, list, str, tuple)):
            try:
                return obj[argument]
            except (LookupError, TypeError):
                pass
        if isinstance(argument, str):
            return self.getattr(obj, argument)
        return self.undefined(obj=obj, name=argument)

    def call(self, context: Context, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Call a function, and mark the output of macros and blocks as escaped."""
        found = super().call(context, obj, *args, **kwargs)
        made = isinstance(obj, (Macro, BlockReference, LoopContext))
        return Escaped(found) if made and isinstance(found, str) else found


def _sandbox(wanted: RenderRequest) -> _Sandbox:
    escape = escape_for(wanted.name)
    found = _Sandbox(
        loader=jinja2.FunctionLoader(lambda name: _source(wanted, name)),
        undefined=_missing(wanted.data),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
        autoescape=False,  # ``finalize`` escapes, for each kind of document
        finalize=lambda value: _printed(value, escape),
    )
    found.globals = {name: found.globals[name] for name in GLOBALS}
    found.globals["range"] = _range
    texts = {name: _requiring_plain_data(found.filters[name]) for name in TEXT_FILTERS}
    found.filters = (
        {name: found.filters[name] for name in FILTERS}
        | texts
        | {
            "md": lambda value: Escaped(_printed(value, for_markdown_anywhere)),
            "html": lambda value: Escaped(_printed(value, for_html)),
            "terminal": lambda value: Escaped(_printed(value, for_terminal)),
            "raw": lambda value: Escaped(_printed(value, str)),
        }
    )
    return found


def _range(*ends: int) -> range:
    found = range(*ends)
    if len(found) > MAX_RANGE:
        raise OverflowError(f"range too big: at most {MAX_RANGE} numbers")
    return found


def _requiring_plain_data(work: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap a text filter, so that values other than plain data raise TypeError."""
    given = 1 if hasattr(work, "jinja_pass_arg") else 0
    joins = work.__name__.endswith("do_join")

    @wraps(work)
    def limited(*args: Any, **kwargs: Any) -> Any:
        context, (value, *rest) = args[:given], args[given:]
        value = list(value) if joins else value
        _plain([value, rest, kwargs])
        return work(*context, value, *rest, **kwargs)

    return limited


def _plain(value: Any) -> Any:
    """Return ``value``; raise TypeError if any part of ``value`` is not plain data."""
    match value:
        case None | str() | bool() | int() | float() | range() | jinja2.Undefined():
            return value
        case list() | tuple():
            parts: Iterable[Any] = value
        case dict():
            parts = [*value, *value.values()]
        case _:  # the text of other objects would show memory addresses
            raise TypeError(_PRINTABLE)
    for part in parts:
        _plain(part)
    return value


def _printed(value: Any, escape: Callable[[str], str]) -> str:
    """Return the text to print; raise TypeError for lists, dicts and other objects."""
    match value:
        case Escaped():
            return value
        case str():
            return escape(str(value))  # a plain str instead of Jinja's subclass
        case None | jinja2.Undefined():
            return str(value or "")  # raises the error of an undefined name
        case bool() | int() | float():
            return str(value)
        case _:
            raise TypeError(_PRINTABLE)


def _missing(data: Mapping[str, Any]) -> type[jinja2.Undefined]:
    """Return a type for undefined names, with errors that suggest similar names."""

    class Missing(jinja2.StrictUndefined):
        __slots__ = ()

        @property
        def _undefined_message(self) -> str:
            name, obj = self._undefined_name, self._undefined_obj
            known = methods(obj)
            if obj is missing:
                known = [*data, *GLOBALS]
            elif isinstance(obj, dict):
                known = [*obj, *known]
            text = f"there is no '{name}'{did_you_mean(str(name), known)}"
            return self._undefined_hint or text

    return Missing


def _source(wanted: RenderRequest, name: str) -> tuple[str, str, None] | None:
    """Return the text and name of a template for Jinja; None if there is no file."""
    try:
        found = read(Path(wanted.folder), name, named=wanted.name)
    except FileNotFoundError:
        return None
    except OutsideError as error:
        raise OutsideError(f"'{name}' {error}") from error
    if len(found) > LIMIT:
        raise OutsideError(f"'{name}' is larger than 1 MiB")
    try:
        return found.decode("utf-8-sig"), f"{_TEMPLATE_PREFIX}{name}", None
    except UnicodeDecodeError as error:
        line = found.count(b"\n", 0, error.start) + 1
        raise jinja2.TemplateSyntaxError("not UTF-8", line, name) from error


def _error_position(error: BaseException, wanted: RenderRequest) -> tuple[Path, int]:
    """Return the template and the line in which an error was raised."""
    name, line = wanted.name, 1
    for frame, number in walk_tb(error.__traceback__):
        if frame.f_code.co_filename.startswith(_TEMPLATE_PREFIX):
            name = frame.f_code.co_filename.removeprefix(_TEMPLATE_PREFIX)
            # Frames that Jinja has rewritten already have the template's line number.
            running = frame.f_globals.get("__jinja_template__")
            line = running.get_corresponding_lineno(number) if running else number
    if isinstance(error, jinja2.TemplateSyntaxError):
        name, line = error.name or name, error.lineno
    return Path(wanted.shown, name), line


def _reason(error: BaseException, wanted: RenderRequest) -> str:
    match error:
        case TimeUpError():
            return timeout_message(wanted.seconds)
        case MemoryError():
            return TOO_LARGE
        case RecursionError():
            return "leads back to itself, or is nested too deep"
        case jinja2.TemplateNotFound():
            return f"there is no '{error.name}' in the folder of the template"
        case _:
            text = _message(error)
            named = _NO_FILTER.fullmatch(text)
            suggestion = did_you_mean(named[1], FILTERS) if named else ""
            return f"{text[:1].lower()}{text[1:].rstrip('.')}{suggestion}"


def _message(error: BaseException) -> str:
    """Return an error message without internal names and advice to programmers."""
    match error:
        case jinja2.TemplateSyntaxError():
            text = error.message
        case SyntaxError():
            text = error.msg
        case _:
            text = str(error)
    return (text or type(error).__name__).partition(_NUMBER_ADVICE)[0]


def timeout_message(seconds: int) -> str:
    """Return the error message for a template that exceeds its time limit."""
    return f"takes more than {seconds} seconds"


def at(path: Path, line: int, reason: str) -> str:
    """Return a short error message on one line: file, line number and reason."""
    return f"{for_terminal(str(path))}:{line}: {for_terminal(reason)[:_SHOWN]}"
