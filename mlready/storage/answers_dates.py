"""Find the dates in an answers file, and those that are no days."""

import re
from collections.abc import Iterator

from mlready.errors import Problem, shortened
from mlready.storage.answers_fast_parser import (
    ANSWER_DATES,
    DATE,
    STEP_DATES,
    TIMES,
    is_date,
    names_no_day,
)
from mlready.storage.several_files import AnswersFile
from mlready.storage.source_positions import Document, KeyPath

# The first key of a path and the path's length -> the keys of dates at such a path.
_KEYS: dict[tuple[str | int, int], tuple[str, ...]] = {
    ("voice", 2): ("date",),
    ("voices", 3): ("date",),
    ("answers", 3): ANSWER_DATES,
    ("steps", 3): STEP_DATES,
    ("interview", 2): TIMES,
    ("earlier", 3): (*ANSWER_DATES, *STEP_DATES),
}


def dates_in(document: Document) -> Iterator[tuple[KeyPath, str]]:
    """Yield the path and the text of each date, in the order of the file."""
    for path in document.places:  # in the order in which the file was read
        if path and path[-1] in _KEYS.get((path[0], len(path)), ()):
            yield path, _at(document, path)


def impossible_days(document: Document) -> Iterator[Problem]:
    """Yield a problem for each date of a day that does not exist.

    Schema validation reports all other texts that are no dates.
    """
    for path, text in dates_in(document):
        day = text[:10] if path[0] == "interview" else text
        # The schema lets the date of an answer be any text.
        is_left = path[0] in {"answers", "earlier"} or re.fullmatch(DATE, day)
        if is_left and names_no_day(day):
            yield document.problem(path, f"there is no day {day}")


def dates_in_words(file: AnswersFile) -> Iterator[Problem]:
    """Yield a problem for each date of an answer that is another text than a day."""
    if all(is_date(answer.date) for answer in file.sheet.answers.values()):
        return
    from mlready.storage import strict_yaml

    document = strict_yaml.read(file.data, file.name)
    for path, text in dates_in(document):
        if path[0] == "answers" and not is_date(text):
            yield document.problem(
                path,
                f"'{shortened(text)}' is not a date such as 2026-12-31, so it does not "
                "make the answer newer than the interview; write the latest day it can "
                "be",
            )


def _at(document: Document, path: KeyPath) -> str:
    """Return the text at a path, "" if a repeated key has replaced what was there."""
    value = document.value
    for key in path:
        value = value.get(key, "") if isinstance(value, dict) else ""
    return str(value)
