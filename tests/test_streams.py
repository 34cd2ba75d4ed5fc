"""Commands whose standard streams or files are closed, full, pipes, devices or folders.

The exit code is 0 only if the whole document was printed. Every error message is one
line, and no command hangs.
"""

import errno
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from mlready.cli.app import print_message
from mlready.input_limits import LIMIT
from mlready.storage.standard_streams import as_storage_error
from tests.commands import Done, Run
from tests.program import Program

ROOT = Path(__file__).parent.parent
SMALL = str(ROOT / "tests" / "data" / "small.yaml")
KICKOFF = ROOT / "questionnaires" / "kickoff.yaml"
STILTS = ROOT / "questionnaires" / "examples" / "stilts.yaml"
COMMAND = [sys.executable, "-m", "mlready"]
TIMEOUT = 20  # seconds after which a hanging command is killed
CLOSED = "mlready: standard output is closed\n"
NO_SPACE = "mlready: standard output: cannot write: no space left on device\n"
TOO_LARGE = (
    "mlready: standard input:1:1: larger than 1 MiB; "
    "an answers file is a few kilobytes\n"
)
NO_TERMINAL = (
    "mlready: an interview needs a terminal; fill in a file instead: "
    "mlready blank -o {}\n"
)
FILL_IN = "mlready: an interview needs a terminal; fill in the file instead: {}\n"

needs_full = pytest.mark.skipif(
    not Path("/dev/full").exists(), reason="only Linux has this device"
)
each_printing_command = pytest.mark.parametrize(
    "args",
    [
        pytest.param(["report", "stilts.yaml"], id="report"),
        pytest.param(["report", "stilts.yaml", "ana.yaml"], id="several voices"),
        pytest.param(["report", "stilts.yaml", "--format", "html"], id="page"),
        pytest.param(["report", "stilts.yaml", "--template", "t.md"], id="template"),
        pytest.param(["demo"], id="demo"),
        pytest.param(["questions"], id="questions"),
        pytest.param(["questions", "-q", SMALL], id="short document"),
        pytest.param(["blank"], id="blank"),
        pytest.param(["ask", "stilts.yaml", "--of", "analyst"], id="ask"),
        pytest.param(["agenda", "stilts.yaml", "ana.yaml"], id="agenda"),
        pytest.param(["template", "list"], id="list of templates"),
        pytest.param(["template", "show", "starter.md"], id="template source"),
        pytest.param(["--version"], id="version"),
        pytest.param(["--help"], id="help"),
        pytest.param(["report", "--help"], id="help on a command"),
    ],
)

# What happens while Python starts with closed streams is the same for commands that
# print in the same way.
each_way_of_printing = pytest.mark.parametrize(
    "args",
    [
        pytest.param(["report", "stilts.yaml"], id="document"),
        pytest.param(["report", "stilts.yaml", "--template", "t.md"], id="template"),
        pytest.param(["--version"], id="version"),
        pytest.param(["--help"], id="help"),
    ],
)


