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
    RECIPES,
    ROOT,
    SOMEBODY,
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
CHECKING = "Check or commit the report in the document"
LAST = "Check the verdict"
PUSHED = "github-actions[bot]: Bring the readiness report up to date"
LOCK = (ROOT / "action-requirements.txt").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
GUARD = re.compile(r"::stop-commands::([0-9a-f]{64})\n(.*?)::\1::\n", re.DOTALL)


class Ran(NamedTuple):
    """An action that was run: its exit code, the last step, its output and summary."""

    code: int
    step: str
    out: str
    err: str
    summary: str


class Runner(NamedTuple):
    """What a runner keeps outside of the checkout, and the outputs of steps."""

    temp: Path
    outputs: dict[str, str]

    def step(
        self, step: dict[str, Any], folder: Path, inputs: dict[str, str], **env: str
    ) -> Done:
        """Run one step, with its expressions replaced as GitHub does."""
        known = {f"inputs.{name}": value for name, value in inputs.items()}
        known |= self.outputs
        given = {
            name: known[text.removeprefix("${{ ").removesuffix(" }}")]
            for name, text in step["env"].items()
        }
        files = {
            name: str(self.temp / name.lower())
            for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")
        }
        files |= {"RUNNER_TEMP": str(self.temp), "GITHUB_ACTION_PATH": str(ROOT)}
        done = run(step["run"], folder, **files, **env, **given)
        output = Path(files["GITHUB_OUTPUT"])
        for line in output.read_text("utf-8").splitlines() if output.exists() else []:
            name, _, value = line.partition("=")
            self.outputs[f"steps.{step['id']}.outputs.{name}"] = value
        output.unlink(missing_ok=True)
        return done

    def act(
        self,
        folder: Path,
        /,
        *,
        only: str = "",
        env: dict[str, str] | None = None,
        **given: str,
    ) -> Ran:
        """Run every step but the installation, or ``only`` one, until one fails."""
        inputs = DEFAULTS | {name.replace("_", "-"): v for name, v in given.items()}
        summary = self.temp / "github_step_summary"
        summary.write_text("", encoding="utf-8")
        ran = Ran(0, "", "", "", "")
        for step in STEPS[1:]:
            if only not in {"", step["name"]}:
                continue
            done = self.step(step, folder, inputs, **env or {})
            out, err = ran.out + done.out, ran.err + done.err
            ran = Ran(done.code, step["name"], out, err, "")
            if ran.code:
                break
        return ran._replace(summary=summary.read_text(encoding="utf-8"))


# Each of these is imported, run or read by somebody who works in the checkout without
# care; each leaves a file where it was.
STAND_IN = """
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
    """Fill a checkout with traps, and return the variables of a careless job."""
    for name in MODULES:
        write(folder, name, STAND_IN.format(name=name.replace("/", "_")))
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
    """A runner on which the action's first step has installed mlready, among traps."""
    checkout, temp = tmp_path_factory.mktemp("among"), tmp_path_factory.mktemp("runner")
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
    """A clone of a team's repository, as a runner has it."""
    need("git")
    commit(team(tmp_path))
    origin = tmp_path_factory.mktemp("origin")
    run(["git", "clone", "-q", "--bare", str(tmp_path), str(origin)], tmp_path)
    folder = tmp_path_factory.mktemp("clone")
    run(["git", "clone", "-q", str(origin), "."], folder)
    return folder


def log(folder: Path) -> list[str]:
    """Return who committed what, as it was pushed."""
    command = ["git", "log", "--format=%an: %s", "origin/main"]
    return run(command, folder).out.splitlines()


def printed(out: str) -> str:
    """Return what a runner may take for commands: all that is not stopped."""
    return GUARD.sub("", out)


def test_report_is_in_the_summary(installed, clone):
    report = run(["mlready", "report", "mlready.yaml"], clone).out

    ran = installed.act(clone)

    assert (ran.code, ran.step, printed(ran.out)) == (0, LAST, "")
    assert ran.err.startswith("mlready.yaml: fine, 59 of 59 answered\n")
    assert ran.summary == report


def test_check_fails_until_the_document_is_filled(installed, clone):
    before = (clone / "README.md").read_bytes()

    ran = installed.act(clone, document="README.md")

    assert (ran.code, ran.step) == (1, CHECKING)
    assert (clone / "README.md").read_bytes() == before
    assert log(clone) == ["somebody: all"]
    run(FILL, clone)
    assert installed.act(clone, document="README.md").code == 0


def test_commit_pushes_once_and_only_the_document(installed, clone):
    write(clone, "mlready.yaml", (clone / "mlready.yaml").read_text("utf-8") + "\n")

    first = installed.act(clone, document="README.md", mode="commit")
    second = installed.act(clone, document="README.md", mode="commit")

    assert (first.code, second.code) == (0, 0)
    assert log(clone) == [PUSHED, "somebody: all"]
    changed = run(["git", "show", "--format=", "--name-only", "origin/main"], clone).out
    assert changed == "README.md\n"
    assert installed.act(clone, document="README.md").code == 0


