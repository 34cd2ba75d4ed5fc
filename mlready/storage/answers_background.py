"""Read, check and write three parts of an answers file.

The keys are ``background``, ``steps`` and ``interview``. The last part says when the
interview was held, how long it took, and how many answers it gave.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from mlready.errors import Problem, suggestions
from mlready.input_limits import LONGEST_LINE
from mlready.model.answers import NO_TIMING, AnswerSheet, PlanStep, Timing
from mlready.model.questionnaire import Questionnaire
from mlready.model.step_keys import known_keys
from mlready.storage import yaml_text
from mlready.storage.answers_fast_parser import (
    BACKGROUND,
    INTERVIEW,
    KEY,
    STEPS,
    is_blank,
    is_line,
    is_well_formed_plan,
    is_well_formed_step,
)
from mlready.storage.source_positions import Document

WANTED_LINE = f"one line of text, at most {LONGEST_LINE} characters"


def without_last_line_breaks(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Remove line breaks at the end of background lines and of texts in steps.

    YAML adds such a line break to a text that is written after ``>``.
    """
    return {
        key: _stripped(value) if key in {BACKGROUND, STEPS} else value
        for key, value in raw.items()
    }


def _stripped(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _stripped(each) for key, each in value.items()}
    return value.rstrip("\n") if isinstance(value, str) else value


def problems(document: Document, questionnaire: Questionnaire) -> Iterator[Problem]:
    """Yield the problems of background lines and steps, such as an unknown id.

    Schema validation reports all other problems.
    """
    known = [line.id for line in questionnaire.background]
    for id_, near in suggestions(_mapping(document.value, BACKGROUND), known):
        text = f"there is no background line '{id_}'{near}"
        yield document.problem((BACKGROUND, id_), text, key=True)
    yield from _step_problems(document, questionnaire)


def _step_problems(
    document: Document, questionnaire: Questionnaire
) -> Iterator[Problem]:
    steps = _mapping(document.value, STEPS)
    unnamed = [key for key, step in steps.items() if _is_unnamed(step)]
    for key, near in suggestions(unnamed, known_keys(questionnaire)):
        own_step = " A step of your own" if near else "; a step of your own"
        text = f"there is no question '{key}'{near}{own_step} needs 'what'"
        yield document.problem((STEPS, key), text, key=True)


def _is_unnamed(step: Any) -> bool:
    """Return whether a step is filled in, but does not say what to do."""
    filled_in = isinstance(step, dict) and any(step.values())
    return bool(filled_in) and not step.get("what")


def read(sheet: AnswerSheet, raw: Mapping[str, Any]) -> AnswerSheet:
    """Add the parts ``background``, ``steps`` and ``interview`` of a file to a sheet.

    ``raw`` is the valid content of the file.
    """
    held = raw.get(INTERVIEW, {})
    return sheet._replace(
        background={id_: text for id_, text in raw.get(BACKGROUND, {}).items() if text},
        steps={
            key: PlanStep(**step)
            for key, step in raw.get(STEPS, {}).items()
            if any(step.values())
        },
        timing=Timing(
            held.get("start", ""),
            held.get("end", ""),
            int(held.get("minutes") or 0),
            int(held.get("answers") or 0),
        ),
    )


def unreadable_part(sheet: AnswerSheet, questionnaire: Questionnaire) -> str:
    """Return what must be corrected before a sheet is saved, "" for nothing.

    Checks the background lines, the steps, and when the interview was held.
    """
    for id_, text in sheet.background.items():
        if not is_blank(text) and not is_line(text):
            return f"background: {id_}: expected {WANTED_LINE}"
    known = known_keys(questionnaire)
    for key, step in sheet.steps.items():
        given = _given(step)
        if not re.fullmatch(KEY, key) or not is_well_formed_step(given):
            return f"steps: {key[:40]}: expected {WANTED_LINE}, and dates"
        if given and "what" not in given and key not in known:
            return f"steps: {key}: 'what' is missing"
    is_read = is_well_formed_plan({INTERVIEW: _timing(sheet.timing)})
    return "" if is_read else "interview: expected times and numbers"


def timing_lines(sheet: AnswerSheet) -> list[str]:
    """Return the YAML line that says when the interview was held; [] if unknown."""
    if sheet.timing == NO_TIMING:
        return []
    return [f"{INTERVIEW}: {yaml_text.on_one_line(_timing(sheet.timing))}"]


def _timing(timing: Timing) -> dict[str, str]:
    return {key: str(value) for key, value in timing._asdict().items() if value}


def background_lines(sheet: AnswerSheet, questionnaire: Questionnaire) -> list[str]:
    """Return the YAML lines of the background, in the questionnaire's order."""
    lines = [
        f"  {yaml_text.key(line.id)}: {yaml_text.scalar(text)}"
        for line in questionnaire.background
        if not is_blank(text := sheet.background.get(line.id, ""))
    ]
    return [f"{BACKGROUND}:", *lines] if lines else []


def step_lines(sheet: AnswerSheet) -> list[str]:
    """Return the YAML lines of the steps."""
    lines = [
        f"  {yaml_text.key(key)}: {yaml_text.on_one_line(given)}"
        for key, step in sheet.steps.items()
        if (given := _given(step))
    ]
    return [f"{STEPS}:", *lines] if lines else []


def _given(step: PlanStep) -> dict[str, str]:
    return {key: text for key, text in step._asdict().items() if not is_blank(text)}


def _mapping(raw: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = raw.get(key)
    return value if isinstance(value, dict) else {}
