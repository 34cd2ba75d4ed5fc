"""The commands of mlready, except those in ``cli.follow_up``.

The docstring of a command is the ``--help`` text of the command.
"""

import re
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from mlready.cli import follow_up
from mlready.cli.app import (
    AgendaForm,
    Anonymous,
    AnswersFile,
    AsOf,
    Check,
    Chosen,
    Date,
    Drawn,
    Everything,
    Explain,
    Express,
    FailBelow,
    For,
    Form,
    Heading,
    Inject,
    ListForm,
    ListOpen,
    MoreVoices,
    Name,
    Of,
    OnlyCore,
    Output,
    Plain,
    Questionnaires,
    Redact,
    Since,
    Sources,
    Template,
    ToCheck,
    Version,
    Was,
    With,
    app,
    exit_with,
    fail_with,
    print_error,
    print_message,
    print_storage_warnings,
    register_only,
    templates,
    without_runner_commands,
)
from mlready.cli.inputs import (
    errors_of_dates,
    errors_of_projects,
    joint_messages,
    lint_lines,
    load_combined,
    load_each,
    load_questionnaire,
    load_voices,
    now,
    require_day,
    role_named,
    short_remarks,
    summary,
    today,
    warn_of_future_steps,
)
from mlready.errors import (
    MOST_SHOWN,
    ExitCode,
    MlreadyError,
    SeveralErrors,
    UsageError,
)
from mlready.report.options import AgendaFormat, Diagrams, Format, ListFormat, Reader

if TYPE_CHECKING:
    from mlready.assessment.assess import Assessment
    from mlready.assessment.timeline import Hide, Timeline
    from mlready.model.answers import AnswerSheet
    from mlready.model.questionnaire import Questionnaire
    from mlready.output.formats import ReportRequest
    from mlready.report.ask import ShortList

__all__ = ["app", "run"]
DEMO = "stilts.yaml"
_LIKE_A_DAY = r"\d{4}[-./]\d{1,2}[-./]\d{1,2}([T ].*)?|\d{1,2}-\d{1,2}-\d{4}|\d{8}"


@app.callback(invoke_without_command=True)
def _main(
    *,
    version: Version = False,
) -> None:
    if version:
        from mlready import __version__

        _print(f"{__version__}\n")
        exit_with(ExitCode.SUCCESS)


@app.command()
def interview(  # noqa: PLR0913 - each argument is one of the command line
    answers: AnswersFile = Path("mlready.yaml"),
    more: MoreVoices = None,
    *,
    voices: With = None,
    express: OnlyCore = False,
    everything: Everything = False,
    plain: Plain = False,
    chosen: Chosen = None,
) -> None:
    """Ask the team, question by question, saving every answer.

    Run it again to go on where it stopped, or to change an answer. With the answers of
    several people, ask only what they must settle: --with A B C.
    """
    from mlready.escaping import shown_path
    from mlready.interview.session import Options, run_interview

    questionnaire = load_questionnaire(chosen)
    named = [*(voices or []), *(more or [])]
    if more and not voices:
        text = "an interview has one answers file; name those of a meeting after --with"
        raise UsageError(f"{shown_path(more[0])}: {text}")
    if named and express:
        raise UsageError("--express: a meeting asks what its voices answered")
    if express and everything:
        raise UsageError("--express asks only the core, --all everything; choose one")
    options = Options(
        chosen=chosen,
        express=express,
        plain=plain,
        voices=load_voices(answers, named, questionnaire),
        everything=everything,
        today=today(),
        clock=now,
    )
    _print(run_interview(questionnaire, answers, options))


