"""SECURITY.md lists all effects that mlready has on a machine."""

import json
import os
import re
import resource
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mlready.interview.navigation import REVIEW
from mlready.report.templating import source
from mlready.storage.answers_file import dump
from mlready.storage.atomic_file import COPY, TEMPORARY
from mlready.storage.file_lock import LOCK
from mlready.user_templates.limited_process import KEPT, Limits
from mlready.user_templates.sandbox import RenderRequest
from tests.faults import audit
from tests.terminal import Terminal, at

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
STILTS = ROOT / "questionnaires" / "examples" / "stilts.yaml"
STARTER = ROOT / "templates" / "own" / "starter.md.j2"
SMALL = str(ROOT / "tests" / "data" / "small.yaml")

# pytest-xdist runs threads; from 3.12 on, Python warns if such a process forks.
pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")

Events = set[tuple[str, ...]]

NOTHING: Events = set()
# icalendar imports dateutil, which looks for the time zones of Windows. Importing
# ctypes opens the program itself as a library.
CTYPES = ("ctypes.dlopen",)
CHILD = (
    "subprocess.Popen",
    "-I",
    "-S",
    "-B",
    "-c",
    "mlready.user_templates.sandbox.answer",
)
LIMITED = {("resource.setrlimit",)}
# Before using the temporary folder, Python writes and removes a test file there.
LOGGED = {("open", "TMP/*"), ("os.remove", "TMP/*"), ("open", "TMP/mlready-*.log")}
# The event loop that waits for key presses wakes itself through an unnamed pair of
# sockets; afterwards the previous handler of ctrl-c is restored.
LOOP = {
    ("socket.__new__", "AF_UNIX"), ("ctypes.dlopen",),
    ("ctypes.dlsym", "PyOS_getsig"), ("ctypes.dlsym", "PyOS_setsig"),
}  # fmt: skip
DOCUMENT = "# Team\n\n<!-- mlready:begin for=team -->\n<!-- mlready:end -->\n"


def save_events(name: str) -> Events:
    """Return the audit events of writing a temporary file and renaming it ``name``."""
    draft = f".{name}.*.mlready-draft"
    return {("open", draft), ("os.rename", draft, name)}


def exchange_events(name: str) -> Events:
    """Return the audit events of replacing the file ``name`` and keeping its mode."""
    draft = f".{name}.*.mlready-draft"
    return {
        ("open", draft), ("os.remove", draft),
        # The temporary file gets the owner and the mode of the file that it replaces.
        ("open", name), ("os.chmod",), ("os.listxattr",),
        ("ctypes.dlopen",), ("ctypes.dlsym", "renameat2"),
    }  # fmt: skip


def link_events(name: str) -> Events:
    """Return the audit events of linking a temporary file to the new name ``name``."""
    draft = f".{name}.*.mlready-draft"
    return {("open", draft), ("os.link", draft, name), ("os.remove", draft)}


def lock_events(name: str) -> Events:
    """Return the audit events of locking an answers file."""
    lock = f".{name}.lock"
    return {("open", lock), ("os.remove", lock)}


class Recorded:
    """A working folder, and the audit events of processes in the folder."""

    def __init__(self, folder: Path, temporary: Path) -> None:
        self.folder, self.temporary = folder, temporary
        self.pipe = temporary / "record"
        os.mkfifo(self.pipe)
        # The pipe is opened for reading before a process opens it for writing, so that
        # neither of the two has to wait for the other.
        self.handle = os.open(self.pipe, os.O_RDONLY | os.O_NONBLOCK)

    def program(self, what: str) -> tuple[str, ...]:
        return ("-B", str(audit.__file__), str(self.pipe), what)

    def run(self, what: str, *arguments: str, **options: Any) -> tuple[int, str]:
        """Run an action of ``tests/faults/audit.py``; return exit code and messages."""
        done = subprocess.run(
            [sys.executable, *self.program(what), *arguments],
            cwd=self.folder,
            capture_output=True,
            check=False,
            **{"input": b"", **options},
        )
        return done.returncode, done.stderr.decode()

    def events(self) -> Events:
        """Return the recorded audit events, such as ``("open", "a.yaml")``.

        A star stands for the random characters in the name of a file.
        """
        with os.fdopen(os.dup(self.handle), encoding="utf-8") as lines:
            return {tuple(map(self._short, json.loads(line))) for line in lines}

    def _short(self, name: str) -> str:
        name = name.replace(f"{self.folder}/", "").replace(f"{self.temporary}", "TMP")
        name = re.sub(r"\.\w{8}(\.mlready-draft)$", r".*\1", name)
        return re.sub(r"^(TMP/(?:mlready-)?)\w{8}(\.log)?$", r"\1*\2", name)


