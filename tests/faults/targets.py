"""Functions to fuzz, each with a property of mlready that must hold for any bytes.

mlready may refuse the bytes, but only with a DocumentError that names line and column.
fuzz.py searches for bytes that make such a function, a target, fail.
tests/test_fuzz_targets.py tests bytes that did so earlier.
"""

import html
import re
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree as ET

from mlready.assessment.assess import assess
from mlready.errors import DocumentError, StorageError
from mlready.escaping import for_html, for_markdown, for_terminal, for_xml
from mlready.model.answers import PlanStep, empty_sheet
from mlready.model.questionnaire import Questionnaire
from mlready.output.inject import Options, inject_report
from mlready.report.headings import DEEPEST, shift_headings
from mlready.storage import (
    answers_fast_parser,
    answers_file,
    questionnaire_file,
    step_sync,
    step_table,
)
from mlready.storage.questionnaire_lint import lint
from mlready.storage.strict_yaml import comment_lines, read
from tests.benchmarks.hostile import CONSTRUCTS
from tests.faults.github import page

SMALL = Path(__file__).parents[1] / "data" / "small.yaml"
SEEDS = Path(__file__).parent / "seeds"
CRASHES = Path(__file__).parent / "crashes"
FILE = "any.txt"
SECONDS = 1.0  # limit of the processor time for one input
GROWTH = 256 << 20  # limit of the additional memory for one input, in bytes
# Number of bytes in the unit of ru_maxrss.
_UNIT = 1 if sys.platform == "darwin" else 1024

_PROBLEM = re.compile(rf"{re.escape(FILE)}:[1-9]\d*:[1-9]\d*: \S.*")
_MORE = re.compile(
    r"\.\.\. and [1-9]\d* more(; mlready (lint|validate) FILE.* names all)?"
)
_FILLED = "what was filled in"
_FRAMED = re.compile(rb"(?P<end>\r\n|\n|\r)(?P=end)%s(?P=end){2}" % _FILLED.encode())
_NEW_LINE = re.compile(r"\r\n|[\n\r]")
# Control, bidirectional and hidden characters, which escaped text must not contain.
_STEERS = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]"
)
_PARTED = "<!-- -->"
_DOCUMENT = "x {0} y\n\n- x {0} y\n\n| a |\n| --- |\n| x {0} y |\n"
_PAGE = (
    "<p>x {0} y</p>\n<ul>\n<li>x {0} y</li>\n</ul>\n"
    "<table>\n<thead>\n<tr>\n<th>a</th>\n</tr>\n</thead>\n"
    "<tbody>\n<tr>\n<td>x {0} y</td>\n</tr>\n</tbody>\n</table>\n"
)


class Target(NamedTuple):
    """A function to fuzz."""

    check: Callable[[bytes], None]
    tokens: tuple[bytes, ...]  # texts with a special meaning in the input

    @property
    def name(self) -> str:
        """The function's name, which also names the folders of seeds and crashes."""
        return self.check.__name__

    @property
    def seeds(self) -> list[Path]:
        """The files of valid or nearly valid inputs that fuzzing begins with."""
        return sorted((SEEDS / self.name).iterdir())

    @property
    def crashes(self) -> list[Path]:
        """The files of inputs that made the target fail earlier."""
        return sorted((CRASHES / self.name).glob("*"))


def run_target(target: Target, data: bytes) -> None:
    """Run a target on an input, and check the time and memory used."""
    start, before = time.thread_time(), peak()
    target.check(data)
    took, grown = time.thread_time() - start, peak() - before
    assert took < SECONDS, f"took {took:.2f} s"
    assert grown < GROWTH, f"took {grown >> 20} MiB"


