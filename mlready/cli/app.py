"""The command line as typer has it: its options, its help, and where errors end.

The commands themselves are in ``cli``; nothing else knows of typer.
"""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException

from mlready.errors import (
    BROKEN_PIPE,
    INTERRUPTED,
    MlreadyError,
    StorageError,
    StorageWarning,
)
from mlready.report.options import Diagrams, Format, MinimumVerdict, Reader

OUR_BUG = 70


class _Commands(TyperGroup):
    """Turn what a person can put right into lines on stderr and an exit code."""

    def make_context(self, *args: Any, **kwargs: Any) -> Any:
        return self._bounded(super().make_context, *args, **kwargs)

    def invoke(self, ctx: Any) -> Any:
        return self._bounded(super().invoke, ctx)

    def _bounded(self, step: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        try:
            return step(*args, **kwargs)
        except (typer.Exit, typer.Abort):
            raise
        except TyperException as error:
            with suppress(OSError):  # it is wrong use even if nobody can be told
                error.show()  # type: ignore[attr-defined]  # all that it raises can
            raise typer.Exit(error.exit_code) from None
        except MlreadyError as error:
            print_error(error)
            raise typer.Exit(error.exit_code) from None
        except BrokenPipeError:
            from mlready.storage.standard_streams import forget_output

            forget_output()
            raise typer.Exit(BROKEN_PIPE) from None
        except KeyboardInterrupt:
            raise typer.Exit(INTERRUPTED) from None
        except OSError as error:
            from mlready.storage.standard_streams import as_storage_error

            print_error(as_storage_error(error))
            raise typer.Exit(StorageError.exit_code) from None
        except Exception as bug:  # noqa: BLE001 - whatever it is, it is ours
            raise typer.Exit(_apologise(bug)) from None


app = typer.Typer(
    cls=_Commands,
    help="Find out at kickoff whether a project is ready for ML, and whom to hire.",
    no_args_is_help=True,
    # Rich would double the time that --help takes.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
)
templates = typer.Typer(
    help="Print the templates that ship with mlready, to start your own from.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(templates, name="template")

# Files are opened by us alone, and what cannot be read is said in our words.
_Argument = partial(typer.Argument, readable=False)
_Option = partial(typer.Option, readable=False)

AnswersFile = Annotated[Path, _Argument(metavar="ANSWERS", help="The answers file.")]
Source = Annotated[
    Path,
    _Argument(metavar="ANSWERS|-", help="The answers file, or - for standard input."),
]
Sources = Annotated[list[Path], _Argument(metavar="ANSWERS...", help="Answers files.")]
Output = Annotated[
    Path | None, _Option("-o", "--output", help="Write to this file instead.")
]
Chosen = Annotated[
    Path | None,
    _Option(
        "-q", "--questionnaire", help="Another questionnaire than the kickoff one."
    ),
]
Explain = Annotated[
    bool, typer.Option("--explain", help="Add how each answer led to the advice.")
]
Express = Annotated[bool, typer.Option("--express", help="Only the short form.")]
For = Annotated[Reader, typer.Option("--for", help="Whom it is for.")]
Form = Annotated[Format, typer.Option("--format", help="The kind of document.")]
Date = Annotated[str, typer.Option("--date", help="A date to print in the report.")]
Drawn = Annotated[
    Diagrams, typer.Option(help="Draw the pyramid for hosts that render it.")
]
Heading = Annotated[
    int, typer.Option(min=1, max=6, help="The level of the first heading.")
]
Redact = Annotated[bool, typer.Option("--redact", help="Leave out what people wrote.")]
Template = Annotated[Path | None, _Option(help="A Jinja2 template of your own.")]
Inject = Annotated[
    Path | None, _Option(help="Fill the marked blocks of this document.")
]
Check = Annotated[
    bool, typer.Option("--check", help="Write nothing; fail if it would change.")
]
FailBelow = Annotated[
    MinimumVerdict | None, typer.Option(help="Fail when the verdict is below this.")
]
Plain = Annotated[
    bool, typer.Option("--plain", help="Numbered lines, for screen readers.")
]
Version = Annotated[bool, typer.Option("--version", help="Show the version.")]
Name = Annotated[str, typer.Argument(metavar="NAME", help="As the list has it.")]


def print_message(line: str) -> None:
    """Say a line on standard error."""
    typer.echo(line, err=True)


def exit_with(code: int) -> NoReturn:
    """End the command with an exit code."""
    raise typer.Exit(code)


def print_error(error: MlreadyError) -> None:
    """Say on standard error what a person can put right."""
    from mlready.escaping import for_terminal

    lines = [for_terminal(line) for line in str(error).splitlines()]
    with suppress(OSError):  # the terminal may be what went away
        print_message("\n".join(f"mlready: {line}" for line in lines))


def print_storage_warnings() -> None:
    """Print what storage warns of as one plain line each, the same line once."""
    import warnings

    show_other = warnings.showwarning

    def show(message: Any, category: type[Warning], *args: Any, **kwargs: Any) -> None:
        if issubclass(category, StorageWarning):
            print_error(MlreadyError(str(message)))
        else:
            show_other(message, category, *args, **kwargs)

    warnings.filterwarnings("once", category=StorageWarning)
    warnings.showwarning = show


def _apologise(bug: Exception) -> int:
    """Keep what a report of our bug needs in a file, and say where it is."""
    import traceback

    told = "".join(traceback.format_exception(bug))
    try:
        where = _kept(told)
    except OSError:  # no folder takes it: then it can only be shown
        where = f"this:\n{told}"
    print_error(MlreadyError(f"this is a bug of ours, please report it with {where}"))
    return OUR_BUG


def _kept(told: str) -> str:
    """Put it where temporary files go, for its owner alone; return the name."""
    import os
    import tempfile

    handle, name = tempfile.mkstemp(".log", "mlready-")
    with os.fdopen(handle, "wb") as log:
        log.write(told.encode(errors="backslashreplace"))
    return name