@app.command()
def report(  # noqa: PLR0913 - each argument is an option of the command
    sources: Sources,
    *,
    output: Output = None,
    reader: For = Reader.TEAM,
    form: Form = Format.MD,
    explain: Explain = False,
    date: Date = "",
    diagrams: Drawn = Diagrams.TEXT,
    heading: Heading = 1,
    template: Template = None,
    inject: Inject = None,
    check: Check = False,
    fail_below: FailBelow = None,
    since: Since = None,
    was: Was = "",
    redact: Redact = False,
    anonymous: Anonymous = False,
    chosen: Chosen = None,
) -> None:
    """Score the answers and print the report."""
    from mlready.assessment.assess import assess
    from mlready.output.formats import ReportRequest
    from mlready.output.report_writer import Target, write_report
    from mlready.report.markdown import below_threshold
    from mlready.report.redaction import shown_sheet

    _refuse_unprintable_or_mistyped(date, computes=bool(fail_below or since))
    questionnaire = load_questionnaire(chosen)
    hide = partial(shown_sheet, questionnaire, redacted=redact, anonymised=anonymous)
    sheet, since_then = _with_earlier((since, was), sources, questionnaire, date, hide)
    result = assess(questionnaire, hide(sheet))
    request = ReportRequest(
        reader, form, date, explain, diagrams, heading, template, since_then
    )
    target = Target(output, inject, check, (*sources, since, chosen, template))
    lines = write_report(result, request, target)
    _note_left_out(result, request)
    missed = below_threshold(result, fail_below) if fail_below else ""
    fail_with([*lines, missed] if missed else lines)


def _note_left_out(result: "Assessment", request: "ReportRequest") -> None:
    """At a terminal, print what was left off the page for a sponsor."""
    printed = request.format in {Format.MD, Format.HTML} and not request.template
    if request.reader is not Reader.SPONSOR or not (printed and sys.stderr.isatty()):
        return
    from mlready.escaping import for_terminal_line
    from mlready.report.sponsor_page_left_out import left_out

    left = left_out(result, request.date)
    if left.no_room:
        to_cut = left.to_cut(for_terminal_line)
        names = "; ".join(for_terminal_line(each.rstrip(".")) for each in left.no_room)
        print_message(f"mlready: no room on the sponsor's page for: {names}. {to_cut}")
    if left.replaced:
        names = "; ".join(map(for_terminal_line, left.replaced))
        print_message(
            "mlready: on the sponsor's page, your own reasons and steps are printed"
            f" instead of: {names}"
        )


def _refuse_unprintable_or_mistyped(date: str, *, computes: bool) -> None:
    """Raise UsageError if a date cannot be printed, or looks like a day but is none.

    ``computes`` says whether an option computes with the date. Then it must be a day.
    """
    if not date.isprintable():
        raise UsageError("--date: not readable as text")
    # Such a text would only be printed, and no answer would be too old.
    if re.fullmatch(_LIKE_A_DAY, date.strip()) or computes:
        require_day(date)


def _with_earlier(
    since_and_was: tuple[Path | None, str],
    sources: Sequence[Path],
    questionnaire: "Questionnaire",
    date: str,
    hide: "Hide",
) -> "tuple[AnswerSheet, Timeline | None]":
    """Load the answers of a report, and compare them with those named by ``--since``.

    Without ``--since``, the comparison is None.
    """
    since, was = since_and_was  # the values of these two options
    if was and not since:
        raise UsageError("--was: only --since compares with a former name")
    if not since:
        return load_combined(sources, questionnaire, date), None
    from mlready.assessment.ages import with_ages
    from mlready.cli.points_in_time import Earlier, compared_since

    before = Earlier(since, was)
    sheet, earlier = compared_since(before, sources, questionnaire, date, hide)
    return with_ages(questionnaire, sheet, date), earlier


