"""The commands: the only module that prints documents, and the only one that exits."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException

from mlready.errors import MlreadyError, StorageError, UsageError
from mlready.readers import Reader
from mlready.sources import questionnaire_from, sheet_from, shown, write

BROKEN_PIPE, INTERRUPTED, OUR_BUG = 141, 130, 70
DEMO = "stilts.yaml"


class _Commands(TyperGroup):
    """Turn what a person can put right into lines on stderr and an exit code."""

    def make_context(self, *args: Any, **kwargs: Any) -> Any:
        return self._bounded(super().make_context, *args, **kwargs)

    def invoke(self, ctx: Any) -> Any:
        return self._bounded(super().invoke, ctx)

    def _bounded(self, step: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        try:
            return step(*args, **kwargs)
        except (typer.Exit, typer.Abort, TyperException):
            raise
        except MlreadyError as error:
            _complain(error)
            raise typer.Exit(error.exit_code) from None
        except BrokenPipeError:
            from mlready.streams import forget_output

            forget_output()
            raise typer.Exit(BROKEN_PIPE) from None
        except KeyboardInterrupt:
            raise typer.Exit(INTERRUPTED) from None
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            _complain(StorageError(f"standard output: cannot write: {reason}"))
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

AnswersFile = Annotated[
    Path, typer.Argument(metavar="ANSWERS", help="The answers file.")
]
Source = Annotated[
    Path,
    typer.Argument(
        metavar="ANSWERS|-", help="The answers file, or - for standard input."
    ),
]
Sources = Annotated[
    list[Path], typer.Argument(metavar="ANSWERS...", help="Answers files.")
]
Output = Annotated[
    Path | None, typer.Option("-o", "--output", help="Write to this file instead.")
]
Chosen = Annotated[
    Path | None,
    typer.Option(
        "-q", "--questionnaire", help="Another questionnaire than the kickoff one."
    ),
]
Explain = Annotated[
    bool, typer.Option("--explain", help="Add how each answer led to the advice.")
]
Express = Annotated[bool, typer.Option("--express", help="Only the short form.")]


@app.callback(invoke_without_command=True)
def _main(
    *,
    version: Annotated[
        bool, typer.Option("--version", help="Show the version.")
    ] = False,
) -> None:
    if version:
        from mlready import __version__

        _print(f"{__version__}\n")
        raise typer.Exit


@app.command()
def interview(
    answers: AnswersFile = Path("mlready.yaml"),
    *,
    express: Express = False,
    plain: Annotated[
        bool, typer.Option("--plain", help="Numbered lines, for screen readers.")
    ] = False,
    chosen: Chosen = None,
) -> None:
    """Ask the team, question by question, saving every answer.

    Run it again to go on where it stopped, or to change an answer.
    """
    from mlready.kickoff import hold

    _print(
        hold(questionnaire_from(chosen), answers, chosen, express=express, plain=plain)
    )


@app.command()
def report(  # noqa: PLR0913 - each is an option of the command
    source: Source,
    *,
    output: Output = None,
    reader: Annotated[
        Reader, typer.Option("--for", help="Whom it is for.", show_default=True)
    ] = Reader.ALL,
    explain: Explain = False,
    date: Annotated[
        str, typer.Option("--date", help="A date to print in the report.")
    ] = "",
    chosen: Chosen = None,
) -> None:
    """Score the answers and print the report as Markdown."""
    from mlready.report import judge, markdown

    if not date.isprintable():
        raise UsageError("--date: not readable as text")
    questionnaire = questionnaire_from(chosen)
    result = judge(questionnaire, sheet_from(source, questionnaire))
    text = markdown(result, date, reader, explain=explain)
    write(text, output, inputs=(source, chosen))


@app.command()
def validate(sources: Sources, *, chosen: Chosen = None) -> None:
    """Name every problem in answers files."""
    from mlready.answers import progress

    questionnaire = questionnaire_from(chosen)
    bad = 0
    for source in sources:
        try:
            sheet = sheet_from(source, questionnaire)
        except MlreadyError as error:
            _complain(error)
            bad = max(bad, error.exit_code)
        else:
            name = "standard input" if source == Path("-") else shown(source)
            given, asked = progress(questionnaire, sheet)
            typer.echo(f"{name}: fine, {given} of {asked} answered", err=True)
    raise typer.Exit(bad)


@app.command()
def blank(
    *, output: Output = None, express: Express = False, chosen: Chosen = None
) -> None:
    """Print an answers file to fill in by hand, the questions as comments."""
    from mlready import report as documents

    if output and output.exists():
        text = f"{shown(output)}: exists; a blank file must not replace answers"
        raise UsageError(text)
    questionnaire = questionnaire_from(chosen)
    write(documents.blank(questionnaire, express=express), output, inputs=(chosen,))


@app.command()
def questions(*, output: Output = None, chosen: Chosen = None) -> None:
    """Print the questionnaire as a document, to read or to send round."""
    from mlready import report as documents

    questionnaire = questionnaire_from(chosen)
    write(documents.printed_questions(questionnaire), output, inputs=(chosen,))


@app.command()
def demo() -> None:
    """Print the report on a bundled example: a machine on stilts."""
    from mlready.resources import bundled

    report(bundled("questionnaires") / "examples" / DEMO)


def _print(text: str) -> None:
    from mlready.streams import write_output

    write_output(text)


def _apologise(bug: Exception) -> int:
    """Keep what a report of our bug needs in a file, and say where it is."""
    import tempfile
    import traceback

    with tempfile.NamedTemporaryFile(
        "w", prefix="mlready-", suffix=".log", delete=False, encoding="utf-8"
    ) as log:
        log.writelines(traceback.format_exception(bug))
    typer.echo(
        f"mlready: this is a bug of ours, please report it with {log.name}", err=True
    )
    return OUR_BUG


def _complain(error: MlreadyError) -> None:
    from mlready.escape import for_terminal

    lines = [for_terminal(line) for line in str(error).splitlines()]
    with suppress(OSError):  # the terminal may be what went away
        typer.echo("\n".join(f"mlready: {line}" for line in lines), err=True)
