"""The GitHub Action: the steps of action.yml, run in bash as GitHub runs them."""

import os
import re
import shutil
import sys
import tomllib
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.commands import Done
from tests.recipes import (
    DOCUMENT,
    EXAMPLES,
    FILL,
    GIT_IDENTITY,
    RECIPES,
    ROOT,
    commit,
    need,
    run,
    team,
    write,
)

ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
SETUP, *STEPS = ACTION["runs"]["steps"]
DEFAULTS = {name: each["default"] for name, each in ACTION["inputs"].items()}
VALIDATE = "Validate the answers"
CHECK_OR_COMMIT = "Check or commit the report in the document"
GATE = "Check the verdict"
REPORT_COMMIT = "github-actions[bot]: Bring the readiness report up to date"
LOCK = (ROOT / "action-requirements.txt").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
GUARD = re.compile(r"::stop-commands::([0-9a-f]{64})\n(.*?)::\1::\n", re.DOTALL)


class ActionRun(NamedTuple):
    """The result of a run of the action: exit code, last step and outputs."""

    code: int  # exit code of the last step that ran
    step: str  # name of the last step that ran
    out: str  # of all steps
    err: str  # of all steps
    summary: str  # of the job


class Runner(NamedTuple):
    """A simulated GitHub runner."""

    temp: Path
    outputs: dict[str, str]

    def step(
        self, step: dict[str, Any], folder: Path, inputs: dict[str, str], **env: str
    ) -> Done:
        """Run a step of the action with ``folder`` as the checkout."""
        expressions = {f"inputs.{name}": value for name, value in inputs.items()}
        expressions |= self.outputs
        variables = {
            name: expressions[text.removeprefix("${{ ").removesuffix(" }}")]
            for name, text in step["env"].items()
        }
        files = {
            name: str(self.temp / name.lower())
            for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")
        }
        files |= {"RUNNER_TEMP": str(self.temp), "GITHUB_ACTION_PATH": str(ROOT)}
        done = run(step["run"], folder, **files, **env, **variables)
        output = Path(files["GITHUB_OUTPUT"])
        for line in output.read_text("utf-8").splitlines() if output.exists() else []:
            name, _, value = line.partition("=")
            self.outputs[f"steps.{step['id']}.outputs.{name}"] = value
        output.unlink(missing_ok=True)
        return done

    def run_action(
        self,
        folder: Path,
        /,
        *,
        only: str = "",
        env: dict[str, str] | None = None,
        **changes: str,
    ) -> ActionRun:
        """Run the steps after the installation, or just the one named ``only``.

        Stop after a step that fails.
        """
        inputs = DEFAULTS | {name.replace("_", "-"): v for name, v in changes.items()}
        summary = self.temp / "github_step_summary"
        summary.write_text("", encoding="utf-8")
        result = ActionRun(0, "", "", "", "")
        for step in STEPS[1:]:
            if only not in {"", step["name"]}:
                continue
            done = self.step(step, folder, inputs, **env or {})
            out, err = result.out + done.out, result.err + done.err
            result = ActionRun(done.code, step["name"], out, err, "")
            if result.code:
                break
        return result._replace(summary=summary.read_text(encoding="utf-8"))


# Traps: files that a careless command would import, run or read from the checkout.
# A trap that is imported or run leaves a file in the folder $TRACES.
TRAP = """
import os, pathlib
pathlib.Path(os.environ["TRACES"], "{name}").touch()
"""
MODULES = [
    "mlready.py", "mlready/__init__.py", "mlready/__main__.py", "typer.py", "yaml.py",
    "secrets.py", "random.py", "hmac.py", "pip.py", "pip/__init__.py", "venv.py",
    "ensurepip.py", "hatchling/__init__.py", "sitecustomize.py", "usercustomize.py",
    "setup.py", "conftest.py", "hatch_build.py", "jinja2/__init__.py",
    ".local/lib/python3.11/site-packages/usercustomize.py",
]  # fmt: skip
PROGRAMS = ["python", "python3", "git"]
GIT_HOOKS = ["pre-commit", "commit-msg", "post-commit", "pre-push", "post-index-change"]
SETTINGS = {
    "pip.conf": "[global]\nindex-url = http://127.0.0.1:9\nno-deps = true\n",
    ".config/pip/pip.conf": "[global]\nindex-url = http://127.0.0.1:9\n",
    "setup.cfg": "[install]\nprefix = owned\n[easy_install]\nindex_url = x\n",
    ".pydistutils.cfg": "[install]\nprefix = owned\n",
    "pyproject.toml": '[build-system]\nrequires = []\nbuild-backend = "setup"\n'
    'backend-path = ["."]\n[project]\nname = "mlready"\nversion = "9"\n',
    "trap.pth": "import mlready\n",
    "pyvenv.cfg": "home = .\n",
    ".python-version": "2.7\n",
}


