"""Writing reports to files and documents, and checking that they are up to date."""

import html
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from mlready.assessment.assess import Assessment, assess
from mlready.assessment.diagnosis import Verdict
from mlready.assessment.voices import combine
from mlready.errors import StorageError, UsageError
from mlready.input_limits import LIMIT
from mlready.model.answers import EXPRESS, Answer, Voice
from mlready.model.questionnaire import Questionnaire
from mlready.output.formats import ReportRequest, render_document
from mlready.output.line_endings import with_endings_of
from mlready.output.report_writer import Target, write_report
from mlready.report.agenda import html_agenda, markdown_agenda
from mlready.report.html import html_page
from mlready.report.json_export import as_data
from mlready.report.markdown import below_threshold, markdown
from mlready.report.options import Diagrams, Format, MinimumVerdict, Reader
from mlready.report.svg import badge_svg, pyramid_svg
from mlready.resources import bundled
from mlready.storage import answers_file
from mlready.user_templates.render import render_user_template
from tests.commands import Done, Run
from tests.program import Program
from tests.samples import KICKOFF, answered_by, example, read_sheet

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "questionnaires" / "examples"
OWN = bundled("templates") / "own"
ANCHORS = ROOT / "tests" / "cases" / "anchors"
TEAMS = {
    Verdict.NOT_YET: EXAMPLES / "stilts.yaml",
    Verdict.UNPROVEN: ANCHORS / "E3.yaml",
    Verdict.CONDITIONAL: ANCHORS / "V11.yaml",
    Verdict.READY: EXAMPLES / "ready.yaml",
}
BEGIN, END = "<!-- mlready:begin -->", "<!-- mlready:end -->"
SPONSOR = "<!-- mlready:begin for=sponsor heading=3 -->"
TEXT = f"# Our team\n\n{SPONSOR}\n{END}\n\n## All\n\n{BEGIN}\nold\n{END}\nThe end."
OUT_OF_DATE = "out of date; run the same command without --check"
BAD_OPTION = "there is no option 'fro'; did you mean 'for'?"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: Program) -> Run:
    """Return a function that runs ``mlready report a.yaml`` with the given options.

    The working folder also contains d.md, a document with two blocks for reports.
    """
    monkeypatch.chdir(tmp_path)
    Path("a.yaml").write_bytes(TEAMS[Verdict.NOT_YET].read_bytes())
    Path("d.md").write_bytes(TEXT.encode())
    return lambda *args: program.run("report", "a.yaml", *args)


@pytest.fixture(scope="module")
def result(kickoff: Questionnaire) -> Assessment:
    return assessed(Verdict.NOT_YET, kickoff)


def assessed(verdict: Verdict, kickoff: Questionnaire) -> Assessment:
    path = TEAMS[verdict]
    return assess(kickoff, answers_file.read(path.read_bytes(), path.name, kickoff))


def filled(result: Assessment) -> str:
    """Return the text of ``d.md``, whose two blocks hold reports on ``result``."""
    sponsor = render_document(result, ReportRequest(Reader.SPONSOR, heading=3)).rstrip(
        "\n"
    )
    everything = render_document(result, ReportRequest()).rstrip("\n")
    return TEXT.replace(f"{SPONSOR}\n", f"{SPONSOR}\n\n{sponsor}\n\n").replace(
        f"{BEGIN}\nold\n", f"{BEGIN}\n\n{everything}\n\n"
    )


def contents() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in Path().iterdir()}


@pytest.mark.parametrize(
    ("ending", "mark"),
    [
        pytest.param("\n", "", id="LF"),
        pytest.param("\r\n", "", id="CRLF"),
        pytest.param("\r", "", id="CR"),
        pytest.param("\r\n", "\ufeff", id="CRLF and BOM"),
    ],
)
def test_inject_option_fills_each_report_block_of_a_document(run, result, ending, mark):
    Path("d.md").write_bytes(f"{mark}{TEXT}".replace("\n", ending).encode())
    expected = f"{mark}{filled(result)}".replace("\n", ending).encode()
    before = contents()

    assert run("--inject", "d.md") == Done(0, "", "")
    assert contents() == {**before, "d.md": expected}
    assert run("--inject", "d.md", "--check") == Done(0, "", "")
    assert run("--inject", "d.md") == Done(0, "", "")
    assert contents() == {**before, "d.md": expected}


