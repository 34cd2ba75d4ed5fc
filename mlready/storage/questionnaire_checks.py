"""Check a questionnaire for mistakes that its schema cannot find.

Names must exist and be unique, and values and conditions must make sense.
"""

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from mlready.errors import SHOWN, Problem, did_you_mean
from mlready.model.profile_facts import Stakes
from mlready.model.questionnaire import FREE, FREE_LEVELS, NOBODY, Placement
from mlready.storage import schema_validation
from mlready.storage.condition_checks import circular_conditions, condition_problems
from mlready.storage.profile_fact_checks import profile_fact_problems
from mlready.storage.readable_parts import Readable, readable_parts
from mlready.storage.source_positions import Document, KeyPath

Raw = Mapping[str, Any]
LEVELS = ("0", "1", "2", "3", "4")
_NAMED = ("role", "remedy", "choice")  # kinds of which a message names all there are
_MEANS_EXTENDS = "; did you mean 'extends'?"
_WITH_IDS = (
    "profile", "background", "layers", "sections", "patterns", "contradictions",
)  # fmt: skip


class _Names(NamedTuple):
    """All names that a questionnaire defines, by kind, such as section or role."""

    document: Document
    values: Mapping[str, Collection[str]]  # possible values of each fact and question
    questions: Collection[str]
    sections: Collection[str]
    roles: Collection[str]
    hired: Sequence[str]  # the roles that can be hired
    remedies: Collection[str]
    # Has an item for each search for a similar name that is still allowed: it is slow.
    suggestions: Iterator[int]
    lost: Collection[str] = ()  # names that invalid parts of the file may define
    unknown_kinds: Collection[str] = ()  # kinds of names that invalid parts may define

    def unknown(
        self, path: KeyPath, word: str, known: Collection[str], what: str
    ) -> Iterator[Problem]:
        """Yield a problem if ``word`` is not one of the ``known`` names.

        ``what`` is the kind of name for the message, such as "role".
        """
        lost = word.removeprefix(FREE) in self.lost or any(
            kind in self.unknown_kinds for kind in what.split()
        )
        if word not in known and not lost:
            near = did_you_mean(word, known) if next(self.suggestions, 0) else ""
            kind, _, owner = what.partition(" of ")
            text = f"{owner} has no {kind}" if owner else f"there is no {kind}"
            few = list(known)[:SHOWN] if kind in _NAMED and not self.lost else []
            names = f"; name one of {', '.join(few)}" if few else ""
            text = f"{text} '{word}'{near or names}"
            yield self.document.problem(path, text, key=path[-1] == word)


def questionnaire_problems(document: Document) -> list[Problem]:
    """Return all problems of a questionnaire, including schema errors."""
    misshapen = schema_validation.problems(document, "questionnaire")
    if not misshapen:
        return list(consistency_problems(document))
    # A file that means to extend another one seems to lack most of its parts.
    if meant := [each for each in misshapen if each.text.endswith(_MEANS_EXTENDS)]:
        return meant
    places = {each[:3] for each in misshapen}
    others = _problems_in_readable_parts(readable_parts(document))
    return misshapen + [each for each in others if each[:3] not in places]


def consistency_problems(document: Document) -> Iterator[Problem]:
    """Yield all problems of a questionnaire that has no schema errors."""
    names = _names(document)
    twice = list(_repeated_ids(document))
    yield from twice
    yield from _name_problems(names)
    yield from _meaningless(names, document.value)
    yield from profile_fact_problems(document)
    if not twice:  # checks of conditions need unique ids
        yield from condition_problems(document, possible_values(document))


def possible_values(document: Document) -> dict[str, frozenset[str]]:
    """Map the id of each fact and question to its possible values.

    Also maps ``free.ROLE``, which stands for the available people of a role that can be
    hired.
    """
    names = _names(document)
    return {name: frozenset(each) for name, each in names.values.items()}


