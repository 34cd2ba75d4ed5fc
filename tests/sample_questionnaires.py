"""Small questionnaires of five layers for tests, made from the answers of a team.

For each answer that a test gives, the questionnaire gets one question.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from mlready.model.answers import (
    Answer,
    AnswerSheet,
    AssessmentInput,
    Voice,
    assessment_input,
)
from mlready.model.questionnaire import (
    BlockerScope,
    Constants,
    Fact,
    Layer,
    Placement,
    Question,
    Questionnaire,
    Role,
    Section,
)

Level = int | Answer
# Layer ddd is at the top of the pyramid, layer eee outside of it.
LAYERS = ("aaa", "bbb", "ccc", "ddd", "eee")
ROLES = ("data_engineer", "analyst", "devops", "ml", "none")
WHOLE = "-99"  # the id of a question about a layer as a whole ends with this
KINDS = ("decide", "reorganise", "train", "borrow", "hire")
FACTS = {
    "stakes": ("live", "exploratory", "high_stakes"),
    "approach": ("train", "pretrained"),
    "origin": ("machines", "outside"),
    "simple_way": ("unknown", "reaches"),
    "stops": ("nothing", *LAYERS),
    "proof": ("nothing", "use"),
    "hands": ("unsure", "nobody", *ROLES),
    "headcount": (),
    "openings": (),
}


def make_question(id_: str, *, blocker: str = "", remedy: str = "hire") -> Question:
    return Question(
        id=id_,
        section=id_[:3],
        topic=f"topic of {id_}",
        text="How far?",
        levels=("none", "improvised", "by hand", "routine", "measured"),
        why="it matters",
        source="a book",
        knows="somebody",
        roles=("analyst",),
        remedy=remedy,
        actions=("leave 0 or 1", "leave 2", "leave 3"),
        blocker=BlockerScope(blocker),
        overall=id_.endswith(WHOLE),
        express=False,
        when={},
        hint="",
        wordings=(),
    )


def make_layer(id_: str, role: str, *, live_only: bool) -> Layer:
    return Layer(
        id=id_,
        name=id_.upper(),
        about=f"{id_} is missing",
        sections=(id_.upper(),),
        role=role,
        role_by={"origin": {"outside": "none"}} if id_ == "aaa" else {},
        remedy_by={"origin": {"outside": "sign a contract"}} if id_ == "aaa" else {},
        placement=Placement({"ddd": "top", "eee": "beside"}.get(id_, "")),
        live_only=live_only,
        live_when={"proof": ("use",)} if id_ == "bbb" else {},
        or_roles=("analyst", "devops") if id_ == "aaa" else (),
        exit=f"{id_} is mended",
    )


def make_sheet(
    answers: Mapping[str, Answer],
    profile: Mapping[str, str] | None = None,
    available: Mapping[str, float] | None = None,
) -> AnswerSheet:
    return AnswerSheet(
        "sample", 1, profile=profile or {}, available=available or {}, answers=answers
    )


def sample_team(
    own: Sequence[Level | Sequence[Level]],
    *,
    live_only: str = "",
    blockers: Mapping[str, str] | None = None,
    remedies: Mapping[str, str] | None = None,
    profile: Mapping[str, str] | None = None,
    available: Mapping[str, float] | None = None,
) -> tuple[Questionnaire, AnswerSheet]:
    """Return a small questionnaire, and the answer sheet of a team for it.

    Args:
        own: one answer, or several, for each layer from the bottom up; numbers are
            levels.
        live_only: the id of a layer that a team needs only to go live.
        blockers: when each blocking question blocks, such as "always", by id.
        remedies: what a low answer calls for, such as "train", by question id.
        profile: the team's choices and numbers, by fact id.
        available: how many people are available, by role.

    """
    rows = [
        row if isinstance(row, Sequence) and not isinstance(row, Answer) else [row]
        for row in own
    ]
    answers = {
        f"{layer.upper()}-{n:02}": level
        if isinstance(level, Answer)
        else Answer(level=level)
        for layer, row in zip(LAYERS, rows, strict=False)
        for n, level in enumerate(row)
    }
    questions = [
        make_question(
            id_,
            blocker=(blockers or {}).get(id_, ""),
            remedy=(remedies or {}).get(id_, "hire"),
        )
        for id_ in answers
    ]
    return _questionnaire(questions, live_only), make_sheet(answers, profile, available)


def said_twice(inputs: AssessmentInput) -> AssessmentInput:
    """Return the inputs as if two voices had given them and answered all facts."""
    assumed = {fact.id: fact.assumed for fact in inputs.questionnaire.profile}
    sheet = inputs.sheet
    one = sheet._replace(profile={**assumed, **sheet.profile})
    voices = tuple(one._replace(voice=Voice(name)) for name in ("Ana", "Bo"))
    return inputs._replace(sheet=sheet._replace(voices=voices))


def sample_inputs(
    own: Sequence[Level | Sequence[Level]], **team: Any
) -> AssessmentInput:
    """Return ``sample_team`` as input of an assessment."""
    return assessment_input(*sample_team(own, **team))


def _questionnaire(questions: Sequence[Question], live_only: str) -> Questionnaire:
    return Questionnaire(
        id="sample",
        version=1,
        title="Sample",
        about="Does it hold?",
        project={},
        constants=Constants(
            holds=2.0,
            tilt=0.15,
            blocks_below=2.0,
            locks_below=1.0,
            whole_layer_weight=0.5,
            tie_margin=0.5,
            people_per_role=2.0,
            small_organisation=20.0,
            engineers_per_modeller=2.0,
            seconds_per_question=30,
        ),
        roles={
            id_: Role(id_, id_, "works", "how many?") for id_ in ROLES if id_ != "none"
        },
        remedies={kind: kind for kind in KINDS},
        profile=tuple(
            Fact(id_, id_, "?", "", dict.fromkeys(values, ""), (*values, "100")[0], {})
            for id_, values in FACTS.items()
        ),
        layers=tuple(
            make_layer(id_, role, live_only=id_ == live_only)
            for id_, role in zip(LAYERS, ROLES, strict=True)
        ),
        sections=tuple(
            Section(
                id_.upper(),
                id_,
                id_,
                {},
                tuple(q for q in questions if q.section == id_.upper()),
            )
            for id_ in LAYERS
        ),
        checklist=(),
    )
