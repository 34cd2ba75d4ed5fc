"""Read and check questionnaire files."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from mlready.errors import DocumentError
from mlready.model.profile_facts import Stakes
from mlready.model.questionnaire import (
    Alternative,
    BackgroundLine,
    BlockerScope,
    Condition,
    Constants,
    Fact,
    Group,
    InShort,
    Item,
    Layer,
    LayerInShort,
    Pattern,
    Placement,
    Question,
    Questionnaire,
    Role,
    Section,
    Wording,
)
from mlready.resources import bundled
from mlready.storage.atomic_file import read_bytes

Raw = Mapping[str, Any]


def load(path: Path) -> Questionnaire:
    """Read and check a questionnaire file.

    Raises DocumentError with all problems, StorageError if the file cannot be read.
    """
    # Imported here because the bundled questionnaire is loaded without these modules.
    from mlready.storage import strict_yaml
    from mlready.storage.questionnaire_checks import questionnaire_problems

    document = strict_yaml.read(read_bytes(path), str(path))
    if "extends" in document.value:
        from mlready.storage.questionnaire_chain import complete

        whole = complete(document, path)
        return build(whole.document.value)._replace(
            bases=whole.bases, base_changes=whole.changes, off=whole.off
        )
    if found := questionnaire_problems(document):
        raise DocumentError(*found, command="mlready lint FILE")
    return build(document.value)


@cache  # never changed, and tests in one process run many commands
def load_bundled(name: str) -> Questionnaire:
    """Read a questionnaire that ships with mlready, without checking it."""
    # Only a wheel has the JSON file, which loads ten times as fast as YAML.
    built = bundled("questionnaires") / f"{name}.json"
    if built.is_file():
        return build(json.loads(built.read_bytes()))
    from mlready.storage import strict_yaml

    source = bundled("questionnaires") / f"{name}.yaml"
    return build(strict_yaml.read(read_bytes(source), source.name).value)


def build(raw: Raw) -> Questionnaire:
    """Build a questionnaire from the checked content of a file."""
    return Questionnaire(
        id=raw["id"],
        version=int(raw["version"]),
        title=raw["title"],
        about=raw["about"],
        project=raw["project"],
        constants=Constants.from_keys(raw["constants"]),
        roles={id_: _role(id_, role) for id_, role in raw["roles"].items()},
        remedies=raw["remedies"],
        profile=tuple(_fact(each) for each in raw["profile"]),
        layers=tuple(_layer(each) for each in raw["layers"]),
        sections=tuple(_section(each) for each in raw["sections"]),
        checklist=tuple(_group(each) for each in raw["checklist"]),
        boxes=tuple(_group(each) for each in raw.get("boxes", ())),
        exposure=tuple(raw.get("exposure", ())),
        patterns=tuple(_pattern(each) for each in raw.get("patterns", ())),
        contradictions=tuple(_pattern(each) for each in raw.get("contradictions", ())),
        without=tuple(raw.get("without", ())),
        language=raw.get("language", "en"),
        background=tuple(_background_line(each) for each in raw.get("background", ())),
        in_short=tuple(_in_short(each) for each in raw.get("in_short", ())),
        layers_in_short=tuple(
            _layer_in_short(each) for each in raw.get("layers_in_short", ())
        ),
    )


def _role(id_: str, raw: Raw) -> Role:
    return Role(
        id=id_,
        name=raw["name"],
        does=raw["does"],
        available=raw.get("available", ""),
        traits=tuple(raw.get("traits", ())),
        senior=raw.get("senior", ""),
        junior=raw.get("junior", ""),
        not_promised=raw.get("not_promised", ""),
        alternatives=tuple(
            Alternative(each["kind"], each["what"], each["time"])
            for each in raw.get("alternatives", ())
        ),
        stands_for=raw.get("stands_for", ""),
        called=tuple(raw.get("called", ())),
    )


def _fact(raw: Raw) -> Fact:
    return Fact(
        id=raw["id"],
        topic=raw["topic"],
        text=raw["text"],
        help=raw.get("help", ""),
        choices=raw.get("choices", {}),
        assumed=raw["assumed"],
        when=_condition(raw),
        last=raw.get("last") == "true",
        was=_former_ids(raw),
        changed=int(raw.get("changed", 0)),
        known_by=tuple(raw.get("known_by", ())),
        strictest_first=tuple(raw.get("strictest_first", ())),
        only_for_details=raw.get("only_for_details") == "true",
        stands_for=raw.get("stands_for", ""),
        why=raw.get("why", ""),
    )


def _background_line(raw: Raw) -> BackgroundLine:
    return BackgroundLine(
        id=raw["id"],
        topic=raw["topic"],
        text=raw["text"],
        example=raw["example"],
        known_by=tuple(raw.get("known_by", ())),
        after=raw.get("after", ""),
        in_plan=raw.get("in_plan") == "true",
    )


def _in_short(raw: Raw) -> InShort:
    return InShort(
        question=raw["question"],
        when=_condition(raw),
        low=raw["low"],
        step=raw["step"],
        done=raw["done"],
        kind=raw.get("kind", ""),
        lost=raw.get("lost", ""),
        doubt=raw.get("doubt", ""),
        so=raw.get("so", ""),
        skill=raw.get("skill", ""),
    )


def _layer_in_short(raw: Raw) -> LayerInShort:
    return LayerInShort(
        layer=raw["layer"],
        when=_condition(raw),
        name=raw["name"],
        advice=raw["advice"],
        no_modeller=raw.get("no_modeller", ""),
        instead=raw.get("instead", ""),
        meanwhile=raw.get("meanwhile", ""),
        watch=raw.get("watch", ""),
        holds=raw.get("holds", ""),
        rated=raw.get("rated", ""),
        give_up=raw.get("give_up", ""),
        about=raw.get("about", ""),
        review=str(raw.get("review", "")),
        post=raw.get("post", {}),
    )


def _former_ids(raw: Raw) -> tuple[str, ...]:
    was = raw.get("was", ())
    return (was,) if isinstance(was, str) else tuple(was)


def _layer(raw: Raw) -> Layer:
    return Layer(
        id=raw["id"],
        name=raw["name"],
        about=raw["about"],
        sections=tuple(raw["sections"]),
        role=raw["role"],
        role_by=raw.get("role_by", {}),
        remedy_by=raw.get("remedy_by", {}),
        placement=Placement(raw.get("stands", "")),
        live_only=raw.get("live_only") == "true",
        live_when=_condition(raw, "live_when"),
        or_roles=tuple(raw.get("or_roles", ())),
        exit=raw.get("exit", ""),
        person=raw.get("person", {}),
        matters=raw.get("matters", ""),
    )


def _section(raw: Raw) -> Section:
    return Section(
        id=raw["id"],
        name=raw["name"],
        about=raw["about"],
        when=_condition(raw),
        questions=tuple(_question(each, raw["id"]) for each in raw["questions"]),
    )


def _question(raw: Raw, section: str) -> Question:
    return Question(
        id=raw["id"],
        section=section,
        topic=raw["topic"],
        text=raw["text"],
        levels=tuple(raw["levels"]),
        why=raw["why"],
        source=raw["source"],
        knows=raw["knows"],
        roles=tuple(raw["roles"]),
        remedy=raw["remedy"],
        actions=tuple(raw["actions"]),
        blocker=BlockerScope(raw.get("blocker", "")),
        overall=raw.get("overall") == "true",
        express=raw.get("express") == "true",
        when=_condition(raw),
        hint=raw.get("hint", ""),
        wordings=tuple(_wording(each) for each in raw.get("wordings", ())),
        was=_former_ids(raw),
        changed=int(raw.get("changed", 0)),
        known_by=tuple(raw.get("known_by", raw["roles"])),
        enough=_enough(raw.get("enough", {})),
        kept_levels=tuple(str(level) for level in raw.get("kept_levels", ())),
        stands_for=raw.get("stands_for", ""),
        since=int(raw.get("since", 0)),
        find_out=raw.get("find_out", ""),
    )


def _enough(raw: str | int | Mapping[str, Any]) -> Mapping[str, int]:
    by_stakes = raw if isinstance(raw, Mapping) else dict.fromkeys(Stakes, raw)
    return {str(stakes): int(level) for stakes, level in by_stakes.items()}


def _wording(raw: Raw) -> Wording:
    changes: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in raw.items()
        if key != "when"
    }
    if "express" in changes:
        changes["express"] = changes["express"] == "true"
    return Wording(_condition(raw), changes)


def _group(raw: Raw) -> Group:
    items = tuple(Item(each["text"], tuple(each["questions"])) for each in raw["items"])
    return Group(raw["id"], raw["name"], items)


def _pattern(raw: Raw) -> Pattern:
    return Pattern(
        id=raw["id"],
        name=raw.get("name", ""),
        says=raw["says"],
        advice=raw.get("advice", ""),
        source=raw.get("source", ""),
        when=_condition(raw),
        one_of=_condition(raw, "one_of"),
        says_if=raw.get("says_if", {}),
    )


def _condition(raw: Raw, key: str = "when") -> Condition:
    return {fact: tuple(values) for fact, values in raw.get(key, {}).items()}