def test_option_in_a_block_marker_overrides_the_command_line_option(run, result):
    Path("d.md").write_text(f"{BEGIN}\n{END}\n<!-- mlready:begin for=team -->\n{END}")
    both = [
        render_document(result, ReportRequest(reader, heading=2, explain=True)).rstrip(
            "\n"
        )
        for reader in (Reader.SPONSOR, Reader.TEAM)
    ]

    args = ["--for", "sponsor", "--heading", "2", "--explain"]
    assert run("--inject", "d.md", *args) == Done(0, "", "")
    assert Path("d.md").read_text(encoding="utf-8") == (
        f"{BEGIN}\n\n{both[0]}\n\n{END}\n"
        f"<!-- mlready:begin for=team -->\n\n{both[1]}\n\n{END}"
    )


def test_document_and_output_file_names_may_begin_with_a_dash(run):
    Path("d.md").rename("-d.md")

    for more in ([], ["--check"]):
        assert run("--inject", "-d.md", *more) == Done(0, "", "")
        assert run("-o", "-r.md", *more) == Done(0, "", "")
    assert Path("-r.md").exists()


def test_inject_option_writes_the_file_to_which_a_symbolic_link_points(run, result):
    Path("d.md").rename("far.md")
    Path("d.md").symlink_to("far.md")

    assert run("--inject", "d.md") == Done(0, "", "")
    assert Path("far.md").read_text(encoding="utf-8") == filled(result)
    assert Path("d.md").readlink() == Path("far.md")


def test_document_with_an_up_to_date_report_is_not_written_again(run):
    run("--inject", "d.md")
    before = Path("d.md").stat()

    assert run("--inject", "d.md") == Done(0, "", "")
    after = Path("d.md").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_inject_option_refuses_a_document_that_is_read_only(run, result, monkeypatch):
    before = contents()
    monkeypatch.setattr(os, "access", lambda *_: False)

    with pytest.raises(StorageError) as caught:
        write_report(result, ReportRequest(), Target(inject=Path("d.md")))
    assert str(caught.value) == (
        "d.md: cannot write: it is not a file that may be written"
    )
    assert contents() == before


