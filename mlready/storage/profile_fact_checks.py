"""Check that a questionnaire has all engine facts, with the choices that rules need.

Engine facts are the profile facts that the rules of the assessment read.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from mlready.errors import Problem, did_you_mean
from mlready.model.profile_facts import (
    EngineFact,
    FactChoices,
    engine_fact_choices,
)
from mlready.storage.source_positions import Document, KeyPath

Raw = Mapping[str, Any]


def profile_fact_problems(document: Document) -> Iterator[Problem]:
    """Yield the problems of engine facts: profile facts that the assessment reads.

    Also yields the problems of the key ``without``, which lists the engine facts that
    the questionnaire does not ask.
    """
    raw = document.value
    expected = engine_fact_choices(
        {each["id"]: (each.get("stands", ""), each["role"]) for each in raw["layers"]},
        frozenset(id_ for id_, role in raw["roles"].items() if role.get("available")),
    )
    present: dict[str, int] = {}
    for n, fact in enumerate(raw["profile"]):
        present.setdefault(fact["id"], n)
    yield from _without(document, present)
    missing = [
        fact for fact in expected if fact not in {*present, *raw.get("without", ())}
    ]
    if missing:
        yield _missing(document, missing, expected)
    for id_, choices in expected.items():
        if id_ in present:
            path = ("profile", present[id_])
            yield from _choices(document, path, id_, choices)


def _without(document: Document, present: Mapping[str, int]) -> Iterator[Problem]:
    seen: set[str] = set()
    for n, name in enumerate(document.value.get("without", ())):
        text = ""
        if name not in list(EngineFact):
            text = (
                f"no rule needs a fact '{name}'{did_you_mean(name, list(EngineFact))}"
            )
        elif name in present:
            text = f"'{name}' is a fact of this questionnaire; leave it out here"
        elif name in seen:
            text = f"'{name}' is given twice"
        seen.add(name)
        if text:
            yield document.problem(("without", n), text)


def _missing(
    document: Document,
    missing: list[EngineFact],
    expected: Mapping[EngineFact, FactChoices],
) -> Problem:
    raw = document.value
    others = [
        (n, fact) for n, fact in enumerate(raw["profile"]) if fact["id"] not in expected
    ]
    path, near = _renamed(missing, expected, others)
    names = ", ".join(f"'{fact}'" for fact in missing)
    every = ", ".join([*raw.get("without", ()), *missing])
    them = "facts" if len(missing) > 1 else "fact"
    text = (
        f"the rules need the {them} {names}; add what is missing, or write "
        f"'without: [{every}]' to switch the rules off that need it{near}"
    )
    return document.problem(path, text, key=len(path) == 1)


def _renamed(
    missing: list[EngineFact],
    expected: Mapping[EngineFact, FactChoices],
    others: list[tuple[int, Raw]],
) -> tuple[KeyPath, str]:
    """Find the fact in ``others`` that may be a fact in ``missing`` under another name.

    Returns the path of its id, and a hint such as ``; did you mean 'approach'?``. If
    there is no such fact, returns the path of the profile, and "".
    """
    for n, other in others:
        if near := did_you_mean(other["id"], list(missing)):
            return ("profile", n, "id"), near
        choices = set(other.get("choices", ()))
        for fact in missing:
            if choices and choices & expected[fact].required:
                return ("profile", n, "id"), f"; did you mean '{fact}'?"
    return ("profile",), ""


def _choices(
    document: Document, path: KeyPath, fact: EngineFact, expected: FactChoices
) -> Iterator[Problem]:
    given = document.value["profile"][path[1]].get("choices", {})
    here = (*path, "choices")
    if not expected.allowed and given:
        text = f"the rules need '{fact}' as a whole number; leave out 'choices'"
        yield document.problem(here, text, key=True)
        return
    known = sorted(expected.allowed)
    for choice in given:
        if choice not in expected.allowed:
            text = (
                f"the rules know no choice '{choice}' of '{fact}', "
                f"only {', '.join(known)}{did_you_mean(choice, known)}"
            )
            yield document.problem((*here, choice), text, key=True)
    lost = [choice for choice in sorted(expected.required) if choice not in given]
    if lost:
        names = ", ".join(f"'{choice}'" for choice in lost)
        text = f"the rules need the choice {names} of '{fact}'; add it"
        yield document.problem(here if given else path, text, key=bool(given))