def _problems_in_readable_parts(readable: Readable) -> Iterator[Problem]:
    document = readable.document
    if readable.is_complete:
        yield from consistency_problems(document)
        return
    twice = list(_repeated_ids(document))
    yield from twice
    yield from _name_problems(
        _names(document)._replace(
            lost=readable.lost, unknown_kinds=readable.unknown_kinds
        )
    )
    yield from [] if twice else circular_conditions(document)


def _name_problems(names: _Names) -> Iterator[Problem]:
    """Yield the problems of names, former ids, versions and misplaced keys."""
    raw = names.document.value
    for at, fact in enumerate(raw["profile"]):
        yield from _fact(names, ("profile", at), fact)
    for path, line in _entries_of(raw, "background"):
        yield from _background_line(names, path, line)
    for at, layer in enumerate(raw["layers"]):
        yield from _layer(names, ("layers", at), layer)
    for at, section in enumerate(raw["sections"]):
        yield from _condition(names, ("sections", at), section)
    for path, question in _questions(raw):
        yield from _question(names, path, question)
    for key in ("checklist", "boxes"):
        yield from _checklist(names, key, raw.get(key, ()))
    for n, id_ in enumerate(raw.get("exposure", ())):
        yield from names.unknown(("exposure", n), id_, names.questions, "question")
    for path, pattern in _entries_of(raw, "patterns", "contradictions"):
        yield from _pattern(names, path, pattern)
    for path, each in _entries_of(raw, "in_short", "layers_in_short"):
        yield from _in_short(names, path, each)
    yield from _history(names, raw)
    yield from _only_when_extending(names.document)


def _only_when_extending(document: Document) -> Iterator[Problem]:
    """Yield a problem for each key that only extending questionnaires may have."""
    raw = document.value
    parts: list[tuple[KeyPath, Raw, str]] = [((), raw, "off")]
    for path, part in (*_entries_of(raw, *_WITH_IDS), *_questions(raw)):
        parts += [(path, part, "drop")]
        parts += [(path, part, "after")] if path[0] != "background" else []
    for path, part, key in parts:
        if key in part:
            text = f"'{key}' has a meaning only in a questionnaire that extends another"
            yield document.problem((*path, key), text, key=True)


def _entries_of(raw: Raw, *keys: str) -> Iterator[tuple[KeyPath, Raw]]:
    for key in keys:
        for n, each in enumerate(raw.get(key, ())):
            yield (key, n), each


def _repeated_ids(document: Document) -> Iterator[Problem]:
    raw = document.value
    for key in _WITH_IDS:
        parts = [((key, n), each) for n, each in enumerate(raw.get(key, ()))]
        yield from _repeated(document, parts)
    yield from _repeated(document, list(_questions(raw)))


def _history(names: _Names, raw: Raw) -> Iterator[Problem]:
    """Yield the problems in former ids and in the versions of changes.

    Former ids are under ``was``; versions are under keys such as ``changed``.
    """
    problem = names.document.problem
    version = int(raw["version"]) if raw["version"] else math.inf
    taken: dict[str, str] = {}
    facts = [(("profile", n), fact) for n, fact in enumerate(raw["profile"])]
    for path, part in (*facts, *_questions(raw)):
        for key in ("changed", "since", "reworded"):
            if int(part.get(key, 0)) > version:
                text = f"this questionnaire is version {version}; raise its version"
                yield problem((*path, key), f"{text} first")
        if "kept_levels" in part and "changed" not in part:
            text = "'kept_levels' has a meaning only beside 'changed'"
            yield problem((*path, "kept_levels"), text, key=True)
        was = part.get("was", ())
        for n, old in enumerate([was] if isinstance(was, str) else was):
            here = (*path, "was") if isinstance(was, str) else (*path, "was", n)
            if old in names.values:
                text = f"'{old}' is still asked; give what is asked now another id"
                yield problem(here, text)
            elif old in taken:
                yield problem(here, f"'{old}' is what '{taken[old]}' was, too")
            taken.setdefault(old, part["id"])


