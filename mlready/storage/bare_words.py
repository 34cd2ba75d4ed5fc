"""Find texts in an answers file that are only a word such as "yes", or a number."""

from collections.abc import Iterator, Mapping

from mlready.errors import Problem
from mlready.model.answers import Answer, is_bare_word
from mlready.storage.answers_fast_parser import BACKGROUND
from mlready.storage.several_files import AnswersFile
from mlready.storage.source_positions import KeyPath

_REMARKS = ("note", "evidence", "na", "accepted")


def bare_words(file: AnswersFile) -> Iterator[Problem]:
    """Yield a problem for each text that tells a reader of the report nothing."""
    found = {path: text for path, text in _texts(file) if _says_nothing(path, text)}
    if not found:
        return
    from mlready.storage import strict_yaml

    document = strict_yaml.read(file.data, file.name)
    for path in filter(found.__contains__, document.places):
        text = f"'{found[path]}' alone tells a reader nothing"
        yield document.problem(path, f"{text}; write a sentence, or leave it out")


def _says_nothing(path: KeyPath, text: str) -> bool:
    """Return whether a text is a word such as "yes", or a number in place of words.

    A number may be evidence or a reason.
    """
    is_number = text.replace(".", "", 1).replace(",", "").isdecimal()
    is_line = path[0] == BACKGROUND or path[-1] == "note"
    return is_bare_word(text) or (is_line and is_number)


def _texts(file: AnswersFile) -> Iterator[tuple[KeyPath, str]]:
    for id_, line in file.sheet.background.items():
        yield (BACKGROUND, id_), line
    answers: Mapping[str, Answer] = file.sheet.answers
    for id_, answer in answers.items():
        for name in _REMARKS:
            yield ("answers", id_, name), getattr(answer, name)
