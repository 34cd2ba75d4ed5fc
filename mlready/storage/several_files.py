"""Check whether several answers files are voices of one project."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from mlready.errors import Problem, first_names, shortened
from mlready.model.answers import NO_VOICE, AnswerSheet, Voice
from mlready.model.questionnaire import Questionnaire
from mlready.model.step_versions import (
    Version,
    is_replaced,
    last_dates,
    step_versions,
)
from mlready.model.typed_names import plain, plain_project
from mlready.storage import answers_fast_parser
from mlready.storage.answers_fast_parser import STEPS
from mlready.storage.answers_voices import as_kept, described
from mlready.storage.source_positions import Document, KeyPath

_NAMES = 5  # most project names that a warning lists


class AnswersFile(NamedTuple):
    """An answers file: its name in messages, its bytes, its answers."""

    name: str
    data: bytes
    sheet: AnswerSheet
    # As given; two paths can have the same name in messages. "" if not needed.
    path: str = ""


# The files of each voice, by `Voice.who`. It saves comparing each file of a thousand
# voices with each other one. Files without a voice are of no voice.
_Voices = Mapping[tuple[str, str], Sequence[AnswersFile]]


def problems(
    files: Sequence[AnswersFile], questionnaire: Questionnaire, was: str | None = None
) -> list[Problem]:
    """Return the problems that keep files from being combined, at most one per file.

    Two files must not be equal, nor be about different projects; ``was`` is a former
    name of the project, None if the command has no such option. Files of one voice
    need different dates.
    """
    voices = _by_voice(files)
    found = []
    for number, file in enumerate(files):
        before = files[:number]
        text = (
            _repeated(file, before)
            or _of_other_project(file, before, was)
            or _unordered(file, voices, questionnaire)
        )
        found += [_problem(file, *text)] if text else []
    return found


def _of_other_project(
    file: AnswersFile, before: Sequence[AnswersFile], was: str | None
) -> tuple[KeyPath, str] | None:
    """Return a problem if a file names another project than those before it.

    A file without a name, or with the former name ``was``, goes with any.
    """
    any_project = {"", plain_project(was or "")}
    named = (f for f in before if plain_project(f.sheet.name) not in any_project)
    first = next(named, file)
    if plain_project(file.sheet.name) in {
        *any_project,
        plain_project(first.sheet.name),
    }:
        return None
    text = f"{_two_names(file, first)}; if it is the same, write the same name in both"
    renamed = "" if was is None else ", or give its former name with --was"
    return ("project", "name"), f"{text}{renamed}"


def doubled(files: Sequence[AnswersFile], questionnaire: Questionnaire) -> list[str]:
    """Return a warning about each file that another file or a meeting's contains."""
    kept = kept_in_meetings(without_copies(files), questionnaire)
    return [each.warning for each in (*copies(files), *kept)]


def counting(
    files: Sequence[AnswersFile], questionnaire: Questionnaire
) -> list[AnswersFile]:
    """Leave out copies, and voices whose answers are in the file of a meeting."""
    files = without_copies(files)
    names = {problem.file for problem in kept_in_meetings(files, questionnaire)}
    return [file for file in files if file.sheet.voices or file.name not in names]


def _two_names(file: AnswersFile, other: AnswersFile) -> str:
    one, two = (shortened(each.sheet.name.strip()) for each in (file, other))
    return f"'{one}' is another project than '{two}' ({other.name})"


def by_project(files: Iterable[AnswersFile]) -> list[list[AnswersFile]]:
    """Return the files of each project in a list; files without a name are one.

    If only one project is named, the files without a name belong to it.
    """
    named = [(plain_project(file.sheet.name), file) for file in files]
    names = {name for name, _ in named if name}
    only = names.pop() if len(names) == 1 else ""
    found: dict[str, list[AnswersFile]] = {}
    for name, file in named:
        found.setdefault(name or only, []).append(file)
    return [*found.values()]


