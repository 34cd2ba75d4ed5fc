"""The report in other people's pipelines: docs/pipelines.md, the hooks, the action."""

import os
import re
import shutil
import subprocess
import sys
import unicodedata
import zipfile
from collections.abc import Callable, Mapping, Sequence
from html.parser import HTMLParser
from itertools import groupby, islice
from pathlib import Path
from random import Random
from typing import NamedTuple
from xml.etree import ElementTree as ET

import pytest
import yaml

from tests.benchmarks import hostile

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "questionnaires" / "examples"
PATH = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
NO_CONFIG = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
SOMEBODY = {
    f"GIT_{who}_{what}": "somebody"
    for who in ("AUTHOR", "COMMITTER")
    for what in ("NAME", "EMAIL")
}
FENCE = re.compile(
    r'^(`{3,})(\w+)(?: title="([^"]+)")?\n(.*?)^\1$', re.MULTILINE | re.DOTALL
)
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


class Recipe(NamedTuple):
    """One section of the page: its words, files to write, commands to run."""

    text: str
    files: Mapping[str, str]
    commands: Sequence[str]


class Done(NamedTuple):
    code: int
    out: str
    err: str


class Look(NamedTuple):
    """What must come through: texts in fixed pitch, and the cells of each table row."""

    pictures: list[str]
    tables: list[list[int]]


def recipes() -> dict[str, Recipe]:
    page = (ROOT / "docs" / "pipelines.md").read_text(encoding="utf-8")
    parts = re.split(r"^## (.+)\n", page, flags=re.MULTILINE)[1:]
    return {
        name: recipe(text) for name, text in zip(parts[::2], parts[1::2], strict=True)
    }


def recipe(text: str) -> Recipe:
    blocks = [found.groups()[1:] for found in FENCE.finditer(text)]
    files = {name: content for _, name, content in blocks if name}
    commands = [content for kind, _, content in blocks if kind == "sh"]
    return Recipe(text, files, "".join(commands).splitlines())


RECIPES = recipes()
HOOKS = {
    hook["id"]: hook
    for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
}
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS = ACTION["runs"]["steps"]
BEGIN, END = "<!-- mlready:begin for=sponsor heading=2 -->", "<!-- mlready:end -->"


def run(command: str | Sequence[str], folder: Path, **env: str) -> Done:
    """Run a command, or a text in bash as GitHub does."""
    bash = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c"]
    done = subprocess.run(
        [*bash, command] if isinstance(command, str) else command,
        cwd=folder,
        env={**os.environ, **NO_CONFIG, "PATH": PATH, **env},
        capture_output=True,
        text=True,
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr)


def need(*tools: str) -> None:
    missing = [tool for tool in tools if not shutil.which(tool, path=PATH)]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")


