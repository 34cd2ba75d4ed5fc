"""Render a portfolio: a table of many teams, and what several teams share."""

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from mlready.assessment.diagnosis import Verdict
from mlready.assessment.portfolio import (
    SEVERAL,
    Numbers,
    OverdueStep,
    Portfolio,
    SharedHire,
    SharedLayer,
    SharedQuestion,
    Team,
    TeamAdvice,
)
from mlready.assessment.staffing import HoldReason
from mlready.csv_cells import BYTE_ORDER_MARK, without_formulas
from mlready.errors import shortened
from mlready.escaping import Escaped, for_html, for_markdown
from mlready.model.questionnaire import Layer, Role
from mlready.model.typed_names import plain
from mlready.report.html import quoted, style_policy
from mlready.report.json_records import Data, fields
from mlready.report.json_text import json_text
from mlready.report.options import PortfolioFormat
from mlready.report.templating import Words, render
from mlready.resources import bundled

FORMAT, FORMAT_VERSION = "mlready-portfolio", 1
# The most teams that a sentence names; the others are counted.
NAMES, NAMES_OF_SHARED = 12, 6
QUESTIONS = 8  # the most shared questions that a page lists
MISSING = 20  # the most unusable files that a page names
_LONGEST = 80  # most characters shown of a team's name
COLUMNS = (
    "team", "files", "verdict", "confirmed", "mend first", "certain", "first hire",
    "why nobody", "released by", "overdue since", "overdue step", "owner",
    "steps overdue",
)  # fmt: skip


class PortfolioSource(NamedTuple):
    """The files of a portfolio, and what the portfolio must not show."""

    files: int  # number of answers files found
    bad_files: Sequence[str] = ()  # files that could not be used
    date: str = ""
    redacted: bool = False  # whether to leave out the text that people wrote
    # Whether to leave out file names, which may contain names of people.
    anonymous: bool = False
    replaced: Sequence[str] = ()  # files instead of which other ones count
    unread: Sequence[str] = ()  # paths that lead to no answers

    @property
    def names_files(self) -> bool:
        """Whether the documents may show file names."""
        return not (self.redacted or self.anonymous)


class RowWords(NamedTuple):
    """The advice for a team in words."""

    verdict: str
    layer: str
    hire: str


NO_WORDS = RowWords("", "", "")


class TeamRow(NamedTuple):
    """A team and its advice: a row of the table."""

    number: int
    name: str
    label: str  # the name, with a file if several teams have the same name
    voices: int  # how many voices gave the answers that count
    verdict: Verdict
    rank: int  # higher for a better verdict
    claimed: bool
    grew_old: bool  # whether it was confirmed, with answers that are too old now
    is_draft: bool  # whether no person has confirmed any of the answers
    nearly_ready: bool  # whether points must be settled before modelling starts
    may_start: bool  # whether modelling may start now, without any condition
    layer: Layer | None
    certain: bool
    hire: Role | None
    hire_claimed: bool
    held: HoldReason  # why nobody is to be hired now
    unblocked_by: Sequence[Role]
    overdue: Sequence[OverdueStep]
    words: RowWords = NO_WORDS  # the advice in words

    @property
    def waits_for_second(self) -> bool:
        """Whether modelling waits until a second person confirms the answers."""
        return self.claimed and not (self.grew_old or self.is_draft)

    @property
    def several_voices(self) -> bool:
        """Whether several voices gave the answers."""
        return self.voices > 1

    @property
    def needs_no_ml(self) -> bool:
        """Whether a solution without machine learning is good enough."""
        return self.held is HoldReason.NO_ML

    def in_words(self, words: Words, escape: Callable[[str], str]) -> RowWords:
        """Return the advice in words, escaped with ``escape``."""
        texts = (
            words.say(name, self) for name in ("verdict_name", "layer_name", "hire")
        )
        return RowWords(*(Escaped(escape(text)) for text in texts))


class Names(NamedTuple):
    """Some teams or files of a list by name, and how many the list has in all."""

    number: int  # of all names in the list
    shown: Sequence[str]
    more: int  # number of names that are not shown


def portfolio_document(
    found: Portfolio, source: PortfolioSource, form: PortfolioFormat
) -> str:
    """Return a portfolio in the format ``form``; equal arguments give the same text."""
    if form is PortfolioFormat.JSON:
        return json_text(portfolio_data(found, source))
    if form is PortfolioFormat.CSV:
        return _csv(found, source)
    if form is PortfolioFormat.HTML:
        return _html(found, source)
    text = render(
        "portfolio.md.j2", for_markdown, **_variables(found, source, for_markdown)
    )
    return f"{text.rstrip()}\n"


