"""Find what a questionnaire file says of things that are not in it.

The schema knows the shape of the file; this knows that every name stands for something
and that nothing stands for two.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from mlready.documents import Document, Path, did_you_mean
from mlready.errors import Problem
from mlready.questionnaire import NOBODY

Raw = Mapping[str, Any]
LEVELS = ("0", "1", "2", "3", "4")


class _Names(NamedTuple):
    """Every name of one document, by what it stands for."""

    document: Document
    values: Mapping[str, Collection[str]]  # what each fact or question may be
    questions: Sequence[str]
    sections: Sequence[str]
    roles: Sequence[str]
    remedies: Sequence[str]

    def unknown(
        self, path: Path, word: str, known: Collection[str], what: str
    ) -> Iterator[Problem]:
        """Yield a problem when the word is none of those known.

        A word that ends the path is a key, and pointed at as one.
        """
        if word not in known:
            text = f"there is no {what} '{word}'{did_you_mean(word, list(known))}"
            yield self.document.problem(path, text, key=path[-1] == word)


def contradictions(document: Document) -> Iterator[Problem]:
    """Yield everything in a well-formed questionnaire that contradicts itself."""
    raw = document.value
    names = _names(document)
    for key in ("profile", "layers", "sections"):
        yield from _twice(
            document, [((key, n), each) for n, each in enumerate(raw[key])]
        )
    questions = [
        (("sections", s, "questions", q), question)
        for s, section in enumerate(raw["sections"])
        for q, question in enumerate(section["questions"])
    ]
    yield from _twice(document, questions)
    for at, fact in enumerate(raw["profile"]):
        yield from _fact(names, ("profile", at), fact)
    for at, layer in enumerate(raw["layers"]):
        yield from _layer(names, ("layers", at), layer)
    for at, section in enumerate(raw["sections"]):
        yield from _condition(names, ("sections", at), section)
    for path, question in questions:
        yield from _question(names, path, question)
    yield from _checklist(names, raw["checklist"])


def _names(document: Document) -> _Names:
    raw = document.value
    ids = [each["id"] for section in raw["sections"] for each in section["questions"]]
    facts = {each["id"]: tuple(each.get("choices", ())) for each in raw["profile"]}
    return _Names(
        document=document,
        values=facts | dict.fromkeys(ids, LEVELS),
        questions=ids,
        sections=[each["id"] for each in raw["sections"]],
        roles=list(raw["roles"]),
        remedies=list(raw["remedies"]),
    )


def _twice(document: Document, parts: Sequence[tuple[Path, Raw]]) -> Iterator[Problem]:
    seen: set[str] = set()
    for path, part in parts:
        if part["id"] in seen:
            yield document.problem((*path, "id"), f"'{part['id']}' is given twice")
        seen.add(part["id"])


def _fact(names: _Names, path: Path, fact: Raw) -> Iterator[Problem]:
    yield from _condition(names, path, fact)
    if choices := fact.get("choices"):
        yield from names.unknown((*path, "assumed"), fact["assumed"], choices, "choice")
    elif not fact["assumed"].isdecimal():
        yield names.document.problem((*path, "assumed"), "expected a whole number")


def _layer(names: _Names, path: Path, layer: Raw) -> Iterator[Problem]:
    somebody = [*names.roles, NOBODY]
    yield from names.unknown((*path, "role"), layer["role"], somebody, "role")
    for n, section in enumerate(layer["sections"]):
        here = (*path, "sections", n)
        yield from names.unknown(here, section, names.sections, "section")
    for key in ("role_by", "remedy_by"):
        for fact, table in layer.get(key, {}).items():
            here = (*path, key, fact)
            yield from names.unknown(here, fact, names.values, "fact")
            for value in table if fact in names.values else ():
                known = names.values[fact]
                yield from names.unknown(
                    (*here, value), value, known, f"choice of {fact}"
                )
    for fact, table in layer.get("role_by", {}).items():
        for value, role in table.items():
            here = (*path, "role_by", fact, value)
            yield from names.unknown(here, role, somebody, "role")


def _question(names: _Names, path: Path, question: Raw) -> Iterator[Problem]:
    yield from _part(names, path, question)
    for n, wording in enumerate(question.get("wordings", ())):
        yield from _part(names, (*path, "wordings", n), wording)


def _part(names: _Names, path: Path, part: Raw) -> Iterator[Problem]:
    """Check a question, or a wording that replaces some of it."""
    yield from _condition(names, path, part)
    for n, role in enumerate(part.get("roles", ())):
        yield from names.unknown((*path, "roles", n), role, names.roles, "role")
    if "remedy" in part:
        here = (*path, "remedy")
        yield from names.unknown(here, part["remedy"], names.remedies, "remedy")


def _condition(names: _Names, path: Path, part: Raw) -> Iterator[Problem]:
    for fact, wanted in part.get("when", {}).items():
        here = (*path, "when", fact)
        yield from names.unknown(here, fact, names.values, "fact or question")
        for n, value in enumerate(wanted if fact in names.values else ()):
            known = names.values[fact]
            yield from names.unknown((*here, n), value, known, f"choice of {fact}")


def _checklist(names: _Names, groups: Sequence[Raw]) -> Iterator[Problem]:
    for g, group in enumerate(groups):
        for i, item in enumerate(group["items"]):
            for n, id_ in enumerate(item["questions"]):
                here = ("checklist", g, "items", i, "questions", n)
                yield from names.unknown(here, id_, names.questions, "question")