def not_replaced(files: Iterable[AnswersFile]) -> list[AnswersFile]:
    """Leave out each file if a later file of the same voice counts instead."""
    files = [*files]
    dates = last_dates(file.sheet for file in files)
    return [file for file in files if not is_replaced(file.sheet, dates)]


def _by_voice(files: Iterable[AnswersFile]) -> _Voices:
    found: dict[tuple[str, str], list[AnswersFile]] = {}
    for file in files:
        if (who := file.sheet.voice.who) != NO_VOICE.who:
            found.setdefault(who, []).append(file)
    return found


def _repeated(
    file: AnswersFile, before: Sequence[AnswersFile]
) -> tuple[KeyPath, str] | None:
    """Return a problem if ``file`` equals a file in ``before``.

    The problem is a path of keys, here () for the whole file, and a message.
    """
    for other in before:
        if other.data == file.data:
            text = f"holds exactly what {other.name} holds; leave one of them out"
            return (), text
    return None


def without_copies(files: Sequence[AnswersFile]) -> list[AnswersFile]:
    """Return each file that does not equal an earlier file."""
    return [
        file for number, file in enumerate(files) if not _repeated(file, files[:number])
    ]


def copies(files: Sequence[AnswersFile]) -> list[Problem]:
    """Return a problem for each file that equals an earlier file."""
    return [
        _problem(file, *repeated)
        for number, file in enumerate(files)
        if (repeated := _repeated(file, files[:number]))
    ]


def _unordered(
    file: AnswersFile, voices: _Voices, questionnaire: Questionnaire
) -> tuple[KeyPath, str] | None:
    """Return a problem if dates do not tell which of a voice's files is the latest.

    The voice is that of ``file``. If ``file`` is the first of it, the result is None. A
    problem is the path of a key in ``file``, here ("voice",), and a message.
    """
    first = _same(file, voices)[0]
    if first is file or _latest(file, voices):
        return None
    return ("voice",), _same_voice(file.sheet.voice, first, questionnaire)


def undated(
    files: Sequence[AnswersFile], questionnaire: Questionnaire
) -> Iterator[tuple[AnswersFile, Problem]]:
    """Yield each file of a voice if dates do not tell its latest, with the problem."""
    voices = _by_voice(files)
    for file in files:
        if _latest(file, voices):
            continue
        other = next(each for each in _same(file, voices) if each is not file)
        text = _same_voice(file.sheet.voice, other, questionnaire)
        yield file, _problem(file, ("voice",), text)


def _same_voice(voice: Voice, other: AnswersFile, questionnaire: Questionnaire) -> str:
    return (
        f"{other.name} has the same voice, {described(voice, questionnaire)}, and "
        "'date' does not say which is later; leave one out, or give two dates; two "
        "people need two names"
    )


def _same(file: AnswersFile, voices: _Voices) -> Sequence[AnswersFile]:
    """Return the files of the voice of ``file``, only ``file`` if it has none."""
    return voices.get(file.sheet.voice.who, [file])


def _latest(file: AnswersFile, voices: _Voices) -> AnswersFile | None:
    """Return the latest file of the voice of ``file``, None if dates do not tell."""
    same = _same(file, voices)
    dates = [each.sheet.voice.date for each in same]
    is_clear = len(same) == 1 or (all(dates) and len({*dates}) == len(dates))
    return same[dates.index(max(dates))] if is_clear else None


def kept_in_meetings(
    files: Sequence[AnswersFile], questionnaire: Questionnaire
) -> list[Problem]:
    """Return a problem for each file whose answers are also in a meeting's file.

    A voice's file that is newer than the meeting, and than what the meeting's file
    keeps of the voice, is none.
    """
    return [
        _problem(
            file,
            ("voice",),
            f"{other.name} already keeps the answers of "
            f"{described(sheet.voice, questionnaire) or 'this voice'}, and what was "
            "settled there counts; leave this file out",
        )
        for file, other, sheet in _kept_twice(files)
    ]