def _questions(raw: Raw) -> Iterator[tuple[KeyPath, Raw]]:
    for s, section in enumerate(raw["sections"]):
        for q, question in enumerate(section["questions"]):
            yield ("sections", s, "questions", q), question


def _names(document: Document) -> _Names:
    raw = document.value
    ids = [each["id"] for section in raw["sections"] for each in section["questions"]]
    facts = {each["id"]: tuple(each.get("choices", ())) for each in raw["profile"]}
    hired = [id_ for id_, role in raw["roles"].items() if role.get("available")]
    free = dict.fromkeys((f"{FREE}{role}" for role in hired), FREE_LEVELS)
    return _Names(
        document=document,
        values=facts | free | dict.fromkeys(ids, LEVELS),
        questions=dict.fromkeys(ids),
        sections=dict.fromkeys(each["id"] for each in raw["sections"]),
        roles=raw["roles"],
        hired=hired,
        remedies=raw["remedies"],
        suggestions=iter(range(SHOWN, 0, -1)),
    )


def _repeated(
    document: Document, parts: Sequence[tuple[KeyPath, Raw]]
) -> Iterator[Problem]:
    seen: set[str] = set()
    for path, part in parts:
        if part["id"] in seen:
            yield document.problem((*path, "id"), f"'{part['id']}' is given twice")
        seen.add(part["id"])


def _fact(names: _Names, path: KeyPath, fact: Raw) -> Iterator[Problem]:
    yield from _condition(names, path, fact)
    yield from _known_by(names, path, fact)
    yield from _order_of_strictness(names, path, fact)
    if choices := fact.get("choices"):
        yield from names.unknown((*path, "assumed"), fact["assumed"], choices, "choice")
    elif not fact["assumed"].isdecimal():
        yield names.document.problem((*path, "assumed"), "expected a whole number")


def _background_line(names: _Names, path: KeyPath, line: Raw) -> Iterator[Problem]:
    yield from _known_by(names, path, line)
    if after := line.get("after"):
        known = names.values
        yield from names.unknown((*path, "after"), after, known, "question or fact")


def _known_by(names: _Names, path: KeyPath, part: Raw) -> Iterator[Problem]:
    for n, role in enumerate(part.get("known_by", ())):
        yield from names.unknown((*path, "known_by", n), role, names.roles, "role")


def _order_of_strictness(names: _Names, path: KeyPath, fact: Raw) -> Iterator[Problem]:
    order, choices = fact.get("strictest_first", ()), fact.get("choices", ())
    here = (*path, "strictest_first")
    for n, choice in enumerate(order):
        yield from names.unknown((*here, n), choice, choices, "choice")
    if missing := [each for each in choices if order and each not in order]:
        text = f"'{missing[0]}' is missing; list every choice, the strictest first"
        yield names.document.problem(here, text)


def _layer(names: _Names, path: KeyPath, layer: Raw) -> Iterator[Problem]:
    yield from _mending_role(names, (*path, "role"), layer["role"], NOBODY)
    yield from _condition(names, path, layer, "live_when")
    for n, section in enumerate(layer["sections"]):
        here = (*path, "sections", n)
        yield from names.unknown(here, section, names.sections, "section")
    for n, role in enumerate(layer.get("or_roles", ())):
        yield from _mending_role(names, (*path, "or_roles", n), role)
    for key in ("role_by", "remedy_by"):
        for fact, table in layer.get(key, {}).items():
            yield from _table_by_fact(names, (*path, key, fact), fact, table)
    for fact, table in layer.get("role_by", {}).items():
        for value, role in table.items():
            here = (*path, "role_by", fact, value)
            yield from _mending_role(names, here, role, NOBODY)
    for role in layer.get("person", ()):
        yield from _mending_role(names, (*path, "person", role), role)


