"""Validate an input file against its JSON Schema, with messages in plain English.

The key ``x-expected`` of a schema has the text after "expected" in a message.
"""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from mlready.errors import Problem, suggestions
from mlready.resources import bundled
from mlready.storage.source_positions import Document, KeyPath

SHORT = 40  # most characters that a message quotes from the file


def problems(document: Document, name: str) -> list[Problem]:
    """Return all schema errors of a document.

    ``name`` is the schema: "questionnaire" or "answers".
    """
    schema, validator = _loaded(name)
    errors = list(validator.iter_errors(document.value))
    unknown = [each for error in errors for each in _unknown_keys(schema, error)]
    found = [
        document.problem((*path, key), f"unknown key '{key}'{near}", key=True)
        for path, key, near in unknown
    ]
    misspelt = {(path, near) for path, _, near in unknown}
    for error in errors:
        found += _in_plain_words(document, schema, error, misspelt)
    return found


def needed(*path: str | int) -> list[str]:
    """Return the fields that a new entry of a questionnaire needs.

    The arguments are the keys that lead to the entry in the schema, without the key
    "properties". For example, ``needed("profile", "items")`` is about a fact.
    """
    schema, _ = _loaded("questionnaire")
    node = schema["else"]
    for step in path:
        node = node.get("properties", node)[step]
    return list(node.get("required", ()))


@cache
def _loaded(name: str) -> tuple[Any, Any]:
    """Return a schema and its validator; cached, because compiling takes time."""
    import jsonschema_rs

    path = bundled("questionnaires") / "schema" / f"{name}.json"
    schema = json.loads(path.read_bytes())
    return schema, jsonschema_rs.validator_for(schema)


def _unknown_keys(schema: Any, error: Any) -> Iterator[tuple[KeyPath, str, str]]:
    """Yield the mapping of each unknown key, the key and a hint at a known key."""
    if error.kind.name == "additionalProperties":
        known = sorted(_at(schema, error.schema_path[:-1])["properties"])
        for key, near in suggestions(error.kind.as_dict()["unexpected"], known):
            yield tuple(error.instance_path), key, near


def _in_plain_words(
    document: Document, schema: Any, error: Any, misspelt: set[tuple[KeyPath, str]]
) -> list[Problem]:
    """Return an error of the validator as problems in plain English.

    ``misspelt`` has the hints at known keys; none of these keys is called missing.
    """
    path: KeyPath = tuple(error.instance_path)
    parent = _at(schema, error.schema_path[:-1])
    details = error.kind.as_dict()
    match error.kind.name:
        case "additionalProperties":
            return []
        case "required":
            key = details["property"]
            if (path, f"; did you mean '{key}'?") in misspelt:
                return []
            return [document.problem(path, f"'{key}' is missing")]
        case _:
            pass
    expected = parent.get("x-expected") or str(error.message)
    if error.kind.name == "propertyNames":
        name = details["error"].instance
        text = f"expected {expected}{_found(name)}"
        return [document.problem((*path, name), text, key=True)]
    return [document.problem(path, f"expected {expected}{_found(error.instance)}")]


def _at(schema: Any, path: list[str | int]) -> Any:
    for step in path:
        schema = schema[step]
    return schema


def _found(instance: Any) -> str:
    """Return the end of a message that quotes an invalid text, such as ", found 'x'".

    The result is "" if ``instance`` is empty or not a text.
    """
    is_shown = isinstance(instance, str) and instance
    return f", found '{instance[:SHORT]}'" if is_shown else ""
