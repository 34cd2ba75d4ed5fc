"""Validate an input file against its JSON Schema, with messages in plain English.

The key ``x-expected`` of a schema has the text after "expected" in a message.
"""

import json
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
    found: list[Problem] = []
    for error in validator.iter_errors(document.value):
        found += _in_plain_words(document, schema, error)
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


def _in_plain_words(document: Document, schema: Any, error: Any) -> list[Problem]:
    """Return an error of the validator as problems in plain English."""
    path: KeyPath = tuple(error.instance_path)
    parent = _at(schema, error.schema_path[:-1])
    details = error.kind.as_dict()
    match error.kind.name:
        case "additionalProperties":
            known = sorted(parent["properties"])
            return [
                document.problem((*path, key), f"unknown key '{key}'{near}", key=True)
                for key, near in suggestions(details["unexpected"], known)
            ]
        case "required":
            return [document.problem(path, f"'{details['property']}' is missing")]
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
