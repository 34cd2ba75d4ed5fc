"""Find dates in an answers file that are later than today."""

from collections.abc import Iterable, Iterator

from mlready.errors import Problem, first_names
from mlready.storage.answers_dates import dates_in
from mlready.storage.answers_fast_parser import is_date
from mlready.storage.several_files import AnswersFile
from mlready.storage.source_positions import Document, KeyPath


def future_dates(file: AnswersFile, today: str) -> Iterator[Problem]:
    """Yield a problem for each date later than today, except due dates.

    ``today`` is a date as YYYY-MM-DD, or "" for no check. The next day is not later:
    further east, people answer on it already.
    """
    if not today:
        return
    for document, path, date in _later(file, today, _dates(file)):
        text = f"{date} is later than today, {today}; correct it, or the date given"
        yield document.problem(path, f"{text} with --date")


def future_steps(files: Iterable[AnswersFile], today: str) -> Iterator[str]:
    """Yield a text for each step whose done date is later than today.

    A step with the same date in several files, such as copies, is named once.
    """
    places: dict[tuple[KeyPath, str], list[Problem]] = {}
    for file in files:
        for document, path, date in _later(file, today, _done_dates(file)):
            if path[0] == "steps":
                text = f"done on {date}, but today is {today}; it counts as done"
                problem = document.problem(path, f"{text}, so correct it")
                places.setdefault((path, date), []).append(problem)
    for first, *others in places.values():
        also = [f"{each.file}:{each.line}:{each.column}" for each in others]
        also_in = f"; also in {first_names(also)}" if also else ""
        yield f"{first.warning}{also_in}"


def _later(
    file: AnswersFile, today: str, dates: Iterable[str]
) -> Iterator[tuple[Document, KeyPath, str]]:
    """Yield the document, the path and the text of each date later than today."""
    if not any(is_later(date, today) for date in dates):
        return
    from mlready.storage import strict_yaml

    document = strict_yaml.read(file.data, file.name)
    for path, date in dates_in(document):
        counts = path[0] != "earlier" and path[-1] != "due"
        if counts and is_later(date, today):
            yield document, path, date


def is_later(date: str, today: str) -> bool:
    """Return whether ``date`` is a day after today, and not the next day."""
    return date > today and is_date(date) and not _is_next_day(date, today)


def _is_next_day(date: str, today: str) -> bool:
    """Return whether ``date`` can be today's date further east."""
    import datetime as dt  # only a date that seems wrong needs it

    day = dt.date.fromisoformat
    return day(date) - day(today) == dt.timedelta(1)


def _dates(file: AnswersFile) -> Iterator[str]:
    """Yield all dates in an answers file, except the due dates of steps."""
    yield from (each.voice.date for each in (file.sheet, *file.sheet.voices))
    yield from (answer.date for answer in file.sheet.answers.values())
    yield from _done_dates(file)


def _done_dates(file: AnswersFile) -> Iterator[str]:
    yield from (step.done for step in file.sheet.steps.values())
