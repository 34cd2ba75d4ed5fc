"""Find mistakes in a questionnaire, and changes to its base that look unintended."""

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from mlready.errors import DocumentError, Problem, first_names, suggestions
from mlready.storage import schema_validation, strict_yaml
from mlready.storage.atomic_file import read_bytes
from mlready.storage.condition_checks import unused_short_texts
from mlready.storage.questionnaire_chain import combined
from mlready.storage.questionnaire_checks import LEVELS, possible_values
from mlready.storage.questionnaire_entries import QUESTIONS
from mlready.storage.questionnaire_extension import LISTS, Extended
from mlready.storage.repeated_levels import repeated_levels
from mlready.storage.source_positions import Document, KeyPath

Raw = Mapping[str, Any]
_WORDS = ("text", "levels", "topic", "hint", "actions")
_TABLES = ("constants", "roles", "remedies", "project")


class Findings(NamedTuple):
    """The result of checking a questionnaire."""

    errors: list[Problem]  # no command accepts a questionnaire that has errors
    warnings: list[Problem]  # what may be unintended
    summary: str  # what the file contains, or what it changes in its base


def lint(path: Path) -> Findings:
    """Check a questionnaire file; raise StorageError if the file cannot be read."""
    try:
        document = strict_yaml.read(read_bytes(path), str(path))
    except DocumentError as error:
        return Findings(list(error.problems), [], "")
    whole, errors = combined(document, path)
    repeated = list(_levels(whole.document))
    errors += [problem for problem, is_error in repeated if is_error]
    if errors:
        return Findings(sorted(errors), [], "")
    warnings = [
        *(problem for problem, _ in repeated),
        *unused_short_texts(whole.document, possible_values(whole.document)),
    ]
    if whole.base:
        warnings += _of_changes(document, whole.base)
        warnings += _of_newer_base(document, whole.base)
    elif "made_for" in document.value:
        text = "'made_for' has a meaning only beside 'extends'"
        warnings.append(document.problem(("made_for",), text, key=True))
    own = sorted({each for each in warnings if each.file == document.file})
    return Findings([], own, _summary(document, whole))


def _of_newer_base(own: Document, base: Document) -> Iterator[Problem]:
    """Yield warnings if ``made_for`` in ``own`` is not the version of ``base``."""
    if "made_for" not in own.value:
        return
    name, now = base.value["id"], int(base.value["version"])
    then = int(own.value["made_for"])
    if then >= now:
        if then > now:
            text = f"this is for version {then} of {name}, which is version {now} here"
            yield own.problem(("made_for",), text)
        return
    since = {
        key: [id_ for id_, each in _asked(base.value) if int(each.get(key, 0)) > then]
        for key in ("changed", "reworded", "since")
    }
    parts = [
        f"{what}: {first_names(ids)}"
        for what, ids in zip(
            ("another meaning", "other words", "new"), since.values(), strict=True
        )
        if ids
    ]
    listed = "; ".join(parts) or "it does not say what changed"
    text = f"{name} is version {now} now; {listed}; check, then write made_for: {now}"
    yield own.problem(("made_for",), text)
    for path, given in _entries(own.value):
        base_entry = _known(base.value, path).get(given["id"], {})
        for key, what in (("changed", "meaning"), ("reworded", "words")):
            is_newer = int(base_entry.get(key, 0)) > then
            if is_newer and given.keys() & {*_WORDS, "choices"}:
                text = f"{name} has changed the {what} of {given['id']}; check these"
                yield own.problem((*path, "id"), text)
                break


def _asked(raw: Raw) -> Iterator[tuple[str, Raw]]:
    """Yield each fact and question, with its id."""
    for each in (*raw.get("profile", ()), *(each for _, each in _questions(raw))):
        yield each["id"], each


def _levels(document: Document) -> Iterator[tuple[Problem, bool]]:
    """Yield a problem for each level whose text repeats that of a lower level.

    The second value says whether the problem is an error: True for the same words,
    False for nearly the same words.
    """
    for path, question in _questions(document.value):
        ladders = [(path, question)]
        wordings = enumerate(_mappings(question.get("wordings")))
        ladders += [((*path, "wordings", n), each) for n, each in wordings]
        for here, part in ladders:
            levels = _level_texts(part.get("levels"))
            for high, low, is_same in repeated_levels(levels):
                what = "the same" if is_same else "nearly the same"
                text = f"level {high} says {what} as level {low}"
                place = (*here, "levels", high)
                yield document.problem(place, text), is_same


def _questions(raw: Raw) -> Iterator[tuple[KeyPath, Raw]]:
    for s, section in enumerate(_mappings(raw.get("sections"))):
        for q, question in enumerate(_mappings(section.get(QUESTIONS))):
            yield ("sections", s, QUESTIONS, q), question


def _mappings(value: Any) -> list[Raw]:
    """Return a list with {} in place of each element that is not a mapping.

    The result is [] if ``value`` is not a list.
    """
    listed = value if isinstance(value, list) else []
    return [each if isinstance(each, dict) else {} for each in listed]


def _level_texts(value: Any) -> list[str]:
    """Return a list of five texts unchanged; [] for any other value."""
    levels = value if isinstance(value, list) and len(value) == len(LEVELS) else []
    return levels if all(isinstance(each, str) for each in levels) else []


