"""Measure how the processor time of mlready grows with the size of its input.

    python tests/faults/growth.py [NAME ...]   sizes 1, 10 and 100 of each kind
    python tests/faults/growth.py --quick      a few kinds, for CI

A kind of input has one part that can grow, such as the notes of an answers file. At
size 100, a file is near the size limit (1 MiB), or has too many parts and must be
refused just as fast. Checked:

* Ten times the size takes at most 30 times as long.
* No run ends with a traceback or takes more than 30 seconds. A slower machine gets
  more time.

Times below 0.2 s count as 0.2 s. A smaller size is run only if the larger size takes
more than 6 s.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, partial
from itertools import pairwise, product
from pathlib import Path
from string import ascii_uppercase
from typing import Any, NamedTuple

import yaml

ROOT = Path(__file__).parent.parent.parent
SIZES = (1, 10, 100)
# A file of ten times the size may take so many times as long: more than 10, which is
# linear, because the speed of a shared machine changes between two runs, and far less
# than 100, which is quadratic.
RATIO = 30.0
NOISE = 0.2  # seconds; shorter times count as this time
MOST = 20.0  # maximum processor time of a run in seconds
REPORT = 0.2  # seconds that a minimal report takes on the machine of these limits
TOLERANCE = 1.5  # a time beyond this multiple of the maximum fails the run
FINE = {0, 1, 3, 4}  # allowed exit codes: done, not up to date, bad file, bad template

Files = dict[str, str]


class Kind(NamedTuple):
    """A kind of input, in which one part can grow."""

    name: str  # what grows
    make: Callable[[int], Files]  # returns the input files for a size
    commands: tuple[str, ...]  # command lines, without the name of the program


REPORTS = ("report a.yaml", "report --format html a.yaml", "report --format csv a.yaml")
JSON = "report --format json a.yaml"
HEAD = "questionnaire: kickoff\nversion: 2\n"


def answers(text: str, **more: str) -> Files:
    """Return an answers file as a mapping from its name, "a.yaml", to its content.

    ``text`` is the YAML below the key ``answers``. ``more`` has the YAML of other keys
    of the file, such as ``profile``.
    """
    head = "".join(f"{key}: {value}\n" for key, value in more.items())
    return {"a.yaml": f"{HEAD}{head}answers:\n{text}"}


def _notes(text: str, n: int) -> Files:
    length = len(json.dumps(text, ensure_ascii=False).encode()) - 2
    note = json.dumps(text * (10_000 // length * n), ensure_ascii=False)
    return answers(f"  COL-01: {{level: 1, note: {note}}}\n")


def _texts() -> Iterator[Kind]:
    """Yield kinds of input in which a note repeats one text."""
    for text in [
        "a", " ", "\t", "\n", "\n\n", "`", "``` ", "*", "_a", "[", "](", "![", "<",
        "<!--", "&", "&amp;", "\\", "|", "#", "# a\n", "- a\n", "> ", "1. ", "http://",
        "a@b.", "@a", "#1 ", ":a:", "~", "=", "===\n", "$", "{{", "é", "e\u0301",
        "\u202e", "\u200b", "漢", "🧑‍🔬", "\u2028", '"', "'",
    ]:  # fmt: skip
        yield Kind(
            f"note of {json.dumps(text)}",
            partial(_notes, text),
            (*REPORTS, JSON),
        )


def _answer_lists() -> Iterator[Kind]:
    """Yield kinds of input in which a list or text of an answers file grows."""
    ids = [f"{a}{b}{c}" for a, b, c in product(ascii_uppercase, repeat=3)]
    lists: dict[str, Callable[[int], Files]] = {
        "unknown questions": lambda n: answers(
            "".join(f"  {id_}-01: 1\n" for id_ in ids[: n * 150])
        ),
        "similar question ids": lambda n: answers(
            "".join(f"  COL-{k:05}: 1\n" for k in range(n * 600))
        ),
        "questions given twice": lambda n: answers("  COL-01: 1\n" * n * 600),
        "wrong levels": lambda n: answers(
            "".join(f"  {id_}-01: {{level: 9, na: x}}\n" for id_ in ids[: n * 150])
        ),
        "unknown facts": lambda n: answers(
            "  COL-01: 1\n",
            profile="{" + ", ".join(f"f{k}: x" for k in range(n * 700)) + "}",
        ),
        "unknown roles": lambda n: answers(
            "  COL-01: 1\n",
            profile="{available: {"
            + ", ".join(f"r{k}: 1" for k in range(n * 700))
            + "}}",
        ),
        "unknown keys": lambda n: {
            "a.yaml": HEAD + "".join(f"k{k}: 1\n" for k in range(n * 800))
        },
        "comments": lambda n: answers("  # c\n" * n * 1300 + "  COL-01: 1\n"),
        "comments at ends": lambda n: answers(
            "".join(f"  {id_}-01: 1 # c\n" for id_ in ids[: n * 150])
        ),
        "blank lines": lambda n: answers("\n" * n * 9000 + "  COL-01: 1\n"),
        "lines of a block": lambda n: answers(
            "  COL-01:\n    level: 1\n    note: |\n" + "      line\n" * n * 800
        ),
        "lines of a folded text": lambda n: answers(
            "  COL-01:\n    level: 1\n    note: >-\n" + "      line\n\n" * n * 700
        ),
        "escapes": lambda n: answers(
            f'  COL-01: {{level: 1, note: "{chr(92)}u00e9{chr(92)}x41'
            + r"\U0001F600\n" * n * 700
            + '"}\n'
        ),
        "flow brackets": lambda n: answers("  COL-01: " + "[1, " * n * 2000),
        "open quotes": lambda n: answers("  COL-01: '" + "''" * n * 4000),
        "anchors": lambda n: answers("  COL-01: &a 1\n" * n * 600),
        "documents": lambda n: {"a.yaml": (HEAD + "---\n") * n * 200},
        "keys of one name": lambda n: {"a.yaml": HEAD * n * 200},
        "a long key": lambda n: answers(f"  {'K' * n * 9000}: 1\n"),
        "a long name": lambda n: answers(
            "  COL-01: 1\n", project=f"{{name: {'word ' * n * 1800}, slice: x}}"
        ),
        "a long reason": lambda n: answers(
            f"  COL-01: {{na: {json.dumps('a reason, ' * n * 900)}}}\n"
        ),
        "a long proof": lambda n: answers(
            f"  COL-01: {{level: 3, evidence: {json.dumps('<a> ' * n * 2000)}}}\n"
        ),
    }
    for name, make in lists.items():
        yield Kind(f"answers: {name}", make, ("validate a.yaml", REPORTS[0]))
    pipe = lists["a long reason"]
    yield Kind("pipe: a long reason", pipe, ("report - < a.yaml",))
    pipe = lists["unknown questions"]
    yield Kind("pipe: unknown questions", pipe, ("report - < a.yaml",))


# Kinds of input that are questionnaires


@cache
def _everything() -> str:
    path = ROOT / "tests" / "data" / "everything.yaml"
    return json.dumps(yaml.safe_load(path.read_text(encoding="utf-8")))


def _questionnaire(change: Callable[[dict[str, Any]], object]) -> Files:
    """Return a changed copy of everything.yaml, and an answers file without answers."""
    value = json.loads(_everything())
    change(value)
    head = f"questionnaire: everything\nversion: {value['version']}\n"
    return {
        "q.yaml": json.dumps(value, ensure_ascii=False),
        "a.yaml": f"{head}answers: {{}}\n",
    }


def _layers(value: dict[str, Any], n: int) -> None:
    """Add ``n`` layers to a questionnaire, each with one section of one question."""
    layer, section = value["layers"][0], value["sections"][0]
    for k, letters in enumerate(product(ascii_uppercase, repeat=3)):
        id_ = "".join(letters)
        if k >= n:
            break
        if id_ in {"COL", "AIM"}:
            continue
        question = section["questions"][0] | {"id": f"{id_}-01"}
        value["sections"].append(section | {"id": id_, "questions": [question]})
        value["layers"].insert(1, layer | {"id": f"l{k}", "sections": [id_]})


def _questions(value: dict[str, Any], n: int) -> None:
    """Add ``n`` questions to the first layer of a questionnaire."""
    section = value["sections"][0]
    first = section["questions"][0]
    for k, letters in enumerate(product("BCD", ascii_uppercase, ascii_uppercase)):
        id_ = "".join(letters)
        # The schema allows at most fifty questions in a section.
        numbers = range(max(0, min(50, n - k * 50)))
        if not numbers:
            break
        questions = [first | {"id": f"{id_}-{m:02}"} for m in numbers]
        value["sections"].append(section | {"id": id_, "questions": questions})
        value["layers"][0]["sections"].append(id_)


def _repeated(part: str, n: int, **fields: Any) -> Callable[[dict[str, Any]], None]:
    """Return a function that adds ``n`` entries to a questionnaire's list ``part``.

    The entries are copies of the last entry with new ids, and with the fields
    ``fields``.
    """

    def change(value: dict[str, Any]) -> None:
        entries = value[part]
        entries += [entries[-1] | {"id": f"x{k}"} | fields for k in range(n)]

    return change


def _set(path: str, make: Callable[[], object]) -> Callable[[dict[str, Any]], None]:
    """Return a function that puts the result of ``make`` into a questionnaire.

    ``path`` says where, such as ``sections.0.name``.
    """

    def change(value: Any) -> None:
        *keys, last = [int(k) if k.isdigit() else k for k in path.split(".")]
        for key in keys:
            value = value[key]
        value[last] = make()

    return change


Change = Callable[[dict[str, Any]], object]


def _changed(change: Callable[[int], Change], n: int) -> Files:
    return _questionnaire(change(n))


def _questionnaires() -> Iterator[Kind]:
    one = "sections.0.questions.0"
    changes: dict[str, Callable[[int], Change]] = {
        "layers": lambda n: lambda value: _layers(value, n * 8),
        "questions": lambda n: lambda value: _questions(value, n * 12),
        "facts": lambda n: _repeated("profile", n * 40),
        "conditional facts": lambda n: _repeated(
            "profile", n * 40, when={"approach": ["train"]}
        ),
        "patterns": lambda n: _repeated("patterns", n * 35),
        "contradictions": lambda n: _repeated("contradictions", n * 80),
        "checklist groups": lambda n: _repeated("checklist", n * 60),
        "boxes": lambda n: _repeated("boxes", n * 80),
        "roles": lambda n: lambda value: value["roles"].update(
            {f"r{k}": {"name": "x", "does": "y", "available": "?"}
             for k in range(n * 120)}
        ),
        "remedies": lambda n: lambda value: value["remedies"].update(
            {f"r{k}": "x" for k in range(n * 500)}
        ),
        "choices": lambda n: lambda value: value["profile"][1]["choices"].update(
            {f"c{k}": "x" for k in range(n * 500)}
        ),
        "wordings": lambda n: _set(
            f"{one}.wordings",
            lambda: [{"when": {"approach": ["bought"]}, "text": f"{k}?"}
                     for k in range(n * 150)],
        ),
        "checklist items": lambda n: _set(
            "checklist.0.items",
            lambda: [{"text": "x", "questions": ["COL-01"]} for _ in range(n * 200)],
        ),
        "questions of an item": lambda n: _set(
            "checklist.0.items.0.questions", lambda: ["COL-01"] * n * 900
        ),
        "exposure": lambda n: _set("exposure", lambda: ["COL-01"] * n * 900),
        "values of a condition": lambda n: _set(
            "sections.1.when", lambda: {"approach": [f"v{k}" for k in range(n * 700)]}
        ),
        "facts of a condition": lambda n: _set(
            "sections.1.when", lambda: {f"f{k}": ["x"] for k in range(n * 500)}
        ),
        "traits": lambda n: _set("roles.analyst.traits", lambda: ["x"] * n * 1500),
        "alternatives": lambda n: _set(
            "roles.analyst.alternatives",
            lambda: [{"kind": "x", "what": "y", "time": "z"}] * n * 200,
        ),
        "or_roles": lambda n: _set("layers.0.or_roles", lambda: ["ml"] * n * 1500),
        "roles of a question": lambda n: _set(
            f"{one}.roles", lambda: ["ml"] * n * 1500
        ),
        "sections of a layer": lambda n: _set(
            "layers.0.sections", lambda: ["COL"] * n * 1200
        ),
        "without": lambda n: _set(
            "without", lambda: [f"w{k}" for k in range(n * 900)]
        ),
        "a level's text": lambda n: _set(f"{one}.levels.0", lambda: "word " * n * 1800),
        "a question's text": lambda n: _set(f"{one}.text", lambda: "*a_ " * n * 2000),
        "a title": lambda n: _set("title", lambda: "a `b` " * n * 1400),
        "a layer's name": lambda n: _set("layers.0.name", lambda: "[a](" * n * 2000),
        "a pattern's advice": lambda n: _set(
            "patterns.0.advice", lambda: "1. a\n" * n * 1700
        ),
        "a choice's text": lambda n: _set(
            "profile.1.choices.train", lambda: "<a> " * n * 2000
        ),
    }  # fmt: skip
    for name, change in changes.items():
        yield Kind(
            f"questionnaire: {name}",
            partial(_changed, change),
            (
                "blank -q q.yaml",
                "questions -q q.yaml",
                "report -q q.yaml a.yaml",
                "report -q q.yaml --explain a.yaml",
                "report -q q.yaml --format html a.yaml",
                "report -q q.yaml --format json a.yaml",
            ),
        )


# Kinds of input that are documents or templates

BEGIN, END = "<!-- mlready:begin -->", "<!-- mlready:end -->"
BLOCK = f"\n\n{BEGIN}\n{END}\n"


def _document(text: str, times: int, n: int) -> Files:
    return answers("  COL-01: 1\n") | {"d.md": text * times * n + BLOCK}


def _template(make: Callable[[int], str], n: int) -> Files:
    return answers("  COL-01: 1\n") | {"t.md.j2": make(n), "part.md": "x\n"}


def _documents() -> Iterator[Kind]:
    texts: dict[str, tuple[str, int]] = {
        "lines": ("line\n", 1800), "blank lines": ("\n", 9000),
        "a long line": ("word ", 1800), "headings": ("# a\n", 2000),
        "underlined headings": ("a\n===\n", 1400), "fences": ("```\na\n```\n", 900),
        "open fences": ("````a\n", 1400), "fences of all lengths": ("~~~", 3000),
        "quotes": ("> a\n\n", 1800), "nested quotes": ("> ", 4500),
        "lists": ("- a\n", 2000), "nested lists": ("- ", 4500),
        "numbered lists": ("1. a\n", 1600), "links": ("[a](b) ", 1200),
        "open links": ("[a](", 2000), "open brackets": ("[", 9000),
        "link definitions": ("[a]: b\n", 1200), "images": ("![", 4500),
        "emphasis": ("*a **b ", 1200), "underscores": ("_a", 4500),
        "code spans": ("`a` ", 2000), "open code": ("`a``b", 1800),
        "HTML blocks": ("<div>\n\n", 1200), "open tags": ("<a ", 3000),
        "comments": ("<!-- c -->\n", 800), "open comments": ("<!-- ", 1800),
        "markers in code": (f"`{BEGIN}` ", 350), "markers in fences": (
            f"```\n{BEGIN}\n```\n", 280),
        "indented markers": (f"    {BEGIN}\n", 330), "quoted markers": (
            f"> {BEGIN}\n", 360),
        "ends": (f"{END}\n", 400), "tables": ("| a | b |\n", 900),
        "entities": ("&amp;", 1800), "backslashes": ("\\", 9000),
        "carriage returns": ("a\r\n", 3000), "tabs": ("\t", 9000),
        "front matter": ("---\n", 2200), "directives": ("::: a\n", 1300),
    }  # fmt: skip
    for name, (text, times) in texts.items():
        yield Kind(
            f"document: {name}",
            partial(_document, text, times),
            ("report --inject d.md --check a.yaml",),
        )
    yield Kind(
        "document: blocks",
        lambda n: answers("  COL-01: 1\n") | {"d.md": BLOCK * n * 20},
        ("report --inject d.md a.yaml",),
    )
    yield Kind(
        "document: options of a marker",
        lambda n: (
            answers("  COL-01: 1\n")
            | {"d.md": f"<!-- mlready:begin {'a=b ' * n * 2000}-->\n{END}\n"}
        ),
        ("report --inject d.md a.yaml",),
    )
    yield Kind(
        "document: many kinds of line, out of date",
        lambda n: answers("  COL-01: 1\n")
        | {"d.md": f"{BEGIN}\n"
           + "".join(f"l{k % 102}\n" for k in range(n * 1200)) + f"{END}\n"},
        ("report --inject d.md --check a.yaml",),
    )  # fmt: skip


def _templates() -> Iterator[Kind]:
    texts: dict[str, Callable[[int], str]] = {
        "text": lambda n: "text\n" * n * 1800,
        "prints": lambda n: "{{ date }}" * n * 900,
        "comments": lambda n: "{# c #}" * n * 1300,
        "loops in a row": lambda n: "{% for i in [1] %}x{% endfor %}" * n * 100,
        "conditions in a row": lambda n: "{% if date %}x{% endif %}" * n * 150,
        "a long sum": lambda n: "{{ 1" + " + 1" * n * 60 + " }}",
        "a long list": lambda n: "{{ [" + "1, " * n * 600 + "]|length }}",
        "rounds of a loop": lambda n: (
            "{% for i in range(" + f"{n * 900}) %}}{{{{ i }}}} {{% endfor %}}"
        ),
        "includes": lambda n: "{% include 'part.md' %}" * n * 30,
    }
    for name, make in texts.items():
        yield Kind(
            f"template: {name}",
            partial(_template, make),
            ("report --template t.md.j2 a.yaml",),
        )


# Kinds of input of follow-ups: steps, exports of trackers, questionnaires that extend


def _steps(n: int) -> Files:
    """Return an answers file with ``50 * n`` steps, and an export of these steps."""
    numbers = range(n * 50)
    steps = "".join(f"  step{k}: {{what: Do it, owner: Ana}}\n" for k in numbers)
    rows = "".join(f"mlready.x.step{k},Ana,Done,2026-01-02\n" for k in numbers)
    head = f"{HEAD}project: {{name: x}}\nsteps:\n{steps}answers:\n  COL-01: 1\n"
    return {"a.yaml": head, "e.csv": f"key,owner,status,done\n{rows}"}


def _export(cell: Callable[[int], str], n: int) -> Files:
    return {**_steps(1), "e.csv": f"key,status\n{cell(n)},Done\n"}


def _extending_questionnaire(text: Callable[[int], str], n: int) -> Files:
    head = "id: ours\nversion: 1\nextends: kickoff\n"
    return {**answers("  COL-01: 1\n"), "q.yaml": f"{head}{text(n)}"}


def _follow_ups() -> Iterator[Kind]:
    yield Kind(
        "steps",
        _steps,
        (
            "steps a.yaml",
            "steps --format csv a.yaml",
            "steps --sync e.csv --date 2026-01-03 a.yaml",
            "compare a.yaml a.yaml",
        ),
    )
    cells: dict[str, Callable[[int], str]] = {
        "keys in a cell": lambda n: "mlready.x.step1 " * n * 500,
        "quotes in a cell": lambda n: '"' + '""' * n * 4000 + '"',
        "lines in a cell": lambda n: '"' + "a\n" * n * 4000 + '"',
    }
    for name, cell in cells.items():
        sync = "steps --sync e.csv a.yaml"
        yield Kind(f"export: {name}", partial(_export, cell), (sync,))
    extending: dict[str, Callable[[int], str]] = {
        "questions off": lambda n: (
            "off: {" + ", ".join(f"Q{k:05}-01: x" for k in range(n * 300)) + "}\n"
        ),
        "unknown questions": lambda n: (
            "sections:\n- id: COL\n  questions:\n"
            + "".join(f"  - {{id: COL-{k:05}, text: x}}\n" for k in range(n * 150))
        ),
    }
    for name, text in extending.items():
        yield Kind(
            f"extension: {name}",
            partial(_extending_questionnaire, text),
            ("lint q.yaml", "validate -q q.yaml a.yaml"),
        )


def kinds() -> list[Kind]:
    return [
        *_texts(),
        *_answer_lists(),
        *_questionnaires(),
        *_documents(),
        *_templates(),
        *_follow_ups(),
    ]


# Names of kinds of input that once took quadratic time, or whose size has a limit.
QUICK = (
    'note of "\\t"', 'note of "`"', "answers: similar question ids",
    "answers: wrong levels", "questionnaire: layers", "questionnaire: questions",
    "questionnaire: patterns", "document: markers in code", "document: nested quotes",
    "document: open links", "document: many kinds of line, out of date",
    "template: rounds of a loop", "steps", "export: keys in a cell",
    "extension: questions off",
)  # fmt: skip


# Measuring and checking the processor time


class Run(NamedTuple):
    """One run of mlready."""

    seconds: float  # processor time
    code: int  # the exit code
    complaint: str  # the end of the error output


def run(command: str, folder: Path) -> Run:
    """Run a command line of mlready in a folder, and measure the processor time."""
    text, _, source = command.partition(" < ")
    program = [sys.executable, "-m", "mlready", *text.split()]
    stdin = (folder / source).open("rb") if source else None
    with subprocess.Popen(
        program,
        cwd=folder,
        stdin=stdin or subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as process:
        assert process.stderr
        errors = process.stderr.read().decode(errors="replace")
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if stdin:
        stdin.close()
    return Run(used.ru_utime + used.ru_stime, process.returncode, errors[-300:])


def started(folder: Path) -> float:
    """Return the processor time of a minimal report, the least of three runs."""
    (folder / "a.yaml").write_text(answers("  COL-01: 1\n")["a.yaml"], "utf-8")
    return min(run("report a.yaml", folder).seconds for _ in range(3))


def measure(kind: Kind, command: str, start: float) -> dict[int, Run]:
    """Run a command on inputs of each size, the largest first; return the runs."""
    runs: dict[int, Run] = {}
    for size in reversed(SIZES):
        with tempfile.TemporaryDirectory() as name:
            for file, text in kind.make(size).items():
                Path(name, file).write_bytes(text.encode())
            done = run(command, Path(name))
        runs[size] = done._replace(seconds=max(0.0, done.seconds - start))
        if runs[size].seconds <= NOISE * RATIO:
            break  # too fast for a smaller size to fail a check
    return runs


def complaints(runs: Mapping[int, Run], start: float) -> Iterator[str]:
    """Yield a message for each wrong exit code, and for each run that takes too long.

    ``runs`` are the runs of one command, by the size of the input. ``start`` is the
    processor time of a minimal report in seconds: a slower machine gets more time.
    """
    most = TOLERANCE * MOST * max(1.0, start / REPORT)
    for size, each in runs.items():
        if each.code not in FINE:
            yield f"size {size} exits with {each.code}: {each.complaint.strip()}"
        if each.seconds > most:
            yield f"size {size} takes {each.seconds:.1f} s"
    for more, less in pairwise(runs.values()):
        if (ratio := more.seconds / max(NOISE, less.seconds)) > RATIO:
            yield f"ten times the size costs {ratio:.0f} times the time"


def main(names: Sequence[str]) -> int:
    """Print the processor time that mlready takes for each kind of input, by size.

    ``names`` are parts of the names of the kinds to measure; an empty list means all
    kinds. Return 1 if a check failed or nothing was measured, else 0.
    """
    begin, broken, tried = time.monotonic(), 0, 0
    with tempfile.TemporaryDirectory() as folder:
        start = started(Path(folder))
    print(f"{'kind: command':<80}" + "".join(f"{size:>8}" for size in SIZES))
    for kind in kinds():
        if names and not any(name in kind.name for name in names):
            continue
        for command in kind.commands:
            tried += 1
            runs = measure(kind, command, start)
            times = "".join(
                f"{runs[size].seconds:8.2f}" if size in runs else f"{'-':>8}"
                for size in SIZES
            )
            print(f"{kind.name + ': ' + command:<80}{times}", flush=True)
            for complaint in complaints(runs, start):
                broken += 1
                print(f"  BROKEN: {complaint}", flush=True)
    took = time.monotonic() - begin
    print(f"growth: {tried} kinds and commands, {broken} broken, {took:.0f} s")
    return int(bool(broken) or not tried)  # nothing is tried if no kind has these names


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*", metavar="NAME", help="parts of names")
    parser.add_argument("--quick", action="store_true", help="a few kinds")
    asked = parser.parse_args()
    raise SystemExit(main(QUICK if asked.quick else asked.names))
