"""A text that somebody types in an interview can be read again after it is saved."""

import re
import warnings
from typing import Any

import pytest
from hypothesis import given, strategies as st

from mlready.errors import StorageError, StorageWarning
from mlready.interview.navigation import REMARK_KEYS, apply_reply
from mlready.interview.plan_steps import plan_steps
from mlready.interview.steps import (
    Step,
    StepKind,
    line_steps,
    note_step,
    steps,
    voice_steps,
)
from mlready.model.answers import AnswerSheet, Voice, empty_sheet
from mlready.storage.answers_fast_parser import is_blank
from mlready.storage.answers_file import dump, read
from tests.samples import KICKOFF, example

SHEET = example("stilts")._replace(steps={})
MEETING = SHEET._replace(voices=(empty_sheet(KICKOFF)._replace(voice=Voice("Ana")),))
REMARKED = next(step for step in steps(KICKOFF, SHEET) if step.question)
ASKED = {
    step.id: step
    for step in (
        *voice_steps(KICKOFF, SHEET),
        *voice_steps(KICKOFF, MEETING),
        *steps(KICKOFF, SHEET),
        *line_steps(KICKOFF, SHEET),
        *line_steps(KICKOFF, SHEET, in_plan=True),
        *plan_steps(KICKOFF, SHEET),
        note_step(REMARKED),
    )
}
NUMBERS = {StepKind.WHOLE, StepKind.NUMBER}
COUNTED = {id_: step for id_, step in ASKED.items() if step.kind in NUMBERS}
NOT_TYPED = {StepKind.QUESTION, StepKind.CHOICE, *NUMBERS}
TYPED = {id_: step for id_, step in ASKED.items() if step.kind not in NOT_TYPED}
ROLES = [each for role in KICKOFF.roles.values() for each in (role.id, role.name)]
# As the prompts leave out control characters.
WORDS = st.one_of(
    st.text(max_size=40),
    st.text(alphabet="-:#{}[]\"'\\,&*!|>%@~?<=_ \u2028\u00a0\u3164ano01", max_size=12),
    st.builds(
        lambda role, at, new: role[:at] + new + role[at + 1 :],
        st.sampled_from(ROLES),
        st.integers(0, 20),
        st.sampled_from(["", "s", "S", "_", "-", " "]),
    ),
).map(lambda text: re.sub("[\x00-\x1f\x7f-\x9f\ud800-\udfff]", "", text).strip())


def read_again(text: str) -> AnswerSheet:
    """Read a saved sheet again; a warning, for example of a role, is no refusal."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", StorageWarning)
        return read(text.encode(), "a.yaml", KICKOFF)


@pytest.mark.parametrize("step", TYPED.values(), ids=[*TYPED])
@given(text=WORDS)
def test_text_typed_in_an_interview_is_read_again_unchanged(step: Step, text: str):
    reply = step.role_named(text) if step.kind is StepKind.ROLE else text
    if not step.accepts(reply):
        return
    sheet = MEETING if step.id == "voice.present" else SHEET
    changed = apply_reply(sheet, step, reply)
    try:
        saved = dump(changed, KICKOFF)
        again = read_again(saved)
    except StorageError:  # not saved, and the team is told why
        return
    assert dump(again, KICKOFF) == saved
    assert again == changed or is_blank(text)


@st.composite
def typed_numbers(draw: st.DrawFn, kind: StepKind) -> tuple[str, float]:
    """Return a number as somebody may type it, and its value."""
    if kind is StepKind.WHOLE:
        whole = draw(st.integers(0, 999_999_999))
        between = draw(st.sampled_from(["", *"., '"]))
        return f"{whole:,}".replace(",", between), whole
    value = f"{draw(st.integers(0, 999_999))}"
    # 1,125 would be refused, because it could mean 1125.
    value = draw(st.sampled_from(["0.125", *(value + x for x in ["", ".0", ".25"])]))
    return value.replace(".", draw(st.sampled_from(".,"))), float(value)


@pytest.mark.parametrize("step", COUNTED.values(), ids=[*COUNTED])
@given(data=st.data())
def test_number_typed_in_an_interview_is_read_again_with_the_same_value(
    step: Step, data: st.DataObject
):
    text, value = data.draw(typed_numbers(step.kind))
    assert step.accepts(text)
    changed = apply_reply(SHEET, step, text)
    again = read_again(dump(changed, KICKOFF))
    assert again == changed
    kind, _, id_ = step.id.partition(".")
    numbers = again.available if kind == "available" else again.profile
    assert float(numbers[id_]) == value


@pytest.mark.parametrize("field", REMARK_KEYS.values())
@given(text=WORDS)
def test_remark_typed_in_an_interview_is_read_again_unchanged(field: str, text: str):
    remark: dict[str, Any] = {field: text}
    answer = SHEET.answer(REMARKED.id)._replace(**remark)
    changed = SHEET._replace(answers={**SHEET.answers, REMARKED.id: answer})
    try:
        again = read_again(dump(changed, KICKOFF))
    except StorageError:  # not saved, and the team is told why
        return
    assert again == changed or is_blank(text)