@pytest.mark.parametrize(
    ("args", "done"),
    [
        pytest.param(
            ["--check"],
            Done(
                2, "", "mlready: --check: nothing to compare with; add -o or --inject\n"
            ),
            id="check without a target",
        ),
        pytest.param(
            ["--inject", "d.md", "-o", "d.md"],
            Done(
                2,
                "",
                "mlready: --inject: writes to the document itself; leave out -o\n",
            ),
            id="inject and output",
        ),
        pytest.param(
            ["--inject", "d.md", "--format", "html"],
            Done(
                2, "", "mlready: --inject: fills in Markdown; leave out --format html\n"
            ),
            id="inject a format other than Markdown",
        ),
        pytest.param(
            ["-o", "d.html"],
            Done(
                2,
                "",
                (
                    "mlready: -o d.html: this would be Markdown; add --format html, or "
                    "end the name with .md\n"
                ),
            ),
            id="Markdown in a file for HTML",
        ),
        pytest.param(
            ["--inject", "d.md", "--template", "d.md"],
            Done(
                2,
                "",
                "mlready: --inject: fills in our own report; leave out --template\n",
            ),
            id="inject a template",
        ),
        pytest.param(
            ["--heading", "2", "--format", "json"],
            Done(
                2,
                "",
                "mlready: --heading: has no effect with --format json; leave it out\n",
            ),
            id="heading level for a format without headings",
        ),
        pytest.param(
            ["--template", "d.md", "--format", "html"],
            Done(
                2,
                "",
                "mlready: --template: decides on the format itself; leave out --format "
                "html\n",
            ),
            id="template and format",
        ),
        pytest.param(
            ["--inject", "a.rst"],
            Done(
                2,
                "",
                "mlready: a.rst: not a Markdown document by its name; write the report "
                "to a file of its own with -o, and include that\n",
            ),
            id="inject into reStructuredText",
        ),
        pytest.param(
            ["-o", "--check"],
            Done(
                2,
                "",
                "mlready: --check: taken for the name of the output; name a file, or "
                "put its whole path\n",
            ),
            id="output name missing",
        ),
        pytest.param(
            ["--inject", "--check"],
            Done(
                2,
                "",
                "mlready: --check: taken for the name of the document; name a file, or "
                "put its whole path\n",
            ),
            id="document name missing",
        ),
        pytest.param(
            ["-o", "-"],
            Done(
                2,
                "",
                "mlready: -: taken for the name of the output; name a file, or put its "
                "whole path\n",
            ),
            id="dash as the name of the output",
        ),
        pytest.param(
            ["--inject", "a.yaml"],
            Done(
                2,
                "",
                "mlready: a.yaml: is also what is read; choose another document\n",
            ),
            id="inject into the answers",
        ),
        pytest.param(
            ["--check", "-o", "link.yaml"],
            Done(
                2,
                "",
                "mlready: link.yaml: is also what is read; choose another document\n",
            ),
            id="check the answers",
        ),
        pytest.param(
            ["--inject", "none.md"],
            Done(5, "", "mlready: none.md: cannot read: no such file or directory\n"),
            id="document does not exist",
        ),
        pytest.param(
            ["--check", "-o", "."],
            Done(5, "", "mlready: .: not a regular file\n"),
            id="folder instead of a document",
        ),
        pytest.param(
            ["--inject", "large.md"],
            Done(
                5,
                "",
                "mlready: large.md: larger than 1 MiB; choose another document\n",
            ),
            id="document above the size limit",
        ),
        pytest.param(
            ["--inject", "bad.md"],
            Done(3, "", f"mlready: bad.md:2:20: {BAD_OPTION}\n"),
            id="document with a mistake in a marker",
        ),
        pytest.param(
            ["--inject", "bad.md", "--check"],
            Done(3, "", f"mlready: bad.md:2:20: {BAD_OPTION}\n"),
            id="check of a document with a mistake in a marker",
        ),
        pytest.param(
            ["--inject", "control.md"],
            Done(
                3,
                "",
                "mlready: control.md:1:20: expected an option such as for=sponsor, "
                "found '␛[31m'\n",
            ),
            id="document with control characters in a marker",
        ),
    ],
)
def test_refused_report_command_changes_no_file(run, args, done):
    Path("link.yaml").symlink_to("a.yaml")
    Path("a.rst").write_text(f"{BEGIN}\n{END}\n", encoding="utf-8")
    Path("large.md").write_text(f"{BEGIN}\n{END}\n".ljust(LIMIT + 1), "utf-8")
    Path("bad.md").write_text(f"\n<!-- mlready:begin fro=all -->\n{END}\n", "utf-8")
    Path("control.md").write_text(f"<!-- mlready:begin \x1b[31m -->\n{END}\n", "utf-8")
    before = contents()

    assert run(*args) == done
    assert contents() == before


# Pairs of report options that are refused; all other pairs are accepted.
OWN_FORMATS = {f"--format {form}" for form in Format if form != Format.MD}
OPTIONS = [
    "-o", "--for", "--explain", "--date", "--diagrams", "--heading", "--template",
    "--inject", "--check", *sorted(OWN_FORMATS),
]  # fmt: skip
NO_EFFECT = {
    "--template": {"--for", "--explain", "--diagrams", "--heading"},
    "--format html": {"--diagrams", "--heading"},
    "--format json": {"--for", "--explain", "--diagrams", "--heading"},
    "--format csv": {"--for", "--explain", "--date", "--diagrams", "--heading"},
    **{
        f"--format {form}": {"--for", "--explain", "--diagrams", "--heading"}
        for form in ("svg", "badge")
    },
}  # fmt: skip
CONTRADICTIONS = [
    {"--inject", "-o"},
    {"--inject", "--template"},
    *({"--template", form} for form in OWN_FORMATS),
    *({"--inject", form} for form in OWN_FORMATS),
    *({one, other} for one, others in NO_EFFECT.items() for other in others),
]
PAIRS = [
    pair
    for pair in combinations(OPTIONS, 2)
    if not (set(pair) < OWN_FORMATS)  # a second --format replaces the first
    and ("--check" not in pair or {*pair} & {"-o", "--inject"})
]