def test_gate_comes_last(installed, clone):
    shutil.copy(EXAMPLES / "stilts.yaml", clone / "mlready.yaml")
    given = {"document": "README.md", "mode": "commit", "fail_below": "conditional"}

    ran = installed.act(clone, **given)

    assert (ran.code, ran.step) == (1, LAST)
    assert ran.err.splitlines()[-1].startswith("Not yet: ")
    assert ran.summary.startswith("# Churn early warning\n")
    assert log(clone) == [PUSHED, "somebody: all"]


# What is in the checkout


@pytest.mark.parametrize(
    "command",
    [
        pytest.param("python -m mlready --version", id="module"),
        pytest.param('python -c "import secrets"', id="standard library"),
        pytest.param("python -m pip --version", id="pip"),
        pytest.param("PATH=.:$PATH git status", id="program"),
        pytest.param(
            "git init -q; git -c core.hooksPath=hooks commit --allow-empty -qm x",
            id="hook of Git",
        ),
    ],
)
def test_traps_catch_careless_commands(tmp_path, tmp_path_factory, command):
    traces = tmp_path_factory.mktemp("traces")
    set_traps(tmp_path)

    run(f"({command}) || true", tmp_path, TRACES=str(traces))

    assert sorted(traces.iterdir()) != []


def test_nothing_in_the_checkout_is_imported_or_run(installed, clone, tmp_path_factory):
    traces = tmp_path_factory.mktemp("traces")
    env = {**set_traps(clone), "TRACES": str(traces)}
    run("git config core.hooksPath hooks", clone)
    env |= {"GIT_EXTERNAL_DIFF": "hooks/pre-commit", "GIT_CONFIG_COUNT": "0"}

    ran = installed.act(
        clone, env=env, document="README.md", mode="commit", fail_below="ready"
    )

    assert (ran.code, ran.step) == (0, LAST)
    assert sorted(traces.iterdir()) == []
    assert log(clone) == [PUSHED, "somebody: all"]


# What the caller gives

HOSTILE = [
    pytest.param("$(touch owned)`touch owned`;touch owned.md", id="shell"),
    pytest.param("-qevil.md", id="option"),
    pytest.param("a b\t'\"\\.md", id="quotes and blanks"),
    pytest.param("*.md", id="pattern of the shell"),
    pytest.param(":(glob)*.md", id="pattern of Git"),
    pytest.param("::error::x.md", id="command to the runner"),
    pytest.param("${{ inputs.mode }}.md", id="expression"),
]


@pytest.mark.parametrize("name", HOSTILE)
def test_any_name_of_a_document_is_only_a_name(installed, clone, name):
    write(clone, name, DOCUMENT)
    write(clone, "other.md", "x\n")
    run("git add -A && git commit -qm name && git push -q", clone, **SOMEBODY)
    write(clone, "other.md", "y\n")
    before = {path.name for path in clone.iterdir()}

    ran = installed.act(clone, only=CHECKING, document=name, mode="commit")

    assert (ran.code, printed(ran.out)) == (0, "")
    assert {path.name for path in clone.iterdir()} == before
    changed = ["git", "show", "--format=", "--name-only", "-z", "origin/main"]
    assert run(changed, clone).out == f"{name}\0"


@pytest.mark.parametrize("name", HOSTILE)
def test_any_name_of_answers_is_only_a_name(installed, clone, name):
    shutil.move(clone / "mlready.yaml", clone / name)
    before = {path.name for path in clone.iterdir()}

    ran = installed.act(clone, only=VALIDATE, answers=name)

    assert (ran.code, printed(ran.out)) == (0, "")
    assert {path.name for path in clone.iterdir()} == before


def test_every_step_takes_the_name_of_answers_as_a_name(installed, clone):
    name = "-q$(touch owned)`touch owned` *;::error::x.md"
    shutil.move(clone / "mlready.yaml", clone / name)
    write(clone, "README.md", DOCUMENT)
    before = {path.name for path in clone.iterdir()}

    ran = installed.act(
        clone, answers=name, document="README.md", mode="commit", fail_below="ready"
    )

    assert (ran.code, ran.step, printed(ran.out)) == (0, LAST, "")
    assert {path.name for path in clone.iterdir()} == before


@pytest.mark.parametrize("name", ["$(touch${IFS}owned)", "-qevil", "a;touch,owned"])
def test_any_name_of_a_branch_is_only_a_name(installed, clone, name):
    run(["git", "update-ref", f"refs/heads/{name}", "HEAD"], clone)
    run(["git", "symbolic-ref", "HEAD", f"refs/heads/{name}"], clone)
    run("git config push.autoSetupRemote true", clone)
    before = {path.name for path in clone.iterdir()}

    ran = installed.act(clone, only=CHECKING, document="README.md", mode="commit")

    assert ran.code == 0, ran.err
    assert {path.name for path in clone.iterdir()} == before
    pushed = run(["git", "ls-remote", "origin"], clone).out
    assert f"refs/heads/{name}\n" in pushed


