"""Validate an input file against its JSON Schema, with messages in plain English.

The key ``x-expected`` of a schema has the text after "expected" in a message.
"""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from mlready.errors import DocumentError, Problem, suggestions
from mlready.resources import bundled
from mlready.storage.source_positions import Document, KeyPath

SHORT = 40  # most characters that a message quotes from the file


def problems(
    document: Document, name: str, hints: Mapping[str, str] | None = None
) -> list[Problem]:
    """Return all schema errors of a document.

    ``name`` is the schema: "questionnaire" or "answers". ``hints`` has the ends of
    messages about missing or unknown keys of the document, such as "; add 'id: x'".

    Raises:
        DocumentError: the document is a file of another kind.

    """
    if text := _other_kind(document.value, name):
        raise DocumentError(document.problem((), text))
    schema, validator = _loaded(name)
    errors = list(validator.iter_errors(document.value))
    unknown = [each for error in errors for each in _unknown_keys(schema, error)]
    found = []
    for path, key, near, comma in unknown:
        end = ("" if path else (hints or {}).get(key)) or f"{near}{comma}"
        text = f"unknown key '{key}'{end}"
        found.append(document.problem((*path, key), text, key=True))
    misspelt = {(path, near) for path, _, near, _ in unknown}
    for error in errors:
        found += _in_plain_words(document, schema, error, misspelt, hints or {})
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


def _other_kind(value: Mapping[str, Any], name: str) -> str:
    """Return a message if a file is of another kind than the schema; "" if not."""
    if name == "answers" and {"id", "sections"} <= value.keys():
        return "this is a questionnaire, not answers; check it with mlready lint"
    if name == "questionnaire" and {"questionnaire", "answers"} <= value.keys():
        return (
            "these are answers, not a questionnaire; check them with mlready validate"
        )
    return ""


@cache
def _loaded(name: str) -> tuple[Any, Any]:
    """Return a schema and its validator; cached, because compiling takes time."""
    import jsonschema_rs

    path = bundled("questionnaires") / "schema" / f"{name}.json"
    schema = json.loads(path.read_bytes())
    return schema, jsonschema_rs.validator_for(schema)


def _unknown_keys(schema: Any, error: Any) -> Iterator[tuple[KeyPath, str, str, str]]:
    """Yield the mapping of each unknown key, the key and the hints for the message."""
    if error.kind.name == "additionalProperties":
        path = tuple(error.instance_path)
        known = sorted(_at(schema, error.schema_path[:-1])["properties"])
        for key, near in suggestions(error.kind.as_dict()["unexpected"], known):
            yield path, key, near, _comma(key, error.instance, path, near)


def _in_plain_words(
    document: Document,
    schema: Any,
    error: Any,
    misspelt: set[tuple[KeyPath, str]],
    hints: Mapping[str, str],
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
            hint = "" if path else hints.get(key, "")
            return [document.problem(path, f"'{key}' is missing{hint}")]
        case _:
            pass
    expected = parent.get("x-expected") or str(error.message)
    if error.kind.name == "propertyNames":
        name = details["error"].instance
        text = f"expected {expected}{_found(name)}"
        return [document.problem((*path, name), text, key=True)]
    found = _no_text(error) or _found(error.instance)
    return [document.problem(path, f"expected {expected}{found}")]


def _at(schema: Any, path: list[str | int]) -> Any:
    for step in path:
        schema = schema[step]
    return schema


def _comma(key: str, instance: Any, path: KeyPath, near: str) -> str:
    """Return a hint if an unknown key may be the rest of a text with a comma."""
    if not path or not isinstance(instance, dict) or instance.get(key) != "":
        return ""
    return f"{' A' if near else '; a'} text with a comma needs quotes"


def _no_text(error: Any) -> str:
    """Return the end of a message about a list or a mapping where a text belongs."""
    instance, types = error.instance, error.kind.as_dict().get("types", ())
    if error.kind.name != "type" or "number" not in types:
        return ""
    if isinstance(instance, list):
        return ", found a list"
    is_text = len(instance) == 1 and all(instance.values())
    hint = "; a text with a colon and a space needs quotes" if is_text else ""
    return f", found a mapping{hint}"


def _found(instance: Any) -> str:
    """Return the end of a message that quotes an invalid text, such as ", found 'x'".

    The result is "" if ``instance`` is empty or not a text.
    """
    is_shown = isinstance(instance, str) and instance
    return f", found '{instance[:SHORT]}'" if is_shown else ""
