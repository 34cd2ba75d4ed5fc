"""Tables of docs/explanation, made from tests/benchmarks/RESULTS.md.

Each table is between ``<!-- figures: NAME -->`` and ``<!-- end -->`` on its page.
``pytest tests/test_docs.py --update-golden`` writes the tables.
"""

import re
from collections.abc import Callable, Mapping, Sequence

from tests.reference_pages import table
from tests.samples import ROOT

RESULTS = (ROOT / "tests" / "benchmarks" / "RESULTS.md").read_text(encoding="utf-8")
_BLOCK = re.compile(r"(<!-- figures: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
_SHARES = (
    r"layer to mend first +(\d+)%, may modelling start +(\d+)%, first hire +(\d+)%"
)
_ADVICE = ("Layer to mend first", "May modelling start", "First hire")
_BARE, _RUNS = "starts of Python alone", "runs of that program"


def filled(page: str) -> str:
    """Return ``page`` with its tables of figures made anew from RESULTS.md."""
    return _BLOCK.sub(lambda found: f"{found[1]}{TABLES[found[2]]()}\n{found[3]}", page)


def _judgement() -> str:
    rows = []
    for reader in ("first reader", "second reader"):
        _, _, part = RESULTS.partition(f"\n{reader}, ")
        for answers, words in (
            ("all of it", "all answers"),
            ("without any of the three", "without the three facts"),
            ("details alone", "details alone, without the layers as a whole"),
        ):
            rows.append((f"{reader}, {words}", *_shares(answers, part)))
    return table(("Answers", *_ADVICE), rows)


def _shares(row: str, text: str) -> Sequence[str]:
    found = re.search(rf"^ *{re.escape(row)} +{_SHARES}", text, re.MULTILINE)
    assert found, f"RESULTS.md has no figures for: {row}"
    return [f"{share} %" for share in found.groups()]


def _voices() -> str:
    _, _, part = RESULTS.partition("\nvoices, ")
    rows = []
    for row, words in (
        ("champion", "somebody who wants the project, alone"),
        ("engineer", "an engineer close to the data, alone"),
        (
            "champion, asked of the engineer",
            "the first, and twelve answers of the second",
        ),
        ("champion and engineer", "both, all questions"),
    ):
        found = re.search(rf"^ *{row}  +.*wrongly (\d+)", part, re.MULTILINE)
        assert found, f"RESULTS.md has no figures for: {row}"
        rows.append((words, *_shares(row, part), found[1]))
    return table(("Who answered", *_ADVICE, 'Wrongly told "ready"'), rows)


def _interview() -> str:
    rows = [
        (f"{who}, {teams} teams", core_same, same, core, median, most)
        for who, teams, core_same, same, core, median, most in re.findall(
            r"^ *([a-z ]+), (\d+) teams: advice as after the whole interview: core "
            r"(\d+%), with details (\d+%); answers: core at most (\d+), until settled "
            r"median (\d+), at most (\d+)",
            RESULTS,
            re.MULTILINE,
        )
    ]
    heads = (
        "Answers of", "Same advice after the core", "Same after the details",
        "Screens of the core, at most", "Screens in all, median", "At most",
    )  # fmt: skip
    missing = "`python tests/benchmarks/interview.py` prints the figures."
    return table(heads, rows) or missing


def _speed() -> str:
    _, _, part = RESULTS.partition("\nin bare interpreters")
    rows = [
        (f"`{name}`", measured, _unit_of_time(name))
        for name, measured in re.findall(r"^(\S.*?)  +([\d.]+)", part, re.MULTILINE)
        if _unit_of_time(name)
    ]
    return table(("Run", "Time", "In"), rows)


def _unit_of_time(name: str) -> str:
    """Return what a measured time is counted in, such as "starts of Python alone".

    With this unit, a time of 5 means five times as long as a start of Python. ``name``
    is a command of mlready, or a program with its version, such as "copier 9.4.1".
    Return "" for any other name.
    """
    if name.startswith(("--", "validate", "report", "demo", "blank")):
        return _BARE
    if name.startswith("interview"):
        return "imports of questionary"
    return _RUNS if re.fullmatch(r"[\w-]+ \d+\.\d+\.\d+", name) else ""


TABLES: Mapping[str, Callable[[], str]] = {
    "judgement": _judgement,
    "voices": _voices,
    "interview": _interview,
    "speed": _speed,
}
