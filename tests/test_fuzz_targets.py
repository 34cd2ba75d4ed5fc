"""Fuzz targets pass on seeds and stored crashes, and detect bugs."""

import random
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest

from mlready.errors import DocumentError, MlreadyError, Problem
from mlready.output.inject import inject_report
from tests.faults import fuzz
from tests.faults.fuzz import failure, generated, minimise, mutated_once, tokens_of

if sys.platform == "win32":
    pytest.skip("Windows does not report peak memory", allow_module_level=True)

from tests.faults import targets
from tests.faults.targets import TARGETS, Target, run_target

HEAD = {"questionnaire": "kickoff", "version": "2"}
STORED = [
    pytest.param(target, path, id=f"{target.name} {path.name}")
    for target in TARGETS.values()
    for path in [*target.seeds, *target.crashes]
]


@pytest.mark.parametrize(("target", "path"), STORED)
def test_fuzz_target_passes_on_its_seeds_and_stored_crashes(target, path):
    run_target(target, path.read_bytes())


@pytest.mark.parametrize("name", TARGETS)
def test_fuzz_target_passes_on_generated_inputs(name):
    outcome = generated(name, 50, fuzz.SEED)
    assert (outcome.inputs, outcome.crash) == (50, None)


def returning(value: object) -> Callable[..., object]:
    return lambda *_: value


def raising(error: Exception) -> Callable[..., object]:
    def fail(*_: object) -> None:
        raise error

    return fail


def at(line: int, column: int, text: str = "odd") -> DocumentError:
    return DocumentError(Problem(targets.FILE, line, column, text))


@pytest.mark.parametrize(
    ("name", "where", "replacement"),
    [
        pytest.param(
            "yaml_documents", "read", raising(KeyError()), id="unexpected exception"
        ),
        pytest.param("yaml_documents", "read", raising(at(0, 1)), id="error in line 0"),
        pytest.param(
            "yaml_documents", "read", raising(at(99, 1)), id="error after the last line"
        ),
        pytest.param(
            "yaml_documents",
            "read",
            raising(at(1, 99)),
            id="error after the end of a line",
        ),
        pytest.param(
            "yaml_documents",
            "read",
            raising(at(1, 1, "")),
            id="error without a message",
        ),
        pytest.param(
            "yaml_documents", "comment_lines", returning([]), id="comment lost"
        ),
        pytest.param(
            "yaml_documents",
            "comment_lines",
            returning([1, 2]),
            id="invented comment line",
        ),
        pytest.param(
            "injected_blocks",
            "inject_report",
            lambda data, *_: data,
            id="block not filled",
        ),
        pytest.param(
            "injected_blocks",
            "inject_report",
            lambda data, *rest: inject_report(data, *rest).replace(b"after", b"later"),
            id="other bytes changed",
        ),
        pytest.param(
            "headings",
            "shift_headings",
            lambda text, _: text,
            id="headings not shifted",
        ),
        pytest.param(
            "headings", "shift_headings", lambda text, n: text * n, id="text repeated"
        ),
        pytest.param("escaping", "for_terminal", str, id="not escaped for a terminal"),
        pytest.param("escaping", "for_markdown", str, id="not escaped for Markdown"),
        pytest.param("escaping", "for_html", str, id="not escaped for HTML"),
        pytest.param("escaping", "for_xml", str, id="not escaped for XML"),
        pytest.param(
            "questionnaires", "assess", raising(KeyError()), id="assessment fails"
        ),
        pytest.param(
            "questionnaires",
            "questionnaire_file.load",
            raising(MlreadyError()),
            id="error without a position",
        ),
        pytest.param(
            "extensions", "assess", raising(KeyError()), id="assessment fails again"
        ),
        pytest.param(
            "fast_answers",
            "answers_fast_parser.read",
            returning({"a": "b"}),
            id="fast parser returns other content",
        ),
        pytest.param(
            "answers",
            "answers_fast_parser.read",
            lambda data: None if data.endswith(b"#\t\n") else HEAD,
            id="fast parser returns other answers",
        ),
        pytest.param(
            "answers", "answers_file.dump", returning(""), id="empty file written"
        ),
        pytest.param(
            "answers",
            "answers_file.foreign_comments",
            returning([1, 2]),
            id="comment reported that is not in the file",
        ),
    ],
)
def test_fuzz_target_fails_if_a_function_it_tests_is_broken(
    monkeypatch, name, where, replacement
):
    monkeypatch.setattr(f"tests.faults.targets.{where}", replacement)
    target = TARGETS[name]
    assert any(failure(target, path.read_bytes()) for path in target.seeds)


def quiet(data: bytes) -> None:
    """Fail if the data has a question mark anywhere after an exclamation mark."""
    assert not data.partition(b"!")[2].count(b"?")