def _html(found: Portfolio, source: PortfolioSource) -> str:
    script = (bundled("templates") / "portfolio.js").read_text(encoding="utf-8")
    parts = ("_style.html.j2", "_portfolio_style.html.j2")
    styles = "".join(render(part, for_html) for part in parts)
    return render(
        "portfolio.html.j2",
        for_html,
        **_variables(found, source, for_html),
        said=quoted,
        script=Escaped(script),
        policy=style_policy(styles, script),
    )


def _variables(
    found: Portfolio, source: PortfolioSource, escape: Callable[[str], str]
) -> dict[str, Any]:
    rows = list(_rows(found, source, escape))
    names = [row.label for row in rows]
    with_ml = [row for row in rows if not row.needs_no_ml]
    settled = [row for row in with_ml if not row.nearly_ready]
    return {
        "source": source,
        "bad": _files(source.bad_files, source),
        "replaced": _files(source.replaced, source),
        "unread": _files(source.unread, source),
        "rows": rows,
        "several_voices": any(row.several_voices for row in rows),
        "may_start": sum(row.may_start for row in with_ml),
        "claimed": sum(row.waits_for_second for row in settled),
        "drafts": sum(row.claimed and row.is_draft for row in settled),
        "grew_old": sum(row.claimed and row.grew_old for row in settled),
        "nearly_ready": len(with_ml) - len(settled),
        "not_yet": sum(row.verdict is Verdict.NOT_YET for row in with_ml),
        "unproven": sum(row.verdict is Verdict.UNPROVEN for row in with_ml),
        "no_ml": len(rows) - len(with_ml),
        "hires": [_named(each, names, NAMES) for each in found.hires],
        "layers": [
            _named(each, names, NAMES_OF_SHARED)
            for each in found.layers
            if len(each.failing_in) >= SEVERAL
        ],
        "questions": [
            _named(each, names, NAMES_OF_SHARED) for each in found.questions[:QUESTIONS]
        ],
        "more_questions": len(found.questions[QUESTIONS:]),
        "overdue": _names(found.overdue, names, NAMES),
        "steps_overdue": sum(len(row.overdue) for row in rows),
    }


def _named(
    shared: SharedHire | SharedLayer | SharedQuestion, names: Sequence[str], most: int
) -> dict[str, Any]:
    """Return the fields of ``shared``, with names of teams instead of indices.

    ``names`` are the names of all teams. A field gets at most ``most`` names, and the
    number of teams that are not named.
    """
    found = {
        key: _names(value, names, most) if type(value) is tuple else value
        for key, value in shared._asdict().items()
    }
    if isinstance(shared, SharedQuestion):
        found["number"] = shared.number
    return found


def _files(paths: Sequence[str], source: PortfolioSource) -> Names:
    shown = paths[:MISSING] if source.names_files else ()
    return Names(len(paths), shown, len(paths) - len(shown))


def _names(numbers: Numbers, names: Sequence[str], most: int) -> Names:
    shown = [names[number] for number in numbers[:most]]
    return Names(len(numbers), shown, len(numbers) - len(shown))


def _name(team: Team, number: int, source: PortfolioSource, words: Words) -> str:
    """Return the name of a team, or only a number if the names are redacted."""
    if source.redacted:
        return words.say("unnamed", number)
    return shortened(team.name, _LONGEST)


def _rows(
    found: Portfolio, source: PortfolioSource, escape: Callable[[str], str] = str
) -> Iterator[TeamRow]:
    """Yield a row for each team, with the advice in words escaped by ``escape``."""
    layers = {layer.id: layer for layer in found.questionnaire.layers}
    roles = found.questionnaire.roles
    words = Words("_portfolio_words.j2", str, {})
    ranks = {verdict: 2 * rank for rank, verdict in enumerate(Verdict)}
    times = Counter(names := [plain(team.name) for team in found.teams])
    in_words: dict[tuple[Any, ...], RowWords] = {}  # saves most of the time
    decided = TeamAdvice._fields.index("weak_layers")
    for number, team in enumerate(found.teams, 1):
        advice = team.advice
        name = _name(team, number, source, words)
        is_repeated = times[names[number - 1]] > 1 and source.names_files
        key = advice[:decided]
        row = TeamRow(
            number,
            name,
            f"{name} ({team.files[0]})" if is_repeated else name,
            team.voices,
            advice.verdict,
            ranks[advice.verdict] - advice.nearly_ready,
            not advice.confirmed,
            advice.grew_old,
            advice.is_draft,
            advice.nearly_ready,
            advice.may_start,
            layers.get(advice.priority_layer),
            advice.certain,
            roles.get(advice.first_hire),
            advice.hire_claimed,
            advice.hold_reason,
            tuple(roles[id_] for id_ in advice.unblocked_by),
            tuple(_worded(step, words, roles, advice) for step in advice.overdue),
        )
        if key not in in_words:
            in_words[key] = row.in_words(words, escape)
        yield row._replace(words=in_words[key])


