"""Find the role that a typed text names, such as "ML engineer".

``names`` maps the id of each role to its name.
"""

from collections.abc import Mapping

_SIMILAR = 0.85  # a text so similar to a role is taken for a misspelling
_LONGEST = 100  # most characters of a text that are compared


def role_named(text: str, names: Mapping[str, str]) -> str:
    """Return the id of the role with this id or name; the text itself for no role.

    Neither capital letters nor hyphens in place of spaces make a difference.
    """
    return text if text in names else _ids(names).get(_as_id(text), text)


def similar_role(text: str, names: Mapping[str, str]) -> str:
    """Return the id of the role that a text most likely misspells, "" for none."""
    from difflib import get_close_matches

    ids = _ids(names)
    near = get_close_matches(_as_id(text[:_LONGEST]), ids, n=1, cutoff=_SIMILAR)
    return ids[near[0]] if near else ""


def _ids(names: Mapping[str, str]) -> dict[str, str]:
    by_name = {_as_id(name): id_ for id_, name in names.items()}
    return by_name | {_as_id(id_): id_ for id_ in names}


def _as_id(role: str) -> str:
    # Stricter than ``plain``: a text that is equal only in another form of Unicode, or
    # without an underscore too many, is saved as typed, not replaced by an id.
    return "_".join(role.casefold().replace("-", " ").split())
