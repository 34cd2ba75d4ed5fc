"""The pre-commit hooks that .pre-commit-hooks.yaml declares."""

import re
import shutil
from pathlib import Path

import pytest
import yaml

from tests.commands import Done
from tests.recipes import (
    CHECK,
    EXAMPLES,
    FILL,
    RECIPES,
    ROOT,
    commit,
    need,
    run,
    team,
    write,
)

HOOKS = {
    hook["id"]: hook
    for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
}
VALIDATE = HOOKS["mlready-validate"]
OWN = {"mlready-check": ["mlready.yaml", "--inject", "README.md"]}


@pytest.mark.parametrize("hook", HOOKS)
def test_each_pre_commit_hook_succeeds_with_its_declared_command(tmp_path, hook):
    team(tmp_path)
    run(FILL, tmp_path)
    files = ["mlready.yaml"] if HOOKS[hook].get("pass_filenames", True) else []
    arguments = [*OWN.get(hook, HOOKS[hook].get("args", [])), *files]

    assert run([*HOOKS[hook]["entry"].split(), *arguments], tmp_path).code == 0


@pytest.mark.parametrize(
    ("name", "matches"),
    [
        pytest.param("mlready.yaml", True, id="usual name"),
        pytest.param("teams/mlready-churn.yml", True, id="one of several files"),
        pytest.param("-qevil/mlready.yaml", True, id="folder named as an option"),
        pytest.param("docs/mlready.md", False, id="document"),
        pytest.param("not-mlready.yaml", False, id="another file"),
        pytest.param("mlready.yaml.orig", False, id="leftover of a merge"),
        pytest.param(".github/workflows/mlready.yml", False, id="GitHub workflow"),
        pytest.param("a/.forgejo/workflows/mlready.yml", False, id="Forgejo workflow"),
        pytest.param(".circleci/mlready.yml", False, id="CircleCI"),
        pytest.param(".gitlab/ci/mlready-gate.yml", False, id="GitLab include"),
        pytest.param("mlready-questions.yaml", False, id="list of questions"),
        pytest.param("mlready-questionnaire.yml", False, id="questionnaire"),
        pytest.param("mlready.questionnaire.yaml", False, id="dotted questionnaire"),
        pytest.param("questionnaires/mlready.yaml", False, id="questionnaires folder"),
        pytest.param(
            "ml/questionnaire/mlready-own.yaml",
            False,
            id="questionnaire folder within another",
        ),
    ],
)
def test_validate_hook_runs_only_on_answers_files(name, matches):
    assert matches == bool(
        re.search(VALIDATE["files"], name) and not re.search(VALIDATE["exclude"], name)
    )


@pytest.fixture
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project in its own Git repository."""
    folder = tmp_path_factory.mktemp("source")
    shutil.copytree(
        ROOT,
        folder,
        dirs_exist_ok=True,
        ignore=shutil.ignore_patterns(".*_cache", ".git", ".venv", ".ci", "tests"),
    )
    commit(folder)
    return folder


def outcomes(output: str) -> list[str]:
    return re.findall(r"^mlready .*?\.{3,}(\w+)$", output, re.MULTILINE)


def test_pre_commit_installs_and_runs_the_hooks(tmp_path, source, tmp_path_factory):
    need("pre-commit", "git")
    team(tmp_path)
    # The hooks must skip the next two files, and must not read -qevil as an option.
    write(tmp_path, ".github/workflows/mlready.yml", "on: push\n")
    write(tmp_path, "mlready-questions.yaml", "id: own\n")
    write(tmp_path, "-qevil/mlready.yaml", (EXAMPLES / "ready.yaml").read_text("utf-8"))
    write(tmp_path, "evil/mlready.yaml", (EXAMPLES / "stilts.yaml").read_text("utf-8"))
    home = {"PRE_COMMIT_HOME": str(tmp_path_factory.mktemp("pre-commit"))}
    recipe = RECIPES["pre-commit"]
    config = recipe.files[".pre-commit-config.yaml"]
    named = config.replace("https://github.com/mlready/mlready", str(source))
    revision = run("git rev-parse HEAD", source).out.strip()
    write(tmp_path, ".pre-commit-config.yaml", named.replace("v0.1.0", revision))
    commit(tmp_path)
    command = recipe.commands[0]
    stale = run(command, tmp_path, **home)
    run(FILL, tmp_path)
    run("git add -A", tmp_path)
    fresh = run(command, tmp_path, **home)
    invalid_answers = "questionnaire: kickoff\nversion: 2\nanswers: {A: 1}\n"
    write(tmp_path, "mlready.yaml", invalid_answers)
    run("git add -A", tmp_path)
    invalid = run(command, tmp_path, **home)

    assert [outcomes(done.out) for done in (stale, fresh, invalid)] == [
        ["Passed", "Failed"],
        ["Passed", "Passed"],
        ["Failed", "Failed"],
    ]
    assert "mlready: mlready.yaml:3:11: there is no question 'A'" in invalid.out


def test_validate_hook_reads_a_file_whose_name_begins_with_a_dash(tmp_path):
    name = "-qevil/mlready.yaml"
    write(tmp_path, name, (EXAMPLES / "ready.yaml").read_text("utf-8"))
    command = [*VALIDATE["entry"].split(), *VALIDATE["args"], name]
    done = run(command, tmp_path)

    assert done.code == 0
    assert done.err.startswith(f"{name}: fine, 59 of 59 questions answered\n")


def test_commands_in_pipeline_recipes_put_two_dashes_before_file_names():
    command_lines = [
        line
        for recipe in RECIPES.values()
        for text in [*recipe.files.values(), *recipe.commands]
        for line in text.splitlines()
        if re.search(r"mlready (validate|report)", line)
    ]
    without_dashes = [line for line in command_lines if " -- " not in line]

    assert len(command_lines) > 10
    assert without_dashes == []
    assert all(" -- " in command for command in (FILL, CHECK))


def test_pre_commit_accepts_the_declaration_of_the_hooks():
    need("pre-commit")
    command = ["pre-commit", "validate-manifest", ".pre-commit-hooks.yaml"]

    assert run(command, ROOT) == Done(0, "", "")