@pytest.fixture(scope="module", params=["C.UTF-8", "C"])
def program_in_locale(request: pytest.FixtureRequest) -> Iterator[Program]:
    with Program({"LC_ALL": request.param}) as server:
        yield server


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A current folder with answers files, a template, a subfolder and a pipe."""
    monkeypatch.chdir(tmp_path)
    Path("stilts.yaml").write_bytes(STILTS.read_bytes())
    voice = b"voice: {name: Ana, role: data_engineer}\n"
    Path("ana.yaml").write_bytes(STILTS.read_bytes() + voice)
    Path("t.md").write_text("{{ verdict | tojson }}\n", encoding="utf-8")
    Path("q.yaml").write_bytes(KICKOFF.read_bytes())
    Path("folder").mkdir()
    os.mkfifo("fifo")
    return tmp_path


@pytest.fixture
def run(here: Path, program: Program) -> Run:
    """Return a function that runs an mlready command with redirected streams."""

    def run_command(args: list[str], redirections: str = "", **options: Any) -> Done:
        if not redirections and "stderr" not in options:
            return program.run(*args, **options)
        redirected = dict.fromkeys(("stdout", "stderr"), subprocess.PIPE)
        options = {"stdin": subprocess.DEVNULL, **redirected, **options}
        result = subprocess.run(
            ["sh", "-c", f'exec "$@" {redirections}', "sh", *COMMAND, *args],
            timeout=TIMEOUT,
            check=False,
            **options,
        )
        out, err = result.stdout or b"", result.stderr or b""
        return Done(result.returncode, out.decode(), err.decode())

    return run_command


@pytest.fixture
def printed(run: Run, args: list[str]) -> str:
    """Return what ``mlready`` with ``args`` prints if no stream is closed or full."""
    done = run(args)
    assert (done.code, done.err) == (0, "")
    assert done.out.endswith("\n")
    return done.out


@pytest.fixture
def terminal() -> Iterator[int]:
    """A pseudo-terminal, as a file descriptor."""
    keyboard, screen = os.openpty()
    yield screen
    os.close(keyboard)
    os.close(screen)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


@each_printing_command
def test_command_printing_to_a_closed_pipe_exits_silently_with_141(run, args):
    reader, writer = os.pipe()
    os.close(reader)
    try:
        assert run(args, stdout=writer) == Done(141, "", "")
    finally:
        os.close(writer)


@each_printing_command
def test_piping_into_head_prints_the_first_line_and_no_error(run, printed, args):
    first = printed.splitlines(keepends=True)[0]
    head: Any = subprocess.Popen(
        ["head", "-n", "1"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with head:
        done = run(args, stdout=head.stdin)
        head.stdin.close()
        assert (done.err, head.stdout.read()) == ("", first)
    assert done.code in {0, 141}


@each_way_of_printing
def test_command_exits_with_5_and_says_why_if_standard_output_is_closed(run, args):
    assert run(args, ">&-") == Done(5, "", CLOSED)


@each_printing_command
@needs_full
def test_command_exits_with_5_and_says_why_if_standard_output_is_full(run, args):
    with Path("/dev/full").open("wb") as full:
        assert run(args, stdout=full) == Done(5, "", NO_SPACE)


@each_way_of_printing
def test_document_is_printed_even_if_standard_input_and_error_are_closed(
    run, printed, args
):
    assert run(args, "<&- 2>&-") == Done(0, printed, "")


@each_way_of_printing
def test_exit_code_is_5_if_all_standard_streams_are_closed(run, args):
    assert run(args, "<&- >&- 2>&-") == Done(5, "", "")


@pytest.mark.parametrize("redirections", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_output_file_is_written_even_if_standard_streams_are_closed(
    run, here, redirections
):
    report = run(["report", "stilts.yaml"]).out
    before = contents(here)
    args = ["report", "stilts.yaml", "-o", "r.md"]
    assert run(args, redirections) == Done(0, "", "")
    assert contents(here) == {**before, "r.md": report.encode()}


@pytest.mark.parametrize(
    ("error", "message"),
    [
        pytest.param(
            OSError(errno.EIO, "Input/output error"),
            "standard output: cannot write: input/output error",
            id="write to standard output",
        ),
        pytest.param(
            OSError(errno.EBADF, "Bad file descriptor"),
            "standard output is closed",
            id="closed standard output",
        ),
        pytest.param(
            OSError(errno.EACCES, "Permission denied", "a.yaml"),
            "a.yaml: permission denied",
            id="named file",
        ),
    ],
)
def test_message_of_an_os_error_names_the_file_or_standard_output(error, message):
    assert str(as_storage_error(error)) == message


@pytest.mark.parametrize(
    ("redirections", "code", "message"),
    [
        pytest.param(
            "<&-", 5, "standard input is closed; name an answers file", id="closed"
        ),
        pytest.param(
            "0>written",
            5,
            "standard input: cannot read: bad file descriptor",
            id="open for writing",
        ),
        pytest.param(
            "</dev/null",
            3,
            "standard input:1:1: the file is empty; "
            "expected keys with values, such as 'name: Ana'",
            id="empty",
        ),
    ],
)
@pytest.mark.parametrize("command", ["report", "validate"])
def test_unreadable_standard_input_is_refused(
    run, command, redirections, code, message
):
    done = run([command, "-"], redirections)
    assert done == Done(code, "", f"mlready: {message}\n")


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(
            f"head -c {LIMIT + 1} /dev/zero | tr '\\0' x", id="one byte too many"
        ),
        pytest.param("head -c 2097152 /dev/zero | tr '\\0' x", id="2 MiB"),
        pytest.param("yes", id="endless lines"),
        pytest.param("cat /dev/zero", id="endless zeros"),
    ],
)
@pytest.mark.parametrize("command", ["report", "validate"])
def test_reading_standard_input_stops_at_the_size_limit(run, command, source):
    endless: Any = subprocess.Popen(["sh", "-c", source], stdout=subprocess.PIPE)
    with endless:
        assert run([command, "-"], stdin=endless.stdout) == Done(3, "", TOO_LARGE)
        endless.stdout.close()


@pytest.mark.parametrize("command", ["report", "validate"])
def test_each_unreadable_answers_file_is_reported_in_one_run(run, here, command):
    Path("large.yaml").write_bytes(b"#" * (LIMIT + 1))
    Path("empty.yaml").touch()
    Path("bytes.yaml").write_bytes(b"version: \xff\n")
    names = ["large.yaml", "none.yaml", "folder", "fifo", "empty.yaml", "bytes.yaml"]
    before = contents(here)
    done = run([command, *names, "-"], "<&-")
    assert done == Done(
        5,
        "",
        "mlready: large.yaml:1:1: larger than 1 MiB; an answers file is a few "
        "kilobytes\n"
        "mlready: none.yaml: cannot read: no such file or directory\n"
        "mlready: folder: not a regular file\n"
        "mlready: fifo: not a regular file\n"
        "mlready: empty.yaml:1:1: the file is empty; expected keys with values, such "
        "as 'name: Ana'\n"
        "mlready: bytes.yaml:1:10: not UTF-8 text; save the file as UTF-8\n"
        "mlready: standard input is closed; name an answers file\n",
    )
    assert contents(here) == before


@pytest.mark.parametrize("joint", ["", "---\n"], ids=["no marker", "document marker"])
@pytest.mark.parametrize("command", ["report", "validate"])
def test_several_answers_files_in_one_pipe_are_refused(run, command, joint):
    first = STILTS.read_bytes()
    line = first.count(b"\n") + 1  # where the second file begins
    if not joint:  # its comments are no sign of a second file
        line += first[: first.index(b"questionnaire:")].count(b"\n")
    reader, writer = os.pipe()
    os.write(writer, first + joint.encode() + first)
    os.close(writer)
    try:
        done = run([command, "-"], stdin=reader)
    finally:
        os.close(reader)
    assert done == Done(
        3,
        "",
        f"mlready: standard input:{line}:1: a second document begins here; keep one "
        "per file, and name each file\n",
    )


def test_one_of_several_answers_files_can_come_from_standard_input(run):
    report = run(["report", "stilts.yaml", "ana.yaml"])
    assert report.code == 0
    assert run(["report", "stilts.yaml", "-"], "< ana.yaml") == report
    assert run(["report", "-", "ana.yaml"], "< stilts.yaml") == report


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_message_names_the_answers_file_that_is_unreadable(run, here):
    Path("ana.yaml").chmod(0)
    done = run(["report", "stilts.yaml", "ana.yaml"])
    message = "mlready: ana.yaml: cannot read: permission denied\n"
    assert done == Done(5, "", message)


def test_slow_standard_input_is_read_to_its_end(run):
    report = run(["report", "stilts.yaml"])
    slowly = subprocess.Popen(
        ["sh", "-c", "head -n 20 stilts.yaml; sleep 0.3; tail -n +21 stilts.yaml"],
        stdout=subprocess.PIPE,
    )
    with slowly:
        assert run(["report", "-"], stdin=slowly.stdout) == report


@pytest.mark.parametrize(
    "args",
    [
        pytest.param(["report", "{}"], id="answers"),
        pytest.param(["report", "stilts.yaml", "{}"], id="answers of a second voice"),
        pytest.param(["validate", "{}"], id="answers to validate"),
        pytest.param(["report", "stilts.yaml", "-q", "{}"], id="questionnaire"),
        pytest.param(["report", "stilts.yaml", "--template", "{}"], id="template"),
        pytest.param(["report", "stilts.yaml", "--inject", "{}"], id="document"),
    ],
)
@pytest.mark.parametrize("path", ["fifo", "/dev/zero", "/dev/stdin", "folder"])
def test_pipes_and_devices_and_folders_are_refused_as_input_files(
    run, here, terminal, args, path
):
    before = contents(here)
    done = run([arg.format(path) for arg in args], stdin=terminal)
    assert done == Done(5, "", f"mlready: {path}: not a regular file\n")
    assert contents(here) == before


@pytest.mark.parametrize("command", [["report", "stilts.yaml"], ["questions"]])
@pytest.mark.parametrize("path", ["fifo", "/dev/zero", "/dev/full", "folder"])
def test_pipes_and_devices_and_folders_are_refused_as_output_files(
    run, here, command, path
):
    before = contents(here)
    message = f"{path}: cannot write: it is not a file that may be written"
    assert run([*command, "-o", path]) == Done(5, "", f"mlready: {message}\n")
    assert contents(here) == before


@pytest.mark.parametrize(
    ("args", "output"),
    [
        pytest.param(["report", "stilts.yaml"], "stilts.yaml", id="same name"),
        pytest.param(
            ["report", "stilts.yaml"], "./stilts.yaml", id="same file, other spelling"
        ),
        pytest.param(["report", "stilts.yaml"], "symbolic", id="output links to input"),
        pytest.param(["report", "symbolic"], "stilts.yaml", id="input links to output"),
        pytest.param(["report", "stilts.yaml"], "twice", id="link to a link"),
        pytest.param(["report", "stilts.yaml"], "hard", id="hard link"),
        pytest.param(
            ["report", "ana.yaml", "stilts.yaml"], "stilts.yaml", id="second voice"
        ),
        pytest.param(
            ["report", "ana.yaml", "symbolic"], "hard", id="second voice by links"
        ),
        pytest.param(["report", "-"], "stilts.yaml", id="standard input"),
        pytest.param(
            ["report", "ana.yaml", "-"], "stilts.yaml", id="standard input and a file"
        ),
        pytest.param(["report", "-"], "/dev/stdin", id="standard input by its name"),
        pytest.param(
            ["report", "stilts.yaml", "--format", "html"], "symbolic", id="page"
        ),
        pytest.param(
            ["report", "stilts.yaml", "--template", "t.md"], "t.md", id="template"
        ),
        pytest.param(
            ["report", "stilts.yaml", "-q", "q.yaml"], "q.yaml", id="questionnaire"
        ),
        pytest.param(["questions", "-q", "q.yaml"], "q.yaml", id="questions"),
    ],
)
def test_output_file_that_is_also_an_input_file_is_refused(run, here, args, output):
    Path("symbolic").symlink_to("stilts.yaml")
    Path("twice").symlink_to("symbolic")
    Path("hard").hardlink_to("stilts.yaml")
    before = contents(here)
    with Path("stilts.yaml").open("rb") as answers:
        done = run([*args, "-o", output], stdin=answers)
    assert done == Done(
        2, "", f"mlready: {Path(output)}: is also what is read; choose another output\n"
    )
    assert contents(here) == before


@pytest.mark.parametrize(
    ("args", "when_closed", "when_full"),
    [
        pytest.param(["validate", "stilts.yaml"], 0, 5, id="valid answers"),
        pytest.param(["validate", "none.yaml"], 5, 5, id="missing file"),
        pytest.param(["validate", "q.yaml"], 3, 3, id="not an answers file"),
        pytest.param(["report"], 2, 2, id="missing argument"),
        pytest.param(["reprot"], 2, 2, id="unknown command"),
        pytest.param(["interview"], 2, 2, id="no terminal"),
        pytest.param(
            ["report", "stilts.yaml", "-o", "r", "--fail-below", "ready"],
            1,
            5,
            id="verdict below the minimum",
        ),
    ],
)
@needs_full
def test_exit_codes_0_and_1_become_5_if_standard_error_goes_to_a_full_disk(
    run, args, when_closed, when_full
):
    assert run(args, "2>&-") == Done(when_closed, "", "")
    assert run(args, "2>/dev/full") == Done(when_full, "", "")


@pytest.mark.parametrize(
    ("args", "message"),
    [
        pytest.param([], NO_TERMINAL.format("mlready.yaml"), id="no file name"),
        pytest.param(["mine.yaml"], NO_TERMINAL.format("mine.yaml"), id="missing file"),
        pytest.param(
            ["stilts.yaml"], FILL_IN.format("stilts.yaml"), id="existing file"
        ),
        pytest.param(
            ["my file.yaml"],
            NO_TERMINAL.format("'my file.yaml'"),
            id="space in the name",
        ),
        pytest.param(
            ["--plain", "mine.yaml"],
            NO_TERMINAL.format("mine.yaml"),
            id="plain",
        ),
        pytest.param(["fifo"], NO_TERMINAL.format("fifo"), id="pipe"),
    ],
)
@pytest.mark.parametrize(
    "streams", [{"stdin"}, {"stdout"}, set()], ids=["input", "output", "neither"]
)
def test_interview_without_a_terminal_is_refused_and_writes_no_file(
    run, here, terminal, args, message, streams
):
    before = contents(here)
    done = run(["interview", *args], **dict.fromkeys(streams, terminal))
    assert done == Done(2, "", message)
    assert contents(here) == before


@pytest.mark.parametrize("redirections", ["<&-", ">&-", "<&- >&-", "<folder/../t.md"])
def test_interview_with_a_closed_or_redirected_stream_writes_no_file(
    run, here, redirections
):
    before = contents(here)
    done = run(["interview"], redirections)
    assert done == Done(2, "", NO_TERMINAL.format("mlready.yaml"))
    assert contents(here) == before


@pytest.mark.parametrize(
    "loading",
    [
        pytest.param("typer", id="while modules are imported"),
        pytest.param(
            "mlready.storage.standard_streams", id="while the command waits for input"
        ),
    ],
)
def test_interrupted_command_prints_no_traceback(here, loading):
    waiting: Any = subprocess.Popen(
        [sys.executable, "-X", "importtime", "-m", "mlready", "report", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with waiting:
        next(line for line in waiting.stderr if loading in line)
        # A signal was once lost while a library was imported, so send it again, as
        # somebody would press ctrl-c again.
        for _ in range(6):
            waiting.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                output, errors = waiting.communicate(timeout=10)
                break
        else:
            waiting.kill()
            pytest.fail("goes on after six interrupts")
        messages = [
            line for line in errors.splitlines() if not line.startswith("import time:")
        ]
        assert (waiting.returncode, output, messages) == (130, "", [])


INTERRUPTED_READ = """
import _thread, threading, time
from mlready.storage.standard_streams import read_input
threading.Timer(0.1, _thread.interrupt_main).start()
try:
    read_input()
