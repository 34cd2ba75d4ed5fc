"""Read the questionnaire and the answers named on the command line.

Imports are inside the functions so that a command loads only what it needs.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from mlready.escaping import shown_path

MOST_NAMES = 10  # the most names to list in a message; the others are only counted

if TYPE_CHECKING:
    from mlready.model.answers import AnswerSheet
    from mlready.model.questionnaire import Questionnaire


def load_questionnaire(chosen: Path | None) -> "Questionnaire":
    """Return the questionnaire in a file, or the bundled one if no file is chosen."""
    from mlready.storage import questionnaire_file

    return (
        questionnaire_file.load(chosen)
        if chosen
        else questionnaire_file.load_bundled("kickoff")
    )


def load_answers(source: Path, questionnaire: "Questionnaire") -> "AnswerSheet":
    """Return the answers in a file; ``source`` may be ``-`` for standard input."""
    from mlready.storage import answers_file, atomic_file, standard_streams

    if source == Path("-"):
        return answers_file.read(
            standard_streams.read_input(), "standard input", questionnaire
        )
    return answers_file.read(
        atomic_file.read_bytes(source), shown_path(source), questionnaire
    )


def not_asked(questionnaire: "Questionnaire", sheet: "AnswerSheet") -> str:
    """Return, as text, the ids of facts, roles and questions answered but not asked.

    Such answers have no effect. If the sheet is an express one, questions outside the
    short form do not apply.
    """
    from mlready.model.answers import assessment_input

    counted = assessment_input(questionnaire, sheet).sheet
    unused = [
        *(name for name in sheet.profile if name not in counted.profile),
        *(name for name in sheet.available if name not in counted.available),
        *(name for name in sheet.answers if name not in counted.answers),
    ]
    more = f" and {len(unused) - MOST_NAMES} more" if len(unused) > MOST_NAMES else ""
    return ", ".join(unused[:MOST_NAMES]) + more