@pytest.fixture
def recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Recorded]:
    folder, temporary = tmp_path / "here", tmp_path / "tmp"
    folder.mkdir()
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    # Coverage would write data files, and so add events to the recorded ones.
    for name in [name for name in os.environ if name.startswith("COV")]:
        monkeypatch.delenv(name)
    (folder / "a.yaml").write_bytes(STILTS.read_bytes())
    (folder / "bad.yaml").write_text("questionnaire: kickoff\nversion: 2\nanswers: 9\n")
    (folder / "own.md.j2").write_bytes(STARTER.read_bytes())
    (folder / "d.md").write_text(DOCUMENT)
    found = Recorded(folder, temporary)
    yield found
    os.close(found.handle)


@pytest.mark.parametrize(
    ("command", "code", "events"),
    [
        pytest.param("--version", 0, NOTHING, id="version"),
        pytest.param("--help", 0, NOTHING, id="help"),
        pytest.param("demo", 0, NOTHING, id="demo"),
        pytest.param("questions", 0, NOTHING, id="questions"),
        pytest.param(
            "questions -o q.md", 0, save_events("q.md"), id="questions to a file"
        ),
        pytest.param("blank", 0, NOTHING, id="blank"),
        pytest.param("blank -o b.yaml", 0, save_events("b.yaml"), id="blank to a file"),
        pytest.param("ask a.yaml --of analyst", 0, NOTHING, id="ask"),
        pytest.param(
            "ask a.yaml --of analyst -o ask.yaml",
            0,
            save_events("ask.yaml"),
            id="ask to a file",
        ),
        pytest.param("agenda a.yaml", 0, NOTHING, id="agenda"),
        pytest.param("agenda a.yaml --format html", 0, NOTHING, id="agenda as a page"),
        pytest.param("compare a.yaml a.yaml", 0, NOTHING, id="compare"),
        pytest.param("portfolio a.yaml own", 5, NOTHING, id="portfolio"),
        pytest.param("portfolio . --format html", 3, NOTHING, id="portfolio as a page"),
        pytest.param("template list", 0, NOTHING, id="templates"),
        pytest.param("template show starter", 0, NOTHING, id="a template"),
        pytest.param("validate a.yaml", 0, NOTHING, id="validate"),
        pytest.param("validate bad.yaml", 3, NOTHING, id="validate mistakes"),
        pytest.param("validate none.yaml", 5, NOTHING, id="validate missing file"),
        pytest.param(f"blank -q {SMALL}", 0, NOTHING, id="another questionnaire"),
        pytest.param("interview", 2, NOTHING, id="interview without a terminal"),
        pytest.param("report a.yaml", 0, NOTHING, id="report"),
        pytest.param("report a.yaml --explain", 0, NOTHING, id="explanation"),
        pytest.param("report a.yaml --redact", 0, NOTHING, id="redacted"),
        pytest.param("report a.yaml --diagrams mermaid", 0, NOTHING, id="mermaid"),
        pytest.param("report a.yaml --format html", 0, NOTHING, id="html"),
        pytest.param("report a.yaml --format json", 0, NOTHING, id="json"),
        pytest.param("report a.yaml --format csv", 0, NOTHING, id="csv"),
        pytest.param("report a.yaml --format svg", 0, NOTHING, id="svg"),
        pytest.param("report a.yaml --format badge", 0, NOTHING, id="badge"),
        pytest.param("steps a.yaml", 0, NOTHING, id="steps"),
        pytest.param("steps a.yaml --for jira", 0, NOTHING, id="steps as a table"),
        pytest.param("steps a.yaml --format ics", 0, {CTYPES}, id="calendar"),
        pytest.param("report a.yaml --for sponsor", 0, NOTHING, id="sponsor"),
        pytest.param("report a.yaml --for team", 0, NOTHING, id="team"),
        pytest.param("report a.yaml --for recruiter", 0, NOTHING, id="recruiter"),
        pytest.param(
            "report a.yaml --fail-below ready",
            1,
            NOTHING,
            id="verdict below the minimum",
        ),
        pytest.param(
            "report a.yaml -o r.md", 0, save_events("r.md"), id="report to a file"
        ),
        pytest.param(
            "report a.yaml --inject d.md",
            0,
            exchange_events("d.md"),
            id="fill a document",
        ),
        pytest.param(
            "report a.yaml --inject d.md --check", 1, NOTHING, id="check a document"
        ),
        pytest.param(
            "report a.yaml -o a.yaml", 2, NOTHING, id="output over the answers"
        ),
        pytest.param("report a.yaml --template own.md.j2", 0, {CHILD}, id="template"),
        pytest.param(
            "report a.yaml --template own.md.j2 -o r.md",
            0,
            {CHILD} | save_events("r.md"),
            id="template to a file",
        ),
    ],
)
def test_command_writes_only_its_output_file_and_starts_only_a_template_process(
    recorded, command, code, events
):
    exit_code, messages = recorded.run("run", *command.split())

    assert (exit_code, recorded.events()) == (code, events), messages