@pytest.mark.parametrize("pair", PAIRS, ids=" ".join)
def test_report_command_refuses_only_contradictory_pairs_of_options(
    pair, result, tmp_path
):
    request = ReportRequest()
    (tmp_path / "own.md").write_text("{{ date }}\n", encoding="utf-8")
    (tmp_path / "d.md").write_text(f"{BEGIN}\n{END}\n", encoding="utf-8")
    values: dict[str, Any] = {
        "reader": Reader.SPONSOR, "explain": True, "date": "today", "heading": 2,
        "diagrams": Diagrams.MERMAID, "template": tmp_path / "own.md",
    }  # fmt: skip
    for option in pair:
        name, _, form = option.partition(" ")
        field = {"--for": "reader"}.get(name, name.removeprefix("--"))
        if form:
            request = request._replace(format=Format(form))
        elif field in values:
            request = request._replace(**{field: values[field]})
    output = tmp_path / "r.md" if "-o" in pair else None
    inject = tmp_path / "d.md" if "--inject" in pair else None

    def write() -> list[str]:
        check = "--check" in pair
        return write_report(result, request, Target(output, inject, check))

    if {*pair} in CONTRADICTIONS:
        with pytest.raises(UsageError, match="leave "):
            write()
    else:
        assert bool(write()) == ("--check" in pair)


Old = Callable[[bytes], bytes]
Shown = Callable[[list[str]], list[str]]
DIFFERENCES: list[tuple[str, Old, Shown]] = [
    (
        "a line",
        lambda new: new + b"more\n",
        lambda new: [f"@@ -{len(new) - 2},4 +{len(new) - 2},3 @@",
                     *(f" {line}" for line in new[-3:]), "-more"],
    ),
    (
        "control characters",
        lambda new: new + b"\xff\x1b[2J\xe2\x80\xae\x85\n",
        lambda new: [f"@@ -{len(new) - 2},4 +{len(new) - 2},3 @@",
                     *(f" {line}" for line in new[-3:]), r"-\xff␛[2J⟨U+202E⟩\x85"],
    ),
    (
        "everything",
        lambda _: b"",
        lambda new: [f"@@ -0,0 +1,{len(new)} @@", *(f"+{line}" for line in new)],
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "shown"),
    [pytest.param(old, shown, id=name) for name, old, shown in DIFFERENCES],
)
def test_check_option_prints_how_a_report_file_differs_and_writes_nothing(
    run, result, old, shown
):
    new = render_document(result, ReportRequest())
    Path("r.md").write_bytes(old(new.encode()))
    before = contents()
    lines = [
        "--- r.md",
        "+++ r.md",
        *shown(new.splitlines()),
        f"r.md: {OUT_OF_DATE}",
        "",
    ]

    assert run("--check", "-o", "r.md") == Done(1, "", "\n".join(lines))
    assert contents() == before
    assert run("-o", "r.md") == Done(0, "", "")
    assert run("--check", "-o", "r.md") == Done(0, "", "")


ENDINGS = {"LF": b"\n", "CRLF": b"\r\n", "CR": b"\r"}


@pytest.mark.parametrize("form", ["md", "html", "json", "csv", "svg", "badge", "own"])
@pytest.mark.parametrize("ending", ENDINGS.values(), ids=ENDINGS)
def test_report_file_keeps_its_line_endings_and_check_option_ignores_them(
    run, ending, form
):
    Path("own.md").write_text("a {{ date }}\nb\n", encoding="utf-8")
    how = ["--template", "own.md"] if form == "own" else ["--format", form]
    args = [*how, "-o", "r.txt"]
    assert run(*args) == Done(0, "", "")
    written = b"\n".join(Path("r.txt").read_bytes().splitlines()) + b"\n"
    Path("r.txt").write_bytes(written.replace(b"\n", ending))

    assert run(*args, "--check") == Done(0, "", "")
    assert run(*args) == Done(0, "", "")
    assert Path("r.txt").read_bytes() == written.replace(b"\n", ending)
    Path("r.txt").write_bytes(b"old" + ending)
    assert run(*args, "--check").code == 1
    assert run(*args) == Done(0, "", "")
    assert Path("r.txt").read_bytes() == written.replace(b"\n", ending)