def write(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A folder with answers and a document with a block to fill."""
    shutil.copy(EXAMPLES / "ready.yaml", tmp_path / "mlready.yaml")
    write(
        tmp_path, "README.md", RECIPES["A report inside a document"].files["README.md"]
    )
    return tmp_path


def follow(name: str, folder: Path) -> None:
    """Do what a recipe says; every command must succeed."""
    for path, text in RECIPES[name].files.items():
        write(folder, path, text)
    for command in RECIPES[name].commands:
        assert (run(command, folder).code, command) == (0, command)


# Pages


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.look = Look([], [])
        self.in_picture = False

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag == "pre":
            self.in_picture = True
            self.look.pictures.append("")
        elif tag == "table":
            self.look.tables.append([])
        elif tag == "tr":
            self.look.tables[-1].append(0)
        elif tag in {"td", "th"}:
            self.look.tables[-1][-1] += 1

    def handle_endtag(self, tag: str) -> None:
        self.in_picture = self.in_picture and tag != "pre"

    def handle_data(self, data: str) -> None:
        if self.in_picture:
            self.look.pictures[-1] += data


def in_html(text: str) -> Look:
    page = _Page()
    page.feed(text)
    return Look(
        [picture.strip("\n") for picture in page.look.pictures], page.look.tables
    )


def in_markdown(text: str) -> Look:
    pictures = re.findall(r"^```text\n(.*?)\n```$", text, re.MULTILINE | re.DOTALL)
    runs = groupby(text.splitlines(), lambda line: line.startswith("| "))
    tables = [
        [len(re.findall(r"(?<!\\)\|", row)) - 1 for row in rows if "| --- |" not in row]
        for is_table, rows in runs
        if is_table
    ]
    return Look(pictures, tables)


def in_docx(path: Path) -> Look:
    with zipfile.ZipFile(path) as parts:
        body = ET.fromstring(parts.read("word/document.xml"))
    pictures = [
        "".join(
            "\n" if sign.tag == f"{WORD}br" else sign.text or "" for sign in code.iter()
        )
        for code in body.iter(f"{WORD}p")
        if code.find(f"{WORD}pPr/{WORD}pStyle[@{WORD}val='SourceCode']") is not None
    ]
    tables = [
        [len(row.findall(f"{WORD}tc")) for row in table.iter(f"{WORD}tr")]
        for table in body.iter(f"{WORD}tbl")
    ]
    return Look(pictures, tables)


@pytest.mark.parametrize(
    ("name", "tools", "made"),
    [
        pytest.param("MkDocs", ["mkdocs"], "site/kickoff/index.html", id="mkdocs"),
        pytest.param(
            "Sphinx with MyST", ["sphinx-build"], "_build/kickoff.html", id="sphinx"
        ),
    ],
)
def test_a_site_shows_picture_and_tables(here, name, tools, made):
    need(*tools)
    source = run(["mlready", "report", "mlready.yaml"], here).out

    follow(name, here)

    look = in_markdown(source)
    assert len(look.pictures) == 1
    assert len(look.tables) > 5
    page = (here / made).read_text(encoding="utf-8")
    # The theme's own tables stand outside of what is the page's.
    ours = page.partition('role="main"')[2].partition("<footer")[0]
    assert in_html(ours) == look


@pytest.mark.parametrize("kind", ["gfm", "markdown"])
def test_pandoc_shows_picture_and_tables(here, kind):
    need("pandoc")
    source = run(["mlready", "report", "mlready.yaml", "-o", "kickoff.md"], here).out
    source = (here / "kickoff.md").read_text(encoding="utf-8")

    page = run(["pandoc", "-f", kind, "-t", "html", "kickoff.md"], here).out

    assert in_html(page) == in_markdown(source)


def test_a_docx_and_a_pdf_show_picture_and_tables(here):
    need("pandoc", "weasyprint", "pdftotext")
    look = in_markdown(run(["mlready", "report", "mlready.yaml"], here).out)

    follow("PDF and DOCX with pandoc", here)

    assert in_docx(here / "kickoff.docx") == look
    printed = run(["pdftotext", "-layout", "kickoff.pdf", "-"], here).out
    lines = [" ".join(line.split()) for line in printed.splitlines()]
    picture = [" ".join(line.split()) for line in look.pictures[0].splitlines()]
    assert lines[lines.index(picture[0]) :][: len(picture)] == picture


def by_mkdocs(document: str) -> str:
    markdown = pytest.importorskip("markdown", reason="not installed: mkdocs")
    page = markdown.markdown(document, extensions=["toc", "tables", "fenced_code"])
    return str(page)


def by_pandoc(kind: str) -> Callable[[str], str]:
    def read(document: str) -> str:
        need("pandoc")
        options = ["-t", "html", "--wrap=none", "--no-highlight"]
        done = subprocess.run(
            ["pandoc", "-f", kind, *options],
            input=document.encode(),
            capture_output=True,
            check=True,
        )
        return done.stdout.decode()

    return read


def alike(page: str) -> str:
    """Return a page less what readers do to all text, and names made of headings.

    Pandoc makes several spaces one, and a letter and its accent too.
    """
    nameless = re.sub(
        rf"(<h[1-6]) id=[^{hostile.EDGE}]*>{hostile.EDGE}", rf"\1>{hostile.EDGE}", page
    )
    return unicodedata.normalize("NFC", re.sub(" +", " ", nameless))


@pytest.mark.parametrize(
    "reader",
    [
        pytest.param(by_mkdocs, id="mkdocs"),
        pytest.param(by_pandoc("gfm"), id="pandoc"),
        # Quotes and dashes are for the host to choose.
        pytest.param(by_pandoc("markdown-smart"), id="quarto"),
    ],
)
def test_hostile_notes_do_nothing_to_a_page(kickoff, reader):
    texts = list(islice(hostile.notes(Random(1)), hostile.places(kickoff)))

    page = alike(hostile.tree(reader(hostile.plain(kickoff))))
    wanted = alike(hostile.trimmed(hostile.filled(page, texts)))
    found = alike(hostile.tree(reader(hostile.report(kickoff, texts))))
    assert not hostile.difference(wanted, found)


def test_a_recipe_is_tried_or_says_that_it_is_not():
    tried = {
        "A report inside a document", "MkDocs", "Sphinx with MyST",
        "PDF and DOCX with pandoc", "pre-commit", "GitHub Actions", "GitLab CI",
    }  # fmt: skip
    silent = {
        name for name, each in RECIPES.items() if "Not tried here" not in each.text
    }

    assert silent == tried


def test_a_block_is_filled_and_checked(here):
    before = (here / "README.md").read_bytes()
    fill, check = RECIPES["A report inside a document"].commands

    assert run(check, here).code == 1
    assert (here / "README.md").read_bytes() == before
    assert run(fill, here).code == 0
    assert run(check, here) == Done(0, "", "")
    sponsor = run(
        ["mlready", "report", "mlready.yaml", "--for", "sponsor", "--heading", "2"],
        here,
    ).out
    text = (here / "README.md").read_text(encoding="utf-8")
    assert text.split(BEGIN)[1].split(END)[0].strip() == sponsor.strip()


# pre-commit


@pytest.mark.parametrize("hook", HOOKS)
def test_a_hook_runs_as_it_is_declared(here, hook):
    arguments = {
        "mlready-validate": ["mlready.yaml"],
        "mlready-check": ["mlready.yaml", "--inject", "README.md"],
    }[hook]
    run(RECIPES["A report inside a document"].commands[0], here)

    assert run([*HOOKS[hook]["entry"].split(), *arguments], here).code == 0


@pytest.mark.parametrize(
    ("name", "matches"),
    [
        pytest.param("mlready.yaml", True, id="the usual name"),
        pytest.param("teams/mlready-churn.yml", True, id="one of several"),
        pytest.param("docs/mlready.md", False, id="a document"),
        pytest.param("not-mlready.yaml", False, id="another file"),
    ],
)
def test_answers_files_are_found_by_their_names(name, matches):
    assert bool(re.search(HOOKS["mlready-validate"]["files"], name)) == matches


def commit(folder: Path) -> None:
    command = "git init -q -b main && git add -A && git commit -qm all"
    assert run(command, folder, **SOMEBODY).code == 0


@pytest.fixture
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This project as it stands, in a repository of its own."""
    folder = tmp_path_factory.mktemp("source")
    shutil.copytree(
        ROOT,
        folder,
        dirs_exist_ok=True,
        ignore=shutil.ignore_patterns(".*_cache", ".git", ".venv", ".ci", "tests"),
    )
    commit(folder)
    return folder


def outcomes(said: str) -> list[str]:
    return re.findall(r"^mlready .*?\.{3,}(\w+)$", said, re.MULTILINE)


def test_pre_commit_installs_and_runs_the_hooks(here, source, tmp_path_factory):
    need("pre-commit", "git")
    home = {"PRE_COMMIT_HOME": str(tmp_path_factory.mktemp("pre-commit"))}
    recipe = RECIPES["pre-commit"]
    config = recipe.files[".pre-commit-config.yaml"]
    named = config.replace("https://github.com/mlready/mlready", str(source))
    revision = run("git rev-parse HEAD", source).out.strip()
    write(here, ".pre-commit-config.yaml", named.replace("v0.1.0", revision))
    commit(here)
    command = recipe.commands[0]
    stale = run(command, here, **home)
    run(RECIPES["A report inside a document"].commands[0], here)
    run("git add -A", here)
    fresh = run(command, here, **home)
    write(here, "mlready.yaml", "questionnaire: kickoff\nversion: 1\nanswers: {A: 1}\n")
    run("git add -A", here)
    wrong = run(command, here, **home)

    assert [outcomes(done.out) for done in (stale, fresh, wrong)] == [
        ["Passed", "Failed"],
        ["Passed", "Passed"],
        ["Failed", "Failed"],
    ]
    assert "mlready: mlready.yaml:3:11: there is no question 'A'" in wrong.out


# The action


class Ran(NamedTuple):
    """An action that was run: its exit code, the last step, what it said and showed."""

    code: int
    step: str
    out: str
    err: str
    summary: str


def act(folder: Path, **given: str) -> Ran:
    """Run the shell steps of the action as GitHub does, all but the installation."""
    defaults = {name: each["default"] for name, each in ACTION["inputs"].items()}
    inputs = {**defaults, **{name.replace("_", "-"): v for name, v in given.items()}}
    summary = folder.parent / f"{folder.name}-summary.md"
    summary.write_text("", encoding="utf-8")
    ran = Ran(0, "", "", "", "")
    for step in STEPS[2:]:
        env = {
            name: inputs[value.removeprefix("${{ inputs.").removesuffix(" }}")]
            for name, value in step["env"].items()
        }
        done = run(step["run"], folder, GITHUB_STEP_SUMMARY=str(summary), **env)
        ran = Ran(done.code, step["name"], ran.out + done.out, ran.err + done.err, "")
        if ran.code:
            break
    return ran._replace(summary=summary.read_text(encoding="utf-8"))


@pytest.fixture
def clone(here: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone of a team's repository, as a runner has it."""
    need("git")
    commit(here)
    origin = tmp_path_factory.mktemp("origin")
    run(["git", "clone", "-q", "--bare", str(here), str(origin)], here)
    folder = tmp_path_factory.mktemp("clone")
    run(["git", "clone", "-q", str(origin), "."], folder)
    return folder


def log(folder: Path) -> list[str]:
    """Return who committed what, as it was pushed."""
    return run(
        ["git", "log", "--format=%an: %s", "origin/main"], folder
    ).out.splitlines()


CHECKING = "Check or commit the report in the document"
LAST = "Hold the verdict against the bar"
PUSHED = "github-actions[bot]: Bring the readiness report up to date"


def test_the_action_shows_the_report_in_the_summary(clone):
    report = run(["mlready", "report", "mlready.yaml"], clone).out

    assert act(clone) == Ran(
        0, LAST, "", "mlready.yaml: fine, 59 of 59 answered\n", report
    )


def test_the_action_checks(clone):
    before = (clone / "README.md").read_bytes()

    ran = act(clone, document="README.md")

    assert (ran.code, ran.step) == (1, CHECKING)
    assert (clone / "README.md").read_bytes() == before
    assert log(clone) == ["somebody: all"]
    run(RECIPES["A report inside a document"].commands[0], clone)
    assert act(clone, document="README.md").code == 0


def test_the_action_commits_once(clone):
    first = act(clone, document="README.md", mode="commit")
    second = act(clone, document="README.md", mode="commit")

    assert (first.code, second.code) == (0, 0)
    assert log(clone) == [PUSHED, "somebody: all"]
    changed = run(["git", "show", "--format=", "--name-only", "origin/main"], clone).out
    assert changed == "README.md\n"
    assert act(clone, document="README.md").code == 0


def test_the_bar_comes_last(clone):
    shutil.copy(EXAMPLES / "stilts.yaml", clone / "mlready.yaml")

    ran = act(clone, document="README.md", mode="commit", fail_below="conditional")

    assert (ran.code, ran.step) == (1, LAST)
    assert ran.err.splitlines()[-1].startswith("Not yet: ")
    assert ran.summary.startswith("# Churn early warning\n")
    assert log(clone) == [PUSHED, "somebody: all"]


@pytest.mark.parametrize(
    ("inputs", "code", "said"),
    [
        pytest.param(
            {"mode": "push"}, 2, "::error::mode: expected check or commit", id="mode"
        ),
        pytest.param(
            {"answers": "none.yaml"},
            5,
            "mlready: none.yaml: cannot read: no such file or directory",
            id="no answers",
        ),
        pytest.param(
            {"answers": '$(touch owned)`touch owned`";touch owned;.yaml'},
            5,
            "cannot read",
            id="a script for a name",
        ),
        pytest.param({"answers": "--help"}, 5, "mlready: --help: cannot", id="option"),
        pytest.param({"mode": "check) touch owned;;"}, 2, "::error::", id="case"),
    ],
)
def test_the_action_refuses_what_it_cannot_use(clone, inputs, code, said):
    before = sorted(clone.iterdir())

    ran = act(clone, **inputs)

    assert (ran.code, ran.step, ran.summary) == (code, "Validate the answers", "")
    assert said in ran.out + ran.err
    assert sorted(clone.iterdir()) == before


@pytest.mark.parametrize(
    "inputs", [{"document": "$(touch owned)"}, {"fail_below": "; ls"}]
)
def test_nothing_given_is_run(clone, inputs):
    before = sorted(clone.iterdir())

    assert act(clone, **inputs).code in {2, 5}
    assert sorted(clone.iterdir()) == before


def test_a_document_gives_the_runner_no_commands(clone):
    write(clone, "README.md", f"::add-mask::a\n\n{BEGIN}\n{END}\n\n::error::b\n")

    out = act(clone, document="README.md").out

    opened = re.match(r"::stop-commands::([0-9a-f]{64})\n", out)
    assert opened
    assert out.endswith(f"\n::{opened[1]}::\n")


def test_inputs_reach_the_shell_as_variables_only():
    scripts = [step["run"] for step in STEPS if "run" in step]
    used = re.findall(r"inputs\.([a-z-]+)", str([step.get("env") for step in STEPS]))

    assert [script for script in scripts if "${{" in script] == []
    assert set(used) == set(ACTION["inputs"])
    assert [step["shell"] for step in STEPS if "run" in step] == ["bash"] * len(scripts)


def test_other_peoples_actions_are_pinned():
    workflow = RECIPES["GitHub Actions"].files[".github/workflows/readiness.yml"]
    used = re.findall(r"uses: (actions/.*)", f"{STEPS} {workflow}")
    used += [step["uses"] for step in STEPS if "uses" in step]

    assert len(used) >= 2
    assert [
        name for name in used if not re.fullmatch(r"actions/[a-z-]+@v\d+", name)
    ] == []


def test_the_action_installs_itself(tmp_path):
    run([sys.executable, "-m", "venv", "own"], tmp_path)
    path = f"{tmp_path / 'own' / 'bin'}{os.pathsep}{os.environ['PATH']}"
    install = STEPS[1]["run"]

    done = run(
        f"{install}\npython -m mlready --version\ncommand -v mlready",
        tmp_path,
        PATH=path,
        GITHUB_ACTION_PATH=str(ROOT),
    )

    assert done.code == 0
    assert done.out.splitlines()[-1] == str(tmp_path / "own" / "bin" / "mlready")


# What the makers of the formats say


@pytest.mark.parametrize(
    ("schema", "section", "file"),
    [
        pytest.param("vendor.github-actions", "", "action.yml", id="action"),
        pytest.param(
            "vendor.github-workflows",
            "GitHub Actions",
            ".github/workflows/readiness.yml",
            id="workflow",
        ),
        pytest.param("vendor.gitlab-ci", "GitLab CI", ".gitlab-ci.yml", id="GitLab"),
    ],
)
def test_a_file_is_what_its_readers_expect(tmp_path, schema, section, file):
    need("check-jsonschema")
    path = ROOT / file
    if section:
        write(tmp_path, file, RECIPES[section].files[file])
        path = tmp_path / file

    done = run(["check-jsonschema", "--builtin-schema", schema, str(path)], tmp_path)

    assert done.code == 0, done.out


def test_the_manifest_of_hooks_is_what_pre_commit_expects():
    need("pre-commit")
    command = ["pre-commit", "validate-manifest", ".pre-commit-hooks.yaml"]

    assert run(command, ROOT) == Done(0, "", "")


def test_a_workflow_gives_inputs_that_there_are():
    workflow = RECIPES["GitHub Actions"].files[".github/workflows/readiness.yml"]
    steps = yaml.safe_load(workflow)["jobs"]["readiness"]["steps"]

    assert set(steps[-1]["with"]) <= set(ACTION["inputs"])


@pytest.mark.parametrize(("example", "code"), [("ready", 0), ("stilts", 1)])
def test_the_gitlab_job_runs(here, example, code):
    shutil.copy(EXAMPLES / f"{example}.yaml", here / "mlready.yaml")
    run(RECIPES["A report inside a document"].commands[0], here)
    job = yaml.safe_load(RECIPES["GitLab CI"].files[".gitlab-ci.yml"])["readiness"]
    install, *script = job["script"]

    done = run("\n".join(script), here)

    assert install.startswith("pip install ")
    assert done.code == code
    assert [(here / name).exists() for name in job["artifacts"]["paths"]] == [True]