def test_only_effect_of_a_template_process_on_the_machine_is_to_limit_its_own_resources(
    recorded,
):
    request = RenderRequest({}, str(recorded.folder), "here", "own.md.j2", 10)
    (recorded.folder / "own.md.j2").write_text("{% include 'd.md' %}")
    done = recorded.run(
        "worker",
        "mlready.user_templates.sandbox.answer",
        *map(str, Limits()),
        input=json.dumps(request).encode(),
    )

    assert (done, recorded.events()) == ((0, ""), LIMITED)


def test_internal_error_writes_a_log_readable_only_by_its_owner(recorded):
    code, message = recorded.run("bug", "report", "a.yaml")
    (log,) = recorded.temporary.glob("mlready-*.log")

    assert (code, recorded.events()) == (70, LOGGED)
    assert message == f"mlready: this is a bug of ours, please report it with {log}\n"
    assert log.read_text().endswith(": an escape \x1b and half a \\ud83d\n")
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_internal_error_is_printed_if_its_log_cannot_be_written(recorded):
    code, message = recorded.run("bug", "report", "a.yaml", preexec_fn=no_files)

    assert code == 70
    assert message.startswith(
        "mlready: this is a bug of ours, please report it with this:\n"
        "mlready: Traceback (most recent call last):\n"
    )
    assert message.endswith("ZeroDivisionError: an escape ␛ and half a \\ud83d\n")


def no_files() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


@pytest.fixture
def interview(recorded: Recorded) -> Iterator[Callable[..., Terminal]]:
    opened: list[Terminal] = []

    def start(*arguments: str) -> Terminal:
        program = recorded.program("run")
        opened.append(Terminal(recorded.folder, *arguments, program=program))
        return opened[-1]

    yield start
    for terminal in opened:
        terminal.close()


@pytest.mark.terminal
@pytest.mark.parametrize(
    ("plain", "loop"),
    [pytest.param([], LOOP, id="keys"), pytest.param(["--plain"], NOTHING, id="plain")],
)
def test_unfinished_interview_writes_only_the_answers_file_and_a_lock(
    recorded, interview, plain, loop
):
    terminal = interview("new.yaml", "-q", SMALL, *plain)
    terminal.until("Who answers? One name, or several.", "ctrl-c")
    terminal.send("Ana", "enter")
    terminal.until("What is your role?", "ctrl-c")
    terminal.send("ctrl-c")

    assert terminal.ended() == 130
    assert recorded.events() == lock_events("new.yaml") | link_events("new.yaml") | loop