def slow(data: bytes) -> None:
    end = time.thread_time() + len(data) / 20
    while time.thread_time() < end:
        pass


def large(data: bytes) -> None:
    # Allocate more memory than this process's peak so far, or the peak would not rise.
    assert len(bytearray(len(data) * (targets.peak() + (32 << 20)))) >= len(data)


@pytest.fixture
def marks_target(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Target:
    """Return a fuzz target that fails on a question mark after an exclamation mark.

    It has seeds of its own, and is the only target in ``TARGETS``.
    """
    target = Target(quiet, (b"!", b"?", b"a"))
    for name in ("SEEDS", "CRASHES"):
        monkeypatch.setattr(targets, name, tmp_path / name)
    (tmp_path / "SEEDS" / "quiet").mkdir(parents=True)
    (tmp_path / "SEEDS" / "quiet" / "one").write_bytes(b"yes, one!\nno")
    monkeypatch.setattr(targets, "TARGETS", {"quiet": target})
    return target


@pytest.mark.parametrize(
    ("check", "bound", "least", "message"),
    [
        pytest.param(slow, "SECONDS", 0.04, r"took 0\.\d+ s", id="time"),
        pytest.param(large, "GROWTH", 16 << 20, r"took \d+ MiB", id="memory"),
    ],
)
def test_fuzz_target_fails_above_its_time_or_memory_limit(
    monkeypatch, check, bound, least, message
):
    monkeypatch.setattr(targets, bound, least)
    target = Target(check, ())
    run_target(target, b"")
    with pytest.raises(AssertionError, match=message):
        run_target(target, b"a")


def test_fuzzing_finds_a_failing_input_that_can_be_minimised(marks_target):
    outcome = generated("quiet", 1000, fuzz.SEED)
    assert outcome.crash is not None
    assert minimise(marks_target, outcome.crash) == b"!?"


def test_minimised_input_still_causes_the_same_failure(marks_target):
    assert minimise(marks_target, b"one! two? three!") == b"!?"
    assert minimise(marks_target, b"!?") == b"!?"


def test_tokens_for_mutations_come_from_the_fuzz_target_and_its_seeds(marks_target):
    assert tokens_of(marks_target) == [
        b"!", b"?", b"a", b"no", b"one", b"yes", b"yes, one!\n",
    ]  # fmt: skip


def test_mutations_are_of_every_kind_and_reproducible_from_a_seed(
    marks_target,
):
    def mutations() -> list[bytes]:
        return [
            mutated_once(b"a\nb\n", tokens_of(marks_target), random.Random(n))
            for n in range(500)
        ]

    assert mutations() == mutations()
    assert {b"a\n", b"b\na\n", b"a\na\nb\n", b"a\nb\n!", b"no"} <= {*mutations()}
    assert mutated_once(b"", [b"a"], random.Random(1)) in {b"", b"a"}


def test_fuzzing_prints_a_table_of_targets_and_stores_a_crashing_input(
    marks_target, monkeypatch, capsys
):
    monkeypatch.setattr(fuzz, "find_spec", returning(None))

    assert fuzz.main(["--runs", "1000", "--seed", "7"]) == 1

    head, titles, row, last = capsys.readouterr().out.splitlines()
    assert head == "1000 inputs for each, generated, seed 7"
    assert titles.split() == ["target", "inputs", "s", "a", "second", "reached", "MiB"]
    assert row.split()[0] == "quiet"
    (path,) = marks_target.crashes
    assert path.read_bytes() == b"!?"
    assert last.startswith(f"{path}: AssertionError in test_fuzz_targets.py:")


def test_fuzzing_returns_exit_code_0_if_all_targets_pass(monkeypatch, capsys):
    monkeypatch.setattr(fuzz, "find_spec", returning(None))

    assert fuzz.main(["headings", "yaml_documents", "--runs", "20"]) == 0

    rows = capsys.readouterr().out.splitlines()[2:]
    assert [row.split()[:2] for row in rows] == [
        ["headings", "20"],
        ["yaml_documents", "20"],
    ]


def test_fuzzing_refuses_an_unknown_target(capsys):
    with pytest.raises(SystemExit):
        fuzz.main(["heading"])
    assert "no target {'heading'}; there are yaml_documents," in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.skipif(not find_spec("atheris"), reason="the extra faults has it")
def test_fuzzing_with_atheris_keeps_inputs_that_reach_new_code(tmp_path):
    outcome = fuzz.guided("yaml_documents", 500, fuzz.SEED, tmp_path)

    assert outcome.inputs >= 500
    assert int(outcome.reached) > 50
    assert outcome.crash is None
    assert len([*(tmp_path / "yaml_documents").iterdir()]) > len(
        TARGETS["yaml_documents"].seeds
    )
