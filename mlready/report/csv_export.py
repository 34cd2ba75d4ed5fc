"""Export the gaps as CSV (RFC 4180), for a spreadsheet or an issue tracker.

No cell is a formula: see ``mlready.csv_cells``.
"""

import csv
import io
from collections.abc import Iterator

from mlready.assessment.assess import Assessment
from mlready.assessment.diagnosis import Gap
from mlready.csv_cells import BYTE_ORDER_MARK, without_formulas

COLUMNS = (
    "id", "topic", "section", "layer", "level", "kind", "next step", "roles", "blocker",
    "note", "evidence", "accepted",
)  # fmt: skip

ANSWERS = "answers"


def csv_text(result: Assessment) -> str:
    """Return the gaps of an assessment as CSV.

    If several voices gave different answers, the last column has all these answers.
    """
    several = bool(result.inputs.sheet.voices)
    said = _different_answers(result) if several else {}
    table = io.StringIO(newline="")
    writer = csv.writer(table)
    writer.writerow((*COLUMNS, *([ANSWERS] if several else [])))
    for gap in result.diagnosis.gaps:
        last = [said.get(gap.question.id, "")] if several else []
        cells = (*_cells(result, gap), *last)
        writer.writerow(map(without_formulas, cells))
    return f"{BYTE_ORDER_MARK}{table.getvalue()}"


def _cells(result: Assessment, gap: Gap) -> Iterator[str]:
    questionnaire, question = result.inputs.questionnaire, gap.question
    layer = result.inputs.questionnaire.layer_of(question.section)
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


def _different_answers(result: Assessment) -> dict[str, str]:
    """Return the different answers of the voices as text, by question id."""
    # Imported only when needed, because a single voice has no differences.
    from mlready.report.template_context import context
    from mlready.report.templating import Words
    from mlready.report.voices import voices

    words = Words("_words.j2", str, context(result))
    return {
        each.question.id: words.say("all_said", each)
        for each in voices(result).differences
        if each.question
    }