def _kept_twice(
    files: Sequence[AnswersFile],
) -> Iterator[tuple[AnswersFile, AnswersFile, AnswerSheet]]:
    """Yield each file whose answers a meeting's file contains as well.

    Each result has three parts: the file, the meeting's file, and the sheet in it that
    the file contains, too.
    """
    meetings = [(n, file) for n, file in enumerate(files) if file.sheet.voices]
    for number, file in enumerate(files):
        for place, other in meetings:
            if place == number:
                continue
            # A voice that is in two meetings is reported only for the second one.
            said = (file.sheet, *(file.sheet.voices if place < number else ()))
            kept = [each for sheet in said for each in _kept(other.sheet, sheet)]
            if kept and not _is_newer(file.sheet, kept[0], other.sheet):
                yield file, other, kept[0]
                break


def _kept(meeting: AnswerSheet, sheet: AnswerSheet) -> Iterator[AnswerSheet]:
    """Yield what a meeting's file keeps of the voice or the answers of a sheet."""
    for each in meeting.voices:
        if each.voice.is_same(sheet.voice) or each == as_kept(sheet):
            yield each


def _is_newer(sheet: AnswerSheet, kept: AnswerSheet, meeting: AnswerSheet) -> bool:
    """Return whether a person's sheet is newer than a meeting and what it keeps.

    If the meeting has no date, only the date of what it keeps counts.
    """
    # Two meetings of the same voices are refused, whichever is newer.
    if sheet.voices or not sheet.voice.date > kept.voice.date > "":
        return False
    return sheet.voice.date > meeting.voice.date


def remarks(files: Sequence[AnswersFile], questionnaire: Questionnaire) -> list[str]:
    """Return warnings about answers files that are read together.

    For each file that is older than another file of the same voice, a warning names
    both files. So does a warning for each file that may be of the same person as
    another, but counts as a second voice, and for each file about another slice. For
    each field of a step with different values, a warning says which one counts.
    """
    found = contradicting_steps(files, questionnaire)
    return [
        *earlier(files, questionnaire),
        *_one_or_two_people(files),
        *_other_slices(files),
        *(each.warning for each in found),
    ]


def contradicting_steps(
    files: Sequence[AnswersFile], questionnaire: Questionnaire
) -> Iterator[Problem]:
    """Yield a problem for each field of a step that does not count in a file."""
    sheets = [file.sheet for file in files]
    for versions in step_versions(questionnaire, sheets).values():
        for field in ("owner", "due", "done"):
            said = [each for each in versions if getattr(each.step, field)]
            for version in said:
                if getattr(version.step, field) != getattr(said[-1].step, field):
                    yield _unused_field(version, said[-1], field, files)


def _unused_field(
    version: Version, newest: Version, field: str, files: Sequence[AnswersFile]
) -> Problem:
    """Return the problem that ``newest`` counts for a field, and not ``version``."""
    file, other = (
        next(each for each in files if each.sheet is of.sheet)
        for of in (version, newest)
    )
    is_newer = newest.sheet.voice.date > version.sheet.voice.date
    why = (
        "which is newer" if is_newer else "and no date says which is newer; correct one"
    )
    text = (
        f"{version.key}: {field} {shortened(getattr(version.step, field))} does not "
        f"count, but {shortened(getattr(newest.step, field))} in {other.name}, "
    )
    return _problem(file, (STEPS, version.key, field), f"{text}{why}")


def _one_or_two_people(files: Sequence[AnswersFile]) -> Iterator[str]:
    """Yield a warning about each file that may be of the same person as another."""
    first: dict[tuple[str, ...], AnswersFile] = {}
    for file in files:
        voice = file.sheet.voice
        if voice.drafted or voice.present or file.sheet.voices:
            continue
        other = first.setdefault(voice.who[:1] if voice.name else voice.who, file)
        if other is file or voice.is_same(other.sheet.voice):
            continue
        if voice.name:
            text = (
                f"counts as another person than {shortened(voice.name)} in "
                f"{other.name}, because the role is another; if it is one person, "
                "write the same role in both"
            )
            yield _problem(file, ("voice",), text).warning
        else:
            text = (
                f"does not say who answered, nor does {other.name}, so they count as "
                "two people; if they are, add 'voice: {name: ...}' to each, else "
                "leave the older file out"
            )
            yield _problem(file, (), text).warning


