"""Export the gaps as CSV (RFC 4180), for a spreadsheet or an issue tracker.

A spreadsheet evaluates a cell that begins with a character such as ``=`` as a formula.
A spreadsheet may also separate cells at a semicolon, a tab or a bar instead of the
comma, and then ignores quotes around a cell. So each cell is split into parts at these
separators and at line breaks. Each part that begins like a formula gets a leading
apostrophe, which makes it text. To restore the original text, a program removes one
apostrophe from each part in which apostrophes precede the beginning of a formula.

The table begins with a byte order mark, without which spreadsheets do not detect UTF-8.
A Python program that reads the table should decode it as ``utf-8-sig``.
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

ANSWERS = "answers"

BYTE_ORDER_MARK = "\ufeff"
# Matches the beginning of a part of a cell that a spreadsheet could evaluate as a
# formula. Some spreadsheets skip blanks and quotes before a formula, and some accept
# fullwidth characters. A part with apostrophes before such a beginning gets one more,
# so that a program that reads the table can always remove one apostrophe.
_FORMULA = re.compile(
    r"""(?:\A|(?<=[;|\t\r\n]))(?='*(?:[^\S;|\t\r\n]|["\0])*[=+@\uff1d\uff0b\uff0d\uff20-])"""
)


def csv_text(result: Assessment) -> str:
    """Return the gaps of an assessment as CSV with a header row, lowest levels first.

    The column ``blocker`` contains yes or nothing. In the column ``roles``, commas
    separate several roles. If several voices answered, one more column says what each
    of them answered where they differ.
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


def _different_answers(result: Assessment) -> dict[str, str]:
    """Map the ids of questions about which voices differ to their answers."""
    # Imported only when needed, because a single voice has no differences.
    from mlready.report.template_context import context
    from mlready.report.templating import Words
    from mlready.report.voices import voices

    words = Words("_words.j2", str, context(result))
    return {
        each.question.id: words.say("all_said", each)
        for each in voices(result).disagreements
        if each.question
    }


def without_formulas(cell: str) -> str:
    """Return a cell with an apostrophe before each part that begins like a formula."""
    return _FORMULA.sub("'", cell)
