"""Load the questionnaire and the answers from the files named on the command line.

The functions import what they use, so that a command loads only the modules it needs.
"""

from pathlib import Path
from typing import TYPE_CHECKING

MOST_NAMES = 10  # the most ids to list in a message; further ids are only counted

if TYPE_CHECKING:
    from mlready.model.answers import AnswerSheet
    from mlready.model.questionnaire import Questionnaire


def load_questionnaire(chosen: Path | None) -> "Questionnaire":
    """Load a questionnaire from a file, or the bundled one if no file is chosen."""
    from mlready.storage import questionnaire_file

    return (
        questionnaire_file.load(chosen)
        if chosen
        else questionnaire_file.load_bundled("kickoff")
    )


def load_answers(source: Path, questionnaire: "Questionnaire") -> "AnswerSheet":
    """Load answers from a file, or from standard input if ``source`` is ``-``."""
    from mlready.escaping import shown_path
    from mlready.storage import answers_file, atomic_file, standard_streams

    if source == Path("-"):
        return answers_file.read(
            standard_streams.read_input(), "standard input", questionnaire
        )
    return answers_file.read(
        atomic_file.read_bytes(source), shown_path(source), questionnaire
    )


def not_asked(questionnaire: "Questionnaire", sheet: "AnswerSheet") -> str:
    """List the ids of answers that a sheet has although the team is not asked for them.

    Such answers to facts, roles and questions have no effect. In an express sheet they
    include all answers to questions outside the short form.
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