def test_check_option_shows_no_line_that_differs_only_in_its_line_ending(run):
    run("-o", "r.md")
    written = Path("r.md").read_bytes().replace(b"\n", b"\r\n")
    Path("r.md").write_bytes(written + b"more\r\n")

    done = run("-o", "r.md", "--check")
    changed = [line for line in done.err.splitlines() if line[:1] in {"-", "+"}]
    assert (done.code, changed) == (1, ["--- r.md", "+++ r.md", "-more"])


def formatted_by_regex(text: str) -> str:
    """Return Markdown with emphasis and tables as Markdown formatters write them."""
    text = re.sub(r"(?<![*\\])\*([^*\n]+)\*(?!\*)", r"_\1_", text)
    return re.sub(r"(?m)^\|.*", lambda row: row[0].replace(" | ", "   | "), text)


def formatted_by_mdformat(text: str) -> str:
    mdformat = pytest.importorskip("mdformat", reason="the extra pipelines has it")
    return str(mdformat.text(text, extensions={"gfm"}))


def formatted_by_prettier(text: str) -> str:
    prettier = shutil.which("prettier") or pytest.skip("prettier is not installed")
    call = [prettier, "--parser", "markdown"]
    done = subprocess.run(call, input=text.encode(), capture_output=True, check=True)
    return done.stdout.decode()


@pytest.mark.parametrize("args", [("-o", "r.md"), ("--inject", "r.md")])
@pytest.mark.parametrize(
    "formatted", [formatted_by_regex, formatted_by_mdformat, formatted_by_prettier]
)
def test_check_option_accepts_a_report_that_a_markdown_formatter_has_changed(
    run, formatted, args
):
    Path("r.md").write_text(f"# A\n\n{BEGIN}\n{END}\n", encoding="utf-8")
    run(*args)
    written = Path("r.md").read_text(encoding="utf-8")
    changed = formatted(written)
    Path("r.md").write_text(changed, encoding="utf-8")

    assert changed != written
    assert run(*args, "--check") == Done(0, "", "")
    Path("r.md").write_text(changed.replace("Churn", "Stay"), encoding="utf-8")
    assert run(*args, "--check").code == 1


def test_inject_option_keeps_a_report_block_that_only_a_markdown_formatter_has_changed(
    run,
):
    run("--inject", "d.md")
    changed = formatted_by_regex(Path("d.md").read_text(encoding="utf-8"))
    Path("d.md").write_text(changed, encoding="utf-8")

    assert run("--inject", "d.md") == Done(0, "", "")
    assert Path("d.md").read_text(encoding="utf-8") == changed


def test_check_option_detects_changed_spaces_within_a_code_block(run):
    run("-o", "r.md")
    written = Path("r.md").read_text(encoding="utf-8")
    Path("r.md").write_text(
        written.replace("0 1 2 3 4", "0 1  2 3 4"), encoding="utf-8"
    )

    assert run("-o", "r.md", "--check").code == 1


@pytest.mark.parametrize(
    ("old", "new", "written"),
    [
        pytest.param(b"a\r\n", b"a\nb\n", b"a\r\nb\r\n", id="as in the file before"),
        pytest.param(b"a\r\n", b"a\nb\r\n", b"a\r\nb\r\n", id="two kinds of ending"),
        pytest.param(b"a", b"a\n", b"a\n", id="no ending before"),
    ],
)
def test_new_version_of_a_document_gets_the_line_endings_of_the_old_version(
    old, new, written
):
    assert with_endings_of(old, new) == written


