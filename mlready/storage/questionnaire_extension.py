"""Combine a questionnaire with the questionnaire that it extends.

The extending file has only changes. An entry with a known id changes fields, any other
entry is added, and ``off`` removes entries.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from mlready.errors import SHOWN, Problem, did_you_mean
from mlready.model.questionnaire import MeaningChange, Omission
from mlready.storage import schema_validation
from mlready.storage.merged_places import MergedPlaces, Origin
from mlready.storage.questionnaire_entries import QUESTIONS, Entry, down, entries
from mlready.storage.questionnaire_omission import switch_off
from mlready.storage.source_positions import Document, KeyPath

Raw = dict[str, Any]
# The lists whose entries have ids, each with what an entry is called in messages.
LISTS = {
    "profile": "fact",
    "background": "background line",
    "layers": "layer",
    "sections": "section",
    "checklist": "group",
    "boxes": "group",
    "patterns": "pattern",
    "contradictions": "contradiction",
}
_INNER: dict[str, tuple[str, ...]] = {
    "sections": (QUESTIONS,),
    "checklist": ("items",),
    "boxes": ("items",),
}
# Lists whose first matching entry counts, so that new entries come first.
FIRST_FITS = ("in_short", "layers_in_short")
TABLES = ("project", "constants", "remedies")
WHOLE = ("title", "about", "language", "exposure")
_OWN = ("after", "drop")  # keys of an entry that say how to change the extended one


class Extended(NamedTuple):
    """A questionnaire combined with those that it extends."""

    document: Document
    # id of an extended questionnaire -> version; the nearest first
    bases: Mapping[str, int] = {}
    # id of a fact or question -> changes of its meaning in the bases
    changes: Mapping[str, tuple[MeaningChange, ...]] = {}
    off: tuple[Omission, ...] = ()  # the entries that are switched off
    base: Document | None = None  # the questionnaire that is extended directly


def extended(base: Extended, own: Document) -> tuple[Extended, list[Problem]]:
    """Combine ``own`` with its base; also return the problems.

    Parts that cannot be combined are left out.
    """
    merge = _Merge(base, own)
    merge.run()
    return merge.result(), merge.problems


class _Merge:
    """The state of combining two questionnaires."""

    def __init__(self, base: Extended, own: Document) -> None:
        self.base, self.own = base, own
        self.raw: Raw = own.value
        self.extends = base.document.value
        self.name = str(self.extends.get("id", ""))
        self.problems: list[Problem] = []
        self.whole: dict[str, Any] = {}
        self.origins: dict[KeyPath, Origin] = {(): (own, ())}
        self.off: list[Omission] = list(base.off)
        self.changes = dict(base.changes)
        self.lists: dict[str, list[Entry]] = {}
        self.suggestions = iter(range(SHOWN, 0, -1))
        self.changed: set[str] = set()  # ids of entries that the extending file changes

    def near(self, word: str, known: Iterable[str]) -> str:
        """Return a hint for an unknown id, such as ``; did you mean 'x'?``, or ""."""
        # Only the first few unknown ids get a hint, because searching takes time.
        return did_you_mean(word, known) if next(self.suggestions, 0) else ""

    def problem(self, path: KeyPath, text: str, *, key: bool = False) -> None:
        self.problems.append(self.own.problem(path, text, key=key))

    def run(self) -> None:
        base = self.base.document
        self._own_id()
        for key in (*LISTS, *FIRST_FITS):
            given = self.extends.get(key)
            inner = _INNER.get(key, ())
            self.lists[key] = entries(given or [], (base, (key,)), inner)
        self._remember_changes()
        for key, kind in LISTS.items():
            _EntryList(self, (key,), self.lists[key], kind).change(self.raw.get(key))
        for key in FIRST_FITS:
            if isinstance(given := self.raw.get(key), list):
                self.lists[key] = entries(given, (self.own, (key,))) + self.lists[key]
        self._tables()
        self._switch_off()

    def _own_id(self) -> None:
        """Record a problem if the file has the id of a questionnaire it extends."""
        # Answers files name an id, and would count as answers to the other one.
        id_ = self.raw.get("id")
        if id_ and id_ in {self.name, *self.base.bases}:
            text = f"'{id_}' is the id of what this extends; choose another id"
            self.problem(("id",), text)

    def _remember_changes(self) -> None:
        """Record which version of the base changed the meaning of a fact or question.

        The record is in ``self.changes``. The keys ``changed``, ``kept_levels``,
        ``since`` and ``reworded`` are removed from the entries of the base.
        """
        # The versions in ``changed`` are those of the base, so they mean nothing in a
        # questionnaire with versions of its own.
        for entry in self.asked():
            for key in ("since", "reworded"):
                entry.value.pop(key, None)
            if not (changed := entry.value.pop("changed", "")):
                continue
            levels = tuple(map(str, entry.value.pop("kept_levels", ())))
            change = MeaningChange(self.name, int(changed), levels)
            self.changes[entry.id] = (*self.changes.get(entry.id, ()), change)

    def asked(self) -> Iterator[Entry]:
        yield from self.lists["profile"]
        for section in self.lists["sections"]:
            yield from section.lists.get(QUESTIONS, ())

    def _tables(self) -> None:
        """Merge all parts except lists of entries with ids."""
        own, base = self.raw, self.base.document
        for key in ("id", "version"):
            self._take(key, own, self.own)
        for key in WHOLE:
            document = self.own if key in own else base
            self._take(key, document.value, document)
        for key in TABLES:
            self.whole[key] = dict(self.extends.get(key, {}))
            self.origins[key,] = (base, (key,))
            given = own.get(key)
            for name, value in given.items() if isinstance(given, dict) else ():
                self.whole[key][name] = value
                self.origins[key, name] = (self.own, (key, name))
        self._roles()
        both = [*self.extends.get("without", ()), *_texts(own.get("without"))]
        if both:
            self.whole["without"] = list(dict.fromkeys(both))
            self._origins_of_without()

    def _origins_of_without(self) -> None:
        for n, name in enumerate(self.whole["without"]):
            given = _texts(self.raw.get("without"))
            document = self.own if name in given else self.base.document
            at = document.value["without"].index(name)
            self.origins["without", n] = (document, ("without", at))

    def _roles(self) -> None:
        """Add new roles; in roles of the base, change only the given fields."""
        base = self.base.document
        roles = self.whole["roles"] = dict(self.extends.get("roles", {}))
        self.origins["roles",] = (base, ("roles",))
        given = self.raw.get("roles")
        for id_, role in given.items() if isinstance(given, dict) else ():
            if not isinstance(role, dict):
                continue
            here = (self.own, ("roles", id_))
            if id_ not in roles:
                needed = schema_validation.needed("roles", "additionalProperties")
                if self.is_complete(("roles", id_), role, roles, "role", needed):
                    roles[id_] = role
                    self.origins["roles", id_] = here
                continue
            roles[id_] = {**roles[id_], **role}
            for field in role:
                self.origins["roles", id_, field] = down(here, field)

    def is_complete(
        self, path: KeyPath, given: Raw, known: Any, kind: str, needed: list[str]
    ) -> bool:
        """Return whether a new entry has all ``needed`` fields; else add a problem."""
        id_ = given.get("id", path[-1])
        if not (missing := [key for key in needed if key not in given]):
            return True
        near = self.near(id_, known)
        needs = f"new one needs {_listed(missing)} too"
        # With most fields it is more likely a new entry than a misspelt id.
        is_new = not near or 2 * len(missing) < len(needed)
        hint = f"; a {needs}{near}" if is_new else f"{near} A {needs}"
        base = f"{self.name}, version {self.extends.get('version')},"
        text = f"{base} has no {kind} '{id_}'{hint}"
        self.problem(path, text, key=path[-1] == id_)
        return False

    def _take(self, key: str, raw: Raw, document: Document) -> None:
        if key in raw:
            self.whole[key] = raw[key]
            self.origins[key,] = (document, (key,))

    def _switch_off(self) -> None:
        """Remove the entries under ``off``, and the parts that need them."""
        given = self.raw.get("off")
        reasons = given if isinstance(given, dict) else {}
        for id_ in self.changed & reasons.keys():
            text = f"'{id_}' is changed in this file, too; leave out one of the two"
            self.problem(("off", id_), text, key=True)
        found = switch_off(self.lists, self.whole, reasons, self.off, self.near)
        for id_, text in found:
            self.problem(("off", id_), text, key=True)

    def result(self) -> Extended:
        for key, listed in self.lists.items():
            if listed or key in self.extends or key in self.raw:
                self.whole[key] = self._flat((key,), listed)
                if key not in self.extends:
                    self.origins[key,] = (self.own, (key,))
                else:
                    self.origins[key,] = (self.base.document, (key,))
        document = Document(self.own.file, self.whole, MergedPlaces(self.origins))
        version = str(self.extends.get("version", ""))
        bases = {self.name: int(version) if version.isdecimal() else 1}
        return Extended(
            document,
            {**bases, **self.base.bases},
            self.changes,
            tuple(self.off),
            self.base.document,
        )

    def _flat(self, path: KeyPath, listed: list[Entry]) -> list[Raw]:
        """Return entries as plain data, and record the origin of each part."""
        values = []
        for n, entry in enumerate(listed):
            here = (*path, n)
            self.origins[here] = entry.origin
            for field, origin in entry.fields.items():
                self.origins[*here, *field] = origin
            inner = {
                key: self._flat((*here, key), each) for key, each in entry.lists.items()
            }
            values.append({**entry.value, **inner})
        return values


class _EntryList:
    """A list of the base, changed by the extending questionnaire."""

    def __init__(
        self, merge: _Merge, path: KeyPath, listed: list[Entry], kind: str
    ) -> None:
        self.merge, self.path, self.listed, self.kind = merge, path, listed, kind

    def change(self, given: Any) -> None:
        """Change, add and move entries; ``given`` is the list in the extending file."""
        if not isinstance(given, list):
            return
        known: dict[str, Entry] = {entry.id: entry for entry in self.listed}
        moved: dict[str, list[tuple[int, Entry]]] = {}
        seen: set[str] = set()
        for n, raw in enumerate(given):
            if not isinstance(raw, dict) or not isinstance(raw.get("id"), str):
                continue
            if raw["id"] in seen:
                text = f"'{raw['id']}' is given twice; put both changes in one entry"
                self.merge.problem((*self.path, n, "id"), text)
                continue
            seen.add(raw["id"])
            if entry := known.get(raw["id"]):
                self._change(entry, raw, (*self.path, n))
            elif entry := self._added(n, raw, known):
                known[entry.id] = entry
            after = raw.get("after") if self.path[0] != "background" else None
            if entry and isinstance(after, str) and after:
                moved.setdefault(after, []).append((n, entry))
        if moved:
            self._move(moved, known)

    def _added(self, n: int, raw: Raw, known: Mapping[str, Entry]) -> Entry | None:
        """Add a new entry; return None and record a problem if that fails."""
        here = (*self.path, n)
        needed = schema_validation.needed(*_path_in_schema(self.path))
        if self.kind == "question":
            for section in self.merge.lists["sections"]:
                inner = section.lists.get(QUESTIONS, ())
                if any(each.id == raw["id"] for each in inner):
                    text = f"'{raw['id']}' is in section {section.id}; change it there"
                    self.merge.problem((*here, "id"), text)
                    return None
        path = (*here, "id")
        if not self.merge.is_complete(path, raw, known, self.kind, needed):
            return None
        lists = _INNER.get(str(self.path[-1]), ())
        entry = Entry(raw, (self.merge.own, here), lists)
        for key in _OWN if self.path[0] != "background" else ("drop",):
            if key == "drop" and key in raw:
                text = f"'{raw['id']}' is new, so there is nothing to drop"
                self.merge.problem((*here, key), text, key=True)
            entry.value.pop(key, None)
        self.listed.append(entry)
        return entry

    def _change(self, entry: Entry, raw: Raw, here: KeyPath) -> None:
        """Change the given fields of an entry; remove those under ``drop``."""
        own = self.merge.own
        self.merge.changed.add(entry.id)
        placed = _OWN if self.path[0] != "background" else ("drop",)
        for key, value in raw.items():
            if key == QUESTIONS:
                inner = entry.lists.setdefault(QUESTIONS, [])
                path = (*here, QUESTIONS)
                _EntryList(self.merge, path, inner, "question").change(value)
            elif key == "was":
                both = [*_texts(value), *_texts(entry.value.get("was"))]
                entry.set(key, list(dict.fromkeys(both)), (own, (*here, key)))
            elif key not in {*placed, "id"}:
                entry.set(key, value, (own, (*here, key)))
        for n, key in enumerate(_texts(raw.get("drop"))):
            if key in raw or key not in entry.value:
                text = (
                    f"'{key}' is given here, so it cannot be dropped"
                    if key in raw
                    else f"{self.merge.name} gives '{entry.id}' no '{key}'"
                )
                self.merge.problem((*here, "drop", n), text)
            entry.value.pop(key, None)

    def _move(
        self, moved: dict[str, list[tuple[int, Entry]]], known: Mapping[str, Entry]
    ) -> None:
        """Move each entry that has the key ``after`` behind the entry named there."""
        for after in [each for each in moved if each not in known]:
            for n, entry in moved.pop(after):
                others = [each for each in known if each != entry.id]
                near = self.merge.near(after, others)
                text = f"there is no {self.kind} '{after}' in this list{near}"
                self.merge.problem((*self.path, n, "after"), text)
        waiting = {entry for each in moved.values() for _, entry in each}
        placed: dict[Entry, None] = {}
        ahead = [entry for entry in reversed(self.listed) if entry not in waiting]
        while ahead:
            entry = ahead.pop()
            placed[entry] = None
            ahead += [each for _, each in reversed(moved.pop(entry.id, []))]
        for after, ((n, entry), *_) in list(moved.items())[:1]:
            text = f"'{entry.id}' comes after '{after}', which comes after it"
            self.merge.problem((*self.path, n, "after"), text)
        self.listed[:] = placed


def _path_in_schema(path: KeyPath) -> KeyPath:
    """Return where the schema describes the entries of a list.

    ``path`` leads to the list in a questionnaire. For ``("sections", 0, "questions")``,
    the result is ``("sections", "items", "questions", "items")``.
    """
    steps = ("items" if isinstance(step, int) else step for step in path)
    return (*steps, "items")


def _texts(value: Any) -> list[str]:
    """Return the texts in a list, or one text as a list; [] for other values."""
    listed = value if isinstance(value, list) else [value]
    return [each for each in listed if isinstance(each, str)]


def _listed(names: list[str]) -> str:
    quoted = [f"'{name}'" for name in names]
    return " and ".join([", ".join(quoted[:-1]), quoted[-1]] if quoted[1:] else quoted)
