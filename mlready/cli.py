"""The commands: the only module that prints documents, and the only one that exits."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException

from mlready.errors import MlreadyError, StorageError, UsageError

if TYPE_CHECKING:
    from mlready.answers import Sheet
    from mlready.questionnaire import Questionnaire

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

    _print(hold(_questionnaire(chosen), answers, chosen, express=express, plain=plain))


@app.command()
def report(
    source: Source,
    *,
    output: Output = None,
    date: Annotated[
        str, typer.Option("--date", help="A date to print in the report.")
    ] = "",
    chosen: Chosen = None,
) -> None:
    """Score the answers and print the report as Markdown."""
    from mlready.report import judge, markdown

    if not date.isprintable():
        raise UsageError("--date: not readable as text")
    questionnaire = _questionnaire(chosen)
    sheet = _sheet(source, questionnaire)
    _write(markdown(judge(questionnaire, sheet), date), output, inputs=(source, chosen))


@app.command()
def validate(sources: Sources, *, chosen: Chosen = None) -> None:
    """Name every problem in answers files."""
    from mlready.answers import progress

    questionnaire = _questionnaire(chosen)
    bad = 0
    for source in sources:
        try:
            sheet = _sheet(source, questionnaire)
        except MlreadyError as error:
            _complain(error)
            bad = max(bad, error.exit_code)
        else:
            name = "standard input" if source == Path("-") else _shown(source)
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
        text = f"{_shown(output)}: exists; a blank file must not replace answers"
        raise UsageError(text)
    questionnaire = _questionnaire(chosen)
    _write(documents.blank(questionnaire, express=express), output, inputs=(chosen,))


@app.command()
def questions(*, output: Output = None, chosen: Chosen = None) -> None:
    """Print the questionnaire as a document, to read or to send round."""
    from mlready import report as documents

    questionnaire = _questionnaire(chosen)
    _write(documents.printed_questions(questionnaire), output, inputs=(chosen,))


@app.command()
def demo() -> None:
    """Print the report on a bundled example: a machine on stilts."""
    from mlready.resources import bundled

    report(bundled("questionnaires") / "examples" / DEMO)


def _questionnaire(chosen: Path | None) -> "Questionnaire":
    from mlready import questionnaire_file

    return (
        questionnaire_file.load(chosen)
        if chosen
        else questionnaire_file.load_bundled("kickoff")
    )


def _sheet(source: Path, questionnaire: "Questionnaire") -> "Sheet":
    from mlready import answers_file, files, streams

    if source == Path("-"):
        return answers_file.read(streams.read_input(), "standard input", questionnaire)
    return answers_file.read(files.read_bytes(source), _shown(source), questionnaire)


def _write(text: str, output: Path | None, inputs: tuple[Path | None, ...]) -> None:
    if output is None:
        _print(text)
        return
    from mlready import files, streams

    for path in filter(None, inputs):
        if streams.is_same(path, output):
            text = f"{_shown(output)}: is also what is read; choose another output"
            raise UsageError(text)
    files.write(output, text.encode())


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


def _shown(path: Path) -> str:
    from mlready.escape import for_terminal

    return for_terminal(str(path))