def test_document_keeps_mixed_line_endings_and_check_option_ignores_them(run, result):
    mixed = filled(result).encode().replace(b"\n", b"\r\n", 9)
    Path("d.md").write_bytes(mixed)

    assert run("--inject", "d.md", "--check") == Done(0, "", "")
    assert run("--inject", "d.md") == Done(0, "", "")
    assert Path("d.md").read_bytes() == mixed


@pytest.mark.parametrize("room", [200_000, 0, -1])
def test_inject_option_refuses_to_make_a_document_larger_than_the_size_limit(
    run, result, room
):
    block = len(filled(result).encode()) - len(TEXT.encode())
    Path("d.md").write_text(TEXT.ljust(LIMIT - block - room, "x"), encoding="utf-8")
    before = contents()

    done = run("--inject", "d.md")
    if room < 0:
        assert done == Done(
            5,
            "",
            "mlready: d.md: would become larger than 1 MiB; write the report to a file "
            "of its own with -o\n",
        )
        assert contents() == before
    else:
        assert done == Done(0, "", "")
        assert run("--inject", "d.md", "--check") == Done(0, "", "")


def test_check_option_reads_a_report_above_the_size_limit_for_input_files(run, result):
    long = "x" * (LIMIT // 8)
    answers = {id_: Answer(0, note=long) for id_ in [*result.inputs.sheet.answers][:12]}
    sheet = result.inputs.sheet._replace(answers=answers)
    large = assess(result.inputs.questionnaire, sheet)
    for _ in range(2):
        write_report(large, ReportRequest(), Target(Path("r.md")))

    assert Path("r.md").stat().st_size > LIMIT
    out = write_report(large, ReportRequest(), Target(Path("r.md"), check=True))
    assert out == []


def test_check_option_fails_for_a_missing_report_file(run, result):
    new = render_document(result, ReportRequest()).splitlines()
    before = contents()
    lines = ["--- /dev/null", "+++ ␛.md", f"@@ -0,0 +1,{len(new)} @@"]
    lines += [*(f"+{line}" for line in new), f"␛.md: {OUT_OF_DATE}", ""]

    assert run("--check", "-o", "\x1b.md") == Done(1, "", "\n".join(lines))
    assert contents() == before


def test_check_option_prints_how_a_report_block_differs_and_writes_nothing(run, result):
    new = filled(result)
    old = new.replace("\n### Churn", "\n### Stay")
    Path("d.md").write_text(old, encoding="utf-8")
    before = contents()
    old_lines, new_lines = old.splitlines(), new.splitlines()
    lines = [
        *("--- d.md", "+++ d.md", "@@ -2,7 +2,7 @@"),
        *(f" {line}" for line in new_lines[1:4]),
        *(f"-{old_lines[4]}", f"+{new_lines[4]}"),
        *(f" {line}" for line in new_lines[5:8]),
        *(f"d.md: {OUT_OF_DATE}", ""),
    ]

    assert run("--inject", "d.md", "--check") == Done(1, "", "\n".join(lines))
    assert contents() == before


MARKERS = f"{END}\n\n{BEGIN}\n```\n<!-- mlready:begin fro=all -->\n"


@pytest.mark.parametrize("reader", Reader)
def test_block_markers_written_in_notes_have_no_effect(reader, run, result):
    sheet = result.inputs.sheet
    answer = Answer(
        level=0, note=MARKERS, evidence=MARKERS, by=MARKERS, date=MARKERS,
        accepted=MARKERS,
    )  # fmt: skip
    every = {**sheet.answers, **dict.fromkeys(sheet.answers, answer)}
    sheet = sheet._replace(name=MARKERS, slice=MARKERS, answers=every)
    noted = assess(result.inputs.questionnaire, sheet)
    request = ReportRequest(reader, explain=True, date="<!-- mlready:end -->")

    for _ in range(2):
        assert write_report(noted, request, Target(inject=Path("d.md"))) == []
    checked = Target(inject=Path("d.md"), check=True)
    assert write_report(noted, request, checked) == []
    text = Path("d.md").read_text(encoding="utf-8")
    assert [line for line in text.splitlines() if re.match("<!-- mlready", line)] == [
        SPONSOR,
        END,
        BEGIN,
        END,
    ]


@pytest.mark.parametrize("minimum", MinimumVerdict)
@pytest.mark.parametrize("verdict", Verdict)
def test_fail_below_option_makes_report_exit_with_1_and_say_why_if_the_verdict_is_lower(
    run, kickoff, verdict, minimum
):
    Path("a.yaml").write_bytes(TEAMS[verdict].read_bytes())
    assessment = assessed(verdict, kickoff)
    is_claim = verdict == minimum == Verdict.READY  # of one voice, so not confirmed
    is_below = list(Verdict).index(verdict) < list(Verdict).index(Verdict(minimum))
    is_below = is_below or is_claim
    message = f"{below_threshold(assessment, minimum)}\n" if is_below else ""

    assert assessment.diagnosis.verdict == verdict
    assert bool(below_threshold(assessment, minimum)) == is_below
    assert run("--fail-below", minimum) == Done(
        int(is_below), render_document(assessment, ReportRequest()), message
    )


@pytest.mark.parametrize("minimum", MinimumVerdict)
@pytest.mark.parametrize("verdict", Verdict)
def test_draft_alone_meets_no_fail_below_option_whatever_its_verdict(verdict, minimum):
    sheet = read_sheet(TEAMS[verdict])
    draft = sheet._replace(voice=Voice(drafted="a bot"))
    alone = below_threshold(assess(KICKOFF, draft), minimum)
    person = answered_by(sheet, "Ana")
    beside = combine(KICKOFF, [draft, person])

    assert "draft" in alone
    assert alone.endswith(f"This does not meet --fail-below {minimum}.")
    assert bool(below_threshold(assess(KICKOFF, beside), minimum)) is bool(
        below_threshold(assess(KICKOFF, person), minimum)
    )


@pytest.mark.parametrize("level", [0, 1])
def test_ready_does_not_meet_fail_below_ready_while_a_point_must_be_settled(level):
    sheet = example("ready")
    low = sheet._replace(answers={**sheet.answers, "COL-04": Answer(level)})
    voices = [answered_by(low, "Ana"), answered_by(low, "Bo")]
    result = assess(KICKOFF, combine(KICKOFF, voices))

    assert result.diagnosis.verdict is Verdict.READY
    assert result.confirmation.verdict
    assert below_threshold(result, MinimumVerdict.READY).startswith("Nearly ready: ")
    assert below_threshold(result, MinimumVerdict.CONDITIONAL) == ""
    assert "Nearly ready" in badge_svg(result)


def core_of_ready(*names: str) -> Assessment:
    """Return the assessment of people who answered only the core of "ready"."""
    sheet = example("ready")
    core = {each.id for each in KICKOFF.questions if each.express}
    kept = {id_: each for id_, each in sheet.answers.items() if id_ in core}
    short = sheet._replace(scope=EXPRESS, answers=kept)
    return assess(KICKOFF, combine(KICKOFF, [answered_by(short, n) for n in names]))


@pytest.mark.parametrize(
    "write",
    [
        pytest.param(markdown, id="team's report"),
        pytest.param(html_page, id="report as HTML"),
        pytest.param(markdown_agenda, id="agenda"),
        pytest.param(html_agenda, id="agenda as HTML"),
        pytest.param(
            lambda each: render_user_template(as_data(each), OWN / "memo.md.j2"),
            id="memo",
        ),
        pytest.param(
            lambda each: render_user_template(as_data(each), OWN / "starter.md.j2"),
            id="starter template",
        ),
    ],
)
@pytest.mark.parametrize("names", [["Ana", "Bo"], ["Ana"]], ids=["two", "one"])
def test_document_names_each_point_that_a_nearly_ready_waits_for_and_whom_to_ask(
    names, write
):
    result = core_of_ready(*names)
    waits_for = result.staffing.ml_blockers
    text = html.unescape(write(result)).replace("\\", "")
    lines = [line for line in re.split(r"\n|</li>", text) if "ask" in line.lower()]
    lines += [line for line in text.splitlines() if " could say" in line]

    assert len(waits_for) > 10
    assert result.staffing.nearly_ready
    for question in waits_for:
        assert any(
            question.topic in line and question.knows in line for line in lines
        ), question.id
    assert "No answer can change the advice" not in text
    assert "No step is needed now" not in text


def test_json_and_plan_have_the_points_that_a_nearly_ready_waits_for():
    result = core_of_ready("Ana", "Bo")
    ids = [each.id for each in result.staffing.ml_blockers]
    data = as_data(result)

    assert [each["id"] for each in data["open"]] == ids
    assert [each["id"] for each in data["unsettled"]] == ids
    assert [each["id"] for each in data["plan"]] == ids[:3]
    assert data["verdict"]["words"] == "Nearly ready"


def test_sponsor_page_names_the_first_points_to_settle_and_where_the_others_are():
    result = core_of_ready("Ana", "Bo")
    text = markdown(result, "", Reader.SPONSOR)
    first = [each.topic.lower() for each in result.staffing.ml_blockers[:3]]

    assert f"To settle first: {'; '.join(first)}; and " in text.replace("*", "")
    assert "more, which the team's report lists" in text


@pytest.mark.parametrize(
    "names", [["Ana", "Bo"], ["Ana"]], ids=["two people", "one person"]
)
def test_outputs_agree_that_no_machine_learning_is_needed(names):
    sheet = example("ready")
    simple = sheet._replace(
        profile={**sheet.profile, "simple_way": "reaches"},
        answers={**sheet.answers, "MOV-00": Answer(0), "MOV-01": Answer(0)},
    )
    result = assess(KICKOFF, combine(KICKOFF, [answered_by(simple, n) for n in names]))
    data = as_data(result)
    starter = render_user_template(data, OWN / "starter.md.j2")
    explained = markdown(result, "", Reader.TEAM, explain=True)

    assert result.diagnosis.priority_layer
    assert data["verdict"]["words"].startswith("No machine learning is needed")
    assert data["mend"]["first"] is None
    assert ">No machine learning is needed" in badge_svg(result)
    assert "*No machine learning is needed" in explained
    assert "**No machine learning is needed" in starter
    for text in (badge_svg(result), pyramid_svg(result), starter):
        assert "ix first" not in text
        assert "Move and store first" not in text


@pytest.mark.parametrize(
    ("verdict", "beginning"),
    [
        (
            Verdict.NOT_YET,
            "Not ready: the first hire is a data engineer. Modelling must",
        ),
        (Verdict.UNPROVEN, "Not known yet: find out first. Nobody can say yet"),
        (Verdict.CONDITIONAL, "Conditional: go on with the people you have. Model"),
    ],
)
def test_message_about_a_verdict_below_the_required_verdict_is_one_line(
    kickoff, verdict, beginning
):
    line = below_threshold(assessed(verdict, kickoff), MinimumVerdict.READY)

    assert line.startswith(beginning)
    assert line.endswith(". This does not meet --fail-below ready.")
    assert line.isprintable()


def test_inject_option_writes_the_report_even_if_the_verdict_is_below_the_required_one(
    run, result
):
    message = f"{below_threshold(result, MinimumVerdict.READY)}\n"

    assert run("--inject", "d.md", "--fail-below", "ready") == Done(1, "", message)
    assert Path("d.md").read_text(encoding="utf-8") == filled(result)
    both = run("--check", "-o", "r.md", "--fail-below", "ready")
    assert (both.code, both.err.splitlines()[-2:]) == (
        1,
        [f"r.md: {OUT_OF_DATE}", message[:-1]],
    )


def test_sponsor_page_with_own_reasons_says_what_settles_a_point():
    sheet = core_of_ready("Ana", "Bo").inputs.sheet
    answers = {**sheet.answers, "CTX-04": Answer(1)}
    lines = {"because": "We measured it on 200 cases."}
    result = assess(KICKOFF, sheet._replace(answers=answers, background=lines))
    page = markdown(result, "", Reader.SPONSOR)

    assert "CTX-04" in {each.id for each in result.staffing.ml_blockers}
    assert "write down which result would stop this, and the day you will" in page
    assert "freedom to stop" not in page