def set_traps(folder: Path) -> dict[str, str]:
    """Write traps into a checkout; return environment variables that point to them.

    A trap is a file that leaves a trace if it is imported, run or read.
    """
    for name in MODULES:
        write(folder, name, TRAP.format(name=name.replace("/", "_")))
    for name in [*PROGRAMS, *(f"hooks/{hook}" for hook in GIT_HOOKS)]:
        write(folder, name, f'#!/bin/sh\ntouch "$TRACES/{name.replace("/", "_")}"\n')
        (folder / name).chmod(0o755)
    for name, text in SETTINGS.items():
        write(folder, name, text)
    return {
        "HOME": str(folder),
        "PIP_CONFIG_FILE": str(folder / "pip.conf"),
        "PIP_INDEX_URL": "http://127.0.0.1:9",
        "PIP_REQUIREMENT": "pyproject.toml",
        "PYTHONPATH": str(folder),
        "PYTHONSTARTUP": str(folder / "setup.py"),
        "PYTHONUSERBASE": str(folder / ".local"),
    }


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Runner:
    """Return a runner on which the first step of the action has installed mlready."""
    checkout, temp = tmp_path_factory.mktemp("traps"), tmp_path_factory.mktemp("runner")
    traces = tmp_path_factory.mktemp("traces")
    env = set_traps(checkout)
    runner = Runner(temp, {"steps.python.outputs.python-path": sys.executable})
    done = runner.step(STEPS[0], checkout, DEFAULTS, TRACES=str(traces), **env)
    if re.search("connection|resolution|No matching distribution", done.err):
        pytest.skip("cannot be installed: no package index")
    assert (done.code, sorted(traces.iterdir())) == (0, []), done.err
    return runner