def _other_slices(files: Sequence[AnswersFile]) -> Iterator[str]:
    """Yield a warning about each file that names another slice than the first."""
    named = [file for file in not_replaced(files) if file.sheet.slice.strip()]
    for file in named[1:]:
        first = named[0]
        if plain(file.sheet.slice) != plain(first.sheet.slice):
            text = (
                f"slice '{shortened(file.sheet.slice.strip())}' differs from that in "
                f"{first.name}, and the report names only one; if both mean the same, "
                "use one wording, else report on each by itself"
            )
            yield _problem(file, ("project", "slice"), text).warning


def project_names(files: Sequence[AnswersFile]) -> Iterator[str]:
    """Yield a warning if files name different projects."""
    first: dict[str, AnswersFile] = {}
    for file in files:
        if file.sheet.name.strip():
            first.setdefault(plain_project(file.sheet.name), file)
    if len(first) > 1:
        names = [
            f"'{shortened(file.sheet.name.strip())}' ({file.name})"
            for _, file in sorted(first.items())
        ]
        yield (
            "warning: these files name different projects, and a report reads only "
            f"files of one project together: {first_names(names, _NAMES)}"
        )


def other_projects(
    points: Sequence[Sequence[AnswersFile]], was: str = ""
) -> Iterator[Problem]:
    """Yield a problem for each point in time that is about another project.

    The right project is the one that most points in time name; ``was`` is its former
    name.
    """
    named = [[file for file in files if file.sheet.name.strip()] for files in points]
    names = [{plain_project(file.sheet.name) for file in files} for files in named]
    counts = Counter(name for each in names for name in each)
    last = {name: number for number, each in enumerate(names) for name in each}
    project = max(counts, key=lambda name: (counts[name], last[name]), default="")
    right = {project, plain_project(was)} if was.strip() else {project}
    shown = next((f for f in chain(*named) if _is_about(f, project)), None)
    for files, each in zip(named, names, strict=True):
        if shown and each and not each & right:
            text = (
                f"{_two_names(next(f for f in files if f.sheet.name.strip()), shown)}; "
                "if that was renamed, give its former name with --was"
            )
            yield _problem(files[0], ("project", "name"), text)


def _is_about(file: AnswersFile, project: str) -> bool:
    return plain_project(file.sheet.name) == project


def earlier(
    files: Sequence[AnswersFile], questionnaire: Questionnaire
) -> Iterator[str]:
    """Yield a warning about each file that is older than the latest of its voice.

    There is no warning if dates do not tell which file of a voice is the latest.
    """
    voices = _by_voice(files)
    for file in files:
        latest = _latest(file, voices)
        if latest and latest is not file:
            who = described(latest.sheet.voice, questionnaire)
            what = "counts where" if latest.sheet.asked else "does not count,"
            how = "answers nothing anew" if latest.sheet.asked else "is later"
            yield f"{file.name}: {what} {latest.name} {how} ({who})"


def version_of(file: AnswersFile) -> int:
    """Return the questionnaire version that an answers file names.

    The answers in ``file.sheet`` may already be converted to a newer version.
    """
    raw = answers_fast_parser.read(file.data) or _document(file).value
    return int(str(raw["version"]))


def _problem(file: AnswersFile, path: KeyPath, text: str) -> Problem:
    return _document(file).problem(path, text, key=path == ("voice",))


def _document(file: AnswersFile) -> Document:
    from mlready.storage import strict_yaml

    return strict_yaml.read(file.data, file.name)
