"""Define the command line with Typer: options, help and error handling.

Only this module imports Typer.
"""

import io
import os
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException

from mlready.errors import (
    SHOWN,
    DocumentError,
    ExitCode,
    LeftError,
    MlreadyError,
    SeveralErrors,
    StorageWarning,
    one_line,
)
from mlready.report.options import (
    AgendaFormat,
    ComparisonFormat,
    Diagrams,
    Format,
    ListFormat,
    MinimumVerdict,
    PortfolioFormat,
    Reader,
    StepFormat,
    Tracker,
)

# Matches the markers of commands in a program's output that CI runners execute (GitHub
# Actions, Azure Pipelines, TeamCity): `::error::text` at the start of a line, or
# `##[error]text`, `##vso[...]` or `##teamcity[...]` anywhere in a line.
_RUNNER_COMMAND = r"(?i)##(?=(vso|teamcity)?\[)|::(?=.*::)"
_RUNNERS = {"GITHUB_ACTIONS", "TF_BUILD", "TEAMCITY_VERSION"}


class _Commands(TyperGroup):
    """A command group that turns exceptions into error messages and exit codes."""

    def make_context(self, *args: Any, **kwargs: Any) -> Any:
        return self._handle_errors(super().make_context, *args, **kwargs)

    def invoke(self, ctx: Any) -> Any:
        return self._handle_errors(super().invoke, ctx)

    def _handle_errors(
        self, step: Callable[..., Any], *args: Any, **kwargs: Any
    ) -> Any:
        try:
            return step(*args, **kwargs)
        except (typer.Exit, typer.Abort):
            raise
        except TyperException as error:
            _print_usage_error(error)
            code = error.exit_code
        except MlreadyError as error:
            print_error(error)
            code = error.exit_code
        except KeyboardInterrupt:
            code = ExitCode.INTERRUPTED
        except OSError as error:
            code = _handle_os_error(error)
        except Exception as bug:  # noqa: BLE001 - all exceptions not handled above are bugs
            code = _report_bug(bug)
        raise typer.Exit(code) from None