def _of_changes(own: Document, base: Document) -> Iterator[Problem]:
    """Yield a warning for each change that ``own`` may make to ``base`` by mistake."""
    name = base.value["id"]
    needed = schema_validation.needed("sections", "items", QUESTIONS, "items")
    for path, given in _entries(own.value):
        known = _known(base.value, path)
        if (was := known.get(given["id"])) is None:
            yield from _of_new_entry(own, base, path, given)
            continue
        if path[-2] == QUESTIONS and given.keys() >= {*needed}:
            text = (
                f"this replaces all that {name} says of {given['id']}; if it is a "
                "question of your own, give it another id"
            )
            yield own.problem((*path, "id"), text)
            continue
        for key, value in given.items():
            if key != "id" and key not in LISTS and value == was.get(key):
                text = (
                    f"{name} says the same; leave '{key}' out, so that it follows "
                    f"{name}"
                )
                yield own.problem((*path, key), text, key=True)
        yield from _added_choices(own, name, path, was.get("choices", ()))
        if path[-2] == QUESTIONS:
            yield from _of_question(own, base, path, given, was)


def _added_choices(
    own: Document, name: str, path: KeyPath, known: Collection[str]
) -> Iterator[Problem]:
    given = own.value[path[0]][path[1]].get("choices", ())
    for choice, near in suggestions([each for each in given if known], known):
        text = f"{name} has no choice '{choice}' here, so this adds one{near}"
        yield own.problem((*path, "choices", choice), text, key=True)


def _entries(raw: Raw) -> Iterator[tuple[KeyPath, Raw]]:
    for key in LISTS:
        for n, each in enumerate(raw.get(key, ())):
            yield (key, n), {k: v for k, v in each.items() if k != QUESTIONS}
    yield from _questions(raw)


def _known(base: Raw, path: KeyPath) -> dict[str, Raw]:
    """Return, by id, the entries of ``base`` that the entry at ``path`` may change.

    These are all questions if ``path`` leads to a question. Otherwise these are the
    entries of the same list, such as the layers.
    """
    if path[-2] == QUESTIONS:
        return {each["id"]: each for _, each in _questions(base)}
    return {each["id"]: each for each in base.get(str(path[0]), ())}


def _of_new_entry(
    own: Document, base: Document, path: KeyPath, given: Raw
) -> Iterator[Problem]:
    prefix = given["id"].partition("-")[0]
    taken = {each["id"] for each in base.value["sections"]}
    if path[-2] == QUESTIONS and prefix in taken:
        text = (
            f"a later {base.value['id']} may have a question '{given['id']}' itself; "
            f"begin ids of your own with other letters than {prefix}"
        )
        yield own.problem((*path, "id"), text)


def _of_question(
    own: Document, base: Document, path: KeyPath, given: Raw, was: Raw
) -> Iterator[Problem]:
    name = base.value["id"]
    dropped = given.get("drop", ())
    stay = sorted(
        {
            key
            for wording in was.get("wordings", ())
            for key in wording
            if key in given and key in _WORDS
        }
    )
    if stay and "wordings" not in given and "wordings" not in dropped:
        text = (
            f"for some teams {name} has another '{stay[0]}', which stays; give "
            "'wordings' as well, or drop them"
        )
        yield own.problem((*path, stay[0]), text, key=True)
    is_translated = own.value.get("language") not in {None, base.value.get("language")}
    if "levels" in given and "changed" not in given and not is_translated:
        text = (
            f"answers to {name} count for these levels, too; if they mean something "
            "else, add 'changed' with the version of this questionnaire"
        )
        yield own.problem((*path, "levels"), text, key=True)


def _summary(own: Document, whole: Extended) -> str:
    number = sum(1 for _ in _questions(whole.document.value))
    if whole.base is None:
        return f"{number} questions"
    base = whole.base.value
    parts = [f"extends {base['id']}, version {base['version']}"]
    changed: dict[str, list[str]] = {}
    added: dict[str, list[str]] = {}
    for path, given in _entries(own.value):
        kind = "question" if path[-2] == QUESTIONS else LISTS[str(path[0])]
        is_known = given["id"] in _known(base, path)
        if len(given) > 1 or not is_known:
            into = changed if is_known else added
            into.setdefault(kind, []).append(given["id"])
    for key in _TABLES:
        for id_ in own.value.get(key, ()):
            into = changed if id_ in base.get(key, ()) else added
            into.setdefault(_singular(key), []).append(id_)
    for verb, kinds in (("changes", changed), ("adds", added)):
        if counted := [_counted(kind, ids) for kind, ids in kinds.items()]:
            parts.append(f"{verb} {', '.join(counted)}")
    if off := list(own.value.get("off", ())):
        parts.append(f"switches off {first_names(off)}")
    return f"{number} questions; {'; '.join(parts)}"


def _singular(key: str) -> str:
    return {"remedies": "remedy", "project": "question on the project"}.get(
        key, key.removesuffix("s")
    )


def _counted(kind: str, ids: list[str]) -> str:
    plural = "remedies" if kind == "remedy" else f"{kind}s"
    return f"{len(ids)} {kind if len(ids) == 1 else plural} ({first_names(ids)})"
