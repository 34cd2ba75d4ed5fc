"""The commands for use after a kickoff.

The docstring of a command is the ``--help`` text of the command.
"""

from pathlib import Path

from mlready.cli.app import (
    Anonymous,
    Check,
    Chosen,
    ComparisonForm,
    Existing,
    ForTracker,
    Inject,
    Output,
    OverdueOn,
    Points,
    PortfolioForm,
    Redact,
    Sources,
    StepForm,
    Sync,
    Teams,
    Today,
    Was,
    exit_with,
    fail_with,
    print_error,
    print_message,
    progress_bar,
)
from mlready.cli.inputs import load_combined, load_questionnaire
from mlready.errors import MlreadyError, UsageError
from mlready.report.options import ComparisonFormat, PortfolioFormat


def compare(  # noqa: PLR0913 - each argument is an option of the command
    points: Points,
    *,
    output: Output = None,
    form: ComparisonForm = ComparisonFormat.MD,
    date: OverdueOn = "",
    was: Was = "",
    inject: Inject = None,
    check: Check = False,
    redact: Redact = False,
    anonymous: Anonymous = False,
    chosen: Chosen = None,
) -> None:
    """Tell what changed between several answers of one team.

    They are put in order by the dates of the interviews, if all have one.
    """
    from mlready.assessment.timeline import timeline
    from mlready.cli.points_in_time import as_iso_date, load_points
    from mlready.output.comparison_writer import write_comparison
    from mlready.output.report_writer import Target
    from mlready.report.redaction import shown_sheet

    if len(points) == 1:
        raise UsageError("name at least two: the older answers, and the newer ones")
    questionnaire = load_questionnaire(chosen)
    today = as_iso_date(date)
    loaded = load_points([[point] for point in points], questionnaire, today, was)
    found = timeline(
        questionnaire,
        loaded.points,
        today,
        lambda sheet: shown_sheet(
            questionnaire, sheet, redacted=redact, anonymised=anonymous
        ),
    )
    target = Target(output, inject, check, (*loaded.files, chosen))
    lines = write_comparison(found, form, target)
    fail_with(lines)


def portfolio(  # noqa: PLR0913 - each argument is an option of the command
    sources: Teams,
    *,
    output: Output = None,
    form: PortfolioForm = PortfolioFormat.MD,
    date: OverdueOn = "",
    redact: Redact = False,
    anonymous: Anonymous = False,
    chosen: Chosen = None,
) -> None:
    """Print one table of many teams, and what several of them share.

    Files in one folder that name the same project are voices of one team, if at least
    one says who answered.
    """
    from mlready.assessment.portfolio import portfolio as shared
    from mlready.cli.portfolio_files import Settings, read_teams
    from mlready.output.document_writer import write_document
    from mlready.report.portfolio import portfolio_document
    from mlready.storage.answers_fast_parser import is_date

    if not is_date(date):
        raise UsageError("--date: expected a day as YYYY-MM-DD")
    if Path("-") in sources:
        raise UsageError("-: a portfolio reads files and folders; name them")
    questionnaire = load_questionnaire(chosen)
    settings = Settings(questionnaire, date, redact, anonymous)
    with progress_bar() as progress:
        read = read_teams(sources, settings, progress=progress)
    for line in read.lines():
        print_error(MlreadyError(line))
    if source := read.source(settings):
        text = portfolio_document(shared(questionnaire, read.teams), source, form)
        write_document(text, output, inputs=(*sources, chosen))
    if read.exit_code:
        exit_with(read.exit_code)


def steps(  # noqa: PLR0913 - each argument is an option of the command
    sources: Sources,
    *,
    output: Output = None,
    form: StepForm = None,
    tracker: ForTracker = None,
    existing: Existing = None,
    sync: Sync = None,
    date: Today = "",
    was: Was = "",
    redact: Redact = False,
    anonymous: Anonymous = False,
    chosen: Chosen = None,
) -> None:
    """Print the steps of the plan for a tracker or a calendar, or read them back.

    With --sync, write who takes a step, its due date and when it was done from an
    export of the tracker into the answers file.
    """
    from mlready.assessment.assess import assess
    from mlready.cli import step_files
    from mlready.output.document_writer import write_document
    from mlready.report.redaction import shown_sheet

    request = step_files.StepRequest(form, tracker, existing, date, was)
    hidden = {"--redact": redact, "--anonymous": anonymous}
    step_files.check(request, sync, {"-o": output, **hidden})
    questionnaire = load_questionnaire(chosen)
    if sync:
        for line in step_files.sync(sources, sync, questionnaire, request):
            print_message(line)
        return
    sheet = load_combined(sources, questionnaire, date)
    shown = shown_sheet(questionnaire, sheet, redacted=redact, anonymised=anonymous)
    found = step_files.document(assess(questionnaire, shown, date), request)
    write_document(found.text, output, inputs=(*sources, existing, chosen))
    if found.remark:
        print_message(found.remark)
