"""Answer sheets and hostile texts, fixed and random, for many tests.

Hostile texts contain markup, control characters or whatever else a format misreads.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from mlready.assessment.ages import with_ages
from mlready.assessment.assess import Assessment, assess
from mlready.assessment.voices import combine
from mlready.escaping import for_terminal
from mlready.model.answers import (
    EXPRESS,
    FULL,
    Answer,
    AnswerSheet,
    Voice,
    empty_sheet,
)
from mlready.model.questionnaire import Questionnaire
from mlready.storage import answers_file
from mlready.storage.questionnaire_file import load_bundled

ROOT = Path(__file__).parent.parent
EXAMPLES = sorted((ROOT / "questionnaires" / "examples").glob("*.yaml"))
ANCHORS = sorted((ROOT / "tests" / "cases" / "anchors").glob("*.yaml"))
NAMES = [path.stem for path in EXAMPLES]
KICKOFF = load_bundled("kickoff")


def read_sheet(path: Path) -> AnswerSheet:
    """Read an answer sheet for the bundled questionnaire from a file."""
    return answers_file.read(path.read_bytes(), path.name, KICKOFF)


def example(name: str) -> AnswerSheet:
    """Return the answer sheet of a bundled example: assistant, ready or stilts."""
    return read_sheet(ROOT / "questionnaires" / "examples" / f"{name}.yaml")


def assessed(path: Path) -> Assessment:
    """Return the assessment of an answers file for the bundled questionnaire."""
    return assess(KICKOFF, read_sheet(path))


def with_open_answers() -> AnswerSheet:
    """Return the example "stilts" with two more open answers, MOV-01 and COL-01."""
    sheet = example("stilts")
    open_now = {"MOV-01": Answer(unknown=True), "COL-01": Answer(note="ask Ben")}
    return sheet._replace(answers={**sheet.answers, **open_now})


def answered_by(sheet: AnswerSheet, *voice: str, **more: str) -> AnswerSheet:
    """Return ``sheet`` with the voice ``Voice(*voice, **more)``."""
    return sheet._replace(voice=Voice(*voice, **more))


def of_two_voices() -> AnswerSheet:
    """Return the combined sheet of two voices that differ, but confirm a "ready"."""
    ana = answered_by(example("ready"), "Ana", "data_engineer", date="2026-11-22")
    other = {
        "COL-03": Answer(level=1, note="a quarter, the last time"),
        "MOV-02": Answer(level=2),
        "EXP-02": Answer(unknown=True),
        "AGG-03": Answer(na="nobody marks anything"),
    }
    bo = answered_by(example("ready"), "Bo", "the one who pays", date="2026-11-23")
    bo = bo._replace(
        profile={**bo.profile, "approach": "bought"},
        available={**bo.available, "devops": 2.0},
        answers={**bo.answers, **other},
    )
    return combine(KICKOFF, [ana, bo])


def after_a_meeting() -> AnswerSheet:
    """Return the sheet of a meeting that settled one difference between two voices."""
    both = of_two_voices()
    return answered_by(both, present="Ana, Bo, Cy")._replace(
        answers={
            **both.answers,
            "COL-03": Answer(level=2, note="two months, we looked"),
        }
    )


def grown_old() -> AnswerSheet:
    """Return the combined sheet of two voices, in which many answers are too old.

    Both voices gave the answers of example "ready".
    """
    voices = [
        answered_by(example("ready"), "Ana", "data_engineer", date="2026-03-01"),
        answered_by(example("ready"), "Bo", "owner", date="2026-04-02"),
    ]
    return with_ages(KICKOFF, combine(KICKOFF, voices), "2026-11-29")


def drafted(name: str) -> AnswerSheet:
    """Return the example ``name`` as a draft, made from notes."""
    return answered_by(example(name), drafted="an assistant, from notes")


def champion_and_engineer(case: str) -> AnswerSheet:
    """Return the combined sheet of the voices "champion" and "engineer" about a team.

    ``case`` is the name of the team in tests/cases/notes, such as "01".
    """
    folder = ROOT / "tests" / "cases" / "notes"
    return combine(
        KICKOFF,
        [read_sheet(folder / who / f"{case}.yaml") for who in ("champion", "engineer")],
    )


VOICES = {
    "one person": answered_by(example("ready"), "Ana", "owner"),
    "one meeting": answered_by(example("ready"), present="Ana, Bo"),
    "draft": drafted("ready"),
    "draft of stilts": drafted("stilts"),
    "person and draft": combine(
        KICKOFF, [drafted("ready"), answered_by(example("ready"), "Ana", "owner")]
    ),
    "partly confirmed": combine(
        KICKOFF,
        [example("ready"), answered_by(example("ready")._replace(answers={}), "Bo")],
    ),
    "two voices": of_two_voices(),
    "meeting": after_a_meeting(),
}
SHEETS = {
    **{name: example(name) for name in NAMES},
    "open answers": with_open_answers(),
    "short form": with_open_answers()._replace(scope=EXPRESS),
    "nothing said": empty_sheet(KICKOFF),
}

# Hostile text: characters and constructs that are special in HTML, XML, Markdown,
# Jinja, YAML or the bundled templates.
SIGNS = "<>&\"'`*=/-#[]()!{}%:;\\ \n\r\tax0\x00\x1b\u202e\u2028\ufeff\uffff"
CONSTRUCTS = [
    "<b>", "</td>", "</style>", "</title>", "</svg>", "<script>", "<!--", "-->",
    "]]>", '" onload="', "' x='", "&lt;", "&#60;", "<a href='#x'>", "COL-01",
    "**", "\n- ", "\n\n", "# ", "{{ 1 }}", "{% raw %}", "javascript:", '<h2 id="x">',
    "<!-- contents -->", "<!-- back from COL-01 -->", "http://a.b", "As 0, and more",
]  # fmt: skip
TEXTS = (
    st.lists(
        st.one_of(st.text(SIGNS), st.sampled_from(CONSTRUCTS), st.text()), min_size=1
    )
    .map("".join)
    .filter(bool)
)
# The names of all fields, in questionnaires and answer sheets, that contain
# human-readable text.
TEXT_FIELDS = {
    "name", "title", "about", "topic", "text", "levels", "why", "source", "knows",
    "actions", "hint", "does", "available", "traits", "senior", "junior", "remedies",
    "not_promised", "kind", "what", "time", "remedy_by", "exit", "says", "advice",
    "slice", "na", "accepted", "note", "evidence", "by", "date",
}  # fmt: skip


def with_every_text(value: Any, text: str, field: str = "") -> Any:
    """Return a copy of ``value`` with ``text`` in place of each text that people read.

    These are the texts in TEXT_FIELDS. ``field`` is the name of the field that
    contains ``value``, or "" if ``value`` is a whole record.
    """
    if isinstance(value, str):
        return text if value and field in TEXT_FIELDS else value
    if hasattr(value, "_fields"):
        parts = zip(value._fields, value, strict=True)
        return type(value)(*(with_every_text(part, text, name) for name, part in parts))
    if isinstance(value, Mapping) and field != "available":
        return {key: with_every_text(part, text, field) for key, part in value.items()}
    if isinstance(value, tuple):
        return tuple(with_every_text(part, text, field) for part in value)
    return value


def all_texts_replaced(text: str) -> tuple[Questionnaire, AnswerSheet]:
    """Return the bundled questionnaire and a sheet, with ``text`` for every text."""
    sheet = with_open_answers()
    note = Answer(level=0, accepted="x", note="x", evidence="x", by="x", date="x")
    notes = {"COL-01": note, "EXP-01": Answer(na="x"), "ORG-09": Answer(na="x")}
    voices = tuple(
        answered_by(sheet, text, text, text, drafted=text)._replace(
            answers={"COL-01": Answer(level, note=text)}
        )
        for level in (0, 4)
    )
    noted = sheet._replace(answers={**sheet.answers, **notes})
    return (
        with_every_text(KICKOFF, text),
        with_every_text(noted, text)._replace(voices=voices),
    )


def visible(note: str) -> str:
    """Return a note as it is shown: control characters visible, line breaks kept."""
    lines = re.split(r"\r\n|[\n\r]", note)
    return "\n".join("\t".join(map(for_terminal, line.split("\t"))) for line in lines)


@st.composite
def sheets_of_voices(draw: st.DrawFn) -> AnswerSheet:
    """Draw the combined sheet of one to three random voices.

    If there are several voices, the sheet may be that of a meeting, with the same
    answers. All texts that people wrote contain the word Nemo.
    """
    number = draw(st.integers(1, 3))
    team = draw(sheets())
    single = [_voice_of(draw, team, n) for n in range(number)]
    combined = combine(KICKOFF, single)
    if number == 1 or draw(st.booleans()):
        return combined
    return answered_by(combined, present="Nemo, and Nemo")


def _voice_of(draw: st.DrawFn, team: AnswerSheet, number: int) -> AnswerSheet:
    """Draw the sheet of voice ``number``, with most of the answers of ``team``."""
    answers = st.dictionaries(st.sampled_from([*team.answers]), ANSWERS, max_size=9)
    voice = Voice(
        name=draw(st.sampled_from(["", f"Nemo {number}"])),
        role=draw(st.sampled_from(["", "owner", "data_engineer", "the Nemo of it"])),
        present=draw(st.sampled_from(["", "Nemo and others"])),
        date=f"2026-11-0{number + 1}",
        drafted=draw(st.sampled_from(["", "", "Nemo, from notes"])),
    )
    background = draw(st.sampled_from([{}, {"promise": f"Nemo {number} said so"}]))
    changed = {
        id_: each._replace(note="Nemo thinks so", by="Nemo", date="the day of Nemo")
        for id_, each in draw(answers).items()
    }
    return team._replace(
        voice=voice, answers={**team.answers, **changed}, background=background
    )


LEVELS = st.integers(0, 4).map(lambda level: Answer(level=level))
ANSWERS = st.one_of(
    LEVELS,
    LEVELS,
    st.sampled_from([Answer(unknown=True), Answer(), Answer(na="not here")]),
)


@st.composite
def sheets(draw: st.DrawFn, answer: st.SearchStrategy[Answer] = ANSWERS) -> AnswerSheet:
    """Draw an answer sheet in which most levels are near one random level."""
    profile = {
        fact.id: draw(st.sampled_from(sorted(fact.choices)))
        for fact in KICKOFF.profile
        if fact.choices
    }
    # Random levels near a common base level give every verdict; independent random
    # levels would make every layer average.
    base = draw(st.integers(0, 4))
    near = st.integers(max(base - 1, 0), min(base + 1, 4))
    answers = {
        question.id: draw(
            st.one_of(near.map(lambda level: Answer(level=level)), answer)
        )
        for question in KICKOFF.questions
    }
    return empty_sheet(KICKOFF, draw(st.sampled_from([FULL, EXPRESS])))._replace(
        profile=profile, answers=answers
    )