@app.command()
def validate(
    sources: Sources,
    *,
    unanswered: ListOpen = False,
    date: AsOf = "",
    chosen: Chosen = None,
) -> None:
    """Name every problem in answers files.

    With --open also list what is not answered yet, and who could answer it. With --date
    also count the answers that are too old, or have no date to tell.
    """
    require_day(date)
    questionnaire = load_questionnaire(chosen)
    worst = int(ExitCode.SUCCESS)
    files = []
    for each in load_each(sources, questionnaire):
        if isinstance(each, MlreadyError):
            print_error(each, MOST_SHOWN)
            worst = max(worst, each.exit_code)
        else:
            files.append(each)
            for line in summary(each, questionnaire, date):
                print_message(line)
    errors = errors_of_projects(files, questionnaire)
    if errors := [*errors, *errors_of_dates(files, date)]:
        print_error(SeveralErrors(*errors), MOST_SHOWN)
        worst = max(worst, ExitCode.DOCUMENT)
    if not date:
        warn_of_future_steps(files)
    for message in [*short_remarks(files), *joint_messages(files, questionnaire)]:
        print_error(MlreadyError(message))
    if unanswered:
        from mlready.report.open_items import list_open

        listed = (list_open(each.name, questionnaire, each.sheet) for each in files)
        _print(without_runner_commands("".join(listed)))
    exit_with(worst)


@app.command()
def lint(questionnaires: Questionnaires) -> None:
    """Name every problem in questionnaires, and what they change.

    No command accepts one with errors; warnings point to possible mistakes.
    """
    from mlready.escaping import for_terminal

    worst = int(ExitCode.SUCCESS)
    for each in lint_lines(questionnaires):
        if isinstance(each, MlreadyError):
            print_error(each, MOST_SHOWN)
            worst = max(worst, each.exit_code)
        else:
            print_message(for_terminal(each))
    exit_with(worst)


@app.command()
def blank(
    *, output: Output = None, express: Express = False, chosen: Chosen = None
) -> None:
    """Print an answers file to fill in by hand, the questions as comments."""
    from mlready.input_limits import LIMIT
    from mlready.output.document_writer import refuse_existing, write_document
    from mlready.report.markdown import blank_answers as document

    refuse_existing(output)
    questionnaire = load_questionnaire(chosen)
    text = document(questionnaire, express=express)
    if len(text.encode()) > LIMIT:
        raise UsageError(
            "a blank file of this questionnaire would be larger than 1 MiB, and could "
            "not be read; shorten the questionnaire"
        )
    write_document(text, output, inputs=(chosen,))


@app.command()
def questions(*, output: Output = None, chosen: Chosen = None) -> None:
    """Print the questionnaire as a document, to read or to send round."""
    from mlready.output.document_writer import write_document
    from mlready.report.markdown import printed_questions

    questionnaire = load_questionnaire(chosen)
    write_document(printed_questions(questionnaire), output, inputs=(chosen,))


@app.command()
def form(
    sources: ToCheck = None,
    *,
    role: Of = "",
    output: Output = None,
    express: Express = False,
    chosen: Chosen = None,
) -> None:
    """Make a page to answer in a browser, for people without a terminal.

    It needs no network and no server; "Save" on it gives an answers file. With answers
    and --of, it has only the few questions of mlready ask.
    """
    from mlready.model.answers import EXPRESS, FULL, empty_sheet
    from mlready.output.document_writer import write_document
    from mlready.report.form import form_page
    from mlready.storage.answers_file import dump

    if role and not sources:
        raise UsageError("--of: name the answers that this role should check, too")
    if express and sources:
        raise UsageError("--express: the answers to check say which form it is")
    questionnaire = load_questionnaire(chosen)
    sheet = empty_sheet(questionnaire, EXPRESS if express else FULL)
    if sources:
        found = _question_list(sources, role, questionnaire)
        if found is None:
            return
        sheet = found.sheet
    page = form_page(questionnaire, sheet, dump(sheet, questionnaire))
    write_document(page, output, inputs=(*(sources or ()), chosen))


@app.command()
def demo() -> None:
    """Print the report on a bundled example."""
    from mlready.resources import bundled

    report([bundled("questionnaires") / "examples" / DEMO])