def _worded(
    step: OverdueStep, words: Words, roles: Mapping[str, Role], advice: TeamAdvice
) -> OverdueStep:
    """Return the step with a text that says what to do."""
    if step.what:
        return step
    hire = roles.get(step.hire)
    text = (
        words.say("hire_step", hire.name) if hire else words.say("confirm_step", advice)
    )
    return step._replace(what=text)


def portfolio_data(found: Portfolio, source: PortfolioSource) -> Data:
    """Return all data of a portfolio; the keys and their order are always the same."""
    rows = list(_rows(found, source))
    not_used = [*source.bad_files, *source.unread]
    return {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "questionnaire": fields(found.questionnaire, "id", "version", "title"),
        "date": source.date,
        **fields(source, "redacted", "anonymous"),
        "counts": {
            "files": source.files,
            "not_used": len(not_used),
            "not_counted": len(source.replaced),
            "teams": len(rows),
            "claimed": sum(row.claimed for row in rows),
            **{str(verdict): number for verdict, number in found.verdicts.items()},
        },
        "not_used": not_used if source.names_files else [],
        "not_counted": list(source.replaced) if source.names_files else [],
        "teams": [
            _team_data(row, team, source)
            for row, team in zip(rows, found.teams, strict=True)
        ],
        "hires": [
            {"role": _id_and_name(each.role), **_numbers(each)} for each in found.hires
        ],
        "layers": [
            {"layer": _id_and_name(each.layer), **_numbers(each)}
            for each in found.layers
        ],
        "questions": [
            {
                "question": fields(each.question, "id", "topic", "knows"),
                **_numbers(each),
            }
            for each in found.questions
        ],
    }


def _team_data(row: TeamRow, team: Team, source: PortfolioSource) -> Data:
    advice = team.advice
    return {
        **fields(row, "number", "name"),
        "files": list(team.files) if source.names_files else [],
        "voices": row.voices,
        "verdict": {
            "id": str(row.verdict),
            "confirmed": not row.claimed,
            "settled": not row.nearly_ready,
        },
        "mend": {
            "first": _id_and_name(row.layer),
            "certain": row.certain,
            "broken": list(advice.weak_layers),
        },
        "staffing": {
            "first": None if row.hire_claimed else _id_and_name(row.hire),
            "claimed": _id_and_name(row.hire) if row.hire_claimed else None,
            "held": str(row.held),
            "unblocked_by": list(advice.unblocked_by),
        },
        "blockers": list(advice.low),
        "unknown": list(advice.unknown),
        "overdue": [fields(step, "due", "what", "owner") for step in row.overdue],
    }


def _id_and_name(record: Layer | Role | None) -> Data | None:
    return fields(record, "id", "name") if record else None


def _numbers(shared: SharedHire | SharedLayer | SharedQuestion) -> Data:
    """Return the lists of team numbers in ``shared``, counted from 1 instead of 0."""
    return {
        key: [number + 1 for number in value]
        for key, value in shared._asdict().items()
        if type(value) is tuple
    }


def _csv(found: Portfolio, source: PortfolioSource) -> str:
    words = Words("_portfolio_words.j2", str, {})
    table = io.StringIO(newline="")
    writer = csv.writer(table)
    writer.writerow(COLUMNS)
    for row, team in zip(_rows(found, source), found.teams, strict=True):
        files = team.files if source.names_files else ()
        writer.writerow(map(without_formulas, _cells(row, files, words)))
    return f"{BYTE_ORDER_MARK}{table.getvalue()}"


def _confirmed(row: TeamRow) -> str:
    if row.verdict is not Verdict.READY:
        return ""
    return "no" if row.claimed else "yes"


def _cells(row: TeamRow, files: Iterable[str], words: Words) -> Iterator[str]:
    first = row.overdue[0] if row.overdue else OverdueStep("", "", "")
    yield row.name
    yield ", ".join(files)
    yield row.words.verdict
    yield _confirmed(row)
    yield row.layer.name if row.layer else ""
    yield "yes" if row.certain else "no"
    yield words.say("hire_name", row)
    yield words.say("held_in_short", row)
    yield ", ".join(role.name for role in row.unblocked_by)
    yield first.due
    yield first.what
    yield first.owner
    yield str(len(row.overdue) or "")