def peak() -> int:
    """Return the highest memory of this process so far, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _UNIT


def yaml_documents(data: bytes) -> None:
    """Check the positions of all values and comments in a YAML file."""
    lines = _lines(data)
    try:
        document = read(data, FILE)
    except DocumentError as error:
        _check_problems(error, lines)
        return
    assert isinstance(document.value, dict)
    places: Any = document.places
    assert places.keys() == {*_paths(document.value, ())}
    for place in places.values():
        _within(lines, place.line, place.column)
    comments = comment_lines(data, FILE)
    # A word at the end of a comment changes nothing; after another "#", the word does.
    assert _value(_added(lines, comments)) == document.value
    with_hash = {n for n, line in enumerate(lines, 1) if "#" in line}
    assert with_hash.issuperset(comments)
    if others := sorted(with_hash.difference(comments)):
        assert _value(_added(lines, others[-1:])) != document.value


def questionnaires(data: bytes) -> None:
    """Check that a questionnaire is refused, or that a report can be made with it."""
    path = Path(_scratch().name, FILE)
    path.write_bytes(data)
    try:
        questionnaire = questionnaire_file.load(path)
    except DocumentError as error:
        _check_problems(error, _lines(data), f"{path.parent}/")
        return
    sheet = empty_sheet(questionnaire)
    text = answers_file.dump(sheet, questionnaire)
    assert answers_file.read(text.encode(), FILE, questionnaire) == sheet
    assess(questionnaire, sheet)


def extensions(data: bytes) -> None:
    """Check that a questionnaire, which may extend small.yaml, is refused or usable."""
    path = Path(_scratch().name, FILE)
    path.write_bytes(data)
    (path.parent / SMALL.name).write_bytes(SMALL.read_bytes())
    found = lint(path)
    try:
        questionnaire = questionnaire_file.load(path)
    except DocumentError as error:
        for problem in error.problems:
            file = Path(problem.file)
            assert file in {path, path.parent / SMALL.name}
            _within(_lines(file.read_bytes()), problem.line, problem.column)
        # ``lint`` must find all problems for which a questionnaire is refused.
        missed = {*error.problems} - {*found.errors}
        assert not missed
        return
    sheet = empty_sheet(questionnaire)
    text = answers_file.dump(sheet, questionnaire)
    assert answers_file.read(text.encode(), FILE, questionnaire) == sheet
    assess(questionnaire, sheet)


def answers(data: bytes) -> None:
    """Check that an answers file is refused, or is read back unchanged after saving."""
    questionnaire = _kickoff()
    try:
        sheet = answers_file.read(data, FILE, questionnaire)
    except DocumentError as error:
        _check_problems(error, _lines(data))
        return
    text = answers_file.dump(sheet, questionnaire)
    assert answers_file.read(text.encode(), FILE, questionnaire) == sheet
    if answers_fast_parser.read(data):
        # The fast parser declines a file that has a comment with a tab; then the strict
        # parser reads the file.
        assert answers_file.read(data + b"\n#\t\n", FILE, questionnaire) == sheet
    lines = _lines(data)
    for number in answers_file.foreign_comments(data, sheet, questionnaire):
        assert "#" in lines[number - 1]


def synced_steps(data: bytes) -> None:
    """Check that changing the steps in an answers file keeps everything else."""
    questionnaire = _kickoff()
    try:
        sheet = answers_file.read(data, FILE, questionnaire)
    except DocumentError:
        return
    steps = {key: each._replace(owner="Zoe") for key, each in sheet.steps.items()}
    steps = {**steps, "new": PlanStep("Ask", "Zoe")}
    # mlready may refuse this if comments would be lost.
    try:
        after = step_sync.rewritten(data, sheet, steps, questionnaire)
    except StorageError as error:
        assert "comments would be lost" in str(error)  # noqa: PT017 - not only raised
        return
    expected = sheet._replace(steps=steps)
    assert answers_file.read(after, FILE, questionnaire) == expected
    before = answers_file.foreign_comments(data, sheet, questionnaire)
    assert len(answers_file.foreign_comments(after, expected, questionnaire)) >= len(
        before
    )


def step_tables(data: bytes) -> None:
    """Check that a tracker's export is read, or is refused with exact positions."""
    table = step_table.read(data, FILE)
    # A lone carriage return ends a row, but no line of an editor.
    lines = _lines(data.replace(b"\0", b" "), "\r\n|\n|\r")
    if table.problems:
        _check_problems(DocumentError(*table.problems), lines)
    for row in table.rows:
        _within(lines, row.key.line, row.key.column)
        for day in filter(None, (row.due, row.done)):
            assert answers_fast_parser.is_date(day.text)
        assert not row.owner or answers_fast_parser.is_line(row.owner.text)
    known = step_sync.Known("churn", ["COL-01", "COL-02", "confirms"], {})
    if not [*step_sync.problems(table, known, {}, "2027-01-01")]:
        done = step_sync.synced(table, known, {}, "2027-01-01")
        again = step_sync.synced(table, known, done.steps, "2027-01-01")
        assert again.changes == ()


def fast_answers(data: bytes) -> None:
    """Check that the fast parser and the strict parser read the same answers."""
    if values := answers_fast_parser.read(data):
        assert _filled_in(values) == _filled_in(read(data, FILE).value)


def _filled_in(value: Any) -> Any:
    # Blank values may differ.
    if not isinstance(value, dict):
        return value
    filled = {key: _filled_in(each) for key, each in value.items()}
    return {key: each for key, each in filled.items() if each not in ("", {})}


