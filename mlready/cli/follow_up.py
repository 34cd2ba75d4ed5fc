"""Commands for after a kickoff; the docstring of each command is its help text."""

from mlready.cli.app import (
    Anonymous,
    Chosen,
    Output,
    OverdueOn,
    PortfolioForm,
    Redact,
    Teams,
    app,
    exit_with,
    print_error,
    progress_bar,
)
from mlready.cli.inputs import load_questionnaire
from mlready.errors import MlreadyError, UsageError
from mlready.report.options import PortfolioFormat


@app.command()
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

    Files in one folder that name the same project, and say who answered, are voices of
    one team.
    """
    from mlready.assessment.portfolio import portfolio as shared
    from mlready.cli.portfolio_files import Settings, read_teams
    from mlready.output.document_writer import write_document
    from mlready.report.portfolio import Source, portfolio_document
    from mlready.storage.answers_fast_parser import is_date

    if not is_date(date):
        raise UsageError("--date: expected a day as YYYY-MM-DD")
    questionnaire = load_questionnaire(chosen)
    settings = Settings(questionnaire, date, redact, anonymous)
    with progress_bar() as progress:
        read = read_teams(sources, settings, progress=progress)
    for line in read.lines():
        print_error(MlreadyError(line))
    if read.teams:
        source = Source(read.files, read.bad_files, date, redact, anonymous)
        text = portfolio_document(shared(questionnaire, read.teams), source, form)
        write_document(text, output, inputs=(*sources, chosen))
    if read.exit_code:
        exit_with(read.exit_code)