def _mending_role(
    names: _Names, path: KeyPath, role: str, *others: str
) -> Iterator[Problem]:
    """Yield a problem if a role that fixes a layer is unknown or cannot be hired."""
    if role in names.roles and role not in {*names.hired, NOBODY}:
        text = (
            f"'{role}' has no 'available', so nobody is asked how many are free and "
            "none can be hired; add it to the role, or name another"
        )
        yield names.document.problem(path, text)
    else:
        yield from names.unknown(path, role, [*names.hired, *others], "role")


def _table_by_fact(
    names: _Names, path: KeyPath, fact: str, table: Raw
) -> Iterator[Problem]:
    yield from names.unknown(path, fact, names.values, "fact")
    known = names.values.get(fact, ())
    for value in table if fact in names.values else ():
        yield from names.unknown((*path, value), value, known, _value_kind(fact, known))


def _meaningless(names: _Names, raw: Raw) -> Iterator[Problem]:
    """Yield a problem for each valid but senseless value, such as ``holds: 0``."""
    problem = names.document.problem
    constants = raw["constants"]
    if not float(constants["holds"]):
        text = "a bar of 0 is held by everybody; choose a level above it"
        yield problem(("constants", "holds"), text)
    if float(constants["locks_below"]) > float(constants["blocks_below"]):
        bar = constants["blocks_below"]
        text = f"what locks must block as well: at most blocks_below, {bar}"
        yield problem(("constants", "locks_below"), text)
    yield from _shared_sections(names, raw["layers"])
    yield from _asked_too_late(names, raw)
    tops = [
        n
        for n, layer in enumerate(raw["layers"])
        if layer.get("stands") == Placement.TOP
    ]
    for n in tops[1:]:
        yield problem(("layers", n, "stands"), "only one layer can stand on top")
    mapped = {role for layer in raw["layers"] for role in _mending_roles(layer)}
    # Reported elsewhere; any of them may be a misspelling of a role that seems unused.
    misspelt = mapped - {*raw["roles"], NOBODY}
    for role, body in raw["roles"].items():
        if body.get("available") and role not in mapped and not misspelt:
            text = f"no layer is mended by '{role}', so nobody would ever hire one"
            yield problem(("roles", role), text, key=True)
    if NOBODY in raw["roles"]:
        yield problem(
            ("roles", NOBODY), f"'{NOBODY}' means nobody; choose another id", key=True
        )


def _asked_too_late(names: _Names, raw: Raw) -> Iterator[Problem]:
    """Yield a problem for each core question that depends on a fact asked too late.

    Such a fact has ``only_for_details``, so the core does not ask it.
    """
    late = {each["id"] for each in raw["profile"] if _is(each, "only_for_details")}
    for path, question in _questions(raw) if late else ():
        section = raw["sections"][path[1]]
        parts = [question, *question.get("wordings", ())]
        if not any(_is(part, "express") for part in parts):
            continue
        needed = [name for part in (section, *parts) for name in part.get("when", ())]
        if facts := sorted(late.intersection(needed)):
            text = (
                f"a question of the short form depends on '{facts[0]}', which is only "
                "asked for details; leave out 'only_for_details' there"
            )
            yield names.document.problem(path, text)


def _is(part: Raw, flag: str) -> bool:
    return part.get(flag) == "true"


def _shared_sections(names: _Names, layers: Sequence[Raw]) -> Iterator[Problem]:
    taken: dict[str, str] = {}
    for n, layer in enumerate(layers):
        for s, section in enumerate(layer["sections"]):
            if taken.get(section) == layer["id"]:
                text = f"section '{section}' is given twice"
                yield names.document.problem(("layers", n, "sections", s), text)
            elif section in taken:
                text = f"section '{section}' counts for layer '{taken[section]}' too"
                yield names.document.problem(("layers", n, "sections", s), text)
            taken[section] = layer["id"]