def injected_blocks(data: bytes) -> None:
    """Check that filling blocks of a document keeps every byte outside the blocks."""
    given: list[Options] = []

    def filled(options: Options) -> str:
        given.append(options)
        return _FILLED

    try:
        once = inject_report(data, FILE, filled)
    except DocumentError as error:
        _check_problems(error, _lines(data, "\r\n|\n|\r"))
        return
    if _FILLED.encode() in data:
        return  # the text filled in cannot be told from the text of the document
    kept = _FRAMED.split(once)[::2]  # without the line endings that are captured
    assert given
    assert len(kept) == len(given) + 1
    assert inject_report(once, FILE, filled) == once
    assert all(part.endswith(b"-->") for part in kept[:-1])
    assert all(part.startswith(b"<!--") for part in kept[1:])
    assert _has_in_order(kept, data)


def headings(data: bytes) -> None:
    """Check that shifting Markdown headings changes only the levels."""
    text = data.decode(errors="replace")
    assert shift_headings(text, 1) == text
    for level in range(2, DEEPEST + 1):
        shifted = shift_headings(text, level)
        assert shifted.replace("#", "") == text.replace("#", "")
        assert shift_headings(shift_headings(text, level - 1), 2) == shifted
        if not re.search("`{3}|~{3}", text):  # the text has no fenced code
            lines = (_shifted(line, level) for line in text.split("\n"))
            assert shifted == "\n".join(lines)


def _shifted(line: str, level: int) -> str:
    signs, *_ = re.split("[^#]", line.lstrip(" "), maxsplit=1)
    indent, _, after = line.partition(signs) if signs else ("    ", "", "")
    if len(indent) >= 4 or len(signs) > DEEPEST or after[:1] not in {"", " ", "\t"}:
        return line
    return f"{indent}{'#' * min(len(signs) + level - 1, DEEPEST)}{after}"


def escaping(data: bytes) -> None:
    """Check that escaped text is shown unchanged and adds no markup."""
    text = data.decode(errors="replace")
    raw = data.decode(errors="surrogateescape")
    _in_a_terminal(raw)
    _in_markdown(text)
    _in_html(text)
    _in_xml(raw)


def _in_a_terminal(text: str) -> None:
    shown = for_terminal(text)
    assert not _STEERS.search(shown)
    assert for_terminal(shown) == shown
    assert len(shown) >= len(text)


def _in_markdown(text: str) -> None:
    escaped = for_markdown(text)
    assert len(escaped.splitlines()) <= 1
    lines = _NEW_LINE.split(text.strip("\r\n"))
    shown = (for_terminal(line.replace("\t", " ")) for line in lines)
    expected = "<br>".join(html.escape(line).replace("&#x27;", "'") for line in shown)
    made = page(_DOCUMENT.format(escaped)).replace(_PARTED, "")
    assert made.replace("<br />", "<br>") == _PAGE.format(expected)


def _in_html(text: str) -> None:
    escaped = for_html(text)
    assert not re.search("[<>\"'*\n\r]", escaped)
    assert html.unescape(escaped) == _shown_with_tabs(text)


def _in_xml(text: str) -> None:
    escaped = for_xml(text)
    part = ET.fromstring(f'<a b="{escaped}">{escaped}</a>')
    assert len(part) == 0
    assert (part.text or "").replace("\t", " ") == part.get("b")


def _shown_with_tabs(text: str) -> str:
    shown = (
        "\t".join(for_terminal(part) for part in line.split("\t"))
        for line in _NEW_LINE.split(text)
    )
    return "\n".join(shown)


def _check_problems(error: DocumentError, lines: list[str], folder: str = "") -> None:
    """Check that an error reports each problem in one line, with a position."""
    for line in str(error).splitlines():
        assert _PROBLEM.fullmatch(line.removeprefix(folder)) or _MORE.fullmatch(line)
    assert all(one[1:3] <= other[1:3] for one, other in pairwise(error.problems))
    for problem in error.problems:
        _within(lines, problem.line, problem.column)


def _within(lines: list[str], line: int, column: int) -> None:
    """Check that a position is inside a document."""
    # libyaml reports the end of a document on the line after the last line.
    assert 1 <= line <= len(lines) + 1
    assert 1 <= column <= len([*lines, ""][line - 1]) + 1


def _lines(data: bytes, ends: str = "\r\n|\n") -> list[str]:
    return re.split(ends, data.decode(errors="replace").removeprefix("\ufeff"))


def _added(lines: list[str], numbers: list[int]) -> bytes:
    longer = set(numbers)
    return "\n".join(
        f"{line} x" if number in longer else line
        for number, line in enumerate(lines, 1)
    ).encode()


def _value(data: bytes) -> Any:
    try:
        return read(data, FILE).value
    except DocumentError:
        return None


