"""Find dates in an answers file that are later than today."""

from collections.abc import Iterator

from mlready.errors import Problem
from mlready.storage.answers_fast_parser import is_date
from mlready.storage.several_files import AnswersFile
from mlready.storage.source_positions import KeyPath


def future_dates(file: AnswersFile, today: str) -> Iterator[Problem]:
    """Yield a problem for each date in an answers file on which something was done.

    Due dates of steps may be in the future.

    Args:
        file: the answers file, which is valid.
        today: the date of today, as YYYY-MM-DD; "" checks nothing.

    """
    later = [
        (path, date)
        for path, date in _dates(file)
        if today and date > today and is_date(date)
    ]
    if not later:
        return
    from mlready.storage import strict_yaml

    document = strict_yaml.read(file.data, file.name)
    for path, date in later:
        text = f"{date} is later than today, {today}; correct it, or the date given"
        yield document.problem(path, f"{text} with --date")


def _dates(file: AnswersFile) -> Iterator[tuple[KeyPath, str]]:
    sheet = file.sheet
    yield ("voice", "date"), sheet.voice.date
    for id_, answer in sheet.answers.items():
        yield ("answers", id_, "on"), answer.on
    for key, step in sheet.steps.items():
        yield ("steps", key, "done"), step.done