@pytest.mark.terminal
@pytest.mark.parametrize(
    ("plain", "prompt", "loop"),
    [
        pytest.param([], "Change a line, or finish.", LOOP, id="keys"),
        pytest.param(["--plain"], "empty to finish", NOTHING, id="plain"),
    ],
)
def test_completed_interview_writes_only_the_answers_file_and_a_lock(
    recorded, interview, small, plain, prompt, loop
):
    (recorded.folder / "a.yaml").write_text(dump(at(REVIEW), small))
    terminal = interview("a.yaml", "-q", SMALL, *plain)
    terminal.until(prompt)
    terminal.send("enter")

    assert terminal.ended() == 0
    # The program opens the answers file to check that it can be written.
    opened = {("open", "a.yaml")}
    assert recorded.events() == lock_events("a.yaml") | opened | loop


@pytest.mark.parametrize(
    ("code", "events"),
    [
        pytest.param("open('x', 'w')", {("open", "x")}, id="a file"),
        pytest.param(
            "open('a.yaml', 'r+')", {("open", "a.yaml")}, id="the answers file"
        ),
        pytest.param("open('a.yaml')", NOTHING, id="reading a file"),
        pytest.param("os.mkdir('x')", {("os.mkdir", "x")}, id="a folder"),
        pytest.param("os.mkdir('.')", NOTHING, id="existing folder"),
        pytest.param("os.symlink('a', 'b')", {("os.symlink", "a", "b")}, id="a link"),
        pytest.param("os.system('true')", {("os.system", "true")}, id="a shell"),
        pytest.param("os.fork()", {("os.fork",)}, id="a process"),
        pytest.param("socket.socket()", {("socket.__new__", "AF_INET")}, id="a socket"),
        pytest.param(
            "socket.getaddrinfo('localhost', 80)",
            {("socket.getaddrinfo", "localhost")},
            id="host name lookup",
        ),
    ],
)
def test_audit_hook_records_each_kind_of_effect_on_the_machine(recorded, code, events):
    program = (
        "import os, socket, sys; from contextlib import suppress;"
        f"from tests.faults import audit; audit.record({str(recorded.pipe)!r})\n"
        f"with suppress(OSError): {code}"
    )
    subprocess.run(
        [sys.executable, "-B", "-c", program],
        cwd=recorded.folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=True,
    )

    assert recorded.events() == events


# Compiled libraries can make system calls for which Python reports no audit event.
@pytest.mark.skipif(not shutil.which("strace"), reason="needs strace")
@pytest.mark.parametrize(
    ("command", "starts"),
    [
        pytest.param("report a.yaml --format html", 1, id="report"),
        pytest.param("report a.yaml --template own.md.j2", 2, id="template"),
        pytest.param("validate bad.yaml", 1, id="mistakes found by the schema"),
        pytest.param(f"blank -q {SMALL}", 1, id="a questionnaire and its schema"),
    ],
)
def test_strace_shows_no_network_use_and_no_program_but_python(
    recorded, command, starts
):
    calls = recorded.temporary / "calls"
    traced = ["strace", "-f", "-qq", "-e", "trace=network,execve", "-o", str(calls)]
    subprocess.run(
        [*traced, sys.executable, "-B", "-m", "mlready", *command.split()],
        cwd=recorded.folder,
        capture_output=True,
        check=False,
    )
    if not (log := calls.read_text()):
        pytest.skip("strace may not trace here")
    seen = re.findall(r"^\d+ +(\w+)\((\"[^\"]*\")?", log, re.MULTILINE)

    assert seen == [("execve", f'"{sys.executable}"')] * starts


def test_security_page_names_all_environment_variables_and_files_of_mlready():
    (environment,) = re.findall(r"no environment variables but (.*), and these", PAGE)
    tests = set(re.findall(r"`(tests/[^`]*)`", PAGE))

    assert tuple(re.findall("`([A-Z_]+)`", environment)) == KEPT
    assert f"`.NAME.*{TEMPORARY}`" in PAGE
    assert f"`.NAME{COPY}`" in PAGE
    assert f"`.NAME{LOCK}`" in PAGE
    assert f"`{source('_left_out.txt.j2').strip()}`" in PAGE
    assert {name for name in tests if not (ROOT / name).is_file()} == set()


def test_security_page_has_at_most_80_lines():
    assert len(PAGE.splitlines()) <= 80
