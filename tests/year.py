"""A year of one team in twelve interviews, from ``tests/cases/year/year.yaml``."""

from functools import cache
from pathlib import Path
from typing import Any

from mlready.assessment.timeline import PointInTime
from mlready.model.answers import Answer, AnswerSheet, PlanStep, Voice
from mlready.storage import answers_file, strict_yaml
from tests.samples import KICKOFF, ROOT, read_sheet

CASES = ROOT / "tests" / "cases"


@cache
def year() -> tuple[AnswerSheet, ...]:
    """Return twelve answer sheets of one team over a year, the earliest first."""
    path = CASES / "year" / "year.yaml"
    sheet = read_sheet(CASES / "anchors" / "V02.yaml")
    sheets = []
    changes = strict_yaml.read(path.read_bytes(), path.name).value
    for date, change in changes.items():
        sheet = _changed(sheet, date, change)
        sheets.append(sheet)
    return tuple(sheets)


def _changed(sheet: AnswerSheet, date: str, change: dict[str, Any]) -> AnswerSheet:
    people = {role: float(n) for role, n in change.get("available", {}).items()}
    answers = {id_: _answer(each) for id_, each in change.get("answers", {}).items()}
    steps = {key: PlanStep(**each) for key, each in change.get("steps", {}).items()}
    return sheet._replace(
        name="Offers for visitors",
        voice=Voice(present="Ruth, Sam, Lee, Kim", date=date),
        profile={**sheet.profile, **change.get("profile", {})},
        available={**sheet.available, **people},
        answers={**sheet.answers, **answers},
        steps={**sheet.steps, **steps},
    )


def _answer(given: str | dict[str, str]) -> Answer:
    if isinstance(given, str):
        return Answer(level=int(given))
    return Answer(
        level=int(given["level"]),
        note=given.get("note", ""),
        evidence=given.get("evidence", ""),
    )


def points() -> list[PointInTime]:
    """Return the sheets of ``year()`` as points in time, named by their dates."""
    return [
        PointInTime(f"{each.voice.date}.yaml", each.voice.date, each, KICKOFF.version)
        for each in year()
    ]


def write_year(folder: Path) -> list[Path]:
    """Write the sheets of ``year()`` as answers files; return the paths."""
    paths = []
    for number, sheet in enumerate(year(), 1):
        paths.append(folder / f"{number:02}.yaml")
        paths[-1].write_text(answers_file.dump(sheet, KICKOFF), encoding="utf-8")
    return paths