def _paths(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
    yield path
    if isinstance(value, dict):
        for key, each in value.items():
            yield (*path, key, "")
            yield from _paths(each, (*path, key))
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from _paths(each, (*path, number))


def _has_in_order(parts: list[bytes], data: bytes) -> bool:
    """Return whether ``data`` has all ``parts`` in this order.

    It must begin with the first part and end with the last. Between two parts, it may
    have any bytes.
    """
    done = 0
    for part in parts[:-1]:
        done = data.find(part, done) + len(part)
        if done < len(part):
            return False
    return data.startswith(parts[0]) and data[done:].endswith(parts[-1])


@cache
def _kickoff() -> Questionnaire:
    return questionnaire_file.load_bundled("kickoff")


@cache
def _scratch() -> "tempfile.TemporaryDirectory[str]":
    # A folder in memory is five times faster, but not all systems have one.
    memory = Path("/dev/shm")
    folder = memory if memory.is_dir() else None
    return tempfile.TemporaryDirectory(prefix="mlready-", dir=folder)


# Tokens that fuzz.py inserts into inputs, in addition to words of the seeds.
_TABLES = (
    b'"', b'""', b",", b";", b"\t", b"|", b"\n", b"\r\n", b"\r", b"\xef\xbb\xbf",
    b"sep=;\n", b"mlready.churn.COL-01", b"2026-12-11", b"11/Dec/26", b"'=", b"\0",
    b"\xff", b"Done",
)  # fmt: skip
_PLAN = (
    b"background:\n", b"  promise: x\n", b"steps:\n", b"  COL-01: {owner: x}\n",
    b"what", b"owner", b"due", b"done", b"2026-12-15", b"2026-02-30", b"x: {what: y}",
    b"interview: {minutes: 7}\n", b"start", b"end", b"minutes", b"2026-11-29 09:00",
    b"  background-promise: {v1: x}\n", b"x" * 301,
)  # fmt: skip
_VOICES = (
    b"voice: {name: A, role: ml}\n", b"voices: {v1: {}}\n", b"  v2: {name: B}\n",
    b"said: {COL-01: {v1: na}}\n", b"  available-ml: {v1: 0.5}\n",
    b"date: 2025-11-24", b"drafted: x",
)  # fmt: skip
_YAML = (
    b": ", b"#", b" # a", b"- ", b"? ", b"[", b"]", b"{", b"}", b", ", b'"', b"'",
    b"''", b"&a ", b"*a", b"!!str ", b"! ", b"%YAML 1.2\n", b"%TAG ! a:\n", b"---\n",
    b"...\n", b"|\n  ", b"|+2\n ", b">-\n  ", b"> # a\n ", b"\\\n", b'\\"', b"\\u2028",
    b"\\x1b", b"\\ud800", b"<<: ", b"=======\n", b"\t", b"\n", b"\r\n", b"\n  ", b"~",
    b"\xef\xbb\xbf", b"\xc2\x85", b"\xe2\x80\xa8", b"\xc3\xa9", b"\xf0\x9f\x98\x80",
    b"a: b\n", b"no",
)  # fmt: skip
_EXTENSIONS = (
    b"off: {COL-02: x}\n", b"off: {MOV: x}\n", b"without: [headcount]\n",
    b"extends: any.txt\n", b"extends: kickoff\n", b"    after: COL-01\n",
    b"    drop: [when]\n", b"    changed: 1\n", b"    was: OLD-01\n", b"language: de\n",
    b"- id: COL\n  questions:\n", b"  - {id: MOV-02, text: x}\n",
    b"constants: {tilt: 2}\n",
)  # fmt: skip
_MARKDOWN = (
    b"```\n", b"~~~\n", b"```` a\n", b"`", b"``", b"~", b"# ", b"## a\n", b"###### ",
    b"#", b"> ", b"- ", b"1. ", b"* ", b"    ", b"\t", b"\n", b"\r\n", b"\r", b"<!--",
    b"-->", b"<!-- a\n", b"\xef\xbb\xbf", b"\xff", b"\xc3\xa9", b"\x85", b"\x0b", b" ",
)  # fmt: skip
_MARKERS = (
    b"<!-- mlready:begin -->\n", b"<!-- mlready:end -->\n", b"<!--mlready:",
    b" for=team", b" heading=3", b" explain=yes", b" diagrams=text", b"mlready:end",
    b"mlready:begin",
)  # fmt: skip
_MARKS = tuple(each.encode() for each in CONSTRUCTS)

TARGETS = {
    target.name: target
    for target in (
        Target(yaml_documents, _YAML),
        Target(injected_blocks, _MARKDOWN + _MARKERS),
        Target(headings, _MARKDOWN),
        Target(escaping, _MARKS),
        Target(questionnaires, _YAML),
        Target(extensions, _YAML + _EXTENSIONS),
        Target(fast_answers, (*_YAML, b"\\n", b"\\\\", b"  a: b\n", b"{a: b}")),
        Target(answers, (*_YAML, *_VOICES, *_PLAN)),
        Target(synced_steps, (*_YAML, *_PLAN, b"  # x\n", b" # x")),
        Target(step_tables, _TABLES),
    )
}