def _mending_roles(layer: Raw) -> Iterator[str]:
    yield layer["role"]
    yield from layer.get("or_roles", ())
    for table in layer.get("role_by", {}).values():
        yield from table.values()


def _question(names: _Names, path: KeyPath, question: Raw) -> Iterator[Problem]:
    yield from _part(names, path, question)
    yield from _known_by(names, path, question)
    yield from _enough(names, path, question)
    for n, wording in enumerate(question.get("wordings", ())):
        yield from _part(names, (*path, "wordings", n), wording)


def _enough(names: _Names, path: KeyPath, question: Raw) -> Iterator[Problem]:
    if "enough" not in question:
        return
    text = ""
    levels, holds = question["enough"], names.document.value["constants"]["holds"]
    if question.get("overall") == "true":
        text = "a question about the layer as a whole cannot say what is enough"
    elif isinstance(levels, dict):
        by_stakes = [float(levels.get(stakes, holds)) for stakes in Stakes]
        if by_stakes != sorted(by_stakes):
            text = (
                "at higher stakes at least as much must be enough as at lower ones; "
                f"what is left out is {holds}"
            )
    if text:
        yield names.document.problem((*path, "enough"), text, key=True)


def _part(names: _Names, path: KeyPath, part: Raw) -> Iterator[Problem]:
    """Yield a problem for each unknown name or value in a question or wording."""
    yield from _condition(names, path, part)
    for n, role in enumerate(part.get("roles", ())):
        yield from names.unknown((*path, "roles", n), role, names.roles, "role")
    if "remedy" in part:
        here = (*path, "remedy")
        yield from names.unknown(here, part["remedy"], names.remedies, "remedy")


def _pattern(names: _Names, path: KeyPath, pattern: Raw) -> Iterator[Problem]:
    yield from _condition(names, path, pattern)
    yield from _condition(names, path, pattern, "one_of")
    others = set(pattern.get("one_of", ())) - set(pattern["when"])
    if len(pattern["when"]) + bool(others) < 2:  # noqa: PLR2004 - a pattern needs two names
        text = "one answer alone says nothing that its question does not"
        yield names.document.problem((*path, "when"), text)
    for fact in pattern.get("says_if", {}):
        if fact not in pattern.get("one_of", {}):
            text = f"{fact} is not in 'one_of', so this is never said"
            yield names.document.problem((*path, "says_if", fact), text, key=True)


def _in_short(names: _Names, path: KeyPath, part: Raw) -> Iterator[Problem]:
    kind = "question" if "question" in part else "layer"
    layers = [each["id"] for each in names.document.value["layers"]]
    known = {"question": names.questions, "layer": layers}
    yield from names.unknown((*path, kind), part[kind], known[kind], kind)
    for role in part.get("post", ()):
        yield from _mending_role(names, (*path, "post", role), role)
    yield from _condition(names, path, part)


def _condition(
    names: _Names, path: KeyPath, part: Raw, key: str = "when"
) -> Iterator[Problem]:
    for fact, wanted in part.get(key, {}).items():
        here = (*path, key, fact)
        yield from names.unknown(here, fact, names.values, "fact or question")
        for n, value in enumerate(wanted if fact in names.values else ()):
            known = names.values[fact]
            yield from names.unknown((*here, n), value, known, _value_kind(fact, known))


def _checklist(names: _Names, key: str, groups: Sequence[Raw]) -> Iterator[Problem]:
    for g, group in enumerate(groups):
        for i, item in enumerate(group["items"]):
            for n, id_ in enumerate(item["questions"]):
                here = (key, g, "items", i, "questions", n)
                yield from names.unknown(here, id_, names.questions, "question")


def _value_kind(fact: str, known: Collection[str]) -> str:
    """Return the kind of value for a message, such as "level of COL-01".

    ``fact`` is the id of a fact or question, and ``known`` are its possible values.
    """
    return f"{'level' if known == LEVELS else 'choice'} of {fact}"
