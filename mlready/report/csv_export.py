"""The gaps as a table for a spreadsheet or an issue tracker.

A spreadsheet takes a cell that begins with a sign such as ``=`` for a formula and runs
it. Such a cell gets a leading apostrophe here, by which a spreadsheet knows it as text;
every other cell stands character for character. A program that reads the table takes
one apostrophe off again where, after all of them, one of these signs follows.
"""

import csv
import io
import re
from collections.abc import Iterator

from mlready.assessment.assess import Assessment
from mlready.assessment.diagnosis import Gap
from mlready.report.json_records import layer_of

COLUMNS = (
    "id", "topic", "section", "layer", "level", "kind", "next step", "roles", "blocker",
    "note", "evidence", "accepted",
)  # fmt: skip

# Some spreadsheets skip blanks before a formula, some take the wide signs of East Asia
# too. What begins with apostrophes already gets one more: only so can it be taken off.
_FORMULA = re.compile("'*(?:[\t\r\0]|\\s*[=+@\uff1d\uff0b\uff0d\uff20-])")


def csv_text(result: Assessment) -> str:
    """Return the gaps as CSV after RFC 4180, the lowest first, beneath a header row.

    ``blocker`` is yes or empty; several roles stand in one cell, with commas.
    """
    table = io.StringIO(newline="")
    writer = csv.writer(table)
    writer.writerow(COLUMNS)
    for gap in result.diagnosis.gaps:
        writer.writerow(_harmless(cell) for cell in _cells(result, gap))
    return table.getvalue()


def _cells(result: Assessment, gap: Gap) -> Iterator[str]:
    questionnaire, question = result.inputs.questionnaire, gap.question
    layer = layer_of(result.inputs, question.section)
    blocking = {blocker.question.id for blocker in result.diagnosis.blockers}
    yield question.id
    yield question.topic
    yield questionnaire.section(question.section).name
    yield layer.name if layer else ""
    yield str(gap.level)
    yield questionnaire.remedies[question.remedy]
    yield gap.action
    yield ", ".join(questionnaire.roles[role].name for role in question.roles)
    yield "yes" if question.id in blocking else ""
    yield from (gap.answer.note, gap.answer.evidence, gap.answer.accepted)


def _harmless(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) else cell