except KeyboardInterrupt:
    print("interrupted")
"""


def test_signal_just_before_a_blocking_read_interrupts_the_read():
    # interrupt_main marks a signal as received, but does not interrupt a system call.
    with subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED_READ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as waiting:
        assert waiting.stdout
        assert waiting.stdout.readline() == b"interrupted\n"


def test_folder_as_standard_input_is_refused_by_python(run):
    # Python itself exits with 1 before it runs mlready: "<stdin> is a directory".
    done = run(["report", "-"], "<folder")
    assert (done.code, done.out) == (1, "")
    assert "is a directory, cannot continue" in done.err


RUNNERS = [
    {"GITHUB_ACTIONS": "true"}, {"TF_BUILD": "True"}, {"TEAMCITY_VERSION": "2026.1"},
]  # fmt: skip
RUNNER_COMMAND = re.compile(r"(?i)##(vso|teamcity)?\[|::.*::")
COMMANDS = [
    "##[error]x", "::error::x", "::set-output name=a::b", "::error file=C:x::y",
    "::Add-Mask::*", ":: error::x", "##VSO[task.x]y", "##teamcity[x]",
]  # fmt: skip


@pytest.mark.parametrize("runner", RUNNERS, ids=lambda each: next(iter(each)))
@pytest.mark.parametrize("text", COMMANDS)
def test_argument_in_a_message_never_acts_as_a_command_for_a_ci_runner(
    monkeypatch, capsys, runner, text
):
    for name, value in runner.items():
        monkeypatch.setenv(name, value)
    print_message(f"{text} is not a file: {text}")
    printed = capsys.readouterr().err
    assert printed
    assert not RUNNER_COMMAND.search(printed)


@pytest.mark.parametrize(
    "args",
    [
        pytest.param(["report", "{}"], id="missing file"),
        pytest.param(["validate", "{}.yaml"], id="valid file"),
        pytest.param(["validate", "bad.yaml"], id="text of a file"),
        pytest.param(["{}"], id="command"),
        pytest.param(["report", "stilts.yaml", "--format", "{}"], id="option value"),
        pytest.param(["report", "stilts.yaml", "--{}"], id="option"),
        pytest.param(["template", "show", "{}"], id="template"),
        pytest.param(
            ["report", "stilts.yaml", "-o", "old.md", "--check"], id="difference"
        ),
        pytest.param(["blank", "-o", "{}.yaml"], id="output"),
        pytest.param(["ask", "stilts.yaml", "--of", "{}"], id="role"),
    ],
)
def test_messages_of_every_kind_are_free_of_commands_for_ci_runners(
    run, here, monkeypatch, args
):
    text = "::error file=C:x::y##[error]z"
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    Path(f"{text}.yaml").write_bytes(STILTS.read_bytes())
    Path("old.md").write_text(f"{text}\n a {text}\n", encoding="utf-8")
    Path("bad.yaml").write_text(f'"{text}": 1\nscope: "{text}"\n', encoding="utf-8")
    done = run([arg.format(text) for arg in args])
    assert done.err
    for line in done.err.splitlines():
        assert not RUNNER_COMMAND.search(line)


@pytest.mark.parametrize(
    ("args", "end"),
    [
        pytest.param(["report", "{}"], "\n", id="missing answers"),
        pytest.param(["validate", "bad{}"], "\n", id="invalid answers"),
        pytest.param(
            ["report", "stilts.yaml", "-q", "bad{}"], "\n", id="questionnaire"
        ),
        pytest.param(
            ["report", "stilts.yaml", "--template", "{}"], "\n", id="template"
        ),
        pytest.param(
            ["report", "stilts.yaml", "--inject", "{}.md"], "\n", id="document"
        ),
        pytest.param(["report", "stilts.yaml", "-o", "{}/x"], "\n", id="output"),
        pytest.param(["blank", "-o", "bad{}"], "\n", id="existing output"),
        pytest.param(["ask", "stilts.yaml", "--of", "{}"], "\n", id="role"),
        *(
            pytest.param(["report", "{}"], end, id=f"missing answers, {end!a}")
            for end in ("\r", "\r\n", "\v", "\x85", "\u2028")
        ),
    ],
)
def test_line_breaks_in_a_file_name_do_not_start_a_new_message(run, here, args, end):
    name = f"a{end}mlready: fine"
    Path(f"bad{name}").write_text("x: 1\n", encoding="utf-8")
    done = run([arg.format(name) for arg in args])
    assert re.search(r"a\S+mlready: fine", done.err)
    for line in done.err.splitlines():
        assert not line.startswith(("mlready: fine", "mlready: mlready"))


def test_argument_in_a_message_is_printed_unchanged_outside_of_a_ci_runner(
    run, here, monkeypatch
):
    for name in ("GITHUB_ACTIONS", "TF_BUILD", "TEAMCITY_VERSION"):
        monkeypatch.delenv(name, raising=False)
    assert "::error::x" in run(["report", "::error::x"]).err


@pytest.mark.parametrize(
    "hidden", ["\x1b[31m", "\u202e", "\u2066", "\x9b", "\U000e0041"]
)
def test_error_messages_make_hidden_characters_of_arguments_visible(run, hidden):
    for args in (
        [f"a{hidden}b"],
        ["report", f"--{hidden}"],
        ["questions", "x", hidden],
    ):
        done = run(args)
        assert done.code == 2
        assert hidden not in done.err


NAME = os.fsdecode(b"\xff\xe9 a")


@pytest.mark.parametrize(
    ("args", "code"),
    [
        pytest.param(["validate", f"{NAME}.yaml"], 0, id="validate"),
        pytest.param(["validate", f"{NAME}.none"], 5, id="validate missing file"),
        pytest.param(["report", f"{NAME}.yaml"], 0, id="report"),
        pytest.param(["report", f"{NAME}.yaml", "--format", "html"], 0, id="page"),
        pytest.param(["report", f"{NAME}.yaml", "--format", "json"], 0, id="data"),
        pytest.param(["report", f"{NAME}.yaml", "--format", "csv"], 0, id="csv"),
        pytest.param(["report", f"{NAME}.yaml", "-o", f"{NAME}.md"], 0, id="output"),
        pytest.param(
            ["report", "stilts.yaml", "-o", f"{NAME}.txt", "--check"], 1, id="check"
        ),
        pytest.param(
            ["report", "stilts.yaml", "-q", f"{NAME}.q.yaml"], 0, id="questionnaire"
        ),
        pytest.param(
            ["report", "stilts.yaml", "--template", f"{NAME}.t.md"], 0, id="template"
        ),
        pytest.param(
            ["report", "stilts.yaml", "--inject", f"{NAME}.host.md"], 0, id="inject"
        ),
        pytest.param(["report", f"{NAME}/a.yaml"], 0, id="folder"),
        pytest.param(["blank", "-o", f"{NAME}.blank.yaml"], 0, id="blank"),
        pytest.param(["questions", "-o", f"{NAME}.questions.md"], 0, id="questions"),
        pytest.param(
            ["ask", f"{NAME}.yaml", "--of", "analyst", "-o", f"{NAME}.ask"], 0, id="ask"
        ),
        pytest.param(["ask", "stilts.yaml", "--of", NAME], 2, id="role"),
        pytest.param(
            ["agenda", f"{NAME}.yaml", "-o", f"{NAME}.agenda"], 0, id="agenda"
        ),
        pytest.param(["template", "show", NAME], 2, id="name of a template"),
        pytest.param(["interview", f"{NAME}.yaml"], 2, id="interview, no terminal"),
        pytest.param([NAME], 2, id="command"),
    ],
)
def test_every_command_accepts_paths_that_are_not_utf_8(
    program_in_locale, here, args, code
):
    Path(f"{NAME}.yaml").write_bytes(STILTS.read_bytes())
    Path(NAME).mkdir()
    Path(NAME, "a.yaml").write_bytes(STILTS.read_bytes())
    Path(f"{NAME}.q.yaml").write_bytes(KICKOFF.read_bytes())
    Path(f"{NAME}.t.md").write_text("x\n", encoding="utf-8")
    Path(f"{NAME}.host.md").write_text(
        "<!-- mlready:begin -->\n<!-- mlready:end -->\n", encoding="utf-8"
    )
    done = program_in_locale.run(*args)
    assert done.code == code, done.err
    assert "bug of ours" not in done.err
