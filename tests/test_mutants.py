"""Mutants of the code, and the comparison of survivors with the recorded list."""

from collections.abc import Iterator

import pytest

# Skip these tests if the packages of the extra `faults` are not installed.
mutants = pytest.importorskip("tests.faults.mutants", exc_type=ImportError)

SOURCE = '''
"""A module."""

LIMIT = 2


@decorated
def over(text: str, most: int = LIMIT) -> bool:
    """Return whether a text is too long."""
    if text:
        note(text)
    return len(text) > most


class Box:
    size: int = 1

    def full(self):
        count = self.size + 1
        return count == 1
'''
BEFORE_BOX, IN_BOX = SOURCE.split("class Box:")
KEY = mutants.MutantKey("f", "string", 1)
OTHER = mutants.MutantKey("f", "string", 2)


def mutants_of(source: str) -> Iterator[tuple[tuple[str, str, int], str]]:
    tree = mutants.cst.parse_module(source)
    for each in mutants.mutants("a", tree):
        mutated = tree.deep_replace(each.original, each.mutated).code
        yield each.key, mutants.difference(source, mutated)


def test_each_possible_mutant_of_a_module_is_generated_once():
    assert list(mutants_of(SOURCE)) == [
        (("LIMIT", "assignment", 1), "LIMIT = 2 -> LIMIT = None"),
        (("LIMIT", "number", 1), "LIMIT = 2 -> LIMIT = 3"),
        (("over", "condition_turned", 1), "if text: -> if not (text):"),
        (("over", "statement_left_out", 1), "note(text) -> pass"),
        (("over", "arg_removal", 1), "note(text) -> note(None)"),
        (("over", "nothing_returned", 1), "return len(text) > most -> return None"),
        (
            ("over", "swap_op", 1),
            "return len(text) > most -> return len(text) >= most",
        ),
        (("Box.size", "assignment", 1), "size: int = 1 -> size: int = None"),
        (("Box.size", "number", 1), "size: int = 1 -> size: int = 2"),
        (
            ("Box.full", "assignment", 1),
            "count = self.size + 1 -> count = None",
        ),
        (
            ("Box.full", "swap_op", 1),
            "count = self.size + 1 -> count = self.size - 1",
        ),
        (("Box.full", "number", 1), "count = self.size + 1 -> count = self.size + 2"),
        (("Box.full", "nothing_returned", 1), "return count == 1 -> return None"),
        (("Box.full", "swap_op", 2), "return count == 1 -> return count != 1"),
        (("Box.full", "number", 2), "return count == 1 -> return count == 2"),
    ]


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param(SOURCE.replace("count", "total"), id="local variable renamed"),
        pytest.param(
            SOURCE.replace("LIMIT = 2\n", "OTHER = 5\nLIMIT = 2\n"),
            id="constant added before another",
        ),
        pytest.param(
            f"class Box:{IN_BOX}{BEFORE_BOX}",
            id="class moved to the top of the module",
        ),
        pytest.param(
            SOURCE.replace("@decorated", "def f(x):\n    return x + 1\n\n\n@decorated"),
            id="function added before another",
        ),
    ],
)
def test_mutants_keep_their_keys_when_unrelated_code_changes(changed):
    before = {key for key, _ in mutants_of(SOURCE)}
    after = {key for key, _ in mutants_of(changed)}

    assert before <= after


def test_difference_made_by_a_mutant_is_shown_on_one_line():
    source = "return f(\n    a,\n    b,\n)\n"

    assert mutants.difference(source, "return None\n") == (
        "return f( a, b, ) -> return None"
    )


def make_trials(killed: int, *survivors: tuple[str, str, int]) -> list[object]:
    return [
        mutants.Trial(
            key, survived=survived, timed_out=False, seconds=1, changed="a -> b"
        )
        for key, survived in [
            *((("g", "number", n), False) for n in range(killed)),
            *((key, True) for key in survivors),
        ]
    ]


@pytest.mark.parametrize(
    ("trials", "whole", "complaints"),
    [
        pytest.param(make_trials(9, KEY), True, [], id="only listed mutants survive"),
        pytest.param(
            make_trials(9), False, [], id="listed survivor is outside the sample"
        ),
        pytest.param(
            make_trials(9, OTHER), False,
            ["survives but is not listed: f: {string: [2]}\n  a -> b"],
            id="mutant survives but is not listed",
        ),
        pytest.param(
            make_trials(9), True,
            ["is listed but does not survive: f: {string: [1]}"],
            id="listed survivor is killed",
        ),
        pytest.param(
            make_trials(8, KEY), True, ["only 88.9% are killed"],
            id="too few mutants are killed",
        ),
    ],
)  # fmt: skip
def test_mutation_campaign_complains_of_a_wrong_list_of_survivors_or_of_too_few_kills(
    trials, whole, complaints
):
    assert list(mutants.complaints(trials, {KEY}, whole=whole)) == complaints


def test_mutation_campaign_fails_if_there_are_no_mutants():
    assert mutants.main([], seed=1) == 1


def test_failed_mutation_campaign_names_the_tests_to_extend():
    advice = mutants.what_to_do(["input_limits"])

    assert "python tests/faults/mutants.py input_limits" in advice
    assert "input_limits: tests/test_input_limits.py, tests/test_strict_" in advice


@pytest.mark.parametrize("module", mutants.TESTS_OF)
def test_every_listed_survivor_is_a_mutant_of_the_current_code(module):
    source = mutants.Tree(mutants.ROOT).path(module).read_text(encoding="utf-8")
    tree = mutants.cst.parse_module(source)
    keys = {each.key for each in mutants.mutants(module, tree)}

    assert mutants.listed().get(module, set()) - keys == set()