@pytest.mark.parametrize(
    ("inputs", "code", "message"),
    [
        pytest.param(
            {"mode": "push"}, 2, "::error::mode: expected check or commit", id="mode"
        ),
        pytest.param(
            {"mode": "check) touch owned;;"}, 2, "::error::", id="script as mode"
        ),
        pytest.param(
            {"answers": "none.yaml"},
            5,
            "mlready: none.yaml: cannot read: no such file or directory",
            id="no answers",
        ),
        pytest.param({"answers": "--help"}, 5, "mlready: --help: cannot", id="option"),
    ],
)
def test_unusable_inputs_are_refused_first(installed, clone, inputs, code, message):
    before = sorted(clone.iterdir())

    ran = installed.act(clone, **inputs)

    assert (ran.code, ran.step, ran.summary) == (code, VALIDATE, "")
    assert message in ran.out + ran.err
    assert sorted(clone.iterdir()) == before


@pytest.mark.parametrize(
    "inputs", [{"document": "$(touch owned)"}, {"fail_below": "; touch owned"}]
)
def test_inputs_are_never_run(installed, clone, inputs):
    before = sorted(clone.iterdir())

    assert installed.act(clone, **inputs).code in {2, 5}
    assert sorted(clone.iterdir()) == before


@pytest.mark.parametrize(
    ("file", "text"),
    [
        pytest.param(
            "README.md", f"::add-mask::a\n\n{DOCUMENT}\n\n::error::b\n", id="document"
        ),
        pytest.param(
            "mlready.yaml",
            "questionnaire: kickoff\nversion: 1\nanswers:\n"
            '  "##[error]x": 1\n  "::set-env name=A::b": 1\n',
            id="answers",
        ),
    ],
)
def test_files_give_the_runner_no_commands(installed, clone, file, text):
    write(clone, file, text)

    ran = installed.act(clone, document="README.md")

    assert ran.code in {1, 3}
    assert printed(ran.out) == ""


# How the steps are written


def test_scripts_use_variables_in_quotes_only():
    scripts = {step["name"]: step["run"] for step in STEPS}
    used = re.findall(r"inputs\.([a-z-]+)", str([step["env"] for step in STEPS]))
    quoted = re.compile(r"'[^']*'|\"(?:[^\"\\]|\\.)*\"")
    # An assignment does not split what a command prints.
    bare = [
        re.findall(r"\$.*", quoted.sub("", script.replace("=$(", "=(")))
        for script in scripts.values()
    ]

    assert [name for name, script in scripts.items() if "${{" in script] == []
    assert bare == [[]] * len(scripts)
    assert set(used) == set(ACTION["inputs"])
    assert [step["shell"] for step in STEPS] == ["bash"] * len(STEPS)


def test_every_interpreter_is_isolated():
    scripts = "\n".join(step["run"] for step in STEPS)
    calls = [
        line
        for line in scripts.splitlines()
        if re.search(r'"\$(PROGRAM|python|INTERPRETER)" ', line)
    ]

    assert len(calls) > 8
    assert [line for line in calls if not re.search(r'" -I -[mc] |-e ', line)] == []
    assert not re.search(r"^ *(python3?|pip|mlready) ", scripts, re.MULTILINE)


def test_other_actions_are_pinned():
    workflow = RECIPES["GitHub Actions"].files[".github/workflows/readiness.yml"]
    used = [*re.findall(r"uses: (actions/.*)", workflow), SETUP["uses"]]

    assert len(used) >= 2
    assert [u for u in used if not re.fullmatch(r"actions/[a-z-]+@v\d+", u)] == []


def test_workflow_gives_inputs_that_exist():
    workflow = RECIPES["GitHub Actions"].files[".github/workflows/readiness.yml"]
    steps = yaml.safe_load(workflow)["jobs"]["readiness"]["steps"]

    assert set(steps[-1]["with"]) <= set(ACTION["inputs"])


# What is installed


def test_lock_satisfies_the_bounds_of_the_project():
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


def test_lock_pins_every_file_by_hash():
    entries = re.findall(r"^\S.*?(?=^\S|\Z)", LOCK, re.MULTILINE | re.DOTALL)
    pins = [entry for entry in entries if not entry.startswith("#")]

    assert len(pins) > 10
    assert [pin for pin in pins if not re.match(r"\S+==\S+ ", pin)] == []
    assert [pin for pin in pins if "--hash=sha256:" not in pin] == []


def test_installed_set_is_the_locked_one(installed):
    python = installed.outputs["steps.mlready.outputs.python"]
    freeze = [python, "-I", "-m", "pip", "list", "--format=freeze"]
    pins = [pin.partition("==") for pin in run(freeze, installed.temp).out.split()]
    found = {f"{canonicalize_name(name)}=={version}" for name, _, version in pins}
    bundled = {pin for pin in found if re.match("(pip|setuptools|mlready)==", pin)}
    locked = {name.strip() for name in re.findall(r"^\S+==\S+ ", LOCK, re.MULTILINE)}

    assert Path(python).is_relative_to(installed.temp)
    assert found - bundled <= locked
    assert not os.path.lexists(installed.temp / "owned")
