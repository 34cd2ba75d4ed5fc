"""Find a questionnaire's conditions that are circular, always true or never true."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from mlready.errors import Problem
from mlready.model.applicability import decision_order
from mlready.model.questionnaire import FREE
from mlready.storage.source_positions import Document, KeyPath

Raw = Mapping[str, Any]
# Both map names (ids of facts and questions, ``free.ROLE``) to sets of values.
Allowed = Mapping[str, frozenset[str]]  # the values that conditions allow
Values = Mapping[str, frozenset[str]]  # all values that are possible


DEEPEST = 20  # most conditions in a chain in which each depends on the next


class _Use(NamedTuple):
    """A condition, and the answers that are possible where the condition is used."""

    path: KeyPath
    condition: Raw
    context: Allowed  # the answers that are possible when the condition is evaluated


def condition_problems(document: Document, values: Values) -> Iterator[Problem]:
    """Yield a problem for each circular or pointless condition, and each long chain.

    A pointless condition is always or never true. A long chain has more than
    ``DEEPEST`` conditions, each of which depends on the next. ``values`` maps each name
    in conditions, such as the id of a fact, to its possible values. Unknown names are
    ignored.
    """
    needed = _dependencies(document.value)
    order = list(decision_order(needed))
    yield from _circular(document, needed, set(order))
    if too_deep := list(_too_deep(document, needed, order)):
        yield from too_deep
        return  # further checks of long chains take quadratic time
    contexts = _contexts(document.value, order, values)
    always = {fact["id"] for fact in document.value["profile"] if "when" not in fact}
    always |= {name for name in values if name.startswith(FREE)}
    for place in _uses(document.value, contexts, values):
        yield from _pointless(document, place, contexts, values, always)
    yield from _unused_wordings(document, contexts, values)
    for key in ("patterns", "contradictions"):
        for n, pattern in enumerate(document.value.get(key, ())):
            yield from _pattern(document, (key, n), pattern, contexts, values)


def unused_short_texts(document: Document, values: Values) -> Iterator[Problem]:
    """Yield a problem for each short wording that is never used, whatever the answers.

    ``values`` maps each name in conditions, such as the id of a fact, to its possible
    values. The conditions must not be circular.
    """
    raw = document.value
    order = list(decision_order(_dependencies(raw)))
    contexts = _contexts(raw, order, values)
    for key, of in (("in_short", "question"), ("layers_in_short", "layer")):
        before: dict[str, list[Allowed]] = {}
        for n, each in enumerate(raw.get(key, ())):
            clauses = _known_clauses(each.get("when", {}), values)
            context = contexts.get(each[of], {})
            found = _narrowed(context, clauses, contexts, values)
            earlier = before.setdefault(each[of], [])
            if not all(found.values()):
                text = "no team can get this: its 'when' can never hold"
                yield document.problem((key, n), text)
            elif any(_implies(found, other) for other in earlier):
                text = f"no team can get this: a text of '{each[of]}' before it fits"
                yield document.problem((key, n), text)
            earlier.append(clauses)


def circular_conditions(document: Document) -> Iterator[Problem]:
    """Yield a problem for each condition that depends on itself."""
    needed = _dependencies(document.value)
    yield from _circular(document, needed, set(decision_order(needed)))


def _dependencies(raw: Raw) -> dict[str, dict[str, KeyPath]]:
    """Map each fact and question to the paths of the names in its conditions."""
    needed: dict[str, dict[str, KeyPath]] = {
        fact["id"]: _paths_of_names(("profile", n), fact)
        for n, fact in enumerate(raw["profile"])
    }
    for s, section in enumerate(raw["sections"]):
        outer = _paths_of_names(("sections", s), section)
        for q, question in enumerate(section["questions"]):
            path = ("sections", s, "questions", q)
            needed[question["id"]] = {**_paths_of_names(path, question), **outer}
            for w, wording in enumerate(question.get("wordings", ())):
                inner = _paths_of_names((*path, "wordings", w), wording)
                needed[question["id"]] = {**inner, **needed[question["id"]]}
    return needed


def _paths_of_names(path: KeyPath, part: Raw) -> dict[str, KeyPath]:
    """Map each name in the condition ``when`` of ``part`` to its path in the file.

    ``path`` is the path of ``part``. A name is the id of a fact or question, or "free."
    with the id of a role.
    """
    return {name: (*path, "when", name) for name in part.get("when", ())}


def _circular(
    document: Document, needed: Mapping[str, dict[str, KeyPath]], decided: set[str]
) -> Iterator[Problem]:
    """Yield a problem for each condition that closes a cycle of dependencies."""
    # Depth-first search does not find every cycle, but no cycle is left after all
    # reported conditions are corrected.
    seen = set(decided)
    for start in needed:
        trail = {start: iter(needed[start])} if start not in seen else {}
        while trail:
            at, names = next(reversed(trail.items()))
            seen.add(at)
            name = next((each for each in names if each in needed), "")
            if name in trail:
                ids = list(trail)
                yield _cycle_problem(document, needed, ids[ids.index(name) :])
            elif not name:
                del trail[at]
            elif name not in seen:
                trail[name] = iter(needed[name])


def _cycle_problem(
    document: Document, needed: Mapping[str, dict[str, KeyPath]], cycle: list[str]
) -> Problem:
    first, *others = cycle
    after = others[0] if others else first
    through = f" through {', '.join(others)}" if others else ""
    text = (
        f"the condition of {first} waits for {first} itself{through}, "
        "so it could never be asked; leave one of these conditions out"
    )
    return document.problem(needed[first][after], text, key=True)


def _contexts(raw: Raw, order: list[str], values: Values) -> dict[str, Allowed]:
    """Map each fact and question to the answers that its conditions require."""
    conditions = {fact["id"]: [fact.get("when", {})] for fact in raw["profile"]}
    for section in raw["sections"]:
        for question in section["questions"]:
            both = [section.get("when", {}), question.get("when", {})]
            conditions[question["id"]] = both
    contexts: dict[str, Allowed] = {}
    for id_ in order:
        context: Allowed = {}
        for condition in conditions[id_]:
            context = _narrowed(context, condition, contexts, values)
        contexts[id_] = context
    return contexts


def _too_deep(
    document: Document, needed: Mapping[str, dict[str, KeyPath]], order: list[str]
) -> Iterator[Problem]:
    """Yield a problem for each condition whose chain of dependencies is too long."""
    depth: dict[str, int] = {}
    for id_ in order:
        longest = max(needed[id_], key=lambda name: depth.get(name, 0), default="")
        depth[id_] = depth.get(longest, 0) + bool(longest)
        if depth[id_] == DEEPEST + 1:
            text = f"expected at most {DEEPEST} conditions that wait for each other"
            yield document.problem(needed[id_][longest], text, key=True)


def _narrowed(
    context: Allowed, condition: Raw, contexts: Mapping[str, Allowed], values: Values
) -> Allowed:
    """Return the answers that both ``context`` and ``condition`` allow.

    ``context`` has the answers allowed so far. ``contexts`` maps each fact and question
    to the answers that its own conditions require. ``values`` are all possible answers.
    """
    # An empty set of values means that the two contradict each other.
    narrowed = dict(context)
    for name, wanted in _known_clauses(condition, values).items():
        narrowed[name] = narrowed.get(name, values[name]) & wanted
        for key, allowed in contexts.get(name, {}).items():
            narrowed[key] = narrowed.get(key, values[key]) & allowed
    return narrowed


def _uses(raw: Raw, contexts: Mapping[str, Allowed], values: Values) -> Iterator[_Use]:
    for key, condition in (("profile", "when"), ("layers", "live_when")):
        for n, part in enumerate(raw[key]):
            yield _Use((key, n, condition), part.get(condition, {}), {})
    for s, section in enumerate(raw["sections"]):
        when = section.get("when", {})
        yield _Use(("sections", s, "when"), when, {})
        outer = _narrowed({}, when, contexts, values)
        for q, question in enumerate(section["questions"]):
            path = ("sections", s, "questions", q)
            yield _Use((*path, "when"), question.get("when", {}), outer)
            inner = contexts.get(question["id"], {})
            for w, wording in enumerate(question.get("wordings", ())):
                yield _Use((*path, "wordings", w, "when"), wording["when"], inner)


def _unused_wordings(
    document: Document, contexts: Mapping[str, Allowed], values: Values
) -> Iterator[Problem]:
    """Yield a problem for each wording that an earlier wording always replaces."""
    for s, section in enumerate(document.value["sections"]):
        for q, question in enumerate(section["questions"]):
            before: list[Allowed] = []
            for w, wording in enumerate(question.get("wordings", ())):
                clauses = _known_clauses(wording["when"], values)
                context = contexts.get(question["id"], {})
                found = _narrowed(context, clauses, contexts, values)
                path = ("sections", s, "questions", q, "wordings", w, "when")
                if any(_implies(found, earlier) for earlier in before):
                    text = (
                        "a wording before this one always fits where this one does; "
                        "put this one first, or leave it out"
                    )
                    yield document.problem(path, text)
                if len(clauses) == len(wording["when"]):
                    before.append(clauses)


def _implies(found: Allowed, clauses: Allowed) -> bool:
    """Return whether a condition is true for all answers that ``found`` allows.

    ``clauses`` are the clauses of the condition. The result is False if ``found``
    allows no answers.
    """
    return all(found.values()) and all(
        name in found and found[name] <= wanted for name, wanted in clauses.items()
    )


def _pointless(
    document: Document,
    place: _Use,
    contexts: Mapping[str, Allowed],
    values: Values,
    always: set[str],  # names that always have a value
) -> Iterator[Problem]:
    """Yield a problem if a condition is always or never true where it is used."""
    clauses = _known_clauses(place.condition, values)
    if not clauses or not all(place.context.values()):
        return  # the outer condition is reported instead
    whole = {name: values[name] for name in always} | dict(place.context)
    found = _narrowed(place.context, clauses, contexts, values)
    if impossible := [name for name, allowed in found.items() if not allowed]:
        text = (
            f"this can never hold: its clauses need different values of {impossible[0]}"
        )
        yield document.problem(place.path, text)
    elif len(clauses) == len(place.condition) and all(
        whole.get(name, {None}) <= wanted for name, wanted in clauses.items()
    ):
        text = "this always holds, so it decides nothing; leave it out"
        yield document.problem(place.path, text)


def _known_clauses(condition: Raw, values: Values) -> Allowed:
    """Return the clauses of a condition that have only known names and values."""
    return {
        name: frozenset(wanted)
        for name, wanted in condition.items()
        if name in values and values[name].issuperset(wanted)
    }


def _pattern(
    document: Document,
    path: KeyPath,
    pattern: Raw,
    contexts: Mapping[str, Allowed],
    values: Values,
) -> Iterator[Problem]:
    when = _known_clauses(pattern["when"], values)
    context = _narrowed({}, when, contexts, values)
    if impossible := [name for name, allowed in context.items() if not allowed]:
        text = (
            f"this can never hold: its clauses need different values of {impossible[0]}"
        )
        yield document.problem((*path, "when"), text)
        return
    one_of = _known_clauses(pattern.get("one_of", {}), values)
    for name, wanted in one_of.items():
        found = _narrowed(context, {name: wanted}, contexts, values)
        if not all(found.values()):
            text = f"{name} can never be so where 'when' holds; leave it out"
            yield document.problem((*path, "one_of", name), text, key=True)
        elif context.get(name, values[name]) <= wanted:
            text = f"{name} is always so where 'when' holds; leave out 'one_of'"
            yield document.problem((*path, "one_of", name), text, key=True)
    known = len(when) == len(pattern["when"])
    if known and all(values[name] <= wanted for name, wanted in when.items()):
        text = "this fits whatever the answers are; leave some values out"
        yield document.problem((*path, "when"), text)