app = typer.Typer(
    cls=_Commands,
    help="Find out at kickoff whether a project is ready for ML, and whom to hire.",
    no_args_is_help=True,
    # Without Rich: importing it would double the time that --help takes.
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

# Turns off Typer's check that a file is readable; mlready reports unreadable files.
_Argument = partial(typer.Argument, readable=False)
_Option = partial(typer.Option, readable=False)

Questionnaires = Annotated[
    list[Path],
    _Argument(metavar="QUESTIONNAIRE...", help="The questionnaire files."),
]
AnswersFile = Annotated[Path, _Argument(metavar="ANSWERS", help="The answers file.")]
Sources = Annotated[
    list[Path],
    _Argument(
        metavar="ANSWERS...",
        help="The answers files of one project, one for each voice; - for standard"
        " input.",
    ),
]
Output = Annotated[
    Path | None,
    _Option("-o", "--output", help="Write to a file, not to the screen."),
]
Chosen = Annotated[
    Path | None,
    _Option(
        "-q", "--questionnaire", help="The questionnaire to use instead of kickoff."
    ),
]
Explain = Annotated[
    bool, typer.Option("--explain", help="Add how each answer led to the advice.")
]
Express = Annotated[bool, typer.Option("--express", help="Only the short form.")]
For = Annotated[Reader, typer.Option("--for", help="Whom it is for.")]
Form = Annotated[
    Format,
    typer.Option(
        "--format",
        help="The kind of document; csv lists the gaps, svg draws the pyramid, badge"
        " has the verdict, json has it all.",
    ),
]
Date = Annotated[
    str,
    typer.Option(
        "--date",
        help="A date to print; as YYYY-MM-DD, also name answers too old on it.",
    ),
]
AsOf = Annotated[
    str,
    typer.Option("--date", help="The day, as YYYY-MM-DD: what is too old on it."),
]
Drawn = Annotated[
    Diagrams,
    typer.Option(help="As text, or for sites that render Mermaid."),
]
Heading = Annotated[
    int, typer.Option(min=1, max=6, help="The level of the first heading.")
]
Redact = Annotated[bool, typer.Option("--redact", help="Leave out what people wrote.")]
Anonymous = Annotated[
    bool, typer.Option("--anonymous", help="Leave out who said what.")
]
Template = Annotated[Path | None, _Option(help="A Jinja2 template of your own.")]
Inject = Annotated[
    Path | None, _Option(help="Fill the blocks of this document for this command.")
]
Check = Annotated[
    bool, typer.Option("--check", help="Write nothing; fail if the file would change.")
]
FailBelow = Annotated[
    MinimumVerdict | None, typer.Option(help="Fail when the verdict is below this.")
]
With = Annotated[
    list[Path] | None,
    _Option("--with", metavar="VOICE", help="Hold a meeting of these answers files."),
]
MoreVoices = Annotated[
    list[Path] | None,
    _Argument(metavar="[VOICE]...", help="More answers files of the meeting."),
]
Everything = Annotated[
    bool,
    typer.Option("--all", help="Ask every question, in a meeting as well."),
]
OnlyCore = Annotated[
    bool, typer.Option("--express", help="Only the core: the questions that decide.")
]
ListOpen = Annotated[
    bool, typer.Option("--open", help="List what is open, and who could answer it.")
]
Plain = Annotated[
    bool, typer.Option("--plain", help="Numbered lines, for screen readers.")
]
Version = Annotated[bool, typer.Option("--version", help="Show the version.")]
Of = Annotated[str, typer.Option("--of", metavar="ROLE", help="Whom to ask.")]
ToCheck = Annotated[
    list[Path] | None,
    _Argument(metavar="[ANSWERS]...", help="With --of: the answers so far."),
]
ListForm = Annotated[
    ListFormat, typer.Option("--format", help="An answers file, or a page to send.")
]
AgendaForm = Annotated[
    AgendaFormat, typer.Option("--format", help="The kind of document.")
]
Teams = Annotated[
    list[Path],
    _Argument(
        metavar="FILES|FOLDERS...",
        help="The answers files of many teams, and folders that hold them.",
    ),
]
PortfolioForm = Annotated[
    PortfolioFormat,
    typer.Option("--format", help="The kind of document; csv has a row for each team."),
]
OverdueOn = Annotated[
    str,
    typer.Option(
        "--date", help="The day, as YYYY-MM-DD: what is overdue or too old on it."
    ),
]
Points = Annotated[
    list[Path],
    _Argument(
        metavar="OLD NEW...",
        help="Answers of one project at different times: a file, or a folder with the"
        " files of several voices, for each time.",
    ),
]
Since = Annotated[
    Path | None,
    _Option(
        metavar="OLD", help="Tell what changed since these answers, a file or a folder."
    ),
]
ComparisonForm = Annotated[
    ComparisonFormat,
    typer.Option("--format", help="The kind of document; svg draws the trend."),
]
StepForm = Annotated[
    StepFormat | None,
    typer.Option("--format", help="The kind of list: markdown, but csv with --for."),
]
ForTracker = Annotated[
    Tracker | None, typer.Option("--for", help="The tracker that is to import it.")
]
Existing = Annotated[
    Path | None,
    _Option(metavar="EXPORT", help="What the tracker has, so that nothing doubles."),
]
Sync = Annotated[
    Path | None,
    _Option(metavar="EXPORT", help="Write into the answers what the tracker says."),
]
Today = Annotated[
    str,
    typer.Option("--date", metavar="YYYY-MM-DD", help="The day of the list or export."),
]
Was = Annotated[str, typer.Option(metavar="NAME", help="A former name of the project.")]
Name = Annotated[str, typer.Argument(metavar="NAME", help="As the list has it.")]


def register_only(names: Collection[str]) -> None:
    """Keep only the commands named in ``names``, to save start-up time.

    The help lists all commands without options. So if ``names`` is empty or contains
    ``--help``, all commands stay, but lose their options. If ``names`` contains other
    words, but no command, nothing changes.
    """
    if not names or "--help" in names:
        for command in app.registered_commands:
            command.callback = _without_options(command.callback)
        return
    named = [
        command
        for command in app.registered_commands
        if command.callback and (command.name or command.callback.__name__) in names
    ]
    if named:
        app.registered_commands = named
        app.registered_groups = []


def _without_options(callback: Callable[..., Any] | None) -> Callable[[], None]:
    """Return a new function that does nothing, with the name and help of ``callback``.

    The function has no parameters, so that the command has no options.
    """

    def shown() -> None: ...

    if callback:
        shown.__name__, shown.__doc__ = callback.__name__, callback.__doc__
    return shown


def print_message(line: str) -> None:
    """Print a line on standard error.

    On a CI runner, spaces are inserted into texts such as ``::error::``, which the
    runner would execute.
    """
    typer.echo(without_runner_commands(line), err=True)


@contextmanager
def progress_bar() -> Iterator[Callable[[int, int], None]]:
    """Show on a terminal how many files were read.

    Yields a function to call with two numbers: the files read so far, and all files.
    Shows nothing if standard error is not a terminal.
    """
    import sys

    if not sys.stderr.isatty():
        yield lambda _done, _all: None
        return
    with typer.progressbar(length=1, label="files", file=sys.stderr) as bar:

        def show(done: int, all_: int) -> None:
            bar.length = all_
            bar.update(done - bar.pos)

        yield show


def exit_with(code: int) -> NoReturn:
    """End the command with the exit code ``code``."""
    raise typer.Exit(code)


def fail_with(lines: Iterable[str]) -> None:
    """Print the reasons why a check failed, then exit with code 1.

    Does nothing if there are no reasons.
    """
    if printed := [*lines]:
        for line in printed:
            print_message(line)
        exit_with(ExitCode.NOT_MET)


def print_error(error: MlreadyError, most: int = SHOWN) -> None:
    """Print the message of an error, with ``mlready:`` before each line.

    Of the problems of one file, only the first ``most`` are printed.
    """
    if isinstance(error, SeveralErrors):
        for each in error.errors:
            print_error(each, most)
        return
    if isinstance(error, DocumentError):
        lines = error.lines(most)
    else:
        lines = [one_line(str(error))]
    prefixed = [f"mlready: {line}" for line in lines]
    if isinstance(error, LeftError):  # somebody reads it in a terminal
        from mlready.interview.text_wrapping import wrap

        prefixed = wrap(prefixed[0], "").splitlines()
    _print_lines(prefixed)


def print_storage_warnings() -> None:
    """Make Python print each ``StorageWarning`` only once, on one line."""
    import warnings

    show_other = warnings.showwarning

    def show(message: Any, category: type[Warning], *args: Any, **kwargs: Any) -> None:
        if issubclass(category, StorageWarning):
            print_error(MlreadyError(str(message)))
        else:
            show_other(message, category, *args, **kwargs)

    warnings.filterwarnings("once", category=StorageWarning)
    warnings.showwarning = show


def _print_lines(lines: Iterable[str]) -> None:
    from mlready.escaping import for_terminal

    with suppress(OSError):  # ignored, because the terminal may be closed
        print_message("\n".join(map(for_terminal, lines)))


def _print_usage_error(error: Any) -> None:
    shown = io.StringIO()
    error.show(file=shown)
    _print_lines(shown.getvalue().splitlines())


def without_runner_commands(text: str) -> str:
    """Insert spaces into texts such as ``::error::``, which a CI runner would execute.

    Outside a CI runner, returns ``text`` unchanged.
    """
    if not _RUNNERS & os.environ.keys():
        return text
    return re.sub(_RUNNER_COMMAND, lambda found: " ".join(found[0]), text)


def _handle_os_error(error: OSError) -> int:
    """Print the error, unless a reader closed the pipe; return the exit code."""
    from mlready.platform_support import is_closed_pipe
    from mlready.storage.standard_streams import as_storage_error, discard_output

    if is_closed_pipe(error):
        discard_output()
        return ExitCode.BROKEN_PIPE
    print_error(as_storage_error(error))
    return ExitCode.STORAGE


def _report_bug(bug: Exception) -> int:
    """Write the traceback to a file and print the path; return the exit code."""
    import traceback

    report = "".join(traceback.format_exception(bug))
    try:
        where = _write_log(report)
    except OSError:  # no folder is writable: print the traceback instead
        where = f"this:\n{report}"
    text = f"this is a bug of ours, please report it with {where}"
    _print_lines(f"mlready: {line}" for line in text.splitlines())
    return ExitCode.BUG


def _write_log(report: str) -> str:
    """Write a traceback to a new temporary file; return the path of the file."""
    import tempfile

    # Only the owner can read a file of ``mkstemp``.
    handle, name = tempfile.mkstemp(".log", "mlready-")
    with os.fdopen(handle, "wb") as log:
        log.write(report.encode(errors="backslashreplace"))
    return name