@pytest.fixture
def clone(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a Git clone of a sample team's repository."""
    need("git")
    commit(team(tmp_path))
    origin = tmp_path_factory.mktemp("origin")
    run(["git", "clone", "-q", "--bare", str(tmp_path), str(origin)], tmp_path)
    folder = tmp_path_factory.mktemp("clone")
    run(["git", "clone", "-q", str(origin), "."], folder)
    return folder


def log(folder: Path) -> list[str]:
    """Return author and subject of each commit on main, the newest first."""
    command = ["git", "log", "--format=%an: %s", "origin/main"]
    return run(command, folder).out.splitlines()


def command_output(out: str) -> str:
    """Return an output without the blocks that ``::stop-commands::`` begins.

    The runner ignores commands in these blocks.
    """
    return GUARD.sub("", out)


def test_action_shows_the_report_as_the_job_summary(installed, clone):
    report = run(["mlready", "report", "mlready.yaml"], clone).out

    result = installed.run_action(clone)

    assert (result.code, result.step, command_output(result.out)) == (0, GATE, "")
    assert result.err.startswith("mlready.yaml: fine, 59 of 59 questions answered\n")
    assert result.summary == report


def test_check_mode_fails_until_the_document_has_the_current_report(installed, clone):
    before = (clone / "README.md").read_bytes()

    result = installed.run_action(clone, document="README.md")

    assert (result.code, result.step) == (1, CHECK_OR_COMMIT)
    assert (clone / "README.md").read_bytes() == before
    assert log(clone) == ["somebody: all"]
    run(FILL, clone)
    assert installed.run_action(clone, document="README.md").code == 0


def test_commit_mode_pushes_one_commit_that_changes_only_the_document(installed, clone):
    write(clone, "mlready.yaml", (clone / "mlready.yaml").read_text("utf-8") + "\n")

    first = installed.run_action(clone, document="README.md", mode="commit")
    second = installed.run_action(clone, document="README.md", mode="commit")

    assert (first.code, second.code) == (0, 0)
    assert log(clone) == [REPORT_COMMIT, "somebody: all"]
    changed = run(["git", "show", "--format=", "--name-only", "origin/main"], clone).out
    assert changed == "README.md\n"
    assert installed.run_action(clone, document="README.md").code == 0


def test_commit_mode_pushes_the_report_even_if_the_verdict_is_lower_than_required(
    installed, clone
):
    shutil.copy(EXAMPLES / "stilts.yaml", clone / "mlready.yaml")
    inputs = {"document": "README.md", "mode": "commit", "fail_below": "conditional"}

    result = installed.run_action(clone, **inputs)

    assert (result.code, result.step) == (1, GATE)
    assert result.err.splitlines()[-1].startswith("Not ready: ")
    assert result.summary.startswith("# Churn early warning: ")
    assert log(clone) == [REPORT_COMMIT, "somebody: all"]


def test_action_fails_if_the_answers_are_too_old_on_the_given_day(installed, clone):
    text = (clone / "mlready.yaml").read_text("utf-8")
    for voice in ("name: Ana, role: data_engineer", "name: Bo, role: owner"):
        said = f'version: 2\nvoice: {{{voice}, date: "2024-01-01"}}\n'
        write(clone, f"{voice[6]}.yaml", text.replace("version: 2\n", said))
    inputs = {"only": GATE, "answers": "A.yaml\nB.yaml", "fail_below": "ready"}

    days = ("", "2024-02-01", "today")
    codes = [installed.run_action(clone, **inputs, date=day).code for day in days]

    assert codes == [0, 0, 1]


# The action never imports or runs files of the checkout


@pytest.mark.parametrize(
    "command",
    [
        pytest.param("python -m mlready --version", id="package run with -m"),
        pytest.param('python -c "import secrets"', id="module of the standard library"),
        pytest.param("python -m pip --version", id="pip"),
        pytest.param("PATH=.:$PATH git status", id="program in the search path"),
        pytest.param(
            "git init -q; git -c core.hooksPath=hooks commit --allow-empty -qm x",
            id="Git hook",
        ),
    ],
)
def test_trap_files_used_by_these_tests_leave_a_trace_when_they_are_run(
    tmp_path, tmp_path_factory, command
):
    traces = tmp_path_factory.mktemp("traces")
    set_traps(tmp_path)

    run(f"({command}) || true", tmp_path, TRACES=str(traces))

    assert sorted(traces.iterdir()) != []


def test_action_neither_imports_nor_executes_files_of_the_checkout(
    installed, clone, tmp_path_factory
):
    traces = tmp_path_factory.mktemp("traces")
    env = {**set_traps(clone), "TRACES": str(traces)}
    run("git config core.hooksPath hooks", clone)
    env |= {"GIT_EXTERNAL_DIFF": "hooks/pre-commit", "GIT_CONFIG_COUNT": "0"}

    result = installed.run_action(
        clone, env=env, document="README.md", mode="commit", fail_below="conditional"
    )

    assert (result.code, result.step) == (0, GATE)
    assert sorted(traces.iterdir()) == []
    assert log(clone) == [REPORT_COMMIT, "somebody: all"]


# Documents and answers files outside of the checkout, and links to files


@pytest.fixture
def outside(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the path of a document outside of the checkout."""
    path = tmp_path_factory.mktemp("outside") / "outside.md"
    path.write_text(DOCUMENT, encoding="utf-8")
    return path


@pytest.mark.parametrize("given", ["document", "answers"])
@pytest.mark.parametrize(
    ("name", "link"),
    [
        pytest.param("{outside}", "", id="absolute path"),
        pytest.param("../{folder}/outside.md", "", id="parent folder"),
        pytest.param("link.md", "{outside}", id="link to a file outside"),
        pytest.param("link/outside.md", "../{folder}", id="folder that is a link"),
        pytest.param(".git/config", "", id="Git folder"),
        pytest.param("link.md", ".git/config", id="link into the Git folder"),
        pytest.param("link.md", "/proc/self/environ", id="link to the environment"),
    ],
)
def test_action_refuses_a_file_outside_the_checkout_or_in_its_git_folder(
    installed, clone, outside, given, name, link
):
    relative = os.path.relpath(outside.parent, clone.parent)
    names = {"outside": outside, "folder": relative}
    if link:
        (clone / Path(name).parts[0]).symlink_to(link.format(**names))

    result = installed.run_action(clone, mode="commit", **{given: name.format(**names)})

    assert (result.code, result.step, result.summary) == (2, VALIDATE, "")
    assert result.out == f"::error::{given}: not a file of the checkout\n"
    assert outside.read_text(encoding="utf-8") == DOCUMENT
    assert log(clone) == ["somebody: all"]


@pytest.mark.parametrize(
    ("document", "prepare"),
    [
        pytest.param(
            "link.md", "ln -s README.md link.md; git add link.md", id="link to a file"
        ),
        pytest.param(
            "link/a.md",
            "mkdir docs; git mv README.md docs/a.md; ln -s docs link; git add link",
            id="link to a folder",
        ),
        pytest.param("new.md", "cp README.md new.md", id="new document"),
        pytest.param(
            "README.md",
            "mlready report mlready.yaml --inject README.md; git add README.md",
            id="document staged already",
        ),
    ],
)
def test_commit_mode_pushes_a_document_even_if_it_is_linked_or_new_or_staged(
    installed, clone, document, prepare
):
    run(prepare, clone)

    result = installed.run_action(clone, document=document, mode="commit")

    assert (result.code, result.step) == (0, GATE)
    assert log(clone) == [REPORT_COMMIT, "somebody: all"]
    pushed = os.path.relpath(os.path.realpath(clone / document), clone)
    text = run(["git", "show", f"origin/main:{pushed}"], clone).out
    assert text == (clone / document).read_text(encoding="utf-8") != DOCUMENT


def test_commit_mode_fails_if_git_ignores_the_document(installed, clone):
    write(clone, ".gitignore", "new.md\n")
    write(clone, "new.md", DOCUMENT)

    result = installed.run_action(clone, document="new.md", mode="commit")

    assert (result.code, result.step) == (1, CHECK_OR_COMMIT)
    assert "ignored" in result.err


# Hostile and invalid inputs from the workflow that calls the action

HOSTILE = [
    pytest.param("$(touch owned)`touch owned`;touch owned.md", id="shell commands"),
    pytest.param("-qevil.md", id="command-line option"),
    pytest.param("a b\t'\"\\.md", id="quotes and spaces"),
    pytest.param("*.md", id="shell pattern"),
    pytest.param(":(glob)*.md", id="Git pathspec"),
    pytest.param("::error::x.md", id="runner command"),
    pytest.param("${{ inputs.mode }}.md", id="GitHub expression"),
]


@pytest.mark.parametrize("name", HOSTILE)
def test_commit_mode_never_runs_a_document_name_as_shell_code(installed, clone, name):
    write(clone, name, DOCUMENT)
    write(clone, "other.md", "x\n")
    run("git add -A && git commit -qm name && git push -q", clone, **GIT_IDENTITY)
    write(clone, "other.md", "y\n")
    before = {path.name for path in clone.iterdir()}

    result = installed.run_action(
        clone, only=CHECK_OR_COMMIT, document=name, mode="commit"
    )

    assert (result.code, command_output(result.out)) == (0, "")
    assert {path.name for path in clone.iterdir()} == before
    changed = ["git", "show", "--format=", "--name-only", "-z", "origin/main"]
    assert run(changed, clone).out == f"{name}\0"


@pytest.mark.parametrize("name", HOSTILE)
def test_validation_step_never_runs_an_answers_file_name_as_shell_code(
    installed, clone, name
):
    shutil.move(clone / "mlready.yaml", clone / name)
    before = {path.name for path in clone.iterdir()}

    result = installed.run_action(clone, only=VALIDATE, answers=name)

    assert (result.code, command_output(result.out)) == (0, "")
    assert {path.name for path in clone.iterdir()} == before


def test_no_step_of_the_action_runs_an_answers_file_name_as_shell_code(
    installed, clone
):
    name = "-q$(touch owned)`touch owned` *;::error::x.md"
    shutil.move(clone / "mlready.yaml", clone / name)
    write(clone, "README.md", DOCUMENT)
    before = {path.name for path in clone.iterdir()}

    result = installed.run_action(
        clone,
        answers=name,
        document="README.md",
        mode="commit",
        fail_below="conditional",
    )

    assert (result.code, result.step, command_output(result.out)) == (0, GATE, "")
    assert {path.name for path in clone.iterdir()} == before


def test_action_reads_one_answers_file_per_line_of_its_input(installed, clone):
    text = (clone / "mlready.yaml").read_text(encoding="utf-8")
    names = ["ana's answers.yaml", "-qbo.yaml"]
    for name, who in zip(names, ["Ana", "Bo"], strict=True):
        write(clone, name, f"{text}voice: {{name: {who}, role: data_engineer}}\n")
    write(clone, "README.md", DOCUMENT)
    report = run(["mlready", "report", "--", *names], clone).out

    result = installed.run_action(
        clone,
        answers="\n".join(["", *names, ""]),
        document="README.md",
        mode="commit",
        fail_below="ready",
    )

    assert (result.code, result.step, command_output(result.out)) == (0, GATE, "")
    assert result.summary == report
    assert "go ahead" in (clone / "README.md").read_text(encoding="utf-8")


def test_action_refuses_all_answers_files_if_one_is_outside_the_checkout(
    installed, clone
):
    for outside in ("/etc/hostname", ".git/config"):
        result = installed.run_action(
            clone, only=VALIDATE, answers=f"mlready.yaml\n{outside}"
        )
        assert result.code == 2
        assert "::error::answers: not a file of the checkout" in result.out


@pytest.mark.parametrize("name", ["$(touch${IFS}owned)", "-qevil", "a;touch,owned"])
def test_commit_mode_never_runs_a_branch_name_as_shell_code(installed, clone, name):
    run(["git", "update-ref", f"refs/heads/{name}", "HEAD"], clone)
    run(["git", "symbolic-ref", "HEAD", f"refs/heads/{name}"], clone)
    run("git config push.autoSetupRemote true", clone)
    before = {path.name for path in clone.iterdir()}

    result = installed.run_action(
        clone, only=CHECK_OR_COMMIT, document="README.md", mode="commit"
    )

    assert result.code == 0, result.err
    assert {path.name for path in clone.iterdir()} == before
    pushed = run(["git", "ls-remote", "origin"], clone).out
    assert f"refs/heads/{name}\n" in pushed


@pytest.mark.parametrize(
    ("inputs", "code", "message"),
    [
        pytest.param(
            {"mode": "push"},
            2,
            "::error::mode: expected check or commit",
            id="unknown mode",
        ),
        pytest.param(
            {"mode": "check) touch owned;;"}, 2, "::error::", id="shell script as mode"
        ),
        pytest.param(
            {"fail_below": "perfect", "mode": "commit", "document": "README.md"},
            2,
            "::error::fail-below: expected conditional or ready",
            id="unknown verdict, before anything is pushed",
        ),
        pytest.param(
            {"date": "1 May"},
            2,
            "::error::date: expected today, or a day as YYYY-MM-DD",
            id="no day",
        ),
        pytest.param(
            {"answers": "none.yaml"},
            5,
            "mlready: none.yaml: cannot read: no such file or directory",
            id="missing answers file",
        ),
        pytest.param(
            {"answers": "--help"},
            5,
            "mlready: --help: cannot",
            id="answers file named as an option",
        ),
    ],
)
def test_validation_step_refuses_invalid_inputs(
    installed, clone, inputs, code, message
):
    before = sorted(clone.iterdir())

    result = installed.run_action(clone, **inputs)

    assert (result.code, result.step, result.summary) == (code, VALIDATE, "")
    assert message in result.out + result.err
    assert sorted(clone.iterdir()) == before


@pytest.mark.parametrize(
    "inputs", [{"document": "$(touch owned)"}, {"fail_below": "; touch owned"}]
)
def test_action_never_runs_its_inputs_as_shell_code(installed, clone, inputs):
    before = sorted(clone.iterdir())

    assert installed.run_action(clone, **inputs).code in {2, 5}
    assert sorted(clone.iterdir()) == before


@pytest.mark.parametrize(
    ("file", "text"),
    [
        pytest.param(
            "README.md",
            f"::add-mask::a\n\n{DOCUMENT}\n\n::error::b\n",
            id="commands in the document",
        ),
        pytest.param(
            "mlready.yaml",
            "questionnaire: kickoff\nversion: 2\nanswers:\n"
            '  "##[error]x": 1\n  "::set-env name=A::b": 1\n',
            id="commands in the answers file",
        ),
    ],
)
def test_text_in_a_file_is_never_read_as_a_github_runner_command(
    installed, clone, file, text
):
    write(clone, file, text)

    result = installed.run_action(clone, document="README.md")

    assert result.code in {1, 3}
    assert command_output(result.out) == ""


# Rules for the scripts of the action's steps


def test_scripts_of_the_action_quote_every_variable():
    scripts = {step["name"]: step["run"] for step in STEPS}
    used = re.findall(r"inputs\.([a-z-]+)", str([step["env"] for step in STEPS]))
    quoted = re.compile(r"'[^']*'|\"(?:[^\"\\]|\\.)*\"")
    # In an assignment, Bash does not split the output of $(...), so $(...) needs
    # no quotes there.
    unquoted = [
        re.findall(r"\$.*", quoted.sub("", script.replace("=$(", "=(")))
        for script in scripts.values()
    ]

    assert [name for name, script in scripts.items() if "${{" in script] == []
    assert unquoted == [[]] * len(scripts)
    assert set(used) == set(ACTION["inputs"])
    assert [step["shell"] for step in STEPS] == ["bash"] * len(STEPS)


def test_every_python_call_of_the_action_uses_isolated_mode():
    scripts = "\n".join(step["run"] for step in STEPS)
    calls = [
        line
        for line in scripts.splitlines()
        if re.search(r'"\$(PROGRAM|python|INTERPRETER)" ', line)
    ]

    assert len(calls) > 8
    assert [line for line in calls if not re.search(r'" -I -[mc] |-e ', line)] == []
    assert not re.search(r"^ *(python3?|pip|mlready) ", scripts, re.MULTILINE)


def test_project_uses_github_actions_only_at_a_pinned_version():
    workflow = RECIPES["GitHub Actions"].files[".github/workflows/readiness.yml"]
    used = re.findall(r"uses: (actions/.*)", workflow)

    assert re.fullmatch(r"actions/setup-python@[0-9a-f]{40}", SETUP["uses"])
    assert used
    assert [u for u in used if not re.fullmatch(r"actions/[a-z-]+@v\d+", u)] == []


def test_workflow_in_the_docs_uses_only_inputs_that_the_action_has():
    workflow = RECIPES["GitHub Actions"].files[".github/workflows/readiness.yml"]
    steps = yaml.safe_load(workflow)["jobs"]["readiness"]["steps"]

    assert set(steps[-1]["with"]) <= set(ACTION["inputs"])


# Packages that the action installs


def test_versions_in_the_lock_file_satisfy_the_requirements_of_the_project():
    locked = dict(re.findall(r"^([a-z0-9-]+)==([^ ;\\]+)", LOCK, re.MULTILINE))
    needed = [
        *PROJECT["project"]["dependencies"],
        *PROJECT["project"]["optional-dependencies"]["build"],
        *PROJECT["build-system"]["requires"],
    ]
    missing = [
        text
        for text in needed
        for each in [Requirement(text)]
        if not each.specifier.contains(locked.get(canonicalize_name(each.name), "0"))
    ]

    assert missing == []


def test_lock_file_has_a_version_and_a_hash_for_every_package():
    entries = re.findall(r"^\S.*?(?=^\S|\Z)", LOCK, re.MULTILINE | re.DOTALL)
    pins = [entry for entry in entries if not entry.startswith("#")]

    assert len(pins) > 10
    assert [pin for pin in pins if not re.match(r"\S+==\S+ ", pin)] == []
    assert [pin for pin in pins if "--hash=sha256:" not in pin] == []


def test_action_installs_only_packages_that_its_lock_file_lists(installed):
    python = installed.outputs["steps.mlready.outputs.python"]
    freeze = [python, "-I", "-m", "pip", "list", "--format=freeze"]
    pins = [pin.partition("==") for pin in run(freeze, installed.temp).out.split()]
    found = {f"{canonicalize_name(name)}=={version}" for name, _, version in pins}
    bundled = {pin for pin in found if re.match("(pip|setuptools|mlready)==", pin)}
    locked = {name.strip() for name in re.findall(r"^\S+==\S+ ", LOCK, re.MULTILINE)}

    assert Path(python).is_relative_to(installed.temp)
    assert found - bundled <= locked
    assert not os.path.lexists(installed.temp / "owned")