@app.command()
def ask(  # noqa: PLR0913 - each argument is an option of the command
    sources: Sources,
    *,
    role: Of = "",
    output: Output = None,
    form: ListForm = ListFormat.YAML,
    date: AsOf = "",
    chosen: Chosen = None,
) -> None:
    """Print a few questions for a second person of this role.

    The advice rests on them. They do not show what was answered. With --date, they ask
    again what is too old.
    """
    from mlready.output.document_writer import refuse_existing, write_document
    from mlready.report import ask as lists
    from mlready.storage.yaml_text import scalar

    if form is ListFormat.YAML:
        refuse_existing(output)
    require_day(date)
    questionnaire = load_questionnaire(chosen)
    found = _question_list(sources, role, questionnaire, date)
    if found is None:
        return
    text = (
        lists.questions_page(found)
        if form is ListFormat.MD
        else lists.answers_to_fill_in(found, scalar)
    )
    write_document(text, output, inputs=(*sources, chosen))
    if output and form is ListFormat.YAML:
        from mlready.escaping import for_terminal_line
        from mlready.platform_support import quote_for_shell

        file = for_terminal_line(quote_for_shell(str(output)))
        print_message(f"to answer it, edit it by hand or run: mlready interview {file}")


def _question_list(
    sources: Sequence[Path], role: str, questionnaire: "Questionnaire", date: str = ""
) -> "ShortList | None":
    """Return the question list for a role.

    If there is nothing to ask the role, a message is printed and the result is None.
    """
    from mlready.escaping import for_terminal_line
    from mlready.report import ask as lists

    asked_of = role_named(questionnaire, role)
    sheet = load_combined(sources, questionnaire, date)
    found = lists.short_list(questionnaire, sheet, asked_of.id)
    if found is None:
        name = for_terminal_line(asked_of.name)
        others = ", ".join(lists.roles_to_ask(questionnaire, sheet))
        print_message(
            f"nothing to ask: no answer that {name} can check would change the advice"
            + (f"; others can be asked: {others}" if others else "")
        )
    return found


@app.command()
def agenda(  # noqa: PLR0913 - each argument is an option of the command
    sources: Sources,
    *,
    output: Output = None,
    form: AgendaForm = AgendaFormat.MD,
    date: AsOf = "",
    redact: Redact = False,
    anonymous: Anonymous = False,
    chosen: Chosen = None,
) -> None:
    """Print what a meeting must settle, and what it can leave.

    What decides most comes first, each point with what depends on it. With --date, it
    also lists answers that a yes rests on and that are too old.
    """
    from mlready.assessment.assess import assess
    from mlready.output.document_writer import write_document
    from mlready.report import agenda as papers
    from mlready.report.redaction import shown_sheet

    require_day(date)
    questionnaire = load_questionnaire(chosen)
    sheet = load_combined(sources, questionnaire, date)
    shown = shown_sheet(questionnaire, sheet, redacted=redact, anonymised=anonymous)
    result = assess(questionnaire, shown)
    text = (
        papers.html_agenda(result)
        if form is AgendaFormat.HTML
        else papers.markdown_agenda(result)
    )
    write_document(text, output, inputs=(*sources, chosen))


@templates.command("list")
def template_list() -> None:
    """Print the names of the templates that ship with mlready."""
    from mlready.report.bundled_templates import list_templates

    _print(list_templates())


@templates.command("show")
def template_show(name: Name) -> None:
    """Print one of them."""
    from mlready.report.bundled_templates import show_template

    _print(show_template(name))


# Registered here, so that they come last in --help whichever module is loaded first.
for _command in (follow_up.compare, follow_up.portfolio, follow_up.steps):
    app.command()(_command)


def _print(text: str) -> None:
    from mlready.storage.standard_streams import write_output

    write_output(text)


def run() -> None:
    """Run the command given on the command line, then exit."""
    print_storage_warnings()
    register_only(sys.argv[1:2])
    app()
