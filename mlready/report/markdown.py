"""Render results and questionnaires as Markdown and plain text."""

import re
from typing import Any

from mlready.assessment.assess import Assessment
from mlready.assessment.diagnosis import Verdict
from mlready.escaping import for_markdown, for_terminal
from mlready.model.questionnaire import Questionnaire
from mlready.report.options import Diagrams, MinimumVerdict, Reader
from mlready.report.template_context import context
from mlready.report.templating import render


def markdown(
    result: Assessment,
    date: str = "",
    reader: Reader = Reader.ALL,
    *,
    explain: bool = False,
    diagrams: Diagrams = Diagrams.TEXT,
) -> str:
    """Return the report as Markdown; equal arguments always give the same text."""
    return render(
        f"{reader}.md.j2",
        for_markdown,
        **context(result),
        date=date,
        explain=explain,
        explanation=_explanation(result) if explain else None,
        mermaid=diagrams is Diagrams.MERMAID,
    )


def _explanation(result: Assessment) -> Any:
    # Imported here to save time, as few reports need it.
    from mlready.report.explanation_context import explanation

    return explanation(result)


def below_threshold(result: Assessment, bar: MinimumVerdict) -> str:
    """Return the verdict in one line if it is below the minimum, otherwise ""."""
    order = list(Verdict)
    if order.index(result.diagnosis.verdict) >= order.index(Verdict(bar)):
        return ""
    return render("verdict.txt.j2", _one_line, **context(result)).strip()


def summary(result: Assessment, **places: str | bool) -> str:
    """Return the last screen of an interview: pyramid, verdict and next commands.

    ``places`` are template variables: the answers file and the commands to show.
    """
    return render("summary.txt.j2", _one_line, **context(result), **places)


def printed_questions(questionnaire: Questionnaire) -> str:
    """Return the questionnaire as a document to print or to send."""
    return render("questions.md.j2", for_markdown, questionnaire=questionnaire)


def blank_answers(questionnaire: Questionnaire, *, express: bool) -> str:
    """Return an empty answers file to edit, with the questions as comments."""
    return render(
        "blank.yaml.j2", _one_line, questionnaire=questionnaire, express=express
    )


def _one_line(text: str) -> str:
    # Spaces at both ends are kept, as templates also print separators with this.
    return for_terminal(re.sub(r"\s+", " ", text))
